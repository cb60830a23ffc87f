/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_NODE_CMD_H
#define QENTCTL_NODE_CMD_H

/* What the commands about nodes share. */

#include "cli.h"
#include "input.h"

#include <qentvpn/node.h>

#define NODES_REMEDY "`qentctl node list` shows the nodes."

extern const cli_option node_add_options[];
extern const char node_add_details[];
int node_add(cli *c);

/* Put what is given on the command line over `options`; "" takes a file, key or country away.
 * @return EXIT_DONE, or EXIT_USAGE after it was said. */
int node_take_options(cli *c, qent_node_options *options);

/* Read the panel's password from --password-file or standard input.
 * @return EXIT_DONE, or EXIT_USAGE after it was said what is wrong. */
int node_read_password(const cli *c, char password_out[INPUT_SECRET_MAX]);

/* Probe a node and print its load. @param before  said first when it answers, NULL: nothing;
 * without an answer it is said that the node is stored. */
int node_probe_named(cli *c, const char *name, const char *before);

/* What helps when a probe fails; not for refused credentials. */
const char *node_probe_remedy(qent_status st);

/* Print one node with all its fields. */
int node_print(cli *c, const qent_node *node);

#endif

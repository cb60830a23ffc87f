/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_NODE_CMD_H
#define QENTCTL_NODE_CMD_H

/* What the commands about nodes share. */

#include "cli.h"

#include <qentvpn/node.h>

/* Put what is given on the command line over `options`; "" takes a file, key or country away.
 * @return EXIT_DONE, or EXIT_USAGE after it was said. */
int node_take_options(cli *c, qent_node_options *options);

/* Probe a node and print its load. @param before  said first when it answers, NULL: nothing;
 * without an answer it is said that the node is stored. */
int node_probe_named(cli *c, const char *name, const char *before);

/* Print one node with all its fields. */
int node_print(cli *c, const qent_node *node);

#endif

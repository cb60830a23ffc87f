/* SPDX-License-Identifier: MIT */
#include "node_cmd.h"

#include <stdio.h>

static const cli_option edit_options[] = {
    {"title", "TEXT", "shown to buyers, such as \"Germany\"", false},
    {"country", "CODE", "such as DE, for the flag that buyers see; \"\": none", false},
    {"url", "URL", "panel's base URL; https unless the host is loopback", false},
    {"username", "NAME", "panel admin", false},
    {"password-file", "FILE", "read a new password from FILE; -: from standard input", false},
    {"group", "NAME", "node group that plans name; only while it has no accounts", false},
    {"capacity", "N", "most accounts; 0 = unlimited", false},
    {"weight", "N", "share of new accounts, 1..1000", false},
    {"parallel", "N", "calls at once that the panel bears, 1..64", false},
    {"ca-file", "FILE",
     "PEM file that signed the panel's certificate, its whole path; \"\": the system's", false},
    {"pinned-key", "HASH", "sha256//... of the panel's public key; \"\": none", false},
    {"options", "JSON", "the gateway's own options as a whole; `node show` tells those in force",
     false},
    {NULL, NULL, NULL, false}};

/* Does the change concern the way to the panel, so that a probe tells whether it is right? */
static bool concerns_panel(const cli *c)
{
  static const char *const names[] = {"url",     "username",   "password-file",
                                      "ca-file", "pinned-key", "options"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (cli_value(c, names[i]))
      return true;
  return false;
}

static int save(cli *c, const qent_node_options *options)
{
  qent_node *node = NULL;
  const qent_status st = qent_node_edit(c->session, options, &node, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, NULL);
  int code = EXIT_DONE;
  if (concerns_panel(c)) {
    code = node_probe_named(c, options->name, "is changed");
  } else if (c->json) {
    code = node_print(c, node);
  } else {
    printf("Node %s is changed.\n", options->name);
  }
  qent_node_free(node);
  return code;
}

/* What is not given stays as it is stored; the credentials stay when they are NULL. */
static int edit_node(cli *c, const qent_node *node)
{
  qent_node_options options = QENT_NODE_OPTIONS_INIT;
  char password[INPUT_SECRET_MAX];
  const char *file = cli_value(c, "password-file");
  options.name = qent_node_name(node);
  options.title = qent_node_title(node);
  options.gateway = qent_node_gateway(node);
  options.url = qent_node_url(node);
  options.node_group = qent_node_group(node);
  options.ca_file = qent_node_ca_file(node);
  options.pinned_key = qent_node_pinned_key(node);
  options.options = qent_node_gateway_options(node);
  options.capacity = qent_node_capacity(node);
  options.weight = qent_node_weight(node);
  options.parallel = qent_node_parallel(node);
  options.country = qent_node_country(node);
  int code = node_take_options(c, &options);
  if (code == EXIT_DONE && file)
    code = node_read_password(c, password);
  if (code != EXIT_DONE)
    return code;
  options.password = file ? password : NULL;
  code = save(c, &options);
  if (file)
    input_wipe(password, sizeof password);
  return code;
}

static int edit(cli *c)
{
  qent_node *node = NULL;
  if (!cli_any(c, edit_options))
    return cli_usage(c, "say what to change, such as --capacity 500");
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_node_by_name(c->session, c->operands[0], &node, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, NODES_REMEDY);
  code = edit_node(c, node);
  qent_node_free(node);
  return code;
}

const cli_command commands_node_edit[] = {
    {"node", "edit", "NAME", 1, 1, edit_options, "change a node",
     "Only what is given changes. What concerns the way to the panel is tried at once. New\n"
     "credentials end \"refused credentials\".\nExample:\n"
     "  qentctl node edit de1 --capacity 500 --country DE\n"
     "  qentctl node edit de1 --password-file - < password.txt\n",
     edit},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

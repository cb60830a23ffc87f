/* SPDX-License-Identifier: MIT */
#include "node_cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const cli_option node_add_options[] = {
    {"url", "URL", "panel's base URL; https unless the host is loopback", false},
    {"username", "NAME", "panel admin; amneziawg has none", false},
    {"password-file", "FILE", "read the password from FILE; - or nothing: from standard input",
     false},
    {"gateway", "NAME", "marzban (default), 3xui, amneziawg or wgeasy", false},
    {"title", "TEXT", "shown to buyers, such as \"Germany\"", false},
    {"group", "NAME", "node group that plans name (default: default)", false},
    {"ca-file", "FILE", "PEM file that signed the panel's certificate; its whole path", false},
    {"pinned-key", "HASH", "sha256//... of the panel's public key", false},
    {"options", "JSON", "the gateway's own options, see docs/adapters/", false},
    {"capacity", "N", "most accounts; 0 = unlimited", false},
    {"weight", "N", "share of new accounts, 1..1000 (default: 100)", false},
    {"country", "CODE", "such as DE, for the flag that buyers see", false},
    {"parallel", "N", "calls at once that the panel bears, 1..64 (default: by its kind)", false},
    {NULL, NULL, NULL, false}};

const char node_add_details[] =
    "The password is read from standard input, or from --password-file; never from the command "
    "line.\nA node is stored also when its panel does not answer or refuses; `qentctl node edit` "
    "mends what is\nwrong and tries again. The exit code is then that of the try.\nExample:\n"
    "  qentctl node add de1 --url https://panel.example.com:8000 --username admin \\\n"
    "    --title Germany --country DE --group eu < password.txt\n";

/* NULL when it is given as "", what there was when it is not given. */
static const char *or_none(const cli *c, const char *name, const char *before)
{
  const char *text = cli_value(c, name);
  if (!text)
    return before;
  return *text ? text : NULL;
}

static const char *or_before(const cli *c, const char *name, const char *before)
{
  const char *text = cli_value(c, name);
  return text ? text : before;
}

/* apid and botd read it too, from folders of their own. */
static int check_ca_file(const cli *c)
{
  const char *path = cli_value(c, "ca-file");
  if (!path || !*path)
    return EXIT_DONE;
  if (*path != '/')
    return cli_usage(c, "--ca-file %s: give its whole path, which begins with /", path);
  if (access(path, R_OK) != 0)
    return cli_usage(c, "--ca-file %s: %s", path, strerror(errno));
  return EXIT_DONE;
}

int node_take_options(cli *c, qent_node_options *options)
{
  int64_t capacity = options->capacity;
  int64_t weight = options->weight;
  int64_t parallel = options->parallel;
  if (!cli_number_option(c, "capacity", 0, 10000000, &capacity) ||
      !cli_number_option(c, "weight", 1, 1000, &weight) ||
      !cli_number_option(c, "parallel", 1, QENT_NODE_PARALLEL_MAX, &parallel))
    return EXIT_USAGE;
  const int code = check_ca_file(c);
  if (code != EXIT_DONE)
    return code;
  options->url = or_before(c, "url", options->url);
  options->username = or_before(c, "username", options->username);
  options->title = or_before(c, "title", options->title);
  options->node_group = or_before(c, "group", options->node_group);
  options->options = or_before(c, "options", options->options);
  options->ca_file = or_none(c, "ca-file", options->ca_file);
  options->pinned_key = or_none(c, "pinned-key", options->pinned_key);
  options->country = or_none(c, "country", options->country);
  options->capacity = (int32_t)capacity;
  options->weight = (int32_t)weight;
  options->parallel = (int32_t)parallel;
  return EXIT_DONE;
}

int node_read_password(const cli *c, char password_out[INPUT_SECRET_MAX])
{
  const char *path = cli_value(c, "password-file");
  errno = 0;
  if (input_secret(path, "Panel password: ", password_out))
    return EXIT_DONE;
  if (!path || strcmp(path, "-") == 0)
    return cli_usage(c, "no password on standard input; --password-file names a file with it");
  return cli_usage(c, "--password-file %s: %s", path,
                   errno ? strerror(errno) : "its first line is empty or too long");
}

/* Does the kind of panel exist, and are its credentials complete? */
static int check_gateway(const cli *c, const qent_node_options *options)
{
  char known[256] = "";
  const char *name = NULL;
  for (size_t i = 0; (name = qent_ctx_gateway_name(c->ctx, i)) != NULL; ++i) {
    const size_t len = strlen(known);
    if (strcmp(name, options->gateway) == 0)
      return options->username || !qent_ctx_gateway_wants_username(c->ctx, i)
                 ? EXIT_DONE
                 : cli_usage(c, "a panel of kind %s needs --username NAME", name);
    snprintf(known + len, sizeof known - len, " %s", name);
  }
  return cli_usage(c, "--gateway must be one of%s", known);
}

static int store_node(cli *c, qent_node_options options)
{
  char password[INPUT_SECRET_MAX];
  const int code = node_read_password(c, password);
  if (code != EXIT_DONE)
    return code;
  options.password = password;
  const qent_status st = qent_node_add(c->session, &options, NULL, &c->err);
  input_wipe(password, sizeof password);
  if (st == QENT_OK)
    return node_probe_named(c, options.name, "is added");
  return cli_failed(c, st,
                    st == QENT_ECONFLICT ? "`qentctl --json node list` shows names and URLs; "
                                           "`qentctl node edit` changes a node."
                                         : NULL);
}

int node_add(cli *c)
{
  qent_node_options options = QENT_NODE_OPTIONS_INIT;
  int code = node_take_options(c, &options);
  if (code != EXIT_DONE)
    return code;
  options.name = c->operands[0];
  options.gateway = or_before(c, "gateway", options.gateway);
  if (!options.url)
    return cli_usage(c, "a node needs --url URL, the panel's address");
  code = cli_open(c);
  if (code == EXIT_DONE)
    code = check_gateway(c, &options);
  return code == EXIT_DONE ? store_node(c, options) : code;
}

/* SPDX-License-Identifier: MIT */
#include "node_cmd.h"
#include "report.h"

#include <qentvpn/node.h>

#include <stdio.h>
#include <string.h>

#define STEPS_MAX 16

static const cli_option options[] = {
    {"camouflage", "HOST", "site that Reality poses as, such as www.example.com", false},
    {"public-host", "HOST", "what buyers' apps connect to (default: the host of the panel's URL)",
     false},
    {"vless-port", "N", "port of VLESS Reality (default: 2053)", false},
    {"shadowsocks-port", "N", "port of Shadowsocks (default: 443)", false},
    {"apply", NULL, "do it; without this the steps are only shown", false},
    {NULL, NULL, NULL, false}};

static const report_field fields[] = {
    {"state", NULL, REPORT_TEXT}, {"shown", "STATE", REPORT_SHOWN}, {"step", "STEP", REPORT_WHOLE}};

/* The steps as they were found, in their order, and as they are afterwards. */
struct steps {
  bool was_done[STEPS_MAX];
  size_t found;
  size_t told;
  bool missing;
  report *r;
};

static void note_step(const char *step, bool done, void *user)
{
  struct steps *steps = user;
  (void)step;
  if (steps->found < STEPS_MAX)
    steps->was_done[steps->found++] = done;
}

static void tell_step(const char *step, bool done, void *user)
{
  struct steps *steps = user;
  const size_t i = steps->told++;
  const bool added = done && i < steps->found && !steps->was_done[i];
  report_row(steps->r);
  report_text(steps->r, "state", added ? "added" : done ? "present" : "missing");
  report_text(steps->r, "shown", added ? "added" : done ? "already there" : "would add");
  report_text(steps->r, "step", step);
  steps->missing = steps->missing || !done;
}

static int read_options(cli *c, qent_provision_options *wanted)
{
  int64_t vless_port = wanted->vless_port;
  int64_t shadowsocks_port = wanted->shadowsocks_port;
  if (!cli_number_option(c, "vless-port", 1, 65535, &vless_port) ||
      !cli_number_option(c, "shadowsocks-port", 1, 65535, &shadowsocks_port))
    return EXIT_USAGE;
  wanted->public_host = cli_value(c, "public-host");
  wanted->camouflage = cli_value(c, "camouflage");
  wanted->vless_port = (int32_t)vless_port;
  wanted->shadowsocks_port = (int32_t)shadowsocks_port;
  return EXIT_DONE;
}

/* The steps were accepted, so hosts and ports are plain words. */
static void say_command(const cli *c)
{
  const char *config = cli_value(c, "config");
  const char *quote = config && strcspn(config, " \t'\"$\\&;()<>|*?") < strlen(config) ? "'" : "";
  printf(
      "\nNothing was changed. The panel restarts its core for it, which breaks connections for a "
      "moment:\n  qentctl");
  if (config)
    printf(" --config %s%s%s", quote, config, quote);
  printf(" node provision %s", c->operands[0]);
  for (const cli_option *option = options; option->name; ++option)
    if (option->value && cli_value(c, option->name))
      printf(" --%s %s", option->name, cli_value(c, option->name));
  puts(" --apply");
}

static const char *remedy(qent_status st)
{
  switch ((int)st) {
  case QENT_EINVAL:
    return "Hosts are given with --camouflage and --public-host; docs/adapters/ tells how to "
           "choose "
           "them.";
  case QENT_ENOTFOUND:
    return NODES_REMEDY;
  case QENT_EAUTH:
    return "Setting up a panel needs an admin with all rights on it (Marzban: sudo).";
  case QENT_ECONFLICT:
    return "Choose other ports with --vless-port and --shadowsocks-port, or change what has them "
           "in "
           "the panel.";
  case QENT_EUNSUPPORTED:
    return "This kind of panel comes set up.";
  case QENT_ETIMEOUT:
    return "It may or may not have been done. Repeating is safe.";
  case QENT_EUPSTREAM:
    return "Look at the panel itself, then repeat: what is there is left as it is.";
  default:
    return NULL;
  }
}

static int run(cli *c, qent_provision_options *wanted, struct steps *steps)
{
  const char *name = c->operands[0];
  qent_status st = QENT_OK;
  if (cli_flag(c, "apply")) {
    st = qent_node_provision(c->session, name, wanted, note_step, steps, &c->err);
    wanted->apply = true;
  }
  if (st == QENT_OK)
    st = qent_node_provision(c->session, name, wanted, tell_step, steps, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, remedy(st));
  if (!report_print_list(steps->r, c->json, "Nothing is to be done."))
    return EXIT_FAILED;
  if (!c->json && steps->missing)
    say_command(c);
  else if (!c->json && wanted->apply)
    printf("\nNode %s is ready. Its firewall must let in TCP %d, and TCP and UDP %d.\n", name,
           (int)wanted->vless_port, (int)wanted->shadowsocks_port);
  return EXIT_DONE;
}

static int provision(cli *c)
{
  qent_provision_options wanted = QENT_PROVISION_OPTIONS_INIT;
  struct steps steps = {.found = 0};
  int code = read_options(c, &wanted);
  if (code == EXIT_DONE)
    code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  steps.r = report_new(fields, sizeof fields / sizeof fields[0], c->now);
  code = steps.r ? run(c, &wanted, &steps) : EXIT_FAILED;
  report_free(steps.r);
  return code;
}

const cli_command commands_node_provision[] = {
    {"node", "provision", "NAME", 1, 1, options,
     "set up a fresh panel: VLESS Reality and Shadowsocks",
     "Shows what is missing and changes nothing until --apply is given. Repeating is harmless;\n"
     "inbounds that were not made by this command are never changed.\n"
     "--camouflage is needed: a large foreign site with TLS 1.3 and HTTP/2 that the server "
     "reaches\nand that is not blocked where your buyers are.\nExample:\n"
     "  qentctl node provision de1 --camouflage www.example.com\n",
     provision},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

/* SPDX-License-Identifier: MIT */
#include "node_cmd.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

static const report_field fields[] = {{"name", "NAME", REPORT_TEXT},
                                      {"title", "TITLE", REPORT_PROSE},
                                      {"country", "COUNTRY", REPORT_TEXT},
                                      {"gateway", "GATEWAY", REPORT_TEXT},
                                      {"group", "GROUP", REPORT_TEXT},
                                      {"state_shown", "STATE", REPORT_SHOWN},
                                      {"accounts", "ACCOUNTS", REPORT_INT},
                                      {"capacity", "CAPACITY", REPORT_LIMIT},
                                      {"load_percent", "LOAD", REPORT_PERCENT},
                                      {"failing_since", "FAILING SINCE", REPORT_TIME},
                                      {"state", NULL, REPORT_TEXT},
                                      {"set_to", NULL, REPORT_TEXT},
                                      {"reachable", NULL, REPORT_BOOL},
                                      {"refused", NULL, REPORT_BOOL},
                                      {"evacuating", NULL, REPORT_BOOL},
                                      {"weight", NULL, REPORT_INT},
                                      {"parallel", NULL, REPORT_INT},
                                      {"url", NULL, REPORT_TEXT},
                                      {"ca_file", NULL, REPORT_TEXT},
                                      {"pinned_key", NULL, REPORT_TEXT},
                                      {"options", NULL, REPORT_JSON},
                                      {"last_error", NULL, REPORT_PROSE},
                                      {"id", NULL, REPORT_INT}};

static const report_field one_fields[] = {{"name", "Name", REPORT_TEXT},
                                          {"title", "Title", REPORT_PROSE},
                                          {"country", "Country", REPORT_TEXT},
                                          {"gateway", "Gateway", REPORT_TEXT},
                                          {"url", "URL", REPORT_TEXT},
                                          {"ca_file", "CA file", REPORT_TEXT},
                                          {"pinned_key", "Pinned key", REPORT_TEXT},
                                          {"options_shown", "Options", REPORT_SHOWN},
                                          {"group", "Group", REPORT_TEXT},
                                          {"state_shown", "State", REPORT_SHOWN},
                                          {"accounts", "Accounts", REPORT_INT},
                                          {"capacity", "Capacity", REPORT_LIMIT},
                                          {"weight", "Weight", REPORT_INT},
                                          {"parallel", "Calls at once", REPORT_INT},
                                          {"load_percent", "Load", REPORT_PERCENT},
                                          {"failing_since", "Failing since", REPORT_TIME},
                                          {"last_error", "Last error", REPORT_PROSE},
                                          {"state", NULL, REPORT_TEXT},
                                          {"set_to", NULL, REPORT_TEXT},
                                          {"reachable", NULL, REPORT_BOOL},
                                          {"refused", NULL, REPORT_BOOL},
                                          {"evacuating", NULL, REPORT_BOOL},
                                          {"options", NULL, REPORT_JSON},
                                          {"id", NULL, REPORT_INT}};

static const report_field stats_fields[] = {{"name", "NAME", REPORT_TEXT},
                                            {"state", "STATE", REPORT_TEXT},
                                            {"reachable", "REACHABLE", REPORT_BOOL},
                                            {"cpu_percent", "CPU", REPORT_PERCENT},
                                            {"memory_used_bytes", "RAM USED", REPORT_BYTES},
                                            {"memory_total_bytes", "RAM", REPORT_BYTES},
                                            {"active_users", "ACTIVE", REPORT_INT},
                                            {"online", "ONLINE", REPORT_INT},
                                            {"accounts", "ACCOUNTS", REPORT_INT},
                                            {"checked_at", "CHECKED", REPORT_TIME},
                                            {"last_error", "LAST ERROR", REPORT_PROSE}};

/* "draining, evacuating", "down, refused credentials". */
static void describe_state(const qent_node *node, char *out, size_t size)
{
  const bool was_draining =
      qent_node_get_state(node) == QENT_NODE_DOWN && qent_node_set_to(node) == QENT_NODE_DRAINING;
  snprintf(out, size, "%s%s%s%s", qent_node_state_name(qent_node_get_state(node)),
           was_draining ? ", draining" : "", qent_node_refused(node) ? ", refused credentials" : "",
           qent_node_evacuating(node) ? ", evacuating" : "");
}

static bool take_node(const qent_node *node, void *user)
{
  char state[80];
  report *r = user;
  describe_state(node, state, sizeof state);
  report_row(r);
  report_text(r, "name", qent_node_name(node));
  report_text(r, "title", qent_node_title(node));
  report_text(r, "gateway", qent_node_gateway(node));
  report_text(r, "group", qent_node_group(node));
  report_text(r, "country", *qent_node_country(node) ? qent_node_country(node) : NULL);
  report_text(r, "state", qent_node_state_name(qent_node_get_state(node)));
  report_text(r, "state_shown", state);
  report_text(r, "set_to", qent_node_state_name(qent_node_set_to(node)));
  report_number(r, "reachable", qent_node_reachable(node));
  report_number(r, "refused", qent_node_refused(node));
  report_number(r, "evacuating", qent_node_evacuating(node));
  report_number(r, "parallel", qent_node_parallel(node));
  report_number(r, "load_percent", qent_node_load_percent(node));
  report_number(r, "failing_since", qent_node_failing_since(node));
  report_text(r, "last_error", qent_node_last_error(node));
  report_number(r, "accounts", qent_node_account_count(node));
  report_number(r, "capacity", qent_node_capacity(node));
  report_number(r, "weight", qent_node_weight(node));
  report_text(r, "url", qent_node_url(node));
  report_text(r, "ca_file", qent_node_ca_file(node));
  report_text(r, "pinned_key", qent_node_pinned_key(node));
  report_text(r, "options", qent_node_gateway_options(node));
  report_number(r, "id", qent_node_id(node));
  return true;
}

static bool take_stats(const qent_node *node, void *user)
{
  report *r = user;
  report_row(r);
  report_text(r, "name", qent_node_name(node));
  report_text(r, "state", qent_node_state_name(qent_node_get_state(node)));
  report_number(r, "reachable", qent_node_reachable(node));
  report_number(r, "cpu_percent", qent_node_cpu_percent(node));
  report_number(r, "memory_used_bytes", qent_node_memory_used_bytes(node));
  report_number(r, "memory_total_bytes", qent_node_memory_total_bytes(node));
  report_number(r, "active_users", qent_node_active_users(node));
  report_number(r, "online", qent_node_online(node));
  report_number(r, "accounts", qent_node_account_count(node));
  report_number(r, "checked_at", qent_node_checked_at(node));
  report_text(r, "last_error", qent_node_last_error(node));
  return true;
}

static int print_nodes(cli *c, const report_field *row, size_t count, qent_node_fn take)
{
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = report_new(row, count, c->now);
  if (!r)
    return EXIT_FAILED;
  const qent_status st = qent_node_each(c->session, take, r, &c->err);
  if (st != QENT_OK)
    code = cli_failed(c, st, NULL);
  else if (!report_print_list(r, c->json, "No nodes yet. Add one: qentctl help node add"))
    code = EXIT_FAILED;
  report_free(r);
  return code;
}

static int list(cli *c)
{
  return print_nodes(c, fields, sizeof fields / sizeof fields[0], take_node);
}

static int stats(cli *c)
{
  return print_nodes(c, stats_fields, sizeof stats_fields / sizeof stats_fields[0], take_stats);
}

const char *node_probe_remedy(qent_status st)
{
  switch ((int)st) {
  case QENT_ETIMEOUT:
  case QENT_EUPSTREAM:
    return "Does the panel run, and is its address right and reachable from here? For a "
           "self-signed certificate give --ca-file or --pinned-key.";
  case QENT_EPROTO:
    return "Is that address this kind of panel? See docs/compatibility.md for versions that are "
           "known to work.";
  case QENT_EINVAL:
    return "On a fresh panel `qentctl node provision` makes the inbounds that accounts need; "
           "options of the node are corrected with `qentctl node edit`.";
  case QENT_ENOTFOUND:
    return NODES_REMEDY;
  default:
    return "`qentctl node show` tells what is known of it.";
  }
}

static int probe_failed(cli *c, const char *name, qent_status st)
{
  char remedy[160];
  if (st != QENT_EAUTH)
    return cli_failed(c, st, node_probe_remedy(st));
  snprintf(remedy, sizeof remedy,
           "Give it the right ones: `qentctl node edit %.32s --password-file FILE`, with "
           "--username if that is another one.",
           name);
  return cli_failed(c, st, remedy);
}

int node_probe_named(cli *c, const char *name, const char *before)
{
  qent_node *node = NULL;
  const qent_status st = qent_node_probe(c->session, name, &node, &c->err);
  if (st != QENT_OK) {
    if (before)
      fprintf(stderr, "Node %s is stored, but its panel could not be used:\n", name);
    return probe_failed(c, name, st);
  }
  int code = EXIT_DONE;
  report *r =
      report_new(stats_fields, sizeof stats_fields / sizeof stats_fields[0], qent_ctx_now(c->ctx));
  if (before && !c->json)
    printf("Node %s %s and its panel answers.\n", name, before);
  if (r)
    take_stats(node, r);
  if (!r || !report_print_one(r, c->json))
    code = EXIT_FAILED;
  else if (!c->json && !qent_node_reachable(node))
    printf(
        "\nIt answers again and counts as down until %s probes in a row are good; botd probes by "
        "itself.\n",
        qent_settings_get(c->settings, "QENT_NODE_UP_PROBES"));
  report_free(r);
  qent_node_free(node);
  return code;
}

int node_print(cli *c, const qent_node *node)
{
  report *r = report_new(one_fields, sizeof one_fields / sizeof one_fields[0], c->now);
  if (r) {
    take_node(node, r);
    report_text(r, "options_shown", qent_node_gateway_options(node));
  }
  const int code = r && report_print_one(r, c->json) ? EXIT_DONE : EXIT_FAILED;
  report_free(r);
  return code;
}

/* Open everything and find the node that the command names. */
static int open_node(cli *c, qent_node **node_out)
{
  const int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_node_by_name(c->session, c->operands[0], node_out, &c->err);
  return st == QENT_OK ? EXIT_DONE : cli_failed(c, st, NODES_REMEDY);
}

static int show(cli *c)
{
  qent_node *node = NULL;
  int code = open_node(c, &node);
  if (code == EXIT_DONE)
    code = node_print(c, node);
  qent_node_free(node);
  return code;
}

static int probe(cli *c)
{
  const int code = cli_open(c);
  return code != EXIT_DONE ? code : node_probe_named(c, c->operands[0], NULL);
}

static int set_state(cli *c, qent_node_state state, const char *said)
{
  const qent_status st = qent_node_set_state(c->session, c->operands[0], state, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, NODES_REMEDY);
  return cli_done(c, 0, "Node %s %s", c->operands[0], said);
}

static int activate(cli *c)
{
  const int code = cli_open(c);
  return code != EXIT_DONE ? code
                           : set_state(c, QENT_NODE_ACTIVE, "is active and takes new accounts.");
}

static int drain(cli *c)
{
  const int code = cli_open(c);
  return code != EXIT_DONE
             ? code
             : set_state(c, QENT_NODE_DRAINING, "keeps its accounts and gets no new ones.");
}

static int disable(cli *c)
{
  qent_node *node = NULL;
  const int code = open_node(c, &node);
  const int32_t accounts = code == EXIT_DONE ? qent_node_account_count(node) : 0;
  qent_node_free(node);
  if (code != EXIT_DONE)
    return code;
  if (!cli_confirm(c,
                   "Node %s with %d account%s is then not talked to; its buyers move to another "
                   "node of the group and get new keys. Where no other one has room, they are "
                   "without VPN. Disable?",
                   c->operands[0], (int)accounts, accounts == 1 ? "" : "s"))
    return EXIT_USAGE;
  return set_state(c, QENT_NODE_DISABLED, "is disabled; `qentctl node activate` brings it back.");
}

static int drop(cli *c)
{
  qent_node *node = NULL;
  const int code = open_node(c, &node);
  qent_node_free(node);
  if (code != EXIT_DONE)
    return code;
  if (!cli_confirm(c, "Node %s and its credentials are forgotten. Remove?", c->operands[0]))
    return EXIT_USAGE;
  const qent_status st = qent_node_remove(c->session, c->operands[0], &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st,
                      st == QENT_ECONFLICT
                          ? "Move everybody away first: `qentctl node evacuate`. Where the panel "
                            "is lost for good, `qentctl node disable` does it."
                          : NODES_REMEDY);
  return cli_done(c, 0, "Node %s is removed.", c->operands[0]);
}

const cli_command commands_node[] = {
    {"node", "list", "", 0, 0, NULL, "list all nodes", NULL, list},
    {"node", "show", "NAME", 1, 1, NULL, "a node with its state", NULL, show},
    {"node", "stats", "", 0, 0, NULL, "load of each node as last measured", NULL, stats},
    {"node", "add", "NAME", 1, 1, node_add_options, "add a node and probe its panel",
     node_add_details, node_add},
    {"node", "probe", "NAME", 1, 1, NULL, "ask a node's panel for its health now", NULL, probe},
    {"node", "activate", "NAME", 1, 1, NULL, "let a node take new accounts", NULL, activate},
    {"node", "drain", "NAME", 1, 1, NULL, "give a node no new accounts",
     "The accounts that are there stay; `qentctl node evacuate` moves them away.\n", drain},
    {"node", "disable", "NAME", 1, 1, NULL, "do not talk to a node", NULL, disable},
    {"node", "remove", "NAME", 1, 1, NULL, "forget a node that has no accounts", NULL, drop},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

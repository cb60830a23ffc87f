/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "report.h"

#include <qentvpn/subscription.h>

#include <string.h>

static const report_field fields[] = {{"name", "NAME", REPORT_TEXT},
                                      {"title", "TITLE", REPORT_PROSE},
                                      {"country", "COUNTRY", REPORT_TEXT},
                                      {"current", "SERVES", REPORT_BOOL},
                                      {"available", "CAN MOVE TO", REPORT_BOOL},
                                      {"down", "DOWN", REPORT_BOOL},
                                      {"load_percent", "LOAD", REPORT_PERCENT}};

static bool take_choice(const qent_node_choice *choice, void *user)
{
  report *r = user;
  report_row(r);
  report_text(r, "name", choice->name);
  report_text(r, "title", choice->title);
  report_text(r, "country", choice->country && *choice->country ? choice->country : NULL);
  report_number(r, "current", choice->current);
  report_number(r, "available", choice->available);
  report_number(r, "down", choice->down);
  report_number(r, "load_percent", choice->load_percent);
  return true;
}

static int open_with_id(cli *c, int64_t *id)
{
  if (!cli_number(c, "ID", c->operands[0], 1, INT64_MAX, id))
    return EXIT_USAGE;
  return cli_open(c);
}

static int nodes(cli *c)
{
  int64_t id = 0;
  int code = open_with_id(c, &id);
  if (code != EXIT_DONE)
    return code;
  report *r = report_new(fields, sizeof fields / sizeof fields[0], c->now);
  if (!r)
    return EXIT_FAILED;
  const qent_status st = qent_subscription_nodes(c->session, 0, id, take_choice, r, &c->err);
  if (st != QENT_OK)
    code = cli_failed(c, st, "`qentctl user show ID` lists a user's subscriptions.");
  else if (!report_print_list(r, c->json, "No node of its group works."))
    code = EXIT_FAILED;
  report_free(r);
  return code;
}

/* Is the node that somebody named one of those that serve already? */
typedef struct named_node {
  const char *name;
  bool serves;
} named_node;

static bool look_for(const qent_node_choice *choice, void *user)
{
  named_node *node = user;
  if (strcmp(choice->name, node->name) == 0)
    node->serves = choice->current;
  return !node->serves;
}

static int move(cli *c)
{
  int64_t id = 0;
  const char *node = c->operand_count > 1 ? c->operands[1] : NULL;
  named_node named = {node, false};
  qent_status st = QENT_OK;
  const int code = open_with_id(c, &id);
  if (code != EXIT_DONE)
    return code;
  if (node)
    st = qent_subscription_nodes(c->session, 0, id, look_for, &named, &c->err);
  if (st == QENT_OK && named.serves)
    return cli_done(c, id, "Subscription %lld is on %s already; nothing moves.", (long long)id,
                    node);
  if (st == QENT_OK)
    st = qent_subscription_move(c->session, 0, id, node, NULL, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, "`qentctl sub nodes ID` shows where it may go.");
  return cli_done(c, id, "Subscription %lld moves to %s; botd does it and tells the buyer.",
                  (long long)id, node ? node : "the best other node");
}

const cli_command commands_sub_node[] = {
    {"sub", "nodes", "ID", 1, 1, NULL, "the nodes that may serve a subscription", NULL, nodes},
    {"sub", "move", "ID [NODE]", 1, 2, NULL, "serve a subscription from another node",
     "Without NODE from the best other one. The old node serves until the new one has confirmed\n"
     "the account; the config link stays the same.\n",
     move},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

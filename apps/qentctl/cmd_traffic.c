/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "parse.h"
#include "report.h"

#include <qentvpn/node.h>
#include <qentvpn/subscription.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400
#define DAYS_USUAL 30
#define DAYS_MAX 366

static const cli_option traffic_options[] = {
    {"node", "NAME", "of one node, day by day", false},
    {"sub", "ID", "of one subscription, day by day and node by node", false},
    {"days", "N", "so many days back, today included (default: 30)", false},
    {"hours", NULL, "with --node: hour by hour", false},
    {NULL, NULL, NULL, false}};

static const report_field node_fields[] = {{"start", NULL, REPORT_TIME},
                                           {"shown", "BEGAN (UTC)", REPORT_SHOWN},
                                           {"bytes", "TRAFFIC", REPORT_BYTES}};

static const report_field sub_fields[] = {{"start", NULL, REPORT_TIME},
                                          {"shown", "DAY (UTC)", REPORT_SHOWN},
                                          {"node", "NODE", REPORT_TEXT},
                                          {"country", "COUNTRY", REPORT_TEXT},
                                          {"bytes", "TRAFFIC", REPORT_BYTES}};

static const report_field all_fields[] = {{"node", "NODE", REPORT_TEXT},
                                          {"title", "TITLE", REPORT_PROSE},
                                          {"country", "COUNTRY", REPORT_TEXT},
                                          {"bytes", "TRAFFIC", REPORT_BYTES}};

/* Rows under construction. */
typedef struct listing {
  report *r;
  int64_t step_s; /* a row's length */
  int64_t start;  /* of the open row; -1: none */
  int64_t bytes;  /* of the open row */
  int64_t total;
} listing;

static void add_start(report *r, int64_t start, bool with_hour)
{
  int64_t f[6];
  char shown[32];
  utc_fields(start, f);
  const int len = snprintf(shown, sizeof shown, "%04lld-%02lld-%02lld", (long long)f[0],
                           (long long)f[1], (long long)f[2]);
  if (with_hour && len > 0)
    snprintf(shown + len, sizeof shown - (size_t)len, " %02lld:00", (long long)f[3]);
  report_number(r, "start", start);
  report_text(r, "shown", shown);
}

static void end_row(listing *l)
{
  if (l->start < 0)
    return;
  report_row(l->r);
  add_start(l->r, l->start, l->step_s < DAY_S);
  report_number(l->r, "bytes", l->bytes);
}

static bool take_hour(int64_t hour_start, int64_t bytes, void *user)
{
  listing *l = user;
  const int64_t start = hour_start - hour_start % l->step_s;
  if (start != l->start) {
    end_row(l);
    l->start = start;
    l->bytes = 0;
  }
  l->bytes += bytes;
  l->total += bytes;
  return true;
}

static bool take_day(const qent_traffic *traffic, void *user)
{
  listing *l = user;
  report_row(l->r);
  add_start(l->r, traffic->day_start, false);
  report_text(l->r, "node", traffic->node_name);
  report_text(l->r, "country", traffic->country && *traffic->country ? traffic->country : NULL);
  report_number(l->r, "bytes", traffic->bytes);
  l->total += traffic->bytes;
  return true;
}

/* The nodes first, because their traffic is read with the same session. */
typedef struct names {
  char (*items)[40];
  size_t count;
  bool failed;
} names;

static bool take_name(const qent_node *node, void *user)
{
  names *n = user;
  char(*items)[40] = realloc(n->items, (n->count + 1) * sizeof *n->items);
  n->failed = !items;
  if (!items)
    return false;
  n->items = items;
  snprintf(n->items[n->count++], sizeof *n->items, "%s", qent_node_name(node));
  return true;
}

static bool add_up(int64_t hour_start, int64_t bytes, void *user)
{
  (void)hour_start;
  *(int64_t *)user += bytes;
  return true;
}

static qent_status add_node(cli *c, const char *name, int64_t from, listing *l)
{
  qent_node *node = NULL;
  int64_t bytes = 0;
  qent_status st = qent_node_by_name(c->session, name, &node, &c->err);
  if (st == QENT_OK)
    st = qent_node_traffic(c->session, name, from, add_up, &bytes, &c->err);
  if (st == QENT_OK) {
    report_row(l->r);
    report_text(l->r, "node", name);
    report_text(l->r, "title", qent_node_title(node));
    report_text(l->r, "country", *qent_node_country(node) ? qent_node_country(node) : NULL);
    report_number(l->r, "bytes", bytes);
    l->total += bytes;
  }
  qent_node_free(node);
  return st;
}

static qent_status all_nodes(cli *c, int64_t from, listing *l)
{
  names n = {NULL, 0, false};
  qent_status st = qent_node_each(c->session, take_name, &n, &c->err);
  if (st == QENT_OK && n.failed)
    st = qent_fail(&c->err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; st == QENT_OK && i < n.count; ++i)
    st = add_node(c, n.items[i], from, l);
  free(n.items);
  return st;
}

/* What was asked for. */
typedef struct question {
  const char *node; /* NULL: not of one node */
  int64_t sub;      /* 0: not of one subscription */
  int64_t days;
  bool hours;
} question;

static qent_status read_traffic(cli *c, const question *q, listing *l)
{
  const int64_t from = c->now - c->now % DAY_S - (q->days - 1) * DAY_S;
  qent_subscription *sub = NULL;
  qent_status st = QENT_OK;
  if (q->node) {
    st = qent_node_traffic(c->session, q->node, from, take_hour, l, &c->err);
    if (st == QENT_OK)
      end_row(l);
    return st;
  }
  if (q->sub == 0)
    return all_nodes(c, from, l);
  st = qent_subscription_by_id(c->session, 0, q->sub, &sub, &c->err);
  qent_subscription_free(sub);
  return st == QENT_OK ? qent_subscription_traffic(c->session, q->sub, from, take_day, l, &c->err)
                       : st;
}

static report *new_report(const cli *c, const question *q)
{
  if (q->node)
    return report_new(node_fields, sizeof node_fields / sizeof node_fields[0], c->now);
  if (q->sub > 0)
    return report_new(sub_fields, sizeof sub_fields / sizeof sub_fields[0], c->now);
  return report_new(all_fields, sizeof all_fields / sizeof all_fields[0], c->now);
}

static int answer(cli *c, const question *q)
{
  listing l = {new_report(c, q), q->hours ? 3600 : DAY_S, -1, 0, 0};
  int code = EXIT_DONE;
  if (!l.r)
    return EXIT_FAILED;
  const qent_status st = read_traffic(c, q, &l);
  if (st != QENT_OK) {
    code = cli_failed(c, st, NULL);
  } else if (!report_print_list(l.r, c->json, "No traffic.")) {
    code = EXIT_FAILED;
  } else if (!c->json && report_rows(l.r) > 0) {
    char total[32];
    report_format_bytes(total, sizeof total, l.total);
    printf("\nTogether: %s in %lld days\n", total, (long long)q->days);
  }
  report_free(l.r);
  return code;
}

static int traffic(cli *c)
{
  question q = {cli_value(c, "node"), 0, DAYS_USUAL, cli_flag(c, "hours")};
  if (!cli_number_option(c, "sub", 1, INT64_MAX, &q.sub) ||
      !cli_number_option(c, "days", 1, DAYS_MAX, &q.days))
    return EXIT_USAGE;
  if (q.node && q.sub > 0)
    return cli_usage(c, "give either --node or --sub");
  if (q.hours && !q.node)
    return cli_usage(c, "--hours goes with --node");
  const int code = cli_open(c);
  return code != EXIT_DONE ? code : answer(c, &q);
}

const cli_command commands_traffic[] = {
    {"stats", "traffic", "", 0, 0, traffic_options, "traffic of nodes or of a subscription",
     "Without --node and --sub: each node as a whole. JSON has exact bytes.\n"
     "Example:\n  qentctl stats traffic --node de1 --days 2 --hours\n",
     traffic},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "report.h"

#include <qentvpn/work.h>

#include <stdio.h>
#include <string.h>

static const cli_option reconcile_options[] = {
    {"dry-run", NULL, "only compare, change nothing", false}, {NULL, NULL, NULL, false}};

static const report_field drift_fields[] = {{"drift", "DRIFT", REPORT_TEXT},
                                            {"node", "NODE", REPORT_TEXT},
                                            {"key", "ON PANEL", REPORT_TEXT},
                                            {"account_id", "ACCOUNT", REPORT_INT},
                                            {"detail", "DETAIL", REPORT_TEXT}};

static bool take_drift(qent_drift drift, const char *node_name, const char *account_key,
                       int64_t account_id, const char *detail, void *user)
{
  report *r = user;
  report_row(r);
  report_text(r, "drift", qent_drift_name(drift));
  report_text(r, "node", node_name);
  report_text(r, "key", account_key);
  report_number(r, "account_id", account_id > 0 ? account_id : -1);
  report_text(r, "detail", detail);
  return true;
}

static int reconcile(cli *c)
{
  const bool fix = !cli_flag(c, "dry-run");
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = report_new(drift_fields, sizeof drift_fields / sizeof drift_fields[0], c->now);
  if (!r)
    return EXIT_FAILED;
  const qent_status st = qent_reconcile(c->session, fix, take_drift, r, &c->err);
  if (!report_print_list(r, c->json, "Every panel is as it should be."))
    code = EXIT_FAILED;
  if (st != QENT_OK)
    code = cli_failed(c, st, "The other nodes were compared; `qentctl node probe` tells more.");
  else if (!c->json && report_rows(r) > 0)
    puts(fix ? "\nWhat is missing, differs or is unwanted is queued; botd puts it right. Orphans "
               "are never touched."
             : "\nNothing was changed. `qentctl reconcile` queues the repair.");
  report_free(r);
  return code;
}

static const report_field stats_fields[] = {
    {"users", "Users", REPORT_INT},
    {"users_24h", "  new in 24 h", REPORT_INT},
    {"subscriptions_active", "Active subscriptions", REPORT_INT},
    {"subscriptions_ending_72h", "  ending within 72 h", REPORT_INT},
    {"orders_paid_24h", "Orders paid in 24 h", REPORT_INT},
    {"orders_paid_30d", "Orders paid in 30 d", REPORT_INT},
    {"payments_flagged", "Flagged payments", REPORT_INT},
    {"accounts_pending", "Accounts waiting", REPORT_INT},
    {"notices_pending", "Notices waiting", REPORT_INT}};

static const report_field revenue_fields[] = {{"revenue_24h", "REVENUE IN 24 H", REPORT_MONEY},
                                              {"revenue_30d", "REVENUE IN 30 D", REPORT_MONEY}};

static void fill_stats(report *r, const qent_stats *stats)
{
  report_row(r);
  report_number(r, "users", stats->users);
  report_number(r, "users_24h", stats->users_24h);
  report_number(r, "subscriptions_active", stats->subscriptions_active);
  report_number(r, "subscriptions_ending_72h", stats->subscriptions_ending_72h);
  report_number(r, "orders_paid_24h", stats->orders_paid_24h);
  report_number(r, "orders_paid_30d", stats->orders_paid_30d);
  report_number(r, "payments_flagged", stats->payments_flagged);
  report_number(r, "accounts_pending", stats->accounts_pending);
  report_number(r, "notices_pending", stats->notices_pending);
}

static void fill_revenue(report *r, const qent_stats *stats)
{
  for (size_t i = 0; i < stats->revenue_count; ++i) {
    qent_money money = {stats->revenue[i].minor_24h, {0}};
    memcpy(money.currency, stats->revenue[i].currency, sizeof money.currency);
    report_row(r);
    report_money(r, "revenue_24h", money);
    money.minor = stats->revenue[i].minor_30d;
    report_money(r, "revenue_30d", money);
  }
}

static int print_stats(cli *c, const report *counts, const report *revenue, int64_t flagged)
{
  if (c->json) {
    qent_buf buf;
    qent_json_writer w;
    report_json_begin(&buf, &w);
    qent_jw_object(&w);
    qent_jw_key(&w, "counts");
    report_write_object(counts, &w);
    qent_jw_key(&w, "revenue");
    report_write_array(revenue, &w);
    qent_jw_end_object(&w);
    return report_json_end(&buf, &w) ? EXIT_DONE : EXIT_FAILED;
  }
  report_print_facts(counts);
  putchar('\n');
  report_print_table(revenue, "No revenue yet.");
  if (flagged > 0)
    puts("\nPayments wait for a decision: qentctl payment list --flagged");
  return EXIT_DONE;
}

static int stats(cli *c)
{
  qent_stats found = QENT_STATS_INIT;
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_stats_read(c->session, &found, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, NULL);
  report *counts = report_new(stats_fields, sizeof stats_fields / sizeof stats_fields[0], c->now);
  report *revenue = report_new(revenue_fields, 2, c->now);
  code = EXIT_FAILED;
  if (counts && revenue) {
    fill_stats(counts, &found);
    fill_revenue(revenue, &found);
    code = print_stats(c, counts, revenue, found.payments_flagged);
  }
  report_free(counts);
  report_free(revenue);
  return code;
}

const cli_command commands_work[] = {
    {"reconcile", NULL, "", 0, 0, reconcile_options,
     "compare all panels with the ledger and repair",
     "Without --dry-run what is missing, differs or is unwanted is queued for botd.\n", reconcile},
    {"stats", NULL, "", 0, 0, NULL, "the business at a glance", NULL, stats},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

/* SPDX-License-Identifier: MIT */
#include "repair.h"
#include "report.h"

#include <qentvpn/work.h>

#include <stdio.h>
#include <string.h>

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
    {"reconcile", NULL, "", 0, 0, reconcile_options, "compare payments, ledger and all panels",
     reconcile_details, reconcile_run},
    {"import", NULL, "NODE", 1, 1, import_options, "adopt the accounts that a panel had before",
     import_details, import_run},
    {"stats", NULL, "", 0, 0, NULL, "the business at a glance", NULL, stats},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

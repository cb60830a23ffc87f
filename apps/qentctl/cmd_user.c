/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "lists.h"
#include "users.h"

#include <stdio.h>
#include <string.h>

#define WHO_BYTES_MAX 512

static const cli_option find_options[] = {{"limit", "N", "at most so many (default: 20)", false},
                                          {NULL, NULL, NULL, false}};

static const report_field fields[] = {{"id", "ID", REPORT_INT},
                                      {"telegram_id", "TELEGRAM", REPORT_INT},
                                      {"name", "NAME", REPORT_PROSE},
                                      {"username", "USERNAME", REPORT_TEXT},
                                      {"language", "LANG", REPORT_TEXT},
                                      {"reachable", "REACHABLE", REPORT_BOOL},
                                      {"created_at", "SINCE", REPORT_TIME}};

static bool take_user(const qent_user *user, void *data)
{
  report *r = data;
  report_row(r);
  report_number(r, "id", qent_user_id(user));
  report_number(r, "telegram_id", qent_user_telegram_id(user));
  report_text(r, "name", qent_user_name(user));
  report_text(r, "username", qent_user_username(user));
  report_text(r, "language", qent_user_language(user));
  report_number(r, "reachable", qent_user_reachable(user));
  report_number(r, "created_at", qent_user_created_at(user));
  return true;
}

qent_status user_of_either_id(cli *c, int64_t id, qent_user **user_out)
{
  const qent_status st = qent_user_by_id(c->session, id, user_out, &c->err);
  return st == QENT_ENOTFOUND ? qent_user_by_telegram_id(c->session, id, user_out, &c->err) : st;
}

static report *new_report(const cli *c)
{
  return report_new(fields, sizeof fields / sizeof fields[0], c->now);
}

static int find(cli *c)
{
  int64_t limit = 20;
  if (strlen(c->operands[0]) > WHO_BYTES_MAX)
    return cli_usage(c, "WHO is longer than %d bytes", WHO_BYTES_MAX);
  if (!cli_number_option(c, "limit", 1, 1000, &limit))
    return EXIT_USAGE;
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = new_report(c);
  if (!r)
    return EXIT_FAILED;
  const qent_status st =
      qent_user_find(c->session, c->operands[0], (int32_t)limit, take_user, r, &c->err);
  if (st != QENT_OK)
    code = cli_failed(c, st, NULL);
  else if (!list_print(c, r, limit, "Nobody found."))
    code = EXIT_FAILED;
  else if (report_rows(r) == 0)
    code = EXIT_NOT_FOUND;
  report_free(r);
  return code;
}

static int print_user(cli *c, report *user, report *subs, report *orders)
{
  if (c->json) {
    qent_buf buf;
    qent_json_writer w;
    report_json_begin(&buf, &w);
    qent_jw_object(&w);
    qent_jw_key(&w, "user");
    report_write_object(user, &w);
    qent_jw_key(&w, "subscriptions");
    report_write_array(subs, &w);
    qent_jw_key(&w, "orders");
    report_write_array(orders, &w);
    qent_jw_end_object(&w);
    return report_json_end(&buf, &w) ? EXIT_DONE : EXIT_FAILED;
  }
  report_print_facts(user);
  printf("\nSubscriptions\n");
  report_print_table(subs, "none");
  printf("\nOrders\n");
  report_print_table(orders, "none");
  return EXIT_DONE;
}

static int show_id(cli *c, int64_t id)
{
  qent_user *found = NULL;
  int code = EXIT_FAILED;
  report *user = new_report(c);
  report *subs = list_new_subs(c);
  report *orders = list_new_orders(c);
  if (user && subs && orders) {
    qent_status st = user_of_either_id(c, id, &found);
    if (st == QENT_OK) {
      take_user(found, user);
      st = qent_subscription_each(c->session, qent_user_id(found), list_take_sub, subs, &c->err);
    }
    if (st == QENT_OK)
      st = qent_order_each(c->session, qent_user_id(found), 50, list_take_order, orders, &c->err);
    code = st == QENT_OK ? print_user(c, user, subs, orders) : cli_failed(c, st, USERS_REMEDY);
  }
  qent_user_free(found);
  report_free(user);
  report_free(subs);
  report_free(orders);
  return code;
}

static int show(cli *c)
{
  int64_t id = 0;
  if (!cli_number(c, "ID", c->operands[0], 1, INT64_C(4503599627370495), &id))
    return EXIT_USAGE;
  const int code = cli_open(c);
  return code != EXIT_DONE ? code : show_id(c, id);
}

const cli_command commands_user[] = {
    {"user", "find", "WHO", 1, 1, find_options, "find users by id, Telegram id or part of a name",
     NULL, find},
    {"user", "show", "ID", 1, 1, NULL, "a user with subscriptions and orders",
     "ID is our id or, when there is no such user, the Telegram id.\n", show},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "lists.h"
#include "users.h"

#include <stdio.h>

static const cli_option list_options[] = {
    {"user", "ID", "whose orders: our id or, when there is no such user, the Telegram id; needed",
     false},
    {"limit", "N", "at most so many (default: 50)", false},
    {NULL, NULL, NULL, false}};

static int list(cli *c)
{
  int64_t user = 0;
  int64_t limit = 50;
  if (!cli_number_option(c, "user", 1, INT64_MAX, &user) ||
      !cli_number_option(c, "limit", 1, 1000, &limit))
    return EXIT_USAGE;
  if (user == 0)
    return cli_usage(c, "order list needs --user ID; `qentctl user find` finds it");
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = list_new_orders(c);
  if (!r)
    return EXIT_FAILED;
  qent_user *found = NULL;
  qent_status st = user_of_either_id(c, user, &found);
  if (st == QENT_OK)
    st = qent_order_each(c->session, qent_user_id(found), (int32_t)limit, list_take_order, r,
                         &c->err);
  qent_user_free(found);
  if (st != QENT_OK)
    code = cli_failed(c, st, USERS_REMEDY);
  else if (!list_print(c, r, limit, "No orders."))
    code = EXIT_FAILED;
  report_free(r);
  return code;
}

static int print_order(cli *c, report *order, report *payments)
{
  if (c->json) {
    qent_buf buf;
    qent_json_writer w;
    report_json_begin(&buf, &w);
    qent_jw_object(&w);
    qent_jw_key(&w, "order");
    report_write_object(order, &w);
    qent_jw_key(&w, "payments");
    report_write_array(payments, &w);
    qent_jw_end_object(&w);
    return report_json_end(&buf, &w) ? EXIT_DONE : EXIT_FAILED;
  }
  report_print_facts(order);
  printf("\nPayments\n");
  report_print_table(payments, "none");
  return EXIT_DONE;
}

static int show(cli *c)
{
  int64_t id = 0;
  qent_order *found = NULL;
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;
  if (!cli_number(c, "ID", c->operands[0], 1, INT64_MAX, &id))
    return EXIT_USAGE;
  int code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *order = list_new_orders(c);
  report *payments = list_new_payments(c);
  code = EXIT_FAILED;
  if (order && payments) {
    qent_status st = qent_order_by_id(c->session, 0, id, &found, &c->err);
    if (st == QENT_OK) {
      list_take_order(found, order);
      filter.order_id = id;
      st = qent_payment_each(c->session, &filter, list_take_payment, payments, &c->err);
    }
    code = st == QENT_OK ? print_order(c, order, payments)
                         : cli_failed(c, st, "`qentctl order list --user ID` lists orders.");
  }
  qent_order_free(found);
  report_free(order);
  report_free(payments);
  return code;
}

const cli_command commands_order[] = {
    {"order", "list", "", 0, 0, list_options, "a user's orders, newest first", NULL, list},
    {"order", "show", "ID", 1, 1, NULL, "an order with its payments", NULL, show},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "lists.h"

#include <stdio.h>
#include <string.h>

static const cli_option list_options[] = {
    {"flagged", NULL, "only those that wait for a decision", false},
    {"state", "STATE", "creating pending succeeded canceled refunded flagged", false},
    {"order", "ID", "only of this order", false},
    {"limit", "N", "at most so many (default: 100)", false},
    {NULL, NULL, NULL, false}};

static const cli_option refund_options[] = {{"reason", "TEXT", "kept with the refund", false},
                                            {NULL, NULL, NULL, false}};

#define FIND_REMEDY "`qentctl payment list` lists the payments."

static int read_filter(cli *c, qent_payment_filter *filter)
{
  int64_t limit = 100;
  const char *state = cli_value(c, "state");
  if (!cli_number_option(c, "limit", 1, 1000, &limit) ||
      !cli_number_option(c, "order", 1, INT64_MAX, &filter->order_id))
    return EXIT_USAGE;
  filter->limit = (int32_t)limit;
  if (cli_flag(c, "flagged") && state)
    return cli_usage(c, "--flagged is --state flagged: give one of them");
  if (cli_flag(c, "flagged"))
    state = qent_payment_state_name(QENT_PAYMENT_FLAGGED);
  for (int i = QENT_PAYMENT_CREATING; state && i <= QENT_PAYMENT_FLAGGED; ++i)
    if (strcmp(state, qent_payment_state_name((qent_payment_state)i)) == 0)
      filter->state = i;
  if (state && filter->state < 0)
    return cli_usage(c, "--state must be one of creating pending succeeded canceled refunded "
                        "flagged");
  return EXIT_DONE;
}

static int list(cli *c)
{
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;
  int code = read_filter(c, &filter);
  if (code == EXIT_DONE)
    code = cli_open(c);
  if (code != EXIT_DONE)
    return code;
  report *r = list_new_payments(c);
  if (!r)
    return EXIT_FAILED;
  const qent_status st = qent_payment_each(c->session, &filter, list_take_payment, r, &c->err);
  if (st != QENT_OK)
    code = cli_failed(c, st, NULL);
  else if (!list_print(c, r, filter.limit,
                       cli_flag(c, "flagged") ? "Nothing waits for a decision." : "No payments."))
    code = EXIT_FAILED;
  report_free(r);
  return code;
}

static int open_with_id(cli *c, int64_t *id)
{
  if (!cli_number(c, "ID", c->operands[0], 1, INT64_MAX, id))
    return EXIT_USAGE;
  return cli_open(c);
}

static int show(cli *c)
{
  int64_t id = 0;
  qent_payment *payment = NULL;
  int code = open_with_id(c, &id);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_payment_by_id(c->session, id, &payment, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, FIND_REMEDY);
  report *r = list_new_payments(c);
  if (r)
    list_take_payment(payment, r);
  if (!r || !report_print_one(r, c->json))
    code = EXIT_FAILED;
  else if (!c->json && qent_payment_get_state(payment) == QENT_PAYMENT_FLAGGED)
    printf("\nIt waits for you: `qentctl payment accept %lld` gives access as if it had matched,\n"
           "`qentctl payment reject %lld` closes it without access.\n",
           (long long)id, (long long)id);
  report_free(r);
  qent_payment_free(payment);
  return code;
}

static int recheck(cli *c)
{
  int64_t id = 0;
  const int code = open_with_id(c, &id);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_payment_recheck(c->session, id, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, FIND_REMEDY);
  return cli_done(c, id, "botd asks the provider about payment %lld at once.", (long long)id);
}

/* A payment that something is to be decided about. */
typedef struct subject {
  int64_t id;
  qent_payment_state state;
  char amount[64];
} subject;

static int open_subject(cli *c, subject *s)
{
  qent_payment *payment = NULL;
  char digits[40] = "?";
  const int code = open_with_id(c, &s->id);
  if (code != EXIT_DONE)
    return code;
  const qent_status st = qent_payment_by_id(c->session, s->id, &payment, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, FIND_REMEDY);
  const qent_money amount = qent_payment_amount(payment);
  s->state = qent_payment_get_state(payment);
  qent_payment_free(payment);
  if (qent_money_format(&amount, digits, sizeof digits, NULL) != QENT_OK)
    return cli_failed(c, QENT_EPROTO, FIND_REMEDY);
  snprintf(s->amount, sizeof s->amount, "%s %s", digits, amount.currency);
  return EXIT_DONE;
}

/* Said before anybody is asked whether to do what cannot be done. */
static int wrong_state(cli *c, const subject *s, qent_payment_state needed, const char *remedy)
{
  qent_fail(&c->err, QENT_ECONFLICT, "payment %lld is %s, not %s; nothing was changed",
            (long long)s->id, qent_payment_state_name(s->state), qent_payment_state_name(needed));
  return cli_failed(c, QENT_ECONFLICT, remedy);
}

static int refund(cli *c)
{
  subject s = {0};
  const int code = open_subject(c, &s);
  if (code != EXIT_DONE)
    return code;
  if (s.state == QENT_PAYMENT_REFUNDED)
    return cli_done(c, s.id, "Payment %lld (%s) is refunded already.", (long long)s.id, s.amount);
  if (s.state != QENT_PAYMENT_SUCCEEDED)
    return wrong_state(c, &s, QENT_PAYMENT_SUCCEEDED,
                       "`qentctl payment list --state succeeded` lists what can be given back.");
  if (!cli_confirm(c,
                   "The whole amount of payment %lld (%s) goes back and its access ends. Refund?",
                   (long long)s.id, s.amount))
    return EXIT_USAGE;
  const char *reason = cli_value(c, "reason");
  const qent_status st =
      qent_payment_refund(c->session, s.id, reason ? reason : "by the shop", &c->err);
  if (st != QENT_OK)
    return cli_failed(
        c, st, st == QENT_ETIMEOUT ? "Repeat the same command: the money goes back once." : NULL);
  return cli_done(c, s.id, "Payment %lld (%s) is refunded; the buyer is told.", (long long)s.id,
                  s.amount);
}

static int resolve(cli *c, bool accept)
{
  subject s = {0};
  const int code = open_subject(c, &s);
  if (code != EXIT_DONE)
    return code;
  if (s.state != QENT_PAYMENT_FLAGGED)
    return wrong_state(c, &s, QENT_PAYMENT_FLAGGED,
                       "`qentctl payment list --flagged` lists those that wait for a decision.");
  if (!cli_confirm(c,
                   accept ? "Payment %lld (%s) gives access as if it had matched. Accept?"
                          : "Payment %lld (%s) is closed without access. Reject?",
                   (long long)s.id, s.amount))
    return EXIT_USAGE;
  const qent_status st = qent_payment_resolve_flag(c->session, s.id, accept, &c->err);
  if (st != QENT_OK)
    return cli_failed(c, st, NULL);
  if (accept)
    return cli_done(c, s.id, "Payment %lld is settled.", (long long)s.id);
  return cli_done(c, s.id, "Payment %lld is closed. Give the money back in the provider's cabinet.",
                  (long long)s.id);
}

static int accept_it(cli *c)
{
  return resolve(c, true);
}

static int reject_it(cli *c)
{
  return resolve(c, false);
}

const cli_command commands_payment[] = {
    {"payment", "list", "", 0, 0, list_options, "payments, newest first", NULL, list},
    {"payment", "show", "ID", 1, 1, NULL, "a payment", NULL, show},
    {"payment", "recheck", "ID", 1, 1, NULL, "ask the provider about a payment now", NULL, recheck},
    {"payment", "refund", "ID", 1, 1, refund_options, "give the whole amount back", NULL, refund},
    {"payment", "accept", "ID", 1, 1, NULL, "honour a flagged payment", NULL, accept_it},
    {"payment", "reject", "ID", 1, 1, NULL, "close a flagged payment without access", NULL,
     reject_it},
    {NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}};

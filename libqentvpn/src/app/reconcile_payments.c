/* SPDX-License-Identifier: MIT */
/* Compares a payment provider with the ledger, both ways. */
#include "app/payments.h"
#include "app/reconcile.h"
#include "payment/provider.h"
#include "util/alloc.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE 100
#define PAGES_MAX 10000
#define FRESH_S 300 /* money that came so lately may be on its way through the ledger */

struct till {
  struct qent__reconcile *run;
  const char *provider;
  qent_payment_provider *port;
  int64_t from;
  bool lists;                  /* the provider has shown us all its payments */
  struct qent__sightings seen; /* ids of our payments among them */
  qent_error *err;
};

/* What the ledger's side needs of a payment. */
struct own {
  int64_t id;
  char external_id[65];
};

struct own_page {
  struct own items[PAGE];
  size_t count; /* of this provider, worth a look */
  size_t read;
  int64_t last_id;
  bool past; /* older ones follow */
  const struct till *till;
};

/* What there is to say about one payment. */
struct finding {
  bool drift;
  qent_drift kind;
  enum qent__repair repair;
  char detail[QENT__DRIFT_DETAIL_SIZE];
};

static void format_money(const qent_money *money, char *text, size_t size)
{
  char digits[40];

  if (qent_money_format(money, digits, sizeof digits, NULL) != QENT_OK)
    (void)snprintf(digits, sizeof digits, "?");
  (void)snprintf(text, size, "%s %s", digits, money->currency);
}

/* The provider has the money; `payment` is NULL when the ledger has no such payment. */
static void judge_paid(const qent_payment *payment, const qent_provider_payment *seen,
                       struct finding *f)
{
  char money[48];

  format_money(&seen->amount, money, sizeof money);
  f->drift = true;
  f->kind = QENT_DRIFT_PAID_UNSETTLED;
  f->repair = QENT__REPAIR_ASK;
  if (!payment)
    (void)snprintf(f->detail, sizeof f->detail,
                   "%s paid for order %" PRId64 ", which the ledger does not know", money,
                   seen->order_id);
  else if (payment->state == QENT_PAYMENT_FLAGGED)
    (void)snprintf(f->detail, sizeof f->detail,
                   "%s paid, but it does not match its order (%s): accept or reject payment "
                   "%" PRId64,
                   money, payment->reason ? payment->reason : "flagged", payment->id);
  else
    (void)snprintf(f->detail, sizeof f->detail,
                   "%s paid for order %" PRId64 "; the ledger has it as %s", money,
                   payment->order_id, qent_payment_state_name(payment->state));
  if (payment &&
      (payment->state == QENT_PAYMENT_FLAGGED || payment->state == QENT_PAYMENT_REFUNDED))
    f->repair = QENT__REPAIR_NONE;
}

static void judge_unpaid(const qent_payment *payment, const char *says, struct finding *f)
{
  f->drift = true;
  f->kind = QENT_DRIFT_SETTLED_UNPAID;
  f->repair = QENT__REPAIR_NONE;
  (void)snprintf(f->detail, sizeof f->detail, "settled for order %" PRId64 "; the provider %s",
                 payment->order_id, says);
}

static void judge_refund(const qent_payment *payment, const qent_provider_payment *seen,
                         struct finding *f)
{
  char back[48];

  format_money(&seen->refunded, back, sizeof back);
  f->drift = true;
  f->kind = QENT_DRIFT_SETTLED_UNPAID;
  f->repair = QENT__REPAIR_ASK;
  (void)snprintf(f->detail, sizeof f->detail,
                 "the provider gave %s of order %" PRId64 " back; the ledger does not know it",
                 back, payment->order_id);
}

/* Closed by an admin: what becomes of the money was decided. */
static bool closed(const qent_payment *payment)
{
  return payment->state == QENT_PAYMENT_CANCELED && qent__payment_final(payment);
}

static void judge_settled(const qent_payment *payment, const qent_provider_payment *seen,
                          int64_t now, struct finding *f)
{
  if (seen->state == QENT_PROVIDER_SUCCEEDED) {
    if (seen->refunded.minor > payment->refunded_minor && !qent__payment_refund_begun(payment))
      judge_refund(payment, seen, f);
  } else if (payment->settled_at <= now - FRESH_S) {
    judge_unpaid(payment,
                 seen->state == QENT_PROVIDER_CANCELED ? "calls it canceled"
                                                       : "still waits for the money",
                 f);
  }
}

static bool has_money(const qent_provider_payment *seen, int64_t now)
{
  return seen->state == QENT_PROVIDER_SUCCEEDED && seen->refunded.minor < seen->amount.minor &&
         seen->paid_at <= now - FRESH_S;
}

static void judge(const qent_payment *payment, const qent_provider_payment *seen, int64_t now,
                  struct finding *f)
{
  if (payment->state == QENT_PAYMENT_SUCCEEDED)
    judge_settled(payment, seen, now, f);
  else if (has_money(seen, now) && !closed(payment))
    judge_paid(payment, seen, f);
}

static qent_status report(struct till *till, const qent_payment *payment, const char *external_id,
                          const struct finding *f)
{
  qent_drift_item item = {.kind = f->kind,
                          .where = till->provider,
                          .key = external_id,
                          .payment_id = payment ? payment->id : 0,
                          .detail = f->detail};

  return f->drift && !till->run->stopped
             ? qent__reconcile_report(till->run, &item, f->repair, till->err)
             : QENT_OK;
}

/* Another system's payments in the same shop carry no order of ours. */
static bool stray(const qent_provider_payment *seen, int64_t now)
{
  return seen->order_id > 0 && !seen->foreign_account && has_money(seen, now);
}

static qent_status on_payment(const qent_provider_payment *seen, void *user)
{
  struct till *till = user;
  struct finding f = {.drift = false};
  int64_t now = qent__session_now(till->run->session);
  qent_payment *payment = NULL;
  qent_status st =
      qent__payment_find(till->run->session, till->provider, seen, &payment, till->err);

  if (st == QENT_ENOTFOUND) {
    if (stray(seen, now))
      judge_paid(NULL, seen, &f);
    return report(till, NULL, seen->external_id, &f);
  }
  if (st == QENT_OK)
    st = qent__sightings_add(&till->seen, payment->id, 0, till->err);
  if (st == QENT_OK) {
    judge(payment, seen, now, &f);
    st = report(till, payment, seen->external_id, &f);
  }
  qent_payment_free(payment);
  return st;
}

static qent_status check_stop(const struct till *till)
{
  return qent_ctx_stopping(qent_session_ctx(till->run->session))
             ? qent_fail(till->err, QENT_ECANCELED, "stopping")
             : QENT_OK;
}

/* All that the provider has. */
static qent_status read_provider(struct till *till)
{
  char cursor[QENT_PROVIDER_CURSOR_SIZE] = "";
  char next[QENT_PROVIDER_CURSOR_SIZE] = "";
  qent_status st = QENT_OK;

  for (int page = 0; st == QENT_OK && !till->run->stopped; page++) {
    st = page < PAGES_MAX ? check_stop(till)
                          : qent_fail(till->err, QENT_EPROTO, "the list of payments has no end");
    if (st == QENT_OK)
      st = qent__provider_list_payments(till->port, till->from, cursor, on_payment, till, next,
                                        till->err);
    if (st == QENT_EUNSUPPORTED)
      return QENT_OK;
    if (st == QENT_OK && !next[0])
      break;
    memcpy(cursor, next, sizeof cursor);
  }
  till->lists = st == QENT_OK;
  qent__sightings_sort(&till->seen);
  return st;
}

/* Of those that the provider has not shown: what it must have, and what it alone can finish. */
static bool worth_a_look(const struct till *till, const qent_payment *payment)
{
  bool open = payment->state == QENT_PAYMENT_CREATING || payment->state == QENT_PAYMENT_PENDING;

  return payment->external_id && strcmp(payment->provider, till->provider) == 0 &&
         (open || (till->lists && payment->state == QENT_PAYMENT_SUCCEEDED)) &&
         !qent__sightings_has(&till->seen, payment->id);
}

static bool take_own(const qent_payment *payment, void *user)
{
  struct own_page *page = user;
  struct own *own = &page->items[page->count];

  page->read++;
  page->last_id = payment->id;
  page->past = payment->created_at < page->till->from;
  if (page->past)
    return false;
  if (worth_a_look(page->till, payment)) {
    own->id = payment->id;
    if (qent__copy_text(own->external_id, sizeof own->external_id, payment->external_id,
                        strlen(payment->external_id)))
      page->count++;
  }
  return true;
}

/* As it is now, and not as it was when its page was read. `seen` NULL: the provider has none. */
static qent_status judge_anew(struct till *till, const struct own *own,
                              const qent_provider_payment *seen)
{
  struct finding f = {.drift = false};
  qent_payment *payment = NULL;
  qent_status st = qent__store_payment_by_id(qent__session_store(till->run->session), own->id,
                                             &payment, till->err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  if (seen)
    judge(payment, seen, qent__session_now(till->run->session), &f);
  else if (payment->state == QENT_PAYMENT_SUCCEEDED)
    judge_unpaid(payment, "does not know it", &f);
  st = report(till, payment, own->external_id, &f);
  qent_payment_free(payment);
  return st;
}

static qent_status ask_about(struct till *till, const struct own *own)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_status st = check_stop(till);

  if (st == QENT_OK)
    st = qent__provider_fetch(till->port, own->external_id, &seen, till->err);
  if (st == QENT_ENOTFOUND)
    return judge_anew(till, own, NULL);
  return st == QENT_OK ? judge_anew(till, own, &seen) : st;
}

/* All that the ledger has and the provider has not shown. */
static qent_status read_ledger(struct till *till)
{
  struct own_page page = {.read = PAGE, .last_id = INT64_MAX, .till = till};
  qent_status st = QENT_OK;

  while (st == QENT_OK && page.read == PAGE && !page.past && !till->run->stopped) {
    page.read = 0;
    page.count = 0;
    st = qent__store_payment_older(qent__session_store(till->run->session), page.last_id, PAGE,
                                   take_own, &page, till->err);
    for (size_t i = 0; st == QENT_OK && i < page.count && !till->run->stopped; i++)
      st = ask_about(till, &page.items[i]);
  }
  return st;
}

qent_status qent__reconcile_provider(struct qent__reconcile *run, const char *provider,
                                     int64_t from, qent_error *err)
{
  struct till till = {.run = run, .provider = provider, .from = from, .err = err};
  qent_status st = qent__session_provider(run->session, provider, &till.port, err);

  if (st == QENT_EUNSUPPORTED)
    return QENT_OK; /* not set up */
  if (st == QENT_OK)
    st = read_provider(&till);
  if (st == QENT_OK && !run->stopped)
    st = read_ledger(&till);
  qent__sightings_dispose(&till.seen);
  return st;
}

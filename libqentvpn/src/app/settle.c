/* SPDX-License-Identifier: MIT */
#include "app/settle.h"
#include "app/entitle.h"
#include "app/notify.h"
#include "app/tx.h"
#include "util/alloc.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define KEYS_LATE_S 15

struct outcome {
  int64_t payment_id;
  const qent_provider_payment *seen; /* NULL: an admin honours a flagged payment */
};

static qent_status set_text(char **field, const char *text, qent_error *err)
{
  char *copy = NULL;

  if (text && *text) {
    copy = qent__strdup(text);
    if (!copy)
      return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  qent__free(*field);
  *field = copy;
  return QENT_OK;
}

static void fill_flag(struct qent__note *note, const void *arg)
{
  const qent_payment *payment = arg;

  qent__note_int(note, "payment", payment->id);
  qent__note_int(note, "order", payment->order_id);
  qent__note_text(note, "reason", payment->reason);
}

static qent_status flag(qent_session *session, qent_payment *payment,
                        const qent_provider_payment *seen, const char *reason, qent_error *err)
{
  char key[64];
  qent_status st = set_text(&payment->reason, reason, err);

  if (st != QENT_OK)
    return st;
  payment->state = QENT_PAYMENT_FLAGGED;
  payment->next_poll_at = 0;
  if (seen)
    payment->amount = seen->amount;
  st = qent__store_payment_save(qent__session_store(session), payment, err);
  (void)snprintf(key, sizeof key, "admin_flag:%" PRId64, payment->id);
  if (st == QENT_OK)
    st = qent__note_admins(session, QENT_NOTICE_ADMIN_FLAG, key, fill_flag, payment, err);
  qent__ctx_log(qent_session_ctx(session), QENT_LOG_WARN, "settle",
                "payment %" PRId64 " does not match its order: %s", payment->id, reason);
  return st;
}

static qent_status tell_buyer(qent_session *session, const qent_order *order,
                              const qent_subscription *sub, bool renewed, qent_error *err)
{
  struct qent__note note;

  if (!renewed) {
    qent__note_begin(&note, QENT_NOTICE_PAYMENT_WAIT, order->user_id, "payment_wait:%" PRId64,
                     sub->id);
    qent__note_int(&note, "order", order->id);
    return qent__note_queue(session, &note, qent__session_now(session) + KEYS_LATE_S, err);
  }
  qent__note_begin(&note, QENT_NOTICE_RENEWED, order->user_id, "renewed:%" PRId64, order->id);
  qent__note_int(&note, "order", order->id);
  qent__note_int(&note, "subscription", sub->id);
  qent__note_int(&note, "expires_at", sub->expires_at);
  return qent__note_queue(session, &note, 0, err);
}

/* Money for a subscription that was switched off after its order was made. */
static qent_status alarm_disabled(qent_session *session, const qent_subscription *sub,
                                  qent_error *err)
{
  char what[64];

  (void)snprintf(what, sizeof what, "paid_but_disabled:%" PRId64, sub->id);
  return qent__note_alarm(session, what,
                          "A subscription that is switched off was paid. Switch it on, or give the "
                          "money back.",
                          err);
}

static qent_status settle(qent_session *session, qent_payment *payment, qent_order *order,
                          qent_error *err)
{
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_subscription *sub = NULL;
  bool renewed = false;
  const struct qent__gift gift = {order->user_id, order->subscription_id, order->new_subscription,
                                  order->plan_id, order->plan_code,       &order->terms};
  qent_status st;

  payment->state = QENT_PAYMENT_SUCCEEDED;
  payment->settled_at = now;
  payment->next_poll_at = 0;
  st = set_text(&payment->reason, NULL, err);
  if (st == QENT_OK)
    st = qent__store_payment_save(store, payment, err);
  if (st == QENT_OK)
    st = qent__give(session, &gift, &sub, &renewed, err);
  if (st != QENT_OK)
    return st;
  order->state = QENT_ORDER_PAID;
  order->paid_at = now;
  order->subscription_id = sub->id;
  st = qent__store_order_save(store, order, err);
  if (st == QENT_OK)
    st = tell_buyer(session, order, sub, renewed, err);
  if (st == QENT_OK && sub->disabled)
    st = alarm_disabled(session, sub, err);
  qent__ctx_log(qent_session_ctx(session), QENT_LOG_NOTICE, "settle",
                "payment=%" PRId64 " order=%" PRId64 " subscription=%" PRId64
                " expires_at=%" PRId64,
                payment->id, order->id, sub->id, sub->expires_at);
  qent_subscription_free(sub);
  return st;
}

/* Nothing to ask the provider about, unless it owes us a refund. */
static void come_to_rest(qent_payment *payment)
{
  if (qent__payment_refund_begun(payment))
    return;
  payment->next_poll_at = 0;
  payment->lease_until = 0;
}

static qent_status rest(qent_session *session, qent_payment *payment, qent_error *err)
{
  come_to_rest(payment);
  return qent__store_payment_save(qent__session_store(session), payment, err);
}

static qent_status refunded(qent_session *session, qent_payment *payment, qent_order *order,
                            int64_t refunded_minor, qent_error *err)
{
  bool was_settled = payment->state == QENT_PAYMENT_SUCCEEDED;
  bool whole = refunded_minor >= payment->amount.minor;
  int64_t part = refunded_minor - payment->refunded_minor;
  qent_status st = QENT_OK;

  payment->refunded_minor = refunded_minor;
  if (whole)
    payment->state = QENT_PAYMENT_REFUNDED;
  if (whole && was_settled)
    st = qent__take_back(session, order, err);
  if (st == QENT_OK)
    st = rest(session, payment, err);
  if (st == QENT_OK && order)
    st = qent__tell_refund(session, order, payment, part, err);
  return st;
}

static qent_status succeeded(qent_session *session, qent_payment *payment, qent_order *order,
                             const qent_provider_payment *seen, qent_error *err)
{
  struct qent__payment_facts facts = {seen->amount, seen->order_id, seen->foreign_account,
                                      seen->wrong_mode};
  const char *mismatch = order ? qent__payment_mismatch(payment, order, &facts) : "order";

  if (!mismatch && !qent__order_can_settle(order))
    mismatch = "paid_twice";
  if (seen->refunded.minor > 0 && seen->refunded.minor >= seen->amount.minor) {
    payment->amount = seen->amount;
    return refunded(session, payment, order, seen->refunded.minor, err);
  }
  payment->refunded_minor = seen->refunded.minor;
  return mismatch ? flag(session, payment, seen, mismatch, err)
                  : settle(session, payment, order, err);
}

static qent_status unfinished(qent_session *session, qent_payment *payment,
                              const qent_provider_payment *seen, qent_error *err)
{
  int64_t now = qent__session_now(session);
  qent_status st = QENT_OK;

  payment->lease_until = 0;
  payment->attempts = 0;
  if (seen->state == QENT_PROVIDER_CANCELED) {
    payment->state = QENT_PAYMENT_CANCELED;
    payment->next_poll_at = 0;
    st = set_text(&payment->reason, seen->reason[0] ? seen->reason : "canceled", err);
  } else {
    payment->state = QENT_PAYMENT_PENDING;
    payment->next_poll_at = now + qent__payment_poll_pause(now - payment->created_at);
    if (seen->confirmation_url[0])
      st = set_text(&payment->confirmation_url, seen->confirmation_url, err);
  }
  if (st == QENT_OK)
    st = set_text(&payment->last_error, NULL, err);
  if (st == QENT_OK)
    st = qent__store_payment_save(qent__session_store(session), payment, err);
  return st;
}

static qent_status learn_external_id(qent_payment *payment, const qent_provider_payment *seen,
                                     qent_error *err)
{
  if (payment->external_id && strcmp(payment->external_id, seen->external_id) != 0)
    return qent_fail(err, QENT_EPROTO, "the provider answered about another payment");
  return payment->external_id ? QENT_OK : set_text(&payment->external_id, seen->external_id, err);
}

static qent_status take_in(qent_session *session, qent_payment *payment, qent_order *order,
                           const qent_provider_payment *seen, qent_error *err)
{
  qent_status st = learn_external_id(payment, seen, err);

  if (st != QENT_OK)
    return st;
  if (qent__payment_final(payment))
    return seen->refunded.minor > payment->refunded_minor
               ? refunded(session, payment, order, seen->refunded.minor, err)
               : rest(session, payment, err);
  if (seen->state == QENT_PROVIDER_SUCCEEDED)
    return succeeded(session, payment, order, seen, err);
  return payment->state == QENT_PAYMENT_CANCELED ? rest(session, payment, err)
                                                 : unfinished(session, payment, seen, err);
}

static qent_status load_order(qent_session *session, const qent_payment *payment,
                              qent_order **order_out, qent_error *err)
{
  if (!payment->order_id)
    return QENT_OK;
  return qent__store_order_by_id(qent__session_store(session), 0, payment->order_id, order_out,
                                 err);
}

static qent_status outcome_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct outcome *outcome = arg;
  qent_payment *payment = NULL;
  qent_order *order = NULL;
  qent_status st =
      qent__store_payment_by_id(qent__session_store(session), outcome->payment_id, &payment, err);

  if (st == QENT_OK)
    st = load_order(session, payment, &order, err);
  if (st == QENT_OK)
    st = take_in(session, payment, order, outcome->seen, err);
  qent_order_free(order);
  qent_payment_free(payment);
  return st;
}

qent_status qent__settle_outcome(qent_session *session, int64_t payment_id,
                                 const qent_provider_payment *outcome, qent_error *err)
{
  struct outcome arg = {payment_id, outcome};

  return qent__tx(session, outcome_in_tx, &arg, err);
}

static qent_status honour_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct outcome *outcome = arg;
  qent_payment *payment = NULL;
  qent_order *order = NULL;
  qent_status st =
      qent__store_payment_by_id(qent__session_store(session), outcome->payment_id, &payment, err);

  if (st == QENT_OK)
    st = load_order(session, payment, &order, err);
  if (st == QENT_OK && payment->state != QENT_PAYMENT_FLAGGED)
    st = qent_fail(err, QENT_ECONFLICT, "payment %" PRId64 " is %s, not flagged", payment->id,
                   qent_payment_state_name(payment->state));
  if (st == QENT_OK && (!order || !qent__order_can_settle(order)))
    st = qent_fail(err, QENT_ECONFLICT, "the order of payment %" PRId64 " is %s", payment->id,
                   order ? qent_order_state_name(order->state) : "unknown");
  if (st == QENT_OK)
    st = settle(session, payment, order, err);
  qent_order_free(order);
  qent_payment_free(payment);
  return st;
}

qent_status qent__settle_flagged(qent_session *session, int64_t payment_id, qent_error *err)
{
  struct outcome arg = {payment_id, NULL};

  return qent__tx(session, honour_in_tx, &arg, err);
}

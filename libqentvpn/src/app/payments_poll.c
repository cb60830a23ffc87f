/* SPDX-License-Identifier: MIT */
#include "app/notify.h"
#include "app/payments.h"
#include "app/settle.h"
#include "app/tx.h"
#include "payment/provider.h"
#include "util/alloc.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEASE_S 60
#define CREATE_TIMEOUT_MS 40000
#define HINT_ATTEMPTS_MAX 200 /* back-off makes this about a week */

struct stray {
  const struct qent__hint *hint;
  const qent_provider_payment *seen;
};

static qent_status delete_hint_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct qent__hint *hint = arg;

  return qent__store_hint_delete(qent__session_store(session), hint->id, err);
}

static qent_status later_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct qent__hint *hint = arg;
  int64_t pause = qent__backoff_s(hint->attempts + 1, 0);

  if (hint->attempts >= HINT_ATTEMPTS_MAX)
    return qent__store_hint_delete(qent__session_store(session), hint->id, err);
  return qent__store_hint_later(qent__session_store(session), hint->id,
                                qent__session_now(session) + pause, err);
}

/* Money came for a payment that we have no row of: keep it in sight of the admins. */
static qent_status keep_stray_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct stray *stray = arg;
  qent_payment payment = {.state = QENT_PAYMENT_CREATING};
  qent__store *store = qent__session_store(session);
  qent_status st;

  payment.created_at = qent__session_now(session);
  payment.amount = stray->seen->amount;
  payment.next_poll_at = payment.created_at;
  (void)qent__copy_text(payment.provider, sizeof payment.provider, stray->hint->provider,
                        strlen(stray->hint->provider));
  (void)snprintf(payment.idempotency_key, sizeof payment.idempotency_key, "stray:%.58s",
                 stray->seen->external_id);
  payment.external_id = qent__strdup(stray->seen->external_id);
  if (!payment.external_id)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = qent__store_payment_insert(store, &payment, err);
  qent__free(payment.external_id);
  return st == QENT_ECONFLICT ? QENT_OK : st;
}

static qent_status stray_payment(qent_session *session, const struct qent__hint *hint,
                                 const qent_provider_payment *seen, qent_error *err)
{
  struct stray stray = {hint, seen};
  qent_payment *payment = NULL;
  qent_status st;

  if (seen->state != QENT_PROVIDER_SUCCEEDED || seen->foreign_account)
    return QENT_OK;
  st = qent__tx(session, keep_stray_in_tx, &stray, err);
  if (st == QENT_OK)
    st = qent__store_payment_by_external(qent__session_store(session), hint->provider,
                                         seen->external_id, &payment, err);
  if (st == QENT_OK)
    st = qent__settle_outcome(session, payment->id, seen, err);
  qent_payment_free(payment);
  return st;
}

qent_status qent__payment_find(qent_session *session, const char *provider,
                               const qent_provider_payment *seen, qent_payment **payment_out,
                               qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_payment *payment = NULL;
  qent_status st =
      qent__store_payment_by_external(store, provider, seen->external_id, &payment, err);

  if (st == QENT_ENOTFOUND && seen->order_id > 0) {
    st = qent__store_payment_newest_of_order(store, seen->order_id, &payment, err);
    if (st == QENT_OK && (payment->external_id || strcmp(payment->provider, provider) != 0)) {
      qent_payment_free(payment);
      return QENT_ENOTFOUND;
    }
  }
  if (st == QENT_OK)
    *payment_out = payment;
  return st;
}

static qent_status follow_hint(qent_session *session, const struct qent__hint *hint,
                               qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_payment_provider *provider = NULL;
  qent_payment *payment = NULL;
  qent_status st = qent__session_provider(session, hint->provider, &provider, err);

  if (st == QENT_OK)
    st = qent__provider_fetch(provider, hint->external_id, &seen, err);
  if (st == QENT_ENOTFOUND)
    return QENT_OK; /* a forged or foreign id */
  if (st != QENT_OK)
    return st;
  st = qent__payment_find(session, hint->provider, &seen, &payment, err);
  if (st == QENT_OK)
    st = qent__settle_outcome(session, payment->id, &seen, err);
  else if (st == QENT_ENOTFOUND)
    st = stray_payment(session, hint, &seen, err);
  qent_payment_free(payment);
  return st;
}

/* @return QENT_ENOTFOUND when no hint is due. */
static qent_status next_hint(qent_session *session, qent_error *err)
{
  struct qent__hint hint;
  qent_error cause = QENT_ERROR_INIT;
  int64_t now = qent__session_now(session);
  qent_status st =
      qent__store_hint_claim(qent__session_store(session), now, now + LEASE_S, &hint, err);

  if (st != QENT_OK)
    return st;
  st = follow_hint(session, &hint, &cause);
  if (st == QENT_OK)
    return qent__tx(session, delete_hint_in_tx, &hint, err);
  qent__ctx_log(qent_session_ctx(session), QENT_LOG_WARN, "payments", "webhook of %s %s: %s: %s",
                hint.provider, hint.external_id, qent_status_name(st), cause.message);
  return qent__tx(session, later_in_tx, &hint, err);
}

static qent_status fetch(qent_session *session, const qent_payment *payment, qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_payment_provider *provider = NULL;
  qent_status st = qent__session_provider(session, payment->provider, &provider, err);

  if (st == QENT_OK)
    st = qent__provider_fetch(provider, payment->external_id, &seen, err);
  if (st == QENT_OK)
    st = qent__settle_outcome(session, payment->id, &seen, err);
  return st;
}

/* A failure that concerns the payment alone is stored with it and stops nobody else. */
static bool stops_all(qent_status st)
{
  return st == QENT_ESTORE || st == QENT_ECANCELED || st == QENT_ENOMEM;
}

static qent_status poll_payment(qent_session *session, const qent_payment *payment, qent_error *err)
{
  qent_error cause = QENT_ERROR_INIT;
  qent_status st;

  if (payment->state == QENT_PAYMENT_CREATING && !payment->external_id) {
    st = qent__payment_create(session, payment, CREATE_TIMEOUT_MS, &cause);
    return stops_all(st) ? qent_fail(err, st, "%s", cause.message) : QENT_OK;
  }
  if (qent__payment_refund_begun(payment))
    st = qent__payment_continue_refund(session, payment, &cause);
  else
    st = fetch(session, payment, &cause);
  if (st == QENT_OK)
    return QENT_OK;
  cause.status = st;
  if (stops_all(st)) {
    if (st == QENT_ECANCELED) /* free for who comes next */
      (void)qent__payment_poll_failed(session, payment->id, &cause, NULL);
    return qent_fail(err, st, "%s", cause.message);
  }
  qent__ctx_log(qent_session_ctx(session), QENT_LOG_WARN, "payments",
                "payment=%" PRId64 " attempt=%d: %s: %s", payment->id, payment->attempts + 1,
                qent_status_name(st), cause.message);
  return qent__payment_poll_failed(session, payment->id, &cause, err);
}

/* @return QENT_ENOTFOUND when no payment is due. */
static qent_status next_payment(qent_session *session, qent_error *err)
{
  int64_t now = qent__session_now(session);
  qent_payment *payment = NULL;
  qent_status st =
      qent__store_payment_claim(qent__session_store(session), now, now + LEASE_S, &payment, err);

  if (st != QENT_OK)
    return st;
  st = poll_payment(session, payment, err);
  qent_payment_free(payment);
  return st;
}

qent_status qent_payments_poll(qent_session *session, int32_t max, int32_t *done_out,
                               qent_error *err)
{
  bool hints = true;
  bool payments = true;
  int32_t done = 0;
  qent_status st = QENT_OK;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "polling needs a session and a maximum");
  /* In turns: a flood of forged webhooks must not hold up the payments. */
  for (bool hint = true; st == QENT_OK && done < max && (hints || payments); hint = !hint) {
    bool *more = hint ? &hints : &payments;
    if (!*more)
      continue;
    if (qent_ctx_stopping(qent_session_ctx(session)))
      return qent_fail(err, QENT_ECANCELED, "stopping");
    st = hint ? next_hint(session, err) : next_payment(session, err);
    *more = st == QENT_OK;
    if (st == QENT_OK)
      done++;
    else if (st == QENT_ENOTFOUND)
      st = QENT_OK;
  }
  if (st == QENT_OK && done_out)
    *done_out = done;
  return st;
}

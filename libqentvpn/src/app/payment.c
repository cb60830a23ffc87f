/* SPDX-License-Identifier: MIT */
#include "app/failure.h"
#include "app/notify.h"
#include "app/payments.h"
#include "app/settle.h"
#include "app/tx.h"
#include "payment/provider.h"
#include "util/alloc.h"
#include "util/random.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CREATE_GIVE_UP_S (23 * 3600) /* the provider forgets idempotency keys after a day */
#define REFUND_REPEAT_S 60

qent_status qent_payment_by_id(qent_session *session, int64_t id, qent_payment **payment_out,
                               qent_error *err)
{
  if (!session || !payment_out)
    return qent_fail(err, QENT_EINVAL, "finding a payment needs a session and an output");
  return qent__store_payment_by_id(qent__session_store(session), id, payment_out, err);
}

qent_status qent_payment_each(qent_session *session, const qent_payment_filter *filter,
                              qent_payment_fn fn, void *user, qent_error *err)
{
  if (!session || !filter || !fn || filter->limit < 1 || filter->limit > 1000)
    return qent_fail(err, QENT_EINVAL, "listing payments needs a limit of 1..1000");
  return qent__store_payment_each(qent__session_store(session), filter, fn, user, err);
}

struct hint {
  const char *provider;
  const char *external_id;
};

static qent_status put_hint_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct hint *hint = arg;

  return qent__store_hint_put(qent__session_store(session), hint->provider, hint->external_id,
                              qent__session_now(session), err);
}

qent_status qent_payment_webhook(qent_session *session, const char *provider, const char *body,
                                 size_t body_len, qent_error *err)
{
  const qent_payment_provider_factory *factory;
  char external_id[65];
  struct hint hint = {provider, external_id};
  qent_status st;

  if (!session || !provider || (!body && body_len))
    return qent_fail(err, QENT_EINVAL, "a webhook needs a session, a provider and a body");
  factory = qent__ctx_provider_factory(qent_session_ctx(session), provider);
  if (!factory)
    return qent_fail(err, QENT_ENOTFOUND, "there is no payment provider \"%.32s\"", provider);
  st = qent__provider_parse_webhook(factory, body, body_len, external_id, sizeof external_id, err);
  if (st != QENT_OK)
    return st;
  return qent__tx(session, put_hint_in_tx, &hint, err);
}

bool qent_payment_webhook_source_known(const qent_ctx *ctx, const char *provider,
                                       const char *address)
{
  const qent_payment_provider_factory *factory =
      ctx && provider ? qent__ctx_provider_factory(ctx, provider) : NULL;

  return factory && address && qent__provider_source_known(factory, address);
}

struct change {
  int64_t payment_id;
  const qent_error *cause;
  const char *text;
};

typedef qent_status (*change_fn)(qent_session *session, qent_payment *payment,
                                 const struct change *change, qent_error *err);

static qent_status change_payment(qent_session *session, const struct change *change, change_fn fn,
                                  qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_payment *payment = NULL;
  qent_status st = qent__store_payment_by_id(store, change->payment_id, &payment, err);

  if (st != QENT_OK)
    return st;
  st = fn(session, payment, change, err);
  if (st == QENT_OK)
    st = qent__store_payment_save(store, payment, err);
  qent_payment_free(payment);
  return st;
}

static qent_status recheck(qent_session *session, qent_payment *payment,
                           const struct change *change, qent_error *err)
{
  (void)change;
  (void)err;
  payment->next_poll_at = qent__session_now(session);
  payment->lease_until = 0;
  return QENT_OK;
}

static qent_status recheck_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return change_payment(session, arg, recheck, err);
}

qent_status qent_payment_recheck(qent_session *session, int64_t payment_id, qent_error *err)
{
  struct change change = {payment_id, NULL, NULL};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, recheck_in_tx, &change, err);
}

static bool refused_for_good(const qent_error *cause)
{
  return cause->status == QENT_EINVAL || cause->status == QENT_EUNSUPPORTED ||
         cause->status == QENT_ECONFLICT;
}

/* A refund that the provider refuses for good is dropped: the admins hear of it, and may begin it
 * anew with another key. A call that was stopped says nothing about the far side. */
static qent_status poll_failed(qent_session *session, qent_payment *payment,
                               const struct change *change, qent_error *err)
{
  payment->lease_until = 0;
  if (change->cause->status == QENT_ECANCELED)
    return QENT_OK;
  payment->attempts++;
  payment->next_poll_at =
      qent__session_now(session) + qent__failure_pause_s(change->cause, payment->attempts);
  if (qent__payment_refund_begun(payment) && refused_for_good(change->cause)) {
    payment->refund_key[0] = '\0';
    payment->next_poll_at = 0;
  }
  return qent__failure_keep(&payment->last_error, change->cause, err);
}

static qent_status alarm_about(qent_session *session, const struct change *change, qent_error *err)
{
  char what[64];
  qent_payment *payment = NULL;
  qent_status st =
      qent__store_payment_by_id(qent__session_store(session), change->payment_id, &payment, err);

  if (st != QENT_OK)
    return st;
  if (change->cause->status == QENT_EAUTH) {
    st = qent__note_alarm(session, "payment_provider_refused", change->cause->message, err);
  } else if (payment->state == QENT_PAYMENT_SUCCEEDED && refused_for_good(change->cause)) {
    (void)snprintf(what, sizeof what, "refund_refused:%" PRId64, payment->id);
    st = qent__note_alarm(session, what, change->cause->message, err);
  }
  qent_payment_free(payment);
  return st;
}

static qent_status poll_failed_in_tx(qent_session *session, void *arg, qent_error *err)
{
  qent_status st = change_payment(session, arg, poll_failed, err);

  return st == QENT_OK ? alarm_about(session, arg, err) : st;
}

qent_status qent__payment_poll_failed(qent_session *session, int64_t payment_id,
                                      const qent_error *cause, qent_error *err)
{
  struct change change = {payment_id, cause, NULL};

  return qent__tx(session, poll_failed_in_tx, &change, err);
}

static qent_status refuse(qent_session *session, qent_payment *payment, const struct change *change,
                          qent_error *err)
{
  char *reason;

  (void)session;
  if (payment->state != QENT_PAYMENT_CREATING)
    return QENT_OK;
  reason = qent__strdup(change->text);
  if (!reason)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent__free(payment->reason);
  payment->reason = reason;
  payment->state = QENT_PAYMENT_CANCELED;
  payment->next_poll_at = 0;
  payment->lease_until = 0;
  return change->cause ? qent__failure_keep(&payment->last_error, change->cause, err) : QENT_OK;
}

static qent_status refuse_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return change_payment(session, arg, refuse, err);
}

/* A payment that was never created can never be paid: nobody has its link. */
static qent_status give_up(qent_session *session, const qent_payment *payment,
                           const qent_error *cause, const char *reason, qent_error *err)
{
  struct change change = {payment->id, cause, reason};

  return qent__tx(session, refuse_in_tx, &change, err);
}

/* Store why the payment is not there yet; @return the cause, unless the store fails too. */
static qent_status create_failed(qent_session *session, const qent_payment *payment, bool refused,
                                 const qent_error *cause, qent_error *err)
{
  qent_status st = refused ? give_up(session, payment, cause, "refused", err)
                           : qent__payment_poll_failed(session, payment->id, cause, err);

  if (st != QENT_OK)
    return st;
  if (err)
    *err = *cause;
  return cause->status;
}

qent_status qent__payment_create(qent_session *session, const qent_payment *payment,
                                 int64_t timeout_ms, qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_payment_provider *provider = NULL;
  qent_error cause = QENT_ERROR_INIT;
  bool refused = false;
  qent_status st;

  if (qent__session_now(session) - payment->created_at > CREATE_GIVE_UP_S)
    return give_up(session, payment, NULL, "never_created", err);
  st = qent__session_provider(session, payment->provider, &provider, &cause);
  if (st == QENT_OK) {
    st = qent__provider_create(provider, payment->idempotency_key, payment->request, timeout_ms,
                               &seen, &cause);
    refused = st == QENT_EINVAL || st == QENT_ECONFLICT;
  }
  if (st == QENT_OK)
    st = qent__settle_outcome(session, payment->id, &seen, &cause);
  if (st == QENT_OK)
    return QENT_OK;
  cause.status = st;
  return create_failed(session, payment, refused, &cause, err);
}

static qent_status begin_refund(qent_session *session, qent_payment *payment,
                                const struct change *change, qent_error *err)
{
  qent_status st = QENT_OK;

  if (payment->state != QENT_PAYMENT_SUCCEEDED)
    return qent_fail(err, QENT_ECONFLICT,
                     "payment %" PRId64 " is %s; only a settled one can be given back", payment->id,
                     qent_payment_state_name(payment->state));
  if (!payment->refund_key[0]) {
    st = qent__random_uuid(payment->refund_key, err);
    qent__free(payment->refund_reason);
    payment->refund_reason = qent__strdup(change->text);
    if (st == QENT_OK && change->text && !payment->refund_reason)
      st = qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  payment->next_poll_at = qent__session_now(session) + REFUND_REPEAT_S;
  return st;
}

static qent_status begin_refund_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return change_payment(session, arg, begin_refund, err);
}

/* What a repeat would be refused for may have been done by the first call: the payment itself tells
 * whether the money went back. */
qent_status qent__payment_continue_refund(qent_session *session, const qent_payment *payment,
                                          qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_payment_provider *provider = NULL;
  qent_money rest = payment->amount;
  qent_error cause = QENT_ERROR_INIT;
  qent_status asked;
  qent_status st = qent__session_provider(session, payment->provider, &provider, err);

  if (st != QENT_OK)
    return st;
  rest.minor -= payment->refunded_minor;
  asked = qent__provider_refund(provider, payment->refund_key, payment->external_id, &rest,
                                payment->refund_reason, &cause);
  if (asked == QENT_OK || asked == QENT_EINVAL || asked == QENT_ECONFLICT) {
    st = qent__provider_fetch(provider, payment->external_id, &seen, err);
    if (st != QENT_OK)
      return st;
    if (seen.refunded.minor >= payment->amount.minor)
      return qent__settle_outcome(session, payment->id, &seen, err);
  }
  if (asked == QENT_OK)
    return qent_fail(err, QENT_EUPSTREAM, "the refund is under way at the provider");
  if (err)
    *err = cause;
  return asked;
}

qent_status qent_payment_refund(qent_session *session, int64_t payment_id, const char *reason,
                                qent_error *err)
{
  struct change change = {payment_id, NULL, reason};
  qent_error cause = QENT_ERROR_INIT;
  qent_payment *payment = NULL;
  qent_status st;

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  st = qent__tx(session, begin_refund_in_tx, &change, err);
  if (st == QENT_OK)
    st = qent__store_payment_by_id(qent__session_store(session), payment_id, &payment, err);
  if (st != QENT_OK)
    return st;
  st = qent__payment_continue_refund(session, payment, &cause);
  qent_payment_free(payment);
  if (st == QENT_OK)
    return QENT_OK;
  cause.status = st;
  st = qent__payment_poll_failed(session, payment_id, &cause, err);
  if (st != QENT_OK)
    return st;
  if (err)
    *err = cause;
  return cause.status;
}

static qent_status reject(qent_session *session, qent_payment *payment, const struct change *change,
                          qent_error *err)
{
  (void)session;
  (void)change;
  if (payment->state != QENT_PAYMENT_FLAGGED)
    return qent_fail(err, QENT_ECONFLICT, "payment %" PRId64 " is %s, not flagged", payment->id,
                     qent_payment_state_name(payment->state));
  return qent__payment_close(payment, err);
}

static qent_status reject_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return change_payment(session, arg, reject, err);
}

qent_status qent_payment_resolve_flag(qent_session *session, int64_t payment_id, bool accept,
                                      qent_error *err)
{
  struct change change = {payment_id, NULL, NULL};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  if (accept)
    return qent__settle_flagged(session, payment_id, err);
  return qent__tx(session, reject_in_tx, &change, err);
}

qent_status qent_payment_provider_check(qent_session *session, const char *provider,
                                        char *detail_out, size_t size, qent_error *err)
{
  qent_payment_provider *opened = NULL;
  qent_status st;

  if (!session || !provider || !detail_out || size < 128)
    return qent_fail(err, QENT_EINVAL, "a check needs a provider and 128 bytes of room");
  st = qent__session_provider(session, provider, &opened, err);
  if (st == QENT_OK)
    st = qent__provider_check(opened, detail_out, size, err);
  return st;
}

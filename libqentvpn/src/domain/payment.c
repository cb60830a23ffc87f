/* SPDX-License-Identifier: MIT */
#include "domain/payment.h"
#include "util/alloc.h"

#include <string.h>

#define CLOSED "closed_by_admin"

const char *qent_payment_state_name(qent_payment_state state)
{
  static const char *const names[] = {"creating", "pending",  "succeeded",
                                      "canceled", "refunded", "flagged"};

  return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

int64_t qent_payment_id(const qent_payment *payment)
{
  return payment->id;
}

int64_t qent_payment_order_id(const qent_payment *payment)
{
  return payment->order_id;
}

const char *qent_payment_provider_name(const qent_payment *payment)
{
  return payment->provider;
}

const char *qent_payment_external_id(const qent_payment *payment)
{
  return payment->external_id;
}

qent_payment_state qent_payment_get_state(const qent_payment *payment)
{
  return payment->state;
}

qent_money qent_payment_amount(const qent_payment *payment)
{
  return payment->amount;
}

qent_money qent_payment_refunded(const qent_payment *payment)
{
  qent_money refunded = payment->amount;

  refunded.minor = payment->refunded_minor;
  return refunded;
}

const char *qent_payment_reason(const qent_payment *payment)
{
  return payment->reason;
}

int32_t qent_payment_attempts(const qent_payment *payment)
{
  return payment->attempts;
}

const char *qent_payment_last_error(const qent_payment *payment)
{
  return payment->last_error;
}

int64_t qent_payment_created_at(const qent_payment *payment)
{
  return payment->created_at;
}

int64_t qent_payment_settled_at(const qent_payment *payment)
{
  return payment->settled_at;
}

void qent_payment_free(qent_payment *payment)
{
  if (!payment)
    return;
  qent__free(payment->external_id);
  qent__free(payment->request);
  qent__free(payment->confirmation_url);
  qent__free(payment->reason);
  qent__free(payment->refund_reason);
  qent__free(payment->last_error);
  qent__free(payment);
}

const char *qent__payment_mismatch(const qent_payment *payment, const qent_order *order,
                                   const struct qent__payment_facts *facts)
{
  if (facts->foreign_account)
    return "account";
  if (facts->wrong_mode)
    return "mode";
  if (facts->order_id != order->id || payment->order_id != order->id)
    return "order";
  if (strcmp(facts->amount.currency, order->price.currency) != 0)
    return "currency";
  if (facts->amount.minor != order->price.minor)
    return "amount";
  return NULL;
}

qent_status qent__payment_close(qent_payment *payment, qent_error *err)
{
  char *reason = qent__strdup(CLOSED);

  if (!reason)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent__free(payment->reason);
  payment->reason = reason;
  payment->state = QENT_PAYMENT_CANCELED;
  payment->next_poll_at = 0;
  return QENT_OK;
}

bool qent__payment_final(const qent_payment *payment)
{
  switch (payment->state) {
  case QENT_PAYMENT_SUCCEEDED:
  case QENT_PAYMENT_REFUNDED:
  case QENT_PAYMENT_FLAGGED:
    return true;
  case QENT_PAYMENT_CANCELED:
    return payment->reason && strcmp(payment->reason, CLOSED) == 0;
  case QENT_PAYMENT_CREATING:
  case QENT_PAYMENT_PENDING:
    break;
  }
  return false;
}

bool qent__payment_refund_begun(const qent_payment *payment)
{
  return payment->state == QENT_PAYMENT_SUCCEEDED && payment->refund_key[0];
}

int64_t qent__payment_poll_pause(int64_t age_s)
{
  if (age_s < 600)
    return 3;
  if (age_s < 7200)
    return 60;
  if (age_s < INT64_C(2) * 86400)
    return 900;
  return INT64_C(6) * 3600;
}

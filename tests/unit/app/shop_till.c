/* SPDX-License-Identifier: MIT */
#include "shop_parts.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shop_till till;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static bool failing(void)
{
  if (till.fail_calls == 0)
    return false;
  till.fail_calls--;
  return true;
}

static qent_status refuse(qent_error *err)
{
  (void)qent_fail(err, till.fail_as, "the test's till says no");
  if (err && till.retry_after_ms)
    err->retry_after_ms = till.retry_after_ms;
  return till.fail_as;
}

static void show(const struct shop_payment *payment, qent_provider_payment *out)
{
  snprintf(out->external_id, sizeof out->external_id, "%s", payment->id);
  out->state = payment->state;
  out->amount = payment->amount;
  out->refunded = payment->refunded;
  out->order_id = payment->order_id;
  out->foreign_account = payment->foreign_account;
  out->wrong_mode = payment->wrong_mode;
  out->paid_at = payment->paid_at;
  if (payment->state == QENT_PROVIDER_PENDING)
    snprintf(out->confirmation_url, sizeof out->confirmation_url, "https://till.test/%s",
             payment->id);
  if (payment->state == QENT_PROVIDER_CANCELED)
    snprintf(out->reason, sizeof out->reason, "insufficient_funds");
}

static qent_status render_request(qent_payment_provider *p, const qent_provider_request *request,
                                  qent_buf *body_out, qent_error *err)
{
  (void)p;
  qent_buf_addf(body_out, "%" PRId64 " %" PRId64 " %s", request->order_id, request->amount.minor,
                request->amount.currency);
  return qent_buf_status(body_out, err);
}

static struct shop_payment *by_key(const char *key)
{
  for (size_t i = 0; i < till.count; i++) {
    if (strcmp(till.payments[i].key, key) == 0)
      return &till.payments[i];
  }
  return NULL;
}

static struct shop_payment *add(const char *key, const char *body)
{
  struct shop_payment *payment = &till.payments[till.count++];
  char *end = NULL;

  snprintf(payment->key, sizeof payment->key, "%s", key);
  snprintf(payment->id, sizeof payment->id, "pay-%zu", till.count);
  payment->order_id = strtoll(body, &end, 10);
  payment->amount.minor = strtoll(end, &end, 10);
  memcpy(payment->amount.currency, end + 1, 3);
  return payment;
}

static qent_status create_alone(qent_payment_provider *p, const char *idempotency_key,
                                const char *body, int64_t timeout_ms,
                                qent_provider_payment *payment_out, qent_error *err)
{
  bool fails = failing();
  struct shop_payment *payment;

  (void)p;
  (void)timeout_ms;
  till.creates++;
  if (fails && !till.act_first)
    return refuse(err);
  payment = by_key(idempotency_key);
  if (!payment)
    payment = add(idempotency_key, body);
  if (fails)
    return refuse(err);
  show(payment, payment_out);
  if (till.answer_with)
    snprintf(payment_out->external_id, sizeof payment_out->external_id, "%s", till.answer_with);
  return QENT_OK;
}

static qent_status fetch_alone(qent_payment_provider *p, const char *external_id,
                               qent_provider_payment *payment_out, qent_error *err)
{
  (void)p;
  till.fetches++;
  if (failing())
    return refuse(err);
  for (size_t i = 0; i < till.count; i++) {
    if (strcmp(till.payments[i].id, external_id) == 0) {
      show(&till.payments[i], payment_out);
      return QENT_OK;
    }
  }
  return qent_fail(err, QENT_ENOTFOUND, "no payment %s", external_id);
}

static qent_status refund_alone(qent_payment_provider *p, const char *idempotency_key,
                                const char *external_id, const qent_money *amount,
                                const char *reason, qent_error *err)
{
  bool fails = failing();

  (void)p;
  (void)reason;
  if (fails && !till.act_first)
    return refuse(err);
  for (size_t i = 0; i < till.count; i++) {
    struct shop_payment *payment = &till.payments[i];
    if (strcmp(payment->id, external_id) != 0 || strcmp(payment->refund_key, idempotency_key) == 0)
      continue;
    if (payment->refunded.minor + amount->minor > payment->amount.minor)
      return qent_fail(err, QENT_EINVAL, "more than was paid");
    till.refunds++;
    snprintf(payment->refund_key, sizeof payment->refund_key, "%s", idempotency_key);
    payment->refunded.minor += amount->minor;
    memcpy(payment->refunded.currency, amount->currency, sizeof amount->currency);
  }
  return fails ? refuse(err) : QENT_OK;
}

static qent_status create(qent_payment_provider *p, const char *idempotency_key, const char *body,
                          int64_t timeout_ms, qent_provider_payment *payment_out, qent_error *err)
{
  qent_status st;

  pthread_mutex_lock(&mutex);
  st = create_alone(p, idempotency_key, body, timeout_ms, payment_out, err);
  pthread_mutex_unlock(&mutex);
  return st;
}

static qent_status fetch(qent_payment_provider *p, const char *external_id,
                         qent_provider_payment *payment_out, qent_error *err)
{
  qent_status st;

  pthread_mutex_lock(&mutex);
  st = fetch_alone(p, external_id, payment_out, err);
  pthread_mutex_unlock(&mutex);
  return st;
}

static qent_status refund(qent_payment_provider *p, const char *idempotency_key,
                          const char *external_id, const qent_money *amount, const char *reason,
                          qent_error *err)
{
  qent_status st;

  pthread_mutex_lock(&mutex);
  st = refund_alone(p, idempotency_key, external_id, amount, reason, err);
  pthread_mutex_unlock(&mutex);
  return st;
}

/* Two a page, newest first; the cursor is how many are left. */
static qent_status list_alone(const char *cursor, qent_provider_payment_fn fn, void *user,
                              char *next_out, qent_error *err)
{
  size_t left = *cursor ? (size_t)strtoll(cursor, NULL, 10) : till.count;
  qent_status st = QENT_OK;

  if (till.no_list)
    return qent_fail(err, QENT_EUNSUPPORTED, "no list");
  if (failing())
    return refuse(err);
  till.lists++;
  for (int i = 0; st == QENT_OK && i < 2 && left > 0; i++) {
    qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
    show(&till.payments[--left], &seen);
    st = fn(&seen, user);
  }
  if (left > 0)
    snprintf(next_out, QENT_PROVIDER_CURSOR_SIZE, "%zu", left);
  return st;
}

static qent_status list_payments(qent_payment_provider *p, int64_t created_from, const char *cursor,
                                 qent_provider_payment_fn fn, void *user, char *next_out,
                                 qent_error *err)
{
  qent_status st;

  (void)p;
  (void)created_from;
  pthread_mutex_lock(&mutex);
  st = list_alone(cursor, fn, user, next_out, err);
  pthread_mutex_unlock(&mutex);
  return st;
}

static void destroy(qent_payment_provider *p)
{
  free(p);
}

static const qent_payment_provider_ops ops = {
    .size = sizeof ops,
    .render_request = render_request,
    .create = create,
    .fetch = fetch,
    .refund = refund,
    .destroy = destroy,
    .list_payments = list_payments,
};

static qent_status open_till(const qent_provider_config *config,
                             qent_payment_provider **provider_out, qent_error *err)
{
  qent_payment_provider *p = calloc(1, sizeof *p);

  (void)config;
  if (!p)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  p->ops = &ops;
  *provider_out = p;
  return QENT_OK;
}

static qent_status parse_webhook(const char *body, size_t len, char *id_out, size_t size,
                                 qent_error *err)
{
  if (len == 0 || len >= size)
    return qent_fail(err, QENT_EINVAL, "not a notification");
  memcpy(id_out, body, len);
  id_out[len] = '\0';
  return QENT_OK;
}

const qent_payment_provider_factory shop_till_factory = {
    .size = sizeof shop_till_factory,
    .name = "till",
    .currency = "RUB",
    .open = open_till,
    .parse_webhook = parse_webhook,
};

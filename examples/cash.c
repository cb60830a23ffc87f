/* SPDX-License-Identifier: MIT */
/* The smallest whole payment provider: whoever has a bill has paid it. A real one keeps the bills
 * at its side; here the bill itself says everything, so that this program needs no memory. */
#include "cash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static qent_status read_bill(const char *bill, qent_provider_payment *out, qent_error *err)
{
  long long order_id = 0;
  long long minor = 0;
  char *end = NULL;

  if (strncmp(bill, "bill-", 5) != 0)
    return qent_fail(err, QENT_ENOTFOUND, "no such bill");
  order_id = strtoll(bill + 5, &end, 10);
  minor = *end == '-' ? strtoll(end + 1, &end, 10) : 0;
  snprintf(out->external_id, sizeof out->external_id, "%s", bill);
  snprintf(out->confirmation_url, sizeof out->confirmation_url, "https://shop.example/%s", bill);
  snprintf(out->amount.currency, sizeof out->amount.currency, "RUB");
  out->amount.minor = minor;
  out->order_id = order_id;
  out->state = QENT_PROVIDER_SUCCEEDED;
  return QENT_OK;
}

static qent_status render_request(qent_payment_provider *p, const qent_provider_request *request,
                                  qent_buf *body_out, qent_error *err)
{
  (void)p;
  qent_buf_addf(body_out, "bill-%lld-%lld", (long long)request->order_id,
                (long long)request->amount.minor);
  return qent_buf_status(body_out, err);
}

static qent_status create(qent_payment_provider *p, const char *idempotency_key, const char *body,
                          int64_t timeout_ms, qent_provider_payment *payment_out, qent_error *err)
{
  qent_status st = read_bill(body, payment_out, err);

  (void)p;
  (void)idempotency_key; /* the body is the key: the same order is the same bill */
  (void)timeout_ms;
  payment_out->state = QENT_PROVIDER_PENDING;
  return st;
}

static qent_status fetch(qent_payment_provider *p, const char *external_id,
                         qent_provider_payment *payment_out, qent_error *err)
{
  (void)p;
  return read_bill(external_id, payment_out, err);
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
    .destroy = destroy,
};

static qent_status open_drawer(const qent_provider_config *config,
                               qent_payment_provider **provider_out, qent_error *err)
{
  qent_payment_provider *drawer = calloc(1, sizeof *drawer);

  (void)config;
  if (!drawer)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  drawer->ops = &ops;
  *provider_out = drawer;
  return QENT_OK;
}

static qent_status parse_webhook(const char *body, size_t len, char *id_out, size_t size,
                                 qent_error *err)
{
  if (len == 0 || len >= size)
    return qent_fail(err, QENT_EINVAL, "a notification is the name of a bill");
  memcpy(id_out, body, len);
  id_out[len] = '\0';
  return QENT_OK;
}

const qent_payment_provider_factory cash_factory = {
    .size = sizeof cash_factory,
    .name = "cash",
    .currency = "RUB",
    .open = open_drawer,
    .parse_webhook = parse_webhook,
};

/* SPDX-License-Identifier: MIT */
#include "payment/provider.h"
#include "util/cidr.h"

#include <string.h>

#define KEY_MAX 64
#define TIMEOUT_MAX_MS 120000

#define HAS_OP(p, op)                                                                              \
  ((p)->ops->size >= offsetof(qent_payment_provider_ops, op) + sizeof((p)->ops->op) && (p)->ops->op)

qent_status qent__provider_factory_check(const qent_payment_provider_factory *factory,
                                         qent_error *err)
{
  if (!factory || factory->size < sizeof *factory)
    return qent_fail(err, QENT_EINVAL, "a payment provider's factory is missing or too old");
  if (!factory->name || !*factory->name || strlen(factory->name) > 32)
    return qent_fail(err, QENT_EINVAL, "a payment provider needs a name of 1..32 characters");
  if (!factory->currency || strlen(factory->currency) != 3)
    return qent_fail(err, QENT_EINVAL, "payment provider %s needs a currency", factory->name);
  if (!factory->open || !factory->parse_webhook)
    return qent_fail(err, QENT_EINVAL, "payment provider %s lacks open or parse_webhook",
                     factory->name);
  return QENT_OK;
}

qent_status qent__provider_open(const qent_payment_provider_factory *factory,
                                const qent_provider_config *config,
                                qent_payment_provider **provider_out, qent_error *err)
{
  qent_payment_provider *p = NULL;
  qent_status st = factory->open(config, &p, err);

  if (st != QENT_OK)
    return st;
  p->name = factory->name;
  if (!HAS_OP(p, destroy) || !HAS_OP(p, render_request) || !HAS_OP(p, create) ||
      !HAS_OP(p, fetch)) {
    qent__provider_destroy(p);
    return qent_fail(err, QENT_EINVAL, "payment provider %s lacks a required operation",
                     factory->name);
  }
  *provider_out = p;
  return QENT_OK;
}

void qent__provider_destroy(qent_payment_provider *p)
{
  if (p && HAS_OP(p, destroy))
    p->ops->destroy(p);
}

qent_status qent__provider_render_request(qent_payment_provider *p,
                                          const qent_provider_request *request, qent_buf *body_out,
                                          qent_error *err)
{
  if (!p || !request || !body_out || request->amount.minor <= 0 || !request->description)
    return qent_fail(err, QENT_EINVAL, "a request needs a provider, an amount and a description");
  return p->ops->render_request(p, request, body_out, err);
}

static bool key_ok(const char *key)
{
  return key && *key && strlen(key) <= KEY_MAX;
}

/* What an adapter answers must be usable, whoever wrote it. */
static qent_status check_answer(const qent_payment_provider *p, const char *external_id,
                                const qent_provider_payment *seen, qent_error *err)
{
  if (!seen->external_id[0] || seen->amount.minor < 0 || seen->refunded.minor < 0)
    return qent_fail(err, QENT_EPROTO, "%s answered without an id or with a bad amount", p->name);
  if (external_id && strcmp(external_id, seen->external_id) != 0)
    return qent_fail(err, QENT_EPROTO, "%s answered about another payment", p->name);
  return QENT_OK;
}

qent_status qent__provider_create(qent_payment_provider *p, const char *idempotency_key,
                                  const char *body, int64_t timeout_ms,
                                  qent_provider_payment *payment_out, qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_status st;

  if (!p || !key_ok(idempotency_key) || !body || !payment_out || timeout_ms < 1 ||
      timeout_ms > TIMEOUT_MAX_MS)
    return qent_fail(err, QENT_EINVAL, "creating needs a key, a stored request and a timeout");
  st = p->ops->create(p, idempotency_key, body, timeout_ms, &seen, err);
  if (st == QENT_OK)
    st = check_answer(p, NULL, &seen, err);
  if (st == QENT_OK)
    *payment_out = seen;
  return st;
}

qent_status qent__provider_fetch(qent_payment_provider *p, const char *external_id,
                                 qent_provider_payment *payment_out, qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_status st;

  if (!p || !key_ok(external_id) || !payment_out)
    return qent_fail(err, QENT_EINVAL, "fetching needs a provider, an id and an output");
  st = p->ops->fetch(p, external_id, &seen, err);
  if (st == QENT_OK)
    st = check_answer(p, external_id, &seen, err);
  if (st == QENT_OK)
    *payment_out = seen;
  return st;
}

qent_status qent__provider_refund(qent_payment_provider *p, const char *idempotency_key,
                                  const char *external_id, const qent_money *amount,
                                  const char *reason, qent_error *err)
{
  if (!p || !key_ok(idempotency_key) || !key_ok(external_id) || !amount || amount->minor <= 0)
    return qent_fail(err, QENT_EINVAL, "a refund needs a key, a payment and an amount");
  if (!HAS_OP(p, refund))
    return qent_fail(err, QENT_EUNSUPPORTED, "%s cannot give money back", p->name);
  return p->ops->refund(p, idempotency_key, external_id, amount, reason, err);
}

qent_status qent__provider_check(qent_payment_provider *p, char *detail_out, size_t size,
                                 qent_error *err)
{
  if (!p || !detail_out || size == 0)
    return qent_fail(err, QENT_EINVAL, "a check needs a provider and room for its answer");
  if (!HAS_OP(p, check))
    return qent_fail(err, QENT_EUNSUPPORTED, "%s has no check", p->name);
  return p->ops->check(p, detail_out, size, err);
}

/* Stands between an adapter's page and who asked for it. */
struct page {
  const qent_payment_provider *p;
  qent_provider_payment_fn fn;
  void *user;
  qent_error *err;
};

static qent_status take_payment(const qent_provider_payment *payment, void *user)
{
  const struct page *page = user;
  qent_status st = check_answer(page->p, NULL, payment, page->err);

  return st == QENT_OK ? page->fn(payment, page->user) : st;
}

qent_status qent__provider_list_payments(qent_payment_provider *p, int64_t created_from,
                                         const char *cursor, qent_provider_payment_fn fn,
                                         void *user, char *next_out, qent_error *err)
{
  struct page page = {p, fn, user, err};
  char next[QENT_PROVIDER_CURSOR_SIZE] = "";
  qent_status st;

  if (!p || created_from < 0 || !cursor || !fn || !next_out)
    return qent_fail(err, QENT_EINVAL, "listing payments needs a provider, a time and a callback");
  if (!HAS_OP(p, list_payments))
    return qent_fail(err, QENT_EUNSUPPORTED, "%s cannot list its payments", p->name);
  st = p->ops->list_payments(p, created_from, cursor, take_payment, &page, next, err);
  if (st == QENT_OK && next[0] && strcmp(next, cursor) == 0)
    return qent_fail(err, QENT_EPROTO, "%s answered with the same page again", p->name);
  if (st == QENT_OK)
    memcpy(next_out, next, sizeof next);
  return st;
}

qent_status qent__provider_parse_webhook(const qent_payment_provider_factory *factory,
                                         const char *body, size_t len, char *id_out, size_t size,
                                         qent_error *err)
{
  if (!factory || !body || !id_out || size <= KEY_MAX)
    return qent_fail(err, QENT_EINVAL, "a webhook needs a body and 65 bytes of room for an id");
  return factory->parse_webhook(body, len, id_out, size, err);
}

bool qent__provider_source_known(const qent_payment_provider_factory *factory, const char *address)
{
  if (!factory->webhook_networks)
    return true;
  for (size_t i = 0; address && factory->webhook_networks[i]; i++) {
    qent__network network;

    if (qent__network_parse(factory->webhook_networks[i], &network) &&
        qent__network_holds(&network, address))
      return true;
  }
  return false;
}

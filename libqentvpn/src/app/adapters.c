/* SPDX-License-Identifier: MIT */
/* The kinds of panels and tills that a context knows: the embedder's own before those built in. */
#include "app/context_private.h"
#include "gateway/gateway.h"
#include "payment/provider.h"
#include "registry.h"
#include "util/text.h"

qent_status qent_ctx_register_gateway(qent_ctx *ctx, const qent_gateway_factory *factory,
                                      qent_error *err)
{
  qent_status st;

  if (!ctx)
    return qent_fail(err, QENT_EINVAL, "a gateway is registered with a context");
  st = qent__gateway_factory_check(factory, err);
  if (st != QENT_OK)
    return st;
  for (size_t i = 0; i < ctx->own_gateway_count; i++) {
    if (qent__streq(ctx->own_gateways[i]->name, factory->name))
      return qent_fail(err, QENT_ECONFLICT, "gateway %s is registered twice", factory->name);
  }
  if (ctx->own_gateway_count == QENT__OWN_ADAPTERS_MAX)
    return qent_fail(err, QENT_ECONFLICT, "more than %d own gateways", QENT__OWN_ADAPTERS_MAX);
  ctx->own_gateways[ctx->own_gateway_count++] = factory;
  return QENT_OK;
}

qent_status qent_ctx_register_payment_provider(qent_ctx *ctx,
                                               const qent_payment_provider_factory *factory,
                                               qent_error *err)
{
  qent_status st;

  if (!ctx)
    return qent_fail(err, QENT_EINVAL, "a payment provider is registered with a context");
  st = qent__provider_factory_check(factory, err);
  if (st != QENT_OK)
    return st;
  for (size_t i = 0; i < ctx->own_provider_count; i++) {
    if (qent__streq(ctx->own_providers[i]->name, factory->name))
      return qent_fail(err, QENT_ECONFLICT, "provider %s is registered twice", factory->name);
  }
  if (ctx->own_provider_count == QENT__OWN_ADAPTERS_MAX)
    return qent_fail(err, QENT_ECONFLICT, "more than %d own providers", QENT__OWN_ADAPTERS_MAX);
  ctx->own_providers[ctx->own_provider_count++] = factory;
  return QENT_OK;
}

static const qent_gateway_factory *gateway_at(const qent_ctx *ctx, size_t index)
{
  return index < ctx->own_gateway_count ? ctx->own_gateways[index]
                                        : qent__builtin_gateway(index - ctx->own_gateway_count);
}

static const qent_payment_provider_factory *provider_at(const qent_ctx *ctx, size_t index)
{
  return index < ctx->own_provider_count ? ctx->own_providers[index]
                                         : qent__builtin_provider(index - ctx->own_provider_count);
}

const char *qent_ctx_gateway_name(const qent_ctx *ctx, size_t index)
{
  const qent_gateway_factory *factory = gateway_at(ctx, index);

  return factory ? factory->name : NULL;
}

bool qent_ctx_gateway_wants_username(const qent_ctx *ctx, size_t index)
{
  const qent_gateway_factory *factory = gateway_at(ctx, index);

  return factory && !(factory->lacks & QENT_GATEWAY_LACKS_USERNAME);
}

const char *qent_ctx_payment_provider_name(const qent_ctx *ctx, size_t index)
{
  const qent_payment_provider_factory *factory = provider_at(ctx, index);

  return factory ? factory->name : NULL;
}

const char *qent_ctx_payment_provider_currency(const qent_ctx *ctx, size_t index)
{
  const qent_payment_provider_factory *factory = provider_at(ctx, index);

  return factory ? factory->currency : NULL;
}

const qent_gateway_factory *qent__ctx_gateway_factory(const qent_ctx *ctx, const char *name)
{
  const qent_gateway_factory *factory;

  for (size_t i = 0; (factory = gateway_at(ctx, i)) != NULL; i++) {
    if (qent__streq(factory->name, name))
      break;
  }
  return factory;
}

const qent_payment_provider_factory *qent__ctx_provider_factory(const qent_ctx *ctx,
                                                                const char *name)
{
  const qent_payment_provider_factory *factory;

  for (size_t i = 0; (factory = provider_at(ctx, i)) != NULL; i++) {
    if (qent__streq(factory->name, name))
      break;
  }
  return factory;
}

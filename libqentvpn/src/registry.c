/* SPDX-License-Identifier: MIT */
#include "registry.h"
#include "gateway/amneziawg.h"
#include "gateway/marzban.h"
#include "gateway/wgeasy.h"
#include "gateway/xui.h"
#include "payment/yookassa.h"

static const qent_gateway_factory *const gateways[] = {
    &qent__marzban_factory, &qent__xui_factory, &qent__amneziawg_factory, &qent__wgeasy_factory};

static const qent_payment_provider_factory *const providers[] = {&qent__yookassa_factory};

const qent_gateway_factory *qent__builtin_gateway(size_t index)
{
  return index < sizeof gateways / sizeof gateways[0] ? gateways[index] : NULL;
}

const qent_payment_provider_factory *qent__builtin_provider(size_t index)
{
  return index < sizeof providers / sizeof providers[0] ? providers[index] : NULL;
}

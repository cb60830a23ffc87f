/* SPDX-License-Identifier: MIT */
#ifndef QENT_REGISTRY_H
#define QENT_REGISTRY_H

/* The built-in adapters. The only place that knows their names. */

#include <qentvpn/ext/gateway.h>
#include <qentvpn/ext/payment_provider.h>

/* NULL past the end. */
const qent_gateway_factory *qent__builtin_gateway(size_t index);
const qent_payment_provider_factory *qent__builtin_provider(size_t index);

#endif

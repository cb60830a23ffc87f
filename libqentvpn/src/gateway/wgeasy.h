/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_WGEASY_H
#define QENT_GATEWAY_WGEASY_H

#include <qentvpn/ext/gateway.h>

/* wg-easy 15. Setting it up and its oddities: docs/adapters/wgeasy.md. */
extern const qent_gateway_factory qent__wgeasy_factory;

#endif

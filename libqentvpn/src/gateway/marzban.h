/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_MARZBAN_H
#define QENT_GATEWAY_MARZBAN_H

#include <qentvpn/ext/gateway.h>

/* Marzban 0.8. Node options, tokens and oddities: docs/adapters/marzban.md. */
extern const qent_gateway_factory qent__marzban_factory;

#endif

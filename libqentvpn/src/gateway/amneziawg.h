/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_AMNEZIAWG_H
#define QENT_GATEWAY_AMNEZIAWG_H

#include <qentvpn/ext/gateway.h>

/* amnezia-wg-easy (w0rng). Setting it up and its oddities: docs/adapters/amneziawg.md. */
extern const qent_gateway_factory qent__amneziawg_factory;

#endif

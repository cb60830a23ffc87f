/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_XUI_H
#define QENT_GATEWAY_XUI_H

#include <qentvpn/ext/gateway.h>

/* 3x-ui 2.3 and newer. Node options, logging in and oddities: docs/adapters/3xui.md. */
extern const qent_gateway_factory qent__xui_factory;

#endif

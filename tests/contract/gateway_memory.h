/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_GATEWAY_MEMORY_H
#define TESTS_CONTRACT_GATEWAY_MEMORY_H

#include <qentvpn/ext/gateway.h>

/* A panel in memory: the gateway to read first. */
extern const qent_gateway_factory memory_gateway_factory;

#endif

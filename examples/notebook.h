/* SPDX-License-Identifier: MIT */
#ifndef EXAMPLES_NOTEBOOK_H
#define EXAMPLES_NOTEBOOK_H

/* A panel that is a page of memory: see notebook.c. */

#include <qentvpn/ext/gateway.h>

extern const qent_gateway_factory notebook_factory;

#endif

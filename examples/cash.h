/* SPDX-License-Identifier: MIT */
#ifndef EXAMPLES_CASH_H
#define EXAMPLES_CASH_H

/* A payment provider that is a drawer of cash: see cash.c. */

#include <qentvpn/ext/payment_provider.h>

extern const qent_payment_provider_factory cash_factory;

#endif

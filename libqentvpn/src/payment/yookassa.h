/* SPDX-License-Identifier: MIT */
#ifndef QENT_PAYMENT_YOOKASSA_H
#define QENT_PAYMENT_YOOKASSA_H
#include <qentvpn/ext/payment_provider.h>

/* YooKassa API v3; docs/adapters/yookassa.md. */
extern const qent_payment_provider_factory qent__yookassa_factory;

#endif

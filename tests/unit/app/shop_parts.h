/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_APP_SHOP_PARTS_H
#define TESTS_UNIT_APP_SHOP_PARTS_H

#include "shop.h"

extern const qent_gateway_factory shop_panel_factory;
extern const qent_payment_provider_factory shop_till_factory;

#endif

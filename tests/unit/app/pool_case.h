/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_APP_POOL_CASE_H
#define TESTS_UNIT_APP_POOL_CASE_H

/* What the tests of several nodes share. */

#include "shop.h"

#define CASE_OF(open, test) cmocka_unit_test_setup_teardown(test, open, shop_close)
#define CASE(test) CASE_OF(shop_open, test)

/* Order, pay, and do what is due. */
void pool_buy(struct shop *shop, const char *plan_code);
/* A minute and a half in which probes are made and everything due is done. */
void pool_pass(struct shop *shop);
qent_node_state pool_node_state(struct shop *shop, const char *name);
/* A node of its own panel in the Netherlands. */
void pool_add_node(struct shop *shop, const char *name, const char *group, int32_t capacity);
/* How many links the buyer is given. */
int pool_links(struct shop *shop);
/* The first keys have been told once. */
void pool_nothing_said_twice(struct shop *shop);

#endif

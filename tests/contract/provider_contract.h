/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_PROVIDER_CONTRACT_H
#define TESTS_CONTRACT_PROVIDER_CONTRACT_H

/* What every payment provider must keep, whoever wrote it. A test file makes rigs and lists the
 * suite with PROVIDER_CONTRACT(setup, teardown). */

#include "payment/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct provider_rig {
  qent_payment_provider *provider;
  qent_money price;
  int64_t order_id;     /* of the next order; rigs begin somewhere of their own */
  int64_t created_from; /* UNIX s: before the rig's first payment */
  /* The buyer pays, or is declined. */
  void (*settle)(struct provider_rig *rig, const char *external_id, bool paid);
  /* Payments of an order, and refunds of a payment, as the provider itself counts them. */
  int (*count_payments)(struct provider_rig *rig, int64_t order_id);
  int (*count_refunds)(struct provider_rig *rig, int64_t order_id);
};

/* A new order's request body; the caller frees it with qent_text_free(). */
char *provider_body(struct provider_rig *rig);
/* A key of its own for each number. */
const char *provider_key(int number, char key[65]);
/* Create or fail the test. */
qent_provider_payment provider_create(struct provider_rig *rig, const char *key, const char *body);

void creating_twice_is_one_payment(void **state);
void two_keys_are_two_payments(void **state);
void fetch_shows_what_was_created(void **state);
void paying_is_seen_once_and_for_all(void **state);
void declining_is_final_and_has_a_reason(void **state);
void unknown_payment_is_not_found(void **state);
void refunding_twice_is_one_refund(void **state);
void an_unpaid_payment_cannot_be_refunded(void **state);
void rendering_is_stable(void **state);
void check_says_something(void **state);
void listing_shows_every_payment_once(void **state);

#define PROVIDER_CONTRACT(setup, teardown)                                                         \
  cmocka_unit_test_setup_teardown(creating_twice_is_one_payment, setup, teardown),                 \
      cmocka_unit_test_setup_teardown(two_keys_are_two_payments, setup, teardown),                 \
      cmocka_unit_test_setup_teardown(fetch_shows_what_was_created, setup, teardown),              \
      cmocka_unit_test_setup_teardown(paying_is_seen_once_and_for_all, setup, teardown),           \
      cmocka_unit_test_setup_teardown(declining_is_final_and_has_a_reason, setup, teardown),       \
      cmocka_unit_test_setup_teardown(unknown_payment_is_not_found, setup, teardown),              \
      cmocka_unit_test_setup_teardown(refunding_twice_is_one_refund, setup, teardown),             \
      cmocka_unit_test_setup_teardown(an_unpaid_payment_cannot_be_refunded, setup, teardown),      \
      cmocka_unit_test_setup_teardown(rendering_is_stable, setup, teardown),                       \
      cmocka_unit_test_setup_teardown(check_says_something, setup, teardown),                      \
      cmocka_unit_test_setup_teardown(listing_shows_every_payment_once, setup, teardown)

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_GATEWAY_CONTRACT_H
#define TESTS_CONTRACT_GATEWAY_CONTRACT_H

/* What every gateway must keep, whatever panel it drives. A rig opens one; the suite uses it
 * through the port only, makes accounts whose keys begin with rig->prefix and removes them again,
 * so that it may run against a panel that serves people. */

#include "gateway/gateway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The credentials of contract_spec(). */
#define CONTRACT_UUID "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
#define CONTRACT_PASSWORD "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="

struct contract_rig {
  qent_gateway *gw;
  qent_http *http;
  qent_panel_share *share;
  const qent_gateway_factory *factory;
  qent_gateway_config config; /* what `gw` was opened with */
  char prefix[16];
  int keys_made;
  int64_t now;
};

/* Open `factory`'s gateway of a panel, whose texts are borrowed until contract_close(). Fails the
 * running test when that is not possible. */
void contract_open(struct contract_rig *rig, const qent_gateway_factory *factory,
                   const qent_gateway_config *panel);
/* Remove what was made and close. */
void contract_close(struct contract_rig *rig);

/* A key that no account has yet, in `key_out`, and the account that it shall be. */
qent_account_spec contract_spec(struct contract_rig *rig, char key_out[33]);

/* Must succeed at once. Dispose of the view. */
qent_account_view contract_ensured(struct contract_rig *rig, const qent_account_spec *spec);
qent_account_view contract_fetched(struct contract_rig *rig, const char *key);

/* How many accounts have this key, by the panel's list. */
int contract_count(struct contract_rig *rig, const char *key);

/* The account is as wanted, as far as the panel can keep it; what it cannot, it shows as 0. */
void contract_check(const struct contract_rig *rig, const qent_account_view *view,
                    const qent_account_spec *spec);
/* Does a link of the account carry this credential? */
bool contract_has(const qent_account_view *view, const char *uuid);
/* The account can be used, with this credential where credentials are ours to choose. */
void contract_check_keys(const struct contract_rig *rig, const qent_account_view *view,
                         const char *uuid);
/* Where the panel makes the keys, the links tell whether they are still the same. */
void contract_check_kept(const struct contract_rig *rig, const qent_account_view *before,
                         const qent_account_view *after, bool kept);

/* Fail the running test unless `st` is QENT_OK. */
void contract_must(qent_status st, const qent_error *err, const char *what);

/* cmocka's teardown for a rig in *state. */
int contract_teardown(void **state);

void ensure_makes_the_account_as_specified(void **state);
void ensure_twice_is_one_account(void **state);
void ensure_sets_limits_absolutely(void **state);
void ensure_takes_limits_away(void **state);
void ensure_leaves_credentials_alone(void **state);
void ensure_disables_and_enables(void **state);
void ensure_makes_a_disabled_account(void **state);
void ensure_takes_an_expiry_in_the_past(void **state);
void rotate_replaces_credentials_and_sets_limits(void **state);
void rotate_makes_a_missing_account(void **state);
void rotate_twice_is_one_account(void **state);
void removed_account_is_gone(void **state);
void removing_twice_is_fine(void **state);
void removed_account_can_be_made_again(void **state);
void fetch_of_a_missing_account_is_not_found(void **state);
void fetch_shows_what_ensure_showed(void **state);
void pages_hold_every_account_once(void **state);
void receiver_of_a_page_can_stop(void **state);
void bad_arguments_are_refused(void **state);
void failure_leaves_the_output_alone(void **state);
void error_names_node_and_operation(void **state);
void probe_is_fine(void **state);
void statistics_are_plausible_or_unsupported(void **state);

/* For panels that several gateways reach at once. */
void sessions_together_make_one_account(void **state);

#define CONTRACT_CASE(test, setup) cmocka_unit_test_setup_teardown(test, setup, contract_teardown)

#define GATEWAY_CONTRACT(setup)                                                                    \
  CONTRACT_CASE(ensure_makes_the_account_as_specified, setup),                                     \
      CONTRACT_CASE(ensure_twice_is_one_account, setup),                                           \
      CONTRACT_CASE(ensure_sets_limits_absolutely, setup),                                         \
      CONTRACT_CASE(ensure_takes_limits_away, setup),                                              \
      CONTRACT_CASE(ensure_leaves_credentials_alone, setup),                                       \
      CONTRACT_CASE(ensure_disables_and_enables, setup),                                           \
      CONTRACT_CASE(ensure_makes_a_disabled_account, setup),                                       \
      CONTRACT_CASE(ensure_takes_an_expiry_in_the_past, setup),                                    \
      CONTRACT_CASE(rotate_replaces_credentials_and_sets_limits, setup),                           \
      CONTRACT_CASE(rotate_makes_a_missing_account, setup),                                        \
      CONTRACT_CASE(rotate_twice_is_one_account, setup),                                           \
      CONTRACT_CASE(removed_account_is_gone, setup), CONTRACT_CASE(removing_twice_is_fine, setup), \
      CONTRACT_CASE(removed_account_can_be_made_again, setup),                                     \
      CONTRACT_CASE(fetch_of_a_missing_account_is_not_found, setup),                               \
      CONTRACT_CASE(fetch_shows_what_ensure_showed, setup),                                        \
      CONTRACT_CASE(pages_hold_every_account_once, setup),                                         \
      CONTRACT_CASE(receiver_of_a_page_can_stop, setup),                                           \
      CONTRACT_CASE(bad_arguments_are_refused, setup),                                             \
      CONTRACT_CASE(failure_leaves_the_output_alone, setup),                                       \
      CONTRACT_CASE(error_names_node_and_operation, setup), CONTRACT_CASE(probe_is_fine, setup),   \
      CONTRACT_CASE(statistics_are_plausible_or_unsupported, setup)

#endif

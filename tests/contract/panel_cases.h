/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_PANEL_CASES_H
#define TESTS_CONTRACT_PANEL_CASES_H

#include "panel_rig.h"

/* What the network and the login do to a call on bad days, whatever panel it is. A caller that
 * repeats a failed verb ends with exactly one account. */

/* Every call of a verb under every fault. */
void new_account_under_any_fault_is_one_account(void **state);
void change_under_any_fault_is_exact(void **state);
void rotation_under_any_fault_has_the_new_keys(void **state);
void removal_under_any_fault_is_complete(void **state);
void reading_under_any_fault_fails_or_is_right(void **state);

#define PANEL_CASES(setup)                                                                         \
  CONTRACT_CASE(new_account_under_any_fault_is_one_account, setup),                                \
      CONTRACT_CASE(change_under_any_fault_is_exact, setup),                                       \
      CONTRACT_CASE(rotation_under_any_fault_has_the_new_keys, setup),                             \
      CONTRACT_CASE(removal_under_any_fault_is_complete, setup),                                   \
      CONTRACT_CASE(reading_under_any_fault_fails_or_is_right, setup)

/* Where one call makes, changes or removes an account. */
void acted_then_500_succeeds_at_once(void **state);
void refused_with_500_and_silent_is_a_timeout(void **state);

/* Logging in: the second needs a setup that logs in, the third one with PANEL_WRONG_PASSWORD. */
void sessions_share_one_login(void **state);
void one_login_serves_all_calls(void **state);
void wrong_password_is_tried_once(void **state);

/* The faults of a kind of panel, one after the other; NULL after the last. */
const char *panel_fault_number(const struct panel_kind *kind, size_t number);

#endif

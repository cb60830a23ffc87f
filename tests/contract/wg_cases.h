/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_WG_CASES_H
#define TESTS_CONTRACT_WG_CASES_H

#include "wg_rig.h"

/* What both panels of the wg-easy family and the network do to a call on bad days. Whatever
 * happens, a caller that repeats a failed verb ends with exactly one peer. */

void new_account_under_any_fault_is_one_peer(void **state);
void switching_under_any_fault_is_exact(void **state);
void rotation_under_any_fault_has_new_keys(void **state);
void removal_under_any_fault_is_complete(void **state);
void lost_answer_of_a_creation_leaves_one_peer(void **state);
void acted_then_500_succeeds_at_once(void **state);
void refused_with_500_and_silent_is_a_timeout(void **state);
void of_two_peers_the_older_stays(void **state);
void all_peers_of_a_name_are_removed(void **state);
void date_set_by_hand_is_taken_away(void **state);
void odd_names_disturb_nobody(void **state);
void full_panel_says_what_to_do(void **state);
void counters_start_anew(void **state);
void who_is_online_is_told(void **state);
void one_login_serves_all_calls(void **state);

/* As several processes that know nothing of each other. */
void processes_together_make_one_peer(void **state);

/* Needs a setup with a wrong password. */
void wrong_password_is_tried_once(void **state);

#define WG_CASES(setup)                                                                            \
  CONTRACT_CASE(new_account_under_any_fault_is_one_peer, setup),                                   \
      CONTRACT_CASE(switching_under_any_fault_is_exact, setup),                                    \
      CONTRACT_CASE(rotation_under_any_fault_has_new_keys, setup),                                 \
      CONTRACT_CASE(removal_under_any_fault_is_complete, setup),                                   \
      CONTRACT_CASE(lost_answer_of_a_creation_leaves_one_peer, setup),                             \
      CONTRACT_CASE(acted_then_500_succeeds_at_once, setup),                                       \
      CONTRACT_CASE(refused_with_500_and_silent_is_a_timeout, setup),                              \
      CONTRACT_CASE(of_two_peers_the_older_stays, setup),                                          \
      CONTRACT_CASE(all_peers_of_a_name_are_removed, setup),                                       \
      CONTRACT_CASE(date_set_by_hand_is_taken_away, setup),                                        \
      CONTRACT_CASE(odd_names_disturb_nobody, setup),                                              \
      CONTRACT_CASE(full_panel_says_what_to_do, setup), CONTRACT_CASE(counters_start_anew, setup), \
      CONTRACT_CASE(who_is_online_is_told, setup),                                                 \
      CONTRACT_CASE(one_login_serves_all_calls, setup),                                            \
      CONTRACT_CASE(sessions_together_make_one_account, setup),                                    \
      CONTRACT_CASE(processes_together_make_one_peer, setup)

#endif

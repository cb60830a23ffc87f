/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_WG_CASES_H
#define TESTS_CONTRACT_WG_CASES_H

#include "panel_cases.h"
#include "wg_rig.h"

/* What both panels of the wg-easy family must be met with, beside the bad days. */

void lost_answer_of_a_creation_leaves_one_peer(void **state);
void of_two_peers_the_older_stays(void **state);
void all_peers_of_a_name_are_removed(void **state);
void date_set_by_hand_is_taken_away(void **state);
void odd_names_disturb_nobody(void **state);
void full_panel_says_what_to_do(void **state);
void counters_start_anew(void **state);
void who_is_online_is_told(void **state);

/* As several processes that know nothing of each other. */
void processes_together_make_one_peer(void **state);

#define WG_CASES(setup)                                                                            \
  PANEL_CASES(setup), CONTRACT_CASE(acted_then_500_succeeds_at_once, setup),                       \
      CONTRACT_CASE(refused_with_500_and_silent_is_a_timeout, setup),                              \
      CONTRACT_CASE(one_login_serves_all_calls, setup),                                            \
      CONTRACT_CASE(sessions_share_one_login, setup),                                              \
      CONTRACT_CASE(lost_answer_of_a_creation_leaves_one_peer, setup),                             \
      CONTRACT_CASE(of_two_peers_the_older_stays, setup),                                          \
      CONTRACT_CASE(all_peers_of_a_name_are_removed, setup),                                       \
      CONTRACT_CASE(date_set_by_hand_is_taken_away, setup),                                        \
      CONTRACT_CASE(odd_names_disturb_nobody, setup),                                              \
      CONTRACT_CASE(full_panel_says_what_to_do, setup), CONTRACT_CASE(counters_start_anew, setup), \
      CONTRACT_CASE(who_is_online_is_told, setup),                                                 \
      CONTRACT_CASE(processes_together_make_one_peer, setup)

#endif

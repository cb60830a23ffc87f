/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_PROVISION_CONTRACT_H
#define TESTS_CONTRACT_PROVISION_CONTRACT_H

/* What setting up a panel must keep, for gateways that can. Each case begins with a fresh panel in
 * the rig, whose ports 2053 and 443 are free. */

#include "gateway_contract.h"

#define PROVISION_HOST "vpn.example.net"
#define PROVISION_CAMOUFLAGE "www.example.com"

/* The dual-protocol set-up; `apply` false. */
qent_provision_spec provision_spec(void);

/* Provision; how many steps were told, and how many of them done. */
qent_status provision_run(struct contract_rig *rig, const qent_provision_spec *spec, int *steps_out,
                          int *done_out, qent_error *err);

void dry_run_changes_nothing(void **state);
void applying_does_every_step_it_told(void **state);
void applying_twice_changes_nothing_more(void **state);
void new_account_has_a_link_on_each_port(void **state);
void taken_ports_are_a_conflict_and_nothing_changes(void **state);
void another_camouflage_is_a_conflict(void **state);
void impossible_set_ups_are_refused(void **state);

#define PROVISION_CONTRACT(setup)                                                                  \
  CONTRACT_CASE(dry_run_changes_nothing, setup),                                                   \
      CONTRACT_CASE(applying_does_every_step_it_told, setup),                                      \
      CONTRACT_CASE(applying_twice_changes_nothing_more, setup),                                   \
      CONTRACT_CASE(new_account_has_a_link_on_each_port, setup),                                   \
      CONTRACT_CASE(taken_ports_are_a_conflict_and_nothing_changes, setup),                        \
      CONTRACT_CASE(another_camouflage_is_a_conflict, setup),                                      \
      CONTRACT_CASE(impossible_set_ups_are_refused, setup)

#endif

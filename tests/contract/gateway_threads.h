/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_GATEWAY_THREADS_H
#define TESTS_CONTRACT_GATEWAY_THREADS_H

#include "gateway_contract.h"

enum { CONTRACT_WORKERS = 6 };

/* A session of its own at the rig's panel. */
struct contract_worker {
  const struct contract_rig *rig;
  qent_account_spec spec; /* to ensure */
  int times;              /* how often */
  bool alone;             /* as another process: no lock and no login is shared */
  qent_status st;
  qent_error err;
  qent_account_view view;
};

/* All workers at the same time. */
void contract_work_together(struct contract_worker workers[CONTRACT_WORKERS]);
/* None of them failed. Leaves the views empty. */
void contract_all_worked(struct contract_worker workers[CONTRACT_WORKERS]);

#endif

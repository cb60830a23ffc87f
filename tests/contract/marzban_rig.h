/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_MARZBAN_RIG_H
#define TESTS_CONTRACT_MARZBAN_RIG_H

#include "gateway_contract.h"
#include "sandbox.h"

/* A Marzban of the sandbox with the adapter on one side and the sandbox's control on the other. */
struct marzban_rig {
  struct contract_rig rig; /* first: the suite sees a struct contract_rig */
  char name[16];
  char url[192];
};

/* The sandbox of the whole program; main() starts it. */
extern struct sandbox marzban_sandbox;

/* A rig with a panel of its own, in *state. */
int marzban_open(void **state, const char *password, const char *options);

/* Call /control/marzban/PANEL`what`; the answer as of sandbox_control(), never empty. */
const char *marzban_control(const struct marzban_rig *mz, const char *method, const char *what,
                            const char *body);

/* The panel holds exactly one account `spec->key`, and it is as specified. */
void marzban_check(const struct marzban_rig *mz, const qent_account_spec *spec);
bool marzban_is_missing(const struct marzban_rig *mz, const char *key);

/* Set a fault switch: `kind` holds its members, such as "\"kind\":\"cut\"". */
void marzban_fault(const struct marzban_rig *mz, const char *match, const char *kind, int count);
void marzban_clear_faults(void);

/* How often the panel was called with "METHOD /path". */
int marzban_calls(const struct marzban_rig *mz, const char *method_and_path);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_GATEWAY_WG_CASE_H
#define TESTS_UNIT_GATEWAY_WG_CASE_H

#include "wire.h"

/* One case of amneziawg or wgeasy: a gateway that is logged in, on a wire of its own. */

#define CHANGE_MS 60000

extern const struct wire_panel wire_amneziawg;
extern const struct wire_panel wire_wgeasy;

extern struct wire wire;
extern qent_account_view view;
extern qent_error err;

int amneziawg_setup(void **state);
int wgeasy_setup(void **state);
int wg_teardown(void **state);
/* Start over, logged in or not. */
void reopen(bool logged_in);
/* Ensure wire_spec(), expect `wanted`, and see all steps taken. */
void ensure(qent_status wanted);
void message_has(const char *text);
/* The steps that change something wait longer. */
struct wire_step *expect_change(const char *call, int status, const char *file);
/* An answer that no recording has. */
struct wire_step *expect_text(const char *call, const char *text);

/* A list of peers as `{name, enabled}` pairs, built into `out`: ids p1, p2, ... (numbers for
 * wg-easy), addresses 10.8.0.2, 10.8.0.3, ... */
struct listed {
  const char *name;
  bool enabled;
};
const char *list_text(const struct listed *peers, size_t count);

#endif

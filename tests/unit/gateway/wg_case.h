/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_GATEWAY_WG_CASE_H
#define TESTS_UNIT_GATEWAY_WG_CASE_H

#include "wire_case.h"

#define CHANGE_MS 60000

int amneziawg_setup(void **state);
int wgeasy_setup(void **state);
/* The steps that change something wait longer. */
struct wire_step *expect_change(const char *call, int status, const char *file);

/* A list of peers as `{name, enabled}` pairs, built into `out`: ids p1, p2, ... (numbers for
 * wg-easy), addresses 10.8.0.2, 10.8.0.3, ... */
struct listed {
  const char *name;
  bool enabled;
};
const char *list_text(const struct listed *peers, size_t count);

#endif

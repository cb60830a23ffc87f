/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_GATEWAY_MARZBAN_CASE_H
#define TESTS_UNIT_GATEWAY_MARZBAN_CASE_H

#include "wire.h"

/* One case: a gateway that is logged in, on a wire of its own. */

#define GET_17 "GET /api/user/qt_17"
#define PUT_17 "PUT /api/user/qt_17"
#define DELETE_17 "DELETE /api/user/qt_17"
#define POST "POST /api/user"
#define INBOUNDS "GET /api/inbounds"
#define LOGIN "POST /api/admin/token"

extern struct wire wire;
extern qent_account_view view;
extern qent_error err;

int marzban_setup(void **state);
int marzban_teardown(void **state);
/* Start over with other options, or without a token. */
void reopen(const char *options, bool logged_in);
/* Ensure wire_spec(), expect `wanted`, and see all steps taken. */
void ensure(qent_status wanted);
void message_has(const char *text);
/* The steps of making an account; returns the POST. */
struct wire_step *expect_making(const char *created);

#define CASE(test) cmocka_unit_test_setup_teardown(test, marzban_setup, marzban_teardown)

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_GATEWAY_MARZBAN_CASE_H
#define TESTS_UNIT_GATEWAY_MARZBAN_CASE_H

#include "wire_case.h"

#define GET_17 "GET /api/user/qt_17"
#define PUT_17 "PUT /api/user/qt_17"
#define REVOKE_17 "POST /api/user/qt_17/revoke_sub"
#define DELETE_17 "DELETE /api/user/qt_17"
#define POST "POST /api/user"
#define INBOUNDS "GET /api/inbounds"
#define LOGIN "POST /api/admin/token"

int marzban_setup(void **state);
/* The steps of making an account; returns the POST. */
struct wire_step *expect_making(const char *created);

#define CASE(test) cmocka_unit_test_setup_teardown(test, marzban_setup, case_close)

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_TEST_HTTP_TESTING_H
#define QENT_TEST_HTTP_TESTING_H
/* cmocka wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif

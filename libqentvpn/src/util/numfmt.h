/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_NUMFMT_H
#define QENT_UTIL_NUMFMT_H
#include <stddef.h>
#include <stdint.h>

#define QENT__I64_CAP 20 /* "-9223372036854775808" */

/* Write `value` in decimal to the end of `out`, without a NUL; returns where it starts. */
size_t qent__i64_text(int64_t value, char out[QENT__I64_CAP]);

#endif

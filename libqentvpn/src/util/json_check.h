/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_JSON_CHECK_H
#define QENT_UTIL_JSON_CHECK_H
#include <qentvpn/error.h>

/* Is `data` exactly one JSON value by RFC 8259, in valid UTF-8, nested at most `max_depth` (up to
 * 64) deep? Without recursion. Refuses beyond the RFC what cJSON would read wrongly: \u0000, lone
 * surrogates, numbers longer than 60 characters. QENT_EPROTO with the offset. */
qent_status qent__json_check(const char *data, size_t len, uint32_t max_depth, qent_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_TIMEFMT_H
#define QENT_UTIL_TIMEFMT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Proleptic Gregorian calendar, UTC, no leap seconds, years 0..9999. Nothing here knows a time zone
 * or calls the C library. */
typedef struct qent__civil {
  int32_t year;
  int32_t month; /* 1..12 */
  int32_t day;   /* 1..31 */
  int32_t hour;
  int32_t minute;
  int32_t second;
} qent__civil;

#define QENT__TIME_MIN_S (-62167219200LL) /* 0000-01-01T00:00:00Z */
#define QENT__TIME_MAX_S 253402300799LL   /* 9999-12-31T23:59:59Z */

int32_t qent__days_in_month(int32_t year, int32_t month); /* 0 for a month outside 1..12 */
bool qent__civil_valid(const qent__civil *c);
int64_t qent__civil_to_unix(const qent__civil *c);            /* `c` must be valid */
void qent__civil_from_unix(int64_t unix_s, qent__civil *out); /* clamped to the range above */
/* Start of the UTC day, also before 1970. */
int64_t qent__day_start(int64_t unix_s);
/* Same day and time `months` later (or earlier); a day that does not exist becomes the month's
 * last. Clamped to the range above. */
int64_t qent__add_months(int64_t unix_s, int32_t months);

/* "2026-11-21T04:43:44Z", NUL-terminated; clamped to the range. */
#define QENT__ISO8601_CAP 32
void qent__iso8601_format(int64_t unix_s, char out[QENT__ISO8601_CAP]);
/* RFC 3339: "T", "t" or a blank between, fraction of 1..9 digits optional (cut to ms), then "Z" or
 * +hh:mm. Without a zone only if `zone_optional` (read as UTC: Marzban writes so). The whole text
 * must match. `unix_ms_out` is in milliseconds. A leap second :60 reads as :59. */
bool qent__iso8601_parse(const char *s, size_t len, bool zone_optional, int64_t *unix_ms_out);
/* "Sun, 06 Nov 1994 08:49:37 GMT" (the HTTP date), as in Retry-After. */
bool qent__http_date_parse(const char *s, size_t len, int64_t *unix_s_out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_PARSE_H
#define QENTCTL_PARSE_H

/* Words of the command line to values. Pure. Each is strict: the whole word, or false. */

#include <qentvpn/money.h>

/* A whole number without a plus sign or blanks. */
bool parse_number(const char *text, int64_t minimum, int64_t maximum, int64_t *value_out);

/* "100GB", "1.5TB", "500MB", "0", "unlimited"; steps of 1024, as the panels count. */
bool parse_bytes(const char *text, int64_t *bytes_out);

/* "30d", "1m" (calendar months). */
bool parse_period(const char *text, int32_t *count_out, bool *months_out);

/* "2026-12-31", "2026-12-31 18:30", "2026-12-31T18:30:00Z"; UTC. A date alone is its end, 23:59:59.
 */
bool parse_date(const char *text, int64_t *at_out);

/* "199RUB", "199.00:RUB", "150 XTR". */
bool parse_price(const char *text, qent_money *price_out);

/* The Date header of HTTP: "Sun, 06 Nov 1994 08:49:37 GMT". */
bool parse_http_date(const char *text, int64_t *at_out);

/* 64 hexadecimal digits. */
bool parse_key(const char *text, uint8_t key_out[32]);

/* Seconds since 1970 of a date in UTC. */
int64_t utc_seconds(int64_t year, int month, int day, int hour, int minute, int second);

/* Year, month, day, hour, minute, second of a moment in UTC. */
void utc_fields(int64_t at, int64_t fields_out[6]);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_TEXT_H
#define QENT_UTIL_TEXT_H
#include <qentvpn/ext/buf.h>

/* ASCII only, independent of the locale. */
bool qent__is_digit(char c);
bool qent__is_alpha(char c);
bool qent__is_alnum(char c);
bool qent__is_space(char c); /* blank, \t \n \v \f \r */
char qent__to_lower(char c);

/* NULL equals only NULL. */
bool qent__streq(const char *a, const char *b);
bool qent__strieq(const char *a, const char *b); /* ASCII case ignored */
/* The `len` bytes at `s` are exactly the text `word`. */
bool qent__memeq(const char *s, size_t len, const char *word);
bool qent__memieq(const char *s, size_t len, const char *word);
bool qent__starts_with(const char *s, const char *prefix);
bool qent__ends_with(const char *s, const char *suffix);
/* Move *s and *len past blanks at both ends. */
void qent__trim(const char **s, size_t *len);
/* Copy `len` bytes and a NUL to `dst`; false (dst = "") if they do not fit into `cap`. */
bool qent__copy_text(char *dst, size_t cap, const char *s, size_t len);

/* Read one UTF-8 character: its length 1..4, or 0 if the bytes at `s` are not valid (overlong,
 * surrogate, beyond U+10FFFF, cut) or `len` is 0. `cp_out` may be NULL. */
size_t qent__utf8_next(const char *s, size_t len, uint32_t *cp_out);
bool qent__utf8_valid(const char *s, size_t len);
/* Length in UTF-16 units, Telegram's measure; an invalid byte counts 1. */
size_t qent__utf16_len(const char *s, size_t len);
/* Bytes of the longest prefix of whole characters with at most `max_units` UTF-16 units. */
size_t qent__utf16_prefix(const char *s, size_t len, size_t max_units);

/* The whole of `s[0..len)` must be a number in min..max; no blanks, no "+", no empty text; "-" only
 * for negative numbers other than 0. Leading zeros are allowed. `*out` is untouched on false. */
bool qent__parse_i64(const char *s, size_t len, int64_t min, int64_t max, int64_t *out);
bool qent__parse_u64(const char *s, size_t len, uint64_t min, uint64_t max, uint64_t *out);
/* 1..16 hex digits of either case, no "0x". */
bool qent__parse_hex64(const char *s, size_t len, uint64_t *out);
/* Decimal text such as "199.00" to minor units: at most `decimals` (0..9) fraction digits, missing
 * ones are 0; false if not exact, negative or too large. */
bool qent__parse_decimal(const char *s, size_t len, unsigned decimals, int64_t *out);

/* Lower-case hex of `len` bytes; `out` has 2 * len + 1 bytes. */
void qent__hex_encode(const void *data, size_t len, char *out);
/* Exactly `out_len` bytes from exactly 2 * out_len digits of either case. */
bool qent__hex_decode(const char *s, size_t len, void *out, size_t out_len);

/* RFC 3986: everything but A-Z a-z 0-9 - . _ ~ becomes %XX. */
void qent__percent_encode(qent_buf *b, const char *s, size_t len);
/* false on a bad or cut %XX and on %00; what was decoded before stays in `b`. With `form`, "+" is a
 * blank, as in query strings. Also false when `b` failed. */
bool qent__percent_decode(qent_buf *b, const char *s, size_t len, bool form);

/* Escape & < > " for Telegram's HTML and for pages. */
void qent__html_escape(qent_buf *b, const char *s, size_t len);

#endif

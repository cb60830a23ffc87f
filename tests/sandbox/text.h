/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_TEXT_H
#define SANDBOX_TEXT_H

#include "util.h"

/* Percent-encoding. SB_URI keeps [A-Za-z0-9-_.~], SB_FORM writes a space as '+'. */
enum sb_escape { SB_URI, SB_FORM };
void sb_escape_add(struct sb_buf *b, const char *s, enum sb_escape how);
/* Decodes in place; '+' becomes a space when `plus`. Returns the new length. */
size_t sb_unescape(char *s, size_t len, bool plus);

enum sb_base64 { SB_B64_STD, SB_B64_URL_NOPAD };
char *sb_base64(const void *data, size_t len, enum sb_base64 kind);
/* Both alphabets, padding optional; NULL when malformed. The result has a NUL behind it. */
char *sb_base64_decode(const char *text, size_t *len_out);

bool sb_utf8_valid(const char *s, size_t len);
size_t sb_utf8_chars(const char *s);
size_t sb_utf16_units(const char *s, size_t len);

/* ISO 8601 in UTC. `ms` are Unix milliseconds. */
enum sb_iso { SB_ISO_MS_Z, SB_ISO_NAIVE_US };
void sb_iso_time(int64_t ms, enum sb_iso how, char out[40]);
bool sb_iso_parse(const char *text, int64_t *ms_out);

bool sb_has_prefix(const char *s, const char *prefix);
bool sb_contains_nocase(const char *haystack, const char *needle);
/* True for http://127.x, http://localhost and http://[::1] with any port and path. */
bool sb_is_loopback_http(const char *url);

#endif

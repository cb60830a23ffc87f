/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_URL_H
#define QENT_UTIL_URL_H
#include <qentvpn/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pieces of a URL, borrowed from the text; not NUL-terminated, not percent-decoded. */
typedef struct qent__span {
  const char *s;
  size_t len;
} qent__span;

typedef struct qent__url {
  qent__span scheme;   /* as written; compare with qent__memieq */
  qent__span userinfo; /* without "@"; s is NULL if there is none */
  qent__span host;     /* without the brackets of an IPv6 address; may be empty (sqlite:///x) */
  uint32_t port;       /* 0 = not given */
  qent__span path;     /* from "/" on, or empty */
  qent__span query;    /* without "?"; s is NULL if there is none */
} qent__url;

/* scheme://[user@]host[:port][/path][?query]; a fragment is refused, as are blanks, control
 * characters, bytes beyond ASCII and backslashes. */
bool qent__url_parse(const char *text, qent__url *out);
/* 127.0.0.0/8 as a plain dotted quad, ::1, localhost. */
bool qent__host_is_loopback(const char *host, size_t len);
/* The rule for outgoing requests: https, or http to a loopback host; a host; no user part.
 * QENT_EINVAL with a message that never repeats more than the host. */
qent_status qent__url_check(const char *text, qent_error *err);

#endif

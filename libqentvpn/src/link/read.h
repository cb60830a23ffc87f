/* SPDX-License-Identifier: MIT */
#ifndef QENT_LINK_READ_H
#define QENT_LINK_READ_H

/* What the readers of single kinds share. */

#include "link/link.h"
#include "util/url.h"

/* Copy a piece into the link's store, percent-decoded if asked. NULL: it holds control characters
 * or no UTF-8. The store was made large enough before. */
const char *qent__link_keep(qent__link *link, const char *s, size_t len, bool decode);

/* Valid UTF-8 of characters that can be shown: no controls, no marks of direction. */
bool qent__link_shown(const char *s, size_t len);

/* Base64 of either alphabet, padded or not, copied as text without a NUL in it and otherwise
 * unchecked. NULL: it is none. */
char *qent__link_keep_base64(qent__link *link, const char *s, size_t len);

/* "host:port", "[v6]:port". */
bool qent__link_read_endpoint(qent__link *link, const char *s, size_t len);

/* Each sets `kind` when all is well and returns false otherwise. `body` is what stands between
 * "scheme://" and "#". */
/* The keys that VLESS made usual; unknown ones are passed over. False: a value that we cannot do.
 */
bool qent__link_read_query(qent__link *link, qent__span query);
/* VLESS and Trojan. */
bool qent__link_read_stream(qent__link *link, qent__span body, enum qent__link_kind kind);
bool qent__link_read_shadowsocks(qent__link *link, qent__span body);
bool qent__link_read_conf(qent__link *link, qent__span body);

#endif

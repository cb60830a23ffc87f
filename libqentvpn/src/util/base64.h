/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_BASE64_H
#define QENT_UTIL_BASE64_H
#include <qentvpn/ext/buf.h>

typedef enum qent__base64_flags {
  QENT__BASE64_STD = 0,          /* RFC 4648 section 4, padded */
  QENT__BASE64_URL = 1,          /* section 5: - and _ */
  QENT__BASE64_NOPAD = 2,        /* write no padding; refuse it when reading */
  QENT__BASE64_PAD_OPTIONAL = 4, /* reading only: whole padding or none */
} qent__base64_flags;

/* Append the encoded text. `flags` is a sum of the above. */
void qent__base64_encode(qent_buf *b, const void *data, size_t len, unsigned flags);

/* Bytes that decoding `len` characters may need at most. */
size_t qent__base64_decoded_max(size_t len);

/* Strict: no blanks or other characters, no wrong padding, unused bits must be 0. False if the text
 * is bad or does not fit into `cap`; `*len_out` is then untouched, `out` undefined. */
bool qent__base64_decode(const char *s, size_t len, unsigned flags, void *out, size_t cap,
                         size_t *len_out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_TELEGRAM_INITDATA_PARSE_H
#define QENT_TELEGRAM_INITDATA_PARSE_H
#include <qentvpn/initdata.h>

#define QENT__INITDATA_MAX_BYTES 8192 /* of the text as it came */
#define QENT__INITDATA_MAX_PAIRS 64

/* One decoded "key=value"; `line` points into the scratch. */
typedef struct qent__initdata_pair {
  const char *line;
  size_t len;
  size_t key_len;  /* the "=" is at line[key_len] */
  bool has_equals; /* false: the piece had no "=", `line` is the key alone */
} qent__initdata_pair;

/* Working memory of one check: about 20 KiB, so it is kept by the verifier. */
typedef struct qent__initdata_scratch {
  char decoded[QENT__INITDATA_MAX_BYTES + 1];
  char text[QENT__INITDATA_MAX_BYTES + 64]; /* what is signed */
  size_t text_len;
  qent__initdata_pair pairs[QENT__INITDATA_MAX_PAIRS]; /* sorted by key */
  size_t count;
} qent__initdata_scratch;

/* Split, decode and sort. QENT_INITDATA_OK or QENT_INITDATA_MALFORMED (too long, too many fields,
 * control bytes, bad escape, bad UTF-8, "=" inside a key, a key twice). */
qent_initdata_result qent__initdata_split(qent__initdata_scratch *s, const char *init_data,
                                          size_t len);

/* The pair with that key, NULL if there is none. */
const qent__initdata_pair *qent__initdata_find(const qent__initdata_scratch *s, const char *key);
/* The value of a pair; "" when it has none. Not NUL-terminated. */
const char *qent__initdata_value(const qent__initdata_pair *pair, size_t *len_out);

/* Write `prefix` and the sorted lines without the fields `skip` and `skip2` (may be NULL), joined
 * by one line feed. QENT_INITDATA_MALFORMED when a piece has no "=". */
qent_initdata_result qent__initdata_signed_text(qent__initdata_scratch *s, const char *prefix,
                                                const char *skip, const char *skip2);

#endif

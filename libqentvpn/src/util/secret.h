/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_SECRET_H
#define QENT_UTIL_SECRET_H
#include <qentvpn/ext/buf.h>

/* A token, password or key in memory. Zero-initialise before the first use. */
typedef struct qent__secret {
  char *data; /* NUL-terminated, NULL if not set */
  size_t len;
} qent__secret;
#define QENT__SECRET_INIT                                                                          \
  {                                                                                                \
    NULL, 0                                                                                        \
  }

/* Copy `len` bytes (NULL = unset); the old value is wiped. QENT_ENOMEM leaves the old value. */
qent_status qent__secret_set(qent__secret *s, const char *data, size_t len, qent_error *err);
void qent__secret_dispose(qent__secret *s); /* wipes; NULL allowed */
bool qent__secret_is_set(const qent__secret *s);
/* "" if not set; borrowed. For handing to libcurl, a database driver or a digest only. */
const char *qent__secret_text(const qent__secret *s);
/* In constant time for equal lengths. An unset secret equals nothing, not even "". */
bool qent__secret_equal(const qent__secret *s, const char *data, size_t len);
/* "***", or "(not set)". */
void qent__secret_print(const qent__secret *s, qent_buf *out);

/* Constant-time comparison of two equally long texts. */
bool qent__const_equal(const void *a, const void *b, size_t len);
/* Overwrite so that the compiler cannot drop it. */
void qent__wipe(void *data, size_t len);
/* Wipe all memory the buffer owns, then dispose of it. */
void qent__buf_wipe(qent_buf *b);

#endif

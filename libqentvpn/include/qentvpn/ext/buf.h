/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_EXT_BUF_H
#define QENTVPN_EXT_BUF_H
#include <qentvpn/base.h>
#include <qentvpn/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
QENT_BEGIN_DECLS

/** Growing text with a maximum.
 *
 *  `data` is always NUL-terminated and never NULL after qent_buf_init(). The first failure sticks:
 *  later additions do nothing, so a chain of additions needs one check, qent_buf_status(), at its
 *  end. What was added before the failure stays readable.
 *
 *  The members may be read; only the functions below change them. One thread at a time. */
typedef struct qent_buf {
  char *data;      /**< NUL-terminated text; owned by the buffer. */
  size_t len;      /**< Bytes without the final NUL. */
  size_t cap;      /**< Bytes allocated, 0 while nothing is. */
  size_t max;      /**< Largest `len` allowed. */
  bool failed;     /**< An addition failed; see qent_buf_status(). */
  qent_status why; /**< QENT_OK, or why it failed. */
} qent_buf;

/** Make `b` an empty text of at most `max` bytes. Allocates nothing.
 *  @param b    overwritten; must not hold an undisposed text.
 *  @param max  largest length in bytes, without the final NUL. */
QENT_API void qent_buf_init(qent_buf *b, size_t max);

/** Free the text and make `b` empty, with the same maximum. Safe on an empty or disposed buffer and
 *  on NULL. Does not wipe: text that held a secret is first overwritten by its owner. */
QENT_API void qent_buf_dispose(qent_buf *b);

/** Empty `b` and forget a failure, but keep the memory for the next text. */
QENT_API void qent_buf_reset(qent_buf *b);

/** Make room for `extra` more bytes. Useful before many small additions.
 *  @return false if that is beyond the maximum or memory is out (sticks). */
QENT_API bool qent_buf_reserve(qent_buf *b, size_t extra);

/** Append `len` bytes at `ptr`.
 *  @param ptr  may be NULL when `len` is 0; must not point into `b` itself. */
QENT_API void qent_buf_add(qent_buf *b, const void *ptr, size_t len);

/** Append a NUL-terminated text. NULL adds nothing. */
QENT_API void qent_buf_adds(qent_buf *b, const char *text);

/** Append one byte. */
QENT_API void qent_buf_addc(qent_buf *b, char c);

/** Append `value` in decimal. Much faster than qent_buf_addf(). */
QENT_API void qent_buf_add_i64(qent_buf *b, int64_t value);

/** Append formatted text, as printf() does. An unusable format sticks as QENT_EINVAL. */
QENT_API void qent_buf_addf(qent_buf *b, const char *fmt, ...) QENT_PRINTF(2, 3);

/** Cut the text back to `len` bytes; longer than the text is ignored. Keeps a failure. */
QENT_API void qent_buf_truncate(qent_buf *b, size_t len);

/** Mark `b` as failed for reason `why` (sticks; the first reason wins).
 *  For writers on top of the buffer. */
QENT_API void qent_buf_fail(qent_buf *b, qent_status why);

/** Tell whether every addition succeeded.
 *  @return QENT_OK; QENT_ENOMEM; QENT_EINVAL (longer than the maximum, or misuse). */
QENT_API qent_status qent_buf_status(const qent_buf *b, qent_error *err);

/** Hand the text to the caller and empty `b`.
 *  @return owned by the caller, release with qent_text_free(); NULL if an addition failed or
 *          memory is out (then the failure sticks and `b` keeps its text). */
QENT_API char *qent_buf_take(qent_buf *b) QENT_NODISCARD;

QENT_END_DECLS
#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_ERROR_H
#define QENTVPN_ERROR_H

/** @file
 *  Statuses and the error a caller owns. Every function that can fail returns a #qent_status and
 *  fills an optional #qent_error; outputs are written only on success. */

#include <qentvpn/base.h>

QENT_BEGIN_DECLS

/** What happened. Values are never renumbered. */
typedef enum qent_status {
  QENT_OK = 0,
  QENT_EINVAL = -1,       /**< The caller's argument or input is wrong; repeating does not help. */
  QENT_ENOMEM = -2,       /**< Out of memory. */
  QENT_ENOTFOUND = -3,    /**< No such thing. */
  QENT_ECONFLICT = -4,    /**< It exists already, or its state forbids this. */
  QENT_EAUTH = -5,        /**< Credentials or a signature were refused. */
  QENT_EUNSUPPORTED = -6, /**< This adapter cannot do that. */
  QENT_ETIMEOUT = -7,     /**< No answer: the far side may or may not have acted. */
  QENT_EUPSTREAM = -8,    /**< The far side failed or could not be reached; it did not act. */
  QENT_EPROTO = -9,       /**< The far side answered something that was not expected. */
  QENT_ESTORE = -10,      /**< The database failed. */
  QENT_ECANCELED = -11    /**< Stopped by qent_ctx_stop(). */
} qent_status;

/** A failure in detail. Owned by the caller, holds no allocation; may be NULL everywhere. */
typedef struct qent_error {
  qent_status status;     /**< Same as the returned status. */
  int http_status;        /**< The far side's HTTP status, 0 if there was none. */
  int64_t retry_after_ms; /**< Wait this long before a repeat; -1: a repeat does not help or the
                               caller chooses the pause. */
  char message[256];      /**< English, one line, never a secret. */
} qent_error;

/** An empty error. */
#define QENT_ERROR_INIT                                                                            \
  {                                                                                                \
    QENT_OK, 0, -1,                                                                                \
    {                                                                                              \
      0                                                                                            \
    }                                                                                              \
  }

/** Fill `err` and return `status`, so that a failure is one line at its place.
 *  Sets http_status to 0 and retry_after_ms to -1.
 *  @param err  may be NULL.
 *  @thread any; touches only `err`. */
QENT_API qent_status qent_fail(qent_error *err, qent_status status, const char *fmt, ...)
    QENT_PRINTF(3, 4);

/** Make `err` empty. NULL is allowed. */
QENT_API void qent_error_clear(qent_error *err);

/** Short stable name: "ok", "invalid", "no memory", "not found", "conflict", "unauthorized",
 *  "unsupported", "timeout", "upstream", "protocol", "store", "canceled". Static, never NULL. */
QENT_API const char *qent_status_name(qent_status status);

QENT_END_DECLS
#endif

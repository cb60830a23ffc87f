/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_CONTEXT_H
#define QENTVPN_CONTEXT_H

/** @file
 *  The two handles. A #qent_ctx holds configuration and registries, is built once and then shared
 * by all threads. A #qent_session holds a database connection and an HTTP handle and belongs to one
 *  thread at a time. The library starts no threads. */

#include <qentvpn/error.h>
#include <qentvpn/ext/http.h>
#include <qentvpn/settings.h>

QENT_BEGIN_DECLS

struct qent_gateway_factory;
struct qent_payment_provider_factory;

typedef struct qent_ctx qent_ctx;
typedef struct qent_session qent_session;

typedef enum qent_log_level {
  QENT_LOG_ERROR = 0,
  QENT_LOG_WARN = 1,
  QENT_LOG_NOTICE = 2,
  QENT_LOG_INFO = 3,
  QENT_LOG_DEBUG = 4
} qent_log_level;

/** Receives the library's log lines; secrets are masked already.
 *  @param module   short name such as "reconcile"; static.
 *  @param message  one line, borrowed during the call.
 *  @thread may be called from any thread that uses the library. */
typedef void (*qent_log_fn)(qent_log_level level, const char *module, const char *message,
                            void *user);

/** Overwrite secrets in a text in place, as the library does in its own lines: provider keys, bot
 *  tokens, values of Authorization headers, user parts of URLs. For the program's own lines.
 *  @return the new length, never longer than before; the final NUL is kept. @thread any */
QENT_API size_t qent_log_mask(char *text, size_t len);

/** The context's clock: UNIX seconds, UTC. @thread any, also concurrently. */
typedef int64_t (*qent_clock_fn)(void *user);

/** What a context is built from. Fill through QENT_CTX_OPTIONS_INIT. */
typedef struct qent_ctx_options {
  size_t size;                   /**< sizeof(qent_ctx_options) as the caller was compiled. */
  const qent_settings *settings; /**< Required; copied. */
  qent_log_fn log;               /**< NULL: no log. */
  void *log_user;
  qent_clock_fn clock; /**< NULL: the system's clock. Tests own time through this. */
  void *clock_user;
  qent_http_transport_fn transport; /**< NULL: the network. Tests own it through this. */
  void *transport_user;
} qent_ctx_options;
#define QENT_CTX_OPTIONS_INIT                                                                      \
  {                                                                                                \
    sizeof(qent_ctx_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL                             \
  }

/** Build a context. Opens nothing yet: the database is opened by qent_session_open().
 *  @param ctx_out  owned by the caller, release with qent_ctx_free() after its last session.
 *  @return QENT_EINVAL (a setting is unusable), QENT_ENOMEM. @thread any */
QENT_API qent_status qent_ctx_new(const qent_ctx_options *options, qent_ctx **ctx_out,
                                  qent_error *err) QENT_NODISCARD;

/** Add an own gateway (panel adapter); it wins over a built-in one of the same name.
 *  @param factory  borrowed until qent_ctx_free(); usually static const. See ext/gateway.h.
 *  @return QENT_EINVAL (no name, missing operations), QENT_ECONFLICT (registered twice).
 *  @thread before the first session only. */
QENT_API qent_status qent_ctx_register_gateway(qent_ctx *ctx,
                                               const struct qent_gateway_factory *factory,
                                               qent_error *err) QENT_NODISCARD;

/** Add an own payment provider; the rules of qent_ctx_register_gateway(). See
 *  ext/payment_provider.h. */
QENT_API qent_status qent_ctx_register_payment_provider(
    qent_ctx *ctx, const struct qent_payment_provider_factory *factory,
    qent_error *err) QENT_NODISCARD;

/** Names of the known gateways (payment providers), own ones first. NULL past the end. Borrowed
 *  from `ctx`. @thread any */
QENT_API const char *qent_ctx_gateway_name(const qent_ctx *ctx, size_t index);
QENT_API const char *qent_ctx_payment_provider_name(const qent_ctx *ctx, size_t index);

/** Does a node of the gateway of that index need a user name beside the password? False past the
 *  end. @thread any */
QENT_API bool qent_ctx_gateway_wants_username(const qent_ctx *ctx, size_t index);

/** What the payment provider of that index takes when the buyer names no currency: "RUB". NULL past
 *  the end. Borrowed. @thread any */
QENT_API const char *qent_ctx_payment_provider_currency(const qent_ctx *ctx, size_t index);

/** Ask every waiting or working call of every session to end soon with QENT_ECANCELED.
 *  Async-signal-unsafe. @thread any */
QENT_API void qent_ctx_stop(qent_ctx *ctx);

/** True after qent_ctx_stop(). @thread any */
QENT_API bool qent_ctx_stopping(const qent_ctx *ctx);

/** Now, by the context's clock: UNIX seconds UTC. @thread any */
QENT_API int64_t qent_ctx_now(const qent_ctx *ctx);

/** The settings the context was built from. Borrowed. @thread any */
QENT_API const qent_settings *qent_ctx_settings(const qent_ctx *ctx);

/** NULL is allowed. All sessions must be closed. */
QENT_API void qent_ctx_free(qent_ctx *ctx);

/** Make the database's tables, or bring an older database up to date. Harmless when up to date.
 *  @param from_out, to_out  schema versions before and after; may be NULL.
 *  @return QENT_ESTORE (cannot be opened, is corrupt, or was written by a newer program: nothing
 *  is touched then). @thread any, one at a time */
QENT_API qent_status qent_ctx_migrate(qent_ctx *ctx, int32_t *from_out, int32_t *to_out,
                                      qent_error *err) QENT_NODISCARD;

/** Open a session: one database connection and one HTTP handle.
 *  @param session_out  owned by the caller, release with qent_session_close().
 *  @return QENT_ESTORE (no database, corrupt, older or newer schema; the message says what to
 *  do), QENT_ENOMEM. @thread any; the session then belongs to one thread at a time. */
QENT_API qent_status qent_session_open(qent_ctx *ctx, qent_session **session_out,
                                       qent_error *err) QENT_NODISCARD;

/** The context of a session. Borrowed. */
QENT_API qent_ctx *qent_session_ctx(qent_session *session);

/** Sleep until another connection commits to the database (also one of another process), the
 *  context is stopped, or `timeout_ms` is over; whichever comes first.
 *  @param changed_out  true when a commit ended the wait; may be NULL.
 *  @return QENT_OK, QENT_ECANCELED (stopping), QENT_ESTORE. @thread session */
QENT_API qent_status qent_session_wait(qent_session *session, int64_t timeout_ms, bool *changed_out,
                                       qent_error *err) QENT_NODISCARD;

/** Let the reads that follow see one snapshot; several reads also cost less that way. It ends with
 *  qent_session_read_end() or with the first call that writes.
 *  @return QENT_EINVAL (begun already), QENT_ESTORE. @thread session */
QENT_API qent_status qent_session_read_begin(qent_session *session, qent_error *err) QENT_NODISCARD;

/** Harmless when nothing was begun, or when it has ended. @thread session */
QENT_API void qent_session_read_end(qent_session *session);

/** Answers a readiness probe: the database can be read and has this program's schema.
 *  @return QENT_OK, QENT_ESTORE. @thread session */
QENT_API qent_status qent_session_check(qent_session *session, qent_error *err) QENT_NODISCARD;

/** NULL is allowed. */
QENT_API void qent_session_close(qent_session *session);

QENT_END_DECLS
#endif

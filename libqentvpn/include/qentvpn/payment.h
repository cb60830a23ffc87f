/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_PAYMENT_H
#define QENTVPN_PAYMENT_H

/** @file
 *  A payment: one attempt to pay an order at a payment provider. Only what the provider itself
 *  answers about a payment ever settles it; a webhook is no more than a hint to ask. */

#include <qentvpn/context.h>
#include <qentvpn/money.h>

QENT_BEGIN_DECLS

typedef struct qent_payment qent_payment;

typedef enum qent_payment_state {
  QENT_PAYMENT_CREATING = 0,  /**< Key stored; the provider may or may not know of it yet. */
  QENT_PAYMENT_PENDING = 1,   /**< The provider waits for the buyer. */
  QENT_PAYMENT_SUCCEEDED = 2, /**< Settled. */
  QENT_PAYMENT_CANCELED = 3,  /**< Ended without money. */
  QENT_PAYMENT_REFUNDED = 4,  /**< The whole amount went back. */
  QENT_PAYMENT_FLAGGED = 5    /**< Does not match its order; waits for an admin. */
} qent_payment_state;

/** "creating", "pending", "succeeded", "canceled", "refunded", "flagged". Static. */
QENT_API const char *qent_payment_state_name(qent_payment_state state);

QENT_API int64_t qent_payment_id(const qent_payment *payment);
QENT_API int64_t qent_payment_order_id(const qent_payment *payment); /**< 0: of no order we know. */
QENT_API const char *qent_payment_provider_name(const qent_payment *payment); /**< Borrowed. */
QENT_API const char *qent_payment_external_id(
    const qent_payment *payment); /**< Provider's id; NULL while creating. Borrowed. */
QENT_API qent_payment_state qent_payment_get_state(const qent_payment *payment);
QENT_API qent_money qent_payment_amount(const qent_payment *payment);
QENT_API qent_money qent_payment_refunded(const qent_payment *payment); /**< Part that went back. */
QENT_API const char *
qent_payment_reason(const qent_payment *payment); /**< Why canceled or flagged; NULL. Borrowed. */
QENT_API int32_t qent_payment_attempts(
    const qent_payment *payment); /**< Asked the provider so often without an end. */
QENT_API const char *
qent_payment_last_error(const qent_payment *payment); /**< NULL: none. Borrowed. */
QENT_API int64_t qent_payment_created_at(const qent_payment *payment);
QENT_API int64_t qent_payment_settled_at(const qent_payment *payment); /**< 0 = not settled. */
QENT_API void qent_payment_free(qent_payment *payment);                /**< NULL is allowed. */

/** @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_payment_by_id(qent_session *session, int64_t id,
                                        qent_payment **payment_out, qent_error *err) QENT_NODISCARD;

/** What to list. Fill through QENT_PAYMENT_FILTER_INIT. */
typedef struct qent_payment_filter {
  size_t size;      /**< sizeof(qent_payment_filter) as the caller was compiled. */
  int64_t order_id; /**< 0: any. */
  int32_t state;    /**< A qent_payment_state; -1: any. */
  int32_t limit;    /**< 1..1000. */
} qent_payment_filter;
#define QENT_PAYMENT_FILTER_INIT                                                                   \
  {                                                                                                \
    sizeof(qent_payment_filter), 0, -1, 100                                                        \
  }

/** Called for each payment; borrowed during the call. Return false to stop. */
typedef bool (*qent_payment_fn)(const qent_payment *payment, void *user);

/** Newest first. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_payment_each(qent_session *session, const qent_payment_filter *filter,
                                       qent_payment_fn fn, void *user,
                                       qent_error *err) QENT_NODISCARD;

/** Take a webhook's body: only the id in it is believed, and only as a hint. The hint is stored and
 *  followed by qent_payments_poll() in whatever process runs it, so this is quick and may be called
 *  from a request thread. Anything well-formed is accepted: an id that turns out not to be ours is
 *  dropped after one look at the provider.
 *  @param provider  "yookassa".
 *  @return QENT_ENOTFOUND (no such provider), QENT_EINVAL (not a notification of that provider),
 *  QENT_ESTORE. @thread session */
QENT_API qent_status qent_payment_webhook(qent_session *session, const char *provider,
                                          const char *body, size_t body_len,
                                          qent_error *err) QENT_NODISCARD;

/** True when `provider` sends its webhooks from `address` (IPv4 or IPv6 text), or names no
 *  addresses. A second wall only: authenticity comes from asking the provider.
 *  @thread any */
QENT_API bool qent_payment_webhook_source_known(const qent_ctx *ctx, const char *provider,
                                                const char *address);

/** Ask the provider about this payment at the next poll. Also un-parks a payment whose retries are
 *  far apart. @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_payment_recheck(qent_session *session, int64_t payment_id,
                                          qent_error *err) QENT_NODISCARD;

/** Give the whole amount back at the provider, take back what the order gave, tell the buyer.
 *  Talks to the network; repeating after QENT_ETIMEOUT is safe (stored idempotency key).
 *  @return QENT_ENOTFOUND, QENT_ECONFLICT (not settled, or refunded before), QENT_EUNSUPPORTED,
 *  QENT_ETIMEOUT, QENT_EUPSTREAM, QENT_EAUTH, QENT_EPROTO, QENT_ESTORE. @thread session */
QENT_API qent_status qent_payment_refund(qent_session *session, int64_t payment_id,
                                         const char *reason, qent_error *err) QENT_NODISCARD;

/** An admin decides about a flagged payment: honour it as if it had matched (true), or close it
 *  without access (false; give the money back at the provider). Once only.
 *  @return QENT_ENOTFOUND, QENT_ECONFLICT (not flagged, or its order was paid otherwise),
 *  QENT_ESTORE. @thread session */
QENT_API qent_status qent_payment_resolve_flag(qent_session *session, int64_t payment_id,
                                               bool accept, qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

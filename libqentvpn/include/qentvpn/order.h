/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_ORDER_H
#define QENTVPN_ORDER_H

/** @file
 *  An order: the intent to buy one plan at the price of that moment; and the checkout that leads
 *  from a tap to a pay link. */

#include <qentvpn/context.h>
#include <qentvpn/money.h>

QENT_BEGIN_DECLS

typedef struct qent_order qent_order;

typedef enum qent_order_state {
  QENT_ORDER_OPEN = 0,     /**< Waits for money. */
  QENT_ORDER_PAID = 1,     /**< Settled: what was bought has been given. */
  QENT_ORDER_EXPIRED = 2,  /**< Nobody paid in time. Money that still comes is honoured. */
  QENT_ORDER_CANCELED = 3, /**< The buyer chose otherwise. Money that still comes is honoured. */
  QENT_ORDER_REFUNDED = 4  /**< The whole amount went back. */
} qent_order_state;

/** "open", "paid", "expired", "canceled", "refunded". Static. */
QENT_API const char *qent_order_state_name(qent_order_state state);

QENT_API int64_t qent_order_id(const qent_order *order);
QENT_API int64_t qent_order_user_id(const qent_order *order);
QENT_API const char *qent_order_plan_code(const qent_order *order); /**< Borrowed. */
QENT_API int64_t qent_order_subscription_id(
    const qent_order *order); /**< Extended or made by it; 0 until paid for a new one. */
QENT_API qent_money qent_order_price(const qent_order *order); /**< As snapshot at creation. */
QENT_API qent_order_state qent_order_get_state(const qent_order *order);
QENT_API const char *
qent_order_method(const qent_order *order); /**< Payment provider's name. Borrowed. */
QENT_API const char *qent_order_pay_url(
    const qent_order *order); /**< NULL until the provider gave one, or when not open. Borrowed. */
/** True while the newest payment of an open order ended without money (declined, canceled). */
QENT_API bool qent_order_payment_failed(const qent_order *order);
QENT_API const char *qent_order_failure(
    const qent_order *order); /**< Provider's reason word of that, or NULL. Borrowed. */
QENT_API int64_t qent_order_created_at(const qent_order *order);
QENT_API int64_t qent_order_paid_at(const qent_order *order); /**< 0 = not paid. */
QENT_API void qent_order_free(qent_order *order);             /**< NULL is allowed. */

/** What is to be bought. Fill through QENT_CHECKOUT_INIT. */
typedef struct qent_checkout {
  size_t size; /**< sizeof(qent_checkout) as the caller was compiled. */
  int64_t user_id;
  const char *plan_code;
  int64_t subscription_id; /**< Extend this one of the user's, which then is served as the plan
                              says, from its node group; 0: the user's newest of that node group, or
                              a new one when there is none. */
  bool new_subscription;   /**< Make a new one even when the user has one (a second person). */
  const char *method;      /**< Payment provider: "yookassa". */
  const char *currency;    /**< NULL: the provider's own. */
  const char *return_url;  /**< Where the buyer lands after paying; NULL: the bot. https only. */
  const char *email;       /**< For the receipt, when the shop needs one; NULL: none. */
} qent_checkout;
#define QENT_CHECKOUT_INIT                                                                         \
  {                                                                                                \
    sizeof(qent_checkout), 0, NULL, 0, false, NULL, NULL, NULL, NULL                               \
  }

/** Make an order, or find the user's open one for the same plan, subscription, method and price:
 *  a second tap makes no second order. Touches the database only.
 *  @param order_out  owned by the caller.
 *  @return QENT_EINVAL (names the field), QENT_ENOTFOUND (plan or subscription), QENT_ECONFLICT
 *  (the subscription is switched off), QENT_EUNSUPPORTED (method not set up, or no price in its
 *  currency), QENT_ESTORE. @thread session */
QENT_API qent_status qent_checkout_begin(qent_session *session, const qent_checkout *checkout,
                                         qent_order **order_out, qent_error *err) QENT_NODISCARD;

/** Ask the provider for the order's pay link unless it is there already. Talks to the network. Safe
 *  to repeat and to run twice at once: the same stored idempotency key is used until the provider
 *  has answered. What did not finish here is finished by qent_payments_poll().
 *  @param timeout_ms  for the whole call.
 *  @param order_out   owned by the caller; has a pay link.
 *  @return QENT_ENOTFOUND, QENT_ECONFLICT (the order is not open, or its payment ended
 *  without money: begin again), QENT_ETIMEOUT, QENT_EUPSTREAM,
 *  QENT_EAUTH (the shop refused our credentials), QENT_EPROTO, QENT_ESTORE. @thread session */
QENT_API qent_status qent_checkout_fetch_link(qent_session *session, int64_t order_id,
                                              int64_t timeout_ms, qent_order **order_out,
                                              qent_error *err) QENT_NODISCARD;

/** @param user_id  the order must be this user's; 0: anybody's (admin).
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_order_by_id(qent_session *session, int64_t user_id, int64_t order_id,
                                      qent_order **order_out, qent_error *err) QENT_NODISCARD;

/** Called for each order; borrowed during the call. Return false to stop. */
typedef bool (*qent_order_fn)(const qent_order *order, void *user);

/** A user's orders, newest first. @param limit 1..1000. @thread session; `fn` must not use it. */
QENT_API qent_status qent_order_each(qent_session *session, int64_t user_id, int32_t limit,
                                     qent_order_fn fn, void *user, qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

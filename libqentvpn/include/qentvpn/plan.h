/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_PLAN_H
#define QENTVPN_PLAN_H

/** @file
 *  A plan: what is sold. A period, limits, a node group, and one price per currency. */

#include <qentvpn/context.h>
#include <qentvpn/money.h>

QENT_BEGIN_DECLS

typedef struct qent_plan qent_plan;

#define QENT_PLAN_PRICES_MAX 8
#define QENT_PLAN_REPLICAS_MAX 8

typedef enum qent_period_unit {
  QENT_PERIOD_DAYS = 0,  /**< 24 h each. */
  QENT_PERIOD_MONTHS = 1 /**< Calendar months in UTC; Jan 31 + 1 month is the last day of Feb. */
} qent_period_unit;

/** What a plan is made from. Fill through QENT_PLAN_OPTIONS_INIT. All strings are copied. */
typedef struct qent_plan_options {
  size_t size;          /**< sizeof(qent_plan_options) as the caller was compiled. */
  const char *code;     /**< 1..32 of [a-z0-9_-]; the plan's name for ever. */
  const char *title_ru; /**< 1..64 characters, UTF-8. */
  const char *title_en; /**< 1..64 characters, UTF-8. */
  int32_t period;       /**< 1..3660 days or 1..120 months. */
  qent_period_unit period_unit;
  int64_t traffic_limit_bytes; /**< Per period; 0 = unlimited. */
  int32_t device_limit;        /**< 0 = unlimited. */
  const char *node_group;      /**< 1..32 of [a-z0-9_-]. */
  const qent_money *prices;    /**< One per currency, each > 0. */
  size_t price_count;          /**< 1..QENT_PLAN_PRICES_MAX. */
  bool hidden;                 /**< Not offered; existing orders go on. */
  int32_t position;            /**< Order in lists, ascending. */
  int32_t replicas; /**< Nodes that serve a buyer at once, 1..QENT_PLAN_REPLICAS_MAX; 0 = 1. */
} qent_plan_options;
#define QENT_PLAN_OPTIONS_INIT                                                                     \
  {                                                                                                \
    sizeof(qent_plan_options), NULL, NULL, NULL, 30, QENT_PERIOD_DAYS, 0, 0, "default", NULL, 0,   \
        false, 0, 1                                                                                \
  }

QENT_API int64_t qent_plan_id(const qent_plan *plan);
QENT_API const char *qent_plan_code(const qent_plan *plan); /**< Borrowed. */
QENT_API const char *qent_plan_title(const qent_plan *plan,
                                     const char *language); /**< Borrowed; English unless "ru". */
QENT_API int32_t qent_plan_period(const qent_plan *plan);
QENT_API qent_period_unit qent_plan_period_unit(const qent_plan *plan);
QENT_API int64_t qent_plan_traffic_limit_bytes(const qent_plan *plan); /**< 0 = unlimited. */
QENT_API int32_t qent_plan_device_limit(const qent_plan *plan);        /**< 0 = unlimited. */
QENT_API int32_t qent_plan_replicas(const qent_plan *plan);            /**< Nodes at once. */
QENT_API const char *qent_plan_node_group(const qent_plan *plan);      /**< Borrowed. */
QENT_API size_t qent_plan_price_count(const qent_plan *plan);
QENT_API qent_money qent_plan_price_at(const qent_plan *plan,
                                       size_t index); /**< index < price_count. */
/** The price in `currency`; false when the plan has none. */
QENT_API bool qent_plan_price(const qent_plan *plan, const char *currency, qent_money *price_out);
QENT_API bool qent_plan_hidden(const qent_plan *plan);
QENT_API int32_t qent_plan_position(const qent_plan *plan);
QENT_API void qent_plan_free(qent_plan *plan); /**< NULL is allowed. */

/** Add a plan.
 *  @param plan_out  owned by the caller; may be NULL.
 *  @return QENT_EINVAL (names the field), QENT_ECONFLICT (code taken), QENT_ESTORE. @thread session
 */
QENT_API qent_status qent_plan_add(qent_session *session, const qent_plan_options *options,
                                   qent_plan **plan_out, qent_error *err) QENT_NODISCARD;

/** Replace everything but the code. Open orders keep the price they were made with.
 *  @return QENT_EINVAL, QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_plan_edit(qent_session *session, const qent_plan_options *options,
                                    qent_plan **plan_out, qent_error *err) QENT_NODISCARD;

/** @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_plan_by_code(qent_session *session, const char *code,
                                       qent_plan **plan_out, qent_error *err) QENT_NODISCARD;

/** Called for each plan; borrowed during the call. Return false to stop. */
typedef bool (*qent_plan_fn)(const qent_plan *plan, void *user);

/** All plans by position, then code. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_plan_each(qent_session *session, bool with_hidden, qent_plan_fn fn,
                                    void *user, qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_WORK_H
#define QENTVPN_WORK_H

/** @file
 *  The work loops' bodies. Each call does some of what is due and returns; a program calls them
 * from its worker threads, each with its own session, and sleeps in qent_session_wait() when
 * nothing was done. Any number of threads and processes may run the same loop: work is claimed with
 * a lease. One thing that fails never stops the others; it is stored as the thing's last error and
 * retried with growing pauses. All return QENT_OK, QENT_ECANCELED (stopping) or QENT_ESTORE. */

#include <qentvpn/context.h>

QENT_BEGIN_DECLS

/** Drive accounts towards their wanted state on the panels; queue the keys for the buyer in the
 *  transaction that confirms them. Talks to the network. @param max  accounts in this call.
 *  @param done_out  how many were tried; may be NULL. @thread session */
QENT_API qent_status qent_accounts_apply(qent_session *session, int32_t max, int32_t *done_out,
                                         qent_error *err) QENT_NODISCARD;

/** Follow webhook hints, finish payments whose creation got lost, ask about pending ones, settle
 *  what was paid. Talks to the network. @thread session */
QENT_API qent_status qent_payments_poll(qent_session *session, int32_t max, int32_t *done_out,
                                        qent_error *err) QENT_NODISCARD;

/** What time brings: reminders, expiry of subscriptions and of unpaid orders. Database only.
 *  @thread session */
QENT_API qent_status qent_due_run(qent_session *session, int32_t max, int32_t *done_out,
                                  qent_error *err) QENT_NODISCARD;

/** Probe nodes whose last probe is older than 30 s, store their health, tell admins about a change.
 *  Also notices that the clock was set back, and has all that was put off looked at again.
 *  Talks to the network. @thread session */
QENT_API qent_status qent_nodes_check(qent_session *session, int32_t max, int32_t *done_out,
                                      qent_error *err) QENT_NODISCARD;

/** Collect traffic from nodes whose last collection is older than 60 s; a used-up limit changes the
 *  wanted state. Talks to the network. @thread session */
QENT_API qent_status qent_usage_collect(qent_session *session, int32_t max, int32_t *done_out,
                                        qent_error *err) QENT_NODISCARD;

/** Forget what is no longer of use: handled updates and sent notices older than 90 days, followed
 *  hints. Database only. @thread session */
QENT_API qent_status qent_cleanup_run(qent_session *session, int32_t max, int32_t *done_out,
                                      qent_error *err) QENT_NODISCARD;

/** A difference between what the payment provider, the ledger and the panels say. */
typedef enum qent_drift {
  QENT_DRIFT_MISSING = 0,  /**< Wanted, not on the panel. */
  QENT_DRIFT_DIFFERS = 1,  /**< On the panel with another expiry, limit or switch. */
  QENT_DRIFT_UNWANTED = 2, /**< Ours, should be gone, is still there. */
  QENT_DRIFT_ORPHAN = 3,   /**< On the panel, unknown to us; never touched. */
  QENT_DRIFT_PENDING = 4,  /**< Not confirmed yet, being worked on. */
  /** The provider has the money, the ledger has not settled it. */
  QENT_DRIFT_PAID_UNSETTLED = 5,
  /** Settled in the ledger; the provider has no money of it, or gave some back. */
  QENT_DRIFT_SETTLED_UNPAID = 6,
  QENT_DRIFT_NO_ACCESS = 7,     /**< An active subscription that no panel has ever let in. */
  QENT_DRIFT_ACCESS_UNPAID = 8, /**< A panel lets in whom no active subscription allows it. */
  QENT_DRIFT_DUPLICATE = 9,     /**< Twice on one panel, or on more nodes than was sold. */
  QENT_DRIFT_NOT_COMPARED = 10  /**< No drift: this node or provider could not be asked. */
} qent_drift;

/** "missing", "differs", "unwanted", "orphan", "pending", "paid_unsettled", "settled_unpaid",
 *  "no_access", "access_unpaid", "duplicate", "not_compared". Static. */
QENT_API const char *qent_drift_name(qent_drift drift);

/** One difference. All texts are borrowed during the call. Only grows at its end. */
typedef struct qent_drift_item {
  size_t size;
  qent_drift kind;
  const char *where;       /**< Node's or payment provider's name; "" for a whole subscription. */
  const char *key;         /**< Account's name on the panel; payment's id at the provider; "". */
  int64_t account_id;      /**< 0: none. */
  int64_t subscription_id; /**< 0: none. */
  int64_t payment_id;      /**< 0: none. */
  int32_t attempts;        /**< Of what is pending: failed in a row. */
  bool queued;             /**< This call has queued its repair. */
  const char *detail;      /**< For people, English. */
} qent_drift_item;

/** Does somebody have to look at it? Not at what could not be compared, and not at what is pending
 *  and has not failed three times in a row. @thread any */
QENT_API bool qent_drift_matters(const qent_drift_item *item);

/** Return false to stop; what was queued stays queued. */
typedef bool (*qent_drift_fn)(const qent_drift_item *item, void *user);

/** How to compare. Fill through QENT_RECONCILE_OPTIONS_INIT. */
typedef struct qent_reconcile_options {
  size_t size;
  /** Also queue repairs: accounts for qent_accounts_apply(), payments for qent_payments_poll(). */
  bool fix;
  int32_t payment_days; /**< Payments made in so many last days, 0..366; 0: no payments. */
} qent_reconcile_options;
#define QENT_RECONCILE_OPTIONS_INIT                                                                \
  {                                                                                                \
    sizeof(qent_reconcile_options), false, 3                                                       \
  }

/** Compare the payment providers, the ledger and every node's panel with each other: payments
 *  first, then node by node, then whole subscriptions. Talks to the network. What looks different
 *  is looked at a second time before it is reported, so that work going on meanwhile is none. What
 *  a panel cannot keep is no difference; nodes that are down, disabled or refused are named as not
 *  compared.
 *  @return the first node's or provider's failure after all the others were compared;
 *  QENT_ECANCELED (stopping), QENT_EINVAL, QENT_ENOMEM, QENT_ESTORE.
 *  @thread session; `fn` must not use the session. */
QENT_API qent_status qent_reconcile(qent_session *session, const qent_reconcile_options *options,
                                    qent_drift_fn fn, void *user, qent_error *err) QENT_NODISCARD;

/** Once a day after QENT_RECONCILE_HOUR, in one of all processes: compare everything, and tell the
 *  admins when something is off. Repairs nothing. Talks to the network. @thread session */
QENT_API qent_status qent_reconcile_nightly(qent_session *session, int32_t max, int32_t *done_out,
                                            qent_error *err) QENT_NODISCARD;

/** Remove from a node's panel an account that the ledger does not know. Talks to the network.
 *  @param key  its name on the panel.
 *  @return QENT_EINVAL (no name of an account), QENT_ENOTFOUND (no such node, or not on its panel),
 *  QENT_ECONFLICT (the ledger knows it; or the node is disabled or its panel refused us), what the
 * panel caused, QENT_ESTORE. @thread session */
QENT_API qent_status qent_orphan_remove(qent_session *session, const char *node_name,
                                        const char *key, qent_error *err) QENT_NODISCARD;

/** The business at a glance. Only grows at its end. */
typedef struct qent_stats {
  size_t size; /**< Set to sizeof(qent_stats) before the call. */
  int64_t users;
  int64_t users_24h; /**< New in the last 24 h. */
  int64_t subscriptions_active;
  int64_t subscriptions_ending_72h;
  int64_t orders_paid_24h;
  int64_t orders_paid_30d;
  int64_t payments_flagged;
  int64_t accounts_pending; /**< Wanted state not confirmed yet. */
  int64_t notices_pending;
  struct {
    char currency[4];
    int64_t minor_24h;
    int64_t minor_30d;
  } revenue[8]; /**< Settled less refunded, by currency. */
  size_t revenue_count;
} qent_stats;
#define QENT_STATS_INIT                                                                            \
  {                                                                                                \
    .size = sizeof(qent_stats)                                                                     \
  }

/** @thread session */
QENT_API qent_status qent_stats_read(qent_session *session, qent_stats *stats_out,
                                     qent_error *err) QENT_NODISCARD;

/** Answer of a harmless call to a payment provider: are the shop and its key good?
 *  @param detail_out  one line for people, such as "shop 123456, test". At least 128 bytes.
 *  @return QENT_EUNSUPPORTED (not set up), QENT_EAUTH, QENT_ETIMEOUT, QENT_EUPSTREAM, QENT_EPROTO.
 *  @thread session */
QENT_API qent_status qent_payment_provider_check(qent_session *session, const char *provider,
                                                 char *detail_out, size_t size,
                                                 qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

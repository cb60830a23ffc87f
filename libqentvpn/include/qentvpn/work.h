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

typedef enum qent_drift {
  QENT_DRIFT_MISSING = 0,  /**< Wanted, not on the panel. */
  QENT_DRIFT_DIFFERS = 1,  /**< On the panel with another expiry, limit or switch. */
  QENT_DRIFT_UNWANTED = 2, /**< Ours, should be gone, is still there. */
  QENT_DRIFT_ORPHAN = 3,   /**< On the panel, unknown to us; never touched. */
  QENT_DRIFT_PENDING = 4   /**< Not confirmed yet, being worked on. */
} qent_drift;

/** "missing", "differs", "unwanted", "orphan", "pending". Static. */
QENT_API const char *qent_drift_name(qent_drift drift);

/** One difference. All borrowed during the call. Return false to stop.
 *  @param account_id  0 for an orphan. @param detail  for people, English. */
typedef bool (*qent_drift_fn)(qent_drift drift, const char *node_name, const char *account_key,
                              int64_t account_id, const char *detail, void *user);

/** Compare the ledger with every node's panel. Talks to the network.
 *  @param fix  also queue what is missing, differs or is unwanted for qent_accounts_apply().
 *  @return the first node's failure after all the others were compared; QENT_ESTORE.
 *  @thread session; `fn` must not use the session. */
QENT_API qent_status qent_reconcile(qent_session *session, bool fix, qent_drift_fn fn, void *user,
                                    qent_error *err) QENT_NODISCARD;

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

/* SPDX-License-Identifier: MIT */
#ifndef QENT_STORE_STORE_H
#define QENT_STORE_STORE_H

/* Persistence in the domain's words. A store is one database connection and belongs to one session.
 *
 * Writing: qent__store_begin() .. qent__store_commit(); every function marked (tx) must be called
 * between the two, the others may be. In a write transaction nobody else writes, so "read, change,
 * save" needs no more care. A `save` writes all mutable columns of the row with the struct's id.
 * Reads return QENT_ENOTFOUND when there is no such row; everything returns QENT_ESTORE when the
 * database fails (message says what), QENT_ENOMEM. Outputs are owned by the caller. */

#include "domain/account.h"
#include "domain/node.h"
#include "domain/notice.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "domain/plan.h"
#include "domain/subscription.h"
#include "domain/user.h"
#include "util/lane.h"
#include <qentvpn/work.h>

typedef struct qent__store qent__store;

/* Connection -------------------------------------------------------------------------------- */

/* Open an existing, up-to-date database. @param lane  the process's fair lane to the write lock,
 * borrowed; NULL: nobody else writes. @return QENT_EINVAL (not a URL of ours), QENT_EUNSUPPORTED
 * (no driver for it), QENT_ESTORE: missing, corrupt, older or newer schema; the message says what
 * to do ("run qentctl migrate"). */
qent_status qent__store_open(const char *url, struct qent__lane *lane, qent__store **store_out,
                             qent_error *err);
/* A private database in memory with an up-to-date schema, as by the URL "sqlite::memory:". */
qent_status qent__store_open_memory(struct qent__lane *lane, qent__store **store_out,
                                    qent_error *err);
void qent__store_close(qent__store *store);

/* Make or upgrade the schema; touches nothing when the database is newer or corrupt. */
qent_status qent__store_migrate(const char *url, int32_t *from_out, int32_t *to_out,
                                qent_error *err);

qent_status qent__store_begin(qent__store *store, qent_error *err);
/* Nobody waits for the disk: until the next commit that does, a power cut may undo it. For what
 * nobody misses then, such as a lease, or what is done again. */
qent_status qent__store_begin_relaxed(qent__store *store, qent_error *err);
qent_status qent__store_commit(qent__store *store, qent_error *err); /* rolls back when it fails */
void qent__store_rollback(qent__store *store); /* harmless outside a transaction */
/* One snapshot for several reads. */
qent_status qent__store_begin_read(qent__store *store, qent_error *err);
void qent__store_end_read(qent__store *store);
/* Did another connection commit since the last call? Cheap. */
qent_status qent__store_changed(qent__store *store, bool *changed_out, qent_error *err);
/* Can it be read and has it this program's schema? Cheap. */
qent_status qent__store_check(qent__store *store, qent_error *err);
/* Read everything and look for damage: seconds for gigabytes. */
qent_status qent__store_verify(qent__store *store, qent_error *err);

/* Users ------------------------------------------------------------------------------------- */
qent_status qent__store_user_by_id(qent__store *s, int64_t id, qent_user **out, qent_error *err);
qent_status qent__store_user_by_telegram_id(qent__store *s, int64_t telegram_id, qent_user **out,
                                            qent_error *err);
qent_status qent__store_user_insert(qent__store *s, qent_user *user,
                                    qent_error *err); /* (tx) sets id */
qent_status qent__store_user_save(qent__store *s, const qent_user *user,
                                  qent_error *err); /* (tx) */
qent_status qent__store_user_find(qent__store *s, const char *query, int32_t limit, qent_user_fn fn,
                                  void *user, qent_error *err);

/* Plans ------------------------------------------------------------------------------------- */
qent_status qent__store_plan_by_code(qent__store *s, const char *code, qent_plan **out,
                                     qent_error *err);
qent_status qent__store_plan_by_id(qent__store *s, int64_t id, qent_plan **out, qent_error *err);
/* (tx) sets id; QENT_ECONFLICT when the code is taken */
qent_status qent__store_plan_insert(qent__store *s, qent_plan *plan, qent_error *err);
qent_status qent__store_plan_save(qent__store *s, const qent_plan *plan,
                                  qent_error *err); /* (tx) */
qent_status qent__store_plan_each(qent__store *s, bool with_hidden, qent_plan_fn fn, void *user,
                                  qent_error *err);

/* Orders ------------------------------------------------------------------------------------ */
qent_status qent__store_order_by_id(qent__store *s, int64_t user_id /* 0 = any */, int64_t id,
                                    qent_order **out, qent_error *err);
/* The user's newest open order with this plan, subscription, method and price. */
qent_status qent__store_order_find_open(qent__store *s, const qent_order *like, qent_order **out,
                                        qent_error *err);
/* The one paid last of those that stand behind the user's subscription. */
qent_status qent__store_order_newest_paid(qent__store *s, int64_t user_id, int64_t sub_id,
                                          qent_order **out, qent_error *err);
qent_status qent__store_order_insert(qent__store *s, qent_order *order, qent_error *err); /* (tx) */
/* (tx) state, subscription_id, paid_at */
qent_status qent__store_order_save(qent__store *s, const qent_order *order, qent_error *err);
qent_status qent__store_order_each(qent__store *s, int64_t user_id, int32_t limit, qent_order_fn fn,
                                   void *user, qent_error *err);
/* Is there an open order past its time? Index only. */
qent_status qent__store_order_any_due(qent__store *s, int64_t now, bool *any_out, qent_error *err);
/* (tx) open orders past their time become expired */
qent_status qent__store_order_expire_due(qent__store *s, int64_t now, int32_t max,
                                         int32_t *count_out, qent_error *err);

/* Payments ---------------------------------------------------------------------------------- */
qent_status qent__store_payment_by_id(qent__store *s, int64_t id, qent_payment **out,
                                      qent_error *err);
qent_status qent__store_payment_by_external(qent__store *s, const char *provider,
                                            const char *external_id, qent_payment **out,
                                            qent_error *err);
qent_status qent__store_payment_newest_of_order(qent__store *s, int64_t order_id,
                                                qent_payment **out, qent_error *err);
/* (tx) sets id; QENT_ECONFLICT when (provider, external_id) is there */
qent_status qent__store_payment_insert(qent__store *s, qent_payment *payment, qent_error *err);
qent_status qent__store_payment_save(qent__store *s, const qent_payment *payment,
                                     qent_error *err); /* (tx) */
qent_status qent__store_payment_each(qent__store *s, const qent_payment_filter *filter,
                                     qent_payment_fn fn, void *user, qent_error *err);
/* Those with id < before_id, newest first: for going through them page by page. */
qent_status qent__store_payment_older(qent__store *s, int64_t before_id, int32_t limit,
                                      qent_payment_fn fn, void *user, qent_error *err);
/* Takes its own transaction: the payment with the earliest next_poll_at <= now (0 = none) and no
 * running lease; sets lease_until. QENT_ENOTFOUND when nothing is due. Index only. */
qent_status qent__store_payment_claim(qent__store *s, int64_t now, int64_t lease_until,
                                      qent_payment **out, qent_error *err);

/* Webhook hints: "look at this external id". (provider, external_id) is unique. */
struct qent__hint {
  int64_t id;
  char provider[33];
  char external_id[65];
  int32_t attempts;
};
qent_status qent__store_hint_put(qent__store *s, const char *provider, const char *external_id,
                                 int64_t now, qent_error *err); /* (tx) a repeat makes it due now */
/* Own transaction; as payment_claim. */
qent_status qent__store_hint_claim(qent__store *s, int64_t now, int64_t lease_until,
                                   struct qent__hint *out, qent_error *err);
/* Both by the lease's holder; a hint that was put again meanwhile is left alone, and due. */
qent_status qent__store_hint_later(qent__store *s, int64_t id, int64_t next_at,
                                   qent_error *err); /* (tx) counts an attempt, ends the lease */
qent_status qent__store_hint_delete(qent__store *s, int64_t id, qent_error *err); /* (tx) */

/* Subscriptions ----------------------------------------------------------------------------- */
qent_status qent__store_sub_by_id(qent__store *s, int64_t user_id /* 0 = any */, int64_t id,
                                  qent_subscription **out, qent_error *err);
qent_status qent__store_sub_by_token(qent__store *s, const char *token, qent_subscription **out,
                                     qent_error *err);
/* The user's newest of a node group. */
qent_status qent__store_sub_newest(qent__store *s, int64_t user_id, const char *node_group,
                                   qent_subscription **out, qent_error *err);
qent_status qent__store_sub_insert(qent__store *s, qent_subscription *sub,
                                   qent_error *err); /* (tx) */
qent_status qent__store_sub_save(qent__store *s, const qent_subscription *sub,
                                 qent_error *err); /* (tx) */
qent_status qent__store_sub_each(qent__store *s, int64_t user_id, qent_subscription_fn fn,
                                 void *user, qent_error *err);
qent_status qent__store_sub_link_read(qent__store *s, int64_t id, int64_t at,
                                      qent_error *err); /* (tx) */
/* Ids with 0 < next_event_at <= now, earliest first. Covering partial index. */
qent_status qent__store_sub_due(qent__store *s, int64_t now, int64_t *ids_out, size_t max,
                                size_t *count_out, qent_error *err);
/* (tx) Onto the day of the subscription and the hour of the node that `at` falls in. */
qent_status qent__store_traffic_add(qent__store *s, int64_t sub_id, int64_t node_id, int64_t at,
                                    int64_t bytes, qent_error *err);
qent_status qent__store_traffic_each(qent__store *s, int64_t sub_id, int64_t from,
                                     qent_traffic_fn fn, void *user, qent_error *err);
qent_status qent__store_traffic_of_node(qent__store *s, int64_t node_id, int64_t from,
                                        qent_node_traffic_fn fn, void *user, qent_error *err);

/* Accounts ---------------------------------------------------------------------------------- */
struct qent__accounts {
  qent_account **items;
  size_t count;
};
void qent__accounts_dispose(struct qent__accounts *accounts);

qent_status qent__store_account_by_id(qent__store *s, int64_t id, qent_account **out,
                                      qent_error *err);
qent_status qent__store_account_by_key(qent__store *s, int64_t node_id, const char *key,
                                       qent_account **out, qent_error *err);
qent_status qent__store_accounts_of_sub(qent__store *s, int64_t sub_id, struct qent__accounts *out,
                                        qent_error *err);
qent_status qent__store_account_insert(qent__store *s, qent_account *account,
                                       qent_error *err); /* (tx) */
qent_status qent__store_account_save(qent__store *s, const qent_account *account,
                                     qent_error *err);                               /* (tx) */
qent_status qent__store_account_delete(qent__store *s, int64_t id, qent_error *err); /* (tx) */
qent_status qent__store_account_each(qent__store *s, const qent_account_filter *filter,
                                     qent_account_fn fn, void *user, qent_error *err);
/* All accounts of a node with id > after, by id: for comparing page by page. */
qent_status qent__store_accounts_of_node(qent__store *s, int64_t node_id, int64_t after_id,
                                         int32_t limit, struct qent__accounts *out,
                                         qent_error *err);
/* (tx) Of a node that nobody talks to: what is not wanted, or not enabled, any more. */
qent_status qent__store_accounts_forget(qent__store *s, int64_t node_id, qent_error *err);
/* (tx) Of a node that does not answer: nothing pending is tried before `until`. */
qent_status qent__store_accounts_hold(qent__store *s, int64_t node_id, int64_t until,
                                      qent_error *err);
/* (tx) Of a node that answers again: everything pending is tried now. */
qent_status qent__store_accounts_hurry(qent__store *s, int64_t node_id, int64_t now,
                                       qent_error *err);
/* Own transaction: earliest next_attempt_at <= now among applied_rev < wanted_rev, no running
 * lease, node not disabled, our credentials not refused, not busy with as many as it bears, with
 * `most`, or with one while its probes fail; those of reachable nodes first; sets lease_until.
 * QENT_ENOTFOUND when nothing is due. Partial index. */
qent_status qent__store_account_claim(qent__store *s, int64_t now, int64_t lease_until,
                                      int32_t most, qent_account **out, qent_error *err);

/* Nodes ------------------------------------------------------------------------------------- */
struct qent__nodes {
  qent_node **items;
  size_t count;
};
void qent__nodes_dispose(struct qent__nodes *nodes);

qent_status qent__store_node_by_id(qent__store *s, int64_t id, qent_node **out, qent_error *err);
qent_status qent__store_node_by_name(qent__store *s, const char *name, qent_node **out,
                                     qent_error *err);
qent_status qent__store_nodes(qent__store *s, struct qent__nodes *out,
                              qent_error *err); /* by name */
/* (tx) sets id; QENT_ECONFLICT when the name or the panel's URL is taken */
qent_status qent__store_node_insert(qent__store *s, qent_node *node, qent_error *err);
qent_status qent__store_node_save(qent__store *s, const qent_node *node,
                                  qent_error *err); /* (tx) */
/* A node whose accounts are to be looked at, by sweep_after; QENT_ENOTFOUND when there is none. */
qent_status qent__store_node_to_sweep(qent__store *s, int64_t *id_out, qent_error *err);
qent_status qent__store_node_swept(qent__store *s, int64_t id, int64_t sweep_after,
                                   qent_error *err); /* (tx) */
/* (tx) Those of the group that people are to be moved away from: down, refused, disabled or
 * evacuated ones are to be looked at from the start. */
qent_status qent__store_nodes_sweep_stranded(qent__store *s, const char *node_group,
                                             qent_error *err);
qent_status qent__store_node_progress(qent__store *s, int64_t id, int64_t sweep_after,
                                      qent_node_progress *out, qent_error *err);
/* (tx) QENT_ECONFLICT when it has accounts */
qent_status qent__store_node_delete(qent__store *s, int64_t id, qent_error *err);
/* Own transaction: a node (not disabled, not refused) with checked_at (usage_at) <= before; sets
 * that column to now, so that nobody else takes it. QENT_ENOTFOUND when there is none. */
qent_status qent__store_node_claim_check(qent__store *s, int64_t before, int64_t now,
                                         qent_node **out, qent_error *err);
qent_status qent__store_node_claim_usage(qent__store *s, int64_t before, int64_t now,
                                         qent_node **out, qent_error *err);
/* (tx) Go on holding what was claimed for usage. A node that is gone changes nothing. */
qent_status qent__store_node_mark_usage(qent__store *s, int64_t id, int64_t now, qent_error *err);

/* Notices ----------------------------------------------------------------------------------- */
/* (tx) A key that is there already changes nothing. @param inserted_out  may be NULL. */
qent_status qent__store_notice_insert(qent__store *s, const qent_notice *notice, bool *inserted_out,
                                      qent_error *err);
qent_status qent__store_notice_by_id(qent__store *s, int64_t id, qent_notice **out,
                                     qent_error *err);
qent_status qent__store_notice_save(qent__store *s, const qent_notice *notice,
                                    qent_error *err); /* (tx) */
/* (tx) pending, un-leased or leased, with exactly this key -> canceled; no such row is QENT_OK */
qent_status qent__store_notice_cancel(qent__store *s, const char *key, qent_error *err);
/* Own transaction: most urgent due pending notice by (priority, not_before, id) of a reachable user
 * none of whose notices is leased now and none of whose earlier, as urgent ones was tried and comes
 * again within a minute; sets lease_until, attempts + 1. Partial index. */
qent_status qent__store_notice_claim(qent__store *s, int64_t now, int64_t lease_until,
                                     qent_notice **out, qent_error *err);
qent_status qent__store_notice_each(qent__store *s, int32_t state, int32_t limit, qent_notice_fn fn,
                                    void *user, qent_error *err);

/* Inbox ------------------------------------------------------------------------------------- */
qent_status qent__store_inbox_put(qent__store *s, int64_t update_id, const char *json, size_t len,
                                  int64_t now,
                                  qent_error *err); /* (tx) repeat = no change; moves the offset */
qent_status qent__store_inbox_next(qent__store *s, int64_t *update_id_out, char **json_out,
                                   qent_error *err);
qent_status qent__store_inbox_done(qent__store *s, int64_t update_id, qent_error *err); /* (tx) */
qent_status qent__store_inbox_offset(qent__store *s, int64_t *offset_out, qent_error *err);

/* Comparing --------------------------------------------------------------------------------- */

/* Subscriptions that are odd as a whole. */
struct qent__odd_sub {
  int64_t id;
  int32_t replicas;
  int32_t accounts; /* wanted and at home */
};
#define QENT__ODD_SUBS_MAX 100
struct qent__odd_subs {
  struct qent__odd_sub items[QENT__ODD_SUBS_MAX];
  size_t count; /* less than QENT__ODD_SUBS_MAX: there are no more */
};

/* Both by id, those with id > after; they read all subscriptions. */

/* Active ones without an account that is wanted, may connect, was confirmed at least once and is on
 * a node that is not disabled. One whose account became due at `fresh` or later and was not tried
 * yet is left out. */
qent_status qent__store_subs_without_access(qent__store *s, int64_t now, int64_t fresh,
                                            int64_t after, struct qent__odd_subs *out,
                                            qent_error *err);
/* Running ones with more accounts at home than replicas. */
qent_status qent__store_subs_crowded(qent__store *s, int64_t now, int64_t after,
                                     struct qent__odd_subs *out, qent_error *err);

/* A number kept under a name; QENT_ENOTFOUND before the first write. */
qent_status qent__store_counter_read(qent__store *s, const char *name, int64_t *value_out,
                                     qent_error *err);
qent_status qent__store_counter_write(qent__store *s, const char *name, int64_t value,
                                      qent_error *err); /* (tx) */

/* The clock --------------------------------------------------------------------------------- */
/* Was a node looked at minutes from now? Then the clock ran ahead and was set back. */
qent_status qent__store_clock_went_back(qent__store *s, int64_t now, bool *back_out,
                                        qent_error *err);
/* (tx) Have everything that was put off by the wrong clock looked at now, and subscriptions that it
 * ended too early. Reads all subscriptions. */
qent_status qent__store_clock_mend(qent__store *s, int64_t now, qent_error *err);

/* The whole --------------------------------------------------------------------------------- */
qent_status qent__store_stats(qent__store *s, int64_t now, qent_stats *out, qent_error *err);
/* Is there anything to clean up? Index only. */
qent_status qent__store_cleanup_any(qent__store *s, int64_t before, bool *any_out, qent_error *err);
/* (tx) delete done inbox rows, sent and canceled notices older than `before`. */
qent_status qent__store_cleanup(qent__store *s, int64_t before, int32_t max, int32_t *count_out,
                                qent_error *err);

#endif

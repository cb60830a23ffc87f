/* SPDX-License-Identifier: MIT */
/* What time brings: reminders, expiry, accounts that nobody renewed, orders that nobody paid. */
#include "app/entitle.h"
#include "app/notify.h"
#include "app/sweep.h"
#include "app/tx.h"

#include <inttypes.h>

#define BATCH 64
#define POSTPONE_S 60
#define STALE_NEWS_S (3 * 86400) /* an end longer ago is no news */

struct due {
  int64_t id;
};

/* A reminder that nobody has sent yet when the next one is due says what is no longer so. */
static qent_status cancel_overtaken(qent_session *session, const qent_subscription *sub,
                                    enum qent__sub_event event, qent_error *err)
{
  qent_status st = QENT_OK;

  if (event == QENT__SUB_REMIND_24H || event == QENT__SUB_EXPIRE)
    st = qent__note_cancel(session, err, "remind72:%" PRId64 ":%" PRId64, sub->id, sub->expires_at);
  if (st == QENT_OK && event == QENT__SUB_EXPIRE)
    st = qent__note_cancel(session, err, "remind24:%" PRId64 ":%" PRId64, sub->id, sub->expires_at);
  return st;
}

static qent_status tell(qent_session *session, const qent_subscription *sub,
                        enum qent__sub_event event, qent_error *err)
{
  static const struct {
    qent_notice_kind kind;
    const char *key;
  } kinds[] = {
      [QENT__SUB_NOTHING] = {QENT_NOTICE_REMIND_72H, NULL},
      [QENT__SUB_REMIND_72H] = {QENT_NOTICE_REMIND_72H, "remind72"},
      [QENT__SUB_REMIND_24H] = {QENT_NOTICE_REMIND_24H, "remind24"},
      [QENT__SUB_EXPIRE] = {QENT_NOTICE_EXPIRED, "expired"},
  };
  struct qent__note note;

  if (!kinds[event].key || sub->disabled ||
      qent__session_now(session) - sub->expires_at > STALE_NEWS_S)
    return QENT_OK;
  qent__note_begin(&note, kinds[event].kind, sub->user_id, "%s:%" PRId64 ":%" PRId64,
                   kinds[event].key, sub->id, sub->expires_at);
  qent__note_int(&note, "subscription", sub->id);
  qent__note_int(&note, "expires_at", sub->expires_at);
  return qent__note_queue(session, &note, 0, err);
}

/* Was this look put off until now for the accounts to go? */
static bool is_over(qent_session *session, const qent_subscription *sub)
{
  int64_t end_at = qent__accounts_end_at(session, sub);

  return end_at > 0 && sub->next_event_at >= end_at;
}

static qent_status sub_due_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct due *due = arg;
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_subscription *sub = NULL;
  qent_status st = qent__store_sub_by_id(store, 0, due->id, &sub, err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  if (sub->next_event_at > 0 && sub->next_event_at <= now) {
    enum qent__sub_event event = qent__sub_event_due(sub->expires_at, now);
    bool over = is_over(session, sub);
    sub->next_event_at = qent__sub_next_event_at(sub->expires_at, now);
    st = cancel_overtaken(session, sub, event, err);
    if (st == QENT_OK)
      st = tell(session, sub, event, err);
    if (st == QENT_OK)
      st = over ? qent__entitle_end(session, sub, err) : qent__entitle(session, sub, err);
    if (st == QENT_OK)
      st = qent__store_sub_save(store, sub, err);
  }
  qent_subscription_free(sub);
  return st;
}

static qent_status postpone_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct due *due = arg;
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  qent_status st = qent__store_sub_by_id(store, 0, due->id, &sub, err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  sub->next_event_at = qent__session_now(session) + POSTPONE_S;
  st = qent__store_sub_save(store, sub, err);
  qent_subscription_free(sub);
  return st;
}

/* One that fails steps aside, so that it does not hold up all that is due after it; when not even
 * that works the trouble is the database's. */
static qent_status run_one(qent_session *session, int64_t id, qent_error *err)
{
  struct due due = {id};
  qent_error cause = QENT_ERROR_INIT;
  qent_status st = qent__tx(session, sub_due_in_tx, &due, &cause);

  if (st == QENT_OK)
    return QENT_OK;
  qent__ctx_log(qent_session_ctx(session), QENT_LOG_ERROR, "due",
                "subscription=%" PRId64 ": %s: %s", id, qent_status_name(st), cause.message);
  return qent__tx(session, postpone_in_tx, &due, err);
}

struct expire {
  int32_t max;
  int32_t count;
};

static qent_status expire_orders_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct expire *expire = arg;

  return qent__store_order_expire_due(qent__session_store(session), qent__session_now(session),
                                      expire->max, &expire->count, err);
}

/* A look without the write lock first: mostly there is nothing. */
static qent_status expire_orders(qent_session *session, struct expire *expire, qent_error *err)
{
  bool any = false;
  qent_status st = qent__store_order_any_due(qent__session_store(session),
                                             qent__session_now(session), &any, err);

  return st == QENT_OK && any ? qent__tx(session, expire_orders_in_tx, expire, err) : st;
}

qent_status qent_due_run(qent_session *session, int32_t max, int32_t *done_out, qent_error *err)
{
  struct expire expire = {max, 0};
  int64_t ids[BATCH];
  size_t count = 0;
  int32_t swept = 0;
  size_t room = max < BATCH ? (size_t)(max > 0 ? max : 0) : BATCH;
  qent_status st;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "running what is due needs a session and a maximum");
  st = qent__store_sub_due(qent__session_store(session), qent__session_now(session), ids, room,
                           &count, err);
  for (size_t i = 0; st == QENT_OK && i < count; i++) {
    if (qent_ctx_stopping(qent_session_ctx(session)))
      return qent_fail(err, QENT_ECANCELED, "stopping");
    st = run_one(session, ids[i], err);
  }
  if (st == QENT_OK)
    st = expire_orders(session, &expire, err);
  if (st == QENT_OK)
    st = qent__sweep_run(session, max, &swept, err);
  if (st == QENT_OK && done_out)
    *done_out = (int32_t)count + expire.count + swept;
  return st;
}

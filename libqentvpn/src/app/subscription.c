/* SPDX-License-Identifier: MIT */
#include "app/entitle.h"
#include "app/notify.h"
#include "app/settle.h"
#include "app/tx.h"
#include "util/alloc.h"
#include "util/random.h"
#include "util/timefmt.h"

#include <inttypes.h>

#define ROTATE_PAUSE_S 60

qent_status qent_subscription_by_id(qent_session *session, int64_t user_id, int64_t id,
                                    qent_subscription **sub_out, qent_error *err)
{
  qent_subscription *sub = NULL;
  qent_status st;

  if (!session || !sub_out)
    return qent_fail(err, QENT_EINVAL, "finding a subscription needs a session and an output");
  st = qent__store_sub_by_id(qent__session_store(session), user_id, id, &sub, err);
  if (st == QENT_OK)
    st = qent__sub_fill_link(qent_session_ctx(session), sub, err);
  if (st != QENT_OK) {
    qent_subscription_free(sub);
    return st;
  }
  *sub_out = sub;
  return QENT_OK;
}

struct each {
  qent_session *session;
  qent_subscription_fn fn;
  void *user;
  qent_error *err;
  qent_status st;
};

/* The store lends the row for the call; the link is added to it in place. */
static bool with_link(const qent_subscription *row, void *user)
{
  struct each *each = user;
  qent_subscription sub = *row;
  bool more = false;

  sub.config_link = NULL;
  each->st = qent__sub_fill_link(qent_session_ctx(each->session), &sub, each->err);
  if (each->st == QENT_OK)
    more = each->fn(&sub, each->user);
  qent__free(sub.config_link);
  return more;
}

qent_status qent_subscription_each(qent_session *session, int64_t user_id, qent_subscription_fn fn,
                                   void *user, qent_error *err)
{
  struct each each = {session, fn, user, err, QENT_OK};
  qent_status st;

  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "listing subscriptions needs a session and a callback");
  st = qent__store_sub_each(qent__session_store(session), user_id, with_link, &each, err);
  return st != QENT_OK ? st : each.st;
}

qent_status qent_subscription_traffic(qent_session *session, int64_t id, int64_t from,
                                      qent_traffic_fn fn, void *user, qent_error *err)
{
  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "listing traffic needs a session and a callback");
  return qent__store_traffic_each(qent__session_store(session), id, from, fn, user, err);
}

/* A change of one subscription by its owner or an admin. */
struct change {
  int64_t user_id; /* 0 = anybody's */
  int64_t id;
  int64_t expires_at;
  bool disabled;
  qent_subscription *sub; /* the result */
};

typedef qent_status (*change_fn)(qent_session *session, qent_subscription *sub,
                                 const struct change *change, qent_error *err);

static qent_status apply_change(qent_session *session, struct change *change, change_fn fn,
                                qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  qent_status st = qent__store_sub_by_id(store, change->user_id, change->id, &sub, err);

  if (st == QENT_OK)
    st = fn(session, sub, change, err);
  if (st == QENT_OK)
    st = qent__entitle(session, sub, err);
  if (st == QENT_OK)
    st = qent__store_sub_save(store, sub, err);
  if (st == QENT_OK)
    st = qent__sub_fill_link(qent_session_ctx(session), sub, err);
  if (st != QENT_OK) {
    qent_subscription_free(sub);
    return st;
  }
  change->sub = sub;
  return QENT_OK;
}

static qent_status run_change(qent_session *session, qent__tx_fn fn, struct change *change,
                              qent_subscription **sub_out, qent_error *err)
{
  qent_status st;

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  st = qent__tx(session, fn, change, err);
  if (st == QENT_OK && sub_out)
    *sub_out = change->sub;
  else
    qent_subscription_free(change->sub);
  return st;
}

static qent_status rotate(qent_session *session, qent_subscription *sub,
                          const struct change *change, qent_error *err)
{
  int64_t now = qent__session_now(session);
  int64_t wait_s = sub->rotated_at + ROTATE_PAUSE_S - now;

  (void)change;
  /* A rotation in the future was made by a clock that ran ahead. */
  if (sub->rotated_at && wait_s > 0 && sub->rotated_at <= now) {
    (void)qent_fail(err, QENT_ECONFLICT, "keys were changed moments ago; wait %" PRId64 " s",
                    wait_s);
    if (err)
      err->retry_after_ms = wait_s * 1000;
    return QENT_ECONFLICT;
  }
  sub->rotated_at = now;
  sub->keys_rev++;
  return qent__random_base62(sub->token, 40, err);
}

static qent_status rotate_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return apply_change(session, arg, rotate, err);
}

qent_status qent_subscription_rotate(qent_session *session, int64_t user_id, int64_t id,
                                     qent_subscription **sub_out, qent_error *err)
{
  struct change change = {.user_id = user_id, .id = id};

  return run_change(session, rotate_in_tx, &change, sub_out, err);
}

static qent_status set_expiry(qent_session *session, qent_subscription *sub,
                              const struct change *change, qent_error *err)
{
  qent_status st = qent__cancel_reminders(session, sub->id, sub->expires_at, err);

  if (st != QENT_OK)
    return st;
  sub->expires_at = change->expires_at;
  sub->next_event_at = qent__sub_next_event_at(sub->expires_at, qent__session_now(session));
  return QENT_OK;
}

static qent_status set_expiry_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return apply_change(session, arg, set_expiry, err);
}

qent_status qent_subscription_set_expiry(qent_session *session, int64_t id, int64_t expires_at,
                                         qent_error *err)
{
  struct change change = {.id = id, .expires_at = expires_at};

  if (expires_at < 1 || expires_at > QENT__TIME_MAX_S)
    return qent_fail(err, QENT_EINVAL,
                     "expires_at must be UNIX seconds above 0 and before the year 10000");
  return run_change(session, set_expiry_in_tx, &change, NULL, err);
}

static qent_status set_disabled(qent_session *session, qent_subscription *sub,
                                const struct change *change, qent_error *err)
{
  (void)session;
  (void)err;
  sub->disabled = change->disabled;
  return QENT_OK;
}

static qent_status set_disabled_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return apply_change(session, arg, set_disabled, err);
}

qent_status qent_subscription_set_disabled(qent_session *session, int64_t id, bool disabled,
                                           qent_error *err)
{
  struct change change = {.id = id, .disabled = disabled};

  return run_change(session, set_disabled_in_tx, &change, NULL, err);
}

struct grant {
  int64_t user_id;
  const char *plan_code;
  qent_subscription *sub;
};

static qent_status grant_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct grant *grant = arg;
  qent__store *store = qent__session_store(session);
  qent_user *user = NULL;
  qent_plan *plan = NULL;
  bool renewed = false;
  qent_status st = qent__store_user_by_id(store, grant->user_id, &user, err);

  if (st == QENT_OK)
    st = qent__store_plan_by_code(store, grant->plan_code, &plan, err);
  if (st == QENT_OK) {
    const struct qent__gift gift = {grant->user_id, 0, false, plan->id, plan->code, &plan->terms};
    st = qent__give(session, &gift, &grant->sub, &renewed, err);
  }
  if (st == QENT_OK && renewed) {
    struct qent__note note;
    qent__note_begin(&note, QENT_NOTICE_RENEWED, grant->user_id, "granted:%" PRId64 ":%" PRId64,
                     grant->sub->id, grant->sub->expires_at);
    qent__note_int(&note, "subscription", grant->sub->id);
    qent__note_int(&note, "expires_at", grant->sub->expires_at);
    st = qent__note_queue(session, &note, 0, err);
  }
  qent_user_free(user);
  qent_plan_free(plan);
  return st;
}

qent_status qent_subscription_grant(qent_session *session, int64_t user_id, const char *plan_code,
                                    qent_subscription **sub_out, qent_error *err)
{
  struct grant grant = {user_id, plan_code, NULL};
  qent_status st;

  if (!session || !plan_code)
    return qent_fail(err, QENT_EINVAL, "a grant needs a session and a plan");
  st = qent__tx(session, grant_in_tx, &grant, err);
  if (st == QENT_OK && sub_out)
    *sub_out = grant.sub;
  else
    qent_subscription_free(grant.sub);
  return st;
}

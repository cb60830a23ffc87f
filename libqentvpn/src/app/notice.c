/* SPDX-License-Identifier: MIT */
#include "app/failure.h"
#include "app/notify.h"
#include "app/tx.h"
#include "util/alloc.h"

#include <inttypes.h>

qent_status qent_notice_claim(qent_session *session, int32_t lease_s, qent_notice **notice_out,
                              qent_error *err)
{
  int64_t now;

  if (!session || !notice_out || lease_s < 1)
    return qent_fail(err, QENT_EINVAL, "claiming needs a session, a lease and an output");
  now = qent__session_now(session);
  return qent__store_notice_claim(qent__session_store(session), now, now + lease_s, notice_out,
                                  err);
}

struct change {
  int64_t id;
  const qent_error *cause;
  const char *why;
  bool blocked;
};

typedef qent_status (*change_fn)(qent_session *session, qent_notice *notice,
                                 const struct change *change, qent_error *err);

static qent_status apply_change(qent_session *session, const struct change *change, change_fn fn,
                                qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_notice *notice = NULL;
  qent_status st = qent__store_notice_by_id(store, change->id, &notice, err);

  if (st != QENT_OK)
    return st;
  st = fn(session, notice, change, err);
  if (st == QENT_OK)
    st = qent__store_notice_save(store, notice, err);
  qent_notice_free(notice);
  return st;
}

static qent_status sent(qent_session *session, qent_notice *notice, const struct change *change,
                        qent_error *err)
{
  (void)change;
  (void)err;
  notice->state = QENT_NOTICE_SENT;
  notice->sent_at = qent__session_now(session);
  notice->lease_until = 0;
  qent__free(notice->last_error);
  notice->last_error = NULL;
  return QENT_OK;
}

static qent_status sent_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return apply_change(session, arg, sent, err);
}

qent_status qent_notice_sent(qent_session *session, int64_t id, qent_error *err)
{
  struct change change = {id, NULL, NULL, false};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, sent_in_tx, &change, err);
}

static qent_status failed(qent_session *session, qent_notice *notice, const struct change *change,
                          qent_error *err)
{
  notice->not_before =
      qent__session_now(session) + (change->cause->retry_after_ms >= 0
                                        ? qent__failure_demanded_s(change->cause)
                                        : qent__failure_pause_s(change->cause, notice->attempts));
  notice->lease_until = 0;
  return qent__failure_keep(&notice->last_error, change->cause, err);
}

static qent_status failed_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return apply_change(session, arg, failed, err);
}

qent_status qent_notice_failed(qent_session *session, int64_t id, const qent_error *cause,
                               qent_error *err)
{
  struct change change = {id, cause, NULL, false};

  if (!session || !cause)
    return qent_fail(err, QENT_EINVAL, "a session and a cause are needed");
  return qent__tx(session, failed_in_tx, &change, err);
}

static qent_status undeliverable(qent_session *session, qent_notice *notice,
                                 const struct change *change, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_error cause = QENT_ERROR_INIT;
  qent_user *user = NULL;
  qent_status st = QENT_OK;

  notice->lease_until = 0;
  if (notice->state == QENT_NOTICE_PENDING) {
    if (!change->blocked || !qent__notice_keeps(notice->kind))
      notice->state = QENT_NOTICE_UNDELIVERABLE;
    (void)qent_fail(&cause, QENT_EUPSTREAM, "%s", change->why ? change->why : "");
    st = qent__failure_keep(&notice->last_error, &cause, err);
  }
  if (st == QENT_OK && change->blocked) {
    st = qent__store_user_by_id(store, notice->user_id, &user, err);
    if (st == QENT_OK) {
      user->reachable = false;
      st = qent__store_user_save(store, user, err);
    }
    qent_user_free(user);
  }
  return st;
}

static qent_status undeliverable_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return apply_change(session, arg, undeliverable, err);
}

qent_status qent_notice_undeliverable(qent_session *session, int64_t id, bool blocked,
                                      const char *why, qent_error *err)
{
  struct change change = {id, NULL, why, blocked};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, undeliverable_in_tx, &change, err);
}

struct reply {
  int64_t telegram_id;
  int64_t update_id;
  const char *command;
  const char *argument;
};

static qent_status reply_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct reply *reply = arg;
  struct qent__note note;
  qent_user *user = NULL;
  qent_status st =
      qent__store_user_by_telegram_id(qent__session_store(session), reply->telegram_id, &user, err);

  if (st != QENT_OK)
    return st;
  qent__note_begin(&note, QENT_NOTICE_REPLY, user->id, "reply:%" PRId64, reply->update_id);
  qent_user_free(user);
  qent__note_text(&note, "command", reply->command);
  qent__note_text(&note, "argument", reply->argument);
  return qent__note_queue(session, &note, 0, err);
}

qent_status qent_notice_reply(qent_session *session, int64_t telegram_id, int64_t update_id,
                              const char *command, const char *argument, qent_error *err)
{
  struct reply reply = {telegram_id, update_id, command, argument};

  if (!session || !command)
    return qent_fail(err, QENT_EINVAL, "a reply needs a session and a command");
  return qent__tx(session, reply_in_tx, &reply, err);
}

struct alarm {
  const char *what;
  const char *detail;
};

static qent_status alarm_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct alarm *alarm = arg;

  return qent__note_alarm(session, alarm->what, alarm->detail, err);
}

qent_status qent_notice_alarm(qent_session *session, const char *what, const char *detail,
                              qent_error *err)
{
  struct alarm alarm = {what, detail};

  if (!session || !what)
    return qent_fail(err, QENT_EINVAL, "an alarm needs a session and a word");
  return qent__tx(session, alarm_in_tx, &alarm, err);
}

qent_status qent_notice_each(qent_session *session, int32_t state, int32_t limit, qent_notice_fn fn,
                             void *user, qent_error *err)
{
  if (!session || !fn || limit < 1 || limit > 1000)
    return qent_fail(err, QENT_EINVAL, "listing notices needs a limit of 1..1000");
  return qent__store_notice_each(qent__session_store(session), state, limit, fn, user, err);
}

static qent_status retry(qent_session *session, qent_notice *notice, const struct change *change,
                         qent_error *err)
{
  (void)change;
  if (notice->state == QENT_NOTICE_SENT)
    return qent_fail(err, QENT_ECONFLICT, "notice %" PRId64 " was sent before", notice->id);
  notice->state = QENT_NOTICE_PENDING;
  notice->not_before = qent__session_now(session);
  notice->lease_until = 0;
  return QENT_OK;
}

static qent_status retry_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return apply_change(session, arg, retry, err);
}

qent_status qent_notice_retry(qent_session *session, int64_t id, qent_error *err)
{
  struct change change = {id, NULL, NULL, false};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, retry_in_tx, &change, err);
}

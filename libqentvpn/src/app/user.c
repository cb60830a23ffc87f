/* SPDX-License-Identifier: MIT */
#include "app/tx.h"
#include "util/alloc.h"
#include "util/text.h"

#include <string.h>

struct touch {
  const qent_user_profile *profile;
  qent_user *user; /* what there is afterwards */
};

static qent_status touch_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct touch *touch = arg;
  qent__store *store = qent__session_store(session);
  bool changed = false;
  qent_user *user = NULL;
  qent_status st = qent__store_user_by_telegram_id(store, touch->profile->telegram_id, &user, err);

  if (st == QENT_ENOTFOUND) {
    user = qent__calloc(1, sizeof *user);
    if (!user)
      return qent_fail(err, QENT_ENOMEM, "out of memory");
    user->created_at = qent__session_now(session);
    st = qent__user_merge(user, touch->profile, &changed, err);
    if (st == QENT_OK)
      st = qent__store_user_insert(store, user, err);
  } else if (st == QENT_OK) {
    st = qent__user_merge(user, touch->profile, &changed, err);
    if (st == QENT_OK && changed)
      st = qent__store_user_save(store, user, err);
  }
  if (st != QENT_OK) {
    qent_user_free(user);
    return st;
  }
  touch->user = user;
  return QENT_OK;
}

/* The common case without a write: known and unchanged. */
static qent_status touch_unchanged(qent_session *session, struct touch *touch, bool *done_out,
                                   qent_error *err)
{
  qent_user *user = NULL;
  bool changed = false;
  qent_status st = qent__store_user_by_telegram_id(qent__session_store(session),
                                                   touch->profile->telegram_id, &user, err);

  if (st == QENT_ENOTFOUND)
    return QENT_OK;
  if (st == QENT_OK)
    st = qent__user_merge(user, touch->profile, &changed, err);
  if (st != QENT_OK || changed) {
    qent_user_free(user);
    return st;
  }
  touch->user = user;
  *done_out = true;
  return QENT_OK;
}

qent_status qent_user_touch(qent_session *session, const qent_user_profile *profile,
                            qent_user **user_out, qent_error *err)
{
  struct touch touch = {profile, NULL};
  bool done = false;
  qent_status st;

  if (!session || !profile)
    return qent_fail(err, QENT_EINVAL, "touching a user needs a session and a profile");
  st = touch_unchanged(session, &touch, &done, err);
  if (st == QENT_OK && !done)
    st = qent__tx(session, touch_in_tx, &touch, err);
  if (st != QENT_OK) {
    qent_user_free(touch.user);
    return st;
  }
  if (user_out)
    *user_out = touch.user;
  else
    qent_user_free(touch.user);
  return QENT_OK;
}

qent_status qent_user_by_telegram_id(qent_session *session, int64_t telegram_id,
                                     qent_user **user_out, qent_error *err)
{
  if (!session || !user_out)
    return qent_fail(err, QENT_EINVAL, "finding a user needs a session and an output");
  return qent__store_user_by_telegram_id(qent__session_store(session), telegram_id, user_out, err);
}

qent_status qent_user_by_id(qent_session *session, int64_t id, qent_user **user_out,
                            qent_error *err)
{
  if (!session || !user_out)
    return qent_fail(err, QENT_EINVAL, "finding a user needs a session and an output");
  return qent__store_user_by_id(qent__session_store(session), id, user_out, err);
}

struct language {
  int64_t user_id;
  const char *language;
};

static qent_status set_language_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct language *change = arg;
  qent__store *store = qent__session_store(session);
  qent_user *user = NULL;
  qent_status st = qent__store_user_by_id(store, change->user_id, &user, err);

  if (st != QENT_OK)
    return st;
  (void)qent__copy_text(user->language, sizeof user->language, change->language, 2);
  st = qent__store_user_save(store, user, err);
  qent_user_free(user);
  return st;
}

qent_status qent_user_set_language(qent_session *session, int64_t user_id, const char *language,
                                   qent_error *err)
{
  struct language change = {user_id, language};

  if (!session || (!qent__streq(language, "ru") && !qent__streq(language, "en")))
    return qent_fail(err, QENT_EINVAL, "language must be ru or en");
  return qent__tx(session, set_language_in_tx, &change, err);
}

struct reach {
  int64_t telegram_id;
  bool reachable;
};

static qent_status set_reachable_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct reach *change = arg;
  qent__store *store = qent__session_store(session);
  qent_user *user = NULL;
  qent_status st = qent__store_user_by_telegram_id(store, change->telegram_id, &user, err);

  if (st != QENT_OK)
    return st;
  if (user->reachable != change->reachable) {
    user->reachable = change->reachable;
    st = qent__store_user_save(store, user, err);
  }
  qent_user_free(user);
  return st;
}

qent_status qent_user_set_reachable(qent_session *session, int64_t telegram_id, bool reachable,
                                    qent_error *err)
{
  struct reach change = {telegram_id, reachable};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, set_reachable_in_tx, &change, err);
}

qent_status qent_user_find(qent_session *session, const char *query, int32_t limit, qent_user_fn fn,
                           void *user_data, qent_error *err)
{
  if (!session || !query || !fn || limit < 1 || limit > 1000)
    return qent_fail(err, QENT_EINVAL, "finding users needs a query and a limit of 1..1000");
  return qent__store_user_find(qent__session_store(session), query, limit, fn, user_data, err);
}

/* SPDX-License-Identifier: MIT */
#include "app/entitle.h"
#include "app/notify.h"
#include "app/settle.h"
#include "util/alloc.h"
#include "util/random.h"
#include "util/text.h"

#include <inttypes.h>
#include <string.h>

qent_status qent__cancel_reminders(qent_session *session, int64_t sub_id, int64_t expires_at,
                                   qent_error *err)
{
  static const char *const prefixes[] = {"remind72", "remind24", "expired", "exhausted"};
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < sizeof prefixes / sizeof prefixes[0]; i++)
    st =
        qent__note_cancel(session, err, "%s:%" PRId64 ":%" PRId64, prefixes[i], sub_id, expires_at);
  return st;
}

static qent_status find_sub(qent_session *session, const struct qent__gift *gift,
                            qent_subscription **sub_out, qent_error *err)
{
  qent__store *store = qent__session_store(session);

  if (gift->sub_id)
    return qent__store_sub_by_id(store, gift->user_id, gift->sub_id, sub_out, err);
  if (gift->make_new)
    return QENT_ENOTFOUND;
  return qent__store_sub_newest(store, gift->user_id, gift->terms->node_group, sub_out, err);
}

static qent_status make_sub(qent_session *session, int64_t user_id, qent_subscription **sub_out,
                            qent_error *err)
{
  qent_subscription *sub = qent__calloc(1, sizeof *sub);
  qent_status st;

  if (!sub)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  sub->user_id = user_id;
  sub->created_at = qent__session_now(session);
  sub->keys_rev = 1;
  st = qent__random_base62(sub->token, 40, err);
  if (st != QENT_OK) {
    qent_subscription_free(sub);
    return st;
  }
  *sub_out = sub;
  return QENT_OK;
}

/* What was left from the period before. Its nodes stay while its time runs: they are paid for. */
static qent_status end_period(qent_session *session, const qent_subscription *sub, int64_t old_end,
                              int32_t old_replicas, qent_error *err)
{
  qent_status st = qent__cancel_reminders(session, sub->id, old_end, err);

  return st == QENT_OK && sub->replicas < old_replicas && old_end <= qent__session_now(session)
             ? qent__thin_out(session, sub, err)
             : st;
}

qent_status qent__give(qent_session *session, const struct qent__gift *gift,
                       qent_subscription **sub_out, bool *renewed_out, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  int64_t old_end;
  int32_t old_replicas;
  qent_status st = find_sub(session, gift, &sub, err);
  bool renewed = st == QENT_OK;

  if (st == QENT_ENOTFOUND)
    st = make_sub(session, gift->user_id, &sub, err);
  if (st != QENT_OK)
    return st;
  old_end = sub->expires_at;
  old_replicas = sub->replicas;
  qent__sub_extend(sub, gift->terms, qent__session_now(session));
  sub->plan_id = gift->plan_id;
  (void)qent__copy_text(sub->plan_code, sizeof sub->plan_code, gift->plan_code,
                        strlen(gift->plan_code));
  if (!renewed)
    st = qent__store_sub_insert(store, sub, err);
  if (st == QENT_OK && renewed)
    st = end_period(session, sub, old_end, old_replicas, err);
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
  *sub_out = sub;
  *renewed_out = renewed;
  return QENT_OK;
}

/* SPDX-License-Identifier: MIT */
#include "app/entitle.h"
#include "app/import.h"
#include "app/links.h"
#include "app/place.h"
#include "app/tx.h"
#include "util/alloc.h"
#include "util/random.h"
#include "util/text.h"

#include <string.h>

static qent_status find_user(qent_session *session, int64_t telegram_id, int64_t *id_out,
                             qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_user_profile profile = QENT_USER_PROFILE_INIT;
  qent_user *user = NULL;
  bool changed = false;
  qent_status st = qent__store_user_by_telegram_id(store, telegram_id, &user, err);

  if (st == QENT_ENOTFOUND) {
    user = qent__calloc(1, sizeof *user);
    if (!user)
      return qent_fail(err, QENT_ENOMEM, "out of memory");
    user->created_at = qent__session_now(session);
    profile.telegram_id = telegram_id;
    st = qent__user_merge(user, &profile, &changed, err);
    if (st == QENT_OK)
      st = qent__store_user_insert(store, user, err);
  }
  if (st == QENT_OK)
    *id_out = user->id;
  qent_user_free(user);
  return st;
}

/* Switched off by hand: neither its end nor its limit explains it. */
static bool switched_off(const struct qent__adoption *a, int64_t now)
{
  const qent_account_view *view = a->view;

  return !view->enabled && a->expires_at > now &&
         (view->traffic_limit_bytes == 0 || view->used_bytes < view->traffic_limit_bytes);
}

/* What is left at the panel is what is left here: of a limit the used part is used. */
static qent_status make_sub(qent_session *session, const struct qent__adoption *a, int64_t user_id,
                            qent_subscription *sub, qent_error *err)
{
  const qent_account_view *view = a->view;
  int64_t now = qent__session_now(session);
  qent_status st;

  sub->user_id = user_id;
  sub->plan_id = a->plan->id;
  (void)qent__copy_text(sub->node_group, sizeof sub->node_group, a->node->node_group,
                        strlen(a->node->node_group));
  sub->created_at = now;
  sub->expires_at = a->expires_at;
  sub->traffic_limit_bytes = view->traffic_limit_bytes;
  if (view->traffic_limit_bytes > 0 && view->used_bytes > 0)
    sub->traffic_used_bytes = view->used_bytes;
  sub->device_limit = a->plan->terms.device_limit;
  sub->replicas = 1;
  sub->disabled = switched_off(a, now);
  sub->keys_rev = 1;
  sub->next_event_at = qent__sub_next_event_at(sub->expires_at, now);
  if (sub->next_event_at == 0)
    sub->next_event_at = qent__accounts_end_at(session, sub);
  st = qent__random_base62(sub->token, 40, err);
  return st == QENT_OK ? qent__store_sub_insert(qent__session_store(session), sub, err) : st;
}

static qent_status take_links(const struct qent__adoption *a, char **links_out, qent_error *err)
{
  qent_status st = qent__links_join(a->view, a->node, links_out, err);

  if (st == QENT_OK && !*links_out && a->view->enabled)
    return qent_fail(err, QENT_EPROTO, "the panel shows no share link of it");
  return st;
}

/* Wanted and confirmed is what the panel has; the credentials are for a later rotation. */
static qent_status make_account(qent_session *session, const struct qent__adoption *a,
                                const qent_subscription *sub, qent_error *err)
{
  const qent_account_view *view = a->view;
  int64_t now = qent__session_now(session);
  qent_account account = {.subscription_id = sub->id,
                          .node_id = a->node->id,
                          .standing = QENT__STANDING_HOME,
                          .placed_at = now,
                          .wanted_rev = 1,
                          .applied_rev = 1,
                          .applied_keys_rev = 1,
                          .next_attempt_at = now};
  qent_status st = QENT_OK;

  account.wanted = (struct qent__wanted){.present = true,
                                         .enabled = view->enabled,
                                         .expires_at = view->expires_at,
                                         .traffic_limit_bytes = view->traffic_limit_bytes,
                                         .device_limit = sub->device_limit,
                                         .keys_rev = sub->keys_rev};
  account.panel_used_bytes = view->used_bytes > 0 ? view->used_bytes : 0;
  (void)qent__copy_text(account.key, sizeof account.key, view->key, strlen(view->key));
  st = qent__account_new_keys(&account, err);
  if (st == QENT_OK)
    st = take_links(a, &account.links, err);
  if (st == QENT_OK)
    st = qent__store_account_insert(qent__session_store(session), &account, err);
  qent__free(account.links);
  return st;
}

static qent_status adopt_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct qent__adoption *a = arg;
  qent_subscription sub = {.id = 0};
  int64_t user_id = 0;
  qent_status st = find_user(session, a->telegram_id, &user_id, err);

  if (st == QENT_OK)
    st = make_sub(session, a, user_id, &sub, err);
  if (st == QENT_OK)
    st = make_account(session, a, &sub, err);
  if (st == QENT_OK)
    a->sub_id = sub.id;
  return st;
}

qent_status qent__import_adopt(qent_session *session, struct qent__adoption *adoption,
                               qent_error *err)
{
  return qent__tx(session, adopt_in_tx, adoption, err);
}

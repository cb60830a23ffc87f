/* SPDX-License-Identifier: MIT */
#include "app/entitle.h"
#include "app/notify.h"
#include "app/place.h"
#include "app/tell_keys.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIRST_KEYS_RETRY_S 30 /* a buyer waits for the first keys */
#define NO_ROOM_RETRY_S 600   /* beside what a change of the pool sets going at once */
#define TOP_UP_S 3600         /* served, but from fewer nodes than was paid for */
#define DAY_S INT64_C(86400)

/* One whose account is still here need not be looked for. */
static const qent_node *returning(const struct qent__pool *pool, bool stuck)
{
  for (size_t i = 0; i < pool->count; i++) {
    const struct qent__seat *seat = &pool->seats[i];
    if (seat->account->wanted.present && seat->account->standing == QENT__STANDING_LEAVING &&
        qent__account_stuck(seat->account) == stuck && qent__node_keeps(seat->node))
      return seat->node;
  }
  return NULL;
}

static const qent_node *next_node(const struct qent__pool *pool, const qent_subscription *sub,
                                  bool may_wait)
{
  const qent_node *node = returning(pool, false);

  if (!node || strcmp(node->node_group, sub->node_group) != 0)
    node = qent__pool_choose(pool, sub->node_group, may_wait);
  /* Better to go on trying than to give up. */
  return node ? node : returning(pool, true);
}

static void look_again(qent_session *session, qent_subscription *sub, int64_t in_s)
{
  int64_t again = qent__session_now(session) + in_s;

  if (sub->next_event_at == 0 || sub->next_event_at > again)
    sub->next_event_at = again;
}

/* Nothing serves and nothing could be found: look again later, and have an admin know. */
static qent_status wait_for_node(qent_session *session, qent_subscription *sub,
                                 const struct qent__pool *pool, qent_error *err)
{
  char what[64];

  look_again(session, sub, qent__pool_delivered(pool) ? NO_ROOM_RETRY_S : FIRST_KEYS_RETRY_S);
  (void)snprintf(what, sizeof what, "no_node:%s", sub->node_group);
  return qent__note_alarm(session, what,
                          "Paid subscriptions wait: no node of this group works and has room. Add "
                          "or activate one.",
                          err);
}

/* Bring the number of nodes that serve up to the subscription's replicas. */
static qent_status fill(qent_session *session, qent_subscription *sub, struct qent__pool *pool,
                        int32_t *serving, qent_error *err)
{
  qent_status st = QENT_OK;

  while (st == QENT_OK && *serving < sub->replicas) {
    bool first = pool->present == 0;
    const qent_node *node = next_node(pool, sub, first);
    enum qent__standing standing =
        qent__seats_need_twin(pool->seats, pool->count) ? QENT__STANDING_TWIN : QENT__STANDING_HOME;
    if (!node)
      break;
    bool wait = first && !node->reachable; /* loading the pool anew frees the node */
    st = qent__account_place(session, sub, pool, node, standing, err);
    if (st == QENT_OK)
      st = qent__pool_load(session, sub, pool, err);
    if (wait)
      break;
    ++*serving;
  }
  if (st == QENT_OK && *serving == 0)
    return wait_for_node(session, sub, pool, err);
  if (*serving < sub->replicas)
    look_again(session, sub, TOP_UP_S);
  return st;
}

/* Store what has become of one seat. */
static qent_status update_account(qent_session *session, const qent_subscription *sub,
                                  const struct qent__seat *seat, qent_error *err)
{
  qent_account *account = seat->account;
  struct qent__wanted wanted =
      qent__account_wanted(sub, account->panel_used_bytes, qent__session_now(session));

  if (!account->wanted.present)
    return QENT_OK;
  /* The panel's own limit moves with every counted byte; alone it is no reason to write. */
  if (sub->traffic_limit_bytes != 0 && account->wanted.traffic_limit_bytes != 0 &&
      account->wanted.expires_at == wanted.expires_at && account->wanted.enabled == wanted.enabled)
    wanted.traffic_limit_bytes = account->wanted.traffic_limit_bytes;
  if (!qent__wanted_equal(&wanted, &account->wanted))
    return qent__account_want(session, account, &wanted, err);
  return account->standing == seat->stood
             ? QENT_OK
             : qent__store_account_save(qent__session_store(session), account, err);
}

static qent_status update_all(qent_session *session, const qent_subscription *sub,
                              const struct qent__pool *pool, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < pool->count; i++)
    st = update_account(session, sub, &pool->seats[i], err);
  return st;
}

/* With `too_few` only what does not work anyway. */
static qent_status let_go(qent_session *session, const qent_subscription *sub,
                          const struct qent__pool *pool, bool too_few, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < pool->count; i++) {
    qent_account *account = pool->seats[i].account;
    struct qent__wanted wanted = account->wanted;
    if (!wanted.present || account->standing != QENT__STANDING_LEAVING ||
        (too_few && account->links && qent__node_serves(pool->seats[i].node)))
      continue;
    wanted.present = false;
    st = qent__account_want(session, account, &wanted, err);
    if (st == QENT_OK)
      st = qent__tell_return(session, sub, pool, account, err);
  }
  return st;
}

int64_t qent__accounts_end_at(qent_session *session, const qent_subscription *sub)
{
  int64_t days =
      qent_settings_get_int(qent_ctx_settings(qent_session_ctx(session)), "QENT_KEEP_EXPIRED_DAYS");
  int64_t since = sub->expires_at > sub->created_at ? sub->expires_at : sub->created_at;

  return days == 0 ? 0 : since + days * DAY_S;
}

/* Nobody is to be served: those that leave may go at once, and the others some day. A day is left
 * to notice that the clock is wrong. */
static qent_status entitle_nobody(qent_session *session, qent_subscription *sub,
                                  const struct qent__pool *pool, qent_error *err)
{
  int64_t now = qent__session_now(session);
  int64_t end_at = qent__accounts_end_at(session, sub);
  qent_status st = let_go(session, sub, pool, false, err);

  if (sub->expires_at <= now && end_at > 0 && pool->present > 0)
    look_again(session, sub, end_at - now > DAY_S ? end_at - now : DAY_S);
  return st == QENT_OK ? update_all(session, sub, pool, err) : st;
}

/* Those that leave may go once all that serve are confirmed, the newly placed among them; while
 * there are fewer than were sold, they stay as long as they work. */
static qent_status entitle_pool(qent_session *session, qent_subscription *sub,
                                struct qent__pool *pool, qent_error *err)
{
  bool confirmed = false;
  int32_t serving;
  qent_status st;

  if (qent_subscription_get_state(sub, qent__session_now(session)) != QENT_SUBSCRIPTION_ACTIVE)
    return entitle_nobody(session, sub, pool, err);
  st = update_all(session, sub, pool, err);
  if (st != QENT_OK)
    return st;
  serving = qent__seats_serving(pool->seats, pool->count, sub->node_group, &confirmed);
  if (serving < sub->replicas) {
    st = fill(session, sub, pool, &serving, err);
    serving = qent__seats_serving(pool->seats, pool->count, sub->node_group, &confirmed);
  }
  return st == QENT_OK && serving > 0 && confirmed
             ? let_go(session, sub, pool, serving < sub->replicas, err)
             : st;
}

static void stand(qent_session *session, const qent_subscription *sub, struct qent__pool *pool)
{
  qent__seats_stand(pool->seats, pool->count, sub->node_group, sub->replicas,
                    qent__return_policy(session));
}

qent_status qent__entitle(qent_session *session, qent_subscription *sub, qent_error *err)
{
  struct qent__pool pool = {.count = 0};
  qent_status st = qent__pool_load(session, sub, &pool, err);

  if (st == QENT_OK) {
    stand(session, sub, &pool);
    st = entitle_pool(session, sub, &pool, err);
  }
  qent__pool_dispose(&pool);
  return st;
}

qent_status qent__entitle_end(qent_session *session, const qent_subscription *sub, qent_error *err)
{
  struct qent__pool pool = {.count = 0};
  qent_status st = qent__pool_load(session, sub, &pool, err);

  for (size_t i = 0; st == QENT_OK && i < pool.count; i++)
    pool.seats[i].account->standing = QENT__STANDING_LEAVING;
  if (st == QENT_OK)
    st = let_go(session, sub, &pool, false, err);
  qent__pool_dispose(&pool);
  return st;
}

static qent_status mark_leaving(qent_session *session, qent_account *account, qent_error *err)
{
  account->standing = QENT__STANDING_LEAVING;
  return qent__store_account_save(qent__session_store(session), account, err);
}

qent_status qent__thin_out(qent_session *session, const qent_subscription *sub, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  struct qent__accounts accounts = {NULL, 0};
  int32_t homes = 0;
  qent_status st = qent__store_accounts_of_sub(store, sub->id, &accounts, err);

  for (size_t i = 0; st == QENT_OK && i < accounts.count; i++) {
    qent_account *account = accounts.items[i];
    if (!account->wanted.present || account->standing != QENT__STANDING_HOME)
      continue;
    homes++;
    if (homes > sub->replicas)
      st = mark_leaving(session, account, err);
  }
  qent__accounts_dispose(&accounts);
  return st;
}

qent_status qent__place_anew(qent_session *session, int64_t sub_id, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  qent_status st = qent__store_sub_by_id(store, 0, sub_id, &sub, err);

  if (st == QENT_OK)
    st = qent__entitle(session, sub, err);
  if (st == QENT_OK)
    st = qent__store_sub_save(store, sub, err);
  qent_subscription_free(sub);
  return st;
}

/* The node that was asked for, or the best one; NULL with *st saying why. */
static const qent_node *target_of(const qent_subscription *sub, const struct qent__pool *pool,
                                  const struct qent__move *move, qent_status *st, qent_error *err)
{
  const qent_node *node = move->to_node_id ? qent__pool_node(pool, move->to_node_id)
                                           : qent__pool_choose(pool, sub->node_group, false);

  if (move->to_node_id && (!node || strcmp(node->node_group, sub->node_group) != 0)) {
    *st = qent_fail(err, QENT_ENOTFOUND, "no such node in group %s", sub->node_group);
    return NULL;
  }
  if (!node)
    *st = qent_fail(err, QENT_ECONFLICT, "no other node of group %s works and has room",
                    sub->node_group);
  return node;
}

/* The one that was named goes, and as many others as there is one too many with `node`: whoever is
 * moved does not come back to where a node was down. */
static qent_status make_way(qent_session *session, const qent_subscription *sub,
                            const struct qent__pool *pool, const struct qent__move *move,
                            const qent_node *node, qent_error *err)
{
  qent_account *from = NULL;
  qent_status st = QENT_OK;

  if (move->from_node_id) {
    from = qent__pool_account_on(pool, move->from_node_id);
    if (!from || !from->wanted.present)
      return qent_fail(err, QENT_ENOTFOUND, "no account there");
    st = mark_leaving(session, from, err);
  }
  while (st == QENT_OK) {
    from = qent__pool_surplus(pool, sub->node_group, node->id, sub->replicas - 1);
    if (!from)
      break;
    st = mark_leaving(session, from, err);
  }
  return st;
}

static qent_status move_pool(qent_session *session, qent_subscription *sub, struct qent__pool *pool,
                             const struct qent__move *move, bool *moved_out, qent_error *err)
{
  qent_status st = QENT_OK;
  const qent_node *node = target_of(sub, pool, move, &st, err);
  const qent_account *there;

  if (!node)
    return st;
  there = qent__pool_account_on(pool, node->id);
  *moved_out = !there || !there->wanted.present || there->standing == QENT__STANDING_LEAVING;
  if (!*moved_out && !move->from_node_id)
    return QENT_OK;
  if (*moved_out &&
      !(there && there->wanted.present ? qent__node_keeps(node) : qent__node_open(node)))
    return qent_fail(err, QENT_ECONFLICT, "node %s takes no new accounts now: it %s", node->name,
                     qent__node_why_closed(node));
  st = make_way(session, sub, pool, move, node, err);
  if (st == QENT_OK && *moved_out)
    st = qent__account_place(session, sub, pool, node, QENT__STANDING_HOME, err);
  return st;
}

qent_status qent__entitle_move(qent_session *session, qent_subscription *sub,
                               const struct qent__move *move, bool *moved_out, qent_error *err)
{
  struct qent__pool pool = {.count = 0};
  bool moved = false;
  qent_status st;

  if (qent_subscription_get_state(sub, qent__session_now(session)) != QENT_SUBSCRIPTION_ACTIVE)
    return qent_fail(err, QENT_ECONFLICT, "the subscription is not active");
  st = qent__pool_load(session, sub, &pool, err);
  if (st == QENT_OK) {
    stand(session, sub, &pool);
    st = move_pool(session, sub, &pool, move, &moved, err);
  }
  qent__pool_dispose(&pool);
  if (st == QENT_OK)
    st = qent__entitle(session, sub, err);
  if (st == QENT_OK)
    *moved_out = moved;
  return st;
}

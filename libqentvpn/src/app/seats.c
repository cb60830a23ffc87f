/* SPDX-License-Identifier: MIT */
#include "app/seats.h"
#include "util/alloc.h"
#include "util/text.h"

void qent__pool_dispose(struct qent__pool *pool)
{
  qent__nodes_dispose(&pool->nodes);
  qent__accounts_dispose(&pool->accounts);
  qent__free(pool->seats);
  pool->seats = NULL;
  pool->count = 0;
  pool->present = 0;
}

/* Foreign keys see to it that each account has a node. */
static qent_status seat_accounts(struct qent__pool *pool, qent_error *err)
{
  pool->seats = qent__calloc(pool->accounts.count + 1, sizeof *pool->seats);
  if (!pool->seats)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; i < pool->accounts.count; i++) {
    qent_account *account = pool->accounts.items[i];
    const qent_node *node = qent__pool_node(pool, account->node_id);
    if (!node)
      return qent_fail(err, QENT_ESTORE, "account %s has no node", account->key);
    pool->seats[pool->count++] = (struct qent__seat){account, node, account->standing};
    pool->present += account->wanted.present ? 1 : 0;
  }
  return QENT_OK;
}

qent_status qent__pool_load(qent_session *session, const qent_subscription *sub,
                            struct qent__pool *pool, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  struct qent__pool fresh = {.count = 0};
  qent_status st = qent__store_nodes(store, &fresh.nodes, err);

  if (st == QENT_OK)
    st = qent__store_accounts_of_sub(store, sub->id, &fresh.accounts, err);
  if (st == QENT_OK)
    st = seat_accounts(&fresh, err);
  if (st != QENT_OK) {
    qent__pool_dispose(&fresh);
    return st;
  }
  qent__pool_dispose(pool);
  *pool = fresh;
  return QENT_OK;
}

const qent_node *qent__pool_node(const struct qent__pool *pool, int64_t id)
{
  for (size_t i = 0; i < pool->nodes.count; i++) {
    if (pool->nodes.items[i]->id == id)
      return pool->nodes.items[i];
  }
  return NULL;
}

qent_account *qent__pool_account_on(const struct qent__pool *pool, int64_t node_id)
{
  for (size_t i = 0; i < pool->accounts.count; i++) {
    if (pool->accounts.items[i]->node_id == node_id)
      return pool->accounts.items[i];
  }
  return NULL;
}

/* Is `a` sooner to be done without than `b`: does not serve, or was placed first? */
static bool goes_before(const struct qent__seat *a, const struct qent__seat *b,
                        const char *node_group)
{
  bool serves = qent__seat_serves(a, node_group);

  if (serves != qent__seat_serves(b, node_group))
    return !serves;
  return a->account->placed_at < b->account->placed_at;
}

qent_account *qent__pool_surplus(const struct qent__pool *pool, const char *node_group,
                                 int64_t node_id, int32_t keep)
{
  const struct qent__seat *first = NULL;
  int32_t others = 0;

  for (size_t i = 0; i < pool->count; i++) {
    const struct qent__seat *seat = &pool->seats[i];
    if (!seat->account->wanted.present || seat->account->standing == QENT__STANDING_LEAVING ||
        seat->node->id == node_id)
      continue;
    others++;
    if (!first || goes_before(seat, first, node_group))
      first = seat;
  }
  return first && others > keep ? first->account : NULL;
}

bool qent__pool_delivered(const struct qent__pool *pool)
{
  for (size_t i = 0; i < pool->count; i++) {
    if (pool->accounts.items[i]->wanted.present && pool->accounts.items[i]->links)
      return true;
  }
  return false;
}

const qent_node *qent__pool_choose(const struct qent__pool *pool, const char *node_group,
                                   bool may_wait)
{
  int64_t taken[64];
  size_t count = 0;

  for (size_t i = 0; i < pool->count && count < sizeof taken / sizeof taken[0]; i++) {
    if (pool->seats[i].account->wanted.present)
      taken[count++] = pool->seats[i].account->node_id;
  }
  return qent__node_choose((const qent_node *const *)pool->nodes.items, pool->nodes.count,
                           node_group, taken, count, may_wait);
}

enum qent__return_policy qent__return_policy(qent_session *session)
{
  const char *policy =
      qent_settings_get(qent_ctx_settings(qent_session_ctx(session)), "QENT_NODE_RETURN");

  if (qent__streq(policy, "back"))
    return QENT__RETURN_BACK;
  return qent__streq(policy, "leave") ? QENT__RETURN_LEAVE : QENT__RETURN_KEEP;
}

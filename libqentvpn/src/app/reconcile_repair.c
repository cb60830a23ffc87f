/* SPDX-License-Identifier: MIT */
/* What is done about a difference, and about an account that nobody knows. */
#include "app/entitle.h"
#include "app/reconcile.h"
#include "app/tx.h"
#include "gateway/gateway.h"

#include <inttypes.h>

/* Whoever is at its panel right now keeps the lease: two at once would hinder each other. */
static qent_status confirm_anew(qent_session *session, int64_t account_id, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_account *account = NULL;
  qent_status st = qent__store_account_by_id(store, account_id, &account, err);

  if (st != QENT_OK)
    return st;
  account->wanted_rev++;
  account->attempts = 0;
  account->next_attempt_at = qent__session_now(session);
  st = qent__store_account_save(store, account, err);
  qent_account_free(account);
  return st;
}

static qent_status confirm_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return confirm_anew(session, *(const int64_t *)arg, err);
}

qent_status qent_account_retry(qent_session *session, int64_t id, qent_error *err)
{
  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, confirm_in_tx, &id, err);
}

qent_status qent_account_each(qent_session *session, const qent_account_filter *filter,
                              qent_account_fn fn, void *user, qent_error *err)
{
  if (!session || !filter || !fn || filter->limit < 1 || filter->limit > 100000)
    return qent_fail(err, QENT_EINVAL, "listing accounts needs a limit of 1..100000");
  return qent__store_account_each(qent__session_store(session), filter, fn, user, err);
}

/* Every account of the subscription that waits is tried now. */
static qent_status hurry(qent_session *session, int64_t sub_id, qent_error *err)
{
  struct qent__accounts accounts = {NULL, 0};
  qent_status st =
      qent__store_accounts_of_sub(qent__session_store(session), sub_id, &accounts, err);

  for (size_t i = 0; st == QENT_OK && i < accounts.count; i++) {
    const qent_account *account = accounts.items[i];
    if (account->applied_rev < account->wanted_rev)
      st = confirm_anew(session, account->id, err);
  }
  qent__accounts_dispose(&accounts);
  return st;
}

static qent_status entitle_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const qent_drift_item *item = arg;
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  qent_status st = qent__store_sub_by_id(store, 0, item->subscription_id, &sub, err);

  if (st != QENT_OK)
    return st;
  if (item->kind == QENT_DRIFT_DUPLICATE)
    st = qent__thin_out(session, sub, err);
  if (st == QENT_OK)
    st = qent__entitle(session, sub, err);
  if (st == QENT_OK)
    st = qent__store_sub_save(store, sub, err);
  if (st == QENT_OK)
    st = hurry(session, sub->id, err);
  if (st == QENT_OK && item->account_id)
    st = confirm_anew(session, item->account_id, err);
  qent_subscription_free(sub);
  return st;
}

static qent_status ask_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const qent_drift_item *item = arg;

  return qent__store_hint_put(qent__session_store(session), item->where, item->key,
                              qent__session_now(session), err);
}

static qent_status queue(qent_session *session, qent_drift_item *item, enum qent__repair repair,
                         qent_error *err)
{
  qent_status st = QENT_OK;

  switch (repair) {
  case QENT__REPAIR_NONE:
    return QENT_OK;
  case QENT__REPAIR_CONFIRM:
    st = qent__tx(session, confirm_in_tx, &item->account_id, err);
    break;
  case QENT__REPAIR_ENTITLE:
    st = qent__tx(session, entitle_in_tx, item, err);
    break;
  case QENT__REPAIR_ASK:
    st = qent__tx(session, ask_in_tx, item, err);
    break;
  }
  item->queued = st == QENT_OK;
  return st == QENT_ENOTFOUND ? QENT_OK : st; /* it went away meanwhile */
}

qent_status qent__reconcile_report(struct qent__reconcile *run, qent_drift_item *item,
                                   enum qent__repair repair, qent_error *err)
{
  qent_status st = run->fix ? queue(run->session, item, repair, err) : QENT_OK;

  if (st != QENT_OK)
    return st;
  item->size = sizeof *item;
  run->stopped = !run->fn(item, run->user);
  return QENT_OK;
}

/* Orphans ------------------------------------------------------------------------------------- */

qent_status qent__node_callable(const qent_node *node, qent_error *err)
{
  if (node->state == QENT_NODE_DISABLED)
    return qent_fail(err, QENT_ECONFLICT, "node %s is disabled: it is not talked to", node->name);
  if (node->refused)
    return qent_fail(err, QENT_ECONFLICT, "the panel of node %s refused our credentials",
                     node->name);
  return QENT_OK;
}

/* QENT_OK when the ledger does not know `key` on the node. */
static qent_status check_unknown(qent_session *session, const qent_node *node, const char *key,
                                 qent_error *err)
{
  qent_account *account = NULL;
  qent_status st =
      qent__store_account_by_key(qent__session_store(session), node->id, key, &account, err);

  if (st == QENT_ENOTFOUND)
    return QENT_OK;
  if (st == QENT_OK)
    st = qent_fail(err, QENT_ECONFLICT, "%s on %s belongs to subscription %" PRId64, key,
                   node->name, account->subscription_id);
  qent_account_free(account);
  return st;
}

static qent_status remove_orphan(qent_session *session, const qent_node *node, const char *key,
                                 qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_gateway *gateway = NULL;
  qent_status st = check_unknown(session, node, key, err);

  if (st == QENT_OK)
    st = qent__session_gateway(session, node, &gateway, err);
  if (st == QENT_OK)
    st = qent__gateway_fetch_account(gateway, key, &view, err);
  if (st == QENT_OK)
    st = qent__gateway_remove_account(gateway, key, err);
  if (st == QENT_OK)
    qent__ctx_log(qent_session_ctx(session), QENT_LOG_NOTICE, "reconcile",
                  "node=%s orphan=%s removed by an admin", node->name, key);
  qent_account_view_dispose(&view);
  return st;
}

qent_status qent_orphan_remove(qent_session *session, const char *node_name, const char *key,
                               qent_error *err)
{
  qent_node *node = NULL;
  qent_status st;

  if (!session || !node_name || !qent__gateway_key_ok(key))
    return qent_fail(err, QENT_EINVAL, "removing an orphan needs a node and an account's name");
  st = qent__store_node_by_name(qent__session_store(session), node_name, &node, err);
  if (st != QENT_OK)
    return st;
  st = qent__node_callable(node, err);
  if (st == QENT_OK)
    st = remove_orphan(session, node, key, err);
  qent_node_free(node);
  return st;
}

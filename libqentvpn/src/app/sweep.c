/* SPDX-License-Identifier: MIT */
#include "app/sweep.h"
#include "app/entitle.h"
#include "app/tx.h"

#include <inttypes.h>

/* In one transaction: enough to be quick, and sales do not wait long behind it. */
#define BATCH 20
#define POSTPONE_S 60

void qent__sweep_start(qent_node *node)
{
  node->sweep_after = 0;
}

qent_status qent__sweep_stranded(qent_session *session, const char *node_group, qent_error *err)
{
  return qent__store_nodes_sweep_stranded(qent__session_store(session), node_group, err);
}

struct sweep {
  int64_t node_id;
  int32_t limit;
  int32_t seen;
};

/* The node is read in the transaction: it may have changed again, and the sweep with it. */
static qent_status sweep_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct sweep *sweep = arg;
  qent__store *store = qent__session_store(session);
  struct qent__accounts page = {NULL, 0};
  qent_node *node = NULL;
  int64_t last = 0;
  qent_status st = qent__store_node_by_id(store, sweep->node_id, &node, err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  if (node->sweep_after >= 0)
    st = qent__store_accounts_of_node(store, node->id, node->sweep_after, sweep->limit, &page, err);
  for (size_t i = 0; st == QENT_OK && i < page.count; i++) {
    last = page.items[i]->id;
    if (page.items[i]->wanted.present)
      st = qent__place_anew(session, page.items[i]->subscription_id, err);
  }
  if (st == QENT_OK)
    st = qent__store_node_swept(store, node->id, page.count == (size_t)sweep->limit ? last : -1,
                                err);
  sweep->seen = (int32_t)page.count;
  qent__accounts_dispose(&page);
  qent_node_free(node);
  return st;
}

static qent_status postpone(qent_session *session, int64_t sub_id, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  int64_t again = qent__session_now(session) + POSTPONE_S;
  qent_subscription *sub = NULL;
  qent_status st = qent__store_sub_by_id(store, 0, sub_id, &sub, err);

  if (st == QENT_OK && (sub->next_event_at == 0 || sub->next_event_at > again)) {
    sub->next_event_at = again;
    st = qent__store_sub_save(store, sub, err);
  }
  qent_subscription_free(sub);
  return st;
}

/* One that cannot be placed must not hold up those behind it: it becomes due by itself. */
static qent_status skip_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct sweep *sweep = arg;
  qent__store *store = qent__session_store(session);
  struct qent__accounts page = {NULL, 0};
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_id(store, sweep->node_id, &node, err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  if (node->sweep_after >= 0)
    st = qent__store_accounts_of_node(store, node->id, node->sweep_after, 1, &page, err);
  if (st == QENT_OK && page.count == 1)
    st = postpone(session, page.items[0]->subscription_id, err);
  if (st == QENT_OK)
    st = qent__store_node_swept(store, node->id, page.count == 1 ? page.items[0]->id : -1, err);
  sweep->seen = 1;
  qent__accounts_dispose(&page);
  qent_node_free(node);
  return st;
}

/* A batch that fails is tried one by one, and the one that fails alone is passed over. */
static qent_status sweep_some(qent_session *session, struct sweep *sweep, qent_error *err)
{
  qent_error cause = QENT_ERROR_INIT;
  qent_status st = qent__tx(session, sweep_in_tx, sweep, &cause);

  if (st == QENT_OK)
    return QENT_OK;
  if (sweep->limit > 1) {
    sweep->limit = 1;
    st = qent__tx(session, sweep_in_tx, sweep, &cause);
  }
  if (st == QENT_OK)
    return QENT_OK;
  qent__ctx_log(qent_session_ctx(session), QENT_LOG_ERROR, "sweep", "node=%" PRId64 ": %s: %s",
                sweep->node_id, qent_status_name(st), cause.message);
  return qent__tx(session, skip_in_tx, sweep, err);
}

qent_status qent__sweep_run(qent_session *session, int32_t max, int32_t *done_out, qent_error *err)
{
  int32_t done = 0;
  qent_status st = QENT_OK;

  while (st == QENT_OK && done < max) {
    struct sweep sweep = {0, BATCH, 0};
    if (qent_ctx_stopping(qent_session_ctx(session)))
      return qent_fail(err, QENT_ECANCELED, "stopping");
    st = qent__store_node_to_sweep(qent__session_store(session), &sweep.node_id, err);
    if (st == QENT_OK)
      st = sweep_some(session, &sweep, err);
    done += sweep.seen > 0 ? sweep.seen : 1;
  }
  if (st == QENT_ENOTFOUND) {
    st = QENT_OK;
    done--;
  }
  if (st == QENT_OK)
    *done_out = done;
  return st;
}

/* SPDX-License-Identifier: MIT */
/* Health of the nodes. */
#include "app/failure.h"
#include "app/notify.h"
#include "app/tx.h"
#include "gateway/gateway.h"
#include "util/alloc.h"

#include <inttypes.h>
#include <stdio.h>

#define CHECK_EVERY_S 30
#define DOWN_AFTER 3 /* failed probes in a row */

struct probe {
  int64_t node_id;
  qent_status st;
  qent_error cause;
  qent_node_stats stats;
};

static void fill_node(struct qent__note *note, const void *arg)
{
  const qent_node *node = arg;

  qent__note_text(note, "node", node->name);
  qent__note_text(note, "error", node->last_error);
}

static qent_status tell_change(qent_session *session, const qent_node *node, qent_error *err)
{
  qent_notice_kind kind = node->reachable ? QENT_NOTICE_ADMIN_NODE_UP : QENT_NOTICE_ADMIN_NODE_DOWN;
  char key[96];

  (void)snprintf(key, sizeof key, "%s:%s:%" PRId64, qent_notice_kind_name(kind), node->name,
                 node->changed_at);
  return qent__note_admins(session, kind, key, fill_node, node, err);
}

static qent_status take_result(qent_node *node, const struct probe *probe, int64_t now,
                               bool *changed_out, qent_error *err)
{
  bool was = node->reachable;
  qent_status st = QENT_OK;

  node->checked_at = now;
  if (probe->st == QENT_OK) {
    node->probe_failures = 0;
    node->reachable = true;
    node->stats = probe->stats;
    qent__free(node->last_error);
    node->last_error = NULL;
  } else {
    node->probe_failures++;
    st = qent__failure_keep(&node->last_error, &probe->cause, err);
    if (node->probe_failures >= DOWN_AFTER)
      node->reachable = false;
  }
  *changed_out = was != node->reachable;
  if (*changed_out)
    node->changed_at = now;
  return st;
}

static qent_status store_probe_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct probe *probe = arg;
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  bool changed = false;
  qent_status st = qent__store_node_by_id(store, probe->node_id, &node, err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  st = take_result(node, probe, qent__session_now(session), &changed, err);
  if (st == QENT_OK)
    st = qent__store_node_save(store, node, err);
  if (st == QENT_OK && changed)
    st = tell_change(session, node, err);
  if (st == QENT_OK && changed && node->reachable)
    st = qent__store_accounts_hurry(store, node->id, qent__session_now(session), err);
  qent_node_free(node);
  return st;
}

/* Probe a node and store what came of it. @return how the storing went; *probe_out how the probe.
 */
static qent_status probe_node(qent_session *session, const qent_node *node, struct probe *probe_out,
                              qent_error *err)
{
  qent_node_stats none = QENT_NODE_STATS_INIT;
  qent_error empty = QENT_ERROR_INIT;
  qent_gateway *gateway = NULL;

  probe_out->node_id = node->id;
  probe_out->stats = none;
  probe_out->cause = empty;
  probe_out->st = qent__session_gateway(session, node, &gateway, &probe_out->cause);
  if (probe_out->st == QENT_OK)
    probe_out->st = qent__gateway_probe(gateway, &probe_out->cause);
  if (probe_out->st == QENT_OK &&
      qent__gateway_node_stats(gateway, &probe_out->stats, NULL) != QENT_OK)
    probe_out->stats = none;
  if (probe_out->st == QENT_ECANCELED)
    return qent_fail(err, QENT_ECANCELED, "stopping");
  return qent__tx(session, store_probe_in_tx, probe_out, err);
}

qent_status qent_node_probe(qent_session *session, const char *name, qent_node **node_out,
                            qent_error *err)
{
  struct probe probe;
  qent_node *node = NULL;
  qent_status st;

  if (!session || !name)
    return qent_fail(err, QENT_EINVAL, "a session and a node's name are needed");
  st = qent__store_node_by_name(qent__session_store(session), name, &node, err);
  if (st != QENT_OK)
    return st;
  st = probe_node(session, node, &probe, err);
  qent_node_free(node);
  if (st == QENT_OK && probe.st != QENT_OK) {
    if (err)
      *err = probe.cause;
    return probe.st;
  }
  if (st == QENT_OK && node_out)
    st = qent__store_node_by_name(qent__session_store(session), name, node_out, err);
  return st;
}

static qent_status mend_clock_in_tx(qent_session *session, void *arg, qent_error *err)
{
  qent_status st = qent__store_clock_mend(qent__session_store(session), *(const int64_t *)arg, err);

  return st == QENT_OK
             ? qent__note_alarm(session, "clock_went_back",
                                "The server's clock ran ahead and was set back. What had been put "
                                "off because of it is being looked at again.",
                                err)
             : st;
}

/* Nodes are looked at all the time, so their times show first that the clock was wrong. */
static qent_status mend_clock(qent_session *session, qent_error *err)
{
  int64_t now = qent__session_now(session);
  bool back = false;
  qent_status st = qent__store_clock_went_back(qent__session_store(session), now, &back, err);

  return st == QENT_OK && back ? qent__tx(session, mend_clock_in_tx, &now, err) : st;
}

qent_status qent_nodes_check(qent_session *session, int32_t max, int32_t *done_out, qent_error *err)
{
  int32_t done = 0;
  qent_status st = QENT_OK;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "checking needs a session and a maximum");
  st = mend_clock(session, err);
  while (st == QENT_OK && done < max) {
    int64_t now = qent__session_now(session);
    struct probe probe;
    qent_node *node = NULL;
    st = qent__store_node_claim_check(qent__session_store(session), now - CHECK_EVERY_S, now, &node,
                                      err);
    if (st != QENT_OK)
      break;
    st = probe_node(session, node, &probe, err);
    qent_node_free(node);
    done++;
  }
  if (st == QENT_ENOTFOUND)
    st = QENT_OK;
  if (st == QENT_OK && done_out)
    *done_out = done;
  return st;
}

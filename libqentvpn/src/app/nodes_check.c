/* SPDX-License-Identifier: MIT */
/* Health of the nodes. */
#include "app/failure.h"
#include "app/notify.h"
#include "app/refused.h"
#include "app/sweep.h"
#include "app/tx.h"
#include "gateway/gateway.h"
#include "util/alloc.h"

#include <inttypes.h>
#include <stdio.h>

#define CHECK_EVERY_S 30

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

static int64_t setting(qent_session *session, const char *key)
{
  return qent_settings_get_int(qent_ctx_settings(qent_session_ctx(session)), key);
}

/* Has it answered since `other` fails? In that very second counts only while it goes on. */
static bool has_answered(const qent_node *node, const qent_node *other)
{
  return node->answered_at > other->failing_since ||
         (node->answered_at == other->failing_since && node->failing_since == 0);
}

/* When every other node has been silent as long, it is rather our own network that is lost, and
 * moving everybody would help nobody. */
static bool only_it_fails(const qent_node *node, const struct qent__nodes *nodes)
{
  bool alone = true;

  for (size_t i = 0; i < nodes->count; i++) {
    const qent_node *other = nodes->items[i];
    if (other->id == node->id || other->state == QENT_NODE_DISABLED || other->refused)
      continue;
    if (has_answered(other, node))
      return true;
    alone = false;
  }
  return alone;
}

static void take_good(qent_session *session, qent_node *node, const struct probe *probe,
                      int64_t now)
{
  node->probe_failures = 0;
  node->probe_successes++;
  node->failing_since = 0;
  node->answered_at = now;
  node->refused = false;
  node->stats = probe->stats;
  qent__free(node->last_error);
  node->last_error = NULL;
  if (node->probe_successes >= setting(session, "QENT_NODE_UP_PROBES"))
    node->reachable = true;
}

/* A panel that refuses our credentials answers: its accounts go on working. */
static qent_status take_bad(qent_session *session, qent_node *node, const struct probe *probe,
                            int64_t now, qent_error *err)
{
  struct qent__nodes nodes = {NULL, 0};
  qent_status st = qent__failure_keep(&node->last_error, &probe->cause, err);

  if (st != QENT_OK || probe->st == QENT_EAUTH) {
    node->refused = probe->st == QENT_EAUTH;
    return st;
  }
  node->probe_successes = 0;
  node->probe_failures++;
  if (node->failing_since == 0)
    node->failing_since = now;
  if (!node->reachable || node->probe_failures < setting(session, "QENT_NODE_DOWN_PROBES") ||
      now - node->failing_since < setting(session, "QENT_NODE_DOWN_S"))
    return QENT_OK;
  st = qent__store_nodes(qent__session_store(session), &nodes, err);
  if (st == QENT_OK && only_it_fails(node, &nodes))
    node->reachable = false;
  else if (st == QENT_OK)
    st = qent__note_alarm(session, "all_nodes_silent",
                          "No node has answered for a while. This server's own network may be "
                          "lost; nobody is moved.",
                          err);
  qent__nodes_dispose(&nodes);
  return st;
}

/* Accounts follow: away from a node that is down, back to one that answers, and those that waited
 * for room to any that has some now. */
static qent_status follow_change(qent_session *session, qent_node *node, bool was_reachable,
                                 bool was_refused, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  bool better = (node->reachable && !was_reachable) || (was_refused && !node->refused);
  qent_status st = QENT_OK;

  if (node->reachable == was_reachable && node->refused == was_refused) {
    st = qent__store_node_save(store, node, err);
    /* It answers: those who wait for it need not wait until it counts as up. */
    if (st == QENT_OK && !node->reachable && node->probe_successes > 0)
      st = qent__store_accounts_hurry(store, node->id, now, err);
    return st;
  }
  if (node->reachable != was_reachable || better)
    node->changed_at = now;
  qent__sweep_start(node);
  st = qent__store_node_save(store, node, err);
  if (st == QENT_OK && node->reachable != was_reachable)
    st = tell_change(session, node, err);
  if (st == QENT_OK && node->refused && !was_refused)
    st = qent__node_refused_alarm(session, node, err);
  if (st == QENT_OK && better)
    st = qent__sweep_stranded(session, node->node_group, err);
  return st == QENT_OK && better ? qent__store_accounts_hurry(store, node->id, now, err) : st;
}

static qent_status store_probe_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct probe *probe = arg;
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_id(store, probe->node_id, &node, err);
  bool was_reachable;
  bool was_refused;

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  was_reachable = node->reachable;
  was_refused = node->refused;
  node->checked_at = now;
  if (probe->st == QENT_OK)
    take_good(session, node, probe, now);
  else
    st = take_bad(session, node, probe, now, err);
  if (st == QENT_OK)
    st = follow_change(session, node, was_reachable, was_refused, err);
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

/* Often enough that the probes which make a node count as down fit into its time. */
static int64_t check_every_s(qent_session *session)
{
  int64_t probes = setting(session, "QENT_NODE_DOWN_PROBES");
  int64_t every = setting(session, "QENT_NODE_DOWN_S") / (probes > 1 ? probes - 1 : 1);

  if (every < 1)
    return 1;
  return every < CHECK_EVERY_S ? every : CHECK_EVERY_S;
}

qent_status qent_nodes_check(qent_session *session, int32_t max, int32_t *done_out, qent_error *err)
{
  int64_t every_s;
  int32_t done = 0;
  qent_status st = QENT_OK;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "checking needs a session and a maximum");
  every_s = check_every_s(session);
  st = mend_clock(session, err);
  while (st == QENT_OK && done < max) {
    int64_t now = qent__session_now(session);
    struct probe probe;
    qent_node *node = NULL;
    st = qent__store_node_claim_check(qent__session_store(session), now - every_s, now, &node, err);
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

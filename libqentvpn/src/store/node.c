/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"

#define NOUN "node"
#define SELECT                                                                                     \
  "SELECT id, name, title, gateway, url, username_sealed, password_sealed, options, ca_file,"      \
  " pinned_key, node_group, state, capacity, weight, account_count, reachable, probe_failures,"    \
  " changed_at, checked_at, usage_at, last_error, cpu_percent, memory_used_bytes,"                 \
  " memory_total_bytes, online, active_users, traffic_bytes, version, country, probe_successes,"   \
  " failing_since, answered_at, refused, evacuating, sweep_after, parallel FROM nodes"

static void read_stats(struct qent__query *q, qent_node_stats *stats)
{
  qent_node_stats empty = QENT_NODE_STATS_INIT;

  *stats = empty;
  stats->cpu_percent = qent__get_i32(q);
  stats->memory_used_bytes = qent__get_int(q);
  stats->memory_total_bytes = qent__get_int(q);
  stats->online = qent__get_i32(q);
  stats->active_users = qent__get_i32(q);
  stats->traffic_bytes = qent__get_int(q);
  qent__get_text(q, stats->version, sizeof stats->version);
}

static void read_node(struct qent__query *q, qent_node *node)
{
  node->id = qent__get_int(q);
  qent__get_text(q, node->name, sizeof node->name);
  qent__get_dup(q, &node->title);
  qent__get_text(q, node->gateway, sizeof node->gateway);
  qent__get_dup(q, &node->url);
  qent__get_dup(q, &node->username_sealed);
  qent__get_dup(q, &node->password_sealed);
  qent__get_dup(q, &node->options);
  qent__get_dup(q, &node->ca_file);
  qent__get_dup(q, &node->pinned_key);
  qent__get_text(q, node->node_group, sizeof node->node_group);
  node->state = (qent_node_state)qent__get_i32(q);
  node->capacity = qent__get_i32(q);
  node->weight = qent__get_i32(q);
  node->account_count = qent__get_i32(q);
  node->reachable = qent__get_bool(q);
  node->probe_failures = qent__get_i32(q);
  node->changed_at = qent__get_int(q);
  node->checked_at = qent__get_int(q);
  node->usage_at = qent__get_int(q);
  qent__get_dup(q, &node->last_error);
  read_stats(q, &node->stats);
  qent__get_text(q, node->country, sizeof node->country);
  node->probe_successes = qent__get_i32(q);
  node->failing_since = qent__get_int(q);
  node->answered_at = qent__get_int(q);
  node->refused = qent__get_bool(q);
  node->evacuating = qent__get_bool(q);
  node->sweep_after = qent__get_int(q);
  node->parallel = qent__get_i32(q);
}

static qent_status read_row(struct qent__query *q, qent_node **out)
{
  qent_node *node = qent__calloc(1, sizeof *node);

  if (!node)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  read_node(q, node);
  if (q->status != QENT_OK) {
    qent_node_free(node);
    return q->status;
  }
  *out = node;
  return QENT_OK;
}

static qent_status read_one(struct qent__query *q, qent_node **out)
{
  if (qent__query_one(q))
    (void)read_row(q, out);
  return qent__query_end(q);
}

void qent__nodes_dispose(struct qent__nodes *nodes)
{
  for (size_t i = 0; i < nodes->count; i++)
    qent_node_free(nodes->items[i]);
  qent__free(nodes->items);
  nodes->items = NULL;
  nodes->count = 0;
}

qent_status qent__store_node_by_id(qent__store *s, int64_t id, qent_node **out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  return read_one(&q, out);
}

qent_status qent__store_node_by_name(qent__store *s, const char *name, qent_node **out,
                                     qent_error *err)
{
  static const char sql[] = SELECT " WHERE name = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_text(&q, name);
  return read_one(&q, out);
}

qent_status qent__store_nodes(qent__store *s, struct qent__nodes *out, qent_error *err)
{
  static const char sql[] = SELECT " ORDER BY name";
  struct qent__nodes list = {NULL, 0};
  struct qent__query q;
  size_t room = 0;
  qent_status st;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  while (qent__query_next(&q)) {
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers */
    qent_node **items = qent__grow(list.items, list.count, &room, sizeof *items);
    if (!items) {
      q.status = qent_fail(err, QENT_ENOMEM, "out of memory");
      break;
    }
    list.items = items;
    if (read_row(&q, &list.items[list.count]) != QENT_OK)
      break;
    list.count++;
  }
  st = qent__query_end(&q);
  if (st == QENT_OK)
    *out = list;
  else
    qent__nodes_dispose(&list);
  return st;
}

static void put_node(struct qent__query *q, const qent_node *node)
{
  qent__put_text(q, node->title);
  qent__put_text(q, node->gateway);
  qent__put_text(q, node->url);
  qent__put_text(q, node->username_sealed);
  qent__put_text(q, node->password_sealed);
  qent__put_text(q, node->options);
  qent__put_text(q, node->ca_file);
  qent__put_text(q, node->pinned_key);
  qent__put_text(q, node->node_group);
  qent__put_int(q, (int64_t)node->state);
  qent__put_int(q, node->capacity);
  qent__put_int(q, node->weight);
  qent__put_int(q, node->reachable);
  qent__put_int(q, node->probe_failures);
  qent__put_int(q, node->changed_at);
  qent__put_int(q, node->checked_at);
  qent__put_int(q, node->usage_at);
  qent__put_text(q, node->last_error);
  qent__put_int(q, node->stats.cpu_percent);
  qent__put_int(q, node->stats.memory_used_bytes);
  qent__put_int(q, node->stats.memory_total_bytes);
  qent__put_int(q, node->stats.online);
  qent__put_int(q, node->stats.active_users);
  qent__put_int(q, node->stats.traffic_bytes);
  qent__put_text(q, node->stats.version);
  qent__put_text(q, node->country);
  qent__put_int(q, node->probe_successes);
  qent__put_int(q, node->failing_since);
  qent__put_int(q, node->answered_at);
  qent__put_int(q, node->refused);
  qent__put_int(q, node->evacuating);
  qent__put_int(q, node->sweep_after);
  qent__put_int(q, node->parallel);
}

qent_status qent__store_node_insert(qent__store *s, qent_node *node, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO nodes (title, gateway, url, username_sealed, password_sealed, options, ca_file,"
      " pinned_key, node_group, state, capacity, weight, reachable, probe_failures, changed_at,"
      " checked_at, usage_at, last_error, cpu_percent, memory_used_bytes, memory_total_bytes,"
      " online, active_users, traffic_bytes, version, country, probe_successes, failing_since,"
      " answered_at, refused, evacuating, sweep_after, parallel, name)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?,"
      " ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING RETURNING id";
  struct qent__query q;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_node(&q, node);
  qent__put_text(&q, node->name);
  st = qent__query_insert(&q, &node->id);
  if (st == QENT_ECONFLICT)
    return qent_fail(err, QENT_ECONFLICT, "there is a node with this name or panel URL already");
  return st;
}

qent_status qent__store_node_save(qent__store *s, const qent_node *node, qent_error *err)
{
  static const char sql[] =
      "UPDATE nodes SET title = ?, gateway = ?, url = ?, username_sealed = ?, password_sealed = ?,"
      " options = ?, ca_file = ?, pinned_key = ?, node_group = ?, state = ?, capacity = ?,"
      " weight = ?, reachable = ?, probe_failures = ?, changed_at = ?, checked_at = ?,"
      " usage_at = ?, last_error = ?, cpu_percent = ?, memory_used_bytes = ?,"
      " memory_total_bytes = ?, online = ?, active_users = ?, traffic_bytes = ?, version = ?, "
      "country = ?,"
      " probe_successes = ?, failing_since = ?, answered_at = ?, refused = ?, evacuating = ?,"
      " sweep_after = ?, parallel = ?"
      " WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_node(&q, node);
  qent__put_int(&q, node->id);
  return qent__query_run_one(&q);
}

qent_status qent__store_node_delete(qent__store *s, int64_t id, qent_error *err)
{
  static const char sql[] = "DELETE FROM nodes WHERE id = ?";
  struct qent__query q;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, id);
  st = qent__query_run_one(&q);
  if (st == QENT_ECONFLICT)
    return qent_fail(err, QENT_ECONFLICT,
                     "the node still has accounts, or some that its panel has not yet removed");
  return st;
}

static qent_status claim_node(qent__store *s, const struct qent__claim *claim, qent_node **out,
                              qent_error *err)
{
  qent_node *node = NULL;
  int64_t id = 0;
  qent_status st = qent__claim_begin(s, claim, &id, err);

  if (st != QENT_OK)
    return st;
  st = qent__store_node_by_id(s, id, &node, err);
  st = qent__claim_end(s, st, err);
  if (st == QENT_OK)
    *out = node;
  else
    qent_node_free(node);
  return st;
}

/* There are few nodes: no index. */
qent_status qent__store_node_claim_check(qent__store *s, int64_t before, int64_t now,
                                         qent_node **out, qent_error *err)
{
  static const char find[] =
      "SELECT id FROM nodes WHERE state <> 2 AND refused = 0 AND checked_at <= ?"
      " ORDER BY checked_at, id LIMIT 1 $SKIP_LOCKED";
  static const char mark[] = "UPDATE nodes SET checked_at = ? WHERE id = ?";
  struct qent__claim claim = {NOUN, find, mark, before, 1, 0, 0, now};

  return claim_node(s, &claim, out, err);
}

qent_status qent__store_node_claim_usage(qent__store *s, int64_t before, int64_t now,
                                         qent_node **out, qent_error *err)
{
  static const char find[] =
      "SELECT id FROM nodes WHERE state <> 2 AND refused = 0 AND usage_at <= ?"
      " ORDER BY usage_at, id LIMIT 1 $SKIP_LOCKED";
  static const char mark[] = "UPDATE nodes SET usage_at = ? WHERE id = ?";
  struct qent__claim claim = {NOUN, find, mark, before, 1, 0, 0, now};

  return claim_node(s, &claim, out, err);
}

qent_status qent__store_node_mark_usage(qent__store *s, int64_t id, int64_t now, qent_error *err)
{
  static const char sql[] = "UPDATE nodes SET usage_at = ? WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, now);
  qent__put_int(&q, id);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_node_to_sweep(qent__store *s, int64_t *id_out, qent_error *err)
{
  static const char sql[] = "SELECT id FROM nodes WHERE sweep_after >= 0 ORDER BY id LIMIT 1";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  if (qent__query_one(&q))
    *id_out = qent__get_int(&q);
  return qent__query_end(&q);
}

qent_status qent__store_node_swept(qent__store *s, int64_t id, int64_t sweep_after, qent_error *err)
{
  static const char sql[] = "UPDATE nodes SET sweep_after = ? WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, sweep_after);
  qent__put_int(&q, id);
  return qent__query_run_one(&q);
}

qent_status qent__store_nodes_sweep_stranded(qent__store *s, const char *node_group,
                                             qent_error *err)
{
  static const char sql[] = "UPDATE nodes SET sweep_after = 0 WHERE node_group = ?"
                            " AND (state = 2 OR reachable = 0 OR refused = 1 OR evacuating = 1)";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_text(&q, node_group);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_node_progress(qent__store *s, int64_t id, int64_t sweep_after,
                                      qent_node_progress *out, qent_error *err)
{
  static const char sql[] =
      "SELECT count(CASE WHEN wanted_present = 1 AND standing <> 1 THEN 1 END),"
      " count(CASE WHEN wanted_present = 1 AND ? >= 0 AND id > ? THEN 1 END),"
      " count(CASE WHEN wanted_present = 1 AND standing = 1 THEN 1 END),"
      " count(CASE WHEN wanted_present = 0 THEN 1 END),"
      " count(CASE WHEN (wanted_present = 0 OR standing = 1) AND attempts >= 3 THEN 1 END)"
      " FROM accounts WHERE node_id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, sweep_after);
  qent__put_int(&q, sweep_after);
  qent__put_int(&q, id);
  if (qent__query_one(&q)) {
    out->here = qent__get_int(&q);
    out->to_look_at = qent__get_int(&q);
    out->leaving = qent__get_int(&q);
    out->removing = qent__get_int(&q);
    out->failing = qent__get_int(&q);
  }
  return qent__query_end(&q);
}

/* SPDX-License-Identifier: MIT */
/* Questions to the ledger that only comparing asks. */
#include "store/handle.h"

static qent_status read_odd(struct qent__query *q, struct qent__odd_subs *out)
{
  size_t count = 0;
  qent_status st;

  while (count < QENT__ODD_SUBS_MAX && qent__query_next(q)) {
    out->items[count].id = qent__get_int(q);
    out->items[count].replicas = qent__get_i32(q);
    out->items[count].accounts = qent__get_i32(q);
    count++;
  }
  st = qent__query_end(q);
  if (st == QENT_OK)
    out->count = count;
  return st;
}

qent_status qent__store_subs_without_access(qent__store *s, int64_t now, int64_t fresh,
                                            int64_t after, struct qent__odd_subs *out,
                                            qent_error *err)
{
  static const char sql[] =
      "SELECT s.id, s.replicas, 0 FROM subscriptions s WHERE s.id > ? AND s.disabled = 0"
      " AND s.expires_at > ?"
      " AND (s.traffic_limit_bytes = 0 OR s.traffic_used_bytes < s.traffic_limit_bytes)"
      " AND NOT EXISTS (SELECT 1 FROM accounts a JOIN nodes n ON n.id = a.node_id"
      " WHERE a.subscription_id = s.id AND n.state <> 2 AND a.wanted_present = 1"
      " AND a.wanted_enabled = 1 AND ((a.applied_rev > 0 AND a.links IS NOT NULL)"
      " OR (a.attempts = 0 AND a.next_attempt_at BETWEEN ? AND ?)))"
      " ORDER BY s.id LIMIT ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, "subscription", sql, err);
  qent__put_int(&q, after);
  qent__put_int(&q, now);
  qent__put_int(&q, fresh);
  qent__put_int(&q, now);
  qent__put_int(&q, QENT__ODD_SUBS_MAX);
  return read_odd(&q, out);
}

qent_status qent__store_subs_crowded(qent__store *s, int64_t now, int64_t after,
                                     struct qent__odd_subs *out, qent_error *err)
{
  static const char sql[] =
      "SELECT s.id, s.replicas, count(*) FROM subscriptions s"
      " JOIN accounts a ON a.subscription_id = s.id"
      " WHERE s.id > ? AND s.disabled = 0 AND s.expires_at > ? AND a.wanted_present = 1"
      " AND a.standing = 0 GROUP BY s.id, s.replicas HAVING count(*) > s.replicas"
      " ORDER BY s.id LIMIT ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, "subscription", sql, err);
  qent__put_int(&q, after);
  qent__put_int(&q, now);
  qent__put_int(&q, QENT__ODD_SUBS_MAX);
  return read_odd(&q, out);
}

qent_status qent__store_counter_read(qent__store *s, const char *name, int64_t *value_out,
                                     qent_error *err)
{
  static const char sql[] = "SELECT value FROM counters WHERE name = ?";
  struct qent__query q;
  int64_t value = 0;
  qent_status st;

  qent__query_begin(&q, s->db, "counter", sql, err);
  qent__put_text(&q, name);
  if (qent__query_one(&q))
    value = qent__get_int(&q);
  st = qent__query_end(&q);
  if (st == QENT_OK)
    *value_out = value;
  return st;
}

qent_status qent__store_counter_write(qent__store *s, const char *name, int64_t value,
                                      qent_error *err)
{
  static const char sql[] = "INSERT INTO counters (name, value) VALUES (?, ?)"
                            " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
  struct qent__query q;

  qent__write_begin(&q, s, "counter", sql, err);
  qent__put_text(&q, name);
  qent__put_int(&q, value);
  return qent__query_run(&q, NULL);
}

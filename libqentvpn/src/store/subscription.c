/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"

#define NOUN "subscription"
#define SELECT                                                                                     \
  "SELECT s.id, s.user_id, s.plan_id, p.code, s.node_group, s.created_at, s.expires_at,"           \
  " s.traffic_limit_bytes, s.traffic_used_bytes, s.device_limit, s.disabled, s.keys_rev, s.token," \
  " s.rotated_at, s.next_event_at, s.replicas, s.link_read_at, s.moved_at FROM subscriptions s "   \
  "JOIN plans p ON p.id = s.plan_id"

static void read_sub(struct qent__query *q, qent_subscription *sub)
{
  sub->id = qent__get_int(q);
  sub->user_id = qent__get_int(q);
  sub->plan_id = qent__get_int(q);
  qent__get_text(q, sub->plan_code, sizeof sub->plan_code);
  qent__get_text(q, sub->node_group, sizeof sub->node_group);
  sub->created_at = qent__get_int(q);
  sub->expires_at = qent__get_int(q);
  sub->traffic_limit_bytes = qent__get_int(q);
  sub->traffic_used_bytes = qent__get_int(q);
  sub->device_limit = qent__get_i32(q);
  sub->disabled = qent__get_bool(q);
  sub->keys_rev = qent__get_i32(q);
  qent__get_text(q, sub->token, sizeof sub->token);
  sub->rotated_at = qent__get_int(q);
  sub->next_event_at = qent__get_int(q);
  sub->replicas = qent__get_i32(q);
  sub->link_read_at = qent__get_int(q);
  sub->moved_at = qent__get_int(q);
}

static qent_status read_row(struct qent__query *q, qent_subscription **out)
{
  qent_subscription *sub = qent__calloc(1, sizeof *sub);

  if (!sub)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  read_sub(q, sub);
  if (q->status != QENT_OK) {
    qent_subscription_free(sub);
    return q->status;
  }
  *out = sub;
  return QENT_OK;
}

static qent_status read_one(struct qent__query *q, qent_subscription **out)
{
  if (qent__query_one(q))
    (void)read_row(q, out);
  return qent__query_end(q);
}

qent_status qent__store_sub_by_id(qent__store *s, int64_t user_id, int64_t id,
                                  qent_subscription **out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE s.id = ? AND ? IN (0, s.user_id)";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  qent__put_int(&q, user_id);
  return read_one(&q, out);
}

qent_status qent__store_sub_by_token(qent__store *s, const char *token, qent_subscription **out,
                                     qent_error *err)
{
  static const char sql[] = SELECT " WHERE s.token = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_text(&q, token);
  return read_one(&q, out);
}

qent_status qent__store_sub_newest(qent__store *s, int64_t user_id, const char *node_group,
                                   qent_subscription **out, qent_error *err)
{
  static const char sql[] =
      SELECT " WHERE s.user_id = ? AND s.node_group = ? ORDER BY s.id DESC LIMIT 1";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, user_id);
  qent__put_text(&q, node_group);
  return read_one(&q, out);
}

static void put_sub(struct qent__query *q, const qent_subscription *sub)
{
  qent__put_int(q, sub->plan_id);
  qent__put_text(q, sub->node_group);
  qent__put_int(q, sub->expires_at);
  qent__put_int(q, sub->traffic_limit_bytes);
  qent__put_int(q, sub->traffic_used_bytes);
  qent__put_int(q, sub->device_limit);
  qent__put_int(q, sub->disabled);
  qent__put_int(q, sub->keys_rev);
  qent__put_text(q, sub->token);
  qent__put_int(q, sub->rotated_at);
  qent__put_int(q, sub->next_event_at);
  qent__put_int(q, sub->replicas);
  qent__put_int(q, sub->link_read_at);
  qent__put_int(q, sub->moved_at);
}

qent_status qent__store_sub_insert(qent__store *s, qent_subscription *sub, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO subscriptions (plan_id, node_group, expires_at, traffic_limit_bytes,"
      " traffic_used_bytes, device_limit, disabled, keys_rev, token, rotated_at, next_event_at,"
      " replicas, link_read_at, moved_at, user_id, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING RETURNING id";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_sub(&q, sub);
  qent__put_int(&q, sub->user_id);
  qent__put_int(&q, sub->created_at);
  return qent__query_insert(&q, &sub->id);
}

qent_status qent__store_sub_save(qent__store *s, const qent_subscription *sub, qent_error *err)
{
  static const char sql[] =
      "UPDATE subscriptions SET plan_id = ?, node_group = ?, expires_at = ?,"
      " traffic_limit_bytes = ?, traffic_used_bytes = ?, device_limit = ?, disabled = ?,"
      " keys_rev = ?, token = ?, rotated_at = ?, next_event_at = ?, replicas = ?,"
      " link_read_at = ?, moved_at = ? WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_sub(&q, sub);
  qent__put_int(&q, sub->id);
  return qent__query_run_one(&q);
}

qent_status qent__store_sub_each(qent__store *s, int64_t user_id, qent_subscription_fn fn,
                                 void *user, qent_error *err)
{
  static const char sql[] = SELECT " WHERE s.user_id = ? ORDER BY s.id DESC";
  struct qent__query q;
  bool more = true;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, user_id);
  while (more && qent__query_next(&q)) {
    qent_subscription *sub = NULL;
    if (read_row(&q, &sub) != QENT_OK)
      break;
    more = fn(sub, user);
    qent_subscription_free(sub);
  }
  return qent__query_end(&q);
}

qent_status qent__store_sub_link_read(qent__store *s, int64_t id, int64_t at, qent_error *err)
{
  static const char sql[] = "UPDATE subscriptions SET link_read_at = ? WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, at);
  qent__put_int(&q, id);
  return qent__query_run_one(&q);
}

qent_status qent__store_sub_due(qent__store *s, int64_t now, int64_t *ids_out, size_t max,
                                size_t *count_out, qent_error *err)
{
  static const char sql[] =
      "SELECT id FROM subscriptions WHERE next_event_at > 0 AND next_event_at <= ?"
      " ORDER BY next_event_at, id LIMIT ?";
  struct qent__query q;
  size_t count = 0;
  qent_status st;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, now);
  qent__put_int(&q, (int64_t)max);
  while (count < max && qent__query_next(&q))
    ids_out[count++] = qent__get_int(&q);
  st = qent__query_end(&q);
  if (st == QENT_OK)
    *count_out = count;
  return st;
}

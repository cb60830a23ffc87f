/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"

#define NOUN "order"
/* With the state, link and reason of the newest payment of an open order. */
#define SELECT                                                                                     \
  "SELECT o.id, o.user_id, o.plan_id, p.code, o.subscription_id, o.new_subscription, o.period,"    \
  " o.period_unit, o.traffic_limit_bytes, o.device_limit, o.node_group, o.replicas,"               \
  " o.price_minor, o.currency, o.state, o.method, o.return_url, o.email, o.created_at, "           \
  "o.expires_at, o.paid_at,"                                                                       \
  " coalesce(y.state, 0), y.confirmation_url, y.reason"                                            \
  " FROM orders o JOIN plans p ON p.id = o.plan_id"                                                \
  " LEFT JOIN payments y ON o.state = 0"                                                           \
  " AND y.id = (SELECT max(x.id) FROM payments x WHERE x.order_id = o.id)"

static void read_terms(struct qent__query *q, struct qent__terms *terms)
{
  terms->period = qent__get_i32(q);
  terms->period_unit = (qent_period_unit)qent__get_i32(q);
  terms->traffic_limit_bytes = qent__get_int(q);
  terms->device_limit = qent__get_i32(q);
  qent__get_text(q, terms->node_group, sizeof terms->node_group);
  terms->replicas = qent__get_i32(q);
}

static void read_order(struct qent__query *q, qent_order *order)
{
  order->id = qent__get_int(q);
  order->user_id = qent__get_int(q);
  order->plan_id = qent__get_int(q);
  qent__get_text(q, order->plan_code, sizeof order->plan_code);
  order->subscription_id = qent__get_int(q);
  order->new_subscription = qent__get_bool(q);
  read_terms(q, &order->terms);
  order->price.minor = qent__get_int(q);
  qent__get_text(q, order->price.currency, sizeof order->price.currency);
  order->state = (qent_order_state)qent__get_i32(q);
  qent__get_text(q, order->method, sizeof order->method);
  qent__get_dup(q, &order->return_url);
  qent__get_dup(q, &order->email);
  order->created_at = qent__get_int(q);
  order->expires_at = qent__get_int(q);
  order->paid_at = qent__get_int(q);
}

static void read_payment(struct qent__query *q, qent_order *order)
{
  int32_t state = qent__get_i32(q);

  if (state == QENT_PAYMENT_PENDING) {
    qent__get_dup(q, &order->pay_url);
  } else if (state == QENT_PAYMENT_CANCELED) {
    order->payment_failed = true;
    q->column++;
    qent__get_dup(q, &order->failure);
  }
}

static qent_status read_row(struct qent__query *q, qent_order **out)
{
  qent_order *order = qent__calloc(1, sizeof *order);

  if (!order)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  read_order(q, order);
  read_payment(q, order);
  if (q->status != QENT_OK) {
    qent_order_free(order);
    return q->status;
  }
  *out = order;
  return QENT_OK;
}

static qent_status read_one(struct qent__query *q, qent_order **out)
{
  if (qent__query_one(q))
    (void)read_row(q, out);
  return qent__query_end(q);
}

qent_status qent__store_order_by_id(qent__store *s, int64_t user_id, int64_t id, qent_order **out,
                                    qent_error *err)
{
  static const char sql[] = SELECT " WHERE o.id = ? AND ? IN (0, o.user_id)";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  qent__put_int(&q, user_id);
  return read_one(&q, out);
}

qent_status qent__store_order_find_open(qent__store *s, const qent_order *like, qent_order **out,
                                        qent_error *err)
{
  static const char sql[] =
      SELECT " WHERE o.user_id = ? AND o.state = 0 AND o.plan_id = ?"
             " AND coalesce(o.subscription_id, 0) = ? AND o.new_subscription = ? AND o.method = ?"
             " AND o.price_minor = ? AND o.currency = ? ORDER BY o.id DESC LIMIT 1";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, like->user_id);
  qent__put_int(&q, like->plan_id);
  qent__put_int(&q, like->subscription_id);
  qent__put_int(&q, like->new_subscription);
  qent__put_text(&q, like->method);
  qent__put_int(&q, like->price.minor);
  qent__put_text(&q, like->price.currency);
  return read_one(&q, out);
}

qent_status qent__store_order_newest_paid(qent__store *s, int64_t user_id, int64_t sub_id,
                                          qent_order **out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE o.user_id = ? AND o.subscription_id = ? AND o.state = 1"
                                   " ORDER BY o.paid_at DESC, o.id DESC LIMIT 1";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, user_id);
  qent__put_int(&q, sub_id);
  return read_one(&q, out);
}

static void put_terms(struct qent__query *q, const struct qent__terms *terms)
{
  qent__put_int(q, terms->period);
  qent__put_int(q, (int64_t)terms->period_unit);
  qent__put_int(q, terms->traffic_limit_bytes);
  qent__put_int(q, terms->device_limit);
  qent__put_text(q, terms->node_group);
  qent__put_int(q, terms->replicas);
}

qent_status qent__store_order_insert(qent__store *s, qent_order *order, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO orders (user_id, plan_id, subscription_id, new_subscription, period,"
      " period_unit, traffic_limit_bytes, device_limit, node_group, replicas, price_minor,"
      " currency, state, method, return_url, email, created_at, expires_at, paid_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, order->user_id);
  qent__put_int(&q, order->plan_id);
  qent__put_id(&q, order->subscription_id);
  qent__put_int(&q, order->new_subscription);
  put_terms(&q, &order->terms);
  qent__put_int(&q, order->price.minor);
  qent__put_text(&q, order->price.currency);
  qent__put_int(&q, (int64_t)order->state);
  qent__put_text(&q, order->method);
  qent__put_text(&q, order->return_url);
  qent__put_text(&q, order->email);
  qent__put_int(&q, order->created_at);
  qent__put_int(&q, order->expires_at);
  qent__put_int(&q, order->paid_at);
  return qent__query_insert(&q, &order->id);
}

qent_status qent__store_order_save(qent__store *s, const qent_order *order, qent_error *err)
{
  static const char sql[] =
      "UPDATE orders SET state = ?, subscription_id = ?, paid_at = ? WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, (int64_t)order->state);
  qent__put_id(&q, order->subscription_id);
  qent__put_int(&q, order->paid_at);
  qent__put_int(&q, order->id);
  return qent__query_run_one(&q);
}

qent_status qent__store_order_each(qent__store *s, int64_t user_id, int32_t limit, qent_order_fn fn,
                                   void *user, qent_error *err)
{
  static const char sql[] = SELECT " WHERE o.user_id = ? ORDER BY o.id DESC LIMIT ?";
  struct qent__query q;
  bool more = true;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, user_id);
  qent__put_int(&q, limit);
  while (more && qent__query_next(&q)) {
    qent_order *order = NULL;
    if (read_row(&q, &order) != QENT_OK)
      break;
    more = fn(order, user);
    qent_order_free(order);
  }
  return qent__query_end(&q);
}

qent_status qent__store_order_any_due(qent__store *s, int64_t now, bool *any_out, qent_error *err)
{
  static const char sql[] =
      "SELECT count(*) FROM (SELECT id FROM orders WHERE state = 0 AND expires_at <= ? LIMIT 1) o";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, now);
  if (qent__query_one(&q))
    *any_out = qent__get_bool(&q);
  return qent__query_end(&q);
}

qent_status qent__store_order_expire_due(qent__store *s, int64_t now, int32_t max,
                                         int32_t *count_out, qent_error *err)
{
  static const char sql[] =
      "UPDATE orders SET state = 2 WHERE id IN (SELECT o.id FROM orders o"
      " WHERE o.state = 0 AND o.expires_at <= ? ORDER BY o.expires_at, o.id LIMIT ?)";
  struct qent__query q;
  int64_t count = 0;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, now);
  qent__put_int(&q, max);
  st = qent__query_run(&q, &count);
  if (st == QENT_OK)
    *count_out = (int32_t)count;
  return st;
}

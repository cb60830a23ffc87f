/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"

#define NOUN "payment"
#define SELECT                                                                                     \
  "SELECT id, order_id, provider, external_id, idempotency_key, request, confirmation_url, state," \
  " amount_minor, currency, refunded_minor, reason, refund_key, refund_reason, attempts,"          \
  " next_poll_at, lease_until, last_error, created_at, settled_at FROM payments"

static void read_payment(struct qent__query *q, qent_payment *payment)
{
  payment->id = qent__get_int(q);
  payment->order_id = qent__get_int(q);
  qent__get_text(q, payment->provider, sizeof payment->provider);
  qent__get_dup(q, &payment->external_id);
  qent__get_text(q, payment->idempotency_key, sizeof payment->idempotency_key);
  qent__get_dup(q, &payment->request);
  qent__get_dup(q, &payment->confirmation_url);
  payment->state = (qent_payment_state)qent__get_i32(q);
  payment->amount.minor = qent__get_int(q);
  qent__get_text(q, payment->amount.currency, sizeof payment->amount.currency);
  payment->refunded_minor = qent__get_int(q);
  qent__get_dup(q, &payment->reason);
  qent__get_text(q, payment->refund_key, sizeof payment->refund_key);
  qent__get_dup(q, &payment->refund_reason);
  payment->attempts = qent__get_i32(q);
  payment->next_poll_at = qent__get_int(q);
  payment->lease_until = qent__get_int(q);
  qent__get_dup(q, &payment->last_error);
  payment->created_at = qent__get_int(q);
  payment->settled_at = qent__get_int(q);
}

static qent_status read_row(struct qent__query *q, qent_payment **out)
{
  qent_payment *payment = qent__calloc(1, sizeof *payment);

  if (!payment)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  read_payment(q, payment);
  if (q->status != QENT_OK) {
    qent_payment_free(payment);
    return q->status;
  }
  *out = payment;
  return QENT_OK;
}

static qent_status read_one(struct qent__query *q, qent_payment **out)
{
  if (qent__query_one(q))
    (void)read_row(q, out);
  return qent__query_end(q);
}

qent_status qent__store_payment_by_id(qent__store *s, int64_t id, qent_payment **out,
                                      qent_error *err)
{
  static const char sql[] = SELECT " WHERE id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  return read_one(&q, out);
}

qent_status qent__store_payment_by_external(qent__store *s, const char *provider,
                                            const char *external_id, qent_payment **out,
                                            qent_error *err)
{
  static const char sql[] = SELECT " WHERE provider = ? AND external_id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_text(&q, provider);
  qent__put_text(&q, external_id);
  return read_one(&q, out);
}

qent_status qent__store_payment_newest_of_order(qent__store *s, int64_t order_id,
                                                qent_payment **out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE order_id = ? ORDER BY id DESC LIMIT 1";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, order_id);
  return read_one(&q, out);
}

static void put_payment(struct qent__query *q, const qent_payment *payment)
{
  qent__put_id(q, payment->order_id);
  qent__put_text(q, payment->external_id);
  qent__put_text(q, payment->request);
  qent__put_text(q, payment->confirmation_url);
  qent__put_int(q, (int64_t)payment->state);
  qent__put_int(q, payment->amount.minor);
  qent__put_text(q, payment->amount.currency);
  qent__put_int(q, payment->refunded_minor);
  qent__put_text(q, payment->reason);
  qent__put_text(q, payment->refund_key);
  qent__put_text(q, payment->refund_reason);
  qent__put_int(q, payment->attempts);
  qent__put_int(q, payment->next_poll_at);
  qent__put_int(q, payment->lease_until);
  qent__put_text(q, payment->last_error);
  qent__put_int(q, payment->created_at);
  qent__put_int(q, payment->settled_at);
}

qent_status qent__store_payment_insert(qent__store *s, qent_payment *payment, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO payments (order_id, external_id, request, confirmation_url, state, amount_minor,"
      " currency, refunded_minor, reason, refund_key, refund_reason, attempts, next_poll_at,"
      " lease_until, last_error, created_at, settled_at, provider, idempotency_key)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING RETURNING id";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_payment(&q, payment);
  qent__put_text(&q, payment->provider);
  qent__put_text(&q, payment->idempotency_key);
  return qent__query_insert(&q, &payment->id);
}

qent_status qent__store_payment_save(qent__store *s, const qent_payment *payment, qent_error *err)
{
  static const char sql[] =
      "UPDATE payments SET order_id = ?, external_id = ?, request = ?, confirmation_url = ?,"
      " state = ?, amount_minor = ?, currency = ?, refunded_minor = ?, reason = ?, refund_key = ?,"
      " refund_reason = ?, attempts = ?, next_poll_at = ?, lease_until = ?, last_error = ?,"
      " created_at = ?, settled_at = ? WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_payment(&q, payment);
  qent__put_int(&q, payment->id);
  return qent__query_run_one(&q);
}

static qent_status call_each(struct qent__query *q, qent_payment_fn fn, void *user)
{
  bool more = true;

  while (more && qent__query_next(q)) {
    qent_payment *payment = NULL;
    if (read_row(q, &payment) != QENT_OK)
      break;
    more = fn(payment, user);
    qent_payment_free(payment);
  }
  return qent__query_end(q);
}

qent_status qent__store_payment_each(qent__store *s, const qent_payment_filter *filter,
                                     qent_payment_fn fn, void *user, qent_error *err)
{
  static const char of_order[] =
      SELECT " WHERE order_id = ? AND (? < 0 OR state = ?) ORDER BY id DESC LIMIT ?";
  static const char of_state[] =
      SELECT " WHERE ? = 0 AND (? < 0 OR state = ?) ORDER BY id DESC LIMIT ?";
  static const char flagged[] =
      SELECT " WHERE ? = 0 AND ? = 5 AND ? = 5 AND state = 5 ORDER BY id DESC LIMIT ?";
  const char *sql = filter->state == QENT_PAYMENT_FLAGGED ? flagged : of_state;
  struct qent__query q;

  if (filter->order_id != 0)
    sql = of_order;
  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, filter->order_id);
  qent__put_int(&q, filter->state);
  qent__put_int(&q, filter->state);
  qent__put_int(&q, filter->limit);
  return call_each(&q, fn, user);
}

qent_status qent__store_payment_older(qent__store *s, int64_t before_id, int32_t limit,
                                      qent_payment_fn fn, void *user, qent_error *err)
{
  static const char sql[] = SELECT " WHERE id < ? ORDER BY id DESC LIMIT ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, before_id);
  qent__put_int(&q, limit);
  return call_each(&q, fn, user);
}

qent_status qent__store_payment_claim(qent__store *s, int64_t now, int64_t lease_until,
                                      qent_payment **out, qent_error *err)
{
  static const char find[] =
      "SELECT id FROM payments WHERE next_poll_at > 0 AND next_poll_at <= ? AND lease_until <= ?"
      " ORDER BY next_poll_at, id LIMIT 1 $SKIP_LOCKED";
  static const char mark[] = "UPDATE payments SET lease_until = ? WHERE id = ?";
  struct qent__claim claim = {NOUN, find, mark, now, 2, 0, 0, lease_until};
  qent_payment *payment = NULL;
  int64_t id = 0;
  qent_status st = qent__claim_begin(s, &claim, &id, err);

  if (st != QENT_OK)
    return st;
  st = qent__store_payment_by_id(s, id, &payment, err);
  st = qent__claim_end(s, st, err);
  if (st == QENT_OK)
    *out = payment;
  else
    qent_payment_free(payment);
  return st;
}

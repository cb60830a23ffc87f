/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"

#define NOUN "plan"
#define COLUMNS                                                                                    \
  "p.id, p.code, p.title_ru, p.title_en, p.period, p.period_unit, p.traffic_limit_bytes,"          \
  " p.device_limit, p.node_group, p.hidden, p.position, p.replicas"
/* One row a price; a plan without prices has one row with NULLs. */
#define SELECT                                                                                     \
  "SELECT " COLUMNS ", r.currency, r.minor FROM plans p"                                           \
  " LEFT JOIN plan_prices r ON r.plan_id = p.id"

static qent_status read_plan(struct qent__query *q, qent_plan *plan)
{
  plan->id = qent__get_int(q);
  qent__get_text(q, plan->code, sizeof plan->code);
  qent__get_dup(q, &plan->title_ru);
  qent__get_dup(q, &plan->title_en);
  plan->terms.period = qent__get_i32(q);
  plan->terms.period_unit = (qent_period_unit)qent__get_i32(q);
  plan->terms.traffic_limit_bytes = qent__get_int(q);
  plan->terms.device_limit = qent__get_i32(q);
  qent__get_text(q, plan->terms.node_group, sizeof plan->terms.node_group);
  plan->hidden = qent__get_bool(q);
  plan->position = qent__get_i32(q);
  plan->terms.replicas = qent__get_i32(q);
  return q->status;
}

static void read_price(struct qent__query *q, qent_plan *plan)
{
  qent_money price = {0, {0}};

  q->column = 12;
  qent__get_text(q, price.currency, sizeof price.currency);
  price.minor = qent__get_int(q);
  if (price.currency[0] && plan->price_count < QENT_PLAN_PRICES_MAX)
    plan->prices[plan->price_count++] = price;
}

/* The plan of the current row with all its prices; leaves `*row` saying whether the query stands on
 * the next plan's first row. */
static qent_status read_row(struct qent__query *q, bool *row, qent_plan **out)
{
  qent_plan *plan = qent__calloc(1, sizeof *plan);

  if (!plan)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  if (read_plan(q, plan) == QENT_OK) {
    do {
      read_price(q, plan);
      *row = qent__query_next(q);
    } while (*row && qent__get_int(q) == plan->id);
    q->column = 0;
  }
  if (q->status != QENT_OK) {
    qent_plan_free(plan);
    return q->status;
  }
  *out = plan;
  return QENT_OK;
}

static qent_status read_one(struct qent__query *q, qent_plan **out)
{
  bool row = qent__query_one(q);

  if (row)
    (void)read_row(q, &row, out);
  return qent__query_end(q);
}

qent_status qent__store_plan_by_code(qent__store *s, const char *code, qent_plan **out,
                                     qent_error *err)
{
  static const char sql[] = SELECT " WHERE p.code = ? ORDER BY r.position";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_text(&q, code);
  return read_one(&q, out);
}

qent_status qent__store_plan_by_id(qent__store *s, int64_t id, qent_plan **out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE p.id = ? ORDER BY r.position";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  return read_one(&q, out);
}

qent_status qent__store_plan_each(qent__store *s, bool with_hidden, qent_plan_fn fn, void *user,
                                  qent_error *err)
{
  static const char sql[] = SELECT " WHERE p.hidden <= ? ORDER BY p.position, p.code, r.position";
  struct qent__query q;
  bool row;
  bool more = true;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, with_hidden);
  row = qent__query_next(&q);
  while (more && row) {
    qent_plan *plan = NULL;
    if (read_row(&q, &row, &plan) != QENT_OK)
      break;
    more = fn(plan, user);
    qent_plan_free(plan);
  }
  return qent__query_end(&q);
}

static qent_status put_price(qent__store *s, const qent_plan *plan, size_t index, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO plan_prices (plan_id, position, currency, minor) VALUES (?, ?, ?, ?)";
  struct qent__query q;

  qent__write_begin(&q, s, "price", sql, err);
  qent__put_int(&q, plan->id);
  qent__put_int(&q, (int64_t)index);
  qent__put_text(&q, plan->prices[index].currency);
  qent__put_int(&q, plan->prices[index].minor);
  return qent__query_run(&q, NULL);
}

static qent_status put_prices(qent__store *s, const qent_plan *plan, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < plan->price_count; i++)
    st = put_price(s, plan, i, err);
  return st;
}

static void put_plan(struct qent__query *q, const qent_plan *plan)
{
  qent__put_text(q, plan->title_ru);
  qent__put_text(q, plan->title_en);
  qent__put_int(q, plan->terms.period);
  qent__put_int(q, (int64_t)plan->terms.period_unit);
  qent__put_int(q, plan->terms.traffic_limit_bytes);
  qent__put_int(q, plan->terms.device_limit);
  qent__put_text(q, plan->terms.node_group);
  qent__put_int(q, plan->hidden);
  qent__put_int(q, plan->position);
  qent__put_int(q, plan->terms.replicas);
}

qent_status qent__store_plan_insert(qent__store *s, qent_plan *plan, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO plans (title_ru, title_en, period, period_unit, traffic_limit_bytes,"
      " device_limit, node_group, hidden, position, replicas, code)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING RETURNING id";
  struct qent__query q;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_plan(&q, plan);
  qent__put_text(&q, plan->code);
  st = qent__query_insert(&q, &plan->id);
  return st == QENT_OK ? put_prices(s, plan, err) : st;
}

static qent_status drop_prices(qent__store *s, int64_t plan_id, qent_error *err)
{
  static const char sql[] = "DELETE FROM plan_prices WHERE plan_id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, "price", sql, err);
  qent__put_int(&q, plan_id);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_plan_save(qent__store *s, const qent_plan *plan, qent_error *err)
{
  static const char sql[] =
      "UPDATE plans SET title_ru = ?, title_en = ?, period = ?, period_unit = ?,"
      " traffic_limit_bytes = ?, device_limit = ?, node_group = ?, hidden = ?, position = ?,"
      " replicas = ? WHERE id = ?";
  struct qent__query q;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_plan(&q, plan);
  qent__put_int(&q, plan->id);
  st = qent__query_run_one(&q);
  if (st == QENT_OK)
    st = drop_prices(s, plan->id, err);
  return st == QENT_OK ? put_prices(s, plan, err) : st;
}

/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "store/migrate.h"
#include "util/alloc.h"
#include "util/text.h"

#define LANE_TIMEOUT_MS 10000
#define LANE_RETRY_MS 1000
#define MEMORY_URL "sqlite::memory:"

/* Reads the first page of every table, so that a damaged file is met here and not in a sale. */
static qent_status touch_tables(struct qent__db *db, qent_error *err)
{
  static const char sql[] =
      "SELECT (SELECT max(id) FROM users), (SELECT max(id) FROM plans),"
      " (SELECT max(plan_id) FROM plan_prices), (SELECT max(id) FROM subscriptions),"
      " (SELECT max(subscription_id) FROM traffic_days), (SELECT max(id) FROM orders),"
      " (SELECT max(id) FROM payments), (SELECT max(id) FROM webhook_hints),"
      " (SELECT max(id) FROM nodes), (SELECT max(id) FROM accounts),"
      " (SELECT max(id) FROM notices), (SELECT max(update_id) FROM inbox),"
      " (SELECT max(name) FROM counters)";
  struct qent__query q;

  qent__query_begin(&q, db, "database", sql, err);
  return qent__query_run(&q, NULL);
}

static qent_status open_db(const char *url, struct qent__db **db_out, qent_error *err)
{
  bool memory = qent__streq(url, MEMORY_URL);
  struct qent__db *db = NULL;
  qent_status st = qent__db_open(url, QENT__DB_USE, &db, err);

  if (st == QENT_OK)
    st = memory ? qent__migrate_run(db, NULL, NULL, err) : qent__migrate_check(db, err);
  if (st == QENT_OK)
    st = touch_tables(db, err);
  if (st == QENT_OK)
    st = db->driver->settle(db, err);
  if (st != QENT_OK) {
    qent__db_close(db);
    return st;
  }
  *db_out = db;
  return QENT_OK;
}

qent_status qent__store_open(const char *url, struct qent__lane *lane, qent__store **store_out,
                             qent_error *err)
{
  qent__store *store = qent__calloc(1, sizeof *store);
  qent_status st;

  if (!store)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  store->lane = lane;
  st = open_db(url, &store->db, err);
  if (st != QENT_OK) {
    qent__free(store);
    return st;
  }
  *store_out = store;
  return QENT_OK;
}

qent_status qent__store_open_memory(struct qent__lane *lane, qent__store **store_out,
                                    qent_error *err)
{
  return qent__store_open(MEMORY_URL, lane, store_out, err);
}

void qent__store_close(qent__store *store)
{
  if (!store)
    return;
  qent__store_rollback(store);
  qent__store_end_read(store);
  qent__db_close(store->db);
  qent__free(store);
}

static qent_status enter_lane(qent__store *store, qent_error *err)
{
  qent_status st = store->lane ? qent__lane_enter(store->lane, LANE_TIMEOUT_MS, err) : QENT_OK;

  if (st != QENT_ETIMEOUT)
    return st;
  (void)qent_fail(err, QENT_ESTORE, "the database's write queue did not move for %d s",
                  LANE_TIMEOUT_MS / 1000);
  if (err)
    err->retry_after_ms = LANE_RETRY_MS;
  return QENT_ESTORE;
}

static void leave(qent__store *store)
{
  store->state = QENT__STORE_IDLE;
  if (store->lane)
    qent__lane_leave(store->lane);
}

static qent_status begin_writing(qent__store *store, enum qent__tx_kind kind, qent_error *err)
{
  qent_status st;

  if (store->state != QENT__STORE_IDLE)
    return qent_fail(err, QENT_EINVAL, "a transaction is open already");
  st = enter_lane(store, err);
  if (st != QENT_OK)
    return st;
  st = store->db->driver->begin(store->db, kind, err);
  if (st != QENT_OK)
    leave(store);
  else
    store->state = QENT__STORE_WRITING;
  return st;
}

qent_status qent__store_begin(qent__store *store, qent_error *err)
{
  return begin_writing(store, QENT__TX_WRITE, err);
}

qent_status qent__store_begin_relaxed(qent__store *store, qent_error *err)
{
  return begin_writing(store, QENT__TX_RELAXED, err);
}

qent_status qent__store_commit(qent__store *store, qent_error *err)
{
  qent_status st;

  if (store->state != QENT__STORE_WRITING)
    return qent_fail(err, QENT_EINVAL, "no transaction is open");
  st = store->db->driver->commit(store->db, err);
  if (st != QENT_OK)
    store->db->driver->rollback(store->db);
  leave(store);
  return st;
}

void qent__store_rollback(qent__store *store)
{
  if (store->state != QENT__STORE_WRITING)
    return;
  store->db->driver->rollback(store->db);
  leave(store);
}

qent_status qent__store_begin_read(qent__store *store, qent_error *err)
{
  qent_status st;

  if (store->state != QENT__STORE_IDLE)
    return qent_fail(err, QENT_EINVAL, "a transaction is open already");
  st = store->db->driver->begin(store->db, QENT__TX_READ, err);
  if (st == QENT_OK)
    store->state = QENT__STORE_READING;
  return st;
}

void qent__store_end_read(qent__store *store)
{
  if (store->state != QENT__STORE_READING)
    return;
  store->db->driver->rollback(store->db);
  store->state = QENT__STORE_IDLE;
}

qent_status qent__store_changed(qent__store *store, bool *changed_out, qent_error *err)
{
  return store->db->driver->changed(store->db, changed_out, err);
}

qent_status qent__store_check(qent__store *store, qent_error *err)
{
  qent_status st = qent__migrate_check(store->db, err);

  return st == QENT_OK ? touch_tables(store->db, err) : st;
}

qent_status qent__store_verify(qent__store *store, qent_error *err)
{
  return store->db->driver->verify(store->db, err);
}

void qent__write_begin(struct qent__query *q, qent__store *s, const char *noun, const char *sql,
                       qent_error *err)
{
  qent__query_begin(q, s->db, noun, sql, err);
  if (q->status == QENT_OK && s->state != QENT__STORE_WRITING)
    q->status = qent_fail(err, QENT_EINVAL, "%s: a change needs a transaction", noun);
}

static qent_status find_claim(qent__store *s, const struct qent__claim *claim, int64_t *id_out,
                              qent_error *err)
{
  struct qent__query q;
  int64_t id = 0;
  qent_status st;

  qent__query_begin(&q, s->db, claim->noun, claim->find, err);
  for (int i = 0; i < claim->at_count; i++)
    qent__put_int(&q, claim->at);
  for (int i = 0; i < claim->most_count; i++)
    qent__put_int(&q, claim->most);
  if (qent__query_one(&q))
    id = qent__get_int(&q);
  st = qent__query_end(&q);
  if (st == QENT_OK)
    *id_out = id;
  return st;
}

static qent_status mark_claim(qent__store *s, const struct qent__claim *claim, int64_t id,
                              qent_error *err)
{
  struct qent__query q;

  qent__write_begin(&q, s, claim->noun, claim->mark, err);
  qent__put_int(&q, claim->value);
  qent__put_int(&q, id);
  return qent__query_run_one(&q);
}

qent_status qent__claim_begin(qent__store *s, const struct qent__claim *claim, int64_t *id_out,
                              qent_error *err)
{
  int64_t id = 0;
  qent_status st;

  if (s->state != QENT__STORE_IDLE)
    return qent_fail(err, QENT_EINVAL, "%s: a claim takes its own transaction", claim->noun);
  st = find_claim(s, claim, &id, err);
  if (st == QENT_OK)
    st = qent__store_begin_relaxed(s, err);
  if (st != QENT_OK)
    return st;
  st = find_claim(s, claim, &id, err);
  if (st == QENT_OK)
    st = mark_claim(s, claim, id, err);
  if (st != QENT_OK)
    qent__store_rollback(s);
  else
    *id_out = id;
  return st;
}

qent_status qent__claim_end(qent__store *s, qent_status st, qent_error *err)
{
  if (st == QENT_OK)
    return qent__store_commit(s, err);
  qent__store_rollback(s);
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "store/handle.h"

#include <string.h>

#define NOUN "statistics"
#define DAY_S INT64_C(86400)
#define REVENUE_MAX (sizeof((qent_stats *)0)->revenue / sizeof((qent_stats *)0)->revenue[0])

static qent_status count(qent__store *s, const char *sql, int64_t argument, int64_t *out,
                         qent_error *err)
{
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, argument);
  if (qent__query_one(&q))
    *out = qent__get_int(&q);
  return qent__query_end(&q);
}

static qent_status count_people(qent__store *s, int64_t now, qent_stats *stats, qent_error *err)
{
  static const char users[] = "SELECT count(*) FROM users WHERE created_at >= ?";
  static const char active[] =
      "SELECT count(*) FROM subscriptions WHERE expires_at > ? AND disabled = 0"
      " AND (traffic_limit_bytes = 0 OR traffic_used_bytes < traffic_limit_bytes)";
  static const char ending[] =
      "SELECT count(*) FROM subscriptions WHERE expires_at > ? AND expires_at <= ?";
  struct qent__query q;
  qent_status st = count(s, users, 0, &stats->users, err);

  if (st == QENT_OK)
    st = count(s, users, now - DAY_S, &stats->users_24h, err);
  if (st == QENT_OK)
    st = count(s, active, now, &stats->subscriptions_active, err);
  if (st != QENT_OK)
    return st;
  qent__query_begin(&q, s->db, NOUN, ending, err);
  qent__put_int(&q, now);
  qent__put_int(&q, now + 3 * DAY_S);
  if (qent__query_one(&q))
    stats->subscriptions_ending_72h = qent__get_int(&q);
  return qent__query_end(&q);
}

static qent_status count_work(qent__store *s, int64_t now, qent_stats *stats, qent_error *err)
{
  static const char paid[] = "SELECT count(*) FROM orders WHERE paid_at > 0 AND paid_at >= ?";
  static const char flagged[] = "SELECT count(*) FROM payments WHERE state = 5 AND id > ?";
  static const char accounts[] =
      "SELECT count(*) FROM accounts WHERE applied_rev < wanted_rev AND node_id > ?";
  static const char notices[] =
      "SELECT count(*) FROM notices WHERE state = 0 AND state <> 1 AND id > ?";
  qent_status st = count(s, paid, now - DAY_S, &stats->orders_paid_24h, err);

  if (st == QENT_OK)
    st = count(s, paid, now - 30 * DAY_S, &stats->orders_paid_30d, err);
  if (st == QENT_OK)
    st = count(s, flagged, 0, &stats->payments_flagged, err);
  if (st == QENT_OK)
    st = count(s, accounts, 0, &stats->accounts_pending, err);
  if (st == QENT_OK)
    st = count(s, notices, 0, &stats->notices_pending, err);
  return st;
}

static qent_status sum_revenue(qent__store *s, int64_t now, qent_stats *stats, qent_error *err)
{
  static const char sql[] =
      "SELECT currency, sum(CASE WHEN settled_at >= ? THEN amount_minor - refunded_minor ELSE 0"
      " END), sum(amount_minor - refunded_minor) FROM payments"
      " WHERE settled_at > 0 AND settled_at >= ? GROUP BY currency ORDER BY currency LIMIT ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, now - DAY_S);
  qent__put_int(&q, now - 30 * DAY_S);
  qent__put_int(&q, (int64_t)REVENUE_MAX);
  while (stats->revenue_count < REVENUE_MAX && qent__query_next(&q)) {
    size_t i = stats->revenue_count++;
    qent__get_text(&q, stats->revenue[i].currency, sizeof stats->revenue[i].currency);
    stats->revenue[i].minor_24h = qent__get_int(&q);
    stats->revenue[i].minor_30d = qent__get_int(&q);
  }
  return qent__query_end(&q);
}

qent_status qent__store_stats(qent__store *s, int64_t now, qent_stats *out, qent_error *err)
{
  qent_stats stats = QENT_STATS_INIT;
  bool own = s->state == QENT__STORE_IDLE;
  qent_status st = own ? qent__store_begin_read(s, err) : QENT_OK;

  if (st == QENT_OK)
    st = count_people(s, now, &stats, err);
  if (st == QENT_OK)
    st = count_work(s, now, &stats, err);
  if (st == QENT_OK)
    st = sum_revenue(s, now, &stats, err);
  if (own)
    qent__store_end_read(s);
  if (st == QENT_OK)
    *out = stats;
  return st;
}

static qent_status clean(qent__store *s, const char *sql, int64_t before, int32_t max,
                         int32_t *count_io, qent_error *err)
{
  struct qent__query q;
  int64_t deleted = 0;
  qent_status st;

  if (*count_io >= max)
    return QENT_OK;
  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, before);
  qent__put_int(&q, max - *count_io);
  st = qent__query_run(&q, &deleted);
  if (st == QENT_OK)
    *count_io += (int32_t)deleted;
  return st;
}

qent_status qent__store_cleanup_any(qent__store *s, int64_t before, bool *any_out, qent_error *err)
{
  static const char inbox[] = "SELECT count(*) FROM (SELECT update_id FROM inbox"
                              " WHERE done = 1 AND received_at < ? LIMIT 1) i";
  static const char notices[] = "SELECT count(*) FROM (SELECT id FROM notices"
                                " WHERE state IN (1, 2) AND created_at < ? LIMIT 1) n";
  int64_t updates = 0;
  int64_t told = 0;
  qent_status st = count(s, inbox, before, &updates, err);

  if (st == QENT_OK)
    st = count(s, notices, before, &told, err);
  if (st == QENT_OK)
    *any_out = updates > 0 || told > 0;
  return st;
}

qent_status qent__store_cleanup(qent__store *s, int64_t before, int32_t max, int32_t *count_out,
                                qent_error *err)
{
  static const char inbox[] =
      "DELETE FROM inbox WHERE update_id IN (SELECT i.update_id FROM inbox i"
      " WHERE i.done = 1 AND i.received_at < ? ORDER BY i.received_at LIMIT ?)";
  static const char notices[] =
      "DELETE FROM notices WHERE id IN (SELECT n.id FROM notices n"
      " WHERE n.state IN (1, 2) AND n.created_at < ? ORDER BY n.created_at LIMIT ?)";
  int32_t deleted = 0;
  qent_status st = clean(s, inbox, before, max, &deleted, err);

  if (st == QENT_OK)
    st = clean(s, notices, before, max, &deleted, err);
  if (st == QENT_OK && count_out)
    *count_out = deleted;
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/timefmt.h"

#define NOUN "traffic"
#define HOUR_S 3600

static qent_status add_to_day(qent__store *s, int64_t sub_id, int64_t node_id, int64_t day_start,
                              int64_t bytes, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO traffic_days (subscription_id, day_start, node_id, bytes) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (subscription_id, day_start, node_id)"
      " DO UPDATE SET bytes = traffic_days.bytes + excluded.bytes";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, sub_id);
  qent__put_int(&q, day_start);
  qent__put_int(&q, node_id);
  qent__put_int(&q, bytes);
  return qent__query_run(&q, NULL);
}

static qent_status add_to_hour(qent__store *s, int64_t node_id, int64_t hour_start, int64_t bytes,
                               qent_error *err)
{
  static const char sql[] =
      "INSERT INTO traffic_hours (node_id, hour_start, bytes) VALUES (?, ?, ?)"
      " ON CONFLICT (node_id, hour_start)"
      " DO UPDATE SET bytes = traffic_hours.bytes + excluded.bytes";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, node_id);
  qent__put_int(&q, hour_start);
  qent__put_int(&q, bytes);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_traffic_add(qent__store *s, int64_t sub_id, int64_t node_id, int64_t at,
                                    int64_t bytes, qent_error *err)
{
  qent_status st = add_to_day(s, sub_id, node_id, qent__day_start(at), bytes, err);

  return st == QENT_OK ? add_to_hour(s, node_id, at - at % HOUR_S, bytes, err) : st;
}

qent_status qent__store_traffic_each(qent__store *s, int64_t sub_id, int64_t from,
                                     qent_traffic_fn fn, void *user, qent_error *err)
{
  static const char sql[] =
      "SELECT t.day_start, t.bytes, coalesce(n.title, n.name), coalesce(n.country, '')"
      " FROM traffic_days t LEFT JOIN nodes n ON n.id = t.node_id"
      " WHERE t.subscription_id = ? AND t.day_start >= ? ORDER BY t.day_start, t.node_id";
  struct qent__query q;
  bool more = true;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, sub_id);
  qent__put_int(&q, from);
  while (more && qent__query_next(&q)) {
    qent_traffic traffic = {.size = sizeof traffic};
    char title[129];
    char country[3];
    traffic.day_start = qent__get_int(&q);
    traffic.bytes = qent__get_int(&q);
    qent__get_text(&q, title, sizeof title);
    qent__get_text(&q, country, sizeof country);
    traffic.node_name = title[0] ? title : NULL;
    traffic.country = country;
    more = q.status == QENT_OK && fn(&traffic, user);
  }
  return qent__query_end(&q);
}

qent_status qent__store_traffic_of_node(qent__store *s, int64_t node_id, int64_t from,
                                        qent_node_traffic_fn fn, void *user, qent_error *err)
{
  static const char sql[] = "SELECT hour_start, bytes FROM traffic_hours"
                            " WHERE node_id = ? AND hour_start >= ? ORDER BY hour_start";
  struct qent__query q;
  bool more = true;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, node_id);
  qent__put_int(&q, from);
  while (more && qent__query_next(&q)) {
    int64_t hour_start = qent__get_int(&q);
    int64_t bytes = qent__get_int(&q);
    more = fn(hour_start, bytes, user);
  }
  return qent__query_end(&q);
}

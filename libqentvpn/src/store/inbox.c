/* SPDX-License-Identifier: MIT */
#include "store/handle.h"

#define NOUN "update"
#define OFFSET_NAME "inbox_offset"

static qent_status insert(qent__store *s, int64_t update_id, const char *json, size_t len,
                          int64_t now, qent_error *err)
{
  static const char sql[] = "INSERT INTO inbox (update_id, body, received_at, done)"
                            " VALUES (?, ?, ?, 0) ON CONFLICT (update_id) DO NOTHING";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, update_id);
  qent__put_bytes(&q, json, len);
  qent__put_int(&q, now);
  return qent__query_run(&q, NULL);
}

/* The next offset is always the one after the update seen last: after a week without updates
 * Telegram starts anew from a number of its choice, which may be lower. */
static qent_status set_offset(qent__store *s, int64_t offset, qent_error *err)
{
  static const char sql[] = "INSERT INTO counters (name, value) VALUES ('" OFFSET_NAME "', ?)"
                            " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, offset);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_inbox_put(qent__store *s, int64_t update_id, const char *json, size_t len,
                                  int64_t now, qent_error *err)
{
  qent_status st = insert(s, update_id, json, len, now, err);

  return st == QENT_OK ? set_offset(s, update_id + 1, err) : st;
}

qent_status qent__store_inbox_next(qent__store *s, int64_t *update_id_out, char **json_out,
                                   qent_error *err)
{
  static const char sql[] =
      "SELECT update_id, body FROM inbox WHERE done = 0 ORDER BY update_id LIMIT 1";
  struct qent__query q;
  int64_t update_id = 0;
  char *json = NULL;
  qent_status st;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  if (qent__query_one(&q)) {
    update_id = qent__get_int(&q);
    qent__get_dup(&q, &json);
  }
  st = qent__query_end(&q);
  if (st == QENT_OK) {
    *update_id_out = update_id;
    *json_out = json;
  }
  return st;
}

qent_status qent__store_inbox_done(qent__store *s, int64_t update_id, qent_error *err)
{
  static const char sql[] = "UPDATE inbox SET done = 1 WHERE update_id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, update_id);
  return qent__query_run_one(&q);
}

qent_status qent__store_inbox_offset(qent__store *s, int64_t *offset_out, qent_error *err)
{
  static const char sql[] =
      "SELECT coalesce(max(value), 0) FROM counters WHERE name = '" OFFSET_NAME "'";
  struct qent__query q;
  int64_t offset = 0;
  qent_status st;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  if (qent__query_one(&q))
    offset = qent__get_int(&q);
  st = qent__query_end(&q);
  if (st == QENT_OK)
    *offset_out = offset;
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"
#include "util/text.h"

#include <string.h>

#define NOUN "user"
#define COLUMNS "id, telegram_id, name, username, language, reachable, created_at"
#define PATTERN_MAX_BYTES 1024

static qent_status read_row(struct qent__query *q, qent_user **out)
{
  qent_user *user = qent__calloc(1, sizeof *user);

  if (!user)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  user->id = qent__get_int(q);
  user->telegram_id = qent__get_int(q);
  qent__get_dup(q, &user->name);
  qent__get_dup(q, &user->username);
  qent__get_text(q, user->language, sizeof user->language);
  user->reachable = qent__get_bool(q);
  user->created_at = qent__get_int(q);
  if (q->status != QENT_OK) {
    qent_user_free(user);
    return q->status;
  }
  *out = user;
  return QENT_OK;
}

static qent_status read_one(struct qent__query *q, qent_user **out)
{
  if (qent__query_one(q))
    (void)read_row(q, out);
  return qent__query_end(q);
}

qent_status qent__store_user_by_id(qent__store *s, int64_t id, qent_user **out, qent_error *err)
{
  static const char sql[] = "SELECT " COLUMNS " FROM users WHERE id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  return read_one(&q, out);
}

qent_status qent__store_user_by_telegram_id(qent__store *s, int64_t telegram_id, qent_user **out,
                                            qent_error *err)
{
  static const char sql[] = "SELECT " COLUMNS " FROM users WHERE telegram_id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, telegram_id);
  return read_one(&q, out);
}

qent_status qent__store_user_insert(qent__store *s, qent_user *user, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO users (telegram_id, name, username, language, reachable, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, user->telegram_id);
  qent__put_text(&q, user->name ? user->name : "");
  qent__put_text(&q, user->username ? user->username : "");
  qent__put_text(&q, user->language);
  qent__put_int(&q, user->reachable);
  qent__put_int(&q, user->created_at);
  return qent__query_insert(&q, &user->id);
}

/* Notices of somebody who cannot be reached step out of the sender's index. */
static qent_status hold_notices(qent__store *s, const qent_user *user, qent_error *err)
{
  static const char sql[] =
      "UPDATE notices SET held = 1 - ? WHERE user_id = ? AND state = 0 AND held = ?";
  struct qent__query q;

  qent__write_begin(&q, s, "notice", sql, err);
  qent__put_int(&q, user->reachable);
  qent__put_int(&q, user->id);
  qent__put_int(&q, user->reachable);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_user_save(qent__store *s, const qent_user *user, qent_error *err)
{
  static const char sql[] =
      "UPDATE users SET name = ?, username = ?, language = ?, reachable = ? WHERE id = ?";
  struct qent__query q;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_text(&q, user->name ? user->name : "");
  qent__put_text(&q, user->username ? user->username : "");
  qent__put_text(&q, user->language);
  qent__put_int(&q, user->reachable);
  qent__put_int(&q, user->id);
  st = qent__query_run_one(&q);
  return st == QENT_OK ? hold_notices(s, user, err) : st;
}

static qent_status call_each(struct qent__query *q, qent_user_fn fn, void *user_data)
{
  bool more = true;

  while (more && qent__query_next(q)) {
    qent_user *user = NULL;
    if (read_row(q, &user) != QENT_OK)
      break;
    more = fn(user, user_data);
    qent_user_free(user);
  }
  return qent__query_end(q);
}

static qent_status find_number(qent__store *s, int64_t number, qent_user_fn fn, void *user_data,
                               qent_error *err)
{
  static const char sql[] =
      "SELECT " COLUMNS " FROM users WHERE telegram_id = ? OR id = ? ORDER BY id DESC";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, number);
  qent__put_int(&q, number);
  return call_each(&q, fn, user_data);
}

/* "%text%" for LIKE, with its special characters escaped. */
static qent_status make_pattern(const char *text, qent_buf *out, qent_error *err)
{
  qent_buf_addc(out, '%');
  for (; *text; text++) {
    if (*text == '%' || *text == '_' || *text == '\\')
      qent_buf_addc(out, '\\');
    qent_buf_addc(out, *text);
  }
  qent_buf_addc(out, '%');
  return qent_buf_status(out, err);
}

static qent_status find_text(qent__store *s, const char *text, int32_t limit, qent_user_fn fn,
                             void *user_data, qent_error *err)
{
  static const char sql[] =
      "SELECT " COLUMNS " FROM users WHERE lower(name) LIKE lower(?) ESCAPE '\\'"
      " OR lower(username) LIKE lower(?) ESCAPE '\\' ORDER BY id DESC LIMIT ?";
  struct qent__query q;
  qent_buf pattern;
  qent_status st;

  qent_buf_init(&pattern, PATTERN_MAX_BYTES);
  st = make_pattern(text, &pattern, err);
  if (st == QENT_OK) {
    qent__query_begin(&q, s->db, NOUN, sql, err);
    qent__put_bytes(&q, pattern.data, pattern.len);
    qent__put_bytes(&q, pattern.data, pattern.len);
    qent__put_int(&q, limit);
    st = call_each(&q, fn, user_data);
  }
  qent_buf_dispose(&pattern);
  return st;
}

qent_status qent__store_user_find(qent__store *s, const char *query, int32_t limit, qent_user_fn fn,
                                  void *user, qent_error *err)
{
  int64_t number = 0;

  if (qent__parse_i64(query, strlen(query), 1, INT64_MAX, &number))
    return find_number(s, number, fn, user, err);
  if (*query == '@')
    query++;
  return find_text(s, query, limit, fn, user, err);
}

/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"

#define NOUN "notice"
#define SELECT                                                                                     \
  "SELECT n.id, n.notice_key, n.user_id, u.telegram_id, u.language, n.kind, n.priority, n.data,"   \
  " n.state, n.not_before, n.lease_until, n.attempts, n.last_error, n.created_at, n.sent_at"       \
  " FROM notices n JOIN users u ON u.id = n.user_id"
#define PRIORITY_MAX 9
/* A notice that was tried and waits no longer than this for the next try holds back the later ones
 * of its user; one that failed for long does not. */
#define ORDER_HELD_S 60

static void read_notice(struct qent__query *q, qent_notice *notice)
{
  notice->id = qent__get_int(q);
  qent__get_dup(q, &notice->key);
  notice->user_id = qent__get_int(q);
  notice->telegram_id = qent__get_int(q);
  qent__get_text(q, notice->language, sizeof notice->language);
  notice->kind = (qent_notice_kind)qent__get_i32(q);
  notice->priority = qent__get_i32(q);
  qent__get_dup(q, &notice->data);
  notice->state = (qent_notice_state)qent__get_i32(q);
  notice->not_before = qent__get_int(q);
  notice->lease_until = qent__get_int(q);
  notice->attempts = qent__get_i32(q);
  qent__get_dup(q, &notice->last_error);
  notice->created_at = qent__get_int(q);
  notice->sent_at = qent__get_int(q);
}

static qent_status read_row(struct qent__query *q, qent_notice **out)
{
  qent_notice *notice = qent__calloc(1, sizeof *notice);

  if (!notice)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  read_notice(q, notice);
  if (q->status != QENT_OK) {
    qent_notice_free(notice);
    return q->status;
  }
  qent__notice_parse(notice);
  *out = notice;
  return QENT_OK;
}

qent_status qent__store_notice_by_id(qent__store *s, int64_t id, qent_notice **out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE n.id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  if (qent__query_one(&q))
    (void)read_row(&q, out);
  return qent__query_end(&q);
}

qent_status qent__store_notice_insert(qent__store *s, const qent_notice *notice, bool *inserted_out,
                                      qent_error *err)
{
  static const char sql[] =
      "INSERT INTO notices (notice_key, user_id, kind, priority, data, state, held, not_before,"
      " lease_until, attempts, last_error, created_at, sent_at)"
      " VALUES (?, ?, ?, ?, ?, ?, (SELECT 1 - reachable FROM users WHERE id = ?),"
      " ?, ?, ?, ?, ?, ?) ON CONFLICT (notice_key) DO NOTHING";
  struct qent__query q;
  int64_t inserted = 0;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_text(&q, notice->key);
  qent__put_int(&q, notice->user_id);
  qent__put_int(&q, (int64_t)notice->kind);
  qent__put_int(&q, notice->priority);
  qent__put_text(&q, notice->data ? notice->data : "{}");
  qent__put_int(&q, (int64_t)notice->state);
  qent__put_int(&q, notice->user_id);
  qent__put_int(&q, notice->not_before);
  qent__put_int(&q, notice->lease_until);
  qent__put_int(&q, notice->attempts);
  qent__put_text(&q, notice->last_error);
  qent__put_int(&q, notice->created_at);
  qent__put_int(&q, notice->sent_at);
  st = qent__query_run(&q, &inserted);
  if (st == QENT_OK && inserted_out)
    *inserted_out = inserted > 0;
  return st;
}

qent_status qent__store_notice_save(qent__store *s, const qent_notice *notice, qent_error *err)
{
  static const char sql[] =
      "UPDATE notices SET state = ?, not_before = ?, lease_until = ?, attempts = ?, last_error = ?,"
      " sent_at = ?, held = (SELECT 1 - u.reachable FROM users u WHERE u.id = notices.user_id)"
      " WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, (int64_t)notice->state);
  qent__put_int(&q, notice->not_before);
  qent__put_int(&q, notice->lease_until);
  qent__put_int(&q, notice->attempts);
  qent__put_text(&q, notice->last_error);
  qent__put_int(&q, notice->sent_at);
  qent__put_int(&q, notice->id);
  return qent__query_run_one(&q);
}

qent_status qent__store_notice_cancel(qent__store *s, const char *key, qent_error *err)
{
  static const char sql[] =
      "UPDATE notices SET state = 2, lease_until = 0 WHERE notice_key = ? AND state = 0";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_text(&q, key);
  return qent__query_run(&q, NULL);
}

/* The most urgent priority from `from` on that has a notice waiting; beyond the last when none. */
static qent_status next_priority(qent__store *s, int32_t from, int32_t *priority_out,
                                 qent_error *err)
{
  static const char sql[] = "SELECT coalesce(min(priority), 10) FROM notices"
                            " WHERE state = 0 AND held = 0 AND priority >= ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, from);
  if (qent__query_one(&q))
    *priority_out = qent__get_i32(&q);
  return qent__query_end(&q);
}

/* Rows of one priority lie in the index by not_before, so what must wait is never looked at. */
static qent_status find_in_priority(qent__store *s, int32_t priority, int64_t now, int64_t *id_out,
                                    qent_error *err)
{
  static const char sql[] =
      "SELECT n.id FROM notices n WHERE n.state = 0 AND n.held = 0 AND n.priority = ?"
      " AND n.not_before <= ? AND n.user_id NOT IN (SELECT l.user_id FROM notices l"
      " WHERE l.state = 0 AND l.lease_until > 0 AND l.lease_until > ?)"
      " AND NOT EXISTS (SELECT 1 FROM notices w WHERE w.user_id = n.user_id AND w.state = 0"
      " AND w.not_before <= ? AND w.id < n.id AND w.attempts > 0"
      " AND w.priority <= n.priority)"
      " ORDER BY n.not_before, n.id LIMIT 1 $SKIP_LOCKED";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, priority);
  qent__put_int(&q, now);
  qent__put_int(&q, now);
  qent__put_int(&q, now + ORDER_HELD_S);
  if (qent__query_one(&q))
    *id_out = qent__get_int(&q);
  return qent__query_end(&q);
}

static qent_status find_due(qent__store *s, int64_t now, int64_t *id_out, qent_error *err)
{
  qent_status st = QENT_ENOTFOUND;

  for (int32_t priority = 0; st == QENT_ENOTFOUND; priority++) {
    st = next_priority(s, priority, &priority, err);
    if (st != QENT_OK)
      return st;
    if (priority > PRIORITY_MAX)
      return qent_fail(err, QENT_ENOTFOUND, "no notice is due");
    st = find_in_priority(s, priority, now, id_out, err);
  }
  return st;
}

static qent_status lease(qent__store *s, int64_t id, int64_t lease_until, qent_error *err)
{
  static const char sql[] =
      "UPDATE notices SET lease_until = ?, attempts = attempts + 1 WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, lease_until);
  qent__put_int(&q, id);
  return qent__query_run_one(&q);
}

qent_status qent__store_notice_claim(qent__store *s, int64_t now, int64_t lease_until,
                                     qent_notice **out, qent_error *err)
{
  qent_notice *notice = NULL;
  int64_t id = 0;
  qent_status st;

  if (s->state != QENT__STORE_IDLE)
    return qent_fail(err, QENT_EINVAL, "notice: a claim takes its own transaction");
  st = find_due(s, now, &id, err);
  if (st == QENT_OK)
    st = qent__store_begin_relaxed(s, err);
  if (st != QENT_OK)
    return st;
  st = find_due(s, now, &id, err);
  if (st == QENT_OK)
    st = lease(s, id, lease_until, err);
  if (st == QENT_OK)
    st = qent__store_notice_by_id(s, id, &notice, err);
  st = qent__claim_end(s, st, err);
  if (st == QENT_OK)
    *out = notice;
  else
    qent_notice_free(notice);
  return st;
}

/* Nearly all rows are sent ones; the others have an index. Placeholders: state, limit. */
static const char *each_sql(int32_t state)
{
  static const char any[] = SELECT " WHERE ? < 0 ORDER BY n.id DESC LIMIT ?";
  static const char sent[] = SELECT " WHERE n.state = ? ORDER BY n.id DESC LIMIT ?";
  static const char unsent[] =
      SELECT " WHERE n.state = ? AND n.state <> 1 ORDER BY n.id DESC LIMIT ?";

  if (state < 0)
    return any;
  return state == QENT_NOTICE_SENT ? sent : unsent;
}

qent_status qent__store_notice_each(qent__store *s, int32_t state, int32_t limit, qent_notice_fn fn,
                                    void *user, qent_error *err)
{
  struct qent__query q;
  bool more = true;

  qent__query_begin(&q, s->db, NOUN, each_sql(state), err);
  qent__put_int(&q, state);
  qent__put_int(&q, limit);
  while (more && qent__query_next(&q)) {
    qent_notice *notice = NULL;
    if (read_row(&q, &notice) != QENT_OK)
      break;
    more = fn(notice, user);
    qent_notice_free(notice);
  }
  return qent__query_end(&q);
}

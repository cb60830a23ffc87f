/* SPDX-License-Identifier: MIT */
#include "store/handle.h"

#define NOUN "webhook hint"

/* A repeat also ends the lease: who follows the hint now may have asked the provider too early, so
 * its delete or later must not swallow the repeat (both want a leased row). */
qent_status qent__store_hint_put(qent__store *s, const char *provider, const char *external_id,
                                 int64_t now, qent_error *err)
{
  static const char sql[] = "INSERT INTO webhook_hints (provider, external_id, attempts, next_at, "
                            "lease_until, created_at)"
                            " VALUES (?, ?, 0, ?, 0, ?) ON CONFLICT (provider, external_id)"
                            " DO UPDATE SET next_at = excluded.next_at, lease_until = 0";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_text(&q, provider);
  qent__put_text(&q, external_id);
  qent__put_int(&q, now);
  qent__put_int(&q, now);
  return qent__query_run(&q, NULL);
}

static qent_status read_hint(qent__store *s, int64_t id, struct qent__hint *out, qent_error *err)
{
  static const char sql[] =
      "SELECT id, provider, external_id, attempts FROM webhook_hints WHERE id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  if (qent__query_one(&q)) {
    out->id = qent__get_int(&q);
    qent__get_text(&q, out->provider, sizeof out->provider);
    qent__get_text(&q, out->external_id, sizeof out->external_id);
    out->attempts = qent__get_i32(&q);
  }
  return qent__query_end(&q);
}

qent_status qent__store_hint_claim(qent__store *s, int64_t now, int64_t lease_until,
                                   struct qent__hint *out, qent_error *err)
{
  static const char find[] = "SELECT id FROM webhook_hints WHERE next_at <= ? AND lease_until <= ?"
                             " ORDER BY next_at, id LIMIT 1 $SKIP_LOCKED";
  static const char mark[] = "UPDATE webhook_hints SET lease_until = ? WHERE id = ?";
  struct qent__claim claim = {NOUN, find, mark, now, 2, 0, 0, lease_until};
  struct qent__hint hint = {0};
  int64_t id = 0;
  qent_status st = qent__claim_begin(s, &claim, &id, err);

  if (st != QENT_OK)
    return st;
  st = read_hint(s, id, &hint, err);
  st = qent__claim_end(s, st, err);
  if (st == QENT_OK)
    *out = hint;
  return st;
}

qent_status qent__store_hint_later(qent__store *s, int64_t id, int64_t next_at, qent_error *err)
{
  static const char sql[] =
      "UPDATE webhook_hints SET attempts = attempts + 1, next_at = ?, lease_until = 0"
      " WHERE id = ? AND lease_until > 0";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, next_at);
  qent__put_int(&q, id);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_hint_delete(qent__store *s, int64_t id, qent_error *err)
{
  static const char sql[] = "DELETE FROM webhook_hints WHERE id = ? AND lease_until > 0";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, id);
  return qent__query_run(&q, NULL);
}

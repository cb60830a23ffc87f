/* SPDX-License-Identifier: MIT */
/* A clock that ran ahead for a while leaves rows that look settled until years from now. */
#include "store/handle.h"

#define NOUN "clock"
/* Nodes are looked at so often that their times show what the clock was; and no lease is longer. */
#define AHEAD_S 300

qent_status qent__store_clock_went_back(qent__store *s, int64_t now, bool *back_out,
                                        qent_error *err)
{
  static const char sql[] = "SELECT count(*) FROM nodes WHERE checked_at > ? OR usage_at > ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, now + AHEAD_S);
  qent__put_int(&q, now + AHEAD_S);
  if (qent__query_one(&q))
    *back_out = qent__get_int(&q) > 0;
  return qent__query_end(&q);
}

static qent_status run(qent__store *s, const char *sql, int64_t value, int64_t first,
                       int64_t second, qent_error *err)
{
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, value);
  qent__put_int(&q, first);
  qent__put_int(&q, second);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_clock_mend(qent__store *s, int64_t now, qent_error *err)
{
  static const char *const ahead[] = {
      "UPDATE payments SET next_poll_at = ?, lease_until = 0"
      " WHERE next_poll_at > 0 AND (next_poll_at > ? OR lease_until > ?)",
      "UPDATE webhook_hints SET next_at = ?, lease_until = 0 WHERE next_at > ? OR lease_until > ?",
      "UPDATE accounts SET next_attempt_at = ?, lease_until = 0"
      " WHERE applied_rev < wanted_rev AND (next_attempt_at > ? OR lease_until > ?)",
      "UPDATE notices SET not_before = ?, lease_until = 0"
      " WHERE state = 0 AND (not_before > ? OR lease_until > ?)",
  };
  /* Ended by the wrong clock, and not yet by the right one. */
  static const char ended[] = "UPDATE subscriptions SET next_event_at = ?"
                              " WHERE (next_event_at = 0 OR next_event_at > expires_at)"
                              " AND expires_at > ? AND expires_at > ?";
  static const char nodes[] =
      "UPDATE nodes SET checked_at = 0, failing_since = 0, answered_at = 0, usage_at = ?"
      " WHERE checked_at > ? OR usage_at > ?";
  qent_status st = run(s, nodes, 0, now, now, err);

  for (size_t i = 0; st == QENT_OK && i < sizeof ahead / sizeof ahead[0]; i++)
    st = run(s, ahead[i], now, now + AHEAD_S, now + AHEAD_S, err);
  return st == QENT_OK ? run(s, ended, now, now, now, err) : st;
}

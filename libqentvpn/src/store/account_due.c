/* SPDX-License-Identifier: MIT */
/* Which account is worked at next. */
#include "store/handle.h"

#define NOUN "account"

qent_status qent__store_accounts_hold(qent__store *s, int64_t node_id, int64_t until,
                                      qent_error *err)
{
  static const char sql[] = "UPDATE accounts SET next_attempt_at = ? WHERE node_id = ?"
                            " AND applied_rev < wanted_rev AND next_attempt_at < ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, until);
  qent__put_int(&q, node_id);
  qent__put_int(&q, until);
  return qent__query_run(&q, NULL);
}

qent_status qent__store_accounts_hurry(qent__store *s, int64_t node_id, int64_t now,
                                       qent_error *err)
{
  static const char sql[] = "UPDATE accounts SET next_attempt_at = ?, attempts = 0"
                            " WHERE node_id = ? AND applied_rev < wanted_rev"
                            " AND next_attempt_at > ?";
  struct qent__query q;

  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, now);
  qent__put_int(&q, node_id);
  qent__put_int(&q, now);
  return qent__query_run(&q, NULL);
}

/* Two looks into indexes per node, so that the backlog of a disabled or busy one costs nothing; and
 * nodes that answer come before those that do not. */
qent_status qent__store_account_claim(qent__store *s, int64_t now, int64_t lease_until,
                                      int32_t most, qent_account **out, qent_error *err)
{
  static const char find[] =
      "SELECT a.id FROM nodes n JOIN accounts a ON a.id = (SELECT b.id FROM accounts b"
      " WHERE b.node_id = n.id AND b.applied_rev < b.wanted_rev AND b.next_attempt_at <= ?"
      " AND b.lease_until <= ? ORDER BY b.next_attempt_at, b.id LIMIT 1)"
      " WHERE n.state <> 2 AND n.refused = 0 AND (SELECT count(*) FROM accounts l"
      " WHERE l.node_id = n.id AND l.lease_until > 0 AND l.lease_until > ?) <"
      " CASE WHEN n.probe_failures > 0 THEN 1 WHEN n.parallel < ? THEN n.parallel ELSE ? END"
      " ORDER BY n.reachable DESC, a.next_attempt_at, a.id LIMIT 1 $SKIP_LOCKED";
  static const char mark[] = "UPDATE accounts SET lease_until = ? WHERE id = ?";
  struct qent__claim claim = {NOUN, find, mark, now, 3, most, 2, lease_until};
  qent_account *account = NULL;
  int64_t id = 0;
  qent_status st = qent__claim_begin(s, &claim, &id, err);

  if (st != QENT_OK)
    return st;
  st = qent__store_account_by_id(s, id, &account, err);
  st = qent__claim_end(s, st, err);
  if (st == QENT_OK)
    *out = account;
  else
    qent_account_free(account);
  return st;
}

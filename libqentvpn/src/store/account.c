/* SPDX-License-Identifier: MIT */
#include "store/handle.h"
#include "util/alloc.h"

#define NOUN "account"
#define SELECT                                                                                     \
  "SELECT a.id, a.subscription_id, a.node_id, n.name, a.account_key, a.uuid, a.password,"          \
  " a.standing, a.placed_at,"                                                                      \
  " a.wanted_present, a.wanted_enabled, a.wanted_expires_at, a.wanted_traffic_limit_bytes,"        \
  " a.wanted_device_limit, a.wanted_keys_rev, a.wanted_rev, a.applied_rev, a.applied_keys_rev,"    \
  " a.links, a.panel_used_bytes, a.attempts, a.next_attempt_at, a.lease_until, a.last_error"       \
  " FROM accounts a JOIN nodes n ON n.id = a.node_id"

static void read_wanted(struct qent__query *q, struct qent__wanted *wanted)
{
  wanted->present = qent__get_bool(q);
  wanted->enabled = qent__get_bool(q);
  wanted->expires_at = qent__get_int(q);
  wanted->traffic_limit_bytes = qent__get_int(q);
  wanted->device_limit = qent__get_i32(q);
  wanted->keys_rev = qent__get_i32(q);
}

static void read_account(struct qent__query *q, qent_account *account)
{
  account->id = qent__get_int(q);
  account->subscription_id = qent__get_int(q);
  account->node_id = qent__get_int(q);
  qent__get_text(q, account->node_name, sizeof account->node_name);
  qent__get_text(q, account->key, sizeof account->key);
  qent__get_text(q, account->uuid, sizeof account->uuid);
  qent__get_text(q, account->password, sizeof account->password);
  account->standing = (enum qent__standing)qent__get_i32(q);
  account->placed_at = qent__get_int(q);
  read_wanted(q, &account->wanted);
  account->wanted_rev = qent__get_int(q);
  account->applied_rev = qent__get_int(q);
  account->applied_keys_rev = qent__get_i32(q);
  qent__get_dup(q, &account->links);
  account->panel_used_bytes = qent__get_int(q);
  account->attempts = qent__get_i32(q);
  account->next_attempt_at = qent__get_int(q);
  account->lease_until = qent__get_int(q);
  qent__get_dup(q, &account->last_error);
}

static qent_status read_row(struct qent__query *q, qent_account **out)
{
  qent_account *account = qent__calloc(1, sizeof *account);

  if (!account)
    return q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
  read_account(q, account);
  if (q->status != QENT_OK) {
    qent_account_free(account);
    return q->status;
  }
  *out = account;
  return QENT_OK;
}

static qent_status read_one(struct qent__query *q, qent_account **out)
{
  if (qent__query_one(q))
    (void)read_row(q, out);
  return qent__query_end(q);
}

void qent__accounts_dispose(struct qent__accounts *accounts)
{
  for (size_t i = 0; i < accounts->count; i++)
    qent_account_free(accounts->items[i]);
  qent__free(accounts->items);
  accounts->items = NULL;
  accounts->count = 0;
}

static qent_status read_all(struct qent__query *q, struct qent__accounts *out)
{
  struct qent__accounts list = {NULL, 0};
  size_t room = 0;
  qent_status st;

  while (qent__query_next(q)) {
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers */
    qent_account **items = qent__grow(list.items, list.count, &room, sizeof *items);
    if (!items) {
      q->status = qent_fail(q->err, QENT_ENOMEM, "out of memory");
      break;
    }
    list.items = items;
    if (read_row(q, &list.items[list.count]) != QENT_OK)
      break;
    list.count++;
  }
  st = qent__query_end(q);
  if (st == QENT_OK)
    *out = list;
  else
    qent__accounts_dispose(&list);
  return st;
}

qent_status qent__store_account_by_id(qent__store *s, int64_t id, qent_account **out,
                                      qent_error *err)
{
  static const char sql[] = SELECT " WHERE a.id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  return read_one(&q, out);
}

qent_status qent__store_account_by_key(qent__store *s, int64_t node_id, const char *key,
                                       qent_account **out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE a.node_id = ? AND a.account_key = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, node_id);
  qent__put_text(&q, key);
  return read_one(&q, out);
}

qent_status qent__store_accounts_of_sub(qent__store *s, int64_t sub_id, struct qent__accounts *out,
                                        qent_error *err)
{
  static const char sql[] = SELECT " WHERE a.subscription_id = ? ORDER BY a.id";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, sub_id);
  return read_all(&q, out);
}

qent_status qent__store_accounts_of_node(qent__store *s, int64_t node_id, int64_t after_id,
                                         int32_t limit, struct qent__accounts *out, qent_error *err)
{
  static const char sql[] = SELECT " WHERE a.node_id = ? AND a.id > ? ORDER BY a.id LIMIT ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, node_id);
  qent__put_int(&q, after_id);
  qent__put_int(&q, limit);
  return read_all(&q, out);
}

static void put_account(struct qent__query *q, const qent_account *account)
{
  qent__put_text(q, account->uuid);
  qent__put_text(q, account->password);
  qent__put_int(q, (int64_t)account->standing);
  qent__put_int(q, account->placed_at);
  qent__put_int(q, account->wanted.present);
  qent__put_int(q, account->wanted.enabled);
  qent__put_int(q, account->wanted.expires_at);
  qent__put_int(q, account->wanted.traffic_limit_bytes);
  qent__put_int(q, account->wanted.device_limit);
  qent__put_int(q, account->wanted.keys_rev);
  qent__put_int(q, account->wanted_rev);
  qent__put_int(q, account->applied_rev);
  qent__put_int(q, account->applied_keys_rev);
  qent__put_text(q, account->links);
  qent__put_int(q, account->panel_used_bytes);
  qent__put_int(q, account->attempts);
  qent__put_int(q, account->next_attempt_at);
  qent__put_int(q, account->lease_until);
  qent__put_text(q, account->last_error);
}

/* A node's account_count is the number of its accounts that are wanted. It is kept, not counted:
 * choosing a node for a sale must not read every account. */
static qent_status count_on_node(qent__store *s, int64_t node_id, int delta, qent_error *err)
{
  static const char sql[] = "UPDATE nodes SET account_count = account_count + ? WHERE id = ?";
  struct qent__query q;

  qent__write_begin(&q, s, "node", sql, err);
  qent__put_int(&q, delta);
  qent__put_int(&q, node_id);
  return qent__query_run_one(&q);
}

struct place {
  int64_t node_id;
  bool present;
};

static qent_status read_place(qent__store *s, int64_t id, struct place *out, qent_error *err)
{
  static const char sql[] = "SELECT node_id, wanted_present FROM accounts WHERE id = ?";
  struct qent__query q;

  qent__query_begin(&q, s->db, NOUN, sql, err);
  qent__put_int(&q, id);
  if (qent__query_one(&q)) {
    out->node_id = qent__get_int(&q);
    out->present = qent__get_bool(&q);
  }
  return qent__query_end(&q);
}

qent_status qent__store_account_insert(qent__store *s, qent_account *account, qent_error *err)
{
  static const char sql[] =
      "INSERT INTO accounts (uuid, password, standing, placed_at, wanted_present, wanted_enabled, "
      "wanted_expires_at,"
      " wanted_traffic_limit_bytes, wanted_device_limit, wanted_keys_rev, wanted_rev, applied_rev,"
      " applied_keys_rev, links, panel_used_bytes, attempts, next_attempt_at, lease_until,"
      " last_error, subscription_id, node_id, account_key)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING RETURNING id";
  struct qent__query q;
  qent_status st;

  qent__write_begin(&q, s, NOUN, sql, err);
  put_account(&q, account);
  qent__put_int(&q, account->subscription_id);
  qent__put_int(&q, account->node_id);
  qent__put_text(&q, account->key);
  st = qent__query_insert(&q, &account->id);
  if (st == QENT_OK && account->wanted.present)
    st = count_on_node(s, account->node_id, 1, err);
  return st;
}

qent_status qent__store_account_save(qent__store *s, const qent_account *account, qent_error *err)
{
  static const char sql[] =
      "UPDATE accounts SET uuid = ?, password = ?, standing = ?, placed_at = ?, wanted_present = "
      "?, wanted_enabled = ?,"
      " wanted_expires_at = ?, wanted_traffic_limit_bytes = ?, wanted_device_limit = ?,"
      " wanted_keys_rev = ?, wanted_rev = ?, applied_rev = ?, applied_keys_rev = ?, links = ?,"
      " panel_used_bytes = ?, attempts = ?, next_attempt_at = ?, lease_until = ?, last_error = ?"
      " WHERE id = ?";
  struct place before = {0, false};
  struct qent__query q;
  qent_status st = read_place(s, account->id, &before, err);

  if (st != QENT_OK)
    return st;
  qent__write_begin(&q, s, NOUN, sql, err);
  put_account(&q, account);
  qent__put_int(&q, account->id);
  st = qent__query_run_one(&q);
  if (st == QENT_OK && before.present != account->wanted.present)
    st = count_on_node(s, before.node_id, account->wanted.present ? 1 : -1, err);
  return st;
}

qent_status qent__store_account_delete(qent__store *s, int64_t id, qent_error *err)
{
  static const char sql[] = "DELETE FROM accounts WHERE id = ?";
  struct place before = {0, false};
  struct qent__query q;
  qent_status st = read_place(s, id, &before, err);

  if (st != QENT_OK)
    return st;
  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, id);
  st = qent__query_run_one(&q);
  if (st == QENT_OK && before.present)
    st = count_on_node(s, before.node_id, -1, err);
  return st;
}

qent_status qent__store_accounts_forget(qent__store *s, int64_t node_id, qent_error *err)
{
  static const char count[] =
      "UPDATE nodes SET account_count = account_count - (SELECT count(*) FROM accounts"
      " WHERE node_id = ? AND wanted_present = 1 AND wanted_enabled = 0) WHERE id = ?";
  static const char sql[] =
      "DELETE FROM accounts WHERE node_id = ? AND (wanted_present = 0 OR wanted_enabled = 0)";
  struct qent__query q;
  qent_status st;

  qent__write_begin(&q, s, "node", count, err);
  qent__put_int(&q, node_id);
  qent__put_int(&q, node_id);
  st = qent__query_run_one(&q);
  if (st != QENT_OK)
    return st;
  qent__write_begin(&q, s, NOUN, sql, err);
  qent__put_int(&q, node_id);
  return qent__query_run(&q, NULL);
}

/* Each text starts from the narrowest thing asked for and checks the rest. Placeholders:
 * subscription or 0, node name or "", limit. */
#define REST " AND ? IN (0, a.subscription_id) AND ? IN ('', n.name) ORDER BY a.id LIMIT ?"

static const char *each_sql(const qent_account_filter *filter)
{
  static const char all[] = SELECT " WHERE a.id > 0" REST;
  static const char pending[] =
      SELECT " WHERE a.id IN (SELECT b.id FROM accounts b WHERE b.node_id > 0"
             " AND b.applied_rev < b.wanted_rev)" REST;
  static const char of_sub[] =
      SELECT " WHERE a.subscription_id = ? AND ? IN ('', n.name) ORDER BY a.id LIMIT ?";
  static const char pending_of_sub[] =
      SELECT " WHERE a.subscription_id = ? AND a.applied_rev < a.wanted_rev"
             " AND ? IN ('', n.name) ORDER BY a.id LIMIT ?";

  if (filter->subscription_id != 0)
    return filter->pending_only ? pending_of_sub : of_sub;
  return filter->pending_only ? pending : all;
}

qent_status qent__store_account_each(qent__store *s, const qent_account_filter *filter,
                                     qent_account_fn fn, void *user, qent_error *err)
{
  struct qent__query q;
  bool more = true;

  qent__query_begin(&q, s->db, NOUN, each_sql(filter), err);
  qent__put_int(&q, filter->subscription_id);
  qent__put_text(&q, filter->node_name ? filter->node_name : "");
  qent__put_int(&q, filter->limit);
  while (more && qent__query_next(&q)) {
    qent_account *account = NULL;
    if (read_row(&q, &account) != QENT_OK)
      break;
    more = fn(account, user);
    qent_account_free(account);
  }
  return qent__query_end(&q);
}

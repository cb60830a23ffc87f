/* SPDX-License-Identifier: MIT */
/* How SQLite would run every statement of the store: nothing that serves a sale or a loop may read
 * a whole table. SQLite keeps its prepared statements in a list, so no SQL is repeated here. */
#include "fixture.h"

#include "store/sqlite.h"
#include "util/alloc.h"

#include <stdio.h>
#include <string.h>

#define MANY 200000

static sqlite3 *handle(const struct world *w)
{
  return ((struct qent__sqlite *)w->s->db)->handle;
}

/* The lines of a statement's plan, joined by " | ". */
static void explain(sqlite3 *db, const char *sql, char *out, size_t size)
{
  char text[4096];
  sqlite3_stmt *stmt = NULL;
  size_t len = 0;

  (void)snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %s", sql);
  assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
  out[0] = '\0';
  while (sqlite3_step(stmt) == SQLITE_ROW && len < size)
    len += (size_t)snprintf(out + len, size - len, "%s | ",
                            (const char *)sqlite3_column_text(stmt, 3));
  (void)sqlite3_finalize(stmt);
}

static bool ignore_user(const qent_user *user, void *arg)
{
  (void)arg;
  return user != NULL;
}

static bool ignore_order(const qent_order *order, void *arg)
{
  (void)arg;
  return order != NULL;
}

static bool ignore_payment(const qent_payment *payment, void *arg)
{
  (void)arg;
  return payment != NULL;
}

static bool ignore_sub(const qent_subscription *sub, void *arg)
{
  (void)arg;
  return sub != NULL;
}

static bool ignore_account(const qent_account *account, void *arg)
{
  (void)arg;
  return account != NULL;
}

static bool ignore_notice(const qent_notice *notice, void *arg)
{
  (void)arg;
  return notice != NULL;
}

static bool ignore_day(const qent_traffic *traffic, void *arg)
{
  (void)arg;
  return traffic->bytes >= 0;
}

/* Rows enough that a scan would show, made by SQL. */
static void fill(struct world *w)
{
  char sql[1600];

  (void)snprintf(
      sql, sizeof sql,
      "BEGIN;"
      "CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
      " WHERE i < %d) SELECT i FROM c;"
      "INSERT INTO users (telegram_id, name, username, language, reachable, created_at)"
      " SELECT 1000 + i, 'n', '', 'ru', 1, i FROM n;"
      "INSERT INTO subscriptions (user_id, plan_id, node_group, created_at, expires_at,"
      " traffic_limit_bytes, traffic_used_bytes, device_limit, disabled, keys_rev, token,"
      " rotated_at, next_event_at) SELECT 1 + i, 1, 'default', i, i, 0, 0, 0, 0, 1,"
      " 'token-of-very-many-' || i, 0, CASE WHEN i %% 100 = 0 THEN i ELSE 0 END FROM n;"
      "INSERT INTO notices (notice_key, user_id, kind, priority, data, state, held, not_before,"
      " lease_until, attempts, created_at, sent_at)"
      " SELECT 'k' || i, 1 + i, 2, 0, '{}', i %% 2, 0, i, 0, 0, i, 0 FROM n;"
      "COMMIT; DROP TABLE n",
      MANY);
  run_sql(w->s, sql);
}

static void use_users_and_orders(struct world *w)
{
  qent_order like = sample_order(w->user_id, w->plan_id);
  qent_user *user = NULL;
  qent_order *order = NULL;
  int32_t count = 0;
  bool any;

  (void)add_order(w->s, w->user_id, w->plan_id);
  assert_int_equal(qent__store_user_by_telegram_id(w->s, 100, &user, NULL), QENT_OK);
  begin(w->s);
  assert_int_equal(qent__store_user_save(w->s, user, NULL), QENT_OK);
  assert_int_equal(qent__store_order_expire_due(w->s, 5, 10, &count, NULL), QENT_OK);
  commit(w->s);
  qent_user_free(user);
  assert_int_equal(qent__store_user_by_id(w->s, 1, &user, NULL), QENT_OK);
  qent_user_free(user);
  assert_int_equal(qent__store_user_find(w->s, "1001", 10, ignore_user, NULL, NULL), QENT_OK);
  assert_int_equal(qent__store_order_find_open(w->s, &like, &order, NULL), QENT_OK);
  qent_order_free(order);
  assert_int_equal(qent__store_order_any_due(w->s, 5, &any, NULL), QENT_OK);
  assert_int_equal(qent__store_order_by_id(w->s, 0, 1, &order, NULL), QENT_OK);
  qent_order_free(order);
  assert_int_equal(qent__store_order_newest_paid(w->s, w->user_id, 1, &order, NULL),
                   QENT_ENOTFOUND);
  assert_int_equal(qent__store_order_each(w->s, w->user_id, 10, ignore_order, NULL, NULL), QENT_OK);
}

static void use_payments(struct world *w)
{
  qent_payment_filter of_order = QENT_PAYMENT_FILTER_INIT;
  qent_payment_filter flagged = QENT_PAYMENT_FILTER_INIT;
  struct qent__hint hint;
  qent_payment *payment = NULL;

  of_order.order_id = 1;
  flagged.state = QENT_PAYMENT_FLAGGED;
  (void)add_payment(w->s, 1, "k");
  assert_int_equal(qent__store_payment_newest_of_order(w->s, 1, &payment, NULL), QENT_OK);
  qent_payment_free(payment);
  assert_int_equal(qent__store_payment_by_external(w->s, "p", "x", &payment, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent__store_payment_claim(w->s, 1, 2, &payment, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent__store_payment_each(w->s, &of_order, ignore_payment, NULL, NULL), QENT_OK);
  assert_int_equal(qent__store_payment_each(w->s, &flagged, ignore_payment, NULL, NULL), QENT_OK);
  begin(w->s);
  assert_int_equal(qent__store_hint_put(w->s, "p", "x", 1, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(qent__store_hint_claim(w->s, 1, 2, &hint, NULL), QENT_OK);
}

static void use_subs_and_accounts(struct world *w)
{
  qent_account_filter of_sub = QENT_ACCOUNT_FILTER_INIT;
  qent_account_filter pending = QENT_ACCOUNT_FILTER_INIT;
  struct qent__accounts accounts = {NULL, 0};
  qent_subscription *sub = NULL;
  qent_account *account = NULL;
  int64_t ids[4];
  size_t count;

  of_sub.subscription_id = w->sub_id;
  pending.pending_only = true;
  (void)add_account(w->s, w->sub_id, w->node_id, "q_1_1");
  assert_int_equal(qent__store_sub_by_token(w->s, "token-of-very-many-7", &sub, NULL), QENT_OK);
  qent_subscription_free(sub);
  assert_int_equal(qent__store_sub_newest(w->s, 5, "default", &sub, NULL), QENT_OK);
  qent_subscription_free(sub);
  assert_int_equal(qent__store_sub_each(w->s, 5, ignore_sub, NULL, NULL), QENT_OK);
  assert_int_equal(qent__store_sub_due(w->s, 500, ids, 4, &count, NULL), QENT_OK);
  assert_int_equal(qent__store_traffic_each(w->s, 5, 0, ignore_day, NULL, NULL), QENT_OK);
  assert_int_equal(qent__store_account_claim(w->s, 1, 2, 9, &account, NULL), QENT_OK);
  qent_account_free(account);
  assert_int_equal(qent__store_account_by_key(w->s, w->node_id, "q", &account, NULL),
                   QENT_ENOTFOUND);
  assert_int_equal(qent__store_accounts_of_sub(w->s, w->sub_id, &accounts, NULL), QENT_OK);
  qent__accounts_dispose(&accounts);
  assert_int_equal(qent__store_accounts_of_node(w->s, w->node_id, 0, 10, &accounts, NULL), QENT_OK);
  qent__accounts_dispose(&accounts);
  assert_int_equal(qent__store_account_each(w->s, &of_sub, ignore_account, NULL, NULL), QENT_OK);
  assert_int_equal(qent__store_account_each(w->s, &pending, ignore_account, NULL, NULL), QENT_OK);
}

static void use_notices_and_inbox(struct world *w)
{
  qent_notice *notice = NULL;
  char *json = NULL;
  int64_t id;
  int32_t count;
  bool any;

  assert_int_equal(qent__store_cleanup_any(w->s, 5, &any, NULL), QENT_OK);
  assert_int_equal(qent__store_notice_claim(w->s, 50, 60, &notice, NULL), QENT_OK);
  begin(w->s);
  assert_int_equal(qent__store_notice_save(w->s, notice, NULL), QENT_OK);
  assert_int_equal(qent__store_notice_cancel(w->s, "k2", NULL), QENT_OK);
  assert_int_equal(qent__store_inbox_put(w->s, 1, "{}", 2, 1, NULL), QENT_OK);
  assert_int_equal(qent__store_cleanup(w->s, 5, 10, &count, NULL), QENT_OK);
  commit(w->s);
  qent_notice_free(notice);
  assert_int_equal(qent__store_notice_each(w->s, 0, 5, ignore_notice, NULL, NULL), QENT_OK);
  assert_int_equal(qent__store_inbox_next(w->s, &id, &json, NULL), QENT_OK);
  qent__free(json);
  assert_int_equal(qent__store_inbox_offset(w->s, &id, NULL), QENT_OK);
}

/* Many rows, and every statement prepared. */
static int used_world_open(void **state)
{
  struct world *w;

  if (world_open(state) != 0)
    return -1;
  w = *state;
  fill(w);
  use_users_and_orders(w);
  use_payments(w);
  use_subs_and_accounts(w);
  use_notices_and_inbox(w);
  return 0;
}

/* Overwrite what a plan may contain. */
static void allow(char *plan, const char *line)
{
  for (char *at = strstr(plan, line); at; at = strstr(at, line))
    memset(at, '-', strlen("SCAN"));
}

static void nothing_that_serves_a_sale_or_a_loop_scans_a_table(void **state)
{
  struct world *w = *state;
  int statements = 0;
  char plan[4096];

  for (sqlite3_stmt *stmt = sqlite3_next_stmt(handle(w), NULL); stmt;
       stmt = sqlite3_next_stmt(handle(w), stmt)) {
    const char *sql = sqlite3_sql(stmt);
    if (strncmp(sql, "SELECT", 6) != 0 && strncmp(sql, "UPDATE", 6) != 0 &&
        strncmp(sql, "DELETE", 6) != 0)
      continue;
    statements++;
    if (strstr(sql, "max(plan_id)")) /* looks at every table's first page on purpose */
      continue;
    explain(handle(w), sql, plan, sizeof plan);
    allow(plan, "SCAN n |"); /* nodes are few */
    allow(plan, "SCAN nodes |");
    allow(plan, "SCAN i |"); /* subqueries of one row */
    allow(plan, "SCAN o |");
    allow(plan, "SCAN inbox USING INDEX inbox_waiting");       /* its first row is the answer */
    allow(plan, "SCAN payments USING INDEX payments_flagged"); /* holds the flagged ones only */
    if (strstr(plan, "SCAN"))
      fail_msg("%s\n  scans: %s", sql, plan);
  }
  assert_true(statements > 40);
}

/* Assert that the statement which begins with `start` is answered as `wanted` says, without
 * sorting. */
static void assert_plan(struct world *w, const char *start, const char *wanted)
{
  char plan[4096];

  for (sqlite3_stmt *stmt = sqlite3_next_stmt(handle(w), NULL); stmt;
       stmt = sqlite3_next_stmt(handle(w), stmt)) {
    if (strncmp(sqlite3_sql(stmt), start, strlen(start)) != 0)
      continue;
    explain(handle(w), sqlite3_sql(stmt), plan, sizeof plan);
    if (!strstr(plan, wanted))
      fail_msg("%s\n  is done by: %s", start, plan);
    return;
  }
  fail_msg("no statement begins with %s", start);
}

static void due_work_is_found_in_covering_partial_indexes(void **state)
{
  struct world *w = *state;

  assert_plan(w, "SELECT id FROM subscriptions WHERE next_event_at > 0",
              "SEARCH subscriptions USING COVERING INDEX subscriptions_due (next_event_at>? AND "
              "next_event_at<?) | ");
  assert_plan(w, "SELECT id FROM payments WHERE next_poll_at > 0",
              "SEARCH payments USING COVERING INDEX payments_due (next_poll_at>? AND "
              "next_poll_at<?) | ");
  assert_plan(w, "SELECT id FROM webhook_hints WHERE next_at",
              "SEARCH webhook_hints USING COVERING INDEX webhook_hints_due (next_at<?) | ");
  assert_plan(w, "SELECT a.id FROM nodes n JOIN accounts a",
              "SEARCH b USING COVERING INDEX accounts_due (node_id=? AND next_attempt_at<?) | ");
  assert_plan(w, "SELECT a.id FROM nodes n JOIN accounts a",
              "SEARCH l USING COVERING INDEX accounts_leased (node_id=? AND lease_until>?) | ");
  assert_plan(w, "SELECT n.id FROM notices n WHERE n.state = 0",
              "SEARCH n USING COVERING INDEX notices_due (priority=? AND not_before<?) | ");
  assert_plan(w, "SELECT n.id FROM notices n WHERE n.state = 0",
              "SEARCH l USING COVERING INDEX notices_leased (lease_until>?) | ");
  assert_plan(w, "SELECT coalesce(min(priority), 10) FROM notices",
              "SEARCH notices USING COVERING INDEX notices_due (priority>?) | ");
  assert_plan(w, "UPDATE orders SET state = 2",
              "SEARCH o USING COVERING INDEX orders_expiring (expires_at<?) | ");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_that_serves_a_sale_or_a_loop_scans_a_table),
      cmocka_unit_test(due_work_is_found_in_covering_partial_indexes),
  };

  return cmocka_run_group_tests_name("store: query plans", tests, used_world_open, world_close);
}

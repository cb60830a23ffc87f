/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include "store/sqlite.h"
#include "util/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void begin(qent__store *s)
{
  qent_error err = QENT_ERROR_INIT;

  if (qent__store_begin(s, &err) != QENT_OK)
    fail_msg("begin: %s", err.message);
}

void commit(qent__store *s)
{
  qent_error err = QENT_ERROR_INIT;

  if (qent__store_commit(s, &err) != QENT_OK)
    fail_msg("commit: %s", err.message);
}

static bool begin_own(qent__store *s)
{
  if (s->state == QENT__STORE_WRITING)
    return false;
  begin(s);
  return true;
}

static void end_own(qent__store *s, bool own, qent_status st, const qent_error *err)
{
  if (st != QENT_OK)
    fail_msg("%s: %s", qent_status_name(st), err->message);
  if (own)
    commit(s);
}

int64_t add_user(qent__store *s, int64_t telegram_id)
{
  char name[] = "Name";
  char username[] = "name";
  qent_user user = {.telegram_id = telegram_id,
                    .name = name,
                    .username = username,
                    .language = "ru",
                    .reachable = true,
                    .created_at = 1000};
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);

  end_own(s, own, qent__store_user_insert(s, &user, &err), &err);
  return user.id;
}

static struct qent__terms sample_terms(void)
{
  struct qent__terms terms = {30, QENT_PERIOD_DAYS, 0, 3, 1, "default"};

  return terms;
}

int64_t add_plan(qent__store *s, const char *code)
{
  char title[] = "Month";
  qent_plan plan = {.title_ru = title, .title_en = title, .terms = sample_terms()};
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);

  assert_true(qent__copy_text(plan.code, sizeof plan.code, code, strlen(code)));
  plan.price_count = 1;
  plan.prices[0] = (qent_money){19900, "RUB"};
  end_own(s, own, qent__store_plan_insert(s, &plan, &err), &err);
  return plan.id;
}

int64_t add_sub(qent__store *s, int64_t user_id, int64_t plan_id, const char *token)
{
  qent_subscription sub = {.user_id = user_id,
                           .plan_id = plan_id,
                           .node_group = "default",
                           .created_at = 1000,
                           .expires_at = 5000,
                           .keys_rev = 1,
                           .replicas = 1};
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);

  assert_true(qent__copy_text(sub.token, sizeof sub.token, token, strlen(token)));
  end_own(s, own, qent__store_sub_insert(s, &sub, &err), &err);
  return sub.id;
}

int64_t add_node(qent__store *s, const char *name)
{
  char url[64];
  char options[] = "{}";
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_node node = {.gateway = "marzban",
                    .url = url,
                    .options = options,
                    .node_group = "default",
                    .weight = 100,
                    .reachable = true,
                    .sweep_after = -1,
                    .parallel = 8,
                    .stats = stats};
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);

  (void)snprintf(url, sizeof url, "https://%s.example", name);
  assert_true(qent__copy_text(node.name, sizeof node.name, name, strlen(name)));
  end_own(s, own, qent__store_node_insert(s, &node, &err), &err);
  return node.id;
}

qent_account sample_account(int64_t sub_id, int64_t node_id, const char *key)
{
  qent_account account = {.subscription_id = sub_id,
                          .node_id = node_id,
                          .uuid = "00000000-0000-4000-8000-000000000000",
                          .password = "cGFzcw==",
                          .wanted = {.present = true, .enabled = true, .keys_rev = 1},
                          .wanted_rev = 1};

  assert_true(qent__copy_text(account.key, sizeof account.key, key, strlen(key)));
  return account;
}

int64_t add_account(qent__store *s, int64_t sub_id, int64_t node_id, const char *key)
{
  qent_account account = sample_account(sub_id, node_id, key);
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);

  end_own(s, own, qent__store_account_insert(s, &account, &err), &err);
  return account.id;
}

qent_order sample_order(int64_t user_id, int64_t plan_id)
{
  qent_order order = {.user_id = user_id,
                      .plan_id = plan_id,
                      .terms = sample_terms(),
                      .price = {19900, "RUB"},
                      .state = QENT_ORDER_OPEN,
                      .method = "yookassa",
                      .created_at = 1000,
                      .expires_at = 2000};

  return order;
}

int64_t add_order(qent__store *s, int64_t user_id, int64_t plan_id)
{
  qent_order order = sample_order(user_id, plan_id);
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);

  end_own(s, own, qent__store_order_insert(s, &order, &err), &err);
  return order.id;
}

qent_payment sample_payment(int64_t order_id, const char *idempotency_key)
{
  qent_payment payment = {.order_id = order_id,
                          .provider = "yookassa",
                          .state = QENT_PAYMENT_CREATING,
                          .amount = {19900, "RUB"},
                          .created_at = 1000};

  assert_true(qent__copy_text(payment.idempotency_key, sizeof payment.idempotency_key,
                              idempotency_key, strlen(idempotency_key)));
  return payment;
}

int64_t add_payment(qent__store *s, int64_t order_id, const char *idempotency_key)
{
  qent_payment payment = sample_payment(order_id, idempotency_key);
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);

  end_own(s, own, qent__store_payment_insert(s, &payment, &err), &err);
  return payment.id;
}

int64_t add_notice(qent__store *s, int64_t user_id, const char *key, int32_t priority,
                   int64_t not_before)
{
  char copy[201];
  char data[] = "{\"order\":7}";
  qent_notice notice = {.key = copy,
                        .user_id = user_id,
                        .kind = QENT_NOTICE_KEYS,
                        .priority = priority,
                        .data = data,
                        .not_before = not_before,
                        .created_at = 1000};
  qent_error err = QENT_ERROR_INIT;
  bool own = begin_own(s);
  bool inserted = false;

  (void)snprintf(copy, sizeof copy, "%s", key);
  end_own(s, own, qent__store_notice_insert(s, &notice, &inserted, &err), &err);
  assert_true(inserted);
  return ask_sql(s, "SELECT max(id) FROM notices");
}

void run_sql(qent__store *s, const char *sql)
{
  qent_error err = QENT_ERROR_INIT;

  if (s->db->driver->script(s->db, sql, &err) != QENT_OK)
    fail_msg("%s: %s", sql, err.message);
}

int64_t ask_sql(qent__store *s, const char *sql)
{
  sqlite3 *handle = ((struct qent__sqlite *)s->db)->handle;
  sqlite3_stmt *stmt = NULL;
  int64_t value = -1;

  assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
  if (sqlite3_step(stmt) == SQLITE_ROW)
    value = sqlite3_column_int64(stmt, 0);
  (void)sqlite3_finalize(stmt);
  return value;
}

void world_fill(struct world *w)
{
  w->user_id = add_user(w->s, 100);
  w->plan_id = add_plan(w->s, "month");
  w->sub_id = add_sub(w->s, w->user_id, w->plan_id, "token-of-the-first-one");
  w->node_id = add_node(w->s, "de1");
}

int world_open(void **state)
{
  struct world *w = calloc(1, sizeof *w);
  qent_error err = QENT_ERROR_INIT;

  if (!w)
    return -1;
  if (qent__store_open_memory(NULL, &w->s, &err) != QENT_OK) {
    print_error("%s\n", err.message);
    free(w);
    return -1;
  }
  world_fill(w);
  *state = w;
  return 0;
}

int world_close(void **state)
{
  struct world *w = *state;

  qent__store_close(w->s);
  free(w);
  return 0;
}

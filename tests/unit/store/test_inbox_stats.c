/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include "util/alloc.h"

#include <string.h>

#define DAY_S INT64_C(86400)

static void put(qent__store *s, int64_t update_id, const char *json)
{
  begin(s);
  assert_int_equal(qent__store_inbox_put(s, update_id, json, strlen(json), 1000, NULL), QENT_OK);
  commit(s);
}

static int64_t next(qent__store *s, char **json_out)
{
  int64_t id = 0;
  qent_status st = qent__store_inbox_next(s, &id, json_out, NULL);

  if (st == QENT_ENOTFOUND)
    return 0;
  assert_int_equal(st, QENT_OK);
  return id;
}

static void done(qent__store *s, int64_t update_id)
{
  begin(s);
  assert_int_equal(qent__store_inbox_done(s, update_id, NULL), QENT_OK);
  commit(s);
}

static int64_t offset(qent__store *s)
{
  int64_t value = -1;

  assert_int_equal(qent__store_inbox_offset(s, &value, NULL), QENT_OK);
  return value;
}

static void updates_are_handled_in_order_and_once(void **state)
{
  struct world *w = *state;
  char *json = NULL;

  put(w->s, 12, "{\"b\":2}");
  put(w->s, 11, "{\"a\":1}");
  put(w->s, 11, "{\"other\":1}");
  assert_int_equal(next(w->s, &json), 11);
  assert_string_equal(json, "{\"a\":1}");
  qent__free(json);
  done(w->s, 11);
  put(w->s, 11, "{\"a\":1}");
  assert_int_equal(next(w->s, &json), 12);
  qent__free(json);
  done(w->s, 12);
  assert_int_equal(next(w->s, &json), 0);
}

static void the_offset_follows_the_last_update_even_downwards(void **state)
{
  struct world *w = *state;

  assert_int_equal(offset(w->s), 0);
  put(w->s, 900, "{}");
  assert_int_equal(offset(w->s), 901);
  put(w->s, 5, "{}");
  assert_int_equal(offset(w->s), 6);
}

static void an_update_that_is_gone_cannot_be_done(void **state)
{
  struct world *w = *state;

  begin(w->s);
  assert_int_equal(qent__store_inbox_done(w->s, 4, NULL), QENT_ENOTFOUND);
  qent__store_rollback(w->s);
}

static void cleanup_deletes_what_is_finished_and_old_only(void **state)
{
  struct world *w = *state;
  int32_t count = -1;
  bool any = true;

  put(w->s, 1, "{}");
  put(w->s, 2, "{}");
  done(w->s, 1);
  (void)add_notice(w->s, w->user_id, "sent", 0, 1);
  (void)add_notice(w->s, w->user_id, "pending", 0, 1);
  (void)add_notice(w->s, w->user_id, "canceled", 0, 1);
  (void)add_notice(w->s, w->user_id, "blocked", 0, 1);
  run_sql(w->s, "UPDATE notices SET state = 1 WHERE id = 1;"
                "UPDATE notices SET state = 2 WHERE id = 3;"
                "UPDATE notices SET state = 3 WHERE id = 4");
  assert_int_equal(qent__store_cleanup_any(w->s, 1000, &any, NULL), QENT_OK);
  assert_false(any);
  assert_int_equal(qent__store_cleanup_any(w->s, 1001, &any, NULL), QENT_OK);
  assert_true(any);
  begin(w->s);
  assert_int_equal(qent__store_cleanup(w->s, 1000, 100, &count, NULL), QENT_OK);
  assert_int_equal(count, 0);
  assert_int_equal(qent__store_cleanup(w->s, 1001, 2, &count, NULL), QENT_OK);
  assert_int_equal(count, 2);
  assert_int_equal(qent__store_cleanup(w->s, 1001, 100, &count, NULL), QENT_OK);
  assert_int_equal(count, 1);
  commit(w->s);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM notices"), 2);
  assert_int_equal(ask_sql(w->s, "SELECT update_id FROM inbox"), 2);
}

static void settle(struct world *w, const char *key, int64_t minor, const char *currency,
                   int64_t settled_at)
{
  qent_order order = sample_order(w->user_id, w->plan_id);
  qent_payment payment;
  qent_error err = QENT_ERROR_INIT;

  order.state = QENT_ORDER_PAID;
  order.subscription_id = w->sub_id;
  order.paid_at = settled_at;
  begin(w->s);
  assert_int_equal(qent__store_order_insert(w->s, &order, &err), QENT_OK);
  payment = sample_payment(order.id, key);
  payment.state = QENT_PAYMENT_SUCCEEDED;
  payment.settled_at = settled_at;
  payment.amount.minor = minor;
  memcpy(payment.amount.currency, currency, 4);
  payment.refunded_minor = minor / 10;
  assert_int_equal(qent__store_payment_insert(w->s, &payment, &err), QENT_OK);
  commit(w->s);
}

static void statistics_count_people_money_and_work(void **state)
{
  struct world *w = *state;
  int64_t now = 100 * DAY_S;
  qent_stats stats = QENT_STATS_INIT;

  (void)add_user(w->s, 200);
  run_sql(w->s, "UPDATE users SET created_at = 8640000 - 60 WHERE id = 2;"
                "UPDATE subscriptions SET expires_at = 8640000 + 60");
  settle(w, "a", 1000, "RUB", now - 10);
  settle(w, "b", 2000, "RUB", now - 2 * DAY_S);
  settle(w, "c", 50, "XTR", now - 5);
  settle(w, "d", 9999, "RUB", now - 31 * DAY_S);
  (void)add_account(w->s, w->sub_id, w->node_id, "q_1_1");
  (void)add_notice(w->s, w->user_id, "n", 0, 1);
  (void)add_payment(w->s, 0, "f");
  run_sql(w->s, "UPDATE payments SET state = 5 WHERE order_id IS NULL");
  assert_int_equal(qent__store_stats(w->s, now, &stats, NULL), QENT_OK);
  assert_int_equal(stats.users, 2);
  assert_int_equal(stats.users_24h, 1);
  assert_int_equal(stats.subscriptions_active, 1);
  assert_int_equal(stats.subscriptions_ending_72h, 1);
  assert_int_equal(stats.orders_paid_24h, 2);
  assert_int_equal(stats.orders_paid_30d, 3);
  assert_int_equal(stats.payments_flagged, 1);
  assert_int_equal(stats.accounts_pending, 1);
  assert_int_equal(stats.notices_pending, 1);
  assert_int_equal(stats.revenue_count, 2);
  assert_string_equal(stats.revenue[0].currency, "RUB");
  assert_int_equal(stats.revenue[0].minor_24h, 900);
  assert_int_equal(stats.revenue[0].minor_30d, 2700);
  assert_string_equal(stats.revenue[1].currency, "XTR");
  assert_int_equal(stats.revenue[1].minor_24h, 45);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WORLD(updates_are_handled_in_order_and_once),
      WITH_WORLD(the_offset_follows_the_last_update_even_downwards),
      WITH_WORLD(an_update_that_is_gone_cannot_be_done),
      WITH_WORLD(cleanup_deletes_what_is_finished_and_old_only),
      WITH_WORLD(statistics_count_people_money_and_work),
  };

  return cmocka_run_group_tests_name("store: inbox, cleanup, statistics", tests, NULL, NULL);
}

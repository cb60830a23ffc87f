/* SPDX-License-Identifier: MIT */
/* Several workers at once, in one process and in two: every sale once. */
#include "app/context.h"
#include "shop.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include <cmocka.h>

#define SALES 200
#define IDLE_ROUNDS 3

static atomic_int keys_sent;
static atomic_int failures;

struct worker {
  qent_ctx *ctx;
  pthread_t thread;
};

static void note(qent_status st)
{
  if (st != QENT_OK)
    atomic_fetch_add(&failures, 1);
}

static int send_some(qent_session *session)
{
  qent_notice *notice = NULL;
  int sent = 0;

  while (sent < 5 && qent_notice_claim(session, 30, &notice, NULL) == QENT_OK) {
    if (qent_notice_get_kind(notice) == QENT_NOTICE_KEYS)
      atomic_fetch_add(&keys_sent, 1);
    note(qent_notice_sent(session, qent_notice_id(notice), NULL));
    qent_notice_free(notice);
    sent++;
  }
  return sent;
}

static int work_once(qent_session *session)
{
  int32_t done[6] = {0};

  note(qent_payments_poll(session, 3, &done[0], NULL));
  note(qent_accounts_apply(session, 3, &done[1], NULL));
  note(qent_due_run(session, 3, &done[2], NULL));
  note(qent_usage_collect(session, 1, &done[3], NULL));
  note(qent_nodes_check(session, 1, &done[4], NULL));
  note(qent_cleanup_run(session, 10, &done[5], NULL));
  return done[0] + done[1] + done[2] + done[3] + done[4] + done[5] + send_some(session);
}

static void *work(void *arg)
{
  const struct worker *worker = arg;
  qent_session *session = NULL;
  int idle = 0;

  note(qent_session_open(worker->ctx, &session, NULL));
  while (session && idle < IDLE_ROUNDS)
    idle = work_once(session) > 0 ? 0 : idle + 1;
  qent_session_close(session);
  return NULL;
}

static void work_together(struct worker *workers, size_t count)
{
  for (size_t i = 0; i < count; i++)
    assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
}

/* Every buyer pays once, and the webhook comes twice. */
static void sell(struct shop *shop)
{
  for (int i = 0; i < SALES; i++) {
    int64_t order;
    shop->buyer = shop_add_user(shop, 5000 + i);
    order = shop_order(shop, "month");
    shop_pay(shop, order);
    shop_pay(shop, order);
  }
}

static bool count_settled(const qent_payment *payment, void *user)
{
  *(int *)user += qent_payment_get_state(payment) == QENT_PAYMENT_SUCCEEDED;
  return true;
}

static void assert_all_sold_once(struct shop *shop)
{
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;
  qent_stats stats = QENT_STATS_INIT;
  int settled = 0;

  filter.limit = 1000;
  assert_int_equal(qent_payment_each(shop->session, &filter, count_settled, &settled, NULL),
                   QENT_OK);
  assert_int_equal(qent_stats_read(shop->session, &stats, NULL), QENT_OK);
  assert_int_equal(atomic_load(&failures), 0);
  assert_int_equal(settled, SALES);
  assert_int_equal(stats.subscriptions_active, SALES);
  assert_int_equal(stats.orders_paid_24h, SALES);
  assert_int_equal(stats.accounts_pending, 0);
  assert_int_equal(stats.notices_pending, 0);
  assert_int_equal(panel.count, SALES);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), SALES);
  assert_int_equal(atomic_load(&keys_sent), SALES);
  for (size_t i = 0; i < panel.count; i++)
    assert_in_range(panel.accounts[i].expires_at, SHOP_NOW + 30 * SHOP_DAY,
                    SHOP_NOW + 30 * SHOP_DAY + 3600);
}

/* The far sides fail at first, also after having acted. */
static void play(struct shop *shop, struct worker *workers, size_t count)
{
  atomic_store(&keys_sent, 0);
  atomic_store(&failures, 0);
  sell(shop);
  panel.fail_calls = 40;
  panel.act_first = true;
  panel.fail_as = QENT_ETIMEOUT;
  till.fail_calls = 20;
  till.fail_as = QENT_EUPSTREAM;
  work_together(workers, count);
  shop->now += 120;
  work_together(workers, count);
  shop->now += 120;
  work_together(workers, count);
  assert_all_sold_once(shop);
}

static void two_threads_of_one_process_sell_each_thing_once(void **state)
{
  struct shop *shop = *state;
  struct worker workers[2] = {{.ctx = shop->ctx}, {.ctx = shop->ctx}};

  play(shop, workers, 2);
}

static void two_processes_sell_each_thing_once(void **state)
{
  struct shop *shop = *state;
  qent_ctx *other = shop_new_ctx(shop);
  struct worker workers[2] = {{.ctx = shop->ctx}, {.ctx = other}};

  play(shop, workers, 2);
  qent_ctx_free(other);
}

/* Somebody else holds the lock to write; nothing is due, so nobody else needs it. */
static void loops_that_have_nothing_to_do_take_no_lock(void **state)
{
  struct shop *shop = *state;
  qent_session *other = NULL;
  qent__store *store;

  sell(shop);
  shop_work(shop);
  (void)shop_deliver(shop);
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(qent_session_open(shop->ctx, &other, NULL), QENT_OK);
  store = qent__session_store(other);
  atomic_store(&failures, 0);
  assert_int_equal(qent__store_begin(store, NULL), QENT_OK);
  assert_int_equal(work_once(shop->session), 0);
  qent__store_rollback(store);
  assert_int_equal(atomic_load(&failures), 0);
  qent_session_close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_open_file, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(two_threads_of_one_process_sell_each_thing_once),
      TEST(two_processes_sell_each_thing_once),
      TEST(loops_that_have_nothing_to_do_take_no_lock),
  };

  return cmocka_run_group_tests_name("several at once", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* A process that dies before or after any of its commits: whoever comes next finishes the sale. */
#include "app/context.h"
#include "shop.h"
#include "store/handle.h"
#include "store/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LEASE_S 61 /* longer than any lease */
#define ROUNDS 6
#define SALES 2
#define KILLED 9

/* The outside world, which a process that dies does not take along. */
struct world {
  struct shop_panel panel;
  struct shop_till till;
  int64_t now;
  int keys_sent;
};

static struct world *world; /* shared with the process that dies */

/* When to die: before the commit with this number, or after the first from it on that wrote. */
static struct {
  int at;
  bool after;
  int commits;
  const struct shop *shop;
} fate;

static void keep_world(const struct shop *shop)
{
  world->panel = panel;
  world->till = till;
  world->now = shop->now;
}

static int before_commit(void *user)
{
  (void)user;
  fate.commits++;
  if (!fate.after && fate.commits == fate.at) {
    keep_world(fate.shop);
    _exit(KILLED);
  }
  return 0;
}

static int after_commit(void *user, sqlite3 *db, const char *name, int pages)
{
  (void)user;
  (void)db;
  (void)name;
  (void)pages;
  if (fate.after && fate.commits >= fate.at) {
    keep_world(fate.shop);
    _exit(KILLED);
  }
  return SQLITE_OK;
}

static void await_fate(const struct shop *shop, int at, bool after)
{
  struct qent__sqlite *db = (struct qent__sqlite *)qent__session_store(shop->session)->db;

  fate.at = at;
  fate.after = after;
  fate.commits = 0;
  fate.shop = shop;
  (void)sqlite3_commit_hook(db->handle, before_commit, NULL);
  (void)sqlite3_wal_hook(db->handle, after_commit, NULL);
}

struct orders {
  int64_t open;
  int paid;
  int all;
};

static bool take_order(const qent_order *order, void *user)
{
  struct orders *orders = user;

  orders->all++;
  orders->paid += qent_order_get_state(order) == QENT_ORDER_PAID;
  if (qent_order_get_state(order) == QENT_ORDER_OPEN)
    orders->open = qent_order_id(order);
  return true;
}

static struct orders orders_of(struct shop *shop)
{
  struct orders orders = {0, 0, 0};

  assert_int_equal(qent_order_each(shop->session, shop->buyer, 100, take_order, &orders, NULL),
                   QENT_OK);
  return orders;
}

/* The person pays once, when there is a link to pay by. */
static void pay(struct shop *shop, int64_t order)
{
  for (size_t i = 0; i < till.count; i++) {
    if (till.payments[i].order_id == order) {
      till.payments[i].state = QENT_PROVIDER_SUCCEEDED;
      shop_webhook(shop, till.payments[i].id);
    }
  }
}

static void send_notices(struct shop *shop)
{
  qent_notice *notice = NULL;

  while (qent_notice_claim(shop->session, 30, &notice, NULL) == QENT_OK) {
    world->keys_sent += qent_notice_get_kind(notice) == QENT_NOTICE_KEYS;
    assert_int_equal(qent_notice_sent(shop->session, qent_notice_id(notice), NULL), QENT_OK);
    qent_notice_free(notice);
  }
}

/* Everything from the first tap to the keys, once more; harmless when it was done before. */
static void live(struct shop *shop)
{
  for (int i = 0; i < ROUNDS * SALES && orders_of(shop).paid < SALES; i++) {
    int64_t order = shop_order(shop, "month");
    pay(shop, order);
    shop_work(shop);
    send_notices(shop);
    shop->now += LEASE_S;
  }
  for (int i = 0; i < ROUNDS; i++) {
    shop_work(shop);
    send_notices(shop);
    shop->now += LEASE_S;
  }
}

static bool count_settled(const qent_payment *payment, void *user)
{
  *(int *)user += qent_payment_get_state(payment) == QENT_PAYMENT_SUCCEEDED;
  return true;
}

static void assert_sold_once(struct shop *shop)
{
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;
  struct orders orders = orders_of(shop);
  int64_t end = shop_expiry(shop);
  int settled = 0;

  assert_int_equal(qent_payment_each(shop->session, &filter, count_settled, &settled, NULL),
                   QENT_OK);
  assert_int_equal(settled, SALES);
  assert_int_equal(orders.paid, SALES);
  assert_int_equal(orders.all, SALES);
  assert_int_equal(till.count, SALES);
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
  assert_int_equal(panel.accounts[0].expires_at, end);
  assert_true(end >= SHOP_NOW + SALES * 30 * SHOP_DAY);
  assert_true(end < SHOP_NOW + SALES * 30 * SHOP_DAY + 3600);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_RENEWED), SALES - 1);
  assert_in_range(world->keys_sent, 1, 2);
}

/* Live until the fate; true when it came, false when the life ended before. */
static bool die(struct shop *shop, int at, bool after)
{
  int status = 0;
  pid_t child = fork();

  assert_true(child >= 0);
  if (child == 0) {
    shop_reopen(shop);
    await_fate(shop, at, after);
    live(shop);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) != KILLED) {
    assert_int_equal(WEXITSTATUS(status), 0);
    return false;
  }
  panel = world->panel;
  till = world->till;
  shop->now = world->now;
  return true;
}

static bool play(int at, bool after)
{
  void *state = NULL;
  struct shop *shop;
  bool died;

  memset(world, 0, sizeof *world);
  (void)shop_open_file(&state);
  shop = state;
  died = die(shop, at, after);
  if (died) {
    shop_reopen(shop);
    live(shop);
    assert_sold_once(shop);
  }
  (void)shop_close(&state);
  return died;
}

static void death_before_any_commit_loses_and_doubles_nothing(void **state)
{
  int at = 1;

  (void)state;
  while (play(at, false))
    at++;
  assert_true(at > 20);
}

static void death_after_any_commit_loses_and_doubles_nothing(void **state)
{
  int at = 1;

  (void)state;
  while (play(at, true))
    at++;
  assert_true(at > 20);
}

/* Stop after each call of the library, and restart long after all leases are over. */
static void a_restart_between_any_two_calls_loses_and_doubles_nothing(void **state)
{
  struct shop *shop;
  int64_t order = 0;

  memset(world, 0, sizeof *world);
  (void)shop_open_file(state);
  shop = *state;
  for (int i = 0; i < SALES; i++) {
    order = shop_order(shop, "month");
    shop_reopen(shop);
    pay(shop, order);
    shop_reopen(shop);
    for (int round = 0; round < ROUNDS; round++) {
      assert_int_equal(qent_payments_poll(shop->session, 1, NULL, NULL), QENT_OK);
      shop_reopen(shop);
      assert_int_equal(qent_accounts_apply(shop->session, 1, NULL, NULL), QENT_OK);
      shop_reopen(shop);
      assert_int_equal(qent_due_run(shop->session, 1, NULL, NULL), QENT_OK);
      shop_reopen(shop);
      shop->now += LEASE_S;
    }
    send_notices(shop);
  }
  assert_sold_once(shop);
  (void)shop_close(state);
}

static sqlite3 *handle_of(const struct shop *shop)
{
  return ((struct qent__sqlite *)qent__session_store(shop->session)->db)->handle;
}

static void copy(sqlite3 *to, sqlite3 *from)
{
  sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");

  assert_non_null(backup);
  assert_int_equal(sqlite3_backup_step(backup, -1), SQLITE_DONE);
  assert_int_equal(sqlite3_backup_finish(backup), SQLITE_OK);
}

/* What is on the disk when the power goes, while the world goes on from what was committed later.
 */
static void work_and_lose_power(struct shop *shop)
{
  sqlite3 *disk = NULL;

  assert_int_equal(sqlite3_open(":memory:", &disk), SQLITE_OK);
  copy(disk, handle_of(shop));
  shop_work(shop);
  send_notices(shop);
  copy(handle_of(shop), disk);
  assert_int_equal(sqlite3_close(disk), SQLITE_OK);
  shop_reopen(shop);
  shop->now += LEASE_S;
}

static bool count_confirmed(const qent_account *account, void *user)
{
  int *count = user;

  assert_true(qent_account_applied(account));
  ++*count;
  return true;
}

/* One on the panels, one in the ledger, and nothing to do. */
static void assert_one_account(struct shop *shop)
{
  qent_account_filter filter = QENT_ACCOUNT_FILTER_INIT;
  int count = 0;

  assert_int_equal(qent_account_each(shop->session, &filter, count_confirmed, &count, NULL),
                   QENT_OK);
  assert_int_equal(count, 1);
  assert_int_equal(panel.count, 1);
}

static void what_a_panel_did_before_a_power_cut_is_found_again(void **state)
{
  struct shop *shop;

  memset(world, 0, sizeof *world);
  (void)shop_open_file(state);
  shop = *state;
  shop_pay(shop, shop_order(shop, "month"));
  assert_int_equal(qent_payments_poll(shop->session, 9, NULL, NULL), QENT_OK);
  work_and_lose_power(shop);
  assert_int_equal(world->keys_sent, 1);
  assert_int_equal(panel.count, 1);
  shop_work(shop);
  send_notices(shop);
  assert_int_equal(world->keys_sent, 2); /* the note that they were sent is gone, too */
  assert_one_account(shop);
  assert_int_equal(panel.accounts[0].expires_at, shop_expiry(shop));

  shop_add_node(shop, "nl1");
  assert_int_equal(qent_subscription_move(shop->session, 0, shop_sub_id(shop), "nl1", NULL, NULL),
                   QENT_OK);
  work_and_lose_power(shop);
  assert_int_equal(shop_on_node("de1"), 0);
  shop_work(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_one_account(shop);
  (void)shop_close(state);
}

static int share_world(void **state)
{
  (void)state;
  world =
      mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | 0x20 /* anonymous */, -1, 0);
  return world == MAP_FAILED ? -1 : 0;
}

static int drop_world(void **state)
{
  (void)state;
  return munmap(world, sizeof *world);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(death_before_any_commit_loses_and_doubles_nothing),
      cmocka_unit_test(death_after_any_commit_loses_and_doubles_nothing),
      cmocka_unit_test(a_restart_between_any_two_calls_loses_and_doubles_nothing),
      cmocka_unit_test(what_a_panel_did_before_a_power_cut_is_found_again),
  };

  return cmocka_run_group_tests_name("crashes", tests, share_world, drop_world);
}

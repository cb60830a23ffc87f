/* SPDX-License-Identifier: MIT */
/* What becomes of the accounts of a subscription that nobody renews. */
#include "shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void buy(struct shop *shop)
{
  shop_pay(shop, shop_order(shop, "month"));
  shop_work(shop);
}

/* Day by day, as a daemon that runs on would see it. */
static void pass_days(struct shop *shop, int days)
{
  for (int i = 0; i < days; i++) {
    shop->now += SHOP_DAY;
    shop_work(shop);
    shop_deliver(shop);
  }
}

static void accounts_stay_for_a_renewal_and_leave_when_none_comes(void **state)
{
  struct shop *shop = *state;

  buy(shop);
  pass_days(shop, 30 + 29);
  assert_int_equal(panel.count, 1);
  assert_false(panel.accounts[0].enabled);
  pass_days(shop, 2);
  assert_int_equal(panel.count, 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_EXPIRED), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
}

static void what_was_used_until_the_end_still_counts(void **state)
{
  struct shop *shop = *state;
  qent_subscription *sub;

  buy(shop);
  pass_days(shop, 30 + 29);
  panel.accounts[0].used_bytes = 777;
  pass_days(shop, 2);
  sub = shop_subscription(shop);
  assert_int_equal(qent_subscription_traffic_used_bytes(sub), 777);
  qent_subscription_free(sub);
}

static void a_renewal_after_that_has_new_keys_behind_the_same_link(void **state)
{
  struct shop *shop = *state;
  qent_subscription *before;
  qent_subscription *after;

  buy(shop);
  before = shop_subscription(shop);
  pass_days(shop, 90);
  assert_int_equal(panel.count, 0);
  buy(shop);
  after = shop_subscription(shop);
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
  assert_int_equal(panel.accounts[0].expires_at, shop->now + 30 * SHOP_DAY);
  assert_string_equal(qent_subscription_config_link(before), qent_subscription_config_link(after));
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
  qent_subscription_free(before);
  qent_subscription_free(after);
}

static void a_renewal_while_they_leave_gives_an_account_again(void **state)
{
  struct shop *shop = *state;

  buy(shop);
  pass_days(shop, 59);
  panel.silent = "de1";
  pass_days(shop, 2);
  assert_int_equal(panel.count, 1);
  shop_pay(shop, shop_order(shop, "month"));
  shop_work(shop);
  panel.silent = NULL;
  pass_days(shop, 1);
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
}

static void a_subscription_that_was_ended_by_hand_keeps_its_accounts_as_long(void **state)
{
  struct shop *shop = *state;
  int64_t sub;

  buy(shop);
  sub = shop_sub_id(shop);
  assert_int_equal(qent_subscription_set_expiry(shop->session, sub, SHOP_NOW - SHOP_DAY, NULL),
                   QENT_OK);
  pass_days(shop, 29);
  assert_int_equal(panel.count, 1);
  pass_days(shop, 2);
  assert_int_equal(panel.count, 0);
}

static int open_for_good(void **state)
{
  return shop_open_set(state, "QENT_KEEP_EXPIRED_DAYS=0\n");
}

static void they_may_stay_for_good(void **state)
{
  struct shop *shop = *state;

  buy(shop);
  pass_days(shop, 400);
  assert_int_equal(panel.count, 1);
}

/* The clock of a machine that starts may be years ahead until it is set. */
static void a_clock_that_runs_ahead_for_a_while_removes_nobody(void **state)
{
  struct shop *shop = *state;
  char uuid[37];

  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  buy(shop);
  memcpy(uuid, panel.accounts[0].uuid, sizeof uuid);
  shop->now += 3650 * SHOP_DAY;
  shop_work(shop);
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  shop->now += SHOP_DAY - 1;
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
  shop->now = SHOP_NOW + 3600;
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
  assert_string_equal(panel.accounts[0].uuid, uuid);
}

static bool ignore(const qent_import_item *item, void *user)
{
  (void)item;
  (void)user;
  return true;
}

static void imported_ones_are_kept_from_the_import_on(void **state)
{
  struct shop *shop = *state;
  qent_import_options options = QENT_IMPORT_OPTIONS_INIT;

  buy(shop);
  snprintf(panel.accounts[1].node, sizeof panel.accounts[1].node, "de1");
  snprintf(panel.accounts[1].key, sizeof panel.accounts[1].key, "100200300");
  snprintf(panel.accounts[1].uuid, sizeof panel.accounts[1].uuid, "%s", panel.accounts[0].uuid);
  panel.accounts[1].expires_at = SHOP_NOW - 100 * SHOP_DAY;
  panel.count = 2;
  options.node_name = "de1";
  options.plan_code = "month";
  options.apply = true;
  assert_int_equal(qent_import(shop->session, &options, ignore, NULL, NULL), QENT_OK);
  pass_days(shop, 29);
  assert_int_equal(panel.count, 2);
  pass_days(shop, 2);
  assert_int_equal(panel.count, 1);
}

#define TEST_OF(open, test) cmocka_unit_test_setup_teardown(test, open, shop_close)
#define TEST(test) TEST_OF(shop_open, test)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(accounts_stay_for_a_renewal_and_leave_when_none_comes),
      TEST(what_was_used_until_the_end_still_counts),
      TEST(a_renewal_after_that_has_new_keys_behind_the_same_link),
      TEST(a_renewal_while_they_leave_gives_an_account_again),
      TEST(a_subscription_that_was_ended_by_hand_keeps_its_accounts_as_long),
      TEST_OF(open_for_good, they_may_stay_for_good),
      TEST(a_clock_that_runs_ahead_for_a_while_removes_nobody),
      TEST(imported_ones_are_kept_from_the_import_on),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Keys that are files: each is given once, and again only when it is another one. */
#include "shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void buy(struct shop *shop, const char *plan_code)
{
  shop_pay(shop, shop_order(shop, plan_code));
  shop_work(shop);
}

/* Probes and everything due for a minute and a half. */
static void pass(struct shop *shop)
{
  for (int i = 0; i < 3; i++) {
    shop->now += 31;
    assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
    shop_work(shop);
  }
}

/* A buyer on awg1, the only node that takes anybody. */
static void buy_file(struct shop *shop)
{
  shop_add_node(shop, "awg1");
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_DRAINING, NULL), QENT_OK);
  buy(shop, "month");
  assert_int_equal(shop_on_node("awg1"), 1);
}

static void fetch_link(struct shop *shop)
{
  qent_subscription *sub = shop_subscription(shop);
  qent_config_link *link = NULL;
  const char *token = strstr(qent_subscription_config_link(sub), "/s/") + 3;

  assert_int_equal(qent_config_link_open(shop->session, token, &link, NULL), QENT_OK);
  assert_int_equal(qent_config_link_fetched(shop->session, link, NULL), QENT_OK);
  qent_config_link_free(link);
  qent_subscription_free(sub);
}

static void expect(struct shop *shop, int keys, int moved, int files)
{
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), keys);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), moved);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS_FILE), files);
}

static void the_file_follows_the_keys_and_names_its_node(void **state)
{
  static const qent_notice_kind kinds[] = {QENT_NOTICE_KEYS, QENT_NOTICE_KEYS_QR,
                                           QENT_NOTICE_KEYS_FILE};
  struct shop *shop = *state;

  buy_file(shop);
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    qent_notice *notice = NULL;
    assert_int_equal(qent_notice_claim(shop->session, 45, &notice, NULL), QENT_OK);
    assert_int_equal(qent_notice_get_kind(notice), kinds[i]);
    assert_true(qent_notice_int(notice, "subscription") == shop_sub_id(shop));
    if (kinds[i] == QENT_NOTICE_KEYS_FILE)
      assert_string_equal(qent_notice_text(notice, "node"), "awg1");
    assert_int_equal(qent_notice_sent(shop->session, qent_notice_id(notice), NULL), QENT_OK);
    qent_notice_free(notice);
  }
  expect(shop, 1, 0, 1);
}

static void keys_that_are_links_make_no_file(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  expect(shop, 1, 0, 0);
}

static void a_renewal_and_another_title_are_no_new_file(void **state)
{
  struct shop *shop = *state;
  qent_node_options node = QENT_NODE_OPTIONS_INIT;

  buy_file(shop);
  node.name = "awg1";
  node.gateway = "test-panel";
  node.title = "Finland";
  node.url = "https://awg1.panel.test";
  node.node_group = "eu";
  assert_int_equal(qent_node_edit(shop->session, &node, NULL, NULL), QENT_OK);
  buy(shop, "month");
  assert_true(panel.accounts[0].expires_at == shop_expiry(shop));
  expect(shop, 1, 0, 1);
}

static void rotated_keys_are_a_new_file(void **state)
{
  struct shop *shop = *state;

  buy_file(shop);
  shop->now += 61;
  assert_int_equal(
      qent_subscription_rotate(shop->session, shop->buyer, shop_sub_id(shop), NULL, NULL), QENT_OK);
  shop_work(shop);
  expect(shop, 2, 0, 2);
}

static void an_account_that_was_lost_on_the_panel_comes_back_with_a_new_file(void **state)
{
  struct shop *shop = *state;
  int64_t id = 0;

  buy_file(shop);
  panel.count = 0;
  for (id = 1; qent_account_retry(shop->session, id, NULL) == QENT_OK; id++)
    continue;
  assert_int_equal(id, 2);
  shop_work(shop);
  assert_int_equal(shop_on_node("awg1"), 1);
  expect(shop, 1, 0, 2);
}

static void give_back(void *arg)
{
  struct shop *shop = arg;

  assert_int_equal(qent_payment_refund(shop->session, 1, "asked", NULL), QENT_OK);
}

static void keys_of_money_that_went_back_are_given_when_it_comes_again(void **state)
{
  struct shop *shop = *state;

  panel.during = give_back;
  panel.during_arg = shop;
  buy_file(shop);
  assert_null(panel.during);
  expect(shop, 0, 0, 0);
  buy(shop, "month");
  expect(shop, 1, 0, 1);
}

static void a_failover_gives_the_file_with_the_notice(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "awg1");
  pass(shop);
  panel.silent = "de1";
  pass(shop);
  pass(shop);
  assert_int_equal(shop_on_node("awg1"), 1);
  expect(shop, 1, 1, 1);
  pass(shop);
  expect(shop, 1, 1, 1);
}

static void an_app_that_fetches_the_link_needs_no_file_unless_a_move_was_asked_for(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  fetch_link(shop);
  shop_add_node(shop, "awg1");
  shop_add_node(shop, "awg2");
  pass(shop);
  panel.silent = "de1";
  pass(shop);
  pass(shop);
  assert_int_equal(shop_on_node("awg1"), 1);
  expect(shop, 1, 0, 0);
  assert_int_equal(
      qent_subscription_move(shop->session, shop->buyer, shop_sub_id(shop), "awg2", NULL, NULL),
      QENT_OK);
  shop_work(shop);
  expect(shop, 1, 1, 1);
}

static void an_app_that_fetched_the_link_before_a_rotation_does_not_count(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  fetch_link(shop);
  shop->now += 61;
  assert_int_equal(
      qent_subscription_rotate(shop->session, shop->buyer, shop_sub_id(shop), NULL, NULL), QENT_OK);
  shop_work(shop);
  shop_add_node(shop, "awg1");
  pass(shop);
  panel.silent = "de1";
  pass(shop);
  pass(shop);
  expect(shop, 2, 1, 1);
}

static void each_of_several_nodes_gives_its_file(void **state)
{
  struct shop *shop = *state;
  const qent_money price = {19900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;

  plan.code = "wide";
  plan.title_ru = "Wide";
  plan.title_en = "Wide";
  plan.prices = &price;
  plan.price_count = 1;
  plan.node_group = "eu";
  plan.replicas = 3;
  assert_int_equal(qent_plan_add(shop->session, &plan, NULL, NULL), QENT_OK);
  shop_add_node(shop, "awg1");
  shop_add_node(shop, "awg2");
  buy(shop, "wide");
  assert_int_equal(panel.count, 3);
  expect(shop, 1, 0, 2);
}

static void a_file_waits_for_a_buyer_who_blocked_the_bot(void **state)
{
  struct shop *shop = *state;
  qent_notice *notice = NULL;

  buy_file(shop);
  assert_int_equal(qent_notice_claim(shop->session, 45, &notice, NULL), QENT_OK);
  assert_int_equal(
      qent_notice_undeliverable(shop->session, qent_notice_id(notice), true, "blocked", NULL),
      QENT_OK);
  qent_notice_free(notice);
  assert_int_equal(shop_deliver(shop), 0);
  assert_int_equal(shop_add_user(shop, SHOP_BUYER), shop->buyer); /* is back */
  assert_int_equal(shop_deliver(shop), 3);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(the_file_follows_the_keys_and_names_its_node),
      CASE(keys_that_are_links_make_no_file),
      CASE(a_renewal_and_another_title_are_no_new_file),
      CASE(rotated_keys_are_a_new_file),
      CASE(an_account_that_was_lost_on_the_panel_comes_back_with_a_new_file),
      CASE(keys_of_money_that_went_back_are_given_when_it_comes_again),
      CASE(a_failover_gives_the_file_with_the_notice),
      CASE(an_app_that_fetches_the_link_needs_no_file_unless_a_move_was_asked_for),
      CASE(an_app_that_fetched_the_link_before_a_rotation_does_not_count),
      CASE(each_of_several_nodes_gives_its_file),
      CASE(a_file_waits_for_a_buyer_who_blocked_the_bot),
  };

  return cmocka_run_group_tests_name("keys as files", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What a plan says about nodes: several at once, or those of another group. */
#include "pool_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void add_plan(struct shop *shop, const char *code, const char *node_group, int32_t replicas)
{
  const qent_money price = {19900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;

  plan.code = code;
  plan.title_ru = "Plan";
  plan.title_en = "Plan";
  plan.prices = &price;
  plan.price_count = 1;
  plan.node_group = node_group;
  plan.replicas = replicas;
  assert_int_equal(qent_plan_add(shop->session, &plan, NULL, NULL), QENT_OK);
}

static void a_plan_may_serve_from_several_nodes_at_once(void **state)
{
  struct shop *shop = *state;

  add_plan(shop, "wide", "eu", 2);
  pool_add_node(shop, "nl1", "eu", 0);
  pool_add_node(shop, "fi1", "eu", 0);
  pool_buy(shop, "wide");
  assert_int_equal(panel.count, 2);
  assert_int_equal(pool_links(shop), 2);
  pool_nothing_said_twice(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
  /* One of them fails: the other goes on, and a third steps in. */
  pool_pass(shop);
  panel.silent = panel.accounts[0].node;
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(panel.count, 3);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
}

static void fewer_nodes_than_replicas_serve_as_they_can(void **state)
{
  struct shop *shop = *state;

  add_plan(shop, "wide", "eu", 3);
  pool_buy(shop, "wide");
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 0);
  pool_add_node(shop, "nl1", "eu", 0);
  pool_buy(shop, "wide");
  assert_int_equal(panel.count, 2);
}

static void one_of_several_stays_while_nobody_can_take_its_place(void **state)
{
  struct shop *shop = *state;

  add_plan(shop, "wide", "eu", 2);
  pool_add_node(shop, "nl1", "eu", 0);
  pool_buy(shop, "wide");
  pool_add_node(shop, "fi1", "eu", 1);
  assert_int_equal(qent_node_move(shop->session, "de1", NULL, 0, NULL, NULL), QENT_OK);
  shop->buyer = shop_add_user(shop, 5000);
  shop_pay(shop, shop_order(shop, "month")); /* and takes the last place */
  assert_int_equal(qent_payments_poll(shop->session, 9, NULL, NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(shop_on_node("fi1"), 1);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_on_node("de1"), 1);
  pool_add_node(shop, "fi2", "eu", 0);
  shop->now += 3601;
  shop_work(shop);
  assert_int_equal(shop_on_node("fi2"), 1);
  assert_int_equal(shop_on_node("de1"), 0);
}

static void renew(struct shop *shop, const char *plan_code)
{
  qent_checkout checkout = QENT_CHECKOUT_INIT;
  qent_order *order = NULL;
  qent_order *with_link = NULL;

  checkout.user_id = shop->buyer;
  checkout.plan_code = plan_code;
  checkout.subscription_id = shop_sub_id(shop);
  checkout.method = "till";
  assert_int_equal(qent_checkout_begin(shop->session, &checkout, &order, NULL), QENT_OK);
  assert_int_equal(
      qent_checkout_fetch_link(shop->session, qent_order_id(order), 1000, &with_link, NULL),
      QENT_OK);
  shop_pay(shop, qent_order_id(order));
  shop_work(shop);
  qent_order_free(with_link);
  qent_order_free(order);
}

static void a_renewal_by_a_plan_of_another_group_moves_there_behind_the_same_link(void **state)
{
  struct shop *shop = *state;
  qent_subscription *before;
  qent_subscription *after;

  pool_buy(shop, "month");
  before = shop_subscription(shop);
  add_plan(shop, "far", "us", 1);
  renew(shop, "far"); /* no node there yet: nobody loses what works */
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 60 * SHOP_DAY);
  pool_add_node(shop, "us1", "us", 0);
  shop->now += 601;
  shop_work(shop);
  assert_int_equal(shop_on_node("us1"), 1);
  assert_int_equal(shop_on_node("de1"), 0);
  after = shop_subscription(shop);
  assert_string_equal(qent_subscription_config_link(before), qent_subscription_config_link(after));
  qent_subscription_free(before);
  qent_subscription_free(after);
}

static void an_ended_period_leaves_no_more_nodes_than_the_next_one_pays_for(void **state)
{
  struct shop *shop = *state;

  add_plan(shop, "wide", "eu", 2);
  pool_add_node(shop, "nl1", "eu", 0);
  pool_buy(shop, "wide");
  pool_buy(shop, "month");
  assert_int_equal(panel.count, 2); /* the first period runs yet */
  shop->now += 61 * SHOP_DAY;
  shop_work(shop);
  pool_buy(shop, "wide");
  shop->now += 31 * SHOP_DAY;
  shop_work(shop);
  pool_buy(shop, "month");
  assert_int_equal(panel.count, 1);
  assert_int_equal(panel.accounts[0].expires_at, shop_expiry(shop));
  assert_int_equal(pool_links(shop), 1);
}

static void a_refund_of_a_dearer_plan_goes_back_to_what_is_still_paid_for(void **state)
{
  struct shop *shop = *state;
  qent_subscription *sub;

  add_plan(shop, "far", "us", 2);
  pool_add_node(shop, "us1", "us", 0);
  pool_add_node(shop, "us2", "us", 0);
  pool_buy(shop, "gb");
  renew(shop, "far");
  assert_int_equal(shop_on_node("us1") + shop_on_node("us2"), 2);
  assert_int_equal(qent_payment_refund(shop->session, 2, "asked", NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_on_node("de1"), 1);
  sub = shop_subscription(shop);
  assert_string_equal(qent_subscription_plan_code(sub), "gb");
  assert_int_equal(qent_subscription_replicas(sub), 1);
  assert_int_equal(qent_subscription_traffic_limit_bytes(sub), 1000);
  assert_int_equal(qent_subscription_expires_at(sub), SHOP_NOW + 30 * SHOP_DAY);
  qent_subscription_free(sub);
}

static void a_refund_of_an_older_order_changes_nothing_but_the_end(void **state)
{
  struct shop *shop = *state;

  add_plan(shop, "far", "us", 2);
  pool_add_node(shop, "us1", "us", 0);
  pool_add_node(shop, "us2", "us", 0);
  pool_buy(shop, "month");
  renew(shop, "far");
  assert_int_equal(qent_payment_refund(shop->session, 1, "asked", NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(panel.count, 2);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 30 * SHOP_DAY);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(a_plan_may_serve_from_several_nodes_at_once),
      CASE(fewer_nodes_than_replicas_serve_as_they_can),
      CASE(one_of_several_stays_while_nobody_can_take_its_place),
      CASE(a_renewal_by_a_plan_of_another_group_moves_there_behind_the_same_link),
      CASE(a_refund_of_a_dearer_plan_goes_back_to_what_is_still_paid_for),
      CASE(a_refund_of_an_older_order_changes_nothing_but_the_end),
      CASE(an_ended_period_leaves_no_more_nodes_than_the_next_one_pays_for),
  };
  return cmocka_run_group_tests_name("plans and their nodes", tests, NULL, NULL);
}

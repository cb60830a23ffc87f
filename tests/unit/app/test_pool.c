/* SPDX-License-Identifier: MIT */
/* Several nodes behind a subscription: failover and return. */
#include "pool_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void when_a_node_goes_down_its_buyers_get_a_twin_and_one_notice(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_pass(shop);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("nl1"), 0);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(pool_node_state(shop, "de1"), QENT_NODE_DOWN);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
  pool_pass(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
  pool_nothing_said_twice(shop);
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

static void a_buyer_whose_app_fetches_the_link_is_not_told_of_a_twin(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  fetch_link(shop);
  pool_add_node(shop, "nl1", "eu", 0);
  pool_pass(shop);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
}

static void a_link_that_nobody_fetches_any_more_does_not_count(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  fetch_link(shop);
  pool_add_node(shop, "nl1", "eu", 0);
  shop->now += 5 * SHOP_DAY;
  pool_pass(shop);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
}

static void fail_and_return(struct shop *shop)
{
  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_pass(shop);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  panel.silent = NULL;
  pool_pass(shop);
  assert_int_equal(pool_node_state(shop, "de1"), QENT_NODE_ACTIVE);
}

static void a_node_that_returns_keeps_its_accounts_beside_the_twins(void **state)
{
  struct shop *shop = *state;

  fail_and_return(shop);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("nl1"), 1);
  panel.silent = "de1"; /* the twin goes on: nothing to do, nothing to say */
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(panel.count, 2);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
  pool_nothing_said_twice(shop);
}

static int open_back(void **state)
{
  return shop_open_set(state, "QENT_NODE_RETURN=back\n");
}

static void a_node_that_returns_takes_its_accounts_back(void **state)
{
  struct shop *shop = *state;

  fail_and_return(shop);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("nl1"), 0);
}

/* The twin's keys, which he was sent, have ended. */
static void whoever_copied_the_keys_of_a_twin_is_told_once_that_it_is_gone(void **state)
{
  struct shop *shop = *state;

  fail_and_return(shop);
  pool_pass(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 2);
  pool_nothing_said_twice(shop);
}

static void whoever_fetches_the_link_is_told_nothing_of_the_return(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  fetch_link(shop);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  panel.silent = NULL;
  pool_pass(shop);
  assert_int_equal(shop_on_node("nl1"), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
}

static void a_twin_stays_until_a_renewal_is_confirmed_where_it_goes_back_to(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  pool_buy(shop, "month"); /* the old account cannot hear of it now */
  panel.silent = NULL;
  shop->now += 31;
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  shop->now += 31;
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(qent_due_run(shop->session, 50, NULL, NULL), QENT_OK);
  assert_int_equal(shop_on_node("nl1"), 1);
  shop_work(shop);
  assert_int_equal(shop_on_node("nl1"), 0);
  assert_int_equal(panel.accounts[0].expires_at, shop_expiry(shop));
}

static int open_leave(void **state)
{
  return shop_open_set(state, "QENT_NODE_RETURN=leave\n");
}

static void a_node_that_returns_may_be_left_for_good(void **state)
{
  struct shop *shop = *state;

  fail_and_return(shop);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_on_node("nl1"), 1);
}

static void when_all_are_silent_it_is_our_own_network_and_nobody_moves(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_add_node(shop, "fi1", "eu", 0);
  pool_pass(shop);
  panel.all_silent = true;
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(pool_node_state(shop, "de1"), QENT_NODE_ACTIVE);
  assert_int_equal(pool_node_state(shop, "nl1"), QENT_NODE_ACTIVE);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_NODE_DOWN), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
  panel.all_silent = false;
  pool_pass(shop);
  assert_int_equal(panel.count, 1);
}

/* Our network goes in the middle of a round of probes: the first node has just answered. */
static void an_answer_of_the_second_in_which_all_went_silent_is_no_sign_of_life(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_pass(shop);
  shop->now += 31;
  assert_int_equal(qent_nodes_check(shop->session, 1, NULL, NULL), QENT_OK);
  panel.all_silent = true;
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_NODE_DOWN), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
}

static void three_quick_failures_are_not_yet_a_minute(void **state)
{
  struct shop *shop = *state;

  pool_add_node(shop, "nl1", "eu", 0);
  pool_pass(shop);
  panel.silent = "de1";
  for (int i = 0; i < 5; i++)
    assert_int_not_equal(qent_node_probe(shop->session, "de1", NULL, NULL), QENT_OK);
  assert_int_equal(pool_node_state(shop, "de1"), QENT_NODE_ACTIVE);
}

static void a_sale_that_waits_for_a_silent_node_gets_its_keys_elsewhere(void **state)
{
  struct shop *shop = *state;

  panel.silent = "de1";
  pool_buy(shop, "month");
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 0);
  pool_add_node(shop, "nl1", "eu", 0);
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  panel.silent = NULL;
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
}

static void what_one_node_cannot_make_another_makes(void **state)
{
  struct shop *shop = *state;

  panel.unwilling = "de1";
  pool_buy(shop, "month");
  for (int i = 0; i < 5; i++) { /* alone it is tried for ever */
    shop->now += 60;
    shop_work(shop);
  }
  assert_int_equal(panel.count, 0);
  pool_add_node(shop, "nl1", "eu", 0);
  for (int i = 0; i < 40; i++) {
    shop->now += 60;
    shop_work(shop);
  }
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  panel.unwilling = NULL;
  shop->now += SHOP_DAY;
  shop_work(shop);
  assert_int_equal(shop_on_node("de1"), 0);
}

static void a_sale_does_not_wait_long_for_an_unwilling_node(void **state)
{
  struct shop *shop = *state;

  pool_add_node(shop, "nl1", "eu", 0);
  panel.unwilling = "de1";
  pool_buy(shop, "month");
  for (int i = 0; i < 3; i++) {
    shop->now += 10;
    shop_work(shop);
  }
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void without_room_elsewhere_the_buyers_wait_and_follow_when_there_is_some(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 1);
  shop->buyer = shop_add_user(shop, 3000);
  pool_buy(shop, "month");
  assert_int_equal(shop_on_node("nl1"), 1);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(panel.count, 2);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
  pool_add_node(shop, "fi1", "eu", 0);
  shop_work(shop);
  assert_int_equal(shop_on_node("fi1"), 1);
}

static void accounts_on_a_panel_that_refuses_us_go_on(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  panel.fail_calls = 1;
  panel.fail_as = QENT_EAUTH;
  assert_int_equal(qent_node_probe(shop->session, "de1", NULL, NULL), QENT_EAUTH);
  pool_pass(shop);
  assert_int_equal(pool_node_state(shop, "de1"), QENT_NODE_ACTIVE);
  assert_int_equal(shop_on_node("nl1"), 0);
  shop->buyer = shop_add_user(shop, 3000);
  pool_buy(shop, "month");
  assert_int_equal(shop_on_node("nl1"), 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(when_a_node_goes_down_its_buyers_get_a_twin_and_one_notice),
      CASE(a_buyer_whose_app_fetches_the_link_is_not_told_of_a_twin),
      CASE(a_link_that_nobody_fetches_any_more_does_not_count),
      CASE(a_node_that_returns_keeps_its_accounts_beside_the_twins),
      CASE_OF(open_back, a_node_that_returns_takes_its_accounts_back),
      CASE_OF(open_back, whoever_copied_the_keys_of_a_twin_is_told_once_that_it_is_gone),
      CASE_OF(open_back, whoever_fetches_the_link_is_told_nothing_of_the_return),
      CASE_OF(open_back, a_twin_stays_until_a_renewal_is_confirmed_where_it_goes_back_to),
      CASE_OF(open_leave, a_node_that_returns_may_be_left_for_good),
      CASE(when_all_are_silent_it_is_our_own_network_and_nobody_moves),
      CASE(an_answer_of_the_second_in_which_all_went_silent_is_no_sign_of_life),
      CASE(three_quick_failures_are_not_yet_a_minute),
      CASE(a_sale_that_waits_for_a_silent_node_gets_its_keys_elsewhere),
      CASE(what_one_node_cannot_make_another_makes),
      CASE(a_sale_does_not_wait_long_for_an_unwilling_node),
      CASE(without_room_elsewhere_the_buyers_wait_and_follow_when_there_is_some),
      CASE(accounts_on_a_panel_that_refuses_us_go_on),
  };
  return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* A subscription's life after the sale: panels that fail, time that passes, admins who act. */
#include "shop.h"

#include <qentvpn/config_link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void buy(struct shop *shop, const char *plan_code)
{
  shop_pay(shop, shop_order(shop, plan_code));
  shop_work(shop);
}

static void a_panel_that_is_down_delays_the_keys_and_loses_nothing(void **state)
{
  struct shop *shop = *state;

  panel.fail_calls = 12;
  panel.fail_as = QENT_EUPSTREAM;
  buy(shop, "month");
  assert_int_equal(panel.count, 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_PAYMENT_WAIT), 1);
  for (int i = 0; i < 30; i++) {
    shop->now += 300;
    shop_work(shop);
  }
  assert_int_equal(panel.count, 1);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 30 * SHOP_DAY);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void a_panel_that_acted_and_timed_out_has_one_account(void **state)
{
  struct shop *shop = *state;

  panel.fail_calls = 3;
  panel.act_first = true;
  panel.fail_as = QENT_ETIMEOUT;
  buy(shop, "month");
  for (int i = 0; i < 10; i++) {
    shop->now += 60;
    shop_work(shop);
  }
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void the_wait_is_told_only_when_the_keys_are_late(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_pay(shop, order);
  assert_int_equal(qent_payments_poll(shop->session, 10, NULL, NULL), QENT_OK);
  assert_int_equal(shop_deliver(shop), 0);
  shop->now += 16;
  assert_int_equal(shop_deliver(shop), 1);
  shop_work(shop);
  assert_int_equal(shop_deliver(shop), 2);
}

static void reminders_come_once_each_and_the_end_closes_the_account(void **state)
{
  struct shop *shop = *state;
  int64_t end = SHOP_NOW + 30 * SHOP_DAY;

  buy(shop, "month");
  for (shop->now = end - 4 * SHOP_DAY; shop->now <= end + SHOP_DAY; shop->now += 3600) {
    shop_work(shop);
    shop_deliver(shop);
  }
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_72H), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_24H), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_EXPIRED), 1);
  assert_int_equal(panel.count, 1);
  assert_false(panel.accounts[0].enabled);
}

static void a_renewal_cancels_the_reminder_that_is_still_queued(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_deliver(shop);
  shop->now = SHOP_NOW + 28 * SHOP_DAY;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_72H), 1);
  buy(shop, "month");
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_72H), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_RENEWED), 1);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 60 * SHOP_DAY);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 60 * SHOP_DAY);
}

static void renewing_after_the_end_opens_the_same_account_again(void **state)
{
  struct shop *shop = *state;
  char uuid[37];

  buy(shop, "month");
  memcpy(uuid, panel.accounts[0].uuid, sizeof uuid);
  shop->now = SHOP_NOW + 40 * SHOP_DAY;
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
  buy(shop, "month");
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
  assert_string_equal(panel.accounts[0].uuid, uuid);
  assert_int_equal(shop_expiry(shop), shop->now + 30 * SHOP_DAY);
}

static void used_up_traffic_closes_the_account_and_is_told(void **state)
{
  struct shop *shop = *state;

  buy(shop, "gb");
  panel.accounts[0].used_bytes = 600;
  shop->now += 61;
  shop_work(shop);
  assert_true(panel.accounts[0].enabled);
  panel.accounts[0].used_bytes = 1100;
  shop->now += 61;
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_EXHAUSTED), 1);
}

static void a_panel_counter_that_restarts_loses_no_traffic(void **state)
{
  struct shop *shop = *state;
  qent_subscription *sub;

  buy(shop, "gb");
  panel.accounts[0].used_bytes = 600;
  shop->now += 61;
  shop_work(shop);
  panel.accounts[0].used_bytes = 50;
  shop->now += 61;
  shop_work(shop);
  sub = shop_subscription(shop);
  assert_int_equal(qent_subscription_traffic_used_bytes(sub), 650);
  qent_subscription_free(sub);
}

static void rotating_gives_new_keys_and_a_new_link_once_a_minute(void **state)
{
  struct shop *shop = *state;
  qent_subscription *before;
  qent_subscription *after = NULL;
  qent_error err = QENT_ERROR_INIT;
  char uuid[37];

  buy(shop, "month");
  memcpy(uuid, panel.accounts[0].uuid, sizeof uuid);
  before = shop_subscription(shop);
  assert_int_equal(qent_subscription_rotate(shop->session, shop->buyer,
                                            qent_subscription_id(before), &after, NULL),
                   QENT_OK);
  shop_work(shop);
  assert_string_not_equal(panel.accounts[0].uuid, uuid);
  assert_string_not_equal(qent_subscription_config_link(before),
                          qent_subscription_config_link(after));
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 2);
  assert_int_equal(qent_subscription_rotate(shop->session, shop->buyer,
                                            qent_subscription_id(before), NULL, &err),
                   QENT_ECONFLICT);
  assert_int_equal(err.retry_after_ms, 60000);
  assert_int_equal(panel.count, 1);
  qent_subscription_free(before);
  qent_subscription_free(after);
}

static void keys_changed_while_the_clock_ran_ahead_can_be_changed_again(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop->now += 20 * SHOP_DAY;
  assert_int_equal(
      qent_subscription_rotate(shop->session, shop->buyer, shop_sub_id(shop), NULL, NULL), QENT_OK);
  shop->now -= 20 * SHOP_DAY;
  assert_int_equal(
      qent_subscription_rotate(shop->session, shop->buyer, shop_sub_id(shop), NULL, NULL), QENT_OK);
}

static void rotating_is_the_owners_only(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  assert_int_equal(
      qent_subscription_rotate(shop->session, shop->buyer + 1, shop_sub_id(shop), NULL, NULL),
      QENT_ENOTFOUND);
}

static void disabling_closes_and_enabling_opens(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  assert_int_equal(qent_subscription_set_disabled(shop->session, shop_sub_id(shop), true, NULL),
                   QENT_OK);
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
  assert_int_equal(qent_subscription_set_disabled(shop->session, shop_sub_id(shop), false, NULL),
                   QENT_OK);
  shop_work(shop);
  assert_true(panel.accounts[0].enabled);
}

static void moving_the_end_moves_the_account(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  assert_int_equal(
      qent_subscription_set_expiry(shop->session, shop_sub_id(shop), SHOP_NOW + 3600, NULL),
      QENT_OK);
  shop_work(shop);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 3600);
  assert_true(panel.accounts[0].enabled);
}

static void a_grant_needs_no_money(void **state)
{
  struct shop *shop = *state;

  assert_int_equal(qent_subscription_grant(shop->session, shop->buyer, "month", NULL, NULL),
                   QENT_OK);
  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void without_a_node_the_sale_waits_and_the_admin_hears_of_it(void **state)
{
  struct shop *shop = *state;

  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_DRAINING, NULL), QENT_OK);
  buy(shop, "month");
  assert_int_equal(panel.count, 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_ACTIVE, NULL), QENT_OK);
  shop->now += 31;
  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

/* Is there a line with this in the plain list? */
static bool serves(const qent_config_link *link, const char *text)
{
  qent_config_document document = QENT_CONFIG_DOCUMENT_INIT;
  bool found;

  assert_int_equal(qent_config_link_render(link, QENT_CONFIG_PLAIN, NULL, &document, NULL),
                   QENT_OK);
  found = strstr(document.text, text) != NULL;
  qent_text_free(document.text);
  return found;
}

static void the_config_link_serves_links_and_later_a_reason(void **state)
{
  struct shop *shop = *state;
  qent_subscription *sub;
  qent_config_link *link = NULL;
  const char *token;

  buy(shop, "month");
  sub = shop_subscription(shop);
  token = strrchr(qent_subscription_config_link(sub), '/') + 1;
  assert_int_equal(qent_config_link_open(shop->session, token, &link, NULL), QENT_OK);
  assert_true(serves(link, "vless://"));
  assert_true(serves(link, "#Germany%20%C2%B7%20VLESS\n"));
  assert_null(qent_config_link_notice(link));
  assert_null(qent_config_link_announce(link));
  assert_non_null(strstr(qent_config_link_userinfo(link), "expire=1802592000"));
  qent_config_link_free(link);
  shop->now += 29 * SHOP_DAY;
  assert_int_equal(qent_config_link_open(shop->session, token, &link, NULL), QENT_OK);
  assert_non_null(strstr(qent_config_link_announce(link), " 24 "));
  qent_config_link_free(link);
  shop->now += 2 * SHOP_DAY;
  assert_int_equal(qent_config_link_open(shop->session, token, &link, NULL), QENT_OK);
  assert_true(serves(link, "@0.0.0.0:1?"));
  assert_string_equal(qent_config_link_announce(link), qent_config_link_notice(link));
  qent_config_link_free(link);
  assert_int_equal(qent_config_link_open(shop->session, "nonsense", &link, NULL), QENT_ENOTFOUND);
  qent_subscription_free(sub);
}

static bool take_node_name(const qent_share_link *link, void *user)
{
  snprintf(user, 32, "%s", link->node_name);
  return true;
}

static void a_link_names_its_node_as_buyers_know_it(void **state)
{
  struct shop *shop = *state;
  char name[32] = "";

  buy(shop, "month");
  assert_int_equal(
      qent_subscription_links(shop->session, shop_sub_id(shop), take_node_name, name, NULL),
      QENT_OK);
  assert_string_equal(name, "Germany");
}

static void a_node_is_down_after_three_failed_probes_and_up_after_two_good_ones(void **state)
{
  struct shop *shop = *state;

  panel.fail_calls = 3;
  panel.fail_as = QENT_EUPSTREAM;
  for (int i = 0; i < 5; i++) {
    shop->now += 31;
    assert_int_equal(qent_nodes_check(shop->session, 10, NULL, NULL), QENT_OK);
    assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_NODE_DOWN), i >= 2 ? 1 : 0);
  }
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_NODE_UP), 1);
}

static void wrong_panel_credentials_stop_the_calls_until_an_admin_acts(void **state)
{
  struct shop *shop = *state;

  panel.fail_calls = 1000;
  panel.fail_as = QENT_EAUTH;
  buy(shop, "month");
  for (int i = 0; i < 10; i++) {
    shop->now += 60;
    shop_work(shop);
  }
  assert_int_equal(panel.calls, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 2); /* it, and that a buyer waits */
  assert_int_equal(qent_node_probe(shop->session, "de1", NULL, NULL), QENT_EAUTH);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 2);
  panel.fail_calls = 0;
  assert_int_equal(qent_node_probe(shop->session, "de1", NULL, NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void keys_wait_for_a_buyer_who_blocked_the_bot(void **state)
{
  struct shop *shop = *state;
  qent_notice *notice = NULL;

  buy(shop, "month");
  assert_int_equal(qent_notice_claim(shop->session, 30, &notice, NULL), QENT_OK);
  assert_int_equal(
      qent_notice_undeliverable(shop->session, qent_notice_id(notice), true, "blocked", NULL),
      QENT_OK);
  qent_notice_free(notice);
  assert_int_equal(shop_deliver(shop), 0);
  assert_int_equal(qent_user_set_reachable(shop->session, SHOP_BUYER, true, NULL), QENT_OK);
  assert_int_equal(shop_deliver(shop), 2);
}

static void a_failed_notice_holds_back_the_later_ones_and_comes_after_its_pause(void **state)
{
  struct shop *shop = *state;
  qent_notice *notice = NULL;
  qent_error cause = QENT_ERROR_INIT;

  buy(shop, "month");
  assert_int_equal(qent_notice_claim(shop->session, 30, &notice, NULL), QENT_OK);
  cause.retry_after_ms = 7000;
  assert_int_equal(qent_notice_failed(shop->session, qent_notice_id(notice), &cause, NULL),
                   QENT_OK);
  qent_notice_free(notice);
  assert_int_equal(shop_deliver(shop), 0);
  shop->now += 7;
  assert_int_equal(shop_deliver(shop), 2);
}

static void a_claimed_notice_comes_back_when_its_sender_dies(void **state)
{
  struct shop *shop = *state;
  qent_notice *notice = NULL;

  buy(shop, "month");
  assert_int_equal(qent_notice_claim(shop->session, 30, &notice, NULL), QENT_OK);
  qent_notice_free(notice);
  assert_int_equal(shop_deliver(shop), 0);
  shop->now += 31;
  assert_int_equal(shop_deliver(shop), 2);
}

static void an_update_is_answered_once(void **state)
{
  struct shop *shop = *state;

  for (int i = 0; i < 3; i++)
    assert_int_equal(qent_notice_reply(shop->session, SHOP_BUYER, 555, "start", "", NULL), QENT_OK);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REPLY), 1);
}

static void the_inbox_hands_out_each_update_once_and_in_order(void **state)
{
  struct shop *shop = *state;
  int64_t id = 0;
  int64_t offset = 0;
  char *json = NULL;

  assert_int_equal(qent_inbox_put(shop->session, 11, "{\"b\":2}", 7, NULL), QENT_OK);
  assert_int_equal(qent_inbox_put(shop->session, 10, "{\"a\":1}", 7, NULL), QENT_OK);
  assert_int_equal(qent_inbox_put(shop->session, 11, "{\"c\":3}", 7, NULL), QENT_OK);
  assert_int_equal(qent_inbox_next(shop->session, &id, &json, NULL), QENT_OK);
  assert_int_equal(id, 10);
  assert_string_equal(json, "{\"a\":1}");
  qent_text_free(json);
  assert_int_equal(qent_inbox_done(shop->session, 10, NULL), QENT_OK);
  assert_int_equal(qent_inbox_next(shop->session, &id, &json, NULL), QENT_OK);
  assert_int_equal(id, 11);
  assert_string_equal(json, "{\"b\":2}");
  qent_text_free(json);
  assert_int_equal(qent_inbox_done(shop->session, 11, NULL), QENT_OK);
  assert_int_equal(qent_inbox_next(shop->session, &id, &json, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent_inbox_put(shop->session, 11, "{}", 2, NULL), QENT_OK);
  assert_int_equal(qent_inbox_next(shop->session, &id, &json, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent_inbox_offset(shop->session, &offset, NULL), QENT_OK);
  assert_int_equal(offset, 12);
}

static void statistics_add_up(void **state)
{
  struct shop *shop = *state;
  qent_stats stats = QENT_STATS_INIT;

  buy(shop, "month");
  assert_int_equal(qent_stats_read(shop->session, &stats, NULL), QENT_OK);
  assert_int_equal(stats.users, 2);
  assert_int_equal(stats.subscriptions_active, 1);
  assert_int_equal(stats.orders_paid_24h, 1);
  assert_int_equal(stats.revenue_count, 1);
  assert_int_equal(stats.revenue[0].minor_24h, 19900);
  assert_int_equal(stats.accounts_pending, 0);
}

static void a_node_with_accounts_is_not_removed(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  assert_int_equal(qent_node_remove(shop->session, "de1", NULL), QENT_ECONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_panel_that_is_down_delays_the_keys_and_loses_nothing),
      TEST(a_panel_that_acted_and_timed_out_has_one_account),
      TEST(the_wait_is_told_only_when_the_keys_are_late),
      TEST(reminders_come_once_each_and_the_end_closes_the_account),
      TEST(a_renewal_cancels_the_reminder_that_is_still_queued),
      TEST(renewing_after_the_end_opens_the_same_account_again),
      TEST(used_up_traffic_closes_the_account_and_is_told),
      TEST(a_panel_counter_that_restarts_loses_no_traffic),
      TEST(rotating_gives_new_keys_and_a_new_link_once_a_minute),
      TEST(keys_changed_while_the_clock_ran_ahead_can_be_changed_again),
      TEST(rotating_is_the_owners_only),
      TEST(disabling_closes_and_enabling_opens),
      TEST(moving_the_end_moves_the_account),
      TEST(a_grant_needs_no_money),
      TEST(without_a_node_the_sale_waits_and_the_admin_hears_of_it),
      TEST(the_config_link_serves_links_and_later_a_reason),
      TEST(a_link_names_its_node_as_buyers_know_it),
      TEST(a_node_is_down_after_three_failed_probes_and_up_after_two_good_ones),
      TEST(wrong_panel_credentials_stop_the_calls_until_an_admin_acts),
      TEST(keys_wait_for_a_buyer_who_blocked_the_bot),
      TEST(a_failed_notice_holds_back_the_later_ones_and_comes_after_its_pause),
      TEST(a_claimed_notice_comes_back_when_its_sender_dies),
      TEST(an_update_is_answered_once),
      TEST(the_inbox_hands_out_each_update_once_and_in_order),
      TEST(statistics_add_up),
      TEST(a_node_with_accounts_is_not_removed),
  };

  return cmocka_run_group_tests_name("life of a subscription", tests, NULL, NULL);
}

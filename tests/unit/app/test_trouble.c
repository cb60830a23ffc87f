/* SPDX-License-Identifier: MIT */
/* Nodes that go away, panels that lie, rows that cannot be stored, clocks that jump. */
#include "app/context.h"
#include "shop.h"
#include "store/handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void buy(struct shop *shop, const char *plan_code)
{
  shop_pay(shop, shop_order(shop, plan_code));
  shop_work(shop);
}

static void set_state(struct shop *shop, const char *node, qent_node_state state)
{
  assert_int_equal(qent_node_set_state(shop->session, node, state, NULL), QENT_OK);
}

struct account {
  int count;
  char node[33];
  int32_t attempts;
  bool applied;
  bool has_error;
};

static bool take_account(const qent_account *account, void *user)
{
  struct account *out = user;

  if (!qent_account_wanted_present(account))
    return true;
  out->count++;
  strncpy(out->node, qent_account_node_name(account), sizeof out->node - 1);
  out->attempts = qent_account_attempts(account);
  out->applied = qent_account_applied(account);
  out->has_error = qent_account_last_error(account) != NULL;
  return true;
}

/* The account that is wanted. */
static struct account wanted_account(struct shop *shop)
{
  struct account found = {0};
  qent_account_filter filter = QENT_ACCOUNT_FILTER_INIT;

  assert_int_equal(qent_account_each(shop->session, &filter, take_account, &found, NULL), QENT_OK);
  return found;
}

static void an_account_without_links_is_no_success(void **state)
{
  struct shop *shop = *state;

  panel.no_links = true;
  buy(shop, "month");
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 0);
  assert_false(wanted_account(shop).applied);
  assert_true(wanted_account(shop).has_error);
  for (int i = 0; i < 5; i++) {
    shop->now += 30;
    shop_work(shop);
  }
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
  panel.no_links = false;
  shop->now += 60;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  assert_int_equal(panel.count, 1);
}

static void a_sale_on_a_node_that_is_disabled_moves_to_another(void **state)
{
  struct shop *shop = *state;

  panel.fail_calls = 1;
  panel.fail_as = QENT_EUPSTREAM;
  buy(shop, "month");
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 0);
  shop_add_node(shop, "nl1");
  set_state(shop, "de1", QENT_NODE_DISABLED);
  shop_work(shop);
  assert_int_equal(wanted_account(shop).count, 1);
  assert_string_equal(wanted_account(shop).node, "nl1");
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void a_renewal_never_waits_for_a_disabled_node(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop->now += 40 * SHOP_DAY;
  shop_work(shop);
  set_state(shop, "de1", QENT_NODE_DISABLED);
  shop_add_node(shop, "nl1");
  buy(shop, "month");
  assert_string_equal(wanted_account(shop).node, "nl1");
  assert_true(wanted_account(shop).applied);
  assert_int_equal(panel.count, 2);
  set_state(shop, "de1", QENT_NODE_ACTIVE);
  shop_work(shop);
  assert_int_equal(panel.count, 1);
}

static void without_another_node_the_account_stays_where_it_was(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  set_state(shop, "de1", QENT_NODE_DISABLED);
  shop->now += 120;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
  set_state(shop, "de1", QENT_NODE_ACTIVE);
  shop->now += 60;
  shop_work(shop);
  assert_string_equal(wanted_account(shop).node, "de1");
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
}

static void a_subscription_can_come_back_to_a_node_it_left(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "nl1");
  set_state(shop, "de1", QENT_NODE_DISABLED);
  shop_work(shop);
  assert_string_equal(wanted_account(shop).node, "nl1");
  set_state(shop, "nl1", QENT_NODE_DISABLED);
  set_state(shop, "de1", QENT_NODE_ACTIVE);
  shop->now += 31;
  shop_work(shop);
  assert_string_equal(wanted_account(shop).node, "de1");
  assert_true(wanted_account(shop).applied);
}

static void a_dead_node_can_be_removed_once_nobody_needs_it(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  set_state(shop, "de1", QENT_NODE_DISABLED);
  assert_int_equal(qent_node_remove(shop->session, "de1", NULL), QENT_ECONFLICT);
  shop_add_node(shop, "nl1");
  shop->now += 31;
  shop_work(shop);
  assert_int_equal(qent_node_remove(shop->session, "de1", NULL), QENT_OK);
  assert_int_equal(wanted_account(shop).count, 1);
}

static void a_draining_node_keeps_its_accounts(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "nl1");
  set_state(shop, "de1", QENT_NODE_DRAINING);
  buy(shop, "month");
  assert_string_equal(wanted_account(shop).node, "de1");
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 60 * SHOP_DAY);
}

/* The database refuses a change of this subscription's end, and nothing else. */
static void poison(struct shop *shop, const char *trigger)
{
  assert_int_equal(qent__db_script(qent__session_store(shop->session)->db, trigger, NULL), QENT_OK);
}

static void one_subscription_that_cannot_be_stored_holds_up_nobody(void **state)
{
  struct shop *shop = *state;
  int64_t order;

  buy(shop, "month");
  poison(shop, "CREATE TRIGGER poison BEFORE UPDATE ON subscriptions"
               " WHEN new.next_event_at = 0 AND new.id = 1"
               " BEGIN SELECT RAISE(ABORT, 'poison'); END;");
  order = shop_order(shop, "gb");
  shop->now += 31 * SHOP_DAY;
  for (int i = 0; i < 3; i++)
    assert_int_equal(qent_due_run(shop->session, 50, NULL, NULL), QENT_OK);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_EXPIRED);
}

static void one_account_that_cannot_be_stored_holds_up_nobody(void **state)
{
  struct shop *shop = *state;

  poison(shop, "CREATE TRIGGER poison BEFORE UPDATE ON accounts"
               " WHEN new.applied_rev = 1 AND new.id = 1 AND old.attempts = 0"
               " BEGIN SELECT RAISE(ABORT, 'poison'); END;");
  shop_pay(shop, shop_order(shop, "month"));
  assert_int_equal(qent_payments_poll(shop->session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(qent_accounts_apply(shop->session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(wanted_account(shop).attempts, 1);
  assert_true(wanted_account(shop).has_error);
  shop->now += 5;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void a_counter_that_lies_is_left_aside(void **state)
{
  struct shop *shop = *state;
  qent_subscription *sub;

  buy(shop, "month");
  panel.accounts[0].used_bytes = 500;
  shop->now += 61;
  shop_work(shop);
  panel.accounts[0].used_bytes = INT64_MAX;
  shop->now += 61;
  shop_work(shop);
  panel.accounts[0].used_bytes = -5;
  shop->now += 61;
  shop_work(shop);
  panel.accounts[0].used_bytes = 700;
  shop->now += 61;
  shop_work(shop);
  sub = shop_subscription(shop);
  assert_int_equal(qent_subscription_traffic_used_bytes(sub), 700);
  qent_subscription_free(sub);
}

static void an_end_far_away_does_not_overflow(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  assert_int_equal(qent_subscription_set_expiry(shop->session, shop_sub_id(shop), INT64_MAX, NULL),
                   QENT_EINVAL);
  assert_int_equal(
      qent_subscription_set_expiry(shop->session, shop_sub_id(shop), INT64_C(253402300799), NULL),
      QENT_OK);
  buy(shop, "month");
  assert_int_equal(shop_expiry(shop), INT64_C(253402300799));
  shop_work(shop);
  assert_int_equal(panel.accounts[0].expires_at, INT64_C(253402300799));
}

/* While our call is on its way its lease runs out, and another worker applies what is wanted now.
 */
static void be_overtaken(void *arg)
{
  struct shop *shop = arg;

  shop->now += 100;
  assert_int_equal(qent_subscription_set_expiry(shop->session, shop_sub_id(shop),
                                                SHOP_NOW + 90 * SHOP_DAY, NULL),
                   QENT_OK);
  panel.fail_calls = 0;
  assert_int_equal(qent_accounts_apply(shop->session, 1, NULL, NULL), QENT_OK);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 90 * SHOP_DAY);
}

static void a_call_that_comes_last_and_is_never_answered_is_put_right(void **state)
{
  struct shop *shop = *state;

  panel.fail_calls = 1;
  panel.act_first = true;
  panel.fail_as = QENT_ETIMEOUT;
  panel.during = be_overtaken;
  panel.during_arg = shop;
  buy(shop, "month");
  shop->now += 5;
  shop_work(shop);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 90 * SHOP_DAY);
  assert_int_equal(panel.count, 1);
}

static void a_call_that_comes_last_and_is_answered_is_put_right(void **state)
{
  struct shop *shop = *state;

  panel.during = be_overtaken;
  panel.during_arg = shop;
  buy(shop, "month");
  shop->now += 5;
  shop_work(shop);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 90 * SHOP_DAY);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

/* Another worker, as of a botd beside us, looks for something to do. */
static void be_asked_to_retry(void *arg)
{
  struct shop *shop = arg;
  int32_t done = 0;

  assert_int_equal(qent_account_retry(shop->session, 1, NULL), QENT_OK);
  assert_int_equal(qent_accounts_apply(shop->session, 1, &done, NULL), QENT_OK);
  assert_int_equal(done, 0);
}

static void a_retry_sends_nobody_to_the_panel_beside_who_is_there(void **state)
{
  struct shop *shop = *state;
  int32_t done = 0;

  shop_pay(shop, shop_order(shop, "month"));
  assert_int_equal(qent_payments_poll(shop->session, 9, NULL, NULL), QENT_OK);
  panel.during = be_asked_to_retry;
  panel.during_arg = shop;
  assert_int_equal(qent_accounts_apply(shop->session, 9, &done, NULL), QENT_OK);
  assert_null(panel.during);
  assert_int_equal(done, 2); /* and once more, for the retry */
}

static void reminders_that_were_never_sent_are_overtaken_by_the_next(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop->now = SHOP_NOW + 27 * SHOP_DAY + 60;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_72H), 1);
  shop->now = SHOP_NOW + 29 * SHOP_DAY + 60;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_72H), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_24H), 1);
  shop->now = SHOP_NOW + 30 * SHOP_DAY + 60;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REMIND_24H), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_EXPIRED), 1);
}

static void a_clock_that_jumps_forward_and_back_costs_nobody_anything(void **state)
{
  struct shop *shop = *state;
  int64_t late;

  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  buy(shop, "month");
  late = shop_order(shop, "gb");
  shop->now += 3650 * SHOP_DAY;
  till.fail_calls = 1;
  till.fail_as = QENT_EUPSTREAM;
  shop_work(shop);
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  assert_false(panel.accounts[0].enabled);
  shop->now = SHOP_NOW + 3600;
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  shop_work(shop);
  assert_true(panel.accounts[0].enabled);
  shop_payment_of(late)->state = QENT_PROVIDER_SUCCEEDED;
  shop->now += 3600;
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, late), QENT_ORDER_PAID);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 60 * SHOP_DAY);
  panel.accounts[0].used_bytes = 5000;
  shop->now += 61;
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
}

/* Somebody had taken the payment when the clock was set back, and died. */
static void a_clock_set_back_an_hour_frees_what_was_taken(void **state)
{
  struct shop *shop = *state;
  qent_payment *taken = NULL;
  int64_t order = shop_order(shop, "month");

  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  shop->now += 5;
  assert_int_equal(qent__store_payment_claim(qent__session_store(shop->session), shop->now,
                                             shop->now + 60, &taken, NULL),
                   QENT_OK);
  qent_payment_free(taken);
  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  shop->now -= 3600;
  assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
}

static void check_nodes(struct shop *shop, int times)
{
  for (int i = 0; i < times; i++) {
    shop->now += 31;
    assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  }
}

static void keys_follow_at_once_when_a_node_answers_again(void **state)
{
  struct shop *shop = *state;

  panel.fail_calls = 10000;
  panel.fail_as = QENT_EUPSTREAM;
  buy(shop, "month");
  for (int i = 0; i < 300; i++) {
    shop_work(shop);
    check_nodes(shop, 1);
  }
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_NODE_DOWN), 1);
  panel.fail_calls = 0;
  check_nodes(shop, 1);
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void a_silent_node_does_not_hold_up_the_others(void **state)
{
  struct shop *shop = *state;
  int before;

  panel.fail_calls = 10000;
  panel.fail_as = QENT_ETIMEOUT;
  for (int i = 0; i < 20; i++) {
    shop->buyer = shop_add_user(shop, 7000 + i);
    buy(shop, "month");
  }
  check_nodes(shop, 3);
  before = panel.calls;
  assert_int_equal(qent_accounts_apply(shop->session, 50, NULL, NULL), QENT_OK);
  assert_int_equal(panel.calls, before + 1);
}

/* qent_ctx_stop() ends the calls that are on their way. */
static void a_stop_in_the_middle_leaves_no_lease(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  shop->now += 5;
  till.fail_calls = 1;
  till.fail_as = QENT_ECANCELED;
  assert_int_equal(qent_payments_poll(shop->session, 1, NULL, NULL), QENT_ECANCELED);
  assert_int_equal(qent_payments_poll(shop->session, 1, NULL, NULL), QENT_OK);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  panel.fail_calls = 1;
  panel.fail_as = QENT_ECANCELED;
  assert_int_equal(qent_accounts_apply(shop->session, 1, NULL, NULL), QENT_OK);
  assert_int_equal(qent_accounts_apply(shop->session, 1, NULL, NULL), QENT_OK);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

/* Of a limit that is paid for anew while the account is on its way. */
static void traffic_that_is_renewed_in_time_closes_nothing(void **state)
{
  struct shop *shop = *state;

  buy(shop, "gb");
  panel.accounts[0].used_bytes = 900;
  shop->now += 61;
  shop_work(shop);
  buy(shop, "gb");
  panel.accounts[0].used_bytes = 1900;
  shop->now += 61;
  shop_work(shop);
  assert_true(panel.accounts[0].enabled);
  assert_int_equal(panel.accounts[0].traffic_limit_bytes, 900 + 1100);
  panel.accounts[0].used_bytes = 2001;
  shop->now += 61;
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_EXHAUSTED), 1);
}

static qent_status add_unnamed(struct shop *shop, const char *gateway, const char *username)
{
  qent_node_options options = QENT_NODE_OPTIONS_INIT;

  options.name = gateway;
  options.gateway = gateway;
  options.url = "https://unnamed.panel.test";
  options.username = username;
  options.password = "panel password";
  return qent_node_add(shop->session, &options, NULL, NULL);
}

static void only_panels_without_admins_by_name_need_no_user_name(void **state)
{
  struct shop *shop = *state;
  const char *name;
  int without = 0;

  for (size_t i = 0; (name = qent_ctx_gateway_name(shop->ctx, i)) != NULL; i++) {
    bool wants = qent_ctx_gateway_wants_username(shop->ctx, i);

    assert_int_equal(add_unnamed(shop, name, NULL), wants ? QENT_EINVAL : QENT_OK);
    if (!wants) {
      without++;
      assert_string_equal(name, "amneziawg");
      assert_int_equal(qent_node_remove(shop->session, name, NULL), QENT_OK);
      assert_int_equal(add_unnamed(shop, name, "somebody"), QENT_OK);
      assert_int_equal(qent_node_remove(shop->session, name, NULL), QENT_OK);
    }
  }
  assert_int_equal(without, 1);
  assert_false(qent_ctx_gateway_wants_username(shop->ctx, 100));
}

static void senseless_arguments_are_refused(void **state)
{
  struct shop *shop = *state;
  bool changed = false;

  assert_int_equal(qent_session_wait(NULL, 1, &changed, NULL), QENT_EINVAL);
  assert_false(qent_payment_webhook_source_known(NULL, "till", "127.0.0.1"));
  assert_false(qent_payment_webhook_source_known(shop->ctx, NULL, "127.0.0.1"));
  assert_int_equal(qent_node_set_state(shop->session, "de1", (qent_node_state)7, NULL),
                   QENT_EINVAL);
  qent_ctx_stop(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(an_account_without_links_is_no_success),
      TEST(a_sale_on_a_node_that_is_disabled_moves_to_another),
      TEST(a_renewal_never_waits_for_a_disabled_node),
      TEST(without_another_node_the_account_stays_where_it_was),
      TEST(a_subscription_can_come_back_to_a_node_it_left),
      TEST(a_dead_node_can_be_removed_once_nobody_needs_it),
      TEST(a_draining_node_keeps_its_accounts),
      TEST(one_subscription_that_cannot_be_stored_holds_up_nobody),
      TEST(one_account_that_cannot_be_stored_holds_up_nobody),
      TEST(a_counter_that_lies_is_left_aside),
      TEST(an_end_far_away_does_not_overflow),
      TEST(a_call_that_comes_last_and_is_never_answered_is_put_right),
      TEST(a_call_that_comes_last_and_is_answered_is_put_right),
      TEST(a_retry_sends_nobody_to_the_panel_beside_who_is_there),
      TEST(reminders_that_were_never_sent_are_overtaken_by_the_next),
      TEST(a_clock_that_jumps_forward_and_back_costs_nobody_anything),
      TEST(a_clock_set_back_an_hour_frees_what_was_taken),
      TEST(keys_follow_at_once_when_a_node_answers_again),
      TEST(a_silent_node_does_not_hold_up_the_others),
      TEST(a_stop_in_the_middle_leaves_no_lease),
      TEST(traffic_that_is_renewed_in_time_closes_nothing),
      TEST(only_panels_without_admins_by_name_need_no_user_name),
      TEST(senseless_arguments_are_refused),
  };

  return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}

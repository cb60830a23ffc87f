/* SPDX-License-Identifier: MIT */
/* Money taken means access given: once, never lost. */
#include "shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void a_sale_gives_one_account_and_tells_the_keys_once(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_SUCCEEDED);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 30 * SHOP_DAY);
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 30 * SHOP_DAY);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS_QR), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_PAYMENT_WAIT), 0);
  assert_int_equal(shop_deliver(shop), 2);
}

static void webhooks_that_repeat_change_nothing(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  for (int i = 0; i < 5; i++) {
    shop_pay(shop, order);
    shop_work(shop);
  }
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 30 * SHOP_DAY);
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void a_missing_webhook_is_made_good_by_the_poll(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  shop->now += 5;
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(panel.count, 1);
}

static void an_early_webhook_finds_its_payment_by_the_order(void **state)
{
  struct shop *shop = *state;
  int64_t order;

  till.fail_calls = 1;
  till.act_first = true;
  till.fail_as = QENT_ETIMEOUT;
  order = shop_order(shop, "month");
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_CREATING);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(till.count, 1);
  assert_int_equal(panel.count, 1);
}

static void a_create_that_timed_out_is_repeated_with_the_same_key(void **state)
{
  struct shop *shop = *state;
  int64_t order;

  till.fail_calls = 1;
  till.act_first = true;
  till.fail_as = QENT_ETIMEOUT;
  order = shop_order(shop, "month");
  shop->now += 15;
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_PENDING);
  assert_int_equal(till.creates, 2);
  assert_int_equal(till.count, 1);
}

static void a_forged_webhook_gives_nothing(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_webhook(shop, "pay-777");
  shop_webhook(shop, shop_payment_of(order)->id);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_OPEN);
  assert_int_equal(panel.count, 0);
}

static void two_taps_make_one_order(void **state)
{
  struct shop *shop = *state;

  assert_int_equal(shop_order(shop, "month"), shop_order(shop, "month"));
  assert_int_equal(till.count, 1);
}

static void two_orders_paid_at_once_both_count(void **state)
{
  struct shop *shop = *state;
  int64_t one = shop_order(shop, "month");
  int64_t two = shop_order(shop, "gb");

  shop_pay(shop, one);
  shop_pay(shop, two);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, one), QENT_ORDER_PAID);
  assert_int_equal(shop_order_state(shop, two), QENT_ORDER_PAID);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 60 * SHOP_DAY);
  assert_int_equal(panel.count, 1);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 60 * SHOP_DAY);
}

static void a_changed_price_does_not_touch_an_order_that_is_open(void **state)
{
  struct shop *shop = *state;
  const qent_money dearer = {29900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;
  int64_t order = shop_order(shop, "month");

  plan.code = "month";
  plan.title_ru = "План";
  plan.title_en = "Plan";
  plan.node_group = "eu";
  plan.prices = &dearer;
  plan.price_count = 1;
  assert_int_equal(qent_plan_edit(shop->session, &plan, NULL, NULL), QENT_OK);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_not_equal(shop_order(shop, "month"), order);
}

static void money_for_an_expired_order_is_honoured(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop->now += 2 * SHOP_DAY;
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_EXPIRED);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(shop_expiry(shop), shop->now + 30 * SHOP_DAY);
}

static void a_declined_payment_leaves_the_order_open_for_another(void **state)
{
  struct shop *shop = *state;
  qent_order *seen = NULL;
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->state = QENT_PROVIDER_CANCELED;
  shop_webhook(shop, shop_payment_of(order)->id);
  shop_work(shop);
  assert_int_equal(qent_order_by_id(shop->session, shop->buyer, order, &seen, NULL), QENT_OK);
  assert_true(qent_order_payment_failed(seen));
  assert_string_equal(qent_order_failure(seen), "insufficient_funds");
  qent_order_free(seen);
  assert_int_equal(shop_order(shop, "month"), order);
  assert_int_equal(till.count, 2);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

/* The payment of one order differs from it in one thing. */
static void assert_flagged(struct shop *shop, int64_t order)
{
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_FLAGGED);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_OPEN);
  assert_int_equal(shop_expiry(shop), 0);
  assert_int_equal(panel.count, 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_FLAG), 1);
}

static void a_wrong_amount_is_flagged_and_gives_nothing(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->amount.minor = 100;
  assert_flagged(shop, order);
}

static void a_wrong_currency_is_flagged_and_gives_nothing(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  memcpy(shop_payment_of(order)->amount.currency, "KZT", 3);
  assert_flagged(shop, order);
}

static void a_foreign_shop_is_flagged_and_gives_nothing(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->foreign_account = true;
  assert_flagged(shop, order);
}

static void a_test_payment_is_flagged_and_gives_nothing(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->wrong_mode = true;
  assert_flagged(shop, order);
}

static void a_payment_of_another_order_is_flagged(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  struct shop_payment *payment = shop_payment_of(order);

  payment->order_id = order + 1000;
  payment->state = QENT_PROVIDER_SUCCEEDED;
  shop_webhook(shop, payment->id);
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_FLAGGED);
  assert_int_equal(panel.count, 0);
}

static int64_t newest_payment_id;

static bool take_id(const qent_payment *payment, void *user)
{
  (void)user;
  newest_payment_id = qent_payment_id(payment);
  return false;
}

static int64_t payment_id_of(struct shop *shop, int64_t order)
{
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;

  filter.order_id = order;
  assert_int_equal(qent_payment_each(shop->session, &filter, take_id, NULL, NULL), QENT_OK);
  return newest_payment_id;
}

static void an_admin_may_honour_a_flagged_payment_once(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  int64_t payment;

  shop_payment_of(order)->amount.minor = 100;
  assert_flagged(shop, order);
  payment = payment_id_of(shop, order);
  assert_int_equal(qent_payment_resolve_flag(shop->session, payment, true, NULL), QENT_OK);
  assert_int_equal(qent_payment_resolve_flag(shop->session, payment, true, NULL), QENT_ECONFLICT);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(panel.count, 1);
}

static void an_admin_may_close_a_flagged_payment(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  int64_t payment;

  shop_payment_of(order)->amount.minor = 100;
  assert_flagged(shop, order);
  payment = payment_id_of(shop, order);
  assert_int_equal(qent_payment_resolve_flag(shop->session, payment, false, NULL), QENT_OK);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_CANCELED);
  assert_int_equal(shop_expiry(shop), 0);
}

static void a_refund_takes_back_exactly_what_the_order_gave(void **state)
{
  struct shop *shop = *state;
  int64_t first = shop_order(shop, "month");
  int64_t second;

  shop_pay(shop, first);
  shop_work(shop);
  second = shop_order(shop, "month");
  shop_pay(shop, second);
  shop_work(shop);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 60 * SHOP_DAY);
  assert_int_equal(qent_payment_refund(shop->session, payment_id_of(shop, second), "asked", NULL),
                   QENT_OK);
  shop_work(shop);
  assert_int_equal(till.refunds, 1);
  assert_int_equal(shop_order_state(shop, second), QENT_ORDER_REFUNDED);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 30 * SHOP_DAY);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 30 * SHOP_DAY);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REFUNDED), 1);
  assert_int_equal(qent_payment_refund(shop->session, payment_id_of(shop, second), "again", NULL),
                   QENT_ECONFLICT);
}

static void a_refund_that_timed_out_is_finished_later_and_made_once(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_pay(shop, order);
  shop_work(shop);
  till.fail_calls = 1;
  till.act_first = true;
  till.fail_as = QENT_ETIMEOUT;
  assert_int_equal(qent_payment_refund(shop->session, payment_id_of(shop, order), "asked", NULL),
                   QENT_ETIMEOUT);
  shop->now += 120;
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_REFUNDED);
  assert_int_equal(till.refunds, 1);
  assert_false(panel.accounts[0].enabled);
}

static void a_refund_made_in_the_cabinet_is_noticed(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_pay(shop, order);
  shop_work(shop);
  shop_payment_of(order)->refunded = shop_payment_of(order)->amount;
  shop_webhook(shop, shop_payment_of(order)->id);
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_REFUNDED);
  assert_int_equal(shop_expiry(shop), shop->now);
}

static void money_without_any_order_of_ours_reaches_the_admins(void **state)
{
  struct shop *shop = *state;
  struct shop_payment *stray = &till.payments[till.count++];

  memcpy(stray->id, "pay-stray", sizeof "pay-stray");
  stray->amount = (qent_money){5000, "RUB"};
  stray->state = QENT_PROVIDER_SUCCEEDED;
  shop_webhook(shop, "pay-stray");
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_FLAG), 1);
  shop_webhook(shop, "pay-stray");
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_FLAG), 1);
}

static void a_till_that_is_down_is_asked_again_and_again(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  till.fail_calls = 6;
  till.fail_as = QENT_EUPSTREAM;
  shop_pay(shop, order);
  for (int i = 0; i < 20; i++) {
    shop_work(shop);
    shop->now += 60;
  }
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(panel.count, 1);
}

static void a_hidden_plan_cannot_be_bought(void **state)
{
  struct shop *shop = *state;
  const qent_money price = {100, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;
  qent_checkout checkout = QENT_CHECKOUT_INIT;
  qent_order *order = NULL;

  plan.code = "old";
  plan.title_ru = "Старый";
  plan.title_en = "Old";
  plan.prices = &price;
  plan.price_count = 1;
  plan.hidden = true;
  assert_int_equal(qent_plan_add(shop->session, &plan, NULL, NULL), QENT_OK);
  checkout.user_id = shop->buyer;
  checkout.plan_code = "old";
  checkout.method = "till";
  assert_int_equal(qent_checkout_begin(shop->session, &checkout, &order, NULL), QENT_ENOTFOUND);
  checkout.plan_code = "month";
  checkout.method = "cheque";
  assert_int_equal(qent_checkout_begin(shop->session, &checkout, &order, NULL), QENT_EUNSUPPORTED);
  checkout.method = "till";
  checkout.subscription_id = 12345;
  assert_int_equal(qent_checkout_begin(shop->session, &checkout, &order, NULL), QENT_ENOTFOUND);
  assert_null(order);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_sale_gives_one_account_and_tells_the_keys_once),
      TEST(webhooks_that_repeat_change_nothing),
      TEST(a_missing_webhook_is_made_good_by_the_poll),
      TEST(an_early_webhook_finds_its_payment_by_the_order),
      TEST(a_create_that_timed_out_is_repeated_with_the_same_key),
      TEST(a_forged_webhook_gives_nothing),
      TEST(two_taps_make_one_order),
      TEST(two_orders_paid_at_once_both_count),
      TEST(a_changed_price_does_not_touch_an_order_that_is_open),
      TEST(money_for_an_expired_order_is_honoured),
      TEST(a_declined_payment_leaves_the_order_open_for_another),
      TEST(a_wrong_amount_is_flagged_and_gives_nothing),
      TEST(a_wrong_currency_is_flagged_and_gives_nothing),
      TEST(a_foreign_shop_is_flagged_and_gives_nothing),
      TEST(a_test_payment_is_flagged_and_gives_nothing),
      TEST(a_payment_of_another_order_is_flagged),
      TEST(an_admin_may_honour_a_flagged_payment_once),
      TEST(an_admin_may_close_a_flagged_payment),
      TEST(a_refund_takes_back_exactly_what_the_order_gave),
      TEST(a_refund_that_timed_out_is_finished_later_and_made_once),
      TEST(a_refund_made_in_the_cabinet_is_noticed),
      TEST(money_without_any_order_of_ours_reaches_the_admins),
      TEST(a_till_that_is_down_is_asked_again_and_again),
      TEST(a_hidden_plan_cannot_be_bought),
  };

  return cmocka_run_group_tests_name("the sale", tests, NULL, NULL);
}

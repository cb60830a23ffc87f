/* SPDX-License-Identifier: MIT */
/* Money that goes back, money that does not fit, and payments that must come to rest. */
#include "shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct found {
  int64_t id;
  qent_payment_state state;
  int64_t refunded_minor;
  int64_t settled_at;
};

static bool take_newest(const qent_payment *payment, void *user)
{
  struct found *found = user;

  found->id = qent_payment_id(payment);
  found->state = qent_payment_get_state(payment);
  found->refunded_minor = qent_payment_refunded(payment).minor;
  found->settled_at = qent_payment_settled_at(payment);
  return false;
}

static struct found payment_of(struct shop *shop, int64_t order)
{
  struct found found = {0};
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;

  filter.order_id = order;
  assert_int_equal(qent_payment_each(shop->session, &filter, take_newest, &found, NULL), QENT_OK);
  assert_int_not_equal(found.id, 0);
  return found;
}

static int64_t buy(struct shop *shop, const char *plan_code)
{
  int64_t order = shop_order(shop, plan_code);

  shop_pay(shop, order);
  shop_work(shop);
  return order;
}

static void give_back(int64_t order, int64_t minor)
{
  shop_payment_of(order)->refunded = (qent_money){minor, "RUB"};
}

static void webhook_of(struct shop *shop, int64_t order)
{
  shop_webhook(shop, shop_payment_of(order)->id);
  shop_work(shop);
}

/* An hour of polling a payment that is at rest asks the till about nothing. */
static void assert_at_rest(struct shop *shop)
{
  int before = till.fetches;

  for (int i = 0; i < 60; i++) {
    shop->now += 120;
    shop_work(shop);
  }
  assert_int_equal(till.fetches, before);
}

static void a_refund_that_was_begun_survives_a_webhook_that_repeats(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");

  till.fail_calls = 1;
  till.fail_as = QENT_EUPSTREAM;
  assert_int_equal(qent_payment_refund(shop->session, payment_of(shop, order).id, "asked", NULL),
                   QENT_EUPSTREAM);
  webhook_of(shop, order);
  shop->now += 120;
  shop_work(shop);
  assert_int_equal(till.refunds, 1);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_REFUNDED);
  assert_at_rest(shop);
}

static void a_refund_after_a_partial_one_gives_back_the_rest(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");

  give_back(order, 5000);
  webhook_of(shop, order);
  assert_int_equal(payment_of(shop, order).refunded_minor, 5000);
  assert_int_equal(shop_expiry(shop), SHOP_NOW + 30 * SHOP_DAY);
  assert_int_equal(qent_payment_refund(shop->session, payment_of(shop, order).id, "asked", NULL),
                   QENT_OK);
  assert_int_equal(shop_payment_of(order)->refunded.minor, 19900);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_REFUNDED);
  assert_int_equal(shop_expiry(shop), SHOP_NOW);
}

static void each_part_that_goes_back_is_told(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");

  give_back(order, 5000);
  webhook_of(shop, order);
  webhook_of(shop, order);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REFUNDED), 1);
  give_back(order, 19900);
  webhook_of(shop, order);
  webhook_of(shop, order);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REFUNDED), 2);
}

static void a_part_that_went_back_before_settling_is_counted(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  give_back(order, 5000);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(payment_of(shop, order).refunded_minor, 5000);
}

static void money_that_went_back_before_settling_leaves_the_order_payable(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  give_back(order, 19900);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_REFUNDED);
  assert_int_equal(shop_expiry(shop), 0);
  order = shop_order(shop, "month");
  assert_int_equal(till.count, 2);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

static void a_flagged_payment_leaves_the_order_payable(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->wrong_mode = true;
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_FLAGGED);
  order = shop_order(shop, "month");
  assert_int_equal(till.count, 2);
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_int_equal(panel.count, 1);
}

static int64_t flagged_order(struct shop *shop)
{
  int64_t order = shop_order(shop, "month");

  shop_payment_of(order)->amount.minor = 100;
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_FLAGGED);
  return order;
}

static void a_flag_that_an_admin_closed_stays_closed(void **state)
{
  struct shop *shop = *state;
  int64_t order = flagged_order(shop);

  assert_int_equal(
      qent_payment_resolve_flag(shop->session, payment_of(shop, order).id, false, NULL), QENT_OK);
  webhook_of(shop, order);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_CANCELED);
  give_back(order, 100);
  webhook_of(shop, order);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_REFUNDED);
  assert_int_equal(shop_expiry(shop), 0);
  assert_at_rest(shop);
}

static void flagged_money_that_went_back_cannot_be_honoured(void **state)
{
  struct shop *shop = *state;
  int64_t order = flagged_order(shop);

  give_back(order, 100);
  webhook_of(shop, order);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_REFUNDED);
  assert_int_equal(qent_payment_resolve_flag(shop->session, payment_of(shop, order).id, true, NULL),
                   QENT_ECONFLICT);
  assert_int_equal(shop_expiry(shop), 0);
}

static void looking_again_at_a_final_payment_is_done_once(void **state)
{
  struct shop *shop = *state;
  int64_t flagged = flagged_order(shop);
  int64_t canceled = shop_order(shop, "gb");

  shop_payment_of(canceled)->state = QENT_PROVIDER_CANCELED;
  webhook_of(shop, canceled);
  assert_int_equal(qent_payment_recheck(shop->session, payment_of(shop, flagged).id, NULL),
                   QENT_OK);
  assert_int_equal(qent_payment_recheck(shop->session, payment_of(shop, canceled).id, NULL),
                   QENT_OK);
  shop_work(shop);
  assert_at_rest(shop);
}

static void looking_again_at_a_partly_refunded_payment_is_done_once(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");

  give_back(order, 5000);
  webhook_of(shop, order);
  assert_int_equal(qent_payment_recheck(shop->session, payment_of(shop, order).id, NULL), QENT_OK);
  shop_work(shop);
  assert_at_rest(shop);
}

static void a_refund_refused_for_good_is_told_and_not_repeated_for_ever(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");

  till.fail_calls = 1;
  till.fail_as = QENT_EINVAL;
  assert_int_equal(qent_payment_refund(shop->session, payment_of(shop, order).id, "asked", NULL),
                   QENT_EINVAL);
  assert_at_rest(shop);
  assert_int_equal(till.refunds, 0);
  assert_int_equal(shop_payment_state(shop, order), QENT_PAYMENT_SUCCEEDED);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
  assert_int_equal(qent_payment_refund(shop->session, payment_of(shop, order).id, "asked", NULL),
                   QENT_OK);
  assert_int_equal(till.refunds, 1);
}

static void a_refund_takes_back_the_traffic_of_its_order(void **state)
{
  struct shop *shop = *state;
  int64_t second;
  qent_subscription *sub;

  (void)buy(shop, "gb");
  second = buy(shop, "gb");
  assert_int_equal(qent_payment_refund(shop->session, payment_of(shop, second).id, "asked", NULL),
                   QENT_OK);
  sub = shop_subscription(shop);
  assert_int_equal(qent_subscription_traffic_limit_bytes(sub), 1000);
  qent_subscription_free(sub);
}

static void a_refund_before_the_keys_were_ready_sends_no_word_of_waiting(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  panel.fail_calls = 1000;
  panel.fail_as = QENT_EUPSTREAM;
  shop_pay(shop, order);
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_PAYMENT_WAIT), 1);
  assert_int_equal(qent_payment_refund(shop->session, payment_of(shop, order).id, "asked", NULL),
                   QENT_OK);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_PAYMENT_WAIT), 0);
}

static void a_till_that_answers_for_another_payment_is_kept_as_an_error(void **state)
{
  struct shop *shop = *state;
  qent_payment *payment = NULL;
  int64_t one = shop_order(shop, "month");
  int64_t two;

  till.fail_calls = 1;
  till.fail_as = QENT_EUPSTREAM;
  two = shop_order(shop, "gb");
  till.answer_with = shop_payment_of(one)->id;
  shop->now += 20;
  shop_work(shop);
  assert_int_equal(qent_payment_by_id(shop->session, payment_of(shop, two).id, &payment, NULL),
                   QENT_OK);
  assert_int_equal(qent_payment_get_state(payment), QENT_PAYMENT_CREATING);
  assert_int_equal(qent_payment_attempts(payment), 2);
  assert_non_null(qent_payment_last_error(payment));
  qent_payment_free(payment);
}

static void a_pause_that_the_till_demands_has_an_end(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  till.fail_calls = 1;
  till.fail_as = QENT_EUPSTREAM;
  till.retry_after_ms = INT64_MAX;
  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  shop->now += 5;
  shop_work(shop);
  shop->now += SHOP_DAY;
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

static qent_status begin(struct shop *shop, const char *email, int64_t sub_id, int64_t *id_out)
{
  qent_checkout checkout = QENT_CHECKOUT_INIT;
  qent_order *order = NULL;
  qent_status st;

  checkout.user_id = shop->buyer;
  checkout.plan_code = "month";
  checkout.method = "till";
  checkout.email = email;
  checkout.subscription_id = sub_id;
  st = qent_checkout_begin(shop->session, &checkout, &order, NULL);
  if (st == QENT_OK)
    *id_out = qent_order_id(order);
  qent_order_free(order);
  return st;
}

static void another_address_after_a_refusal_makes_a_new_order(void **state)
{
  struct shop *shop = *state;
  qent_order *order = NULL;
  int64_t first = 0;
  int64_t second = 0;

  till.fail_calls = 1;
  till.fail_as = QENT_EINVAL;
  assert_int_equal(begin(shop, NULL, 0, &first), QENT_OK);
  assert_int_equal(qent_checkout_fetch_link(shop->session, first, 1000, &order, NULL), QENT_EINVAL);
  assert_int_equal(begin(shop, "anna@example.org", 0, &second), QENT_OK);
  assert_int_not_equal(first, second);
  assert_int_equal(qent_checkout_fetch_link(shop->session, second, 1000, &order, NULL), QENT_OK);
  qent_order_free(order);
  assert_int_equal(begin(shop, "anna@example.org", 0, &first), QENT_OK);
  assert_int_equal(first, second);
}

static void what_is_no_address_does_not_reach_the_provider(void **state)
{
  static const char *const wrong[] = {"@",         "anna",         "anna@",     "@example.org",
                                      "a@b@c.org", "anna a@b.org", "a@b.org\r", "a@b.org\r\nX: y"};
  struct shop *shop = *state;
  int64_t id = 0;

  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(begin(shop, wrong[i], 0, &id), QENT_EINVAL);
  assert_int_equal(begin(shop, "анна@пример.рф", 0, &id), QENT_OK);
}

static void edit_plan(struct shop *shop, const char *node_group, int32_t replicas)
{
  const qent_money price = {19900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;

  plan.code = "month";
  plan.title_ru = "План";
  plan.title_en = "Plan";
  plan.node_group = node_group;
  plan.replicas = replicas;
  plan.prices = &price;
  plan.price_count = 1;
  assert_int_equal(qent_plan_edit(shop->session, &plan, NULL, NULL), QENT_OK);
}

static void an_edited_plan_makes_a_new_order(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  edit_plan(shop, "us", 1);
  assert_int_not_equal(shop_order(shop, "month"), order);
}

static void a_plan_that_got_more_nodes_makes_a_new_order(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");

  edit_plan(shop, "eu", 2);
  assert_int_not_equal(shop_order(shop, "month"), order);
}

static void a_subscription_that_is_switched_off_is_not_sold(void **state)
{
  struct shop *shop = *state;
  int64_t id = 0;
  int64_t order = 0;
  int64_t late;

  (void)buy(shop, "month");
  id = shop_sub_id(shop);
  late = shop_order(shop, "month");
  assert_int_equal(qent_subscription_set_disabled(shop->session, id, true, NULL), QENT_OK);
  assert_int_equal(begin(shop, NULL, id, &order), QENT_ECONFLICT);
  assert_int_equal(begin(shop, NULL, 0, &order), QENT_ECONFLICT);
  shop_pay(shop, late);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, late), QENT_ORDER_PAID);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_ALARM), 1);
}

static void a_link_is_not_said_to_be_there_when_it_is_not(void **state)
{
  struct shop *shop = *state;
  qent_order *order = NULL;
  int64_t id = shop_order(shop, "month");

  shop_payment_of(id)->state = QENT_PROVIDER_CANCELED;
  webhook_of(shop, id);
  assert_int_equal(qent_checkout_fetch_link(shop->session, id, 1000, &order, NULL), QENT_ECONFLICT);
  assert_null(order);
}

static void a_caller_with_much_patience_gets_the_link(void **state)
{
  struct shop *shop = *state;
  qent_order *order = NULL;
  int64_t id = 0;

  assert_int_equal(begin(shop, NULL, 0, &id), QENT_OK);
  assert_int_equal(qent_checkout_fetch_link(shop->session, id, INT64_MAX, &order, NULL), QENT_OK);
  qent_order_free(order);
}

static void forged_webhooks_do_not_hold_up_the_poll(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  char id[] = "forged-00";

  for (int i = 0; i < 20; i++) {
    id[7] = (char)('0' + i / 10);
    id[8] = (char)('0' + i % 10);
    shop_webhook(shop, id);
  }
  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  shop->now += 5;
  assert_int_equal(qent_payments_poll(shop->session, 2, NULL, NULL), QENT_OK);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_refund_that_was_begun_survives_a_webhook_that_repeats),
      TEST(a_refund_after_a_partial_one_gives_back_the_rest),
      TEST(each_part_that_goes_back_is_told),
      TEST(a_part_that_went_back_before_settling_is_counted),
      TEST(money_that_went_back_before_settling_leaves_the_order_payable),
      TEST(a_flagged_payment_leaves_the_order_payable),
      TEST(a_flag_that_an_admin_closed_stays_closed),
      TEST(flagged_money_that_went_back_cannot_be_honoured),
      TEST(looking_again_at_a_final_payment_is_done_once),
      TEST(looking_again_at_a_partly_refunded_payment_is_done_once),
      TEST(a_refund_refused_for_good_is_told_and_not_repeated_for_ever),
      TEST(a_refund_takes_back_the_traffic_of_its_order),
      TEST(a_refund_before_the_keys_were_ready_sends_no_word_of_waiting),
      TEST(a_till_that_answers_for_another_payment_is_kept_as_an_error),
      TEST(a_pause_that_the_till_demands_has_an_end),
      TEST(another_address_after_a_refusal_makes_a_new_order),
      TEST(what_is_no_address_does_not_reach_the_provider),
      TEST(an_edited_plan_makes_a_new_order),
      TEST(a_plan_that_got_more_nodes_makes_a_new_order),
      TEST(a_subscription_that_is_switched_off_is_not_sold),
      TEST(a_link_is_not_said_to_be_there_when_it_is_not),
      TEST(a_caller_with_much_patience_gets_the_link),
      TEST(forged_webhooks_do_not_hold_up_the_poll),
  };

  return cmocka_run_group_tests_name("refunds and payments at rest", tests, NULL, NULL);
}

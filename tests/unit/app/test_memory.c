/* SPDX-License-Identifier: MIT */
/* Memory that runs out at every possible place: nothing leaks, nothing is half done, and the next
 * try succeeds. */
#include "app/context.h"
#include "app/settle.h"
#include "memory_sweep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int64_t order_id;

/* The sale goes on with memory, and ends as if nothing had been. */
static void finish(struct shop *shop)
{
  order_id = shop_order(shop, "month");
  for (int i = 0; i < 3; i++) {
    shop->now += 70;
    shop_work(shop);
  }
  if (shop_order_state(shop, order_id) == QENT_ORDER_OPEN)
    shop_pay(shop, order_id);
  for (int i = 0; i < 3; i++) {
    shop->now += 70;
    shop_work(shop);
  }
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].enabled);
  assert_int_equal(panel.accounts[0].expires_at, shop_expiry(shop));
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void prepare_nothing(struct shop *shop)
{
  (void)shop;
}

static qent_status begin(struct shop *shop)
{
  qent_checkout checkout = QENT_CHECKOUT_INIT;
  qent_order *untouched = (qent_order *)(void *)&order_id;
  qent_order *order = untouched;
  qent_status st;

  checkout.user_id = shop->buyer;
  checkout.plan_code = "month";
  checkout.method = "till";
  checkout.email = "anna@example.org";
  checkout.return_url = "https://vpn.test/back";
  st = qent_checkout_begin(shop->session, &checkout, &order, NULL);
  if (st == QENT_OK)
    qent_order_free(order);
  else
    assert_ptr_equal(order, untouched);
  return st;
}

static bool count_order(const qent_order *order, void *user)
{
  assert_int_equal(qent_order_get_state(order), QENT_ORDER_OPEN);
  ++*(int *)user;
  return true;
}

/* An order and its payment, or neither. */
static bool has_begun(struct shop *shop)
{
  int64_t payments = 0;
  int orders = 0;
  qent_payment *payment = NULL;

  assert_int_equal(qent_order_each(shop->session, shop->buyer, 10, count_order, &orders, NULL),
                   QENT_OK);
  if (qent_payment_by_id(shop->session, 1, &payment, NULL) == QENT_OK)
    payments++;
  qent_payment_free(payment);
  assert_int_equal(payments, orders);
  return orders == 1;
}

static void an_order_is_begun_wholly_or_not_at_all(void **state)
{
  const struct sweep sweep = {prepare_nothing, begin, has_begun, finish};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_money(struct shop *shop)
{
  order_id = shop_order(shop, "month");
  shop_payment_of(order_id)->state = QENT_PROVIDER_SUCCEEDED;
}

static qent_status settle(struct shop *shop)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  const struct shop_payment *payment = &till.payments[0];

  memcpy(seen.external_id, payment->id, sizeof seen.external_id);
  seen.state = QENT_PROVIDER_SUCCEEDED;
  seen.amount = payment->amount;
  seen.order_id = payment->order_id;
  return qent__settle_outcome(shop->session, 1, &seen, NULL);
}

/* Payment, order, subscription, account and notice, or none of them. */
static bool is_settled(struct shop *shop)
{
  bool paid = shop_order_state(shop, order_id) == QENT_ORDER_PAID;
  qent_payment_state expected = paid ? QENT_PAYMENT_SUCCEEDED : QENT_PAYMENT_PENDING;
  qent_stats stats = QENT_STATS_INIT;

  assert_int_equal(shop_payment_state(shop, order_id), expected);
  assert_int_equal(shop_expiry(shop), paid ? SHOP_NOW + 30 * SHOP_DAY : 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_PAYMENT_WAIT), paid);
  assert_int_equal(qent_stats_read(shop->session, &stats, NULL), QENT_OK);
  assert_int_equal(stats.accounts_pending, paid);
  return paid;
}

static void money_is_settled_wholly_or_not_at_all(void **state)
{
  const struct sweep sweep = {prepare_money, settle, is_settled, finish};

  (void)state;
  run_sweep(&sweep);
}

static qent_status poll(struct shop *shop)
{
  return qent_payments_poll(shop->session, 5, NULL, NULL);
}

static void prepare_webhook(struct shop *shop)
{
  prepare_money(shop);
  shop_webhook(shop, "pay-1");
}

static void a_webhook_is_followed_by_whoever_has_memory(void **state)
{
  const struct sweep sweep = {prepare_webhook, poll, is_settled, finish};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_account(struct shop *shop)
{
  prepare_webhook(shop);
  assert_int_equal(poll(shop), QENT_OK);
}

static qent_status apply(struct shop *shop)
{
  int32_t done = -7;
  qent_status st = qent_accounts_apply(shop->session, 5, &done, NULL);

  if (st != QENT_OK)
    assert_int_equal(done, -7);
  return st;
}

/* Confirmed and told, or neither. */
static bool is_applied(struct shop *shop)
{
  qent_stats stats = QENT_STATS_INIT;

  assert_int_equal(qent_stats_read(shop->session, &stats, NULL), QENT_OK);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1 - stats.accounts_pending);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS_QR), 1 - stats.accounts_pending);
  assert_true(panel.count <= 1);
  return stats.accounts_pending == 0;
}

static void an_account_is_confirmed_and_told_or_neither(void **state)
{
  const struct sweep sweep = {prepare_account, apply, is_applied, finish};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_end(struct shop *shop)
{
  prepare_account(shop);
  shop_work(shop);
  shop->now = SHOP_NOW + 31 * SHOP_DAY;
}

static qent_status run_due(struct shop *shop)
{
  return qent_due_run(shop->session, 5, NULL, NULL);
}

/* Told, and the account to be closed; or neither, and due again. */
static bool has_ended(struct shop *shop)
{
  qent_stats stats = QENT_STATS_INIT;
  int told = shop_notices(shop, QENT_NOTICE_EXPIRED);

  assert_int_equal(qent_stats_read(shop->session, &stats, NULL), QENT_OK);
  assert_int_equal(stats.accounts_pending, told);
  return told == 1;
}

static void an_end_is_told_and_carried_out_or_neither(void **state)
{
  const struct sweep sweep = {prepare_end, run_due, has_ended, finish};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_sold(struct shop *shop)
{
  prepare_account(shop);
  shop_work(shop);
}

static qent_status refund(struct shop *shop)
{
  return qent_payment_refund(shop->session, 1, "asked", NULL);
}

static bool is_refunded(struct shop *shop)
{
  bool back = shop_payment_state(shop, order_id) == QENT_PAYMENT_REFUNDED;

  assert_int_equal(shop_order_state(shop, order_id), back ? QENT_ORDER_REFUNDED : QENT_ORDER_PAID);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_REFUNDED), back);
  assert_int_equal(shop_expiry(shop), back ? SHOP_NOW : SHOP_NOW + 30 * SHOP_DAY);
  return back;
}

static void finish_refund(struct shop *shop)
{
  if (!is_refunded(shop))
    assert_int_equal(refund(shop), QENT_OK);
  shop_work(shop);
  assert_true(shop_payment_state(shop, order_id) == QENT_PAYMENT_REFUNDED);
  assert_int_equal(till.refunds, 1);
  assert_false(panel.accounts[0].enabled);
}

static void a_refund_is_made_once(void **state)
{
  const struct sweep sweep = {prepare_sold, refund, is_refunded, finish_refund};

  (void)state;
  run_sweep(&sweep);
}

static qent_status rotate(struct shop *shop)
{
  qent_subscription *untouched = (qent_subscription *)(void *)&order_id;
  qent_subscription *sub = untouched;
  qent_status st = qent_subscription_rotate(shop->session, shop->buyer, 1, &sub, NULL);

  if (st == QENT_OK)
    qent_subscription_free(sub);
  else
    assert_ptr_equal(sub, untouched);
  return st;
}

static bool is_rotated(struct shop *shop)
{
  qent_stats stats = QENT_STATS_INIT;
  qent_subscription *sub = shop_subscription(shop);
  bool rotated = qent_subscription_keys_revision(sub) == 2;

  qent_subscription_free(sub);
  assert_int_equal(qent_stats_read(shop->session, &stats, NULL), QENT_OK);
  assert_int_equal(stats.accounts_pending, rotated);
  return rotated;
}

static void finish_rotation(struct shop *shop)
{
  bool rotated = is_rotated(shop);

  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), rotated ? 2 : 1);
}

static void keys_are_changed_wholly_or_not_at_all(void **state)
{
  const struct sweep sweep = {prepare_sold, rotate, is_rotated, finish_rotation};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_traffic(struct shop *shop)
{
  prepare_sold(shop);
  panel.accounts[0].used_bytes = 500;
  shop->now += 61;
}

static qent_status collect(struct shop *shop)
{
  return qent_usage_collect(shop->session, 5, NULL, NULL);
}

static bool is_counted(struct shop *shop)
{
  qent_subscription *sub = shop_subscription(shop);
  int64_t used = qent_subscription_traffic_used_bytes(sub);

  qent_subscription_free(sub);
  assert_true(used == 0 || used == 500);
  return used == 500;
}

static void finish_counting(struct shop *shop)
{
  shop->now += 61;
  assert_int_equal(collect(shop), QENT_OK);
  assert_true(is_counted(shop));
}

static void traffic_is_counted_once(void **state)
{
  const struct sweep sweep = {prepare_traffic, collect, is_counted, finish_counting};

  (void)state;
  run_sweep(&sweep);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_order_is_begun_wholly_or_not_at_all),
      cmocka_unit_test(money_is_settled_wholly_or_not_at_all),
      cmocka_unit_test(a_webhook_is_followed_by_whoever_has_memory),
      cmocka_unit_test(an_account_is_confirmed_and_told_or_neither),
      cmocka_unit_test(an_end_is_told_and_carried_out_or_neither),
      cmocka_unit_test(a_refund_is_made_once),
      cmocka_unit_test(keys_are_changed_wholly_or_not_at_all),
      cmocka_unit_test(traffic_is_counted_once),
  };

  return cmocka_run_group_tests_name("out of memory", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Payment providers and ledger compared, and what the admins hear of a night. */
#include "findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void money_that_nobody_told_us_of_is_settled(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  struct findings found;

  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_string_equal(found.where, "till");
  assert_true(found.payment_id > 0);
  assert_non_null(strstr(found.detail, "199.00 RUB"));
  assert_int_equal(found.queued, 1);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_clean(shop);
}

static void a_payment_whose_creation_got_lost_is_found_by_its_order(void **state)
{
  struct shop *shop = *state;
  struct findings found;
  int64_t order;

  till.fail_calls = 1;
  till.act_first = true;
  till.fail_as = QENT_ETIMEOUT;
  order = shop_order(shop, "month");
  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_int_equal(qent_payments_poll(shop->session, 10, NULL, NULL), QENT_OK);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

static void money_that_came_just_now_is_no_drift(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  struct findings found;

  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  shop_payment_of(order)->paid_at = shop->now - 60;
  assert_clean(shop);
  shop->now += 300;
  found = compare(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
}

static void every_page_of_the_provider_is_read(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  for (int i = 0; i < 7; i++) {
    shop->buyer = shop_add_user(shop, 2000 + i);
    shop_payment_of(shop_order(shop, "month"))->state = QENT_PROVIDER_SUCCEEDED;
  }
  found = compare(shop);
  assert_int_equal(found.counts[QENT_DRIFT_PAID_UNSETTLED], 7);
  assert_int_equal(till.lists, 4);
}

static void a_refund_in_the_cabinet_ends_the_access(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");
  struct findings found;

  shop_payment_of(order)->refunded = shop_payment_of(order)->amount;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_SETTLED_UNPAID);
  assert_int_equal(found.queued, 1);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_REFUNDED);
  assert_false(panel.accounts[0].enabled);
  assert_clean(shop);
}

static void settled_without_money_is_left_to_an_admin(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");
  struct findings found;

  shop->now += 600;
  shop_payment_of(order)->state = QENT_PROVIDER_CANCELED;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_SETTLED_UNPAID);
  assert_int_equal(found.queued, 0);
  till.count = 0;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_SETTLED_UNPAID);
  assert_non_null(strstr(found.detail, "does not know it"));
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

static struct shop_payment *foreign_payment(int64_t order_id)
{
  struct shop_payment *payment = &till.payments[till.count++];

  memset(payment, 0, sizeof *payment);
  snprintf(payment->id, sizeof payment->id, "foreign-%zu", till.count);
  payment->amount = (qent_money){500, "RUB"};
  payment->refunded = (qent_money){0, "RUB"};
  payment->state = QENT_PROVIDER_SUCCEEDED;
  payment->order_id = order_id;
  return payment;
}

static void money_of_an_order_that_the_ledger_lost_is_kept_in_sight(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  foreign_payment(0); /* of another system in the same shop */
  assert_clean(shop);
  foreign_payment(4711);
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_true(found.payment_id == 0);
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_FLAG), 1);
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_non_null(strstr(found.detail, "accept or reject payment"));
  assert_int_equal(found.queued, 0);
}

static void a_provider_without_a_list_is_asked_one_by_one(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  struct findings found;
  int fetches;

  till.no_list = true;
  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  fetches = till.fetches;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_int_equal(till.fetches, fetches + 1);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  fetches = till.fetches;
  assert_clean(shop);
  assert_int_equal(till.fetches, fetches);
}

static void older_payments_are_left_out(void **state)
{
  struct shop *shop = *state;
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.all = 0};
  int fetches;

  (void)shop_order(shop, "month");
  till.no_list = true;
  shop->now += 4 * SHOP_DAY;
  fetches = till.fetches;
  assert_clean(shop);
  assert_int_equal(till.fetches, fetches);
  options.payment_days = 5;
  assert_int_equal(qent_reconcile(shop->session, &options, findings_take, &found, NULL), QENT_OK);
  assert_int_equal(till.fetches, fetches + 1);
  options.payment_days = 367;
  assert_int_equal(qent_reconcile(shop->session, &options, findings_take, &found, NULL),
                   QENT_EINVAL);
}

static void a_silent_provider_is_named_and_the_panels_are_compared(void **state)
{
  struct shop *shop = *state;
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.all = 0};

  put_on_panel("somebody");
  till.fail_calls = 1;
  till.fail_as = QENT_EUPSTREAM;
  assert_int_equal(qent_reconcile(shop->session, &options, findings_take, &found, NULL),
                   QENT_EUPSTREAM);
  assert_int_equal(found.counts[QENT_DRIFT_NOT_COMPARED], 1);
  assert_int_equal(found.counts[QENT_DRIFT_ORPHAN], 1);
}

static int nightly(struct shop *shop)
{
  int32_t done = -1;

  assert_int_equal(qent_reconcile_nightly(shop->session, 1, &done, NULL), QENT_OK);
  return done;
}

static int alarms(struct shop *shop)
{
  return shop_notices(shop, QENT_NOTICE_ADMIN_ALARM);
}

static void a_clean_night_is_silent(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  assert_int_equal(nightly(shop), 0); /* a fresh database has no night behind it */
  shop->now += SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  assert_int_equal(nightly(shop), 0);
  assert_int_equal(alarms(shop), 0);
}

static void a_bad_night_is_told_once_and_mends_nothing(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  (void)nightly(shop);
  panel.count = 0;
  for (int night = 1; night <= 2; night++) {
    shop->now += SHOP_DAY;
    for (int i = 0; i < 3; i++)
      assert_int_equal(nightly(shop), i == 0 ? 1 : 0);
    assert_int_equal(alarms(shop), night);
  }
  shop_work(shop);
  assert_int_equal(panel.count, 0);
}

static void strangers_are_news_only_when_there_are_more(void **state)
{
  struct shop *shop = *state;

  (void)nightly(shop);
  for (int night = 0; night < 4; night++) {
    shop->now += SHOP_DAY;
    if (night == 0 || night == 2)
      put_on_panel(night ? "b" : "a");
    assert_int_equal(nightly(shop), 1);
    assert_int_equal(alarms(shop), night < 2 ? 1 : 2);
  }
}

static void the_night_comes_at_its_hour_and_survives_a_wrong_clock(void **state)
{
  struct shop *shop = *state;
  int64_t four = SHOP_NOW / SHOP_DAY * SHOP_DAY + 4 * 3600;

  shop->now = four + 60;
  assert_int_equal(nightly(shop), 0);
  shop->now = four + SHOP_DAY - 60;
  assert_int_equal(nightly(shop), 0);
  shop->now = four + SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  shop->now = four + 9999 * SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  shop->now = four + 2 * SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  assert_int_equal(nightly(shop), 0);
}

static int open_without_nights(void **state)
{
  return shop_open_set(state, "QENT_RECONCILE_HOUR=-1\n");
}

static void nights_can_be_switched_off(void **state)
{
  struct shop *shop = *state;

  for (int i = 0; i < 3; i++) {
    shop->now += SHOP_DAY;
    assert_int_equal(nightly(shop), 0);
  }
}

static void a_night_that_was_stopped_is_made_up_for(void **state)
{
  struct shop *shop = *state;

  (void)nightly(shop);
  shop->now += SHOP_DAY;
  qent_ctx_stop(shop->ctx);
  assert_int_equal(qent_reconcile_nightly(shop->session, 1, NULL, NULL), QENT_ECANCELED);
  shop_reopen(shop);
  assert_int_equal(nightly(shop), 1);
}

static void two_processes_share_one_night(void **state)
{
  struct shop *shop = *state;
  qent_ctx *other = shop_new_ctx(shop);
  qent_session *session = NULL;
  int32_t done = -1;

  assert_int_equal(qent_session_open(other, &session, NULL), QENT_OK);
  (void)nightly(shop);
  shop->now += SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  assert_int_equal(qent_reconcile_nightly(session, 1, &done, NULL), QENT_OK);
  assert_int_equal(done, 0);
  qent_session_close(session);
  qent_ctx_free(other);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(money_that_nobody_told_us_of_is_settled),
      TEST(a_payment_whose_creation_got_lost_is_found_by_its_order),
      TEST(money_that_came_just_now_is_no_drift),
      TEST(every_page_of_the_provider_is_read),
      TEST(a_refund_in_the_cabinet_ends_the_access),
      TEST(settled_without_money_is_left_to_an_admin),
      TEST(money_of_an_order_that_the_ledger_lost_is_kept_in_sight),
      TEST(a_provider_without_a_list_is_asked_one_by_one),
      TEST(older_payments_are_left_out),
      TEST(a_silent_provider_is_named_and_the_panels_are_compared),
      TEST(a_clean_night_is_silent),
      TEST(a_bad_night_is_told_once_and_mends_nothing),
      TEST(strangers_are_news_only_when_there_are_more),
      TEST(the_night_comes_at_its_hour_and_survives_a_wrong_clock),
      cmocka_unit_test_setup_teardown(nights_can_be_switched_off, open_without_nights, shop_close),
      cmocka_unit_test_setup_teardown(a_night_that_was_stopped_is_made_up_for, shop_open_file,
                                      shop_close),
      cmocka_unit_test_setup_teardown(two_processes_share_one_night, shop_open_file, shop_close),
  };

  return cmocka_run_group_tests_name("reconcile: money and nights", tests, NULL, NULL);
}

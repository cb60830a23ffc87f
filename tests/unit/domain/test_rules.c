/* SPDX-License-Identifier: MIT */
#include "domain/payment.h"
#include "domain/share_link.h"
#include "domain/user.h"
#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const qent_money rub199 = {19900, "RUB"};

static qent_plan_options good_plan(void)
{
  qent_plan_options o = QENT_PLAN_OPTIONS_INIT;

  o.code = "m1";
  o.title_ru = "Месяц";
  o.title_en = "Month";
  o.prices = &rub199;
  o.price_count = 1;
  return o;
}

static void assert_refused(const qent_plan_options *o, const char *field)
{
  qent_plan *plan = NULL;
  qent_error err = QENT_ERROR_INIT;

  assert_int_equal(qent__plan_make(o, &plan, &err), QENT_EINVAL);
  assert_null(plan);
  assert_non_null(strstr(err.message, field));
}

static void a_plan_keeps_its_terms_and_prices(void **state)
{
  qent_plan_options o = good_plan();
  qent_plan *plan = NULL;
  qent_money price;

  (void)state;
  assert_int_equal(qent__plan_make(&o, &plan, NULL), QENT_OK);
  assert_string_equal(qent_plan_code(plan), "m1");
  assert_string_equal(qent_plan_title(plan, "ru"), "Месяц");
  assert_string_equal(qent_plan_title(plan, "de"), "Month");
  assert_true(qent_plan_price(plan, "RUB", &price));
  assert_int_equal(price.minor, 19900);
  assert_false(qent_plan_price(plan, "USD", &price));
  qent_plan_free(plan);
}

static void a_bad_plan_names_the_field(void **state)
{
  qent_money twice[] = {rub199, rub199};
  qent_money nothing = {0, "RUB"};
  qent_plan_options o = good_plan();

  (void)state;
  o.code = "With Space";
  assert_refused(&o, "code");
  o = good_plan();
  o.title_ru = "";
  assert_refused(&o, "title_ru");
  o = good_plan();
  o.title_en = "a\nb";
  assert_refused(&o, "title_en");
  o = good_plan();
  o.period = 0;
  assert_refused(&o, "period");
  o = good_plan();
  o.period = 121;
  o.period_unit = QENT_PERIOD_MONTHS;
  assert_refused(&o, "period");
  o = good_plan();
  o.traffic_limit_bytes = -1;
  assert_refused(&o, "traffic_limit_bytes");
  o = good_plan();
  o.prices = twice;
  o.price_count = 2;
  assert_refused(&o, "prices");
  o = good_plan();
  o.prices = &nothing;
  assert_refused(&o, "prices");
}

static void a_plan_survives_every_failed_allocation(void **state)
{
  qent_plan_options o = good_plan();
  qent_status st = QENT_ENOMEM;

  (void)state;
  for (long n = 0; st != QENT_OK && n < 20; n++) {
    qent_plan *plan = NULL;
    qent__alloc_fail_after(n);
    st = qent__plan_make(&o, &plan, NULL);
    qent__alloc_fail_after(-1);
    assert_true(st == QENT_OK || (st == QENT_ENOMEM && !plan));
    qent_plan_free(plan);
  }
  assert_int_equal(st, QENT_OK);
}

static void money_must_match_its_order_in_everything(void **state)
{
  qent_order order = {.id = 7, .price = rub199};
  qent_payment payment = {.order_id = 7};
  struct qent__payment_facts facts = {rub199, 7, false, false};

  (void)state;
  assert_null(qent__payment_mismatch(&payment, &order, &facts));
  facts.amount.minor = 19899;
  assert_string_equal(qent__payment_mismatch(&payment, &order, &facts), "amount");
  facts.amount = (qent_money){19900, "USD"};
  assert_string_equal(qent__payment_mismatch(&payment, &order, &facts), "currency");
  facts.amount = rub199;
  facts.order_id = 8;
  assert_string_equal(qent__payment_mismatch(&payment, &order, &facts), "order");
  facts.order_id = 7;
  facts.wrong_mode = true;
  assert_string_equal(qent__payment_mismatch(&payment, &order, &facts), "mode");
  facts.foreign_account = true;
  assert_string_equal(qent__payment_mismatch(&payment, &order, &facts), "account");
}

static void late_money_is_honoured_but_never_twice(void **state)
{
  qent_order order = {.state = QENT_ORDER_EXPIRED};

  (void)state;
  assert_true(qent__order_can_settle(&order));
  order.state = QENT_ORDER_CANCELED;
  assert_true(qent__order_can_settle(&order));
  order.state = QENT_ORDER_PAID;
  assert_false(qent__order_can_settle(&order));
  order.state = QENT_ORDER_REFUNDED;
  assert_false(qent__order_can_settle(&order));
}

static void only_a_payment_that_may_still_bring_money_is_open(void **state)
{
  static const struct {
    qent_payment_state state;
    bool final;
  } cases[] = {
      {QENT_PAYMENT_CREATING, false}, {QENT_PAYMENT_PENDING, false}, {QENT_PAYMENT_SUCCEEDED, true},
      {QENT_PAYMENT_CANCELED, false}, {QENT_PAYMENT_REFUNDED, true}, {QENT_PAYMENT_FLAGGED, true},
  };
  qent_payment *payment = qent__calloc(1, sizeof *payment);

  (void)state;
  assert_non_null(payment);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    payment->state = cases[i].state;
    assert_int_equal(qent__payment_final(payment), cases[i].final);
  }
  payment->next_poll_at = 5;
  qent__alloc_fail_after(0);
  assert_int_equal(qent__payment_close(payment, NULL), QENT_ENOMEM);
  qent__alloc_fail_after(-1);
  assert_int_equal(payment->state, QENT_PAYMENT_FLAGGED);
  assert_int_equal(qent__payment_close(payment, NULL), QENT_OK);
  assert_int_equal(payment->state, QENT_PAYMENT_CANCELED);
  assert_true(qent__payment_final(payment));
  assert_int_equal(payment->next_poll_at, 0);
  qent_payment_free(payment);
}

static void a_payment_is_asked_about_less_often_with_age(void **state)
{
  (void)state;
  assert_int_equal(qent__payment_poll_pause(0), 3);
  assert_int_equal(qent__payment_poll_pause(600), 60);
  assert_int_equal(qent__payment_poll_pause(7200), 900);
  assert_int_equal(qent__payment_poll_pause(3 * 86400), 21600);
}

static void language_follows_what_the_person_reads(void **state)
{
  (void)state;
  assert_string_equal(qent__user_language_for("ru"), "ru");
  assert_string_equal(qent__user_language_for("RU-ru"), "ru");
  assert_string_equal(qent__user_language_for("uk"), "ru");
  assert_string_equal(qent__user_language_for("en-US"), "en");
  assert_string_equal(qent__user_language_for("rus"), "en");
  assert_string_equal(qent__user_language_for(""), "en");
  assert_string_equal(qent__user_language_for(NULL), "en");
}

static void a_profile_is_merged_and_cut_at_characters(void **state)
{
  char long_name[300];
  qent_user *user = qent__calloc(1, sizeof *user);
  qent_user_profile profile = QENT_USER_PROFILE_INIT;
  bool changed = false;

  (void)state;
  assert_non_null(user);
  for (size_t i = 0; i + 2 < sizeof long_name; i += 2)
    memcpy(long_name + i, "я", 2);
  long_name[298] = '\0';
  profile.telegram_id = 42;
  profile.name = long_name;
  profile.language = "ru";
  assert_int_equal(qent__user_merge(user, &profile, &changed, NULL), QENT_OK);
  assert_true(changed);
  assert_int_equal(strlen(user->name), 128);
  assert_string_equal(user->language, "ru");
  profile.name = NULL;
  profile.language = "en";
  assert_int_equal(qent__user_merge(user, &profile, &changed, NULL), QENT_OK);
  assert_false(changed);
  assert_string_equal(user->language, "ru");
  profile.name = "\xff";
  assert_int_equal(qent__user_merge(user, &profile, &changed, NULL), QENT_EINVAL);
  profile.telegram_id = 0;
  assert_int_equal(qent__user_merge(user, &profile, &changed, NULL), QENT_EINVAL);
  qent_user_free(user);
}

static void a_share_link_gets_the_node_title(void **state)
{
  qent_buf out;

  (void)state;
  qent_buf_init(&out, 1024);
  qent__share_link_add(&out, "ss://YQ==@h:1#old", "DE 1");
  assert_string_equal(out.data, "ss://YQ==@h:1#DE%201%20%C2%B7%20Shadowsocks\n");
  qent_buf_dispose(&out);
}

static void what_is_no_share_link_is_left_out(void **state)
{
  qent_buf out;

  (void)state;
  qent_buf_init(&out, 1024);
  qent__share_link_add(&out, "https://evil.example/", "DE");
  qent__share_link_add(&out, "vless://a\nss://b", "DE");
  qent__share_link_add(&out, "vless://", "DE");
  qent__share_link_add(&out, "", "DE");
  assert_int_equal(out.len, 0);
  qent_buf_dispose(&out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plan_keeps_its_terms_and_prices),
      cmocka_unit_test(a_bad_plan_names_the_field),
      cmocka_unit_test(a_plan_survives_every_failed_allocation),
      cmocka_unit_test(money_must_match_its_order_in_everything),
      cmocka_unit_test(late_money_is_honoured_but_never_twice),
      cmocka_unit_test(only_a_payment_that_may_still_bring_money_is_open),
      cmocka_unit_test(a_payment_is_asked_about_less_often_with_age),
      cmocka_unit_test(language_follows_what_the_person_reads),
      cmocka_unit_test(a_profile_is_merged_and_cut_at_characters),
      cmocka_unit_test(a_share_link_gets_the_node_title),
      cmocka_unit_test(what_is_no_share_link_is_left_out),
  };

  return cmocka_run_group_tests_name("domain rules", tests, NULL, NULL);
}

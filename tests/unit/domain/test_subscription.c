/* SPDX-License-Identifier: MIT */
#include "domain/account.h"
#include "domain/subscription.h"
#include "util/timefmt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HOUR 3600
#define DAY 86400
#define NOW INT64_C(1800000000)

static const struct qent__terms days30 = {30, QENT_PERIOD_DAYS, 0, 3, 1, "eu"};
static const struct qent__terms month1 = {1, QENT_PERIOD_MONTHS, 0, 3, 1, "eu"};
static const struct qent__terms gb100 = {30, QENT_PERIOD_DAYS, INT64_C(100) << 30, 3, 1, "eu"};

static int64_t at(const char *iso)
{
  int64_t ms = 0;

  assert_true(qent__iso8601_parse(iso, strlen(iso), false, &ms));
  return ms / 1000;
}

static void renewing_early_extends_from_the_running_end(void **state)
{
  qent_subscription sub = {.expires_at = NOW + 5 * DAY};

  (void)state;
  qent__sub_extend(&sub, &days30, NOW);
  assert_int_equal(sub.expires_at, NOW + 35 * DAY);
}

static void renewing_late_extends_from_now(void **state)
{
  qent_subscription sub = {.expires_at = NOW - 5 * DAY};

  (void)state;
  qent__sub_extend(&sub, &days30, NOW);
  assert_int_equal(sub.expires_at, NOW + 30 * DAY);
}

static void a_calendar_month_ends_on_the_last_day_of_a_shorter_month(void **state)
{
  qent_subscription sub = {.expires_at = 0};

  (void)state;
  qent__sub_extend(&sub, &month1, at("2027-01-31T12:00:00Z"));
  assert_int_equal(sub.expires_at, at("2027-02-28T12:00:00Z"));
}

static void traffic_left_over_is_kept_in_a_running_period(void **state)
{
  qent_subscription sub = {
      .expires_at = NOW + DAY, .traffic_limit_bytes = 1000, .traffic_used_bytes = 400};

  (void)state;
  qent__sub_extend(&sub, &gb100, NOW);
  assert_int_equal(sub.traffic_limit_bytes, (INT64_C(100) << 30) + 600);
  assert_int_equal(sub.traffic_used_bytes, 0);
}

static void traffic_of_an_ended_period_is_not_kept(void **state)
{
  qent_subscription sub = {
      .expires_at = NOW - 1, .traffic_limit_bytes = 1000, .traffic_used_bytes = 400};

  (void)state;
  qent__sub_extend(&sub, &gb100, NOW);
  assert_int_equal(sub.traffic_limit_bytes, INT64_C(100) << 30);
  assert_int_equal(sub.traffic_used_bytes, 0);
}

static void the_sum_of_traffic_never_overflows(void **state)
{
  qent_subscription sub = {.expires_at = NOW + DAY, .traffic_limit_bytes = INT64_MAX};

  (void)state;
  qent__sub_extend(&sub, &gb100, NOW);
  assert_int_equal(sub.traffic_limit_bytes, INT64_MAX);
}

static void taking_back_undoes_exactly_one_period(void **state)
{
  qent_subscription sub = {.expires_at = NOW + DAY};

  (void)state;
  qent__sub_extend(&sub, &days30, NOW);
  qent__sub_take_back(&sub, &days30, NOW);
  assert_int_equal(sub.expires_at, NOW + DAY);
}

static void taking_back_a_month_leaves_every_day_that_was_paid_before(void **state)
{
  static const char *const ends[] = {"2027-01-27T12:00:00Z", "2027-01-28T12:00:00Z",
                                     "2027-01-30T12:00:00Z", "2027-01-31T12:00:00Z",
                                     "2027-05-31T12:00:00Z", "2028-02-29T12:00:00Z"};

  (void)state;
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    int64_t now = at(ends[i]) - 5 * DAY;
    qent_subscription sub = {.expires_at = at(ends[i])};
    qent__sub_extend(&sub, &month1, now);
    qent__sub_take_back(&sub, &month1, now);
    assert_in_range(sub.expires_at, at(ends[i]), at(ends[i]) + 3 * DAY);
  }
}

static void taking_back_the_only_month_ends_at_once(void **state)
{
  int64_t now = at("2027-01-28T12:00:00Z");
  qent_subscription sub = {.expires_at = 0};

  (void)state;
  qent__sub_extend(&sub, &month1, now);
  qent__sub_take_back(&sub, &month1, now + HOUR);
  assert_int_equal(sub.expires_at, now + HOUR);
}

static void taking_back_never_ends_before_now(void **state)
{
  qent_subscription sub = {.expires_at = NOW + 3 * DAY};

  (void)state;
  qent__sub_take_back(&sub, &days30, NOW);
  assert_int_equal(sub.expires_at, NOW);
}

static void taking_back_takes_the_traffic_too_and_never_makes_it_unlimited(void **state)
{
  qent_subscription sub = {.expires_at = NOW + 40 * DAY,
                           .traffic_limit_bytes = gb100.traffic_limit_bytes + 5};

  (void)state;
  qent__sub_take_back(&sub, &gb100, NOW);
  assert_int_equal(sub.traffic_limit_bytes, 5);
  qent__sub_take_back(&sub, &gb100, NOW);
  assert_int_equal(sub.traffic_limit_bytes, 1);
  sub.traffic_limit_bytes = 0;
  sub.expires_at = NOW + 40 * DAY;
  qent__sub_take_back(&sub, &gb100, NOW);
  assert_int_equal(sub.traffic_limit_bytes, 0);
}

static void no_end_is_after_the_year_9999(void **state)
{
  qent_subscription sub = {.expires_at = QENT__TIME_MAX_S - DAY};

  (void)state;
  qent__sub_extend(&sub, &days30, NOW);
  assert_int_equal(sub.expires_at, QENT__TIME_MAX_S);
  qent__sub_extend(&sub, &month1, NOW);
  assert_int_equal(sub.expires_at, QENT__TIME_MAX_S);
}

static void state_follows_from_the_facts(void **state)
{
  qent_subscription sub = {.expires_at = NOW + 1, .traffic_limit_bytes = 10};

  (void)state;
  assert_int_equal(qent_subscription_get_state(&sub, NOW), QENT_SUBSCRIPTION_ACTIVE);
  assert_int_equal(qent_subscription_get_state(&sub, NOW + 1), QENT_SUBSCRIPTION_EXPIRED);
  sub.traffic_used_bytes = 10;
  assert_int_equal(qent_subscription_get_state(&sub, NOW), QENT_SUBSCRIPTION_EXHAUSTED);
  sub.disabled = true;
  assert_int_equal(qent_subscription_get_state(&sub, NOW), QENT_SUBSCRIPTION_DISABLED);
}

static void events_come_at_72_h_24_h_and_the_end(void **state)
{
  int64_t end = NOW + 100 * HOUR;

  (void)state;
  assert_int_equal(qent__sub_next_event_at(end, NOW), end - 72 * HOUR);
  assert_int_equal(qent__sub_next_event_at(end, end - 72 * HOUR), end - 24 * HOUR);
  assert_int_equal(qent__sub_next_event_at(end, end - 24 * HOUR), end);
  assert_int_equal(qent__sub_next_event_at(end, end), 0);
  assert_int_equal(qent__sub_event_due(end, end - 73 * HOUR), QENT__SUB_NOTHING);
  assert_int_equal(qent__sub_event_due(end, end - 72 * HOUR), QENT__SUB_REMIND_72H);
  assert_int_equal(qent__sub_event_due(end, end - 24 * HOUR), QENT__SUB_REMIND_24H);
  assert_int_equal(qent__sub_event_due(end, end), QENT__SUB_EXPIRE);
}

static void of_several_missed_events_only_the_last_is_told(void **state)
{
  int64_t end = NOW + 10 * HOUR;

  (void)state;
  assert_int_equal(qent__sub_event_due(end, NOW), QENT__SUB_REMIND_24H);
  assert_int_equal(qent__sub_next_event_at(end, NOW), end);
}

static void an_account_is_enabled_only_while_the_subscription_is_active(void **state)
{
  qent_subscription sub = {.expires_at = NOW + DAY, .keys_rev = 4, .device_limit = 2};
  struct qent__wanted wanted = qent__account_wanted(&sub, 0, NOW);

  (void)state;
  assert_true(wanted.present && wanted.enabled);
  assert_int_equal(wanted.expires_at, NOW + DAY);
  assert_int_equal(wanted.traffic_limit_bytes, 0);
  assert_int_equal(wanted.keys_rev, 4);
  wanted = qent__account_wanted(&sub, 0, NOW + DAY);
  assert_true(wanted.present);
  assert_false(wanted.enabled);
}

static void the_panel_limit_is_what_is_left_on_top_of_its_counter(void **state)
{
  qent_subscription sub = {
      .expires_at = NOW + DAY, .traffic_limit_bytes = 1000, .traffic_used_bytes = 300};

  (void)state;
  assert_int_equal(qent__account_wanted(&sub, 5000, NOW).traffic_limit_bytes, 5700);
  sub.traffic_used_bytes = 2000;
  assert_int_equal(qent__account_wanted(&sub, 5000, NOW).traffic_limit_bytes, 5001);
}

static void backoff_grows_to_a_quarter_of_an_hour_and_then_an_hour(void **state)
{
  (void)state;
  assert_int_equal(qent__backoff_s(0, 0), 1);
  assert_int_equal(qent__backoff_s(1, 0), 1);
  assert_int_equal(qent__backoff_s(5, 0), 16);
  assert_int_equal(qent__backoff_s(10, 0), 512);
  assert_int_equal(qent__backoff_s(11, 0), 900);
  assert_int_equal(qent__backoff_s(16, 0), 3600);
  assert_int_equal(qent__backoff_s(INT32_MAX, 0), 3600);
  assert_in_range(qent__backoff_s(5, 999), 16, 24);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(renewing_early_extends_from_the_running_end),
      cmocka_unit_test(renewing_late_extends_from_now),
      cmocka_unit_test(a_calendar_month_ends_on_the_last_day_of_a_shorter_month),
      cmocka_unit_test(traffic_left_over_is_kept_in_a_running_period),
      cmocka_unit_test(traffic_of_an_ended_period_is_not_kept),
      cmocka_unit_test(the_sum_of_traffic_never_overflows),
      cmocka_unit_test(taking_back_undoes_exactly_one_period),
      cmocka_unit_test(taking_back_a_month_leaves_every_day_that_was_paid_before),
      cmocka_unit_test(taking_back_the_only_month_ends_at_once),
      cmocka_unit_test(taking_back_never_ends_before_now),
      cmocka_unit_test(taking_back_takes_the_traffic_too_and_never_makes_it_unlimited),
      cmocka_unit_test(no_end_is_after_the_year_9999),
      cmocka_unit_test(state_follows_from_the_facts),
      cmocka_unit_test(events_come_at_72_h_24_h_and_the_end),
      cmocka_unit_test(of_several_missed_events_only_the_last_is_told),
      cmocka_unit_test(an_account_is_enabled_only_while_the_subscription_is_active),
      cmocka_unit_test(the_panel_limit_is_what_is_left_on_top_of_its_counter),
      cmocka_unit_test(backoff_grows_to_a_quarter_of_an_hour_and_then_an_hour),
  };

  return cmocka_run_group_tests_name("subscription rules", tests, NULL, NULL);
}

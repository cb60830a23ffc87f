/* SPDX-License-Identifier: MIT */
#include "limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define T0 INT64_C(1000000)

static int make(void **state)
{
  *state = limiter_new();
  return *state ? 0 : -1;
}

static int drop(void **state)
{
  limiter_free(*state);
  return 0;
}

static void a_chat_gets_two_at_once_then_one_a_second(void **state)
{
  assert_int_equal(limiter_take(*state, 7, T0), 0);
  assert_int_equal(limiter_take(*state, 7, T0), 0);
  assert_int_equal(limiter_take(*state, 7, T0), 1000);
  assert_int_equal(limiter_take(*state, 7, T0 + 400), 600);
  assert_int_equal(limiter_take(*state, 7, T0 + 1000), 0);
  assert_int_equal(limiter_take(*state, 7, T0 + 1000), 1000);
}

static void one_chat_does_not_hold_another_up(void **state)
{
  limiter_take(*state, 7, T0);
  limiter_take(*state, 7, T0);
  assert_true(limiter_take(*state, 7, T0) > 0);
  assert_int_equal(limiter_take(*state, 8, T0), 0);
}

static void no_second_holds_more_than_thirty_sends(void **state)
{
  int64_t sent[400];
  int count = 0;
  for (int64_t now = T0; now < T0 + 10000; ++now)
    for (int64_t chat = 1; chat <= 3; ++chat)
      if (limiter_take(*state, chat + (now - T0) * 3, now) == 0 && count < 400)
        sent[count++] = now;
  assert_in_range(count, 250, 300);
  for (int i = 30; i < count; ++i)
    assert_true(sent[i] - sent[i - 30] >= 1000);
}

static void a_refused_burst_pauses_the_chat_and_ends_bursts(void **state)
{
  limiter_take(*state, 7, T0);
  limiter_take(*state, 7, T0);
  limiter_flood(*state, 7, 3000, T0);
  assert_int_equal(limiter_take(*state, 7, T0 + 1), 2999);
  assert_int_equal(limiter_take(*state, 8, T0 + 100), 0);
  assert_int_equal(limiter_take(*state, 8, T0 + 200), 900);
  assert_int_equal(limiter_take(*state, 7, T0 + 3000), 0);
  assert_int_equal(limiter_take(*state, 9, T0 + 700000), 0);
  assert_int_equal(limiter_take(*state, 9, T0 + 700000), 0);
}

static void a_refused_first_message_pauses_everything(void **state)
{
  limiter_take(*state, 7, T0);
  limiter_flood(*state, 7, 3000, T0 + 100);
  assert_int_equal(limiter_take(*state, 9, T0 + 200), 2900);
  assert_int_equal(limiter_chat_pause(*state, 9, T0 + 200), 0);
  assert_int_equal(limiter_take(*state, 9, T0 + 3100), 0);
}

static void a_refused_token_pauses_everything(void **state)
{
  limiter_pause_all(*state, 60000, T0);
  assert_int_equal(limiter_take(*state, 9, T0), 60000);
}

static void a_flood_of_commands_is_cut(void **state)
{
  flood_guard *guard = calloc(1, sizeof *guard);
  int allowed = 0;
  (void)state;
  assert_non_null(guard);
  for (int i = 0; i < 100; ++i)
    allowed += flood_guard_allow(guard, 5, T0);
  assert_int_equal(allowed, 20);
  assert_true(flood_guard_allow(guard, 6, T0));
  assert_true(flood_guard_allow(guard, 5, T0 + 2000));
  assert_false(flood_guard_allow(guard, 5, T0 + 2000));
  free(guard);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_chat_gets_two_at_once_then_one_a_second, make, drop),
      cmocka_unit_test_setup_teardown(one_chat_does_not_hold_another_up, make, drop),
      cmocka_unit_test_setup_teardown(no_second_holds_more_than_thirty_sends, make, drop),
      cmocka_unit_test_setup_teardown(a_refused_burst_pauses_the_chat_and_ends_bursts, make, drop),
      cmocka_unit_test_setup_teardown(a_refused_first_message_pauses_everything, make, drop),
      cmocka_unit_test_setup_teardown(a_refused_token_pauses_everything, make, drop),
      cmocka_unit_test(a_flood_of_commands_is_cut),
  };
  return cmocka_run_group_tests_name("botd limiter", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/cidr.h"
#include "limiter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define START_MS ((int64_t)5000 * 1000)

static apid_limiter *make(int64_t limit)
{
  apid_limiter *limiter = apid_limiter_new(limit);
  assert_non_null(limiter);
  return limiter;
}

static int take_many(apid_limiter *limiter, uint64_t key, int64_t now_ms, int tries)
{
  int allowed = 0;

  for (int i = 0; i < tries; i++)
    allowed += apid_limiter_take(limiter, key, now_ms).allowed;
  return allowed;
}

static void limit_holds_within_a_window(void **state)
{
  apid_limiter *limiter = make(30);

  (void)state;
  assert_int_equal(take_many(limiter, 7, START_MS, 40), 30);
  assert_int_equal(take_many(limiter, 7, START_MS + 59000, 40), 0);
  assert_int_equal(take_many(limiter, 8, START_MS, 40), 30);
  apid_limiter_free(limiter);
}

static void window_slides_instead_of_starting_afresh(void **state)
{
  apid_limiter *limiter = make(30);
  int after;

  (void)state;
  assert_int_equal(take_many(limiter, 7, START_MS, 1), 1);
  assert_int_equal(take_many(limiter, 7, START_MS + 59000, 40), 29);
  /* Half a window later about half of them still count. */
  after = take_many(limiter, 7, START_MS + 90000, 40);
  assert_in_range((uintmax_t)after, 14, 16);
  assert_int_equal(take_many(limiter, 7, START_MS + 300000, 40), 30);
  apid_limiter_free(limiter);
}

static void retry_after_is_when_a_request_passes(void **state)
{
  apid_limiter *limiter = make(30);
  int64_t now_ms = START_MS + 345;

  (void)state;
  assert_int_equal(take_many(limiter, 7, now_ms, 31), 30);
  for (int i = 0; i < 50; i++) {
    apid_verdict refused = apid_limiter_take(limiter, 7, now_ms);
    assert_false(refused.allowed);
    assert_in_range((uintmax_t)refused.reset_s, 1, 60);
    now_ms += refused.reset_s * 1000 + 1;
    assert_true(take_many(limiter, 7, now_ms, 100) >= 1);
  }
  apid_limiter_free(limiter);
}

static void peek_counts_nothing(void **state)
{
  apid_limiter *limiter = make(2);

  (void)state;
  for (int i = 0; i < 10; i++)
    assert_true(apid_limiter_peek(limiter, 7, START_MS).allowed);
  assert_int_equal(take_many(limiter, 7, START_MS, 10), 2);
  assert_false(apid_limiter_peek(limiter, 7, START_MS).allowed);
  apid_limiter_free(limiter);
}

static void many_keys_do_not_disturb_each_other(void **state)
{
  apid_limiter *limiter = make(5);
  int wrong = 0;

  (void)state;
  for (uint64_t key = 1; key <= 20000; key++)
    wrong += take_many(limiter, key, START_MS, 6) != 5;
  assert_true(wrong <= 20); /* a full set forgets a key, in the user's favour */
  apid_limiter_free(limiter);
}

struct race {
  apid_limiter *limiter;
  atomic_int allowed;
};

static void *race_thread(void *arg)
{
  struct race *race = arg;

  atomic_fetch_add(&race->allowed, take_many(race->limiter, 7, START_MS, 20000));
  return NULL;
}

static void threads_together_keep_the_limit(void **state)
{
  struct race race = {make(1000), 0};
  pthread_t threads[4];

  (void)state;
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, race_thread, &race), 0);
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  assert_int_equal(atomic_load(&race.allowed), 1000);
  apid_limiter_free(race.limiter);
}

static bool in(const char *network, const char *address)
{
  app_cidr cidr;
  app_address parsed;

  assert_true(app_cidr_parse(network, &cidr));
  assert_true(app_address_parse(address, strlen(address), &parsed));
  return app_cidr_contains(&cidr, &parsed);
}

static void networks_contain_their_addresses_only(void **state)
{
  (void)state;
  assert_true(in("10.0.0.0/8", "10.255.0.1"));
  assert_false(in("10.0.0.0/8", "11.0.0.0"));
  assert_true(in("185.71.76.0/27", "185.71.76.31"));
  assert_false(in("185.71.76.0/27", "185.71.76.32"));
  assert_true(in("127.0.0.1", "::ffff:127.0.0.1"));
  assert_true(in("0.0.0.0/0", "203.0.113.1"));
  assert_false(in("0.0.0.0/0", "2001:db8::1"));
  assert_true(in("2001:db8::/32", "[2001:db8:1::1]"));
  assert_false(in("2001:db8::/32", "2001:db9::"));
}

static void sloppy_addresses_are_refused(void **state)
{
  static const char *const bad[] = {"",          "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8",
                                    "10.0.0.0/", "::/129",      "1.2.3.4:80", "localhost",
                                    " 1.2.3.4",  "01.2.3.4",    "1.2.3.4/+8", "2001:db8::1/32"};
  app_cidr cidr;

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(app_cidr_parse(bad[i], &cidr));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(limit_holds_within_a_window),
      cmocka_unit_test(window_slides_instead_of_starting_afresh),
      cmocka_unit_test(retry_after_is_when_a_request_passes),
      cmocka_unit_test(peek_counts_nothing),
      cmocka_unit_test(many_keys_do_not_disturb_each_other),
      cmocka_unit_test(threads_together_keep_the_limit),
      cmocka_unit_test(networks_contain_their_addresses_only),
      cmocka_unit_test(sloppy_addresses_are_refused),
  };

  return cmocka_run_group_tests_name("apid limiter", tests, NULL, NULL);
}

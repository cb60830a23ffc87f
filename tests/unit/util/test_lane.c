/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "util/lane.h"

#include <sched.h>

enum { WAITERS = 6, ROUNDS = 200 };

static qent__lane lane;
static int order[WAITERS];
static int served;
static int64_t counter;

static int start(void **state)
{
  (void)state;
  served = 0;
  counter = 0;
  return qent__lane_init(&lane, NULL) == QENT_OK ? 0 : -1;
}

static int stop(void **state)
{
  (void)state;
  qent__lane_dispose(&lane);
  return 0;
}

static const void *last_in_queue(void)
{
  pthread_mutex_lock(&lane.mutex);
  const void *tail = lane.tail;
  pthread_mutex_unlock(&lane.mutex);
  return tail;
}

static void *queue_up(void *arg)
{
  const int *me = arg;
  if (qent__lane_enter(&lane, -1, NULL) == QENT_OK) {
    order[served++] = *me;
    qent__lane_leave(&lane);
  }
  return NULL;
}

/* Looks inside the lane: nothing else tells without sleeping that a thread has queued up. */
static void wait_for_new_tail(const void *before)
{
  for (;;) {
    const void *tail = last_in_queue();
    if (tail && tail != before)
      return;
    sched_yield();
  }
}

static void first_come_is_first_served(void **state)
{
  (void)state;
  pthread_t threads[WAITERS];
  int ids[WAITERS];
  assert_int_equal(qent__lane_enter(&lane, 0, NULL), QENT_OK);
  for (int i = 0; i < WAITERS; i++) {
    const void *before = last_in_queue();
    ids[i] = i;
    assert_int_equal(pthread_create(&threads[i], NULL, queue_up, &ids[i]), 0);
    wait_for_new_tail(before);
  }
  qent__lane_leave(&lane);
  for (int i = 0; i < WAITERS; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(served, WAITERS);
  for (int i = 0; i < WAITERS; i++)
    assert_int_equal(order[i], i);
  assert_null(last_in_queue());
}

static void *hammer(void *arg)
{
  (void)arg;
  for (int i = 0; i < ROUNDS; i++) {
    if (qent__lane_enter(&lane, -1, NULL) != QENT_OK)
      continue;
    counter++;
    qent__lane_leave(&lane);
  }
  return NULL;
}

static void only_one_is_inside(void **state)
{
  (void)state;
  pthread_t threads[WAITERS];
  for (int i = 0; i < WAITERS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, hammer, NULL), 0);
  for (int i = 0; i < WAITERS; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(counter, WAITERS * ROUNDS);
}

static void giving_up_leaves_the_queue_intact(void **state)
{
  (void)state;
  qent_error err;
  assert_int_equal(qent__lane_enter(&lane, 0, &err), QENT_OK);
  assert_int_equal(qent__lane_enter(&lane, 0, &err), QENT_ETIMEOUT);
  assert_int_equal(qent__lane_enter(&lane, 1, &err), QENT_ETIMEOUT);
  pthread_t first;
  pthread_t second;
  int ids[2] = {1, 2};
  assert_int_equal(pthread_create(&first, NULL, queue_up, &ids[0]), 0);
  wait_for_new_tail(NULL);
  /* Gives up behind the first and before the second. */
  assert_int_equal(qent__lane_enter(&lane, 1, &err), QENT_ETIMEOUT);
  const void *tail = last_in_queue();
  assert_int_equal(pthread_create(&second, NULL, queue_up, &ids[1]), 0);
  wait_for_new_tail(tail);
  qent__lane_leave(&lane);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  assert_int_equal(served, 2);
  assert_int_equal(order[0], 1);
  assert_int_equal(order[1], 2);
  assert_int_equal(qent__lane_enter(&lane, 0, &err), QENT_OK);
  qent__lane_leave(&lane);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(first_come_is_first_served, start, stop),
      cmocka_unit_test_setup_teardown(only_one_is_inside, start, stop),
      cmocka_unit_test_setup_teardown(giving_up_leaves_the_queue_intact, start, stop),
  };
  return cmocka_run_group_tests_name("lane", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <string.h>

static qent_subscription *read_sub(qent__store *s, int64_t id)
{
  qent_subscription *sub = NULL;
  qent_error err = QENT_ERROR_INIT;

  if (qent__store_sub_by_id(s, 0, id, &sub, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return sub;
}

static void a_subscription_comes_back_as_it_was_saved(void **state)
{
  struct world *w = *state;
  int64_t other_plan = add_plan(w->s, "year");
  qent_subscription *sub = read_sub(w->s, w->sub_id);
  qent_subscription *again;

  assert_string_equal(sub->plan_code, "month");
  assert_null(sub->config_link);
  sub->plan_id = other_plan;
  sub->expires_at = 99999;
  sub->traffic_limit_bytes = INT64_C(1) << 50;
  sub->traffic_used_bytes = 17;
  sub->device_limit = 4;
  sub->disabled = true;
  sub->keys_rev = 9;
  sub->rotated_at = 1234;
  sub->next_event_at = 555;
  memcpy(sub->token, "another-token-after-rotation", sizeof "another-token-after-rotation");
  begin(w->s);
  assert_int_equal(qent__store_sub_save(w->s, sub, NULL), QENT_OK);
  commit(w->s);
  again = read_sub(w->s, w->sub_id);
  assert_string_equal(again->plan_code, "year");
  memcpy(sub->plan_code, again->plan_code, sizeof sub->plan_code);
  assert_memory_equal(again, sub, sizeof *sub);
  qent_subscription_free(sub);
  qent_subscription_free(again);
}

static void a_token_finds_its_subscription_and_the_old_one_nothing(void **state)
{
  struct world *w = *state;
  qent_subscription *sub = NULL;

  assert_int_equal(qent__store_sub_by_token(w->s, "token-of-the-first-one", &sub, NULL), QENT_OK);
  assert_int_equal(sub->id, w->sub_id);
  memcpy(sub->token, "another-token-after-rotation", sizeof "another-token-after-rotation");
  begin(w->s);
  assert_int_equal(qent__store_sub_save(w->s, sub, NULL), QENT_OK);
  commit(w->s);
  qent_subscription_free(sub);
  sub = NULL;
  assert_int_equal(qent__store_sub_by_token(w->s, "token-of-the-first-one", &sub, NULL),
                   QENT_ENOTFOUND);
  assert_null(sub);
}

static void a_token_is_taken_once(void **state)
{
  struct world *w = *state;
  qent_subscription *sub = read_sub(w->s, w->sub_id);

  begin(w->s);
  assert_int_equal(qent__store_sub_insert(w->s, sub, NULL), QENT_ECONFLICT);
  qent__store_rollback(w->s);
  qent_subscription_free(sub);
}

static void a_subscription_is_shown_to_its_user_only(void **state)
{
  struct world *w = *state;
  int64_t other = add_user(w->s, 200);
  qent_subscription *sub = NULL;

  assert_int_equal(qent__store_sub_by_id(w->s, other, w->sub_id, &sub, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent__store_sub_by_id(w->s, w->user_id, w->sub_id, &sub, NULL), QENT_OK);
  qent_subscription_free(sub);
}

static void the_newest_of_a_node_group_is_found(void **state)
{
  struct world *w = *state;
  int64_t second = add_sub(w->s, w->user_id, w->plan_id, "token-of-the-second");
  qent_subscription *sub = NULL;

  assert_int_equal(qent__store_sub_newest(w->s, w->user_id, "default", &sub, NULL), QENT_OK);
  assert_int_equal(sub->id, second);
  qent_subscription_free(sub);
  sub = NULL;
  assert_int_equal(qent__store_sub_newest(w->s, w->user_id, "gold", &sub, NULL), QENT_ENOTFOUND);
  assert_null(sub);
}

static bool last_id(const qent_subscription *sub, void *arg)
{
  *(int64_t *)arg = sub->id;
  return true;
}

static void subscriptions_are_newest_first(void **state)
{
  struct world *w = *state;
  int64_t last = 0;

  (void)add_sub(w->s, w->user_id, w->plan_id, "token-of-the-second");
  assert_int_equal(qent__store_sub_each(w->s, w->user_id, last_id, &last, NULL), QENT_OK);
  assert_int_equal(last, w->sub_id);
}

static void due_ones_come_earliest_first_and_zero_is_never(void **state)
{
  struct world *w = *state;
  int64_t second = add_sub(w->s, w->user_id, w->plan_id, "token-of-the-second");
  int64_t third = add_sub(w->s, w->user_id, w->plan_id, "token-of-the-third-one");
  int64_t ids[4] = {0};
  size_t count = 9;

  run_sql(w->s, "UPDATE subscriptions SET next_event_at = 20 WHERE id = 2;"
                "UPDATE subscriptions SET next_event_at = 10 WHERE id = 3");
  assert_int_equal(qent__store_sub_due(w->s, 9, ids, 4, &count, NULL), QENT_OK);
  assert_int_equal(count, 0);
  assert_int_equal(qent__store_sub_due(w->s, 20, ids, 4, &count, NULL), QENT_OK);
  assert_int_equal(count, 2);
  assert_int_equal(ids[0], third);
  assert_int_equal(ids[1], second);
  assert_int_equal(qent__store_sub_due(w->s, 20, ids, 1, &count, NULL), QENT_OK);
  assert_int_equal(count, 1);
}

struct days {
  int64_t days;
  int64_t bytes;
  int64_t last;
};

static bool sum_day(const qent_traffic *traffic, void *arg)
{
  struct days *days = arg;

  assert_true(traffic->day_start > days->last);
  days->last = traffic->day_start;
  days->days++;
  days->bytes += traffic->bytes;
  return true;
}

static void traffic_adds_up_by_day(void **state)
{
  struct world *w = *state;
  struct days days = {0, 0, -1};

  begin(w->s);
  assert_int_equal(qent__store_traffic_add(w->s, w->sub_id, w->node_id, 86400, 5, NULL), QENT_OK);
  assert_int_equal(qent__store_traffic_add(w->s, w->sub_id, w->node_id, 90000, 6, NULL), QENT_OK);
  assert_int_equal(qent__store_traffic_add(w->s, w->sub_id, w->node_id, 0, 100, NULL), QENT_OK);
  assert_int_equal(qent__store_traffic_add(w->s, w->sub_id, w->node_id, 172800, 7, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(qent__store_traffic_each(w->s, w->sub_id, 86400, sum_day, &days, NULL), QENT_OK);
  assert_int_equal(days.days, 2);
  assert_int_equal(days.bytes, 18);
}

static void traffic_of_no_subscription_is_refused(void **state)
{
  struct world *w = *state;

  begin(w->s);
  assert_int_equal(qent__store_traffic_add(w->s, 999, w->node_id, 86400, 5, NULL), QENT_ECONFLICT);
  assert_int_equal(qent__store_traffic_add(w->s, w->sub_id, w->node_id, 86400, -1, NULL),
                   QENT_ESTORE);
  qent__store_rollback(w->s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WORLD(a_subscription_comes_back_as_it_was_saved),
      WITH_WORLD(a_token_finds_its_subscription_and_the_old_one_nothing),
      WITH_WORLD(a_token_is_taken_once),
      WITH_WORLD(a_subscription_is_shown_to_its_user_only),
      WITH_WORLD(the_newest_of_a_node_group_is_found),
      WITH_WORLD(subscriptions_are_newest_first),
      WITH_WORLD(due_ones_come_earliest_first_and_zero_is_never),
      WITH_WORLD(traffic_adds_up_by_day),
      WITH_WORLD(traffic_of_no_subscription_is_refused),
  };

  return cmocka_run_group_tests_name("store: subscriptions", tests, NULL, NULL);
}

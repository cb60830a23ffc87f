/* SPDX-License-Identifier: MIT */
/* The questions that only comparing asks. */
#include "fixture.h"

#include <stdio.h>

#define NOW INT64_C(1000)
#define FRESH INT64_C(900)

/* Ids of active subscriptions without access, all pages of them. */
static size_t without_access(struct world *w, int64_t *first_out)
{
  struct qent__odd_subs odd = {.count = QENT__ODD_SUBS_MAX};
  int64_t after = 0;
  size_t all = 0;

  while (odd.count == QENT__ODD_SUBS_MAX) {
    assert_int_equal(qent__store_subs_without_access(w->s, NOW, FRESH, after, &odd, NULL), QENT_OK);
    for (size_t i = 0; i < odd.count; i++) {
      assert_true(odd.items[i].id > after);
      after = odd.items[i].id;
      if (first_out && all + i == 0)
        *first_out = after;
    }
    all += odd.count;
  }
  return all;
}

static int64_t crowded(struct world *w, struct qent__odd_sub *one_out)
{
  struct qent__odd_subs odd = {.count = 0};

  assert_int_equal(qent__store_subs_crowded(w->s, NOW, 0, &odd, NULL), QENT_OK);
  if (odd.count == 1)
    *one_out = odd.items[0];
  return (int64_t)odd.count;
}

static void prepare(struct world *w)
{
  run_sql(w->s,
          "UPDATE subscriptions SET expires_at = 5000, disabled = 0, traffic_limit_bytes = 0");
}

static void only_a_confirmed_account_is_access(void **state)
{
  struct world *w = *state;
  int64_t first = 0;

  prepare(w);
  assert_int_equal(without_access(w, &first), 1);
  assert_true(first == w->sub_id);
  (void)add_account(w->s, w->sub_id, w->node_id, "q1_abcdefgh");
  run_sql(w->s, "UPDATE accounts SET wanted_present = 1, wanted_enabled = 1, wanted_rev = 2,"
                " applied_rev = 1, links = 'vless://', attempts = 1, next_attempt_at = 0");
  assert_int_equal(without_access(w, NULL), 0);
  run_sql(w->s, "UPDATE accounts SET links = NULL");
  assert_int_equal(without_access(w, NULL), 1);
  run_sql(w->s, "UPDATE accounts SET links = 'vless://', wanted_enabled = 0");
  assert_int_equal(without_access(w, NULL), 1);
  run_sql(w->s, "UPDATE accounts SET wanted_enabled = 1, wanted_present = 0");
  assert_int_equal(without_access(w, NULL), 1);
  run_sql(w->s, "UPDATE accounts SET wanted_present = 1; UPDATE nodes SET state = 2");
  assert_int_equal(without_access(w, NULL), 1);
}

static void what_became_due_just_now_is_left_its_time(void **state)
{
  struct world *w = *state;

  prepare(w);
  (void)add_account(w->s, w->sub_id, w->node_id, "q1_abcdefgh");
  run_sql(w->s, "UPDATE accounts SET wanted_present = 1, wanted_enabled = 1, wanted_rev = 1,"
                " applied_rev = 0, links = NULL, attempts = 0, next_attempt_at = 950");
  assert_int_equal(without_access(w, NULL), 0);
  run_sql(w->s, "UPDATE accounts SET attempts = 1");
  assert_int_equal(without_access(w, NULL), 1);
  run_sql(w->s, "UPDATE accounts SET attempts = 0, next_attempt_at = 899");
  assert_int_equal(without_access(w, NULL), 1);
  run_sql(w->s, "UPDATE accounts SET next_attempt_at = 1001"); /* held: its node is silent */
  assert_int_equal(without_access(w, NULL), 1);
}

static void whoever_may_not_connect_misses_nothing(void **state)
{
  struct world *w = *state;

  prepare(w);
  run_sql(w->s, "UPDATE subscriptions SET expires_at = 1000");
  assert_int_equal(without_access(w, NULL), 0);
  run_sql(w->s, "UPDATE subscriptions SET expires_at = 5000, disabled = 1");
  assert_int_equal(without_access(w, NULL), 0);
  run_sql(w->s, "UPDATE subscriptions SET disabled = 0, traffic_limit_bytes = 9,"
                " traffic_used_bytes = 9");
  assert_int_equal(without_access(w, NULL), 0);
  run_sql(w->s, "UPDATE subscriptions SET traffic_used_bytes = 8");
  assert_int_equal(without_access(w, NULL), 1);
}

static void all_pages_are_told_once(void **state)
{
  struct world *w = *state;

  for (int i = 0; i < 2 * QENT__ODD_SUBS_MAX; i++) {
    char token[41];
    (void)snprintf(token, sizeof token, "token-of-one-of-very-many-%08d", i);
    (void)add_sub(w->s, w->user_id, w->plan_id, token);
  }
  prepare(w);
  assert_int_equal(without_access(w, NULL), 2 * QENT__ODD_SUBS_MAX + 1);
}

static void homes_beyond_the_replicas_are_counted(void **state)
{
  struct world *w = *state;
  struct qent__odd_sub odd = {.id = 0};

  prepare(w);
  (void)add_account(w->s, w->sub_id, w->node_id, "q1_abcdefgh");
  (void)add_account(w->s, w->sub_id, add_node(w->s, "other"), "q1_bbcdefgh");
  run_sql(w->s, "UPDATE accounts SET wanted_present = 1, standing = 0");
  assert_int_equal(crowded(w, &odd), 1);
  assert_true(odd.id == w->sub_id && odd.replicas == 1 && odd.accounts == 2);
  run_sql(w->s, "UPDATE subscriptions SET replicas = 2");
  assert_int_equal(crowded(w, &odd), 0);
  run_sql(w->s, "UPDATE subscriptions SET replicas = 1;"
                " UPDATE accounts SET standing = 2 WHERE account_key = 'q1_bbcdefgh'");
  assert_int_equal(crowded(w, &odd), 0);
  run_sql(w->s, "UPDATE accounts SET standing = 0, wanted_present = 0"
                " WHERE account_key = 'q1_bbcdefgh'");
  assert_int_equal(crowded(w, &odd), 0);
}

static void a_counter_is_unknown_until_it_is_written(void **state)
{
  struct world *w = *state;
  int64_t value = 7;

  assert_int_equal(qent__store_counter_read(w->s, "x", &value, NULL), QENT_ENOTFOUND);
  assert_true(value == 7);
  assert_int_equal(qent__store_counter_write(w->s, "x", 1, NULL), QENT_EINVAL);
  begin(w->s);
  assert_int_equal(qent__store_counter_write(w->s, "x", 1, NULL), QENT_OK);
  assert_int_equal(qent__store_counter_write(w->s, "x", -2, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(qent__store_counter_read(w->s, "x", &value, NULL), QENT_OK);
  assert_true(value == -2);
}

struct taken {
  int64_t ids[4];
  size_t count;
};

static bool take(const qent_payment *payment, void *user)
{
  struct taken *taken = user;

  taken->ids[taken->count++] = qent_payment_id(payment);
  return true;
}

static void payments_are_read_backwards_page_by_page(void **state)
{
  struct world *w = *state;
  struct taken taken = {.count = 0};
  int64_t ids[3];

  for (int i = 0; i < 3; i++) {
    char key[16];
    (void)snprintf(key, sizeof key, "k%d", i);
    ids[i] = add_payment(w->s, add_order(w->s, w->user_id, w->plan_id), key);
  }
  assert_int_equal(qent__store_payment_older(w->s, INT64_MAX, 2, take, &taken, NULL), QENT_OK);
  assert_int_equal(taken.count, 2);
  assert_true(taken.ids[0] == ids[2] && taken.ids[1] == ids[1]);
  assert_int_equal(qent__store_payment_older(w->s, ids[1], 2, take, &taken, NULL), QENT_OK);
  assert_int_equal(taken.count, 3);
  assert_true(taken.ids[2] == ids[0]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WORLD(only_a_confirmed_account_is_access),
      WITH_WORLD(what_became_due_just_now_is_left_its_time),
      WITH_WORLD(whoever_may_not_connect_misses_nothing),
      WITH_WORLD(all_pages_are_told_once),
      WITH_WORLD(homes_beyond_the_replicas_are_counted),
      WITH_WORLD(a_counter_is_unknown_until_it_is_written),
      WITH_WORLD(payments_are_read_backwards_page_by_page),
  };

  return cmocka_run_group_tests_name("store: comparing", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

static void a_user_is_found_by_id_and_by_telegram_id(void **state)
{
  struct world *w = *state;
  qent_user *user = NULL;

  assert_int_equal(qent__store_user_by_id(w->s, w->user_id, &user, NULL), QENT_OK);
  assert_int_equal(user->telegram_id, 100);
  assert_string_equal(user->name, "Name");
  assert_string_equal(user->language, "ru");
  assert_true(user->reachable);
  assert_int_equal(user->created_at, 1000);
  qent_user_free(user);
  assert_int_equal(qent__store_user_by_telegram_id(w->s, 100, &user, NULL), QENT_OK);
  assert_int_equal(user->id, w->user_id);
  qent_user_free(user);
}

static void an_unknown_user_is_not_found_and_leaves_the_output(void **state)
{
  struct world *w = *state;
  qent_error err = QENT_ERROR_INIT;
  qent_user *user = NULL;

  assert_int_equal(qent__store_user_by_id(w->s, 999, &user, &err), QENT_ENOTFOUND);
  assert_null(user);
  assert_string_equal(err.message, "no such user");
}

static void a_telegram_id_belongs_to_one_user(void **state)
{
  struct world *w = *state;
  qent_user twin = {.telegram_id = 100, .language = "en", .created_at = 1};

  begin(w->s);
  assert_int_equal(qent__store_user_insert(w->s, &twin, NULL), QENT_ECONFLICT);
  assert_int_equal(twin.id, 0);
  commit(w->s);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM users"), 1);
}

static void a_language_we_do_not_speak_is_refused(void **state)
{
  struct world *w = *state;
  qent_user user = {.telegram_id = 7, .language = "de", .created_at = 1};
  qent_error err = QENT_ERROR_INIT;

  begin(w->s);
  assert_int_equal(qent__store_user_insert(w->s, &user, &err), QENT_ESTORE);
  assert_non_null(strstr(err.message, "user"));
  qent__store_rollback(w->s);
}

static void saving_a_user_that_is_gone_is_not_found(void **state)
{
  struct world *w = *state;
  qent_user user = {.id = 77, .telegram_id = 7, .language = "en"};

  begin(w->s);
  assert_int_equal(qent__store_user_save(w->s, &user, NULL), QENT_ENOTFOUND);
  qent__store_rollback(w->s);
}

static bool collect_id(const qent_user *user, void *arg)
{
  int64_t *ids = arg;

  for (int i = 0; i < 8; i++) {
    if (ids[i] == 0) {
      ids[i] = user->id;
      break;
    }
  }
  return true;
}

static void users_are_found_by_number_part_of_name_and_at_name(void **state)
{
  struct world *w = *state;
  char name[] = "50% off_er";
  char username[] = "Bob";
  qent_user user = {
      .telegram_id = 555, .name = name, .username = username, .language = "en", .created_at = 1};
  static const char *const queries[] = {"555", "bOb", "@bob", "50%", "f_e", "% OFF"};

  begin(w->s);
  assert_int_equal(qent__store_user_insert(w->s, &user, NULL), QENT_OK);
  commit(w->s);
  for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
    int64_t ids[8] = {0};
    assert_int_equal(qent__store_user_find(w->s, queries[i], 10, collect_id, ids, NULL), QENT_OK);
    assert_int_equal(ids[0], user.id);
    assert_int_equal(ids[1], 0);
  }
}

static void like_characters_in_a_search_are_only_characters(void **state)
{
  struct world *w = *state;
  int64_t ids[8] = {0};

  assert_int_equal(qent__store_user_find(w->s, "N%e", 10, collect_id, ids, NULL), QENT_OK);
  assert_int_equal(qent__store_user_find(w->s, "Nam_", 10, collect_id, ids, NULL), QENT_OK);
  assert_int_equal(qent__store_user_find(w->s, "' OR 1=1 --", 10, collect_id, ids, NULL), QENT_OK);
  assert_int_equal(ids[0], 0);
}

static bool stop_at_once(const qent_user *user, void *arg)
{
  (void)user;
  ++*(int *)arg;
  return false;
}

static void a_search_is_newest_first_and_ends_when_told(void **state)
{
  struct world *w = *state;
  int64_t newer = add_user(w->s, 101);
  int64_t ids[8] = {0};
  int calls = 0;

  assert_int_equal(qent__store_user_find(w->s, "name", 10, collect_id, ids, NULL), QENT_OK);
  assert_int_equal(ids[0], newer);
  assert_int_equal(ids[1], w->user_id);
  assert_int_equal(qent__store_user_find(w->s, "name", 10, stop_at_once, &calls, NULL), QENT_OK);
  assert_int_equal(calls, 1);
  assert_int_equal(qent__store_user_find(w->s, "name", 1, stop_at_once, &calls, NULL), QENT_OK);
  assert_int_equal(calls, 2);
}

static qent_plan *read_plan(qent__store *s, const char *code)
{
  qent_plan *plan = NULL;
  qent_error err = QENT_ERROR_INIT;

  if (qent__store_plan_by_code(s, code, &plan, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return plan;
}

static void a_plan_keeps_its_prices_in_order_through_a_save(void **state)
{
  struct world *w = *state;
  qent_plan *plan = read_plan(w->s, "month");
  qent_plan *again = NULL;

  assert_int_equal(plan->price_count, 1);
  plan->price_count = 3;
  plan->prices[0] = (qent_money){250, "XTR"};
  plan->prices[1] = (qent_money){19900, "RUB"};
  plan->prices[2] = (qent_money){300, "EUR"};
  plan->terms.traffic_limit_bytes = INT64_C(1) << 40;
  plan->terms.period_unit = QENT_PERIOD_MONTHS;
  plan->terms.period = 3;
  begin(w->s);
  assert_int_equal(qent__store_plan_save(w->s, plan, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(qent__store_plan_by_id(w->s, w->plan_id, &again, NULL), QENT_OK);
  assert_int_equal(again->price_count, 3);
  for (size_t i = 0; i < 3; i++)
    assert_true(qent_money_equal(&again->prices[i], &plan->prices[i]));
  assert_int_equal(again->terms.period, 3);
  assert_int_equal(again->terms.period_unit, QENT_PERIOD_MONTHS);
  assert_int_equal(again->terms.traffic_limit_bytes, INT64_C(1) << 40);
  assert_int_equal(again->terms.device_limit, 3);
  assert_string_equal(again->terms.node_group, "default");
  assert_string_equal(again->title_ru, "Month");
  qent_plan_free(plan);
  qent_plan_free(again);
}

static void a_plan_code_is_taken_once(void **state)
{
  struct world *w = *state;
  qent_plan *plan = read_plan(w->s, "month");
  qent_error err = QENT_ERROR_INIT;

  plan->id = 0;
  begin(w->s);
  assert_int_equal(qent__store_plan_insert(w->s, plan, &err), QENT_ECONFLICT);
  assert_string_equal(err.message, "the plan exists already");
  commit(w->s);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM plan_prices"), 1);
  qent_plan_free(plan);
}

struct codes {
  char text[128];
  size_t prices;
};

static bool join_code(const qent_plan *plan, void *arg)
{
  struct codes *codes = arg;
  size_t len = strlen(codes->text);

  (void)snprintf(codes->text + len, sizeof codes->text - len, "%s ", plan->code);
  codes->prices += plan->price_count;
  return true;
}

static void plans_are_listed_by_position_then_code_hidden_ones_on_demand(void **state)
{
  struct world *w = *state;
  struct codes codes = {"", 0};
  qent_plan *plan;

  (void)add_plan(w->s, "zero");
  (void)add_plan(w->s, "alpha");
  (void)add_plan(w->s, "secret");
  plan = read_plan(w->s, "secret");
  plan->hidden = true;
  begin(w->s);
  assert_int_equal(qent__store_plan_save(w->s, plan, NULL), QENT_OK);
  qent_plan_free(plan);
  plan = read_plan(w->s, "zero");
  plan->position = -1;
  plan->price_count = 0;
  assert_int_equal(qent__store_plan_save(w->s, plan, NULL), QENT_OK);
  qent_plan_free(plan);
  commit(w->s);
  assert_int_equal(qent__store_plan_each(w->s, false, join_code, &codes, NULL), QENT_OK);
  assert_string_equal(codes.text, "zero alpha month ");
  assert_int_equal(codes.prices, 2);
  codes.text[0] = '\0';
  assert_int_equal(qent__store_plan_each(w->s, true, join_code, &codes, NULL), QENT_OK);
  assert_string_equal(codes.text, "zero alpha month secret ");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WORLD(a_user_is_found_by_id_and_by_telegram_id),
      WITH_WORLD(an_unknown_user_is_not_found_and_leaves_the_output),
      WITH_WORLD(a_telegram_id_belongs_to_one_user),
      WITH_WORLD(a_language_we_do_not_speak_is_refused),
      WITH_WORLD(saving_a_user_that_is_gone_is_not_found),
      WITH_WORLD(users_are_found_by_number_part_of_name_and_at_name),
      WITH_WORLD(like_characters_in_a_search_are_only_characters),
      WITH_WORLD(a_search_is_newest_first_and_ends_when_told),
      WITH_WORLD(a_plan_keeps_its_prices_in_order_through_a_save),
      WITH_WORLD(a_plan_code_is_taken_once),
      WITH_WORLD(plans_are_listed_by_position_then_code_hidden_ones_on_demand),
  };

  return cmocka_run_group_tests_name("store: users and plans", tests, NULL, NULL);
}

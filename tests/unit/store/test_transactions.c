/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include "util/alloc.h"
#include "util/lane.h"

#include <string.h>

static void a_rollback_leaves_nothing(void **state)
{
  struct world *w = *state;

  begin(w->s);
  (void)add_user(w->s, 300);
  qent__store_rollback(w->s);
  qent__store_rollback(w->s);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM users"), 1);
}

static void a_change_outside_a_transaction_is_refused(void **state)
{
  struct world *w = *state;
  qent_user user = {.telegram_id = 9, .language = "en"};
  qent_error err = QENT_ERROR_INIT;

  assert_int_equal(qent__store_user_insert(w->s, &user, &err), QENT_EINVAL);
  assert_string_equal(err.message, "user: a change needs a transaction");
  assert_int_equal(qent__store_begin_read(w->s, NULL), QENT_OK);
  assert_int_equal(qent__store_user_insert(w->s, &user, &err), QENT_EINVAL);
  qent__store_end_read(w->s);
}

static void transactions_do_not_nest(void **state)
{
  struct world *w = *state;
  qent_payment *payment = NULL;

  begin(w->s);
  assert_int_equal(qent__store_begin(w->s, NULL), QENT_EINVAL);
  assert_int_equal(qent__store_begin_read(w->s, NULL), QENT_EINVAL);
  assert_int_equal(qent__store_payment_claim(w->s, 1, 2, &payment, NULL), QENT_EINVAL);
  commit(w->s);
  assert_int_equal(qent__store_commit(w->s, NULL), QENT_EINVAL);
}

static void the_lane_is_held_from_begin_to_the_end(void **state)
{
  struct qent__lane lane;
  qent__store *s = NULL;

  (void)state;
  assert_int_equal(qent__lane_init(&lane, NULL), QENT_OK);
  assert_int_equal(qent__store_open_memory(&lane, &s, NULL), QENT_OK);
  assert_false(lane.taken);
  begin(s);
  assert_true(lane.taken);
  commit(s);
  assert_false(lane.taken);
  begin(s);
  qent__store_rollback(s);
  assert_false(lane.taken);
  begin(s);
  qent__store_close(s);
  assert_false(lane.taken);
  qent__lane_dispose(&lane);
}

static void reads_keep_their_values_apart(void **state)
{
  struct world *w = *state;
  qent_user *user = NULL;
  qent_subscription *sub = NULL;

  assert_int_equal(qent__store_begin_read(w->s, NULL), QENT_OK);
  assert_int_equal(qent__store_user_by_telegram_id(w->s, 100, &user, NULL), QENT_OK);
  assert_int_equal(qent__store_sub_newest(w->s, user->id, "default", &sub, NULL), QENT_OK);
  qent__store_end_read(w->s);
  assert_int_equal(sub->user_id, user->id);
  qent_user_free(user);
  qent_subscription_free(sub);
}

static bool search_again(const qent_user *user, void *arg)
{
  qent__store *s = arg;

  (void)user;
  assert_int_equal(qent__store_user_find(s, "name", 10, search_again, s, NULL), QENT_EINVAL);
  return true;
}

static void a_callback_cannot_disturb_its_own_search(void **state)
{
  struct world *w = *state;

  assert_int_equal(qent__store_user_find(w->s, "name", 10, search_again, w->s, NULL), QENT_OK);
}

static void a_good_database_passes_its_checks(void **state)
{
  struct world *w = *state;

  assert_int_equal(qent__store_check(w->s, NULL), QENT_OK);
  assert_int_equal(qent__store_verify(w->s, NULL), QENT_OK);
}

static void a_url_that_names_no_database_is_refused(void **state)
{
  static const char *const urls[] = {
      "",           "nonsense",        "sqlite:", "sqlite://", "sqlite://a/b.db", "sqlite:///dir/",
      "sqlite:///", "sqlite:a?mode=ro"};
  qent__store *s = NULL;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
    assert_int_equal(qent__store_open(urls[i], NULL, &s, &err), QENT_EINVAL);
    assert_null(s);
  }
  assert_int_equal(qent__store_open("postgresql://h/db", NULL, &s, &err), QENT_EUNSUPPORTED);
  assert_non_null(strstr(err.message, "postgresql"));
}

typedef qent_status (*attempt_fn)(struct world *w);

static qent_status try_order(struct world *w)
{
  qent_order *order = NULL;
  qent_status st = qent__store_order_by_id(w->s, 0, 1, &order, NULL);

  assert_true((st == QENT_OK) == (order != NULL));
  qent_order_free(order);
  return st;
}

static qent_status try_plan(struct world *w)
{
  qent_plan *plan = NULL;
  qent_status st = qent__store_plan_by_code(w->s, "month", &plan, NULL);

  assert_true((st == QENT_OK) == (plan != NULL));
  qent_plan_free(plan);
  return st;
}

static qent_status try_node(struct world *w)
{
  struct qent__nodes nodes = {NULL, 0};
  qent_status st = qent__store_nodes(w->s, &nodes, NULL);

  assert_true((st == QENT_OK) == (nodes.count == 1));
  qent__nodes_dispose(&nodes);
  return st;
}

static qent_status try_accounts(struct world *w)
{
  struct qent__accounts accounts = {NULL, 0};
  qent_status st = qent__store_accounts_of_sub(w->s, w->sub_id, &accounts, NULL);

  assert_true((st == QENT_OK) == (accounts.count == 1));
  qent__accounts_dispose(&accounts);
  return st;
}

static qent_status try_notice(struct world *w)
{
  qent_notice *notice = NULL;
  qent_status st = qent__store_notice_claim(w->s, 10, 20, &notice, NULL);

  assert_true((st == QENT_OK) == (notice != NULL));
  assert_int_equal(w->s->state, QENT__STORE_IDLE);
  qent_notice_free(notice);
  return st;
}

/* Fail the first allocation, then the second ... until it works. */
static void sweep(struct world *w, attempt_fn attempt)
{
  qent_status st = QENT_ENOMEM;
  long n;

  for (n = 0; st != QENT_OK; n++) {
    assert_true(n < 200);
    qent__alloc_fail_after(n);
    st = attempt(w);
    qent__alloc_fail_after(-1);
    if (st != QENT_OK)
      assert_int_equal(st, QENT_ENOMEM);
  }
  assert_true(n > 1);
}

static void memory_that_is_out_anywhere_leaves_no_trace(void **state)
{
  struct world *w = *state;

  (void)add_order(w->s, w->user_id, w->plan_id);
  (void)add_account(w->s, w->sub_id, w->node_id, "q_1_1");
  (void)add_notice(w->s, w->user_id, "n", 0, 1);
  sweep(w, try_order);
  sweep(w, try_plan);
  sweep(w, try_node);
  sweep(w, try_accounts);
  sweep(w, try_notice);
}

static qent_status try_open(struct world *w)
{
  qent__store *s = NULL;
  qent_status st = qent__store_open_memory(NULL, &s, NULL);

  (void)w;
  assert_true((st == QENT_OK) == (s != NULL));
  qent__store_close(s);
  return st;
}

static void memory_that_is_out_while_opening_leaves_no_trace(void **state)
{
  sweep(*state, try_open);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WORLD(a_rollback_leaves_nothing),
      WITH_WORLD(a_change_outside_a_transaction_is_refused),
      WITH_WORLD(transactions_do_not_nest),
      cmocka_unit_test(the_lane_is_held_from_begin_to_the_end),
      WITH_WORLD(reads_keep_their_values_apart),
      WITH_WORLD(a_callback_cannot_disturb_its_own_search),
      WITH_WORLD(a_good_database_passes_its_checks),
      cmocka_unit_test(a_url_that_names_no_database_is_refused),
      WITH_WORLD(memory_that_is_out_anywhere_leaves_no_trace),
      WITH_WORLD(memory_that_is_out_while_opening_leaves_no_trace),
  };

  return cmocka_run_group_tests_name("store: transactions", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "domain/placement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NODES 8

static qent_node node_of(int64_t id, int32_t accounts, int32_t weight)
{
  qent_node_stats unmeasured = QENT_NODE_STATS_INIT;

  return (qent_node){.id = id,
                     .node_group = "eu",
                     .account_count = accounts,
                     .weight = weight,
                     .reachable = true,
                     .stats = unmeasured};
}

static const qent_node *choose(const qent_node *const *nodes, size_t count)
{
  return qent__node_choose(nodes, count, "eu", NULL, 0, false);
}

static void the_least_loaded_node_of_the_group_is_chosen(void **state)
{
  qent_node a = node_of(1, 10, 100);
  qent_node b = node_of(2, 15, 200);
  qent_node foreign = node_of(3, 0, 100);
  const qent_node *const nodes[] = {&a, &b, &foreign};
  const int64_t taken[] = {2};

  (void)state;
  foreign.node_group[0] = 'x';
  assert_ptr_equal(choose(nodes, 3), &b);
  assert_ptr_equal(qent__node_choose(nodes, 3, "eu", taken, 1, false), &a);
  b.state = QENT_NODE_DRAINING;
  assert_ptr_equal(choose(nodes, 3), &a);
  b.state = QENT_NODE_ACTIVE;
  a.capacity = 10;
  assert_ptr_equal(choose(nodes, 3), &b);
  b.capacity = 15;
  assert_null(choose(nodes, 3));
}

static void a_silent_node_is_taken_only_by_those_who_may_wait(void **state)
{
  qent_node a = node_of(1, 0, 100);
  qent_node b = node_of(2, 50, 100);
  const qent_node *const nodes[] = {&a, &b};

  (void)state;
  a.reachable = false;
  assert_ptr_equal(qent__node_choose(nodes, 2, "eu", NULL, 0, true), &b);
  assert_null(qent__node_choose(nodes, 1, "eu", NULL, 0, false));
  assert_ptr_equal(qent__node_choose(nodes, 1, "eu", NULL, 0, true), &a);
  a.refused = true;
  assert_null(qent__node_choose(nodes, 1, "eu", NULL, 0, true));
}

static void a_node_whose_last_probe_failed_comes_behind_the_others(void **state)
{
  qent_node a = node_of(1, 0, 100);
  qent_node b = node_of(2, 50, 100);
  const qent_node *const nodes[] = {&a, &b};

  (void)state;
  a.failing_since = 1000;
  assert_ptr_equal(qent__node_choose(nodes, 2, "eu", NULL, 0, false), &b);
  assert_ptr_equal(qent__node_choose(nodes, 2, "eu", &b.id, 1, false), &a);
  a.failing_since = 0;
  assert_ptr_equal(qent__node_choose(nodes, 2, "eu", NULL, 0, false), &a);
}

static void a_hot_node_gets_fewer(void **state)
{
  qent_node cool = node_of(1, 15, 100);
  qent_node hot = node_of(2, 10, 100);
  const qent_node *const nodes[] = {&cool, &hot};

  (void)state;
  assert_ptr_equal(choose(nodes, 2), &hot);
  hot.stats.cpu_percent = 100;
  assert_ptr_equal(choose(nodes, 2), &cool);
  hot.stats.cpu_percent = 60;
  assert_ptr_equal(choose(nodes, 2), &hot);
  hot.stats.memory_used_bytes = 95;
  hot.stats.memory_total_bytes = 100;
  assert_ptr_equal(choose(nodes, 2), &cool);
}

static void people_whom_we_do_not_know_count_as_load(void **state)
{
  qent_node ours = node_of(1, 15, 100);
  qent_node shared = node_of(2, 10, 100);
  const qent_node *const nodes[] = {&ours, &shared};

  (void)state;
  shared.stats.online = 40;
  assert_ptr_equal(choose(nodes, 2), &ours);
}

static uint32_t next_random(uint32_t *seed)
{
  *seed = *seed * 1664525U + 1013904223U;
  return *seed >> 8;
}

static qent_node random_node(int64_t id, uint32_t *seed)
{
  qent_node node = node_of(id, (int32_t)(next_random(seed) % 50),
                           (int32_t)(1 + next_random(seed) % QENT_NODE_PARALLEL_MAX));

  node.node_group[0] = next_random(seed) % 4 == 0 ? 'x' : 'e';
  node.state = (qent_node_state)(next_random(seed) % 5 == 0 ? 1 + next_random(seed) % 2 : 0);
  node.capacity = next_random(seed) % 3 == 0 ? (int32_t)(next_random(seed) % 50) : 0;
  node.reachable = next_random(seed) % 4 != 0;
  node.refused = next_random(seed) % 8 == 0;
  node.evacuating = next_random(seed) % 8 == 0;
  node.stats.cpu_percent = (int32_t)(next_random(seed) % 102) - 1;
  return node;
}

static bool fit(const qent_node *node)
{
  return node->state == QENT_NODE_ACTIVE && node->reachable && !node->refused &&
         !node->evacuating && strcmp(node->node_group, "eu") == 0 &&
         (node->capacity == 0 || node->account_count < node->capacity);
}

static void a_full_down_or_foreign_node_is_never_chosen_and_a_fit_one_always(void **state)
{
  uint32_t seed = 7;

  (void)state;
  for (int round = 0; round < 20000; round++) {
    qent_node pool[NODES];
    const qent_node *nodes[NODES];
    const qent_node *best;
    bool any = false;
    for (int i = 0; i < NODES; i++) {
      pool[i] = random_node(i + 1, &seed);
      nodes[i] = &pool[i];
      any = any || fit(&pool[i]);
    }
    best = choose(nodes, NODES);
    if (best)
      assert_true(fit(best));
    assert_int_equal(best != NULL, any);
  }
}

static void ten_thousand_placements_follow_the_weights(void **state)
{
  const int32_t weights[] = {1, 2, 5, 10, 100, 100, 250, 1000};
  qent_node pool[NODES];
  const qent_node *nodes[NODES];
  int64_t sum = 0;

  (void)state;
  for (int i = 0; i < NODES; i++) {
    pool[i] = node_of(i + 1, 0, weights[i]);
    nodes[i] = &pool[i];
    sum += weights[i];
  }
  for (int i = 0; i < 10000; i++)
    pool[choose(nodes, NODES)->id - 1].account_count++;
  for (int i = 0; i < NODES; i++) {
    int64_t share = 10000 * (int64_t)weights[i] / sum;
    int64_t off = pool[i].account_count - share;
    assert_in_range(llabs(off) * 20, 0, share + 20); /* 5 %, and one account at that */
  }
}

static void a_node_that_joins_is_filled_up_to_its_share_and_nobody_moves(void **state)
{
  qent_node old[2] = {node_of(1, 500, 100), node_of(2, 500, 100)};
  qent_node joined = node_of(3, 0, 100);
  const qent_node *const nodes[] = {&old[0], &old[1], &joined};

  (void)state;
  for (int i = 0; i < 500; i++) {
    assert_ptr_equal(choose(nodes, 3), &joined);
    joined.account_count++;
  }
  assert_ptr_equal(choose(nodes, 3), &old[0]);
  assert_int_equal(old[0].account_count, 500);
  assert_int_equal(old[1].account_count, 500);
}

/* Seats: a home on node 1, and more as the tests need. */
struct table {
  qent_node nodes[3];
  qent_account accounts[3];
  struct qent__seat seats[3];
};

static char keys[] = "vless://x\n";

static void lay(struct table *t)
{
  memset(t, 0, sizeof *t);
  for (int i = 0; i < 3; i++) {
    t->nodes[i] = node_of(i + 1, 1, 100);
    t->accounts[i] = (qent_account){.id = i + 1,
                                    .node_id = i + 1,
                                    .placed_at = 100,
                                    .wanted = {.present = true, .enabled = true, .keys_rev = 1},
                                    .wanted_rev = 1,
                                    .applied_rev = 1,
                                    .applied_keys_rev = 1,
                                    .links = keys};
    t->seats[i] = (struct qent__seat){&t->accounts[i], &t->nodes[i], QENT__STANDING_HOME};
  }
}

static int32_t serving(const struct table *t, size_t count, bool *confirmed)
{
  return qent__seats_serving(t->seats, count, "eu", confirmed);
}

static void a_home_on_a_node_that_is_down_needs_a_twin_and_stays(void **state)
{
  struct table t;
  bool confirmed;

  (void)state;
  lay(&t);
  assert_false(qent__seats_need_twin(t.seats, 1));
  t.nodes[0].reachable = false;
  qent__seats_stand(t.seats, 1, "eu", 1, QENT__RETURN_BACK);
  assert_int_equal(t.accounts[0].standing, QENT__STANDING_HOME);
  assert_true(qent__seats_need_twin(t.seats, 1));
  assert_int_equal(serving(&t, 1, &confirmed), 0);
}

static void disabled_evacuated_and_foreign_nodes_are_left(void **state)
{
  struct table t;

  (void)state;
  lay(&t);
  t.nodes[0].state = QENT_NODE_DISABLED;
  t.nodes[1].evacuating = true;
  t.nodes[2].node_group[0] = 'x';
  qent__seats_stand(t.seats, 3, "eu", 2, QENT__RETURN_KEEP);
  for (int i = 0; i < 3; i++)
    assert_int_equal(t.accounts[i].standing, QENT__STANDING_LEAVING);
  assert_false(qent__seats_need_twin(t.seats, 3));
}

static void a_place_that_never_had_keys_is_left_when_its_node_fails(void **state)
{
  struct table t;

  (void)state;
  lay(&t);
  t.accounts[0].links = NULL;
  t.accounts[1].links = NULL;
  t.nodes[0].reachable = false;
  t.nodes[1].refused = true;
  t.nodes[2].refused = true; /* has keys, which go on working */
  qent__seats_stand(t.seats, 3, "eu", 2, QENT__RETURN_KEEP);
  assert_int_equal(t.accounts[0].standing, QENT__STANDING_LEAVING);
  assert_int_equal(t.accounts[1].standing, QENT__STANDING_LEAVING);
  assert_int_equal(t.accounts[2].standing, QENT__STANDING_HOME);
}

/* Node 1 was down and is back, node 2 has the twin, node 3 another home that was never away. */
static void lay_return(struct table *t)
{
  lay(t);
  t->accounts[1].standing = QENT__STANDING_TWIN;
  t->accounts[1].placed_at = 500;
  t->nodes[0].changed_at = 900;
  t->nodes[2].changed_at = 50;
}

static void when_a_node_returns_the_policy_decides(void **state)
{
  static const struct {
    enum qent__return_policy policy;
    enum qent__standing home, twin;
  } cases[] = {{QENT__RETURN_KEEP, QENT__STANDING_HOME, QENT__STANDING_HOME},
               {QENT__RETURN_BACK, QENT__STANDING_HOME, QENT__STANDING_LEAVING},
               {QENT__RETURN_LEAVE, QENT__STANDING_LEAVING, QENT__STANDING_HOME}};

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct table t;
    lay_return(&t);
    qent__seats_stand(t.seats, 3, "eu", 2, cases[i].policy);
    assert_int_equal(t.accounts[0].standing, cases[i].home);
    assert_int_equal(t.accounts[1].standing, cases[i].twin);
    assert_int_equal(t.accounts[2].standing, QENT__STANDING_HOME);
  }
}

/* The home of the one twin is back, that of the other one was given up. */
static void no_more_twins_go_than_there_are_too_many(void **state)
{
  struct table t;

  (void)state;
  lay_return(&t);
  t.accounts[2].standing = QENT__STANDING_TWIN;
  t.accounts[2].placed_at = 600;
  qent__seats_stand(t.seats, 3, "eu", 2, QENT__RETURN_BACK);
  assert_int_equal(t.accounts[0].standing, QENT__STANDING_HOME);
  assert_int_equal(t.accounts[1].standing, QENT__STANDING_HOME);
  assert_int_equal(t.accounts[2].standing, QENT__STANDING_LEAVING);
}

static void a_twin_stays_while_the_node_is_down_and_settles_when_it_is_given_up(void **state)
{
  struct table t;

  (void)state;
  lay_return(&t);
  t.nodes[0].reachable = false;
  qent__seats_stand(t.seats, 2, "eu", 1, QENT__RETURN_BACK);
  assert_int_equal(t.accounts[1].standing, QENT__STANDING_TWIN);
  t.nodes[0].state = QENT_NODE_DISABLED;
  qent__seats_stand(t.seats, 2, "eu", 1, QENT__RETURN_BACK);
  assert_int_equal(t.accounts[0].standing, QENT__STANDING_LEAVING);
  assert_int_equal(t.accounts[1].standing, QENT__STANDING_HOME);
}

static void what_is_not_confirmed_is_known_as_such(void **state)
{
  struct table t;
  bool confirmed;

  (void)state;
  lay(&t);
  assert_int_equal(serving(&t, 3, &confirmed), 3);
  assert_true(confirmed);
  t.accounts[2].wanted_rev++;
  assert_int_equal(serving(&t, 3, &confirmed), 3);
  assert_false(confirmed);
  t.accounts[2].wanted.present = false;
  assert_int_equal(serving(&t, 3, &confirmed), 2);
  assert_true(confirmed);
  t.accounts[1].links = NULL;
  assert_false(qent__account_confirmed(&t.accounts[1]));
}

/* Checked from the last to tell to the first. */
static void a_closed_node_says_what_an_admin_has_to_see_to_first(void **state)
{
  qent_node node = node_of(1, 5, 100);

  (void)state;
  node.capacity = 5;
  assert_string_equal(qent__node_why_closed(&node), "is full");
  node.reachable = false;
  assert_string_equal(qent__node_why_closed(&node), "does not answer");
  node.refused = true;
  assert_string_equal(qent__node_why_closed(&node), "waits for an admin");
  node.evacuating = true;
  assert_string_equal(qent__node_why_closed(&node), "is being evacuated");
  node.state = QENT_NODE_DRAINING;
  assert_string_equal(qent__node_why_closed(&node), "is draining");
  node.state = QENT_NODE_DISABLED;
  assert_string_equal(qent__node_why_closed(&node), "is disabled");
}

static void load_is_the_fullest_of_what_is_known(void **state)
{
  qent_node node = node_of(1, 30, 100);

  (void)state;
  assert_int_equal(qent__node_load_percent(&node), -1);
  node.capacity = 60;
  assert_int_equal(qent__node_load_percent(&node), 50);
  node.stats.cpu_percent = 80;
  assert_int_equal(qent__node_load_percent(&node), 80);
  node.account_count = 600;
  assert_int_equal(qent__node_load_percent(&node), 100);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_least_loaded_node_of_the_group_is_chosen),
      cmocka_unit_test(a_silent_node_is_taken_only_by_those_who_may_wait),
      cmocka_unit_test(a_node_whose_last_probe_failed_comes_behind_the_others),
      cmocka_unit_test(a_hot_node_gets_fewer),
      cmocka_unit_test(people_whom_we_do_not_know_count_as_load),
      cmocka_unit_test(a_full_down_or_foreign_node_is_never_chosen_and_a_fit_one_always),
      cmocka_unit_test(ten_thousand_placements_follow_the_weights),
      cmocka_unit_test(a_node_that_joins_is_filled_up_to_its_share_and_nobody_moves),
      cmocka_unit_test(a_home_on_a_node_that_is_down_needs_a_twin_and_stays),
      cmocka_unit_test(disabled_evacuated_and_foreign_nodes_are_left),
      cmocka_unit_test(a_place_that_never_had_keys_is_left_when_its_node_fails),
      cmocka_unit_test(when_a_node_returns_the_policy_decides),
      cmocka_unit_test(no_more_twins_go_than_there_are_too_many),
      cmocka_unit_test(a_twin_stays_while_the_node_is_down_and_settles_when_it_is_given_up),
      cmocka_unit_test(what_is_not_confirmed_is_known_as_such),
      cmocka_unit_test(a_closed_node_says_what_an_admin_has_to_see_to_first),
      cmocka_unit_test(load_is_the_fullest_of_what_is_known),
  };
  return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}

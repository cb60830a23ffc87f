/* SPDX-License-Identifier: MIT */
/* Nodes fail, refuse, come and go at random while people buy, renew and move: whatever the order,
 * nobody is ever without an account, and in the end everything is as it was sold. */
#include "findings.h"
#include "pool_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BUYERS 6
#define STEPS 60
#define STORMS 40

static const char *const nodes[] = {"de1", "nl1", "fi1", "awg1"};
#define NODES (sizeof nodes / sizeof nodes[0])

struct storm {
  struct shop *shop;
  uint32_t seed; /* of the dice */
  int64_t users[BUYERS];
  bool keys[BUYERS + 1]; /* by subscription id: had an account before */
};

static uint32_t dice(struct storm *storm, uint32_t sides)
{
  storm->seed = storm->seed * 1664525u + 1013904223u;
  return (storm->seed >> 8) % sides;
}

static const char *any_node(struct storm *storm)
{
  return nodes[dice(storm, NODES)];
}

static void renew(struct storm *storm, int buyer)
{
  qent_subscription *sub = NULL;
  const char *plan = buyer % 3 == 2 ? "wide" : "month";

  assert_int_equal(
      qent_subscription_grant(storm->shop->session, storm->users[buyer], plan, &sub, NULL),
      QENT_OK);
  assert_int_equal(qent_subscription_id(sub), buyer + 1);
  qent_subscription_free(sub);
}

/* The calls may fail: what they must not do is harm. */
static void disturb(struct storm *storm)
{
  static const qent_node_state states[] = {QENT_NODE_ACTIVE, QENT_NODE_ACTIVE, QENT_NODE_DRAINING,
                                           QENT_NODE_DISABLED};
  qent_session *session = storm->shop->session;
  int64_t sub = 1 + dice(storm, BUYERS);

  switch (dice(storm, 11)) {
  case 0:
    panel.silent = any_node(storm);
    break;
  case 1:
    panel.silent = NULL;
    break;
  case 2:
    panel.unwilling = dice(storm, 2) ? any_node(storm) : NULL;
    break;
  case 3:
    panel.fail_calls = 1 + (int)dice(storm, 6);
    panel.fail_as = dice(storm, 2) ? QENT_ETIMEOUT : QENT_EAUTH;
    panel.act_first = dice(storm, 2);
    break;
  case 4:
    (void)!qent_node_move(session, any_node(storm), NULL, 0, NULL, NULL);
    break;
  case 5:
    (void)!qent_node_move(session, any_node(storm), any_node(storm), 1 + (int)dice(storm, 3), NULL,
                          NULL);
    break;
  case 6:
    (void)!qent_node_set_state(session, any_node(storm), states[dice(storm, 4)], NULL);
    break;
  case 7:
    (void)!qent_subscription_move(session, 0, sub, dice(storm, 2) ? any_node(storm) : NULL, NULL,
                                  NULL);
    break;
  case 8:
    (void)!qent_subscription_rotate(session, 0, sub, NULL, NULL);
    break;
  case 9:
    (void)!qent_node_probe(session, any_node(storm), NULL, NULL);
    break;
  default:
    renew(storm, (int)sub - 1);
  }
}

static void let_time_pass(struct storm *storm)
{
  static const int64_t waits[] = {0, 31, 300, 3600};

  storm->shop->now += waits[dice(storm, 4)];
  assert_int_equal(qent_nodes_check(storm->shop->session, 9, NULL, NULL), QENT_OK);
  shop_work(storm->shop);
}

static int accounts_of(int64_t sub)
{
  int count = 0;

  for (size_t i = 0; i < panel.count; i++)
    count += panel.accounts[i].enabled && strtoll(panel.accounts[i].key + 1, NULL, 10) == sub;
  return count;
}

/* All are paid up: who had an account once has one now. */
static void assert_nobody_without(struct storm *storm, int step)
{
  for (int sub = 1; sub <= BUYERS; sub++) {
    int count = accounts_of(sub);
    if (count == 0 && storm->keys[sub])
      fail_msg("step %d: subscription %d is on no panel any more", step, sub);
    storm->keys[sub] = count > 0;
  }
}

static void calm_down(struct storm *storm)
{
  panel.silent = NULL;
  panel.unwilling = NULL;
  panel.fail_calls = 0;
  for (size_t i = 0; i < NODES; i++) {
    assert_int_equal(qent_node_set_state(storm->shop->session, nodes[i], QENT_NODE_ACTIVE, NULL),
                     QENT_OK);
    (void)!qent_node_probe(storm->shop->session, nodes[i], NULL, NULL);
  }
  for (int i = 0; i < 30; i++) {
    storm->shop->now += 600;
    assert_int_equal(qent_nodes_check(storm->shop->session, 9, NULL, NULL), QENT_OK);
    shop_work(storm->shop);
  }
}

static void assert_as_sold(struct storm *storm, bool exactly)
{
  assert_clean(storm->shop);
  for (int sub = 1; sub <= BUYERS; sub++) {
    int sold = sub % 3 == 0 ? 2 : 1;
    int count = accounts_of(sub);
    if (count < sold || (exactly && count > sold))
      fail_msg("subscription %d is on %d nodes, %d were sold", sub, count, sold);
  }
}

static void add_wide_plan(struct shop *shop)
{
  const qent_money price = {29900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;

  plan.code = "wide";
  plan.title_ru = "Wide";
  plan.title_en = "Wide";
  plan.prices = &price;
  plan.price_count = 1;
  plan.node_group = "eu";
  plan.period = 30;
  plan.replicas = 2;
  assert_int_equal(qent_plan_add(shop->session, &plan, NULL, NULL), QENT_OK);
}

static void rage(uint32_t seed, const char *settings, bool exactly)
{
  struct storm storm = {.seed = seed};
  void *state = NULL;

  assert_int_equal(shop_open_set(&state, settings), 0);
  storm.shop = state;
  add_wide_plan(storm.shop);
  for (size_t i = 1; i < NODES; i++)
    pool_add_node(storm.shop, nodes[i], "eu", i == 1 ? 4 : 0);
  for (int i = 0; i < BUYERS; i++) {
    storm.users[i] = shop_add_user(storm.shop, 5000 + i);
    renew(&storm, i);
  }
  shop_work(storm.shop);
  for (int step = 0; step < STEPS; step++) {
    disturb(&storm);
    let_time_pass(&storm);
    assert_nobody_without(&storm, step);
  }
  calm_down(&storm);
  assert_as_sold(&storm, exactly);
  assert_int_equal(shop_close(&state), 0);
}

static void storms(const char *settings, bool exactly)
{
  for (uint32_t seed = 1; seed <= STORMS; seed++) {
    print_message("storm %u\n", seed);
    rage(seed, settings, exactly);
  }
}

static void nobody_is_lost_in_a_storm_when_twins_stay(void **state)
{
  (void)state;
  storms("QENT_NODE_RETURN=keep\n", false);
}

static void nobody_is_lost_or_doubled_in_a_storm_when_twins_go(void **state)
{
  (void)state;
  storms("QENT_NODE_RETURN=back\n", true);
}

static void nobody_is_lost_in_a_storm_when_nodes_are_left(void **state)
{
  (void)state;
  storms("QENT_NODE_RETURN=leave\n", false);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_is_lost_in_a_storm_when_twins_stay),
      cmocka_unit_test(nobody_is_lost_or_doubled_in_a_storm_when_twins_go),
      cmocka_unit_test(nobody_is_lost_in_a_storm_when_nodes_are_left),
  };

  return cmocka_run_group_tests_name("storms over the pool", tests, NULL, NULL);
}

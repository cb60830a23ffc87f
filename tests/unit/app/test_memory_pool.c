/* SPDX-License-Identifier: MIT */
/* Memory that runs out while people are moved between nodes: nobody is lost on the way. */
#include "memory_sweep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check(struct shop *shop, int times)
{
  for (int i = 0; i < times; i++) {
    shop->now += 31;
    assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
  }
}

static int64_t sub_id;

/* Somebody is served from de1, and nl1 has room. */
static void prepare_two_nodes(struct shop *shop)
{
  shop_pay(shop, shop_order(shop, "month"));
  shop_work(shop);
  sub_id = shop_sub_id(shop);
  shop_add_node(shop, "nl1");
  check(shop, 1);
}

static void work(struct shop *shop, int rounds)
{
  for (int i = 0; i < rounds; i++) {
    shop->now += 70;
    assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
    shop_work(shop);
  }
}

static qent_status move(struct shop *shop)
{
  return qent_subscription_move(shop->session, shop->buyer, sub_id, "nl1", NULL, NULL);
}

static bool is_leaving(struct shop *shop)
{
  qent_node_progress here = {.size = sizeof here};
  qent_node_progress there = {.size = sizeof there};

  assert_int_equal(qent_node_progress_read(shop->session, "de1", &here, NULL), QENT_OK);
  assert_int_equal(qent_node_progress_read(shop->session, "nl1", &there, NULL), QENT_OK);
  assert_int_equal(here.leaving, there.here);
  return here.leaving == 1;
}

static void finish_move(struct shop *shop)
{
  if (!is_leaving(shop)) {
    shop->now += 1;
    assert_int_equal(move(shop), QENT_OK);
  }
  work(shop, 2);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
}

static void a_move_is_begun_wholly_or_not_at_all(void **state)
{
  const struct sweep sweep = {prepare_two_nodes, move, is_leaving, finish_move};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_third_failure(struct shop *shop)
{
  prepare_two_nodes(shop);
  panel.silent = "de1";
  check(shop, 2);
  shop->now += 31;
}

static qent_status probe(struct shop *shop)
{
  return qent_nodes_check(shop->session, 9, NULL, NULL);
}

static bool is_down(struct shop *shop)
{
  qent_node *node = NULL;
  bool down;

  assert_int_equal(qent_node_by_name(shop->session, "de1", &node, NULL), QENT_OK);
  down = qent_node_get_state(node) == QENT_NODE_DOWN;
  qent_node_free(node);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_NODE_DOWN), down ? 1 : 0);
  return down;
}

static void finish_failover(struct shop *shop)
{
  work(shop, 3);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static void a_node_is_down_and_told_or_neither(void **state)
{
  const struct sweep sweep = {prepare_third_failure, probe, is_down, finish_failover};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_down(struct shop *shop)
{
  prepare_two_nodes(shop);
  panel.silent = "de1";
  check(shop, 3);
}

static qent_status run_due(struct shop *shop)
{
  return qent_due_run(shop->session, 50, NULL, NULL);
}

static bool has_twin(struct shop *shop)
{
  qent_node_progress there = {.size = sizeof there};

  assert_int_equal(qent_node_progress_read(shop->session, "nl1", &there, NULL), QENT_OK);
  return there.here == 1;
}

/* A sweep passes over whom it cannot place; they are looked at again soon. */
static void finish_twin(struct shop *shop)
{
  finish_failover(shop);
}

static void a_twin_is_wanted_or_nothing_is(void **state)
{
  const struct sweep sweep = {prepare_down, run_due, has_twin, finish_twin};

  (void)state;
  run_sweep(&sweep);
}

static void prepare_leaving(struct shop *shop)
{
  prepare_two_nodes(shop);
  assert_int_equal(move(shop), QENT_OK);
}

static qent_status apply(struct shop *shop)
{
  return qent_accounts_apply(shop->session, 50, NULL, NULL);
}

static bool has_moved(struct shop *shop)
{
  bool moved = shop_notices(shop, QENT_NOTICE_MOVED) == 1;

  assert_true(shop_on_node("de1") + shop_on_node("nl1") >= 1);
  return moved && shop_on_node("de1") == 0;
}

static void finish_leaving(struct shop *shop)
{
  work(shop, 4);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
}

static void nobody_leaves_before_the_new_keys_are_stored(void **state)
{
  const struct sweep sweep = {prepare_leaving, apply, has_moved, finish_leaving};

  (void)state;
  run_sweep(&sweep);
}

static qent_status edit(struct shop *shop)
{
  qent_node_options options = QENT_NODE_OPTIONS_INIT;

  options.name = "nl1";
  options.title = "Netherlands";
  options.gateway = "test-panel";
  options.url = "https://nl1.panel.test";
  options.username = "admin";
  options.password = "panel password";
  options.node_group = "eu";
  options.ca_file = "/etc/ssl/ca.pem";
  options.country = "NL";
  return qent_node_edit(shop->session, &options, NULL, NULL);
}

static bool is_edited(struct shop *shop)
{
  qent_node *node = NULL;
  bool edited;

  assert_int_equal(qent_node_by_name(shop->session, "nl1", &node, NULL), QENT_OK);
  edited = strcmp(qent_node_title(node), "Netherlands") == 0;
  assert_int_equal(strcmp(qent_node_country(node), "NL") == 0, edited);
  qent_node_free(node);
  return edited;
}

static void finish_edit(struct shop *shop)
{
  panel.silent = "de1";
  finish_failover(shop);
}

static void a_node_is_edited_wholly_or_not_at_all(void **state)
{
  const struct sweep sweep = {prepare_two_nodes, edit, is_edited, finish_edit};

  (void)state;
  run_sweep(&sweep);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_move_is_begun_wholly_or_not_at_all),
      cmocka_unit_test(a_node_is_down_and_told_or_neither),
      cmocka_unit_test(a_twin_is_wanted_or_nothing_is),
      cmocka_unit_test(nobody_leaves_before_the_new_keys_are_stored),
      cmocka_unit_test(a_node_is_edited_wholly_or_not_at_all),
  };

  return cmocka_run_group_tests_name("out of memory in the pool", tests, NULL, NULL);
}

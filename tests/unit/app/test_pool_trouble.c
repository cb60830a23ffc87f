/* SPDX-License-Identifier: MIT */
/* What goes wrong while nodes stand in for one another. */
#include "shop.h"

#include "app/context.h"
#include "store/handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void buy(struct shop *shop, const char *plan_code)
{
  shop_pay(shop, shop_order(shop, plan_code));
  shop_work(shop);
}

static void add_wide_plan(struct shop *shop)
{
  const qent_money price = {19900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;

  plan.code = "wide";
  plan.title_ru = "Wide";
  plan.title_en = "Wide";
  plan.prices = &price;
  plan.price_count = 1;
  plan.node_group = "eu";
  plan.replicas = 2;
  assert_int_equal(qent_plan_add(shop->session, &plan, NULL, NULL), QENT_OK);
}

static void let_pass(struct shop *shop, int64_t seconds, int times)
{
  for (int i = 0; i < times; i++) {
    shop->now += seconds;
    shop_work(shop);
  }
}

static void one_of_several_leaves_only_after_its_replacement_has_confirmed(void **state)
{
  struct shop *shop = *state;

  add_wide_plan(shop);
  shop_add_node(shop, "nl1");
  buy(shop, "wide");
  assert_int_equal(panel.count, 2);
  shop_add_node(shop, "fi1");
  panel.unwilling = "fi1";
  assert_int_equal(qent_node_move(shop->session, "de1", NULL, 0, NULL, NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(shop_on_node("de1"), 1);
  panel.unwilling = NULL;
  let_pass(shop, 60, 2);
  assert_int_equal(shop_on_node("fi1"), 1);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_on_node("nl1"), 1);
}

static void refuse_de1(struct shop *shop)
{
  panel.fail_calls = 1;
  panel.fail_as = QENT_EAUTH;
  assert_int_equal(qent_node_probe(shop->session, "de1", NULL, NULL), QENT_EAUTH);
}

static void a_renewal_that_the_panel_refuses_is_served_elsewhere(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "nl1");
  refuse_de1(shop);
  shop_work(shop);
  assert_int_equal(shop_on_node("nl1"), 0);
  buy(shop, "month");
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(panel.accounts[1].expires_at, shop_expiry(shop));
  assert_int_equal(shop_on_node("de1"), 1);
}

static void a_renewal_that_a_panel_refused_before_is_served_elsewhere(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "nl1");
  panel.fail_calls = 1;
  panel.fail_as = QENT_EAUTH;
  buy(shop, "month");
  assert_int_equal(shop_on_node("nl1"), 1);
}

static void a_renewal_that_a_panel_never_takes_is_served_elsewhere(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "nl1");
  panel.unwilling = "de1";
  buy(shop, "month");
  let_pass(shop, 60, 1);
  assert_int_equal(shop_on_node("nl1"), 0); /* it works yet, and this may be over soon */
  let_pass(shop, 600, 10);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
  panel.unwilling = NULL;
  let_pass(shop, 3600, 3);
  assert_int_equal(panel.accounts[0].expires_at, shop_expiry(shop));
  assert_int_equal(panel.count, 2);
}

/* Refused, renewed, and so with a twin on nl1. */
static void renew_while_refused(struct shop *shop)
{
  buy(shop, "month");
  shop_add_node(shop, "nl1");
  refuse_de1(shop);
  buy(shop, "month");
  assert_int_equal(shop_on_node("nl1"), 1);
}

static void assert_only_home(struct shop *shop)
{
  shop_work(shop);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("nl1"), 0);
  assert_int_equal(panel.accounts[0].expires_at, shop_expiry(shop));
}

static void the_twin_of_a_refused_renewal_goes_when_a_probe_is_taken(void **state)
{
  struct shop *shop = *state;

  renew_while_refused(shop);
  assert_int_equal(qent_node_probe(shop->session, "de1", NULL, NULL), QENT_OK);
  assert_only_home(shop);
}

static void the_twin_of_a_refused_renewal_goes_when_the_password_is_set_right(void **state)
{
  struct shop *shop = *state;
  qent_node_options options = QENT_NODE_OPTIONS_INIT;

  renew_while_refused(shop);
  options.name = "de1";
  options.gateway = "test-panel";
  options.url = "https://de1.panel.test";
  options.node_group = "eu";
  options.password = "panel password";
  shop->now++;
  assert_int_equal(qent_node_edit(shop->session, &options, NULL, NULL), QENT_OK);
  assert_only_home(shop);
}

static void the_twin_of_a_refused_renewal_goes_when_the_node_is_activated(void **state)
{
  struct shop *shop = *state;

  renew_while_refused(shop);
  shop->now++;
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_ACTIVE, NULL), QENT_OK);
  assert_only_home(shop);
}

static void the_twin_of_a_renewal_that_got_stuck_goes_when_it_gets_through(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "nl1");
  panel.unwilling = "de1";
  buy(shop, "month");
  let_pass(shop, 600, 12);
  assert_int_equal(shop_on_node("nl1"), 1);
  panel.unwilling = NULL;
  let_pass(shop, 3600, 3);
  assert_only_home(shop);
}

static void check_nodes(struct shop *shop, int times)
{
  for (int i = 0; i < times; i++) {
    shop->now += 31;
    assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
    shop_work(shop);
  }
}

static void limit_de1(struct shop *shop, int32_t capacity)
{
  qent_node_options options = QENT_NODE_OPTIONS_INIT;

  options.name = "de1";
  options.gateway = "test-panel";
  options.url = "https://de1.panel.test";
  options.node_group = "eu";
  options.capacity = capacity;
  assert_int_equal(qent_node_edit(shop->session, &options, NULL, NULL), QENT_OK);
}

static void one_counts_for_the_last_place_of_a_node_only_once(void **state)
{
  struct shop *shop = *state;

  limit_de1(shop, 1);
  panel.silent = "de1";
  buy(shop, "month");
  check_nodes(shop, 3); /* down before it gave any keys */
  panel.silent = NULL;
  check_nodes(shop, 2);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  let_pass(shop, 601, 2);
  shop_add_node(shop, "nl1"); /* has its place: nothing to move for */
  let_pass(shop, 601, 2);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("nl1"), 0);
}

static void run_sql(struct shop *shop, const char *sql)
{
  struct qent__db *db = qent__session_store(shop->session)->db;

  assert_int_equal(db->driver->script(db, sql, NULL), QENT_OK);
}

static void one_that_a_sweep_passes_over_is_looked_at_again_soon(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  shop_add_node(shop, "nl1");
  check_nodes(shop, 1);
  run_sql(shop, "CREATE TRIGGER trouble BEFORE INSERT ON accounts"
                " BEGIN SELECT RAISE(ABORT, 'trouble'); END");
  panel.silent = "de1";
  check_nodes(shop, 4);
  assert_int_equal(shop_on_node("nl1"), 0);
  run_sql(shop, "DROP TRIGGER trouble");
  check_nodes(shop, 3);
  assert_int_equal(shop_on_node("nl1"), 1);
}

static void nodes_that_were_missing_are_made_up_for(void **state)
{
  struct shop *shop = *state;

  add_wide_plan(shop);
  buy(shop, "wide");
  assert_int_equal(panel.count, 1);
  shop_add_node(shop, "nl1");
  let_pass(shop, 3601, 1);
  assert_int_equal(panel.count, 2);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
}

static bool name_node(const qent_share_link *link, void *user)
{
  size_t len = strlen(user);

  (void)snprintf((char *)user + len, 65 - len, "%s", link->node);
  return true;
}

static void keys_of_a_node_that_is_switched_off_are_the_last_resort(void **state)
{
  struct shop *shop = *state;
  char nodes[65] = "";

  add_wide_plan(shop);
  shop_add_node(shop, "nl1");
  buy(shop, "wide");
  panel.unwilling = "nl1";
  buy(shop, "wide"); /* so nobody may leave */
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_DISABLED, NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(
      qent_subscription_links(shop->session, shop_sub_id(shop), name_node, nodes, NULL), QENT_OK);
  assert_string_equal(nodes, "nl1");
  assert_int_equal(qent_node_set_state(shop->session, "nl1", QENT_NODE_DISABLED, NULL), QENT_OK);
  shop_work(shop);
  nodes[0] = '\0';
  assert_int_equal(
      qent_subscription_links(shop->session, shop_sub_id(shop), name_node, nodes, NULL), QENT_OK);
  assert_string_equal(nodes, "de1nl1");
}

static int64_t used_bytes(struct shop *shop)
{
  qent_subscription *sub = shop_subscription(shop);
  int64_t used = qent_subscription_traffic_used_bytes(sub);

  qent_subscription_free(sub);
  return used;
}

static void an_old_reading_of_an_account_that_leaves_is_no_restarted_counter(void **state)
{
  struct shop *shop = *state;

  buy(shop, "gb");
  shop_add_node(shop, "nl1");
  assert_int_equal(
      qent_subscription_move(shop->session, shop->buyer, shop_sub_id(shop), "nl1", NULL, NULL),
      QENT_OK);
  assert_int_equal(qent_accounts_apply(shop->session, 1, NULL, NULL), QENT_OK);
  panel.accounts[0].used_bytes = 300;
  panel.good_calls = 1; /* it is counted, but not removed */
  panel.fail_calls = 1;
  panel.fail_as = QENT_EUPSTREAM;
  assert_int_equal(qent_accounts_apply(shop->session, 1, NULL, NULL), QENT_OK);
  assert_int_equal(used_bytes(shop), 300);
  panel.accounts[0].used_bytes = 250; /* as a page had it that is taken in only now */
  shop->now += 61;
  assert_int_equal(qent_usage_collect(shop->session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(used_bytes(shop), 300);
}

static void collect_beside(void *arg)
{
  struct shop *shop = arg;
  qent_ctx *ctx = shop_new_ctx(shop);
  qent_session *session = NULL;
  int32_t done = 0;

  assert_int_equal(qent_session_open(ctx, &session, NULL), QENT_OK);
  assert_int_equal(qent_usage_collect(session, 9, &done, NULL), QENT_OK);
  assert_int_equal(done, 0);
  qent_session_close(session);
  qent_ctx_free(ctx);
}

static void take_long(void *arg)
{
  struct shop *shop = arg;

  shop->now += 50;
  panel.during = shop->now < SHOP_NOW + 100 ? take_long : collect_beside;
}

static void a_slow_panel_is_read_by_one_at_a_time(void **state)
{
  struct shop *shop = *state;
  int32_t done = 0;

  for (; panel.count < 301; panel.count++) {
    struct shop_account *account = &panel.accounts[panel.count];
    (void)snprintf(account->node, sizeof account->node, "de1");
    (void)snprintf(account->key, sizeof account->key, "other_%zu", panel.count);
  }
  panel.during = take_long;
  panel.during_arg = shop;
  assert_int_equal(qent_usage_collect(shop->session, 9, &done, NULL), QENT_OK);
  assert_int_equal(done, 1);
  assert_null(panel.during);
}

static void move_away_beside(void *arg)
{
  struct shop *shop = arg;
  qent_ctx *ctx = shop_new_ctx(shop);
  qent_session *session = NULL;

  shop->now += 46; /* the lease is over */
  assert_int_equal(qent_session_open(ctx, &session, NULL), QENT_OK);
  assert_int_equal(
      qent_subscription_move(session, shop->buyer, shop_sub_id(shop), "nl1", NULL, NULL), QENT_OK);
  assert_int_equal(qent_accounts_apply(session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(shop_on_node("de1"), 0);
  qent_session_close(session);
  qent_ctx_free(ctx);
}

/* A call to de1 comes after the account has left it and was forgotten. */
static void call_too_late(struct shop *shop, bool answered)
{
  buy(shop, "month");
  shop_add_node(shop, "nl1");
  assert_int_equal(qent_account_retry(shop->session, 1, NULL), QENT_OK);
  panel.fail_calls = answered ? 0 : 1;
  panel.fail_as = QENT_ETIMEOUT;
  panel.act_first = true;
  panel.during = move_away_beside;
  panel.during_arg = shop;
  assert_int_equal(qent_accounts_apply(shop->session, 1, NULL, NULL), QENT_OK);
  assert_null(panel.during);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_on_node("de1"), 0);
}

static void an_account_made_anew_after_it_was_forgotten_is_taken_away(void **state)
{
  call_too_late(*state, true);
}

static void one_made_anew_by_a_call_that_is_never_answered_is_taken_away(void **state)
{
  call_too_late(*state, false);
}

static void keys_are_told_once_however_long_they_serve(void **state)
{
  struct shop *shop = *state;

  for (int i = 0; i < 5; i++) {
    buy(shop, "month");
    (void)shop_deliver(shop);
    shop->now += 29 * SHOP_DAY;
    assert_int_equal(qent_cleanup_run(shop->session, 99, NULL, NULL), QENT_OK);
  }
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 0);
  buy(shop, "month");
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS_QR), 0);
}

static int open_back(void **state)
{
  return shop_open_set(state, "QENT_NODE_RETURN=back\n");
}

int main(void)
{
#define CASE_OF(open, test) cmocka_unit_test_setup_teardown(test, open, shop_close)
#define CASE(test) CASE_OF(shop_open, test)
  const struct CMUnitTest tests[] = {
      CASE(one_of_several_leaves_only_after_its_replacement_has_confirmed),
      CASE(a_renewal_that_the_panel_refuses_is_served_elsewhere),
      CASE(a_renewal_that_a_panel_refused_before_is_served_elsewhere),
      CASE(a_renewal_that_a_panel_never_takes_is_served_elsewhere),
      CASE_OF(open_back, the_twin_of_a_refused_renewal_goes_when_a_probe_is_taken),
      CASE_OF(open_back, the_twin_of_a_refused_renewal_goes_when_the_password_is_set_right),
      CASE_OF(open_back, the_twin_of_a_refused_renewal_goes_when_the_node_is_activated),
      CASE_OF(open_back, the_twin_of_a_renewal_that_got_stuck_goes_when_it_gets_through),
      CASE(one_counts_for_the_last_place_of_a_node_only_once),
      CASE(one_that_a_sweep_passes_over_is_looked_at_again_soon),
      CASE(nodes_that_were_missing_are_made_up_for),
      CASE(keys_of_a_node_that_is_switched_off_are_the_last_resort),
      CASE(an_old_reading_of_an_account_that_leaves_is_no_restarted_counter),
      CASE_OF(shop_open_file, a_slow_panel_is_read_by_one_at_a_time),
      CASE_OF(shop_open_file, an_account_made_anew_after_it_was_forgotten_is_taken_away),
      CASE_OF(shop_open_file, one_made_anew_by_a_call_that_is_never_answered_is_taken_away),
      CASE(keys_are_told_once_however_long_they_serve),
  };
  return cmocka_run_group_tests_name("trouble in the pool", tests, NULL, NULL);
}

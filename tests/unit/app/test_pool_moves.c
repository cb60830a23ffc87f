/* SPDX-License-Identifier: MIT */
/* Moves, evacuation, and what admins do to nodes. */
#include "pool_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static qent_status move(struct shop *shop, const char *node, qent_error *err)
{
  return qent_subscription_move(shop->session, shop->buyer, shop_sub_id(shop), node, NULL, err);
}

static void a_move_leaves_the_old_node_after_the_new_one_has_confirmed(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  panel.silent = "nl1";
  assert_int_equal(move(shop, "nl1", NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 0);
  panel.silent = NULL;
  shop->now += 60;
  shop_work(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
  pool_nothing_said_twice(shop);
}

static void whoever_moves_away_from_a_node_that_is_down_does_not_come_back(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_add_node(shop, "fi1", "eu", 0);
  pool_pass(shop);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_on_node("nl1") + shop_on_node("fi1"), 1); /* the twin */
  assert_int_equal(move(shop, shop_on_node("nl1") ? "fi1" : "nl1", NULL), QENT_OK);
  pool_pass(shop);
  panel.silent = NULL;
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(panel.count, 1);
  assert_int_equal(shop_on_node("de1"), 0);
}

static void an_admin_who_moves_people_off_a_node_that_is_down_leaves_no_twins(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_add_node(shop, "fi1", "eu", 0);
  pool_pass(shop);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(qent_node_move(shop->session, "de1", "fi1", 0, NULL, NULL), QENT_OK);
  pool_pass(shop);
  assert_int_equal(shop_on_node("fi1"), 1);
  assert_int_equal(shop_on_node("nl1"), 0);
  panel.silent = NULL;
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(panel.count, 1);
}

static void a_buyer_moves_only_so_often_and_an_admin_at_any_time(void **state)
{
  struct shop *shop = *state;
  qent_error err = QENT_ERROR_INIT;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  assert_int_equal(move(shop, NULL, NULL), QENT_OK);
  shop_work(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(move(shop, "de1", &err), QENT_ECONFLICT);
  assert_int_equal(err.retry_after_ms, 300000);
  assert_int_equal(qent_subscription_move(shop->session, 0, shop_sub_id(shop), "de1", NULL, NULL),
                   QENT_OK);
  shop->now += 300;
  assert_int_equal(move(shop, "nl1", NULL), QENT_OK);
}

static void fetch_link(struct shop *shop)
{
  qent_subscription *sub = shop_subscription(shop);
  const char *token = strrchr(qent_subscription_config_link(sub), '/') + 1;
  qent_config_link *link = NULL;

  assert_int_equal(qent_config_link_open(shop->session, token, &link, NULL), QENT_OK);
  assert_int_equal(qent_config_link_fetched(shop->session, link, NULL), QENT_OK);
  qent_config_link_free(link);
  qent_subscription_free(sub);
}

static void a_move_that_takes_until_the_next_second_is_told(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  fetch_link(shop); /* who fetches the link is told only what was asked for */
  shop->tick_s = 1;
  assert_int_equal(move(shop, "nl1", NULL), QENT_OK);
  shop->tick_s = 0;
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_MOVED), 1);
}

static void a_move_to_where_one_is_changes_nothing(void **state)
{
  struct shop *shop = *state;
  int calls;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  calls = panel.calls;
  assert_int_equal(move(shop, "de1", NULL), QENT_OK);
  assert_int_equal(qent_accounts_apply(shop->session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(panel.calls, calls);
  assert_int_equal(move(shop, "nl1", NULL), QENT_OK); /* and begins no pause */
}

static void a_move_is_refused_where_there_is_no_place(void **state)
{
  struct shop *shop = *state;
  qent_error err = QENT_ERROR_INIT;

  pool_buy(shop, "month");
  assert_int_equal(move(shop, NULL, &err), QENT_ECONFLICT);
  assert_int_equal(move(shop, "none", NULL), QENT_ENOTFOUND);
  pool_add_node(shop, "ru1", "other", 0);
  assert_int_equal(move(shop, "ru1", NULL), QENT_ENOTFOUND);
  pool_add_node(shop, "nl1", "eu", 0);
  assert_int_equal(qent_node_set_state(shop->session, "nl1", QENT_NODE_DRAINING, NULL), QENT_OK);
  assert_int_equal(move(shop, "nl1", &err), QENT_ECONFLICT);
  assert_string_equal(err.message, "node nl1 takes no new accounts now: it is draining");
  assert_int_equal(qent_subscription_move(shop->session, shop_add_user(shop, 3000),
                                          shop_sub_id(shop), "nl1", NULL, NULL),
                   QENT_ENOTFOUND);
  shop->now += 31 * SHOP_DAY;
  assert_int_equal(qent_node_set_state(shop->session, "nl1", QENT_NODE_ACTIVE, NULL), QENT_OK);
  assert_int_equal(move(shop, "nl1", NULL), QENT_ECONFLICT);
}

struct choices {
  char text[256];
};

static bool note_choice(const qent_node_choice *choice, void *user)
{
  struct choices *choices = user;
  size_t len = strlen(choices->text);

  (void)snprintf(choices->text + len, sizeof choices->text - len, "%s/%s%s%s%s ", choice->title,
                 choice->country, choice->current ? "/current" : "",
                 choice->available ? "/available" : "", choice->down ? "/down" : "");
  return true;
}

static void a_buyer_is_offered_the_nodes_of_the_group_only(void **state)
{
  struct shop *shop = *state;
  struct choices choices = {{0}};

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_add_node(shop, "nl2", "eu", 0);
  pool_add_node(shop, "nl3", "eu", 0);
  pool_add_node(shop, "ru1", "other", 0);
  assert_int_equal(qent_node_set_state(shop->session, "nl3", QENT_NODE_DRAINING, NULL), QENT_OK);
  panel.silent = "nl2";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(qent_subscription_nodes(shop->session, shop->buyer, shop_sub_id(shop),
                                           note_choice, &choices, NULL),
                   QENT_OK);
  assert_string_equal(choices.text, "Germany//current nl1/NL/available nl2/NL/down ");
  assert_int_equal(
      qent_subscription_nodes(shop->session, 999, shop_sub_id(shop), note_choice, &choices, NULL),
      QENT_ENOTFOUND);
}

static void fill_node(struct shop *shop, int count)
{
  for (int i = 0; i < count; i++) {
    shop->buyer = shop_add_user(shop, 5000 + i);
    pool_buy(shop, "month");
  }
}

static void an_evacuated_node_is_empty_and_takes_nobody_new(void **state)
{
  struct shop *shop = *state;
  qent_node_progress progress = {.size = sizeof progress};

  fill_node(shop, 60);
  assert_int_equal(qent_node_move(shop->session, "de1", NULL, 0, NULL, NULL), QENT_ECONFLICT);
  pool_add_node(shop, "nl1", "eu", 0);
  assert_int_equal(qent_node_move(shop->session, "de1", NULL, 0, NULL, NULL), QENT_OK);
  assert_int_equal(qent_node_progress_read(shop->session, "de1", &progress, NULL), QENT_OK);
  assert_int_equal(progress.to_look_at, 60);
  assert_int_equal(qent_due_run(shop->session, 200, NULL, NULL), QENT_OK);
  assert_int_equal(qent_node_progress_read(shop->session, "de1", &progress, NULL), QENT_OK);
  assert_int_equal(progress.to_look_at, 0);
  assert_int_equal(progress.leaving, 60);
  assert_int_equal(shop_on_node("de1"), 60);
  shop_work(shop);
  assert_int_equal(shop_on_node("de1"), 0);
  assert_int_equal(shop_on_node("nl1"), 60);
  assert_int_equal(qent_node_progress_read(shop->session, "de1", &progress, NULL), QENT_OK);
  assert_int_equal(progress.here + progress.leaving + progress.removing, 0);
  shop->buyer = shop_add_user(shop, 3000);
  pool_buy(shop, "month");
  assert_int_equal(shop_on_node("nl1"), 61);
  assert_int_equal(qent_node_remove(shop->session, "de1", NULL), QENT_OK);
}

static void so_many_are_moved_as_were_asked_for(void **state)
{
  struct shop *shop = *state;
  int32_t moved = 0;

  fill_node(shop, 9);
  pool_add_node(shop, "nl1", "eu", 0);
  assert_int_equal(qent_node_move(shop->session, "de1", "nl1", 4, &moved, NULL), QENT_OK);
  assert_int_equal(moved, 4);
  shop_work(shop);
  assert_int_equal(shop_on_node("de1"), 5);
  assert_int_equal(shop_on_node("nl1"), 4);
  assert_int_equal(qent_node_move(shop->session, "de1", "de1", 4, NULL, NULL), QENT_EINVAL);
  pool_add_node(shop, "fi1", "eu", 2);
  assert_int_equal(qent_node_move(shop->session, "de1", "fi1", 0, &moved, NULL), QENT_OK);
  assert_int_equal(moved, 2); /* as many as there is room for */
}

static void traffic_of_the_last_minute_counts_when_one_leaves(void **state)
{
  struct shop *shop = *state;
  qent_subscription *sub;

  pool_buy(shop, "gb");
  pool_add_node(shop, "nl1", "eu", 0);
  panel.accounts[0].used_bytes = 300;
  assert_int_equal(move(shop, "nl1", NULL), QENT_OK);
  assert_int_equal(qent_accounts_apply(shop->session, 9, NULL, NULL), QENT_OK);
  assert_int_equal(shop_on_node("de1"), 0);
  sub = shop_subscription(shop);
  assert_int_equal(qent_subscription_traffic_used_bytes(sub), 300);
  qent_subscription_free(sub);
}

static void links_of_a_node_that_is_down_are_not_served(void **state)
{
  struct shop *shop = *state;

  pool_buy(shop, "month");
  pool_add_node(shop, "nl1", "eu", 0);
  pool_pass(shop);
  assert_int_equal(pool_links(shop), 1);
  panel.silent = "de1";
  pool_pass(shop);
  pool_pass(shop);
  assert_int_equal(shop_on_node("nl1"), 1);
  assert_int_equal(pool_links(shop), 1);
  panel.silent = NULL;
  pool_pass(shop);
  assert_int_equal(pool_links(shop), 2);
}

static void two_nodes_on_one_panel_are_refused_however_it_is_spelled(void **state)
{
  static const char *const urls[] = {"https://de1.panel.test", "https://de1.panel.test//",
                                     "HTTPS://DE1.Panel.Test", "https://de1.panel.test:443/"};
  struct shop *shop = *state;
  qent_node_options options = QENT_NODE_OPTIONS_INIT;
  qent_node *node = NULL;

  options.name = "twin";
  options.gateway = "test-panel";
  options.username = "admin";
  options.password = "panel password";
  for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
    options.url = urls[i];
    assert_int_equal(qent_node_add(shop->session, &options, NULL, NULL), QENT_ECONFLICT);
  }
  options.url = "https://DE1.panel.test:8443/Path/";
  assert_int_equal(qent_node_add(shop->session, &options, &node, NULL), QENT_OK);
  assert_string_equal(qent_node_url(node), "https://de1.panel.test:8443/Path");
  qent_node_free(node);
}

static void new_credentials_end_a_refusal(void **state)
{
  struct shop *shop = *state;
  qent_node_options options = QENT_NODE_OPTIONS_INIT;
  qent_node *node = NULL;

  panel.fail_calls = 1;
  panel.fail_as = QENT_EAUTH;
  assert_int_equal(qent_node_probe(shop->session, "de1", NULL, NULL), QENT_EAUTH);
  options.name = "de1";
  options.gateway = "test-panel";
  options.url = "https://de1.panel.test";
  options.title = "Germany";
  options.username = "admin";
  options.password = "panel password";
  options.node_group = "eu";
  options.weight = 7;
  assert_int_equal(qent_node_edit(shop->session, &options, &node, NULL), QENT_OK);
  assert_false(qent_node_refused(node));
  assert_string_equal(qent_node_title(node), "Germany");
  assert_int_equal(qent_node_weight(node), 7);
  qent_node_free(node);
  pool_buy(shop, "month");
  assert_int_equal(panel.count, 1);
  options.node_group = "other";
  assert_int_equal(qent_node_edit(shop->session, &options, NULL, NULL), QENT_ECONFLICT);
  options.node_group = "eu";
  options.gateway = "marzban";
  assert_int_equal(qent_node_edit(shop->session, &options, NULL, NULL), QENT_EINVAL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(a_move_leaves_the_old_node_after_the_new_one_has_confirmed),
      CASE(whoever_moves_away_from_a_node_that_is_down_does_not_come_back),
      CASE(an_admin_who_moves_people_off_a_node_that_is_down_leaves_no_twins),
      CASE(a_buyer_moves_only_so_often_and_an_admin_at_any_time),
      CASE(a_move_that_takes_until_the_next_second_is_told),
      CASE(a_move_to_where_one_is_changes_nothing),
      CASE(a_move_is_refused_where_there_is_no_place),
      CASE(a_buyer_is_offered_the_nodes_of_the_group_only),
      CASE(an_evacuated_node_is_empty_and_takes_nobody_new),
      CASE(so_many_are_moved_as_were_asked_for),
      CASE(traffic_of_the_last_minute_counts_when_one_leaves),
      CASE(links_of_a_node_that_is_down_are_not_served),
      CASE(two_nodes_on_one_panel_are_refused_however_it_is_spelled),
      CASE(new_credentials_end_a_refusal),
  };
  return cmocka_run_group_tests_name("moves", tests, NULL, NULL);
}

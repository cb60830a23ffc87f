/* SPDX-License-Identifier: MIT */
/* A panel's accounts are adopted, and nothing changes at the panel. */
#include "shop.h"

#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define IVAN INT64_C(100200300)

/* What a run has said. */
struct told {
  int counts[QENT_IMPORT_OURS + 1];
  qent_import_verdict verdict; /* of the last one */
  int64_t subscription_id;
  int64_t telegram_id;
  int64_t expires_at;
  int64_t used_bytes;
  bool enabled;
  char reason[256];
  int stop_after; /* 0: never */
};

static bool take(const qent_import_item *item, void *user)
{
  struct told *told = user;
  int all;

  told->counts[item->verdict]++;
  told->verdict = item->verdict;
  told->subscription_id = item->subscription_id;
  told->telegram_id = item->telegram_id;
  told->expires_at = item->expires_at;
  told->used_bytes = item->used_bytes;
  told->enabled = item->enabled;
  snprintf(told->reason, sizeof told->reason, "%s", item->reason);
  all = told->counts[0] + told->counts[1] + told->counts[2];
  return all != told->stop_after;
}

static qent_import_options options_of(bool apply)
{
  qent_import_options options = QENT_IMPORT_OPTIONS_INIT;

  options.node_name = "de1";
  options.plan_code = "month";
  options.apply = apply;
  return options;
}

static struct told import_with(struct shop *shop, const qent_import_options *options)
{
  struct told told = {.verdict = QENT_IMPORT_SKIP};
  qent_error err = QENT_ERROR_INIT;

  if (qent_import(shop->session, options, take, &told, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return told;
}

static struct told import(struct shop *shop)
{
  const qent_import_options options = options_of(true);

  return import_with(shop, &options);
}

/* Somebody's account, in use for long. */
static struct shop_account *put_on_panel(const char *key)
{
  struct shop_account *account = &panel.accounts[panel.count++];

  memset(account, 0, sizeof *account);
  snprintf(account->node, sizeof account->node, "de1");
  snprintf(account->key, sizeof account->key, "%s", key);
  snprintf(account->uuid, sizeof account->uuid, "00000000-0000-4000-8000-0000000000%02zu",
           panel.count % 100);
  account->enabled = true;
  account->expires_at = SHOP_NOW + 10 * SHOP_DAY;
  return account;
}

static bool count_drift(const qent_drift_item *item, void *user)
{
  if (*(int *)user == 0)
    print_message("%s %s: %s\n", qent_drift_name(item->kind), item->key, item->detail);
  ++*(int *)user;
  return true;
}

static int drifts(struct shop *shop)
{
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  int count = 0;

  assert_int_equal(qent_reconcile(shop->session, &options, count_drift, &count, NULL), QENT_OK);
  return count;
}

static qent_subscription *subscription(struct shop *shop, int64_t id)
{
  qent_subscription *sub = NULL;

  assert_int_equal(qent_subscription_by_id(shop->session, 0, id, &sub, NULL), QENT_OK);
  return sub;
}

static bool is_known(struct shop *shop, int64_t telegram_id)
{
  qent_user *user = NULL;
  bool known = qent_user_by_telegram_id(shop->session, telegram_id, &user, NULL) == QENT_OK;

  qent_user_free(user);
  return known;
}

static void a_dry_run_changes_nothing(void **state)
{
  struct shop *shop = *state;
  const qent_import_options options = options_of(false);
  struct told told;
  int calls;

  put_on_panel("100200300")->used_bytes = 7;
  calls = panel.calls;
  told = import_with(shop, &options);
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 1);
  assert_true(told.telegram_id == IVAN && told.subscription_id == 0);
  assert_int_equal(panel.calls, calls + 2); /* lists */
  assert_false(is_known(shop, IVAN));
  told = import_with(shop, &options);
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 1);
}

static void an_adopted_account_is_as_it_was_and_ours(void **state)
{
  struct shop *shop = *state;
  struct shop_account before;
  struct told told;
  qent_subscription *sub;
  qent_node *node = NULL;

  put_on_panel("tg_100200300");
  panel.accounts[0].traffic_limit_bytes = 1000;
  panel.accounts[0].used_bytes = 400;
  before = panel.accounts[0];
  told = import(shop);
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 1);
  shop_work(shop);
  assert_memory_equal(&before, &panel.accounts[0], sizeof before);
  assert_int_equal(drifts(shop), 0);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 0);
  sub = subscription(shop, told.subscription_id);
  assert_true(qent_subscription_expires_at(sub) == before.expires_at);
  assert_true(qent_subscription_traffic_limit_bytes(sub) == 1000);
  assert_true(qent_subscription_traffic_used_bytes(sub) == 400);
  assert_string_equal(qent_subscription_plan_code(sub), "month");
  assert_non_null(strstr(qent_subscription_config_link(sub), "/s/"));
  qent_subscription_free(sub);
  assert_int_equal(qent_node_by_name(shop->session, "de1", &node, NULL), QENT_OK);
  assert_int_equal(qent_node_account_count(node), 1);
  qent_node_free(node);
}

static void traffic_counts_from_the_adoption_on(void **state)
{
  struct shop *shop = *state;
  struct told told;
  qent_subscription *sub;

  put_on_panel("100200300")->used_bytes = 5000;
  told = import(shop);
  shop->now += 61;
  panel.accounts[0].used_bytes = 5070;
  shop_work(shop);
  sub = subscription(shop, told.subscription_id);
  assert_true(qent_subscription_traffic_used_bytes(sub) == 70);
  qent_subscription_free(sub);
}

static bool take_link(const qent_share_link *link, void *user)
{
  snprintf(user, 128, "%s", link->uri);
  return false;
}

static void the_config_link_serves_the_keys_in_use(void **state)
{
  struct shop *shop = *state;
  char uri[128] = "";
  struct told told;

  put_on_panel("100200300");
  told = import(shop);
  assert_int_equal(
      qent_subscription_links(shop->session, told.subscription_id, take_link, uri, NULL), QENT_OK);
  assert_non_null(strstr(uri, panel.accounts[0].uuid));
}

static void a_renewal_keeps_the_name_and_the_keys(void **state)
{
  struct shop *shop = *state;
  char uuid[37];
  qent_user *user = NULL;

  put_on_panel("100200300");
  memcpy(uuid, panel.accounts[0].uuid, sizeof uuid);
  (void)import(shop);
  assert_int_equal(qent_user_by_telegram_id(shop->session, IVAN, &user, NULL), QENT_OK);
  shop->buyer = qent_user_id(user);
  qent_user_free(user);
  shop_pay(shop, shop_order(shop, "month"));
  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_true(panel.accounts[0].expires_at == SHOP_NOW + 40 * SHOP_DAY);
  assert_string_equal(panel.accounts[0].uuid, uuid);
  shop->now += 100;
  assert_int_equal(qent_subscription_rotate(shop->session, 0, shop_sub_id(shop), NULL, NULL),
                   QENT_OK);
  shop_work(shop);
  assert_string_not_equal(panel.accounts[0].uuid, uuid);
}

static void adopting_twice_is_adopting_once(void **state)
{
  struct shop *shop = *state;
  struct told told;

  for (int i = 0; i < 3; i++) {
    char key[32];
    snprintf(key, sizeof key, "10020030%d", i);
    put_on_panel(key);
  }
  assert_int_equal(import(shop).counts[QENT_IMPORT_ADOPT], 3);
  told = import(shop);
  assert_int_equal(told.counts[QENT_IMPORT_OURS], 3);
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 0);
  assert_true(told.subscription_id > 0);
}

static void what_was_sold_here_is_ours(void **state)
{
  struct shop *shop = *state;
  struct told told;

  shop_pay(shop, shop_order(shop, "month"));
  shop_work(shop);
  told = import(shop);
  assert_int_equal(told.verdict, QENT_IMPORT_OURS);
  assert_true(told.subscription_id == shop_sub_id(shop));
}

static void all_pages_are_adopted(void **state)
{
  struct shop *shop = *state;

  for (int i = 0; i < 250; i++) {
    char key[32];
    snprintf(key, sizeof key, "%d_phone", 10000 + i);
    put_on_panel(key);
  }
  assert_int_equal(import(shop).counts[QENT_IMPORT_ADOPT], 250);
  assert_int_equal(drifts(shop), 0);
}

static void what_cannot_be_adopted_is_named_with_the_reason(void **state)
{
  struct shop *shop = *state;
  struct told told;

  put_on_panel("ivan");
  told = import(shop);
  assert_int_equal(told.verdict, QENT_IMPORT_SKIP);
  assert_non_null(strstr(told.reason, "whose"));
  snprintf(panel.accounts[0].key, sizeof panel.accounts[0].key, "ivan the %s", "1st");
  told = import(shop);
  assert_non_null(strstr(told.reason, "name"));
  snprintf(panel.accounts[0].key, sizeof panel.accounts[0].key, "100200300");
  panel.accounts[0].expires_at = 0;
  told = import(shop);
  assert_non_null(strstr(told.reason, "never ends"));
  panel.accounts[0].expires_at = SHOP_NOW + SHOP_DAY;
  panel.accounts[0].used_bytes = -1;
  told = import(shop);
  assert_non_null(strstr(told.reason, "traffic"));
  panel.accounts[0].used_bytes = 0;
  panel.no_links = true;
  told = import(shop);
  assert_non_null(strstr(told.reason, "share link"));
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 0);
  assert_false(is_known(shop, IVAN));
  panel.no_links = false;
  assert_int_equal(import(shop).counts[QENT_IMPORT_ADOPT], 1);
}

/* On a WireGuard panel they would be two devices of one buyer. */
static void several_accounts_of_one_name_are_left_alone(void **state)
{
  struct shop *shop = *state;
  struct told told;

  for (int i = 0; i < 3; i++)
    put_on_panel("100200300")->expires_at = SHOP_NOW + SHOP_DAY;
  put_on_panel("100200301")->expires_at = SHOP_NOW + SHOP_DAY;
  told = import(shop);
  assert_int_equal(told.counts[QENT_IMPORT_SKIP], 3);
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 1);
}

static void an_end_can_be_given_to_what_never_ends(void **state)
{
  struct shop *shop = *state;
  qent_import_options options = options_of(true);
  struct told told;
  qent_subscription *sub;

  put_on_panel("100200300")->expires_at = 0;
  options.until = SHOP_NOW + 5 * SHOP_DAY;
  told = import_with(shop, &options);
  assert_int_equal(told.verdict, QENT_IMPORT_ADOPT);
  sub = subscription(shop, told.subscription_id);
  assert_true(qent_subscription_expires_at(sub) == options.until);
  qent_subscription_free(sub);
  shop_work(shop);
  assert_true(panel.accounts[0].expires_at == 0);
  assert_int_equal(drifts(shop), 0);
  shop->now = options.until + 1;
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
}

/* Ended, used up, switched off by hand: each as the panel has it, and nothing is off. */
static void those_without_access_are_adopted_as_they_are(void **state)
{
  static const qent_subscription_state expected[] = {
      QENT_SUBSCRIPTION_EXPIRED, QENT_SUBSCRIPTION_EXHAUSTED, QENT_SUBSCRIPTION_DISABLED,
      QENT_SUBSCRIPTION_EXPIRED};
  struct shop *shop = *state;

  for (int i = 0; i < 4; i++) {
    char key[32];
    struct shop_account *account;
    qent_subscription *sub;
    struct told told;
    snprintf(key, sizeof key, "10020030%d", i);
    account = put_on_panel(key);
    account->expires_at = i == 0 || i == 3 ? SHOP_NOW - SHOP_DAY : SHOP_NOW + SHOP_DAY;
    account->traffic_limit_bytes = i == 1 ? 1000 : 0;
    account->used_bytes = i == 1 ? 1001 : 0;
    account->enabled = i < 2;
    told = import(shop);
    assert_int_equal(told.verdict, QENT_IMPORT_ADOPT);
    sub = subscription(shop, told.subscription_id);
    assert_int_equal(qent_subscription_get_state(sub, SHOP_NOW), expected[i]);
    qent_subscription_free(sub);
    assert_int_equal(drifts(shop), 0);
  }
}

static int64_t map_ivan(const char *key, void *user)
{
  return strcmp(key, "ivan") == 0 ? *(int64_t *)user : 0;
}

static void the_map_comes_before_the_panel_and_the_panel_before_the_name(void **state)
{
  struct shop *shop = *state;
  qent_import_options options = options_of(false);
  int64_t mapped = 777777;
  struct told told;

  put_on_panel("100200300");
  assert_true(import_with(shop, &options).telegram_id == IVAN);
  panel.accounts[0].telegram_id = 555555;
  assert_true(import_with(shop, &options).telegram_id == 555555);
  snprintf(panel.accounts[0].key, sizeof panel.accounts[0].key, "ivan");
  options.map = map_ivan;
  options.map_user = &mapped;
  told = import_with(shop, &options);
  assert_true(told.telegram_id == mapped);
}

static void ids_are_read_from_names_of_four_forms(void **state)
{
  (void)state;
  assert_true(qent_import_id_in_name("123456789") == 123456789);
  assert_true(qent_import_id_in_name("tg_123456789") == 123456789);
  assert_true(qent_import_id_in_name("user_123456789") == 123456789);
  assert_true(qent_import_id_in_name("123456789_phone") == 123456789);
  assert_true(qent_import_id_in_name("12345") == 12345);
  assert_true(qent_import_id_in_name("1234") == 0); /* a number, not a person */
  assert_true(qent_import_id_in_name("user_1") == 0);
  assert_true(qent_import_id_in_name("2024_ivan") == 0);
  assert_true(qent_import_id_in_name("012345") == 0);
  assert_true(qent_import_id_in_name("12345678901234567") == 0);
  assert_true(qent_import_id_in_name("9999999999999999") == 0); /* beyond 2^52 */
  assert_true(qent_import_id_in_name("tg_123456789_x") == 0);
  assert_true(qent_import_id_in_name("tg_") == 0);
  assert_true(qent_import_id_in_name("ivan123456789") == 0);
  assert_true(qent_import_id_in_name("123456789x") == 0);
  assert_true(qent_import_id_in_name("") == 0);
  assert_true(qent_import_id_in_name(NULL) == 0);
}

static void node_and_plan_must_fit(void **state)
{
  struct shop *shop = *state;
  qent_import_options options = options_of(false);
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;
  const qent_money price = {100, "RUB"};
  struct told told = {.stop_after = 0};
  qent_error err = QENT_ERROR_INIT;

  plan.code = "us";
  plan.title_ru = plan.title_en = "US";
  plan.node_group = "us";
  plan.prices = &price;
  plan.price_count = 1;
  assert_int_equal(qent_plan_add(shop->session, &plan, NULL, NULL), QENT_OK);
  options.plan_code = "us";
  assert_int_equal(qent_import(shop->session, &options, take, &told, &err), QENT_EINVAL);
  options.plan_code = NULL;
  assert_int_equal(qent_import(shop->session, &options, take, &told, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "2 plans"));
  options.plan_code = "none";
  assert_int_equal(qent_import(shop->session, &options, take, &told, &err), QENT_ENOTFOUND);
  options = options_of(false);
  options.node_name = "xx1";
  assert_int_equal(qent_import(shop->session, &options, take, &told, &err), QENT_ENOTFOUND);
  options = options_of(false);
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_DISABLED, NULL), QENT_OK);
  assert_int_equal(qent_import(shop->session, &options, take, &told, &err), QENT_ECONFLICT);
}

static void a_failure_of_the_panel_keeps_what_was_adopted(void **state)
{
  struct shop *shop = *state;
  qent_import_options options = options_of(true);
  struct told told = {.stop_after = 1};

  put_on_panel("100200300");
  put_on_panel("100200301");
  assert_int_equal(qent_import(shop->session, &options, take, &told, NULL), QENT_OK);
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 1);
  panel.silent = "de1";
  assert_int_equal(qent_import(shop->session, &options, take, &told, NULL), QENT_ETIMEOUT);
  panel.silent = NULL;
  told = import(shop);
  assert_int_equal(told.counts[QENT_IMPORT_OURS], 1);
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 1);
}

static void what_is_not_adopted_is_told_as_the_panel_has_it(void **state)
{
  struct shop *shop = *state;
  struct shop_account *account = put_on_panel("Anna's phone");
  struct told told;

  account->used_bytes = 700;
  told = import(shop);
  assert_int_equal(told.verdict, QENT_IMPORT_SKIP);
  assert_true(told.enabled);
  assert_int_equal(told.expires_at, SHOP_NOW + 10 * SHOP_DAY);
  assert_int_equal(told.used_bytes, 700);
  snprintf(account->key, sizeof account->key, "100200300");
  told = import(shop);
  assert_int_equal(told.verdict, QENT_IMPORT_ADOPT);
  told = import(shop);
  assert_int_equal(told.verdict, QENT_IMPORT_OURS);
  assert_true(told.enabled);
  assert_int_equal(told.telegram_id, 100200300);
  assert_int_equal(told.expires_at, SHOP_NOW + 10 * SHOP_DAY);
  assert_string_equal(told.reason, "");
}

static void memory_that_runs_out_leaves_nothing_half_done(void **state)
{
  struct shop *shop = *state;
  const qent_import_options options = options_of(true);
  struct told told = {.stop_after = 0};
  qent_status st = QENT_ENOMEM;

  put_on_panel("100200300");
  for (long n = 0; st != QENT_OK; n++) {
    qent__alloc_fail_after(n);
    st = qent_import(shop->session, &options, take, &told, NULL);
    qent__alloc_fail_after(-1);
    assert_true(n < 1000);
  }
  assert_int_equal(told.counts[QENT_IMPORT_ADOPT], 1);
  assert_int_equal(drifts(shop), 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_dry_run_changes_nothing),
      TEST(an_adopted_account_is_as_it_was_and_ours),
      TEST(traffic_counts_from_the_adoption_on),
      TEST(the_config_link_serves_the_keys_in_use),
      TEST(a_renewal_keeps_the_name_and_the_keys),
      TEST(adopting_twice_is_adopting_once),
      TEST(what_was_sold_here_is_ours),
      TEST(all_pages_are_adopted),
      TEST(what_cannot_be_adopted_is_named_with_the_reason),
      TEST(what_is_not_adopted_is_told_as_the_panel_has_it),
      TEST(several_accounts_of_one_name_are_left_alone),
      TEST(an_end_can_be_given_to_what_never_ends),
      TEST(those_without_access_are_adopted_as_they_are),
      TEST(the_map_comes_before_the_panel_and_the_panel_before_the_name),
      cmocka_unit_test(ids_are_read_from_names_of_four_forms),
      TEST(node_and_plan_must_fit),
      TEST(a_failure_of_the_panel_keeps_what_was_adopted),
      TEST(memory_that_runs_out_leaves_nothing_half_done),
  };

  return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}

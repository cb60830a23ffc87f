/* SPDX-License-Identifier: MIT */
/* Ledger and panels compared: what is found, what is put right, what is left alone. */
#include "findings.h"

#include "app/reconcile.h"
#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_changed_and_a_lost_account_are_put_right(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  buy(shop, "month");
  assert_clean(shop);
  panel.accounts[0].expires_at += 5;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_DIFFERS);
  assert_non_null(
      strstr(found.detail, "expires 2027-02-14T08:00:05Z instead of 2027-02-14T08:00:00Z"));
  assert_int_equal(found.queued, 1);
  shop_work(shop);
  assert_int_equal(panel.accounts[0].expires_at, SHOP_NOW + 30 * SHOP_DAY);
  panel.accounts[0].enabled = false;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_DIFFERS);
  shop_work(shop);
  assert_true(panel.accounts[0].enabled);
  panel.count = 0;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_MISSING);
  shop_work(shop);
  assert_int_equal(panel.count, 1);
  assert_clean(shop);
}

static void comparing_alone_queues_nothing(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  buy(shop, "month");
  panel.count = 0;
  for (int i = 0; i < 2; i++) {
    found = compare(shop);
    assert_one(&found, QENT_DRIFT_MISSING);
    assert_int_equal(found.queued, 0);
    shop_work(shop);
  }
  assert_int_equal(panel.count, 0);
}

static void orphans_are_named_and_never_touched(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  put_on_panel("somebody");
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_ORPHAN);
  assert_string_equal(found.key, "somebody");
  assert_int_equal(found.queued, 0);
  shop_work(shop);
  assert_int_equal(panel.count, 1);
}

static void all_pages_are_compared(void **state)
{
  struct shop *shop = *state;
  struct findings found;
  char key[32];

  for (int i = 0; i < 250; i++) {
    snprintf(key, sizeof key, "stranger%d", i);
    put_on_panel(key);
  }
  found = compare(shop);
  assert_int_equal(found.counts[QENT_DRIFT_ORPHAN], 250);
  assert_int_equal(found.all, 250);
}

/* A panel that was at work while its list was read: the list is behind, a single account is not. */
struct stale {
  char key[65]; /* of the account that there is; "" = none */
  int64_t expires_at;
  int listed; /* 0: not at all, 1: with another end, 2: beside one that is gone meanwhile */
};
static struct stale stale;

static qent_status stale_view(const char *key, int64_t expires_at, qent_account_view *view,
                              qent_error *err)
{
  view->enabled = true;
  view->expires_at = expires_at;
  return qent_account_view_set_key(view, key, err);
}

static qent_status stale_ensure(qent_gateway *gw, const qent_account_spec *spec,
                                qent_account_view *view_out, qent_error *err)
{
  qent_status st = stale_view(spec->key, spec->expires_at, view_out, err);

  (void)gw;
  snprintf(stale.key, sizeof stale.key, "%s", spec->key);
  stale.expires_at = spec->expires_at;
  return st == QENT_OK ? qent_account_view_add_link(view_out, "vless://u@h:1", err) : st;
}

static qent_status stale_remove(qent_gateway *gw, const char *key, qent_error *err)
{
  (void)gw;
  (void)key;
  (void)err;
  return QENT_OK;
}

static qent_status stale_fetch(qent_gateway *gw, const char *key, qent_account_view *view_out,
                               qent_error *err)
{
  (void)gw;
  return strcmp(key, stale.key) == 0 ? stale_view(key, stale.expires_at, view_out, err)
                                     : qent_fail(err, QENT_ENOTFOUND, "gone");
}

static qent_status stale_show(const char *key, int64_t expires_at, qent_account_view_fn fn,
                              void *user, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = stale_view(key, expires_at, &view, err);

  if (st == QENT_OK)
    st = fn(&view, user);
  qent_account_view_dispose(&view);
  return st;
}

static qent_status stale_list(qent_gateway *gw, int64_t offset, int32_t limit,
                              qent_account_view_fn fn, void *user, bool *more_out, qent_error *err)
{
  qent_status st = QENT_OK;

  (void)gw;
  (void)offset;
  (void)limit;
  if (stale.listed >= 1)
    st = stale_show(stale.key, stale.expires_at + 5, fn, user, err);
  if (st == QENT_OK && stale.listed == 2)
    st = stale_show("q9_abcdefgh", stale.expires_at, fn, user, err);
  *more_out = false;
  return st;
}

static qent_status stale_probe(qent_gateway *gw, qent_error *err)
{
  (void)gw;
  (void)err;
  return QENT_OK;
}

static void stale_destroy(qent_gateway *gw)
{
  free(gw);
}

static qent_status stale_open(const qent_gateway_config *config, qent_gateway **gateway_out,
                              qent_error *err)
{
  static const qent_gateway_ops ops = {.size = sizeof ops,
                                       .ensure_account = stale_ensure,
                                       .remove_account = stale_remove,
                                       .fetch_account = stale_fetch,
                                       .list_accounts = stale_list,
                                       .rotate_keys = stale_ensure,
                                       .probe = stale_probe,
                                       .destroy = stale_destroy};
  qent_gateway *gw = calloc(1, sizeof *gw);

  (void)config;
  if (!gw)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  gw->ops = &ops;
  *gateway_out = gw;
  return QENT_OK;
}

static const qent_gateway_factory stale_factory = {
    .size = sizeof stale_factory, .name = "stale", .open = stale_open};

static void work_that_goes_on_meanwhile_is_no_drift(void **state)
{
  struct shop *shop = *state;
  qent_node_options node = QENT_NODE_OPTIONS_INIT;

  memset(&stale, 0, sizeof stale);
  assert_int_equal(qent_ctx_register_gateway(shop->ctx, &stale_factory, NULL), QENT_OK);
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_DRAINING, NULL), QENT_OK);
  node.name = "st1";
  node.gateway = "stale";
  node.url = "https://st1.panel.test";
  node.username = node.password = "x";
  node.node_group = "eu";
  assert_int_equal(qent_node_add(shop->session, &node, NULL, NULL), QENT_OK);
  buy(shop, "month");
  assert_true(stale.key[0]);
  for (stale.listed = 0; stale.listed <= 2; stale.listed++)
    assert_clean(shop);
}

static void the_receiver_may_stop(void **state)
{
  struct shop *shop = *state;
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.stop_after = 2};

  for (int i = 0; i < 5; i++)
    put_on_panel(i % 2 ? "b" : "a");
  assert_int_equal(qent_reconcile(shop->session, &options, findings_take, &found, NULL), QENT_OK);
  assert_int_equal(found.all, 2);
}

static void nodes_that_cannot_be_asked_are_named_and_no_drift(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  buy(shop, "month");
  panel.silent = "de1";
  for (int i = 0; i < 5; i++) {
    shop->now += 60;
    assert_int_equal(qent_nodes_check(shop->session, 10, NULL, NULL), QENT_OK);
  }
  found = compare(shop);
  assert_one(&found, QENT_DRIFT_NOT_COMPARED);
  assert_string_equal(found.where, "de1");
  assert_non_null(strstr(found.detail, "down"));
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_DISABLED, NULL), QENT_OK);
  found = compare(shop);
  assert_int_equal(found.counts[QENT_DRIFT_NOT_COMPARED], 1);
  assert_int_equal(found.counts[QENT_DRIFT_MISSING], 0);
}

static void a_panel_that_fails_harms_no_other_node(void **state)
{
  struct shop *shop = *state;
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.all = 0};
  qent_error err = QENT_ERROR_INIT;

  shop_add_node(shop, "ee1");
  put_on_panel("somebody");
  snprintf(panel.accounts[0].node, sizeof panel.accounts[0].node, "ee1");
  panel.silent = "de1";
  assert_int_equal(qent_reconcile(shop->session, &options, findings_take, &found, &err),
                   QENT_ETIMEOUT);
  assert_non_null(strstr(err.message, "de1"));
  assert_int_equal(found.counts[QENT_DRIFT_NOT_COMPARED], 1);
  assert_int_equal(found.counts[QENT_DRIFT_ORPHAN], 1);
}

static void what_a_panel_lacks_is_no_drift(void **state)
{
  struct shop *shop = *state;
  struct qent__judge judge = {shop->session, 1, 0, NULL};
  struct qent__verdict verdict;
  qent_account account = {.subscription_id = 1, .wanted_rev = 1, .applied_rev = 1};
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  buy(shop, "month");
  account.wanted = (struct qent__wanted){true, true, SHOP_NOW + 9, 1000, 0, 1};
  view.enabled = true;
  assert_int_equal(qent__judge_account(&judge, &account, &view, &verdict), QENT_OK);
  assert_true(verdict.drift && verdict.kind == QENT_DRIFT_DIFFERS);
  judge.lacks = QENT_GATEWAY_LACKS_EXPIRY;
  assert_int_equal(qent__judge_account(&judge, &account, &view, &verdict), QENT_OK);
  assert_true(verdict.drift);
  judge.lacks |= QENT_GATEWAY_LACKS_LIMIT;
  assert_int_equal(qent__judge_account(&judge, &account, &view, &verdict), QENT_OK);
  assert_false(verdict.drift);
  view.enabled = false;
  assert_int_equal(qent__judge_account(&judge, &account, &view, &verdict), QENT_OK);
  assert_true(verdict.drift);
}

static void access_beyond_the_subscription_ends(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  buy(shop, "month");
  shop->now += 31 * SHOP_DAY;
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
  assert_clean(shop);
  panel.accounts[0].enabled = true;
  panel.accounts[0].expires_at = 0;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_ACCESS_UNPAID);
  assert_non_null(strstr(found.detail, "expired"));
  shop_work(shop);
  assert_false(panel.accounts[0].enabled);
  assert_clean(shop);
}

static void a_sale_on_its_way_is_pending_and_then_without_access(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  shop_pay(shop, shop_order(shop, "month"));
  assert_int_equal(qent_payments_poll(shop->session, 10, NULL, NULL), QENT_OK);
  found = compare(shop);
  assert_one(&found, QENT_DRIFT_PENDING);
  shop->now += 180;
  found = compare(shop);
  assert_int_equal(found.counts[QENT_DRIFT_PENDING], 1);
  assert_int_equal(found.counts[QENT_DRIFT_NO_ACCESS], 1);
  assert_true(found.subscription_id == shop_sub_id(shop));
}

/* As a restored backup or a hand in the database leaves it. */
static void lose_account(struct shop *shop)
{
  qent__store *store = qent__session_store(shop->session);
  qent_account *account = NULL;

  assert_int_equal(qent__store_account_by_key(store, 1, panel.accounts[0].key, &account, NULL),
                   QENT_OK);
  assert_int_equal(qent__store_begin(store, NULL), QENT_OK);
  assert_int_equal(qent__store_account_delete(store, account->id, NULL), QENT_OK);
  assert_int_equal(qent__store_commit(store, NULL), QENT_OK);
  qent_account_free(account);
}

static void paid_without_access_gets_an_account(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  buy(shop, "month");
  lose_account(shop);
  found = repair(shop);
  assert_int_equal(found.counts[QENT_DRIFT_NO_ACCESS], 1);
  assert_int_equal(found.counts[QENT_DRIFT_ORPHAN], 1); /* its old record */
  assert_int_equal(found.queued, 1);
  shop_work(shop);
  assert_int_equal(panel.count, 2);
  found = compare(shop);
  assert_one(&found, QENT_DRIFT_DUPLICATE);
  assert_true(found.account_id == 0 && found.subscription_id == shop_sub_id(shop));
}

static void the_same_name_twice_on_a_panel_is_told(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  buy(shop, "month");
  panel.accounts[panel.count] = panel.accounts[0];
  panel.count++;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_DUPLICATE);
  assert_int_equal(found.queued, 0);
  assert_int_equal(panel.count, 2);
}

static int open_with_back(void **state)
{
  return shop_open_set(state, "QENT_NODE_RETURN=back\n");
}

/* A second home that nobody asked for. */
static void add_home(struct shop *shop, const char *node_name)
{
  qent__store *store = qent__session_store(shop->session);
  qent_node *node = NULL;
  qent_account account = {.subscription_id = shop_sub_id(shop), .wanted_rev = 1};

  assert_int_equal(qent_node_by_name(shop->session, node_name, &node, NULL), QENT_OK);
  account.node_id = qent_node_id(node);
  account.wanted = (struct qent__wanted){true, true, SHOP_NOW + 30 * SHOP_DAY, 0, 0, 1};
  snprintf(account.key, sizeof account.key, "second");
  snprintf(account.uuid, sizeof account.uuid, "00000000-0000-4000-8000-000000000001");
  snprintf(account.password, sizeof account.password, "cGFzc3dvcmQ=");
  assert_int_equal(qent__store_begin(store, NULL), QENT_OK);
  assert_int_equal(qent__store_account_insert(store, &account, NULL), QENT_OK);
  assert_int_equal(qent__store_commit(store, NULL), QENT_OK);
  qent_node_free(node);
}

static void more_nodes_than_were_sold_become_fewer(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  buy(shop, "month");
  shop_add_node(shop, "ee1");
  add_home(shop, "ee1");
  shop_work(shop);
  assert_int_equal(panel.count, 2);
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_DUPLICATE);
  assert_string_equal(found.detail, "served by 2 nodes instead of 1");
  assert_int_equal(found.queued, 1);
  shop_work(shop);
  assert_int_equal(shop_on_node("de1"), 1);
  assert_int_equal(shop_on_node("ee1"), 0);
  assert_clean(shop);
}

static void only_an_unknown_account_can_be_removed_by_name(void **state)
{
  struct shop *shop = *state;
  qent_error err = QENT_ERROR_INIT;

  buy(shop, "month");
  put_on_panel("somebody");
  put_on_panel("another");
  assert_int_equal(qent_orphan_remove(shop->session, "de1", panel.accounts[0].key, &err),
                   QENT_ECONFLICT);
  assert_non_null(strstr(err.message, "subscription"));
  assert_int_equal(qent_orphan_remove(shop->session, "de1", "nobody", NULL), QENT_ENOTFOUND);
  assert_int_equal(qent_orphan_remove(shop->session, "xx1", "somebody", NULL), QENT_ENOTFOUND);
  assert_int_equal(qent_orphan_remove(shop->session, "de1", "a b", NULL), QENT_EINVAL);
  assert_int_equal(panel.count, 3);
  assert_int_equal(qent_orphan_remove(shop->session, "de1", "somebody", NULL), QENT_OK);
  assert_int_equal(panel.count, 2);
  assert_int_equal(qent_node_set_state(shop->session, "de1", QENT_NODE_DISABLED, NULL), QENT_OK);
  assert_int_equal(qent_orphan_remove(shop->session, "de1", "another", NULL), QENT_ECONFLICT);
  assert_int_equal(panel.count, 2);
}

static void a_panel_that_refused_us_is_left_alone(void **state)
{
  struct shop *shop = *state;
  struct findings found;
  int calls;

  put_on_panel("somebody");
  panel.fail_calls = 1;
  panel.fail_as = QENT_EAUTH;
  shop->now += 60;
  assert_int_equal(qent_nodes_check(shop->session, 10, NULL, NULL), QENT_OK);
  calls = panel.calls;
  found = compare(shop);
  assert_one(&found, QENT_DRIFT_NOT_COMPARED);
  assert_non_null(strstr(found.detail, "refused"));
  assert_int_equal(qent_orphan_remove(shop->session, "de1", "somebody", NULL), QENT_ECONFLICT);
  assert_int_equal(panel.calls, calls);
}

static void memory_that_runs_out_is_told_and_leaks_nothing(void **state)
{
  struct shop *shop = *state;
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.all = 0};
  qent_status st = QENT_ENOMEM;

  buy(shop, "month");
  (void)shop_order(shop, "gb");
  put_on_panel("somebody");
  panel.accounts[0].expires_at++;
  for (long n = 0; st != QENT_OK; n++) {
    qent__alloc_fail_after(n);
    st = qent_reconcile(shop->session, &options, findings_take, &found, NULL);
    qent__alloc_fail_after(-1);
    assert_true(n < 1000);
  }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_changed_and_a_lost_account_are_put_right),
      TEST(comparing_alone_queues_nothing),
      TEST(orphans_are_named_and_never_touched),
      TEST(all_pages_are_compared),
      TEST(work_that_goes_on_meanwhile_is_no_drift),
      TEST(the_receiver_may_stop),
      TEST(nodes_that_cannot_be_asked_are_named_and_no_drift),
      TEST(a_panel_that_fails_harms_no_other_node),
      TEST(what_a_panel_lacks_is_no_drift),
      TEST(access_beyond_the_subscription_ends),
      TEST(a_sale_on_its_way_is_pending_and_then_without_access),
      TEST(paid_without_access_gets_an_account),
      TEST(the_same_name_twice_on_a_panel_is_told),
      cmocka_unit_test_setup_teardown(more_nodes_than_were_sold_become_fewer, open_with_back,
                                      shop_close),
      TEST(only_an_unknown_account_can_be_removed_by_name),
      TEST(a_panel_that_refused_us_is_left_alone),
      TEST(memory_that_runs_out_is_told_and_leaks_nothing),
  };

  return cmocka_run_group_tests_name("reconcile", tests, NULL, NULL);
}

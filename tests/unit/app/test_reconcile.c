/* SPDX-License-Identifier: MIT */
/* Provider, ledger and panels compared: what is found, what is put right, what is left alone. */
#include "shop.h"

#include "app/reconcile.h"
#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KINDS (QENT_DRIFT_NOT_COMPARED + 1)

/* What a run has found. */
struct findings {
  int counts[KINDS];
  int all;
  int queued;
  int64_t account_id, subscription_id, payment_id; /* of the last one */
  char where[33];
  char key[80];
  char detail[256];
  int stop_after; /* 0: never */
};

static bool take(const qent_drift_item *item, void *user)
{
  struct findings *found = user;

  assert_true((size_t)item->kind < KINDS);
  found->counts[item->kind]++;
  found->all++;
  found->queued += item->queued ? 1 : 0;
  found->account_id = item->account_id;
  found->subscription_id = item->subscription_id;
  found->payment_id = item->payment_id;
  snprintf(found->where, sizeof found->where, "%s", item->where);
  snprintf(found->key, sizeof found->key, "%s", item->key);
  snprintf(found->detail, sizeof found->detail, "%s", item->detail);
  return found->all != found->stop_after;
}

static struct findings run(struct shop *shop, bool fix)
{
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.all = 0};
  qent_error err = QENT_ERROR_INIT;

  options.fix = fix;
  if (qent_reconcile(shop->session, &options, take, &found, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return found;
}

static struct findings compare(struct shop *shop)
{
  return run(shop, false);
}

static struct findings repair(struct shop *shop)
{
  return run(shop, true);
}

/* Exactly one difference, of this kind. */
static void assert_one(const struct findings *found, qent_drift kind)
{
  if (found->all != 1 || found->counts[kind] != 1)
    fail_msg("%d differences, the last one: %s %s: %s", found->all, found->where, found->key,
             found->detail);
}

static void assert_clean(struct shop *shop)
{
  struct findings found = compare(shop);

  if (found.all != 0)
    fail_msg("%s %s: %s", found.where, found.key, found.detail);
}

static int64_t buy(struct shop *shop, const char *plan_code)
{
  int64_t order = shop_order(shop, plan_code);

  shop_pay(shop, order);
  shop_work(shop);
  return order;
}

static struct shop_account *put_on_panel(const char *key)
{
  struct shop_account *account = &panel.accounts[panel.count++];

  memset(account, 0, sizeof *account);
  snprintf(account->node, sizeof account->node, "de1");
  snprintf(account->key, sizeof account->key, "%s", key);
  snprintf(account->uuid, sizeof account->uuid, "00000000-0000-4000-8000-000000000000");
  account->enabled = true;
  return account;
}

/* Panels ------------------------------------------------------------------------------------- */

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
  assert_int_equal(qent_reconcile(shop->session, &options, take, &found, NULL), QENT_OK);
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
  assert_int_equal(qent_reconcile(shop->session, &options, take, &found, &err), QENT_ETIMEOUT);
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

/* Payments ----------------------------------------------------------------------------------- */

static void money_that_nobody_told_us_of_is_settled(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  struct findings found;

  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_string_equal(found.where, "till");
  assert_true(found.payment_id > 0);
  assert_non_null(strstr(found.detail, "199.00 RUB"));
  assert_int_equal(found.queued, 1);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  assert_clean(shop);
}

static void a_payment_whose_creation_got_lost_is_found_by_its_order(void **state)
{
  struct shop *shop = *state;
  struct findings found;
  int64_t order;

  till.fail_calls = 1;
  till.act_first = true;
  till.fail_as = QENT_ETIMEOUT;
  order = shop_order(shop, "month");
  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_int_equal(qent_payments_poll(shop->session, 10, NULL, NULL), QENT_OK);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

static void money_that_came_just_now_is_no_drift(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  struct findings found;

  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  shop_payment_of(order)->paid_at = shop->now - 60;
  assert_clean(shop);
  shop->now += 300;
  found = compare(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
}

static void every_page_of_the_provider_is_read(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  for (int i = 0; i < 7; i++) {
    shop->buyer = shop_add_user(shop, 2000 + i);
    shop_payment_of(shop_order(shop, "month"))->state = QENT_PROVIDER_SUCCEEDED;
  }
  found = compare(shop);
  assert_int_equal(found.counts[QENT_DRIFT_PAID_UNSETTLED], 7);
  assert_int_equal(till.lists, 4);
}

static void a_refund_in_the_cabinet_ends_the_access(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");
  struct findings found;

  shop_payment_of(order)->refunded = shop_payment_of(order)->amount;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_SETTLED_UNPAID);
  assert_int_equal(found.queued, 1);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_REFUNDED);
  assert_false(panel.accounts[0].enabled);
  assert_clean(shop);
}

static void settled_without_money_is_left_to_an_admin(void **state)
{
  struct shop *shop = *state;
  int64_t order = buy(shop, "month");
  struct findings found;

  shop->now += 600;
  shop_payment_of(order)->state = QENT_PROVIDER_CANCELED;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_SETTLED_UNPAID);
  assert_int_equal(found.queued, 0);
  till.count = 0;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_SETTLED_UNPAID);
  assert_non_null(strstr(found.detail, "does not know it"));
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
}

static struct shop_payment *foreign_payment(int64_t order_id)
{
  struct shop_payment *payment = &till.payments[till.count++];

  memset(payment, 0, sizeof *payment);
  snprintf(payment->id, sizeof payment->id, "foreign-%zu", till.count);
  payment->amount = (qent_money){500, "RUB"};
  payment->refunded = (qent_money){0, "RUB"};
  payment->state = QENT_PROVIDER_SUCCEEDED;
  payment->order_id = order_id;
  return payment;
}

static void money_of_an_order_that_the_ledger_lost_is_kept_in_sight(void **state)
{
  struct shop *shop = *state;
  struct findings found;

  foreign_payment(0); /* of another system in the same shop */
  assert_clean(shop);
  foreign_payment(4711);
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_true(found.payment_id == 0);
  shop_work(shop);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_ADMIN_FLAG), 1);
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_non_null(strstr(found.detail, "accept or reject payment"));
  assert_int_equal(found.queued, 0);
}

static void a_provider_without_a_list_is_asked_one_by_one(void **state)
{
  struct shop *shop = *state;
  int64_t order = shop_order(shop, "month");
  struct findings found;
  int fetches;

  till.no_list = true;
  shop_payment_of(order)->state = QENT_PROVIDER_SUCCEEDED;
  fetches = till.fetches;
  found = repair(shop);
  assert_one(&found, QENT_DRIFT_PAID_UNSETTLED);
  assert_int_equal(till.fetches, fetches + 1);
  shop_work(shop);
  assert_int_equal(shop_order_state(shop, order), QENT_ORDER_PAID);
  fetches = till.fetches;
  assert_clean(shop);
  assert_int_equal(till.fetches, fetches);
}

static void older_payments_are_left_out(void **state)
{
  struct shop *shop = *state;
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.all = 0};
  int fetches;

  (void)shop_order(shop, "month");
  till.no_list = true;
  shop->now += 4 * SHOP_DAY;
  fetches = till.fetches;
  assert_clean(shop);
  assert_int_equal(till.fetches, fetches);
  options.payment_days = 5;
  assert_int_equal(qent_reconcile(shop->session, &options, take, &found, NULL), QENT_OK);
  assert_int_equal(till.fetches, fetches + 1);
  options.payment_days = 367;
  assert_int_equal(qent_reconcile(shop->session, &options, take, &found, NULL), QENT_EINVAL);
}

static void a_silent_provider_is_named_and_the_panels_are_compared(void **state)
{
  struct shop *shop = *state;
  qent_reconcile_options options = QENT_RECONCILE_OPTIONS_INIT;
  struct findings found = {.all = 0};

  put_on_panel("somebody");
  till.fail_calls = 1;
  till.fail_as = QENT_EUPSTREAM;
  assert_int_equal(qent_reconcile(shop->session, &options, take, &found, NULL), QENT_EUPSTREAM);
  assert_int_equal(found.counts[QENT_DRIFT_NOT_COMPARED], 1);
  assert_int_equal(found.counts[QENT_DRIFT_ORPHAN], 1);
}

/* The night ---------------------------------------------------------------------------------- */

static int nightly(struct shop *shop)
{
  int32_t done = -1;

  assert_int_equal(qent_reconcile_nightly(shop->session, 1, &done, NULL), QENT_OK);
  return done;
}

static int alarms(struct shop *shop)
{
  return shop_notices(shop, QENT_NOTICE_ADMIN_ALARM);
}

static void a_clean_night_is_silent(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  assert_int_equal(nightly(shop), 0); /* a fresh database has no night behind it */
  shop->now += SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  assert_int_equal(nightly(shop), 0);
  assert_int_equal(alarms(shop), 0);
}

static void a_bad_night_is_told_once_and_mends_nothing(void **state)
{
  struct shop *shop = *state;

  buy(shop, "month");
  (void)nightly(shop);
  panel.count = 0;
  for (int night = 1; night <= 2; night++) {
    shop->now += SHOP_DAY;
    for (int i = 0; i < 3; i++)
      assert_int_equal(nightly(shop), i == 0 ? 1 : 0);
    assert_int_equal(alarms(shop), night);
  }
  shop_work(shop);
  assert_int_equal(panel.count, 0);
}

static void strangers_are_news_only_when_there_are_more(void **state)
{
  struct shop *shop = *state;

  (void)nightly(shop);
  for (int night = 0; night < 4; night++) {
    shop->now += SHOP_DAY;
    if (night == 0 || night == 2)
      put_on_panel(night ? "b" : "a");
    assert_int_equal(nightly(shop), 1);
    assert_int_equal(alarms(shop), night < 2 ? 1 : 2);
  }
}

static void the_night_comes_at_its_hour_and_survives_a_wrong_clock(void **state)
{
  struct shop *shop = *state;
  int64_t four = SHOP_NOW / SHOP_DAY * SHOP_DAY + 4 * 3600;

  shop->now = four + 60;
  assert_int_equal(nightly(shop), 0);
  shop->now = four + SHOP_DAY - 60;
  assert_int_equal(nightly(shop), 0);
  shop->now = four + SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  shop->now = four + 9999 * SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  shop->now = four + 2 * SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  assert_int_equal(nightly(shop), 0);
}

static int open_without_nights(void **state)
{
  return shop_open_set(state, "QENT_RECONCILE_HOUR=-1\n");
}

static void nights_can_be_switched_off(void **state)
{
  struct shop *shop = *state;

  for (int i = 0; i < 3; i++) {
    shop->now += SHOP_DAY;
    assert_int_equal(nightly(shop), 0);
  }
}

static void a_night_that_was_stopped_is_made_up_for(void **state)
{
  struct shop *shop = *state;

  (void)nightly(shop);
  shop->now += SHOP_DAY;
  qent_ctx_stop(shop->ctx);
  assert_int_equal(qent_reconcile_nightly(shop->session, 1, NULL, NULL), QENT_ECANCELED);
  shop_reopen(shop);
  assert_int_equal(nightly(shop), 1);
}

static void two_processes_share_one_night(void **state)
{
  struct shop *shop = *state;
  qent_ctx *other = shop_new_ctx(shop);
  qent_session *session = NULL;
  int32_t done = -1;

  assert_int_equal(qent_session_open(other, &session, NULL), QENT_OK);
  (void)nightly(shop);
  shop->now += SHOP_DAY;
  assert_int_equal(nightly(shop), 1);
  assert_int_equal(qent_reconcile_nightly(session, 1, &done, NULL), QENT_OK);
  assert_int_equal(done, 0);
  qent_session_close(session);
  qent_ctx_free(other);
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
    st = qent_reconcile(shop->session, &options, take, &found, NULL);
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
      TEST(money_that_nobody_told_us_of_is_settled),
      TEST(a_payment_whose_creation_got_lost_is_found_by_its_order),
      TEST(money_that_came_just_now_is_no_drift),
      TEST(every_page_of_the_provider_is_read),
      TEST(a_refund_in_the_cabinet_ends_the_access),
      TEST(settled_without_money_is_left_to_an_admin),
      TEST(money_of_an_order_that_the_ledger_lost_is_kept_in_sight),
      TEST(a_provider_without_a_list_is_asked_one_by_one),
      TEST(older_payments_are_left_out),
      TEST(a_silent_provider_is_named_and_the_panels_are_compared),
      TEST(a_clean_night_is_silent),
      TEST(a_bad_night_is_told_once_and_mends_nothing),
      TEST(strangers_are_news_only_when_there_are_more),
      TEST(the_night_comes_at_its_hour_and_survives_a_wrong_clock),
      cmocka_unit_test_setup_teardown(nights_can_be_switched_off, open_without_nights, shop_close),
      cmocka_unit_test_setup_teardown(a_night_that_was_stopped_is_made_up_for, shop_open_file,
                                      shop_close),
      cmocka_unit_test_setup_teardown(two_processes_share_one_night, shop_open_file, shop_close),
      TEST(memory_that_runs_out_is_told_and_leaks_nothing),
  };

  return cmocka_run_group_tests_name("reconcile", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

bool findings_take(const qent_drift_item *item, void *user)
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
  if (qent_reconcile(shop->session, &options, findings_take, &found, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return found;
}

struct findings compare(struct shop *shop)
{
  return run(shop, false);
}

struct findings repair(struct shop *shop)
{
  return run(shop, true);
}

void assert_one(const struct findings *found, qent_drift kind)
{
  if (found->all != 1 || found->counts[kind] != 1)
    fail_msg("%d differences, the last one: %s %s: %s", found->all, found->where, found->key,
             found->detail);
}

void assert_clean(struct shop *shop)
{
  struct findings found = compare(shop);

  if (found.all != 0)
    fail_msg("%s %s: %s", found.where, found.key, found.detail);
}

int64_t buy(struct shop *shop, const char *plan_code)
{
  int64_t order = shop_order(shop, plan_code);

  shop_pay(shop, order);
  shop_work(shop);
  return order;
}

struct shop_account *put_on_panel(const char *key)
{
  struct shop_account *account = &panel.accounts[panel.count++];

  memset(account, 0, sizeof *account);
  snprintf(account->node, sizeof account->node, "de1");
  snprintf(account->key, sizeof account->key, "%s", key);
  snprintf(account->uuid, sizeof account->uuid, "00000000-0000-4000-8000-000000000000");
  account->enabled = true;
  return account;
}

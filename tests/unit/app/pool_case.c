/* SPDX-License-Identifier: MIT */
#include "pool_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

void pool_buy(struct shop *shop, const char *plan_code)
{
  shop_pay(shop, shop_order(shop, plan_code));
  shop_work(shop);
}

/* A minute and a half in which probes are made and everything due is done. */
void pool_pass(struct shop *shop)
{
  for (int i = 0; i < 3; i++) {
    shop->now += 31;
    assert_int_equal(qent_nodes_check(shop->session, 9, NULL, NULL), QENT_OK);
    shop_work(shop);
  }
}

qent_node_state pool_node_state(struct shop *shop, const char *name)
{
  qent_node *node = NULL;
  qent_node_state state;

  assert_int_equal(qent_node_by_name(shop->session, name, &node, NULL), QENT_OK);
  state = qent_node_get_state(node);
  qent_node_free(node);
  return state;
}

void pool_add_node(struct shop *shop, const char *name, const char *group, int32_t capacity)
{
  char url[64];
  qent_node_options options = QENT_NODE_OPTIONS_INIT;

  (void)snprintf(url, sizeof url, "https://%s.panel.test", name);
  options.name = name;
  options.gateway = "test-panel";
  options.url = url;
  options.username = "admin";
  options.password = "panel password";
  options.node_group = group;
  options.capacity = capacity;
  options.country = "NL";
  assert_int_equal(qent_node_add(shop->session, &options, NULL, NULL), QENT_OK);
}

void pool_nothing_said_twice(struct shop *shop)
{
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS), 1);
  assert_int_equal(shop_notices(shop, QENT_NOTICE_KEYS_QR), 1);
}

static bool count_link(const qent_share_link *link, void *user)
{
  (void)link;
  ++*(int *)user;
  return true;
}

int pool_links(struct shop *shop)
{
  int count = 0;

  assert_int_equal(
      qent_subscription_links(shop->session, shop_sub_id(shop), count_link, &count, NULL), QENT_OK);
  return count;
}

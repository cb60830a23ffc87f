/* SPDX-License-Identifier: MIT */
#include "shop_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char settings_format[] =
    "QENT_DATABASE_URL=%s\n"
    "QENT_PUBLIC_URL=https://vpn.test\n"
    "QENT_MINIAPP_URL=https://vpn.test/app\n"
    "QENT_ADMIN_IDS=99\n"
    "QENT_MASTER_KEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
    "%s";

static int64_t read_clock(void *user)
{
  struct shop *shop = user;

  if (shop->tick_s) /* tests with threads only read */
    shop->now += shop->tick_s;
  return shop->now;
}

static void add_plan(struct shop *shop, const char *code, int64_t traffic_limit_bytes)
{
  const qent_money price = {19900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;

  plan.code = code;
  plan.title_ru = "План";
  plan.title_en = "Plan";
  plan.node_group = "eu";
  plan.traffic_limit_bytes = traffic_limit_bytes;
  plan.prices = &price;
  plan.price_count = 1;
  assert_int_equal(qent_plan_add(shop->session, &plan, NULL, NULL), QENT_OK);
}

void shop_add_node(struct shop *shop, const char *name)
{
  qent_node_options node = QENT_NODE_OPTIONS_INIT;
  char url[80];

  snprintf(url, sizeof url, "https://%s.panel.test", name);
  node.name = name;
  node.title = "Germany";
  node.gateway = "test-panel";
  node.url = url;
  node.username = "admin";
  node.password = "panel password";
  node.node_group = "eu";
  assert_int_equal(qent_node_add(shop->session, &node, NULL, NULL), QENT_OK);
}

int64_t shop_add_user(struct shop *shop, int64_t telegram_id)
{
  qent_user_profile profile = QENT_USER_PROFILE_INIT;
  qent_user *user = NULL;
  int64_t id;

  profile.telegram_id = telegram_id;
  profile.name = "Anna";
  assert_int_equal(qent_user_touch(shop->session, &profile, &user, NULL), QENT_OK);
  id = qent_user_id(user);
  qent_user_free(user);
  return id;
}

qent_ctx *shop_new_ctx(struct shop *shop)
{
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  qent_ctx *ctx = NULL;
  qent_error err = QENT_ERROR_INIT;

  options.settings = shop->settings;
  options.clock = read_clock;
  options.clock_user = shop;
  assert_int_equal(qent_ctx_new(&options, &ctx, &err), QENT_OK);
  assert_int_equal(qent_ctx_register_gateway(ctx, &shop_panel_factory, &err), QENT_OK);
  assert_int_equal(qent_ctx_register_payment_provider(ctx, &shop_till_factory, &err), QENT_OK);
  return ctx;
}

static void open_session(struct shop *shop)
{
  qent_error err = QENT_ERROR_INIT;

  shop->ctx = shop_new_ctx(shop);
  if (shop->directory[0] && qent_ctx_migrate(shop->ctx, NULL, NULL, &err) != QENT_OK)
    fail_msg("%s", err.message);
  if (qent_session_open(shop->ctx, &shop->session, &err) != QENT_OK)
    fail_msg("%s", err.message);
}

static struct shop *new_shop(const char *directory, const char *url, const char *more)
{
  struct shop *shop = calloc(1, sizeof *shop);
  char text[512];
  int len = snprintf(text, sizeof text, settings_format, url, more);

  assert_non_null(shop);
  memset(&panel, 0, sizeof panel);
  memset(&till, 0, sizeof till);
  shop->now = SHOP_NOW;
  snprintf(shop->directory, sizeof shop->directory, "%s", directory);
  assert_int_equal(qent_settings_parse(text, (size_t)len, NULL, NULL, &shop->settings, NULL),
                   QENT_OK);
  open_session(shop);
  add_plan(shop, "month", 0);
  add_plan(shop, "gb", 1000);
  shop_add_node(shop, "de1");
  shop->buyer = shop_add_user(shop, SHOP_BUYER);
  (void)shop_add_user(shop, SHOP_ADMIN);
  return shop;
}

int shop_open(void **state)
{
  return shop_open_set(state, "");
}

int shop_open_set(void **state, const char *settings)
{
  *state = new_shop("", "sqlite::memory:", settings);
  return 0;
}

int shop_open_file(void **state)
{
  bool memory = access("/dev/shm", W_OK) == 0; /* a file all the same, and no disk to wait for */
  char directory[48];
  char url[80];

  snprintf(directory, sizeof directory, "%s/qent-shop-XXXXXX", memory ? "/dev/shm" : "/tmp");
  assert_non_null(mkdtemp(directory));
  snprintf(url, sizeof url, "sqlite://%s/shop.db", directory);
  *state = new_shop(directory, url, "");
  return 0;
}

void shop_reopen(struct shop *shop)
{
  qent_session_close(shop->session);
  qent_ctx_free(shop->ctx);
  open_session(shop);
}

static void remove_files(const struct shop *shop)
{
  static const char *const names[] = {"shop.db", "shop.db-wal", "shop.db-shm"};
  char path[96];

  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf(path, sizeof path, "%s/%s", shop->directory, names[i]);
    (void)unlink(path);
  }
  (void)rmdir(shop->directory);
}

int shop_close(void **state)
{
  struct shop *shop = *state;

  qent_session_close(shop->session);
  qent_ctx_free(shop->ctx);
  qent_settings_free(shop->settings);
  if (shop->directory[0])
    remove_files(shop);
  free(shop);
  return 0;
}

int64_t shop_order(struct shop *shop, const char *plan_code)
{
  qent_checkout checkout = QENT_CHECKOUT_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_order *order = NULL;
  qent_order *with_link = NULL;
  int64_t id;

  checkout.user_id = shop->buyer;
  checkout.plan_code = plan_code;
  checkout.method = "till";
  if (qent_checkout_begin(shop->session, &checkout, &order, &err) != QENT_OK)
    fail_msg("%s", err.message);
  id = qent_order_id(order);
  if (qent_checkout_fetch_link(shop->session, id, 1000, &with_link, &err) == QENT_OK)
    assert_non_null(qent_order_pay_url(with_link));
  qent_order_free(with_link);
  qent_order_free(order);
  return id;
}

struct shop_payment *shop_payment_of(int64_t order_id)
{
  for (size_t i = till.count; i > 0; i--) {
    if (till.payments[i - 1].order_id == order_id)
      return &till.payments[i - 1];
  }
  fail_msg("the till has no payment of order %d", (int)order_id);
  return NULL;
}

void shop_webhook(struct shop *shop, const char *external_id)
{
  assert_int_equal(
      qent_payment_webhook(shop->session, "till", external_id, strlen(external_id), NULL), QENT_OK);
}

void shop_pay(struct shop *shop, int64_t order_id)
{
  struct shop_payment *payment = shop_payment_of(order_id);

  payment->state = QENT_PROVIDER_SUCCEEDED;
  shop_webhook(shop, payment->id);
}

void shop_work(struct shop *shop)
{
  int32_t done = 1;

  while (done > 0) {
    int32_t some = 0;
    done = 0;
    assert_int_equal(qent_payments_poll(shop->session, 50, &some, NULL), QENT_OK);
    done += some;
    assert_int_equal(qent_due_run(shop->session, 50, &some, NULL), QENT_OK);
    done += some;
    assert_int_equal(qent_accounts_apply(shop->session, 50, &some, NULL), QENT_OK);
    done += some;
    assert_int_equal(qent_usage_collect(shop->session, 50, &some, NULL), QENT_OK);
    done += some;
  }
}

struct counter {
  qent_notice_kind kind;
  int count;
};

static bool count_notice(const qent_notice *notice, void *user)
{
  struct counter *counter = user;

  if (qent_notice_get_kind(notice) == counter->kind &&
      qent_notice_get_state(notice) != QENT_NOTICE_CANCELED)
    counter->count++;
  return true;
}

int shop_notices(struct shop *shop, qent_notice_kind kind)
{
  struct counter counter = {kind, 0};

  assert_int_equal(qent_notice_each(shop->session, -1, 1000, count_notice, &counter, NULL),
                   QENT_OK);
  return counter.count;
}

int shop_deliver(struct shop *shop)
{
  qent_notice *notice = NULL;
  int sent = 0;

  while (qent_notice_claim(shop->session, 30, &notice, NULL) == QENT_OK) {
    assert_int_equal(qent_notice_sent(shop->session, qent_notice_id(notice), NULL), QENT_OK);
    qent_notice_free(notice);
    sent++;
  }
  return sent;
}

static bool first_id(const qent_subscription *sub, void *user)
{
  *(int64_t *)user = qent_subscription_id(sub);
  return false;
}

int64_t shop_sub_id(struct shop *shop)
{
  int64_t id = 0;

  assert_int_equal(qent_subscription_each(shop->session, shop->buyer, first_id, &id, NULL),
                   QENT_OK);
  return id;
}

qent_subscription *shop_subscription(struct shop *shop)
{
  int64_t id = shop_sub_id(shop);
  qent_subscription *sub = NULL;

  if (id)
    assert_int_equal(qent_subscription_by_id(shop->session, shop->buyer, id, &sub, NULL), QENT_OK);
  return sub;
}

int64_t shop_expiry(struct shop *shop)
{
  qent_subscription *sub = shop_subscription(shop);
  int64_t expires_at = sub ? qent_subscription_expires_at(sub) : 0;

  qent_subscription_free(sub);
  return expires_at;
}

qent_order_state shop_order_state(struct shop *shop, int64_t order_id)
{
  qent_order *order = NULL;
  qent_order_state result;

  assert_int_equal(qent_order_by_id(shop->session, shop->buyer, order_id, &order, NULL), QENT_OK);
  result = qent_order_get_state(order);
  qent_order_free(order);
  return result;
}

static bool first_state(const qent_payment *payment, void *user)
{
  *(qent_payment_state *)user = qent_payment_get_state(payment);
  return false;
}

qent_payment_state shop_payment_state(struct shop *shop, int64_t order_id)
{
  qent_payment_filter filter = QENT_PAYMENT_FILTER_INIT;
  qent_payment_state result = QENT_PAYMENT_CREATING;

  filter.order_id = order_id;
  assert_int_equal(qent_payment_each(shop->session, &filter, first_state, &result, NULL), QENT_OK);
  return result;
}

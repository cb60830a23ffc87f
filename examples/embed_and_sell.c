/* SPDX-License-Identifier: MIT */
/* A whole sale inside one program: an order, a payment, keys, and what the buyer is told. The panel
 * and the till are the examples' own (notebook.c, cash.c); with node.gateway = "marzban" and
 * checkout.method = "yookassa" the same lines sell for real. */
#include "cash.h"
#include "notebook.h"

#include <qentvpn/qentvpn.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char settings_text[] =
    "QENT_DATABASE_URL=sqlite::memory:\n"
    "QENT_PUBLIC_URL=https://vpn.example\n"
    "QENT_MASTER_KEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

static qent_status stock_the_shop(qent_session *session, qent_error *err)
{
  const qent_money price = {19900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;
  qent_node_options node = QENT_NODE_OPTIONS_INIT;
  qent_status st;

  plan.code = "month";
  plan.title_ru = "Месяц";
  plan.title_en = "Month";
  plan.prices = &price;
  plan.price_count = 1;
  node.name = "book1";
  node.gateway = "notebook";
  node.url = "https://panel.example";
  node.username = "admin";
  node.password = "secret";
  st = qent_plan_add(session, &plan, NULL, err);
  return st == QENT_OK ? qent_node_add(session, &node, NULL, err) : st;
}

static qent_status buy(qent_session *session, qent_error *err)
{
  qent_user_profile profile = QENT_USER_PROFILE_INIT;
  qent_checkout checkout = QENT_CHECKOUT_INIT;
  qent_user *user = NULL;
  qent_order *order = NULL;
  qent_order *with_link = NULL;
  qent_status st;

  profile.telegram_id = 279058397;
  st = qent_user_touch(session, &profile, &user, err);
  if (st != QENT_OK)
    return st;
  checkout.user_id = qent_user_id(user);
  checkout.plan_code = "month";
  checkout.method = "cash";
  checkout.return_url = "https://shop.example/thanks";
  st = qent_checkout_begin(session, &checkout, &order, err);
  if (st == QENT_OK)
    st = qent_checkout_fetch_link(session, qent_order_id(order), 5000, &with_link, err);
  if (st == QENT_OK)
    printf("order %" PRId64 ": pay at %s\n", qent_order_id(with_link),
           qent_order_pay_url(with_link));
  qent_order_free(with_link);
  qent_order_free(order);
  qent_user_free(user);
  return st;
}

/* What the daemons do all day; here once, after the till has told us about the bill. */
static qent_status work(qent_session *session, qent_error *err)
{
  qent_notice *notice = NULL;
  qent_status st = qent_payment_webhook(session, "cash", "bill-1-19900", 12, err);

  if (st == QENT_OK)
    st = qent_payments_poll(session, 10, NULL, err);
  if (st == QENT_OK)
    st = qent_accounts_apply(session, 10, NULL, err);
  while (st == QENT_OK && qent_notice_claim(session, 30, &notice, err) == QENT_OK) {
    printf("tell %" PRId64 ": %s\n", qent_notice_telegram_id(notice),
           qent_notice_kind_name(qent_notice_get_kind(notice)));
    st = qent_notice_sent(session, qent_notice_id(notice), err);
    qent_notice_free(notice);
  }
  return st;
}

int main(void)
{
  qent_error err = QENT_ERROR_INIT;
  qent_settings *settings = NULL;
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  qent_ctx *ctx = NULL;
  qent_session *session = NULL;
  qent_status st =
      qent_settings_parse(settings_text, strlen(settings_text), NULL, NULL, &settings, &err);

  options.settings = settings;
  if (st == QENT_OK)
    st = qent_ctx_new(&options, &ctx, &err);
  if (st == QENT_OK)
    st = qent_ctx_register_gateway(ctx, &notebook_factory, &err);
  if (st == QENT_OK)
    st = qent_ctx_register_payment_provider(ctx, &cash_factory, &err);
  if (st == QENT_OK)
    st = qent_session_open(ctx, &session, &err);
  if (st == QENT_OK)
    st = stock_the_shop(session, &err);
  if (st == QENT_OK)
    st = buy(session, &err);
  if (st == QENT_OK)
    st = work(session, &err);
  if (st != QENT_OK)
    fprintf(stderr, "embed_and_sell: %s: %s\n", qent_status_name(st), err.message);
  qent_session_close(session);
  qent_ctx_free(ctx);
  qent_settings_free(settings);
  return st == QENT_OK ? 0 : 1;
}

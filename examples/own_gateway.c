/* SPDX-License-Identifier: MIT */
/* Drive an own panel: register a gateway, give a user a month, and print the keys. */
#include "notebook.h"

#include <qentvpn/qentvpn.h>

#include <stdio.h>
#include <string.h>

static const char settings_text[] =
    "QENT_DATABASE_URL=sqlite::memory:\n"
    "QENT_PUBLIC_URL=https://vpn.example\n"
    "QENT_MASTER_KEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

static bool print_link(const qent_share_link *link, void *user)
{
  (void)user;
  printf("%s %s\n", link->protocol, link->uri);
  return true;
}

static qent_status give_a_month(qent_session *session, qent_error *err)
{
  const qent_money price = {19900, "RUB"};
  qent_plan_options plan = QENT_PLAN_OPTIONS_INIT;
  qent_node_options node = QENT_NODE_OPTIONS_INIT;
  qent_user_profile profile = QENT_USER_PROFILE_INIT;
  qent_subscription *sub = NULL;
  qent_user *user = NULL;
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
  profile.telegram_id = 279058397;
  profile.name = "Vlad";
  st = qent_plan_add(session, &plan, NULL, err);
  if (st == QENT_OK)
    st = qent_node_add(session, &node, NULL, err);
  if (st == QENT_OK)
    st = qent_user_touch(session, &profile, &user, err);
  if (st == QENT_OK)
    st = qent_subscription_grant(session, qent_user_id(user), "month", &sub, err);
  if (st == QENT_OK)
    st = qent_accounts_apply(session, 10, NULL, err);
  if (st == QENT_OK)
    st = qent_subscription_links(session, qent_subscription_id(sub), print_link, NULL, err);
  if (st == QENT_OK)
    printf("config link: %s\n", qent_subscription_config_link(sub));
  qent_subscription_free(sub);
  qent_user_free(user);
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
    st = qent_session_open(ctx, &session, &err);
  if (st == QENT_OK)
    st = give_a_month(session, &err);
  if (st != QENT_OK)
    fprintf(stderr, "own_gateway: %s: %s\n", qent_status_name(st), err.message);
  qent_session_close(session);
  qent_ctx_free(ctx);
  qent_settings_free(settings);
  return st == QENT_OK ? 0 : 1;
}

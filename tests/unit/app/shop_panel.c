/* SPDX-License-Identifier: MIT */
#include "shop_parts.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct shop_panel panel;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static qent_status unlock(qent_status st)
{
  pthread_mutex_unlock(&mutex);
  return st;
}

static struct shop_account *find(const qent_gateway *gw, const char *key)
{
  for (size_t i = 0; i < panel.count; i++) {
    if (strcmp(panel.accounts[i].key, key) == 0 && strcmp(panel.accounts[i].node, gw->node) == 0)
      return &panel.accounts[i];
  }
  return NULL;
}

int shop_on_node(const char *node)
{
  int count = 0;

  for (size_t i = 0; i < panel.count; i++)
    count += strcmp(panel.accounts[i].node, node) == 0 ? 1 : 0;
  return count;
}

static bool silent(const qent_gateway *gw)
{
  return panel.all_silent || (panel.silent && strcmp(panel.silent, gw->node) == 0);
}

/* Is this call one of those that fail? */
static bool failing(const qent_gateway *gw)
{
  panel.calls++;
  if (silent(gw))
    return true;
  if (panel.good_calls > 0) {
    panel.good_calls--;
    return false;
  }
  if (panel.fail_calls == 0)
    return false;
  panel.fail_calls--;
  return true;
}

static qent_status refuse(const qent_gateway *gw, qent_error *err)
{
  if (silent(gw))
    return qent_fail(err, QENT_ETIMEOUT, "the test's node is silent");
  return qent_fail(err, panel.fail_as, "the test's panel says no");
}

static qent_status add_keys(const qent_gateway *gw, const struct shop_account *account,
                            qent_account_view *view_out, qent_error *err)
{
  char text[256];

  if (strncmp(gw->node, "awg", 3) != 0) {
    snprintf(text, sizeof text, "vless://%s@%s.test:443?security=reality", account->uuid, gw->node);
    return qent_account_view_add_link(view_out, text, err);
  }
  snprintf(text, sizeof text,
           "[Interface]\nPrivateKey = %d\nAddress = 10.8.0.2/32\n\n[Peer]\nPublicKey = k\n"
           "AllowedIPs = 0.0.0.0/0\nEndpoint = %s.test:51820\n",
           account->serial, gw->node);
  return qent_account_view_add_conf(view_out, text, err);
}

static qent_status show(const qent_gateway *gw, const struct shop_account *account,
                        qent_account_view *view_out, qent_error *err)
{
  qent_status st;

  view_out->enabled = account->enabled;
  view_out->expires_at = account->expires_at;
  view_out->traffic_limit_bytes = account->traffic_limit_bytes;
  view_out->used_bytes = account->used_bytes;
  view_out->telegram_id = account->telegram_id;
  st = qent_account_view_set_key(view_out, account->key, err);
  return st == QENT_OK && !panel.no_links ? add_keys(gw, account, view_out, err) : st;
}

static struct shop_account *put(const qent_gateway *gw, const qent_account_spec *spec,
                                bool set_keys)
{
  struct shop_account *account = find(gw, spec->key);

  if (!account) {
    account = &panel.accounts[panel.count++];
    snprintf(account->node, sizeof account->node, "%s", gw->node);
    snprintf(account->key, sizeof account->key, "%s", spec->key);
    set_keys = true;
  }
  if (set_keys) {
    snprintf(account->uuid, sizeof account->uuid, "%s", spec->uuid);
    account->serial = ++panel.serials;
  }
  account->enabled = spec->enabled;
  account->expires_at = spec->expires_at;
  account->traffic_limit_bytes = spec->traffic_limit_bytes;
  return account;
}

/* What the test lets happen in the middle of a call. */
static void interfere(void)
{
  void (*during)(void *arg);

  pthread_mutex_lock(&mutex);
  during = panel.during;
  panel.during = NULL;
  pthread_mutex_unlock(&mutex);
  if (during)
    during(panel.during_arg);
}

static qent_status apply(const qent_gateway *gw, const qent_account_spec *spec, bool set_keys,
                         qent_account_view *view_out, qent_error *err)
{
  bool fails;

  pthread_mutex_lock(&mutex);
  fails = failing(gw);
  pthread_mutex_unlock(&mutex);
  interfere();
  pthread_mutex_lock(&mutex);
  if (panel.unwilling && strcmp(panel.unwilling, gw->node) == 0)
    return unlock(qent_fail(err, QENT_EINVAL, "the test's node is full"));
  if (fails && (!panel.act_first || silent(gw)))
    return unlock(refuse(gw, err));
  struct shop_account *account = put(gw, spec, set_keys);
  return unlock(fails ? refuse(gw, err) : show(gw, account, view_out, err));
}

static qent_status ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                  qent_account_view *view_out, qent_error *err)
{
  return apply(gw, spec, false, view_out, err);
}

static qent_status rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                               qent_account_view *view_out, qent_error *err)
{
  return apply(gw, spec, true, view_out, err);
}

static qent_status remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  struct shop_account *account;

  pthread_mutex_lock(&mutex);
  if (failing(gw))
    return unlock(refuse(gw, err));
  account = find(gw, key);
  if (account)
    *account = panel.accounts[--panel.count];
  return unlock(QENT_OK);
}

static qent_status fetch_account(qent_gateway *gw, const char *key, qent_account_view *view_out,
                                 qent_error *err)
{
  const struct shop_account *account;

  pthread_mutex_lock(&mutex);
  if (failing(gw))
    return unlock(refuse(gw, err));
  account = find(gw, key);
  return unlock(account ? show(gw, account, view_out, err)
                        : qent_fail(err, QENT_ENOTFOUND, "no account"));
}

static qent_status list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                 qent_account_view_fn fn, void *user, bool *more_out,
                                 qent_error *err)
{
  qent_status st = QENT_OK;
  size_t end = (size_t)offset + (size_t)limit;
  size_t at = 0;

  interfere();
  pthread_mutex_lock(&mutex);
  if (failing(gw))
    return unlock(refuse(gw, err));
  for (size_t i = 0; st == QENT_OK && i < panel.count; i++) {
    qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
    if (strcmp(panel.accounts[i].node, gw->node) != 0 || at++ < (size_t)offset || at > end)
      continue;
    st = show(gw, &panel.accounts[i], &view, err);
    if (st == QENT_OK)
      st = fn(&view, user);
    qent_account_view_dispose(&view);
  }
  *more_out = at > end;
  return unlock(st);
}

static qent_status probe(qent_gateway *gw, qent_error *err)
{
  pthread_mutex_lock(&mutex);
  return unlock(failing(gw) ? refuse(gw, err) : QENT_OK);
}

static void destroy(qent_gateway *gw)
{
  free(gw);
}

static const qent_gateway_ops ops = {
    .size = sizeof ops,
    .ensure_account = ensure_account,
    .remove_account = remove_account,
    .fetch_account = fetch_account,
    .list_accounts = list_accounts,
    .rotate_keys = rotate_keys,
    .probe = probe,
    .destroy = destroy,
};

static qent_status open_panel(const qent_gateway_config *config, qent_gateway **gateway_out,
                              qent_error *err)
{
  qent_gateway *gw = calloc(1, sizeof *gw);

  if (!gw)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  assert_string_equal(config->username, "admin");
  assert_string_equal(config->password, "panel password");
  gw->ops = &ops;
  *gateway_out = gw;
  return QENT_OK;
}

const qent_gateway_factory shop_panel_factory = {
    .size = sizeof shop_panel_factory,
    .name = "test-panel",
    .open = open_panel,
};

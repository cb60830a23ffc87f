/* SPDX-License-Identifier: MIT */
#include "gateway_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every verb says how it shall be afterwards, so a repeat is harmless. Arguments were checked by
 * the port; outputs are filled for it and dropped by it when the verb fails. */

enum { ACCOUNTS_MAX = 64 };

struct account {
  char key[33];
  char uuid[37];
  bool enabled;
  int64_t expires_at;
  int64_t traffic_limit_bytes;
};

struct memory_gateway {
  qent_gateway base;                     /* first: a qent_gateway * is a struct memory_gateway * */
  struct account accounts[ACCOUNTS_MAX]; /* in the order they were made */
  size_t count;
};

static struct account *find(struct memory_gateway *panel, const char *key)
{
  for (size_t i = 0; i < panel->count; i++)
    if (strcmp(panel->accounts[i].key, key) == 0)
      return &panel->accounts[i];
  return NULL;
}

static qent_status show(const struct account *account, bool with_links, qent_account_view *view_out,
                        qent_error *err)
{
  char link[128];
  qent_status st = qent_account_view_set_key(view_out, account->key, err);

  view_out->enabled = account->enabled;
  view_out->expires_at = account->expires_at;
  view_out->traffic_limit_bytes = account->traffic_limit_bytes;
  (void)snprintf(link, sizeof link, "vless://%s@203.0.113.1:443?security=none#memory",
                 account->uuid);
  if (st == QENT_OK && with_links)
    st = qent_account_view_add_link(view_out, link, err);
  return st;
}

static void set_credentials(struct account *account, const qent_account_spec *spec)
{
  (void)snprintf(account->uuid, sizeof account->uuid, "%s", spec->uuid);
}

static qent_status ensure(struct memory_gateway *panel, const qent_account_spec *spec,
                          bool new_keys, qent_account_view *view_out, qent_error *err)
{
  struct account *account = find(panel, spec->key);

  if (!account) {
    if (panel->count == ACCOUNTS_MAX)
      return qent_fail(err, QENT_EUPSTREAM, "the panel is full");
    account = &panel->accounts[panel->count++];
    (void)snprintf(account->key, sizeof account->key, "%s", spec->key);
    new_keys = true;
  }
  if (new_keys)
    set_credentials(account, spec);
  account->enabled = spec->enabled;
  account->expires_at = spec->expires_at;
  account->traffic_limit_bytes = spec->traffic_limit_bytes;
  return show(account, true, view_out, err);
}

static qent_status ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                  qent_account_view *view_out, qent_error *err)
{
  return ensure((struct memory_gateway *)gw, spec, false, view_out, err);
}

static qent_status rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                               qent_account_view *view_out, qent_error *err)
{
  return ensure((struct memory_gateway *)gw, spec, true, view_out, err);
}

static qent_status remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  struct memory_gateway *panel = (struct memory_gateway *)gw;
  struct account *account = find(panel, key);

  (void)err;
  if (account) {
    size_t after = panel->count - (size_t)(account - panel->accounts) - 1;
    memmove(account, account + 1, after * sizeof *account);
    panel->count--;
  }
  return QENT_OK; /* gone is gone, whoever removed it */
}

static qent_status fetch_account(qent_gateway *gw, const char *key, qent_account_view *view_out,
                                 qent_error *err)
{
  const struct account *account = find((struct memory_gateway *)gw, key);

  if (!account)
    return qent_fail(err, QENT_ENOTFOUND, "no such account on the panel");
  return show(account, true, view_out, err);
}

static qent_status list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                 qent_account_view_fn fn, void *user, bool *more_out,
                                 qent_error *err)
{
  const struct memory_gateway *panel = (const struct memory_gateway *)gw;
  int64_t end = offset + limit;
  qent_status st = QENT_OK;

  for (int64_t i = offset; st == QENT_OK && i < end && i < (int64_t)panel->count; i++) {
    qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
    st = show(&panel->accounts[i], false, &view, err);
    if (st == QENT_OK)
      st = fn(&view, user);
    qent_account_view_dispose(&view);
  }
  *more_out = end < (int64_t)panel->count;
  return st;
}

static qent_status probe(qent_gateway *gw, qent_error *err)
{
  (void)gw;
  (void)err;
  return QENT_OK;
}

static void destroy(qent_gateway *gw)
{
  free(gw);
}

/* node_stats is left out: the port answers QENT_EUNSUPPORTED. */
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

static qent_status open_gateway(const qent_gateway_config *config, qent_gateway **gateway_out,
                                qent_error *err)
{
  struct memory_gateway *panel = calloc(1, sizeof *panel);

  (void)config;
  if (!panel)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  panel->base.ops = &ops;
  *gateway_out = &panel->base;
  return QENT_OK;
}

const qent_gateway_factory memory_gateway_factory = {
    .size = sizeof memory_gateway_factory,
    .name = "memory",
    .open = open_gateway,
};

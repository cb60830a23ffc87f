/* SPDX-License-Identifier: MIT */
#include "gateway_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void contract_must(qent_status st, const qent_error *err, const char *what)
{
  if (st != QENT_OK)
    fail_msg("%s: %s: %s", what, qent_status_name(st), err->message);
}

void contract_open(struct contract_rig *rig, const qent_gateway_factory *factory,
                   const qent_gateway_config *panel)
{
  qent_error err = QENT_ERROR_INIT;
  qent_gateway_config config = *panel;

  memset(rig, 0, sizeof *rig);
  rig->now = (int64_t)time(NULL);
  (void)snprintf(rig->prefix, sizeof rig->prefix, "qc%lx_", (unsigned long)getpid() & 0xffffffffU);
  contract_must(qent_http_new(NULL, &rig->http, &err), &err, "http");
  contract_must(qent__panel_share_new(NULL, NULL, &rig->share, &err), &err, "share");
  config.size = sizeof config;
  config.http = rig->http;
  config.share = rig->share;
  rig->factory = factory;
  rig->config = config;
  contract_must(qent__gateway_open(factory, &config, &rig->gw, &err), &err, "open");
}

static void key_of(const struct contract_rig *rig, int number, char key_out[33])
{
  (void)snprintf(key_out, 33, "%s%d", rig->prefix, number);
}

void contract_close(struct contract_rig *rig)
{
  char key[33];

  for (int i = 1; i <= rig->keys_made; i++) {
    key_of(rig, i, key);
    (void)qent__gateway_remove_account(rig->gw, key, NULL);
  }
  qent__gateway_destroy(rig->gw);
  qent__panel_share_free(rig->share);
  qent_http_free(rig->http);
}

int contract_teardown(void **state)
{
  contract_close(*state);
  free(*state);
  return 0;
}

qent_account_spec contract_spec(struct contract_rig *rig, char key_out[33])
{
  qent_account_spec spec = {
      .size = sizeof spec,
      .key = key_out,
      .enabled = true,
      .expires_at = rig->now + INT64_C(30) * 86400,
      .traffic_limit_bytes = (int64_t)50 << 30,
      .device_limit = 3,
      .uuid = CONTRACT_UUID,
      .password = CONTRACT_PASSWORD,
      .note = "QentVPN contract test",
  };

  key_of(rig, ++rig->keys_made, key_out);
  return spec;
}

qent_account_view contract_ensured(struct contract_rig *rig, const qent_account_spec *spec)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(qent__gateway_ensure_account(rig->gw, spec, &view, &err), &err, "ensure");
  return view;
}

qent_account_view contract_fetched(struct contract_rig *rig, const char *key)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(qent__gateway_fetch_account(rig->gw, key, &view, &err), &err, "fetch");
  return view;
}

static qent_status count_key(const qent_account_view *view, void *user)
{
  struct {
    const char *key;
    int count;
  } *search = user;

  search->count += strcmp(view->key, search->key) == 0;
  return QENT_OK;
}

int contract_count(struct contract_rig *rig, const char *key)
{
  struct {
    const char *key;
    int count;
  } search = {key, 0};
  qent_error err = QENT_ERROR_INIT;
  bool more = true;

  for (int64_t offset = 0; more; offset += QENT__GATEWAY_PAGE_MAX)
    contract_must(qent__gateway_list_accounts(rig->gw, offset, QENT__GATEWAY_PAGE_MAX, count_key,
                                              &search, &more, &err),
                  &err, "list");
  return search.count;
}

static bool lacks(const struct contract_rig *rig, uint32_t what)
{
  return (rig->gw->lacks & what) != 0;
}

void contract_check(const struct contract_rig *rig, const qent_account_view *view,
                    const qent_account_spec *spec)
{
  assert_string_equal(view->key, spec->key);
  assert_int_equal(view->enabled, spec->enabled);
  assert_int_equal(view->expires_at, lacks(rig, QENT_GATEWAY_LACKS_EXPIRY) ? 0 : spec->expires_at);
  assert_int_equal(view->traffic_limit_bytes,
                   lacks(rig, QENT_GATEWAY_LACKS_LIMIT) ? 0 : spec->traffic_limit_bytes);
  assert_true(view->used_bytes >= (view->enabled ? 0 : -1)); /* not counted while it is off */
}

bool contract_has(const qent_account_view *view, const char *uuid)
{
  for (size_t i = 0; i < view->link_count; i++)
    if (strstr(view->links[i], uuid))
      return true;
  return false;
}

void contract_check_keys(const struct contract_rig *rig, const qent_account_view *view,
                         const char *uuid)
{
  assert_true(view->link_count >= 1);
  assert_true(lacks(rig, QENT_GATEWAY_LACKS_CREDENTIALS) || contract_has(view, uuid));
}

void contract_check_kept(const struct contract_rig *rig, const qent_account_view *before,
                         const qent_account_view *after, bool kept)
{
  if (!lacks(rig, QENT_GATEWAY_LACKS_CREDENTIALS))
    return;
  assert_int_equal(before->link_count, after->link_count);
  for (size_t i = 0; i < before->link_count; i++)
    assert_int_equal(strcmp(before->links[i], after->links[i]) == 0, kept);
}

/* SPDX-License-Identifier: MIT */
#include "gateway/marzban.h"
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include "util/alloc.h"
#include <stdio.h>

#define LOOK_PAUSE_MS 1000

static qent__marzban *of(qent_gateway *gw)
{
  return (qent__marzban *)gw;
}

static qent_status ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                  qent_account_view *view_out, qent_error *err)
{
  return qent__mz_ensure(of(gw), spec, false, view_out, err);
}

static qent_status rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                               qent_account_view *view_out, qent_error *err)
{
  return qent__mz_ensure(of(gw), spec, true, view_out, err);
}

static void drop_links(qent_account_view *view)
{
  while (view->link_count > 0)
    qent__free(view->links[--view->link_count]);
}

/* Links that nobody can use do not hide the account: it must be possible to remove it. */
static qent_status fetch_account(qent_gateway *gw, const char *key, qent_account_view *view_out,
                                 qent_error *err)
{
  qent__marzban *mz = of(gw);
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_status st = qent__mz_read_user(mz, key, NULL, &user, err);

  if (st == QENT_OK)
    st = qent__mz_complete_links(mz, &user, err);
  if (st == QENT_EPROTO && user.view.key) {
    drop_links(&user.view);
    qent_error_clear(err);
    st = QENT_OK;
  }
  if (st == QENT_OK)
    *view_out = user.view;
  else
    qent_account_view_dispose(&user.view);
  return st;
}

/* DELETE /api/user/{username}
 * Shape:  -> {"detail":"User successfully deleted"}
 * Errors: 404 {"detail":"User not found"}; 500 *after deleting* when the user's admin is not in the
 *         panel's database (made with SUDO_USERNAME).
 * Source: Gozargah/Marzban v0.8.4, app/routers/user.py; reply in tests/data/marzban/deleted.json.
 */
static qent_status delete_user(qent__marzban *mz, const char *key, qent_error *err)
{
  char path[QENT__MZ_PATH_CAP];
  const struct qent__mz_request call = {"DELETE", path, NULL, QENT__MZ_REPLY_MAX};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_error second = QENT_ERROR_INIT;
  qent_status st;
  qent_status read;

  (void)snprintf(path, sizeof path, "/api/user/%s", key);
  st = qent__mz_call(mz, &call, &resp, err);
  if (st == QENT_OK)
    st = qent__panel_is_2xx(&resp) ? qent__mz_parse_done(&resp, err)
                                   : qent__mz_user_refusal(&resp, err);
  if (qent__mz_is_unclear(st, resp.status)) {
    read = qent__mz_read_user(mz, key, NULL, &user, &second);
    qent_account_view_dispose(&user.view);
    if (read == QENT_ENOTFOUND)
      st = read;
    else if (read == QENT_ECANCELED)
      st = qent_fail(err, read, "stopping");
    else if (read != QENT_OK && read != QENT_EPROTO)
      st = qent_fail(err, QENT_ETIMEOUT, "the panel does not tell whether it deleted the account");
  }
  qent_http_response_dispose(&resp);
  return st;
}

/* After the 500 of an account without owner the panel forgets to tell its core, which would go on
 * serving whom it was not told to leave out before. */
static qent_status remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  qent__marzban *mz = of(gw);
  qent_status st = mz->of_nobody ? qent__mz_disable(mz, key, err) : QENT_OK;

  if (st == QENT_OK)
    st = delete_user(mz, key, err);
  if (st != QENT_ENOTFOUND)
    return st;
  qent_error_clear(err);
  return QENT_OK;
}

/* GET /api/users?sort=created_at&offset=&limit=
 * Shape:  -> {"users":[user object],"total":int}
 * Errors: 500 for the whole page when one of its users was made without proxies.
 * Note:   without `sort` the order is not defined; each item renders its links, so pages are small.
 * Source: Gozargah/Marzban v0.8.4, app/routers/user.py; reply in tests/data/marzban/users.json. */
static qent_status list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                 qent_account_view_fn fn, void *user, bool *more_out,
                                 qent_error *err)
{
  char path[QENT__MZ_PATH_CAP];
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  int64_t count = 0;
  int64_t total = 0;
  qent_status st;

  (void)snprintf(path, sizeof path, "/api/users?sort=created_at&offset=%lld&limit=%d",
                 (long long)offset, (int)limit);
  st = qent__mz_get(of(gw), path, QENT__MZ_LIST_MAX, &resp, err);
  if (st == QENT_OK)
    st = qent__mz_parse_list(&resp, fn, user, &count, &total, err);
  if (st == QENT_OK)
    *more_out = count > 0 && offset + count < total;
  qent_http_response_dispose(&resp);
  return st;
}

static qent_status node_stats(qent_gateway *gw, qent_node_stats *stats_out, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st = qent__mz_get(of(gw), "/api/system", QENT__MZ_REPLY_MAX, &resp, err);

  if (st == QENT_OK)
    st = qent__mz_parse_system(&resp, stats_out, err);
  qent_http_response_dispose(&resp);
  return st;
}

qent_status qent__mz_core_runs(qent__marzban *mz, bool *runs_out, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st = qent__mz_get(mz, "/api/core", QENT__MZ_REPLY_MAX, &resp, err);

  if (st == QENT_OK)
    st = qent__mz_parse_core(&resp, runs_out, err);
  qent_http_response_dispose(&resp);
  return st;
}

static qent_status probe(qent_gateway *gw, qent_error *err)
{
  bool runs = false;
  qent_status st = qent__mz_core_runs(of(gw), &runs, err);

  if (st == QENT_OK && !runs)
    st = qent_fail(err, QENT_EUPSTREAM, "the panel's core (xray) is not running");
  return st == QENT_OK ? qent__mz_read_offer(of(gw), err) : st;
}

static qent_status provision(qent_gateway *gw, const qent_provision_spec *spec,
                             qent_provision_fn fn, void *user, qent_error *err)
{
  return qent__mz_provision(of(gw), spec, fn, user, err);
}

static void destroy(qent_gateway *gw)
{
  qent__marzban *mz = of(gw);

  qent__mz_options_dispose(&mz->options);
  qent__mz_offer_dispose(&mz->offer);
  qent__free(mz);
}

static const qent_gateway_ops ops = {
    .size = sizeof ops,
    .ensure_account = ensure_account,
    .remove_account = remove_account,
    .fetch_account = fetch_account,
    .list_accounts = list_accounts,
    .rotate_keys = rotate_keys,
    .node_stats = node_stats,
    .probe = probe,
    .destroy = destroy,
    .provision = provision,
};

static qent_status open_gateway(const qent_gateway_config *config, qent_gateway **gateway_out,
                                qent_error *err)
{
  qent__marzban *mz = qent__calloc(1, sizeof *mz);
  qent_status st;

  if (!mz)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  mz->base.ops = &ops;
  mz->config = *config;
  mz->look_pause_ms = LOOK_PAUSE_MS;
  st = qent__mz_options_parse(config->options, &mz->options, err);
  if (st != QENT_OK) {
    destroy(&mz->base);
    return st;
  }
  *gateway_out = &mz->base;
  return QENT_OK;
}

const qent_gateway_factory qent__marzban_factory = {
    .size = sizeof qent__marzban_factory,
    .name = "marzban",
    .open = open_gateway,
};

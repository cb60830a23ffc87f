/* SPDX-License-Identifier: MIT */
#include "gateway/wg.h"
#include "gateway/panel.h"
#include "util/alloc.h"
#include "util/secret.h"
#include <stdio.h>
#include <string.h>

#define ONLINE_S 180 /* a peer that is in use shakes hands every two minutes */

static qent__wg *of(qent_gateway *gw)
{
  return (qent__wg *)gw;
}

static qent_status fill_view(const struct qent__wg_peer *peer, qent_account_view *view,
                             qent_error *err)
{
  view->enabled = peer->enabled;
  view->used_bytes = peer->used_bytes;
  view->online_at = peer->online_at;
  return qent_account_view_set_key(view, peer->name, err);
}

/* The file holds the address that the list told: it is this peer's. */
static bool is_of(const char *conf, const struct qent__wg_peer *peer)
{
  char line[64];
  int len = snprintf(line, sizeof line, "\nAddress = %s/", peer->address);

  return len > 0 && (size_t)len < sizeof line && strstr(conf, line) != NULL;
}

static qent_status take_conf(const qent__wg *wg, const struct qent__wg_peer *peer,
                             const qent_http_response *resp, qent_account_view *view,
                             qent_error *err)
{
  qent_status st = QENT_OK;

  if (strlen(resp->body) != resp->body_len)
    return qent_fail(err, QENT_EPROTO, "the panel's .conf is not text");
  if (wg->dialect->check_conf)
    st = wg->dialect->check_conf(resp->body, err);
  if (st == QENT_OK && !is_of(resp->body, peer))
    st = qent_fail(err, QENT_EPROTO, "the panel answered with another account's .conf");
  return st == QENT_OK ? qent_account_view_add_conf(view, resp->body, err) : st;
}

/* GET <clients>/{id}/configuration
 * Shape:  -> the .conf file as text, with the peer's private key
 * Source: w0rng/amnezia-wg-easy 1391267, src/lib/WireGuard.js getClientConfiguration;
 *         wg-easy/wg-easy v15.4.0, src/server/utils/wgHelper.ts generateClientConfig; replies in
 *         tests/data/{amneziawg,wgeasy}/configuration.conf. */
static qent_status add_conf(qent__wg *wg, const struct qent__wg_peer *peer, bool usable,
                            qent_account_view *view, qent_error *err)
{
  char path[QENT__WG_PATH_CAP];
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st;

  (void)snprintf(path, sizeof path, "%s/%s/configuration", wg->dialect->clients, peer->id);
  st = qent__wg_get(wg, path, QENT__WG_REPLY_MAX, &resp, err);
  if (st == QENT_OK) {
    st = take_conf(wg, peer, &resp, view, err);
    if (st == QENT_EPROTO && !usable) {
      qent_error_clear(err);
      st = QENT_OK;
    }
  }
  if (resp.body)
    qent__wipe(resp.body, resp.body_len);
  qent_http_response_dispose(&resp);
  return st;
}

/* @param usable  an account whose file nobody can use is a failure; otherwise it does not hide the
 * account, which it must be possible to remove. */
static qent_status show(qent__wg *wg, const struct qent__wg_peers *peers, const char *key,
                        bool usable, qent_account_view *view_out, qent_error *err)
{
  const struct qent__wg_peer *peer = qent__wg_find(peers, key);
  qent_status st;

  if (!peer)
    return qent_fail(err, QENT_ENOTFOUND, "no such account on the panel");
  st = fill_view(peer, view_out, err);
  return st == QENT_OK ? add_conf(wg, peer, usable, view_out, err) : st;
}

static qent_status ensure(qent__wg *wg, const qent_account_spec *spec, bool new_keys,
                          qent_account_view *view_out, qent_error *err)
{
  struct qent__wg_peers peers = {NULL, NULL, 0};
  qent_status st = QENT_OK;

  qent_panel_share_lock(wg->config.share);
  if (new_keys)
    st = qent__wg_converge(wg, spec->key, false, false, &peers, err);
  qent__wg_peers_dispose(&peers);
  if (st == QENT_OK)
    st = qent__wg_converge(wg, spec->key, true, spec->enabled, &peers, err);
  qent_panel_share_unlock(wg->config.share);
  if (st == QENT_OK)
    st = show(wg, &peers, spec->key, true, view_out, err);
  if (st == QENT_ENOTFOUND)
    st = qent_fail(err, QENT_EUPSTREAM, "the account is being removed by somebody else");
  qent__wg_peers_dispose(&peers);
  return st;
}

static qent_status ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                  qent_account_view *view_out, qent_error *err)
{
  return ensure(of(gw), spec, false, view_out, err);
}

/* The panel makes keys only with a peer, so the old peer goes first: its keys are void at once, no
 * moment has two peers, and the address is free on a full panel. A repeat after a lost answer
 * cannot know that the keys are new already and makes newer ones; nobody has seen those in between.
 */
static qent_status rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                               qent_account_view *view_out, qent_error *err)
{
  return ensure(of(gw), spec, true, view_out, err);
}

static qent_status remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  qent__wg *wg = of(gw);
  struct qent__wg_peers peers = {NULL, NULL, 0};
  qent_status st;

  qent_panel_share_lock(wg->config.share);
  st = qent__wg_converge(wg, key, false, false, &peers, err);
  qent_panel_share_unlock(wg->config.share);
  qent__wg_peers_dispose(&peers);
  return st;
}

static qent_status fetch_account(qent_gateway *gw, const char *key, qent_account_view *view_out,
                                 qent_error *err)
{
  struct qent__wg_peers peers = {NULL, NULL, 0};
  qent_status st = qent__wg_read_peers(of(gw), &peers, NULL, err);

  if (st == QENT_OK)
    st = show(of(gw), &peers, key, false, view_out, err);
  qent__wg_peers_dispose(&peers);
  return st;
}

static qent_status tell(const struct qent__wg_peer *peer, qent_account_view_fn fn, void *user,
                        qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = fill_view(peer, &view, err);

  if (st == QENT_OK)
    st = qent__panel_hand_over(&view, fn, user, err);
  qent_account_view_dispose(&view);
  return st;
}

/* The panel has no pages: each one is cut from the whole list, oldest peer first. */
static qent_status list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                 qent_account_view_fn fn, void *user, bool *more_out,
                                 qent_error *err)
{
  struct qent__wg_peers peers = {NULL, NULL, 0};
  qent_status st = qent__wg_read_peers(of(gw), &peers, NULL, err);
  int64_t end = offset + limit;

  for (int64_t i = offset; st == QENT_OK && i < end && i < (int64_t)peers.count; i++)
    st = tell(&peers.items[i], fn, user, err);
  if (st == QENT_OK)
    *more_out = end < (int64_t)peers.count;
  qent__wg_peers_dispose(&peers);
  return st;
}

static qent_status node_stats(qent_gateway *gw, qent_node_stats *stats_out, qent_error *err)
{
  qent__wg *wg = of(gw);
  struct qent__wg_peers peers = {NULL, NULL, 0};
  int64_t now = 0;
  qent_status st = qent__wg_read_peers(wg, &peers, &now, err);

  stats_out->online = stats_out->active_users = 0;
  for (size_t i = 0; i < peers.count; i++) {
    stats_out->active_users += peers.items[i].enabled;
    stats_out->online += peers.items[i].online_at > now - ONLINE_S;
  }
  if (st == QENT_OK && wg->dialect->version)
    st = wg->dialect->version(wg, stats_out->version, sizeof stats_out->version, err);
  qent__wg_peers_dispose(&peers);
  return st;
}

/* The list is made with `wg show`: it needs the login and the running interface. */
static qent_status probe(qent_gateway *gw, qent_error *err)
{
  struct qent__wg_peers peers = {NULL, NULL, 0};
  qent_status st = qent__wg_read_peers(of(gw), &peers, NULL, err);

  qent__wg_peers_dispose(&peers);
  return st;
}

static void destroy(qent_gateway *gw)
{
  qent__free(of(gw));
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
};

/* There are no options yet: each one is an error. */
static qent_status check_options(const char *text, qent_error *err)
{
  cJSON *root = NULL;
  qent_status st = qent__panel_options(text, &root, err);

  if (st == QENT_OK && root->child)
    st = qent_fail(err, QENT_EINVAL, "option \"%.40s\" is unknown: this panel has none",
                   root->child->string);
  cJSON_Delete(root);
  return st;
}

qent_status qent__wg_open(const struct qent__wg_dialect *dialect, const qent_gateway_config *config,
                          qent_gateway **gateway_out, qent_error *err)
{
  qent__wg *wg;
  qent_status st = check_options(config->options, err);

  if (st != QENT_OK)
    return st;
  wg = qent__calloc(1, sizeof *wg);
  if (!wg)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  wg->base.ops = &ops;
  wg->config = *config;
  wg->dialect = dialect;
  *gateway_out = &wg->base;
  return QENT_OK;
}

/* SPDX-License-Identifier: MIT */
#include "gateway/xui.h"
#include "gateway/xui_private.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/url.h"
#include <string.h>

/* As a node's user name: the password is an API token. */
#define TOKEN_USER "token"

static qent__xui *of(qent_gateway *gw)
{
  return (qent__xui *)gw;
}

static qent_status ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                  qent_account_view *view_out, qent_error *err)
{
  return qent__xui_ensure(of(gw), spec, false, view_out, err);
}

static qent_status rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                               qent_account_view *view_out, qent_error *err)
{
  return qent__xui_ensure(of(gw), spec, true, view_out, err);
}

static qent_status fetch_account(qent_gateway *gw, const char *key, qent_account_view *view_out,
                                 qent_error *err)
{
  return qent__xui_fetch(of(gw), key, view_out, err);
}

static qent_status remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  return qent__xui_remove(of(gw), key, err);
}

static qent_status list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                 qent_account_view_fn fn, void *user, bool *more_out,
                                 qent_error *err)
{
  qent_status st = qent__xui_need_api(of(gw), err);

  if (st != QENT_OK)
    return st;
  return qent__xui_verbs(of(gw))->list(of(gw), offset, limit, fn, user, more_out, err);
}

static qent_status node_stats(qent_gateway *gw, qent_node_stats *stats_out, qent_error *err)
{
  return qent__xui_node_stats(of(gw), stats_out, err);
}

static qent_status probe(qent_gateway *gw, qent_error *err)
{
  return qent__xui_probe(of(gw), err);
}

static qent_status provision(qent_gateway *gw, const qent_provision_spec *spec,
                             qent_provision_fn fn, void *user, qent_error *err)
{
  return qent__xui_provision(of(gw), spec, fn, user, err);
}

static void destroy(qent_gateway *gw)
{
  qent__xui *xui = of(gw);

  qent__xui_options_dispose(&xui->options);
  qent__free(xui);
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

/* A panel that is called at a loopback address would hand out links that lead buyers to their own
 * machines. */
static qent_status check_host(const qent__xui *xui, qent_error *err)
{
  const char *host;
  size_t len;

  qent__xui_host(xui, &host, &len);
  if (!xui->options.public_host && qent__host_is_loopback(host, len))
    return qent_fail(err, QENT_EINVAL,
                     "option public_host is needed: buyers cannot reach the loopback address of "
                     "the node's URL");
  return QENT_OK;
}

static qent_status open_gateway(const qent_gateway_config *config, qent_gateway **gateway_out,
                                qent_error *err)
{
  qent__xui *xui = qent__calloc(1, sizeof *xui);
  qent_status st;

  if (!xui)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  xui->base.ops = &ops;
  xui->config = *config;
  xui->bearer = strcmp(config->username, TOKEN_USER) == 0;
  st = qent__xui_options_parse(config->options, &xui->options, err);
  if (st == QENT_OK)
    st = check_host(xui, err);
  if (st != QENT_OK) {
    destroy(&xui->base);
    return st;
  }
  *gateway_out = &xui->base;
  return QENT_OK;
}

const qent_gateway_factory qent__xui_factory = {
    .size = sizeof qent__xui_factory,
    .name = "3xui",
    .open = open_gateway,
};

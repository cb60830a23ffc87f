/* SPDX-License-Identifier: MIT */
#include "gateway/gateway.h"
#include "util/timefmt.h"
#include <inttypes.h>
#include <string.h>

#define UUID_LEN 36

#define HAS_OP(gw, op)                                                                             \
  ((gw)->ops->size >= offsetof(qent_gateway_ops, op) + sizeof((gw)->ops->op) && (gw)->ops->op)

static bool is_open(const qent_gateway *gw)
{
  return gw && gw->ops;
}

/* Put where and what in front of the message; everything else of the error stays. */
static qent_status told(const qent_gateway *gw, const char *operation, const char *key,
                        qent_status st, qent_error *err)
{
  int http_status;
  int64_t retry_after_ms;

  if (st == QENT_OK || !err)
    return st;
  http_status = err->http_status;
  retry_after_ms = err->retry_after_ms;
  (void)qent_fail(err, st, "node %.32s: %s%s%.64s: %s", gw->node ? gw->node : gw->name, operation,
                  key ? " " : "", key ? key : "", err->message);
  err->http_status = http_status;
  err->retry_after_ms = retry_after_ms;
  return st;
}

bool qent__gateway_key_ok(const char *key)
{
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@-";
  size_t len = key ? strlen(key) : 0;

  return len >= 1 && len <= QENT__ACCOUNT_KEY_MAX && strspn(key, allowed) == len;
}

static qent_status check_key(const char *key, qent_error *err)
{
  if (!qent__gateway_key_ok(key))
    return qent_fail(err, QENT_EINVAL, "an account key is 1 to %d of A-Z, a-z, 0-9, _ . @ -",
                     QENT__ACCOUNT_KEY_MAX);
  return QENT_OK;
}

static bool uuid_ok(const char *uuid)
{
  if (!uuid || strlen(uuid) != UUID_LEN)
    return false;
  for (size_t i = 0; i < UUID_LEN; i++) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? uuid[i] != '-' : !strchr("0123456789abcdef", uuid[i]))
      return false;
  }
  return true;
}

static qent_status check_spec(const qent_account_spec *spec, qent_error *err)
{
  if (!spec || spec->size < sizeof *spec)
    return qent_fail(err, QENT_EINVAL, "an account needs a specification of this version");
  if (!qent__gateway_key_ok(spec->key))
    return check_key(spec->key, err);
  /* What is beyond is a number of milliseconds by mistake. */
  if (spec->expires_at < 0 || spec->expires_at > QENT__TIME_MAX_S)
    return qent_fail(err, QENT_EINVAL, "expiry %" PRId64 " is not a time in UNIX seconds",
                     spec->expires_at);
  if (spec->traffic_limit_bytes < 0 || spec->device_limit < 0)
    return qent_fail(err, QENT_EINVAL, "limits must not be negative");
  if (!uuid_ok(spec->uuid))
    return qent_fail(err, QENT_EINVAL, "the account's uuid is not a lower-case UUID");
  if (!spec->password || !*spec->password)
    return qent_fail(err, QENT_EINVAL, "the account has no password");
  return QENT_OK;
}

/* What an adapter answered for `key`: moved to view_out when it is that account. An adapter that
 * fails may leave it half filled. */
static qent_status take_view(qent_status st, const char *key, qent_account_view *view,
                             qent_account_view *view_out, qent_error *err)
{
  if (st != QENT_OK) {
    qent_account_view_dispose(view);
    return st;
  }
  if (!view->key || strcmp(view->key, key) != 0) {
    qent_account_view_dispose(view);
    return qent_fail(err, QENT_EPROTO, "the panel answered with another account's data");
  }
  qent_account_view_dispose(view_out);
  *view_out = *view;
  return QENT_OK;
}

qent_status qent__gateway_factory_check(const qent_gateway_factory *factory, qent_error *err)
{
  if (!factory || factory->size < sizeof *factory)
    return qent_fail(err, QENT_EINVAL, "a gateway factory of this version is needed");
  if (!factory->name || !*factory->name)
    return qent_fail(err, QENT_EINVAL, "the gateway factory has no name");
  if (!factory->open)
    return qent_fail(err, QENT_EINVAL, "gateway %.32s has no open operation", factory->name);
  return QENT_OK;
}

static qent_status check_ops(const qent_gateway *gw, qent_error *err)
{
  const char *missing = NULL;

  if (!gw->ops)
    missing = "an operations table";
  else if (!HAS_OP(gw, destroy))
    missing = "destroy";
  else if (!HAS_OP(gw, ensure_account))
    missing = "ensure_account";
  else if (!HAS_OP(gw, remove_account))
    missing = "remove_account";
  else if (!HAS_OP(gw, fetch_account))
    missing = "fetch_account";
  else if (!HAS_OP(gw, list_accounts))
    missing = "list_accounts";
  else if (!HAS_OP(gw, rotate_keys))
    missing = "rotate_keys";
  else if (!HAS_OP(gw, probe))
    missing = "probe";
  if (missing)
    return qent_fail(err, QENT_EINVAL, "gateway %.32s lacks %s", gw->name, missing);
  return QENT_OK;
}

qent_status qent__gateway_open(const qent_gateway_factory *factory,
                               const qent_gateway_config *config, qent_gateway **gateway_out,
                               qent_error *err)
{
  qent_gateway *gw = NULL;
  qent_status st = qent__gateway_factory_check(factory, err);

  if (st != QENT_OK)
    return st;
  if (!config || config->size < sizeof *config || !config->node_name || !config->url ||
      !config->username || !config->password || !config->options || !config->http ||
      !config->share || !gateway_out)
    return qent_fail(err, QENT_EINVAL, "opening a gateway needs a complete configuration");
  st = factory->open(config, &gw, err);
  if (st != QENT_OK) {
    qent_gateway at = {NULL, factory->name, config->node_name, factory->lacks};
    return told(&at, "open", NULL, st, err);
  }
  gw->name = factory->name;
  gw->node = config->node_name;
  gw->lacks = factory->lacks;
  st = check_ops(gw, err);
  if (st != QENT_OK) {
    qent__gateway_destroy(gw);
    return st;
  }
  *gateway_out = gw;
  return QENT_OK;
}

void qent__gateway_destroy(qent_gateway *gw)
{
  if (is_open(gw) && HAS_OP(gw, destroy))
    gw->ops->destroy(gw);
}

qent_status qent__gateway_ensure_account(qent_gateway *gw, const qent_account_spec *spec,
                                         qent_account_view *view_out, qent_error *err)
{
  static const char operation[] = "ensure account";
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st;

  if (!is_open(gw) || !view_out)
    return qent_fail(err, QENT_EINVAL, "ensuring an account needs a gateway and an output");
  st = check_spec(spec, err);
  if (st != QENT_OK)
    return told(gw, operation, NULL, st, err);
  st = gw->ops->ensure_account(gw, spec, &view, err);
  st = take_view(st, spec->key, &view, view_out, err);
  return told(gw, operation, spec->key, st, err);
}

qent_status qent__gateway_rotate_keys(qent_gateway *gw, const qent_account_spec *spec,
                                      qent_account_view *view_out, qent_error *err)
{
  static const char operation[] = "rotate keys of";
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st;

  if (!is_open(gw) || !view_out)
    return qent_fail(err, QENT_EINVAL, "rotating keys needs a gateway and an output");
  st = check_spec(spec, err);
  if (st != QENT_OK)
    return told(gw, operation, NULL, st, err);
  st = gw->ops->rotate_keys(gw, spec, &view, err);
  st = take_view(st, spec->key, &view, view_out, err);
  return told(gw, operation, spec->key, st, err);
}

qent_status qent__gateway_remove_account(qent_gateway *gw, const char *key, qent_error *err)
{
  qent_status st;

  if (!is_open(gw))
    return qent_fail(err, QENT_EINVAL, "removing an account needs a gateway");
  st = check_key(key, err);
  if (st != QENT_OK)
    return told(gw, "remove account", NULL, st, err);
  return told(gw, "remove account", key, gw->ops->remove_account(gw, key, err), err);
}

qent_status qent__gateway_fetch_account(qent_gateway *gw, const char *key,
                                        qent_account_view *view_out, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st;

  if (!is_open(gw) || !view_out)
    return qent_fail(err, QENT_EINVAL, "fetching an account needs a gateway and an output");
  st = check_key(key, err);
  if (st != QENT_OK)
    return told(gw, "fetch account", NULL, st, err);
  st = gw->ops->fetch_account(gw, key, &view, err);
  st = take_view(st, key, &view, view_out, err);
  return told(gw, "fetch account", key, st, err);
}

qent_status qent__gateway_list_accounts(qent_gateway *gw, int64_t offset, int32_t limit,
                                        qent_account_view_fn fn, void *user, bool *more_out,
                                        qent_error *err)
{
  bool more = false;
  qent_status st;

  if (!is_open(gw) || !fn || !more_out)
    return qent_fail(err, QENT_EINVAL, "listing accounts needs a gateway, a callback, an output");
  if (offset < 0 || limit < 1 || limit > QENT__GATEWAY_PAGE_MAX)
    return qent_fail(err, QENT_EINVAL, "a page begins at 0 or later and has 1 to %d accounts",
                     QENT__GATEWAY_PAGE_MAX);
  st = gw->ops->list_accounts(gw, offset, limit, fn, user, &more, err);
  if (st == QENT_OK && more && offset >= QENT__GATEWAY_LIST_MAX - limit)
    st = qent_fail(err, QENT_EPROTO, "the panel tells of more than %d accounts",
                   QENT__GATEWAY_LIST_MAX);
  if (st == QENT_OK)
    *more_out = more;
  return told(gw, "list accounts", NULL, st, err);
}

qent_status qent__gateway_node_stats(qent_gateway *gw, qent_node_stats *stats_out, qent_error *err)
{
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_status st;

  if (!is_open(gw) || !stats_out)
    return qent_fail(err, QENT_EINVAL, "statistics need a gateway and an output");
  if (!HAS_OP(gw, node_stats))
    st = qent_fail(err, QENT_EUNSUPPORTED, "%.32s does not tell", gw->name);
  else
    st = gw->ops->node_stats(gw, &stats, err);
  if (st == QENT_OK)
    *stats_out = stats;
  return told(gw, "statistics", NULL, st, err);
}

qent_status qent__gateway_probe(qent_gateway *gw, qent_error *err)
{
  if (!is_open(gw))
    return qent_fail(err, QENT_EINVAL, "probing needs a gateway");
  return told(gw, "probe", NULL, gw->ops->probe(gw, err), err);
}

static bool port_ok(int32_t port)
{
  return port >= 1 && port <= 65535;
}

qent_status qent__gateway_provision(qent_gateway *gw, const qent_provision_spec *spec,
                                    qent_provision_fn fn, void *user, qent_error *err)
{
  qent_status st;

  if (!is_open(gw) || !spec || spec->size < sizeof *spec || !fn)
    return qent_fail(err, QENT_EINVAL, "provisioning needs a gateway, a specification, a callback");
  if (!spec->public_host || !*spec->public_host || !spec->camouflage || !*spec->camouflage)
    st = qent_fail(err, QENT_EINVAL, "a public host and a camouflage host are needed");
  else if (!port_ok(spec->vless_port) || !port_ok(spec->shadowsocks_port) ||
           spec->vless_port == spec->shadowsocks_port)
    st = qent_fail(err, QENT_EINVAL, "two different ports of 1..65535 are needed");
  else if (!HAS_OP(gw, provision))
    st = qent_fail(err, QENT_EUNSUPPORTED, "%.32s has no inbounds to set up", gw->name);
  else
    st = gw->ops->provision(gw, spec, fn, user, err);
  return told(gw, "provision", NULL, st, err);
}

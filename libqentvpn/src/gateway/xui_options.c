/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/url.h"
#include <string.h>

#define HOST_MAX 255

const char *const qent__xui_protocol_names[QENT__XUI_PROTOCOLS] = {"vless", "shadowsocks"};

void qent__xui_options_dispose(struct qent__xui_options *options)
{
  for (int p = 0; p < QENT__XUI_PROTOCOLS; p++) {
    qent__free(options->choice[p].remark);
    options->choice[p].remark = NULL;
  }
  qent__free(options->public_host);
  options->public_host = NULL;
}

static qent_status parse_choice(const cJSON *node, struct qent__xui_choice *choice, qent_error *err)
{
  choice->given = true;
  if (cJSON_IsFalse(node)) {
    choice->none = true;
    return QENT_OK;
  }
  if (qent__json_node_i64(node, &choice->id) && choice->id > 0)
    return QENT_OK;
  if (!cJSON_IsString(node) || !*node->valuestring)
    return qent_fail(err, QENT_EINVAL,
                     "option %s is neither an inbound's number nor its remark nor false",
                     node->string);
  choice->id = 0;
  choice->remark = qent__strdup(node->valuestring);
  return choice->remark ? QENT_OK : qent_fail(err, QENT_ENOMEM, "out of memory");
}

/* A name or an address as it stands in a link: visible ASCII, IPv6 without brackets. */
static bool host_ok(const char *host)
{
  size_t len = strlen(host);

  if (len == 0 || len > HOST_MAX)
    return false;
  for (size_t i = 0; i < len; i++)
    if (!qent__is_alnum(host[i]) && !strchr(".-:_", host[i]))
      return false;
  return true;
}

static qent_status parse_host(const cJSON *node, struct qent__xui_options *options, qent_error *err)
{
  if (!cJSON_IsString(node) || !host_ok(node->valuestring))
    return qent_fail(err, QENT_EINVAL,
                     "option public_host is not a host name or an address without a port");
  options->public_host = qent__strdup(node->valuestring);
  return options->public_host ? QENT_OK : qent_fail(err, QENT_ENOMEM, "out of memory");
}

static qent_status parse_option(const cJSON *it, struct qent__xui_options *options, qent_error *err)
{
  struct qent__xui_choice *vless = &options->choice[QENT__XUI_VLESS];
  struct qent__xui_choice *shadowsocks = &options->choice[QENT__XUI_SHADOWSOCKS];

  if (strcmp(it->string, "vless_inbound") == 0 && !vless->given)
    return parse_choice(it, vless, err);
  if (strcmp(it->string, "shadowsocks_inbound") == 0 && !shadowsocks->given)
    return parse_choice(it, shadowsocks, err);
  if (strcmp(it->string, "public_host") == 0 && !options->public_host)
    return parse_host(it, options, err);
  if (strcmp(it->string, "flow") == 0)
    return qent__panel_flow_option(it, &options->flow, err);
  return qent_fail(err, QENT_EINVAL,
                   "option \"%.40s\" is unknown or given twice (there are vless_inbound, "
                   "shadowsocks_inbound, public_host, flow)",
                   it->string);
}

qent_status qent__xui_options_parse(const char *text, struct qent__xui_options *options,
                                    qent_error *err)
{
  cJSON *root = NULL;
  qent_status st = qent__panel_options(text, &root, err);

  options->flow = true;
  for (const cJSON *it = st == QENT_OK ? root->child : NULL; st == QENT_OK && it; it = it->next)
    st = parse_option(it, options, err);
  if (st == QENT_OK && options->choice[QENT__XUI_VLESS].none &&
      options->choice[QENT__XUI_SHADOWSOCKS].none)
    st = qent_fail(err, QENT_EINVAL, "options vless_inbound, shadowsocks_inbound: one is needed");
  cJSON_Delete(root);
  return st;
}

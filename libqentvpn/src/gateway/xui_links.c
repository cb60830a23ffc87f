/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/base64.h"
#include "util/text.h"
#include "util/url.h"
#include <stdio.h>
#include <string.h>

#define LINK_MAX 4096

void qent__xui_host(const qent__xui *xui, const char **host_out, size_t *len_out)
{
  qent__url url;

  if (xui->options.public_host) {
    *host_out = xui->options.public_host;
    *len_out = strlen(xui->options.public_host);
  } else if (qent__url_parse(xui->config.url, &url)) {
    *host_out = url.host.s;
    *len_out = url.host.len;
  } else {
    *host_out = "";
    *len_out = 0;
  }
}

static void add_host(qent_buf *link, const char *host, size_t len)
{
  bool v6 = memchr(host, ':', len) != NULL;

  qent_buf_adds(link, v6 ? "[" : "");
  qent_buf_add(link, host, len);
  qent_buf_adds(link, v6 ? "]" : "");
}

/* Visible ASCII and a scheme. The name behind "#" may hold anything but what ends a line. */
static bool link_ok(const char *link)
{
  size_t body = strcspn(link, "#");

  if (!strstr(link, "://") || strlen(link) > LINK_MAX)
    return false;
  for (size_t i = 0; link[i]; i++) {
    unsigned char c = (unsigned char)link[i];
    if (c <= ' ' || c == 0x7f || (i < body && c > 0x7f))
      return false;
  }
  return true;
}

static bool is_share_link(const char *link)
{
  static const char *const schemes[] = {"vless://", "ss://", "trojan://", "vmess://",
                                        "wireguard://"};

  for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
    if (qent__starts_with(link, schemes[i]))
      return true;
  return false;
}

/* A panel names in its links the host of the call that asked for them. */
static bool is_callers_host(const qent__xui *xui, const char *host, size_t len)
{
  qent__url url;

  if (qent__host_is_loopback(host, len))
    return true;
  return qent__url_parse(xui->config.url, &url) && url.host.len == len &&
         memcmp(url.host.s, host, len) == 0;
}

qent_status qent__xui_add_link(const qent__xui *xui, qent_account_view *view, const char *link,
                               qent_error *err)
{
  const char *host = NULL;
  const char *public_host;
  size_t len = 0;
  size_t public_len;
  bool v6;
  qent_buf out;
  qent_status st;

  if (!link_ok(link))
    return qent_fail(err, QENT_EPROTO, "the panel's links hold something that is no link");
  if (!is_share_link(link))
    return QENT_OK; /* an address of a subscription elsewhere, or a protocol that we do not sell */
  if (!qent__panel_link_host(link, &host, &len) || !is_callers_host(xui, host, len))
    return qent_account_view_add_link(view, link, err);
  qent__xui_host(xui, &public_host, &public_len);
  v6 = host[-1] == '[';
  qent_buf_init(&out, LINK_MAX + public_len + 2);
  qent_buf_add(&out, link, (size_t)(host - link) - v6);
  add_host(&out, public_host, public_len);
  qent_buf_adds(&out, host + len + v6);
  st = qent_buf_status(&out, err);
  if (st == QENT_OK)
    st = qent_account_view_add_link(view, out.data, err);
  qent_buf_dispose(&out);
  return st;
}

static void add_param(qent_buf *link, const char *name, const char *value)
{
  if (!value || !*value)
    return;
  qent_buf_addc(link, '&');
  qent_buf_adds(link, name);
  qent_buf_addc(link, '=');
  qent__percent_encode(link, value, strlen(value));
}

static const char *first_text(const cJSON *list)
{
  const cJSON *it = qent__json_first(list);

  while (it && (!cJSON_IsString(it) || !*it->valuestring))
    it = it->next;
  return it ? it->valuestring : "";
}

/* Source: MHSanaei/3x-ui v2.8.11, sub/subService.go genVlessLink. */
static void add_reality(qent_buf *link, const cJSON *stream)
{
  const cJSON *reality = qent__json_get(stream, "realitySettings");
  const cJSON *more = qent__json_get(reality, "settings");
  const cJSON *names = qent__json_get(reality, "serverNames");

  add_param(link, "pbk", qent__json_str_or(more, "publicKey", ""));
  add_param(link, "fp", qent__json_str_or(more, "fingerprint", "chrome"));
  add_param(link, "sni", cJSON_IsString(names) ? names->valuestring : first_text(names));
  add_param(link, "sid", first_text(qent__json_get(reality, "shortIds")));
  add_param(link, "spx", qent__json_str_or(more, "spiderX", "/"));
  add_param(link, "pqv", qent__json_str_or(more, "mldsa65Verify", ""));
}

static void add_tls(qent_buf *link, const cJSON *stream)
{
  const cJSON *tls = qent__json_get(stream, "tlsSettings");

  add_param(link, "fp", qent__json_str_or(qent__json_get(tls, "settings"), "fingerprint", ""));
  add_param(link, "sni", qent__json_str_or(tls, "serverName", ""));
  add_param(link, "alpn", first_text(qent__json_get(tls, "alpn")));
}

static void add_network(qent_buf *link, const cJSON *stream, const char *network)
{
  char name[32];
  const cJSON *settings;
  const char *host;

  (void)snprintf(name, sizeof name, "%.20sSettings", network);
  settings = qent__json_get(stream, name);
  host = qent__json_str_or(qent__json_get(settings, "headers"), "Host", "");
  add_param(link, "path", qent__json_str_or(settings, "path", ""));
  add_param(link, "host", qent__json_str_or(settings, "host", host));
  add_param(link, "serviceName", qent__json_str_or(settings, "serviceName", ""));
  add_param(link, "mode", qent__json_str_or(settings, "mode", ""));
}

static void add_vless(qent_buf *link, const qent__xui *xui, const struct qent__xui_part *part)
{
  const struct qent__xui_inbound *in = part->inbound;
  const char *network = qent__json_str_or(in->stream, "network", "tcp");
  const char *security = qent__json_str_or(in->stream, "security", "none");
  const char *host;
  size_t len;

  qent__xui_host(xui, &host, &len);
  qent_buf_adds(link, "vless://");
  qent__percent_encode(link, part->record.uuid, strlen(part->record.uuid));
  qent_buf_addc(link, '@');
  add_host(link, host, len);
  qent_buf_addc(link, ':');
  qent_buf_add_i64(link, in->port);
  qent_buf_adds(link, "?type=");
  qent__percent_encode(link, network, strlen(network));
  add_param(link, "encryption", qent__json_str_or(in->settings, "encryption", "none"));
  add_param(link, "security", security);
  if (strcmp(security, "reality") == 0)
    add_reality(link, in->stream);
  else if (strcmp(security, "tls") == 0)
    add_tls(link, in->stream);
  add_network(link, in->stream, network);
  add_param(link, "flow", in->vision ? qent__json_str_or(part->node, "flow", "") : "");
}

/* Shadowsocks 2022 takes server's and client's key, each percent-encoded and not base64 as a whole
 * (SIP022); panels up to 3.3 spell it the other way, which newer apps do not read. */
static void add_shadowsocks(qent_buf *link, const qent__xui *xui, const struct qent__xui_part *part)
{
  const struct qent__xui_inbound *in = part->inbound;
  const char *server_key = qent__json_str_or(in->settings, "password", "");
  const char *host;
  qent_buf user;
  size_t len;

  qent__xui_host(xui, &host, &len);
  qent_buf_adds(link, "ss://");
  if (qent__starts_with(in->method, "2022-")) {
    qent_buf_adds(link, in->method);
    qent_buf_addc(link, ':');
    qent__percent_encode(link, server_key, strlen(server_key));
    qent_buf_addc(link, ':');
    qent__percent_encode(link, part->record.password, strlen(part->record.password));
  } else {
    qent_buf_init(&user, LINK_MAX);
    qent_buf_addf(&user, "%s:%s", in->method, part->record.password);
    if (user.failed)
      qent_buf_fail(link, user.why);
    qent__base64_encode(link, user.data, user.len, QENT__BASE64_URL | QENT__BASE64_NOPAD);
    qent_buf_dispose(&user);
  }
  qent_buf_addc(link, '@');
  add_host(link, host, len);
  qent_buf_addc(link, ':');
  qent_buf_add_i64(link, in->port);
}

qent_status qent__xui_build_link(const qent__xui *xui, const struct qent__xui_part *part,
                                 const char *title, qent_account_view *view, qent_error *err)
{
  const char *protocol = part->inbound->protocol;
  bool vless = strcmp(protocol, "vless") == 0;
  qent_buf link;
  qent_status st;

  if (!vless && strcmp(protocol, "shadowsocks") != 0)
    return QENT_OK;
  qent_buf_init(&link, LINK_MAX);
  if (vless)
    add_vless(&link, xui, part);
  else
    add_shadowsocks(&link, xui, part);
  qent_buf_addc(&link, '#');
  qent__percent_encode(&link, title, strlen(title));
  st = qent_buf_status(&link, err);
  if (st == QENT_OK && !link_ok(link.data))
    st = qent_fail(err, QENT_EPROTO, "the panel's inbound gives no usable link");
  if (st == QENT_OK)
    st = qent_account_view_add_link(view, link.data, err);
  qent_buf_dispose(&link);
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/base64.h"
#include "util/random.h"
#include "util/secret.h"
#include "util/text.h"
#include "util/url.h"
#include "util/x25519.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ADD_PATH "/panel/api/inbounds/add"
#define METHOD "2022-blake3-aes-128-gcm"
#define METHOD_KEY_BYTES 16
#define MANY_USERS "2022-blake3-aes-"
#define STEP_CAP 512
#define SHORT_IDS 3
#define SHORT_ID_BYTES_MAX 8
#define SETTINGS_MAX ((size_t)4 << 10)

static int32_t port_of(const qent_provision_spec *spec, enum qent__xui_protocol p)
{
  return p == QENT__XUI_VLESS ? spec->vless_port : spec->shadowsocks_port;
}

static bool poses_as(const struct qent__xui_inbound *in, const char *camouflage)
{
  const cJSON *reality = qent__json_get(in->stream, "realitySettings");

  return qent__panel_holds_text(qent__json_get(reality, "serverNames"), camouflage);
}

/* Ours by its name: is it what it should be? Nothing of it is changed. */
static qent_status check_own(const struct qent__xui_inbound *in, enum qent__xui_protocol p,
                             const qent_provision_spec *spec, qent_error *err)
{
  const char *remark = qent__xui_own_remarks[p];
  bool vless = p == QENT__XUI_VLESS;

  if (strcmp(in->protocol, qent__xui_protocol_names[p]) != 0 ||
      !(vless ? in->reality : qent__starts_with(in->method, MANY_USERS)))
    return qent_fail(err, QENT_ECONFLICT, "inbound %s is there already and is not %s", remark,
                     vless ? "VLESS Reality" : "Shadowsocks 2022 for many users");
  if (!in->enable)
    return qent_fail(err, QENT_ECONFLICT, "inbound %s is there already and switched off", remark);
  if (in->port != port_of(spec, p))
    return qent_fail(err, QENT_ECONFLICT,
                     "inbound %s is there already, on port %" PRId64 " and not on %d", remark,
                     in->port, (int)port_of(spec, p));
  if (vless && !poses_as(in, spec->camouflage))
    return qent_fail(err, QENT_ECONFLICT, "inbound %s is there already and does not pose as %.100s",
                     remark, spec->camouflage);
  return QENT_OK;
}

/* The panel's own listener is no inbound; most panels come with the port that is wanted here. */
static bool is_panels_port(const qent__xui *xui, int32_t port)
{
  qent__url url;

  if (!qent__url_parse(xui->config.url, &url))
    return false;
  if (url.port > 0)
    return url.port == (uint32_t)port;
  return port == (qent__memieq(url.scheme.s, url.scheme.len, "https") ? 443 : 80);
}

static qent_status find_own(const qent__xui *xui, const qent_provision_spec *spec,
                            const struct qent__xui_inbounds *inbounds, enum qent__xui_protocol p,
                            bool *there_out, qent_error *err)
{
  int32_t port = port_of(spec, p);
  const struct qent__xui_inbound *taken = NULL;

  *there_out = false;
  for (size_t i = 0; i < inbounds->count; i++) {
    const struct qent__xui_inbound *in = &inbounds->items[i];
    if (in->remote)
      continue;
    if (strcmp(in->remark, qent__xui_own_remarks[p]) == 0) {
      *there_out = true;
      return check_own(in, p, spec, err);
    }
    if (in->port == port)
      taken = in;
  }
  if (taken)
    return qent_fail(err, QENT_ECONFLICT, "port %d is taken by the inbound \"%.60s\"", (int)port,
                     *taken->remark ? taken->remark : taken->tag);
  if (is_panels_port(xui, port))
    return qent_fail(err, QENT_ECONFLICT,
                     "port %d is the panel's own: choose another, or move the panel", (int)port);
  return QENT_OK;
}

static qent_status look(qent__xui *xui, const qent_provision_spec *spec,
                        bool there[QENT__XUI_PROTOCOLS], qent_error *err)
{
  struct qent__xui_inbounds inbounds = {.count = 0};
  qent_status st = qent__xui_read_inbounds(xui, &inbounds, err);

  for (int p = 0; st == QENT_OK && p < QENT__XUI_PROTOCOLS; p++)
    st = find_own(xui, spec, &inbounds, (enum qent__xui_protocol)p, &there[p], err);
  qent__xui_inbounds_dispose(&inbounds);
  return st;
}

static void tell(const qent__xui *xui, const qent_provision_spec *spec,
                 const bool there[QENT__XUI_PROTOCOLS], qent_provision_fn fn, void *user)
{
  char step[STEP_CAP];
  const char *host;
  size_t len;

  (void)snprintf(step, sizeof step, "inbound %s: VLESS Reality on port %d, posing as %s",
                 qent__xui_own_remarks[QENT__XUI_VLESS], (int)spec->vless_port, spec->camouflage);
  fn(step, there[QENT__XUI_VLESS], user);
  (void)snprintf(step, sizeof step, "inbound %s: Shadowsocks on port %d, " METHOD,
                 qent__xui_own_remarks[QENT__XUI_SHADOWSOCKS], (int)spec->shadowsocks_port);
  fn(step, there[QENT__XUI_SHADOWSOCKS], user);
  qent__xui_host(xui, &host, &len);
  (void)snprintf(step, sizeof step, "links lead to %.*s%s", (int)len, host,
                 qent__memieq(host, len, spec->public_host)
                     ? ""
                     : ", which the node's URL or its option public_host says");
  fn(step, true, user);
}

static void write_short_ids(qent_json_writer *w, qent_error *err)
{
  static const size_t bytes[SHORT_IDS] = {8, 4, 6};
  uint8_t id[SHORT_ID_BYTES_MAX];
  char text[2 * SHORT_ID_BYTES_MAX + 1];

  qent_jw_karray(w, "shortIds");
  for (size_t i = 0; i < SHORT_IDS; i++) {
    qent_status st = qent__random_bytes(id, bytes[i], err);
    if (st != QENT_OK)
      qent_buf_fail(w->buf, st);
    qent__hex_encode(id, bytes[i], text);
    qent_jw_str(w, text);
  }
  qent_jw_end_array(w);
}

static qent_status write_reality(qent_json_writer *w, const qent_provision_spec *spec,
                                 qent_error *err)
{
  char private_key[QENT__X25519_KEY_SIZE];
  char public_key[QENT__X25519_KEY_SIZE];
  char target[300];
  qent_status st = qent__x25519_pair(private_key, public_key, err);

  if (st != QENT_OK)
    return st;
  (void)snprintf(target, sizeof target, "%s:443", spec->camouflage);
  qent_jw_kobject(w, "realitySettings");
  qent_jw_kbool(w, "show", false);
  qent_jw_ki64(w, "xver", 0);
  qent_jw_kstr(w, "target", target);
  qent_jw_kstr(w, "dest", target); /* its name in older panels */
  qent_jw_karray(w, "serverNames");
  qent_jw_str(w, spec->camouflage);
  qent_jw_end_array(w);
  qent_jw_kstr(w, "privateKey", private_key);
  write_short_ids(w, err);
  qent_jw_kobject(w, "settings");
  qent_jw_kstr(w, "publicKey", public_key);
  qent_jw_kstr(w, "fingerprint", "chrome");
  qent_jw_kstr(w, "serverName", "");
  qent_jw_kstr(w, "spiderX", "/");
  qent_jw_end_object(w);
  qent_jw_end_object(w);
  qent__wipe(private_key, sizeof private_key);
  return QENT_OK;
}

static qent_status write_stream(qent_buf *out, const qent_provision_spec *spec,
                                enum qent__xui_protocol p, qent_error *err)
{
  qent_json_writer w;
  qent_status st = QENT_OK;

  qent_jw_init(&w, out);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "network", "tcp");
  qent_jw_kstr(&w, "security", p == QENT__XUI_VLESS ? "reality" : "none");
  qent_jw_karray(&w, "externalProxy");
  qent_jw_end_array(&w);
  if (p == QENT__XUI_VLESS)
    st = write_reality(&w, spec, err);
  qent_jw_kobject(&w, "tcpSettings");
  qent_jw_kbool(&w, "acceptProxyProtocol", false);
  qent_jw_kobject(&w, "header");
  qent_jw_kstr(&w, "type", "none");
  qent_jw_end_object(&w);
  qent_jw_end_object(&w);
  qent_jw_end_object(&w);
  return st == QENT_OK ? qent_jw_finish(&w, err) : st;
}

static qent_status write_settings(qent_buf *out, enum qent__xui_protocol p, qent_error *err)
{
  uint8_t key[METHOD_KEY_BYTES];
  qent_buf password;
  qent_json_writer w;
  qent_status st = qent__random_bytes(key, sizeof key, err);

  qent_buf_init(&password, SETTINGS_MAX);
  qent__base64_encode(&password, key, sizeof key, QENT__BASE64_STD);
  if (password.failed)
    qent_buf_fail(out, password.why);
  qent_jw_init(&w, out);
  qent_jw_object(&w);
  if (p == QENT__XUI_VLESS) {
    qent_jw_kstr(&w, "decryption", "none");
    qent_jw_karray(&w, "fallbacks");
    qent_jw_end_array(&w);
  } else {
    qent_jw_kstr(&w, "method", METHOD);
    qent_jw_kstr(&w, "password", password.data);
    qent_jw_kstr(&w, "network", "tcp,udp");
    qent_jw_kbool(&w, "ivCheck", false);
  }
  qent_jw_karray(&w, "clients");
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  qent__wipe(key, sizeof key);
  qent__buf_wipe(&password);
  return st == QENT_OK ? qent_jw_finish(&w, err) : st;
}

static qent_status write_inbound(qent_buf *body, const qent_provision_spec *spec,
                                 enum qent__xui_protocol p, const char *settings,
                                 const char *stream, qent_error *err)
{
  qent_json_writer w;

  qent_jw_init(&w, body);
  qent_jw_object(&w);
  qent_jw_kbool(&w, "enable", true);
  qent_jw_kstr(&w, "remark", qent__xui_own_remarks[p]);
  qent_jw_kstr(&w, "tag", qent__xui_own_remarks[p]);
  qent_jw_kstr(&w, "listen", "");
  qent_jw_ki64(&w, "port", port_of(spec, p));
  qent_jw_kstr(&w, "protocol", qent__xui_protocol_names[p]);
  qent_jw_ki64(&w, "up", 0);
  qent_jw_ki64(&w, "down", 0);
  qent_jw_ki64(&w, "total", 0);
  qent_jw_ki64(&w, "expiryTime", 0);
  qent_jw_kstr(&w, "settings", settings);
  qent_jw_kstr(&w, "streamSettings", stream);
  qent_jw_kstr(&w, "sniffing", "{\"enabled\":false,\"destOverride\":[\"http\",\"tls\",\"quic\"]}");
  qent_jw_end_object(&w);
  return qent_jw_finish(&w, err);
}

/* POST /panel/api/inbounds/add
 * Shape:  {"enable","remark","tag","listen","port","protocol","settings":"{...}",
 *         "streamSettings":"{...}","sniffing":"{...}",...} -> obj inbound. All versions take the
 *         three as texts. Before 3.0 the tag is replaced by "inbound-<port>".
 * Units:  expiryTime UNIX milliseconds, 0 never.
 * Errors: success=false: "Port already exists: N" or "port N (tcp) already used by inbound ...". A
 *         core that refuses the inbound shows only in the panel's state, up to 30 s later.
 * Source: MHSanaei/3x-ui v3.6.0 internal/web/controller/inbound.go; v2.8.11 web/service/inbound.go;
 *         reply in tests/data/3xui/inbound_added.json. */
static qent_status add_inbound(qent__xui *xui, const qent_provision_spec *spec,
                               enum qent__xui_protocol p, qent_error *err)
{
  qent_buf settings;
  qent_buf stream;
  qent_buf body;
  qent_status st;

  qent_buf_init(&settings, SETTINGS_MAX);
  qent_buf_init(&stream, SETTINGS_MAX);
  qent_buf_init(&body, QENT__XUI_BODY_MAX);
  st = write_settings(&settings, p, err);
  if (st == QENT_OK)
    st = write_stream(&stream, spec, p, err);
  if (st == QENT_OK)
    st = write_inbound(&body, spec, p, settings.data, stream.data, err);
  if (st == QENT_OK)
    st = qent__xui_post(xui, ADD_PATH, &body, err);
  qent__buf_wipe(&settings);
  qent__buf_wipe(&stream);
  qent__buf_wipe(&body);
  return st;
}

/* Add what lacks, then look: an answer that is no success may have been one. */
static qent_status apply(qent__xui *xui, const qent_provision_spec *spec,
                         bool there[QENT__XUI_PROTOCOLS], qent_error *err)
{
  qent_error second = QENT_ERROR_INIT;
  qent_status read;
  qent_status st = QENT_OK;

  for (int p = 0; st == QENT_OK && p < QENT__XUI_PROTOCOLS; p++)
    if (!there[p])
      st = add_inbound(xui, spec, (enum qent__xui_protocol)p, err);
  if (st == QENT_ETIMEOUT || st == QENT_ECANCELED || st == QENT_ENOMEM || st == QENT_EAUTH)
    return st;
  read = look(xui, spec, there, &second);
  if (read == QENT_OK && there[QENT__XUI_VLESS] && there[QENT__XUI_SHADOWSOCKS]) {
    qent_error_clear(err);
    return QENT_OK;
  }
  if (st != QENT_OK)
    return st;
  if (read == QENT_OK)
    return qent_fail(err, QENT_EPROTO, "the panel says that it added the inbounds and lacks one");
  if (err)
    *err = second;
  return read;
}

static bool is_host(const char *text)
{
  size_t len = strlen(text);

  for (size_t i = 0; i < len; i++)
    if (!qent__is_alnum(text[i]) && text[i] != '.' && text[i] != '-')
      return false;
  return len > 0 && len <= 253;
}

qent_status qent__xui_provision(qent__xui *xui, const qent_provision_spec *spec,
                                qent_provision_fn fn, void *user, qent_error *err)
{
  bool there[QENT__XUI_PROTOCOLS] = {false, false};
  qent_status st;

  if (!is_host(spec->camouflage))
    return qent_fail(err, QENT_EINVAL, "the camouflage is not a host name");
  st = qent__xui_need_api(xui, err);
  if (st != QENT_OK)
    return st;
  qent_panel_share_lock(xui->config.share);
  st = look(xui, spec, there, err);
  if (st == QENT_OK && spec->apply && !(there[QENT__XUI_VLESS] && there[QENT__XUI_SHADOWSOCKS]))
    st = apply(xui, spec, there, err);
  qent_panel_share_unlock(xui->config.share);
  xui->offer.known = false;
  if (st == QENT_OK)
    tell(xui, spec, there, fn, user);
  return st;
}

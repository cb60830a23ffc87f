/* SPDX-License-Identifier: MIT */
#include "link/read.h"
#include "util/alloc.h"
#include "util/base64.h"
#include "util/text.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 120

static const struct {
  const char *scheme;
  const char *protocol;
} schemes[] = {
    {"vless://", "vless"},         {"ss://", "shadowsocks"}, {"trojan://", "trojan"},
    {"vmess://", "vmess"},         {"awg://", "amneziawg"},  {"hysteria2://", "hysteria2"},
    {"wireguard://", "wireguard"},
};

/* Characters that a reader would not see or that YAML forbids: controls, marks of direction, line
 * separators, non-characters. */
static bool shown(uint32_t cp)
{
  return cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0) && cp != 0x061c &&
         !(cp >= 0x200b && cp <= 0x200f) && !(cp >= 0x2028 && cp <= 0x202e) &&
         !(cp >= 0x2060 && cp <= 0x206f) && cp != 0xfeff && (cp & 0xfffe) != 0xfffe &&
         !(cp >= 0xfdd0 && cp <= 0xfdef);
}

bool qent__link_shown(const char *s, size_t len)
{
  uint32_t cp = 0;

  for (size_t i = 0, n; i < len; i += n) {
    n = qent__utf8_next(s + i, len - i, &cp);
    if (n == 0 || !shown(cp))
      return false;
  }
  return true;
}

const char *qent__link_keep(qent__link *link, const char *s, size_t len, bool decode)
{
  qent_buf *store = &link->store;
  size_t start = store->len;
  bool good = true;

  if (decode)
    good = qent__percent_decode(store, s, len, false);
  else
    qent_buf_add(store, s, len);
  if (!good || !qent__link_shown(store->data + start, store->len - start)) {
    qent_buf_truncate(store, start);
    return NULL;
  }
  qent_buf_addc(store, '\0');
  return store->failed ? NULL : store->data + start;
}

char *qent__link_keep_base64(qent__link *link, const char *s, size_t len)
{
  qent_buf *store = &link->store;
  size_t start = store->len;
  size_t cap = qent__base64_decoded_max(len);
  size_t have = 0;
  unsigned alphabet = memchr(s, '-', len) || memchr(s, '_', len) ? QENT__BASE64_URL : 0;
  char *text = qent__malloc(cap);
  bool good;

  if (!text) {
    qent_buf_fail(store, QENT_ENOMEM);
    return NULL;
  }
  good = qent__base64_decode(s, len, alphabet | QENT__BASE64_PAD_OPTIONAL, text, cap, &have) &&
         !memchr(text, '\0', have);
  if (good) {
    qent_buf_add(store, text, have);
    qent_buf_addc(store, '\0');
  }
  qent__free(text);
  return good && !store->failed ? store->data + start : NULL;
}

bool qent__link_read_endpoint(qent__link *link, const char *s, size_t len)
{
  bool v6 = len > 0 && s[0] == '[';
  const char *end = len > 0 ? memchr(s, v6 ? ']' : ':', len) : NULL;
  const char *host = v6 ? s + 1 : s;
  const char *port = end ? end + (v6 ? 2 : 1) : NULL;
  uint64_t number = 0;

  if (!end || end == host || port > s + len || port[-1] != ':' ||
      !qent__parse_u64(port, (size_t)(s + len - port), 1, 65535, &number))
    return false;
  for (const char *at = host; at < end; at++) {
    if (!qent__is_alnum(*at) && *at != '.' && *at != '-' && *at != '_' && !(v6 && *at == ':'))
      return false;
  }
  link->host = qent__link_keep(link, host, (size_t)(end - host), false);
  link->port = (uint16_t)number;
  return link->host != NULL;
}

static void add_shown(qent_buf *store, const char *s, size_t len)
{
  size_t start = store->len;
  uint32_t cp = 0;

  for (size_t i = 0, n; i < len; i += n) {
    n = qent__utf8_next(s + i, len - i, &cp);
    if (n > 0 && shown(cp) && store->len - start + n <= NAME_MAX_BYTES)
      qent_buf_add(store, s + i, n);
    n += n == 0;
  }
}

/* A name is for people: what cannot be shown is dropped, the rest stays. */
static const char *read_name(qent__link *link, const char *s, size_t len)
{
  qent_buf *store = &link->store;
  qent_buf raw;
  size_t start = store->len;

  qent_buf_init(&raw, len + 1);
  if (!qent__percent_decode(&raw, s, len, false)) {
    qent_buf_reset(&raw);
    qent_buf_add(&raw, s, len);
  }
  if (raw.failed)
    qent_buf_fail(store, raw.why);
  add_shown(store, raw.data, raw.len);
  qent_buf_dispose(&raw);
  if (store->len == start)
    qent_buf_adds(store, "VPN");
  qent_buf_addc(store, '\0');
  return store->data + start;
}

static void read_body(qent__link *link, const char *uri, size_t len)
{
  const char *at = strstr(uri, "://");
  qent__span body;
  bool good = false;

  if (!at)
    return;
  body.s = at + 3;
  body.len = (size_t)(uri + len - body.s);
  if (qent__starts_with(uri, "vless://"))
    good = qent__link_read_stream(link, body, QENT__LINK_VLESS);
  else if (qent__starts_with(uri, "trojan://"))
    good = qent__link_read_stream(link, body, QENT__LINK_TROJAN);
  else if (qent__starts_with(uri, "ss://"))
    good = qent__link_read_shadowsocks(link, body);
  else if (qent__starts_with(uri, "awg://"))
    good = qent__link_read_conf(link, body);
  if (!good)
    link->kind = QENT__LINK_OTHER;
}

/* Bytes that came from us: no check. */
static const char *keep_raw(qent_buf *store, const char *s, size_t len)
{
  size_t start = store->len;

  qent_buf_add(store, s, len);
  qent_buf_addc(store, '\0');
  return store->data + start;
}

qent_status qent__link_read(const char *uri, size_t len, const char *node, const char *node_title,
                            qent__link *link_out, qent_error *err)
{
  qent__link link = {.kind = QENT__LINK_OTHER};
  const char *hash = memchr(uri, '#', len);
  size_t body = hash ? (size_t)(hash - uri) : len;
  size_t room = 4 * len + strlen(node) + strlen(node_title) + 2 * NAME_MAX_BYTES + 256;
  qent_status st;

  /* Pieces are pointed to, so the store must not move: nothing read is longer than written. */
  qent_buf_init(&link.store, room);
  (void)qent_buf_reserve(&link.store, room);
  st = qent_buf_status(&link.store, err);
  if (st == QENT_OK) {
    link.node = keep_raw(&link.store, node, strlen(node));
    link.node_title = keep_raw(&link.store, node_title, strlen(node_title));
    link.uri = keep_raw(&link.store, uri, len);
    link.name = read_name(&link, uri + body + (hash ? 1 : 0), len - body - (hash ? 1 : 0));
    read_body(&link, link.uri, body);
    st = qent_buf_status(&link.store, err);
  }
  if (st != QENT_OK) {
    qent__link_dispose(&link);
    return st;
  }
  *link_out = link;
  return QENT_OK;
}

void qent__link_dispose(qent__link *link)
{
  if (!link)
    return;
  qent_buf_dispose(&link->store);
  memset(link, 0, sizeof *link);
}

static bool taken(const qent__link *links, size_t count, const char *name)
{
  static const char *const reserved[] = {"vpn",         "auto", "direct",     "reject",
                                         "reject-drop", "pass", "compatible", "global"};

  for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
    if (qent__strieq(name, reserved[i]))
      return true;
  }
  for (size_t i = 0; i < count; i++) {
    if (strcmp(name, links[i].name) == 0)
      return true;
  }
  return false;
}

void qent__links_name(qent__link *links, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    const char *name = links[i].name;
    qent_buf *store = &links[i].store;
    size_t start = store->len;
    for (int64_t number = 2; taken(links, i, links[i].name) && !store->failed; number++) {
      qent_buf_truncate(store, start);
      qent_buf_adds(store, name);
      qent_buf_addc(store, ' ');
      qent_buf_add_i64(store, number);
      qent_buf_addc(store, '\0');
      links[i].name = store->data + start;
    }
  }
}

const char *qent__link_protocol(const qent__link *link)
{
  if (link->kind == QENT__LINK_WIREGUARD && !link->conf.amnezia)
    return "wireguard";
  for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
    if (qent__starts_with(link->uri, schemes[i].scheme))
      return schemes[i].protocol;
  }
  return "";
}

void qent__link_conf_name(const qent__link *link, const char *ending,
                          char name_out[QENT__CONF_NAME_MAX])
{
  const size_t most = 15;
  size_t len = 0;

  for (const char *at = link->node; *at && len < most; at++) {
    if (qent__is_alnum(*at) || *at == '-' || *at == '_')
      name_out[len++] = *at;
  }
  name_out[len] = '\0';
  (void)snprintf(name_out + len, QENT__CONF_NAME_MAX - len, "%s%s", len > 0 ? "" : "vpn", ending);
}

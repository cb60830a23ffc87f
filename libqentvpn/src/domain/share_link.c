/* SPDX-License-Identifier: MIT */
#include "domain/share_link.h"
#include "util/text.h"

#include <string.h>

#define LINK_MAX_BYTES 4096

static const struct {
  const char *scheme;
  const char *protocol;
  const char *shown;
} kinds[] = {
    {"vless://", "vless", "VLESS"},
    {"ss://", "shadowsocks", "Shadowsocks"},
    {"trojan://", "trojan", "Trojan"},
    {"vmess://", "vmess", "VMess"},
    {"wireguard://", "wireguard", "WireGuard"},
};

/* Visible ASCII only: everything else in a link is percent-encoded, and a newline would make two
 * links of one. */
static bool clean(const char *uri, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    if (uri[i] <= 0x20 || uri[i] > 0x7e || uri[i] == '"' || uri[i] == '<' || uri[i] == '>')
      return false;
  }
  return true;
}

static size_t kind_of(const char *uri, size_t len)
{
  size_t count = sizeof kinds / sizeof kinds[0];

  if (len > LINK_MAX_BYTES || !clean(uri, len))
    return count;
  for (size_t i = 0; i < count; i++) {
    size_t prefix = strlen(kinds[i].scheme);
    if (len > prefix && memcmp(uri, kinds[i].scheme, prefix) == 0)
      return i;
  }
  return count;
}

const char *qent__share_link_protocol(const char *uri, size_t len)
{
  size_t kind = kind_of(uri, len);

  return kind < sizeof kinds / sizeof kinds[0] ? kinds[kind].protocol : NULL;
}

void qent__share_link_add(qent_buf *out, const char *uri, const char *title)
{
  size_t len = strlen(uri);
  const char *name = memchr(uri, '#', len);
  size_t body = name ? (size_t)(name - uri) : len;
  size_t kind = kind_of(uri, body);

  if (kind == sizeof kinds / sizeof kinds[0])
    return;
  qent_buf_add(out, uri, body);
  qent_buf_addc(out, '#');
  qent__percent_encode(out, title, strlen(title));
  qent__percent_encode(out, " · ", strlen(" · "));
  qent_buf_adds(out, kinds[kind].shown);
  qent_buf_addc(out, '\n');
}

void qent__share_link_add_message(qent_buf *out, const char *message)
{
  qent_buf_adds(out, "vless://00000000-0000-4000-8000-000000000000@0.0.0.0:1"
                     "?encryption=none&type=tcp&security=none#");
  qent__percent_encode(out, message, strlen(message));
  qent_buf_addc(out, '\n');
}

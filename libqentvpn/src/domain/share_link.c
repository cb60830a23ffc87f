/* SPDX-License-Identifier: MIT */
#include "domain/share_link.h"
#include "util/text.h"

#include <string.h>

#define LINK_MAX_BYTES 4096
#define CONF_MAX_BYTES 32768 /* an "awg://" link holds a whole file */

static const struct {
  const char *scheme;
  const char *shown;
} kinds[] = {
    {"vless://", "VLESS"}, {"ss://", "Shadowsocks"},      {"trojan://", "Trojan"},
    {"vmess://", "VMess"}, {"wireguard://", "WireGuard"}, {"awg://", "AmneziaWG"},
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

  if (!clean(uri, len))
    return count;
  for (size_t i = 0; i < count; i++) {
    size_t prefix = strlen(kinds[i].scheme);
    size_t max = strcmp(kinds[i].scheme, "awg://") == 0 ? CONF_MAX_BYTES : LINK_MAX_BYTES;
    if (len > prefix && len <= max && memcmp(uri, kinds[i].scheme, prefix) == 0)
      return i;
  }
  return count;
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

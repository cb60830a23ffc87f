/* SPDX-License-Identifier: MIT */
#include "util/url.h"

#include "util/text.h"

#include <string.h>

static bool clean_text(const char *s, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c <= 0x20 || c >= 0x7f || c == '\\' || c == '#')
      return false;
  }
  return true;
}

static bool scheme_ok(const char *s, size_t len)
{
  if (len == 0 || !qent__is_alpha(s[0]))
    return false;
  for (size_t i = 1; i < len; i++) {
    if (!qent__is_alnum(s[i]) && s[i] != '+' && s[i] != '-' && s[i] != '.')
      return false;
  }
  return true;
}

static bool host_ok(const char *s, size_t len, bool ipv6)
{
  for (size_t i = 0; i < len; i++) {
    bool ok = qent__is_alnum(s[i]) || s[i] == '.' || s[i] == '-' || s[i] == '_';
    if (ipv6)
      ok = s[i] == ':' || s[i] == '.' || qent__is_alnum(s[i]);
    if (!ok)
      return false;
  }
  return !ipv6 || len >= 2;
}

static bool parse_port(const char *s, size_t len, uint32_t *port)
{
  uint64_t n = 0;
  if (!qent__parse_u64(s, len, 1, 65535, &n))
    return false;
  *port = (uint32_t)n;
  return true;
}

/* "user@host:port" */
static bool parse_authority(const char *s, size_t len, qent__url *out)
{
  const char *at = NULL;
  for (size_t i = 0; i < len; i++) {
    if (s[i] == '@')
      at = s + i;
  }
  if (at) {
    out->userinfo = (qent__span){s, (size_t)(at - s)};
    len -= (size_t)(at - s) + 1;
    s = at + 1;
  }
  bool ipv6 = len > 0 && s[0] == '[';
  const char *end = memchr(s, ipv6 ? ']' : ':', len);
  if (ipv6 && !end)
    return false;
  const char *host = ipv6 ? s + 1 : s;
  size_t host_len = end ? (size_t)(end - host) : len;
  out->host = (qent__span){host, host_len};
  if (!host_ok(host, host_len, ipv6))
    return false;
  if (!end)
    return true;
  const char *rest = ipv6 ? end + 1 : end;
  size_t rest_len = (size_t)(s + len - rest);
  if (rest_len == 0)
    return ipv6;
  return rest[0] == ':' && host_len > 0 && parse_port(rest + 1, rest_len - 1, &out->port);
}

bool qent__url_parse(const char *text, qent__url *out)
{
  qent__url u;
  memset(&u, 0, sizeof u);
  if (!text || !clean_text(text, strlen(text)))
    return false;
  const char *colon = strstr(text, "://");
  if (!colon || !scheme_ok(text, (size_t)(colon - text)))
    return false;
  u.scheme = (qent__span){text, (size_t)(colon - text)};
  const char *authority = colon + 3;
  size_t authority_len = strcspn(authority, "/?");
  if (!parse_authority(authority, authority_len, &u))
    return false;
  const char *path = authority + authority_len;
  u.path = (qent__span){path, strcspn(path, "?")};
  const char *query = path + u.path.len;
  if (*query == '?')
    u.query = (qent__span){query + 1, strlen(query + 1)};
  *out = u;
  return true;
}

static bool is_127(const char *s, size_t len)
{
  int64_t n = 0;
  for (int part = 0; part < 4; part++) {
    const char *dot = memchr(s, '.', len);
    size_t part_len = dot ? (size_t)(dot - s) : len;
    bool zero_led = part_len > 1 && s[0] == '0'; /* octal to some */
    if (zero_led || part_len > 3 || !qent__parse_i64(s, part_len, 0, 255, &n))
      return false;
    if ((part == 0 && n != 127) || (part < 3) != (dot != NULL))
      return false;
    if (dot) {
      s = dot + 1;
      len -= part_len + 1;
    }
  }
  return true;
}

bool qent__host_is_loopback(const char *host, size_t len)
{
  return qent__memieq(host, len, "localhost") || qent__memeq(host, len, "::1") || is_127(host, len);
}

qent_status qent__url_check(const char *text, qent_error *err)
{
  qent__url u;
  if (!qent__url_parse(text, &u))
    return qent_fail(err, QENT_EINVAL, "the URL is malformed");
  if (u.host.len == 0)
    return qent_fail(err, QENT_EINVAL, "the URL has no host");
  if (u.userinfo.s)
    return qent_fail(err, QENT_EINVAL, "the URL has a user part");
  if (qent__memieq(u.scheme.s, u.scheme.len, "https"))
    return QENT_OK;
  if (!qent__memieq(u.scheme.s, u.scheme.len, "http"))
    return qent_fail(err, QENT_EINVAL, "the URL is neither https nor http");
  if (!qent__host_is_loopback(u.host.s, u.host.len))
    return qent_fail(err, QENT_EINVAL, "plain http is allowed to this machine only, not to %.*s",
                     (int)(u.host.len < 100 ? u.host.len : 100), u.host.s);
  return QENT_OK;
}

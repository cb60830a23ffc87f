/* SPDX-License-Identifier: MIT */
/* ss://<user>@<host>:<port>, where <user> is base64url(method:password) (SIP002) or, for the
 * ciphers of 2022, percent-encoded method:key[:key] (SIP022); some panels write those in base64
 * too. Before SIP002 all of "method:password@host:port" was one base64. A link with a plugin is not
 * understood: apps differ in which plugins they have. */
#include "link/read.h"
#include "util/base64.h"
#include "util/text.h"

#include <string.h>

static const struct {
  const char *name;
  size_t key_bytes; /* of the ciphers of 2022, whose passwords are keys in base64 */
  bool one_key;     /* of them: it knows no users, so no "key:key" */
} methods[] = {
    {"2022-blake3-aes-128-gcm", 16, false},
    {"2022-blake3-aes-256-gcm", 32, false},
    {"2022-blake3-chacha20-poly1305", 32, true},
    {"aes-128-gcm", 0, false},
    {"aes-192-gcm", 0, false},
    {"aes-256-gcm", 0, false},
    {"chacha20-ietf-poly1305", 0, false},
    {"xchacha20-ietf-poly1305", 0, false},
};

/* "key" or "key:key" */
static bool keys_ok(const char *text, size_t bytes, bool one)
{
  unsigned char key[32];
  size_t len = 0;

  for (;;) {
    size_t part = strcspn(text, ":");
    if (!qent__base64_decode(text, part, QENT__BASE64_STD, key, bytes, &len) || len != bytes)
      return false;
    if (!text[part])
      return true;
    if (one)
      return false;
    text += part + 1;
  }
}

static bool method_ok(qent__link *link, const char *text, size_t len)
{
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
    if (!qent__memieq(text, len, methods[i].name))
      continue;
    link->method = methods[i].name;
    return methods[i].key_bytes == 0 ||
           keys_ok(link->secret, methods[i].key_bytes, methods[i].one_key);
  }
  return false;
}

/* "method:password" in the store. */
static bool split_user(qent__link *link, const char *user)
{
  const char *colon = user ? strchr(user, ':') : NULL;

  if (!colon || !colon[1] || !qent__link_shown(user, strlen(user)))
    return false;
  link->secret = colon + 1;
  return method_ok(link, user, (size_t)(colon - user));
}

static const char *last_at(const char *s, size_t len)
{
  while (len > 0) {
    if (s[--len] == '@')
      return s + len;
  }
  return NULL;
}

static bool read_old(qent__link *link, qent__span body)
{
  char *text = qent__link_keep_base64(link, body.s, body.len);
  const char *at = text ? last_at(text, strlen(text)) : NULL;

  if (!at || !qent__link_read_endpoint(link, at + 1, strlen(at + 1)))
    return false;
  text[at - text] = '\0';
  return split_user(link, text);
}

/* 3x-ui writes "type=tcp" and the like; another transport or a plugin is beyond us. */
static bool query_ok(qent__link *link, qent__span query)
{
  static const char plugin[] = "plugin";

  for (size_t i = 0; i + sizeof plugin - 1 < query.len; i++) {
    if (memcmp(query.s + i, plugin, sizeof plugin - 1) == 0)
      return false;
  }
  return qent__link_read_query(link, query) && link->network == QENT__LINK_TCP &&
         link->security == QENT__LINK_NONE;
}

bool qent__link_read_shadowsocks(qent__link *link, qent__span body)
{
  const char *mark = memchr(body.s, '?', body.len);
  size_t len = mark ? (size_t)(mark - body.s) : body.len;
  qent__span query = {mark ? mark + 1 : body.s, mark ? body.len - len - 1 : 0};
  const char *at;
  const char *user;
  size_t user_len;

  link->kind = QENT__LINK_SHADOWSOCKS;
  if (!query_ok(link, query))
    return false;
  if (len > 0 && body.s[len - 1] == '/')
    len--;
  at = last_at(body.s, len);
  if (!at)
    return read_old(link, (qent__span){body.s, len});
  user_len = (size_t)(at - body.s);
  if (memchr(body.s, ':', user_len) || memchr(body.s, '%', user_len))
    user = qent__link_keep(link, body.s, user_len, true);
  else
    user = qent__link_keep_base64(link, body.s, user_len);
  return split_user(link, user) && qent__link_read_endpoint(link, at + 1, len - user_len - 1);
}

/* SPDX-License-Identifier: MIT */
/* vless://<uuid>@<host>:<port>?<query> and trojan://<password>@…
 * Keys of the query: type, security, encryption, flow, sni, fp, alpn, pbk, sid, path, host,
 * serviceName, allowInsecure, insecure.
 * Source: XTLS/Xray-core discussion 716; 2dust/v2rayNG FmtBase.kt. */
#include "link/read.h"
#include "util/base64.h"
#include "util/text.h"

#include <string.h>

#define X25519_KEY 32
#define ML_KEM_768_KEY 1184
/* What is shorter in an encryption is a padding. */
#define ENCRYPTION_KEY_MIN 20

struct word {
  const char *text;
  int value;
};

/* False: a word that we do not know, so the link is not understood. */
static bool take_word(const struct word *words, size_t count, qent__span value, int *value_out)
{
  for (size_t i = 0; i < count; i++) {
    if (qent__memeq(value.s, value.len, words[i].text)) {
      *value_out = words[i].value;
      return true;
    }
  }
  return false;
}

static bool take_network(qent__link *link, qent__span value)
{
  static const struct word words[] = {
      {"tcp", QENT__LINK_TCP},     {"raw", QENT__LINK_TCP},
      {"", QENT__LINK_TCP},        {"ws", QENT__LINK_WS},
      {"grpc", QENT__LINK_GRPC},   {"httpupgrade", QENT__LINK_HTTPUPGRADE},
      {"xhttp", QENT__LINK_XHTTP}, {"splithttp", QENT__LINK_XHTTP},
  };
  int found = 0;
  bool known = take_word(words, sizeof words / sizeof words[0], value, &found);

  link->network = (enum qent__link_network)found;
  return known;
}

static bool take_security(qent__link *link, qent__span value)
{
  static const struct word words[] = {
      {"none", QENT__LINK_NONE},
      {"", QENT__LINK_NONE},
      {"tls", QENT__LINK_TLS},
      {"reality", QENT__LINK_REALITY},
  };
  int found = 0;
  bool known = take_word(words, sizeof words / sizeof words[0], value, &found);

  link->security = (enum qent__link_security)found;
  return known;
}

/* An app that does not know a fingerprint refuses its whole configuration; so what not all know
 * becomes the usual one. */
static void take_fingerprint(qent__link *link, qent__span value)
{
  static const char *const known[] = {"chrome", "firefox", "safari", "ios",   "android",
                                      "edge",   "360",     "qq",     "random"};

  link->fingerprint = "chrome";
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (qent__memeq(value.s, value.len, known[i]))
      link->fingerprint = known[i];
  }
}

static bool take_flow(qent__link *link, qent__span value)
{
  static const char vision[] = "xtls-rprx-vision";

  if (value.len == 0)
    return true;
  if (!qent__memeq(value.s, value.len, vision) &&
      !qent__memeq(value.s, value.len, "xtls-rprx-vision-udp443"))
    return false;
  link->flow = vision;
  return true;
}

static bool take_text(qent__link *link, qent__span value, const char **text_out)
{
  if (value.len == 0)
    return true;
  *text_out = qent__link_keep(link, value.s, value.len, true);
  return *text_out != NULL;
}

static bool is_encryption_key(const char *s, size_t len)
{
  unsigned char key[ML_KEM_768_KEY];
  size_t key_len = 0;

  return qent__base64_decode(s, len, QENT__BASE64_URL | QENT__BASE64_NOPAD, key, sizeof key,
                             &key_len) &&
         (key_len == X25519_KEY || key_len == ML_KEM_768_KEY);
}

/* "mlkem768x25519plus.native.0rtt.<padding, short>.<key>", with any number of paddings and keys.
 * Source: MetaCubeX/mihomo v1.19.20, transport/vless/encryption/factory.go. */
static bool encryption_ok(const char *text)
{
  static const char *const words[][3] = {
      {"mlkem768x25519plus"}, {"native", "xorpub", "random"}, {"0rtt", "1rtt"}};
  bool has_key = false;

  for (size_t part = 0;; part++) {
    size_t len = strcspn(text, ".");
    bool known = part >= 3 && len < ENCRYPTION_KEY_MIN;
    for (size_t i = 0; part < 3 && i < 3 && words[part][i]; i++)
      known = known || qent__memeq(text, len, words[part][i]);
    if (!known && (part < 3 || !is_encryption_key(text, len)))
      return false;
    has_key = has_key || !known;
    if (!text[len])
      return has_key;
    text += len + 1;
  }
}

static bool take_encryption(qent__link *link, qent__span value)
{
  if (qent__memeq(value.s, value.len, "none"))
    return true;
  return take_text(link, value, &link->encryption) &&
         (!link->encryption || encryption_ok(link->encryption));
}

/* The path is a piece of an address to the apps, with escapes of its own. */
static bool path_ok(const char *path)
{
  uint64_t byte = 0;

  for (; path && *path; path++) {
    if (*path == '%' && !qent__parse_hex64(path + 1, 2, &byte))
      return false;
  }
  return true;
}

static bool take_pair(qent__link *link, qent__span key, qent__span value)
{
  const struct {
    const char *key;
    const char **to;
  } texts[] = {
      {"sni", &link->sni},
      {"alpn", &link->alpn},
      {"pbk", &link->public_key},
      {"sid", &link->short_id},
      {"path", &link->path},
      {"host", &link->host_header},
      {"serviceName", &link->service_name},
  };

  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (qent__memeq(key.s, key.len, texts[i].key))
      return take_text(link, value, texts[i].to);
  }
  if (qent__memeq(key.s, key.len, "type"))
    return take_network(link, value);
  if (qent__memeq(key.s, key.len, "security"))
    return take_security(link, value);
  if (qent__memeq(key.s, key.len, "encryption"))
    return take_encryption(link, value);
  if (qent__memeq(key.s, key.len, "flow"))
    return take_flow(link, value);
  if (qent__memeq(key.s, key.len, "headerType"))
    return value.len == 0 || qent__memeq(value.s, value.len, "none");
  if (qent__memeq(key.s, key.len, "fp"))
    take_fingerprint(link, value);
  if (qent__memeq(key.s, key.len, "allowInsecure") || qent__memeq(key.s, key.len, "insecure"))
    link->insecure =
        qent__memeq(value.s, value.len, "1") || qent__memeq(value.s, value.len, "true");
  return true;
}

bool qent__link_read_query(qent__link *link, qent__span query)
{
  const char *at = query.s;
  const char *end = query.s + query.len;

  while (at < end) {
    const char *next = memchr(at, '&', (size_t)(end - at));
    size_t len = (size_t)((next ? next : end) - at);
    const char *equals = memchr(at, '=', len);
    qent__span key = {at, equals ? (size_t)(equals - at) : len};
    qent__span value = {equals ? equals + 1 : at + len, 0};
    value.len = len - (size_t)(value.s - at);
    if (!take_pair(link, key, value))
      return false;
    at += len + (next ? 1 : 0);
  }
  return true;
}

static bool uuid_ok(const char *text)
{
  static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  uint64_t digit = 0;

  if (strlen(text) != sizeof form - 1)
    return false;
  for (size_t i = 0; form[i]; i++) {
    if (form[i] == '-' ? text[i] != '-' : !qent__parse_hex64(text + i, 1, &digit))
      return false;
  }
  return true;
}

/* Keys that an app would refuse together with its whole configuration. */
static bool reality_ok(qent__link *link)
{
  unsigned char key[32];
  unsigned char id[8];
  size_t len = 0;

  if (!link->short_id)
    link->short_id = "";
  return link->public_key && strlen(link->short_id) <= 16 &&
         qent__hex_decode(link->short_id, strlen(link->short_id), id, strlen(link->short_id) / 2) &&
         qent__base64_decode(link->public_key, strlen(link->public_key),
                             QENT__BASE64_URL | QENT__BASE64_NOPAD, key, sizeof key, &len) &&
         len == sizeof key;
}

bool qent__link_read_stream(qent__link *link, qent__span body, enum qent__link_kind kind)
{
  const char *mark = memchr(body.s, '?', body.len);
  size_t authority = mark ? (size_t)(mark - body.s) : body.len;
  const char *at = memchr(body.s, '@', authority);
  qent__span query = {mark ? mark + 1 : body.s, 0};
  size_t endpoint;

  if (!at)
    return false;
  query.len = mark ? (size_t)(body.s + body.len - query.s) : 0;
  endpoint = authority - (size_t)(at + 1 - body.s);
  if (endpoint > 0 && at[endpoint] == '/')
    endpoint--;
  link->kind = kind;
  link->fingerprint = "chrome";
  /* Trojan is TLS unless the link says otherwise. */
  link->security = kind == QENT__LINK_TROJAN ? QENT__LINK_TLS : QENT__LINK_NONE;
  link->secret = qent__link_keep(link, body.s, (size_t)(at - body.s), true);
  if (!link->secret || !*link->secret || !qent__link_read_endpoint(link, at + 1, endpoint) ||
      !qent__link_read_query(link, query) || !path_ok(link->path))
    return false;
  if (kind == QENT__LINK_VLESS && !uuid_ok(link->secret))
    return false;
  return link->security != QENT__LINK_REALITY || reality_ok(link);
}

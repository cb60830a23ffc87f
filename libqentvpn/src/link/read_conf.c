/* SPDX-License-Identifier: MIT */
/* The .conf of a WireGuard or AmneziaWG account, carried as awg://<base64url>. */
#include "link/read.h"
#include "util/base64.h"
#include "util/cidr.h"
#include "util/text.h"

#include <string.h>

const struct qent__awg_field qent__awg_fields[QENT__AWG_FIELDS] = {
    {"Jc", true},  {"Jmin", true}, {"Jmax", true}, {"S1", true},  {"S2", true},
    {"H1", false}, {"H2", false},  {"H3", false},  {"H4", false}, {"S3", true},
    {"S4", true},  {"I1", false},  {"I2", false},  {"I3", false}, {"I4", false},
    {"I5", false}, {"J1", false},  {"J2", false},  {"J3", false}, {"Itime", true},
};

/* The first ones: those without which AmneziaVPN takes a file for plain WireGuard. */
#define AWG_NEEDED 9

struct line {
  const char *key;
  size_t key_len;
  const char *value;
  size_t value_len;
};

static bool split_line(const char *s, size_t len, struct line *line)
{
  const char *equals = memchr(s, '=', len);

  if (!equals)
    return false;
  line->key = s;
  line->key_len = (size_t)(equals - s);
  line->value = equals + 1;
  line->value_len = len - line->key_len - 1;
  qent__trim(&line->key, &line->key_len);
  qent__trim(&line->value, &line->value_len);
  return line->value_len > 0;
}

static const char **place_of_awg(struct qent__link_conf *conf, const struct line *line)
{
  for (size_t i = 0; i < QENT__AWG_FIELDS; i++) {
    if (qent__memieq(line->key, line->key_len, qent__awg_fields[i].name))
      return &conf->awg[i];
  }
  return NULL;
}

/* Where a field of the section goes; NULL: nowhere. */
static const char **place_of(struct qent__link_conf *conf, bool peer, const struct line *line)
{
  const struct {
    const char *key;
    bool peer;
    const char **to;
  } places[] = {
      {"PrivateKey", false, &conf->private_key},
      {"Address", false, &conf->address},
      {"DNS", false, &conf->dns},
      {"MTU", false, &conf->mtu},
      {"PublicKey", true, &conf->public_key},
      {"PresharedKey", true, &conf->preshared_key},
      {"AllowedIPs", true, &conf->allowed_ips},
      {"PersistentKeepalive", true, &conf->keepalive},
  };

  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    if (peer == places[i].peer && qent__memieq(line->key, line->key_len, places[i].key))
      return places[i].to;
  }
  return peer ? NULL : place_of_awg(conf, line);
}

static bool take_line(qent__link *link, bool peer, const struct line *line)
{
  const char **to = place_of(&link->conf, peer, line);

  if (peer && qent__memieq(line->key, line->key_len, "Endpoint"))
    return qent__link_read_endpoint(link, line->value, line->value_len);
  if (!to)
    return true;
  *to = qent__link_keep(link, line->value, line->value_len, false);
  return *to != NULL;
}

/* Commands that wg-quick would run as root have no place in a buyer's file. */
static bool forbidden(const struct line *line)
{
  static const char *const keys[] = {"PreUp", "PostUp", "PreDown", "PostDown", "SaveConfig"};

  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    if (qent__memieq(line->key, line->key_len, keys[i]))
      return true;
  }
  return false;
}

static bool take_lines(qent__link *link, const char *text)
{
  bool peer = false;
  int sections = 0;

  while (*text) {
    size_t len = strcspn(text, "\n");
    const char *s = text;
    size_t trimmed = len;
    struct line line;
    qent__trim(&s, &trimmed);
    if (!qent__link_shown(s, trimmed))
      return false;
    if (trimmed > 0 && s[0] == '[') {
      peer = qent__memieq(s, trimmed, "[Peer]");
      sections++;
    } else if (trimmed > 0 && s[0] != '#' && split_line(s, trimmed, &line) &&
               (forbidden(&line) || !take_line(link, peer, &line))) {
      return false;
    }
    text += len;
    text += *text == '\n';
  }
  return sections == 2; /* one interface, one peer */
}

static bool number_ok(const char *text, uint64_t max)
{
  uint64_t value = 0;

  return !text || qent__parse_u64(text, strlen(text), 0, max, &value);
}

static bool awg_ok(const struct qent__link_conf *conf)
{
  for (size_t i = 0; i < QENT__AWG_FIELDS; i++) {
    if (qent__awg_fields[i].number && !number_ok(conf->awg[i], INT32_MAX))
      return false;
  }
  return true;
}

/* One 32-byte key in base64. */
static bool key_ok(const char *text)
{
  unsigned char key[32];
  size_t len = 0;

  return text && qent__base64_decode(text, strlen(text), QENT__BASE64_STD, key, sizeof key, &len) &&
         len == sizeof key;
}

/* "10.8.0.2/32, fd00::2/128" */
static bool networks_ok(const char *text)
{
  char item[QENT__ADDRESS_CAP];
  qent__network network;

  do {
    const char *s = text;
    size_t len = strcspn(text, ",");
    text += len;
    qent__trim(&s, &len);
    if (!qent__copy_text(item, sizeof item, s, len) || !qent__network_parse(item, &network))
      return false;
  } while (*text++);
  return true;
}

bool qent__link_read_conf(qent__link *link, qent__span body)
{
  struct qent__link_conf *conf = &link->conf;

  link->kind = QENT__LINK_WIREGUARD;
  conf->text = qent__link_keep_base64(link, body.s, body.len);
  if (!conf->text || !take_lines(link, conf->text))
    return false;
  conf->amnezia = true;
  for (size_t i = 0; i < AWG_NEEDED; i++)
    conf->amnezia = conf->amnezia && conf->awg[i];
  return link->host && awg_ok(conf) && conf->address && networks_ok(conf->address) &&
         (!conf->allowed_ips || networks_ok(conf->allowed_ips)) && key_ok(conf->private_key) &&
         key_ok(conf->public_key) && (!conf->preshared_key || key_ok(conf->preshared_key)) &&
         number_ok(conf->mtu, 65535) && number_ok(conf->keepalive, 65535);
}

/* SPDX-License-Identifier: MIT */
#include "app/settings_rules.h"

#include "util/cidr.h"
#include "util/text.h"
#include "util/url.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_TELEGRAM_ID ((INT64_C(1) << 52) - 1)
#define MAX_ITEM_BYTES 256
#define MAX_SHOP_NAME_UNITS 25 /* what VPN apps show of a profile-title */
#define MAX_PATH_BYTES 1024

static bool refuse(qent__setting_fault *fault, const char *problem, const char *remedy)
{
  fault->problem = problem;
  fault->remedy = remedy;
  return false;
}

static bool all_of(const char *s, size_t len, const char *also)
{
  for (size_t i = 0; i < len; i++) {
    if (!qent__is_alnum(s[i]) && !strchr(also, s[i]))
      return false;
  }
  return true;
}

static bool all_digits(const char *s, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    if (!qent__is_digit(s[i]))
      return false;
  }
  return len > 0;
}

bool qent__rule_database(const char *value, size_t len, qent__setting_fault *fault)
{
  static const char remedy[] =
      "write sqlite:///absolute/path.db, sqlite:relative.db or sqlite::memory:";

  if (!qent__starts_with(value, "sqlite:"))
    return refuse(fault, "is not a database URL that this version knows", remedy);
  if (qent__starts_with(value, "sqlite://") && !qent__starts_with(value, "sqlite:///"))
    return refuse(fault, "names a host, but SQLite is a file", remedy);
  if (len > MAX_PATH_BYTES || value[len - 1] == '/' || value[len - 1] == ':') {
    if (strcmp(value, "sqlite::memory:") != 0)
      return refuse(fault, "names no file", remedy);
  }
  return true;
}

bool qent__rule_master_key(const char *value, size_t len, qent__setting_fault *fault)
{
  uint8_t key[32];
  bool good = qent__hex_decode(value, len, key, sizeof key);

  qent__wipe(key, sizeof key);
  if (!good)
    return refuse(fault, "is not 64 hexadecimal digits",
                  "keep the one qentctl init made; a new one: openssl rand -hex 32");
  return true;
}

bool qent__rule_bot_token(const char *value, size_t len, qent__setting_fault *fault)
{
  const char *colon = memchr(value, ':', len);
  size_t digits = colon ? (size_t)(colon - value) : 0;
  size_t rest = colon ? len - digits - 1 : 0;

  if (!colon || digits > 19 || !all_digits(value, digits) || rest < 30 || rest > 100 ||
      !all_of(colon + 1, rest, "_-"))
    return refuse(fault, "is not a bot token",
                  "copy it from @BotFather: digits, a colon, 35 letters and digits");
  return true;
}

bool qent__rule_base_url(const char *value, size_t len, qent__setting_fault *fault)
{
  qent__url url;

  if (len > MAX_PATH_BYTES || !qent__url_parse(value, &url) || url.query.s)
    return refuse(fault, "is a base URL with a query, or too long",
                  "write only scheme, host and path");
  return true;
}

bool qent__rule_telegram_id(const char *value, size_t len, qent__setting_fault *fault)
{
  int64_t id;

  if (!qent__parse_i64(value, len, 1, MAX_TELEGRAM_ID, &id))
    return refuse(fault, "holds something that is no Telegram id",
                  "write the numbers that @userinfobot tells, separated by commas");
  return true;
}

bool qent__rule_listen(const char *value, size_t len, qent__setting_fault *fault)
{
  static const char remedy[] = "write address:port, such as 127.0.0.1:8080 or [::1]:8080";
  const char *colon = strrchr(value, ':');
  char host[INET6_ADDRSTRLEN];
  unsigned char address[16];
  int64_t port;
  int family = AF_INET;
  const char *start = value;
  const char *end = colon;

  if (!colon || !qent__parse_i64(colon + 1, len - (size_t)(colon - value) - 1, 0, 65535, &port))
    return refuse(fault, "has no valid port", remedy);
  if (*start == '[' && end > start && end[-1] == ']') {
    family = AF_INET6;
    start++;
    end--;
  }
  if (!qent__copy_text(host, sizeof host, start, (size_t)(end - start)) ||
      inet_pton(family, host, address) != 1)
    return refuse(fault, "has no valid address", remedy);
  return true;
}

bool qent__rule_network(const char *value, size_t len, qent__setting_fault *fault)
{
  char text[MAX_ITEM_BYTES];
  qent__network network;

  if (!qent__copy_text(text, sizeof text, value, len) || !qent__network_parse(text, &network))
    return refuse(fault, "holds something that is no address and no network",
                  "write addresses such as 10.0.0.5 or networks such as 172.16.0.0/12");
  return true;
}

size_t qent__origin_len(const char *url)
{
  const char *authority = strstr(url, "://");

  return authority ? (size_t)(authority + 3 - url) + strcspn(authority + 3, "/?") : 0;
}

bool qent__rule_origin(const char *value, size_t len, qent__setting_fault *fault)
{
  char text[MAX_ITEM_BYTES];

  if (!qent__copy_text(text, sizeof text, value, len) || qent__url_check(text, NULL) != QENT_OK ||
      qent__origin_len(text) != len)
    return refuse(fault, "holds something that is no origin",
                  "write https://host or https://host:port, without a path or a final slash");
  return true;
}

bool qent__rule_shop_id(const char *value, size_t len, qent__setting_fault *fault)
{
  if (len > 20 || !all_digits(value, len))
    return refuse(fault, "is not a shopId", "copy the digits from YooKassa's settings page");
  return true;
}

bool qent__rule_shop_key(const char *value, size_t len, qent__setting_fault *fault)
{
  if ((!qent__starts_with(value, "test_") && !qent__starts_with(value, "live_")) || len < 16 ||
      len > 200 || !all_of(value, len, "_-"))
    return refuse(fault, "is not a secret key",
                  "make one in YooKassa's settings: live_... or test_...");
  return true;
}

bool qent__rule_email(const char *value, size_t len, qent__setting_fault *fault)
{
  const char *at = memchr(value, '@', len);
  size_t name = at ? (size_t)(at - value) : 0;
  const char *dot = at ? strrchr(at, '.') : NULL;

  if (!at || name == 0 || !dot || dot == at + 1 || dot[1] == '\0' || len > 254 ||
      !all_of(value, name, ".!#$%&'*+/=?^_`{|}~-") || !all_of(at + 1, len - name - 1, ".-"))
    return refuse(fault, "is not an e-mail address", "write name@host.example");
  return true;
}

bool qent__rule_shop_name(const char *value, size_t len, qent__setting_fault *fault)
{
  if (qent__utf16_len(value, len) > MAX_SHOP_NAME_UNITS)
    return refuse(fault, "is too long", "use at most 25 characters: VPN apps show no more");
  return true;
}

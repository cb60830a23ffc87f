/* SPDX-License-Identifier: MIT */
#include "common/cidr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void set_v4(app_address *address, const void *four)
{
  memcpy(address->bytes, mapped_prefix, sizeof mapped_prefix);
  memcpy(address->bytes + 12, four, 4);
}

static bool is_v4(const app_address *address)
{
  return memcmp(address->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool app_address_parse(const char *text, size_t len, app_address *address_out)
{
  char copy[APP_ADDRESS_TEXT_MAX];
  struct in_addr v4;
  struct in6_addr v6;

  if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
    text++;
    len -= 2;
  }
  if (len == 0 || len >= sizeof copy || memchr(text, '\0', len))
    return false;
  memcpy(copy, text, len);
  copy[len] = '\0';
  if (inet_pton(AF_INET, copy, &v4) == 1) {
    set_v4(address_out, &v4);
    return true;
  }
  if (inet_pton(AF_INET6, copy, &v6) == 1) {
    memcpy(address_out->bytes, &v6, sizeof address_out->bytes);
    return true;
  }
  return false;
}

bool app_address_from_sockaddr(const struct sockaddr *sa, app_address *address_out)
{
  if (!sa)
    return false;
  if (sa->sa_family == AF_INET) {
    struct sockaddr_in in;
    memcpy(&in, sa, sizeof in);
    set_v4(address_out, &in.sin_addr);
    return true;
  }
  if (sa->sa_family == AF_INET6) {
    struct sockaddr_in6 in6;
    memcpy(&in6, sa, sizeof in6);
    memcpy(address_out->bytes, &in6.sin6_addr, sizeof address_out->bytes);
    return true;
  }
  return false;
}

void app_address_format(const app_address *address, char text_out[APP_ADDRESS_TEXT_MAX])
{
  const char *done = is_v4(address)
                         ? inet_ntop(AF_INET, address->bytes + 12, text_out, APP_ADDRESS_TEXT_MAX)
                         : inet_ntop(AF_INET6, address->bytes, text_out, APP_ADDRESS_TEXT_MAX);
  if (!done)
    text_out[0] = '\0';
}

bool app_address_is_loopback(const app_address *address)
{
  static const uint8_t v6_loopback[16] = {[15] = 1};

  if (is_v4(address))
    return address->bytes[12] == 127;
  return memcmp(address->bytes, v6_loopback, sizeof v6_loopback) == 0;
}

static bool parse_bits(const char *text, unsigned max, unsigned *bits_out)
{
  unsigned bits = 0;

  if (!*text || strlen(text) > 3)
    return false;
  for (; *text; text++) {
    if (*text < '0' || *text > '9')
      return false;
    bits = bits * 10 + (unsigned)(*text - '0');
  }
  if (bits > max)
    return false;
  *bits_out = bits;
  return true;
}

static uint8_t mask_of(unsigned bits, size_t index)
{
  unsigned start = (unsigned)index * 8;

  if (bits >= start + 8)
    return 0xff;
  if (bits <= start)
    return 0;
  return (uint8_t)(0xff00u >> (bits - start));
}

bool app_cidr_parse(const char *text, app_cidr *cidr_out)
{
  const char *slash = strchr(text, '/');
  app_cidr cidr = {{{0}}, 128};
  size_t len = slash ? (size_t)(slash - text) : strlen(text);

  if (!app_address_parse(text, len, &cidr.network))
    return false;
  if (slash) {
    bool v4 = is_v4(&cidr.network) && !memchr(text, ':', len);
    unsigned bits = 0;
    if (!parse_bits(slash + 1, v4 ? 32 : 128, &bits))
      return false;
    cidr.bits = v4 ? bits + 96 : bits;
  }
  for (size_t i = 0; i < sizeof cidr.network.bytes; i++) {
    if (cidr.network.bytes[i] & (uint8_t)~mask_of(cidr.bits, i))
      return false;
  }
  *cidr_out = cidr;
  return true;
}

bool app_cidr_contains(const app_cidr *cidr, const app_address *address)
{
  for (size_t i = 0; i < sizeof address->bytes; i++) {
    uint8_t mask = mask_of(cidr->bits, i);
    if ((address->bytes[i] & mask) != (cidr->network.bytes[i] & mask))
      return false;
  }
  return true;
}

bool app_cidr_any_contains(const app_cidr *cidrs, size_t count, const app_address *address)
{
  for (size_t i = 0; i < count; i++) {
    if (app_cidr_contains(&cidrs[i], address))
      return true;
  }
  return false;
}

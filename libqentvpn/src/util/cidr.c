/* SPDX-License-Identifier: MIT */
#include "util/cidr.h"

#include "util/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define V4_PREFIX_BITS 96U

/* True for either family; *bits_out is how many leading bits are not the text's own. */
static bool parse_address(const char *text, uint8_t address[16], unsigned *fixed_bits_out)
{
  static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

  if (inet_pton(AF_INET, text, address + 12) == 1) {
    memcpy(address, mapped, sizeof mapped);
    *fixed_bits_out = V4_PREFIX_BITS;
    return true;
  }
  *fixed_bits_out = 0;
  return inet_pton(AF_INET6, text, address) == 1;
}

bool qent__network_parse(const char *text, qent__network *out)
{
  const char *slash = strchr(text, '/');
  char address[INET6_ADDRSTRLEN];
  qent__network network;
  unsigned fixed;
  int64_t bits;

  if (!qent__copy_text(address, sizeof address, text,
                       slash ? (size_t)(slash - text) : strlen(text)))
    return false;
  if (!parse_address(address, network.address, &fixed))
    return false;
  bits = 128 - (int64_t)fixed;
  if (slash && !qent__parse_i64(slash + 1, strlen(slash + 1), 0, bits, &bits))
    return false;
  network.bits = fixed + (unsigned)bits;
  *out = network;
  return true;
}

bool qent__network_holds(const qent__network *network, const char *address)
{
  uint8_t bytes[16];
  unsigned fixed;
  unsigned whole = network->bits / 8;
  unsigned rest = network->bits % 8;
  uint8_t mask = (uint8_t)(0xff00U >> rest);

  if (!parse_address(address, bytes, &fixed))
    return false;
  if (memcmp(network->address, bytes, whole) != 0)
    return false;
  return rest == 0 || ((network->address[whole] ^ bytes[whole]) & mask) == 0;
}

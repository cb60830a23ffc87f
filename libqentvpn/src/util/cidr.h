/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_CIDR_H
#define QENT_UTIL_CIDR_H
#include <stdbool.h>
#include <stdint.h>

/* An address of either family. IPv4 is kept as ::ffff:a.b.c.d, so that a peer on a dual-stack
 * socket matches the network it belongs to. */
typedef struct qent__network {
  uint8_t address[16];
  unsigned bits; /* 0..128 */
} qent__network;

/* "185.71.76.0/27", "2a02:5180::/32", or a bare address (all its bits). Bits behind the prefix are
 * ignored. */
bool qent__network_parse(const char *text, qent__network *out);
/* `address` is a bare IPv4 or IPv6 address, without brackets, port or zone. */
bool qent__network_holds(const qent__network *network, const char *address);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_COMMON_CIDR_H
#define QENT_COMMON_CIDR_H

/* IP addresses and networks. IPv4 is kept as IPv4-mapped IPv6, so one comparison serves both. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

typedef struct app_address {
  uint8_t bytes[16];
} app_address;

typedef struct app_cidr {
  app_address network;
  unsigned bits; /* 0..128, of the mapped form */
} app_cidr;

#define APP_ADDRESS_TEXT_MAX 46 /* with the final NUL */

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]", "::ffff:192.0.2.1"; nothing else, no port. */
bool app_address_parse(const char *text, size_t len, app_address *address_out);
/* False for another family than AF_INET and AF_INET6. */
bool app_address_from_sockaddr(const struct sockaddr *sa, app_address *address_out);
/* IPv4 as dotted quad. */
void app_address_format(const app_address *address, char text_out[APP_ADDRESS_TEXT_MAX]);
bool app_address_is_loopback(const app_address *address);

/* "10.0.0.0/8", "2001:db8::/32"; an address without "/" is itself. False if bits beyond the prefix
 * are set. */
bool app_cidr_parse(const char *text, app_cidr *cidr_out);
bool app_cidr_contains(const app_cidr *cidr, const app_address *address);
bool app_cidr_any_contains(const app_cidr *cidrs, size_t count, const app_address *address);

#endif

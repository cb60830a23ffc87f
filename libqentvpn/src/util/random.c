/* SPDX-License-Identifier: MIT */
#include "util/random.h"

#include "util/text.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

qent_status qent__random_bytes(void *out, size_t len, qent_error *err)
{
  unsigned char *p = out;
  while (len > 0) {
    int n = len > INT_MAX ? INT_MAX : (int)len;
    if (RAND_bytes(p, n) != 1)
      return qent_fail(err, QENT_EUNSUPPORTED, "the system gives no random numbers");
    p += n;
    len -= (size_t)n;
  }
  return QENT_OK;
}

qent_status qent__random_below(uint64_t bound, uint64_t *out, qent_error *err)
{
  if (bound == 0) {
    *out = 0;
    return QENT_OK;
  }
  uint64_t skip = (0 - bound) % bound; /* 2^64 mod bound: values below would count twice */
  for (;;) {
    uint64_t n = 0;
    qent_status st = qent__random_bytes(&n, sizeof n, err);
    if (st != QENT_OK)
      return st;
    if (n >= skip) {
      *out = n % bound;
      return QENT_OK;
    }
  }
}

qent_status qent__random_uuid(char out[37], qent_error *err)
{
  uint8_t raw[16];
  char hex[33];
  qent_status st = qent__random_bytes(raw, sizeof raw, err);
  if (st != QENT_OK)
    return st;
  raw[6] = (uint8_t)((raw[6] & 0x0f) | 0x40);
  raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80);
  qent__hex_encode(raw, sizeof raw, hex);
  size_t at = 0;
  for (size_t i = 0; i < 32; i++) {
    if (i == 8 || i == 12 || i == 16 || i == 20)
      out[at++] = '-';
    out[at++] = hex[i];
  }
  out[at] = '\0';
  return QENT_OK;
}

/* Every byte below `limit`, a multiple of `count`, gives one character. */
static qent_status token(char *out, size_t n, const char *alphabet, unsigned count, qent_error *err)
{
  unsigned limit = 256 - 256 % count;
  uint8_t raw[64];
  size_t at = 0;
  while (at < n) {
    qent_status st = qent__random_bytes(raw, sizeof raw, err);
    if (st != QENT_OK)
      return st;
    for (size_t i = 0; i < sizeof raw && at < n; i++) {
      if (raw[i] < limit)
        out[at++] = alphabet[raw[i] % count];
    }
  }
  out[n] = '\0';
  OPENSSL_cleanse(raw, sizeof raw);
  return QENT_OK;
}

qent_status qent__random_base62(char *out, size_t n, qent_error *err)
{
  return token(out, n, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 62, err);
}

qent_status qent__random_base32(char *out, size_t n, qent_error *err)
{
  return token(out, n, "abcdefghijklmnopqrstuvwxyz234567", 32, err);
}

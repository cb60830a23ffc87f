/* SPDX-License-Identifier: MIT */
#include "util/base64.h"

#include <string.h>

static const char std_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void qent__base64_encode(qent_buf *b, const void *data, size_t len, unsigned flags)
{
  const char *alphabet = flags & QENT__BASE64_URL ? url_alphabet : std_alphabet;
  const unsigned char *p = data;
  if (len > b->max || !qent_buf_reserve(b, (len + 2) / 3 * 4)) {
    qent_buf_fail(b, QENT_EINVAL);
    return;
  }
  while (len > 0) {
    size_t n = len < 3 ? len : 3;
    uint32_t w = (uint32_t)p[0] << 16;
    if (n > 1)
      w |= (uint32_t)p[1] << 8;
    if (n > 2)
      w |= p[2];
    char quad[4] = {alphabet[w >> 18], alphabet[w >> 12 & 63], n > 1 ? alphabet[w >> 6 & 63] : '=',
                    n > 2 ? alphabet[w & 63] : '='};
    qent_buf_add(b, quad, flags & QENT__BASE64_NOPAD ? n + 1 : 4);
    p += n;
    len -= n;
  }
}

size_t qent__base64_decoded_max(size_t len)
{
  return len / 4 * 3 + 3;
}

static int value_of(char c, unsigned flags)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  bool url = (flags & QENT__BASE64_URL) != 0;
  if (c == (url ? '-' : '+'))
    return 62;
  if (c == (url ? '_' : '/'))
    return 63;
  return -1;
}

/* Length without padding; false if the padding is not what `flags` asks for. */
static bool strip_padding(const char *s, size_t *len, unsigned flags)
{
  size_t n = *len;
  size_t pad = 0;
  while (pad < 2 && n > 0 && s[n - 1] == '=') {
    n--;
    pad++;
  }
  bool whole = *len % 4 == 0 && (n + pad) % 4 == 0;
  *len = n;
  if (pad > 0)
    return whole && !(flags & QENT__BASE64_NOPAD);
  return n % 4 == 0 || flags & (QENT__BASE64_NOPAD | QENT__BASE64_PAD_OPTIONAL);
}

bool qent__base64_decode(const char *s, size_t len, unsigned flags, void *out, size_t cap,
                         size_t *len_out)
{
  if (!strip_padding(s, &len, flags) || len % 4 == 1)
    return false;
  size_t need = len / 4 * 3 + (len % 4 ? len % 4 - 1 : 0);
  if (need > cap)
    return false;
  unsigned char *p = out;
  uint32_t w = 0;
  unsigned bits = 0;
  for (size_t i = 0; i < len; i++) {
    int v = value_of(s[i], flags);
    if (v < 0)
      return false;
    w = (w << 6 | (uint32_t)v) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *p++ = (unsigned char)(w >> bits & 0xff);
    }
  }
  if (bits > 0 && (w & ((1U << bits) - 1)) != 0)
    return false;
  *len_out = need;
  return true;
}

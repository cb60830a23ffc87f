/* SPDX-License-Identifier: MIT */
#include "util/text.h"

static bool is_tail(char c)
{
  return ((unsigned char)c & 0xc0) == 0x80;
}

size_t qent__utf8_next(const char *s, size_t len, uint32_t *cp_out)
{
  if (len == 0)
    return 0;
  uint32_t c = (unsigned char)s[0];
  uint32_t min = 0;
  size_t n = 0;
  if (c < 0x80) {
    n = 1;
  } else if (c >= 0xc2 && c < 0xe0) {
    n = 2;
    c &= 0x1f;
    min = 0x80;
  } else if (c >= 0xe0 && c < 0xf0) {
    n = 3;
    c &= 0x0f;
    min = 0x800;
  } else if (c >= 0xf0 && c < 0xf5) {
    n = 4;
    c &= 0x07;
    min = 0x10000;
  }
  if (n == 0 || n > len)
    return 0;
  for (size_t i = 1; i < n; i++) {
    if (!is_tail(s[i]))
      return 0;
    c = c << 6 | ((unsigned char)s[i] & 0x3fU);
  }
  if (c < min || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    return 0;
  if (cp_out)
    *cp_out = c;
  return n;
}

bool qent__utf8_valid(const char *s, size_t len)
{
  size_t i = 0;
  while (i < len) {
    size_t n = qent__utf8_next(s + i, len - i, NULL);
    if (n == 0)
      return false;
    i += n;
  }
  return true;
}

size_t qent__utf16_len(const char *s, size_t len)
{
  size_t units = 0;
  for (size_t i = 0; i < len;) {
    size_t n = qent__utf8_next(s + i, len - i, NULL);
    units += n == 4 ? 2 : 1;
    i += n ? n : 1;
  }
  return units;
}

size_t qent__utf16_prefix(const char *s, size_t len, size_t max_units)
{
  size_t units = 0;
  size_t i = 0;
  while (i < len) {
    size_t n = qent__utf8_next(s + i, len - i, NULL);
    units += n == 4 ? 2 : 1;
    if (units > max_units)
      break;
    i += n ? n : 1;
  }
  return i;
}

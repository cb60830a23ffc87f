/* SPDX-License-Identifier: MIT */
#include "util/text.h"

#include <string.h>

static bool digits_u64(const char *s, size_t len, uint64_t *out)
{
  uint64_t n = 0;
  if (len == 0)
    return false;
  for (size_t i = 0; i < len; i++) {
    if (!qent__is_digit(s[i]))
      return false;
    uint64_t d = (uint64_t)(s[i] - '0');
    if (n > (UINT64_MAX - d) / 10)
      return false;
    n = n * 10 + d;
  }
  *out = n;
  return true;
}

bool qent__parse_u64(const char *s, size_t len, uint64_t min, uint64_t max, uint64_t *out)
{
  uint64_t n = 0;
  if (!digits_u64(s, len, &n) || n < min || n > max)
    return false;
  *out = n;
  return true;
}

bool qent__parse_i64(const char *s, size_t len, int64_t min, int64_t max, int64_t *out)
{
  bool negative = len > 0 && s[0] == '-';
  uint64_t n = 0;
  if (!digits_u64(s + (negative ? 1 : 0), len - (negative ? 1 : 0), &n))
    return false;
  int64_t value = 0;
  if (negative) {
    if (n == 0 || n > (uint64_t)INT64_MAX + 1)
      return false;
    value = -(int64_t)(n - 1) - 1;
  } else {
    if (n > INT64_MAX)
      return false;
    value = (int64_t)n;
  }
  if (value < min || value > max)
    return false;
  *out = value;
  return true;
}

static int hex_value(char c)
{
  if (qent__is_digit(c))
    return c - '0';
  c = qent__to_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool qent__parse_hex64(const char *s, size_t len, uint64_t *out)
{
  uint64_t n = 0;
  if (len == 0 || len > 16)
    return false;
  for (size_t i = 0; i < len; i++) {
    int v = hex_value(s[i]);
    if (v < 0)
      return false;
    n = n << 4 | (uint64_t)v;
  }
  *out = n;
  return true;
}

bool qent__parse_decimal(const char *s, size_t len, unsigned decimals, int64_t *out)
{
  if (len == 0 || decimals > 9)
    return false;
  const char *dot = memchr(s, '.', len);
  size_t whole = dot ? (size_t)(dot - s) : len;
  size_t fraction = dot ? len - whole - 1 : 0;
  uint64_t n = 0;
  uint64_t f = 0;
  if (!digits_u64(s, whole, &n) || (dot && !digits_u64(dot + 1, fraction, &f)))
    return false;
  while (fraction > decimals) { /* "1.500" is exact with one decimal */
    if (f % 10 != 0)
      return false;
    f /= 10;
    fraction--;
  }
  uint64_t scale = 1;
  for (unsigned i = 0; i < decimals; i++)
    scale *= 10;
  for (; fraction < decimals; fraction++)
    f *= 10;
  if (n > ((uint64_t)INT64_MAX - f) / scale)
    return false;
  *out = (int64_t)(n * scale + f);
  return true;
}

void qent__hex_encode(const void *data, size_t len, char *out)
{
  static const char hex[] = "0123456789abcdef";
  const unsigned char *p = data;
  for (size_t i = 0; i < len; i++) {
    out[i * 2] = hex[p[i] >> 4];
    out[i * 2 + 1] = hex[p[i] & 15];
  }
  out[len * 2] = '\0';
}

bool qent__hex_decode(const char *s, size_t len, void *out, size_t out_len)
{
  unsigned char *p = out;
  if (len % 2 != 0 || len / 2 != out_len)
    return false;
  for (size_t i = 0; i < out_len; i++) {
    int hi = hex_value(s[i * 2]);
    int lo = hex_value(s[i * 2 + 1]);
    if (hi < 0 || lo < 0)
      return false;
    p[i] = (unsigned char)(hi << 4 | lo);
  }
  return true;
}

void qent__percent_encode(qent_buf *b, const char *s, size_t len)
{
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];
    if (qent__is_alnum(s[i]) || c == '-' || c == '.' || c == '_' || c == '~') {
      qent_buf_addc(b, s[i]);
      continue;
    }
    char text[3] = {'%', hex[c >> 4], hex[c & 15]};
    qent_buf_add(b, text, sizeof text);
  }
}

bool qent__percent_decode(qent_buf *b, const char *s, size_t len, bool form)
{
  if (!qent_buf_reserve(b, 0))
    return false;
  for (size_t i = 0; i < len; i++) {
    char c = s[i];
    if (c == '%') {
      int hi = len - i > 2 ? hex_value(s[i + 1]) : -1;
      int lo = len - i > 2 ? hex_value(s[i + 2]) : -1;
      if (hi < 0 || lo < 0 || (hi == 0 && lo == 0))
        return false;
      c = (char)(hi << 4 | lo);
      i += 2;
    } else if (c == '+' && form) {
      c = ' ';
    }
    qent_buf_addc(b, c);
  }
  return !b->failed;
}

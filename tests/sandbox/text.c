/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

void sb_escape_add(struct sb_buf *b, const char *s, enum sb_escape how)
{
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 strchr("-_.~", c);
    if (plain)
      sb_buf_add(b, s, 1);
    else if (c == ' ' && how == SB_FORM)
      sb_buf_add(b, "+", 1);
    else
      sb_buf_fmt(b, "%%%02X", c);
  }
}

static int hex_value(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

size_t sb_unescape(char *s, size_t len, bool plus)
{
  size_t out = 0;
  for (size_t i = 0; i < len; i++) {
    if (s[i] == '%' && i + 2 < len && hex_value(s[i + 1]) >= 0 && hex_value(s[i + 2]) >= 0) {
      s[out++] = (char)(hex_value(s[i + 1]) * 16 + hex_value(s[i + 2]));
      i += 2;
    } else {
      s[out++] = s[i] == '+' && plus ? ' ' : s[i];
    }
  }
  s[out] = '\0';
  return out;
}

char *sb_base64(const void *data, size_t len, enum sb_base64 kind)
{
  char *text = sb_alloc(len / 3 * 4 + 8);
  int n = EVP_EncodeBlock((unsigned char *)text, data, (int)len);
  if (kind == SB_B64_STD)
    return text;
  for (int i = 0; i < n; i++) {
    if (text[i] == '+')
      text[i] = '-';
    else if (text[i] == '/')
      text[i] = '_';
    else if (text[i] == '=')
      text[i] = '\0';
  }
  return text;
}

char *sb_base64_decode(const char *text, size_t *len_out)
{
  size_t n = strlen(text);
  while (n && text[n - 1] == '=')
    n--;
  size_t padded = (n + 3) / 4 * 4;
  char *in = sb_alloc(padded + 1);
  for (size_t i = 0; i < padded; i++) {
    char c = i < n ? text[i] : '=';
    in[i] = c == '-' ? '+' : (c == '_' ? '/' : c);
  }
  char *out = sb_alloc(padded + 1);
  int got = EVP_DecodeBlock((unsigned char *)out, (unsigned char *)in, (int)padded);
  free(in);
  if (got < 0 || n % 4 == 1) {
    free(out);
    return NULL;
  }
  *len_out = (size_t)got - (padded - n);
  out[*len_out] = '\0';
  return out;
}

/* Length of the UTF-8 sequence at s, 0 when it is not a valid one. */
static size_t sequence(const unsigned char *s, size_t left)
{
  unsigned c = s[0];
  size_t n = c < 0x80                  ? 1
             : (c >= 0xC2 && c < 0xE0) ? 2
             : (c >= 0xE0 && c < 0xF0) ? 3
             : (c >= 0xF0 && c < 0xF5) ? 4
                                       : 0;
  if (!n || n > left)
    return 0;
  for (size_t i = 1; i < n; i++)
    if ((s[i] & 0xC0U) != 0x80)
      return 0;
  if ((c == 0xE0 && s[1] < 0xA0) || (c == 0xED && s[1] > 0x9F) || (c == 0xF0 && s[1] < 0x90) ||
      (c == 0xF4 && s[1] > 0x8F))
    return 0;
  return n;
}

bool sb_utf8_valid(const char *s, size_t len)
{
  for (size_t i = 0; i < len;) {
    size_t n = sequence((const unsigned char *)s + i, len - i);
    if (!n)
      return false;
    i += n;
  }
  return true;
}

size_t sb_utf8_chars(const char *s)
{
  size_t n = 0;
  for (; *s; s++)
    n += ((unsigned char)*s & 0xC0U) != 0x80;
  return n;
}

size_t sb_utf16_units(const char *s, size_t len)
{
  size_t n = 0;
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];
    n += (c & 0xC0U) != 0x80;
    n += c >= 0xF0;
  }
  return n;
}

void sb_iso_time(int64_t ms, enum sb_iso how, char out[40])
{
  time_t s = (time_t)(ms / 1000);
  struct tm tm = {0};
  gmtime_r(&s, &tm);
  size_t n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
  if (how == SB_ISO_MS_Z)
    (void)snprintf(out + n, 40 - n, ".%03dZ", (int)(ms % 1000));
  else
    (void)snprintf(out + n, 40 - n, ".%06d", (int)(ms % 1000) * 1000);
}

static bool digits(const char **p, int n, int *out)
{
  int v = 0;
  for (int i = 0; i < n; i++, (*p)++) {
    if (**p < '0' || **p > '9')
      return false;
    v = v * 10 + (**p - '0');
  }
  *out = v;
  return true;
}

static bool literal(const char **p, char c)
{
  return *(*p)++ == c;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t days_from_civil(int64_t y, int m, int d)
{
  y -= m <= 2;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t yoe = y - era * 400;
  int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool zone(const char *p, int *minutes)
{
  int hh = 0;
  int mm = 0;
  *minutes = 0;
  if (!*p || ((*p == 'Z' || *p == 'z') && !p[1]))
    return true;
  int sign = *p == '-' ? -1 : 1;
  if (*p != '+' && *p != '-')
    return false;
  p++;
  if (!digits(&p, 2, &hh))
    return false;
  if (*p == ':')
    p++;
  if (!digits(&p, 2, &mm) || *p)
    return false;
  *minutes = sign * (hh * 60 + mm);
  return true;
}

bool sb_iso_parse(const char *p, int64_t *ms_out)
{
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, minutes = 0;
  int ms = 0;
  if (!digits(&p, 4, &y) || !literal(&p, '-') || !digits(&p, 2, &mo) || !literal(&p, '-') ||
      !digits(&p, 2, &d) || !literal(&p, 'T') || !digits(&p, 2, &h) || !literal(&p, ':') ||
      !digits(&p, 2, &mi) || !literal(&p, ':') || !digits(&p, 2, &s))
    return false;
  if (*p == '.') {
    p++;
    for (int scale = 100; isdigit((unsigned char)*p); p++, scale /= 10)
      ms += (*p - '0') * scale;
  }
  if (!zone(p, &minutes) || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60)
    return false;
  int64_t days = days_from_civil(y, mo, d);
  *ms_out = (((days * 24 + h) * 60 + mi - minutes) * 60 + s) * 1000 + ms;
  return true;
}

bool sb_has_prefix(const char *s, const char *prefix)
{
  return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool sb_contains_nocase(const char *haystack, const char *needle)
{
  size_t n = strlen(needle);
  for (; *haystack; haystack++)
    if (strncasecmp(haystack, needle, n) == 0)
      return true;
  return n == 0;
}

bool sb_is_loopback_http(const char *url)
{
  static const char *const hosts[] = {"127.", "localhost", "[::1]"};
  if (strncasecmp(url, "http://", 7) != 0)
    return false;
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    size_t n = strlen(hosts[i]);
    if (strncasecmp(url + 7, hosts[i], n) != 0)
      continue;
    return i == 0 || url[7 + n] == '\0' || strchr(":/?#", url[7 + n]);
  }
  return false;
}

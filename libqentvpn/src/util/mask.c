/* SPDX-License-Identifier: MIT */
#include "util/log.h"

#include "util/text.h"

#include <string.h>

/* What a matcher found at the current place: `keep` bytes to copy, then `hide` bytes to mask. */
typedef struct found {
  size_t keep;
  size_t hide;
} found;

static const found nothing = {0, 0};

static bool is_token_char(char c)
{
  return qent__is_alnum(c) || c == '_' || c == '-';
}

static size_t token_run(const char *s, size_t len)
{
  size_t n = 0;
  while (n < len && is_token_char(s[n]))
    n++;
  return n;
}

static size_t blank_run(const char *s, size_t len)
{
  size_t n = 0;
  while (n < len && s[n] == ' ')
    n++;
  return n;
}

/* Up to what ends a value in a header, a query or JSON. */
static size_t value_run(const char *s, size_t len)
{
  size_t n = 0;
  while (n < len && !qent__is_space(s[n]) && !strchr("\"'&,;<>)}]", s[n]))
    n++;
  return n;
}

/* 123456789:AAE... of at least 30 characters (Telegram's have 35). */
static found bot_token(const char *s, size_t len)
{
  size_t n = 0;
  while (n < len && qent__is_digit(s[n]))
    n++;
  if (n < 5 || n == len || s[n] != ':')
    return nothing;
  size_t run = token_run(s + n + 1, len - n - 1);
  return run >= 30 ? (found){n + 1, run} : nothing;
}

static found prefixed_key(const char *s, size_t len)
{
  static const struct {
    const char *prefix;
    size_t min;
  } keys[] = {{"live_", 16}, {"test_", 16}, {"sk_", 8}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    size_t n = strlen(keys[i].prefix);
    if (len < n || memcmp(s, keys[i].prefix, n) != 0)
      continue;
    size_t run = token_run(s + n, len - n);
    if (run >= keys[i].min)
      return (found){n, run};
  }
  return nothing;
}

static found authorization(const char *s, size_t len)
{
  static const char *const schemes[] = {"bearer ", "basic ", "tma "};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    if (schemes[i][0] != qent__to_lower(s[0]))
      continue;
    size_t n = strlen(schemes[i]);
    if (len < n || !qent__memieq(s, n, schemes[i]))
      continue;
    n += blank_run(s + n, len - n);
    size_t run = 0;
    while (n + run < len && !qent__is_space(s[n + run]) && s[n + run] != '"')
      run++;
    if (run >= 8)
      return (found){n, run};
  }
  return nothing;
}

/* name=value, name = value, "name":"value". A bare "name: text" is prose. */
static found named_value(const char *s, size_t len)
{
  static const char *const names[] = {"password", "passwd",  "token",      "secret",       "hash",
                                      "api_key",  "apikey",  "privatekey", "presharedkey", "psk",
                                      "cookie",   "session", "signature",  "initdata"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (names[i][0] != qent__to_lower(s[0]))
      continue;
    size_t n = strlen(names[i]);
    if (len < n || !qent__memieq(s, n, names[i]))
      continue;
    bool quoted = n < len && s[n] == '"';
    n += quoted ? 1 : 0;
    n += blank_run(s + n, len - n);
    if (n == len || (s[n] != '=' && !(quoted && s[n] == ':')))
      continue;
    n++;
    n += blank_run(s + n, len - n);
    if (n < len && s[n] == '"')
      n++;
    size_t run = value_run(s + n, len - n);
    if (run > 0)
      return (found){n, run};
  }
  return nothing;
}

static size_t url_run(const char *s, size_t len, const char *end_chars)
{
  size_t n = 0;
  while (n < len && !qent__is_space(s[n]) && !strchr(end_chars, s[n]))
    n++;
  return n;
}

static bool ends_in_word(const char *text, size_t len, const char *word)
{
  size_t n = strlen(word);
  return len >= n && memcmp(text + len - n, word, n) == 0 &&
         (len == n || !is_token_char(text[len - n - 1]));
}

/* The user part of scheme://user@host; everything behind vmess:// and ss:// without "@", which is
 * base64 of the lot. */
static found url_user(const char *done, size_t done_len, const char *s, size_t len)
{
  if (len < 3 || memcmp(s, "://", 3) != 0)
    return nothing;
  const char *rest = s + 3;
  size_t authority = url_run(rest, len - 3, "\"'<>#/?");
  for (size_t n = authority; n > 0; n--) {
    if (rest[n - 1] == '@')
      return n > 1 ? (found){3, n - 1} : nothing;
  }
  if (ends_in_word(done, done_len, "vmess") || ends_in_word(done, done_len, "ss"))
    return (found){3, url_run(rest, len - 3, "\"'<>#")};
  return nothing;
}

/* `done` is what was written so far, `s` what comes next. */
static found look(const char *done, size_t done_len, const char *s, size_t len)
{
  char before = done_len > 0 ? done[done_len - 1] : ' ';
  found f = url_user(done, done_len, s, len);
  if (f.hide == 0 && !qent__is_digit(before))
    f = bot_token(s, len);
  if (f.hide == 0 && !is_token_char(before))
    f = prefixed_key(s, len);
  if (f.hide == 0 && !qent__is_alnum(before))
    f = authorization(s, len);
  if (f.hide == 0 && !qent__is_alnum(before))
    f = named_value(s, len);
  return f;
}

size_t qent__mask_secrets(char *text, size_t len)
{
  size_t in = 0;
  size_t out = 0;
  while (in < len) {
    found f = look(text, out, text + in, len - in);
    if (f.hide == 0) {
      text[out++] = text[in++];
      continue;
    }
    memmove(text + out, text + in, f.keep);
    out += f.keep;
    in += f.keep + f.hide;
    for (size_t i = 0; i < f.hide && i < 3; i++)
      text[out++] = '*';
  }
  text[out] = '\0';
  return out;
}

size_t qent_log_mask(char *text, size_t len)
{
  return text ? qent__mask_secrets(text, len) : 0;
}

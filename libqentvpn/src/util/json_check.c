/* SPDX-License-Identifier: MIT */
#include "util/json_check.h"

#include "util/text.h"

#include <string.h>

#define MAX_DEPTH 64
#define MAX_NUMBER 60 /* cJSON's own limit is 63 */

typedef struct scan {
  const char *s;
  size_t len;
  size_t at;
  uint64_t is_object; /* bit d: the container at depth d is an object */
  uint32_t depth;
  uint32_t max_depth;
  const char *problem;
} scan;

typedef enum expected {
  WANT_VALUE,
  WANT_VALUE_OR_END, /* after [ */
  WANT_KEY,
  WANT_KEY_OR_END, /* after { */
  WANT_COMMA_OR_END,
  WANT_NOTHING,
} expected;

static bool bad(scan *x, const char *problem)
{
  if (!x->problem)
    x->problem = problem;
  return false;
}

static char peek(const scan *x)
{
  return x->at < x->len ? x->s[x->at] : '\0';
}

static void skip_blanks(scan *x)
{
  while (x->at < x->len &&
         (x->s[x->at] == ' ' || x->s[x->at] == '\n' || x->s[x->at] == '\r' || x->s[x->at] == '\t'))
    x->at++;
}

/* The four digits behind \u. */
static bool hex4(scan *x, uint32_t *out)
{
  uint64_t n = 0;
  if (x->len - x->at < 4 || !qent__parse_hex64(x->s + x->at, 4, &n))
    return bad(x, "bad \\u escape");
  x->at += 4;
  *out = (uint32_t)n;
  return true;
}

static bool unicode_escape(scan *x)
{
  uint32_t c = 0;
  uint32_t low = 0;
  if (!hex4(x, &c))
    return false;
  if (c == 0)
    return bad(x, "NUL in a string");
  if (c < 0xd800 || c > 0xdfff)
    return true;
  bool pair = c < 0xdc00 && x->len - x->at >= 2 && x->s[x->at] == '\\' && x->s[x->at + 1] == 'u';
  if (!pair)
    return bad(x, "lone surrogate");
  x->at += 2;
  if (!hex4(x, &low))
    return false;
  return (low >= 0xdc00 && low <= 0xdfff) || bad(x, "lone surrogate");
}

static bool string(scan *x)
{
  x->at++; /* the opening quote */
  while (x->at < x->len) {
    char c = x->s[x->at];
    if ((unsigned char)c >= 0x80) {
      size_t n = qent__utf8_next(x->s + x->at, x->len - x->at, NULL);
      if (n == 0)
        return bad(x, "bad UTF-8");
      x->at += n;
      continue;
    }
    if ((unsigned char)c < 0x20)
      return bad(x, "control character in a string");
    x->at++;
    if (c == '"')
      return true;
    if (c != '\\')
      continue;
    char e = peek(x);
    if (e == '\0' || !strchr("\"\\/bfnrtu", e))
      return bad(x, "bad escape");
    x->at++;
    if (e == 'u' && !unicode_escape(x))
      return false;
  }
  return bad(x, "string without end");
}

static bool some_digits(scan *x)
{
  size_t start = x->at;
  while (qent__is_digit(peek(x)))
    x->at++;
  return x->at > start || bad(x, "bad number");
}

static bool number(scan *x)
{
  size_t start = x->at;
  if (peek(x) == '-')
    x->at++;
  if (peek(x) == '0')
    x->at++;
  else if (!some_digits(x))
    return false;
  if (peek(x) == '.') {
    x->at++;
    if (!some_digits(x))
      return false;
  }
  if (peek(x) == 'e' || peek(x) == 'E') {
    x->at++;
    if (peek(x) == '+' || peek(x) == '-')
      x->at++;
    if (!some_digits(x))
      return false;
  }
  return x->at - start <= MAX_NUMBER || bad(x, "number is too long");
}

static bool word(scan *x, const char *text)
{
  size_t len = strlen(text);
  if (x->len - x->at < len || memcmp(x->s + x->at, text, len) != 0)
    return bad(x, "not a value");
  x->at += len;
  return true;
}

static bool open_container(scan *x, bool object)
{
  if (x->depth == x->max_depth)
    return bad(x, "nested too deep");
  uint64_t bit = UINT64_C(1) << x->depth;
  x->is_object = object ? x->is_object | bit : x->is_object & ~bit;
  x->depth++;
  x->at++;
  return true;
}

static bool in_object(const scan *x)
{
  return x->depth > 0 && (x->is_object >> (x->depth - 1) & 1) != 0;
}

static expected after_value(const scan *x)
{
  return x->depth > 0 ? WANT_COMMA_OR_END : WANT_NOTHING;
}

static bool value(scan *x, expected *next)
{
  char c = peek(x);
  *next = after_value(x);
  switch (c) {
  case '{':
    *next = WANT_KEY_OR_END;
    return open_container(x, true);
  case '[':
    *next = WANT_VALUE_OR_END;
    return open_container(x, false);
  case '"':
    return string(x);
  case 't':
    return word(x, "true");
  case 'f':
    return word(x, "false");
  case 'n':
    return word(x, "null");
  default:
    if (c == '-' || qent__is_digit(c))
      return number(x);
    return bad(x, x->at < x->len ? "not a value" : "text ends too early");
  }
}

static bool key(scan *x, expected *next)
{
  if (peek(x) != '"')
    return bad(x, "a key is missing");
  if (!string(x))
    return false;
  skip_blanks(x);
  if (peek(x) != ':')
    return bad(x, "a colon is missing");
  x->at++;
  *next = WANT_VALUE;
  return true;
}

static bool comma_or_end(scan *x, expected *next)
{
  char c = peek(x);
  if (c == ',') {
    *next = in_object(x) ? WANT_KEY : WANT_VALUE;
  } else if (c == (in_object(x) ? '}' : ']')) {
    x->depth--;
    *next = after_value(x);
  } else {
    return bad(x, x->at < x->len ? "a comma is missing" : "text ends too early");
  }
  x->at++;
  return true;
}

static bool step(scan *x, expected *want)
{
  char c = peek(x);
  switch (*want) {
  case WANT_VALUE:
    return value(x, want);
  case WANT_VALUE_OR_END:
    return c == ']' ? comma_or_end(x, want) : value(x, want);
  case WANT_KEY:
    return key(x, want);
  case WANT_KEY_OR_END:
    return c == '}' ? comma_or_end(x, want) : key(x, want);
  case WANT_COMMA_OR_END:
    return comma_or_end(x, want);
  case WANT_NOTHING:
    break;
  }
  return bad(x, "text after the end");
}

qent_status qent__json_check(const char *data, size_t len, uint32_t max_depth, qent_error *err)
{
  scan x = {.s = data, .len = len, .max_depth = max_depth < MAX_DEPTH ? max_depth : MAX_DEPTH};
  expected want = WANT_VALUE;
  for (;;) {
    skip_blanks(&x);
    if (want == WANT_NOTHING && x.at == x.len)
      return QENT_OK;
    if (!step(&x, &want))
      return qent_fail(err, QENT_EPROTO, "bad JSON at byte %zu: %s", x.at, x.problem);
  }
}

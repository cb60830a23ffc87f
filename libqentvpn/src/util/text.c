/* SPDX-License-Identifier: MIT */
#include "util/text.h"

#include <string.h>

bool qent__is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool qent__is_alpha(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool qent__is_alnum(char c)
{
  return qent__is_digit(c) || qent__is_alpha(c);
}

bool qent__is_space(char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

char qent__to_lower(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool qent__streq(const char *a, const char *b)
{
  if (!a || !b)
    return a == b;
  return strcmp(a, b) == 0;
}

bool qent__strieq(const char *a, const char *b)
{
  if (!a || !b)
    return a == b;
  return qent__memieq(a, strlen(a), b);
}

bool qent__memeq(const char *s, size_t len, const char *word)
{
  return strlen(word) == len && (len == 0 || memcmp(s, word, len) == 0);
}

bool qent__memieq(const char *s, size_t len, const char *word)
{
  if (strlen(word) != len)
    return false;
  for (size_t i = 0; i < len; i++) {
    if (qent__to_lower(s[i]) != qent__to_lower(word[i]))
      return false;
  }
  return true;
}

bool qent__starts_with(const char *s, const char *prefix)
{
  return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool qent__ends_with(const char *s, const char *suffix)
{
  size_t len = strlen(s);
  size_t end = strlen(suffix);
  return len >= end && memcmp(s + len - end, suffix, end) == 0;
}

void qent__trim(const char **s, size_t *len)
{
  while (*len > 0 && qent__is_space(**s)) {
    (*s)++;
    (*len)--;
  }
  while (*len > 0 && qent__is_space((*s)[*len - 1]))
    (*len)--;
}

bool qent__copy_text(char *dst, size_t cap, const char *s, size_t len)
{
  if (cap == 0)
    return false;
  dst[0] = '\0';
  if (len >= cap)
    return false;
  if (len > 0)
    memcpy(dst, s, len);
  dst[len] = '\0';
  return true;
}

void qent__html_escape(qent_buf *b, const char *s, size_t len)
{
  size_t start = 0;
  for (size_t i = 0; i < len; i++) {
    const char *entity = NULL;
    switch (s[i]) {
    case '&':
      entity = "&amp;";
      break;
    case '<':
      entity = "&lt;";
      break;
    case '>':
      entity = "&gt;";
      break;
    case '"':
      entity = "&quot;";
      break;
    default:
      continue;
    }
    qent_buf_add(b, s + start, i - start);
    qent_buf_adds(b, entity);
    start = i + 1;
  }
  qent_buf_add(b, s + start, len - start);
}

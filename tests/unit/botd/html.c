/* SPDX-License-Identifier: MIT */
#include "html.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define DEPTH_MAX 8

static bool starts(const char *s, const char *with)
{
  return strncmp(s, with, strlen(with)) == 0;
}

/* Length of the entity at `s`, 0: none that is allowed. */
static size_t entity(const char *s)
{
  static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
  for (size_t i = 0; i < sizeof entities / sizeof entities[0]; ++i)
    if (starts(s, entities[i]))
      return strlen(entities[i]);
  return 0;
}

const char *html_fault(const char *html)
{
  static const char *const tags[] = {"b", "code", "i", "pre"};
  size_t open[DEPTH_MAX];
  size_t depth = 0;
  for (const char *s = html; *s; ++s) {
    if ((unsigned char)*s < 0x20 && *s != '\n')
      return "a control byte";
    if (*s == '>')
      return "a stray >";
    if (*s == '&' && entity(s) == 0)
      return "a stray &";
    if (*s != '<')
      continue;
    const bool closing = s[1] == '/';
    const char *name = s + 1 + closing;
    const size_t len = strcspn(name, ">");
    size_t tag = 0;
    while (tag < sizeof tags / sizeof tags[0] &&
           !(strlen(tags[tag]) == len && memcmp(tags[tag], name, len) == 0))
      ++tag;
    if (tag == sizeof tags / sizeof tags[0] || name[len] != '>')
      return "an unknown tag";
    if (closing && (depth == 0 || open[depth - 1] != tag))
      return "tags closed out of order";
    if (!closing && depth == DEPTH_MAX)
      return "tags nested too deep";
    if (closing)
      --depth;
    else
      open[depth++] = tag;
    s = name + len;
  }
  return depth ? "an open tag" : NULL;
}

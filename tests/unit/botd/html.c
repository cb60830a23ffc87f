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

typedef struct open_tags {
  size_t tags[DEPTH_MAX];
  size_t depth;
} open_tags;

/* Open or close the tag at `s`, which is "<". *end_out: its ">". */
static const char *tag_fault(const char *s, open_tags *open, const char **end_out)
{
  static const char *const known[] = {"b", "code", "i", "pre"};
  const size_t count = sizeof known / sizeof known[0];
  const bool closing = s[1] == '/';
  const char *name = s + 1 + closing;
  const size_t len = strcspn(name, ">");
  size_t tag = 0;
  while (tag < count && !(strlen(known[tag]) == len && memcmp(known[tag], name, len) == 0))
    ++tag;
  *end_out = name + len;
  if (tag == count || name[len] != '>')
    return "an unknown tag";
  if (!closing) {
    if (open->depth == DEPTH_MAX)
      return "tags nested too deep";
    open->tags[open->depth++] = tag;
    return NULL;
  }
  if (open->depth == 0 || open->tags[--open->depth] != tag)
    return "tags closed out of order";
  return NULL;
}

const char *html_fault(const char *html)
{
  open_tags open = {{0}, 0};
  for (const char *s = html; *s; ++s) {
    const char *fault = NULL;
    if ((unsigned char)*s < 0x20 && *s != '\n')
      return "a control byte";
    if (*s == '>')
      return "a stray >";
    if (*s == '&' && entity(s) == 0)
      return "a stray &";
    if (*s == '<')
      fault = tag_fault(s, &open, &s);
    if (fault)
      return fault;
  }
  return open.depth ? "an open tag" : NULL;
}

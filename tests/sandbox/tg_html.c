/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"
#include "tg.h"

enum { NEST_MAX = 32, NAME_MAX = 32 };

struct open_tag {
  char name[NAME_MAX];
  char *attribute; /* owned value of href, class or emoji-id; NULL */
  size_t units;    /* where its text begins, in UTF-16 units */
};

struct parser {
  const char *html;
  size_t at;
  struct tg_parsed *out;
  struct open_tag stack[NEST_MAX];
  size_t depth;
  char *error;
};

static const struct {
  const char *tag;
  const char *entity;
} tags[] = {
    {"b", "bold"},
    {"strong", "bold"},
    {"i", "italic"},
    {"em", "italic"},
    {"u", "underline"},
    {"ins", "underline"},
    {"s", "strikethrough"},
    {"strike", "strikethrough"},
    {"del", "strikethrough"},
    {"span", "spoiler"},
    {"tg-spoiler", "spoiler"},
    {"a", "text_link"},
    {"code", "code"},
    {"pre", "pre"},
    {"blockquote", "blockquote"},
    {"tg-emoji", "custom_emoji"},
    {"tg-time", "date_time"},
};

static const char *entity_of(const char *tag)
{
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
    if (strcmp(tags[i].tag, tag) == 0)
      return tags[i].entity;
  return NULL;
}

static bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void add_code_point(struct sb_buf *b, unsigned long c)
{
  char u[4];
  size_t n = 0;
  if (c < 0x80) {
    u[n++] = (char)c;
  } else if (c < 0x800) {
    u[n++] = (char)(0xC0 | c >> 6);
    u[n++] = (char)(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    u[n++] = (char)(0xE0 | c >> 12);
    u[n++] = (char)(0x80 | (c >> 6 & 0x3F));
    u[n++] = (char)(0x80 | (c & 0x3F));
  } else {
    u[n++] = (char)(0xF0 | c >> 18);
    u[n++] = (char)(0x80 | (c >> 12 & 0x3F));
    u[n++] = (char)(0x80 | (c >> 6 & 0x3F));
    u[n++] = (char)(0x80 | (c & 0x3F));
  }
  sb_buf_add(b, u, n);
}

/* Length of the entity at s, 0 when it is not one of the known. */
static size_t decode_entity(const char *s, struct sb_buf *b)
{
  static const struct {
    const char *name;
    char value;
  } named[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}};
  for (size_t i = 0; i < 4; i++) {
    if (sb_has_prefix(s, named[i].name)) {
      sb_buf_add(b, &named[i].value, 1);
      return strlen(named[i].name);
    }
  }
  if (s[1] != '#')
    return 0;
  bool hex = s[2] == 'x';
  const char *from = s + 2 + hex;
  char *end = NULL;
  unsigned long c = strtoul(from, &end, hex ? 16 : 10);
  bool surrogate = c >= 0xD800 && c <= 0xDFFF;
  if (end == from || *end != ';' || !*from || *from == '-' || *from == '+' || c == 0 ||
      c > 0x10FFFF || surrogate)
    return 0;
  add_code_point(b, c);
  return (size_t)(end - s) + 1;
}

static bool fail(struct parser *p, char *text)
{
  if (p->error)
    free(text);
  else
    p->error = text;
  return false;
}

static size_t units(const struct parser *p)
{
  return sb_utf16_units(p->out->plain.data, p->out->plain.len);
}

/* Reads `name` or `name="value"`; the value is kept when the name is one that matters. */
static bool attribute(struct parser *p, struct open_tag *tag, size_t tag_at)
{
  const char *s = p->html;
  size_t from = p->at;
  while (s[p->at] && !is_space(s[p->at]) && !strchr("=>", s[p->at]))
    p->at++;
  char *name = sb_strndup(s + from, p->at - from);
  struct sb_buf value = {0};
  sb_buf_str(&value, "");
  if (s[p->at] == '=') {
    char quote = s[++p->at];
    bool quoted = quote == '"' || quote == '\'';
    p->at += quoted;
    while (s[p->at] && (quoted ? s[p->at] != quote : !is_space(s[p->at]) && s[p->at] != '>')) {
      size_t n = s[p->at] == '&' ? decode_entity(s + p->at, &value) : 0;
      if (!n)
        sb_buf_add(&value, s + p->at, 1);
      p->at += n ? n : 1;
    }
    if (quoted && s[p->at] == quote)
      p->at++;
  }
  bool keep = strcasecmp(name, "href") == 0 || strcasecmp(name, "class") == 0 ||
              strcasecmp(name, "emoji-id") == 0;
  if (keep && !tag->attribute)
    tag->attribute = value.data;
  else
    sb_buf_free(&value);
  bool empty = !*name;
  free(name);
  if (empty)
    return fail(p, sb_printf("Empty attribute name in the tag \"%s\" at byte offset %zu", tag->name,
                             tag_at));
  return true;
}

static bool start_tag(struct parser *p)
{
  const char *s = p->html;
  size_t begin = p->at++;
  struct open_tag tag = {.units = units(p)};
  size_t from = p->at;
  while (s[p->at] && !is_space(s[p->at]) && s[p->at] != '>')
    p->at++;
  if (!s[p->at])
    return fail(p, sb_printf("Unclosed start tag at byte offset %zu", begin));
  for (size_t i = 0; i < p->at - from && i + 1 < NAME_MAX; i++)
    tag.name[i] = (char)(s[from + i] >= 'A' && s[from + i] <= 'Z' ? s[from + i] + 32 : s[from + i]);
  if (!entity_of(tag.name))
    return fail(p, sb_printf("Unsupported start tag \"%s\" at byte offset %zu", tag.name, begin));
  for (;;) {
    while (is_space(s[p->at]))
      p->at++;
    if (!s[p->at] || s[p->at] == '>')
      break;
    if (!attribute(p, &tag, begin)) {
      free(tag.attribute);
      return false;
    }
  }
  bool spoiler = tag.attribute && strcmp(tag.attribute, "tg-spoiler") == 0;
  const char *problem = !s[p->at]                                   ? "Unclosed start tag"
                        : strcmp(tag.name, "span") == 0 && !spoiler ? "Wrong class of the tag"
                        : p->depth == NEST_MAX                      ? "Too deep tag"
                                                                    : NULL;
  if (problem) {
    free(tag.attribute);
    return fail(p, sb_printf("%s \"%s\" at byte offset %zu", problem, tag.name, begin));
  }
  p->at++;
  p->stack[p->depth++] = tag;
  return true;
}

static void add_entity(struct parser *p, const struct open_tag *tag)
{
  size_t end = units(p);
  if (end == tag->units)
    return;
  cJSON *entity = cJSON_CreateObject();
  cJSON_AddNumberToObject(entity, "offset", (double)tag->units);
  cJSON_AddNumberToObject(entity, "length", (double)(end - tag->units));
  cJSON_AddStringToObject(entity, "type", entity_of(tag->name));
  if (strcmp(tag->name, "a") == 0)
    cJSON_AddStringToObject(entity, "url", tag->attribute ? tag->attribute : "");
  cJSON_AddItemToArray(p->out->entities, entity);
}

static bool end_tag(struct parser *p)
{
  const char *s = p->html;
  size_t begin = p->at;
  if (!p->depth)
    return fail(p, sb_printf("Unexpected end tag at byte offset %zu", begin));
  p->at += 2;
  size_t from = p->at;
  while (s[p->at] && !is_space(s[p->at]) && s[p->at] != '>')
    p->at++;
  size_t len = p->at - from;
  while (is_space(s[p->at]))
    p->at++;
  if (s[p->at] != '>')
    return fail(p, sb_printf("Unclosed end tag at byte offset %zu", begin));
  p->at++;
  struct open_tag *tag = &p->stack[p->depth - 1];
  if (len && (strlen(tag->name) != len || strncasecmp(tag->name, s + from, len) != 0))
    return fail(p, sb_printf("Unmatched end tag at byte offset %zu, expected \"</%s>\", found "
                             "\"</%.*s>\"",
                             begin, tag->name, (int)len, s + from));
  add_entity(p, tag);
  free(tag->attribute);
  p->depth--;
  return true;
}

static bool text_byte(struct parser *p)
{
  const char *s = p->html + p->at;
  if (*s != '&') {
    sb_buf_add(&p->out->plain, s, 1);
    p->at++;
    return true;
  }
  size_t n = decode_entity(s, &p->out->plain);
  if (!n)
    return fail(p, sb_printf("Unescaped character '&' at byte offset %zu", p->at));
  p->at += n;
  return true;
}

bool tg_parse_html(const char *html, struct tg_parsed *out, char **error)
{
  struct parser p = {.html = html, .out = out};
  bool ok = true;
  *out = (struct tg_parsed){.entities = cJSON_CreateArray()};
  sb_buf_str(&out->plain, "");
  while (ok && html[p.at]) {
    if (html[p.at] != '<')
      ok = text_byte(&p);
    else
      ok = html[p.at + 1] == '/' ? end_tag(&p) : start_tag(&p);
  }
  if (ok && p.depth)
    ok = fail(&p, sb_printf("Can't find end tag corresponding to start tag \"%s\"",
                            p.stack[p.depth - 1].name));
  while (p.depth)
    free(p.stack[--p.depth].attribute);
  if (ok)
    return true;
  *error = sb_printf("can't parse entities: %s", p.error);
  free(p.error);
  sb_buf_free(&out->plain);
  cJSON_Delete(out->entities);
  out->entities = NULL;
  return false;
}

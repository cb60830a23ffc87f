/* SPDX-License-Identifier: MIT */
#include "form.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

static struct sb_param *append(struct sb_params *ps)
{
  ps->items = sb_realloc(ps->items, (ps->count + 1) * sizeof *ps->items);
  struct sb_param *p = &ps->items[ps->count++];
  *p = (struct sb_param){0};
  return p;
}

void sb_params_add(struct sb_params *ps, const char *name, const char *value, size_t len)
{
  struct sb_param *p = append(ps);
  p->name = sb_strdup(name);
  p->value = sb_strndup(value, len);
  p->len = len;
}

void sb_params_urlencoded(struct sb_params *ps, const char *text, size_t len)
{
  const char *end = text + len;
  while (text < end) {
    const char *amp = memchr(text, '&', (size_t)(end - text));
    const char *stop = amp ? amp : end;
    const char *eq = memchr(text, '=', (size_t)(stop - text));
    const char *name_end = eq ? eq : stop;
    const char *value = eq ? eq + 1 : stop;
    if (stop > text) {
      struct sb_param *p = append(ps);
      p->name = sb_strndup(text, (size_t)(name_end - text));
      (void)sb_unescape(p->name, (size_t)(name_end - text), true);
      p->value = sb_strndup(value, (size_t)(stop - value));
      p->len = sb_unescape(p->value, (size_t)(stop - value), true);
    }
    text = stop + 1;
  }
}

static const char *find(const char *at, const char *end, const char *needle, size_t n)
{
  for (; at + n <= end; at++) {
    at = memchr(at, needle[0], (size_t)(end - at));
    if (!at || at + n > end)
      return NULL;
    if (memcmp(at, needle, n) == 0)
      return at;
  }
  return NULL;
}

/* Value of `name="..."` in a Content-Disposition line; owned, NULL when absent. */
static char *quoted(const char *line, const char *end, const char *name)
{
  char *key = sb_printf(" %s=\"", name);
  const char *from = find(line, end, key, strlen(key));
  char *value = NULL;
  if (from) {
    from += strlen(key);
    const char *stop = memchr(from, '"', (size_t)(end - from));
    if (stop)
      value = sb_strndup(from, (size_t)(stop - from));
  }
  free(key);
  return value;
}

static void part_headers(struct sb_param *p, const char *at, const char *end)
{
  while (at < end) {
    const char *eol = find(at, end, "\r\n", 2);
    if (!eol)
      eol = end;
    if (strncasecmp(at, "Content-Disposition:", 20) == 0) {
      p->name = quoted(at, eol, "name");
      p->filename = quoted(at, eol, "filename");
    } else if (strncasecmp(at, "Content-Type:", 13) == 0) {
      at += 13 + strspn(at + 13, " ");
      p->type = sb_strndup(at, (size_t)(eol - at));
    }
    at = eol + 2;
  }
}

bool sb_params_multipart(struct sb_params *ps, const char *type, const char *body, size_t len)
{
  const char *b = strstr(type, "boundary=");
  if (!b)
    return false;
  b += 9 + (b[9] == '"');
  char *mark = sb_printf("\r\n--%.*s", (int)strcspn(b, "\"; "), b);
  size_t mark_len = strlen(mark);
  const char *end = body + len;
  const char *at = body;
  bool ok = len > mark_len && memcmp(body, mark + 2, mark_len - 2) == 0;
  if (ok)
    at += mark_len - 2;
  while (ok && !(at + 2 <= end && memcmp(at, "--", 2) == 0)) {
    const char *head_end = find(at, end, "\r\n\r\n", 4);
    const char *stop = head_end ? find(head_end + 2, end, mark, mark_len) : NULL;
    if (!stop || memcmp(at, "\r\n", 2) != 0) {
      ok = false;
      break;
    }
    struct sb_param *p = append(ps);
    part_headers(p, at + 2, head_end);
    if (!p->name)
      p->name = sb_strdup("");
    const char *data = head_end + 4 <= stop ? head_end + 4 : stop;
    p->len = (size_t)(stop - data);
    p->value = sb_strndup(data, p->len);
    at = stop + mark_len;
  }
  free(mark);
  return ok;
}

static const struct sb_param *lookup(const struct sb_params *ps, const char *name, bool upload)
{
  for (size_t i = 0; i < ps->count; i++)
    if (strcmp(ps->items[i].name, name) == 0 && (ps->items[i].filename != NULL) == upload)
      return &ps->items[i];
  return NULL;
}

const char *sb_params_get(const struct sb_params *ps, const char *name)
{
  const struct sb_param *p = lookup(ps, name, false);
  return p ? p->value : NULL;
}

const struct sb_param *sb_params_upload(const struct sb_params *ps, const char *name)
{
  return lookup(ps, name, true);
}

int64_t sb_params_int(const struct sb_params *ps, const char *name, int64_t otherwise)
{
  int64_t v = 0;
  return sb_parse_int(sb_params_get(ps, name), &v) ? v : otherwise;
}

void sb_params_free(struct sb_params *ps)
{
  for (size_t i = 0; i < ps->count; i++) {
    free(ps->items[i].name);
    free(ps->items[i].value);
    free(ps->items[i].filename);
    free(ps->items[i].type);
  }
  free(ps->items);
  *ps = (struct sb_params){0};
}

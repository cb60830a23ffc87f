/* SPDX-License-Identifier: MIT */
#include "page.h"

#include <string.h>

static void add_escaped(struct sb_buf *b, const char *s)
{
  for (; *s; s++) {
    switch (*s) {
    case '&':
      sb_buf_str(b, "&amp;");
      break;
    case '<':
      sb_buf_str(b, "&lt;");
      break;
    case '>':
      sb_buf_str(b, "&gt;");
      break;
    case '"':
      sb_buf_str(b, "&quot;");
      break;
    default:
      sb_buf_add(b, s, 1);
      break;
    }
  }
}

static const char *value_of(const struct sb_slot *slots, size_t count, const char *name, size_t len)
{
  for (size_t i = 0; i < count; i++)
    if (strlen(slots[i].name) == len && strncmp(slots[i].name, name, len) == 0)
      return slots[i].value;
  return "";
}

void sb_page(struct sb_reply *rp, const char *html, const struct sb_slot *slots, size_t count)
{
  struct sb_buf b = {0};
  for (;;) {
    const char *open = strstr(html, "{{");
    const char *close = open ? strstr(open, "}}") : NULL;
    if (!close)
      break;
    sb_buf_add(&b, html, (size_t)(open - html));
    add_escaped(&b, value_of(slots, count, open + 2, (size_t)(close - open - 2)));
    html = close + 2;
  }
  sb_buf_str(&b, html);
  sb_reply_bytes(rp, 200, "text/html; charset=utf-8", b.data, b.len);
  sb_reply_header(rp, "Cache-Control", "no-store");
  sb_buf_free(&b);
}

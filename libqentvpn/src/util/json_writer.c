/* SPDX-License-Identifier: MIT */
#include <qentvpn/ext/json.h>

#include "util/numfmt.h"
#include "util/text.h"

#include <string.h>

#define ONES 0x0101010101010101ULL
#define HIGH 0x8080808080808080ULL

/* Non-zero if one of eight bytes needs a look: control, quote, backslash or not ASCII. May also be
 * non-zero for a harmless byte above a hit (borrows run upwards), never zero for a hit. */
static uint64_t needs_look(uint64_t w)
{
  uint64_t quote = w ^ (ONES * '"');
  uint64_t slash = w ^ (ONES * '\\');
  return (w | (w - ONES * 0x20) | (quote - ONES) | (slash - ONES)) & HIGH;
}

static bool is_plain(unsigned char c)
{
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static size_t plain_run(const char *s, size_t len)
{
  size_t i = 0;
  while (len - i >= sizeof(uint64_t)) {
    uint64_t w;
    memcpy(&w, s + i, sizeof w);
    if (needs_look(w))
      break;
    i += sizeof w;
  }
  while (i < len && is_plain((unsigned char)s[i]))
    i++;
  return i;
}

static void add_escape(qent_buf *b, unsigned char c)
{
  static const char hex[] = "0123456789abcdef";
  char text[6] = {'\\', (char)c, '0', '0', 0, 0};
  size_t len = 2;
  switch (c) {
  case '"':
  case '\\':
    break;
  case '\n':
    text[1] = 'n';
    break;
  case '\r':
    text[1] = 'r';
    break;
  case '\t':
    text[1] = 't';
    break;
  default:
    text[1] = 'u';
    text[4] = hex[c >> 4];
    text[5] = hex[c & 15];
    len = 6;
    break;
  }
  qent_buf_add(b, text, len);
}

/* Length of a run of valid characters that are not ASCII. */
static size_t wide_run(const char *s, size_t len)
{
  size_t i = 0;
  while (i < len && (unsigned char)s[i] >= 0x80) {
    size_t n = qent__utf8_next(s + i, len - i, NULL);
    if (n == 0)
      break;
    i += n;
  }
  return i;
}

static void add_special(qent_buf *b, const char *text, size_t len)
{
  size_t i = 0;
  while (i < len && !b->failed) {
    size_t run = plain_run(text + i, len - i);
    run += wide_run(text + i + run, len - i - run);
    qent_buf_add(b, text + i, run);
    i += run;
    if (run > 0 || i == len)
      continue;
    unsigned char c = (unsigned char)text[i++];
    if (c < 0x80)
      add_escape(b, c);
    else
      qent_buf_add(b, "\xef\xbf\xbd", 3);
  }
}

/* Copy eight bytes if all are plain. */
static bool copy8(char *to, const char *from)
{
  uint64_t w;
  memcpy(&w, from, sizeof w);
  if (needs_look(w))
    return false;
  memcpy(to, &w, sizeof w);
  return true;
}

/* Copy 4..8 bytes, as two overlapping words, if all are plain. */
static bool copy4to8(char *to, const char *from, size_t len)
{
  uint32_t a;
  uint32_t b;
  memcpy(&a, from, sizeof a);
  memcpy(&b, from + len - sizeof b, sizeof b);
  if (needs_look((uint64_t)a << 32 | b))
    return false;
  memcpy(to, &a, sizeof a);
  memcpy(to + len - sizeof b, &b, sizeof b);
  return true;
}

/* Copy `len` bytes if all are plain; on false what was written is meaningless. */
static bool copy_plain(char *to, const char *from, size_t len)
{
  if (len < 8) {
    if (len >= 4)
      return copy4to8(to, from, len);
    for (size_t i = 0; i < len; i++) {
      if (!is_plain((unsigned char)from[i]))
        return false;
      to[i] = from[i];
    }
    return true;
  }
  for (size_t i = 0; i + 8 <= len; i += 8) {
    if (!copy8(to + i, from + i))
      return false;
  }
  return copy8(to + len - 8, from + len - 8); /* the rest, overlapping */
}

/* qent_buf_reserve() without a call when there is room already. */
static bool has_room(qent_buf *b, size_t extra)
{
  return (!b->failed && b->cap - b->len > extra) || qent_buf_reserve(b, extra);
}

static void add_char(qent_buf *b, char c)
{
  if (!has_room(b, 1))
    return;
  b->data[b->len++] = c;
  b->data[b->len] = '\0';
}

/* Add a quoted string, after a comma if `comma`, followed by a colon if `colon`. */
static void add_quoted(qent_buf *b, bool comma, const char *text, size_t len, bool colon)
{
  if (len > b->max || !has_room(b, len + 2 + comma + colon)) {
    qent_buf_fail(b, QENT_EINVAL);
    return;
  }
  char *at = b->data + b->len;
  if (comma)
    *at++ = ',';
  *at++ = '"';
  if (copy_plain(at, text, len)) {
    at += len;
    *at++ = '"';
    if (colon)
      *at++ = ':';
    *at = '\0';
    b->len = (size_t)(at - b->data);
    return;
  }
  *at = '\0';
  b->len = (size_t)(at - b->data);
  add_special(b, text, len);
  add_char(b, '"');
  if (colon)
    add_char(b, ':');
}

static void misuse(qent_json_writer *w)
{
  qent_buf_fail(w->buf, QENT_EINVAL);
}

static bool in_object(const qent_json_writer *w)
{
  return w->depth > 0 && (w->is_object >> (w->depth - 1) & 1U) != 0;
}

/* May a value come now? `*comma` tells whether a comma stands before it. */
static bool value_allowed(qent_json_writer *w, bool *comma)
{
  if (w->buf->failed)
    return false;
  *comma = w->comma && !w->keyed;
  if (!w->keyed && (w->done || in_object(w))) {
    misuse(w);
    return false;
  }
  w->keyed = false;
  return true;
}

static bool before_value(qent_json_writer *w)
{
  bool comma = false;
  if (!value_allowed(w, &comma))
    return false;
  if (comma)
    add_char(w->buf, ',');
  return true;
}

static void after_value(qent_json_writer *w)
{
  w->comma = true;
  w->done = w->depth == 0;
}

static void open_container(qent_json_writer *w, bool object)
{
  if (!before_value(w))
    return;
  if (w->depth == QENT_JSON_WRITER_MAX_DEPTH) {
    misuse(w);
    return;
  }
  uint32_t bit = UINT32_C(1) << w->depth;
  w->is_object = object ? w->is_object | bit : w->is_object & ~bit;
  w->depth++;
  w->comma = false;
  add_char(w->buf, object ? '{' : '[');
}

static void close_container(qent_json_writer *w, bool object)
{
  if (w->depth == 0 || w->keyed || in_object(w) != object) {
    misuse(w);
    return;
  }
  w->depth--;
  add_char(w->buf, object ? '}' : ']');
  after_value(w);
}

void qent_jw_init(qent_json_writer *w, qent_buf *buf)
{
  memset(w, 0, sizeof *w);
  w->buf = buf;
}

void qent_jw_object(qent_json_writer *w)
{
  open_container(w, true);
}

void qent_jw_end_object(qent_json_writer *w)
{
  close_container(w, true);
}

void qent_jw_array(qent_json_writer *w)
{
  open_container(w, false);
}

void qent_jw_end_array(qent_json_writer *w)
{
  close_container(w, false);
}

void qent_jw_key(qent_json_writer *w, const char *key)
{
  if (w->buf->failed)
    return;
  if (!key || w->keyed || !in_object(w)) {
    misuse(w);
    return;
  }
  add_quoted(w->buf, w->comma, key, strlen(key), true);
  w->keyed = true;
}

void qent_jw_str(qent_json_writer *w, const char *text)
{
  qent_jw_strn(w, text, text ? strlen(text) : 0);
}

void qent_jw_strn(qent_json_writer *w, const char *text, size_t len)
{
  if (!text) {
    qent_jw_null(w);
    return;
  }
  bool comma = false;
  if (!value_allowed(w, &comma))
    return;
  add_quoted(w->buf, comma, text, len, false);
  after_value(w);
}

void qent_jw_i64(qent_json_writer *w, int64_t value)
{
  if (!before_value(w))
    return;
  qent_buf_add_i64(w->buf, value);
  after_value(w);
}

void qent_jw_rawn(qent_json_writer *w, const char *json, size_t len)
{
  if (!json || len == 0) {
    misuse(w);
    return;
  }
  if (!before_value(w))
    return;
  qent_buf_add(w->buf, json, len);
  after_value(w);
}

void qent_jw_raw(qent_json_writer *w, const char *json)
{
  qent_jw_rawn(w, json, json ? strlen(json) : 0);
}

void qent_jw_bool(qent_json_writer *w, bool value)
{
  if (value)
    qent_jw_rawn(w, "true", 4);
  else
    qent_jw_rawn(w, "false", 5);
}

void qent_jw_null(qent_json_writer *w)
{
  qent_jw_rawn(w, "null", 4);
}

void qent_jw_kstr(qent_json_writer *w, const char *key, const char *text)
{
  qent_jw_key(w, key);
  qent_jw_str(w, text);
}

void qent_jw_ki64(qent_json_writer *w, const char *key, int64_t value)
{
  qent_jw_key(w, key);
  qent_jw_i64(w, value);
}

void qent_jw_kbool(qent_json_writer *w, const char *key, bool value)
{
  qent_jw_key(w, key);
  qent_jw_bool(w, value);
}

void qent_jw_knull(qent_json_writer *w, const char *key)
{
  qent_jw_key(w, key);
  qent_jw_null(w);
}

void qent_jw_kraw(qent_json_writer *w, const char *key, const char *json)
{
  qent_jw_key(w, key);
  qent_jw_raw(w, json);
}

void qent_jw_kobject(qent_json_writer *w, const char *key)
{
  qent_jw_key(w, key);
  qent_jw_object(w);
}

void qent_jw_karray(qent_json_writer *w, const char *key)
{
  qent_jw_key(w, key);
  qent_jw_array(w);
}

qent_status qent_jw_finish(qent_json_writer *w, qent_error *err)
{
  if (!w->buf->failed && !w->done)
    return qent_fail(err, QENT_EINVAL, "the JSON text is not complete");
  return qent_buf_status(w->buf, err);
}

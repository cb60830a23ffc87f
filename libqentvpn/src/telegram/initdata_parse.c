/* SPDX-License-Identifier: MIT */
#include "telegram/initdata_parse.h"
#include "util/text.h"

#include <string.h>

static int hex_digit(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/* Decode one character at in[*pos] and move past it; -1 when it is not allowed. */
static int decode_char(const char *in, size_t len, size_t *pos)
{
  char c = in[*pos];
  int byte = (unsigned char)c;

  *pos += 1;
  if (c == '+') {
    byte = ' ';
  } else if (c == '%') {
    int high, low;

    if (len - *pos < 2)
      return -1;
    high = hex_digit(in[*pos]);
    low = hex_digit(in[*pos + 1]);
    if (high < 0 || low < 0)
      return -1;
    byte = high * 16 + low;
    *pos += 2;
  }
  /* A line feed separates the fields of what is signed and is not escaped there: letting control
   * bytes in would let one field pass for two. */
  return byte < 0x20 || byte == 0x7f ? -1 : byte;
}

/* Decode one piece to `out`, which has room for `len` bytes. */
static bool decode_piece(const char *piece, size_t len, char *out, qent__initdata_pair *pair)
{
  size_t used = 0;
  size_t pos = 0;
  unsigned high = 0;

  pair->line = out;
  pair->has_equals = false;
  pair->key_len = 0;
  while (pos < len) {
    bool separator = !pair->has_equals && piece[pos] == '=';
    int byte = decode_char(piece, len, &pos);

    if (byte < 0 || (byte == '=' && !pair->has_equals && !separator))
      return false;
    if (separator) {
      pair->has_equals = true;
      pair->key_len = used;
    }
    high |= (unsigned)byte;
    out[used++] = (char)byte;
  }
  pair->len = used;
  if (!pair->has_equals)
    pair->key_len = used;
  return high < 0x80 || qent__utf8_valid(out, used);
}

static int compare_keys(const qent__initdata_pair *a, const qent__initdata_pair *b)
{
  size_t shorter = a->key_len < b->key_len ? a->key_len : b->key_len;
  int order = memcmp(a->line, b->line, shorter);

  if (order != 0)
    return order;
  return a->key_len < b->key_len ? -1 : a->key_len > b->key_len;
}

/* Insert in order; false when the key is there already. */
static bool insert_pair(qent__initdata_scratch *s, const qent__initdata_pair *pair)
{
  size_t at = s->count;

  while (at > 0) {
    int order = compare_keys(&s->pairs[at - 1], pair);

    if (order == 0)
      return false;
    if (order < 0)
      break;
    at--;
  }
  memmove(&s->pairs[at + 1], &s->pairs[at], (s->count - at) * sizeof s->pairs[0]);
  s->pairs[at] = *pair;
  s->count++;
  return true;
}

qent_initdata_result qent__initdata_split(qent__initdata_scratch *s, const char *init_data,
                                          size_t len)
{
  size_t pos = 0;
  size_t used = 0;

  s->count = 0;
  if (len > QENT__INITDATA_MAX_BYTES)
    return QENT_INITDATA_MALFORMED;
  while (pos < len) {
    const char *piece = init_data + pos;
    const char *end = memchr(piece, '&', len - pos);
    size_t piece_len = end ? (size_t)(end - piece) : len - pos;
    qent__initdata_pair pair;

    pos += piece_len + 1;
    if (piece_len == 0)
      continue;
    if (s->count == QENT__INITDATA_MAX_PAIRS ||
        !decode_piece(piece, piece_len, s->decoded + used, &pair) || !insert_pair(s, &pair))
      return QENT_INITDATA_MALFORMED;
    used += pair.len;
  }
  return QENT_INITDATA_OK;
}

const qent__initdata_pair *qent__initdata_find(const qent__initdata_scratch *s, const char *key)
{
  for (size_t i = 0; i < s->count; i++) {
    if (qent__memeq(s->pairs[i].line, s->pairs[i].key_len, key))
      return &s->pairs[i];
  }
  return NULL;
}

const char *qent__initdata_value(const qent__initdata_pair *pair, size_t *len_out)
{
  if (!pair || !pair->has_equals) {
    *len_out = 0;
    return "";
  }
  *len_out = pair->len - pair->key_len - 1;
  return pair->line + pair->key_len + 1;
}

/* `text` has room for every decoded byte, a line feed for each piece (which replaces its "&") and
 * 63 bytes of prefix. */
static void add_text(qent__initdata_scratch *s, const char *from, size_t len)
{
  memcpy(s->text + s->text_len, from, len);
  s->text_len += len;
}

qent_initdata_result qent__initdata_signed_text(qent__initdata_scratch *s, const char *prefix,
                                                const char *skip, const char *skip2)
{
  bool first = true;

  s->text_len = 0;
  add_text(s, prefix, strlen(prefix));
  for (size_t i = 0; i < s->count; i++) {
    const qent__initdata_pair *pair = &s->pairs[i];

    if (!pair->has_equals)
      return QENT_INITDATA_MALFORMED;
    if (qent__memeq(pair->line, pair->key_len, skip) ||
        (skip2 && qent__memeq(pair->line, pair->key_len, skip2)))
      continue;
    if (!first)
      add_text(s, "\n", 1);
    first = false;
    add_text(s, pair->line, pair->len);
  }
  return QENT_INITDATA_OK;
}

/* SPDX-License-Identifier: MIT */
#include "telegram/initdata_parse.h"
#include "util/text.h"

#include <string.h>

/* Value of a hex digit plus one; 0 for all other bytes. */
static const uint8_t hex_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* The byte that the two digits at `in` stand for; a control byte (0) when they are no digits. */
static unsigned escaped(const unsigned char *in)
{
  unsigned high = hex_digits[in[0]];
  unsigned low = hex_digits[in[1]];

  return high && low ? (high - 1) << 4 | (low - 1) : 0;
}

/* Decode one piece to `out`, which has room for `len` bytes. A line feed separates the fields of
 * what is signed and is not escaped there: letting control bytes in would let one field pass for
 * two; so would an escaped "=" in a key. */
static bool decode_piece(const char *piece, size_t len, char *out, qent__initdata_pair *pair)
{
  const unsigned char *in = (const unsigned char *)piece;
  const unsigned char *end = in + len;
  size_t used = 0;
  unsigned all = 0;

  pair->line = out;
  pair->has_equals = false;
  while (in < end) {
    unsigned byte = *in++;

    if (byte == '=' && !pair->has_equals) {
      pair->has_equals = true;
      pair->key_len = used;
    } else if (byte == '%') {
      if (end - in < 2)
        return false;
      byte = escaped(in);
      in += 2;
      if (byte == '=' && !pair->has_equals)
        return false;
    } else if (byte == '+') {
      byte = ' ';
    }
    if (byte < 0x20 || byte == 0x7f)
      return false;
    all |= byte;
    out[used++] = (char)byte;
  }
  pair->len = used;
  if (!pair->has_equals)
    pair->key_len = used;
  return all < 0x80 || qent__utf8_valid(out, used);
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

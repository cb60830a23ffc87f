/* SPDX-License-Identifier: MIT */
#include "util.h"

#include <errno.h>
#include <math.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *p)
{
  if (!p) {
    (void)fputs("qent-sandbox: out of memory\n", stderr);
    abort();
  }
  return p;
}

void *sb_alloc(size_t n)
{
  return checked(calloc(1, n ? n : 1));
}

void *sb_realloc(void *p, size_t n)
{
  return checked(realloc(p, n ? n : 1));
}

char *sb_strdup(const char *s)
{
  return checked(strdup(s));
}

char *sb_strndup(const char *s, size_t n)
{
  char *copy = sb_alloc(n + 1);
  memcpy(copy, s, n);
  return copy;
}

static void reserve(struct sb_buf *b, size_t extra)
{
  if (b->cap - b->len > extra)
    return;
  size_t cap = b->cap ? b->cap : 128;
  while (cap - b->len <= extra)
    cap *= 2;
  b->data = sb_realloc(b->data, cap);
  b->cap = cap;
}

void sb_buf_add(struct sb_buf *b, const void *data, size_t n)
{
  reserve(b, n);
  if (n)
    memcpy(b->data + b->len, data, n);
  b->len += n;
  b->data[b->len] = '\0';
}

void sb_buf_str(struct sb_buf *b, const char *s)
{
  sb_buf_add(b, s, strlen(s));
}

static void add_va(struct sb_buf *b, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

static void add_va(struct sb_buf *b, const char *fmt, va_list args)
{
  va_list again;
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, fmt, again);
  va_end(again);
  if (n < 0)
    abort();
  reserve(b, (size_t)n + 1);
  (void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, args);
  b->len += (size_t)n;
}

void sb_buf_fmt(struct sb_buf *b, const char *fmt, ...)
{
  va_list args;
  va_start(args, fmt);
  add_va(b, fmt, args);
  va_end(args);
}

char *sb_printf(const char *fmt, ...)
{
  struct sb_buf b = {0};
  va_list args;
  va_start(args, fmt);
  add_va(&b, fmt, args);
  va_end(args);
  return b.data;
}

void sb_buf_free(struct sb_buf *b)
{
  free(b->data);
  *b = (struct sb_buf){0};
}

void sb_random(void *out, size_t n)
{
  if (RAND_bytes(out, (int)n) != 1)
    abort();
}

uint32_t sb_random_below(uint32_t limit)
{
  uint32_t v = 0;
  sb_random(&v, sizeof v);
  return limit ? v % limit : 0;
}

char *sb_random_text(size_t n)
{
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  char *text = sb_alloc(n + 1);
  sb_random(text, n);
  for (size_t i = 0; i < n; i++)
    text[i] = set[(unsigned char)text[i] & 63U];
  return text;
}

void sb_hex(const void *data, size_t n, char *out)
{
  static const char digits[] = "0123456789abcdef";
  const unsigned char *p = data;
  for (size_t i = 0; i < n; i++) {
    out[2 * i] = digits[p[i] >> 4];
    out[2 * i + 1] = digits[p[i] & 15];
  }
  out[2 * n] = '\0';
}

void sb_uuid(char out[37])
{
  unsigned char r[16];
  char hex[33];
  sb_random(r, sizeof r);
  r[6] = (unsigned char)((r[6] & 0x0fU) | 0x40U);
  r[8] = (unsigned char)((r[8] & 0x3fU) | 0x80U);
  sb_hex(r, sizeof r, hex);
  (void)snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

void sb_hmac(const void *key, size_t key_len, const void *msg, size_t len, unsigned char out[32])
{
  unsigned n = 32;
  if (!HMAC(EVP_sha256(), key, (int)key_len, msg, len, out, &n))
    abort();
}

void sb_sha256(const void *msg, size_t len, unsigned char out[32])
{
  if (!EVP_Digest(msg, len, out, NULL, EVP_sha256(), NULL))
    abort();
}

const char *sb_json_str(const cJSON *obj, const char *key)
{
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(obj, key));
}

double sb_json_num(const cJSON *obj, const char *key, double otherwise)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(obj, key);
  return cJSON_IsNumber(v) ? v->valuedouble : otherwise;
}

int64_t sb_json_int(const cJSON *obj, const char *key, int64_t otherwise)
{
  double d = sb_json_num(obj, key, NAN);
  return isnan(d) || fabs(d) > 9e15 ? otherwise : (int64_t)d;
}

bool sb_json_bool(const cJSON *obj, const char *key, bool otherwise)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(obj, key);
  return cJSON_IsBool(v) ? cJSON_IsTrue(v) : otherwise;
}

bool sb_parse_int(const char *text, int64_t *out)
{
  char *end = NULL;
  if (!text || !*text)
    return false;
  errno = 0;
  long long v = strtoll(text, &end, 10);
  if (errno || *end)
    return false;
  *out = v;
  return true;
}

bool sb_json_id(const cJSON *obj, const char *key, int64_t *out)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(obj, key);
  if (cJSON_IsString(v))
    return sb_parse_int(v->valuestring, out);
  if (!cJSON_IsNumber(v) || fabs(v->valuedouble) > 9e15 || floor(v->valuedouble) < v->valuedouble)
    return false;
  *out = (int64_t)v->valuedouble;
  return true;
}

cJSON *sb_json_parse(const char *text, size_t len)
{
  if (!text || memchr(text, '\0', len))
    return NULL;
  const char *end = NULL;
  cJSON *v = cJSON_ParseWithLengthOpts(text, len, &end, 0);
  if (!v)
    return NULL;
  while (end < text + len && strchr(" \t\r\n", *end))
    end++;
  if (end != text + len) {
    cJSON_Delete(v);
    return NULL;
  }
  return v;
}

void sb_json_set(cJSON *obj, const char *key, cJSON *value)
{
  if (!cJSON_ReplaceItemInObjectCaseSensitive(obj, key, value))
    cJSON_AddItemToObject(obj, key, value);
}

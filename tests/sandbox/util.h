/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_UTIL_H
#define SANDBOX_UTIL_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stand-in for tests: when memory is gone these end the process. */
void *sb_alloc(size_t n);
void *sb_realloc(void *p, size_t n);
char *sb_strdup(const char *s);
char *sb_strndup(const char *s, size_t n);
char *sb_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Growing bytes, always followed by a NUL. Start with {0}. */
struct sb_buf {
  char *data;
  size_t len;
  size_t cap;
};
void sb_buf_add(struct sb_buf *b, const void *data, size_t n);
void sb_buf_str(struct sb_buf *b, const char *s);
void sb_buf_fmt(struct sb_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sb_buf_free(struct sb_buf *b);

void sb_random(void *out, size_t n);
uint32_t sb_random_below(uint32_t limit);
/* n characters of [A-Za-z0-9_-]; owned. */
char *sb_random_text(size_t n);
void sb_hex(const void *data, size_t n, char *out);
/* Version 4 UUID. */
void sb_uuid(char out[37]);
void sb_hmac(const void *key, size_t key_len, const void *msg, size_t len, unsigned char out[32]);
void sb_sha256(const void *msg, size_t len, unsigned char out[32]);

/* Members of a JSON object; NULL or the default when absent or of another type. */
const char *sb_json_str(const cJSON *obj, const char *key);
double sb_json_num(const cJSON *obj, const char *key, double otherwise);
int64_t sb_json_int(const cJSON *obj, const char *key, int64_t otherwise);
bool sb_json_bool(const cJSON *obj, const char *key, bool otherwise);
/* Number or decimal string. */
bool sb_json_id(const cJSON *obj, const char *key, int64_t *out);
/* NULL when `text` is not exactly one JSON value. */
cJSON *sb_json_parse(const char *text, size_t len);
void sb_json_set(cJSON *obj, const char *key, cJSON *value);
bool sb_parse_int(const char *text, int64_t *out);

#endif

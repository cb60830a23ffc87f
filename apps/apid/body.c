/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 32
#define ID_MAX 9007199254740991.0

/* Length of the UTF-8 character at `s`, 0 if it is not valid. `s` ends in NUL, which no part of a
 * longer character equals, so reading stops there. */
static size_t utf8_len(const unsigned char *s)
{
  unsigned min_second = 0x80;
  unsigned max_second = 0xbf;
  size_t len;

  if (s[0] < 0x80)
    return 1;
  if (s[0] < 0xc2 || s[0] > 0xf4)
    return 0;
  len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
  if (s[0] == 0xe0)
    min_second = 0xa0; /* overlong */
  else if (s[0] == 0xed)
    max_second = 0x9f; /* surrogates */
  else if (s[0] == 0xf0)
    min_second = 0x90; /* overlong */
  else if (s[0] == 0xf4)
    max_second = 0x8f; /* beyond U+10FFFF */
  if (s[1] < min_second || s[1] > max_second)
    return 0;
  for (size_t i = 2; i < len; i++) {
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  }
  return len;
}

static bool utf8_valid(const char *text, size_t len)
{
  const unsigned char *s = (const unsigned char *)text;

  for (size_t i = 0; i < len;) {
    size_t n = utf8_len(s + i);
    if (n == 0)
      return false;
    i += n;
  }
  return true;
}

/* cJSON recurses: look at the nesting first. */
static bool shallow(const char *text, size_t len)
{
  bool quoted = false;
  int depth = 0;

  for (size_t i = 0; i < len; i++) {
    char c = text[i];
    if (quoted) {
      if (c == '\\')
        i++;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > DEPTH_MAX)
        return false;
    } else if (c == '}' || c == ']') {
      depth--;
    }
  }
  return true;
}

cJSON *apid_body_object(apid_worker *worker, const apid_request *request, apid_reply *reply)
{
  const qent_buf *body = &request->body;
  const char *why = NULL;
  cJSON *root = NULL;

  if (body->failed)
    why = "out of memory";
  else if (body->len == 0)
    why = "the body is empty";
  else if (memchr(body->data, '\0', body->len) || !utf8_valid(body->data, body->len))
    why = "the body is not UTF-8 text";
  else if (!shallow(body->data, body->len))
    why = "the body is nested too deeply";
  else {
    root = cJSON_ParseWithLengthOpts(body->data, body->len + 1, NULL, 1);
    if (!cJSON_IsObject(root))
      why = root ? "the body must be an object" : "the body does not parse";
  }
  if (!why)
    return root;
  cJSON_Delete(root);
  apid_reply_problem(worker, reply, &apid_invalid_json, NULL, why);
  return NULL;
}

static bool refuse(apid_worker *worker, apid_reply *reply, const char *field, const char *must)
{
  char detail[128];

  (void)snprintf(detail, sizeof detail, "%s must be %s", field, must);
  apid_reply_problem(worker, reply, &apid_invalid_field, field, detail);
  return false;
}

/* NULL: not there. */
static const cJSON *item_of(const cJSON *object, const char *field)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, field);

  return cJSON_IsNull(item) ? NULL : item;
}

bool apid_body_text(apid_worker *worker, apid_reply *reply, const cJSON *object, const char *field,
                    bool required, size_t max, const char **value_io)
{
  const cJSON *item = item_of(object, field);
  char must[48];

  if (!item && !required)
    return true;
  if (!item || !cJSON_IsString(item) || !item->valuestring[0] || strlen(item->valuestring) > max) {
    (void)snprintf(must, sizeof must, "text of 1 to %zu bytes", max);
    return refuse(worker, reply, field, must);
  }
  *value_io = item->valuestring;
  return true;
}

bool apid_body_id(apid_worker *worker, apid_reply *reply, const cJSON *object, const char *field,
                  bool required, int64_t *value_io)
{
  const cJSON *item = item_of(object, field);
  double value = cJSON_IsNumber(item) ? item->valuedouble : 0;

  if (!item && !required)
    return true;
  if (!(value >= 1 && value <= ID_MAX) || (double)(int64_t)value != value)
    return refuse(worker, reply, field, "a positive whole number");
  *value_io = (int64_t)value;
  return true;
}

bool apid_body_bool(apid_worker *worker, apid_reply *reply, const cJSON *object, const char *field,
                    bool *value_io)
{
  const cJSON *item = item_of(object, field);

  if (!item)
    return true;
  if (!cJSON_IsBool(item))
    return refuse(worker, reply, field, "true or false");
  *value_io = cJSON_IsTrue(item);
  return true;
}

void apid_base64(qent_buf *b, const void *data, size_t len)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *s = data;

  (void)qent_buf_reserve(b, len / 3 * 4 + 4);
  for (size_t i = 0; i < len; i += 3) {
    size_t have = len - i < 3 ? len - i : 3;
    unsigned long bits = (unsigned long)s[i] << 16;
    char four[4];
    if (have > 1)
      bits |= (unsigned long)s[i + 1] << 8;
    if (have > 2)
      bits |= s[i + 2];
    four[0] = digits[bits >> 18];
    four[1] = digits[(bits >> 12) & 63];
    four[2] = have > 1 ? digits[(bits >> 6) & 63] : '=';
    four[3] = have > 2 ? digits[bits & 63] : '=';
    qent_buf_add(b, four, sizeof four);
  }
}

/* SPDX-License-Identifier: MIT */
#include "util/json.h"

#include "util/json_check.h"
#include "util/text.h"

#include <math.h>
#include <string.h>

#define MAX_EXACT 9007199254740992.0 /* 2^53 */

qent_status qent__json_parse(const char *data, size_t len, size_t max_bytes, uint32_t max_depth,
                             cJSON **out, qent_error *err)
{
  if (len > max_bytes)
    return qent_fail(err, QENT_EPROTO, "JSON of %zu bytes is longer than %zu", len, max_bytes);
  qent_status st = qent__json_check(data, len, max_depth, err);
  if (st != QENT_OK)
    return st;
  /* The text is known to be good, so what is left to fail is memory or a lone surrogate escape. */
  const char *end = NULL;
  cJSON *tree = cJSON_ParseWithLengthOpts(data, len, &end, 0);
  if (!tree)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  *out = tree;
  return QENT_OK;
}

qent_status qent__json_parse_body(const char *data, size_t len, cJSON **out, qent_error *err)
{
  return qent__json_parse(data, len, len, 32, out, err);
}

const cJSON *qent__json_get(const cJSON *obj, const char *key)
{
  if (!cJSON_IsObject(obj))
    return NULL;
  const cJSON *node = cJSON_GetObjectItemCaseSensitive(obj, key);
  return cJSON_IsNull(node) ? NULL : node;
}

const cJSON *qent__json_first(const cJSON *arr)
{
  return cJSON_IsArray(arr) ? arr->child : NULL;
}

bool qent__json_node_i64(const cJSON *node, int64_t *out)
{
  if (!node || !cJSON_IsNumber(node))
    return false;
  double n = node->valuedouble;
  if (!(n >= -MAX_EXACT && n <= MAX_EXACT) || (double)(int64_t)n < n || (double)(int64_t)n > n)
    return false;
  *out = (int64_t)n;
  return true;
}

static qent_status missing(const char *key, qent_error *err)
{
  return qent_fail(err, QENT_EPROTO, "field '%s' is missing", key);
}

static qent_status wrong(const char *key, const char *what, qent_error *err)
{
  return qent_fail(err, QENT_EPROTO, "field '%s' is not %s", key, what);
}

static qent_status as_i64(const cJSON *node, const char *key, int64_t *out, qent_error *err)
{
  return qent__json_node_i64(node, out) ? QENT_OK : wrong(key, "a whole number", err);
}

static qent_status as_i64_lax(const cJSON *node, const char *key, int64_t *out, qent_error *err)
{
  if (!cJSON_IsString(node))
    return as_i64(node, key, out, err);
  const char *s = node->valuestring;
  if (!qent__parse_i64(s, strlen(s), INT64_MIN, INT64_MAX, out))
    return wrong(key, "a whole number", err);
  return QENT_OK;
}

static qent_status as_f64(const cJSON *node, const char *key, double *out, qent_error *err)
{
  if (!cJSON_IsNumber(node) || !isfinite(node->valuedouble))
    return wrong(key, "a number", err);
  *out = node->valuedouble;
  return QENT_OK;
}

static qent_status as_bool(const cJSON *node, const char *key, bool *out, qent_error *err)
{
  if (!cJSON_IsBool(node))
    return wrong(key, "true or false", err);
  *out = cJSON_IsTrue(node) != 0;
  return QENT_OK;
}

static qent_status as_str(const cJSON *node, const char *key, const char **out, qent_error *err)
{
  if (!cJSON_IsString(node))
    return wrong(key, "a string", err);
  *out = node->valuestring;
  return QENT_OK;
}

qent_status qent__json_i64(const cJSON *obj, const char *key, int64_t *out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  return node ? as_i64(node, key, out, err) : missing(key, err);
}

qent_status qent__json_i64_lax(const cJSON *obj, const char *key, int64_t *out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  return node ? as_i64_lax(node, key, out, err) : missing(key, err);
}

qent_status qent__json_f64(const cJSON *obj, const char *key, double *out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  return node ? as_f64(node, key, out, err) : missing(key, err);
}

qent_status qent__json_bool(const cJSON *obj, const char *key, bool *out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  return node ? as_bool(node, key, out, err) : missing(key, err);
}

qent_status qent__json_str(const cJSON *obj, const char *key, const char **out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  return node ? as_str(node, key, out, err) : missing(key, err);
}

qent_status qent__json_obj(const cJSON *obj, const char *key, const cJSON **out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  if (!node)
    return missing(key, err);
  if (!cJSON_IsObject(node))
    return wrong(key, "an object", err);
  *out = node;
  return QENT_OK;
}

qent_status qent__json_arr(const cJSON *obj, const char *key, const cJSON **out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  if (!node)
    return missing(key, err);
  if (!cJSON_IsArray(node))
    return wrong(key, "an array", err);
  *out = node;
  return QENT_OK;
}

qent_status qent__json_opt_i64(const cJSON *obj, const char *key, int64_t fallback, int64_t *out,
                               qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  if (node)
    return as_i64(node, key, out, err);
  *out = fallback;
  return QENT_OK;
}

qent_status qent__json_opt_i64_lax(const cJSON *obj, const char *key, int64_t fallback,
                                   int64_t *out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  if (node)
    return as_i64_lax(node, key, out, err);
  *out = fallback;
  return QENT_OK;
}

qent_status qent__json_opt_bool(const cJSON *obj, const char *key, bool fallback, bool *out,
                                qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  if (node)
    return as_bool(node, key, out, err);
  *out = fallback;
  return QENT_OK;
}

qent_status qent__json_opt_str(const cJSON *obj, const char *key, const char *fallback,
                               const char **out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  if (node)
    return as_str(node, key, out, err);
  *out = fallback;
  return QENT_OK;
}

const char *qent__json_str_or(const cJSON *obj, const char *key, const char *fallback)
{
  const cJSON *node = qent__json_get(obj, key);
  return node && cJSON_IsString(node) ? node->valuestring : fallback;
}

int64_t qent__json_i64_or(const cJSON *obj, const char *key, int64_t fallback)
{
  int64_t n = fallback;
  const cJSON *node = qent__json_get(obj, key);
  return qent__json_node_i64(node, &n) ? n : fallback;
}

bool qent__json_bool_or(const cJSON *obj, const char *key, bool fallback)
{
  const cJSON *node = qent__json_get(obj, key);
  return node && cJSON_IsBool(node) ? cJSON_IsTrue(node) != 0 : fallback;
}

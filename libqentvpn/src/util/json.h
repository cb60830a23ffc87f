/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_JSON_H
#define QENT_UTIL_JSON_H
#include <cjson/cJSON.h>
#include <qentvpn/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reading JSON that others wrote. Writing: <qentvpn/ext/json.h>. */

/* Parse the whole of `data`. Checked before cJSON sees it: size, nesting depth, RFC 8259 grammar,
 * valid UTF-8, no NUL (raw or \u0000, which would cut a string short). Release with cJSON_Delete().
 * QENT_EPROTO, QENT_ENOMEM. */
qent_status qent__json_parse(const char *data, size_t len, size_t max_bytes, uint32_t max_depth,
                             cJSON **out, qent_error *err);
/* The same with a depth of 32 and a size of `len`: for a body whose size was limited already. */
qent_status qent__json_parse_body(const char *data, size_t len, cJSON **out, qent_error *err);

/* Typed members of an object. `obj` may be NULL or of another type: then the member is missing.
 * Required ones: QENT_EPROTO "field 'x' is missing" / "field 'x' is not a whole number". Names are
 * case-sensitive; null counts as missing. `*out` is written on success only; strings and nodes are
 * borrowed from the tree. */
qent_status qent__json_i64(const cJSON *obj, const char *key, int64_t *out, qent_error *err);
qent_status qent__json_f64(const cJSON *obj, const char *key, double *out, qent_error *err);
qent_status qent__json_bool(const cJSON *obj, const char *key, bool *out, qent_error *err);
qent_status qent__json_str(const cJSON *obj, const char *key, const char **out, qent_error *err);
qent_status qent__json_obj(const cJSON *obj, const char *key, const cJSON **out, qent_error *err);
qent_status qent__json_arr(const cJSON *obj, const char *key, const cJSON **out, qent_error *err);
/* Whole number, or a string that is one: "123" (then exact beyond 2^53 too). */
qent_status qent__json_i64_lax(const cJSON *obj, const char *key, int64_t *out, qent_error *err);

/* Optional ones: missing or null gives `fallback`; a wrong type is still QENT_EPROTO. */
qent_status qent__json_opt_i64(const cJSON *obj, const char *key, int64_t fallback, int64_t *out,
                               qent_error *err);
qent_status qent__json_opt_bool(const cJSON *obj, const char *key, bool fallback, bool *out,
                                qent_error *err);
qent_status qent__json_opt_str(const cJSON *obj, const char *key, const char *fallback,
                               const char **out, qent_error *err);
qent_status qent__json_opt_i64_lax(const cJSON *obj, const char *key, int64_t fallback,
                                   int64_t *out, qent_error *err);

/* For where a wrong type means the same as absence: no error, the fallback. */
const cJSON *qent__json_get(const cJSON *obj, const char *key); /* NULL if missing or null */
const char *qent__json_str_or(const cJSON *obj, const char *key, const char *fallback);
int64_t qent__json_i64_or(const cJSON *obj, const char *key, int64_t fallback);
bool qent__json_bool_or(const cJSON *obj, const char *key, bool fallback);

/* A number node as an exact integer, |n| <= 2^53. */
bool qent__json_node_i64(const cJSON *node, int64_t *out);

/* Items of an array: for (const cJSON *it = qent__json_first(arr); it; it = it->next) */
const cJSON *qent__json_first(const cJSON *arr);

#endif

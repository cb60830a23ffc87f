/* SPDX-License-Identifier: MIT */
/* Included by scripts/lint before each file: what clang's analyzer cannot see inside one file. */
#include <cjson/cJSON.h>
#include <qentvpn/error.h>

/* Returns the status it was given. */
#define qent_fail(err, status, ...) ((void)qent_fail((err), (status), __VA_ARGS__), (status))
/* False for NULL. */
#define cJSON_IsString(item) ((item) != NULL && cJSON_IsString(item))
#define cJSON_IsNumber(item) ((item) != NULL && cJSON_IsNumber(item))
#define cJSON_IsArray(item) ((item) != NULL && cJSON_IsArray(item))
#define cJSON_IsObject(item) ((item) != NULL && cJSON_IsObject(item))

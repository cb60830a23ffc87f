/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include <string.h>

#define EXACT_END 9007199254740992.0    /* 2^53: from here on every double is whole */
#define INT64_END 9223372036854775808.0 /* 2^63 */

qent_status qent__panel_limit(const cJSON *obj, const char *key, int64_t *out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  double n = cJSON_IsNumber(node) ? node->valuedouble : 0;

  if (n < EXACT_END && n > -EXACT_END)
    return qent__json_opt_i64_lax(obj, key, 0, out, err);
  *out = n >= INT64_END ? INT64_MAX : n <= -INT64_END ? INT64_MIN : (int64_t)n;
  return QENT_OK;
}

bool qent__panel_link_host(const char *link, const char **host_out, size_t *len_out)
{
  const char *scheme = strstr(link, "://");
  const char *user = scheme ? scheme + 3 : link;
  const char *end = user + strcspn(user, "?#");
  const char *host = user;
  size_t len;

  for (const char *c = user; c < end; c++)
    if (*c == '@')
      host = c + 1;
  if (host == user)
    return false;
  if (*host == '[')
    len = strcspn(++host, "]");
  else
    len = strcspn(host, ":/?#");
  if (len == 0 || host + len > end)
    return false;
  *host_out = host;
  *len_out = len;
  return true;
}

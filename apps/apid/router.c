/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include <stdio.h>
#include <string.h>

#define USER APID_AUTH_USER, APID_LIMIT_USER
#define OPEN APID_AUTH_NONE, APID_LIMIT_NONE

static const apid_route routes[] = {
    {"GET", "/api/v1/me", USER, 0, false, apid_get_me},
    {"PATCH", "/api/v1/me", USER, APID_BODY_MAX, false, apid_patch_me},
    {"GET", "/api/v1/plans", USER, 0, false, apid_get_plans},
    {"GET", "/api/v1/orders", USER, 0, false, apid_get_orders},
    {"POST", "/api/v1/orders", USER, APID_BODY_MAX, false, apid_post_order},
    {"GET", "/api/v1/orders/{id}", USER, 0, false, apid_get_order},
    {"GET", "/api/v1/subscriptions", USER, 0, false, apid_get_subscriptions},
    {"GET", "/api/v1/subscriptions/{id}", USER, 0, false, apid_get_subscription},
    {"GET", "/api/v1/subscriptions/{id}/keys", USER, 0, false, apid_get_keys},
    {"GET", "/api/v1/subscriptions/{id}/traffic", USER, 0, false, apid_get_traffic},
    {"POST", "/api/v1/subscriptions/{id}/rotate", USER, 0, false, apid_post_rotate},
    {"GET", "/api/v1/subscriptions/{id}/node", USER, 0, false, apid_get_nodes},
    {"POST", "/api/v1/subscriptions/{id}/node", USER, APID_BODY_MAX, false, apid_post_node},
    {"GET", "/api/v1/openapi.yaml", APID_AUTH_NONE, APID_LIMIT_ADDRESS, 0, false, apid_get_openapi},
    {"GET", "/app", OPEN, 0, true, apid_get_site_root},
    {"GET", "/app/{file}", OPEN, 0, true, apid_get_site},
    {"GET", "/s/{token}", APID_AUTH_NONE, APID_LIMIT_ADDRESS, 0, false, apid_get_link},
    {"GET", "/s/{token}/open", APID_AUTH_NONE, APID_LIMIT_ADDRESS, 0, false, apid_get_link_open},
    {"POST", "/webhooks/yookassa", OPEN, APID_BODY_MAX, false, apid_post_yookassa},
    {"POST", "/webhooks/telegram", OPEN, APID_UPDATE_MAX, false, apid_post_telegram},
    {"GET", "/healthz", OPEN, 0, true, apid_get_health},
    {"GET", "/readyz", OPEN, 0, true, apid_get_ready},
};

#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

static size_t segment_len(const char *at)
{
  return strcspn(at, "/");
}

static bool take_id(const char *at, size_t len, int64_t *id_out)
{
  int64_t id = 0;

  if (len == 0 || len > 18 || at[0] == '0')
    return false;
  for (size_t i = 0; i < len; i++) {
    if (at[i] < '0' || at[i] > '9')
      return false;
    id = id * 10 + (at[i] - '0');
  }
  *id_out = id;
  return true;
}

static bool take_token(const char *at, size_t len, char *token_out, size_t size)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

  if (len == 0 || len >= size || strspn(at, allowed) < len)
    return false;
  memcpy(token_out, at, len);
  token_out[len] = '\0';
  return true;
}

/* The rest of the path, names of files as a site's build makes them. */
static bool take_file(const char *at, char *token_out, size_t size)
{
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/";
  size_t len = strlen(at);

  if (len >= size || strspn(at, allowed) < len)
    return false;
  memcpy(token_out, at, len + 1);
  return true;
}

/* `id` and `token` are only of use when the whole path matches. */
static bool matches(const char *pattern, const char *url, int64_t *id, char *token, size_t size)
{
  while (*pattern) {
    if (*pattern != '{') {
      if (*pattern++ != *url++)
        return false;
      continue;
    }
    if (strncmp(pattern, "{file}", 6) == 0)
      return take_file(url, token, size);
    size_t len = segment_len(url);
    bool good = strncmp(pattern, "{id}", 4) == 0 ? take_id(url, len, id)
                                                 : take_token(url, len, token, size);
    if (!good)
      return false;
    url += len;
    pattern += strcspn(pattern, "}") + 1;
  }
  return *url == '\0';
}

static bool serves(const apid_route *route, const char *method)
{
  return strcmp(route->method, method) == 0 ||
         (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

apid_match apid_route_find(apid_request *request, const char *url)
{
  apid_match found = APID_MATCH_NONE;

  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    if (!matches(routes[i].path, url, &request->id, request->token, sizeof request->token))
      continue;
    found = APID_MATCH_PATH;
    if (serves(&routes[i], request->method)) {
      request->route = &routes[i];
      return APID_MATCH_ROUTE;
    }
  }
  return found;
}

void apid_route_allowed(const char *url, char *text_out, size_t size)
{
  size_t len = 0;
  int64_t id;
  char token[129];

  text_out[0] = '\0';
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    int n;
    if (!matches(routes[i].path, url, &id, token, sizeof token))
      continue;
    n = snprintf(text_out + len, size - len, "%s, ",
                 strcmp(routes[i].method, "GET") == 0 ? "GET, HEAD" : routes[i].method);
    if (n < 0 || (size_t)n >= size - len)
      return;
    len += (size_t)n;
  }
  (void)snprintf(text_out + len, size - len, "OPTIONS");
}

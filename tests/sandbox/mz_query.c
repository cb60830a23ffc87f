/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "clock.h"
#include "mz.h"
#include "text.h"

enum { SIGN_LEN = 10, ONLINE_MS = 24 * 3600 * 1000 };

static const char *const sort_keys[] = {"username", "used_traffic", "data_limit", "expire",
                                        "created_at"};

static int compare(const struct mz_user *a, const struct mz_user *b, size_t key)
{
  int64_t x = 0;
  int64_t y = 0;
  switch (key) {
  case 0:
    return strcmp(a->name, b->name);
  case 1:
    x = a->used;
    y = b->used;
    break;
  case 2:
    x = a->data_limit;
    y = b->data_limit;
    break;
  case 3:
    x = a->expire;
    y = b->expire;
    break;
  default:
    x = a->created_ms;
    y = b->created_ms;
    break;
  }
  return (x > y) - (x < y);
}

/* Stable, so that sorting by the last key first gives the order by all keys. */
static void merge_sort(struct mz_user **v, struct mz_user **tmp, size_t n, size_t key, int sign)
{
  if (n < 2)
    return;
  size_t half = n / 2;
  merge_sort(v, tmp, half, key, sign);
  merge_sort(v + half, tmp, n - half, key, sign);
  memcpy(tmp, v, half * sizeof *v);
  size_t i = 0;
  size_t j = half;
  for (size_t out = 0; i < half; out++) {
    if (j < n && sign * compare(v[j], tmp[i], key) < 0)
      v[out] = v[j++];
    else
      v[out] = tmp[i++];
  }
}

/* False when one of the options is unknown; `bad` then names it. */
static bool sort_users(struct mz_user **v, size_t n, const char *sort, char bad[64])
{
  bool ok = true;
  struct mz_user **tmp = sb_alloc((n + 1) * sizeof *tmp);
  const char *end = sort + strlen(sort);
  while (ok && end > sort) {
    const char *start = end;
    while (start > sort && start[-1] != ',')
      start--;
    bool down = *start == '-';
    const char *name = start + down;
    size_t len = (size_t)(end - name);
    size_t key = 0;
    while (key < 5 && (strlen(sort_keys[key]) != len || strncmp(sort_keys[key], name, len) != 0))
      key++;
    ok = key < 5;
    if (ok)
      merge_sort(v, tmp, n, key, down ? -1 : 1);
    else
      (void)snprintf(bad, 64, "%.*s", (int)(end - start), start);
    end = start > sort ? start - 1 : sort;
  }
  free(tmp);
  return ok;
}

/* Some value of a repeatable parameter equals `text`, or the parameter is absent. */
static bool any_of(const struct sb_params *q, const char *name, const char *text)
{
  bool given = false;
  for (size_t i = 0; i < q->count; i++) {
    if (strcmp(q->items[i].name, name) != 0)
      continue;
    given = true;
    if (strcmp(q->items[i].value, text) == 0)
      return true;
  }
  return !given;
}

static bool wanted(const struct mz_user *u, const struct sb_params *q)
{
  const char *search = sb_params_get(q, "search");
  if (search && !sb_contains_nocase(u->name, search) &&
      !(u->note && sb_contains_nocase(u->note, search)))
    return false;
  return any_of(q, "username", u->name) && any_of(q, "status", mz_status_name(u->status)) &&
         any_of(q, "admin", sb_options.marzban_user);
}

static bool paging(const struct sb_params *q, int64_t *offset, int64_t *limit, struct sb_reply *rp)
{
  static const char *const names[] = {"offset", "limit"};
  int64_t *const out[] = {offset, limit};
  for (size_t i = 0; i < 2; i++) {
    const char *text = sb_params_get(q, names[i]);
    if (!text || sb_parse_int(text, out[i]))
      continue;
    cJSON *errors = cJSON_CreateObject();
    cJSON_AddStringToObject(errors, names[i],
                            "Input should be a valid integer, unable to parse string as an "
                            "integer");
    mz_invalid(rp, errors);
    return false;
  }
  return true;
}

static void reply_page(struct mz_panel *p, struct mz_user **v, size_t n, int64_t offset,
                       int64_t limit, struct sb_reply *rp)
{
  size_t from = offset > 0 ? (size_t)offset : 0;
  size_t to = limit > 0 && from + (size_t)limit < n ? from + (size_t)limit : n;
  cJSON *out = cJSON_CreateObject();
  cJSON *users = cJSON_AddArrayToObject(out, "users");
  for (size_t i = from; i < to; i++) {
    if (v[i]->broken) {
      cJSON_Delete(out);
      mz_server_error(rp);
      return;
    }
    cJSON_AddItemToArray(users, mz_user_json(p, v[i], true));
  }
  cJSON_AddNumberToObject(out, "total", (double)n);
  sb_reply_json(rp, 200, out);
}

void mz_list(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  int64_t offset = 0;
  int64_t limit = 0;
  size_t at = 0;
  size_t n = 0;
  char bad[64];
  const char *sort = sb_params_get(&rq->query, "sort");
  if (!paging(&rq->query, &offset, &limit, rp))
    return;
  struct mz_user **v = sb_alloc((p->users.live + 1) * sizeof *v);
  for (struct mz_user *u; (u = sb_map_next(&p->users, &at)) != NULL;)
    if (wanted(u, &rq->query))
      v[n++] = u;
  if (sort && !sort_users(v, n, sort, bad)) {
    char *text = sb_printf("\"%s\" is not a valid sort option", bad);
    mz_error(rp, 400, text);
    free(text);
  } else {
    reply_page(p, v, n, offset, limit, rp);
  }
  free(v);
}

void mz_usage(struct mz_user *u, struct sb_request *rq, struct sb_reply *rp)
{
  static const char *const names[] = {"start", "end"};
  for (size_t i = 0; i < 2; i++) {
    const char *text = sb_params_get(&rq->query, names[i]);
    int64_t ms = 0;
    if (text && *text && !sb_iso_parse(text, &ms)) {
      mz_error(rp, 400, "Invalid date range or format");
      return;
    }
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "username", u->name);
  cJSON *usages = cJSON_AddArrayToObject(out, "usages");
  cJSON *item = cJSON_CreateObject();
  cJSON_AddNullToObject(item, "node_id");
  cJSON_AddStringToObject(item, "node_name", "Master");
  cJSON_AddNumberToObject(item, "used_traffic", (double)(u->lifetime + u->used));
  cJSON_AddItemToArray(usages, item);
  sb_reply_json(rp, 200, out);
}

/* The user behind a subscription token; NULL when it is forged, revoked or older than the user. */
static struct mz_user *token_user(struct mz_panel *p, const char *token)
{
  size_t n = strlen(token);
  if (n <= SIGN_LEN)
    return NULL;
  unsigned char digest[32];
  char *coded = sb_strndup(token, n - SIGN_LEN);
  char *salted = sb_printf("%s%s", coded, p->sub_secret);
  sb_sha256(salted, strlen(salted), digest);
  char *sign = sb_base64(digest, sizeof digest, SB_B64_URL_NOPAD);
  bool ok = strncmp(sign, token + n - SIGN_LEN, SIGN_LEN) == 0;
  size_t len = 0;
  char *data = ok ? sb_base64_decode(coded, &len) : NULL;
  char *comma = data ? strrchr(data, ',') : NULL;
  struct mz_user *u = NULL;
  int64_t made = 0;
  if (comma && sb_parse_int(comma + 1, &made)) {
    *comma = '\0';
    u = sb_map_get(&p->users, data);
    if (u && (u->broken || u->created_ms > made * 1000 || u->revoked_ms > made * 1000))
      u = NULL;
  }
  free(data);
  free(sign);
  free(salted);
  free(coded);
  return u;
}

static void sub_headers(const struct mz_user *u, struct sb_reply *rp)
{
  char *file = sb_printf("attachment; filename=\"%s\"", u->name);
  char *info = sb_printf("upload=0; download=%lld; total=%lld; expire=%lld", (long long)u->used,
                         (long long)u->data_limit, (long long)u->expire);
  sb_reply_header(rp, "content-disposition", file);
  sb_reply_header(rp, "profile-web-page-url", sb_options.base_url);
  sb_reply_header(rp, "support-url", "https://t.me/");
  sb_reply_header(rp, "profile-title", "base64:U3Vic2NyaXB0aW9u");
  sb_reply_header(rp, "profile-update-interval", "12");
  sb_reply_header(rp, "subscription-userinfo", info);
  free(file);
  free(info);
}

static void sub_body(struct mz_panel *p, struct mz_user *u, const char *format,
                     struct sb_request *rq, struct sb_reply *rp)
{
  const char *accept = sb_header(rq, "Accept");
  if (strcmp(format, "info") == 0) {
    cJSON *user = mz_user_json(p, u, true);
    cJSON_DeleteItemFromObject(user, "note");
    cJSON_DeleteItemFromObject(user, "admin");
    sb_reply_json(rp, 200, user);
    return;
  }
  if (!*format && accept && strstr(accept, "text/html")) {
    sb_reply_text(rp, 200, "text/html; charset=utf-8",
                  "<!doctype html><html><body>Subscription</body></html>");
    return;
  }
  char *links = mz_links_text(p, u);
  char *coded = sb_base64(links, strlen(links), SB_B64_STD);
  sb_reply_text(rp, 200, "text/plain; charset=utf-8", coded);
  sub_headers(u, rp);
  free(coded);
  free(links);
}

void mz_subscription(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const char *token = rq->path + strlen("/sub/");
  const char *slash = strchr(token, '/');
  const char *format = slash ? slash + 1 : "";
  if (strcmp(rq->method, "GET") != 0) {
    mz_error(rp, 405, "Method Not Allowed");
    return;
  }
  char *key = sb_strndup(token, slash ? (size_t)(slash - token) : strlen(token));
  struct mz_user *u = token_user(p, key);
  free(key);
  if (!u) {
    mz_error(rp, 404, "Not Found");
  } else if (*format && strcmp(format, "info") != 0 && strcmp(format, "v2ray") != 0) {
    cJSON *errors = cJSON_CreateObject();
    cJSON_AddStringToObject(errors, "client_type",
                            "String should match pattern "
                            "'sing-box|clash-meta|clash|outline|v2ray|v2ray-json'");
    mz_invalid(rp, errors);
  } else {
    const char *agent = sb_header(rq, "User-Agent");
    free(u->sub_agent);
    u->sub_agent = agent ? sb_strdup(agent) : NULL;
    u->sub_updated_ms = sb_now_ms();
    sub_body(p, u, format, rq, rp);
  }
}

void mz_system(struct mz_panel *p, struct sb_reply *rp)
{
  static const char *const counters[] = {"users_active", "users_disabled", "users_limited",
                                         "users_expired", "users_on_hold"};
  int by_status[5] = {0};
  int online = 0;
  size_t at = 0;
  for (struct mz_user *u; (u = sb_map_next(&p->users, &at)) != NULL;) {
    by_status[u->status]++;
    online += u->online_ms > sb_now_ms() - ONLINE_MS;
  }
  cJSON *out = cJSON_Parse(
      "{\"version\":\"0.8.4\",\"mem_total\":2063597568,\"mem_used\":731185152,\"cpu_cores\":2,"
      "\"cpu_usage\":7.5}");
  cJSON_AddNumberToObject(out, "total_user", (double)p->users.live);
  cJSON_AddNumberToObject(out, "online_users", online);
  for (size_t i = 0; i < 5; i++)
    cJSON_AddNumberToObject(out, counters[i], by_status[i]);
  cJSON_AddNumberToObject(out, "incoming_bandwidth", 52428800);
  cJSON_AddNumberToObject(out, "outgoing_bandwidth", 734003200);
  cJSON_AddNumberToObject(out, "incoming_bandwidth_speed", 20480);
  cJSON_AddNumberToObject(out, "outgoing_bandwidth_speed", 409600);
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, p->system)
  {
    sb_json_set(out, item->string, cJSON_Duplicate(item, true));
  }
  sb_reply_json(rp, 200, out);
}

void mz_inbounds(struct mz_panel *p, struct sb_reply *rp)
{
  static const char *const shown[] = {"tag", "protocol", "network", "tls", "port"};
  cJSON *out = cJSON_CreateObject();
  const cJSON *inbound = NULL;
  cJSON_ArrayForEach(inbound, p->inbounds)
  {
    const char *protocol = sb_json_str(inbound, "protocol");
    cJSON *list = cJSON_GetObjectItemCaseSensitive(out, protocol);
    if (!list)
      list = cJSON_AddArrayToObject(out, protocol);
    cJSON *item = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
      cJSON_AddItemToObject(item, shown[i],
                            cJSON_Duplicate(cJSON_GetObjectItem(inbound, shown[i]), true));
    cJSON_AddItemToArray(list, item);
  }
  sb_reply_json(rp, 200, out);
}

void mz_admin(const struct mz_panel *p, struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  int64_t used = 0;
  size_t at = 0;
  for (const struct mz_user *u; (u = sb_map_next(&p->users, &at)) != NULL;)
    used += u->used;
  cJSON_AddStringToObject(out, "username", sb_options.marzban_user);
  cJSON_AddBoolToObject(out, "is_sudo", true);
  cJSON_AddNullToObject(out, "telegram_id");
  cJSON_AddNullToObject(out, "discord_webhook");
  cJSON_AddNumberToObject(out, "users_usage", (double)used);
  sb_reply_json(rp, 200, out);
}

void mz_core(const struct mz_panel *p, struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "version", "24.12.31");
  cJSON_AddBoolToObject(out, "started", p->started);
  cJSON_AddStringToObject(out, "logs_websocket", "/api/core/logs");
  sb_reply_json(rp, 200, out);
}

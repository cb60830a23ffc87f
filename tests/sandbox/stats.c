/* SPDX-License-Identifier: MIT */
#include "stats.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"

struct counter {
  enum sb_target target;
  char *panel;
  char *method;
  char *path;
  int64_t count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sb_map counters;
static int64_t tries[SB_TARGETS];
static int64_t delivered_count[SB_TARGETS];

/* Emails and ids of 3x-ui stand anywhere in a path; routes have no digit and no underscore. */
static char *template_of_parts(const char *path)
{
  struct sb_buf b = {0};
  while (*path) {
    size_t n = strcspn(path + 1, "/");
    bool id = strcspn(path + 1, "0123456789_@") < n;
    if (id)
      sb_buf_str(&b, "/{id}");
    else
      sb_buf_add(&b, path, n + 1);
    path += n + 1;
  }
  return b.data;
}

/* Replaces names and ids by {id}, so that one route is one line. */
static char *template_of(const struct sb_call *call)
{
  static const char *const parents[] = {
      "/payments/", "/refunds/", "/api/user/", "/sub/", "/api/wireguard/client/", "/api/client/"};
  if (call->target == SB_TELEGRAM)
    return sb_strdup(call->path);
  if (call->target == SB_XUI)
    return template_of_parts(call->path);
  for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
    size_t n = strlen(parents[i]);
    if (strncmp(call->path, parents[i], n) != 0)
      continue;
    const char *rest = strchr(call->path + n, '/');
    return sb_printf("%s{id}%s", parents[i], rest ? rest : "");
  }
  return sb_strdup(call->path);
}

void sb_stats_call(const struct sb_call *call)
{
  char *path = template_of(call);
  const char *method = call->target == SB_TELEGRAM ? "" : call->method;
  char *key = sb_printf("%d %s %s %s", (int)call->target, call->panel, method, path);
  (void)pthread_mutex_lock(&lock);
  struct counter *c = sb_map_get(&counters, key);
  if (!c) {
    c = sb_alloc(sizeof *c);
    c->target = call->target;
    c->panel = sb_strdup(call->panel);
    c->method = sb_strdup(method);
    c->path = sb_strdup(path);
    (void)sb_map_put(&counters, key, c);
  }
  c->count++;
  (void)pthread_mutex_unlock(&lock);
  free(key);
  free(path);
}

void sb_stats_webhook(enum sb_target target, bool delivered)
{
  (void)pthread_mutex_lock(&lock);
  tries[target]++;
  delivered_count[target] += delivered;
  (void)pthread_mutex_unlock(&lock);
}

static cJSON *show(void)
{
  cJSON *out = cJSON_CreateObject();
  cJSON *requests = cJSON_AddArrayToObject(out, "requests");
  cJSON *webhooks = cJSON_AddObjectToObject(out, "webhooks");
  size_t at = 0;
  for (struct counter *c; (c = sb_map_next(&counters, &at)) != NULL;) {
    cJSON *item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "target", sb_target_name(c->target));
    cJSON_AddStringToObject(item, "panel", c->panel);
    cJSON_AddStringToObject(item, "method", c->method);
    cJSON_AddStringToObject(item, "path", c->path);
    cJSON_AddNumberToObject(item, "count", (double)c->count);
    cJSON_AddItemToArray(requests, item);
  }
  for (int t = 0; t < SB_MARZBAN; t++) {
    cJSON *item = cJSON_AddObjectToObject(webhooks, sb_target_name((enum sb_target)t));
    cJSON_AddNumberToObject(item, "tries", (double)tries[t]);
    cJSON_AddNumberToObject(item, "delivered", (double)delivered_count[t]);
  }
  return out;
}

static void clear(void)
{
  size_t at = 0;
  for (struct counter *c; (c = sb_map_next(&counters, &at)) != NULL;) {
    free(c->panel);
    free(c->method);
    free(c->path);
    free(c);
  }
  sb_map_free(&counters);
  memset(tries, 0, sizeof tries);
  memset(delivered_count, 0, sizeof delivered_count);
}

void sb_stats_control(struct sb_request *rq, struct sb_reply *rp)
{
  (void)pthread_mutex_lock(&lock);
  cJSON *out = show();
  if (strcmp(rq->method, "DELETE") == 0)
    clear();
  (void)pthread_mutex_unlock(&lock);
  sb_reply_json(rp, 200, out);
}

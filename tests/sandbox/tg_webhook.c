/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "outbound.h"
#include "stats.h"
#include "text.h"
#include "tg.h"

enum { WORKERS = 4, IDLE_MS = 200, TIMEOUT_MS = 60000, PAUSE_MAX_MS = 60000 };

static pthread_t threads[WORKERS];

static bool secret_ok(const char *secret)
{
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  size_t n = strlen(secret);
  return n >= 1 && n <= 256 && strspn(secret, set) == n;
}

static void forget_webhook(void)
{
  free(tg.webhook.url);
  free(tg.webhook.secret);
  free(tg.webhook.last_error);
  tg.webhook = (struct tg_webhook){.set_mono = tg.webhook.set_mono};
}

static void drop_pending(struct tg_call *c)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(c->in, "drop_pending_updates");
  bool wanted = cJSON_IsTrue(v) || (cJSON_IsString(v) && (strcmp(v->valuestring, "true") == 0 ||
                                                          strcmp(v->valuestring, "1") == 0));
  for (size_t i = 0; wanted && i < tg.update_count;) {
    if (tg.updates[i]->sending)
      i++;
    else
      tg_drop_update(i);
  }
}

static bool same_text(const char *a, const char *b)
{
  return strcmp(a ? a : "", b ? b : "") == 0;
}

void tg_set_webhook(struct tg_call *c)
{
  const char *url = tg_text(c, "url");
  const char *secret = tg_text(c, "secret_token");
  bool broken = false;
  if (!url || !*url) {
    tg_delete_webhook(c);
    return;
  }
  if (!sb_has_prefix(url, "https://") && !sb_is_loopback_http(url)) {
    tg_fail(c, 400, "bad webhook: An HTTPS URL must be provided for webhook");
    return;
  }
  if (secret && *secret && !secret_ok(secret)) {
    tg_fail(c, 400, "secret token contains unallowed characters");
    return;
  }
  bool same = same_text(url, tg.webhook.url) && same_text(secret, tg.webhook.secret);
  if (!same && tg.webhook.set_mono && sb_mono_ms() < tg.webhook.set_mono + 1000) {
    tg_fail_retry(c, 1);
    return;
  }
  drop_pending(c);
  cJSON *allowed = tg_json(c, "allowed_updates", &broken);
  if (cJSON_IsArray(allowed))
    tg_set_allowed(allowed);
  cJSON_Delete(allowed);
  if (!same) {
    forget_webhook();
    tg.webhook.url = sb_strdup(url);
    tg.webhook.secret = secret && *secret ? sb_strdup(secret) : NULL;
    tg.webhook.set_mono = sb_mono_ms();
    tg.poll_turn++;
    tg.poll_end = TG_POLL_WEBHOOK;
  }
  tg.webhook.max_connections = tg_int(c, "max_connections", 40);
  (void)pthread_cond_broadcast(&tg.changed);
  tg_true(c, same ? "Webhook is already set" : "Webhook was set");
}

void tg_delete_webhook(struct tg_call *c)
{
  bool had = tg.webhook.url != NULL;
  drop_pending(c);
  forget_webhook();
  for (size_t i = 0; i < tg.update_count; i++)
    tg.updates[i]->fails = 0;
  tg_true(c, had ? "Webhook was deleted" : "Webhook is already deleted");
}

void tg_webhook_info(struct tg_call *c)
{
  const struct tg_webhook *w = &tg.webhook;
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "url", w->url ? w->url : "");
  cJSON_AddBoolToObject(out, "has_custom_certificate", false);
  cJSON_AddNumberToObject(out, "pending_update_count", (double)tg.update_count);
  if (w->last_error) {
    cJSON_AddNumberToObject(out, "last_error_date", (double)w->last_error_s);
    cJSON_AddStringToObject(out, "last_error_message", w->last_error);
  }
  if (w->url) {
    cJSON_AddNumberToObject(out, "max_connections", (double)w->max_connections);
    cJSON_AddStringToObject(out, "ip_address", "127.0.0.1");
  }
  if (tg.allowed_list)
    cJSON_AddItemToObject(out, "allowed_updates", cJSON_Duplicate(tg.allowed_list, true));
  tg_ok(c, out);
}

static bool earlier_of_same_user(size_t at)
{
  for (size_t i = 0; i < at; i++)
    if (tg.updates[i]->user_id == tg.updates[at]->user_id)
      return true;
  return false;
}

/* The updates of one person go one after another. */
static struct tg_update *due_update(void)
{
  int64_t mono = sb_mono_ms();
  int64_t now = sb_now_ms();
  if (!tg.webhook.url)
    return NULL;
  for (size_t i = 0; i < tg.update_count; i++) {
    struct tg_update *u = tg.updates[i];
    if (!u->sending && (u->due_mono <= mono || u->due_ms <= now) && !earlier_of_same_user(i))
      return u;
  }
  return NULL;
}

/* The first failure is tried again at once, then the pause doubles. */
static void failed(struct tg_update *u, const struct sb_out_result *result)
{
  int64_t pause = u->fails == 0 ? 0 : 1000LL << (u->fails < 6 ? u->fails : 6);
  if (pause > PAUSE_MAX_MS)
    pause = PAUSE_MAX_MS;
  if (result->retry_after > 0 && result->retry_after <= 3600)
    pause = result->retry_after * 1000;
  u->fails++;
  u->due_mono = sb_mono_ms() + pause;
  u->due_ms = sb_now_ms() + pause;
  free(tg.webhook.last_error);
  tg.webhook.last_error = result->status
                              ? sb_printf("Wrong response from the webhook: %ld", result->status)
                              : sb_strdup(*result->error ? result->error : "Connection failed");
  tg.webhook.last_error_s = sb_now_s();
}

static void delivered(const struct tg_update *u)
{
  for (size_t i = 0; i < tg.update_count; i++) {
    if (tg.updates[i] == u) {
      tg_drop_update(i);
      break;
    }
  }
  (void)pthread_cond_broadcast(&tg.changed);
}

/* A 2xx answer may itself be a call of a method. */
static void run_answer(const struct sb_buf *body)
{
  struct tg_call c = {.in = body->len ? sb_json_parse(body->data, body->len) : NULL};
  const char *method = sb_json_str(c.in, "method");
  if (method && strncmp(method, "get", 3) != 0 && !strstr(method, "Webhook"))
    tg_run(&c, method);
  cJSON_Delete(c.in);
}

/* Called with the lock held, which is let go while the request runs. */
static void deliver(CURL *curl, struct tg_update *u)
{
  struct sb_out_result result;
  char *url = sb_strdup(tg.webhook.url);
  char *body = sb_strdup(u->text);
  char *secret = tg.webhook.secret
                     ? sb_printf("X-Telegram-Bot-Api-Secret-Token: %s", tg.webhook.secret)
                     : NULL;
  struct sb_out out = {.url = url, .body = body, .headers = {secret}, .timeout_ms = TIMEOUT_MS};
  u->sending = true;
  (void)pthread_mutex_unlock(&tg.lock);
  sb_post(curl, &out, &result);
  bool ok = result.status >= 200 && result.status < 300;
  sb_stats_webhook(SB_TELEGRAM, ok);
  if (ok)
    run_answer(&result.body);
  (void)pthread_mutex_lock(&tg.lock);
  u->sending = false;
  if (ok)
    delivered(u);
  else
    failed(u, &result);
  sb_buf_free(&result.body);
  free(secret);
  free(body);
  free(url);
}

static void *worker(void *arg)
{
  CURL *curl = curl_easy_init();
  (void)arg;
  (void)pthread_mutex_lock(&tg.lock);
  while (!sb_stopping()) {
    struct tg_update *u = due_update();
    if (u)
      deliver(curl, u);
    else
      sb_cond_wait(&tg.changed, &tg.lock, IDLE_MS);
  }
  (void)pthread_mutex_unlock(&tg.lock);
  curl_easy_cleanup(curl);
  return NULL;
}

void tg_webhook_start(void)
{
  for (int i = 0; i < WORKERS; i++)
    if (pthread_create(&threads[i], NULL, worker, NULL) != 0)
      abort();
}

void tg_webhook_stop(void)
{
  for (int i = 0; i < WORKERS; i++)
    (void)pthread_join(threads[i], NULL);
}

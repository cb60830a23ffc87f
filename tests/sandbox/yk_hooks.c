/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "control.h"
#include "outbound.h"
#include "stats.h"
#include "yk.h"

enum {
  WORKERS = 4,
  IDLE_MS = 100,
  PAUSE_MAX_MS = 60000,
  REORDER_MS = 3000,
  GIVE_UP_MS = 24 * 3600 * 1000,
  TIMEOUT_MS = 30000,
  FINAL_KEPT = 5000
};

enum job_state { JOB_WAITING, JOB_SENDING, JOB_DELIVERED, JOB_DROPPED, JOB_GIVEN_UP };

/* One notification. Jobs are never moved, so that a worker may keep a pointer. */
struct job {
  int64_t id;
  char *event;
  char *object_id;
  char *body;
  enum job_state state;
  int64_t made_ms;
  int64_t due_mono; /* due at this time ... */
  int64_t due_ms;   /* ... or at this time of the sandbox clock, so that tests can jump */
  int64_t pause_ms;
  int tries;
  long last_status;
  struct job *next;
};

static struct {
  pthread_mutex_t lock;
  pthread_cond_t wake;
  pthread_t threads[WORKERS];
  struct job *first;
  struct job **tail;
  int finals;
  int64_t last_id;
  char *url;
  cJSON *headers; /* ["Name: value"] or NULL */
  int64_t drop;   /* notifications to lose, negative: all */
  int64_t duplicate;
  int64_t delay_ms;
  int64_t first_pause_ms;
  bool reorder;
  struct job *held;
} hooks = {.lock = PTHREAD_MUTEX_INITIALIZER, .first_pause_ms = 1000};

static const char *const state_names[] = {"waiting", "sending", "delivered", "dropped", "given_up"};

static void set_due(struct job *j, int64_t wait_ms)
{
  j->due_mono = sb_mono_ms() + wait_ms;
  j->due_ms = sb_now_ms() + wait_ms;
}

static void job_free(struct job *j)
{
  free(j->event);
  free(j->object_id);
  free(j->body);
  free(j);
}

/* Keeps the log from growing for ever: finished jobs at its head go first. */
static void trim(void)
{
  while (hooks.finals > FINAL_KEPT && hooks.first && hooks.first->state >= JOB_DELIVERED) {
    struct job *j = hooks.first;
    hooks.first = j->next;
    if (!hooks.first)
      hooks.tail = &hooks.first;
    hooks.finals--;
    job_free(j);
  }
}

static struct job *append(const char *event, const char *object_id, const char *body)
{
  struct job *j = sb_alloc(sizeof *j);
  j->id = ++hooks.last_id;
  j->event = sb_strdup(event);
  j->object_id = sb_strdup(object_id);
  j->body = sb_strdup(body);
  j->made_ms = sb_now_ms();
  j->pause_ms = hooks.first_pause_ms;
  set_due(j, hooks.delay_ms);
  *hooks.tail = j;
  hooks.tail = &j->next;
  trim();
  return j;
}

/* Holds every first of two notifications back until the second has gone. */
static void reorder(struct job *j)
{
  if (hooks.held && hooks.held->state == JOB_WAITING) {
    set_due(hooks.held, hooks.delay_ms + 200);
    hooks.held = NULL;
  } else {
    set_due(j, hooks.delay_ms + REORDER_MS);
    hooks.held = j;
  }
}

void yk_hook_send(const char *event, const cJSON *object)
{
  cJSON *note = cJSON_CreateObject();
  cJSON_AddStringToObject(note, "type", "notification");
  cJSON_AddStringToObject(note, "event", event);
  cJSON_AddItemToObject(note, "object", cJSON_Duplicate(object, true));
  char *body = cJSON_PrintUnformatted(note);
  cJSON_Delete(note);
  (void)pthread_mutex_lock(&hooks.lock);
  bool lost = hooks.drop != 0;
  if (hooks.drop > 0)
    hooks.drop--;
  for (int64_t i = 0; i <= (lost ? 0 : hooks.duplicate); i++) {
    struct job *j = append(event, sb_json_str(object, "id"), body);
    if (lost || !hooks.url) {
      j->state = JOB_DROPPED;
      hooks.finals++;
    } else if (hooks.reorder && i == 0) {
      reorder(j);
    }
  }
  (void)pthread_cond_broadcast(&hooks.wake);
  (void)pthread_mutex_unlock(&hooks.lock);
  free(body);
}

static struct job *due_job(void)
{
  int64_t mono = sb_mono_ms();
  int64_t now = sb_now_ms();
  for (struct job *j = hooks.first; j; j = j->next)
    if (j->state == JOB_WAITING && (j->due_mono <= mono || j->due_ms <= now))
      return j;
  return NULL;
}

static void add_headers(struct sb_out *out, const cJSON *headers)
{
  const cJSON *item = NULL;
  size_t n = 0;
  cJSON_ArrayForEach(item, headers)
  {
    if (cJSON_IsString(item) && n + 1 < SB_OUT_HEADERS)
      out->headers[n++] = item->valuestring;
  }
}

static void settle(struct job *j, long status)
{
  j->last_status = status;
  if (hooks.held == j)
    hooks.held = NULL;
  if (status == 200) {
    j->state = JOB_DELIVERED;
    hooks.finals++;
  } else if (j->made_ms + GIVE_UP_MS < sb_now_ms()) {
    j->state = JOB_GIVEN_UP;
    hooks.finals++;
  } else {
    j->state = JOB_WAITING;
    set_due(j, j->pause_ms);
    j->pause_ms = j->pause_ms * 2 < PAUSE_MAX_MS ? j->pause_ms * 2 : PAUSE_MAX_MS;
  }
}

/* Called with the lock held, which is let go while the request runs. */
static void deliver(CURL *curl, struct job *j)
{
  struct sb_out_result result;
  char *url = sb_strdup(hooks.url);
  char *body = sb_strdup(j->body);
  cJSON *headers = cJSON_Duplicate(hooks.headers, true);
  struct sb_out out = {.url = url, .body = body, .timeout_ms = TIMEOUT_MS};
  add_headers(&out, headers);
  j->state = JOB_SENDING;
  j->tries++;
  (void)pthread_mutex_unlock(&hooks.lock);
  sb_post(curl, &out, &result);
  sb_stats_webhook(SB_YOOKASSA, result.status == 200);
  (void)pthread_mutex_lock(&hooks.lock);
  settle(j, result.status);
  sb_buf_free(&result.body);
  cJSON_Delete(headers);
  free(body);
  free(url);
}

static void expire_payments(void)
{
  (void)pthread_mutex_lock(&yk_shop.lock);
  yk_expire();
  (void)pthread_mutex_unlock(&yk_shop.lock);
}

/* One of the workers, told by its argument, also lets payments expire. */
static void *worker(void *arg)
{
  CURL *curl = curl_easy_init();
  (void)pthread_mutex_lock(&hooks.lock);
  while (!sb_stopping()) {
    struct job *j = due_job();
    if (j) {
      deliver(curl, j);
      continue;
    }
    sb_cond_wait(&hooks.wake, &hooks.lock, IDLE_MS);
    if (arg) {
      (void)pthread_mutex_unlock(&hooks.lock);
      expire_payments();
      (void)pthread_mutex_lock(&hooks.lock);
    }
  }
  (void)pthread_mutex_unlock(&hooks.lock);
  curl_easy_cleanup(curl);
  return NULL;
}

void yk_hook_start(void)
{
  sb_cond_init(&hooks.wake);
  hooks.tail = &hooks.first;
  hooks.url = sb_options.yookassa_webhook ? sb_strdup(sb_options.yookassa_webhook) : NULL;
  for (int i = 0; i < WORKERS; i++)
    if (pthread_create(&hooks.threads[i], NULL, worker, i == 0 ? &hooks : NULL) != 0)
      abort();
}

void yk_hook_stop(void)
{
  yk_hook_kick();
  for (int i = 0; i < WORKERS; i++)
    (void)pthread_join(hooks.threads[i], NULL);
  while (hooks.first) {
    struct job *j = hooks.first;
    hooks.first = j->next;
    job_free(j);
  }
  cJSON_Delete(hooks.headers);
  free(hooks.url);
}

void yk_hook_kick(void)
{
  (void)pthread_mutex_lock(&hooks.lock);
  (void)pthread_cond_broadcast(&hooks.wake);
  (void)pthread_mutex_unlock(&hooks.lock);
}

static cJSON *show(void)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "url", hooks.url ? hooks.url : "");
  cJSON_AddNumberToObject(out, "drop", (double)hooks.drop);
  cJSON_AddNumberToObject(out, "duplicate", (double)hooks.duplicate);
  cJSON_AddNumberToObject(out, "delay_ms", (double)hooks.delay_ms);
  cJSON_AddNumberToObject(out, "retry_ms", (double)hooks.first_pause_ms);
  cJSON_AddBoolToObject(out, "reorder", hooks.reorder);
  cJSON *log = cJSON_AddArrayToObject(out, "log");
  int pending = 0;
  for (const struct job *j = hooks.first; j; j = j->next) {
    cJSON *item = cJSON_CreateObject();
    cJSON_AddNumberToObject(item, "id", (double)j->id);
    cJSON_AddStringToObject(item, "event", j->event);
    cJSON_AddStringToObject(item, "object_id", j->object_id);
    cJSON_AddStringToObject(item, "state", state_names[j->state]);
    cJSON_AddNumberToObject(item, "tries", j->tries);
    cJSON_AddNumberToObject(item, "last_status", (double)j->last_status);
    cJSON_AddItemToArray(log, item);
    pending += j->state <= JOB_SENDING;
  }
  cJSON_AddNumberToObject(out, "pending", pending);
  return out;
}

static void configure(const cJSON *in)
{
  const char *url = sb_json_str(in, "url");
  const cJSON *headers = cJSON_GetObjectItemCaseSensitive(in, "headers");
  if (url) {
    free(hooks.url);
    hooks.url = *url ? sb_strdup(url) : NULL;
  }
  if (cJSON_IsArray(headers)) {
    cJSON_Delete(hooks.headers);
    hooks.headers = cJSON_Duplicate(headers, true);
  }
  hooks.drop = sb_json_int(in, "drop", hooks.drop);
  hooks.duplicate = sb_json_int(in, "duplicate", hooks.duplicate);
  hooks.delay_ms = sb_json_int(in, "delay_ms", hooks.delay_ms);
  hooks.first_pause_ms = sb_json_int(in, "retry_ms", hooks.first_pause_ms);
  hooks.reorder = sb_json_bool(in, "reorder", hooks.reorder);
}

void yk_hook_control(struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  (void)pthread_mutex_lock(&hooks.lock);
  configure(in);
  cJSON *out = show();
  (void)pthread_mutex_unlock(&hooks.lock);
  cJSON_Delete(in);
  sb_reply_json(rp, 200, out);
}

/* Posts any body at once, as an outsider would, and shows the product's answer. */
void yk_hook_forge(struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  const cJSON *json = cJSON_GetObjectItemCaseSensitive(in, "body");
  const char *raw = sb_json_str(in, "raw");
  const char *given_url = sb_json_str(in, "url");
  char *body = raw ? sb_strdup(raw) : cJSON_PrintUnformatted(json);
  (void)pthread_mutex_lock(&hooks.lock);
  const char *chosen = given_url ? given_url : hooks.url;
  char *url = chosen ? sb_strdup(chosen) : NULL;
  (void)pthread_mutex_unlock(&hooks.lock);
  if (!url || !body) {
    sb_control_error(rp, 400, "needs body or raw, and url when none is set");
  } else {
    struct sb_out out = {.url = url, .body = body, .timeout_ms = TIMEOUT_MS};
    struct sb_out_result result;
    CURL *curl = curl_easy_init();
    add_headers(&out, cJSON_GetObjectItemCaseSensitive(in, "headers"));
    sb_post(curl, &out, &result);
    curl_easy_cleanup(curl);
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddNumberToObject(answer, "status", (double)result.status);
    cJSON_AddStringToObject(answer, "body", result.body.data ? result.body.data : "");
    cJSON_AddStringToObject(answer, "error", result.error);
    sb_reply_json(rp, 200, answer);
    sb_buf_free(&result.body);
  }
  free(url);
  free(body);
  cJSON_Delete(in);
}

/* SPDX-License-Identifier: MIT */
#include "telegram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "clock.h"
#include "text.h"
#include "tg.h"

struct tg_bot tg = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .next_update_id = 700000001,
    .next_message_id = 1,
    .limits = {.per_chat_ms = 1000, .per_second = 30},
};

static const struct {
  const char *name;
  tg_method *run;
} methods[] = {
    {"getMe", tg_get_me},
    {"getUpdates", tg_get_updates},
    {"setWebhook", tg_set_webhook},
    {"deleteWebhook", tg_delete_webhook},
    {"getWebhookInfo", tg_webhook_info},
    {"sendMessage", tg_send_message},
    {"sendPhoto", tg_send_photo},
    {"sendDocument", tg_send_document},
    {"sendChatAction", tg_send_action},
    {"editMessageText", tg_edit_text},
    {"editMessageReplyMarkup", tg_edit_markup},
    {"deleteMessage", tg_delete_message},
    {"answerCallbackQuery", tg_answer_callback},
    {"setMyCommands", tg_set_commands},
    {"getMyCommands", tg_get_commands},
    {"deleteMyCommands", tg_delete_commands},
    {"setChatMenuButton", tg_set_menu},
    {"getChatMenuButton", tg_get_menu},
    {"setMyName", tg_set_text},
    {"setMyDescription", tg_set_text},
    {"setMyShortDescription", tg_set_text},
    {"getFile", tg_get_file},
    {"getChat", tg_get_chat},
};

bool sb_telegram_token_ok(const char *token)
{
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  size_t n = strspn(token, "0123456789");
  return n > 0 && token[n] == ':' && strlen(token + n + 1) == 35 &&
         strspn(token + n + 1, set) == 35;
}

void tg_ok(struct tg_call *c, cJSON *result)
{
  if (!c->rp) {
    cJSON_Delete(result);
    return;
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "ok", true);
  cJSON_AddItemToObject(out, "result", result);
  sb_reply_json(c->rp, 200, out);
}

void tg_true(struct tg_call *c, const char *description)
{
  if (!c->rp)
    return;
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "ok", true);
  cJSON_AddBoolToObject(out, "result", true);
  if (description)
    cJSON_AddStringToObject(out, "description", description);
  sb_reply_json(c->rp, 200, out);
}

static const char *prefix_of(unsigned code)
{
  switch (code) {
  case 400:
    return "Bad Request: ";
  case 403:
    return "Forbidden: ";
  case 409:
    return "Conflict: ";
  default:
    return "";
  }
}

void tg_fail(struct tg_call *c, unsigned code, const char *what)
{
  if (!c->rp)
    return;
  cJSON *out = cJSON_CreateObject();
  char *text = sb_printf("%s%s", prefix_of(code), what);
  cJSON_AddBoolToObject(out, "ok", false);
  cJSON_AddNumberToObject(out, "error_code", code);
  cJSON_AddStringToObject(out, "description", text);
  sb_reply_json(c->rp, code, out);
  free(text);
}

void tg_fail_retry(struct tg_call *c, int64_t seconds)
{
  char text[24];
  if (!c->rp)
    return;
  (void)snprintf(text, sizeof text, "%lld", (long long)seconds);
  sb_reply_header(c->rp, "Retry-After", text);
  char *what = sb_printf("Too Many Requests: retry after %s", text);
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "ok", false);
  cJSON_AddNumberToObject(out, "error_code", 429);
  cJSON_AddStringToObject(out, "description", what);
  cJSON *parameters = cJSON_AddObjectToObject(out, "parameters");
  cJSON_AddNumberToObject(parameters, "retry_after", (double)seconds);
  sb_reply_json(c->rp, 429, out);
  free(what);
}

const char *tg_text(const struct tg_call *c, const char *key)
{
  return sb_json_str(c->in, key);
}

int64_t tg_int(const struct tg_call *c, const char *key, int64_t otherwise)
{
  int64_t v = 0;
  return sb_json_id(c->in, key, &v) ? v : otherwise;
}

cJSON *tg_json(const struct tg_call *c, const char *key, bool *broken)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(c->in, key);
  *broken = false;
  if (!v || cJSON_IsNull(v) || (cJSON_IsString(v) && !*v->valuestring))
    return NULL;
  cJSON *out = cJSON_IsString(v) ? sb_json_parse(v->valuestring, strlen(v->valuestring))
                                 : cJSON_Duplicate(v, true);
  if (cJSON_IsObject(out) || cJSON_IsArray(out))
    return out;
  cJSON_Delete(out);
  *broken = true;
  return NULL;
}

static void add_params(struct tg_call *c, const struct sb_params *ps)
{
  for (size_t i = 0; i < ps->count; i++)
    if (!ps->items[i].filename)
      sb_json_set(c->in, ps->items[i].name, cJSON_CreateString(ps->items[i].value));
}

/* False after answering. */
static bool read_fields(struct tg_call *c)
{
  struct sb_request *rq = c->rq;
  bool ok = true;
  if (sb_type_is(rq, "application/json") && rq->body_len) {
    c->in = sb_json_parse(rq->body, rq->body_len);
    ok = cJSON_IsObject(c->in);
  } else {
    c->in = cJSON_CreateObject();
    if (sb_type_is(rq, "multipart/form-data"))
      ok = sb_params_multipart(&c->uploads, rq->type, rq->body, rq->body_len);
    else
      sb_params_urlencoded(&c->uploads, rq->body, rq->body_len);
    add_params(c, &c->uploads);
  }
  if (ok)
    add_params(c, &rq->query);
  else
    tg_fail(c, 400, "can't parse request body");
  return ok;
}

void tg_run(struct tg_call *c, const char *method)
{
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    if (strcasecmp(methods[i].name, method) != 0)
      continue;
    (void)pthread_mutex_lock(&tg.lock);
    tg_prune();
    methods[i].run(c);
    (void)pthread_mutex_unlock(&tg.lock);
    return;
  }
  tg_fail(c, 404, "Not Found: method not found");
}

/* 0, or the status to refuse with. */
static unsigned check_token(const char *token)
{
  unsigned code = 0;
  if (!sb_telegram_token_ok(token))
    return 404;
  (void)pthread_mutex_lock(&tg.lock);
  if (!tg.token)
    tg.token = sb_strdup(token);
  else if (strcmp(tg.token, token) != 0)
    code = 401;
  (void)pthread_mutex_unlock(&tg.lock);
  return code;
}

static void serve_file(struct sb_request *rq, struct sb_reply *rp, const char *path)
{
  size_t at = 0;
  struct tg_file *found = NULL;
  (void)pthread_mutex_lock(&tg.lock);
  for (struct tg_file *f; !found && (f = sb_map_next(&tg.files, &at)) != NULL;)
    if (strcmp(f->path, path) == 0)
      found = f;
  tg_serve_file(rq, rp, found);
  (void)pthread_mutex_unlock(&tg.lock);
}

void sb_telegram(struct sb_request *rq, struct sb_reply *rp)
{
  struct tg_call c = {.rq = rq, .rp = rp};
  bool file = sb_has_prefix(rq->path, "/file/bot");
  const char *token = rq->path + (file ? strlen("/file/bot") : strlen("/bot"));
  const char *slash = file || sb_has_prefix(rq->path, "/bot") ? strchr(token, '/') : NULL;
  if (!slash) {
    tg_fail(&c, 404, "Not Found");
    return;
  }
  char *given = sb_strndup(token, (size_t)(slash - token));
  unsigned code = check_token(given);
  free(given);
  if (code)
    tg_fail(&c, code, code == 401 ? "Unauthorized" : "Not Found");
  else if (file)
    serve_file(rq, rp, slash + 1);
  else if (read_fields(&c))
    tg_run(&c, slash + 1);
  cJSON_Delete(c.in);
  sb_params_free(&c.uploads);
}

void sb_telegram_start(void)
{
  sb_cond_init(&tg.changed);
  tg_set_allowed(NULL);
  if (sb_options.bot_token)
    tg.token = sb_strdup(sb_options.bot_token);
  tg_webhook_start();
}

void sb_telegram_stop(void)
{
  tg_webhook_stop();
}

void sb_telegram_kick(void)
{
  (void)pthread_mutex_lock(&tg.lock);
  (void)pthread_cond_broadcast(&tg.changed);
  (void)pthread_mutex_unlock(&tg.lock);
}

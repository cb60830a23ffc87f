/* SPDX-License-Identifier: MIT */
#include "chat.h"

#include <string.h>

#include "app.h"
#include "clock.h"
#include "telegram.h"
#include "text.h"
#include "tg.h"
#include "web.h"

enum { WAIT_MS = 25000, WAIT_STEP_MS = 250 };

static cJSON *state_json(struct tg_user *u)
{
  cJSON *out = cJSON_CreateObject();
  const cJSON *menu = tg_menu_of(u);
  const cJSON *commands = tg_commands_of(u);
  cJSON_AddNumberToObject(out, "version", (double)u->version);
  cJSON_AddItemToObject(out, "user", tg_user_json(u));
  cJSON_AddBoolToObject(out, "started", u->started);
  cJSON_AddBoolToObject(out, "blocked", u->blocked);
  cJSON_AddItemToObject(out, "bot", tg_bot_json());
  cJSON_AddItemToObject(out, "menu", menu ? cJSON_Duplicate(menu, true) : cJSON_CreateNull());
  cJSON_AddItemToObject(out, "commands",
                        commands ? cJSON_Duplicate(commands, true) : cJSON_CreateArray());
  cJSON_AddItemToObject(out, "notice",
                        u->notice ? cJSON_Duplicate(u->notice, true) : cJSON_CreateNull());
  cJSON *messages = cJSON_AddArrayToObject(out, "messages");
  for (size_t i = 0; i < u->count; i++)
    if (!u->messages[i]->deleted)
      cJSON_AddItemToArray(messages, tg_message_json(u->messages[i]));
  return out;
}

void sb_telegram_chat_state(struct sb_request *rq, struct sb_reply *rp)
{
  int64_t id = sb_params_int(&rq->query, "user", 0);
  int64_t version = sb_params_int(&rq->query, "version", 0);
  int64_t end = sb_mono_ms() + WAIT_MS;
  if (id <= 0) {
    sb_reply_text(rp, 400, "application/json", "{\"error\":\"user must be a positive number\"}");
    return;
  }
  (void)pthread_mutex_lock(&tg.lock);
  struct tg_user *u = tg_make_user(id, NULL, NULL, NULL);
  while (u->version == version && sb_mono_ms() < end && !sb_stopping())
    sb_cond_wait(&tg.changed, &tg.lock, WAIT_STEP_MS);
  sb_reply_json(rp, 200, state_json(u));
  (void)pthread_mutex_unlock(&tg.lock);
}

void sb_telegram_chat_file(struct sb_request *rq, struct sb_reply *rp, const char *file_id)
{
  (void)pthread_mutex_lock(&tg.lock);
  tg_serve_file(rq, rp, sb_map_get(&tg.files, file_id));
  (void)pthread_mutex_unlock(&tg.lock);
}

void sb_chat(struct sb_request *rq, struct sb_reply *rp)
{
  if (!*rq->path || strcmp(rq->path, "/") == 0)
    sb_reply_bytes(rp, 200, "text/html; charset=utf-8", web_chat_html, web_chat_html_len);
  else if (strcmp(rq->path, "/chat.css") == 0)
    sb_reply_bytes(rp, 200, "text/css; charset=utf-8", web_chat_css, web_chat_css_len);
  else if (strcmp(rq->path, "/chat.js") == 0)
    sb_reply_bytes(rp, 200, "text/javascript; charset=utf-8", web_chat_js, web_chat_js_len);
  else if (strcmp(rq->path, "/webapp.js") == 0)
    sb_reply_bytes(rp, 200, "text/javascript; charset=utf-8", web_webapp_js, web_webapp_js_len);
  else if (strcmp(rq->path, "/state") == 0)
    sb_telegram_chat_state(rq, rp);
  else if (sb_has_prefix(rq->path, "/file/"))
    sb_telegram_chat_file(rq, rp, rq->path + strlen("/file/"));
  else
    sb_reply_text(rp, 404, "text/plain", "Not Found");
}

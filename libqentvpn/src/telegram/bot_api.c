/* SPDX-License-Identifier: MIT */
/* The methods a shop needs, but for those that send; see bot_send.c. */
#include "telegram/bot_private.h"
#include "util/json.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BODY_MAX_BYTES 65536
#define POLL_SPARE_MS 10000
#define UPDATES_AT_ONCE 100
#define UPDATE_MAX_BYTES 262144 /* what the inbox takes */

/* What botd handles; Telegram keeps the rest from us. */
static const char *const update_kinds[] = {"message", "callback_query", "my_chat_member"};

static void begin(qent_json_writer *w, qent_buf *body)
{
  qent_buf_init(body, BODY_MAX_BYTES);
  qent_jw_init(w, body);
  qent_jw_object(w);
}

static qent_status finish(qent_bot *bot, const char *method, qent_json_writer *w, qent_buf *body,
                          qent_error *err)
{
  qent_status st;

  qent_jw_end_object(w);
  st = qent_jw_finish(w, err);
  if (st == QENT_OK)
    st = qent__bot_do(bot, method, body, err);
  qent_buf_dispose(body);
  return st;
}

static void add_update_kinds(qent_json_writer *w)
{
  qent_jw_karray(w, "allowed_updates");
  for (size_t i = 0; i < sizeof update_kinds / sizeof update_kinds[0]; i++)
    qent_jw_str(w, update_kinds[i]);
  qent_jw_end_array(w);
}

qent_status qent_bot_get_me(qent_bot *bot, int64_t *id_out, char *username_out, size_t size,
                            qent_error *err)
{
  struct qent__bot_call call = {.method = "getMe"};
  cJSON *root = NULL;
  const cJSON *me = NULL;
  const char *username = NULL;
  int64_t id = 0;
  qent_status st;

  if (!bot || !id_out || !username_out || size < 64)
    return qent_fail(err, QENT_EINVAL, "getMe needs a bot and 64 bytes of room");
  st = qent__bot_call(bot, &call, &root, err);
  if (st == QENT_OK)
    st = qent__json_obj(root, "result", &me, err);
  if (st == QENT_OK)
    st = qent__json_i64(me, "id", &id, err);
  if (st == QENT_OK)
    st = qent__json_str(me, "username", &username, err);
  if (st == QENT_OK && !qent__copy_text(username_out, size, username, strlen(username)))
    st = qent_fail(err, QENT_EPROTO, "Telegram, getMe: the username is too long");
  if (st == QENT_OK)
    *id_out = id;
  cJSON_Delete(root);
  return st;
}

/* An update that is larger than the inbox takes is handed out as its id alone: Telegram would send
 * it again for ever, and nothing behind it. */
static qent_status hand_out_text(int64_t id, const char *json, qent_bot_update_fn fn, void *user)
{
  char stub[64];
  size_t len = strlen(json);

  if (len <= UPDATE_MAX_BYTES)
    return fn(id, json, len, user);
  (void)snprintf(stub, sizeof stub, "{\"update_id\":%" PRId64 "}", id);
  return fn(id, stub, strlen(stub), user);
}

static qent_status hand_out(const cJSON *update, qent_bot_update_fn fn, void *user, qent_error *err)
{
  int64_t id = 0;
  char *json;
  qent_status st = qent__json_i64(update, "update_id", &id, err);

  if (st != QENT_OK)
    return st;
  json = cJSON_PrintUnformatted(update);
  if (!json)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = hand_out_text(id, json, fn, user);
  cJSON_free(json);
  if (st != QENT_OK)
    (void)qent_fail(err, st, "update %" PRId64 " was not taken", id);
  return st;
}

qent_status qent_bot_get_updates(qent_bot *bot, int64_t offset, int32_t timeout_s,
                                 qent_bot_update_fn fn, void *user, qent_error *err)
{
  struct qent__bot_call call = {.method = "getUpdates"};
  qent_json_writer w;
  qent_buf body;
  cJSON *root = NULL;
  const cJSON *updates = NULL;
  qent_status st;

  if (!bot || !fn || timeout_s < 0 || timeout_s > 50)
    return qent_fail(err, QENT_EINVAL, "getUpdates needs a callback and a timeout of 0..50");
  begin(&w, &body);
  qent_jw_ki64(&w, "offset", offset);
  qent_jw_ki64(&w, "limit", UPDATES_AT_ONCE);
  qent_jw_ki64(&w, "timeout", timeout_s);
  add_update_kinds(&w);
  qent_jw_end_object(&w);
  st = qent_jw_finish(&w, err);
  call.body = &body;
  call.timeout_ms = timeout_s * 1000 + POLL_SPARE_MS;
  if (st == QENT_OK)
    st = qent__bot_call(bot, &call, &root, err);
  if (st == QENT_OK)
    st = qent__json_arr(root, "result", &updates, err);
  for (const cJSON *it = qent__json_first(updates); st == QENT_OK && it; it = it->next)
    st = hand_out(it, fn, user, err);
  cJSON_Delete(root);
  qent_buf_dispose(&body);
  return st;
}

qent_status qent_bot_answer_callback(qent_bot *bot, const char *callback_id, const char *text,
                                     qent_error *err)
{
  qent_error cause = QENT_ERROR_INIT;
  qent_json_writer w;
  qent_buf body;
  qent_status st;

  if (!bot || !callback_id)
    return qent_fail(err, QENT_EINVAL, "an answer needs a bot and a callback's id");
  begin(&w, &body);
  qent_jw_kstr(&w, "callback_query_id", callback_id);
  if (text)
    qent_jw_kstr(&w, "text", text);
  st = finish(bot, "answerCallbackQuery", &w, &body, &cause);
  if (st == QENT_EINVAL && strstr(cause.message, "query is too old"))
    return QENT_OK;
  if (st != QENT_OK && err)
    *err = cause;
  return st;
}

qent_status qent_bot_set_commands(qent_bot *bot, const char *language, int64_t chat_id,
                                  const qent_bot_command *commands, size_t count, qent_error *err)
{
  qent_json_writer w;
  qent_buf body;

  if (!bot || (!commands && count > 0))
    return qent_fail(err, QENT_EINVAL, "setMyCommands needs a bot and commands");
  begin(&w, &body);
  qent_jw_karray(&w, "commands");
  for (size_t i = 0; i < count; i++) {
    qent_jw_object(&w);
    qent_jw_kstr(&w, "command", commands[i].command);
    qent_jw_kstr(&w, "description", commands[i].description);
    qent_jw_end_object(&w);
  }
  qent_jw_end_array(&w);
  qent_jw_kobject(&w, "scope");
  qent_jw_kstr(&w, "type", chat_id ? "chat" : "all_private_chats");
  if (chat_id)
    qent_jw_ki64(&w, "chat_id", chat_id);
  qent_jw_end_object(&w);
  if (language)
    qent_jw_kstr(&w, "language_code", language);
  return finish(bot, "setMyCommands", &w, &body, err);
}

qent_status qent_bot_set_menu_button(qent_bot *bot, const char *text, const char *url,
                                     qent_error *err)
{
  qent_json_writer w;
  qent_buf body;

  if (!bot || !text || !url)
    return qent_fail(err, QENT_EINVAL, "a menu button needs a text and a URL");
  begin(&w, &body);
  qent_jw_kobject(&w, "menu_button");
  qent_jw_kstr(&w, "type", "web_app");
  qent_jw_kstr(&w, "text", text);
  qent_jw_kobject(&w, "web_app");
  qent_jw_kstr(&w, "url", url);
  qent_jw_end_object(&w);
  qent_jw_end_object(&w);
  return finish(bot, "setChatMenuButton", &w, &body, err);
}

qent_status qent_bot_set_webhook(qent_bot *bot, const char *url, const char *secret,
                                 qent_error *err)
{
  qent_json_writer w;
  qent_buf body;

  if (!bot || !url || !secret)
    return qent_fail(err, QENT_EINVAL, "a webhook needs a URL and a secret");
  begin(&w, &body);
  qent_jw_kstr(&w, "url", url);
  qent_jw_kstr(&w, "secret_token", secret);
  add_update_kinds(&w);
  return finish(bot, "setWebhook", &w, &body, err);
}

qent_status qent_bot_delete_webhook(qent_bot *bot, qent_error *err)
{
  qent_json_writer w;
  qent_buf body;

  if (!bot)
    return qent_fail(err, QENT_EINVAL, "deleteWebhook needs a bot");
  begin(&w, &body);
  qent_jw_kbool(&w, "drop_pending_updates", false);
  return finish(bot, "deleteWebhook", &w, &body, err);
}

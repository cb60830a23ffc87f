/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "control.h"
#include "telegram.h"
#include "text.h"
#include "tg.h"

enum { WAIT_STEP_MS = 250 };

struct tg_user *tg_find_user(int64_t id)
{
  char key[24];
  (void)snprintf(key, sizeof key, "%lld", (long long)id);
  return sb_map_get(&tg.users, key);
}

static void set_text(char **slot, const char *text)
{
  if (!text)
    return;
  free(*slot);
  *slot = *text ? sb_strdup(text) : NULL;
}

struct tg_user *tg_make_user(int64_t id, const char *first_name, const char *username,
                             const char *language)
{
  struct tg_user *u = tg_find_user(id);
  if (!u) {
    char key[24];
    (void)snprintf(key, sizeof key, "%lld", (long long)id);
    u = sb_alloc(sizeof *u);
    u->id = id;
    u->version = 1;
    u->language = sb_strdup("ru");
    u->first_name = sb_printf("Guest %lld", (long long)id);
    (void)sb_map_put(&tg.users, key, u);
  }
  if (first_name && *first_name)
    set_text(&u->first_name, first_name);
  set_text(&u->username, username);
  set_text(&u->language, language);
  return u;
}

cJSON *tg_user_json(const struct tg_user *u)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "id", (double)u->id);
  cJSON_AddBoolToObject(out, "is_bot", false);
  cJSON_AddStringToObject(out, "first_name", u->first_name);
  if (u->username)
    cJSON_AddStringToObject(out, "username", u->username);
  if (u->language)
    cJSON_AddStringToObject(out, "language_code", u->language);
  return out;
}

cJSON *tg_chat_json(const struct tg_user *u)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "id", (double)u->id);
  cJSON_AddStringToObject(out, "first_name", u->first_name);
  if (u->username)
    cJSON_AddStringToObject(out, "username", u->username);
  cJSON_AddStringToObject(out, "type", "private");
  return out;
}

/* Every "/word" at the beginning of a word. */
static cJSON *command_entities(const char *text)
{
  cJSON *list = cJSON_CreateArray();
  for (const char *c = strchr(text, '/'); c; c = strchr(c + 1, '/')) {
    size_t n = strspn(c + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@");
    if (!n || (c > text && !strchr(" \n\t", c[-1])))
      continue;
    cJSON *entity = cJSON_CreateObject();
    cJSON_AddNumberToObject(entity, "offset", (double)sb_utf16_units(text, (size_t)(c - text)));
    cJSON_AddNumberToObject(entity, "length", (double)(n + 1));
    cJSON_AddStringToObject(entity, "type", "bot_command");
    cJSON_AddItemToArray(list, entity);
  }
  return list;
}

static void queue_member(struct tg_user *u, bool blocked)
{
  cJSON *body = cJSON_CreateObject();
  cJSON_AddItemToObject(body, "chat", tg_chat_json(u));
  cJSON_AddItemToObject(body, "from", tg_user_json(u));
  cJSON_AddNumberToObject(body, "date", (double)sb_now_s());
  for (int i = 0; i < 2; i++) {
    bool kicked = (i == 1) == blocked;
    cJSON *member = cJSON_AddObjectToObject(body, i ? "new_chat_member" : "old_chat_member");
    cJSON_AddItemToObject(member, "user", tg_bot_json());
    cJSON_AddStringToObject(member, "status", kicked ? "kicked" : "member");
    if (kicked)
      cJSON_AddNumberToObject(member, "until_date", 0);
  }
  tg_queue(TG_UPDATE_MEMBER, u->id, body);
}

static void set_blocked(struct tg_user *u, bool blocked)
{
  if (u->blocked == blocked)
    return;
  u->blocked = blocked;
  if (u->started)
    queue_member(u, blocked);
  tg_touch(u);
}

static const struct tg_message *say(struct tg_user *u, const char *text)
{
  cJSON *obj = cJSON_CreateObject();
  cJSON *entities = command_entities(text);
  set_blocked(u, false);
  u->started = true;
  cJSON_AddStringToObject(obj, "text", text);
  if (entities->child)
    cJSON_AddItemToObject(obj, "entities", entities);
  else
    cJSON_Delete(entities);
  const struct tg_message *m = tg_add_message(u, obj, "", text, "");
  tg_queue(TG_UPDATE_MESSAGE, u->id, cJSON_Duplicate(m->obj, true));
  return m;
}

static bool has_callback(const struct tg_message *m, const char *data)
{
  const cJSON *row = NULL;
  const cJSON *button = NULL;
  const cJSON *markup = cJSON_GetObjectItemCaseSensitive(m->obj, "reply_markup");
  cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(markup, "inline_keyboard"))
  {
    cJSON_ArrayForEach(button, row)
    {
      const char *text = sb_json_str(button, "callback_data");
      if (text && strcmp(text, data) == 0)
        return true;
    }
  }
  return false;
}

/* The message with this button; without an id the newest one. */
static const struct tg_message *button_owner(const struct tg_user *u, int64_t id, const char *data)
{
  for (size_t i = u->count; i-- > 0;) {
    const struct tg_message *m = u->messages[i];
    if (!m->deleted && (!id || m->id == id) && has_callback(m, data))
      return m;
  }
  return NULL;
}

static void control_callback(struct tg_user *u, const cJSON *in, struct sb_reply *rp)
{
  const char *data = sb_json_str(in, "data");
  int64_t id = sb_json_int(in, "message_id", 0);
  const struct tg_message *m = data ? button_owner(u, id, data) : NULL;
  if (data && !m && sb_json_bool(in, "force", false))
    m = tg_find_message(u, id);
  if (!m) {
    sb_control_error(rp, 404, "no message with such a button (force needs message_id)");
    return;
  }
  unsigned char r[8];
  uint64_t number = 0;
  sb_random(r, sizeof r);
  memcpy(&number, r, sizeof number);
  char *query = sb_printf("%llu", (unsigned long long)(number >> 1));
  cJSON *body = cJSON_CreateObject();
  cJSON_AddStringToObject(body, "id", query);
  cJSON_AddItemToObject(body, "from", tg_user_json(u));
  cJSON_AddItemToObject(body, "message", cJSON_Duplicate(m->obj, true));
  cJSON_AddStringToObject(body, "chat_instance", "-3788475317572404878");
  cJSON_AddStringToObject(body, "data", data);
  (void)sb_map_put(&tg.callbacks, query, u);
  tg_queue(TG_UPDATE_CALLBACK, u->id, body);
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "callback_query_id", query);
  sb_reply_json(rp, 200, out);
  free(query);
}

static void control_init_data(const struct tg_user *u, const cJSON *in, struct sb_reply *rp)
{
  char *text =
      tg_init_data(u, sb_json_int(in, "auth_date", sb_now_s()), sb_json_str(in, "start_param"));
  if (!text) {
    sb_control_error(rp, 409, "no bot token yet: give --bot-token or start the bot");
    return;
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "init_data", text);
  sb_reply_json(rp, 200, out);
  free(text);
}

cJSON *tg_message_json(const struct tg_message *m)
{
  static const char *const copied[] = {"message_id", "date",         "text",
                                       "caption",    "reply_markup", "document"};
  cJSON *out = cJSON_CreateObject();
  for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(m->obj, copied[i]);
    if (v)
      cJSON_AddItemToObject(out, copied[i], cJSON_Duplicate(v, true));
  }
  if (m->keyboard)
    cJSON_AddItemToObject(out, "reply_markup", cJSON_Duplicate(m->keyboard, true));
  cJSON_AddStringToObject(out, "method", m->method);
  cJSON_AddBoolToObject(out, "from_bot", m->from_bot);
  cJSON_AddStringToObject(out, "raw", m->raw);
  cJSON_AddStringToObject(out, "parse_mode", m->parse_mode);
  cJSON_AddNumberToObject(out, "time_ms", (double)m->real_ms);
  cJSON_AddBoolToObject(out, "edited", m->edited);
  cJSON_AddBoolToObject(out, "deleted", m->deleted);
  if (m->file_id) {
    char *url = sb_printf("%s/chat/file/%s", sb_options.base_url, m->file_id);
    bool photo = strcmp(m->method, "sendPhoto") == 0;
    cJSON_AddStringToObject(out, photo ? "photo_url" : "document_url", url);
    free(url);
  }
  return out;
}

/* Adds to `list`, which may be NULL; returns how many there are. */
static int64_t select_messages(const struct sb_params *q, cJSON *list)
{
  int64_t id = sb_params_int(q, "user_id", 0);
  int64_t after = sb_params_int(q, "after", 0);
  bool all = sb_params_int(q, "all", 0) != 0;
  int64_t n = 0;
  size_t at = 0;
  for (const struct tg_user *u; (u = sb_map_next(&tg.users, &at)) != NULL;) {
    for (size_t i = 0; (!id || u->id == id) && i < u->count; i++) {
      if (u->messages[i]->id <= after || (!all && !u->messages[i]->from_bot))
        continue;
      n++;
      if (!list)
        continue;
      cJSON *item = tg_message_json(u->messages[i]);
      cJSON_AddNumberToObject(item, "user_id", (double)u->id);
      cJSON_AddItemToArray(list, item);
    }
  }
  return n;
}

static void control_messages(struct sb_request *rq, struct sb_reply *rp)
{
  int64_t count = sb_params_int(&rq->query, "count", 1);
  int64_t end = sb_mono_ms() + sb_params_int(&rq->query, "wait_ms", 0);
  for (int64_t left = 0; (left = end - sb_mono_ms()) > 0 && !sb_stopping();) {
    if (select_messages(&rq->query, NULL) >= count)
      break;
    sb_cond_wait(&tg.changed, &tg.lock, left < WAIT_STEP_MS ? left : WAIT_STEP_MS);
  }
  cJSON *out = cJSON_CreateObject();
  (void)select_messages(&rq->query, cJSON_AddArrayToObject(out, "messages"));
  sb_reply_json(rp, 200, out);
}

static void control_limits(const cJSON *in, struct sb_reply *rp)
{
  tg.limits.enforced = sb_json_bool(in, "enforced", tg.limits.enforced);
  tg.limits.per_second = sb_json_int(in, "per_second", tg.limits.per_second);
  tg.limits.per_chat_ms = sb_json_int(in, "per_chat_ms", tg.limits.per_chat_ms);
  sb_control_ok(rp);
}

static void control_users(struct sb_request *rq, const cJSON *in, struct sb_reply *rp)
{
  int64_t id = sb_json_int(in, "id", 0);
  if (strcmp(rq->method, "POST") == 0 && id > 0) {
    const struct tg_user *u =
        tg_make_user(id, sb_json_str(in, "first_name"), sb_json_str(in, "username"),
                     sb_json_str(in, "language_code"));
    sb_reply_json(rp, 200, tg_user_json(u));
    return;
  }
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const struct tg_user *u; (u = sb_map_next(&tg.users, &at)) != NULL;) {
    cJSON *item = tg_user_json(u);
    cJSON_AddBoolToObject(item, "started", u->started);
    cJSON_AddBoolToObject(item, "blocked", u->blocked);
    cJSON_AddItemToArray(out, item);
  }
  sb_reply_json(rp, 200, out);
}

static void control_state(struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "pending_updates", (double)tg.update_count);
  cJSON_AddNumberToObject(out, "open_callbacks", (double)tg.callbacks.live);
  cJSON_AddStringToObject(out, "webhook", tg.webhook.url ? tg.webhook.url : "");
  cJSON *commands = cJSON_AddObjectToObject(out, "commands");
  for (size_t i = 0; i < tg.commands.used; i++)
    if (tg.commands.items[i].key)
      cJSON_AddItemToObject(commands, tg.commands.items[i].key,
                            cJSON_Duplicate(tg.commands.items[i].value, true));
  cJSON *menus = cJSON_AddObjectToObject(out, "menu_buttons");
  for (size_t i = 0; i < tg.menus.used; i++)
    if (tg.menus.items[i].key)
      cJSON_AddItemToObject(menus, tg.menus.items[i].key,
                            cJSON_Duplicate(tg.menus.items[i].value, true));
  sb_reply_json(rp, 200, out);
}

static void person_action(const char *path, const cJSON *in, struct sb_reply *rp)
{
  struct tg_user *u = tg_find_user(sb_json_int(in, "user_id", 0));
  const char *text = sb_json_str(in, "text");
  if (!u) {
    sb_control_error(rp, 404, "no such user: POST /control/telegram/users first");
  } else if (strcmp(path, "/send") == 0 && text && *text) {
    sb_reply_json(rp, 200, tg_message_json(say(u, text)));
  } else if (strcmp(path, "/callback") == 0) {
    control_callback(u, in, rp);
  } else if (strcmp(path, "/block") == 0) {
    set_blocked(u, sb_json_bool(in, "blocked", true));
    sb_control_ok(rp);
  } else if (strcmp(path, "/init-data") == 0) {
    control_init_data(u, in, rp);
  } else {
    sb_control_error(rp, 404, "no such control route, or text is missing");
  }
}

static void control_locked(struct sb_request *rq, cJSON *in, struct sb_reply *rp)
{
  if (strcmp(rq->path, "/users") == 0)
    control_users(rq, in, rp);
  else if (sb_is(rq, "GET", "/messages"))
    control_messages(rq, rp);
  else if (sb_is(rq, "GET", "/state"))
    control_state(rp);
  else if (sb_is(rq, "POST", "/limits"))
    control_limits(in, rp);
  else if (sb_is(rq, "POST", "/update")) {
    tg_queue(TG_UPDATE_OTHER, sb_json_int(in, "user_id", 0), cJSON_Duplicate(in, true));
    sb_control_ok(rp);
  } else {
    person_action(rq->path, in, rp);
  }
}

void sb_telegram_control(struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  (void)pthread_mutex_lock(&tg.lock);
  tg_prune();
  control_locked(rq, in, rp);
  (void)pthread_mutex_unlock(&tg.lock);
  cJSON_Delete(in);
}

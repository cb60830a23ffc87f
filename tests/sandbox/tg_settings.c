/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "text.h"
#include "tg.h"

enum { COMMANDS_MAX = 100, COMMAND_MAX = 32, DESCRIPTION_MAX = 256 };

cJSON *tg_bot_json(void)
{
  cJSON *out = cJSON_CreateObject();
  int64_t id = 0;
  char *digits = tg.token ? sb_strndup(tg.token, strcspn(tg.token, ":")) : sb_strdup("0");
  (void)sb_parse_int(digits, &id);
  free(digits);
  cJSON_AddNumberToObject(out, "id", (double)id);
  cJSON_AddBoolToObject(out, "is_bot", true);
  cJSON_AddStringToObject(out, "first_name", "QentVPN");
  cJSON_AddStringToObject(out, "username", sb_options.bot_username);
  return out;
}

void tg_get_me(struct tg_call *c)
{
  cJSON *out = tg_bot_json();
  cJSON_AddBoolToObject(out, "can_join_groups", true);
  cJSON_AddBoolToObject(out, "can_read_all_group_messages", false);
  cJSON_AddBoolToObject(out, "supports_inline_queries", false);
  cJSON_AddBoolToObject(out, "can_connect_to_business", false);
  cJSON_AddBoolToObject(out, "has_main_web_app", false);
  tg_ok(c, out);
}

void tg_get_chat(struct tg_call *c)
{
  const struct tg_user *u = tg_find_user(tg_int(c, "chat_id", 0));
  if (u && u->started)
    tg_ok(c, tg_chat_json(u));
  else
    tg_fail(c, 400, "chat not found");
}

/* "scope|chat|language"; owned, NULL after answering. */
static char *command_key(struct tg_call *c)
{
  static const char *const types[] = {
      "default", "all_private_chats",   "all_group_chats", "all_chat_administrators",
      "chat",    "chat_administrators", "chat_member"};
  bool broken = false;
  bool known = false;
  int64_t chat = 0;
  cJSON *scope = tg_json(c, "scope", &broken);
  const char *type = scope ? sb_json_str(scope, "type") : "default";
  const char *language = tg_text(c, "language_code");
  char *key = NULL;
  (void)sb_json_id(scope, "chat_id", &chat);
  for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
    known = known || strcmp(type, types[i]) == 0;
  language = language ? language : "";
  if (broken || !known)
    tg_fail(c, 400, "can't parse BotCommandScope: unsupported type specified");
  else if (*language &&
           (strlen(language) != 2 || strspn(language, "abcdefghijklmnopqrstuvwxyz") != 2))
    tg_fail(c, 400, "invalid language code specified");
  else
    key = sb_printf("%s|%lld|%s", type, (long long)chat, language);
  cJSON_Delete(scope);
  return key;
}

static const char *commands_problem(const cJSON *list)
{
  const cJSON *item = NULL;
  if (!cJSON_IsArray(list))
    return "can't parse commands JSON object";
  if (cJSON_GetArraySize(list) > COMMANDS_MAX)
    return "BOT_COMMANDS_TOO_MUCH";
  cJSON_ArrayForEach(item, list)
  {
    const char *command = sb_json_str(item, "command");
    const char *description = sb_json_str(item, "description");
    size_t n = command ? strlen(command) : 0;
    if (n && command[0] == '/') {
      command++;
      n--;
    }
    if (n < 1 || n > COMMAND_MAX || strspn(command, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
      return "BOT_COMMAND_INVALID";
    if (!description || !*description || sb_utf8_chars(description) > DESCRIPTION_MAX)
      return "BOT_COMMAND_DESCRIPTION_INVALID";
  }
  return NULL;
}

static void touch_all(void)
{
  size_t at = 0;
  for (struct tg_user *u; (u = sb_map_next(&tg.users, &at)) != NULL;)
    u->version++;
  (void)pthread_cond_broadcast(&tg.changed);
}

void tg_set_commands(struct tg_call *c)
{
  bool broken = false;
  cJSON *list = tg_json(c, "commands", &broken);
  const char *problem = commands_problem(list);
  char *key = problem ? NULL : command_key(c);
  if (problem) {
    tg_fail(c, 400, problem);
    cJSON_Delete(list);
  } else if (!key) {
    cJSON_Delete(list);
  } else {
    cJSON_Delete(sb_map_put(&tg.commands, key, list));
    touch_all();
    tg_true(c, NULL);
  }
  free(key);
}

void tg_get_commands(struct tg_call *c)
{
  char *key = command_key(c);
  if (!key)
    return;
  const cJSON *list = sb_map_get(&tg.commands, key);
  tg_ok(c, list ? cJSON_Duplicate(list, true) : cJSON_CreateArray());
  free(key);
}

void tg_delete_commands(struct tg_call *c)
{
  char *key = command_key(c);
  if (!key)
    return;
  cJSON_Delete(sb_map_remove(&tg.commands, key));
  touch_all();
  tg_true(c, NULL);
  free(key);
}

const cJSON *tg_commands_of(const struct tg_user *u)
{
  static const struct {
    const char *scope;
    bool chat;
    bool language;
  } order[] = {{"chat", true, true},
               {"chat", true, false},
               {"all_private_chats", false, true},
               {"all_private_chats", false, false},
               {"default", false, true},
               {"default", false, false}};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    const char *language = order[i].language && u->language ? u->language : "";
    char *key =
        sb_printf("%s|%lld|%.2s", order[i].scope, (long long)(order[i].chat ? u->id : 0), language);
    const cJSON *list = sb_map_get(&tg.commands, key);
    free(key);
    if (list)
      return list;
  }
  return NULL;
}

static const char *menu_problem(const cJSON *menu)
{
  const char *type = sb_json_str(menu, "type");
  const char *text = sb_json_str(menu, "text");
  const char *url = sb_json_str(cJSON_GetObjectItemCaseSensitive(menu, "web_app"), "url");
  if (!type)
    return "can't parse menu button: Field \"type\" must be of type String";
  if (strcmp(type, "default") == 0 || strcmp(type, "commands") == 0)
    return NULL;
  if (strcmp(type, "web_app") != 0)
    return "can't parse menu button: Unsupported type specified";
  if (!text || !*text)
    return "can't parse menu button: Field \"text\" must be non-empty";
  if (!url || !(sb_has_prefix(url, "https://") || sb_is_loopback_http(url)))
    return "menu button Web App URL is invalid: Only HTTPS links are allowed";
  return NULL;
}

/* "" without chat_id; owned, NULL after answering. */
static char *menu_key(struct tg_call *c)
{
  int64_t id = tg_int(c, "chat_id", 0);
  if (!cJSON_HasObjectItem(c->in, "chat_id"))
    return sb_strdup("");
  if (tg_find_user(id))
    return sb_printf("%lld", (long long)id);
  tg_fail(c, 400, "chat not found");
  return NULL;
}

void tg_set_menu(struct tg_call *c)
{
  bool broken = false;
  cJSON *menu = tg_json(c, "menu_button", &broken);
  if (!menu && !broken)
    menu = cJSON_Parse("{\"type\":\"default\"}");
  const char *problem = menu_problem(menu);
  char *key = problem ? NULL : menu_key(c);
  if (problem)
    tg_fail(c, 400, problem);
  if (key) {
    cJSON_Delete(sb_map_put(&tg.menus, key, menu));
    touch_all();
    tg_true(c, NULL);
  } else {
    cJSON_Delete(menu);
  }
  free(key);
}

void tg_get_menu(struct tg_call *c)
{
  char *key = menu_key(c);
  if (!key)
    return;
  const cJSON *menu = sb_map_get(&tg.menus, key);
  if (!menu)
    menu = sb_map_get(&tg.menus, "");
  tg_ok(c, menu ? cJSON_Duplicate(menu, true) : cJSON_Parse("{\"type\":\"commands\"}"));
  free(key);
}

const cJSON *tg_menu_of(const struct tg_user *u)
{
  char *key = sb_printf("%lld", (long long)u->id);
  const cJSON *menu = sb_map_get(&tg.menus, key);
  free(key);
  const char *type = menu ? sb_json_str(menu, "type") : "default";
  return strcmp(type, "default") == 0 ? sb_map_get(&tg.menus, "") : menu;
}

/* setMyName and the descriptions: checked and forgotten. */
void tg_set_text(struct tg_call *c)
{
  static const char *const fields[] = {"name", "description", "short_description"};
  static const size_t max[] = {64, 512, 120};
  for (size_t i = 0; i < 3; i++) {
    const char *text = tg_text(c, fields[i]);
    if (text && sb_utf8_chars(text) > max[i]) {
      tg_fail(c, 400, "the text is too long");
      return;
    }
  }
  tg_true(c, NULL);
}

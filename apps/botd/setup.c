/* SPDX-License-Identifier: MIT */
#include "botd.h"
#include "texts.h"

#include <stdio.h>
#include <string.h>

/* What the bot says of itself to Telegram. It happens beside the work loops and is repeated until
 * it succeeds, so that a Telegram that is down holds nothing up. */

#define ADMINS_MAX 64
#define COMMANDS_MAX 7

typedef struct setup {
  botd *b;
  qent_bot *bot;
  backoff trouble;
} setup;

typedef qent_status (*setup_fn)(setup *s, int64_t argument, qent_error *err);

static qent_status say_who(setup *s, int64_t argument, qent_error *err)
{
  (void)argument;
  int64_t id = 0;
  char username[64] = "";
  const qent_status st = qent_bot_get_me(s->bot, &id, username, sizeof username, err);
  if (st == QENT_OK)
    botd_log(QENT_LOG_NOTICE, "setup", "this is @%s (%lld)", username, (long long)id);
  return st;
}

static qent_status set_commands(setup *s, const char *telegram_language, const char *language,
                                int64_t chat_id, qent_error *err)
{
  const qent_bot_command commands[COMMANDS_MAX] = {
      {"start", text_get(language, TEXT_COMMAND_START)},
      {"my", text_get(language, TEXT_COMMAND_MY)},
      {"help", text_get(language, TEXT_COMMAND_HELP)},
      {"lang", text_get(language, TEXT_COMMAND_LANG)},
      {"serverstats", text_get(language, TEXT_COMMAND_SERVERSTATS)},
      {"stats", text_get(language, TEXT_COMMAND_STATS)},
      {"find", text_get(language, TEXT_COMMAND_FIND)}};
  return qent_bot_set_commands(s->bot, telegram_language, chat_id, commands,
                               chat_id ? COMMANDS_MAX : 4, err);
}

static qent_status set_commands_en(setup *s, int64_t chat_id, qent_error *err)
{
  return set_commands(s, NULL, "en", chat_id, err);
}

static qent_status set_commands_ru(setup *s, int64_t chat_id, qent_error *err)
{
  return set_commands(s, "ru", "ru", chat_id, err);
}

static qent_status set_menu_button(setup *s, int64_t argument, qent_error *err)
{
  (void)argument;
  const char *url = botd_setting(s->b, "QENT_MINIAPP_URL");
  if (!url)
    return QENT_OK;
  return qent_bot_set_menu_button(s->bot, text_get("en", TEXT_MENU_BUTTON), url, err);
}

static qent_status set_webhook(setup *s, int64_t argument, qent_error *err)
{
  (void)argument;
  char url[1024];
  char secret[128];
  const char *base = botd_setting(s->b, "QENT_PUBLIC_URL");
  if (!botd_uses_webhook(s->b))
    return QENT_OK;
  if (!base)
    return qent_fail(err, QENT_EINVAL, "webhook mode needs QENT_PUBLIC_URL");
  size_t len = strlen(base);
  while (len > 0 && base[len - 1] == '/')
    --len;
  snprintf(url, sizeof url, "%.*s/webhooks/telegram", (int)len, base);
  const qent_status st = qent_webhook_secret(s->b->ctx, secret, sizeof secret, err);
  return st != QENT_OK ? st : qent_bot_set_webhook(s->bot, url, secret, err);
}

/* Repeat until done. What Telegram refuses for good is logged and left. @return false: stopping. */
static bool insist(setup *s, const char *what, setup_fn fn, int64_t argument)
{
  for (;;) {
    qent_error err = QENT_ERROR_INIT;
    const qent_status st = fn(s, argument, &err);
    if (st == QENT_OK) {
      backoff_clear(&s->trouble, "setup");
      return true;
    }
    if (st == QENT_ECANCELED)
      return false;
    if (st == QENT_EINVAL || st == QENT_ENOTFOUND || st == QENT_EUNSUPPORTED) {
      botd_log(QENT_LOG_WARN, "setup", "%s: %s: %s", what, qent_status_name(st), err.message);
      return true;
    }
    if (!backoff_wait(s->b, &s->trouble, "setup", st == QENT_EAUTH ? 60000 : 1000, 300000, &err))
      return false;
  }
}

/* The settings were checked: digits only. */
static int64_t number(const char *digits)
{
  int64_t value = 0;
  for (; *digits >= '0' && *digits <= '9' && value < INT64_MAX / 10 - 9; ++digits)
    value = value * 10 + (*digits - '0');
  return value;
}

static bool set_admin_commands(setup *s)
{
  const qent_settings *settings = qent_ctx_settings(s->b->ctx);
  char item[32];
  bool go_on = true;
  for (size_t i = 0; go_on && i < ADMINS_MAX &&
                     qent_settings_get_item(settings, "QENT_ADMIN_IDS", i, item, sizeof item);
       ++i) {
    const int64_t id = number(item);
    go_on =
        insist(s, "commands for an admin (who has to /start the bot first)", set_commands_en, id) &&
        insist(s, "commands for an admin", set_commands_ru, id);
  }
  return go_on;
}

void setup_run(botd *b)
{
  setup s = {b, botd_open_bot(b, "setup"), {0, 0}};
  if (s.bot && insist(&s, "getMe", say_who, 0) && insist(&s, "webhook", set_webhook, 0) &&
      insist(&s, "commands", set_commands_en, 0) && insist(&s, "commands", set_commands_ru, 0) &&
      insist(&s, "menu button", set_menu_button, 0) && set_admin_commands(&s))
    botd_log(QENT_LOG_INFO, "setup", "done");
  qent_bot_free(s.bot);
}

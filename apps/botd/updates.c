/* SPDX-License-Identifier: MIT */
#include "updates.h"

#include "command.h"
#include "move.h"

#include <qentvpn/notice.h>
#include <qentvpn/user.h>

#include <stdlib.h>
#include <string.h>

#define IDLE_MS 1000

struct inbox {
  botd *b;
  qent_session *session;
  qent_bot *bot;
  backoff trouble;
  flood_guard guard;
};

inbox *inbox_new(botd *b, qent_session *session, qent_bot *bot)
{
  inbox *in = calloc(1, sizeof *in);
  if (!in)
    return NULL;
  in->b = b;
  in->session = session;
  in->bot = bot;
  return in;
}

void inbox_free(inbox *in)
{
  free(in);
}

static qent_status touch(inbox *in, const qent_bot_update *update, qent_user **user_out,
                         qent_error *err)
{
  qent_user_profile profile = QENT_USER_PROFILE_INIT;
  profile.telegram_id = qent_bot_update_from(update);
  profile.name = qent_bot_update_name(update);
  profile.username = qent_bot_update_username(update);
  profile.language = qent_bot_update_language(update);
  return qent_user_touch(in->session, &profile, user_out, err);
}

static qent_status answer(inbox *in, const qent_bot_update *update, command_line *line,
                          qent_error *err)
{
  qent_user *user = NULL;
  qent_status st = touch(in, update, &user, err);
  if (st == QENT_OK && strcmp(line->name, "lang_set") == 0)
    st = qent_user_set_language(in->session, qent_user_id(user), line->argument, err);
  if (st == QENT_OK && strcmp(line->name, "move") == 0)
    st = move_run(in->session, qent_user_id(user), line->argument, sizeof line->argument, err);
  qent_user_free(user);
  if (st != QENT_OK)
    return st;
  return qent_notice_reply(in->session, qent_bot_update_from(update), qent_bot_update_id(update),
                           line->name, line->argument, err);
}

static qent_status handle(inbox *in, const qent_bot_update *update, qent_error *err)
{
  command_line line;
  const int64_t from = qent_bot_update_from(update);
  const qent_bot_update_kind kind = qent_bot_update_get_kind(update);
  if (from <= 0 || kind == QENT_BOT_UPDATE_OTHER)
    return QENT_OK;
  if (kind == QENT_BOT_UPDATE_BLOCKED) {
    const qent_status st = qent_user_set_reachable(in->session, from, false, err);
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  }
  if (kind == QENT_BOT_UPDATE_UNBLOCKED)
    return touch(in, update, NULL, err);
  if (!flood_guard_allow(&in->guard, from, monotonic_ms())) {
    botd_log(QENT_LOG_DEBUG, "updates", "%lld sends too much, not answered", (long long)from);
    return QENT_OK;
  }
  if (kind == QENT_BOT_UPDATE_CALLBACK)
    command_from_callback(qent_bot_update_text(update), &line);
  else
    command_from_text(qent_bot_update_text(update), &line);
  return answer(in, update, &line, err);
}

/* The button stops spinning. The effect is stored by now, so a failure here is of no weight. */
static void stop_spinner(inbox *in, const qent_bot_update *update)
{
  qent_error err = QENT_ERROR_INIT;
  const char *callback_id = update ? qent_bot_update_callback_id(update) : NULL;
  if (callback_id && qent_bot_answer_callback(in->bot, callback_id, NULL, &err) != QENT_OK)
    botd_log(QENT_LOG_INFO, "updates", "answerCallbackQuery: %s", err.message);
}

/* True for failures that a repeat can cure; all others are logged and the update is done. */
static bool is_passing(qent_status st)
{
  return st == QENT_ESTORE || st == QENT_ENOMEM || st == QENT_ECANCELED;
}

static qent_status step(inbox *in, qent_error *err)
{
  int64_t id = 0;
  char *json = NULL;
  qent_bot_update *update = NULL;
  qent_status st = qent_inbox_next(in->session, &id, &json, err);
  if (st != QENT_OK)
    return st;
  st = qent_bot_update_parse(json, strlen(json), &update, err);
  qent_text_free(json);
  if (st == QENT_OK)
    st = handle(in, update, err);
  if (st != QENT_OK && !is_passing(st)) {
    botd_log(QENT_LOG_WARN, "updates", "update %lld is left out: %s: %s", (long long)id,
             qent_status_name(st), err->message);
    st = QENT_OK;
  }
  if (st == QENT_OK)
    st = qent_inbox_done(in->session, id, err);
  if (st == QENT_OK)
    stop_spinner(in, update);
  qent_bot_update_free(update);
  return st;
}

bool inbox_drain(inbox *in)
{
  for (;;) {
    qent_error err = QENT_ERROR_INIT;
    const qent_status st = step(in, &err);
    if (st == QENT_OK || st == QENT_ENOTFOUND)
      backoff_clear(&in->trouble, "updates");
    if (st == QENT_ENOTFOUND)
      return !pulse_stopping(&in->b->pulse);
    if (st == QENT_ECANCELED || (st == QENT_OK && pulse_stopping(&in->b->pulse)))
      return false;
    if (st != QENT_OK && !backoff_wait(in->b, &in->trouble, "updates", 200, 10000, &err))
      return false;
  }
}

void updates_run(botd *b)
{
  qent_session *session = botd_open_session(b, "updates");
  qent_bot *bot = session ? botd_open_bot(b, "updates") : NULL;
  inbox *in = bot ? inbox_new(b, session, bot) : NULL;
  bool go_on = in != NULL;
  while (go_on) {
    const uint64_t seen = pulse_beats(&b->pulse);
    go_on = inbox_drain(in) && pulse_wait(&b->pulse, seen, IDLE_MS);
  }
  inbox_free(in);
  qent_bot_free(bot);
  qent_session_close(session);
}

/* SPDX-License-Identifier: MIT */
/* Decodes an update: of the many kinds only what a shop handles.
 * Shape: {"update_id":int, "message":{"chat":{"type":"private",…},"from":{…},"text":str}} or
 *        "callback_query":{"id":str,"from":{…},"data":str} or
 *        "my_chat_member":{"chat":{…},"from":{…},"new_chat_member":{"status":"kicked"|"member"}}
 * Source: core.telegram.org/bots/api, Update. */
#include "util/alloc.h"
#include "util/json.h"
#include "util/text.h"
#include <qentvpn/ext/buf.h>
#include <qentvpn/telegram.h>

#include <string.h>

#define UPDATE_MAX_BYTES (256u << 10)
#define UPDATE_MAX_DEPTH 64
#define NAME_MAX_BYTES 1024
#define NAME_MAX_UNITS 64 /* Telegram's own limit for each half */

struct qent_bot_update {
  cJSON *root; /* texts are borrowed from it */
  char *name;
  int64_t id;
  qent_bot_update_kind kind;
  int64_t from;
  const char *username;
  const char *language;
  const char *text;
  const char *callback_id;
};

int64_t qent_bot_update_id(const qent_bot_update *update)
{
  return update->id;
}

qent_bot_update_kind qent_bot_update_get_kind(const qent_bot_update *update)
{
  return update->kind;
}

int64_t qent_bot_update_from(const qent_bot_update *update)
{
  return update->from;
}

const char *qent_bot_update_name(const qent_bot_update *update)
{
  return update->name ? update->name : "";
}

const char *qent_bot_update_username(const qent_bot_update *update)
{
  return update->username ? update->username : "";
}

const char *qent_bot_update_language(const qent_bot_update *update)
{
  return update->language ? update->language : "";
}

const char *qent_bot_update_text(const qent_bot_update *update)
{
  return update->text ? update->text : "";
}

const char *qent_bot_update_callback_id(const qent_bot_update *update)
{
  return update->callback_id;
}

void qent_bot_update_free(qent_bot_update *update)
{
  if (!update)
    return;
  cJSON_Delete(update->root);
  qent__free(update->name);
  qent__free(update);
}

static bool is_private(const cJSON *holder)
{
  return qent__streq(qent__json_str_or(qent__json_get(holder, "chat"), "type", ""), "private");
}

static qent_status read_name(qent_bot_update *update, const cJSON *from, qent_error *err)
{
  const char *first = qent__json_str_or(from, "first_name", "");
  const char *last = qent__json_str_or(from, "last_name", "");
  qent_buf name;
  qent_status st;

  qent_buf_init(&name, NAME_MAX_BYTES);
  qent_buf_add(&name, first, qent__utf16_prefix(first, strlen(first), NAME_MAX_UNITS));
  if (*first && *last)
    qent_buf_addc(&name, ' ');
  qent_buf_add(&name, last, qent__utf16_prefix(last, strlen(last), NAME_MAX_UNITS));
  st = qent_buf_status(&name, err);
  if (st == QENT_OK) {
    update->name = qent_buf_take(&name);
    if (!update->name)
      st = qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  qent_buf_dispose(&name);
  return st;
}

/* Who it is from. A bot or an id that is none makes it an update of no interest. */
static qent_status read_from(qent_bot_update *update, const cJSON *holder, qent_error *err)
{
  const cJSON *from = qent__json_get(holder, "from");
  int64_t id = qent__json_i64_or(from, "id", 0);

  if (id < 1 || id >= (INT64_C(1) << 52) || qent__json_bool_or(from, "is_bot", false)) {
    update->kind = QENT_BOT_UPDATE_OTHER;
    return QENT_OK;
  }
  update->from = id;
  update->username = qent__json_str_or(from, "username", NULL);
  update->language = qent__json_str_or(from, "language_code", NULL);
  return read_name(update, from, err);
}

static qent_status read_kind(qent_bot_update *update, qent_error *err)
{
  const cJSON *message = qent__json_get(update->root, "message");
  const cJSON *callback = qent__json_get(update->root, "callback_query");
  const cJSON *member = qent__json_get(update->root, "my_chat_member");
  const char *status;

  if (message && is_private(message)) {
    update->kind = QENT_BOT_UPDATE_MESSAGE;
    update->text = qent__json_str_or(message, "text", NULL);
    return read_from(update, message, err);
  }
  if (callback) {
    update->kind = QENT_BOT_UPDATE_CALLBACK;
    update->text = qent__json_str_or(callback, "data", NULL);
    update->callback_id = qent__json_str_or(callback, "id", NULL);
    return read_from(update, callback, err);
  }
  status = qent__json_str_or(qent__json_get(member, "new_chat_member"), "status", "");
  if (!member || !is_private(member))
    return QENT_OK;
  if (qent__streq(status, "kicked"))
    update->kind = QENT_BOT_UPDATE_BLOCKED;
  else if (qent__streq(status, "member"))
    update->kind = QENT_BOT_UPDATE_UNBLOCKED;
  else
    return QENT_OK;
  return read_from(update, member, err);
}

qent_status qent_bot_update_parse(const char *json, size_t len, qent_bot_update **update_out,
                                  qent_error *err)
{
  qent_bot_update *update;
  qent_status st;

  if (!json || !update_out)
    return qent_fail(err, QENT_EINVAL, "an update needs a text and an output");
  update = qent__calloc(1, sizeof *update);
  if (!update)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = qent__json_parse(json, len, UPDATE_MAX_BYTES, UPDATE_MAX_DEPTH, &update->root, err);
  if (st == QENT_OK)
    st = qent__json_i64(update->root, "update_id", &update->id, err);
  if (st == QENT_EPROTO)
    st = qent_fail(err, QENT_EINVAL, "not an update of the Bot API");
  if (st == QENT_OK)
    st = read_kind(update, err);
  if (st != QENT_OK) {
    qent_bot_update_free(update);
    return st;
  }
  *update_out = update;
  return QENT_OK;
}

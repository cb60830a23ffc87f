/* SPDX-License-Identifier: MIT */
/* Messages, and what goes with them. */
#include "telegram/bot_private.h"
#include "util/json.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BODY_MAX_BYTES 65536

static qent_status message_id_of(const cJSON *root, int64_t *message_id_out, qent_error *err)
{
  const cJSON *message = NULL;
  qent_status st;

  if (!message_id_out)
    return QENT_OK;
  st = qent__json_obj(root, "result", &message, err);
  return st == QENT_OK ? qent__json_i64(message, "message_id", message_id_out, err) : st;
}

static qent_status check_message(const qent_bot *bot, const qent_bot_message *message,
                                 qent_error *err)
{
  if (!bot || !message || message->size < sizeof *message || message->chat_id == 0 ||
      !message->html)
    return qent_fail(err, QENT_EINVAL, "a message needs a bot, a chat and a text");
  return QENT_OK;
}

qent_status qent_bot_send_message(qent_bot *bot, const qent_bot_message *message,
                                  int64_t *message_id_out, qent_error *err)
{
  struct qent__bot_call call = {.method = "sendMessage"};
  qent_json_writer w;
  qent_buf body;
  cJSON *root = NULL;
  qent_status st = check_message(bot, message, err);

  if (st != QENT_OK)
    return st;
  qent_buf_init(&body, BODY_MAX_BYTES);
  qent_jw_init(&w, &body);
  qent_jw_object(&w);
  qent_jw_ki64(&w, "chat_id", message->chat_id);
  qent_jw_kstr(&w, "text", message->html);
  qent_jw_kstr(&w, "parse_mode", "HTML");
  qent_jw_kbool(&w, "disable_notification", message->silent);
  qent_jw_kraw(&w, "link_preview_options", "{\"is_disabled\":true}");
  if (message->button_count > 0) {
    qent_jw_key(&w, "reply_markup");
    qent__bot_markup(&w, message->buttons, message->button_count);
  }
  qent_jw_end_object(&w);
  st = qent_jw_finish(&w, err);
  call.body = &body;
  if (st == QENT_OK)
    st = qent__bot_call(bot, &call, &root, err);
  if (st == QENT_OK)
    st = message_id_of(root, message_id_out, err);
  cJSON_Delete(root);
  qent_buf_dispose(&body);
  return st;
}

static qent_http_part field(const char *name, const char *text)
{
  qent_http_part part = {.name = name, .data = text, .len = strlen(text)};

  return part;
}

static qent_status send_file(qent_bot *bot, const char *method, const qent_bot_message *message,
                             const qent_http_part *file, int64_t *message_id_out, qent_error *err)
{
  struct qent__bot_call call = {.method = method};
  qent_http_part parts[6];
  char chat[24];
  qent_json_writer w;
  qent_buf markup;
  cJSON *root = NULL;
  qent_status st = QENT_OK;

  qent_buf_init(&markup, BODY_MAX_BYTES);
  (void)snprintf(chat, sizeof chat, "%" PRId64, message->chat_id);
  parts[call.part_count++] = field("chat_id", chat);
  parts[call.part_count++] = field("caption", message->html);
  parts[call.part_count++] = field("parse_mode", "HTML");
  parts[call.part_count++] = field("disable_notification", message->silent ? "true" : "false");
  parts[call.part_count++] = *file;
  if (message->button_count > 0) {
    qent_jw_init(&w, &markup);
    qent__bot_markup(&w, message->buttons, message->button_count);
    st = qent_jw_finish(&w, err);
    if (st == QENT_OK)
      parts[call.part_count++] = field("reply_markup", markup.data);
  }
  call.parts = parts;
  if (st == QENT_OK)
    st = qent__bot_call(bot, &call, &root, err);
  if (st == QENT_OK)
    st = message_id_of(root, message_id_out, err);
  cJSON_Delete(root);
  qent_buf_dispose(&markup);
  return st;
}

qent_status qent_bot_send_photo(qent_bot *bot, const qent_bot_message *message, const void *png,
                                size_t png_len, int64_t *message_id_out, qent_error *err)
{
  const qent_http_part file = {"photo", "qr.png", "image/png", png, png_len};
  qent_status st = check_message(bot, message, err);

  if (st == QENT_OK && (!png || png_len == 0))
    st = qent_fail(err, QENT_EINVAL, "a photo needs a picture");
  return st == QENT_OK ? send_file(bot, "sendPhoto", message, &file, message_id_out, err) : st;
}

/* The name goes into a header of the form, and into file systems of every kind. */
static bool good_name(const char *name)
{
  size_t len = strlen(name);

  if (len == 0 || len > QENT_BOT_DOCUMENT_NAME_MAX || name[0] == '.')
    return false;
  for (size_t i = 0; i < len; i++) {
    if (!qent__is_alnum(name[i]) && !strchr("._-", name[i]))
      return false;
  }
  return true;
}

static qent_status check_document(const qent_bot_document *document, qent_error *err)
{
  if (!document || document->size < sizeof *document || !document->name || !document->data ||
      document->len == 0)
    return qent_fail(err, QENT_EINVAL, "a document needs a name and content");
  if (!good_name(document->name))
    return qent_fail(err, QENT_EINVAL, "a document's name is 1..%d of [A-Za-z0-9._-]",
                     QENT_BOT_DOCUMENT_NAME_MAX);
  if (document->len > QENT_BOT_DOCUMENT_MAX_BYTES)
    return qent_fail(err, QENT_EINVAL, "a document has at most %d bytes",
                     QENT_BOT_DOCUMENT_MAX_BYTES);
  return QENT_OK;
}

qent_status qent_bot_send_document(qent_bot *bot, const qent_bot_message *message,
                                   const qent_bot_document *document, int64_t *message_id_out,
                                   qent_error *err)
{
  qent_http_part file = {.name = "document"};
  qent_status st = check_message(bot, message, err);

  if (st == QENT_OK)
    st = check_document(document, err);
  if (st != QENT_OK)
    return st;
  file.filename = document->name;
  file.content_type = document->mime_type;
  file.data = document->data;
  file.len = document->len;
  return send_file(bot, "sendDocument", message, &file, message_id_out, err);
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "tg.h"

enum { ANSWER_MAX = 200 };

static struct tg_message *editable(struct tg_call *c, struct tg_user *u)
{
  struct tg_message *m = tg_find_message(u, tg_int(c, "message_id", 0));
  if (!m)
    tg_fail(c, 400, "message to edit not found");
  else if (!m->from_bot)
    tg_fail(c, 400, "message can't be edited");
  else
    return m;
  return NULL;
}

static bool same_json(const cJSON *a, const cJSON *b)
{
  return (!a && !b) || (a && b && cJSON_Compare(a, b, true));
}

static void edit(struct tg_call *c, struct tg_user *u, struct tg_message *m,
                 const struct tg_content *t, const cJSON *markup)
{
  bool same = same_json(cJSON_GetObjectItem(m->obj, "reply_markup"), markup) &&
              (!t || (strcmp(m->raw, t->raw) == 0 && strcmp(m->parse_mode, t->mode) == 0));
  if (same) {
    tg_fail(c, 400,
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message");
    return;
  }
  if (t) {
    free(m->raw);
    free(m->parse_mode);
    m->raw = sb_strdup(t->raw);
    m->parse_mode = sb_strdup(t->mode);
    sb_json_set(m->obj, "text", cJSON_CreateString(t->parsed.plain.data));
    cJSON_DeleteItemFromObject(m->obj, "entities");
    if (t->parsed.entities->child)
      cJSON_AddItemToObject(m->obj, "entities", cJSON_Duplicate(t->parsed.entities, true));
  }
  cJSON_DeleteItemFromObject(m->obj, "reply_markup");
  if (markup)
    cJSON_AddItemToObject(m->obj, "reply_markup", cJSON_Duplicate(markup, true));
  sb_json_set(m->obj, "edit_date", cJSON_CreateNumber((double)sb_now_s()));
  m->edited = true;
  tg_touch(u);
  tg_ok(c, cJSON_Duplicate(m->obj, true));
}

static void edit_call(struct tg_call *c, struct tg_content *t)
{
  cJSON *markup = NULL;
  if (tg_read_markup(c, &markup)) {
    struct tg_user *u = tg_reachable(c);
    struct tg_message *m = u ? editable(c, u) : NULL;
    if (m)
      edit(c, u, m, t, markup);
  }
  cJSON_Delete(markup);
}

void tg_edit_text(struct tg_call *c)
{
  struct tg_content t;
  if (!tg_read_content(c, "text", true, &t))
    return;
  edit_call(c, &t);
  tg_content_free(&t);
}

void tg_edit_markup(struct tg_call *c)
{
  edit_call(c, NULL);
}

void tg_delete_message(struct tg_call *c)
{
  struct tg_user *u = tg_reachable(c);
  struct tg_message *m = u ? tg_find_message(u, tg_int(c, "message_id", 0)) : NULL;
  if (!u)
    return;
  if (!m) {
    tg_fail(c, 400, "message to delete not found");
    return;
  }
  m->deleted = true;
  tg_touch(u);
  tg_true(c, NULL);
}

void tg_answer_callback(struct tg_call *c)
{
  const char *id = tg_text(c, "callback_query_id");
  const char *text = tg_text(c, "text");
  const char *url = tg_text(c, "url");
  struct tg_user *u = id ? sb_map_remove(&tg.callbacks, id) : NULL;
  const cJSON *alert = cJSON_GetObjectItemCaseSensitive(c->in, "show_alert");
  if (!u) {
    tg_fail(c, 400, "query is too old and response timeout expired or query ID is invalid");
    return;
  }
  if (text && sb_utf8_chars(text) > ANSWER_MAX) {
    (void)sb_map_put(&tg.callbacks, id, u);
    tg_fail(c, 400, "MESSAGE_TOO_LONG");
    return;
  }
  cJSON_Delete(u->notice);
  u->notice = cJSON_CreateObject();
  cJSON_AddStringToObject(u->notice, "id", id);
  cJSON_AddStringToObject(u->notice, "text", text ? text : "");
  cJSON_AddStringToObject(u->notice, "url", url ? url : "");
  cJSON_AddBoolToObject(u->notice, "show_alert",
                        cJSON_IsTrue(alert) ||
                            (cJSON_IsString(alert) && strcmp(alert->valuestring, "true") == 0));
  tg_touch(u);
  tg_true(c, NULL);
}

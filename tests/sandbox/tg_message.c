/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "tg.h"

enum { TEXT_RAW_MAX = 32768, TEXT_MAX = 4096, CAPTION_MAX = 1024 };

void tg_touch(struct tg_user *u)
{
  u->version++;
  (void)pthread_cond_broadcast(&tg.changed);
}

struct tg_message *tg_add_message(struct tg_user *u, cJSON *obj, const char *method,
                                  const char *raw, const char *parse_mode)
{
  struct tg_message *m = sb_alloc(sizeof *m);
  m->id = tg.next_message_id++;
  m->from_bot = *method != '\0';
  m->method = method;
  m->raw = sb_strdup(raw);
  m->parse_mode = sb_strdup(parse_mode);
  m->real_ms = sb_real_ms();
  m->obj = cJSON_CreateObject();
  cJSON_AddNumberToObject(m->obj, "message_id", (double)m->id);
  cJSON_AddItemToObject(m->obj, "from", m->from_bot ? tg_bot_json() : tg_user_json(u));
  cJSON_AddItemToObject(m->obj, "chat", tg_chat_json(u));
  cJSON_AddNumberToObject(m->obj, "date", (double)sb_now_s());
  while (obj && obj->child) {
    cJSON *item = cJSON_DetachItemViaPointer(obj, obj->child);
    cJSON_AddItemToObject(m->obj, item->string, item);
  }
  cJSON_Delete(obj);
  u->messages = sb_realloc(u->messages, (u->count + 1) * sizeof *u->messages);
  u->messages[u->count++] = m;
  tg_touch(u);
  return m;
}

struct tg_message *tg_find_message(const struct tg_user *u, int64_t id)
{
  size_t low = 0;
  size_t high = u->count;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (u->messages[mid]->id < id)
      low = mid + 1;
    else
      high = mid;
  }
  return low < u->count && u->messages[low]->id == id && !u->messages[low]->deleted
             ? u->messages[low]
             : NULL;
}

static bool take_slot(struct tg_call *c, struct tg_user *u)
{
  int64_t now = sb_mono_ms();
  int64_t n = tg.limits.per_second < TG_RECENT ? tg.limits.per_second : TG_RECENT;
  if (!tg.limits.enforced)
    return true;
  int64_t nth = tg.recent[(tg.recent_at + TG_RECENT - (size_t)n) % TG_RECENT];
  if (n > 0 && nth && now < nth + 1000) {
    tg_fail_retry(c, 1);
    return false;
  }
  if (u->last_sent_mono && now < u->last_sent_mono + tg.limits.per_chat_ms) {
    tg_fail_retry(c, (u->last_sent_mono + tg.limits.per_chat_ms - now + 999) / 1000);
    return false;
  }
  tg.recent[tg.recent_at++ % TG_RECENT] = now;
  u->last_sent_mono = now;
  return true;
}

struct tg_user *tg_reachable(struct tg_call *c)
{
  int64_t id = tg_int(c, "chat_id", 0);
  struct tg_user *u = tg_find_user(id);
  if (!cJSON_HasObjectItem(c->in, "chat_id"))
    tg_fail(c, 400, "chat_id is empty");
  else if (!u || !u->started)
    tg_fail(c, 400, "chat not found");
  else if (u->blocked)
    tg_fail(c, 403, "bot was blocked by the user");
  else
    return u;
  return NULL;
}

static bool parse(struct tg_call *c, struct tg_content *t)
{
  char *error = NULL;
  if (!sb_utf8_valid(t->raw, strlen(t->raw))) {
    tg_fail(c, 400, "strings must be encoded in UTF-8");
    return false;
  }
  if (strcmp(t->mode, "HTML") != 0) {
    t->parsed.entities = cJSON_CreateArray();
    sb_buf_str(&t->parsed.plain, t->raw);
    return true;
  }
  if (tg_parse_html(t->raw, &t->parsed, &error))
    return true;
  tg_fail(c, 400, error);
  free(error);
  return false;
}

void tg_content_free(struct tg_content *t)
{
  sb_buf_free(&t->parsed.plain);
  cJSON_Delete(t->parsed.entities);
  *t = (struct tg_content){0};
}

bool tg_read_content(struct tg_call *c, const char *key, bool needed, struct tg_content *t)
{
  const char *mode = tg_text(c, "parse_mode");
  const char *raw = tg_text(c, key);
  size_t max = needed ? TEXT_MAX : CAPTION_MAX;
  *t = (struct tg_content){.raw = raw ? raw : "", .mode = ""};
  if (mode && (strcmp(mode, "HTML") == 0 || strcmp(mode, "html") == 0))
    t->mode = "HTML";
  else if (mode && *mode) {
    tg_fail(c, 400, "unsupported parse_mode: the sandbox knows HTML and none");
    return false;
  }
  if (needed && !*t->raw) {
    tg_fail(c, 400, "message text is empty");
    return false;
  }
  if (strlen(t->raw) > TEXT_RAW_MAX) {
    tg_fail(c, 400, needed ? "message text is too long" : "message caption is too long");
    return false;
  }
  if (!parse(c, t))
    return false;
  const struct sb_buf *plain = &t->parsed.plain;
  const char *problem = NULL;
  if (needed && strspn(plain->data, " \t\r\n") == plain->len)
    problem = "text must be non-empty";
  else if (sb_utf16_units(plain->data, plain->len) > max)
    problem = needed ? "message is too long" : "message caption is too long";
  if (!problem)
    return true;
  tg_fail(c, 400, problem);
  tg_content_free(t);
  return false;
}

bool tg_read_markup(struct tg_call *c, cJSON **markup)
{
  bool broken = false;
  *markup = tg_json(c, "reply_markup", &broken);
  char *problem = broken    ? sb_strdup("can't parse reply keyboard markup JSON object")
                  : *markup ? tg_check_markup(*markup)
                            : NULL;
  if (!problem)
    return true;
  tg_fail(c, 400, problem);
  free(problem);
  cJSON_Delete(*markup);
  *markup = NULL;
  return false;
}

static cJSON *message_fields(struct tg_content *t, const char *text_key, const char *entities_key,
                             cJSON *markup)
{
  cJSON *obj = cJSON_CreateObject();
  if (t->parsed.plain.len)
    cJSON_AddStringToObject(obj, text_key, t->parsed.plain.data);
  if (t->parsed.entities->child)
    cJSON_AddItemToObject(obj, entities_key, cJSON_Duplicate(t->parsed.entities, true));
  if (cJSON_HasObjectItem(markup, "inline_keyboard"))
    cJSON_AddItemToObject(obj, "reply_markup", cJSON_Duplicate(markup, true));
  return obj;
}

void tg_send_message(struct tg_call *c)
{
  struct tg_content t;
  cJSON *markup = NULL;
  if (!tg_read_content(c, "text", true, &t))
    return;
  if (tg_read_markup(c, &markup)) {
    struct tg_user *u = tg_reachable(c);
    if (u && take_slot(c, u)) {
      cJSON *obj = message_fields(&t, "text", "entities", markup);
      struct tg_message *m = tg_add_message(u, obj, "sendMessage", t.raw, t.mode);
      if (markup && !cJSON_HasObjectItem(m->obj, "reply_markup"))
        m->keyboard = cJSON_Duplicate(markup, true);
      tg_ok(c, cJSON_Duplicate(m->obj, true));
    }
  }
  cJSON_Delete(markup);
  tg_content_free(&t);
}

/* The upload, a known file_id, or NULL after answering. */
static struct tg_file *read_file(struct tg_call *c, const char *field, bool photo)
{
  const struct sb_param *upload = sb_params_upload(&c->uploads, field);
  const char *text = tg_text(c, field);
  char *error = NULL;
  struct tg_file *f = NULL;
  if (!upload && text && sb_has_prefix(text, "attach://"))
    upload = sb_params_upload(&c->uploads, text + strlen("attach://"));
  if (upload)
    f = tg_store_file(upload, photo, &error);
  else if (text && *text)
    f = sb_map_get(&tg.files, text);
  if (f)
    return f;
  if (error)
    tg_fail(c, 400, error);
  else if (text && *text)
    tg_fail(c, 400, "wrong file identifier/HTTP URL specified");
  else
    tg_fail(c, 400,
            photo ? "there is no photo in the request" : "there is no document in the request");
  free(error);
  return NULL;
}

static cJSON *file_json(const struct tg_file *f)
{
  cJSON *out = cJSON_CreateObject();
  char *unique = sb_printf("AQ%.14s", f->id + 2);
  cJSON_AddStringToObject(out, "file_id", f->id);
  cJSON_AddStringToObject(out, "file_unique_id", unique);
  free(unique);
  cJSON_AddNumberToObject(out, "file_size", (double)f->len);
  if (f->photo) {
    cJSON_AddNumberToObject(out, "width", f->width);
    cJSON_AddNumberToObject(out, "height", f->height);
  } else {
    cJSON_AddStringToObject(out, "file_name", f->name);
    cJSON_AddStringToObject(out, "mime_type", f->type);
  }
  return out;
}

static void send_file(struct tg_call *c, const char *field, const char *method)
{
  struct tg_content t;
  cJSON *markup = NULL;
  bool photo = strcmp(field, "photo") == 0;
  if (!tg_read_content(c, "caption", false, &t))
    return;
  if (tg_read_markup(c, &markup)) {
    struct tg_user *u = tg_reachable(c);
    const struct tg_file *f = u ? read_file(c, field, photo) : NULL;
    if (f && take_slot(c, u)) {
      cJSON *obj = message_fields(&t, "caption", "caption_entities", markup);
      cJSON *media = file_json(f);
      if (photo) {
        cJSON *sizes = cJSON_AddArrayToObject(obj, "photo");
        cJSON_AddItemToArray(sizes, media);
      } else {
        cJSON_AddItemToObject(obj, "document", media);
      }
      struct tg_message *m = tg_add_message(u, obj, method, t.raw, t.mode);
      m->file_id = sb_strdup(f->id);
      tg_ok(c, cJSON_Duplicate(m->obj, true));
    }
  }
  cJSON_Delete(markup);
  tg_content_free(&t);
}

void tg_send_photo(struct tg_call *c)
{
  send_file(c, "photo", "sendPhoto");
}

void tg_send_document(struct tg_call *c)
{
  send_file(c, "document", "sendDocument");
}

void tg_send_action(struct tg_call *c)
{
  if (tg_reachable(c))
    tg_true(c, NULL);
}

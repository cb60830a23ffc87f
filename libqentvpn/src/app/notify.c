/* SPDX-License-Identifier: MIT */
#include "app/notify.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DATA_MAX_BYTES 4096
#define DAY_S 86400

void qent__note_begin(struct qent__note *note, qent_notice_kind kind, int64_t user_id,
                      const char *key_format, ...)
{
  va_list args;

  memset(note, 0, sizeof *note);
  va_start(args, key_format);
  (void)vsnprintf(note->key, sizeof note->key, key_format, args);
  va_end(args);
  note->notice.key = note->key;
  note->notice.kind = kind;
  note->notice.user_id = user_id;
  note->notice.priority = qent__notice_priority(kind);
  qent_buf_init(&note->data, DATA_MAX_BYTES);
  qent_jw_init(&note->json, &note->data);
  qent_jw_object(&note->json);
}

void qent__note_int(struct qent__note *note, const char *field, int64_t value)
{
  qent_jw_ki64(&note->json, field, value);
}

void qent__note_text(struct qent__note *note, const char *field, const char *text)
{
  qent_jw_kstr(&note->json, field, text);
}

qent_status qent__note_queue(qent_session *session, struct qent__note *note, int64_t not_before,
                             qent_error *err)
{
  int64_t now = qent__session_now(session);
  qent_status st;

  qent_jw_end_object(&note->json);
  st = qent_jw_finish(&note->json, err);
  if (st == QENT_OK) {
    note->notice.data = note->data.data;
    note->notice.created_at = now;
    note->notice.not_before = not_before ? not_before : now;
    st = qent__store_notice_insert(qent__session_store(session), &note->notice, &note->inserted,
                                   err);
  }
  qent_buf_dispose(&note->data);
  return st;
}

qent_status qent__note_cancel(qent_session *session, qent_error *err, const char *key_format, ...)
{
  char key[128];
  va_list args;

  va_start(args, key_format);
  (void)vsnprintf(key, sizeof key, key_format, args);
  va_end(args);
  return qent__store_notice_cancel(qent__session_store(session), key, err);
}

static qent_status note_admin(qent_session *session, int64_t telegram_id, qent_notice_kind kind,
                              const char *key, qent__note_fill_fn fill, const void *arg,
                              qent_error *err)
{
  struct qent__note note;
  qent_user *admin = NULL;
  qent_status st =
      qent__store_user_by_telegram_id(qent__session_store(session), telegram_id, &admin, err);

  if (st == QENT_ENOTFOUND)
    return QENT_OK;
  if (st != QENT_OK)
    return st;
  qent__note_begin(&note, kind, admin->id, "%s:%" PRId64, key, telegram_id);
  qent_user_free(admin);
  fill(&note, arg);
  return qent__note_queue(session, &note, 0, err);
}

qent_status qent__note_admins(qent_session *session, qent_notice_kind kind, const char *key,
                              qent__note_fill_fn fill, const void *arg, qent_error *err)
{
  const qent_settings *settings = qent_ctx_settings(qent_session_ctx(session));
  char item[32];

  for (size_t i = 0; qent_settings_get_item(settings, "QENT_ADMIN_IDS", i, item, sizeof item);
       i++) {
    int64_t telegram_id = 0;
    qent_status st;
    if (!qent__parse_i64(item, strlen(item), 1, INT64_MAX, &telegram_id))
      continue;
    st = note_admin(session, telegram_id, kind, key, fill, arg, err);
    if (st != QENT_OK)
      return st;
  }
  return QENT_OK;
}

struct alarm {
  const char *what;
  const char *detail;
};

static void fill_alarm(struct qent__note *note, const void *arg)
{
  const struct alarm *alarm = arg;

  qent__note_text(note, "what", alarm->what);
  qent__note_text(note, "detail", alarm->detail);
}

qent_status qent__note_alarm(qent_session *session, const char *what, const char *detail,
                             qent_error *err)
{
  struct alarm alarm = {what, detail};
  char key[96];

  (void)snprintf(key, sizeof key, "admin_alarm:%s:%" PRId64, what,
                 qent__session_now(session) / DAY_S);
  return qent__note_admins(session, QENT_NOTICE_ADMIN_ALARM, key, fill_alarm, &alarm, err);
}

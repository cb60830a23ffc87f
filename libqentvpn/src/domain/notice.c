/* SPDX-License-Identifier: MIT */
#include "domain/notice.h"
#include "util/alloc.h"
#include "util/json.h"

#include <string.h>

static const struct {
  qent_notice_kind kind;
  int32_t priority;
  const char *name;
} kinds[] = {
    {QENT_NOTICE_REPLY, 0, "reply"},
    {QENT_NOTICE_PAYMENT_WAIT, 0, "payment_wait"},
    {QENT_NOTICE_KEYS, 0, "keys"},
    {QENT_NOTICE_KEYS_QR, 0, "keys_qr"},
    {QENT_NOTICE_RENEWED, 0, "renewed"},
    {QENT_NOTICE_REMIND_72H, 5, "remind_72h"},
    {QENT_NOTICE_REMIND_24H, 5, "remind_24h"},
    {QENT_NOTICE_EXPIRED, 5, "expired"},
    {QENT_NOTICE_EXHAUSTED, 5, "exhausted"},
    {QENT_NOTICE_REFUNDED, 0, "refunded"},
    {QENT_NOTICE_MOVED, 0, "moved"},
    {QENT_NOTICE_KEYS_FILE, 0, "keys_file"},
    {QENT_NOTICE_ADMIN_FLAG, 0, "admin_flag"},
    {QENT_NOTICE_ADMIN_NODE_DOWN, 0, "admin_node_down"},
    {QENT_NOTICE_ADMIN_NODE_UP, 5, "admin_node_up"},
    {QENT_NOTICE_ADMIN_ALARM, 0, "admin_alarm"},
};

const char *qent_notice_kind_name(qent_notice_kind kind)
{
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (kinds[i].kind == kind)
      return kinds[i].name;
  }
  return "unknown";
}

int32_t qent__notice_priority(qent_notice_kind kind)
{
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (kinds[i].kind == kind)
      return kinds[i].priority;
  }
  return 9;
}

bool qent__notice_keeps(qent_notice_kind kind)
{
  return kind == QENT_NOTICE_KEYS || kind == QENT_NOTICE_KEYS_QR || kind == QENT_NOTICE_KEYS_FILE ||
         kind == QENT_NOTICE_REFUNDED || kind == QENT_NOTICE_MOVED;
}

const char *qent_notice_state_name(qent_notice_state state)
{
  static const char *const names[] = {"pending", "sent", "canceled", "undeliverable"};

  return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

int64_t qent_notice_id(const qent_notice *notice)
{
  return notice->id;
}

const char *qent_notice_key(const qent_notice *notice)
{
  return notice->key;
}

qent_notice_kind qent_notice_get_kind(const qent_notice *notice)
{
  return notice->kind;
}

qent_notice_state qent_notice_get_state(const qent_notice *notice)
{
  return notice->state;
}

int64_t qent_notice_telegram_id(const qent_notice *notice)
{
  return notice->telegram_id;
}

const char *qent_notice_language(const qent_notice *notice)
{
  return notice->language;
}

int32_t qent_notice_attempts(const qent_notice *notice)
{
  return notice->attempts;
}

const char *qent_notice_last_error(const qent_notice *notice)
{
  return notice->last_error;
}

int64_t qent_notice_created_at(const qent_notice *notice)
{
  return notice->created_at;
}

int64_t qent_notice_sent_at(const qent_notice *notice)
{
  return notice->sent_at;
}

void qent__notice_parse(qent_notice *notice)
{
  cJSON *root = NULL;

  if (!notice->data ||
      qent__json_parse_body(notice->data, strlen(notice->data), &root, NULL) != QENT_OK)
    return;
  cJSON_Delete(notice->fields);
  notice->fields = root;
}

int64_t qent_notice_int(const qent_notice *notice, const char *field)
{
  return qent__json_i64_or(notice->fields, field, 0);
}

const char *qent_notice_text(const qent_notice *notice, const char *field)
{
  return qent__json_str_or(notice->fields, field, NULL);
}

void qent_notice_free(qent_notice *notice)
{
  if (!notice)
    return;
  qent__free(notice->key);
  qent__free(notice->data);
  qent__free(notice->last_error);
  cJSON_Delete(notice->fields);
  qent__free(notice);
}

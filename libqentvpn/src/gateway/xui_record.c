/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/base64.h"
#include "util/digest.h"
#include "util/secret.h"
#include "util/text.h"
#include <stdio.h>
#include <string.h>

#define SECRET_BYTES QENT__SHA256_BYTES

static qent_status text_of(const cJSON *node, const char *name, const char **out, qent_error *err)
{
  return qent__json_opt_str(node, name, "", out, err);
}

/* A number, a text that is one, or a text that is none, as old panels keep "" for nobody. */
static int64_t telegram_of(const cJSON *node)
{
  int64_t id = 0;

  if (qent__json_opt_i64_lax(node, "tgId", 0, &id, NULL) != QENT_OK || id < 0)
    return 0;
  return id;
}

/* A client, as a record of its own or inside an inbound's settings.
 * Shape:  {"email":str,"subId":str,"id":uuid (a record of API C: "uuid", its "id" is a row),
 *         "password":str,"comment":str,"enable":bool,"expiryTime":int,"totalGB":int,"limitIp":int,
 *         "tgId":int or str,...}
 * Units:  expiryTime UNIX *milliseconds*, 0 never, negative: a duration from the first traffic on;
 *         totalGB is *bytes* despite its name, 0 unlimited.
 * Source: MHSanaei/3x-ui v3.6.0 internal/database/model/model.go; v2.8.11 database/model/model.go;
 *         replies in tests/data/3xui/{client,inbounds}.json. */
qent_status qent__xui_record_parse(const cJSON *node, struct qent__xui_record *record_out,
                                   qent_error *err)
{
  struct qent__xui_record r = {.used_bytes = -1};
  qent_status st = qent__json_str(node, "email", &r.email, err);

  if (st == QENT_OK)
    st = text_of(node, "subId", &r.sub_id, err);
  if (st == QENT_OK)
    st = text_of(node, "password", &r.password, err);
  if (st == QENT_OK)
    st = text_of(node, "comment", &r.comment, err);
  if (st == QENT_OK)
    st = qent__json_opt_bool(node, "enable", false, &r.enable, err);
  if (st == QENT_OK)
    st = qent__panel_limit(node, "expiryTime", &r.expiry_ms, err);
  if (st == QENT_OK)
    st = qent__panel_limit(node, "totalGB", &r.total_bytes, err);
  if (st == QENT_OK)
    st = qent__json_opt_i64_lax(node, "limitIp", 0, &r.ip_limit, err);
  if (st != QENT_OK)
    return st;
  if (r.total_bytes < 0)
    r.total_bytes = 0; /* the panel takes it for none */
  r.uuid = qent__json_str_or(node, "uuid", qent__json_str_or(node, "id", ""));
  r.telegram_id = telegram_of(node);
  *record_out = r;
  return QENT_OK;
}

/* Shape:  {"up":int,"down":int,"lastOnline":int,"total":int,"expiryTime":int,"enable":bool,...}
 * Units:  bytes; lastOnline UNIX *milliseconds*, absent before 2.8.
 * Note:   the panel enforces what this row says. Before 3.1 a row that was left behind by an
 * earlier client of the email is not brought up to date when the email comes back, only at an
 * update. Source: MHSanaei/3x-ui v3.6.0, internal/xray/client_traffic.go; v2.8.11
 * web/service/inbound.go AddClientStat. */
qent_status qent__xui_record_traffic(struct qent__xui_record *record, const cJSON *traffic,
                                     qent_error *err)
{
  int64_t up = 0;
  int64_t down = 0;
  qent_status st;

  if (!traffic)
    return QENT_OK;
  st = qent__json_i64_lax(traffic, "up", &up, err);
  if (st == QENT_OK)
    st = qent__json_i64_lax(traffic, "down", &down, err);
  if (st == QENT_OK)
    st = qent__json_opt_i64_lax(traffic, "lastOnline", 0, &record->online_ms, err);
  if (st != QENT_OK)
    return st;
  if (up < 0 || down < 0 || up > INT64_MAX - down)
    return qent_fail(err, QENT_EPROTO, "the panel tells impossible traffic");
  record->used_bytes = up + down;
  record->row_differs =
      qent__json_i64_or(traffic, "total", record->total_bytes) != record->total_bytes ||
      qent__json_i64_or(traffic, "expiryTime", record->expiry_ms) != record->expiry_ms;
  record->row_off = !qent__json_bool_or(traffic, "enable", true);
  return QENT_OK;
}

int64_t qent__xui_seconds(int64_t panel_ms)
{
  if (panel_ms <= 0)
    return 0; /* never, or a duration that has not begun */
  return panel_ms < 1000 ? 1 : panel_ms / 1000;
}

static bool is_over(const struct qent__xui_record *r, int64_t now)
{
  return (r->total_bytes > 0 && r->used_bytes >= r->total_bytes) ||
         (r->expiry_ms > 0 && qent__xui_seconds(r->expiry_ms) <= now);
}

/* When the expiry or the limit has come, the panel switches the client off itself. Then its flag
 * tells nothing about what was wanted; our mark in the comment does. */
bool qent__xui_record_enabled(const struct qent__xui_record *record, int64_t now)
{
  if (record->enable)
    return true;
  return is_over(record, now) && !qent__ends_with(record->comment, QENT__XUI_OFF_MARK);
}

bool qent__xui_record_enforced(const struct qent__xui_record *record, int64_t now)
{
  bool barred = record->enable && record->row_off && !is_over(record, now);

  return !record->row_differs && !barred;
}

static int64_t sum_of(int64_t a, int64_t b)
{
  if (a < 0 || b < 0)
    return a < 0 ? b : a;
  return a > INT64_MAX - b ? INT64_MAX : a + b;
}

qent_status qent__xui_view(const struct qent__xui_part *parts, size_t count, int64_t now,
                           qent_account_view *view, qent_error *err)
{
  const struct qent__xui_record *first = &parts[0].record;

  view->enabled = true;
  view->expires_at = qent__xui_seconds(first->expiry_ms);
  view->traffic_limit_bytes = first->total_bytes;
  view->used_bytes = -1;
  for (size_t i = 0; i < count; i++) {
    const struct qent__xui_record *r = &parts[i].record;
    view->enabled = view->enabled && qent__xui_record_enabled(r, now);
    view->used_bytes = sum_of(view->used_bytes, r->used_bytes);
    if (qent__xui_seconds(r->online_ms) > view->online_at)
      view->online_at = qent__xui_seconds(r->online_ms);
    if (view->telegram_id == 0)
      view->telegram_id = r->telegram_id;
  }
  return qent_account_view_set_key(view, first->email, err);
}

/* Bytes of a client's key, which is base64; 0: any text is a password. */
static size_t key_bytes(const char *method)
{
  if (strcmp(method, "2022-blake3-aes-128-gcm") == 0)
    return 16;
  return qent__starts_with(method, "2022-blake3-") ? 32 : 0;
}

qent_status qent__xui_password(const char *method, const char *password, qent_buf *out,
                               qent_error *err)
{
  uint8_t key[SECRET_BYTES];
  size_t len = 0;
  size_t bytes = key_bytes(method);
  qent_status st = QENT_OK;

  if (bytes == 0) {
    qent_buf_adds(out, password);
    return qent_buf_status(out, err);
  }
  if (!qent__base64_decode(password, strlen(password), QENT__BASE64_STD, key, sizeof key, &len) ||
      len != sizeof key)
    st = qent__sha256(password, strlen(password), key, err); /* an adopted account's */
  if (st == QENT_OK) {
    qent__base64_encode(out, key, bytes, QENT__BASE64_STD);
    st = qent_buf_status(out, err);
  }
  qent__wipe(key, sizeof key);
  return st;
}

qent_status qent__xui_sub_id(const qent_account_spec *spec, char out[QENT__XUI_SUB_ID_SIZE],
                             qent_error *err)
{
  uint8_t mac[QENT__SHA256_BYTES];
  char text[QENT__XUI_KEY_SIZE + 64];
  int len = snprintf(text, sizeof text, "3x-ui subscription %s %s", spec->key, spec->uuid);
  qent_status st =
      qent__hmac_sha256(spec->password, strlen(spec->password), text, (size_t)len, mac, err);

  if (st == QENT_OK)
    qent__hex_encode(mac, (QENT__XUI_SUB_ID_SIZE - 1) / 2, out);
  qent__wipe(mac, sizeof mac);
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "gateway/xui_private.h"
#include "util/text.h"
#include <string.h>

static void write_node(qent_json_writer *w, const cJSON *node)
{
  int64_t number = 0;

  if (cJSON_IsString(node)) {
    qent_jw_str(w, node->valuestring);
  } else if (cJSON_IsBool(node)) {
    qent_jw_bool(w, cJSON_IsTrue(node));
  } else if (qent__json_node_i64(node, &number)) {
    qent_jw_i64(w, number);
  } else if (cJSON_IsArray(node)) {
    qent_jw_array(w);
    for (const cJSON *it = node->child; it; it = it->next)
      write_node(w, it);
    qent_jw_end_array(w);
  } else if (cJSON_IsObject(node)) {
    qent_jw_object(w);
    for (const cJSON *it = node->child; it; it = it->next) {
      qent_jw_key(w, it->string);
      write_node(w, it);
    }
    qent_jw_end_object(w);
  } else {
    qent_jw_null(w); /* null; no field of a client is a fraction */
  }
}

/* A record shows as one text what an update takes as a list. */
static void write_split(qent_json_writer *w, const char *name, const char *list)
{
  qent_jw_karray(w, name);
  while (*list) {
    size_t len = strcspn(list, ",");
    const char *item = list;
    size_t item_len = len;
    qent__trim(&item, &item_len);
    if (item_len > 0)
      qent_jw_strn(w, item, item_len);
    list += len + (list[len] == ',' ? 1 : 0);
  }
  qent_jw_end_array(w);
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(name, names[i]) == 0)
      return true;
  return false;
}

/* Members that are written anew, or must not be sent back. The panel would add time or traffic by
 * its own schedule, and with it switch on a client that was switched off. */
static bool is_replaced(const char *name, const struct qent__xui_client *client, bool is_record)
{
  static const char *const limits[] = {"enable", "totalGB", "expiryTime", "limitIp", "comment"};
  static const char *const schedule[] = {"reset", "resetDay", "resetMax", "trafficReset",
                                         "trafficResetDay"};
  static const char *const of_record[] = {"id", "createdAt", "updatedAt"};

  if (is_one_of(name, limits, sizeof limits / sizeof limits[0]) ||
      is_one_of(name, schedule, sizeof schedule / sizeof schedule[0]) ||
      (is_record && is_one_of(name, of_record, sizeof of_record / sizeof of_record[0])))
    return true;
  return (client->uuid && (strcmp(name, "id") == 0 || strcmp(name, "uuid") == 0)) ||
         (client->password && strcmp(name, "password") == 0) ||
         (client->sub_id && strcmp(name, "subId") == 0);
}

static void write_base(qent_json_writer *w, const cJSON *base,
                       const struct qent__xui_client *client)
{
  bool is_record = qent__json_get(base, "uuid") != NULL;

  for (const cJSON *it = base->child; it; it = it->next) {
    if (is_replaced(it->string, client, is_record))
      continue;
    if (is_record && strcmp(it->string, "uuid") == 0 && cJSON_IsString(it)) {
      qent_jw_kstr(w, "id", it->valuestring);
    } else if (strcmp(it->string, "allowedIPs") == 0 && cJSON_IsString(it)) {
      write_split(w, it->string, it->valuestring);
    } else {
      qent_jw_key(w, it->string);
      write_node(w, it);
    }
  }
}

/* The comment is kept; see qent__xui_record_enabled() for the mark. */
static void write_comment(qent_json_writer *w, const char *comment, bool enabled)
{
  size_t len = strlen(comment);
  qent_buf text;

  if (qent__ends_with(comment, QENT__XUI_OFF_MARK))
    len -= sizeof QENT__XUI_OFF_MARK - 1;
  qent_buf_init(&text, len + sizeof QENT__XUI_OFF_MARK);
  qent_buf_add(&text, comment, len);
  if (!enabled)
    qent_buf_adds(&text, QENT__XUI_OFF_MARK);
  if (text.failed)
    qent_buf_fail(w->buf, text.why);
  qent_jw_kstr(w, "comment", text.data);
  qent_buf_dispose(&text);
}

static void write_limits(qent_json_writer *w, const qent_account_spec *spec, const char *comment)
{
  qent_jw_kbool(w, "enable", spec->enabled);
  qent_jw_ki64(w, "totalGB", spec->traffic_limit_bytes);
  qent_jw_ki64(w, "expiryTime", spec->expires_at * 1000);
  qent_jw_ki64(w, "limitIp", spec->device_limit);
  write_comment(w, comment, spec->enabled);
}

void qent__xui_write_client(qent_json_writer *w, const cJSON *base,
                            const struct qent__xui_client *client)
{
  const char *note = client->limits->note ? client->limits->note : "";

  qent_jw_object(w);
  if (base)
    write_base(w, base, client);
  else
    qent_jw_kstr(w, "email", client->email);
  if (client->uuid)
    qent_jw_kstr(w, "id", client->uuid);
  if (client->password)
    qent_jw_kstr(w, "password", client->password);
  if (client->sub_id)
    qent_jw_kstr(w, "subId", client->sub_id);
  if (!base && client->flow)
    qent_jw_kstr(w, "flow", client->flow);
  if (!base && client->method)
    qent_jw_kstr(w, "method", client->method);
  write_limits(w, client->limits, base ? qent__json_str_or(base, "comment", "") : note);
  qent_jw_ki64(w, "reset", 0);
  qent_jw_end_object(w);
}

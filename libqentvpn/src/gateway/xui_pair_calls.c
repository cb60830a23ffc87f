/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/random.h"
#include "util/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What is changed on panels before 3.1, client by client. */

#define INBOUNDS "/panel/api/inbounds/"
#define ID_TEXT 24
#define UUID_SIZE 37

/* {"id":<inbound>,"settings":"{\"clients\":[{...}]}"}: the settings are a text. */
static qent_status post_client(qent__xui *xui, const char *path, int64_t inbound_id,
                               const cJSON *base, const struct qent__xui_client *client,
                               qent_error *err)
{
  qent_buf settings;
  qent_buf body;
  qent_json_writer w;
  qent_status st;

  qent_buf_init(&settings, QENT__XUI_BODY_MAX / 4);
  qent_buf_init(&body, QENT__XUI_BODY_MAX);
  qent_jw_init(&w, &settings);
  qent_jw_object(&w);
  qent_jw_karray(&w, "clients");
  qent__xui_write_client(&w, base, client);
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  st = qent_jw_finish(&w, err);
  if (st == QENT_OK) {
    qent_jw_init(&w, &body);
    qent_jw_object(&w);
    qent_jw_ki64(&w, "id", inbound_id);
    qent_jw_kstr(&w, "settings", settings.data);
    qent_jw_end_object(&w);
    st = qent_jw_finish(&w, err);
  }
  if (st == QENT_OK)
    st = qent__xui_post(xui, path, &body, err);
  qent_buf_dispose(&settings);
  qent_buf_dispose(&body);
  return st;
}

/* These panels cannot tell a running core of a Shadowsocks 2022 client (they send an account that
 * it does not know). They restart it within 30 s instead, but only when its configuration has
 * changed: after a renewal it has not, and the client would stay out. An id that nobody reads makes
 * the change. "" for other clients. Source: MHSanaei/3x-ui v2.8.11 xray/api.go AddUser,
 * web/service/xray.go RestartXray; seen on a running v2.8.11. */
static qent_status make_mark(const char *protocol, const char *method, char mark[UUID_SIZE],
                             qent_error *err)
{
  mark[0] = '\0';
  if (strcmp(protocol, "shadowsocks") != 0 || !qent__starts_with(method, "2022-"))
    return QENT_OK;
  return qent__random_uuid(mark, err);
}

/* POST /panel/api/inbounds/addClient
 * Shape:  {"id":int,"settings":"{\"clients\":[client]}"} -> obj null. VLESS needs "id", Shadowsocks
 *         "password" (and "method" unless it is a 2022 one)
 * Units:  expiryTime UNIX milliseconds, totalGB bytes.
 * Errors: success=false: "Duplicate email: ..." on any inbound. Two at once on one inbound lose
 * one. Source: MHSanaei/3x-ui v2.8.11, web/service/inbound.go AddInboundClient; replies in
 *         tests/data/3xui/{added,duplicate_email}.json. */
static qent_status add_client(qent__xui *xui, const struct qent__xui_wish *wish,
                              enum qent__xui_protocol p, const char *email, const char *sub_id,
                              qent_error *err)
{
  const struct qent__xui_target *target = &xui->offer.target[p];
  struct qent__xui_client client = {.email = email, .sub_id = sub_id, .limits = wish->spec};
  char mark[UUID_SIZE];
  qent_buf password;
  qent_status st = make_mark(qent__xui_protocol_names[p], target->method, mark, err);

  qent_buf_init(&password, QENT__XUI_BODY_MAX);
  if (st == QENT_OK && p == QENT__XUI_VLESS) {
    client.uuid = wish->spec->uuid;
    client.flow = xui->options.flow && target->vision ? QENT__PANEL_VISION : "";
  } else if (st == QENT_OK) {
    client.uuid = *mark ? mark : NULL;
    st = qent__xui_password(target->method, wish->spec->password, &password, err);
    client.password = password.data;
    client.method = qent__starts_with(target->method, "2022-") ? "" : target->method;
  }
  if (st == QENT_OK)
    st = post_client(xui, INBOUNDS "addClient", target->id, NULL, &client, err);
  if (st == QENT_ECONFLICT)
    st = qent_fail(err, st, "the panel has the email %s for another client", email);
  qent_buf_dispose(&password);
  return st;
}

qent_status qent__xui_pair_make(qent__xui *xui, const struct qent__xui_wish *wish,
                                const struct qent__xui_account *account, qent_error *err)
{
  const char *sub_id = account->count > 0 ? account->parts[0].record.sub_id : wish->sub_id;
  bool first = account->count == 0;
  char email[QENT__XUI_KEY_SIZE];
  qent_status st = QENT_OK;

  for (int p = 0; st == QENT_OK && p < QENT__XUI_PROTOCOLS; p++) {
    if (xui->offer.target[p].id == 0 || account->has[p])
      continue;
    qent__xui_second_email(email, wish->spec->key, p);
    st = add_client(xui, wish, (enum qent__xui_protocol)p, first ? wish->spec->key : email, sub_id,
                    err);
    first = false;
  }
  return st;
}

/* How calls name a client. */
static const char *client_id(const struct qent__xui_part *part)
{
  if (strcmp(part->inbound->protocol, "shadowsocks") == 0)
    return part->record.email;
  if (strcmp(part->inbound->protocol, "trojan") == 0)
    return part->record.password;
  return part->record.uuid;
}

/* Calls that name a client by its uuid or password mean the first that has it, or all of them. */
static qent_status check_alone(const struct qent__xui_part *part, qent_error *err)
{
  const char *field = strcmp(part->inbound->protocol, "trojan") == 0 ? "password" : "id";
  const char *id = client_id(part);
  int found = 0;

  if (id == part->record.email)
    return QENT_OK;
  for (const cJSON *it = qent__json_first(qent__json_get(part->inbound->settings, "clients")); it;
       it = it->next)
    found += qent__streq(qent__json_str_or(it, field, NULL), id) ? 1 : 0;
  if (found > 1)
    return qent_fail(err, QENT_ECONFLICT,
                     "%d clients of inbound %" PRId64
                     " share one uuid or password: give each its own in the panel",
                     found, part->inbound->id);
  return QENT_OK;
}

/* POST /panel/api/inbounds/updateClient/{id}: uuid; password (trojan); email (shadowsocks)
 * Shape:  as addClient, exactly one client, which replaces the old one -> obj null
 * Units:  as addClient.
 * Errors: success=false: "empty client ID" when there is no such client.
 * Source: MHSanaei/3x-ui v2.8.11, web/service/inbound.go UpdateInboundClient. */
static qent_status update_part(qent__xui *xui, const struct qent__xui_wish *wish,
                               const struct qent__xui_part *part, qent_error *err)
{
  struct qent__xui_client client = {.limits = wish->spec};
  bool shadowsocks = strcmp(part->inbound->protocol, "shadowsocks") == 0;
  char path[QENT__XUI_PATH_CAP];
  char mark[UUID_SIZE] = "";
  qent_buf password;
  qent_status st = check_alone(part, err);

  if (st == QENT_OK)
    st = make_mark(part->inbound->protocol, part->inbound->method, mark, err);
  if (st == QENT_OK)
    st = qent__xui_path(path, err, INBOUNDS "updateClient/", client_id(part), "");
  qent_buf_init(&password, QENT__XUI_BODY_MAX);
  if (st == QENT_OK && *mark)
    client.uuid = mark;
  if (st == QENT_OK && wish->keys) {
    if (strcmp(part->inbound->protocol, "vless") == 0)
      client.uuid = wish->spec->uuid;
    if (shadowsocks)
      st = qent__xui_password(part->inbound->method, wish->spec->password, &password, err);
    if (shadowsocks)
      client.password = password.data;
  }
  if (st == QENT_OK)
    st = post_client(xui, path, part->inbound->id, part->node, &client, err);
  qent_buf_dispose(&password);
  return st;
}

/* The subId stays when keys change: it is what makes the two a pair, and cannot be changed on both
 * at once. */
qent_status qent__xui_pair_change(qent__xui *xui, const struct qent__xui_wish *wish,
                                  const struct qent__xui_account *account, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < account->count; i++)
    st = update_part(xui, wish, &account->parts[i], err);
  return st;
}

static qent_status inbound_path(char out[QENT__XUI_PATH_CAP], int64_t inbound_id, const char *verb,
                                const char *name, qent_error *err)
{
  char prefix[sizeof INBOUNDS + ID_TEXT + 24];

  (void)snprintf(prefix, sizeof prefix, INBOUNDS "%" PRId64 "/%s/", inbound_id, verb);
  return qent__xui_path(out, err, prefix, name, "");
}

/* A client, switched off, that keeps the inbound from being empty. */
static qent_status add_keeper(qent__xui *xui, const struct qent__xui_part *part, qent_error *err)
{
  const qent_account_spec off = {.note = "keeps this inbound from being empty"};
  struct qent__xui_client client = {.sub_id = "", .limits = &off};
  char email[sizeof QENT__XUI_KEEPER + ID_TEXT];
  char uuid[UUID_SIZE];
  qent_status st = qent__random_uuid(uuid, err);

  (void)snprintf(email, sizeof email, QENT__XUI_KEEPER "%" PRId64, part->inbound->id);
  client.email = email;
  client.uuid = uuid;
  client.password = part->record.password;
  client.method = qent__json_str_or(part->node, "method", "");
  if (st == QENT_OK)
    st = post_client(xui, INBOUNDS "addClient", part->inbound->id, NULL, &client, err);
  return st == QENT_ECONFLICT ? QENT_OK : st;
}

static bool is_last(const struct qent__xui_part *part)
{
  const cJSON *clients = qent__json_get(part->inbound->settings, "clients");

  return cJSON_GetArraySize(clients) <= 1;
}

/* POST /panel/api/inbounds/{inbound}/delClient/{id}, id as for updateClient; from 2.8 on also
 *      /panel/api/inbounds/{inbound}/delClientByEmail/{email}
 * Shape:  -> obj null
 * Errors: success=false, "no client remained in Inbound", for the last one (before 2.8 it is
 * removed and the core may not start again). By id, an unknown one is a success and removes
 * nothing, and a client without a row of traffic is "record not found"; by email an unknown one is
 *         "client with email ... not found".
 * Source: MHSanaei/3x-ui v2.8.11, web/service/inbound.go DelInboundClient, DelInboundClientByEmail;
 *         reply in tests/data/3xui/last_client.json. */
static qent_status delete_client(qent__xui *xui, const struct qent__xui_part *part, bool by_email,
                                 qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  qent_status st =
      inbound_path(path, part->inbound->id, by_email ? "delClientByEmail" : "delClient",
                   by_email ? part->record.email : client_id(part), err);

  return st == QENT_OK ? qent__xui_post(xui, path, NULL, err) : st;
}

/* By id, which all versions know; by email where that does not do. 2.7 is like 2.8 but for that. */
static qent_status drop_part(qent__xui *xui, const struct qent__xui_part *part, qent_error *err)
{
  bool knows_email = xui->api == QENT__XUI_B;
  qent_error why = QENT_ERROR_INIT;
  qent_status st = check_alone(part, &why);
  bool by_email = st != QENT_OK && knows_email;

  if (by_email)
    st = QENT_OK;
  if (st == QENT_OK && is_last(part))
    st = add_keeper(xui, part, &why);
  if (st == QENT_OK)
    st = delete_client(xui, part, by_email, &why);
  if (st == QENT_ENOTFOUND && knows_email && !by_email)
    st = delete_client(xui, part, true, &why);
  if (st != QENT_OK && err)
    *err = why;
  return st;
}

/* The first part last: without it the second would be nobody's. */
qent_status qent__xui_pair_drop(qent__xui *xui, const struct qent__xui_account *account,
                                qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = account->count; st == QENT_OK && i > 0; i--)
    st = drop_part(xui, &account->parts[i - 1], err);
  return st;
}

/* POST /panel/api/inbounds/{inbound}/resetClientTraffic/{email}
 * Shape:  -> obj null
 * Source: MHSanaei/3x-ui v2.8.11, web/service/inbound.go ResetClientTraffic. */
qent_status qent__xui_pair_reset(qent__xui *xui, const struct qent__xui_account *account,
                                 qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < account->count; i++) {
    const struct qent__xui_part *part = &account->parts[i];
    st = inbound_path(path, part->inbound->id, "resetClientTraffic", part->record.email, err);
    if (st == QENT_OK)
      st = qent__xui_post(xui, path, NULL, err);
  }
  return st;
}

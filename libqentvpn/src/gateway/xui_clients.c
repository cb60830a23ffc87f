/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Panels from 3.1 on: a client has its own record and hangs on any number of inbounds. */

#define CLIENTS "/panel/api/clients/"

/* Is it on an inbound of this protocol, be it the chosen one or another? */
static bool has_protocol(const struct qent__xui_account *account,
                         const struct qent__xui_target *target)
{
  int64_t id = 0;

  for (const cJSON *it = qent__json_first(account->inbound_ids); it; it = it->next)
    for (size_t i = 0; i < target->same_count; i++)
      if (qent__json_node_i64(it, &id) && id == target->same[i])
        return true;
  return false;
}

/* Shape: obj {"client":record,"inboundIds":[int],"usedTraffic":int,...}; usedTraffic is bytes, and
 * absent in 3.1 */
static qent_status take_client(qent__xui *xui, struct qent__xui_reply *reply, const char *key,
                               struct qent__xui_account *account, qent_error *err)
{
  struct qent__xui_part *part = &account->parts[0];
  qent_status st;

  account->root = reply->root;
  st = qent__json_obj(reply->obj, "client", &part->node, err);
  if (st == QENT_OK)
    st = qent__xui_record_parse(part->node, &part->record, err);
  if (st == QENT_OK && strcmp(part->record.email, key) != 0)
    st = qent_fail(err, QENT_EPROTO, "the panel answered with another account's data");
  if (st == QENT_OK)
    st = qent__json_opt_i64_lax(reply->obj, "usedTraffic", -1, &part->record.used_bytes, err);
  if (st == QENT_OK && part->record.used_bytes < -1)
    st = qent_fail(err, QENT_EPROTO, "the panel tells a negative traffic");
  if (st != QENT_OK)
    return st;
  account->inbound_ids = qent__json_get(reply->obj, "inboundIds");
  account->count = 1;
  for (int p = 0; p < QENT__XUI_PROTOCOLS; p++)
    account->has[p] = has_protocol(account, &xui->offer.target[p]);
  return QENT_OK;
}

/* GET /panel/api/clients/traffic/{email}
 * Shape:  -> obj traffic row or null
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/client.go; reply in
 *         tests/data/3xui/traffic.json. */
static qent_status seen(qent__xui *xui, struct qent__xui_account *account, qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  struct qent__xui_record *record = &account->parts[0].record;
  struct qent__xui_reply reply = {NULL, NULL};
  qent_status st = qent__xui_path(path, err, CLIENTS "traffic/", record->email, "");

  if (st == QENT_OK)
    st = qent__xui_get(xui, path, QENT__XUI_REPLY_MAX, &reply, err);
  if (st == QENT_OK && reply.obj &&
      !qent__streq(qent__json_str_or(reply.obj, "email", NULL), record->email))
    st = qent_fail(err, QENT_EPROTO, "the panel answered with another account's data");
  if (st == QENT_OK)
    st = qent__xui_record_traffic(record, reply.obj, err);
  if (st == QENT_OK && record->used_bytes < 0)
    record->used_bytes = 0; /* without a row nothing was used */
  qent__xui_reply_dispose(&reply);
  return st;
}

/* GET /panel/api/clients/get/{email}
 * Shape:  -> obj, see take_client()
 * Errors: success=false, "record not found".
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/client.go; replies in
 *         tests/data/3xui/{client,not_found}.json. */
static qent_status read_client(qent__xui *xui, const char *key, struct qent__xui_account *account,
                               qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  struct qent__xui_reply reply = {NULL, NULL};
  struct qent__xui_account found = {.count = 0};
  qent_status st = qent__xui_path(path, err, CLIENTS "get/", key, "");

  if (st == QENT_OK)
    st = qent__xui_get(xui, path, QENT__XUI_REPLY_MAX, &reply, err);
  if (st == QENT_ENOTFOUND) {
    qent_error_clear(err);
    return QENT_OK;
  }
  if (st == QENT_OK)
    st = take_client(xui, &reply, key, &found, err);
  if (st == QENT_OK && found.parts[0].record.used_bytes < 0)
    st = seen(xui, &found, err); /* 3.1 */
  if (st == QENT_OK)
    *account = found;
  else
    qent__xui_account_dispose(&found);
  return st;
}

/* A change needs to know the inbounds; a fetch has them when they are known. */
static qent_status look(qent__xui *xui, const char *key, bool to_change,
                        struct qent__xui_account *account_out, qent_error *err)
{
  qent_status st = to_change ? qent__xui_need_offer(xui, err) : QENT_OK;

  return st == QENT_OK ? read_client(xui, key, account_out, err) : st;
}

static void write_targets(qent_json_writer *w, const qent__xui *xui,
                          const struct qent__xui_account *account)
{
  qent_jw_karray(w, "inboundIds");
  for (int p = 0; p < QENT__XUI_PROTOCOLS; p++)
    if (xui->offer.target[p].id > 0 && !account->has[p])
      qent_jw_i64(w, xui->offer.target[p].id);
  qent_jw_end_array(w);
}

/* POST /panel/api/clients/{email}/attach
 * Shape:  {"inboundIds":[int]} -> obj null; inbounds that it is on already are skipped
 * Errors: success=false, "record not found". Not atomic across inbounds.
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/client.go. */
static qent_status attach(qent__xui *xui, const struct qent__xui_account *account, qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  qent_buf body;
  qent_json_writer w;
  qent_status st = qent__xui_path(path, err, CLIENTS, account->parts[0].record.email, "/attach");

  if (st != QENT_OK)
    return st;
  qent_buf_init(&body, QENT__XUI_BODY_MAX);
  qent_jw_init(&w, &body);
  qent_jw_object(&w);
  write_targets(&w, xui, account);
  qent_jw_end_object(&w);
  st = qent_jw_finish(&w, err);
  if (st == QENT_OK)
    st = qent__xui_post(xui, path, &body, err);
  qent_buf_dispose(&body);
  return st;
}

/* The credentials of a wish in the form that this panel takes. */
static qent_status fill_keys(const qent__xui *xui, const struct qent__xui_wish *wish,
                             struct qent__xui_client *client, qent_buf *password, qent_error *err)
{
  const struct qent__xui_target *shadowsocks = &xui->offer.target[QENT__XUI_SHADOWSOCKS];
  qent_status st = qent__xui_password(shadowsocks->method, wish->spec->password, password, err);

  client->uuid = wish->spec->uuid;
  client->password = password->data;
  client->sub_id = wish->sub_id;
  return st;
}

/* POST /panel/api/clients/add
 * Shape:  {"client":{"email","id":uuid,"password","subId","flow","enable","totalGB","expiryTime",
 *         "limitIp","comment","reset"},"inboundIds":[int]} -> obj null or {"nodePending":true}
 * Units:  expiryTime UNIX milliseconds, totalGB bytes.
 * Errors: success=false: "email already in use", "subId already in use". The same email with the
 *         same subId is attached to the inbounds and is a success. `enable` false is ignored; a
 *         password of the wrong size is replaced; the second inbound may fail after the first; the
 *         counters of an earlier client of that email go on.
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/service/{client_crud,client_inbound_apply}.go;
 * replies in tests/data/3xui/{added,email_taken}.json. */
static qent_status make(qent__xui *xui, const struct qent__xui_wish *wish,
                        const struct qent__xui_account *account, qent_error *err)
{
  struct qent__xui_client client = {.email = wish->spec->key, .limits = wish->spec};
  qent_buf password;
  qent_buf body;
  qent_json_writer w;
  qent_status st;

  if (account->count > 0)
    return attach(xui, account, err);
  qent_buf_init(&password, QENT__XUI_BODY_MAX);
  qent_buf_init(&body, QENT__XUI_BODY_MAX);
  st = fill_keys(xui, wish, &client, &password, err);
  if (xui->options.flow && xui->offer.target[QENT__XUI_VLESS].vision)
    client.flow = QENT__PANEL_VISION;
  qent_jw_init(&w, &body);
  qent_jw_object(&w);
  qent_jw_key(&w, "client");
  qent__xui_write_client(&w, NULL, &client);
  write_targets(&w, xui, account);
  qent_jw_end_object(&w);
  if (st == QENT_OK)
    st = qent_jw_finish(&w, err);
  if (st == QENT_OK)
    st = qent__xui_post(xui, CLIENTS "add", &body, err);
  qent_buf_dispose(&body);
  qent_buf_dispose(&password);
  return st;
}

/* POST /panel/api/clients/update/{email}
 * Shape:  the whole client, as for add but not wrapped -> obj null; what is absent is cleared, but
 *         for empty credentials and subId
 * Units:  as for add.
 * Errors: success=false: "record not found", "Duplicate subId". The user is taken out of the core
 *         and put back: its connections drop.
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/service/client_crud.go. */
static qent_status change(qent__xui *xui, const struct qent__xui_wish *wish,
                          const struct qent__xui_account *account, qent_error *err)
{
  struct qent__xui_client client = {.limits = wish->spec};
  char path[QENT__XUI_PATH_CAP];
  qent_buf password;
  qent_buf body;
  qent_json_writer w;
  qent_status st = qent__xui_path(path, err, CLIENTS "update/", wish->spec->key, "");

  if (st != QENT_OK)
    return st;
  qent_buf_init(&password, QENT__XUI_BODY_MAX);
  qent_buf_init(&body, QENT__XUI_BODY_MAX);
  if (wish->keys)
    st = fill_keys(xui, wish, &client, &password, err);
  qent_jw_init(&w, &body);
  qent__xui_write_client(&w, account->parts[0].node, &client);
  if (st == QENT_OK)
    st = qent_jw_finish(&w, err);
  if (st == QENT_OK)
    st = qent__xui_post(xui, path, &body, err);
  if (st == QENT_OK && wish->spec->enabled && account->has[QENT__XUI_SHADOWSOCKS] &&
      qent__starts_with(xui->offer.target[QENT__XUI_SHADOWSOCKS].method, "2022-"))
    st = qent__xui_wake_core(xui, err);
  qent_buf_dispose(&body);
  qent_buf_dispose(&password);
  return st;
}

/* POST /panel/api/clients/del/{email}
 * Shape:  -> obj null
 * Errors: success=false, "not found in any inbound or client record".
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/client.go; replies in
 *         tests/data/3xui/{deleted,delete_missing}.json. */
static qent_status drop(qent__xui *xui, const struct qent__xui_account *account, qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  qent_status st = qent__xui_path(path, err, CLIENTS "del/", account->parts[0].record.email, "");

  return st == QENT_OK ? qent__xui_post(xui, path, NULL, err) : st;
}

/* POST /panel/api/clients/resetTraffic/{email}
 * Shape:  -> obj null; switches on a client that was switched off
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/service/client_traffic.go. */
static qent_status reset(qent__xui *xui, const struct qent__xui_account *account, qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  qent_status st =
      qent__xui_path(path, err, CLIENTS "resetTraffic/", account->parts[0].record.email, "");

  return st == QENT_OK ? qent__xui_post(xui, path, NULL, err) : st;
}

/* GET /panel/api/clients/links/{email}
 * Shape:  -> obj [str] or null; the host is the one that this call was made to, unless the panel
 *         has another set
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/client.go, internal/sub/service.go; reply
 * in tests/data/3xui/links.json. */
static qent_status links(qent__xui *xui, const struct qent__xui_account *account,
                         qent_account_view *view, qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  struct qent__xui_reply reply = {NULL, NULL};
  qent_status st = qent__xui_path(path, err, CLIENTS "links/", account->parts[0].record.email, "");

  if (st == QENT_OK)
    st = qent__xui_get(xui, path, QENT__XUI_REPLY_MAX, &reply, err);
  if (st == QENT_OK && reply.obj && !cJSON_IsArray(reply.obj))
    st = qent_fail(err, QENT_EPROTO, "the panel's links are not a list");
  for (const cJSON *it = st == QENT_OK ? qent__json_first(reply.obj) : NULL; st == QENT_OK && it;
       it = it->next) {
    if (!cJSON_IsString(it))
      st = qent_fail(err, QENT_EPROTO, "the panel's links hold something that is no link");
    else
      st = qent__xui_add_link(xui, view, it->valuestring, err);
  }
  qent__xui_reply_dispose(&reply);
  return st;
}

static qent_status tell(qent__xui *xui, const cJSON *item, qent_account_view_fn fn, void *user,
                        qent_error *err)
{
  struct qent__xui_part part = {.node = item};
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = qent__xui_record_parse(item, &part.record, err);

  part.record.used_bytes = 0; /* without a row nothing was used */
  if (st == QENT_OK)
    st = qent__xui_record_traffic(&part.record, qent__json_get(item, "traffic"), err);
  if (st == QENT_OK)
    st = qent__xui_view(&part, 1, qent_panel_share_now(xui->config.share), &view, err);
  if (st == QENT_OK)
    st = qent__panel_hand_over(&view, fn, user, err);
  qent_account_view_dispose(&view);
  return st;
}

/* What the caller wants of the list. */
struct window {
  int64_t from;
  int64_t to;
  int32_t page_size;
  qent_account_view_fn fn;
  void *user;
  int64_t total; /* clients on the panel, when last told */
  bool any;      /* the page had some */
};

/* GET /panel/api/clients/list/paged?page=&pageSize=
 * Shape:  -> obj {"items":[record without credentials and tgId, with "traffic"],"filtered":int,...}
 * Note:   without `sort` the order is that of the rows' ids; pages begin at multiples of their
 * size. Source: MHSanaei/3x-ui v3.6.0, internal/web/service/client_paging.go; reply in
 *         tests/data/3xui/paged.json. */
static qent_status tell_page(qent__xui *xui, int64_t first, struct window *window, qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  struct qent__xui_reply reply = {NULL, NULL};
  const cJSON *items = NULL;
  int64_t at = first;
  qent_status st;

  (void)snprintf(path, sizeof path, CLIENTS "list/paged?page=%" PRId64 "&pageSize=%" PRId32,
                 first / window->page_size + 1, window->page_size);
  st = qent__xui_get(xui, path, QENT__XUI_LIST_MAX, &reply, err);
  if (st == QENT_OK)
    st = qent__json_arr(reply.obj, "items", &items, err);
  if (st == QENT_OK)
    st = qent__json_i64(reply.obj, "filtered", &window->total, err);
  window->any = window->any || qent__json_first(items);
  for (const cJSON *it = st == QENT_OK ? qent__json_first(items) : NULL; st == QENT_OK && it;
       it = it->next, at++)
    if (at >= window->from && at < window->to)
      st = tell(xui, it, window->fn, window->user, err);
  qent__xui_reply_dispose(&reply);
  return st;
}

static qent_status list(qent__xui *xui, int64_t offset, int32_t limit, qent_account_view_fn fn,
                        void *user, bool *more_out, qent_error *err)
{
  struct window window = {offset, offset + limit, limit, fn, user, 0, false};
  int64_t first = offset / limit * limit;
  qent_status st = tell_page(xui, first, &window, err);

  if (st == QENT_OK && first < offset && first + limit < window.total)
    st = tell_page(xui, first + limit, &window, err);
  if (st == QENT_OK)
    *more_out = window.any && window.to < window.total;
  return st;
}

const struct qent__xui_verbs qent__xui_clients = {
    .look = look,
    .make = make,
    .change = change,
    .drop = drop,
    .reset = reset,
    .links = links,
    .seen = seen,
    .list = list,
};

/* SPDX-License-Identifier: MIT */
#include "gateway/xui_private.h"
#include "util/random.h"
#include "util/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Panels before 3.1: a client lives inside one inbound's settings, and an email is taken once on
 * the whole panel. An account on two inbounds is a pair of clients, "key" and "key-ss", with one
 * subId.
 */

#define INBOUNDS "/panel/api/inbounds/"
#define ID_TEXT 24

/* Of the client on the second inbound. */
static const char *const suffixes[QENT__XUI_PROTOCOLS] = {"-vless", "-ss"};

/* An inbound without its last client breaks old cores and is refused by newer panels: this one,
 * switched off, then stays behind. */
#define KEEPER_PREFIX "qent-keep-"

static bool next_client(const struct qent__xui_inbounds *all, size_t *inbound, const cJSON **client)
{
  const cJSON *it = *client ? (*client)->next : NULL;

  while (!it && ++*inbound < all->count)
    it = qent__json_first(qent__json_get(all->items[*inbound].settings, "clients"));
  *client = it;
  return it != NULL;
}

/* The panel finds emails without regard to case. */
static bool find_client(const struct qent__xui_inbounds *all, const char *email,
                        struct qent__xui_part *part)
{
  size_t inbound = SIZE_MAX;
  const cJSON *client = NULL;

  while (next_client(all, &inbound, &client))
    if (qent__streq(qent__json_str_or(client, "email", NULL), email)) {
      part->node = client;
      part->inbound = &all->items[inbound];
      return true;
    }
  return false;
}

static const cJSON *find_traffic(const struct qent__xui_inbounds *all, const char *email)
{
  for (size_t i = 0; i < all->count; i++)
    for (const cJSON *it = qent__json_first(all->items[i].stats); it; it = it->next)
      if (qent__streq(qent__json_str_or(it, "email", NULL), email))
        return it;
  return NULL;
}

static qent_status fill_part(const struct qent__xui_inbounds *all, struct qent__xui_part *part,
                             qent_error *err)
{
  qent_status st = qent__xui_record_parse(part->node, &part->record, err);

  part->record.used_bytes = 0; /* without a row nothing was used */
  if (st == QENT_OK)
    st = qent__xui_record_traffic(&part->record, find_traffic(all, part->record.email), err);
  return st;
}

static qent_status add_part(struct qent__xui_account *account, const struct qent__xui_part *part,
                            const char *sub_id, qent_error *err)
{
  struct qent__xui_part *to = &account->parts[account->count];
  const char *first_sub = account->parts[0].record.sub_id;
  qent_status st;

  *to = *part;
  st = fill_part(&account->inbounds, to, err);
  if (st != QENT_OK)
    return st;
  /* Another subId: somebody else's. Only a rotation that stopped half-way has our next one. */
  if (account->count > 0 && (!*to->record.sub_id || (strcmp(to->record.sub_id, first_sub) != 0 &&
                                                     strcmp(to->record.sub_id, sub_id) != 0)))
    return QENT_OK;
  for (int p = 0; p < QENT__XUI_PROTOCOLS; p++)
    if (strcmp(to->inbound->protocol, qent__xui_protocol_names[p]) == 0)
      account->has[p] = true;
  account->count++;
  return QENT_OK;
}

static void second_email(char out[QENT__XUI_KEY_SIZE], const char *key, int protocol)
{
  (void)snprintf(out, QENT__XUI_KEY_SIZE, "%s%s", key, suffixes[protocol]);
}

static qent_status find_parts(const char *key, const char *sub_id,
                              struct qent__xui_account *account, qent_error *err)
{
  struct qent__xui_part part = {.node = NULL};
  char email[QENT__XUI_KEY_SIZE];
  qent_status st;

  if (!find_client(&account->inbounds, key, &part))
    return QENT_OK;
  st = add_part(account, &part, "", err);
  for (int p = 0; st == QENT_OK && p < QENT__XUI_PROTOCOLS && account->count < 2; p++) {
    second_email(email, key, p);
    if (find_client(&account->inbounds, email, &part))
      st = add_part(account, &part, sub_id, err);
  }
  return st;
}

static qent_status look(qent__xui *xui, const char *key, const char *sub_id,
                        struct qent__xui_account *account_out, qent_error *err)
{
  struct qent__xui_account found = {.count = 0};
  qent_status st = qent__xui_read_inbounds(xui, &found.inbounds, err);

  if (st == QENT_OK && *sub_id)
    st = qent__xui_choose(&xui->options, &found.inbounds, &xui->offer, err);
  if (st == QENT_OK)
    st = find_parts(key, sub_id, &found, err);
  if (st == QENT_OK)
    *account_out = found;
  else
    qent__xui_account_dispose(&found);
  return st;
}

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
  qent_buf password;
  qent_status st = QENT_OK;

  qent_buf_init(&password, QENT__XUI_BODY_MAX);
  if (p == QENT__XUI_VLESS) {
    client.uuid = wish->spec->uuid;
    client.flow = xui->options.flow && target->vision ? "xtls-rprx-vision" : "";
  } else {
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

static qent_status make(qent__xui *xui, const struct qent__xui_wish *wish,
                        const struct qent__xui_account *account, qent_error *err)
{
  const char *sub_id = account->count > 0 ? account->parts[0].record.sub_id : wish->sub_id;
  bool first = account->count == 0;
  char email[QENT__XUI_KEY_SIZE];
  qent_status st = QENT_OK;

  for (int p = 0; st == QENT_OK && p < QENT__XUI_PROTOCOLS; p++) {
    if (xui->offer.target[p].id == 0 || account->has[p])
      continue;
    second_email(email, wish->spec->key, p);
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
  qent_buf password;
  qent_status st = qent__xui_path(path, err, INBOUNDS "updateClient/", client_id(part), "");

  qent_buf_init(&password, QENT__XUI_BODY_MAX);
  if (st == QENT_OK && wish->keys) {
    client.sub_id = wish->sub_id;
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

/* The second part first: its new subId is recognised as ours, the first part's would not be. */
static qent_status change(qent__xui *xui, const struct qent__xui_wish *wish,
                          const struct qent__xui_account *account, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = account->count; st == QENT_OK && i > 0; i--)
    st = update_part(xui, wish, &account->parts[i - 1], err);
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
  char email[sizeof KEEPER_PREFIX + ID_TEXT];
  char uuid[37];
  qent_status st = qent__random_uuid(uuid, err);

  (void)snprintf(email, sizeof email, KEEPER_PREFIX "%" PRId64, part->inbound->id);
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

/* POST /panel/api/inbounds/{inbound}/delClient/{id}
 * Shape:  -> obj null
 * Errors: an unknown id is a success and removes nothing; success=false, "no client remained in
 *         Inbound", for the last one (before 2.8 it is removed and the core may not start again).
 * Source: MHSanaei/3x-ui v2.8.11, web/service/inbound.go DelInboundClient; reply in
 *         tests/data/3xui/last_client.json. */
static qent_status drop_part(qent__xui *xui, const struct qent__xui_part *part, qent_error *err)
{
  char path[QENT__XUI_PATH_CAP];
  qent_status st = inbound_path(path, part->inbound->id, "delClient", client_id(part), err);

  if (st == QENT_OK && is_last(part))
    st = add_keeper(xui, part, err);
  return st == QENT_OK ? qent__xui_post(xui, path, NULL, err) : st;
}

/* The first part last: without it the second would be nobody's. */
static qent_status drop(qent__xui *xui, const struct qent__xui_account *account, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = account->count; st == QENT_OK && i > 0; i--)
    st = drop_part(xui, &account->parts[i - 1], err);
  return st;
}

/* POST /panel/api/inbounds/{inbound}/resetClientTraffic/{email}
 * Shape:  -> obj null
 * Source: MHSanaei/3x-ui v2.8.11, web/service/inbound.go ResetClientTraffic. */
static qent_status reset(qent__xui *xui, const struct qent__xui_account *account, qent_error *err)
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

static qent_status links(qent__xui *xui, const struct qent__xui_account *account,
                         qent_account_view *view, qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < account->count; i++)
    st = qent__xui_build_link(xui, &account->parts[i], account->parts[0].record.email, view, err);
  return st;
}

/* The look has told it. */
static qent_status seen(qent__xui *xui, struct qent__xui_account *account, qent_error *err)
{
  (void)xui;
  (void)account;
  (void)err;
  return QENT_OK;
}

/* Is this the second client of a pair whose first is there too? */
static bool is_second(const struct qent__xui_inbounds *all, const cJSON *client)
{
  const char *email = qent__json_str_or(client, "email", "");
  const char *sub_id = qent__json_str_or(client, "subId", "");
  struct qent__xui_part first = {.node = NULL};
  char key[QENT__XUI_KEY_SIZE];

  for (int p = 0; *sub_id && p < QENT__XUI_PROTOCOLS; p++)
    if (qent__ends_with(email, suffixes[p]) &&
        qent__copy_text(key, sizeof key, email, strlen(email) - strlen(suffixes[p])) &&
        find_client(all, key, &first) &&
        qent__streq(qent__json_str_or(first.node, "subId", NULL), sub_id))
      return true;
  return false;
}

static qent_status tell(qent__xui *xui, const char *key, struct qent__xui_account *account,
                        qent_account_view_fn fn, void *user, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = find_parts(key, "", account, err);

  if (st == QENT_OK && account->count == 0)
    st = qent_fail(err, QENT_EPROTO, "the panel has a client without a name");
  if (st == QENT_OK)
    st = qent__xui_view(account->parts, account->count, qent_panel_share_now(xui->config.share),
                        &view, err);
  if (st == QENT_OK)
    st = qent__xui_hand_over(&view, fn, user, err);
  qent_account_view_dispose(&view);
  return st;
}

/* In the order of the inbounds and of their clients. */
static qent_status list(qent__xui *xui, int64_t offset, int32_t limit, qent_account_view_fn fn,
                        void *user, bool *more_out, qent_error *err)
{
  struct qent__xui_account account = {.count = 0};
  size_t inbound = SIZE_MAX;
  const cJSON *client = NULL;
  int64_t at = 0;
  bool more = false;
  qent_status st = qent__xui_read_inbounds(xui, &account.inbounds, err);

  while (st == QENT_OK && !more && next_client(&account.inbounds, &inbound, &client)) {
    const char *email = qent__json_str_or(client, "email", "");
    if (!*email || qent__starts_with(email, KEEPER_PREFIX) || is_second(&account.inbounds, client))
      continue;
    more = at >= offset + limit;
    account.count = 0;
    if (at >= offset && !more)
      st = tell(xui, email, &account, fn, user, err);
    at++;
  }
  if (st == QENT_OK)
    *more_out = more;
  qent__xui_account_dispose(&account);
  return st;
}

const struct qent__xui_verbs qent__xui_pairs = {
    .look = look,
    .make = make,
    .change = change,
    .drop = drop,
    .reset = reset,
    .links = links,
    .seen = seen,
    .list = list,
};

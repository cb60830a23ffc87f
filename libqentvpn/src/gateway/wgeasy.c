/* SPDX-License-Identifier: MIT */
#include "gateway/wgeasy.h"
#include "gateway/panel.h"
#include "gateway/wg.h"
#include "util/secret.h"
#include "util/text.h"
#include <stdio.h>
#include <string.h>

#define CLIENTS "/api/client"
#define INTERFACE "/api/admin/interface"
#define TOKEN "basic" /* the login that every call repeats was taken once */
#define RESERVED 3    /* network, the server and broadcast get no peer */

/* Every call carries the user and password; one read is the login, so that the whole process
 * pauses after a refusal. It is one that only administrators may make, as all that follows.
 * GET /api/admin/interface
 * Errors: 401 {"statusMessage":"Session failed"} for a wrong password or a user with a second
 *         factor; 403 for users that are not administrators, are disabled, or where the panel was
 *         started with DISABLE_PASSWORD_AUTH.
 * Source: wg-easy/wg-easy v15.4.0, src/server/utils/session.ts; replies in
 *         tests/data/wgeasy/interface.json, login_401.json. */
static qent_status login(char *token_out, size_t size, void *user, qent_error *err)
{
  static const struct qent__wg_call call = {"GET", INTERFACE, NULL, QENT__WG_REPLY_MAX,
                                            QENT__WG_READ_MS};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  cJSON *root = NULL;
  const char *network = NULL;
  qent_status st = qent__wg_send(user, &call, "", &resp, err);

  if (st == QENT_OK && resp.status != 200)
    st = qent__wg_refusal(&resp, err);
  else if (st == QENT_OK)
    st = qent__panel_json(&resp, &root, err);
  if (st == QENT_OK)
    st = qent__json_str(root, "ipv4Cidr", &network, err);
  if (st == QENT_OK && !qent__copy_text(token_out, size, TOKEN, sizeof TOKEN - 1))
    st = qent_fail(err, QENT_EINVAL, "no room for the login");
  cJSON_Delete(root);
  qent_http_response_dispose(&resp);
  return st;
}

static bool logged_out(qent__wg *wg, const char *token, const qent_http_response *resp)
{
  (void)wg;
  (void)token;
  return resp->status == 401;
}

/* What was read goes back without its date: an update needs all fields, and others are ignored. */
static qent_status without_date(const qent_http_response *resp, qent_buf *out, qent_error *err)
{
  cJSON *root = NULL;
  char *text = NULL;
  qent_status st = qent__panel_json(resp, &root, err);

  if (st == QENT_OK && !qent__json_get(root, "expiresAt"))
    st = qent_fail(err, QENT_EPROTO, "the panel's peer has no field 'expiresAt'");
  if (st != QENT_OK)
    goto out;
  cJSON_DeleteItemFromObjectCaseSensitive(root, "expiresAt");
  if (cJSON_AddNullToObject(root, "expiresAt"))
    text = cJSON_PrintUnformatted(root);
  if (!text) {
    st = qent_fail(err, QENT_ENOMEM, "out of memory");
    goto out;
  }
  qent_buf_adds(out, text);
  st = qent_buf_status(out, err);
  qent__wipe(text, strlen(text)); /* holds the peer's private key */
out:
  cJSON_free(text);
  cJSON_Delete(root);
  return st;
}

/* GET /api/client/{id}, POST /api/client/{id}
 * Shape:  the peer with all its fields, its keys among them -> {"success":true}
 * Units:  expiresAt is any text that JavaScript's Date reads; null: never.
 * Errors: 400 when a field is missing; 404 "Client not found".
 * Note:   the panel's job switches expired peers off and leaves no trace of it in `enabled`, and
 *         enabling one is refused with 422 while the date is past: we keep no date here and switch.
 * Source: wg-easy/wg-easy v15.4.0, src/server/api/client/[clientId]/index.post.ts; replies in
 *         tests/data/wgeasy/client.json, client_404.json. */
static qent_status undate(qent__wg *wg, const struct qent__wg_peer *peer, qent_error *err)
{
  char path[QENT__WG_PATH_CAP];
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_buf body;
  qent_status st;

  (void)snprintf(path, sizeof path, CLIENTS "/%s", peer->id);
  qent_buf_init(&body, QENT__WG_BODY_MAX);
  st = qent__wg_get(wg, path, QENT__WG_REPLY_MAX, &resp, err);
  if (st == QENT_OK)
    st = without_date(&resp, &body, err);
  if (st == QENT_OK)
    st = qent__wg_change(wg, "POST", path, &body, err);
  if (resp.body)
    qent__wipe(resp.body, resp.body_len);
  qent_http_response_dispose(&resp);
  qent__buf_wipe(&body);
  return st;
}

/* GET /api/admin/interface -> {"ipv4Cidr":"10.8.0.0/24",...}: one address for each peer. */
static qent_status capacity(qent__wg *wg, int64_t *capacity_out, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  cJSON *root = NULL;
  const char *network = "";
  const char *slash = NULL;
  int64_t bits = 0;
  qent_status st = qent__wg_get(wg, INTERFACE, QENT__WG_REPLY_MAX, &resp, err);

  if (st == QENT_OK)
    st = qent__panel_json(&resp, &root, err);
  if (st == QENT_OK)
    st = qent__json_str(root, "ipv4Cidr", &network, err);
  if (st == QENT_OK) {
    slash = strchr(network, '/');
    if (!slash || !qent__parse_i64(slash + 1, strlen(slash + 1), 0, 32, &bits))
      st = qent_fail(err, QENT_EPROTO, "field 'ipv4Cidr' is not a network");
    else
      *capacity_out = (INT64_C(1) << (32 - bits)) - RESERVED;
  }
  cJSON_Delete(root);
  qent_http_response_dispose(&resp);
  return st;
}

static const struct qent__wg_dialect dialect = {
    .clients = CLIENTS,
    .address_field = "ipv4Address",
    .expiry_field = "expiresAt",
    .numbered = true,
    .dated_names = true,
    .basic = true,
    .login = login,
    .logged_out = logged_out,
    .undate = undate,
    .capacity = capacity,
};

static qent_status open_gateway(const qent_gateway_config *config, qent_gateway **gateway_out,
                                qent_error *err)
{
  return qent__wg_open(&dialect, config, gateway_out, err);
}

const qent_gateway_factory qent__wgeasy_factory = {
    .size = sizeof qent__wgeasy_factory,
    .name = "wgeasy",
    .open = open_gateway,
    .lacks = QENT_GATEWAY_LACKS_LIMIT | QENT_GATEWAY_LACKS_EXPIRY | QENT_GATEWAY_LACKS_CREDENTIALS,
    .parallel = 2,
};

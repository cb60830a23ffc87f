/* SPDX-License-Identifier: MIT */
#include "gateway/amneziawg.h"
#include "gateway/panel.h"
#include "gateway/wg.h"
#include "util/secret.h"
#include "util/text.h"
#include <qentvpn/ext/json.h>
#include <stdio.h>
#include <string.h>

#define CLIENTS "/api/wireguard/client"
#define COOKIE "connect.sid="
#define CAPACITY 253 /* 10.8.0.2 to .254: the panel knows no other size than /24 */

/* GET /api/session, with or without a login
 * Shape:  -> {"requiresPassword":bool,"authenticated":bool}
 * Source: w0rng/amnezia-wg-easy 1391267, src/lib/Server.js; replies in
 *         tests/data/amneziawg/session.json, session_none.json. */
static qent_status read_session(qent__wg *wg, const char *token, const char *member, bool *out)
{
  static const struct qent__wg_call call = {"GET", "/api/session", NULL, QENT__WG_REPLY_MAX,
                                            QENT__WG_READ_MS};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  cJSON *root = NULL;
  qent_status st = qent__wg_send(wg, &call, token, &resp, NULL);

  if (st == QENT_OK && resp.status != 200)
    st = QENT_EPROTO;
  if (st == QENT_OK)
    st = qent__panel_json(&resp, &root, NULL);
  if (st == QENT_OK)
    st = qent__json_bool(root, member, out, NULL);
  cJSON_Delete(root);
  qent_http_response_dispose(&resp);
  return st;
}

/* A call without a valid session fails inside the panel: 500, as any real failure. It did not act,
 * if it is that; and should the session have ended between a real failure and this question, then
 * the look after each change finds what was made twice. */
static bool logged_out(qent__wg *wg, const char *token, const qent_http_response *resp)
{
  bool authenticated = true;

  return resp->status == 500 &&
         read_session(wg, token, "authenticated", &authenticated) == QENT_OK && !authenticated;
}

/* The cookie of a login becomes a header: "connect.sid=s%3A..." without its attributes. */
static qent_status take_cookie(const qent_http_response *resp, char *token_out, size_t size,
                               qent_error *err)
{
  const char *cookie = NULL;
  size_t len = 0;

  for (size_t n = 0; (cookie = qent_http_response_header(resp, "Set-Cookie", n)) != NULL; n++)
    if (qent__starts_with(cookie, COOKIE))
      break;
  if (cookie)
    len = strcspn(cookie, "; \t");
  if (len <= sizeof COOKIE - 1 || !qent__copy_text(token_out, size, cookie, len))
    return qent_fail(err, QENT_EPROTO, "the login was answered without a usable cookie");
  return QENT_OK;
}

static qent_status refused(qent__wg *wg, qent_error *err)
{
  bool needed = true;

  if (read_session(wg, "", "requiresPassword", &needed) == QENT_OK && !needed)
    return qent_fail(err, QENT_EAUTH,
                     "the panel has no password and is open to everybody: set its PASSWORD_HASH");
  return qent_fail(err, QENT_EAUTH, "the panel refuses the node's password");
}

/* POST /api/session
 * Shape:  {"password":str,"remember":true} -> {"success":true} and Set-Cookie: connect.sid=...
 * Units:  sessions live in the panel's memory until it is restarted, or for MAX_AGE minutes.
 * Errors: 401 {"statusCode":401,"stack":[]} for a wrong password, and always without PASSWORD_HASH.
 * Source: w0rng/amnezia-wg-easy 1391267, src/lib/Server.js; reply in
 *         tests/data/amneziawg/login_401.json. */
static qent_status login(char *token_out, size_t size, void *user, qent_error *err)
{
  qent__wg *wg = user;
  qent_buf body;
  qent_json_writer w;
  const struct qent__wg_call call = {"POST", "/api/session", &body, QENT__WG_REPLY_MAX,
                                     QENT__WG_READ_MS};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st;

  qent_buf_init(&body, QENT__WG_BODY_MAX);
  qent_jw_init(&w, &body);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "password", wg->config.password);
  qent_jw_kbool(&w, "remember", true);
  qent_jw_end_object(&w);
  st = qent_jw_finish(&w, err);
  if (st == QENT_OK)
    st = qent__wg_send(wg, &call, "", &resp, err);
  if (st == QENT_OK && resp.status == 401)
    st = refused(wg, err);
  else if (st == QENT_OK && resp.status != 200)
    st = qent__wg_refusal(&resp, err);
  else if (st == QENT_OK)
    st = qent__wg_parse_done(&resp, err);
  if (st == QENT_OK)
    st = take_cookie(&resp, token_out, size, err);
  qent_http_response_dispose(&resp);
  qent__buf_wipe(&body);
  return st;
}

/* PUT /api/wireguard/client/{id}/expireDate
 * Shape:  {"expireDate":"2027-01-15"|null} -> {"success":true}
 * Units:  the end of that day where the server is; text that is no date is taken and means never.
 * Errors: 404 for an unknown id.
 * Note:   the panel's job only switches off, so a date that a person has set would end an account
 *         that was renewed. We set none: a day is too coarse, and the job does not run by default.
 * Source: w0rng/amnezia-wg-easy 1391267, src/lib/WireGuard.js updateClientExpireDate. */
static qent_status undate(qent__wg *wg, const struct qent__wg_peer *peer, qent_error *err)
{
  char path[QENT__WG_PATH_CAP];
  qent_buf body;
  qent_status st;

  (void)snprintf(path, sizeof path, CLIENTS "/%s/expireDate", peer->id);
  qent_buf_init(&body, QENT__WG_BODY_MAX);
  qent_buf_adds(&body, "{\"expireDate\":null}");
  st = qent_buf_status(&body, err);
  if (st == QENT_OK)
    st = qent__wg_change(wg, "PUT", path, &body, err);
  qent_buf_dispose(&body);
  return st;
}

static qent_status capacity(qent__wg *wg, int64_t *capacity_out, qent_error *err)
{
  (void)wg;
  (void)err;
  *capacity_out = CAPACITY;
  return QENT_OK;
}

/* A line "<name> = <digits>". */
static bool has_number(const char *conf, const char *name)
{
  char line[16];
  const char *at;

  (void)snprintf(line, sizeof line, "\n%s = ", name);
  at = strstr(conf, line);
  return at && qent__is_digit(at[strlen(line)]);
}

/* Clients take a file for AmneziaWG only when all of these are there. A panel whose wg0.json came
 * from wg-easy writes "undefined". */
static qent_status check_conf(const char *conf, qent_error *err)
{
  static const char *const names[] = {"Jc", "Jmin", "Jmax", "S1", "S2", "H1", "H2", "H3", "H4"};

  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (!has_number(conf, names[i]))
      return qent_fail(err, QENT_EPROTO,
                       "the panel's .conf lacks the AmneziaWG parameter %s: is its wg0.json "
                       "that of another panel?",
                       names[i]);
  return QENT_OK;
}

/* GET /api/release -> 14, a bare number. */
static qent_status version(qent__wg *wg, char *out, size_t size, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  cJSON *root = NULL;
  int64_t release = 0;
  qent_status st = qent__wg_get(wg, "/api/release", QENT__WG_REPLY_MAX, &resp, err);

  if (st == QENT_OK)
    st = qent__panel_json(&resp, &root, err);
  if (st == QENT_OK && !qent__json_node_i64(root, &release))
    st = qent_fail(err, QENT_EPROTO, "the panel's release is not a number");
  if (st == QENT_OK)
    (void)snprintf(out, size, "%lld", (long long)release);
  cJSON_Delete(root);
  qent_http_response_dispose(&resp);
  return st;
}

static const struct qent__wg_dialect dialect = {
    .clients = CLIENTS,
    .address_field = "address",
    .expiry_field = "expiredAt",
    .login = login,
    .logged_out = logged_out,
    .undate = undate,
    .capacity = capacity,
    .check_conf = check_conf,
    .version = version,
};

static qent_status open_gateway(const qent_gateway_config *config, qent_gateway **gateway_out,
                                qent_error *err)
{
  return qent__wg_open(&dialect, config, gateway_out, err);
}

const qent_gateway_factory qent__amneziawg_factory = {
    .size = sizeof qent__amneziawg_factory,
    .name = "amneziawg",
    .open = open_gateway,
    .lacks = QENT_GATEWAY_LACKS_LIMIT | QENT_GATEWAY_LACKS_EXPIRY | QENT_GATEWAY_LACKS_CREDENTIALS |
             QENT_GATEWAY_LACKS_USERNAME,
    .parallel = 2,
};

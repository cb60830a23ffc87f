/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/wg.h"
#include "util/secret.h"
#include "util/timefmt.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

qent_status qent__wg_send(qent__wg *wg, const struct qent__wg_call *call, const char *token,
                          qent_http_response *resp_out, qent_error *err)
{
  char cookie[QENT__WG_TOKEN_CAP + 16];
  const char *headers[3] = {"Accept: application/json"};
  qent_http_request req = QENT_HTTP_REQUEST_INIT;
  qent_status st;

  req.headers = headers;
  req.header_count = 1;
  if (call->body)
    headers[req.header_count++] = "Content-Type: application/json";
  if (wg->dialect->basic) {
    req.basic_user = wg->config.username;
    req.basic_password = wg->config.password;
  } else if (*token) {
    (void)snprintf(cookie, sizeof cookie, "Cookie: %s", token);
    headers[req.header_count++] = cookie;
  }
  req.method = call->method;
  req.body = call->body ? call->body->data : NULL;
  req.body_len = call->body ? call->body->len : 0;
  req.max_reply_bytes = call->reply_max;
  st = qent__panel_send(&wg->config, &req, call->path, call->timeout_ms, resp_out, err);
  qent__wipe(cookie, sizeof cookie);
  return st;
}

/* Errors: {"statusCode":int,"statusMessage":str,"message":str,...}, amnezia-wg-easy mostly without
 * texts. An unknown peer is a 404 without a
 * statusMessage (amnezia-wg-easy) or with "Client not found" (wg-easy); unknown paths have another
 * one. Source: w0rng/amnezia-wg-easy 1391267, src/lib/WireGuard.js; wg-easy/wg-easy v15.4.0,
 * src/server/api/client; replies in tests/data/{amneziawg,wgeasy}/client_404.json. */
static bool says_missing(const cJSON *root, const char *phrase)
{
  return qent__json_i64_or(root, "statusCode", 0) == 404 &&
         (!*phrase || strcmp(phrase, "Client not found") == 0);
}

static qent_status refuse(const cJSON *root, int code, qent_error *err)
{
  const char *phrase = qent__json_str_or(root, "statusMessage", "");
  char reason[QENT__PANEL_WORDS_CAP];

  qent__panel_quote(qent__json_str_or(root, "message", phrase), reason);
  if (code == 404 && says_missing(root, phrase))
    return qent_fail(err, QENT_ENOTFOUND, "no such account on the panel");
  if (code == 404)
    return qent_fail(err, QENT_EPROTO, "HTTP 404 for an API path: is the node's URL right?");
  if (code == 401)
    return qent_fail(err, QENT_EAUTH, "the panel refuses the node's user or password");
  if (code == 403)
    return qent_fail(err, QENT_EAUTH, "the panel's user may not do this (HTTP 403): %s", reason);
  if ((code == 400 || code == 422) && *reason)
    return qent_fail(err, QENT_EINVAL, "the panel refuses: %s", reason);
  if (code == 429 || code >= 500)
    return qent_fail(err, QENT_EUPSTREAM, "the panel answered HTTP %d", code);
  return qent_fail(err, QENT_EPROTO, "unexpected HTTP %d from the panel", code);
}

qent_status qent__wg_refusal(const qent_http_response *resp, qent_error *err)
{
  cJSON *root = NULL;
  qent_status st;

  (void)!qent__json_parse_body(resp->body, resp->body_len, &root, NULL);
  st = refuse(root, resp->status, err);
  cJSON_Delete(root);
  return qent__panel_refused(resp, st, err);
}

qent_status qent__wg_call(qent__wg *wg, const struct qent__wg_call *call,
                          qent_http_response *resp_out, int *status_out, qent_error *err)
{
  char token[QENT__WG_TOKEN_CAP];
  char fresh[QENT__WG_TOKEN_CAP];
  qent_status st = qent_panel_share_token(wg->config.share, token, sizeof token, err);

  fresh[0] = '\0';
  if (st == QENT_OK && !*token)
    st = qent__panel_renew(&wg->config, "", wg->dialect->login, wg, token, sizeof token, err);
  if (st == QENT_OK)
    st = qent__wg_send(wg, call, token, resp_out, err);
  if (st == QENT_OK && !qent__panel_is_2xx(resp_out) &&
      wg->dialect->logged_out(wg, token, resp_out)) {
    qent_http_response_dispose(resp_out);
    st = qent__panel_renew(&wg->config, token, wg->dialect->login, wg, fresh, sizeof fresh, err);
    if (st == QENT_OK)
      st = qent__wg_send(wg, call, fresh, resp_out, err);
  }
  *status_out = resp_out->status;
  if (st == QENT_OK && !qent__panel_is_2xx(resp_out))
    st = qent__wg_refusal(resp_out, err);
  qent__wipe(token, sizeof token);
  qent__wipe(fresh, sizeof fresh);
  return st;
}

qent_status qent__wg_get(qent__wg *wg, const char *path, size_t reply_max,
                         qent_http_response *resp_out, qent_error *err)
{
  const struct qent__wg_call call = {"GET", path, NULL, reply_max, QENT__WG_READ_MS};
  int status = 0;

  return qent__wg_call(wg, &call, resp_out, &status, err);
}

qent_status qent__wg_change(qent__wg *wg, const char *method, const char *path,
                            const qent_buf *body, qent_error *err)
{
  const struct qent__wg_call call = {method, path, body, QENT__WG_REPLY_MAX, QENT__WG_CHANGE_MS};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  int status = 0;
  qent_status st = qent__wg_call(wg, &call, &resp, &status, err);

  if (st == QENT_OK)
    st = qent__wg_parse_done(&resp, err);
  qent_http_response_dispose(&resp);
  return st;
}

int64_t qent__wg_answered_at(const qent_http_response *resp)
{
  const char *date = qent_http_response_header(resp, "Date", 0);
  int64_t now = 0;

  if (date && qent__http_date_parse(date, strlen(date), &now))
    return now;
  return (int64_t)time(NULL);
}

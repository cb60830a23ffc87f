/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/secret.h"
#include "util/text.h"
#include <stdio.h>
#include <string.h>

#define TIMEOUT_MS 15000
#define HEADER_CAP (QENT__XUI_TOKEN_CAP + 32)

/* X-Requested-With makes "not logged in" another answer than "no such path" on most panels;
 * the language is for the few words that are looked at. */
static const char *const fixed_headers[] = {"X-Requested-With: XMLHttpRequest",
                                            "Accept-Language: en-US", "Accept: application/json"};
enum { FIXED = sizeof fixed_headers / sizeof fixed_headers[0], HEADERS = FIXED + 3 };

qent_status qent__xui_send(qent__xui *xui, const struct qent__xui_request *call,
                           const struct qent__xui_session *session, qent_http_response *resp_out,
                           qent_error *err)
{
  const char *headers[HEADERS];
  char type[64];
  char cookie[HEADER_CAP];
  char csrf[HEADER_CAP];
  qent_http_request req = QENT_HTTP_REQUEST_INIT;
  qent_status st;

  memcpy(headers, fixed_headers, sizeof fixed_headers);
  req.header_count = FIXED;
  if (call->body) {
    (void)snprintf(type, sizeof type, "Content-Type: %s",
                   call->content_type ? call->content_type : "application/json");
    headers[req.header_count++] = type;
  }
  if (session && *session->cookie) {
    (void)snprintf(cookie, sizeof cookie, "Cookie: %s", session->cookie);
    headers[req.header_count++] = cookie;
  }
  if (session && *session->csrf) {
    (void)snprintf(csrf, sizeof csrf, "X-CSRF-Token: %s", session->csrf);
    headers[req.header_count++] = csrf;
  }
  req.method = call->method;
  req.headers = headers;
  req.body = call->body;
  req.body_len = call->body_len;
  req.bearer = session && xui->bearer ? xui->config.password : NULL;
  req.max_reply_bytes = call->reply_max;
  st = qent__panel_send(&xui->config, &req, call->path, TIMEOUT_MS, resp_out, err);
  qent__wipe(cookie, sizeof cookie);
  qent__wipe(csrf, sizeof csrf);
  return st;
}

void qent__xui_reply_dispose(struct qent__xui_reply *reply)
{
  cJSON_Delete(reply->root);
  *reply = (struct qent__xui_reply){NULL, NULL};
}

/* What the panel's English words mean; anything else is a value that it does not take. They stand
 * in parentheses after a translated sentence.
 * Source: MHSanaei/3x-ui v2.8.11 web/service/inbound.go; v3.6.0
 * internal/web/service/client_crud.go, inbound.go, port_conflict.go; replies in tests/data/3xui. */
static qent_status meaning(const char *words)
{
  static const struct {
    const char *words;
    qent_status status;
  } known[] = {
      {"record not found", QENT_ENOTFOUND},
      {"not found in any inbound or client record", QENT_ENOTFOUND},
      {"client with email", QENT_ENOTFOUND}, /* "... not found" */
      {"empty client ID", QENT_ENOTFOUND},   /* to an update: no client of that id */
      {"Duplicate email", QENT_ECONFLICT},
      {"Duplicate subId", QENT_ECONFLICT},
      {"already in use", QENT_ECONFLICT},
      {"already used by inbound", QENT_ECONFLICT},
      {"Port already exists", QENT_ECONFLICT},
      {"no client remained", QENT_ECONFLICT},
      {"database is locked", QENT_EUPSTREAM},
      {"deadline exceeded", QENT_EUPSTREAM},
      {"connection refused", QENT_EUPSTREAM},
  };

  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strstr(words, known[i].words))
      return known[i].status;
  return QENT_EINVAL;
}

/* Shape:  {"success":bool,"msg":str,"obj":any}, with HTTP 200 for failures too
 * Errors: success=false; msg is "<translated> (<English>\n)".
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/util.go; replies in tests/data/3xui. */
qent_status qent__xui_reply_parse(const qent_http_response *resp, struct qent__xui_reply *reply_out,
                                  qent_error *err)
{
  char words[QENT__PANEL_WORDS_CAP];
  cJSON *root = NULL;
  bool success = false;
  qent_status st = qent__panel_json(resp, &root, err);

  if (st == QENT_OK)
    st = qent__json_bool(root, "success", &success, err);
  if (st == QENT_OK && !success) {
    const char *msg = qent__json_str_or(root, "msg", "");
    qent__panel_quote(msg, words);
    st = qent_fail(err, meaning(msg), "the panel refuses: %s", *words ? words : "without a reason");
  }
  if (st != QENT_OK) {
    cJSON_Delete(root);
    return st;
  }
  *reply_out = (struct qent__xui_reply){root, qent__json_get(root, "obj")};
  return QENT_OK;
}

qent_status qent__xui_refusal(const qent_http_response *resp, qent_error *err)
{
  int code = resp->status;
  qent_status st;

  if (code == 401)
    st = qent_fail(err, QENT_EAUTH, "the panel refuses a fresh session");
  else if (code == 403)
    st = qent_fail(err, QENT_EAUTH,
                   "the node's user or API token may not do this on the panel (HTTP 403; a token "
                   "needs the scope admin)");
  else if (code == 404)
    st = qent_fail(err, QENT_EPROTO,
                   "HTTP 404 for an API path: does the node's URL hold the panel's base path?");
  else if (code >= 300 && code <= 399)
    st = qent_fail(
        err, QENT_EPROTO,
        "the panel redirects (HTTP %d): are scheme and base path of the node's URL right?", code);
  else if (code == 429 || code >= 500)
    st = qent_fail(err, QENT_EUPSTREAM, "the panel answered HTTP %d", code);
  else
    st = qent_fail(err, QENT_EPROTO, "unexpected HTTP %d from the panel", code);
  return qent__panel_refused(resp, st, err);
}

/* With our header: 401 to 2.8.3, 404 from 2.8.4 to 2.9, 401 in 3.x, where 403 is a CSRF token of an
 * older cookie. An unknown path is 404 everywhere: then a new session finds out that the panel was
 * replaced by another version.
 * Source: MHSanaei/3x-ui v2.6.5 web/controller/base.go; v2.8.11 web/controller/api.go; v3.6.0
 * internal/web/controller/api.go, internal/web/middleware/security.go. */
bool qent__xui_is_refused_session(const qent__xui *xui, const qent_http_response *resp)
{
  int code = resp->status;

  return code == 401 || code == 404 || code == 302 || code == 307 || (code == 403 && !xui->bearer);
}

/* A verb is under way for one API: it cannot go on with another. */
static qent_status same_api(const qent__xui *xui, enum qent__xui_api before, qent_error *err)
{
  if (before == QENT__XUI_UNKNOWN || xui->api == before)
    return QENT_OK;
  return qent_fail(err, QENT_EUPSTREAM,
                   "the panel speaks another API than before; the next try uses that");
}

qent_status qent__xui_call(qent__xui *xui, const struct qent__xui_request *call,
                           struct qent__xui_reply *reply_out, qent_error *err)
{
  struct qent__xui_session session;
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  enum qent__xui_api api = xui->api;
  qent_status st = qent__xui_session_get(xui, &session, err);

  if (st == QENT_OK)
    st = same_api(xui, api, err);
  if (st == QENT_OK)
    st = qent__xui_send(xui, call, &session, &resp, err);
  if (st == QENT_OK && qent__xui_is_refused_session(xui, &resp)) {
    /* Turned away before it acted: repeating is safe for every method. */
    qent_http_response_dispose(&resp);
    st = qent__xui_session_renew(xui, &session, err);
    if (st == QENT_OK)
      st = same_api(xui, api, err);
    if (st == QENT_OK)
      st = qent__xui_send(xui, call, &session, &resp, err);
  }
  qent__wipe(&session, sizeof session);
  if (st != QENT_OK)
    return st;
  st = resp.status == 200 ? qent__xui_reply_parse(&resp, reply_out, err)
                          : qent__xui_refusal(&resp, err);
  qent_http_response_dispose(&resp);
  return st;
}

qent_status qent__xui_get(qent__xui *xui, const char *path, size_t reply_max,
                          struct qent__xui_reply *reply_out, qent_error *err)
{
  const struct qent__xui_request call = {.method = "GET", .path = path, .reply_max = reply_max};

  return qent__xui_call(xui, &call, reply_out, err);
}

qent_status qent__xui_post(qent__xui *xui, const char *path, const qent_buf *body, qent_error *err)
{
  const struct qent__xui_request call = {.method = "POST",
                                         .path = path,
                                         .body = body ? body->data : NULL,
                                         .body_len = body ? body->len : 0,
                                         .reply_max = QENT__XUI_REPLY_MAX};
  struct qent__xui_reply reply = {NULL, NULL};
  qent_status st = qent__xui_call(xui, &call, &reply, err);

  qent__xui_reply_dispose(&reply);
  return st;
}

qent_status qent__xui_path(char out[QENT__XUI_PATH_CAP], qent_error *err, const char *prefix,
                           const char *name, const char *suffix)
{
  qent_buf path;
  qent_status st;

  qent_buf_init(&path, QENT__XUI_PATH_CAP - 1);
  qent_buf_adds(&path, prefix);
  qent__percent_encode(&path, name, strlen(name));
  qent_buf_adds(&path, suffix);
  st = qent_buf_status(&path, err);
  if (st == QENT_OK)
    memcpy(out, path.data, path.len + 1);
  qent_buf_dispose(&path);
  return st;
}

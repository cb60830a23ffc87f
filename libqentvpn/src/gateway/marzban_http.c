/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include "util/secret.h"
#include "util/text.h"
#include <string.h>

#define TIMEOUT_MS 15000
#define FORM_MAX 4096

bool qent__mz_is_unclear(qent_status st, int http_status)
{
  return st == QENT_EPROTO || http_status >= 500;
}

/* Errors of Marzban: {"detail":"text"}; a 422 has {"detail":{"field":"text"}}; a 500 is plain text.
 * Source: Gozargah/Marzban v0.8.4, app/__init__.py, app/routers/user.py; replies in
 * tests/data/marzban/{create_422_inbounds,user_404,user_409}.json. */
static void explain(const qent_http_response *resp, char field[QENT__PANEL_WORDS_CAP],
                    char text[QENT__PANEL_WORDS_CAP])
{
  cJSON *root = NULL;
  const cJSON *detail;

  field[0] = text[0] = '\0';
  if (qent__json_parse_body(resp->body, resp->body_len, &root, NULL) != QENT_OK)
    return;
  detail = qent__json_get(root, "detail");
  if (cJSON_IsObject(detail)) {
    detail = detail->child;
    if (detail && detail->string)
      qent__panel_quote(detail->string, field);
  }
  if (detail && cJSON_IsString(detail))
    qent__panel_quote(detail->valuestring, text);
  cJSON_Delete(root);
}

qent_status qent__mz_refusal(const qent_http_response *resp, qent_error *err)
{
  char field[QENT__PANEL_WORDS_CAP];
  char text[QENT__PANEL_WORDS_CAP];
  qent_status st;
  int code = resp->status;

  explain(resp, field, text);
  if (code == 422 && *field)
    st = qent_fail(err, QENT_EINVAL, "the panel refuses field \"%s\": %s", field, text);
  else if ((code == 400 || code == 422) && *text)
    st = qent_fail(err, QENT_EINVAL, "the panel refuses: %s", text);
  else if (code == 401)
    st = qent_fail(err, QENT_EAUTH, "the panel refuses a fresh login token");
  else if (code == 403)
    st = qent_fail(err, QENT_EAUTH, "the node's admin may not do this on the panel (HTTP 403)");
  else if (code == 404 && qent__streq(text, "User not found"))
    st = qent_fail(err, QENT_ENOTFOUND, "no such account on the panel");
  else if (code == 404)
    st = qent_fail(err, QENT_EPROTO, "HTTP 404 for an API path: is the node's URL right?");
  else if (code == 409)
    st = qent_fail(err, QENT_ECONFLICT, "the account exists already");
  else if (code == 429 || code >= 500)
    st = qent_fail(err, QENT_EUPSTREAM, "the panel answered HTTP %d", code);
  else
    st = qent_fail(err, QENT_EPROTO, "unexpected HTTP %d from the panel", code);
  return qent__panel_refused(resp, st, err);
}

/* Only existing users of other admins are answered so; it says nothing about the login. */
qent_status qent__mz_user_refusal(const qent_http_response *resp, qent_error *err)
{
  char field[QENT__PANEL_WORDS_CAP];
  char text[QENT__PANEL_WORDS_CAP];

  if (resp->status != 403)
    return qent__mz_refusal(resp, err);
  explain(resp, field, text);
  if (!qent__streq(text, "You're not allowed"))
    return qent__mz_refusal(resp, err);
  return qent__panel_refused(
      resp,
      qent_fail(err, QENT_ECONFLICT,
                "the account belongs to another admin of the panel, and the node's is no "
                "sudo admin"),
      err);
}

/* A token goes into a header: visible ASCII only. */
static bool token_ok(const char *token)
{
  if (!*token)
    return false;
  for (const char *c = token; *c; c++)
    if (*c <= ' ' || *c > '~')
      return false;
  return true;
}

static qent_status take_token(const qent_http_response *resp, char *token_out, size_t size,
                              qent_error *err)
{
  cJSON *root = NULL;
  const char *token = "";
  qent_status st = qent__json_parse_body(resp->body, resp->body_len, &root, NULL);

  if (st == QENT_ENOMEM)
    return qent_fail(err, st, "out of memory");
  token = qent__json_str_or(root, "access_token", "");
  if (!token_ok(token) || !qent__copy_text(token_out, size, token, strlen(token)))
    st = qent_fail(err, QENT_EPROTO, "the login was answered without a usable token");
  else
    st = QENT_OK;
  cJSON_Delete(root);
  return st;
}

static void add_field(qent_buf *form, const char *name, const char *value)
{
  qent_buf_adds(form, name);
  qent__percent_encode(form, value, strlen(value));
}

/* POST /api/admin/token, application/x-www-form-urlencoded (JSON is refused with 422)
 * Shape:  grant_type=password&username=str&password=str ->
 * {"access_token":str,"token_type":"bearer"} Units:  the token is a JWT of 24 h by default; there
 * is no refresh token. Errors: 401 {"detail":"Incorrect username or password"}. Each failed login
 * sends the tried password to the panel's Telegram and Discord reports, so qent_panel_share pauses
 * after one. Source: Gozargah/Marzban v0.8.4, app/routers/admin.py; reply in
 * tests/data/marzban/token.json. */
static qent_status login(char *token_out, size_t size, void *user, qent_error *err)
{
  static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded"};
  qent__marzban *mz = user;
  qent_http_request req = QENT_HTTP_REQUEST_INIT;
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_buf form;
  qent_status st;

  qent_buf_init(&form, FORM_MAX);
  add_field(&form, "grant_type=password&username=", mz->config.username);
  add_field(&form, "&password=", mz->config.password);
  st = qent_buf_status(&form, err);
  if (st != QENT_OK)
    goto out;
  req.method = "POST";
  req.headers = headers;
  req.header_count = 1;
  req.body = form.data;
  req.body_len = form.len;
  st = qent__panel_send(&mz->config, &req, "/api/admin/token", TIMEOUT_MS, &resp, err);
  if (st != QENT_OK)
    goto out;
  if (qent__panel_is_2xx(&resp))
    st = take_token(&resp, token_out, size, err);
  else if (resp.status == 401)
    st = qent__panel_refused(
        &resp, qent_fail(err, QENT_EAUTH, "the panel refuses the node's user or password"), err);
  else
    st = qent__mz_refusal(&resp, err);
out:
  if (resp.body)
    qent__wipe(resp.body, resp.body_len);
  qent_http_response_dispose(&resp);
  qent__buf_wipe(&form);
  return st;
}

static qent_status send_with(qent__marzban *mz, const struct qent__mz_request *call,
                             const char *token, qent_http_response *resp_out, qent_error *err)
{
  static const char *const headers[] = {"Accept: application/json",
                                        "Content-Type: application/json"};
  qent_http_request req = QENT_HTTP_REQUEST_INIT;

  req.method = call->method;
  req.headers = headers;
  req.header_count = call->body ? 2 : 1;
  if (call->body) {
    req.body = call->body->data;
    req.body_len = call->body->len;
  }
  req.bearer = token;
  req.max_reply_bytes = call->reply_max;
  return qent__panel_send(&mz->config, &req, call->path, TIMEOUT_MS, resp_out, err);
}

qent_status qent__mz_call(qent__marzban *mz, const struct qent__mz_request *call,
                          qent_http_response *resp_out, qent_error *err)
{
  char token[QENT__MZ_TOKEN_CAP];
  char fresh[QENT__MZ_TOKEN_CAP];
  qent_status st = qent_panel_share_token(mz->config.share, token, sizeof token, err);

  fresh[0] = '\0';
  if (st == QENT_OK && !*token)
    st = qent__panel_renew(&mz->config, "", login, mz, token, sizeof token, err);
  if (st == QENT_OK)
    st = send_with(mz, call, token, resp_out, err);
  if (st == QENT_OK && resp_out->status == 401) {
    /* A 401 comes before the panel acts: repeating is safe for every method. */
    qent_http_response_dispose(resp_out);
    st = qent__panel_renew(&mz->config, token, login, mz, fresh, sizeof fresh, err);
    if (st == QENT_OK)
      st = send_with(mz, call, fresh, resp_out, err);
    if (st == QENT_OK && resp_out->status == 401)
      st = qent__mz_refusal(resp_out, err);
  }
  qent__wipe(token, sizeof token);
  qent__wipe(fresh, sizeof fresh);
  return st;
}

qent_status qent__mz_get(qent__marzban *mz, const char *path, size_t reply_max,
                         qent_http_response *resp_out, qent_error *err)
{
  const struct qent__mz_request call = {"GET", path, NULL, reply_max};
  qent_status st = qent__mz_call(mz, &call, resp_out, err);

  if (st == QENT_OK && !qent__panel_is_2xx(resp_out))
    st = qent__mz_refusal(resp_out, err);
  return st;
}

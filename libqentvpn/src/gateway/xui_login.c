/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/secret.h"
#include "util/text.h"
#include <string.h>

#define FORM_MAX 4096
#define JAR_MAX 3072

/* Tells API C from the older ones. */
#define CLIENTS_PATH "/panel/api/clients/list/paged?page=1&pageSize=1"
#define STATUS_PATH "/panel/api/server/status"

/* A session as it is kept in the panel's share: a letter for the API, the cookies, the CSRF token,
 * each ended by a newline, which none of them can hold. */
static bool unpack(struct qent__xui_session *session)
{
  char *cookie = session->text[0] ? session->text + 1 : NULL;
  char *csrf = cookie ? strchr(cookie, '\n') : NULL;
  char *end = csrf ? strchr(csrf + 1, '\n') : NULL;

  if (!end || session->text[0] < 'A' || session->text[0] > 'C')
    return false;
  *csrf++ = '\0';
  *end = '\0';
  session->api = (enum qent__xui_api)(QENT__XUI_A + (session->text[0] - 'A'));
  session->cookie = cookie;
  session->csrf = csrf;
  return true;
}

/* The text that unpack() took apart, as the share knows it. */
static qent_status packed(const struct qent__xui_session *session, qent_buf *out, qent_error *err)
{
  qent_buf_init(out, QENT__XUI_TOKEN_CAP - 1);
  qent_buf_addc(out, session->text[0]);
  qent_buf_adds(out, session->cookie);
  qent_buf_addc(out, '\n');
  qent_buf_adds(out, session->csrf);
  qent_buf_addc(out, '\n');
  return qent_buf_status(out, err);
}

static bool visible(const char *text, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if (text[i] <= ' ' || text[i] > '~' || text[i] == ';')
      return false;
  return len > 0;
}

/* Copy the cookies of `jar` but the one called `name`. */
static void keep_others(qent_buf *out, const char *jar, const char *name, size_t name_len)
{
  while (*jar) {
    size_t len = strcspn(jar, ";");
    if (strncmp(jar, name, name_len) != 0 || jar[name_len] != '=') {
      qent_buf_adds(out, out->len > 0 ? "; " : "");
      qent_buf_add(out, jar, len);
    }
    jar += len;
    jar += strspn(jar, "; ");
  }
}

static qent_status take_cookie(qent_buf *jar, const char *line, qent_error *err)
{
  size_t len = strcspn(line, ";");
  size_t name_len = strcspn(line, "=");
  size_t value_len = name_len < len ? len - name_len - 1 : 0;
  qent_buf next;
  qent_status st;

  if (name_len >= len || !visible(line, name_len))
    return QENT_OK;
  qent_buf_init(&next, JAR_MAX);
  keep_others(&next, jar->data, line, name_len);
  if (visible(line + name_len + 1, value_len)) {
    qent_buf_adds(&next, next.len > 0 ? "; " : "");
    qent_buf_add(&next, line, len);
  }
  st = qent_buf_status(&next, err);
  qent__buf_wipe(jar);
  *jar = next;
  return st;
}

static qent_status take_cookies(qent_buf *jar, const qent_http_response *resp, qent_error *err)
{
  qent_status st = QENT_OK;
  const char *line = qent_http_response_header(resp, "Set-Cookie", 0);

  for (size_t i = 1; st == QENT_OK && line; i++) {
    st = take_cookie(jar, line, err);
    line = qent_http_response_header(resp, "Set-Cookie", i);
  }
  return st;
}

/* What a login collects. */
struct entry {
  qent_buf jar;
  qent_buf csrf;
};

static struct qent__xui_session so_far(const struct entry *entry)
{
  return (struct qent__xui_session){.cookie = entry->jar.data, .csrf = entry->csrf.data};
}

static qent_status send_entry(qent__xui *xui, const struct qent__xui_request *call,
                              struct entry *entry, qent_http_response *resp, qent_error *err)
{
  const struct qent__xui_session session = so_far(entry);
  qent_status st = qent__xui_send(xui, call, &session, resp, err);

  return st == QENT_OK ? take_cookies(&entry->jar, resp, err) : st;
}

/* GET /csrf-token, without a login
 * Shape:  -> {"success":true,"obj":str} and Set-Cookie; the token belongs to that cookie
 * Errors: 404 or a redirect on panels before 3.0, which have no such token.
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/index.go, internal/web/session/csrf.go;
 *         reply in tests/data/3xui/csrf.json. */
static qent_status read_csrf(qent__xui *xui, struct entry *entry, qent_error *err)
{
  const struct qent__xui_request call = {
      .method = "GET", .path = "/csrf-token", .reply_max = QENT__XUI_REPLY_MAX};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  cJSON *root = NULL;
  const char *token;
  qent_status st = send_entry(xui, &call, entry, &resp, err);

  qent_buf_reset(&entry->csrf);
  if (st == QENT_OK && (resp.status == 429 || resp.status >= 500))
    st = qent__xui_refusal(&resp, err);
  else if (st == QENT_OK && resp.status == 200 &&
           qent__json_parse_body(resp.body, resp.body_len, &root, NULL) == QENT_OK) {
    token = qent__json_str_or(root, "obj", "");
    if (visible(token, strlen(token)))
      qent_buf_adds(&entry->csrf, token);
    st = qent_buf_status(&entry->csrf, err);
  }
  cJSON_Delete(root);
  qent_http_response_dispose(&resp);
  return st;
}

static qent_status take_login(const qent_http_response *resp, qent_error *err)
{
  struct qent__xui_reply reply = {NULL, NULL};
  qent_status st;

  if (resp->status == 403)
    return qent_fail(err, QENT_EPROTO, "the panel refuses its own CSRF token at login");
  if (resp->status != 200)
    return qent__xui_refusal(resp, err);
  st = qent__xui_reply_parse(resp, &reply, err);
  qent__xui_reply_dispose(&reply);
  if (st != QENT_OK && st != QENT_ENOMEM && st != QENT_EPROTO)
    st = qent_fail(err, QENT_EAUTH,
                   "the panel refuses the node's user or password, wants a second factor (use an "
                   "API token then), or blocks logins for 15 minutes after five wrong ones");
  return st;
}

/* POST /login, application/x-www-form-urlencoded
 * Shape:  username=str&password=str -> {"success":true,"msg":str,"obj":null} and Set-Cookie
 * Units:  the session lives 60 minutes (2.6), 360 (2.8 on) or until the browser ends (2.3).
 * Errors: 200 with success=false for a wrong password, a missing second factor and the login
 *         limiter alike (from 3.0 on: five failures in 5 minutes block for 15); 403 without the
 *         CSRF token.
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/controller/{index,login_limiter}.go; replies in
 *         tests/data/3xui/{login,login_refused}.json. */
static qent_status post_login(qent__xui *xui, struct entry *entry, qent_error *err)
{
  struct qent__xui_request call = {.method = "POST",
                                   .path = "/login",
                                   .content_type = "application/x-www-form-urlencoded",
                                   .reply_max = QENT__XUI_REPLY_MAX};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_buf form;
  qent_status st;

  qent_buf_init(&form, FORM_MAX);
  qent_buf_adds(&form, "username=");
  qent__percent_encode(&form, xui->config.username, strlen(xui->config.username));
  qent_buf_adds(&form, "&password=");
  qent__percent_encode(&form, xui->config.password, strlen(xui->config.password));
  st = qent_buf_status(&form, err);
  if (st == QENT_OK) {
    call.body = form.data;
    call.body_len = form.len;
    st = send_entry(xui, &call, entry, &resp, err);
  }
  if (st == QENT_OK)
    st = take_login(&resp, err);
  if (st == QENT_OK && entry->jar.len == 0)
    st = qent_fail(err, QENT_EPROTO, "the login was answered without a cookie");
  qent_http_response_dispose(&resp);
  qent__buf_wipe(&form);
  return st;
}

static qent_status probe_path(qent__xui *xui, const char *path, struct entry *entry,
                              int *status_out, qent_error *err)
{
  const struct qent__xui_request call = {
      .method = "GET", .path = path, .reply_max = QENT__XUI_LIST_MAX};
  struct qent__xui_reply reply = {NULL, NULL};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st = send_entry(xui, &call, entry, &resp, err);

  if (st == QENT_OK && resp.status == 200)
    st = qent__xui_reply_parse(&resp, &reply, err);
  else if (st == QENT_OK && !qent__xui_is_refused_session(xui, &resp))
    st = qent__xui_refusal(&resp, err);
  *status_out = resp.status;
  qent__xui_reply_dispose(&reply);
  qent_http_response_dispose(&resp);
  return st;
}

static qent_status bad_token(qent_error *err)
{
  return qent_fail(err, QENT_EAUTH,
                   "the panel refuses the API token: wrong, disabled, expired, or a panel before "
                   "3.0, which has none");
}

/* Which API does the panel speak? C has clients of their own; B tells its status under /panel/api;
 * only panels from 3.0 on know tokens. */
static qent_status find_api(qent__xui *xui, struct entry *entry, char *letter_out, qent_error *err)
{
  int status = 0;
  qent_status st = probe_path(xui, CLIENTS_PATH, entry, &status, err);

  *letter_out = 'C';
  if (st != QENT_OK || status == 200)
    return st;
  if (status == 401 || status == 403)
    return xui->bearer ? bad_token(err)
                       : qent_fail(err, QENT_EPROTO, "the panel does not know its own session");
  st = probe_path(xui, STATUS_PATH, entry, &status, err);
  if (st == QENT_OK && xui->bearer && status != 200)
    st = bad_token(err);
  *letter_out = status == 200 ? 'B' : 'A';
  return st;
}

static qent_status log_in(qent__xui *xui, struct entry *entry, qent_error *err)
{
  bool has_csrf;
  qent_status st = read_csrf(xui, entry, err);

  has_csrf = entry->csrf.len > 0;
  if (st == QENT_OK)
    st = post_login(xui, entry, err);
  if (st == QENT_OK && has_csrf)
    st = read_csrf(xui, entry, err); /* the login made another cookie */
  return st;
}

static qent_status login(char *token_out, size_t size, void *user, qent_error *err)
{
  qent__xui *xui = user;
  struct entry entry;
  struct qent__xui_session session = {.text = ""};
  qent_buf text;
  qent_status st = QENT_OK;

  qent_buf_init(&entry.jar, JAR_MAX);
  qent_buf_init(&entry.csrf, FORM_MAX);
  qent_buf_init(&text, 0);
  if (!xui->bearer)
    st = log_in(xui, &entry, err);
  if (st == QENT_OK)
    st = find_api(xui, &entry, &session.text[0], err);
  if (st == QENT_OK) {
    session.cookie = entry.jar.data;
    session.csrf = entry.csrf.data;
    st = packed(&session, &text, err);
  }
  if (st == QENT_OK && !qent__copy_text(token_out, size, text.data, text.len))
    st = qent_fail(err, QENT_EPROTO, "the panel's cookies are too long");
  qent__buf_wipe(&text);
  qent__buf_wipe(&entry.jar);
  qent__buf_wipe(&entry.csrf);
  return st;
}

static qent_status renew(qent__xui *xui, const char *stale, struct qent__xui_session *session,
                         qent_error *err)
{
  qent_status st =
      qent__panel_renew(&xui->config, stale, login, xui, session->text, sizeof session->text, err);

  if (st == QENT_OK && !unpack(session))
    st = qent_fail(err, QENT_EINVAL, "the panel's shared session is not one of 3x-ui");
  if (st == QENT_OK)
    xui->api = session->api;
  return st;
}

qent_status qent__xui_session_get(qent__xui *xui, struct qent__xui_session *session,
                                  qent_error *err)
{
  qent_status st =
      qent_panel_share_token(xui->config.share, session->text, sizeof session->text, err);

  if (st != QENT_OK)
    return st;
  if (!*session->text || !unpack(session))
    return renew(xui, "", session, err);
  xui->api = session->api;
  return QENT_OK;
}

qent_status qent__xui_session_renew(qent__xui *xui, struct qent__xui_session *session,
                                    qent_error *err)
{
  qent_buf stale;
  qent_status st = packed(session, &stale, err);

  if (st == QENT_OK)
    st = renew(xui, stale.data, session, err);
  qent__buf_wipe(&stale);
  return st;
}

qent_status qent__xui_need_api(qent__xui *xui, qent_error *err)
{
  struct qent__xui_session session;
  qent_status st = qent__xui_session_get(xui, &session, err);

  qent__wipe(&session, sizeof session);
  return st;
}

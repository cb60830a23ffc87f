/* SPDX-License-Identifier: MIT */
#include "page.h"

#include "page_css.h"
#include "page_js.h"
#include "page_link_html.h"
#include "page_open_html.h"
#include <string.h>

#define KEY_MAX 24

void apid_html(qent_buf *out, const char *text)
{
  static const struct {
    char c;
    const char *entity;
  } escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  static const char special[] = "&<>\"'";

  while (*text) {
    size_t plain = strcspn(text, special);
    qent_buf_add(out, text, plain);
    text += plain;
    for (size_t i = 0; *text && i < sizeof escapes / sizeof escapes[0]; i++) {
      if (*text == escapes[i].c) {
        qent_buf_adds(out, escapes[i].entity);
        text++;
        break;
      }
    }
  }
}

/* The two that are hashed in the policy go in byte for byte. */
static void add_key(apid_page *page, const char *key, qent_buf *out)
{
  if (strncmp(key, "t:", 2) == 0)
    apid_html(out, apid_page_text(page, key + 2));
  else if (strcmp(key, "css") == 0)
    qent_buf_add(out, apid_page_css, apid_page_css_len);
  else if (strcmp(key, "js") == 0)
    qent_buf_add(out, apid_page_js, apid_page_js_len);
  else
    apid_page_part(page, key, out);
}

/* Where "{{" or "}}" begins in what is left of a template; its end when there is none. */
static size_t find_pair(const unsigned char *s, size_t len, unsigned char c)
{
  for (size_t i = 0; i + 1 < len; i++) {
    if (s[i] == c && s[i + 1] == c)
      return i;
  }
  return len;
}

static void fill(apid_page *page, const unsigned char *template, size_t len, qent_buf *out)
{
  char key[KEY_MAX];

  while (len > 0) {
    size_t plain = find_pair(template, len, '{');
    size_t key_len;
    qent_buf_add(out, template, plain);
    if (plain == len)
      return;
    template += plain + 2;
    len -= plain + 2;
    key_len = find_pair(template, len, '}');
    if (key_len == len || key_len >= sizeof key)
      return;
    memcpy(key, template, key_len);
    key[key_len] = '\0';
    add_key(page, key, out);
    template += key_len + 2;
    len -= key_len + 2;
  }
}

static void add_headers(apid_reply *reply)
{
  apid_reply_header(reply, "Content-Security-Policy",
                    "default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; "
                    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                    apid_page_css_hash, apid_page_js_hash);
  apid_reply_header(reply, "Referrer-Policy", "no-referrer");
  apid_reply_header(reply, "X-Frame-Options", "DENY");
  apid_reply_header(reply, "Vary", "User-Agent, Accept");
}

void apid_page_reply(apid_worker *worker, apid_request *request, const qent_config_link *link,
                     const apid_client_app *app, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  apid_page page = {.config = &request->server->config,
                    .link = link,
                    .app = app,
                    .platform = apid_platform_of(apid_header(request, MHD_HTTP_HEADER_USER_AGENT)),
                    .now = qent_ctx_now(request->server->ctx),
                    .node = apid_query(request, "node"),
                    .err = &err,
                    .st = QENT_OK};

  qent_buf_reset(&worker->text);
  if (app)
    fill(&page, apid_page_open_html, apid_page_open_html_len, &worker->text);
  else
    fill(&page, apid_page_link_html, apid_page_link_html_len, &worker->text);
  if (page.st == QENT_OK)
    page.st = qent_buf_status(&worker->text, &err);
  if (page.st != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  reply->status = 200;
  reply->content_type = "text/html; charset=utf-8";
  reply->static_body = NULL;
  add_headers(reply);
}

/* SPDX-License-Identifier: MIT */
/* The config link: what VPN apps fetch, and its pages for browsers. */
#include "body.h"
#include "page.h"

#include "common/log.h"
#include <string.h>

/* Header values are ASCII. */
static void add_base64(apid_reply *reply, const char *name, const char *value)
{
  qent_buf text;

  qent_buf_init(&text, sizeof reply->headers[0].value);
  apid_base64(&text, value, strlen(value));
  if (!text.failed)
    apid_reply_header(reply, name, "base64:%s", text.data);
  qent_buf_dispose(&text);
}

static void add_headers(const apid_config *config, const qent_config_link *link,
                        const qent_config_document *document, apid_reply *reply)
{
  const char *name = config->shop_name && *config->shop_name ? config->shop_name : "VPN";
  const char *announce = qent_config_link_announce(link);

  apid_reply_header(reply, "subscription-userinfo", "%s", qent_config_link_userinfo(link));
  add_base64(reply, "profile-title", name);
  apid_reply_header(reply, "profile-update-interval", "%lld", (long long)config->link_update_hours);
  if (config->support_url)
    apid_reply_header(reply, "support-url", "%s", config->support_url);
  if (config->page_url)
    apid_reply_header(reply, "profile-web-page-url", "%s", config->page_url);
  if (announce)
    add_base64(reply, "announce", announce);
  apid_reply_header(reply, "content-disposition", "attachment; filename=\"%s\"",
                    document->filename);
  apid_reply_header(reply, MHD_HTTP_HEADER_VARY, "User-Agent, Accept");
}

static void reply_document(apid_worker *worker, apid_request *request, const qent_config_link *link,
                           qent_config_format format, apid_reply *reply)
{
  qent_config_document document = QENT_CONFIG_DOCUMENT_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st =
      qent_config_link_render(link, format, apid_query(request, "node"), &document, &err);

  qent_buf_reset(&worker->text);
  if (st == QENT_OK) {
    qent_buf_add(&worker->text, document.text, document.len);
    st = qent_buf_status(&worker->text, &err);
  }
  if (st == QENT_OK) {
    reply->status = 200;
    reply->content_type = document.content_type;
    reply->static_body = NULL;
    add_headers(&request->server->config, link, &document, reply);
    /* Not worth failing for: without it a buyer may be told of a move that the app has noticed. */
    if (!apid_query(request, "format") && strcmp(request->method, "GET") == 0 &&
        qent_config_link_fetched(worker->session, link, &err) != QENT_OK)
      app_log_failure("http", "a fetch of the config link was not noted", &err);
  } else {
    apid_reply_failure(worker, reply, &err);
  }
  qent_text_free(document.text);
}

/* The link of the path's token; NULL: the reply is made. */
static qent_config_link *open_link(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_config_link *link = NULL;
  qent_status st = qent_config_link_open(worker->session, request->token, &link, &err);

  /* The same as for any path that does not exist. */
  if (st == QENT_ENOTFOUND)
    apid_reply_problem(worker, reply, &apid_not_found, NULL, apid_not_found.title);
  else if (st != QENT_OK)
    apid_reply_failure(worker, reply, &err);
  return link;
}

void apid_get_link(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const char *name = apid_query(request, "format");
  qent_config_format format = QENT_CONFIG_BASE64;
  qent_config_link *link;
  bool page = false;

  if (!name)
    format = qent_config_format_for(apid_header(request, MHD_HTTP_HEADER_USER_AGENT),
                                    apid_header(request, MHD_HTTP_HEADER_ACCEPT), &page);
  link = open_link(worker, request, reply);
  if (!link)
    return;
  if (name && !qent_config_format_parse(name, &format))
    apid_reply_problem(worker, reply, &apid_bad_request, "format",
                       "format must be base64, plain, clash, sing-box, awg or vpn");
  else if (page)
    apid_page_reply(worker, request, link, NULL, reply);
  else
    reply_document(worker, request, link, format, reply);
  qent_config_link_free(link);
}

void apid_get_link_open(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const char *id = apid_query(request, "app");
  const apid_client_app *app = id ? apid_client_app_find(id) : NULL;
  qent_config_link *link = open_link(worker, request, reply);

  if (!link)
    return;
  if (app)
    apid_page_reply(worker, request, link, app, reply);
  else
    apid_reply_problem(worker, reply, &apid_bad_request, "app", "app must be one that we know");
  qent_config_link_free(link);
}

/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <string.h>

static void add_title(apid_reply *reply, const char *name)
{
  qent_buf text;

  qent_buf_init(&text, 400);
  apid_base64(&text, name, strlen(name));
  if (!text.failed)
    apid_reply_header(reply, "profile-title", "base64:%s", text.data);
  qent_buf_dispose(&text);
}

/* Header values are ASCII; of a name in other letters nothing is left. */
static void add_filename(apid_reply *reply, const char *name)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  char file[64];
  size_t len = 0;

  for (; *name && len + 1 < sizeof file; name++) {
    if (strchr(allowed, *name))
      file[len++] = *name;
  }
  file[len] = '\0';
  apid_reply_header(reply, "content-disposition", "attachment; filename=\"%s\"",
                    len > 0 ? file : "vpn");
}

static void add_headers(const apid_config *config, const qent_config_link *link, apid_reply *reply)
{
  const char *name = config->shop_name && *config->shop_name ? config->shop_name : "VPN";

  apid_reply_header(reply, "subscription-userinfo", "%s", qent_config_link_userinfo(link));
  add_title(reply, name);
  apid_reply_header(reply, "profile-update-interval", "12");
  if (config->support_url)
    apid_reply_header(reply, "support-url", "%s", config->support_url);
  if (config->page_url)
    apid_reply_header(reply, "profile-web-page-url", "%s", config->page_url);
  add_filename(reply, name);
}

void apid_get_link(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const char *format = apid_query(request, "format");
  qent_error err = QENT_ERROR_INIT;
  qent_config_link *link = NULL;
  qent_status st;
  const char *body;

  if (format && strcmp(format, "plain") != 0 && strcmp(format, "base64") != 0) {
    apid_reply_problem(worker, reply, &apid_bad_request, "format",
                       "format must be base64 or plain");
    return;
  }
  st = qent_config_link_open(worker->session, request->token, &link, &err);
  if (st == QENT_ENOTFOUND) {
    /* The same as for any path that does not exist. */
    apid_reply_problem(worker, reply, &apid_not_found, NULL, apid_not_found.title);
    return;
  }
  if (st != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  body = qent_config_link_body(link);
  qent_buf_reset(&worker->text);
  if (format && strcmp(format, "plain") == 0)
    qent_buf_adds(&worker->text, body);
  else
    apid_base64(&worker->text, body, strlen(body));
  if (qent_buf_status(&worker->text, &err) == QENT_OK) {
    reply->status = 200;
    reply->content_type = "text/plain; charset=utf-8";
    reply->static_body = NULL;
    add_headers(&request->server->config, link, reply);
  } else {
    apid_reply_failure(worker, reply, &err);
  }
  qent_config_link_free(link);
}

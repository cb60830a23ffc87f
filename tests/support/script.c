/* SPDX-License-Identifier: MIT */
#include "support/script.h"

#include <stdio.h>
#include <string.h>

void script_reset(script *s)
{
  memset(s, 0, sizeof *s);
}

static script_reply *next_free(script *s)
{
  return s->reply_count < SCRIPT_MAX ? &s->replies[s->reply_count++] : &s->replies[SCRIPT_MAX - 1];
}

void script_add_header(script *s, int status, const char *body, const char *header)
{
  *next_free(s) = (script_reply){status, body, header, QENT_OK};
}

void script_add(script *s, int status, const char *body)
{
  script_add_header(s, status, body, NULL);
}

void script_add_failure(script *s, qent_status failure)
{
  *next_free(s) = (script_reply){0, NULL, NULL, failure};
}

static void keep_text(char *out, size_t size, const char *text)
{
  (void)snprintf(out, size, "%s", text ? text : "");
}

static void keep_part_text(script *s, const qent_http_part *part)
{
  size_t used = strlen(s->part_texts);

  (void)snprintf(s->part_texts + used, sizeof s->part_texts - used, "%s|%s|%s|%.*s\n", part->name,
                 part->filename ? part->filename : "", part->content_type ? part->content_type : "",
                 (int)(part->len < 1024 ? part->len : 1024), (const char *)part->data);
}

static void keep_parts(script *s, const qent_http_request *req)
{
  size_t used = 0;

  s->part_count = req->part_count;
  s->part_names[0] = '\0';
  s->part_texts[0] = '\0';
  for (size_t i = 0; i < req->part_count && used < sizeof s->part_names; i++) {
    int n = snprintf(s->part_names + used, sizeof s->part_names - used, "%s;", req->parts[i].name);

    used += n > 0 ? (size_t)n : 0;
    keep_part_text(s, &req->parts[i]);
  }
}

static void keep_request(script *s, const qent_http_request *req)
{
  size_t used = 0;
  size_t len = req->body_len < sizeof s->body - 1 ? req->body_len : sizeof s->body - 1;

  keep_text(s->method, sizeof s->method, req->method);
  keep_text(s->url, sizeof s->url, req->url);
  keep_text(s->user, sizeof s->user, req->basic_user);
  keep_text(s->password, sizeof s->password, req->basic_password);
  keep_text(s->bearer, sizeof s->bearer, req->bearer);
  s->timeout_ms = req->timeout_ms;
  s->headers[0] = '\0';
  for (size_t i = 0; i < req->header_count && used < sizeof s->headers; i++) {
    int n = snprintf(s->headers + used, sizeof s->headers - used, "%s\n", req->headers[i]);

    used += n > 0 ? (size_t)n : 0;
  }
  if (len > 0)
    memcpy(s->body, req->body, len);
  s->body[len] = '\0';
  keep_parts(s, req);
}

qent_status script_transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user)
{
  script *s = user;
  const script_reply *reply;
  const char *headers[2] = {"Content-Type: application/json", NULL};

  keep_request(s, req);
  if (s->sent >= s->reply_count)
    return qent_fail(err, QENT_EINVAL, "the script has no reply for this request");
  reply = &s->replies[s->sent++];
  if (reply->status == 0)
    return qent_fail(err, reply->failure, "as the script says");
  headers[1] = reply->header;
  return qent_http_response_set(resp, reply->status, headers, reply->header ? 2 : 1, reply->body,
                                reply->body ? strlen(reply->body) : 0, err);
}

qent_http *script_http(script *s)
{
  qent_http_options options = QENT_HTTP_OPTIONS_INIT;
  qent_http *http = NULL;

  options.transport = script_transport;
  options.transport_user = s;
  return qent_http_new(&options, &http, NULL) == QENT_OK ? http : NULL;
}

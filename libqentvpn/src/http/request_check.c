/* SPDX-License-Identifier: MIT */
#include "http/internal.h"
#include "util/text.h"

#include <stddef.h>
#include <string.h>

static bool has_control(const char *s)
{
  for (; s && *s; s++) {
    unsigned char c = (unsigned char)*s;
    if ((c < 0x20 && c != '\t') || c == 0x7f)
      return true;
  }
  return false;
}

static bool method_ok(const char *s)
{
  size_t n = 0;
  while (s[n] >= 'A' && s[n] <= 'Z')
    n++;
  return n > 0 && n <= 16 && s[n] == '\0';
}

static bool header_ok(const char *line)
{
  if (!line || has_control(line))
    return false;
  size_t n = 0;
  while (qent__is_alnum(line[n]) || line[n] == '-' || line[n] == '_')
    n++;
  return n > 0 && line[n] == ':';
}

static qent_status check_headers(const qent_http_request *r, qent_error *err)
{
  if (r->header_count > 0 && !r->headers)
    return qent_fail(err, QENT_EINVAL, "the request's headers are missing");
  for (size_t i = 0; i < r->header_count; i++) {
    if (!header_ok(r->headers[i]))
      return qent_fail(err, QENT_EINVAL, "request header %zu is malformed", i);
  }
  if (has_control(r->bearer) || has_control(r->basic_user) || has_control(r->basic_password))
    return qent_fail(err, QENT_EINVAL, "the request's credentials contain control characters");
  if (r->bearer && r->basic_user)
    return qent_fail(err, QENT_EINVAL, "a request takes basic or bearer credentials, not both");
  if (r->basic_user && strchr(r->basic_user, ':'))
    return qent_fail(err, QENT_EINVAL, "a user name for basic authentication has no colon");
  return QENT_OK;
}

static qent_status check_body(const qent_http_request *r, qent_error *err)
{
  if (r->part_count > 0 && (!r->parts || r->body))
    return qent_fail(err, QENT_EINVAL, "a request takes a body or parts");
  if (r->body_len > 0 && !r->body)
    return qent_fail(err, QENT_EINVAL, "the request's body is missing");
  for (size_t i = 0; i < r->part_count; i++) {
    const qent_http_part *p = &r->parts[i];
    if (!p->name || (p->len > 0 && !p->data) || has_control(p->name) || has_control(p->filename) ||
        has_control(p->content_type))
      return qent_fail(err, QENT_EINVAL, "part %zu of the request is malformed", i);
  }
  bool bodiless = qent__streq(r->method, "GET") || qent__streq(r->method, "HEAD");
  if (bodiless && (r->body || r->part_count > 0))
    return qent_fail(err, QENT_EINVAL, "a %s request has no body", r->method);
  return QENT_OK;
}

static qent_status check_limits(const qent_http_request *r, qent_error *err)
{
  if (r->timeout_ms < 0 || r->connect_timeout_ms < 0)
    return qent_fail(err, QENT_EINVAL, "the request's time limit is negative");
  if (r->pinned_pubkey && !qent__starts_with(r->pinned_pubkey, "sha256//"))
    return qent_fail(err, QENT_EINVAL, "a pinned public key begins with sha256//");
  return QENT_OK;
}

static void fill_defaults(const qent_http *http, qent_http_request *r)
{
  r->size = sizeof *r;
  if (!r->method)
    r->method = r->body || r->part_count > 0 ? "POST" : "GET";
  if (r->timeout_ms == 0)
    r->timeout_ms = http->timeout_ms;
  if (r->connect_timeout_ms == 0)
    r->connect_timeout_ms = http->connect_timeout_ms;
  if (r->max_reply_bytes == 0)
    r->max_reply_bytes = http->max_reply_bytes;
  if (!r->ca_file)
    r->ca_file = http->ca_file;
}

qent_status qent__http_complete(const qent_http *http, const qent_http_request *in,
                                qent_http_request *out, qent__url *url, qent_error *err)
{
  qent_http_request r = QENT_HTTP_REQUEST_INIT;
  if (!in || in->size < offsetof(qent_http_request, headers))
    return qent_fail(err, QENT_EINVAL, "the request was not initialised");
  memcpy(&r, in, in->size < sizeof r ? in->size : sizeof r);
  if (r.method && !method_ok(r.method))
    return qent_fail(err, QENT_EINVAL, "the request's method is malformed");
  fill_defaults(http, &r);
  qent_status st = qent__url_check(r.url, err);
  if (st == QENT_OK)
    st = check_headers(&r, err);
  if (st == QENT_OK)
    st = check_body(&r, err);
  if (st == QENT_OK)
    st = check_limits(&r, err);
  if (st != QENT_OK)
    return st;
  (void)qent__url_parse(r.url, url);
  *out = r;
  return QENT_OK;
}

/* SPDX-License-Identifier: MIT */
#include "http/internal.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/timefmt.h"

#include <string.h>
#include <time.h>

void qent_http_response_dispose(qent_http_response *resp)
{
  if (!resp)
    return;
  qent__free(resp->body);
  qent__free(resp->headers);
  *resp = (qent_http_response)QENT_HTTP_RESPONSE_INIT;
}

const char *qent_http_response_header(const qent_http_response *resp, const char *name, size_t nth)
{
  if (!resp || !resp->headers || !name)
    return NULL;
  const char *at = resp->headers;
  const char *end = at + resp->headers_len;
  while (at < end) {
    const char *value = at + strlen(at) + 1;
    if (qent__strieq(at, name) && nth-- == 0)
      return value;
    at = value + strlen(value) + 1;
  }
  return NULL;
}

void qent__http_add_header(qent_buf *b, const char *line, size_t len)
{
  const char *colon = memchr(line, ':', len);
  if (!colon || colon == line || memchr(line, '\0', len))
    return;
  const char *value = colon + 1;
  size_t value_len = (size_t)(line + len - value);
  qent__trim(&value, &value_len);
  qent_buf_add(b, line, (size_t)(colon - line));
  qent_buf_addc(b, '\0');
  qent_buf_add(b, value, value_len);
  qent_buf_addc(b, '\0');
}

static int64_t retry_after(const char *value)
{
  int64_t n = 0;
  if (!value)
    return -1;
  size_t len = strlen(value);
  if (qent__parse_i64(value, len, 0, INT32_MAX, &n))
    return n;
  if (!qent__http_date_parse(value, len, &n))
    return -1;
  n -= (int64_t)time(NULL); /* the far side speaks of real time, not of the context's clock */
  return n > 0 ? n : 0;
}

qent_status qent__http_response_build(qent_http_response *resp, int32_t status, qent_buf *headers,
                                      qent_buf *body, qent_error *err)
{
  size_t body_len = body->len;
  size_t headers_len = headers->len;
  char *body_text = qent_buf_take(body);
  char *headers_text = qent_buf_take(headers);
  if (!body_text || !headers_text) {
    qent__free(body_text);
    qent__free(headers_text);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  resp->status = status;
  resp->body = body_text;
  resp->body_len = body_len;
  resp->headers = headers_text;
  resp->headers_len = headers_len;
  const char *type = qent_http_response_header(resp, "Content-Type", 0);
  resp->content_type = type ? type : "";
  resp->retry_after_s = retry_after(qent_http_response_header(resp, "Retry-After", 0));
  return QENT_OK;
}

qent_status qent_http_response_set(qent_http_response *resp, int32_t status,
                                   const char *const *headers, size_t header_count,
                                   const void *body, size_t body_len, qent_error *err)
{
  qent_http_response made = QENT_HTTP_RESPONSE_INIT;
  qent_buf head;
  qent_buf text;
  if (!resp || status < 100 || status > 599 || (!body && body_len > 0))
    return qent_fail(err, QENT_EINVAL, "a reply needs a status of 100..599 and a body");
  for (size_t i = 0; i < header_count; i++) {
    if (!headers[i] || !strchr(headers[i], ':'))
      return qent_fail(err, QENT_EINVAL, "reply header %zu has no colon", i);
  }
  qent_buf_init(&head, SIZE_MAX);
  qent_buf_init(&text, SIZE_MAX);
  for (size_t i = 0; i < header_count; i++)
    qent__http_add_header(&head, headers[i], strlen(headers[i]));
  qent_buf_add(&text, body, body_len);
  qent_status st = qent__http_response_build(&made, status, &head, &text, err);
  qent_buf_dispose(&head);
  qent_buf_dispose(&text);
  if (st != QENT_OK)
    return st;
  qent_http_response_dispose(resp);
  *resp = made;
  return QENT_OK;
}

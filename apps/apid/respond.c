/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const apid_problem apid_bad_request = {400, "bad-request", "The request is not valid"};
const apid_problem apid_invalid_json = {400, "invalid-json", "The body is not valid JSON"};
const apid_problem apid_invalid_field = {422, "invalid-field", "A field is not valid"};
const apid_problem apid_unauthorized = {401, "unauthorized", "initData is missing or not valid"};
const apid_problem apid_init_data_expired = {401, "init-data-expired", "initData is too old"};
const apid_problem apid_not_found = {404, "not-found", "There is no such thing"};
const apid_problem apid_method_not_allowed = {405, "method-not-allowed", "Not with this method"};
const apid_problem apid_body_too_large = {413, "body-too-large", "The body is too large"};
const apid_problem apid_uri_too_long = {414, "uri-too-long", "The path is too long"};
const apid_problem apid_headers_too_large = {431, "headers-too-large", "The headers are too large"};
const apid_problem apid_unsupported_media_type = {415, "unsupported-media-type",
                                                  "The body must be JSON"};
const apid_problem apid_conflict = {409, "conflict", "The present state forbids this"};
const apid_problem apid_too_soon = {409, "too-soon", "Too soon after the last time"};
const apid_problem apid_method_unavailable = {422, "method-unavailable",
                                              "This payment method cannot be used"};
const apid_problem apid_rate_limited = {429, "rate-limited", "Too many requests"};
const apid_problem apid_stopping = {503, "stopping", "The service restarts"};
const apid_problem apid_not_ready = {503, "not-ready", "The service is not ready"};
const apid_problem apid_forbidden = {403, "forbidden", "Not from there"};
const apid_problem apid_upstream = {502, "upstream", "Another service failed"};
const apid_problem apid_upstream_timeout = {504, "upstream", "Another service did not answer"};
const apid_problem apid_internal = {500, "internal", "Something went wrong here"};

/* The one table from the library's statuses to HTTP. `told`: the message helps the client. */
static const struct {
  qent_status status;
  const apid_problem *problem;
  bool told;
} failures[] = {
    {QENT_EINVAL, &apid_invalid_field, true},
    {QENT_ENOMEM, &apid_internal, false},
    {QENT_ENOTFOUND, &apid_not_found, true},
    {QENT_ECONFLICT, &apid_conflict, true},
    {QENT_EAUTH, &apid_upstream, false},
    {QENT_EUNSUPPORTED, &apid_method_unavailable, true},
    {QENT_ETIMEOUT, &apid_upstream_timeout, false},
    {QENT_EUPSTREAM, &apid_upstream, false},
    {QENT_EPROTO, &apid_upstream, false},
    {QENT_ESTORE, &apid_internal, false},
    {QENT_ECANCELED, &apid_stopping, false},
};

void apid_reply_init(apid_reply *reply)
{
  reply->status = 500;
  reply->content_type = "application/json";
  reply->static_body = "";
  reply->static_len = 0;
  reply->cacheable = false;
  reply->policy = NULL;
  reply->header_count = 0;
}

void apid_reply_header(apid_reply *reply, const char *name, const char *fmt, ...)
{
  va_list args;
  char *value;
  int n;

  if (reply->header_count >= APID_REPLY_HEADERS_MAX)
    return;
  value = reply->headers[reply->header_count].value;
  va_start(args, fmt);
  n = vsnprintf(value, sizeof reply->headers[0].value, fmt, args);
  va_end(args);
  /* A value that does not fit is left out rather than sent in part. */
  if (n > 0 && (size_t)n < sizeof reply->headers[0].value)
    reply->headers[reply->header_count++].name = name;
}

void apid_json_begin(apid_worker *worker, qent_json_writer *w)
{
  qent_buf_reset(&worker->text);
  qent_jw_init(w, &worker->text);
}

void apid_json_end(apid_worker *worker, qent_json_writer *w, apid_reply *reply, unsigned status)
{
  qent_error err = QENT_ERROR_INIT;

  if (qent_jw_finish(w, &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  reply->status = status;
  reply->content_type = "application/json";
  reply->static_body = NULL;
}

void apid_reply_problem(apid_worker *worker, apid_reply *reply, const apid_problem *problem,
                        const char *field, const char *detail)
{
  char type[96];
  qent_json_writer w;

  (void)snprintf(type, sizeof type, "urn:qentvpn:problem:%s", problem->slug);
  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "type", type);
  qent_jw_kstr(&w, "title", problem->title);
  qent_jw_ki64(&w, "status", (int64_t)problem->status);
  qent_jw_kstr(&w, "detail", detail);
  if (field)
    qent_jw_kstr(&w, "field", field);
  qent_jw_end_object(&w);
  reply->status = problem->status;
  reply->content_type = "application/problem+json";
  reply->static_body = qent_jw_finish(&w, NULL) == QENT_OK ? NULL : "";
  reply->static_len = 0;
}

void apid_reply_failure(apid_worker *worker, apid_reply *reply, const qent_error *err)
{
  const apid_problem *problem = &apid_internal;
  const bool too_soon = err->status == QENT_ECONFLICT && err->retry_after_ms >= 0;
  bool told = false;

  for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
    if (failures[i].status == err->status) {
      problem = failures[i].problem;
      told = failures[i].told;
    }
  }
  if (too_soon)
    problem = &apid_too_soon;
  if (problem->status >= 500)
    app_log_failure("http", "a request failed", err);
  apid_reply_problem(worker, reply, problem, NULL,
                     told && err->message[0] ? err->message : problem->title);
  if (too_soon)
    apid_reply_header(reply, MHD_HTTP_HEADER_RETRY_AFTER, "%lld",
                      (long long)(err->retry_after_ms + 999) / 1000);
}

/* Decimal digits of a number >= 0 at `at`; returns the end. */
static char *put_number(char *at, int64_t value)
{
  char digits[20];
  size_t n = 0;

  do {
    digits[n++] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  while (n > 0)
    *at++ = digits[--n];
  *at = '\0';
  return at;
}

/* On every answer of a user's, so without printf's machinery: "user";r=29;t=60 */
static void add_rate_headers(const apid_request *request, struct MHD_Response *response)
{
  static const char left[] = "\"user\";r=";
  static const char reset[] = ";t=";
  char value[sizeof left + sizeof reset + 40];
  char *at = value;

  if (request->rate_left < 0)
    return;
  memcpy(at, left, sizeof left - 1);
  at = put_number(at + sizeof left - 1, request->rate_left);
  memcpy(at, reset, sizeof reset - 1);
  (void)put_number(at + sizeof reset - 1, request->rate_reset_s);
  (void)MHD_add_response_header(response, "RateLimit-Policy", request->server->config.rate_policy);
  (void)MHD_add_response_header(response, "RateLimit", value);
}

static void add_headers(const apid_request *request, const apid_reply *reply,
                        struct MHD_Response *response)
{
  if (reply->status != 204)
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
  (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  if (!reply->cacheable)
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  if (reply->policy)
    (void)MHD_add_response_header(response, "Content-Security-Policy", reply->policy);
  add_rate_headers(request, response);
  apid_cors_headers(request, response);
  for (size_t i = 0; i < reply->header_count; i++)
    (void)MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
}

/* The route's pattern, not the path: that may hold a config link's token. */
static void log_answer(const apid_request *request, const apid_reply *reply)
{
  const app_log_field fields[] = {
      APP_LOG_TEXT_FIELD("method", request->method),
      APP_LOG_TEXT_FIELD("route", request->route ? request->route->path : "-"),
      APP_LOG_NUMBER_FIELD("status", (int64_t)reply->status),
      APP_LOG_NUMBER_FIELD("user", request->user ? qent_user_id(request->user) : 0),
      APP_LOG_NUMBER_FIELD("ms", apid_now_ms() - request->began_ms),
  };

  app_log_event(QENT_LOG_DEBUG, "http", "answered", fields, sizeof fields / sizeof fields[0]);
}

/* @param worker  NULL when the thread has none: then the body is static. */
enum MHD_Result apid_reply_send(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  struct MHD_Response *response;
  enum MHD_Result queued;

  if (reply->static_body || !worker) {
    union {
      const char *given;
      void *wanted; /* MHD_RESPMEM_PERSISTENT only reads it */
    } body = {reply->static_body};
    response =
        MHD_create_response_from_buffer(reply->static_len, body.wanted, MHD_RESPMEM_PERSISTENT);
  } else {
    response =
        MHD_create_response_from_buffer(worker->text.len, worker->text.data, MHD_RESPMEM_MUST_COPY);
  }
  if (!response)
    return MHD_NO;
  add_headers(request, reply, response);
  if (atomic_load_explicit(&request->server->draining, memory_order_relaxed))
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  if (app_log_enabled(QENT_LOG_DEBUG))
    log_answer(request, reply);
  queued = MHD_queue_response(request->connection, reply->status, response);
  MHD_destroy_response(response);
  return queued;
}

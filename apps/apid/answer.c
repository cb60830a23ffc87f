/* SPDX-License-Identifier: MIT */
/* From a whole request to its answer: who may ask, who answers, what counts against whom. */
#include "apid.h"

#include "common/log.h"

#include <string.h>

static void job_done(void *user)
{
  apid_request *request = user;

  MHD_resume_connection(request->connection);
}

/* The order of the two matters: the job may be done before the submission returns. */
static void wait_for_link(apid_request *request)
{
  request->job.done = job_done;
  request->job.user = request;
  MHD_suspend_connection(request->connection);
  if (apid_executor_submit(request->server->executor, &request->job))
    return;
  request->job.status = qent_fail(&request->job.err, QENT_ETIMEOUT, "too many pay links at once");
  MHD_resume_connection(request->connection);
}

/* Many people may share an address, behind a provider's NAT or a VPN node: only what was refused
 * counts against it. */
static apid_limiter *limiter_of_address(const apid_request *request)
{
  apid_limit limit = request->route ? request->route->limit : APID_LIMIT_ADDRESS;

  if (limit == APID_LIMIT_NONE)
    return NULL;
  return limit == APID_LIMIT_USER ? request->server->failures : request->server->strangers;
}

static bool address_within_limit(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};
  apid_limiter *limiter = limiter_of_address(request);
  bool v6 = memcmp(request->address.bytes, v4_prefix, sizeof v4_prefix) != 0;
  apid_verdict verdict;

  request->address_key = apid_hash(request->address.bytes, v6 ? 8 : 16);
  if (!limiter)
    return true;
  verdict = apid_limiter_peek(limiter, request->address_key, request->began_ms);
  if (verdict.allowed)
    return true;
  apid_reply_problem(worker, reply, &apid_rate_limited, NULL, "wait as long as Retry-After says");
  apid_reply_header(reply, MHD_HTTP_HEADER_RETRY_AFTER, "%lld", (long long)verdict.reset_s);
  return false;
}

static void count_refusal(apid_request *request, const apid_reply *reply)
{
  apid_limiter *limiter = limiter_of_address(request);
  bool refused = limiter == request->server->failures
                     ? reply->status == 401
                     : reply->status >= 400 && reply->status < 500; /* not for our own faults */

  if (limiter && refused)
    (void)apid_limiter_take(limiter, request->address_key, request->began_ms);
}

static void no_route(apid_worker *worker, apid_request *request, const char *url, apid_reply *reply)
{
  char allowed[64];
  apid_match match = apid_route_find(request, url);

  if (apid_cors_preflight(request)) {
    reply->status = 204;
    return;
  }
  if (match == APID_MATCH_NONE) {
    apid_reply_problem(worker, reply, &apid_not_found, NULL, apid_not_found.title);
    return;
  }
  apid_route_allowed(url, allowed, sizeof allowed);
  if (strcmp(request->method, "OPTIONS") == 0)
    reply->status = 204;
  else
    apid_reply_problem(worker, reply, &apid_method_not_allowed, NULL,
                       apid_method_not_allowed.title);
  apid_reply_header(reply, MHD_HTTP_HEADER_ALLOW, "%s", allowed);
}

/* Who asks and what they see come from one snapshot. */
static void serve_user(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  bool reads = strcmp(request->route->method, "GET") == 0;
  qent_error err = QENT_ERROR_INIT;

  if (reads && qent_session_read_begin(worker->session, &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  if (apid_authenticate(worker, request, reply))
    request->route->handler(worker, request, reply);
  qent_session_read_end(worker->session);
}

static void dispatch(apid_worker *worker, apid_request *request, const char *url, apid_reply *reply)
{
  const apid_route *route = request->route;

  if (atomic_load_explicit(&request->server->draining, memory_order_relaxed) &&
      !(route && route->while_draining)) {
    apid_reply_problem(worker, reply, &apid_stopping, NULL, apid_stopping.title);
    apid_reply_header(reply, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    return;
  }
  apid_client_address(request);
  if (!address_within_limit(worker, request, reply))
    return;
  if (apid_request_check(request, url, reply, worker)) {
    if (!route)
      no_route(worker, request, url, reply);
    else if (route->auth == APID_AUTH_USER)
      serve_user(worker, request, reply);
    else
      route->handler(worker, request, reply);
  }
  count_refusal(request, reply);
}

/* Without a worker there is no buffer to write an answer into. */
static enum MHD_Result answer_without_worker(apid_request *request, apid_reply *reply)
{
  static const char problem[] = "{\"type\":\"urn:qentvpn:problem:not-ready\","
                                "\"title\":\"The service is not ready\",\"status\":503,"
                                "\"detail\":\"The service is not ready\"}";

  reply->status = 503;
  reply->content_type = "application/problem+json";
  reply->static_body = problem;
  reply->static_len = sizeof problem - 1;
  apid_reply_header(reply, MHD_HTTP_HEADER_RETRY_AFTER, "5");
  return apid_reply_send(NULL, request, reply);
}

enum MHD_Result apid_answer(apid_request *request, const char *url)
{
  apid_worker *worker = NULL;
  qent_error err = QENT_ERROR_INIT;
  apid_reply reply;

  apid_reply_init(&reply);
  apid_conns_busy(request->connection, true);
  if (apid_worker_get(request->server, &worker, &err) != QENT_OK) {
    app_log_failure("http", "no session", &err);
    return answer_without_worker(request, &reply);
  }
  if (request->waiting) {
    apid_post_order_finish(worker, request, &reply);
    return apid_reply_send(worker, request, &reply);
  }
  dispatch(worker, request, url, &reply);
  if (request->waiting) {
    wait_for_link(request);
    return MHD_YES;
  }
  return apid_reply_send(worker, request, &reply);
}

/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include "common/log.h"
#include "site.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONNECTION_MEMORY ((size_t)32 * 1024)
/* Below the usual limit of 1024 open files, with room for the database's. */
#define CONNECTIONS_MAX 900u
#define CONNECTIONS_OF_ADDRESS_MAX 64u
#define IDLE_TIMEOUT_S 15u
/* A body beyond its limit is read and dropped up to here, so that the client sees the answer. */
#define DRAIN_MAX ((size_t)16 * 1024 * 1024)
#define REQUEST_MAX_MS 30000
#define STRANGER_LIMIT 120
#define FAILURE_LIMIT 20
#define THREADS_MAX 8

static apid_request *request_begin(apid_server *server, struct MHD_Connection *connection,
                                   const char *url, const char *method)
{
  apid_request *request = calloc(1, sizeof *request);

  if (!request)
    return NULL;
  request->server = server;
  request->connection = connection;
  request->method = method;
  request->rate_left = -1;
  request->began_ms = apid_now_ms();
  if (apid_route_find(request, url) == APID_MATCH_ROUTE)
    qent_buf_init(&request->body, request->route->body_max);
  atomic_fetch_add_explicit(&server->active, 1, memory_order_relaxed);
  return request;
}

static void request_end(void *cls, struct MHD_Connection *connection, void **con_cls,
                        enum MHD_RequestTerminationCode code)
{
  apid_server *server = cls;
  apid_request *request = *con_cls;

  (void)code;
  if (!request)
    return;
  qent_user_free(request->user);
  qent_order_free(request->order);
  qent_order_free(request->job.order);
  qent_buf_dispose(&request->body);
  free(request);
  *con_cls = NULL;
  apid_conns_busy(connection, false);
  atomic_fetch_sub_explicit(&server->active, 1, memory_order_relaxed);
}

/* A body that can only be refused: do not even let the client send it. */
static bool hopeless(apid_request *request)
{
  const char *length = apid_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
  size_t allowed = apid_header(request, MHD_HTTP_HEADER_EXPECT) && request->route
                       ? request->route->body_max
                       : DRAIN_MAX;

  if (!length || strtoull(length, NULL, 10) <= allowed)
    return false;
  request->body_too_large = true;
  return true;
}

/* False: the client takes too long or sends too much, the connection ends. */
static bool request_chunk(apid_request *request, const char *data, size_t len)
{
  if (apid_now_ms() - request->began_ms > REQUEST_MAX_MS)
    return false;
  if (!request->route || len > request->body.max - request->body.len)
    request->body_too_large = true;
  request->received += len;
  if (!request->body_too_large)
    qent_buf_add(&request->body, data, len);
  return request->received <= DRAIN_MAX;
}

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
  bool counts = limiter == request->server->failures ? reply->status == 401 : reply->status >= 400;

  if (limiter && counts)
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

static enum MHD_Result answer(apid_request *request, const char *url)
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

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload_data,
                              size_t *upload_size, void **con_cls)
{
  apid_request *request = *con_cls;

  (void)version;
  if (!request) {
    request = request_begin(cls, connection, url, method);
    *con_cls = request;
    if (!request)
      return MHD_NO;
    return hopeless(request) ? answer(request, url) : MHD_YES;
  }
  if (*upload_size > 0) {
    bool good = request_chunk(request, upload_data, *upload_size);
    *upload_size = 0;
    return good ? MHD_YES : MHD_NO;
  }
  return answer(request, url);
}

/* Paths and queries hold plain ASCII only; what is escaped stays so and matches nothing. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
  (void)cls;
  (void)connection;
  return strlen(text);
}

static unsigned thread_count(void)
{
  long cores = sysconf(_SC_NPROCESSORS_ONLN);

  if (cores < 2)
    return 2;
  return cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

/* Behind a proxy all connections come from one address. */
static unsigned connections_of_address(const apid_config *config)
{
  app_address address;

  if (config->proxy_count > 0 ||
      (app_address_from_sockaddr((const struct sockaddr *)&config->listen, &address) &&
       app_address_is_loopback(&address)))
    return 0;
  return CONNECTIONS_OF_ADDRESS_MAX;
}

QENT_PRINTF(2, 0)
static void log_libmicrohttpd(void *cls, const char *fmt, va_list args)
{
  char message[256];

  (void)cls;
  if (vsnprintf(message, sizeof message, fmt, args) > 0)
    app_log(QENT_LOG_DEBUG, "microhttpd", "%s", message);
}

static qent_status listen_now(apid_server *server, qent_error *err)
{
  const struct sockaddr *address = (const struct sockaddr *)&server->config.listen;
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                   MHD_USE_ERROR_LOG | (address->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0u);

  server->daemon = MHD_start_daemon(
      flags, 0, NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER, log_libmicrohttpd, NULL,
      MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_THREAD_POOL_SIZE, thread_count(),
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
      CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, connections_of_address(&server->config),
      MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
      MHD_OPTION_NOTIFY_COMPLETED, request_end, server, MHD_OPTION_NOTIFY_CONNECTION,
      apid_conns_notify, server->conns, MHD_OPTION_END);
  if (!server->daemon)
    return qent_fail(err, QENT_EINVAL, "cannot listen on %s (QENT_LISTEN): is it in use?",
                     qent_settings_get(qent_ctx_settings(server->ctx), "QENT_LISTEN"));
  return QENT_OK;
}

qent_status apid_server_start(qent_ctx *ctx, apid_server *server, qent_error *err)
{
  const union MHD_DaemonInfo *info;
  qent_status st;

  memset(server, 0, sizeof *server);
  server->ctx = ctx;
  st = apid_config_load(ctx, &server->config, err);
  if (st != QENT_OK)
    return st;
  server->users = apid_limiter_new(server->config.rate_limit);
  server->strangers = apid_limiter_new(STRANGER_LIMIT);
  server->failures = apid_limiter_new(FAILURE_LIMIT);
  server->conns = apid_conns_new();
  if (!server->users || !server->strangers || !server->failures || !server->conns)
    st = qent_fail(err, QENT_ENOMEM, "out of memory");
  if (st == QENT_OK && server->config.miniapp_dir)
    st = apid_site_load(qent_ctx_settings(ctx), &server->site, err);
  if (st == QENT_OK)
    st = apid_executor_new(ctx, &server->executor, err);
  if (st == QENT_OK)
    st = listen_now(server, err);
  if (st != QENT_OK) {
    apid_server_stop(server, 0);
    return st;
  }
  info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
  app_log(QENT_LOG_NOTICE, "http", "listening on port %u", info ? (unsigned)info->port : 0u);
  return QENT_OK;
}

static void wait_for_requests(apid_server *server, int64_t timeout_ms)
{
  int64_t end_ms = apid_now_ms() + timeout_ms;
  const struct timespec pause = {0, 10 * 1000 * 1000};

  while (atomic_load(&server->active) > 0 && apid_now_ms() < end_ms)
    (void)nanosleep(&pause, NULL);
}

/* Close the port and leave a socket to which nobody comes under its number. MHD_quiesce_daemon() is
 * not safe with threads on epoll: it and they take the port out of the same set, and who comes
 * second ends the process. */
static void close_port(const apid_server *server)
{
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_LISTEN_FD);
  int nobody = socket(AF_UNIX, SOCK_DGRAM, 0);

  if (nobody < 0)
    return;
  if (info)
    (void)dup2(nobody, info->listen_fd);
  (void)close(nobody);
}

void apid_server_stop(apid_server *server, int64_t timeout_ms)
{
  atomic_store(&server->draining, true);
  if (server->daemon) {
    close_port(server);
    wait_for_requests(server, timeout_ms);
  }
  apid_executor_free(server->executor);
  if (server->daemon) {
    wait_for_requests(server, 500);
    MHD_stop_daemon(server->daemon);
  }
  apid_site_free(server->site);
  apid_conns_free(server->conns);
  apid_limiter_free(server->users);
  apid_limiter_free(server->strangers);
  apid_limiter_free(server->failures);
  apid_config_dispose(&server->config);
}

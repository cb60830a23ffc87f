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
    return hopeless(request) ? apid_answer(request, url) : MHD_YES;
  }
  if (*upload_size > 0) {
    bool good = request_chunk(request, upload_data, *upload_size);
    *upload_size = 0;
    return good ? MHD_YES : MHD_NO;
  }
  return apid_answer(request, url);
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
      MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, request_end,
      server, MHD_OPTION_NOTIFY_CONNECTION, apid_conns_notify, server->conns, MHD_OPTION_END);
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

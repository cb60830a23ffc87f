/* SPDX-License-Identifier: MIT */
#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

enum { HOLD_STEP_MS = 100 };

struct exchange {
  struct sb_request rq;
  struct sb_buf body;
  char *path;
};

/* What is left to send of an answer that does not end as promised. */
struct stream {
  struct sb_buf body;
  uint64_t total;
  uint64_t cut_at;
};

static sb_handler *root_handler;

const char *sb_header(const struct sb_request *rq, const char *name)
{
  return MHD_lookup_connection_value(rq->conn, MHD_HEADER_KIND, name);
}

bool sb_is(const struct sb_request *rq, const char *method, const char *path)
{
  return strcmp(rq->method, method) == 0 && strcmp(rq->path, path) == 0;
}

bool sb_type_is(const struct sb_request *rq, const char *media_type)
{
  size_t n = strlen(media_type);
  return strncasecmp(rq->type, media_type, n) == 0 && (!rq->type[n] || strchr("; ", rq->type[n]));
}

static int connection_fd(const struct sb_request *rq)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(rq->conn, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

static bool peer_left(const struct sb_request *rq)
{
  int fd = connection_fd(rq);
  struct pollfd p = {.fd = fd, .events = POLLIN};
  if (fd < 0 || poll(&p, 1, 0) <= 0)
    return false;
  char c = 0;
  return (p.revents & (POLLERR | POLLHUP)) || recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool sb_hold(const struct sb_request *rq, int64_t ms)
{
  int64_t end = sb_mono_ms() + ms;
  for (;;) {
    int64_t left = end - sb_mono_ms();
    if (sb_stopping() || (ms > HOLD_STEP_MS && peer_left(rq)))
      return false;
    if (left <= 0)
      return true;
    (void)poll(NULL, 0, (int)(left < HOLD_STEP_MS ? left : HOLD_STEP_MS));
  }
}

void sb_reply_header(struct sb_reply *rp, const char *name, const char *value)
{
  if (rp->header_count == SB_REPLY_HEADERS)
    return;
  rp->headers[rp->header_count].name = name;
  rp->headers[rp->header_count++].value = sb_strdup(value);
}

void sb_reply_bytes(struct sb_reply *rp, unsigned status, const char *type, const void *data,
                    size_t len)
{
  rp->status = status;
  rp->type = type;
  rp->body.len = 0;
  sb_buf_add(&rp->body, data, len);
}

void sb_reply_text(struct sb_reply *rp, unsigned status, const char *type, const char *text)
{
  sb_reply_bytes(rp, status, type, text, strlen(text));
}

void sb_reply_json(struct sb_reply *rp, unsigned status, cJSON *json)
{
  char *text = cJSON_PrintUnformatted(json);
  sb_reply_text(rp, status, "application/json", text ? text : "null");
  free(text);
  cJSON_Delete(json);
}

void sb_reply_free(struct sb_reply *rp)
{
  sb_buf_free(&rp->body);
  for (size_t i = 0; i < rp->header_count; i++)
    free(rp->headers[i].value);
  *rp = (struct sb_reply){0};
}

static ssize_t stream_read(void *cls, uint64_t pos, char *buf, size_t max)
{
  struct stream *s = cls;
  if (pos >= s->cut_at)
    return pos >= s->total ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
  uint64_t left = s->cut_at - pos;
  size_t n = left < max ? (size_t)left : max;
  if (pos < s->body.len) {
    n = n < s->body.len - pos ? n : (size_t)(s->body.len - pos);
    memcpy(buf, s->body.data + pos, n);
  } else {
    memset(buf, 'A', n);
  }
  return (ssize_t)n;
}

static void stream_free(void *cls)
{
  struct stream *s = cls;
  sb_buf_free(&s->body);
  free(s);
}

static struct MHD_Response *make_response(struct sb_reply *rp)
{
  if (rp->end == SB_END_FULL && !rp->filler_bytes)
    return MHD_create_response_from_buffer(rp->body.len, rp->body.data, MHD_RESPMEM_MUST_COPY);
  struct stream *s = sb_alloc(sizeof *s);
  s->body = rp->body;
  rp->body = (struct sb_buf){0};
  s->total = s->body.len + rp->filler_bytes;
  s->cut_at = rp->end == SB_END_CUT ? s->total / 2 : s->total;
  return MHD_create_response_from_callback(s->total, 32 * 1024, stream_read, s, stream_free);
}

static void arm_reset(const struct sb_request *rq)
{
  struct linger lin = {.l_onoff = 1, .l_linger = 0};
  (void)setsockopt(connection_fd(rq), SOL_SOCKET, SO_LINGER, &lin, sizeof lin);
}

static enum MHD_Result send_reply(struct sb_request *rq, struct sb_reply *rp)
{
  if (rp->end == SB_END_RESET)
    arm_reset(rq);
  if (rp->end == SB_END_CLOSE || rp->end == SB_END_RESET)
    return MHD_NO;
  struct MHD_Response *response = make_response(rp);
  if (!response)
    return MHD_NO;
  if (rp->type)
    (void)MHD_add_response_header(response, "Content-Type", rp->type);
  for (size_t i = 0; i < rp->header_count; i++)
    (void)MHD_add_response_header(response, rp->headers[i].name, rp->headers[i].value);
  enum MHD_Result result = MHD_queue_response(rq->conn, rp->status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result add_query(void *cls, enum MHD_ValueKind kind, const char *key,
                                 const char *value)
{
  (void)kind;
  sb_params_add(cls, key, value ? value : "", value ? strlen(value) : 0);
  return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **state)
{
  struct exchange *ex = *state;
  (void)cls;
  (void)version;
  if (!ex) {
    ex = sb_alloc(sizeof *ex);
    ex->path = sb_strdup(url);
    ex->rq.conn = conn;
    ex->rq.method = method;
    *state = ex;
    return MHD_YES;
  }
  if (*upload_len) {
    if (ex->body.len + *upload_len > SB_BODY_MAX)
      ex->rq.too_large = true;
    else
      sb_buf_add(&ex->body, upload, *upload_len);
    *upload_len = 0;
    return MHD_YES;
  }
  sb_buf_add(&ex->body, "", 0);
  ex->rq.path = ex->path;
  ex->rq.body = ex->body.data;
  ex->rq.body_len = ex->body.len;
  const char *type = sb_header(&ex->rq, "Content-Type");
  ex->rq.type = type ? type : "";
  (void)MHD_get_connection_values(conn, MHD_GET_ARGUMENT_KIND, add_query, &ex->rq.query);
  struct sb_reply rp = {.status = 404};
  root_handler(&ex->rq, &rp);
  sb_buf_add(&rp.body, "", 0);
  enum MHD_Result result = send_reply(&ex->rq, &rp);
  sb_reply_free(&rp);
  return result;
}

static void on_done(void *cls, struct MHD_Connection *conn, void **state,
                    enum MHD_RequestTerminationCode code)
{
  struct exchange *ex = *state;
  (void)cls;
  (void)conn;
  (void)code;
  if (!ex)
    return;
  sb_params_free(&ex->rq.query);
  sb_buf_free(&ex->body);
  free(ex->path);
  free(ex);
  *state = NULL;
}

int sb_http_listen(const char *host, uint16_t *port)
{
  struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(*port)};
  socklen_t len = sizeof sa;
  int on = 1;
  if (inet_pton(AF_INET, host, &sa.sin_addr) != 1 || ntohl(sa.sin_addr.s_addr) >> 24 != 127) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0)
    return -1;
  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&sa, len) != 0 || listen(fd, 1024) != 0 ||
      getsockname(fd, (struct sockaddr *)&sa, &len) != 0) {
    (void)close(fd);
    return -1;
  }
  *port = ntohs(sa.sin_port);
  return fd;
}

struct MHD_Daemon *sb_http_start(int fd, sb_handler *handler)
{
  root_handler = handler;
  return MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, 0, NULL, NULL,
      on_request, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
      MHD_OPTION_CONNECTION_LIMIT, 4000U, MHD_OPTION_END);
}

void sb_http_stop(struct MHD_Daemon *daemon)
{
  MHD_stop_daemon(daemon);
}

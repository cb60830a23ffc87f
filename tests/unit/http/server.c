/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_REQUESTS = 16, MAX_REQUEST = 65536 };

struct server {
  int listener;
  int stop_pipe[2];
  int port;
  pthread_t thread;
  pthread_mutex_t mutex;
  server_step steps[MAX_REQUESTS];
  size_t step_count;
  size_t connections;
  size_t requests;
  char *texts[MAX_REQUESTS];
  size_t lens[MAX_REQUESTS];
  SSL_CTX *tls;
};

typedef struct conn {
  int fd;
  SSL *ssl;
} conn;

static bool readable(const server *s, int fd)
{
  struct pollfd p[2] = {{fd, POLLIN, 0}, {s->stop_pipe[0], POLLIN, 0}};
  while (poll(p, 2, -1) < 0)
    continue;
  return p[1].revents == 0;
}

static long conn_read(const conn *c, char *at, size_t room)
{
  if (c->ssl)
    return SSL_read(c->ssl, at, (int)room);
  return recv(c->fd, at, room, 0);
}

static void conn_write(const conn *c, const char *data, size_t len)
{
  while (len > 0) {
    long n = c->ssl ? SSL_write(c->ssl, data, (int)len) : send(c->fd, data, len, MSG_NOSIGNAL);
    if (n <= 0)
      return;
    data += n;
    len -= (size_t)n;
  }
}

/* Bytes of the whole request in `text`, 0 while headers are not complete. */
static size_t whole_length(const char *text)
{
  const char *end = strstr(text, "\r\n\r\n");
  if (!end)
    return 0;
  size_t body = 0;
  for (const char *line = text; line < end; line = strstr(line, "\r\n") + 2) {
    if (strncasecmp(line, "Content-Length:", 15) == 0)
      body = strtoul(line + 15, NULL, 10);
  }
  return (size_t)(end - text) + 4 + body;
}

static size_t read_request(const server *s, const conn *c, char *text)
{
  size_t len = 0;
  text[0] = '\0';
  for (;;) {
    size_t whole = whole_length(text);
    if (whole > 0 && len >= whole)
      return len;
    bool pending = c->ssl && SSL_pending(c->ssl) > 0;
    if (len == MAX_REQUEST || (!pending && !readable(s, c->fd)))
      return 0;
    long n = conn_read(c, text + len, MAX_REQUEST - len);
    if (n <= 0)
      return 0;
    len += (size_t)n;
    text[len] = '\0';
  }
}

/* Keeps `text` and tells what to do. */
static server_step record(server *s, char *text, size_t len)
{
  server_step step = {NULL, 0, END_CLOSE, NULL, NULL};
  pthread_mutex_lock(&s->mutex);
  if (s->requests < s->step_count)
    step = s->steps[s->requests];
  if (s->requests < MAX_REQUESTS) {
    s->texts[s->requests] = text;
    s->lens[s->requests] = len;
    text = NULL;
  }
  s->requests++;
  pthread_mutex_unlock(&s->mutex);
  free(text);
  return step;
}

static void hold(const server *s, const conn *c)
{
  char byte;
  while (readable(s, c->fd)) {
    if (conn_read(c, &byte, 1) <= 0)
      return;
  }
}

static void serve(server *s, const conn *c)
{
  for (;;) {
    char *text = malloc(MAX_REQUEST + 1);
    if (!text)
      return;
    size_t len = read_request(s, c, text);
    if (len == 0) {
      free(text);
      return;
    }
    server_step step = record(s, text, len);
    if (step.reply)
      conn_write(c, step.reply, step.len ? step.len : strlen(step.reply));
    if (step.then)
      step.then(step.user);
    if (step.end == END_HOLD)
      hold(s, c);
    if (step.end != END_KEEP)
      return;
  }
}

static void *run(void *arg)
{
  server *s = arg;
  while (readable(s, s->listener)) {
    conn c = {accept(s->listener, NULL, NULL), NULL};
    if (c.fd < 0)
      continue;
    pthread_mutex_lock(&s->mutex);
    s->connections++;
    pthread_mutex_unlock(&s->mutex);
    if (s->tls) {
      c.ssl = SSL_new(s->tls);
      SSL_set_fd(c.ssl, c.fd);
    }
    if (!c.ssl || SSL_accept(c.ssl) == 1)
      serve(s, &c);
    SSL_free(c.ssl);
    close(c.fd);
  }
  return NULL;
}

static bool listen_on_loopback(server *s)
{
  struct sockaddr_in addr;
  socklen_t len = sizeof addr;
  memset(&addr, 0, sizeof addr);
  addr.sin_family = AF_INET;
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  s->listener = socket(AF_INET, SOCK_STREAM, 0);
  if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&addr, len) != 0 ||
      listen(s->listener, 16) != 0 || getsockname(s->listener, (struct sockaddr *)&addr, &len) != 0)
    return false;
  s->port = ntohs(addr.sin_port);
  return true;
}

server *server_start(const char *cert, const char *key)
{
  server *s = calloc(1, sizeof *s);
  if (!s)
    abort();
  pthread_mutex_init(&s->mutex, NULL);
  signal(SIGPIPE, SIG_IGN);
  if (cert) {
    s->tls = SSL_CTX_new(TLS_server_method());
    if (!s->tls || SSL_CTX_use_certificate_file(s->tls, cert, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(s->tls, key, SSL_FILETYPE_PEM) != 1)
      abort();
  }
  if (pipe(s->stop_pipe) != 0 || !listen_on_loopback(s) ||
      pthread_create(&s->thread, NULL, run, s) != 0)
    abort();
  return s;
}

static void forget(server *s)
{
  for (size_t i = 0; i < MAX_REQUESTS; i++) {
    free(s->texts[i]);
    s->texts[i] = NULL;
  }
  s->requests = 0;
}

void server_script(server *s, const server_step *steps, size_t count)
{
  pthread_mutex_lock(&s->mutex);
  forget(s);
  s->connections = 0;
  s->step_count = count < MAX_REQUESTS ? count : MAX_REQUESTS;
  memcpy(s->steps, steps, s->step_count * sizeof *steps);
  pthread_mutex_unlock(&s->mutex);
}

int server_port(const server *s)
{
  return s->port;
}

size_t server_requests(server *s)
{
  pthread_mutex_lock(&s->mutex);
  size_t n = s->requests;
  pthread_mutex_unlock(&s->mutex);
  return n;
}

size_t server_connections(server *s)
{
  pthread_mutex_lock(&s->mutex);
  size_t n = s->connections;
  pthread_mutex_unlock(&s->mutex);
  return n;
}

const char *server_request(server *s, size_t nth, size_t *len_out)
{
  pthread_mutex_lock(&s->mutex);
  const char *text = nth < MAX_REQUESTS ? s->texts[nth] : NULL;
  if (len_out)
    *len_out = text ? s->lens[nth] : 0;
  pthread_mutex_unlock(&s->mutex);
  return text ? text : "";
}

void server_stop(server *s)
{
  if (write(s->stop_pipe[1], "x", 1) != 1)
    abort();
  pthread_join(s->thread, NULL);
  forget(s);
  close(s->listener);
  close(s->stop_pipe[0]);
  close(s->stop_pipe[1]);
  pthread_mutex_destroy(&s->mutex);
  SSL_CTX_free(s->tls);
  free(s);
}

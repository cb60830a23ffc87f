/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

/* libmicrohttpd's timeout is one of inactivity: a client that sends a byte now and then never meets
 * it. A connection without a complete request for so long is ended here. */
#define DRIP_MS 30000
#define SWEEP_MS 2000

struct conn {
  int fd;
  _Atomic int64_t idle_since_ms; /* 0 while a request is being answered */
  struct conn *prev, *next;
};

struct apid_conns {
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  pthread_t sweeper;
  struct conn *first;
  bool ending;
};

static void *sweep(void *arg)
{
  apid_conns *conns = arg;

  (void)pthread_mutex_lock(&conns->mutex);
  while (!conns->ending) {
    struct timespec until = {0, 0};
    int64_t now_ms = apid_now_ms();
    for (struct conn *conn = conns->first; conn; conn = conn->next) {
      int64_t since_ms = atomic_load_explicit(&conn->idle_since_ms, memory_order_relaxed);
      if (since_ms > 0 && now_ms - since_ms > DRIP_MS)
        (void)shutdown(conn->fd, SHUT_RDWR);
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += SWEEP_MS / 1000;
    (void)pthread_cond_timedwait(&conns->wake, &conns->mutex, &until);
    /* Without connections there is nothing to wake for. */
    while (!conns->first && !conns->ending)
      (void)pthread_cond_wait(&conns->wake, &conns->mutex);
  }
  (void)pthread_mutex_unlock(&conns->mutex);
  return NULL;
}

apid_conns *apid_conns_new(void)
{
  apid_conns *conns = calloc(1, sizeof *conns);
  pthread_condattr_t attr;

  if (!conns)
    return NULL;
  (void)pthread_mutex_init(&conns->mutex, NULL);
  (void)pthread_condattr_init(&attr);
  (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  (void)pthread_cond_init(&conns->wake, &attr);
  (void)pthread_condattr_destroy(&attr);
  if (pthread_create(&conns->sweeper, NULL, sweep, conns) != 0) {
    free(conns);
    return NULL;
  }
  return conns;
}

void apid_conns_free(apid_conns *conns)
{
  if (!conns)
    return;
  (void)pthread_mutex_lock(&conns->mutex);
  conns->ending = true;
  (void)pthread_cond_signal(&conns->wake);
  (void)pthread_mutex_unlock(&conns->mutex);
  (void)pthread_join(conns->sweeper, NULL);
  (void)pthread_cond_destroy(&conns->wake);
  (void)pthread_mutex_destroy(&conns->mutex);
  free(conns);
}

static void add(apid_conns *conns, struct MHD_Connection *connection, void **context)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  struct conn *conn = info ? calloc(1, sizeof *conn) : NULL;

  if (!conn)
    return;
  conn->fd = info->connect_fd;
  atomic_init(&conn->idle_since_ms, apid_now_ms());
  (void)pthread_mutex_lock(&conns->mutex);
  conn->next = conns->first;
  if (conn->next)
    conn->next->prev = conn;
  else
    (void)pthread_cond_signal(&conns->wake);
  conns->first = conn;
  (void)pthread_mutex_unlock(&conns->mutex);
  *context = conn;
}

/* libmicrohttpd calls this before it closes the socket, so the number is not reused meanwhile. */
static void drop(apid_conns *conns, struct conn *conn)
{
  (void)pthread_mutex_lock(&conns->mutex);
  if (conn->next)
    conn->next->prev = conn->prev;
  if (conn->prev)
    conn->prev->next = conn->next;
  else
    conns->first = conn->next;
  (void)pthread_mutex_unlock(&conns->mutex);
  free(conn);
}

void apid_conns_notify(void *cls, struct MHD_Connection *connection, void **context,
                       enum MHD_ConnectionNotificationCode code)
{
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    add(cls, connection, context);
  else if (*context)
    drop(cls, *context);
}

void apid_conns_busy(struct MHD_Connection *connection, bool busy)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  struct conn *conn = info ? info->socket_context : NULL;

  if (conn)
    atomic_store_explicit(&conn->idle_since_ms, busy ? 0 : apid_now_ms(), memory_order_relaxed);
}

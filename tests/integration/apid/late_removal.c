/* SPDX-License-Identifier: MIT */
/* Preloaded into apid: a thread that takes a port out of an epoll set is overtaken by another one
 * that does the same, as the scheduler of a busy machine lets it happen now and then. */
#include <poll.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATIENCE_MS 3000

long syscall(long number, ...); /* not in POSIX */

static atomic_int callers;
static atomic_int overtaken;

static int is_port(int fd)
{
  int yes = 0;
  socklen_t len = sizeof yes;

  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 && yes;
}

/* A visitor wakes the threads that watch the port. */
static void let_others_pass(int port)
{
  struct sockaddr_storage address;
  socklen_t len = sizeof address;
  int visitor = socket(AF_INET, SOCK_STREAM, 0);

  if (getsockname(port, (struct sockaddr *)&address, &len) == 0)
    (void)connect(visitor, (struct sockaddr *)&address, len);
  for (int ms = 0; ms < PATIENCE_MS && !atomic_load(&overtaken); ms++)
    (void)poll(NULL, 0, 1);
  (void)close(visitor);
}

int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
  int removes = op == EPOLL_CTL_DEL && is_port(fd);
  int first = removes && atomic_fetch_add(&callers, 1) == 0;
  int result;

  if (first)
    let_others_pass(fd);
  result = (int)syscall(SYS_epoll_ctl, epfd, op, fd, event);
  if (removes && !first)
    atomic_store(&overtaken, 1);
  return result;
}

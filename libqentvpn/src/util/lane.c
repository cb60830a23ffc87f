/* SPDX-License-Identifier: MIT */
#include "util/lane.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

/* Lives on the waiting thread's stack, linked while it waits. */
struct qent__lane_waiter {
  pthread_cond_t cond;
  bool granted;
  struct qent__lane_waiter *next;
};

qent_status qent__lane_init(qent__lane *lane, qent_error *err)
{
  lane->taken = false;
  lane->head = NULL;
  lane->tail = NULL;
  if (pthread_mutex_init(&lane->mutex, NULL) != 0)
    return qent_fail(err, QENT_ENOMEM, "out of memory for a mutex");
  return QENT_OK;
}

void qent__lane_dispose(qent__lane *lane)
{
  (void)pthread_mutex_destroy(&lane->mutex);
}

static void append_waiter(qent__lane *lane, struct qent__lane_waiter *waiter)
{
  if (lane->tail)
    lane->tail->next = waiter;
  else
    lane->head = waiter;
  lane->tail = waiter;
}

static void unlink_waiter(qent__lane *lane, const struct qent__lane_waiter *me)
{
  struct qent__lane_waiter *before = NULL;
  struct qent__lane_waiter *it = lane->head;
  while (it && it != me) {
    before = it;
    it = it->next;
  }
  if (!it)
    return;
  if (before)
    before->next = it->next;
  else
    lane->head = it->next;
  if (lane->tail == it)
    lane->tail = before;
}

static struct timespec deadline_in(int32_t timeout_ms)
{
  struct timespec t = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += timeout_ms / 1000;
  t.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
  if (t.tv_nsec >= 1000000000L) {
    t.tv_nsec -= 1000000000L;
    t.tv_sec++;
  }
  return t;
}

static bool init_cond(pthread_cond_t *cond)
{
  pthread_condattr_t attr;
  if (pthread_condattr_init(&attr) != 0)
    return false;
  bool ok =
      pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 && pthread_cond_init(cond, &attr) == 0;
  (void)pthread_condattr_destroy(&attr);
  return ok;
}

/* With the mutex held. The one who leaves keeps `taken` set and grants it to the first waiter, so
 * nobody can slip in between. */
static qent_status wait_turn(qent__lane *lane, int32_t timeout_ms, qent_error *err)
{
  struct qent__lane_waiter me = {.granted = false, .next = NULL};
  if (!init_cond(&me.cond))
    return qent_fail(err, QENT_ENOMEM, "out of memory for a condition variable");
  append_waiter(lane, &me);
  struct timespec until = deadline_in(timeout_ms < 0 ? 0 : timeout_ms);
  int rc = 0;
  while (!me.granted && rc != ETIMEDOUT) {
    if (timeout_ms < 0)
      rc = pthread_cond_wait(&me.cond, &lane->mutex);
    else
      rc = pthread_cond_timedwait(&me.cond, &lane->mutex, &until);
  }
  if (!me.granted)
    unlink_waiter(lane, &me);
  (void)pthread_cond_destroy(&me.cond);
  if (!me.granted)
    return qent_fail(err, QENT_ETIMEOUT, "the queue did not move within %d ms", (int)timeout_ms);
  return QENT_OK;
}

qent_status qent__lane_enter(qent__lane *lane, int32_t timeout_ms, qent_error *err)
{
  qent_status st = QENT_OK;
  (void)pthread_mutex_lock(&lane->mutex);
  if (lane->taken)
    st = wait_turn(lane, timeout_ms, err);
  else
    lane->taken = true;
  (void)pthread_mutex_unlock(&lane->mutex);
  return st;
}

void qent__lane_leave(qent__lane *lane)
{
  (void)pthread_mutex_lock(&lane->mutex);
  struct qent__lane_waiter *next = lane->head;
  if (next) {
    lane->head = next->next;
    if (!lane->head)
      lane->tail = NULL;
    next->granted = true;
    (void)pthread_cond_signal(&next->cond);
  } else {
    lane->taken = false;
  }
  (void)pthread_mutex_unlock(&lane->mutex);
}

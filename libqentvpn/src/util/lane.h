/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_LANE_H
#define QENT_UTIL_LANE_H
#include <pthread.h>
#include <qentvpn/error.h>
#include <stdbool.h>
#include <stdint.h>

/* A mutex that is strictly first come, first served. Each waiter sleeps on its own condition, so a
 * release wakes exactly the next one. */
struct qent__lane_waiter;
typedef struct qent__lane {
  pthread_mutex_t mutex;
  bool taken;
  struct qent__lane_waiter *head;
  struct qent__lane_waiter *tail;
} qent__lane;

qent_status qent__lane_init(qent__lane *lane, qent_error *err); /* QENT_ENOMEM */
void qent__lane_dispose(qent__lane *lane);                      /* free and without waiters */
/* Wait at most `timeout_ms`, -1 = for ever. Not recursive.
 * QENT_ETIMEOUT (then not taken, and the place in the queue is given up), QENT_ENOMEM. */
qent_status qent__lane_enter(qent__lane *lane, int32_t timeout_ms, qent_error *err);
/* By the thread that entered: hands the lane to the first waiter. */
void qent__lane_leave(qent__lane *lane);

#endif

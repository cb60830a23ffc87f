/* SPDX-License-Identifier: MIT */
#ifndef BOTD_PULSE_H
#define BOTD_PULSE_H

/* Wakes all worker threads at once. One thread watches the database and beats the pulse at each
 * commit; the workers sleep on it, so that only one of them looks at the database while all wait.
 * Any thread. */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct pulse {
  pthread_mutex_t mutex;
  pthread_cond_t cond;
  uint64_t beats;
  bool stopping;
} pulse;

bool pulse_init(pulse *p);
void pulse_destroy(pulse *p);

/* Beats so far. Read it before looking for work: what is committed after that ends the wait. */
uint64_t pulse_beats(pulse *p);
void pulse_beat(pulse *p);
void pulse_stop(pulse *p);
bool pulse_stopping(pulse *p);

/* Sleep until there are more than `seen` beats, or the time is over. False: stopping. */
bool pulse_wait(pulse *p, uint64_t seen, int64_t timeout_ms);

/* Sleep whatever beats. False: stopping. */
bool pulse_sleep(pulse *p, int64_t timeout_ms);

/* Milliseconds of the monotonic clock. */
int64_t monotonic_ms(void);

#endif

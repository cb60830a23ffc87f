/* SPDX-License-Identifier: MIT */
#include "pulse.h"

#include <errno.h>
#include <time.h>

bool pulse_init(pulse *p)
{
  pthread_condattr_t attr;
  p->beats = 0;
  p->stopping = false;
  if (pthread_condattr_init(&attr) != 0)
    return false;
  bool ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
            pthread_cond_init(&p->cond, &attr) == 0;
  pthread_condattr_destroy(&attr);
  if (ok && pthread_mutex_init(&p->mutex, NULL) != 0) {
    pthread_cond_destroy(&p->cond);
    ok = false;
  }
  return ok;
}

void pulse_destroy(pulse *p)
{
  pthread_mutex_destroy(&p->mutex);
  pthread_cond_destroy(&p->cond);
}

uint64_t pulse_beats(pulse *p)
{
  pthread_mutex_lock(&p->mutex);
  const uint64_t beats = p->beats;
  pthread_mutex_unlock(&p->mutex);
  return beats;
}

void pulse_beat(pulse *p)
{
  pthread_mutex_lock(&p->mutex);
  ++p->beats;
  pthread_cond_broadcast(&p->cond);
  pthread_mutex_unlock(&p->mutex);
}

void pulse_stop(pulse *p)
{
  pthread_mutex_lock(&p->mutex);
  p->stopping = true;
  pthread_cond_broadcast(&p->cond);
  pthread_mutex_unlock(&p->mutex);
}

bool pulse_stopping(pulse *p)
{
  pthread_mutex_lock(&p->mutex);
  const bool stopping = p->stopping;
  pthread_mutex_unlock(&p->mutex);
  return stopping;
}

int64_t monotonic_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_until(pulse *p, uint64_t seen, bool any_beat, int64_t timeout_ms)
{
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += (time_t)(timeout_ms / 1000);
  end.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000) {
    ++end.tv_sec;
    end.tv_nsec -= 1000000000;
  }
  pthread_mutex_lock(&p->mutex);
  while (!p->stopping && !(any_beat && p->beats != seen))
    if (pthread_cond_timedwait(&p->cond, &p->mutex, &end) == ETIMEDOUT)
      break;
  const bool go_on = !p->stopping;
  pthread_mutex_unlock(&p->mutex);
  return go_on;
}

bool pulse_wait(pulse *p, uint64_t seen, int64_t timeout_ms)
{
  return wait_until(p, seen, true, timeout_ms);
}

bool pulse_sleep(pulse *p, int64_t timeout_ms)
{
  return wait_until(p, 0, false, timeout_ms);
}

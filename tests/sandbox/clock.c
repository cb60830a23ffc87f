/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t offset_ms;
static atomic_bool stopping;

static int64_t read_clock(clockid_t id)
{
  struct timespec ts = {0};
  (void)clock_gettime(id, &ts);
  return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t sb_real_ms(void)
{
  return read_clock(CLOCK_REALTIME);
}

int64_t sb_mono_ms(void)
{
  return read_clock(CLOCK_MONOTONIC);
}

int64_t sb_now_ms(void)
{
  return sb_real_ms() + atomic_load(&offset_ms);
}

int64_t sb_now_s(void)
{
  return sb_now_ms() / 1000;
}

void sb_clock_set(int64_t unix_ms)
{
  atomic_store(&offset_ms, unix_ms - sb_real_ms());
}

void sb_clock_advance(int64_t ms)
{
  atomic_fetch_add(&offset_ms, ms);
}

int64_t sb_clock_offset_ms(void)
{
  return atomic_load(&offset_ms);
}

void sb_cond_init(pthread_cond_t *cond)
{
  pthread_condattr_t attr;
  (void)pthread_condattr_init(&attr);
  (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  (void)pthread_cond_init(cond, &attr);
  (void)pthread_condattr_destroy(&attr);
}

void sb_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t ms)
{
  struct timespec ts = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &ts);
  int64_t ns = ts.tv_nsec + (ms % 1000) * 1000000;
  ts.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
  ts.tv_nsec = (long)(ns % 1000000000);
  (void)pthread_cond_timedwait(cond, mutex, &ts);
}

void sb_stop(void)
{
  atomic_store(&stopping, true);
}

bool sb_stopping(void)
{
  return atomic_load(&stopping);
}

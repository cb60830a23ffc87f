/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_CLOCK_H
#define SANDBOX_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* The sandbox's wall clock: real time plus an offset that tests may set. Every expiry uses it. */
int64_t sb_now_ms(void);
int64_t sb_now_s(void);
void sb_clock_set(int64_t unix_ms);
void sb_clock_advance(int64_t ms);
int64_t sb_clock_offset_ms(void);

/* Time that no test can move; for pauses and rates. */
int64_t sb_mono_ms(void);
int64_t sb_real_ms(void);
/* Waits on `cond` made by sb_cond_init() for at most `ms`. */
void sb_cond_init(pthread_cond_t *cond);
void sb_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t ms);

/* Set once when the process is to end; every waiting loop looks at it. */
void sb_stop(void);
bool sb_stopping(void);

#endif

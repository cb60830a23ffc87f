/* SPDX-License-Identifier: MIT */
#ifndef QENT_APID_LIMITER_H
#define QENT_APID_LIMITER_H

/* Counts of requests by key in a sliding window of 60 s. Lock-free: one word per key in a fixed
 * table; when a set of the table is full the key that was idle longest is forgotten. */

#include <stdbool.h>
#include <stdint.h>

#define APID_WINDOW_S 60

typedef struct apid_limiter apid_limiter;

/* @param limit  1..100000 requests in a window. NULL when memory is out. */
apid_limiter *apid_limiter_new(int64_t limit);
void apid_limiter_free(apid_limiter *limiter);
int64_t apid_limiter_limit(const apid_limiter *limiter);

typedef struct apid_verdict {
  bool allowed;
  int64_t left;    /* requests left in the window */
  int64_t reset_s; /* until the window has room again (refused), or ends (allowed) */
} apid_verdict;

/* Count a request unless it is refused; or only look. @thread any */
apid_verdict apid_limiter_take(apid_limiter *limiter, uint64_t key, int64_t now_ms);
apid_verdict apid_limiter_peek(apid_limiter *limiter, uint64_t key, int64_t now_ms);

/* Spread the bytes of a key over 64 bits. */
uint64_t apid_hash(const void *data, uint64_t len);

#endif

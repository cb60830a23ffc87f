/* SPDX-License-Identifier: MIT */
#ifndef BOTD_LIMITER_H
#define BOTD_LIMITER_H

/* Keeps sends under Telegram's limits: 30 a second in all, in one chat 1 a second after a burst of
 * 2 (keys and their QR picture). The caller brings the time (monotonic milliseconds), so that tests
 * own it. Any thread. */

#include <stdbool.h>
#include <stdint.h>

typedef struct limiter limiter;

limiter *limiter_new(void); /* NULL: out of memory */
void limiter_free(limiter *l);

/* Ask for one send to `chat_id`. 0: go, it is counted. Else: ask again after so many ms. */
int64_t limiter_take(limiter *l, int64_t chat_id, int64_t now_ms);

/* The pause of the chat alone, without counting anything; 0: none. */
int64_t limiter_chat_pause(limiter *l, int64_t chat_id, int64_t now_ms);

/* Telegram said 429 to a send to `chat_id`, without saying whom it means. When the send was the
 * second within a second in its chat, the chat is meant: it pauses, and there are no bursts for a
 * while. When it was not, the whole bot is meant, and everything pauses. */
void limiter_flood(limiter *l, int64_t chat_id, int64_t pause_ms, int64_t now_ms);

/* Nothing is sent for so long: the token is refused, or Telegram is away. */
void limiter_pause_all(limiter *l, int64_t pause_ms, int64_t now_ms);

/* A bucket on its own, for anything that may happen `burst` times at once and then once in
 * `interval_ms`. Zeroed is full. */
typedef struct bucket {
  int64_t empty_until_ms; /* when it would be full again, less the burst */
} bucket;

/* Take one if there is one; else the pause until there is. */
int64_t bucket_take(bucket *b, int64_t interval_ms, int64_t burst, int64_t now_ms);
/* As bucket_take() without taking. */
int64_t bucket_pause(const bucket *b, int64_t interval_ms, int64_t burst, int64_t now_ms);

/* Buckets by person: refuses floods of commands. One thread. */
#define FLOOD_SLOTS 4096
typedef struct flood_guard {
  struct {
    int64_t id;
    bucket bucket;
  } slots[FLOOD_SLOTS];
} flood_guard;

/* False when `id` asked more than 20 times at once and then more than once in 2 s. */
bool flood_guard_allow(flood_guard *guard, int64_t id, int64_t now_ms);

#endif

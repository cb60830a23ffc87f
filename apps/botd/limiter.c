/* SPDX-License-Identifier: MIT */
#include "limiter.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

/* At most 3 + 26 in any second. */
#define ALL_BURST 3
#define ALL_INTERVAL_MS 38
#define CHAT_BURST 2
#define CHAT_INTERVAL_MS 1000
#define NO_BURST_MS 600000 /* for so long, after one was refused */
#define COMMAND_BURST 20
#define COMMAND_INTERVAL_MS 2000

/* Chats share a slot when their ids collide: one of them then waits a second longer, no more. */
#define CHAT_SLOTS 4096

typedef struct chat {
  int64_t id;
  bucket bucket;
  int64_t paused_until_ms;
  bool in_burst; /* the last send came within a second of the one before */
} chat;

struct limiter {
  pthread_mutex_t mutex;
  bucket all;
  int64_t all_paused_until_ms;
  int64_t no_burst_until_ms;
  chat chats[CHAT_SLOTS];
};

int64_t bucket_pause(const bucket *b, int64_t interval_ms, int64_t burst, int64_t now_ms)
{
  const int64_t debt = b->empty_until_ms - now_ms - (burst - 1) * interval_ms;
  return debt > 0 ? debt : 0;
}

int64_t bucket_take(bucket *b, int64_t interval_ms, int64_t burst, int64_t now_ms)
{
  const int64_t pause = bucket_pause(b, interval_ms, burst, now_ms);
  if (pause > 0)
    return pause;
  if (b->empty_until_ms < now_ms)
    b->empty_until_ms = now_ms;
  b->empty_until_ms += interval_ms;
  return 0;
}

/* Spread ids that differ little over the slots. */
static size_t slot_of(int64_t id, size_t slots)
{
  return (size_t)(((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15)) >> 40) % slots;
}

bool flood_guard_allow(flood_guard *guard, int64_t id, int64_t now_ms)
{
  const size_t i = slot_of(id, FLOOD_SLOTS);
  if (guard->slots[i].id != id) {
    const bucket full = {0};
    guard->slots[i].id = id;
    guard->slots[i].bucket = full;
  }
  return bucket_take(&guard->slots[i].bucket, COMMAND_INTERVAL_MS, COMMAND_BURST, now_ms) == 0;
}

limiter *limiter_new(void)
{
  limiter *l = calloc(1, sizeof *l);
  if (l && pthread_mutex_init(&l->mutex, NULL) != 0) {
    free(l);
    l = NULL;
  }
  return l;
}

void limiter_free(limiter *l)
{
  if (!l)
    return;
  pthread_mutex_destroy(&l->mutex);
  free(l);
}

/* The chat's slot; a slot that someone else still needs is shared. */
static chat *chat_of(limiter *l, int64_t id, int64_t now_ms)
{
  chat *c = &l->chats[slot_of(id, CHAT_SLOTS)];
  if (c->id == id)
    return c;
  if (c->paused_until_ms <= now_ms && c->bucket.empty_until_ms <= now_ms) {
    const chat fresh = {id, {0}, 0, false};
    *c = fresh;
  }
  return c;
}

static int64_t larger(int64_t a, int64_t b)
{
  return a > b ? a : b;
}

static int64_t chat_burst(const limiter *l, int64_t now_ms)
{
  return l->no_burst_until_ms > now_ms ? 1 : CHAT_BURST;
}

static int64_t chat_pause(const limiter *l, const chat *c, int64_t now_ms)
{
  return larger(c->paused_until_ms - now_ms,
                bucket_pause(&c->bucket, CHAT_INTERVAL_MS, chat_burst(l, now_ms), now_ms));
}

int64_t limiter_chat_pause(limiter *l, int64_t chat_id, int64_t now_ms)
{
  pthread_mutex_lock(&l->mutex);
  const int64_t pause = larger(0, chat_pause(l, chat_of(l, chat_id, now_ms), now_ms));
  pthread_mutex_unlock(&l->mutex);
  return pause;
}

int64_t limiter_take(limiter *l, int64_t chat_id, int64_t now_ms)
{
  pthread_mutex_lock(&l->mutex);
  chat *c = chat_of(l, chat_id, now_ms);
  int64_t pause = larger(l->all_paused_until_ms - now_ms, chat_pause(l, c, now_ms));
  if (pause <= 0)
    pause = bucket_take(&l->all, ALL_INTERVAL_MS, ALL_BURST, now_ms);
  if (pause <= 0) {
    c->in_burst = c->bucket.empty_until_ms > now_ms;
    bucket_take(&c->bucket, CHAT_INTERVAL_MS, CHAT_BURST, now_ms);
    pause = 0;
  }
  pthread_mutex_unlock(&l->mutex);
  return pause;
}

void limiter_flood(limiter *l, int64_t chat_id, int64_t pause_ms, int64_t now_ms)
{
  pthread_mutex_lock(&l->mutex);
  chat *c = chat_of(l, chat_id, now_ms);
  c->paused_until_ms = larger(c->paused_until_ms, now_ms + pause_ms);
  if (c->in_burst)
    l->no_burst_until_ms = now_ms + NO_BURST_MS;
  else
    l->all_paused_until_ms = larger(l->all_paused_until_ms, now_ms + pause_ms);
  pthread_mutex_unlock(&l->mutex);
}

void limiter_pause_all(limiter *l, int64_t pause_ms, int64_t now_ms)
{
  pthread_mutex_lock(&l->mutex);
  l->all_paused_until_ms = larger(l->all_paused_until_ms, now_ms + pause_ms);
  pthread_mutex_unlock(&l->mutex);
}

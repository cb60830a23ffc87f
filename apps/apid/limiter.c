/* SPDX-License-Identifier: MIT */
#include "limiter.h"

#include <stdatomic.h>
#include <stdlib.h>

#define SET_BITS 14
#define WAYS 4
#define WINDOW_MS ((int64_t)APID_WINDOW_S * 1000)

/* A word: tag 14 | start of the key's present window in s, modulo 2^16 | count of the window
 * before, 17 | count of this one, 17. A key's first window begins with its first request. */
#define COUNT_BITS 17
#define COUNT_MASK ((1u << COUNT_BITS) - 1)
#define START_MASK 0xffffu
#define TAG_MASK 0x3fffu

struct apid_limiter {
  int64_t limit;
  _Atomic uint64_t words[1 << SET_BITS][WAYS];
};

struct window {
  uint64_t tag;
  uint32_t start;
  uint32_t before;
  uint32_t count;
};

apid_limiter *apid_limiter_new(int64_t limit)
{
  apid_limiter *limiter = calloc(1, sizeof *limiter);

  if (limiter)
    limiter->limit = limit;
  return limiter;
}

void apid_limiter_free(apid_limiter *limiter)
{
  free(limiter);
}

int64_t apid_limiter_limit(const apid_limiter *limiter)
{
  return limiter->limit;
}

uint64_t apid_hash(const void *data, uint64_t len)
{
  const unsigned char *bytes = data;
  uint64_t h = 0xcbf29ce484222325u;

  for (uint64_t i = 0; i < len; i++)
    h = (h ^ bytes[i]) * 0x100000001b3u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  return h ^ (h >> 32);
}

static struct window unpack(uint64_t word)
{
  struct window w = {(word >> 50) & TAG_MASK, (uint32_t)(word >> 34) & START_MASK,
                     (uint32_t)(word >> COUNT_BITS) & COUNT_MASK, (uint32_t)word & COUNT_MASK};
  return w;
}

static uint64_t pack(const struct window *w)
{
  return (w->tag << 50) | ((uint64_t)w->start << 34) | ((uint64_t)w->before << COUNT_BITS) |
         w->count;
}

static uint32_t age_s(const struct window *w, uint32_t now_s)
{
  return (now_s - w->start) & START_MASK;
}

/* The word of the key, or the one it may take: free, or idle longest. */
static _Atomic uint64_t *find(apid_limiter *limiter, uint64_t hash, uint32_t now_s)
{
  _Atomic uint64_t *set = limiter->words[hash & ((1u << SET_BITS) - 1)];
  uint64_t tag = (hash >> 40) & TAG_MASK;
  _Atomic uint64_t *oldest = &set[0];
  uint32_t oldest_age = 0;

  for (unsigned i = 0; i < WAYS; i++) {
    uint64_t word = atomic_load_explicit(&set[i], memory_order_relaxed);
    struct window w = unpack(word);
    uint32_t age = word == 0 ? START_MASK + 1 : age_s(&w, now_s);
    if (word != 0 && w.tag == tag)
      return &set[i];
    if (age > oldest_age) {
      oldest_age = age;
      oldest = &set[i];
    }
  }
  return oldest;
}

/* Bring a window up to now. */
static struct window roll(uint64_t word, uint64_t tag, uint32_t now_s)
{
  struct window w = unpack(word);
  uint32_t age = age_s(&w, now_s);

  if (word == 0 || w.tag != tag || age >= 2 * APID_WINDOW_S) {
    struct window fresh = {tag, now_s & START_MASK, 0, 0};
    return fresh;
  }
  if (age >= APID_WINDOW_S) {
    w.before = w.count;
    w.count = 0;
    w.start = (w.start + APID_WINDOW_S) & START_MASK;
  }
  return w;
}

static apid_verdict judge(const apid_limiter *limiter, const struct window *w, int64_t now_ms)
{
  uint32_t now_s = (uint32_t)(now_ms / 1000);
  int64_t in_ms = (int64_t)age_s(w, now_s) * 1000 + now_ms % 1000;
  int64_t rest_ms = in_ms < WINDOW_MS ? WINDOW_MS - in_ms : 0;
  int64_t weight = (int64_t)w->before * rest_ms / WINDOW_MS + w->count;
  apid_verdict verdict = {weight < limiter->limit, 0, (rest_ms + 999) / 1000};

  if (verdict.allowed) {
    verdict.left = limiter->limit - weight - 1;
  } else if (w->count < limiter->limit && w->before > 0) {
    /* Room comes as the window before slides out. */
    int64_t may = limiter->limit - w->count;
    int64_t needed_ms = rest_ms - may * WINDOW_MS / w->before;
    verdict.reset_s = needed_ms > 0 ? needed_ms / 1000 + 1 : 1;
  }
  if (verdict.reset_s < 1)
    verdict.reset_s = 1;
  return verdict;
}

static apid_verdict look(apid_limiter *limiter, uint64_t key, int64_t now_ms, bool take)
{
  uint32_t now_s = (uint32_t)(now_ms / 1000);
  uint64_t hash = apid_hash(&key, sizeof key);
  uint64_t tag = (hash >> 40) & TAG_MASK;
  _Atomic uint64_t *slot = find(limiter, hash, now_s);
  uint64_t word = atomic_load_explicit(slot, memory_order_relaxed);

  for (;;) {
    struct window w = roll(word, tag, now_s);
    apid_verdict verdict = judge(limiter, &w, now_ms);
    if (!take || !verdict.allowed)
      return verdict;
    if (w.count < COUNT_MASK)
      w.count++;
    if (atomic_compare_exchange_weak_explicit(slot, &word, pack(&w), memory_order_relaxed,
                                              memory_order_relaxed))
      return verdict;
  }
}

apid_verdict apid_limiter_take(apid_limiter *limiter, uint64_t key, int64_t now_ms)
{
  return look(limiter, key, now_ms, true);
}

apid_verdict apid_limiter_peek(apid_limiter *limiter, uint64_t key, int64_t now_ms)
{
  return look(limiter, key, now_ms, false);
}

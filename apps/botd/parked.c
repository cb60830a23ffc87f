/* SPDX-License-Identifier: MIT */
#include "parked.h"

#include <pthread.h>
#include <stdlib.h>

struct parked {
  pthread_mutex_t mutex;
  size_t count;
  struct {
    qent_notice *notice;
    int64_t ready_at_ms;
  } slots[PARKED_MAX];
};

parked *parked_new(void)
{
  parked *p = calloc(1, sizeof *p);
  if (p && pthread_mutex_init(&p->mutex, NULL) != 0) {
    free(p);
    p = NULL;
  }
  return p;
}

void parked_free(parked *p)
{
  if (!p)
    return;
  for (size_t i = 0; i < p->count; ++i)
    qent_notice_free(p->slots[i].notice);
  pthread_mutex_destroy(&p->mutex);
  free(p);
}

bool parked_put(parked *p, qent_notice *notice, int64_t ready_at_ms)
{
  pthread_mutex_lock(&p->mutex);
  const bool room = p->count < PARKED_MAX;
  if (room) {
    p->slots[p->count].notice = notice;
    p->slots[p->count].ready_at_ms = ready_at_ms;
    ++p->count;
  }
  pthread_mutex_unlock(&p->mutex);
  return room;
}

qent_notice *parked_take(parked *p, int64_t now_ms, int64_t *next_ms_out)
{
  qent_notice *notice = NULL;
  *next_ms_out = -1;
  pthread_mutex_lock(&p->mutex);
  size_t first = 0;
  for (size_t i = 1; i < p->count; ++i)
    if (p->slots[i].ready_at_ms < p->slots[first].ready_at_ms)
      first = i;
  if (p->count > 0 && p->slots[first].ready_at_ms <= now_ms) {
    notice = p->slots[first].notice;
    p->slots[first] = p->slots[--p->count];
  } else if (p->count > 0) {
    *next_ms_out = p->slots[first].ready_at_ms - now_ms;
  }
  pthread_mutex_unlock(&p->mutex);
  return notice;
}

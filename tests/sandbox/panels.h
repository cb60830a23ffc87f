/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_PANELS_H
#define SANDBOX_PANELS_H

#include <pthread.h>

#include "http.h"
#include "map.h"

/* The panels of one kind. Each lives under a name of its own, from its first call to the end. */
struct sb_panels {
  void *(*make)(const char *name);
  pthread_mutex_t lock; /* PTHREAD_MUTEX_INITIALIZER */
  struct sb_map named;
};

/* Finds or makes a panel by the first part of rq->path and moves rq->path behind it; NULL when the
 * name is not ^[a-z0-9_-]{1,32}$ or nothing follows it. */
void *sb_panels_of(struct sb_panels *panels, struct sb_request *rq);

#endif

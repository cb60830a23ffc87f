/* SPDX-License-Identifier: MIT */
#include "panels.h"

#include <stdlib.h>
#include <string.h>

void *sb_panels_of(struct sb_panels *panels, struct sb_request *rq)
{
  const char *slash = *rq->path ? strchr(rq->path + 1, '/') : NULL;
  size_t n = slash ? (size_t)(slash - rq->path) - 1 : 0;
  if (n < 1 || n > 32 || strspn(rq->path + 1, "abcdefghijklmnopqrstuvwxyz0123456789_-") != n)
    return NULL;
  char *name = sb_strndup(rq->path + 1, n);
  (void)pthread_mutex_lock(&panels->lock);
  void *panel = sb_map_get(&panels->named, name);
  if (!panel) {
    panel = panels->make(name);
    (void)sb_map_put(&panels->named, name, panel);
  }
  (void)pthread_mutex_unlock(&panels->lock);
  free(name);
  rq->path = slash;
  return panel;
}

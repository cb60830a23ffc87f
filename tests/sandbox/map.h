/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_MAP_H
#define SANDBOX_MAP_H

#include <stddef.h>

/* Text keys to pointers, kept in order of insertion. Start with {0}. The map owns only the keys. */
struct sb_map_item {
  char *key; /* NULL: removed */
  void *value;
};
struct sb_map {
  struct sb_map_item *items;
  size_t used; /* slots of `items` in use, removed ones included */
  size_t cap;
  size_t live;
  size_t *index;
  size_t index_cap;
};

void *sb_map_get(const struct sb_map *m, const char *key);
/* Returns the old value or NULL. */
void *sb_map_put(struct sb_map *m, const char *key, void *value);
void *sb_map_remove(struct sb_map *m, const char *key);
/* Walks in order of insertion: start with *at = 0; NULL at the end. */
void *sb_map_next(const struct sb_map *m, size_t *at);
void sb_map_free(struct sb_map *m);

#endif

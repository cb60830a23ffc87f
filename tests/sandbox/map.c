/* SPDX-License-Identifier: MIT */
#include "map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static uint64_t hash(const char *s)
{
  uint64_t h = 1469598103934665603ULL;
  for (; *s; s++)
    h = (h ^ (unsigned char)*s) * 1099511628211ULL;
  return h;
}

/* The index holds slot + 1, 0 is free. A removed slot keeps its place until the next rebuild. */
static size_t *find(const struct sb_map *m, const char *key, uint64_t h)
{
  for (size_t i = (size_t)h & (m->index_cap - 1);; i = (i + 1) & (m->index_cap - 1)) {
    size_t *cell = &m->index[i];
    if (!*cell)
      return cell;
    const char *k = m->items[*cell - 1].key;
    if (k && strcmp(k, key) == 0)
      return cell;
  }
}

static void rebuild(struct sb_map *m)
{
  size_t out = 0;
  for (size_t i = 0; i < m->used; i++)
    if (m->items[i].key)
      m->items[out++] = m->items[i];
  m->used = out;
  if (m->used * 2 >= m->cap) {
    m->cap = m->cap ? m->cap * 2 : 16;
    m->items = sb_realloc(m->items, m->cap * sizeof *m->items);
  }
  free(m->index);
  m->index_cap = m->cap * 2;
  m->index = sb_alloc(m->index_cap * sizeof *m->index);
  for (size_t i = 0; i < m->used; i++)
    *find(m, m->items[i].key, hash(m->items[i].key)) = i + 1;
}

void *sb_map_get(const struct sb_map *m, const char *key)
{
  if (!m->index_cap)
    return NULL;
  const size_t *cell = find(m, key, hash(key));
  return *cell ? m->items[*cell - 1].value : NULL;
}

void *sb_map_put(struct sb_map *m, const char *key, void *value)
{
  if (m->used == m->cap)
    rebuild(m);
  size_t *cell = find(m, key, hash(key));
  if (*cell) {
    void *old = m->items[*cell - 1].value;
    m->items[*cell - 1].value = value;
    return old;
  }
  m->items[m->used].key = sb_strdup(key);
  m->items[m->used].value = value;
  m->used++;
  m->live++;
  *cell = m->used;
  return NULL;
}

void *sb_map_remove(struct sb_map *m, const char *key)
{
  if (!m->index_cap)
    return NULL;
  const size_t *cell = find(m, key, hash(key));
  if (!*cell)
    return NULL;
  struct sb_map_item *item = &m->items[*cell - 1];
  void *old = item->value;
  free(item->key);
  *item = (struct sb_map_item){0};
  m->live--;
  return old;
}

void *sb_map_next(const struct sb_map *m, size_t *at)
{
  while (*at < m->used) {
    const struct sb_map_item *item = &m->items[(*at)++];
    if (item->key)
      return item->value;
  }
  return NULL;
}

void sb_map_free(struct sb_map *m)
{
  for (size_t i = 0; i < m->used; i++)
    free(m->items[i].key);
  free(m->items);
  free(m->index);
  *m = (struct sb_map){0};
}

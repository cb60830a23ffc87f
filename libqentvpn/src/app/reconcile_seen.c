/* SPDX-License-Identifier: MIT */
#include "app/reconcile.h"
#include "util/alloc.h"

#include <stdlib.h>

qent_status qent__sightings_add(struct qent__sightings *seen, int64_t id, int64_t place,
                                qent_error *err)
{
  struct qent__sighting *items = qent__grow(seen->items, seen->count, &seen->room, sizeof *items);

  if (!items)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  seen->items = items;
  seen->items[seen->count++] = (struct qent__sighting){id, place};
  return QENT_OK;
}

static int by_id(const void *a, const void *b)
{
  const struct qent__sighting *x = a;
  const struct qent__sighting *y = b;

  if (x->id != y->id)
    return x->id > y->id ? 1 : -1;
  return (x->place > y->place) - (x->place < y->place);
}

static int id_only(const void *a, const void *b)
{
  const struct qent__sighting *x = a;
  const struct qent__sighting *y = b;

  return (x->id > y->id) - (x->id < y->id);
}

void qent__sightings_sort(struct qent__sightings *seen)
{
  if (seen->count > 1)
    qsort(seen->items, seen->count, sizeof seen->items[0], by_id);
}

bool qent__sightings_has(const struct qent__sightings *seen, int64_t id)
{
  struct qent__sighting key = {id, 0};

  return seen->count > 0 &&
         bsearch(&key, seen->items, seen->count, sizeof seen->items[0], id_only) != NULL;
}

void qent__sightings_dispose(struct qent__sightings *seen)
{
  qent__free(seen->items);
  *seen = (struct qent__sightings){NULL, 0, 0};
}

/* SPDX-License-Identifier: MIT */
#include "util/alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local long left_before_failure = -1;

void qent__alloc_fail_after(long n)
{
  left_before_failure = n;
}

static bool must_fail(void)
{
  if (left_before_failure < 0)
    return false;
  if (left_before_failure == 0)
    return true;
  left_before_failure--;
  return false;
}

void *qent__malloc(size_t size)
{
  if (must_fail())
    return NULL;
  return malloc(size ? size : 1);
}

void *qent__calloc(size_t count, size_t size)
{
  if (must_fail())
    return NULL;
  if (count == 0 || size == 0)
    return calloc(1, 1);
  return calloc(count, size);
}

void *qent__realloc(void *ptr, size_t size)
{
  if (must_fail())
    return NULL;
  return realloc(ptr, size ? size : 1);
}

void *qent__grow(void *items, size_t count, size_t *room, size_t size)
{
  size_t more = *room * 2 + 4;
  void *grown = items;

  if (count == *room) {
    grown = more > SIZE_MAX / size ? NULL : qent__realloc(items, more * size);
    if (grown)
      *room = more;
  }
  return grown;
}

char *qent__strdup(const char *text)
{
  return text ? qent__strndup(text, strlen(text)) : NULL;
}

char *qent__strndup(const char *text, size_t len)
{
  if (!text || len == SIZE_MAX)
    return NULL;
  char *copy = qent__malloc(len + 1);
  if (!copy)
    return NULL;
  memcpy(copy, text, len);
  copy[len] = '\0';
  return copy;
}

void qent__free(void *ptr)
{
  free(ptr);
}

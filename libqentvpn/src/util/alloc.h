/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_ALLOC_H
#define QENT_UTIL_ALLOC_H
#include <stddef.h>

/* The only way to memory inside the library. All return NULL when memory is out. A size of 0 gives
 * a pointer that may be freed. @thread any */
void *qent__malloc(size_t size);
void *qent__calloc(size_t count, size_t size);
/* On failure `ptr` stays valid and unchanged. */
void *qent__realloc(void *ptr, size_t size);
/* Room for one more item of `size` bytes behind `count`: `items`, or, when *room is used up, a
 * bigger block in its place with *room grown to match. On failure both stay as they were. */
void *qent__grow(void *items, size_t count, size_t *room, size_t size);
/* NULL in, NULL out: a caller that must tell this from failure checks before. */
char *qent__strdup(const char *text);
/* Copies exactly `len` bytes and adds a NUL. */
char *qent__strndup(const char *text, size_t len);
void qent__free(void *ptr);

/* Test hook: let `n` allocations of this thread succeed and fail every later one; -1 = off. */
void qent__alloc_fail_after(long n);

#endif

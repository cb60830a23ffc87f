/* SPDX-License-Identifier: MIT */
#include <qentvpn/ext/buf.h>

#include "util/alloc.h"
#include "util/numfmt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What `data` points to before the first allocation. Never written: cap == 0 says so. */
static char empty_text[1];

void qent_buf_init(qent_buf *b, size_t max)
{
  b->data = empty_text;
  b->len = 0;
  b->cap = 0;
  b->max = max < SIZE_MAX / 2 ? max : SIZE_MAX / 2;
  b->failed = false;
  b->why = QENT_OK;
}

void qent_buf_dispose(qent_buf *b)
{
  if (!b)
    return;
  if (b->cap)
    qent__free(b->data);
  qent_buf_init(b, b->max);
}

void qent_buf_reset(qent_buf *b)
{
  b->len = 0;
  if (b->cap)
    b->data[0] = '\0';
  b->failed = false;
  b->why = QENT_OK;
}

void qent_buf_fail(qent_buf *b, qent_status why)
{
  if (b->failed)
    return;
  b->failed = true;
  b->why = why == QENT_OK ? QENT_EINVAL : why;
}

static bool grow(qent_buf *b, size_t need)
{
  size_t cap = b->cap ? b->cap : 64;
  while (cap < need)
    cap *= 2;
  if (cap > b->max + 1)
    cap = b->max + 1;
  char *data = b->cap ? qent__realloc(b->data, cap) : qent__malloc(cap);
  if (!data) {
    qent_buf_fail(b, QENT_ENOMEM);
    return false;
  }
  b->data = data;
  b->cap = cap;
  b->data[b->len] = '\0';
  return true;
}

bool qent_buf_reserve(qent_buf *b, size_t extra)
{
  if (b->failed)
    return false;
  if (extra > b->max - b->len) {
    qent_buf_fail(b, QENT_EINVAL);
    return false;
  }
  size_t need = b->len + extra + 1;
  return need <= b->cap || grow(b, need);
}

void qent_buf_add(qent_buf *b, const void *ptr, size_t len)
{
  if (len == 0 || !qent_buf_reserve(b, len))
    return;
  memcpy(b->data + b->len, ptr, len);
  b->len += len;
  b->data[b->len] = '\0';
}

void qent_buf_adds(qent_buf *b, const char *text)
{
  if (text)
    qent_buf_add(b, text, strlen(text));
}

void qent_buf_addc(qent_buf *b, char c)
{
  if (!qent_buf_reserve(b, 1))
    return;
  b->data[b->len++] = c;
  b->data[b->len] = '\0';
}

void qent_buf_add_i64(qent_buf *b, int64_t value)
{
  char text[QENT__I64_CAP];
  size_t start = qent__i64_text(value, text);
  qent_buf_add(b, text + start, QENT__I64_CAP - start);
}

void qent_buf_addf(qent_buf *b, const char *fmt, ...)
{
  if (b->failed)
    return;
  char small[256];
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(small, sizeof small, fmt, ap);
  va_end(ap);
  if (n < 0) {
    qent_buf_fail(b, QENT_EINVAL);
    return;
  }
  size_t len = (size_t)n;
  if (len < sizeof small) {
    qent_buf_add(b, small, len);
    return;
  }
  if (!qent_buf_reserve(b, len))
    return;
  va_start(ap, fmt);
  n = vsnprintf(b->data + b->len, len + 1, fmt, ap);
  va_end(ap);
  if (n < 0 || (size_t)n != len) {
    b->data[b->len] = '\0';
    qent_buf_fail(b, QENT_EINVAL);
    return;
  }
  b->len += len;
}

void qent_buf_truncate(qent_buf *b, size_t len)
{
  if (len >= b->len)
    return;
  b->len = len;
  b->data[len] = '\0';
}

qent_status qent_buf_status(const qent_buf *b, qent_error *err)
{
  if (!b->failed)
    return QENT_OK;
  if (b->why == QENT_ENOMEM)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  return qent_fail(err, b->why, "text is longer than %zu bytes or was built wrongly", b->max);
}

char *qent_buf_take(qent_buf *b)
{
  if (!qent_buf_reserve(b, 0)) /* an empty text is allocated, too */
    return NULL;
  char *text = b->data;
  qent_buf_init(b, b->max);
  return text;
}

void qent_text_free(char *text)
{
  qent__free(text);
}

/* SPDX-License-Identifier: MIT */
#include "util/secret.h"

#include "util/alloc.h"

#include <openssl/crypto.h>
#include <string.h>

static void clear(qent__secret *s)
{
  if (s->data)
    OPENSSL_cleanse(s->data, s->len);
  qent__free(s->data);
  s->data = NULL;
  s->len = 0;
}

qent_status qent__secret_set(qent__secret *s, const char *data, size_t len, qent_error *err)
{
  char *copy = NULL;
  if (data) {
    copy = qent__strndup(data, len);
    if (!copy)
      return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  clear(s);
  s->data = copy;
  s->len = copy ? len : 0;
  return QENT_OK;
}

void qent__secret_dispose(qent__secret *s)
{
  if (s)
    clear(s);
}

bool qent__secret_is_set(const qent__secret *s)
{
  return s->data != NULL;
}

const char *qent__secret_text(const qent__secret *s)
{
  return s->data ? s->data : "";
}

bool qent__secret_equal(const qent__secret *s, const char *data, size_t len)
{
  return s->data && data && s->len == len && qent__const_equal(s->data, data, len);
}

void qent__secret_print(const qent__secret *s, qent_buf *out)
{
  qent_buf_adds(out, s->data ? "***" : "(not set)");
}

bool qent__const_equal(const void *a, const void *b, size_t len)
{
  return CRYPTO_memcmp(a, b, len) == 0;
}

void qent__wipe(void *data, size_t len)
{
  OPENSSL_cleanse(data, len);
}

void qent__buf_wipe(qent_buf *b)
{
  if (b->cap)
    OPENSSL_cleanse(b->data, b->cap);
  qent_buf_dispose(b);
}

/* SPDX-License-Identifier: MIT */
#include "util/x25519.h"
#include "util/base64.h"
#include "util/random.h"
#include "util/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#define KEY_BYTES 32

static qent_status write_key(const uint8_t bytes[KEY_BYTES], char out[QENT__X25519_KEY_SIZE],
                             qent_error *err)
{
  qent_buf text;
  qent_status st;

  qent_buf_init(&text, QENT__X25519_KEY_SIZE);
  qent__base64_encode(&text, bytes, KEY_BYTES, QENT__BASE64_URL | QENT__BASE64_NOPAD);
  st = qent_buf_status(&text, err);
  if (st == QENT_OK)
    (void)qent__copy_text(out, QENT__X25519_KEY_SIZE, text.data, text.len);
  qent_buf_dispose(&text);
  return st;
}

static qent_status derive(const uint8_t secret[KEY_BYTES], char public_out[QENT__X25519_KEY_SIZE],
                          qent_error *err)
{
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, KEY_BYTES);
  uint8_t bytes[KEY_BYTES];
  size_t len = sizeof bytes;
  bool ok = key && EVP_PKEY_get_raw_public_key(key, bytes, &len) == 1 && len == sizeof bytes;

  EVP_PKEY_free(key);
  return ok ? write_key(bytes, public_out, err) : qent_fail(err, QENT_ENOMEM, "no X25519 key");
}

qent_status qent__x25519_pair(char private_out[QENT__X25519_KEY_SIZE],
                              char public_out[QENT__X25519_KEY_SIZE], qent_error *err)
{
  uint8_t secret[KEY_BYTES];
  qent_status st = qent__random_bytes(secret, sizeof secret, err);

  if (st == QENT_OK) {
    /* Clamped as RFC 7748 asks, so that every reader derives the same public key. */
    secret[0] &= 248;
    secret[31] = (uint8_t)((secret[31] & 127) | 64);
    st = derive(secret, public_out, err);
  }
  if (st == QENT_OK)
    st = write_key(secret, private_out, err);
  OPENSSL_cleanse(secret, sizeof secret);
  return st;
}

qent_status qent__x25519_public(const char *private_key, char public_out[QENT__X25519_KEY_SIZE],
                                qent_error *err)
{
  uint8_t secret[KEY_BYTES];
  size_t len = 0;
  qent_status st;

  if (!private_key ||
      !qent__base64_decode(private_key, strlen(private_key),
                           QENT__BASE64_URL | QENT__BASE64_PAD_OPTIONAL, secret, sizeof secret,
                           &len) ||
      len != sizeof secret)
    return qent_fail(err, QENT_EINVAL, "not an X25519 key");
  st = derive(secret, public_out, err);
  OPENSSL_cleanse(secret, sizeof secret);
  return st;
}

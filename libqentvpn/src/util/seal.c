/* SPDX-License-Identifier: MIT */
#include "util/seal.h"

#include "util/alloc.h"
#include "util/base64.h"
#include "util/digest.h"
#include "util/random.h"
#include "util/secret.h"

#include <limits.h>
#include <openssl/evp.h>
#include <string.h>

#define PREFIX "v1:"
#define PREFIX_LEN 3
#define ID_LEN 4
#define NONCE_LEN 12
#define TAG_LEN 16
#define OVERHEAD (ID_LEN + NONCE_LEN + TAG_LEN)
#define MAX_PLAIN ((size_t)1024 * 1024)
#define BASE64 (QENT__BASE64_URL | QENT__BASE64_NOPAD)

static qent_status key_id(const uint8_t *key, uint8_t out[ID_LEN], qent_error *err)
{
  static const char label[] = "qentvpn seal key id";
  uint8_t digest[QENT__SHA256_BYTES];
  qent_status st =
      qent__hmac_sha256(key, QENT__SEAL_KEY_BYTES, label, sizeof label - 1, digest, err);
  if (st == QENT_OK)
    memcpy(out, digest, ID_LEN);
  return st;
}

/* `packed` is id | nonce | room for len bytes | room for the tag; id and nonce are filled. */
static bool encrypt_packed(const uint8_t *key, const void *plain, size_t len, const void *aad,
                           size_t aad_len, uint8_t *packed)
{
  uint8_t *text = packed + ID_LEN + NONCE_LEN;
  int n = 0;
  EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
  bool ok = c && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, packed + ID_LEN) == 1 &&
            (aad_len == 0 || EVP_EncryptUpdate(c, NULL, &n, aad, (int)aad_len) == 1) &&
            (len == 0 || EVP_EncryptUpdate(c, text, &n, plain, (int)len) == 1) &&
            EVP_EncryptFinal_ex(c, text + len, &n) == 1 &&
            EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_LEN, text + len) == 1;
  EVP_CIPHER_CTX_free(c);
  return ok;
}

/* Decrypts `packed` in place. */
static bool decrypt_packed(const uint8_t *key, uint8_t *packed, size_t len, const void *aad,
                           size_t aad_len)
{
  uint8_t *text = packed + ID_LEN + NONCE_LEN;
  int n = 0;
  EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
  bool ok = c && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, packed + ID_LEN) == 1 &&
            (aad_len == 0 || EVP_DecryptUpdate(c, NULL, &n, aad, (int)aad_len) == 1) &&
            (len == 0 || EVP_DecryptUpdate(c, text, &n, text, (int)len) == 1) &&
            EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_LEN, text + len) == 1 &&
            EVP_DecryptFinal_ex(c, text + len, &n) == 1;
  EVP_CIPHER_CTX_free(c);
  return ok;
}

qent_status qent__seal(const uint8_t key[QENT__SEAL_KEY_BYTES], const void *plain, size_t len,
                       const void *aad, size_t aad_len, qent_buf *out, qent_error *err)
{
  if (len > MAX_PLAIN || aad_len > INT_MAX)
    return qent_fail(err, QENT_EINVAL, "text is too long to seal");
  uint8_t *packed = qent__malloc(len + OVERHEAD);
  if (!packed)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent_status st = key_id(key, packed, err);
  if (st == QENT_OK)
    st = qent__random_bytes(packed + ID_LEN, NONCE_LEN, err);
  if (st == QENT_OK && !encrypt_packed(key, plain, len, aad, aad_len, packed))
    st = qent_fail(err, QENT_EUNSUPPORTED, "AES-256-GCM is not available");
  if (st == QENT_OK) {
    qent_buf_adds(out, PREFIX);
    qent__base64_encode(out, packed, len + OVERHEAD, BASE64);
    st = qent_buf_status(out, err);
  }
  qent__free(packed);
  return st;
}

static qent_status open_packed(const uint8_t *key, uint8_t *packed, size_t len, const void *aad,
                               size_t aad_len, qent_buf *out, qent_error *err)
{
  uint8_t id[ID_LEN];
  if (len < OVERHEAD)
    return qent_fail(err, QENT_EPROTO, "sealed text is cut short");
  qent_status st = key_id(key, id, err);
  if (st != QENT_OK)
    return st;
  if (memcmp(id, packed, ID_LEN) != 0)
    return qent_fail(err, QENT_EAUTH, "sealed with another key");
  len -= OVERHEAD;
  if (!decrypt_packed(key, packed, len, aad, aad_len))
    return qent_fail(err, QENT_EPROTO, "sealed text is damaged or was moved from another place");
  qent_buf_add(out, packed + ID_LEN + NONCE_LEN, len);
  return qent_buf_status(out, err);
}

qent_status qent__unseal(const uint8_t key[QENT__SEAL_KEY_BYTES], const char *sealed, size_t len,
                         const void *aad, size_t aad_len, qent_buf *out, qent_error *err)
{
  if (!qent__is_sealed(sealed, len) || len > MAX_PLAIN * 2 || aad_len > INT_MAX)
    return qent_fail(err, QENT_EPROTO, "not a sealed text");
  size_t cap = qent__base64_decoded_max(len);
  size_t packed_len = 0;
  uint8_t *packed = qent__malloc(cap);
  if (!packed)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent_status st = QENT_OK;
  if (qent__base64_decode(sealed + PREFIX_LEN, len - PREFIX_LEN, BASE64, packed, cap, &packed_len))
    st = open_packed(key, packed, packed_len, aad, aad_len, out, err);
  else
    st = qent_fail(err, QENT_EPROTO, "sealed text is damaged");
  qent__wipe(packed, cap);
  qent__free(packed);
  return st;
}

bool qent__is_sealed(const char *text, size_t len)
{
  return text && len >= PREFIX_LEN && memcmp(text, PREFIX, PREFIX_LEN) == 0;
}

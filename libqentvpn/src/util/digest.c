/* SPDX-License-Identifier: MIT */
#include "util/digest.h"

#include "util/alloc.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

qent_status qent__sha256(const void *data, size_t len, uint8_t out[QENT__SHA256_BYTES],
                         qent_error *err)
{
  if (EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) != 1)
    return qent_fail(err, QENT_ENOMEM, "SHA-256 is not available");
  return QENT_OK;
}

struct qent__hmac {
  EVP_MAC_CTX *mac;
};

static qent_status run(EVP_MAC_CTX *mac, const void *data, size_t len,
                       uint8_t out[QENT__SHA256_BYTES], qent_error *err)
{
  uint8_t digest[QENT__SHA256_BYTES];
  size_t written = 0;
  if (EVP_MAC_update(mac, data, len) != 1 ||
      EVP_MAC_final(mac, digest, &written, sizeof digest) != 1 || written != sizeof digest)
    return qent_fail(err, QENT_ENOMEM, "HMAC-SHA256 is not available");
  for (size_t i = 0; i < sizeof digest; i++)
    out[i] = digest[i];
  return QENT_OK;
}

qent_status qent__hmac_new(const void *key, size_t key_len, qent__hmac **out, qent_error *err)
{
  qent_status st = QENT_OK;
  char name[] = "SHA256";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                         OSSL_PARAM_construct_end()};
  EVP_MAC *algorithm = NULL;
  qent__hmac *h = qent__calloc(1, sizeof *h);
  if (!h)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
  if (algorithm)
    h->mac = EVP_MAC_CTX_new(algorithm);
  /* A NULL key would mean "keep the old one". */
  const void *start = key_len > 0 ? key : "";
  if (!h->mac || EVP_MAC_init(h->mac, start, key_len, params) != 1) {
    st = qent_fail(err, QENT_ENOMEM, "HMAC-SHA256 is not available");
    goto out;
  }
  *out = h;
  h = NULL;
out:
  EVP_MAC_free(algorithm);
  qent__hmac_free(h);
  return st;
}

qent_status qent__hmac_run(qent__hmac *h, const void *data, size_t len,
                           uint8_t out[QENT__SHA256_BYTES], qent_error *err)
{
  if (EVP_MAC_init(h->mac, NULL, 0, NULL) != 1)
    return qent_fail(err, QENT_ENOMEM, "HMAC-SHA256 is not available");
  return run(h->mac, data, len, out, err);
}

void qent__hmac_free(qent__hmac *h)
{
  if (!h)
    return;
  EVP_MAC_CTX_free(h->mac); /* cleanses the key */
  qent__free(h);
}

qent_status qent__hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
                              uint8_t out[QENT__SHA256_BYTES], qent_error *err)
{
  qent__hmac *h = NULL;
  qent_status st = qent__hmac_new(key, key_len, &h, err);
  if (st == QENT_OK)
    st = run(h->mac, data, len, out, err);
  qent__hmac_free(h);
  return st;
}

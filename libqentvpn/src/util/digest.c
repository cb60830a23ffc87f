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

/* NULL if OpenSSL is out of memory. */
static EVP_MAC_CTX *keyed_mac(const void *key, size_t key_len)
{
  char name[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                               OSSL_PARAM_construct_end()};
  EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
  EVP_MAC_CTX *mac = algorithm ? EVP_MAC_CTX_new(algorithm) : NULL;
  EVP_MAC_free(algorithm);
  /* A NULL key would mean "keep the old one". */
  const void *start = key_len > 0 ? key : "";
  if (mac && EVP_MAC_init(mac, start, key_len, params) != 1) {
    EVP_MAC_CTX_free(mac);
    mac = NULL;
  }
  return mac;
}

qent_status qent__hmac_new(const void *key, size_t key_len, qent__hmac **out, qent_error *err)
{
  qent__hmac *h = qent__calloc(1, sizeof *h);
  if (!h)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  h->mac = keyed_mac(key, key_len);
  if (!h->mac) {
    qent__free(h);
    return qent_fail(err, QENT_ENOMEM, "HMAC-SHA256 is not available");
  }
  *out = h;
  return QENT_OK;
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
  EVP_MAC_CTX *mac = keyed_mac(key, key_len);
  if (!mac)
    return qent_fail(err, QENT_ENOMEM, "HMAC-SHA256 is not available");
  qent_status st = run(mac, data, len, out, err);
  EVP_MAC_CTX_free(mac);
  return st;
}

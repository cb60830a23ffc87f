/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static bool fill(X509 *x, EVP_PKEY *key)
{
  X509_NAME *name = X509_get_subject_name(x);
  X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
  bool ok = san && X509_set_version(x, 2) == 1 &&
            ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
            X509_gmtime_adj(X509_getm_notBefore(x), -3600) &&
            X509_gmtime_adj(X509_getm_notAfter(x), 3600) &&
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                       (const unsigned char *)"qentvpn test", -1, -1, 0) == 1 &&
            X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 &&
            X509_add_ext(x, san, -1) == 1 && X509_sign(x, key, EVP_sha256()) > 0;
  X509_EXTENSION_free(san);
  return ok;
}

static bool write_pin(EVP_PKEY *key, char *pin, size_t cap)
{
  unsigned char *der = NULL;
  unsigned char digest[32];
  unsigned char text[64];
  int len = i2d_PUBKEY(key, &der);
  bool ok = len > 0 && EVP_Digest(der, (size_t)len, digest, NULL, EVP_sha256(), NULL) == 1 &&
            EVP_EncodeBlock(text, digest, sizeof digest) == 44;
  OPENSSL_free(der);
  return ok && (size_t)snprintf(pin, cap, "sha256//%s", (const char *)text) < cap;
}

bool server_make_cert(const char *cert_path, const char *key_path, char *pin, size_t pin_cap)
{
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *x = X509_new();
  FILE *cert_file = fopen(cert_path, "w");
  FILE *key_file = fopen(key_path, "w");
  bool ok = key && x && cert_file && key_file && fill(x, key) &&
            PEM_write_X509(cert_file, x) == 1 &&
            PEM_write_PrivateKey(key_file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
            write_pin(key, pin, pin_cap);
  if (cert_file)
    ok = fclose(cert_file) == 0 && ok;
  if (key_file)
    ok = fclose(key_file) == 0 && ok;
  X509_free(x);
  EVP_PKEY_free(key);
  return ok;
}

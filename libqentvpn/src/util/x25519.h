/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_X25519_H
#define QENT_UTIL_X25519_H
#include <qentvpn/error.h>

/* A key in the form that Xray and sing-box use: base64url of 32 bytes without padding, and a 0. */
#define QENT__X25519_KEY_SIZE 44

/* A fresh pair. QENT_ENOMEM. */
qent_status qent__x25519_pair(char private_out[QENT__X25519_KEY_SIZE],
                              char public_out[QENT__X25519_KEY_SIZE], qent_error *err);

/* The public key of a private one. QENT_EINVAL (not such a key), QENT_ENOMEM. */
qent_status qent__x25519_public(const char *private_key, char public_out[QENT__X25519_KEY_SIZE],
                                qent_error *err);

#endif

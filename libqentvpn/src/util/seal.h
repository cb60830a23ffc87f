/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_SEAL_H
#define QENT_UTIL_SEAL_H
#include <qentvpn/ext/buf.h>

/* Secrets at rest: AES-256-GCM, printable.
 * Shape: "v1:" + base64url without padding of key id (4) | nonce (12) | ciphertext | tag (16).
 * The key id is the start of HMAC-SHA256(key, "qentvpn seal key id"), so that a wrong key is told
 * from damage before decrypting. */
#define QENT__SEAL_KEY_BYTES 32

/* Append the sealed text to `out`. `aad` binds it to its place ("node:7:password") and must be the
 * same when opening; may be NULL with aad_len 0.
 * QENT_ENOMEM, QENT_EINVAL (`out` too small, longer than 1 MiB), QENT_EUNSUPPORTED (OpenSSL
 * refused). */
qent_status qent__seal(const uint8_t key[QENT__SEAL_KEY_BYTES], const void *plain, size_t len,
                       const void *aad, size_t aad_len, qent_buf *out, qent_error *err);

/* Append the plain text to `out`; nothing is appended on failure. The caller wipes `out`
 * (qent__buf_wipe).
 * QENT_EAUTH: sealed with another key. QENT_EPROTO: damaged, moved from another place (aad), or not
 * a sealed text. */
qent_status qent__unseal(const uint8_t key[QENT__SEAL_KEY_BYTES], const char *sealed, size_t len,
                         const void *aad, size_t aad_len, qent_buf *out, qent_error *err);

/* Text that looks sealed ("v1:" prefix). */
bool qent__is_sealed(const char *text, size_t len);

#endif

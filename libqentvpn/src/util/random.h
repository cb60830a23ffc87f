/* SPDX-License-Identifier: MIT */
#ifndef QENT_UTIL_RANDOM_H
#define QENT_UTIL_RANDOM_H
#include <qentvpn/error.h>
#include <stddef.h>
#include <stdint.h>

/* From OpenSSL's generator, fit for keys. All fail only with QENT_EUNSUPPORTED (no entropy).
 * @thread any */
qent_status qent__random_bytes(void *out, size_t len, qent_error *err);
/* Uniform in 0..bound-1; `bound` of 0 gives 0. */
qent_status qent__random_below(uint64_t bound, uint64_t *out, qent_error *err);
/* "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx", lower case. */
qent_status qent__random_uuid(char out[37], qent_error *err);
/* `n` characters and a NUL. base62: 5.95 bits each; base32: a-z2-7, 5 bits each, for people. */
qent_status qent__random_base62(char *out, size_t n, qent_error *err);
qent_status qent__random_base32(char *out, size_t n, qent_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_INITDATA_H
#define QENTVPN_INITDATA_H

/** @file
 *  Check of a Telegram Mini App's initData, the signed text by which a Mini App says who the user
 * is. Stricter than the common libraries: duplicate keys, control bytes, sloppy numbers and
 * far-future dates are refused. */

#include <qentvpn/error.h>

QENT_BEGIN_DECLS

/** The outcome. Values are never renumbered. */
typedef enum qent_initdata_result {
  QENT_INITDATA_OK = 0,
  QENT_INITDATA_BAD_SIGNATURE = 1,
  QENT_INITDATA_EXPIRED = 2,
  QENT_INITDATA_BAD_AUTH_DATE = 3,
  QENT_INITDATA_MISSING_HASH = 4,
  QENT_INITDATA_MISSING_SIGNATURE = 5,
  QENT_INITDATA_MALFORMED = 6,
  QENT_INITDATA_FAILED = 7 /**< Out of memory or OpenSSL failed: says nothing about the text. */
} qent_initdata_result;

/** "ok", "bad_signature", "expired", "bad_auth_date", "missing_hash", "missing_signature",
 *  "malformed", "failed". Static. */
QENT_API const char *qent_initdata_result_name(qent_initdata_result result);

/** The checked data. Opaque; strings are borrowed from it and valid UTF-8. */
typedef struct qent_initdata qent_initdata;

QENT_API int64_t qent_initdata_user_id(const qent_initdata *data);        /**< 0: no user inside. */
QENT_API const char *qent_initdata_first_name(const qent_initdata *data); /**< May be "". */
QENT_API const char *qent_initdata_last_name(const qent_initdata *data);  /**< May be "". */
QENT_API const char *qent_initdata_username(const qent_initdata *data);   /**< May be "". */
QENT_API const char *qent_initdata_language(const qent_initdata *data);   /**< May be "". */
QENT_API const char *qent_initdata_start_param(const qent_initdata *data); /**< May be "". */
QENT_API int64_t qent_initdata_auth_date(const qent_initdata *data);       /**< UNIX s. */
QENT_API void qent_initdata_free(qent_initdata *data);                     /**< NULL is allowed. */

/** Checks strings of one bot; keeps keyed HMAC state so that a check costs about a microsecond. */
typedef struct qent_initdata_verifier qent_initdata_verifier;

/** @param bot_token  copied, wiped in the end.
 *  @param verifier_out  owned by the caller. @return QENT_EINVAL, QENT_ENOMEM.
 *  @thread any; a verifier belongs to one thread at a time. */
QENT_API qent_status qent_initdata_verifier_new(const char *bot_token,
                                                qent_initdata_verifier **verifier_out,
                                                qent_error *err) QENT_NODISCARD;
QENT_API void
qent_initdata_verifier_free(qent_initdata_verifier *verifier); /**< NULL is allowed. */

/** Check the `hash` field (HMAC-SHA256 under the bot's token).
 *  @param now        UNIX s, normally qent_ctx_now().
 *  @param max_age_s  older is QENT_INITDATA_EXPIRED; 0 = no limit.
 *  @param data_out   owned by the caller, only on QENT_INITDATA_OK; may be NULL.
 *  @thread the verifier's */
QENT_API qent_initdata_result qent_initdata_check(qent_initdata_verifier *verifier,
                                                  const char *init_data, size_t len, int64_t now,
                                                  int64_t max_age_s, qent_initdata **data_out);

/** Check the `signature` field (Ed25519 by Telegram itself): for those who do not have the token.
 *  @param public_key  32 bytes; qent_initdata_public_key() knows Telegram's own. @thread any */
QENT_API qent_initdata_result qent_initdata_check_signature(int64_t bot_id,
                                                            const uint8_t public_key[32],
                                                            const char *init_data, size_t len,
                                                            int64_t now, int64_t max_age_s,
                                                            qent_initdata **data_out);

/** Telegram's Ed25519 key: of production, or of its test environment. Static, 32 bytes. */
QENT_API const uint8_t *qent_initdata_public_key(bool test_environment);

QENT_END_DECLS
#endif

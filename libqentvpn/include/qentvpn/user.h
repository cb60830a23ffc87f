/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_USER_H
#define QENTVPN_USER_H

/** @file
 *  A user: a person who came through Telegram. */

#include <qentvpn/context.h>

QENT_BEGIN_DECLS

typedef struct qent_user qent_user;

QENT_API int64_t qent_user_id(const qent_user *user);          /**< Our id, from 1. */
QENT_API int64_t qent_user_telegram_id(const qent_user *user); /**< 1 .. 2^52-1. */
QENT_API const char *
qent_user_name(const qent_user *user); /**< First and last name; may be "". Borrowed. */
QENT_API const char *
qent_user_username(const qent_user *user); /**< Without "@"; may be "". Borrowed. */
QENT_API const char *
qent_user_language(const qent_user *user); /**< "ru" or "en": what we speak to them. */
QENT_API bool qent_user_reachable(const qent_user *user); /**< False after the bot was blocked. */
QENT_API int64_t qent_user_created_at(const qent_user *user); /**< UNIX s. */
QENT_API void qent_user_free(qent_user *user);                /**< NULL is allowed. */

/** What Telegram says about a person. Fill through QENT_USER_PROFILE_INIT. All strings are copied.
 */
typedef struct qent_user_profile {
  size_t size; /**< sizeof(qent_user_profile) as the caller was compiled. */
  int64_t telegram_id;
  const char *name;     /**< NULL or "": keep what is known. */
  const char *username; /**< NULL: keep. */
  const char
      *language; /**< IETF tag such as "ru" or "en-US"; only read for a new user. NULL: "en". */
} qent_user_profile;
#define QENT_USER_PROFILE_INIT                                                                     \
  {                                                                                                \
    sizeof(qent_user_profile), 0, NULL, NULL, NULL                                                 \
  }

/** Make the user known or bring the profile up to date; writes only when something changed. Coming
 *  back also makes the user reachable again.
 *  @param user_out  owned by the caller, qent_user_free(); may be NULL.
 *  @return QENT_EINVAL (telegram_id, text that is no UTF-8), QENT_ESTORE. @thread session */
QENT_API qent_status qent_user_touch(qent_session *session, const qent_user_profile *profile,
                                     qent_user **user_out, qent_error *err) QENT_NODISCARD;

/** @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_user_by_telegram_id(qent_session *session, int64_t telegram_id,
                                              qent_user **user_out, qent_error *err) QENT_NODISCARD;
QENT_API qent_status qent_user_by_id(qent_session *session, int64_t id, qent_user **user_out,
                                     qent_error *err) QENT_NODISCARD;

/** Choose the language of everything we send. @param language  "ru" or "en".
 *  @return QENT_EINVAL, QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_user_set_language(qent_session *session, int64_t user_id,
                                            const char *language, qent_error *err) QENT_NODISCARD;

/** The bot was blocked (false) or unblocked (true) by the user.
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_user_set_reachable(qent_session *session, int64_t telegram_id,
                                             bool reachable, qent_error *err) QENT_NODISCARD;

/** Called for each found thing; borrowed during the call. Return false to stop. */
typedef bool (*qent_user_fn)(const qent_user *user, void *user_data);

/** Find users: exact telegram id or our id when `query` is a number, else a part of name or
 *  username (case is ignored for ASCII). Newest first.
 *  @param limit  1..1000. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_user_find(qent_session *session, const char *query, int32_t limit,
                                    qent_user_fn fn, void *user_data,
                                    qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

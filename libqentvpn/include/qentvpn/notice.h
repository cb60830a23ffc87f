/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_NOTICE_H
#define QENTVPN_NOTICE_H

/** @file
 *  Notices: the outbox of everything a person must be told. A notice is written in the transaction
 *  that made it true and has a unique key, so it is told once. It carries meaning and data, never
 *  text: the program that sends it words it in the user's language. */

#include <qentvpn/context.h>

QENT_BEGIN_DECLS

typedef struct qent_notice qent_notice;

/** What a notice means. Values are never renumbered. Data fields in brackets. */
typedef enum qent_notice_kind {
  QENT_NOTICE_REPLY = 0,            /**< Answer to a bot command [command argument]. */
  QENT_NOTICE_PAYMENT_WAIT = 1,     /**< Paid; keys are late, we go on trying [order]. */
  QENT_NOTICE_KEYS = 2,             /**< Keys are ready [subscription keys_revision]. */
  QENT_NOTICE_KEYS_QR = 3,          /**< The config link as a picture [subscription]. */
  QENT_NOTICE_RENEWED = 4,          /**< Paid and extended [order subscription expires_at]. */
  QENT_NOTICE_REMIND_72H = 5,       /**< Ends in three days [subscription expires_at]. */
  QENT_NOTICE_REMIND_24H = 6,       /**< Ends in a day [subscription expires_at]. */
  QENT_NOTICE_EXPIRED = 7,          /**< Has ended [subscription expires_at]. */
  QENT_NOTICE_EXHAUSTED = 8,        /**< Traffic is used up [subscription expires_at]. */
  QENT_NOTICE_REFUNDED = 9,         /**< Money went back [order amount_minor currency]. */
  QENT_NOTICE_MOVED = 10,           /**< Served from another node, with new single keys; the config
                                         link is the same [subscription node why: a
                                         ::qent_moved_why]. */
  QENT_NOTICE_KEYS_FILE = 11,       /**< A node's key as a file: AmneziaWG, WireGuard [subscription
                                         node: its short name]. */
  QENT_NOTICE_ADMIN_FLAG = 20,      /**< A payment does not match [payment reason]. */
  QENT_NOTICE_ADMIN_NODE_DOWN = 21, /**< [node error]. */
  QENT_NOTICE_ADMIN_NODE_UP = 22,   /**< [node]. */
  QENT_NOTICE_ADMIN_ALARM = 23      /**< Something needs an admin [what detail]. */
} qent_notice_kind;

/** Why another node serves. Values are never renumbered. */
typedef enum qent_moved_why {
  QENT_MOVED_ASKED = 0,     /**< The buyer or an admin wanted it. */
  QENT_MOVED_NODE_DOWN = 1, /**< The node before does not work. */
  QENT_MOVED_BACK = 2       /**< It works again: the earlier keys go on, those since have ended. */
} qent_moved_why;

/** "reply", "keys", "remind_72h"… Static. */
QENT_API const char *qent_notice_kind_name(qent_notice_kind kind);

typedef enum qent_notice_state {
  QENT_NOTICE_PENDING = 0,
  QENT_NOTICE_SENT = 1,
  QENT_NOTICE_CANCELED = 2,     /**< No longer true, such as a reminder after a renewal. */
  QENT_NOTICE_UNDELIVERABLE = 3 /**< The user blocked the bot, or Telegram refuses it for good. */
} qent_notice_state;

/** "pending", "sent", "canceled", "undeliverable". Static. */
QENT_API const char *qent_notice_state_name(qent_notice_state state);

QENT_API int64_t qent_notice_id(const qent_notice *notice);
QENT_API const char *qent_notice_key(const qent_notice *notice); /**< Unique. Borrowed. */
QENT_API qent_notice_kind qent_notice_get_kind(const qent_notice *notice);
QENT_API qent_notice_state qent_notice_get_state(const qent_notice *notice);
QENT_API int64_t qent_notice_telegram_id(const qent_notice *notice); /**< Whom to tell. */
QENT_API const char *
qent_notice_language(const qent_notice *notice); /**< "ru" or "en", of now. Borrowed. */
QENT_API int32_t
qent_notice_attempts(const qent_notice *notice); /**< Sends begun, this one included. */
QENT_API const char *
qent_notice_last_error(const qent_notice *notice); /**< NULL: none. Borrowed. */
QENT_API int64_t qent_notice_created_at(const qent_notice *notice);
QENT_API int64_t qent_notice_sent_at(const qent_notice *notice); /**< 0 = not sent. */
/** A data field; 0 or NULL when it is not there. Borrowed. */
QENT_API int64_t qent_notice_int(const qent_notice *notice, const char *field);
QENT_API const char *qent_notice_text(const qent_notice *notice, const char *field);
QENT_API void qent_notice_free(qent_notice *notice); /**< NULL is allowed. */

/** Take the most urgent notice that is due. While one notice of a person is taken, no other of the
 *  same person is handed out, so their order holds.
 *  @param lease_s     after so many seconds without an answer it is handed out again.
 *  @param notice_out  owned by the caller.
 *  @return QENT_OK, QENT_ENOTFOUND (nothing due), QENT_ESTORE. @thread session */
QENT_API qent_status qent_notice_claim(qent_session *session, int32_t lease_s,
                                       qent_notice **notice_out, qent_error *err) QENT_NODISCARD;

/** It was sent. @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_notice_sent(qent_session *session, int64_t id,
                                      qent_error *err) QENT_NODISCARD;

/** It was not sent, try later: after `cause->retry_after_ms`, or by growing pauses with jitter.
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_notice_failed(qent_session *session, int64_t id, const qent_error *cause,
                                        qent_error *err) QENT_NODISCARD;

/** It can never be sent. With `blocked` the user is marked unreachable too, and is not written to
 *  until they come back; keys and refunds stay pending and are sent then. @return QENT_ENOTFOUND,
 * QENT_ESTORE. @thread session */
QENT_API qent_status qent_notice_undeliverable(qent_session *session, int64_t id, bool blocked,
                                               const char *why, qent_error *err) QENT_NODISCARD;

/** Queue the answer to a bot update: at most one per `update_id`, however often this is called.
 *  @param command, argument  copied; what to answer with is decided when it is sent.
 *  @return QENT_ENOTFOUND (unknown telegram_id: qent_user_touch() first), QENT_ESTORE.
 *  @thread session */
QENT_API qent_status qent_notice_reply(qent_session *session, int64_t telegram_id,
                                       int64_t update_id, const char *command, const char *argument,
                                       qent_error *err) QENT_NODISCARD;

/** Queue an alarm for every admin, at most once a day per `what`.
 *  @param what    short stable word: "bot_token_refused". @thread session */
QENT_API qent_status qent_notice_alarm(qent_session *session, const char *what, const char *detail,
                                       qent_error *err) QENT_NODISCARD;

/** Called for each notice; borrowed during the call. Return false to stop. */
typedef bool (*qent_notice_fn)(const qent_notice *notice, void *user);

/** Newest first. @param state  a qent_notice_state or -1 for any. @param limit 1..1000.
 *  @thread session; `fn` must not use the session. */
QENT_API qent_status qent_notice_each(qent_session *session, int32_t state, int32_t limit,
                                      qent_notice_fn fn, void *user,
                                      qent_error *err) QENT_NODISCARD;

/** Send again as soon as possible, whatever its state was except sent.
 *  @return QENT_ENOTFOUND, QENT_ECONFLICT (sent before), QENT_ESTORE. @thread session */
QENT_API qent_status qent_notice_retry(qent_session *session, int64_t id,
                                       qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

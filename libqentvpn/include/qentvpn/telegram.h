/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_TELEGRAM_H
#define QENTVPN_TELEGRAM_H

/** @file
 *  The Telegram Bot API as far as a shop needs it, and the inbox of updates. Texts are the
 * caller's. */

#include <qentvpn/context.h>

QENT_BEGIN_DECLS

/** A connection to the Bot API with QENT_BOT_TOKEN at QENT_TELEGRAM_API_URL. One thread at a time;
 *  qent_ctx_stop() ends a call that waits. */
typedef struct qent_bot qent_bot;

/** @param bot_out  owned by the caller. @return QENT_EINVAL (no token), QENT_ENOMEM. @thread any */
QENT_API qent_status qent_bot_new(qent_ctx *ctx, qent_bot **bot_out,
                                  qent_error *err) QENT_NODISCARD;
QENT_API void qent_bot_free(qent_bot *bot); /**< NULL is allowed. */

/* Every call below can return QENT_EAUTH (401, 404: the token is refused), QENT_ETIMEOUT (it may
 * have been done), QENT_EUPSTREAM (5xx, 429 with retry_after_ms, no connection), QENT_EPROTO (an
 * answer that is none), QENT_EINVAL (400: Telegram refuses the content), QENT_ECANCELED (stopping);
 * http_status says more. 403 and "chat not found" are QENT_ENOTFOUND: the person cannot be
 * reached. @thread bot */

/** getMe: the bot's id and username. @param username_out  at least 64 bytes. */
QENT_API qent_status qent_bot_get_me(qent_bot *bot, int64_t *id_out, char *username_out,
                                     size_t size, qent_error *err) QENT_NODISCARD;

/** Receives one raw update (JSON text). Return a failure to stop. */
typedef qent_status (*qent_bot_update_fn)(int64_t update_id, const char *json, size_t len,
                                          void *user);

/** getUpdates: one long poll. QENT_ECONFLICT (409): another poller, or a webhook is set.
 *  @param timeout_s  0..50. */
QENT_API qent_status qent_bot_get_updates(qent_bot *bot, int64_t offset, int32_t timeout_s,
                                          qent_bot_update_fn fn, void *user,
                                          qent_error *err) QENT_NODISCARD;

typedef enum qent_bot_button_kind {
  QENT_BOT_BUTTON_URL = 0,
  QENT_BOT_BUTTON_WEB_APP = 1,
  QENT_BOT_BUTTON_CALLBACK = 2, /**< Value 1..64 bytes. */
  QENT_BOT_BUTTON_COPY = 3      /**< Value 1..256 characters go to the clipboard. */
} qent_bot_button_kind;

typedef struct qent_bot_button {
  qent_bot_button_kind kind;
  const char *text;
  const char *value;
  bool new_row; /**< This button begins a row. */
} qent_bot_button;

/** A message. Fill through QENT_BOT_MESSAGE_INIT. All borrowed during the call. */
typedef struct qent_bot_message {
  size_t size;
  int64_t chat_id;
  const char *html; /**< Text or caption in Telegram's HTML mode; escape with qent_bot_escape(). */
  const qent_bot_button *buttons;
  size_t button_count;
  bool silent;
} qent_bot_message;
#define QENT_BOT_MESSAGE_INIT                                                                      \
  {                                                                                                \
    sizeof(qent_bot_message), 0, NULL, NULL, 0, false                                              \
  }

/** sendMessage, without link previews. @param message_id_out  may be NULL. */
QENT_API qent_status qent_bot_send_message(qent_bot *bot, const qent_bot_message *message,
                                           int64_t *message_id_out, qent_error *err) QENT_NODISCARD;

/** sendPhoto with a PNG picture; `html` is the caption. */
QENT_API qent_status qent_bot_send_photo(qent_bot *bot, const qent_bot_message *message,
                                         const void *png, size_t png_len, int64_t *message_id_out,
                                         qent_error *err) QENT_NODISCARD;

/** Largest document that Telegram takes from a bot. */
#define QENT_BOT_DOCUMENT_MAX_BYTES (50 * 1024 * 1024)
/** Longest name of a document. */
#define QENT_BOT_DOCUMENT_NAME_MAX 64

/** A file to send. Fill through QENT_BOT_DOCUMENT_INIT. All borrowed during the call. */
typedef struct qent_bot_document {
  size_t size;
  const char *name;      /**< "de1.conf": what it is saved as. 1..QENT_BOT_DOCUMENT_NAME_MAX of
                              [A-Za-z0-9._-], not beginning with a point. */
  const char *mime_type; /**< Such as "text/plain"; NULL: application/octet-stream. Telegram shows
                              one of its own, by the name's ending. */
  const void *data;
  size_t len; /**< 1..QENT_BOT_DOCUMENT_MAX_BYTES. */
} qent_bot_document;
#define QENT_BOT_DOCUMENT_INIT                                                                     \
  {                                                                                                \
    sizeof(qent_bot_document), NULL, NULL, NULL, 0                                                 \
  }

/** sendDocument; `html` is the caption and may be "". The content is not protected: whoever gets a
 *  file must be able to save it and open it elsewhere. QENT_EINVAL also: a name or a size that is
 *  none of the above. */
QENT_API qent_status qent_bot_send_document(qent_bot *bot, const qent_bot_message *message,
                                            const qent_bot_document *document,
                                            int64_t *message_id_out,
                                            qent_error *err) QENT_NODISCARD;

/** answerCallbackQuery. An answer that comes too late is QENT_OK. @param text  may be NULL. */
QENT_API qent_status qent_bot_answer_callback(qent_bot *bot, const char *callback_id,
                                              const char *text, qent_error *err) QENT_NODISCARD;

typedef struct qent_bot_command {
  const char *command;     /**< Without "/". */
  const char *description; /**< 1..256 characters. */
} qent_bot_command;

/** setMyCommands. @param language  NULL: for everybody else. @param chat_id  0: all private chats.
 */
QENT_API qent_status qent_bot_set_commands(qent_bot *bot, const char *language, int64_t chat_id,
                                           const qent_bot_command *commands, size_t count,
                                           qent_error *err) QENT_NODISCARD;

/** setChatMenuButton for all private chats: opens the Mini App. */
QENT_API qent_status qent_bot_set_menu_button(qent_bot *bot, const char *text, const char *url,
                                              qent_error *err) QENT_NODISCARD;

/** setWebhook. @param secret  1..256 of [A-Za-z0-9_-]; comes back in a header of each delivery. */
QENT_API qent_status qent_bot_set_webhook(qent_bot *bot, const char *url, const char *secret,
                                          qent_error *err) QENT_NODISCARD;
/** deleteWebhook; waiting updates are kept. */
QENT_API qent_status qent_bot_delete_webhook(qent_bot *bot, qent_error *err) QENT_NODISCARD;

/** Escape text for the HTML mode.
 *  @param text_out  owned by the caller, release with qent_text_free(). */
QENT_API qent_status qent_bot_escape(const char *text, char **text_out,
                                     qent_error *err) QENT_NODISCARD;

/** A decoded update. */
typedef struct qent_bot_update qent_bot_update;

typedef enum qent_bot_update_kind {
  QENT_BOT_UPDATE_OTHER = 0,    /**< Nothing a shop handles. */
  QENT_BOT_UPDATE_MESSAGE = 1,  /**< Text in a private chat. */
  QENT_BOT_UPDATE_CALLBACK = 2, /**< A button was pressed. */
  QENT_BOT_UPDATE_BLOCKED = 3,  /**< The user blocked the bot. */
  QENT_BOT_UPDATE_UNBLOCKED = 4
} qent_bot_update_kind;

/** Decode an update's JSON. Never fails on fields it does not know.
 *  @param update_out  owned by the caller. @return QENT_EINVAL (no update), QENT_ENOMEM. @thread
 * any */
QENT_API qent_status qent_bot_update_parse(const char *json, size_t len,
                                           qent_bot_update **update_out,
                                           qent_error *err) QENT_NODISCARD;
QENT_API int64_t qent_bot_update_id(const qent_bot_update *update);
QENT_API qent_bot_update_kind qent_bot_update_get_kind(const qent_bot_update *update);
QENT_API int64_t qent_bot_update_from(const qent_bot_update *update); /**< Telegram id; 0: none. */
QENT_API const char *
qent_bot_update_name(const qent_bot_update *update); /**< First and last. May be "". Borrowed. */
QENT_API const char *
qent_bot_update_username(const qent_bot_update *update); /**< May be "". Borrowed. */
QENT_API const char *
qent_bot_update_language(const qent_bot_update *update); /**< May be "". Borrowed. */
QENT_API const char *qent_bot_update_text(
    const qent_bot_update *update); /**< Message text or callback data. May be "". Borrowed. */
QENT_API const char *
qent_bot_update_callback_id(const qent_bot_update *update);  /**< NULL: none. Borrowed. */
QENT_API void qent_bot_update_free(qent_bot_update *update); /**< NULL is allowed. */

/** Store an update to be handled; a repeat of the same id is QENT_OK and changes nothing.
 *  @return QENT_EINVAL (larger than 256 KiB), QENT_ESTORE. @thread session */
QENT_API qent_status qent_inbox_put(qent_session *session, int64_t update_id, const char *json,
                                    size_t len, qent_error *err) QENT_NODISCARD;

/** The oldest stored update that is not done.
 *  @param json_out  owned by the caller, qent_text_free(). @return QENT_ENOTFOUND, QENT_ESTORE. */
QENT_API qent_status qent_inbox_next(qent_session *session, int64_t *update_id_out, char **json_out,
                                     qent_error *err) QENT_NODISCARD;

/** Its effects are stored; never hand it out again. @thread session */
QENT_API qent_status qent_inbox_done(qent_session *session, int64_t update_id,
                                     qent_error *err) QENT_NODISCARD;

/** The `offset` for the next getUpdates: one past the update stored last; 0 at first. @thread
 * session */
QENT_API qent_status qent_inbox_offset(qent_session *session, int64_t *offset_out,
                                       qent_error *err) QENT_NODISCARD;

/** The `X-Telegram-Bot-Api-Secret-Token` that belongs to this installation: derived from the master
 *  key. @param secret_out  at least 65 bytes. @thread any */
QENT_API qent_status qent_webhook_secret(const qent_ctx *ctx, char *secret_out, size_t size,
                                         qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

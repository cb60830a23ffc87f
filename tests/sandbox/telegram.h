/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_TELEGRAM_H
#define SANDBOX_TELEGRAM_H

#include "http.h"

/* Bot API; rq->path is /bot<token>/<method> or /file/bot<token>/<path>. */
sb_handler sb_telegram;
sb_handler sb_telegram_control;

bool sb_telegram_token_ok(const char *token);
void sb_telegram_start(void);
void sb_telegram_stop(void);
void sb_telegram_kick(void);

/* What the chat page of one person shows; waits until it differs from `version`. Makes the person
 * when there is none. */
void sb_telegram_chat_state(struct sb_request *rq, struct sb_reply *rp);
void sb_telegram_chat_file(struct sb_request *rq, struct sb_reply *rp, const char *file_id);

#endif

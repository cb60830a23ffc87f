/* SPDX-License-Identifier: MIT */
#ifndef BOTD_BOTD_H
#define BOTD_BOTD_H

/* What the threads of botd share. */

#include "limiter.h"
#include "parked.h"
#include "pulse.h"

#include <qentvpn/context.h>
#include <qentvpn/telegram.h>

typedef struct botd {
  qent_ctx *ctx;
  pulse pulse;
  limiter *limits;
  parked *parked; /* notices that wait for their chat's turn */
} botd;

/* One line for the operator. @param module  static. */
void botd_log(qent_log_level level, const char *module, const char *fmt, ...) QENT_PRINTF(3, 4);

/* Text of a setting; NULL when it is not set. */
const char *botd_setting(const botd *b, const char *key);

/* True in webhook mode: updates come through apid. */
bool botd_uses_webhook(const botd *b);

/* A pause that grows with each failure, with one log line at the first, then at most one a minute.
 */
typedef struct backoff {
  int32_t failures;
  int64_t logged_at_ms;
} backoff;

/* Note a failure; wait the growing pause, or longer when `err` asks for it.
 * @param first_ms, most_ms  pause after the first failure, and at most. @return false: stopping. */
bool backoff_wait(botd *b, backoff *state, const char *module, int64_t first_ms, int64_t most_ms,
                  const qent_error *err);
/* Note a success. */
void backoff_clear(backoff *state, const char *module);

/* A session, opened with patience. NULL: stopping. */
qent_session *botd_open_session(botd *b, const char *module);
/* The same for a connection to the Bot API. */
qent_bot *botd_open_bot(botd *b, const char *module);

/* Queue an alarm for the admins; a failure is logged. */
void botd_alarm(qent_session *session, const char *what, const char *detail);

/* Bodies of threads; each returns when stopping. */
void watch_run(botd *b);   /* beats the pulse at each commit */
void setup_run(botd *b);   /* commands, menu button, webhook; ends when all is done */
void poller_run(botd *b);  /* getUpdates into the inbox */
void updates_run(botd *b); /* inbox to answers */
void sender_run(botd *b);  /* outbox to Telegram */

/* The library's work loops, by row; see loops.c. @return false past the end. */
typedef struct work_loop work_loop;
const work_loop *work_loop_at(const botd *b, int index);
const char *work_loop_name(const work_loop *loop);
void work_loop_run(botd *b, const work_loop *loop);

#endif

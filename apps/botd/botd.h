/* SPDX-License-Identifier: MIT */
#ifndef BOTD_BOTD_H
#define BOTD_BOTD_H

/* What the threads of botd share. */

#include "limiter.h"
#include "parked.h"
#include "pulse.h"

#include <qentvpn/context.h>
#include <qentvpn/telegram.h>

#include <stdatomic.h>

/* A kind of work that several threads share. The first of them is always there; the others open
 * their sessions only while it finds work, or is held up by somebody slow, so that an idle botd
 * stays small. */
typedef struct demand {
  atomic_bool busy;
  _Atomic int64_t began_ms; /* of the first thread's turn; 0: between two turns */
} demand;

#define LOOPS_MAX 8

typedef struct botd {
  qent_ctx *ctx;
  demand loops[LOOPS_MAX]; /* by row of loops.c */
  demand sending;
  atomic_int in_flight; /* messages being sent */
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

/* Tell the spare threads of a kind whether there is work. */
void demand_set(botd *b, demand *d, bool busy);
/* The first thread begins, or ends, a turn. */
void demand_turn(demand *d, bool begins);
/* Sleep until there is work for a spare thread. @return false: stopping. */
bool demand_wait(botd *b, demand *d);
/* A spare thread goes back to sleep when it found nothing for so long. */
#define SPARE_IDLE_MS 20000

/* Queue an alarm for the admins; a failure is logged. */
void botd_alarm(qent_session *session, const char *what, const char *detail);

/* Bodies of threads; each returns when stopping. */
void watch_run(botd *b);   /* beats the pulse at each commit */
void setup_run(botd *b);   /* commands, menu button, webhook; ends when all is done */
void poller_run(botd *b);  /* getUpdates into the inbox, and the inbox to answers */
void updates_run(botd *b); /* the inbox to answers, in webhook mode */
void sender_run(botd *b);  /* outbox to Telegram */
void sender_run_spare(botd *b);

/* The library's work loops, by row; see loops.c. */
size_t work_loop_count(void);
/* Threads for a row, one of which is always at work. */
int work_loop_threads(const botd *b, size_t row);
void work_loop_run(botd *b, size_t row, bool spare);

#endif

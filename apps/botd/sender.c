/* SPDX-License-Identifier: MIT */
#include "botd.h"
#include "compose.h"

#include <stdio.h>

/* Claimed for so long; longer than any send takes. */
#define LEASE_S 45
/* A wait beyond this goes back to the database, well before the lease ends. */
#define HOLD_MAX_MS 5000
#define IDLE_MS 1000
#define STORE_TRIES 20
#define STORE_PAUSE_MS 500
#define TOKEN_PAUSE_MS 60000

typedef struct sending {
  botd *b;
  qent_session *session;
  qent_bot *bot;
  qent_notice *notice;
} sending;

static int64_t chat_of(const sending *s)
{
  return qent_notice_telegram_id(s->notice);
}

/* The result could not be stored: the lease will end and the notice be sent again. */
static void note_store_trouble(const sending *s, qent_status st, const qent_error *err)
{
  if (st != QENT_OK && st != QENT_ECANCELED)
    botd_log(QENT_LOG_ERROR, "sender", "notice %lld: the outcome was not stored, it may repeat: %s",
             (long long)qent_notice_id(s->notice), err->message);
}

static void give_back(const sending *s, const qent_error *cause)
{
  qent_error err = QENT_ERROR_INIT;
  note_store_trouble(s, qent_notice_failed(s->session, qent_notice_id(s->notice), cause, &err),
                     &err);
}

static void give_up(const sending *s, bool blocked, const char *why)
{
  qent_error err = QENT_ERROR_INIT;
  note_store_trouble(
      s, qent_notice_undeliverable(s->session, qent_notice_id(s->notice), blocked, why, &err),
      &err);
}

/* The message has arrived: insist on storing that, or it would come again. */
static void store_sent(const sending *s)
{
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_ESTORE;
  for (int i = 0; i < STORE_TRIES && st != QENT_OK && st != QENT_ENOTFOUND; ++i) {
    if (i > 0)
      pulse_sleep(&s->b->pulse, STORE_PAUSE_MS);
    st = qent_notice_sent(s->session, qent_notice_id(s->notice), &err);
  }
  note_store_trouble(s, st, &err);
}

static void alarm_refused(const sending *s, const char *what, const char *why)
{
  char detail[400];
  snprintf(detail, sizeof detail, "notice %lld (%s): %s", (long long)qent_notice_id(s->notice),
           qent_notice_kind_name(qent_notice_get_kind(s->notice)), why);
  botd_alarm(s->session, what, detail);
}

static qent_status send_file(const sending *s, const qent_bot_message *out, const message *m,
                             qent_error *err)
{
  qent_bot_document document = QENT_BOT_DOCUMENT_INIT;
  document.name = m->file_name;
  document.data = m->file;
  document.len = m->file_len;
  return qent_bot_send_document(s->bot, out, &document, NULL, err);
}

static qent_status send_once(const sending *s, const message *m, qent_error *err)
{
  qent_bot_message out = QENT_BOT_MESSAGE_INIT;
  out.chat_id = chat_of(s);
  out.html = m->html.data;
  out.buttons = m->buttons;
  out.button_count = m->button_count;
  if (m->file)
    return send_file(s, &out, m, err);
  return m->png ? qent_bot_send_photo(s->bot, &out, m->png, m->png_len, NULL, err)
                : qent_bot_send_message(s->bot, &out, NULL, err);
}

static void send_failed(const sending *s, qent_status st, const qent_error *err)
{
  const long long id = (long long)qent_notice_id(s->notice);
  qent_error cause = *err;
  if (st == QENT_ENOTFOUND) {
    give_up(s, true, err->message);
    botd_log(QENT_LOG_INFO, "sender", "notice %lld: the user cannot be reached: %s", id,
             err->message);
    return;
  }
  if (st == QENT_EINVAL) {
    give_up(s, false, err->message);
    alarm_refused(s, "message_refused", err->message);
    return;
  }
  if (err->http_status == 429) {
    const int64_t pause_ms = err->retry_after_ms > 0 ? err->retry_after_ms : 1000;
    limiter_flood(s->b->limits, chat_of(s), pause_ms, monotonic_ms());
    cause.retry_after_ms = pause_ms;
  } else if (st == QENT_EAUTH) {
    limiter_pause_all(s->b->limits, TOKEN_PAUSE_MS, monotonic_ms());
    cause.retry_after_ms = TOKEN_PAUSE_MS;
    botd_alarm(s->session, "bot_token_refused", err->message);
  } else if (st == QENT_ECANCELED) {
    cause.retry_after_ms = 0;
  }
  give_back(s, &cause);
  const bool may_repeat = st == QENT_ETIMEOUT || st == QENT_EPROTO || st == QENT_ECANCELED;
  botd_log(QENT_LOG_WARN, "sender", "notice %lld: %s: %s%s", id, qent_status_name(st), err->message,
           may_repeat ? " (it may have arrived and may repeat)" : "");
}

/* Send; what Telegram's markup check refuses goes once more as bare text, because a key without
 * buttons is worth more than none. */
static void deliver(const sending *s, message *m)
{
  qent_error err = QENT_ERROR_INIT;
  qent_status st = send_once(s, m, &err);
  if (st == QENT_EINVAL && !m->png) {
    alarm_refused(s, "message_refused", err.message);
    message_strip(m);
    qent_error_clear(&err);
    st = send_once(s, m, &err);
  }
  if (st != QENT_OK) {
    send_failed(s, st, &err);
    return;
  }
  store_sent(s);
  botd_log(QENT_LOG_INFO, "sender", "notice %lld (%s) sent to %lld",
           (long long)qent_notice_id(s->notice),
           qent_notice_kind_name(qent_notice_get_kind(s->notice)), (long long)chat_of(s));
}

static void compose_and_deliver(const sending *s)
{
  message m;
  qent_error err = QENT_ERROR_INIT;
  message_init(&m);
  atomic_fetch_add(&s->b->in_flight, 1);
  const qent_status st = compose_notice(s->session, s->notice, &m, &err);
  if (st == QENT_OK) {
    deliver(s, &m);
  } else if (st == QENT_ENOTFOUND) {
    give_up(s, false, "what it tells about is gone");
  } else if (st == QENT_EINVAL) {
    give_up(s, false, err.message);
    alarm_refused(s, "message_unusable", err.message);
  } else {
    err.retry_after_ms = 1000;
    give_back(s, &err);
  }
  atomic_fetch_sub(&s->b->in_flight, 1);
  message_dispose(&m);
}

/* Wait for the limits, then send. Consumes the notice. @return false: stopping. */
static bool handle(sending *s)
{
  bool go_on = true;
  for (;;) {
    const int64_t now_ms = monotonic_ms();
    const int64_t pause_ms = limiter_take(s->b->limits, chat_of(s), now_ms);
    if (pause_ms == 0) {
      compose_and_deliver(s);
      break;
    }
    if (pause_ms > HOLD_MAX_MS || !go_on) {
      qent_error cause = QENT_ERROR_INIT;
      qent_fail(&cause, QENT_EUPSTREAM, "waits for Telegram's limit");
      cause.retry_after_ms = go_on ? pause_ms : 0;
      give_back(s, &cause);
      break;
    }
    const int64_t chat_ms = limiter_chat_pause(s->b->limits, chat_of(s), now_ms);
    if (chat_ms > 0 && parked_put(s->b->parked, s->notice, now_ms + chat_ms))
      return true;
    go_on = pulse_sleep(&s->b->pulse, pause_ms);
  }
  qent_notice_free(s->notice);
  return go_on;
}

/* What was parked goes back at once, so that the next start need not wait for the leases. */
static void release_parked(sending *s)
{
  int64_t next_ms = -1;
  qent_error cause = QENT_ERROR_INIT;
  qent_fail(&cause, QENT_ECANCELED, "stopped before it was sent");
  cause.retry_after_ms = 0;
  while ((s->notice = parked_take(s->b->parked, INT64_MAX, &next_ms)) != NULL) {
    give_back(s, &cause);
    qent_notice_free(s->notice);
  }
}

/* Send with one session until stopping; a spare thread also ends when there is nothing for a while.
 * @return false: stopping. */
static bool send_all(botd *b, bool spare)
{
  sending s = {b, botd_open_session(b, "sender"), NULL, NULL};
  s.bot = s.session ? botd_open_bot(b, "sender") : NULL;
  backoff trouble = {0, 0};
  int64_t worked_at_ms = monotonic_ms();
  bool go_on = s.bot != NULL;
  while (go_on && !(spare && monotonic_ms() - worked_at_ms > SPARE_IDLE_MS)) {
    int64_t next_ms = -1;
    qent_error err = QENT_ERROR_INIT;
    qent_status st = QENT_OK;
    const uint64_t seen = pulse_beats(&b->pulse);
    s.notice = parked_take(b->parked, monotonic_ms(), &next_ms);
    if (!s.notice)
      st = qent_notice_claim(s.session, LEASE_S, &s.notice, &err);
    if (st != QENT_OK && st != QENT_ENOTFOUND) {
      go_on = st != QENT_ECANCELED && backoff_wait(b, &trouble, "sender", 200, 10000, &err);
      continue;
    }
    backoff_clear(&trouble, "sender");
    if (!spare)
      demand_set(b, &b->sending, st == QENT_OK);
    if (st == QENT_OK) {
      worked_at_ms = monotonic_ms();
      go_on = handle(&s) && !pulse_stopping(&b->pulse);
    } else {
      go_on = pulse_wait(&b->pulse, seen, next_ms >= 0 && next_ms < IDLE_MS ? next_ms : IDLE_MS);
    }
  }
  if (s.session && !go_on)
    release_parked(&s);
  qent_bot_free(s.bot);
  qent_session_close(s.session);
  return go_on;
}

void sender_run(botd *b)
{
  send_all(b, false);
}

void sender_run_spare(botd *b)
{
  while (demand_wait(b, &b->sending) && send_all(b, true))
    continue;
}

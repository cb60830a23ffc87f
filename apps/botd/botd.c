/* SPDX-License-Identifier: MIT */
#include "botd.h"

#include <qentvpn/notice.h>

#include <string.h>

#define LOG_AGAIN_MS 60000
#define LONG_TURN_MS 200   /* longer than anything but the network takes */
#define SPARE_LOOK_MS 1000 /* how often a spare thread looks whether the first is held up */

const char *botd_setting(const botd *b, const char *key)
{
  const char *value = qent_settings_get(qent_ctx_settings(b->ctx), key);
  return value && *value ? value : NULL;
}

bool botd_uses_webhook(const botd *b)
{
  const char *mode = botd_setting(b, "QENT_TELEGRAM_MODE");
  return mode && strcmp(mode, "webhook") == 0;
}

bool backoff_wait(botd *b, backoff *state, const char *module, int64_t first_ms, int64_t most_ms,
                  const qent_error *err)
{
  const int64_t now_ms = monotonic_ms();
  int64_t pause_ms = first_ms;
  for (int32_t i = 0; i < state->failures && pause_ms < most_ms; ++i)
    pause_ms *= 2;
  if (pause_ms > most_ms)
    pause_ms = most_ms;
  if (err->retry_after_ms > pause_ms)
    pause_ms = err->retry_after_ms;
  if (state->failures == 0 || now_ms - state->logged_at_ms >= LOG_AGAIN_MS) {
    botd_log(QENT_LOG_WARN, module, "%s: %s (failure %d in a row, next try in %lld ms)",
             qent_status_name(err->status), err->message, (int)state->failures + 1,
             (long long)pause_ms);
    state->logged_at_ms = now_ms;
  }
  ++state->failures;
  return pulse_sleep(&b->pulse, pause_ms);
}

void backoff_clear(backoff *state, const char *module)
{
  if (state->failures > 0)
    botd_log(QENT_LOG_NOTICE, module, "works again after %d failures", (int)state->failures);
  state->failures = 0;
}

qent_session *botd_open_session(botd *b, const char *module)
{
  backoff trouble = {0, 0};
  for (;;) {
    qent_error err = QENT_ERROR_INIT;
    qent_session *session = NULL;
    if (qent_session_open(b->ctx, &session, &err) == QENT_OK) {
      backoff_clear(&trouble, module);
      return session;
    }
    if (!backoff_wait(b, &trouble, module, 500, 30000, &err))
      return NULL;
  }
}

qent_bot *botd_open_bot(botd *b, const char *module)
{
  backoff trouble = {0, 0};
  for (;;) {
    qent_error err = QENT_ERROR_INIT;
    qent_bot *bot = NULL;
    if (qent_bot_new(b->ctx, &bot, &err) == QENT_OK)
      return bot;
    if (!backoff_wait(b, &trouble, module, 1000, 60000, &err))
      return NULL;
  }
}

void demand_set(botd *b, demand *d, bool busy)
{
  if (atomic_exchange(&d->busy, busy) != busy && busy)
    pulse_beat(&b->pulse);
}

void demand_turn(demand *d, bool begins)
{
  atomic_store(&d->began_ms, begins ? monotonic_ms() : 0);
}

/* A turn that lasts waits for a panel or a provider; what comes meanwhile must not wait, too. */
static bool held_up(demand *d)
{
  const int64_t began_ms = atomic_load(&d->began_ms);
  return began_ms > 0 && monotonic_ms() - began_ms > LONG_TURN_MS;
}

bool demand_wait(botd *b, demand *d)
{
  for (;;) {
    const uint64_t seen = pulse_beats(&b->pulse);
    if (atomic_load(&d->busy) || held_up(d))
      return !pulse_stopping(&b->pulse);
    if (!pulse_wait(&b->pulse, seen, SPARE_LOOK_MS))
      return false;
  }
}

void botd_alarm(qent_session *session, const char *what, const char *detail)
{
  qent_error err = QENT_ERROR_INIT;
  botd_log(QENT_LOG_ERROR, "alarm", "%s: %s", what, detail);
  if (qent_notice_alarm(session, what, detail, &err) != QENT_OK)
    botd_log(QENT_LOG_WARN, "alarm", "cannot tell the admins: %s", err.message);
}

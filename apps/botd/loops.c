/* SPDX-License-Identifier: MIT */
#include "botd.h"

#include <qentvpn/work.h>

#include <string.h>

typedef qent_status (*work_fn)(qent_session *session, int32_t max, int32_t *done_out,
                               qent_error *err);

/* A loop of the library. Those that follow what others write wake at each commit; those that follow
 * the clock only look at their period. */
struct work_loop {
  const char *name;
  work_fn run;
  int32_t batch;
  int64_t period_ms;
  bool wakes;
};

static const work_loop accounts_loop = {"reconcile", qent_accounts_apply, 4, 1000, true};
static const work_loop loops[] = {
    {"payments", qent_payments_poll, 4, 1000, true},
    {"payments", qent_payments_poll, 4, 1000, true},
    {"due", qent_due_run, 100, 1000, false},
    {"nodes", qent_nodes_check, 4, 1000, false},
    {"usage", qent_usage_collect, 1, 5000, false},
    {"cleanup", qent_cleanup_run, 500, 600000, false},
};

const work_loop *work_loop_at(const botd *b, int index)
{
  const int count = (int)(sizeof loops / sizeof loops[0]);
  int64_t workers = qent_settings_get_int(qent_ctx_settings(b->ctx), "QENT_WORKERS");
  if (workers < 1)
    workers = 1;
  if (index < count)
    return &loops[index];
  return index - count < workers ? &accounts_loop : NULL;
}

const char *work_loop_name(const work_loop *loop)
{
  return loop->name;
}

void work_loop_run(botd *b, const work_loop *loop)
{
  qent_session *session = botd_open_session(b, loop->name);
  backoff trouble = {0, 0};
  bool go_on = session != NULL;
  while (go_on) {
    int32_t done = 0;
    qent_error err = QENT_ERROR_INIT;
    const uint64_t seen = pulse_beats(&b->pulse);
    const qent_status st = loop->run(session, loop->batch, &done, &err);
    if (st == QENT_ECANCELED) {
      go_on = false;
    } else if (st != QENT_OK) {
      go_on = backoff_wait(b, &trouble, loop->name, 200, 10000, &err);
    } else {
      backoff_clear(&trouble, loop->name);
      if (done > 0)
        go_on = !qent_ctx_stopping(b->ctx);
      else
        go_on = loop->wakes ? pulse_wait(&b->pulse, seen, loop->period_ms)
                            : pulse_sleep(&b->pulse, loop->period_ms);
    }
  }
  qent_session_close(session);
}

void watch_run(botd *b)
{
  qent_session *session = botd_open_session(b, "watch");
  backoff trouble = {0, 0};
  bool go_on = session != NULL;
  while (go_on) {
    bool changed = false;
    qent_error err = QENT_ERROR_INIT;
    const qent_status st = qent_session_wait(session, 1000, &changed, &err);
    if (st == QENT_ECANCELED) {
      go_on = false;
    } else if (st != QENT_OK) {
      go_on = backoff_wait(b, &trouble, "watch", 200, 10000, &err);
    } else {
      backoff_clear(&trouble, "watch");
      if (changed)
        pulse_beat(&b->pulse);
    }
  }
  qent_session_close(session);
}

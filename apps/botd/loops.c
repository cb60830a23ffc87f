/* SPDX-License-Identifier: MIT */
#include "botd.h"

#include <qentvpn/work.h>

#define SELDOM_MS INT64_C(600000)

typedef qent_status (*work_fn)(qent_session *session, int32_t max, int32_t *done_out,
                               qent_error *err);

/* A loop of the library. Those that follow what others write wake at each commit; those that follow
 * the clock only look at their period. */
typedef struct work_loop {
  const char *name;
  work_fn run;
  int32_t batch;
  int64_t period_ms;
  bool wakes;
  int threads;    /* 0: QENT_WORKERS */
  work_fn seldom; /* by the first thread when it is idle, at once and every SELDOM_MS; or NULL */
} work_loop;

static const work_loop loops[] = {
    {"reconcile", qent_accounts_apply, 1, 1000, true, 0, NULL},
    {"payments", qent_payments_poll, 1, 1000, true, 2, NULL},
    {"due", qent_due_run, 100, 1000, false, 1, qent_cleanup_run},
    {"nodes", qent_nodes_check, 1, 1000, false, 4, NULL},
    {"usage", qent_usage_collect, 1, 5000, false, 4, qent_reconcile_nightly},
};
_Static_assert(sizeof loops / sizeof loops[0] <= LOOPS_MAX, "botd has a demand for every row");

size_t work_loop_count(void)
{
  return sizeof loops / sizeof loops[0];
}

int work_loop_threads(const botd *b, size_t row)
{
  if (loops[row].threads > 0)
    return loops[row].threads;
  const int64_t workers = qent_settings_get_int(qent_ctx_settings(b->ctx), "QENT_WORKERS");
  return workers < 1 ? 1 : (int)workers;
}

/* One turn of a loop. `seldom_at_ms` is when the seldom work is due next. */
static qent_status turn(const work_loop *loop, qent_session *session, int64_t *seldom_at_ms,
                        int32_t *done, qent_error *err)
{
  const qent_status st = loop->run(session, loop->batch, done, err);
  if (st != QENT_OK || *done > 0 || !loop->seldom || monotonic_ms() < *seldom_at_ms)
    return st;
  *seldom_at_ms = monotonic_ms() + SELDOM_MS;
  return loop->seldom(session, loop->batch, done, err);
}

/* Work with one session until stopping; a spare thread also ends when it finds nothing for a while.
 * @return false: stopping. */
static bool work(botd *b, const work_loop *loop, demand *d, bool spare)
{
  qent_session *session = botd_open_session(b, loop->name);
  backoff trouble = {0, 0};
  int64_t worked_at_ms = monotonic_ms();
  bool found = false;
  int64_t seldom_at_ms = spare ? INT64_MAX : worked_at_ms;
  bool go_on = session != NULL;
  while (go_on && !(spare && monotonic_ms() - worked_at_ms > SPARE_IDLE_MS)) {
    int32_t done = 0;
    qent_error err = QENT_ERROR_INIT;
    const uint64_t seen = pulse_beats(&b->pulse);
    if (!spare)
      demand_turn(d, true);
    const qent_status st = turn(loop, session, &seldom_at_ms, &done, &err);
    if (!spare)
      demand_turn(d, false);
    if (st == QENT_ECANCELED) {
      go_on = false;
    } else if (st != QENT_OK) {
      go_on = backoff_wait(b, &trouble, loop->name, 200, 10000, &err);
      continue;
    }
    backoff_clear(&trouble, loop->name);
    /* One thing to do at its time is no reason to open sessions; a second one is. */
    if (!spare)
      demand_set(b, d, done > 0 && (found || loop->wakes));
    found = done > 0;
    if (found)
      worked_at_ms = monotonic_ms();
    if (go_on && done == 0)
      go_on = loop->wakes ? pulse_wait(&b->pulse, seen, loop->period_ms)
                          : pulse_sleep(&b->pulse, loop->period_ms);
    go_on = go_on && !pulse_stopping(&b->pulse);
  }
  qent_session_close(session);
  return go_on;
}

void work_loop_run(botd *b, size_t row, bool spare)
{
  demand *d = &b->loops[row];
  if (!spare)
    work(b, &loops[row], d, false);
  while (spare && demand_wait(b, d) && work(b, &loops[row], d, true))
    continue;
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

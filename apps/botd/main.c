/* SPDX-License-Identifier: MIT */
/* botd: tells people in Telegram what they must know, and runs the work loops. */
#include "botd.h"
#include "common/daemon.h"
#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define THREADS_MAX 64
#define SEND_GRACE_MS 1500

typedef void (*thread_fn)(botd *b);

typedef struct thread {
  botd *b;
  thread_fn run; /* NULL: the work loop of `row` */
  size_t row;
  bool spare;
  pthread_t id;
} thread;

typedef struct crew {
  thread threads[THREADS_MAX];
  size_t count;
} crew;

void botd_log(qent_log_level level, const char *module, const char *fmt, ...)
{
  char text[1024];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  app_log(level, module, "%s", text);
}

static void *thread_main(void *argument)
{
  thread *t = argument;
  if (t->run)
    t->run(t->b);
  else
    work_loop_run(t->b, t->row, t->spare);
  return NULL;
}

static bool start(crew *c, botd *b, thread_fn run, size_t row, bool spare)
{
  thread *t = &c->threads[c->count];
  if (c->count == THREADS_MAX)
    return false;
  t->b = b;
  t->run = run;
  t->row = row;
  t->spare = spare;
  if (pthread_create(&t->id, NULL, thread_main, t) != 0)
    return false;
  ++c->count;
  return true;
}

static bool start_loops(crew *c, botd *b)
{
  for (size_t row = 0; row < work_loop_count(); ++row)
    for (int i = 0; i < work_loop_threads(b, row); ++i)
      if (!start(c, b, NULL, row, i > 0))
        return false;
  return true;
}

static bool start_all(crew *c, botd *b)
{
  const thread_fn bodies[] = {watch_run,        sender_run,
                              sender_run_spare, sender_run_spare,
                              setup_run,        botd_uses_webhook(b) ? updates_run : poller_run};
  bool ok = start_loops(c, b);
  for (size_t i = 0; ok && i < sizeof bodies / sizeof bodies[0]; ++i)
    ok = start(c, b, bodies[i], 0, false);
  if (!ok)
    botd_log(QENT_LOG_ERROR, "main", "cannot start a thread");
  return ok;
}

/* Nothing new is begun; messages on their way get a moment to arrive, because one whose answer is
 * not waited for has to be sent again. Then whatever waits is woken. */
static void stop_all(crew *c, botd *b)
{
  const struct timespec moment = {0, 10000000L};
  const int64_t end_ms = monotonic_ms() + SEND_GRACE_MS;
  pulse_stop(&b->pulse);
  while (atomic_load(&b->in_flight) > 0 && monotonic_ms() < end_ms)
    nanosleep(&moment, NULL);
  qent_ctx_stop(b->ctx);
  for (size_t i = 0; i < c->count; ++i)
    pthread_join(c->threads[i].id, NULL);
}

/* A database that cannot be used is told at the start, not by each thread. */
static bool database_is_usable(qent_ctx *ctx)
{
  qent_error err = QENT_ERROR_INIT;
  qent_session *session = NULL;
  const qent_status st = qent_session_open(ctx, &session, &err);
  if (st != QENT_OK)
    app_log_failure("main", "the database cannot be used", &err);
  qent_session_close(session);
  return st == QENT_OK;
}

static bool run(app_daemon *daemon)
{
  static crew c;
  botd b = {.ctx = daemon->ctx};
  if (!pulse_init(&b.pulse))
    return false;
  b.limits = limiter_new();
  b.parked = parked_new();
  bool ok = b.limits && b.parked && start_all(&c, &b);
  if (ok) {
    app_daemon_ready(daemon);
    app_daemon_wait(daemon);
    ok = !app_daemon_gave_up();
  }
  stop_all(&c, &b);
  parked_free(b.parked);
  limiter_free(b.limits);
  pulse_destroy(&b.pulse);
  return ok;
}

/* glibc gives each thread a heap of its own. The threads here wait most of the time: two heaps are
 * enough and keep an idle botd small. */
static void share_heaps(void)
{
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 2);
#endif
}

int main(int argc, char **argv)
{
  static const app_program program = {
      "botd", "sends keys and reminders in Telegram and runs QentVPN's work loops"};
  app_daemon daemon;
  share_heaps();
  const int code = app_daemon_start(&program, argc, argv, &daemon);
  if (code >= 0)
    return code;
  const bool ok = database_is_usable(daemon.ctx) && run(&daemon);
  app_daemon_finish(&daemon);
  return ok ? APP_EXIT_OK : APP_EXIT_FAILURE;
}

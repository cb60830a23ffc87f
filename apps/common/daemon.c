/* SPDX-License-Identifier: MIT */
#include "common/daemon.h"

#include "common/log.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_bool gave_up;

static void ending_signals(sigset_t *set)
{
  (void)sigemptyset(set);
  (void)sigaddset(set, SIGTERM);
  (void)sigaddset(set, SIGINT);
}

/* Threads that are started later inherit the mask, so only app_daemon_wait() sees the signals. */
static void set_signals_up(void)
{
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigset_t set;

  ending_signals(&set);
  (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
  (void)sigaction(SIGPIPE, &ignore, NULL);
}

int app_daemon_start(const app_program *program, int argc, char **argv, app_daemon *daemon_out)
{
  app_daemon daemon = {program, NULL, NULL};
  qent_ctx_options ctx_options = QENT_CTX_OPTIONS_INIT;
  qent_error err = QENT_ERROR_INIT;
  app_options options;
  int code = app_options_parse(program, argc, argv, &options);

  if (code >= 0)
    return code;
  code = app_settings_load(program->name, options.config_path, &daemon.settings);
  if (code != APP_EXIT_OK)
    return code;
  app_log_init_from(daemon.settings);
  set_signals_up();
  ctx_options.settings = daemon.settings;
  ctx_options.log = app_log_sink;
  if (qent_ctx_new(&ctx_options, &daemon.ctx, &err) != QENT_OK) {
    (void)fprintf(stderr, "%s: %s\n", program->name, err.message);
    app_daemon_finish(&daemon);
    return APP_EXIT_USAGE;
  }
  if (options.check_config) {
    (void)printf("%s: the settings are good\n", program->name);
    app_daemon_finish(&daemon);
    return APP_EXIT_OK;
  }
  *daemon_out = daemon;
  return -1;
}

void app_daemon_ready(const app_daemon *daemon)
{
  app_notify("READY=1\n");
  app_log(QENT_LOG_NOTICE, daemon->program->name, "ready, version %s", qent_version());
}

int app_daemon_wait(const app_daemon *daemon)
{
  sigset_t set;
  siginfo_t info;
  int sig;

  ending_signals(&set);
  do {
    sig = sigwaitinfo(&set, &info);
  } while (sig < 0 && errno == EINTR);
  app_notify("STOPPING=1\n");
  app_log(QENT_LOG_NOTICE, daemon->program->name, "stopping, signal %d", sig);
  return sig;
}

void app_daemon_give_up(void)
{
  atomic_store(&gave_up, true);
  (void)kill(getpid(), SIGTERM);
}

bool app_daemon_gave_up(void)
{
  return atomic_load(&gave_up);
}

void app_daemon_finish(app_daemon *daemon)
{
  qent_ctx_free(daemon->ctx);
  qent_settings_free(daemon->settings);
  daemon->ctx = NULL;
  daemon->settings = NULL;
}

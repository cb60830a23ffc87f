/* SPDX-License-Identifier: MIT */
#ifndef QENT_COMMON_DAEMON_H
#define QENT_COMMON_DAEMON_H

/* What every daemon does at its start and end:
 *
 *   app_daemon daemon;
 *   int code = app_daemon_start(&program, argc, argv, &daemon);
 *   if (code >= 0)
 *     return code;
 *   ... start threads ...
 *   app_daemon_ready(&daemon);
 *   app_daemon_wait(&daemon);       until SIGTERM or SIGINT
 *   ... stop and join threads ...
 *   app_daemon_finish(&daemon);
 */

#include "common/options.h"
#include <qentvpn/context.h>

typedef struct app_daemon {
  const app_program *program;
  qent_settings *settings; /* owned */
  qent_ctx *ctx;           /* owned */
} app_daemon;

/* Parse options, load settings, set the log up, block signals (threads started later inherit that),
 * ignore SIGPIPE, build the context. Returns -1 when the program shall go on, else its exit code;
 * nothing needs to be released then. */
int app_daemon_start(const app_program *program, int argc, char **argv, app_daemon *daemon_out);

/* Tell systemd and the log that the work begins. */
void app_daemon_ready(const app_daemon *daemon);
/* Sleep until SIGTERM or SIGINT, then tell systemd that it ends. Returns the signal. */
int app_daemon_wait(const app_daemon *daemon);
/* The same as qent_ctx_stop() and a signal: wakes app_daemon_wait() from a thread that cannot go
 * on. */
void app_daemon_give_up(void);
/* True when app_daemon_give_up() ended the wait: exit code 1. */
bool app_daemon_gave_up(void);
/* Free context and settings. All sessions must be closed. */
void app_daemon_finish(app_daemon *daemon);

/* Send "READY=1" and the like to $NOTIFY_SOCKET; nothing without it. */
void app_notify(const char *state);

#endif

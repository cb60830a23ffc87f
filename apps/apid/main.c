/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include "common/daemon.h"
#include "common/log.h"

/* What has begun may end within this time after SIGTERM. */
#define STOP_MS 10000

/* Refuse to start on a database that cannot be used, before anybody is listened to. */
static qent_status check_database(qent_ctx *ctx, qent_error *err)
{
  qent_session *session = NULL;
  qent_status st = qent_session_open(ctx, &session, err);

  if (st == QENT_OK)
    st = qent_session_check(session, err);
  qent_session_close(session);
  return st;
}

int main(int argc, char **argv)
{
  static const app_program program = {
      "apid", "serves the Mini App's API, config links and webhooks over HTTP"};
  app_daemon daemon;
  apid_server server;
  qent_error err = QENT_ERROR_INIT;
  int code = app_daemon_start(&program, argc, argv, &daemon);

  if (code >= 0)
    return code;
  if (check_database(daemon.ctx, &err) != QENT_OK ||
      apid_server_start(daemon.ctx, &server, &err) != QENT_OK) {
    app_log_failure("apid", "cannot start", &err);
    app_daemon_finish(&daemon);
    return APP_EXIT_FAILURE;
  }
  app_daemon_ready(&daemon);
  (void)app_daemon_wait(&daemon);
  apid_server_stop(&server, STOP_MS);
  app_daemon_finish(&daemon);
  app_log(QENT_LOG_NOTICE, "apid", "stopped");
  return app_daemon_gave_up() ? APP_EXIT_FAILURE : APP_EXIT_OK;
}

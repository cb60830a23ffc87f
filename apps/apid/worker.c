/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_key_t worker_key;
static pthread_once_t worker_once = PTHREAD_ONCE_INIT;
static int worker_key_failed;

static void worker_free(void *arg)
{
  apid_worker *worker = arg;

  qent_session_close(worker->session);
  qent_initdata_verifier_free(worker->verifier);
  qent_buf_dispose(&worker->text);
  free(worker);
}

/* The key's destructor closes the session when libmicrohttpd ends its thread. */
static void make_key(void)
{
  worker_key_failed = pthread_key_create(&worker_key, worker_free);
}

qent_status apid_worker_get(apid_server *server, apid_worker **worker_out, qent_error *err)
{
  const char *token = qent_settings_get(qent_ctx_settings(server->ctx), "QENT_BOT_TOKEN");
  apid_worker *worker;
  qent_status st;

  (void)pthread_once(&worker_once, make_key);
  if (worker_key_failed)
    return qent_fail(err, QENT_ENOMEM, "no thread key");
  worker = pthread_getspecific(worker_key);
  if (worker) {
    *worker_out = worker;
    return QENT_OK;
  }
  worker = calloc(1, sizeof *worker);
  if (!worker)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent_buf_init(&worker->text, APID_REPLY_MAX);
  st = qent_session_open(server->ctx, &worker->session, err);
  if (st == QENT_OK)
    st = qent_initdata_verifier_new(token, &worker->verifier, err);
  if (st == QENT_OK && pthread_setspecific(worker_key, worker) != 0)
    st = qent_fail(err, QENT_ENOMEM, "out of memory");
  if (st != QENT_OK) {
    worker_free(worker);
    return st;
  }
  *worker_out = worker;
  return QENT_OK;
}

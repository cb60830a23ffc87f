/* SPDX-License-Identifier: MIT */
#include "app/context_private.h"
#include "util/alloc.h"

#include <errno.h>
#include <time.h>

#define POLL_PAUSE_MS 20
#define WAIT_MAX_MS (INT64_C(86400) * 1000)
#define TOKEN_PATH "/s/"

qent_status qent__ctx_http_new(qent_ctx *ctx, qent_http **http_out, qent_error *err)
{
  qent_http_options options = QENT_HTTP_OPTIONS_INIT;

  options.transport = ctx->transport;
  options.transport_user = ctx->transport_user;
  return qent_http_new(&options, http_out, err);
}

static qent_status open_http(qent_session *session, qent_error *err)
{
  qent_status st = qent__ctx_http_new(session->ctx, &session->http, err);

  if (st != QENT_OK)
    return st;
  st = qent__ctx_attach_http(session->ctx, session->http, err);
  if (st != QENT_OK) {
    qent_http_free(session->http);
    session->http = NULL;
  }
  return st;
}

qent_status qent_session_open(qent_ctx *ctx, qent_session **session_out, qent_error *err)
{
  qent_session *session;
  qent_status st;

  if (!ctx || !session_out)
    return qent_fail(err, QENT_EINVAL, "a session needs a context and an output");
  session = qent__calloc(1, sizeof *session);
  if (!session)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  session->ctx = ctx;
  st = qent__store_open(qent_settings_get(ctx->settings, "QENT_DATABASE_URL"), &ctx->write_lane,
                        &session->store, err);
  if (st == QENT_OK)
    st = open_http(session, err);
  if (st != QENT_OK) {
    qent_session_close(session);
    return st;
  }
  *session_out = session;
  return QENT_OK;
}

void qent_session_close(qent_session *session)
{
  if (!session)
    return;
  qent__session_close_adapters(session);
  if (session->http)
    qent__ctx_detach_http(session->ctx, session->http);
  qent_http_free(session->http);
  qent__store_close(session->store);
  qent__free(session);
}

qent_status qent_session_read_begin(qent_session *session, qent_error *err)
{
  if (!session)
    return qent_fail(err, QENT_EINVAL, "a snapshot needs a session");
  return qent__store_begin_read(session->store, err);
}

void qent_session_read_end(qent_session *session)
{
  if (session)
    qent__store_end_read(session->store);
}

qent_ctx *qent_session_ctx(qent_session *session)
{
  return session->ctx;
}

qent__store *qent__session_store(qent_session *session)
{
  return session->store;
}

int64_t qent__session_now(qent_session *session)
{
  return session->held_now ? session->held_now : qent_ctx_now(session->ctx);
}

void qent__session_hold_time(qent_session *session, bool held)
{
  session->held_now = held ? qent_ctx_now(session->ctx) : 0;
}

qent_status qent_session_check(qent_session *session, qent_error *err)
{
  if (!session)
    return qent_fail(err, QENT_EINVAL, "a check needs a session");
  return qent__store_check(session->store, err);
}

static int64_t monotonic_ms(void)
{
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sleep for `ms`, or until the context is stopped. */
static void pause_ms(qent_ctx *ctx, int64_t ms)
{
  struct timespec until;

  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += (time_t)(ms / 1000);
  until.tv_nsec += (long)(ms % 1000) * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec++;
  }
  pthread_mutex_lock(&ctx->mutex);
  if (!atomic_load(&ctx->stopping))
    (void)pthread_cond_timedwait(&ctx->stopped, &ctx->mutex, &until);
  pthread_mutex_unlock(&ctx->mutex);
}

qent_status qent_session_wait(qent_session *session, int64_t timeout_ms, bool *changed_out,
                              qent_error *err)
{
  int64_t until;

  if (!session)
    return qent_fail(err, QENT_EINVAL, "waiting needs a session");
  until = monotonic_ms() + (timeout_ms < WAIT_MAX_MS ? timeout_ms : WAIT_MAX_MS);
  for (;;) {
    bool changed = false;
    int64_t left;
    qent_status st;

    if (atomic_load(&session->ctx->stopping))
      return qent_fail(err, QENT_ECANCELED, "stopping");
    st = qent__store_changed(session->store, &changed, err);
    if (st != QENT_OK)
      return st;
    left = until - monotonic_ms();
    if (changed || left <= 0) {
      if (changed_out)
        *changed_out = changed;
      return QENT_OK;
    }
    pause_ms(session->ctx, left < POLL_PAUSE_MS ? left : POLL_PAUSE_MS);
  }
}

qent_status qent__sub_fill_link(const qent_ctx *ctx, qent_subscription *sub, qent_error *err)
{
  const char *base = qent_settings_get(ctx->settings, "QENT_PUBLIC_URL");
  qent_buf buf;
  qent_status st;

  qent_buf_init(&buf, 2048);
  qent_buf_adds(&buf, base);
  while (buf.len > 0 && buf.data[buf.len - 1] == '/')
    qent_buf_truncate(&buf, buf.len - 1);
  qent_buf_adds(&buf, TOKEN_PATH);
  qent_buf_adds(&buf, sub->token);
  st = qent_buf_status(&buf, err);
  if (st == QENT_OK) {
    qent__free(sub->config_link);
    sub->config_link = qent_buf_take(&buf);
  }
  qent_buf_dispose(&buf);
  return st;
}

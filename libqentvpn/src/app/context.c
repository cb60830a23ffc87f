/* SPDX-License-Identifier: MIT */
#include "app/context_private.h"
#include "app/settings.h"
#include "gateway/gateway.h"
#include "util/alloc.h"
#include "util/seal.h"
#include "util/secret.h"
#include "util/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SEALED_MAX_BYTES 16384

static int64_t system_clock(void *user)
{
  struct timespec now;

  (void)user;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec;
}

static qent_log_level level_of(const char *name)
{
  static const char *const names[] = {"error", "warn", "notice", "info", "debug"};

  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (qent__streq(name, names[i]))
      return (qent_log_level)i;
  }
  return QENT_LOG_INFO;
}

static qent_status read_master_key(qent_ctx *ctx, qent_error *err)
{
  const char *hex = qent_settings_get(ctx->settings, "QENT_MASTER_KEY");

  if (!hex)
    return QENT_OK;
  if (!qent__hex_decode(hex, strlen(hex), ctx->master_key, sizeof ctx->master_key))
    return qent_fail(err, QENT_EINVAL, "QENT_MASTER_KEY must be 64 hexadecimal digits");
  ctx->has_master_key = true;
  return QENT_OK;
}

/* A wait must not grow when somebody sets the clock back. */
static bool init_monotonic(pthread_cond_t *cond)
{
  pthread_condattr_t attr;
  bool ok;

  if (pthread_condattr_init(&attr) != 0)
    return false;
  ok =
      pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 && pthread_cond_init(cond, &attr) == 0;
  (void)pthread_condattr_destroy(&attr);
  return ok;
}

static qent_status init_sync(qent_ctx *ctx, qent_error *err)
{
  qent_status st = qent__lane_init(&ctx->write_lane, err);

  if (st != QENT_OK)
    return st;
  if (pthread_mutex_init(&ctx->mutex, NULL) != 0) {
    qent__lane_dispose(&ctx->write_lane);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  if (!init_monotonic(&ctx->stopped)) {
    pthread_mutex_destroy(&ctx->mutex);
    qent__lane_dispose(&ctx->write_lane);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  return QENT_OK;
}

static bool has_field(const qent_ctx_options *options, size_t end)
{
  return options->size >= end;
}
#define HAS(options, field)                                                                        \
  has_field(options, offsetof(qent_ctx_options, field) + sizeof((options)->field))

qent_status qent_ctx_new(const qent_ctx_options *options, qent_ctx **ctx_out, qent_error *err)
{
  qent_ctx *ctx;
  qent_status st;

  if (!options || !ctx_out || !options->settings)
    return qent_fail(err, QENT_EINVAL, "a context needs settings and an output");
  ctx = qent__calloc(1, sizeof *ctx);
  if (!ctx)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = init_sync(ctx, err);
  if (st != QENT_OK) {
    qent__free(ctx);
    return st;
  }
  st = qent__settings_copy(options->settings, &ctx->settings, err);
  if (st == QENT_OK)
    st = read_master_key(ctx, err);
  if (st != QENT_OK) {
    qent_ctx_free(ctx);
    return st;
  }
  ctx->log.fn = options->log;
  ctx->log.user = options->log_user;
  ctx->log.level = level_of(qent_settings_get(ctx->settings, "QENT_LOG_LEVEL"));
  ctx->clock = options->clock ? options->clock : system_clock;
  ctx->clock_user = options->clock_user;
  if (HAS(options, transport_user)) {
    ctx->transport = options->transport;
    ctx->transport_user = options->transport_user;
  }
  *ctx_out = ctx;
  return QENT_OK;
}

void qent_ctx_free(qent_ctx *ctx)
{
  if (!ctx)
    return;
  while (ctx->shares) {
    struct qent__share_entry *next = ctx->shares->next;
    qent__panel_share_free(ctx->shares->share);
    qent__free(ctx->shares);
    ctx->shares = next;
  }
  qent_settings_free(ctx->settings);
  qent__wipe(ctx->master_key, sizeof ctx->master_key);
  pthread_cond_destroy(&ctx->stopped);
  pthread_mutex_destroy(&ctx->mutex);
  qent__lane_dispose(&ctx->write_lane);
  qent__free(ctx);
}

void qent_ctx_stop(qent_ctx *ctx)
{
  if (!ctx)
    return;
  atomic_store(&ctx->stopping, true);
  pthread_mutex_lock(&ctx->mutex);
  for (struct qent__http_entry *e = ctx->https; e; e = e->next)
    qent_http_wakeup(e->http);
  pthread_cond_broadcast(&ctx->stopped);
  pthread_mutex_unlock(&ctx->mutex);
}

bool qent_ctx_stopping(const qent_ctx *ctx)
{
  return atomic_load(&((qent_ctx *)(uintptr_t)ctx)->stopping);
}

int64_t qent_ctx_now(const qent_ctx *ctx)
{
  return ctx->clock(ctx->clock_user);
}

const qent_settings *qent_ctx_settings(const qent_ctx *ctx)
{
  return ctx->settings;
}

qent_status qent_ctx_migrate(qent_ctx *ctx, int32_t *from_out, int32_t *to_out, qent_error *err)
{
  int32_t from = 0;
  int32_t to = 0;
  qent_status st;

  if (!ctx)
    return qent_fail(err, QENT_EINVAL, "migrating needs a context");
  st = qent__store_migrate(qent_settings_get(ctx->settings, "QENT_DATABASE_URL"), &from, &to, err);
  if (st == QENT_OK && from_out)
    *from_out = from;
  if (st == QENT_OK && to_out)
    *to_out = to;
  return st;
}

qent_status qent__ctx_attach_http(qent_ctx *ctx, qent_http *http, qent_error *err)
{
  struct qent__http_entry *entry = qent__calloc(1, sizeof *entry);

  if (!entry)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  entry->http = http;
  pthread_mutex_lock(&ctx->mutex);
  entry->next = ctx->https;
  ctx->https = entry;
  pthread_mutex_unlock(&ctx->mutex);
  return QENT_OK;
}

void qent__ctx_detach_http(qent_ctx *ctx, qent_http *http)
{
  pthread_mutex_lock(&ctx->mutex);
  for (struct qent__http_entry **at = &ctx->https; *at; at = &(*at)->next) {
    if ((*at)->http == http) {
      struct qent__http_entry *gone = *at;
      *at = gone->next;
      qent__free(gone);
      break;
    }
  }
  pthread_mutex_unlock(&ctx->mutex);
}

static qent_status add_share(qent_ctx *ctx, int64_t node_id, const char *fingerprint,
                             qent_panel_share **share_out, qent_error *err)
{
  struct qent__share_entry *entry = qent__calloc(1, sizeof *entry);
  qent_status st;

  if (!entry)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = qent__panel_share_new(ctx->clock, ctx->clock_user, &entry->share, err);
  if (st != QENT_OK) {
    qent__free(entry);
    return st;
  }
  entry->node_id = node_id;
  (void)qent__copy_text(entry->fingerprint, sizeof entry->fingerprint, fingerprint,
                        strlen(fingerprint));
  entry->next = ctx->shares;
  ctx->shares = entry;
  *share_out = entry->share;
  return QENT_OK;
}

qent_status qent__ctx_share(qent_ctx *ctx, int64_t node_id, const char *fingerprint,
                            qent_panel_share **share_out, qent_error *err)
{
  struct qent__share_entry *entry;
  qent_status st = QENT_OK;

  pthread_mutex_lock(&ctx->mutex);
  for (entry = ctx->shares; entry; entry = entry->next) {
    if (entry->node_id == node_id && strcmp(entry->fingerprint, fingerprint) == 0)
      break;
  }
  if (entry)
    *share_out = entry->share;
  else
    st = add_share(ctx, node_id, fingerprint, share_out, err);
  pthread_mutex_unlock(&ctx->mutex);
  return st;
}

static qent_status need_key(const qent_ctx *ctx, qent_error *err)
{
  if (!ctx->has_master_key)
    return qent_fail(err, QENT_EINVAL, "QENT_MASTER_KEY is not set");
  return QENT_OK;
}

qent_status qent__ctx_seal(const qent_ctx *ctx, const char *aad, const char *text,
                           char **sealed_out, qent_error *err)
{
  qent_buf buf;
  qent_status st = need_key(ctx, err);

  if (st != QENT_OK)
    return st;
  qent_buf_init(&buf, SEALED_MAX_BYTES);
  st = qent__seal(ctx->master_key, text, strlen(text), aad, strlen(aad), &buf, err);
  if (st == QENT_OK)
    *sealed_out = qent_buf_take(&buf);
  qent_buf_dispose(&buf);
  return st;
}

qent_status qent__ctx_open(const qent_ctx *ctx, const char *aad, const char *sealed,
                           char **text_out, qent_error *err)
{
  qent_buf buf;
  qent_status st = need_key(ctx, err);

  if (st != QENT_OK)
    return st;
  qent_buf_init(&buf, SEALED_MAX_BYTES);
  st = qent__unseal(ctx->master_key, sealed, strlen(sealed), aad, strlen(aad), &buf, err);
  if (st == QENT_OK)
    *text_out = qent_buf_take(&buf);
  qent__buf_wipe(&buf);
  return st;
}

void qent__ctx_log(const qent_ctx *ctx, qent_log_level level, const char *module, const char *fmt,
                   ...)
{
  char line[1024];
  va_list args;

  if (!qent__log_enabled(&ctx->log, level))
    return;
  va_start(args, fmt);
  (void)vsnprintf(line, sizeof line, fmt, args);
  va_end(args);
  qent__log(&ctx->log, level, module, "%s", line);
}

/* SPDX-License-Identifier: MIT */
#ifndef QENT_COMMON_LOG_H
#define QENT_COMMON_LOG_H

/* The programs' log: one line an event to standard error, logfmt or JSON, made for journald.
 * Secrets are masked, control characters become blanks. */

#include <qentvpn/context.h>
#include <qentvpn/settings.h>

typedef enum app_log_format {
  APP_LOG_TEXT = 0, /* time=2026-01-02T03:04:05.678Z level=info module=http msg="..." key=value */
  APP_LOG_JSON = 1  /* the same as one JSON object a line */
} app_log_format;

/* One more fact of an event. A field with neither text nor `is_number` is left out. */
typedef struct app_log_field {
  const char *key; /* [a-z_]+ */
  const char *text;
  int64_t number;
  bool is_number;
} app_log_field;

#define APP_LOG_TEXT_FIELD(k, v)                                                                   \
  {                                                                                                \
    (k), (v), 0, false                                                                             \
  }
#define APP_LOG_NUMBER_FIELD(k, v)                                                                 \
  {                                                                                                \
    (k), NULL, (v), true                                                                           \
  }

/* Before threads start. The default is info and text. */
void app_log_init(app_log_format format, qent_log_level level);
/* From QENT_LOG_FORMAT and QENT_LOG_LEVEL. */
void app_log_init_from(const qent_settings *settings);
bool app_log_enabled(qent_log_level level);

/* @thread any, all of these */
void app_log(qent_log_level level, const char *module, const char *fmt, ...) QENT_PRINTF(3, 4);
void app_log_event(qent_log_level level, const char *module, const char *message,
                   const app_log_field *fields, size_t field_count);
/* "what: message (status name)" of a failure that was returned to the program. */
void app_log_failure(const char *module, const char *what, const qent_error *err);
/* A qent_log_fn for qent_ctx_options.log; `user` is unused. */
void app_log_sink(qent_log_level level, const char *module, const char *message, void *user);

#endif

/* SPDX-License-Identifier: MIT */
#include "common/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048
#define MESSAGE_MAX_BYTES 1024

static atomic_int log_format = APP_LOG_TEXT;
static atomic_int log_level = QENT_LOG_INFO;

static const char *const level_names[] = {"error", "warn", "notice", "info", "debug"};

/* A line under construction; what does not fit is cut. */
struct line {
  char text[LINE_MAX_BYTES];
  size_t len;
  bool json;
};

void app_log_init(app_log_format format, qent_log_level level)
{
  atomic_store(&log_format, (int)format);
  atomic_store(&log_level, (int)level);
}

void app_log_init_from(const qent_settings *settings)
{
  const char *format = qent_settings_get(settings, "QENT_LOG_FORMAT");
  const char *name = qent_settings_get(settings, "QENT_LOG_LEVEL");
  qent_log_level level = QENT_LOG_INFO;

  for (size_t i = 0; name && i < sizeof level_names / sizeof level_names[0]; i++) {
    if (strcmp(name, level_names[i]) == 0)
      level = (qent_log_level)i;
  }
  app_log_init(format && strcmp(format, "json") == 0 ? APP_LOG_JSON : APP_LOG_TEXT, level);
}

bool app_log_enabled(qent_log_level level)
{
  return (int)level <= atomic_load_explicit(&log_level, memory_order_relaxed);
}

/* Room is kept for the closing of the line. */
static void put(struct line *line, const char *text, size_t len)
{
  size_t room = sizeof line->text - 4 - line->len;

  if (len > room)
    len = room;
  memcpy(line->text + line->len, text, len);
  line->len += len;
}

static void puts_to(struct line *line, const char *text)
{
  put(line, text, strlen(text));
}

static void put_quoted(struct line *line, const char *text)
{
  put(line, "\"", 1);
  for (; *text && line->len < sizeof line->text - 8; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      put(line, "\\", 1);
    put(line, c < 0x20 || c == 0x7f ? " " : text, 1);
  }
  put(line, "\"", 1);
}

static bool is_bare(const char *text)
{
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/*";

  return *text && text[strspn(text, allowed)] == '\0';
}

static void put_key(struct line *line, const char *key)
{
  if (line->len > 0)
    put(line, line->json ? "," : " ", 1);
  if (line->json)
    put_quoted(line, key);
  else
    puts_to(line, key);
  put(line, line->json ? ":" : "=", 1);
}

static void put_text(struct line *line, const char *key, const char *text)
{
  put_key(line, key);
  if (!line->json && is_bare(text))
    puts_to(line, text);
  else
    put_quoted(line, text);
}

static void put_masked(struct line *line, const char *key, const char *text)
{
  char copy[MESSAGE_MAX_BYTES];
  size_t len = strlen(text);

  if (len >= sizeof copy)
    len = sizeof copy - 1;
  memcpy(copy, text, len);
  copy[len] = '\0';
  (void)qent_log_mask(copy, len);
  put_text(line, key, copy);
}

static void put_time(struct line *line)
{
  struct timespec now = {0, 0};
  struct tm parts;
  char day[32];
  char text[48];

  (void)clock_gettime(CLOCK_REALTIME, &now);
  if (!gmtime_r(&now.tv_sec, &parts) || strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
    return;
  (void)snprintf(text, sizeof text, "%s.%03ldZ", day, now.tv_nsec / 1000000);
  put_text(line, "time", text);
}

static void write_line(const struct line *line)
{
  size_t done = 0;

  while (done < line->len) {
    ssize_t n = write(STDERR_FILENO, line->text + done, line->len - done);
    if (n <= 0)
      return;
    done += (size_t)n;
  }
}

void app_log_event(qent_log_level level, const char *module, const char *message,
                   const app_log_field *fields, size_t field_count)
{
  struct line line;

  if (!app_log_enabled(level))
    return;
  line.len = 0;
  line.json = atomic_load_explicit(&log_format, memory_order_relaxed) == APP_LOG_JSON;
  put_time(&line);
  put_text(&line, "level", level_names[level]);
  put_text(&line, "module", module);
  put_masked(&line, "msg", message);
  for (size_t i = 0; i < field_count; i++) {
    if (fields[i].is_number) {
      char number[24];
      (void)snprintf(number, sizeof number, "%" PRId64, fields[i].number);
      put_key(&line, fields[i].key);
      puts_to(&line, number);
    } else if (fields[i].text) {
      put_masked(&line, fields[i].key, fields[i].text);
    }
  }
  if (line.json) {
    memmove(line.text + 1, line.text, line.len);
    line.text[0] = '{';
    line.len++;
    line.text[line.len++] = '}';
  }
  line.text[line.len++] = '\n';
  write_line(&line);
}

void app_log(qent_log_level level, const char *module, const char *fmt, ...)
{
  char message[MESSAGE_MAX_BYTES];
  va_list args;
  int n;

  if (!app_log_enabled(level))
    return;
  va_start(args, fmt);
  n = vsnprintf(message, sizeof message, fmt, args);
  va_end(args);
  if (n >= 0)
    app_log_event(level, module, message, NULL, 0);
}

void app_log_failure(const char *module, const char *what, const qent_error *err)
{
  const app_log_field fields[] = {
      APP_LOG_TEXT_FIELD("status", qent_status_name(err->status)),
      APP_LOG_TEXT_FIELD("error", err->message),
  };

  app_log_event(QENT_LOG_ERROR, module, what, fields, sizeof fields / sizeof fields[0]);
}

void app_log_sink(qent_log_level level, const char *module, const char *message, void *user)
{
  (void)user;
  app_log_event(level, module, message, NULL, 0);
}

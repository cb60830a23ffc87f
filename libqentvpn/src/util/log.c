/* SPDX-License-Identifier: MIT */
#include "util/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_LINE 1024

bool qent__log_enabled(const qent__logger *log, qent_log_level level)
{
  return log && log->fn && level <= log->level;
}

void qent__log(const qent__logger *log, qent_log_level level, const char *module, const char *fmt,
               ...)
{
  if (!qent__log_enabled(log, level))
    return;
  char line[MAX_LINE];
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(line, sizeof line, fmt, ap);
  va_end(ap);
  if (n < 0)
    return;
  size_t len = strlen(line);
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)line[i];
    if (c < 0x20 || c == 0x7f)
      line[i] = ' ';
  }
  /* Half a secret is not recognised: drop the word that was cut. */
  if ((size_t)n >= sizeof line) {
    while (len > 0 && line[len - 1] != ' ')
      len--;
    line[len] = '\0';
  }
  (void)qent__mask_secrets(line, len);
  log->fn(level, module, line, log->user);
}

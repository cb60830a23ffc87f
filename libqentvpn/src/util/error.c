/* SPDX-License-Identifier: MIT */
#include <qentvpn/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Messages quote what others wrote: keep them on one line and do not end inside a character. */
static void tidy(char *text, bool cut)
{
  size_t len = strlen(text);
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c == 0x7f)
      text[i] = ' ';
  }
  if (!cut)
    return;
  size_t start = len;
  while (start > 0 && len - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
    start--;
  if (start > 0 && (unsigned char)text[start - 1] >= 0xc0)
    text[start - 1] = '\0';
}

qent_status qent_fail(qent_error *err, qent_status status, const char *fmt, ...)
{
  if (!err)
    return status;
  char text[sizeof err->message]; /* the arguments may point into err->message */
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  if (n < 0)
    text[0] = '\0';
  else
    tidy(text, (size_t)n >= sizeof text);
  err->status = status;
  err->http_status = 0;
  err->retry_after_ms = -1;
  memcpy(err->message, text, sizeof text);
  return status;
}

void qent_error_clear(qent_error *err)
{
  if (!err)
    return;
  err->status = QENT_OK;
  err->http_status = 0;
  err->retry_after_ms = -1;
  err->message[0] = '\0';
}

const char *qent_status_name(qent_status status)
{
  switch (status) {
  case QENT_OK:
    return "ok";
  case QENT_EINVAL:
    return "invalid";
  case QENT_ENOMEM:
    return "no memory";
  case QENT_ENOTFOUND:
    return "not found";
  case QENT_ECONFLICT:
    return "conflict";
  case QENT_EAUTH:
    return "unauthorized";
  case QENT_EUNSUPPORTED:
    return "unsupported";
  case QENT_ETIMEOUT:
    return "timeout";
  case QENT_EUPSTREAM:
    return "upstream";
  case QENT_EPROTO:
    return "protocol";
  case QENT_ESTORE:
    return "store";
  case QENT_ECANCELED:
    return "canceled";
  }
  return "unknown";
}

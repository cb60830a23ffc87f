/* SPDX-License-Identifier: MIT */
#include "message.h"

#include "texts.h"

#include <qentvpn/qr.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void message_init(message *m)
{
  memset(m, 0, sizeof *m);
  qent_buf_init(&m->html, (size_t)64 * 1024);
}

void message_dispose(message *m)
{
  for (size_t i = 0; i < m->button_count; ++i)
    free(m->words[i]);
  qent_buf_dispose(&m->html);
  qent_png_free(m->png);
  free(m->file);
  message_init(m);
}

/* Telegram takes links to hosts with a dot only, Mini Apps by https only. The loopback is for a
 * sandbox on the same machine. */
static bool is_usable(qent_bot_button_kind kind, const char *value)
{
  static const char *const schemes[] = {"https://", "http://127.0.0.1", "http://localhost",
                                        "http://[::1]", "tg://"};
  switch (kind) {
  case QENT_BOT_BUTTON_CALLBACK:
    return strlen(value) <= 64;
  case QENT_BOT_BUTTON_COPY:
    return text_utf16_units(value) <= 256;
  case QENT_BOT_BUTTON_URL:
  case QENT_BOT_BUTTON_WEB_APP:
    break;
  }
  for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; ++i)
    if (strncmp(value, schemes[i], strlen(schemes[i])) == 0)
      return true;
  return false;
}

void message_button(message *m, qent_bot_button_kind kind, const char *text, const char *value)
{
  if (!value || !*value || m->button_count == MESSAGE_BUTTONS_MAX || !is_usable(kind, value))
    return;
  const size_t value_size = strlen(value) + 1;
  const size_t text_size = strlen(text) + 1;
  char *words = malloc(value_size + text_size);
  if (!words)
    return;
  memcpy(words, value, value_size);
  memcpy(words + value_size, text, text_size);
  const qent_bot_button button = {kind, words + value_size, words, true};
  m->words[m->button_count] = words;
  m->buttons[m->button_count] = button;
  ++m->button_count;
}

void message_file(message *m, const char *name, const char *text)
{
  free(m->file);
  m->file = strdup(text);
  m->file_len = strlen(text);
  snprintf(m->file_name, sizeof m->file_name, "%s", name);
  if (!m->file)
    qent_buf_fail(&m->html, QENT_ENOMEM);
}

bool message_has_caption(const message *m)
{
  return m->png || m->file;
}

void message_strip(message *m)
{
  char *to = m->html.data;
  bool in_tag = false;
  for (const char *from = m->html.data; *from; ++from) {
    if (*from == '<')
      in_tag = true;
    else if (*from == '>')
      in_tag = false;
    else if (!in_tag)
      *to++ = *from;
  }
  qent_buf_truncate(&m->html, (size_t)(to - m->html.data));
  for (size_t i = 0; i < m->button_count; ++i)
    free(m->words[i]);
  m->button_count = 0;
}

/* SPDX-License-Identifier: MIT */
/* Keyboards and escaping. */
#include "telegram/bot_private.h"
#include "util/text.h"

#include <string.h>

#define ESCAPED_MAX_BYTES (256u << 10)

static void add_button(qent_json_writer *w, const qent_bot_button *button)
{
  qent_jw_object(w);
  qent_jw_kstr(w, "text", button->text);
  switch (button->kind) {
  case QENT_BOT_BUTTON_URL:
    qent_jw_kstr(w, "url", button->value);
    break;
  case QENT_BOT_BUTTON_WEB_APP:
    qent_jw_kobject(w, "web_app");
    qent_jw_kstr(w, "url", button->value);
    qent_jw_end_object(w);
    break;
  case QENT_BOT_BUTTON_CALLBACK:
    qent_jw_kstr(w, "callback_data", button->value);
    break;
  case QENT_BOT_BUTTON_COPY:
    qent_jw_kobject(w, "copy_text");
    qent_jw_kstr(w, "text", button->value);
    qent_jw_end_object(w);
    break;
  }
  qent_jw_end_object(w);
}

void qent__bot_markup(qent_json_writer *w, const qent_bot_button *buttons, size_t count)
{
  qent_jw_object(w);
  qent_jw_karray(w, "inline_keyboard");
  for (size_t i = 0; i < count; i++) {
    if (i == 0)
      qent_jw_array(w);
    else if (buttons[i].new_row) {
      qent_jw_end_array(w);
      qent_jw_array(w);
    }
    add_button(w, &buttons[i]);
  }
  if (count > 0)
    qent_jw_end_array(w);
  qent_jw_end_array(w);
  qent_jw_end_object(w);
}

qent_status qent_bot_escape(const char *text, char **text_out, qent_error *err)
{
  qent_buf out;
  qent_status st;

  if (!text || !text_out)
    return qent_fail(err, QENT_EINVAL, "escaping needs a text and an output");
  qent_buf_init(&out, ESCAPED_MAX_BYTES);
  qent__html_escape(&out, text, strlen(text));
  st = qent_buf_status(&out, err);
  if (st == QENT_OK)
    *text_out = qent_buf_take(&out);
  if (st == QENT_OK && !*text_out)
    st = qent_fail(err, QENT_ENOMEM, "out of memory");
  qent_buf_dispose(&out);
  return st;
}

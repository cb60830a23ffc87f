/* SPDX-License-Identifier: MIT */
#ifndef QENT_TELEGRAM_BOT_PRIVATE_H
#define QENT_TELEGRAM_BOT_PRIVATE_H

/* What the files of the Bot API client share. */

#include <qentvpn/ext/http.h>
#include <qentvpn/ext/json.h>
#include <qentvpn/telegram.h>

#include <cjson/cJSON.h>

/* One call. Either `body` (JSON) or `parts` (multipart/form-data). Borrowed during the call. */
struct qent__bot_call {
  const char *method;
  const qent_buf *body;
  const qent_http_part *parts;
  size_t part_count;
  int32_t timeout_ms; /* 0 = 20 s */
};

/* Make a call and hand out the answer: the whole JSON object, whose "ok" is true.
 * @param root_out  owned by the caller, cJSON_Delete(). Statuses as in <qentvpn/telegram.h>. */
qent_status qent__bot_call(qent_bot *bot, const struct qent__bot_call *call, cJSON **root_out,
                           qent_error *err);

/* The same for calls whose answer is of no interest. */
qent_status qent__bot_do(qent_bot *bot, const char *method, const qent_buf *body, qent_error *err);

qent_ctx *qent__bot_ctx(qent_bot *bot);
qent_http *qent__bot_http(qent_bot *bot);

/* {"inline_keyboard": …} as a value. */
void qent__bot_markup(qent_json_writer *w, const qent_bot_button *buttons, size_t count);

#endif

/* SPDX-License-Identifier: MIT */
/* A Telegram update, as it comes by webhook or out of the inbox. */
#include "util/text.h"

#include <qentvpn/telegram.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_text(const char *text)
{
  if (!text || !qent__utf8_valid(text, strlen(text)))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  qent_bot_update *update = NULL;

  if (qent_bot_update_parse((const char *)data, size, &update, NULL) != QENT_OK)
    return 0;
  must_be_text(qent_bot_update_name(update));
  must_be_text(qent_bot_update_username(update));
  must_be_text(qent_bot_update_language(update));
  must_be_text(qent_bot_update_text(update));
  if (qent_bot_update_get_kind(update) != QENT_BOT_UPDATE_OTHER && qent_bot_update_from(update) < 1)
    abort();
  qent_bot_update_free(update);
  return 0;
}

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_TELEGRAM_BOT_RIG_H
#define TESTS_UNIT_TELEGRAM_BOT_RIG_H

/* A bot whose Bot API is a script. */

#include <qentvpn/telegram.h>

#include "support/script.h"

#define TOKEN "123456789:AAFakeTokenForTestVectorsOnly_0123456789"
#define BASE "https://api.telegram.org/bot" TOKEN "/"
#define SENT "{\"ok\":true,\"result\":{\"message_id\":42}}"

struct rig {
  script script;
  qent_ctx *ctx;
  qent_bot *bot;
  char *loaded[4];
  size_t loaded_count;
};

/* cmocka set-up and tear-down: *state is a struct rig. */
int make_rig(void **state);
int drop_rig(void **state);
#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, make_rig, drop_rig)

/* What the file in tests/data/telegram holds; lives as long as the rig. */
const char *recorded(struct rig *rig, const char *name);

/* "de1.conf", text/plain: "[Interface]\nJc = 4\n". */
qent_bot_document conf_file(void);

#endif

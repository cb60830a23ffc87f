/* SPDX-License-Identifier: MIT */
#include "bot_rig.h"

#include "support/read_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int make_rig(void **state)
{
  static const char text[] = "QENT_BOT_TOKEN=" TOKEN "\n";
  struct rig *rig = calloc(1, sizeof *rig);
  qent_settings *settings = NULL;
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;

  if (!rig || qent_settings_parse(text, sizeof text - 1, NULL, NULL, &settings, NULL) != QENT_OK)
    return -1;
  options.settings = settings;
  options.transport = script_transport;
  options.transport_user = &rig->script;
  if (qent_ctx_new(&options, &rig->ctx, NULL) != QENT_OK ||
      qent_bot_new(rig->ctx, &rig->bot, NULL) != QENT_OK)
    return -1;
  qent_settings_free(settings);
  *state = rig;
  return 0;
}

int drop_rig(void **state)
{
  struct rig *rig = *state;

  qent_bot_free(rig->bot);
  qent_ctx_free(rig->ctx);
  for (size_t i = 0; i < rig->loaded_count; i++)
    free(rig->loaded[i]);
  free(rig);
  return 0;
}

const char *recorded(struct rig *rig, const char *name)
{
  char path[128];
  char *text;

  (void)snprintf(path, sizeof path, "telegram/%s", name);
  text = read_test_file(path, NULL);
  assert_non_null(text);
  assert_true(rig->loaded_count < 4);
  rig->loaded[rig->loaded_count++] = text;
  return text;
}

qent_bot_document conf_file(void)
{
  static const char text[] = "[Interface]\nJc = 4\n";
  qent_bot_document document = QENT_BOT_DOCUMENT_INIT;

  document.name = "de1.conf";
  document.mime_type = "text/plain";
  document.data = text;
  document.len = sizeof text - 1;
  return document;
}

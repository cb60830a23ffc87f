/* SPDX-License-Identifier: MIT */
#include "bot_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void message_has_exactly_these_bytes(void **state)
{
  static const qent_bot_button buttons[] = {
      {QENT_BOT_BUTTON_WEB_APP, "Open", "https://vpn.example/app/", false},
      {QENT_BOT_BUTTON_URL, "Help", "https://t.me/help", true},
      {QENT_BOT_BUTTON_CALLBACK, "Keys", "keys:7", false},
      {QENT_BOT_BUTTON_COPY, "Copy", "https://vpn.example/s/x", true},
  };
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  int64_t id = 0;

  message.chat_id = 279058397;
  message.html = "<b>Привет</b> \"x\"";
  message.buttons = buttons;
  message.button_count = 4;
  message.silent = true;
  script_add(&rig->script, 200, recorded(rig, "send_message.json"));
  assert_int_equal(qent_bot_send_message(rig->bot, &message, &id, NULL), QENT_OK);
  assert_true(id == 42);
  assert_string_equal(rig->script.url, BASE "sendMessage");
  assert_string_equal(
      rig->script.body,
      "{\"chat_id\":279058397,\"text\":\"<b>Привет</b> \\\"x\\\"\",\"parse_mode\":\"HTML\","
      "\"disable_notification\":true,\"link_preview_options\":{\"is_disabled\":true},"
      "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Open\",\"web_app\":{\"url\":"
      "\"https://vpn.example/app/\"}}],[{\"text\":\"Help\",\"url\":\"https://t.me/help\"},"
      "{\"text\":\"Keys\",\"callback_data\":\"keys:7\"}],[{\"text\":\"Copy\",\"copy_text\":{"
      "\"text\":\"https://vpn.example/s/x\"}}]]}}");
}

static void photo_goes_as_a_form(void **state)
{
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  int64_t id = 0;

  message.chat_id = 279058397;
  message.html = "caption";
  script_add(&rig->script, 200, SENT);
  assert_int_equal(qent_bot_send_photo(rig->bot, &message, "png", 3, &id, NULL), QENT_OK);
  assert_true(id == 42);
  assert_string_equal(rig->script.url, BASE "sendPhoto");
  assert_string_equal(rig->script.part_names,
                      "chat_id;caption;parse_mode;disable_notification;photo;");
  assert_int_equal(qent_bot_send_photo(rig->bot, &message, "", 0, &id, NULL), QENT_EINVAL);
}

static void document_goes_as_a_form_with_its_name(void **state)
{
  static const qent_bot_button button = {QENT_BOT_BUTTON_CALLBACK, "Keys", "keys:7", false};
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_bot_document document = conf_file();
  int64_t id = 0;

  message.chat_id = 279058397;
  message.html = "<b>Germany</b>";
  message.buttons = &button;
  message.button_count = 1;
  script_add(&rig->script, 200, SENT);
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, &id, NULL), QENT_OK);
  assert_true(id == 42);
  assert_string_equal(rig->script.url, BASE "sendDocument");
  assert_string_equal(rig->script.part_texts,
                      "chat_id|||279058397\ncaption|||<b>Germany</b>\nparse_mode|||HTML\n"
                      "disable_notification|||false\n"
                      "document|de1.conf|text/plain|[Interface]\nJc = 4\n\n"
                      "reply_markup|||{\"inline_keyboard\":[[{\"text\":\"Keys\","
                      "\"callback_data\":\"keys:7\"}]]}\n");
}

static void a_document_that_cannot_be_sent_is_not_tried(void **state)
{
  static const char *const names[] = {
      "",          ".conf",
      "de/1.conf", "..",
      "de 1.conf", "дом.conf",
      "a\"b",      "a\r\nb",
      "a\\b.conf", "0123456789012345678901234567890123456789012345678901234567890.conf"};
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_bot_document document = conf_file();

  message.chat_id = 1;
  message.html = "";
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    document.name = names[i];
    assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, NULL),
                     QENT_EINVAL);
  }
  document = conf_file();
  document.len = 0;
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, NULL), QENT_EINVAL);
  document.len = (size_t)QENT_BOT_DOCUMENT_MAX_BYTES + 1;
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, NULL), QENT_EINVAL);
  document = conf_file();
  document.data = NULL;
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, NULL), QENT_EINVAL);
  assert_int_equal(qent_bot_send_document(rig->bot, &message, NULL, NULL, NULL), QENT_EINVAL);
  assert_int_equal(rig->script.sent, 0);
  document = conf_file();
  script_add(&rig->script, 200, SENT);
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, NULL), QENT_OK);
}

static void a_refused_document_is_told_as_a_message_is(void **state)
{
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_bot_document document = conf_file();
  qent_error err = QENT_ERROR_INIT;

  message.chat_id = 1;
  message.html = "x";
  script_add(&rig->script, 429, recorded(rig, "error_429.json"));
  script_add(&rig->script, 403, recorded(rig, "error_403.json"));
  script_add(&rig->script, 413, "<html>Request Entity Too Large</html>");
  script_add_failure(&rig->script, QENT_ETIMEOUT);
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, &err),
                   QENT_EUPSTREAM);
  assert_true(err.retry_after_ms == 17000);
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, &err),
                   QENT_ENOTFOUND);
  assert_int_equal(err.http_status, 403);
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, &err), QENT_EINVAL);
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, &err),
                   QENT_ETIMEOUT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_RIG(message_has_exactly_these_bytes),
      WITH_RIG(photo_goes_as_a_form),
      WITH_RIG(document_goes_as_a_form_with_its_name),
      WITH_RIG(a_document_that_cannot_be_sent_is_not_tried),
      WITH_RIG(a_refused_document_is_told_as_a_message_is),
  };

  return cmocka_run_group_tests_name("bot api: sending", tests, NULL, NULL);
}

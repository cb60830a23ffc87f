/* SPDX-License-Identifier: MIT */
/* The Bot API client over real HTTP, against the sandbox's Bot API. */
#include "contract/sandbox.h"

#include <qentvpn/qr.h>
#include <qentvpn/telegram.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TOKEN "1234567890:AAFakeTokenForTestVectorsOnly_01234"

static struct sandbox sandbox;

struct rig {
  qent_ctx *ctx;
  qent_bot *bot;
  int64_t user;
};

static int make_rig(void **state)
{
  static int64_t next_user = 5000;
  struct rig *rig = calloc(1, sizeof *rig);
  qent_settings *settings = NULL;
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  char text[512];
  char person[128];

  if (!rig)
    return -1;
  rig->user = ++next_user;
  (void)snprintf(text, sizeof text, "QENT_BOT_TOKEN=" TOKEN "\nQENT_TELEGRAM_API_URL=%s/telegram\n",
                 sandbox.url);
  if (qent_settings_parse(text, strlen(text), NULL, NULL, &settings, NULL) != QENT_OK)
    return -1;
  options.settings = settings;
  if (qent_ctx_new(&options, &rig->ctx, NULL) != QENT_OK ||
      qent_bot_new(rig->ctx, &rig->bot, NULL) != QENT_OK)
    return -1;
  qent_settings_free(settings);
  (void)snprintf(person, sizeof person, "{\"id\":%lld,\"first_name\":\"Анна\"}",
                 (long long)rig->user);
  (void)sandbox_control(&sandbox, "POST", "/telegram/users", person);
  *state = rig;
  return 0;
}

static int drop_rig(void **state)
{
  struct rig *rig = *state;

  (void)sandbox_control(&sandbox, "DELETE", "/faults?target=telegram", NULL);
  qent_bot_free(rig->bot);
  qent_ctx_free(rig->ctx);
  free(rig);
  return 0;
}

static void person_writes(const struct rig *rig, const char *text)
{
  char body[256];

  (void)snprintf(body, sizeof body, "{\"user_id\":%lld,\"text\":\"%s\"}", (long long)rig->user,
                 text);
  assert_true(*sandbox_control(&sandbox, "POST", "/telegram/send", body) != '\0');
}

struct taken {
  int count;
  int64_t last_id;
  int64_t from;
  char text[128];
};

static qent_status take(int64_t update_id, const char *json, size_t len, void *user)
{
  struct taken *taken = user;
  qent_bot_update *update = NULL;

  assert_int_equal(qent_bot_update_parse(json, len, &update, NULL), QENT_OK);
  assert_true(qent_bot_update_id(update) == update_id);
  taken->count++;
  taken->last_id = update_id;
  taken->from = qent_bot_update_from(update);
  (void)snprintf(taken->text, sizeof taken->text, "%s", qent_bot_update_text(update));
  qent_bot_update_free(update);
  return QENT_OK;
}

static qent_status say(struct rig *rig, const char *html, qent_error *err)
{
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  int64_t id = 0;

  message.chat_id = rig->user;
  message.html = html;
  return qent_bot_send_message(rig->bot, &message, &id, err);
}

static void a_conversation_works(void **state)
{
  struct rig *rig = *state;
  struct taken taken = {0};
  char username[64];
  int64_t id = 0;
  char path[96];

  assert_int_equal(qent_bot_get_me(rig->bot, &id, username, sizeof username, NULL), QENT_OK);
  assert_true(id == 1234567890);
  person_writes(rig, "/start ref_1");
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 5, take, &taken, NULL), QENT_OK);
  assert_true(taken.count >= 1 && taken.from == rig->user);
  assert_string_equal(taken.text, "/start ref_1");
  assert_int_equal(say(rig, "Привет, <b>Анна</b> &amp; all", NULL), QENT_OK);
  (void)snprintf(path, sizeof path, "/telegram/messages?user_id=%lld", (long long)rig->user);
  assert_non_null(strstr(sandbox_control(&sandbox, "GET", path, NULL), "Привет, Анна"));
  taken.count = 0;
  assert_int_equal(qent_bot_get_updates(rig->bot, taken.last_id + 1, 0, take, &taken, NULL),
                   QENT_OK);
  assert_int_equal(taken.count, 0);
}

static void a_picture_arrives_with_its_buttons(void **state)
{
  static const qent_bot_button buttons[] = {
      {QENT_BOT_BUTTON_CALLBACK, "Keys", "keys:7", false},
      {QENT_BOT_BUTTON_COPY, "Copy", "https://vpn.example/s/x", true},
  };
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  void *png = NULL;
  size_t len = 0;
  int64_t id = 0;
  char path[96];
  const char *sent;

  person_writes(rig, "/start");
  assert_int_equal(qent_qr_png("https://vpn.example/s/x", &png, &len, NULL), QENT_OK);
  message.chat_id = rig->user;
  message.html = "QR";
  message.buttons = buttons;
  message.button_count = 2;
  assert_int_equal(qent_bot_send_photo(rig->bot, &message, png, len, &id, NULL), QENT_OK);
  assert_true(id > 0);
  qent_png_free(png);
  (void)snprintf(path, sizeof path, "/telegram/messages?user_id=%lld", (long long)rig->user);
  sent = sandbox_control(&sandbox, "GET", path, NULL);
  assert_non_null(strstr(sent, "sendPhoto"));
  assert_non_null(strstr(sent, "keys:7"));
}

static void a_document_arrives_byte_by_byte(void **state)
{
  static const char text[] = "[Interface]\r\nJc = 4\r\n--\r\n\xd0\x96\n";
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_bot_document document = QENT_BOT_DOCUMENT_INIT;
  char path[96];
  const char *sent;

  person_writes(rig, "/start");
  message.chat_id = rig->user;
  message.html = "<b>Key</b>";
  document.name = "de1.conf";
  document.data = text;
  document.len = sizeof text - 1;
  assert_int_equal(qent_bot_send_document(rig->bot, &message, &document, NULL, NULL), QENT_OK);
  (void)snprintf(path, sizeof path, "/telegram/messages?user_id=%lld", (long long)rig->user);
  sent = sandbox_control(&sandbox, "GET", path, NULL);
  assert_non_null(strstr(sent, "\"file_name\":\"de1.conf\""));
  assert_non_null(strstr(sent, "\"caption\":\"Key\""));
  (void)snprintf(path, sizeof path, "\"file_size\":%zu", sizeof text - 1);
  assert_non_null(strstr(sent, path));
}

static void who_cannot_be_reached_is_not_found(void **state)
{
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_error err = QENT_ERROR_INIT;
  char body[96];

  (void)snprintf(body, sizeof body, "{\"user_id\":%lld,\"blocked\":true}", (long long)rig->user);
  person_writes(rig, "hi");
  assert_true(*sandbox_control(&sandbox, "POST", "/telegram/block", body) != '\0');
  assert_int_equal(say(rig, "x", &err), QENT_ENOTFOUND);
  assert_int_equal(err.http_status, 403);
  message.chat_id = 999999999;
  message.html = "x";
  assert_int_equal(qent_bot_send_message(rig->bot, &message, NULL, &err), QENT_ENOTFOUND);
}

static qent_status with_fault(struct rig *rig, const char *fault, qent_error *err)
{
  char body[256];

  (void)snprintf(body, sizeof body, "{\"target\":\"telegram\",\"match\":\"sendMessage\",%s}",
                 fault);
  assert_true(*sandbox_control(&sandbox, "POST", "/faults", body) != '\0');
  qent_error_clear(err);
  return say(rig, "x", err);
}

static void bad_days_are_told_apart(void **state)
{
  struct rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;

  person_writes(rig, "hi");
  assert_int_equal(with_fault(rig, "\"kind\":\"429\",\"retry_after\":7", &err), QENT_EUPSTREAM);
  assert_true(err.retry_after_ms == 7000);
  assert_int_equal(with_fault(rig, "\"kind\":\"status\",\"status\":500", &err), QENT_EUPSTREAM);
  assert_int_equal(with_fault(rig, "\"kind\":\"html\",\"status\":502", &err), QENT_EUPSTREAM);
  assert_int_equal(with_fault(rig, "\"kind\":\"html\",\"status\":200", &err), QENT_EPROTO);
  assert_int_equal(with_fault(rig, "\"kind\":\"garbage\"", &err), QENT_EPROTO);
  assert_int_equal(with_fault(rig, "\"kind\":\"act_then_timeout\",\"ms\":100", &err),
                   QENT_ETIMEOUT);
  assert_int_equal(with_fault(rig, "\"kind\":\"status\",\"status\":401", &err), QENT_EAUTH);
  assert_null(strstr(err.message, "AAFake"));
  assert_int_equal(say(rig, "<nonsense>", &err), QENT_EINVAL);
  assert_int_equal(say(rig, "fine", &err), QENT_OK);
}

static void *poll_for_long(void *arg)
{
  static qent_status st;
  struct rig *rig = arg;
  struct taken taken = {0};

  st = qent_bot_get_updates(rig->bot, 0, 50, take, &taken, NULL);
  return &st;
}

/* The test's time limit is far below the poll's 50 s. */
static void a_stop_ends_a_long_poll(void **state)
{
  struct rig *rig = *state;
  struct taken taken = {0};
  pthread_t thread;
  void *result = NULL;

  assert_int_equal(qent_bot_get_updates(rig->bot, -1, 0, take, &taken, NULL), QENT_OK);
  assert_int_equal(qent_bot_get_updates(rig->bot, taken.last_id + 1, 0, take, &taken, NULL),
                   QENT_OK);
  assert_int_equal(pthread_create(&thread, NULL, poll_for_long, rig), 0);
  qent_ctx_stop(rig->ctx);
  assert_int_equal(pthread_join(thread, &result), 0);
  assert_int_equal(*(const qent_status *)result, QENT_ECANCELED);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_conversation_works, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(a_picture_arrives_with_its_buttons, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(a_document_arrives_byte_by_byte, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(who_cannot_be_reached_is_not_found, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(bad_days_are_told_apart, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(a_stop_ends_a_long_poll, make_rig, drop_rig),
  };
  int failed;

  if (argc != 2 || !sandbox_start(&sandbox, argv[1])) {
    (void)fprintf(stderr, "usage: %s <qent-sandbox>\n", argv[0]);
    return 1;
  }
  failed = cmocka_run_group_tests_name("bot api on the sandbox", tests, NULL, NULL);
  sandbox_stop(&sandbox);
  return failed;
}

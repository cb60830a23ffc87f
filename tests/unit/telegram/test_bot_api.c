/* SPDX-License-Identifier: MIT */
#include "bot_rig.h"

#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void get_me_names_the_bot(void **state)
{
  struct rig *rig = *state;
  int64_t id = 0;
  char username[64];

  script_add(&rig->script, 200, recorded(rig, "get_me.json"));
  assert_int_equal(qent_bot_get_me(rig->bot, &id, username, sizeof username, NULL), QENT_OK);
  assert_true(id == 1234567890);
  assert_string_equal(username, "qentvpn_bot");
  assert_string_equal(rig->script.url, BASE "getMe");
}

static qent_status status_of(struct rig *rig, int http_status, const char *body, qent_error *err)
{
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_status st;

  script_reset(&rig->script);
  script_add(&rig->script, http_status, body);
  qent_error_clear(err);
  message.chat_id = 1;
  message.html = "x";
  st = qent_bot_send_message(rig->bot, &message, NULL, err);
  assert_null(strstr(err->message, "AAFake"));
  return st;
}

static void refusals_tell_person_content_and_service_apart(void **state)
{
  static const struct {
    int http_status;
    const char *file;
    qent_status st;
  } rows[] = {
      {401, "error_401.json", QENT_EAUTH},
      {403, "error_403.json", QENT_ENOTFOUND},
      {400, "error_400_chat.json", QENT_ENOTFOUND},
      {400, "error_400_entities.json", QENT_EINVAL},
  };
  struct rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(status_of(rig, rows[i].http_status, recorded(rig, rows[i].file), &err),
                     rows[i].st);
    assert_int_equal(err.http_status, rows[i].http_status);
    assert_true(err.retry_after_ms == -1);
  }
  assert_int_equal(status_of(rig, 404, "{\"ok\":false,\"description\":\"Not Found\"}", &err),
                   QENT_EAUTH);
  assert_int_equal(status_of(rig, 413, "<html>", &err), QENT_EINVAL);
  assert_int_equal(status_of(rig, 500, "", &err), QENT_EUPSTREAM);
  assert_int_equal(status_of(rig, 502, "<html>Bad Gateway</html>", &err), QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 502);
  assert_int_equal(status_of(rig, 302, "", &err), QENT_EPROTO);
  assert_int_equal(status_of(rig, 200, "", &err), QENT_EPROTO);
  assert_int_equal(status_of(rig, 200, "<html>", &err), QENT_EPROTO);
  assert_int_equal(status_of(rig, 200, "{\"ok\":false}", &err), QENT_EPROTO);
}

static void too_many_requests_tells_the_pause(void **state)
{
  struct rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;

  assert_int_equal(status_of(rig, 429, recorded(rig, "error_429.json"), &err), QENT_EUPSTREAM);
  assert_true(err.retry_after_ms == 17000);
  assert_int_equal(err.http_status, 429);
  assert_int_equal(status_of(rig, 429, "", &err), QENT_EUPSTREAM);
  assert_true(err.retry_after_ms == 1000);
}

static void network_failures_pass_without_the_token(void **state)
{
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_error err = QENT_ERROR_INIT;

  message.chat_id = 1;
  message.html = "x";
  script_add_failure(&rig->script, QENT_ETIMEOUT);
  assert_int_equal(qent_bot_send_message(rig->bot, &message, NULL, &err), QENT_ETIMEOUT);
  assert_null(strstr(err.message, "AAFake"));
}

struct got {
  int count;
  int64_t ids[8];
  char json[8][2048];
  int stop_at;
};

static qent_status take(int64_t update_id, const char *json, size_t len, void *user)
{
  struct got *got = user;

  if (got->stop_at && got->count + 1 == got->stop_at)
    return QENT_ESTORE;
  assert_true(got->count < 8 && len < sizeof got->json[0]);
  got->ids[got->count] = update_id;
  memcpy(got->json[got->count], json, len);
  got->json[got->count++][len] = '\0';
  return QENT_OK;
}

static void updates_come_one_by_one_in_order(void **state)
{
  struct rig *rig = *state;
  struct got got = {0};

  script_add(&rig->script, 200, recorded(rig, "get_updates.json"));
  assert_int_equal(qent_bot_get_updates(rig->bot, 900000001, 25, take, &got, NULL), QENT_OK);
  assert_int_equal(got.count, 3);
  for (int i = 0; i < 3; i++) {
    qent_bot_update *update = NULL;

    assert_true(got.ids[i] == 900000001 + i);
    assert_int_equal(qent_bot_update_parse(got.json[i], strlen(got.json[i]), &update, NULL),
                     QENT_OK);
    assert_true(qent_bot_update_id(update) == got.ids[i]);
    qent_bot_update_free(update);
  }
  assert_string_equal(rig->script.url, BASE "getUpdates");
  assert_string_equal(
      rig->script.body,
      "{\"offset\":900000001,\"limit\":100,\"timeout\":25,\"allowed_updates\":[\"message\","
      "\"callback_query\",\"my_chat_member\"]}");
  assert_int_equal(rig->script.timeout_ms, 35000);
}

static void a_failing_receiver_stops_the_rest(void **state)
{
  struct rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;
  struct got got = {.stop_at = 2};

  script_add(&rig->script, 200, recorded(rig, "get_updates.json"));
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 0, take, &got, &err), QENT_ESTORE);
  assert_int_equal(err.status, QENT_ESTORE);
  assert_int_equal(got.count, 1);
}

static void an_empty_poll_and_odd_lists_are_told_apart(void **state)
{
  struct rig *rig = *state;
  struct got got = {0};

  script_add(&rig->script, 200, " { \"x\" : [1,\"]\"], \"ok\":true, \"result\" : [ ] } ");
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 0, take, &got, NULL), QENT_OK);
  script_add(&rig->script, 200, "{\"ok\":true,\"result\":true}");
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 0, take, &got, NULL), QENT_EPROTO);
  script_add(&rig->script, 200, "{\"ok\":true,\"result\":[{}]}");
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 0, take, &got, NULL), QENT_EPROTO);
  script_add(&rig->script, 409, recorded(rig, "error_409.json"));
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 0, take, &got, NULL), QENT_ECONFLICT);
  assert_int_equal(got.count, 0);
}

static void a_huge_update_is_handed_on_as_its_id(void **state)
{
  static const char head[] = "{\"ok\":true,\"result\":[{\"update_id\":5,\"message\":{\"text\":\"";
  static const char tail[] = "\"}},{\"update_id\":6}]}";
  struct rig *rig = *state;
  size_t fill = 300000;
  char *body = malloc(sizeof head + fill + sizeof tail);
  struct got got = {0};

  assert_non_null(body);
  memcpy(body, head, sizeof head - 1);
  memset(body + sizeof head - 1, 'x', fill);
  memcpy(body + sizeof head - 1 + fill, tail, sizeof tail);
  script_add(&rig->script, 200, body);
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 0, take, &got, NULL), QENT_OK);
  assert_int_equal(got.count, 2);
  assert_string_equal(got.json[0], "{\"update_id\":5}");
  assert_string_equal(got.json[1], "{\"update_id\":6}");
  free(body);
}

static void a_late_callback_answer_is_fine(void **state)
{
  struct rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;

  script_add(&rig->script, 400, recorded(rig, "error_400_query.json"));
  assert_int_equal(qent_bot_answer_callback(rig->bot, "77", "ok", &err), QENT_OK);
  assert_string_equal(rig->script.body, "{\"callback_query_id\":\"77\",\"text\":\"ok\"}");
  script_add(&rig->script, 400, "{\"ok\":false,\"description\":\"Bad Request: MESSAGE_TOO_LONG\"}");
  assert_int_equal(qent_bot_answer_callback(rig->bot, "77", NULL, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "MESSAGE_TOO_LONG"));
}

static void setup_calls_have_their_documented_shape(void **state)
{
  static const qent_bot_command commands[] = {{"start", "Начать"}, {"help", "Help"}};
  struct rig *rig = *state;
  const char *yes = "{\"ok\":true,\"result\":true}";

  for (int i = 0; i < 5; i++)
    script_add(&rig->script, 200, yes);
  assert_int_equal(qent_bot_set_commands(rig->bot, "ru", 0, commands, 2, NULL), QENT_OK);
  assert_string_equal(rig->script.url, BASE "setMyCommands");
  assert_string_equal(rig->script.body,
                      "{\"commands\":[{\"command\":\"start\",\"description\":\"Начать\"},"
                      "{\"command\":\"help\",\"description\":\"Help\"}],\"scope\":{\"type\":"
                      "\"all_private_chats\"},\"language_code\":\"ru\"}");
  assert_int_equal(qent_bot_set_commands(rig->bot, NULL, 7, commands, 1, NULL), QENT_OK);
  assert_non_null(strstr(rig->script.body, "\"scope\":{\"type\":\"chat\",\"chat_id\":7}}"));
  assert_int_equal(qent_bot_set_menu_button(rig->bot, "VPN", "https://vpn.example/app/", NULL),
                   QENT_OK);
  assert_string_equal(rig->script.url, BASE "setChatMenuButton");
  assert_string_equal(rig->script.body,
                      "{\"menu_button\":{\"type\":\"web_app\",\"text\":\"VPN\",\"web_app\":{"
                      "\"url\":\"https://vpn.example/app/\"}}}");
  assert_int_equal(qent_bot_set_webhook(rig->bot, "https://vpn.example/w", "s3cret", NULL),
                   QENT_OK);
  assert_string_equal(rig->script.url, BASE "setWebhook");
  assert_non_null(strstr(rig->script.body, "\"secret_token\":\"s3cret\""));
  assert_int_equal(qent_bot_delete_webhook(rig->bot, NULL), QENT_OK);
  assert_string_equal(rig->script.body, "{\"drop_pending_updates\":false}");
}

static void a_stop_ends_every_call(void **state)
{
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  struct got got = {0};

  message.chat_id = 1;
  message.html = "x";
  script_add(&rig->script, 200, SENT);
  qent_ctx_stop(rig->ctx);
  assert_int_equal(qent_bot_get_updates(rig->bot, 0, 50, take, &got, NULL), QENT_ECANCELED);
  assert_int_equal(qent_bot_send_message(rig->bot, &message, NULL, NULL), QENT_ECANCELED);
  assert_int_equal(rig->script.sent, 0);
}

static void escape_is_for_html_mode(void **state)
{
  char *text = NULL;

  (void)state;
  assert_int_equal(qent_bot_escape("a<b>&\"c\"", &text, NULL), QENT_OK);
  assert_string_equal(text, "a&lt;b&gt;&amp;&quot;c&quot;");
  qent_text_free(text);
  assert_int_equal(qent_bot_escape("", &text, NULL), QENT_OK);
  assert_string_equal(text, "");
  qent_text_free(text);
}

static void a_bot_needs_a_token(void **state)
{
  qent_settings *settings = NULL;
  qent_ctx_options options = QENT_CTX_OPTIONS_INIT;
  qent_ctx *ctx = NULL;
  qent_bot *bot = NULL;

  (void)state;
  assert_int_equal(qent_settings_parse("", 0, NULL, NULL, &settings, NULL), QENT_OK);
  options.settings = settings;
  assert_int_equal(qent_ctx_new(&options, &ctx, NULL), QENT_OK);
  assert_int_equal(qent_bot_new(ctx, &bot, NULL), QENT_EINVAL);
  assert_null(bot);
  qent_ctx_free(ctx);
  qent_settings_free(settings);
}

static void out_of_memory_is_told_and_leaks_nothing(void **state)
{
  static const qent_bot_button button = {QENT_BOT_BUTTON_CALLBACK, "Keys", "keys:7", false};
  struct rig *rig = *state;
  qent_bot_message message = QENT_BOT_MESSAGE_INIT;
  qent_bot_document document = conf_file();
  long n = 0;

  message.chat_id = 1;
  message.html = "x";
  message.buttons = &button;
  message.button_count = 1;
  for (;; n++) {
    qent_bot *bot = NULL;
    qent_status st;

    script_reset(&rig->script);
    script_add(&rig->script, 200, SENT);
    script_add(&rig->script, 200, SENT);
    script_add(&rig->script, 200, "{\"ok\":true,\"result\":[{\"update_id\":1}]}");
    qent__alloc_fail_after(n);
    st = qent_bot_new(rig->ctx, &bot, NULL);
    if (st == QENT_OK)
      st = qent_bot_send_photo(bot, &message, "png", 3, NULL, NULL);
    if (st == QENT_OK)
      st = qent_bot_send_document(bot, &message, &document, NULL, NULL);
    if (st == QENT_OK) {
      struct got got = {0};

      st = qent_bot_get_updates(bot, 0, 0, take, &got, NULL);
    }
    qent__alloc_fail_after(-1);
    qent_bot_free(bot);
    if (st == QENT_OK)
      break;
    assert_int_equal(st, QENT_ENOMEM);
    assert_true(n < 200);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_RIG(get_me_names_the_bot),
      WITH_RIG(refusals_tell_person_content_and_service_apart),
      WITH_RIG(too_many_requests_tells_the_pause),
      WITH_RIG(network_failures_pass_without_the_token),
      WITH_RIG(updates_come_one_by_one_in_order),
      WITH_RIG(a_failing_receiver_stops_the_rest),
      WITH_RIG(an_empty_poll_and_odd_lists_are_told_apart),
      WITH_RIG(a_huge_update_is_handed_on_as_its_id),
      WITH_RIG(a_late_callback_answer_is_fine),
      WITH_RIG(setup_calls_have_their_documented_shape),
      WITH_RIG(a_stop_ends_every_call),
      cmocka_unit_test(escape_is_for_html_mode),
      cmocka_unit_test(a_bot_needs_a_token),
      WITH_RIG(out_of_memory_is_told_and_leaks_nothing),
  };

  return cmocka_run_group_tests_name("bot api", tests, NULL, NULL);
}

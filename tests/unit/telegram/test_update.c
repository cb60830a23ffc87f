/* SPDX-License-Identifier: MIT */
#include <qentvpn/telegram.h>

#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FROM                                                                                       \
  "\"from\":{\"id\":279058397,\"first_name\":\"Anna\",\"last_name\":\"K\",\"username\":"           \
  "\"anna\",\"language_code\":\"ru\"}"
#define PRIVATE "\"chat\":{\"id\":279058397,\"type\":\"private\"}"
#define GROUP "\"chat\":{\"id\":-100,\"type\":\"supergroup\"}"

static qent_bot_update *parsed(const char *json)
{
  qent_bot_update *update = NULL;

  if (qent_bot_update_parse(json, strlen(json), &update, NULL) != QENT_OK)
    fail_msg("refused: %s", json);
  return update;
}

static void private_text_is_a_message(void **state)
{
  qent_bot_update *u =
      parsed("{\"update_id\":9,\"message\":{" FROM "," PRIVATE ",\"text\":\"/start x\"}}");

  (void)state;
  assert_true(qent_bot_update_id(u) == 9);
  assert_int_equal(qent_bot_update_get_kind(u), QENT_BOT_UPDATE_MESSAGE);
  assert_true(qent_bot_update_from(u) == 279058397);
  assert_string_equal(qent_bot_update_name(u), "Anna K");
  assert_string_equal(qent_bot_update_username(u), "anna");
  assert_string_equal(qent_bot_update_language(u), "ru");
  assert_string_equal(qent_bot_update_text(u), "/start x");
  assert_null(qent_bot_update_callback_id(u));
  qent_bot_update_free(u);
}

static void pressed_button_is_a_callback(void **state)
{
  qent_bot_update *u =
      parsed("{\"update_id\":9,\"callback_query\":{\"id\":\"77\"," FROM ",\"data\":\"keys:7\"}}");

  (void)state;
  assert_int_equal(qent_bot_update_get_kind(u), QENT_BOT_UPDATE_CALLBACK);
  assert_string_equal(qent_bot_update_text(u), "keys:7");
  assert_string_equal(qent_bot_update_callback_id(u), "77");
  qent_bot_update_free(u);
}

static void blocking_and_unblocking_are_seen(void **state)
{
  qent_bot_update *u = parsed("{\"update_id\":9,\"my_chat_member\":{" FROM "," PRIVATE
                              ",\"new_chat_member\":{\"status\":\"kicked\"}}}");

  (void)state;
  assert_int_equal(qent_bot_update_get_kind(u), QENT_BOT_UPDATE_BLOCKED);
  qent_bot_update_free(u);
  u = parsed("{\"update_id\":9,\"my_chat_member\":{" FROM "," PRIVATE
             ",\"new_chat_member\":{\"status\":\"member\"}}}");
  assert_int_equal(qent_bot_update_get_kind(u), QENT_BOT_UPDATE_UNBLOCKED);
  qent_bot_update_free(u);
}

static void a_picture_is_a_message_without_text(void **state)
{
  qent_bot_update *u =
      parsed("{\"update_id\":9,\"message\":{" FROM "," PRIVATE ",\"photo\":[],\"text\":7}}");

  (void)state;
  assert_int_equal(qent_bot_update_get_kind(u), QENT_BOT_UPDATE_MESSAGE);
  assert_string_equal(qent_bot_update_text(u), "");
  qent_bot_update_free(u);
}

static void long_names_are_cut_between_characters(void **state)
{
  char json[1024] =
      "{\"update_id\":9,\"message\":{" PRIVATE ",\"from\":{\"id\":1,\"first_name\":\"";
  qent_bot_update *u;

  (void)state;
  for (int i = 0; i < 100; i++)
    memcpy(json + strlen(json), "ж", 3);
  memcpy(json + strlen(json), "\"}}}", 5);
  u = parsed(json);
  assert_int_equal(strlen(qent_bot_update_name(u)), 128);
  qent_bot_update_free(u);
}

static void everything_else_is_other_and_no_failure(void **state)
{
  static const char *const others[] = {
      "{\"update_id\":0}",
      "{\"update_id\":1,\"message\":null}",
      "{\"update_id\":1,\"message\":7}",
      "{\"update_id\":1,\"message\":{}}",
      "{\"update_id\":1,\"message\":{" FROM "," GROUP ",\"text\":\"hi\"}}",
      "{\"update_id\":1,\"message\":{" PRIVATE ",\"text\":\"hi\"}}",
      "{\"update_id\":1,\"message\":{\"from\":{\"id\":-5}," PRIVATE ",\"text\":\"hi\"}}",
      "{\"update_id\":1,\"message\":{\"from\":{\"id\":\"5\"}," PRIVATE ",\"text\":\"hi\"}}",
      "{\"update_id\":1,\"message\":{\"from\":[]," PRIVATE ",\"text\":\"hi\"}}",
      "{\"update_id\":1,\"edited_message\":{" FROM "," PRIVATE ",\"text\":\"hi\"}}",
      "{\"update_id\":1,\"my_chat_member\":{" FROM "," GROUP
      ",\"new_chat_member\":{\"status\":\"kicked\"}}}",
      "{\"update_id\":1,\"my_chat_member\":{" FROM "," PRIVATE ",\"new_chat_member\":{}}}",
      "{\"update_id\":1,\"something_of_2030\":{\"deep\":[[[[{}]]]]}}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    qent_bot_update *u = parsed(others[i]);

    if (qent_bot_update_get_kind(u) != QENT_BOT_UPDATE_OTHER)
      fail_msg("%s", others[i]);
    assert_non_null(qent_bot_update_name(u));
    assert_non_null(qent_bot_update_text(u));
    qent_bot_update_free(u);
  }
}

static void what_is_no_update_is_refused(void **state)
{
  static const char *const bad[] = {
      "",
      "{}",
      "[]",
      "null",
      "{\"update_id\":\"1\"}",
      "{\"update_id\":1.5}",
      "{\"update_id\":1",
      "{\"update_id\":1}x",
      "{\"update_id\":1,\"x\":\"\xff\"}",
  };
  size_t size = 262145;
  char *large = malloc(size);
  qent_bot_update *u = NULL;

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(qent_bot_update_parse(bad[i], strlen(bad[i]), &u, NULL), QENT_EINVAL);
  assert_non_null(large);
  memset(large, ' ', size);
  memcpy(large, "{\"update_id\":1}", 15);
  assert_int_equal(qent_bot_update_parse(large, size, &u, NULL), QENT_EINVAL);
  assert_null(u);
  assert_int_equal(qent_bot_update_parse(large, size - 1, &u, NULL), QENT_OK);
  qent_bot_update_free(u);
  free(large);
}

static void out_of_memory_is_told_and_leaks_nothing(void **state)
{
  static const char json[] =
      "{\"update_id\":9,\"callback_query\":{\"id\":\"77\"," FROM ",\"data\":\"keys:7\"}}";
  qent_status st = QENT_ENOMEM;

  (void)state;
  for (long n = 0; st != QENT_OK; n++) {
    qent_bot_update *u = NULL;

    qent__alloc_fail_after(n);
    st = qent_bot_update_parse(json, sizeof json - 1, &u, NULL);
    qent__alloc_fail_after(-1);
    assert_true(st == QENT_OK || st == QENT_ENOMEM);
    assert_int_equal(st == QENT_OK, u != NULL);
    assert_true(n < 100);
    qent_bot_update_free(u);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(private_text_is_a_message),
      cmocka_unit_test(pressed_button_is_a_callback),
      cmocka_unit_test(blocking_and_unblocking_are_seen),
      cmocka_unit_test(a_picture_is_a_message_without_text),
      cmocka_unit_test(long_names_are_cut_between_characters),
      cmocka_unit_test(everything_else_is_other_and_no_failure),
      cmocka_unit_test(what_is_no_update_is_refused),
      cmocka_unit_test(out_of_memory_is_told_and_leaks_nothing),
  };

  return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void commands_are_known_with_and_without_extras(void **state)
{
  static const struct {
    const char *text, *name, *argument;
  } rows[] = {{"/start", "start", ""},
              {"/start plan_month", "start", "plan_month"},
              {"/START@shop_bot  paid \n more", "start", "paid"},
              {"/my", "my", ""},
              {"/find  Иван Петров ", "find", "Иван Петров"},
              {"/paysupport", "help", ""},
              {"/startle", "unknown", ""},
              {"start", "unknown", ""},
              {"/", "unknown", ""},
              {"", "unknown", ""},
              {"hello /start", "unknown", ""}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    command_line line;
    command_from_text(rows[i].text, &line);
    assert_string_equal(line.name, rows[i].name);
    assert_string_equal(line.argument, rows[i].argument);
  }
}

static void a_long_argument_is_cut_at_a_character(void **state)
{
  char text[1024] = "/find x";
  command_line line;
  (void)state;
  for (int i = 0; i < 200; ++i)
    memcpy(text + 7 + (size_t)i * 2, "ы", 3);
  command_from_text(text, &line);
  const size_t len = strlen(line.argument);
  assert_in_range(len, 120, COMMAND_ARGUMENT_MAX - 1);
  assert_int_equal(len % 2, 1);
}

static void only_our_own_buttons_are_known(void **state)
{
  command_line line;
  (void)state;
  command_from_callback("my", &line);
  assert_string_equal(line.name, "my");
  command_from_callback("lang:ru", &line);
  assert_string_equal(line.name, "lang_set");
  assert_string_equal(line.argument, "ru");
  command_from_callback("lang:de", &line);
  assert_string_equal(line.name, "unknown");
  command_from_callback("stats", &line);
  assert_string_equal(line.name, "unknown");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(commands_are_known_with_and_without_extras),
      cmocka_unit_test(a_long_argument_is_cut_at_a_character),
      cmocka_unit_test(only_our_own_buttons_are_known),
  };
  return cmocka_run_group_tests_name("botd commands", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "move.h"

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
  command_from_callback("nodes:7", &line);
  assert_string_equal(line.name, "nodes");
  assert_string_equal(line.argument, "7");
  command_from_callback("move:7:de1", &line);
  assert_string_equal(line.name, "move");
  assert_string_equal(line.argument, "7:de1");
  command_from_callback("move:7", &line);
  assert_string_equal(line.name, "unknown");
  command_from_callback("nodes:", &line);
  assert_string_equal(line.name, "unknown");
  command_from_callback("nodes:7x", &line);
  assert_string_equal(line.name, "unknown");
  command_from_callback("nodes:9999999999999999999", &line);
  assert_string_equal(line.name, "unknown");
  command_from_callback("lang:de", &line);
  assert_string_equal(line.name, "unknown");
  command_from_callback("stats", &line);
  assert_string_equal(line.name, "unknown");
}

static void a_choice_of_a_node_is_read_back_with_its_outcome(void **state)
{
  move_answer move;
  (void)state;
  assert_true(move_parse("7", &move));
  assert_int_equal(move.subscription, 7);
  assert_string_equal(move.node, "");
  assert_int_equal(move.outcome, MOVE_ASKED);
  assert_true(move_parse("7:de-1", &move));
  assert_string_equal(move.node, "de-1");
  assert_int_equal(move.outcome, MOVE_ASKED);
  assert_true(move_parse("7:de1:done", &move));
  assert_int_equal(move.outcome, MOVE_DONE);
  assert_true(move_parse("7:de1:there", &move));
  assert_int_equal(move.outcome, MOVE_THERE);
  assert_true(move_parse("7:de1:no", &move));
  assert_int_equal(move.outcome, MOVE_REFUSED);
  assert_true(move_parse("7:de1:soon:1795500000", &move));
  assert_int_equal(move.outcome, MOVE_SOON);
  assert_int_equal(move.until, 1795500000);
}

static void what_nobody_asked_for_is_no_choice(void **state)
{
  static const char *const wrong[] = {"",         "x",          "7:",           "7:DE",
                                      "7:de 1",   "7:de1:",     "7:de1:yes",    "7:de1:soon:",
                                      "7:de1:so", "7:de1:soon", "7:de1:soon:x", "7:de1:soon:1:"};
  move_answer move;
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i)
    assert_false(move_parse(wrong[i], &move));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(commands_are_known_with_and_without_extras),
      cmocka_unit_test(a_long_argument_is_cut_at_a_character),
      cmocka_unit_test(only_our_own_buttons_are_known),
      cmocka_unit_test(a_choice_of_a_node_is_read_back_with_its_outcome),
      cmocka_unit_test(what_nobody_asked_for_is_no_choice),
  };
  return cmocka_run_group_tests_name("botd commands", tests, NULL, NULL);
}

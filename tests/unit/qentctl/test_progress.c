/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void the_line_says_how_far_it_is(void **state)
{
  static const struct {
    progress_state state;
    const char *line;
  } rows[] = {
      {{1000, 0, 0, 0}, "[------------------------]   0 %  0 of 1000"},
      {{1000, 500, 3, 20000},
       "[############------------]  50 %  500 of 1000, 3 failing, 25.0/s, 20 s left"},
      {{1000, 1000, 0, 40000}, "[########################] 100 %  1000 of 1000"},
      {{3, 1, 0, 1000000}, "[########----------------]  33 %  1 of 3, 0.0/s, 33 min left"},
      {{1000000, 10, 0, 36000},
       "[------------------------]   0 %  10 of 1000000, 0.3/s, 999 h left"},
      /* What came in meanwhile makes more than all. */
      {{10, 12, 0, 5000}, "[########################] 100 %  10 of 10"},
      {{0, 0, 0, 5000}, "[########################] 100 %  0 of 0"},
  };
  char line[160];
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    progress_format(line, sizeof line, &rows[i].state);
    assert_string_equal(line, rows[i].line);
  }
}

static void a_step_back_is_told_as_nothing_done(void **state)
{
  const progress_state back = {10, -2, 0, 5000};
  char line[160];
  (void)state;
  progress_format(line, sizeof line, &back);
  assert_string_equal(line, "[------------------------]   0 %  0 of 10");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_line_says_how_far_it_is),
      cmocka_unit_test(a_step_back_is_told_as_nothing_done),
  };
  return cmocka_run_group_tests_name("qentctl progress", tests, NULL, NULL);
}

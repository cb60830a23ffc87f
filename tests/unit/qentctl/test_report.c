/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW INT64_C(1795500000)

static void width_is_counted_in_columns(void **state)
{
  (void)state;
  assert_int_equal(report_width(""), 0);
  assert_int_equal(report_width("Месяц"), 5);
  assert_int_equal(report_width("日本"), 4);
  assert_int_equal(report_width("🎉"), 2);
  assert_int_equal(report_width("🇩🇪"), 2);
  assert_int_equal(report_width("e\xCC\x81"), 1);
}

static void times_tell_how_far_they_are(void **state)
{
  char text[96];
  (void)state;
  report_format_time(text, sizeof text, NOW + 3 * 86400, NOW);
  assert_string_equal(text, "2026-11-27 06:00 UTC (in 3 d)");
  report_format_time(text, sizeof text, NOW - 90, NOW);
  assert_string_equal(text, "2026-11-24 05:58 UTC (90 s ago)");
  report_format_time(text, sizeof text, NOW - 7200, NOW);
  assert_string_equal(text, "2026-11-24 04:00 UTC (2 h ago)");
  report_format_time(text, sizeof text, NOW, NOW);
  assert_string_equal(text, "2026-11-24 06:00 UTC (now)");
}

static void sizes_are_short(void **state)
{
  char text[48];
  (void)state;
  report_format_bytes(text, sizeof text, 0);
  assert_string_equal(text, "0 B");
  report_format_bytes(text, sizeof text, 1536);
  assert_string_equal(text, "1.5 KB");
  report_format_bytes(text, sizeof text, INT64_C(107374182400));
  assert_string_equal(text, "100 GB");
}

static const report_field fields[] = {
    {"name", "NAME", REPORT_TEXT},    {"shown", "SHOWN", REPORT_SHOWN}, {"raw", NULL, REPORT_JSON},
    {"count", "COUNT", REPORT_INT},   {"limit", "LIMIT", REPORT_LIMIT}, {"at", "AT", REPORT_TIME},
    {"price", "PRICE", REPORT_MONEY}, {"on", "ON", REPORT_BOOL}};

static void json_has_bare_values_and_null_for_nothing(void **state)
{
  qent_buf buf;
  qent_json_writer w;
  const qent_money price = {19900, "RUB"};
  report *r = report_new(fields, sizeof fields / sizeof fields[0], NOW);
  (void)state;
  assert_non_null(r);
  report_row(r);
  report_text(r, "name", "a\"b");
  report_text(r, "shown", "x");
  report_text(r, "raw", "[1]");
  report_number(r, "count", 3);
  report_number(r, "limit", 0);
  report_number(r, "at", NOW);
  report_money(r, "price", price);
  report_number(r, "on", 1);
  report_row(r);
  report_number(r, "count", -1);
  report_number(r, "at", 0);
  report_json_begin(&buf, &w);
  report_write_array(r, &w);
  assert_int_equal(qent_jw_finish(&w, NULL), QENT_OK);
  assert_string_equal(
      buf.data,
      "[{\"name\":\"a\\\"b\",\"raw\":[1],\"count\":3,\"limit\":0,\"at\":1795500000,"
      "\"price\":{\"minor\":19900,\"currency\":\"RUB\"},\"on\":true},"
      "{\"name\":null,\"raw\":null,\"count\":null,\"limit\":null,\"at\":null,\"price\":null,"
      "\"on\":null}]");
  qent_buf_dispose(&buf);
  report_free(r);
}

static void only_the_last_column_is_never_cut(void **state)
{
  static const report_field texts[] = {{"cut", "CUT", REPORT_TEXT},
                                       {"whole", "WHOLE", REPORT_WHOLE}};
  char words[3001];
  char line[4096] = "";
  FILE *out = tmpfile();
  const int saved = dup(STDOUT_FILENO);
  report *r = report_new(texts, 2, NOW);
  (void)state;
  assert_non_null(out);
  assert_non_null(r);
  memset(words, 'x', 3000);
  words[3000] = '\0';
  report_row(r);
  report_text(r, "cut", words);
  report_text(r, "whole", words);
  fflush(stdout);
  assert_true(dup2(fileno(out), STDOUT_FILENO) >= 0);
  report_print_table(r, "");
  fflush(stdout);
  assert_true(dup2(saved, STDOUT_FILENO) >= 0);
  close(saved);
  report_free(r);
  rewind(out);
  assert_non_null(fgets(line, sizeof line, out));
  assert_non_null(fgets(line, sizeof line, out));
  fclose(out);
  assert_non_null(strstr(line, "…  "));
  assert_int_equal(strspn(strstr(line, "…  ") + sizeof "…  " - 1, "x"), 3000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(width_is_counted_in_columns),
      cmocka_unit_test(times_tell_how_far_they_are),
      cmocka_unit_test(sizes_are_short),
      cmocka_unit_test(json_has_bare_values_and_null_for_nothing),
      cmocka_unit_test(only_the_last_column_is_never_cut),
  };
  return cmocka_run_group_tests_name("qentctl reports", tests, NULL, NULL);
}

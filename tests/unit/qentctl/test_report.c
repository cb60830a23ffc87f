/* SPDX-License-Identifier: MIT */
#include "columns.h"
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
  assert_int_equal(columns_width(""), 0);
  assert_int_equal(columns_width("Месяц"), 5);
  assert_int_equal(columns_width("日本"), 4);
  assert_int_equal(columns_width("🎉"), 2);
  assert_int_equal(columns_width("🇩🇪"), 2);
  assert_int_equal(columns_width("e\xCC\x81"), 1);
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
  report_format_time(text, sizeof text, NOW, 0);
  assert_string_equal(text, "2026-11-24 06:00 UTC");
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

static void a_text_is_cut_between_letters(void **state)
{
  (void)state;
  assert_int_equal(columns_prefix("Месяц", 3), 6);
  assert_int_equal(columns_prefix("Месяц", 5), 10);
  assert_int_equal(columns_prefix("日本", 3), 3);
  assert_int_equal(columns_prefix("e\xCC\x81x", 1), 3);
  assert_int_equal(columns_prefix("abc", 0), 0);
  assert_int_equal(columns_prefix("\xE2\x82", 9), 2);
}

static void nothing_moves_the_cursor(void **state)
{
  char text[] = "a\x1B[31mb\nc\xE2\x80\xAE"
                "d\xC2\x85";
  (void)state;
  columns_tidy(text);
  assert_string_equal(text, "a [31mb c d ");
}

/* The lines that a table gives into a file. */
static void print_into(FILE *out, const report *r)
{
  const int saved = dup(STDOUT_FILENO);
  fflush(stdout);
  assert_true(dup2(fileno(out), STDOUT_FILENO) >= 0);
  report_print_table(r, "");
  fflush(stdout);
  assert_true(dup2(saved, STDOUT_FILENO) >= 0);
  close(saved);
  rewind(out);
}

static void into_a_file_nothing_is_cut(void **state)
{
  static const report_field texts[] = {{"prose", "PROSE", REPORT_PROSE},
                                       {"whole", "WHOLE", REPORT_WHOLE}};
  char words[3001];
  char line[8192] = "";
  FILE *out = tmpfile();
  report *r = report_new(texts, 2, NOW);
  (void)state;
  assert_non_null(out);
  assert_non_null(r);
  memset(words, 'x', 3000);
  words[3000] = '\0';
  report_row(r);
  report_text(r, "prose", words);
  report_text(r, "whole", words);
  print_into(out, r);
  report_free(r);
  assert_non_null(fgets(line, sizeof line, out));
  assert_non_null(fgets(line, sizeof line, out));
  fclose(out);
  assert_int_equal(strlen(line), 3000 + 2 + 3000 + 1);
}

static void what_is_not_known_is_neither_yes_nor_no(void **state)
{
  static const report_field one[] = {{"on", "ON", REPORT_BOOL}};
  char line[64] = "";
  FILE *out = tmpfile();
  report *r = report_new(one, 1, NOW);
  (void)state;
  assert_non_null(out);
  assert_non_null(r);
  report_row(r);
  print_into(out, r);
  report_free(r);
  assert_non_null(fgets(line, sizeof line, out));
  assert_non_null(fgets(line, sizeof line, out));
  fclose(out);
  assert_string_equal(line, "-\n");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(width_is_counted_in_columns),
      cmocka_unit_test(times_tell_how_far_they_are),
      cmocka_unit_test(sizes_are_short),
      cmocka_unit_test(json_has_bare_values_and_null_for_nothing),
      cmocka_unit_test(a_text_is_cut_between_letters),
      cmocka_unit_test(nothing_moves_the_cursor),
      cmocka_unit_test(into_a_file_nothing_is_cut),
      cmocka_unit_test(what_is_not_known_is_neither_yes_nor_no),
  };
  return cmocka_run_group_tests_name("qentctl reports", tests, NULL, NULL);
}

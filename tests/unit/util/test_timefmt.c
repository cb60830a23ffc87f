/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "util/timefmt.h"

#include <string.h>

static int64_t ms_of(const char *text)
{
  int64_t ms = INT64_MIN;
  assert_true(qent__iso8601_parse(text, strlen(text), false, &ms));
  return ms;
}

static int64_t s_of(const char *text)
{
  return ms_of(text) / 1000;
}

static void known_dates_convert(void **state)
{
  (void)state;
  static const struct {
    int64_t unix_s;
    const char *text;
  } cases[] = {{0, "1970-01-01T00:00:00Z"},
               {-1, "1969-12-31T23:59:59Z"},
               {951782400, "2000-02-29T00:00:00Z"},
               {1709164800, "2024-02-29T00:00:00Z"},
               {2147483648, "2038-01-19T03:14:08Z"},
               {4107542400, "2100-03-01T00:00:00Z"},
               {QENT__TIME_MIN_S, "0000-01-01T00:00:00Z"},
               {QENT__TIME_MAX_S, "9999-12-31T23:59:59Z"}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    char text[QENT__ISO8601_CAP];
    qent__iso8601_format(cases[i].unix_s, text);
    assert_string_equal(text, cases[i].text);
    assert_true(ms_of(text) == cases[i].unix_s * 1000);
  }
}

static void every_day_of_eight_centuries_round_trips(void **state)
{
  (void)state;
  qent__civil before = {0, 0, 0, 0, 0, 0};
  for (int64_t t = -12622780800 + 12345; t < 13569465600; t += 86400) { /* 1570..2400 */
    qent__civil c;
    qent__civil_from_unix(t, &c);
    assert_true(qent__civil_valid(&c));
    assert_true(qent__civil_to_unix(&c) == t);
    assert_true(c.day == before.day + 1 || c.day == 1);
    before = c;
  }
}

static void times_beyond_the_calendar_are_clamped(void **state)
{
  (void)state;
  char text[QENT__ISO8601_CAP];
  qent__iso8601_format(INT64_MAX, text);
  assert_string_equal(text, "9999-12-31T23:59:59Z");
  qent__iso8601_format(INT64_MIN, text);
  assert_string_equal(text, "0000-01-01T00:00:00Z");
  assert_int_equal(qent__day_start(INT64_MAX) % 86400, 0);
}

static void milliseconds_are_kept(void **state)
{
  (void)state;
  assert_true(ms_of("1970-01-01T00:00:01.500Z") == 1500);
  assert_true(ms_of("1969-12-31T23:59:59.999Z") == -1);
  assert_true(ms_of("2026-11-21T04:43:44.1234567Z") % 1000 == 123);
  assert_true(ms_of("2026-11-21T04:43:44.5Z") % 1000 == 500);
}

static void zones_are_applied(void **state)
{
  (void)state;
  int64_t utc = s_of("2026-11-21T04:43:44Z");
  assert_int_equal(s_of("2026-11-21T07:43:44+03:00"), utc);
  assert_int_equal(s_of("2026-11-20T23:13:44-05:30"), utc);
  assert_int_equal(s_of("2026-11-21t04:43:44z"), utc);
  assert_int_equal(s_of("2026-11-21 04:43:44+00:00"), utc);
  assert_int_equal(s_of("2016-12-31T23:59:60Z"), s_of("2016-12-31T23:59:59Z"));
  int64_t ms = 0;
  const char *bare = "2026-11-21T04:43:44.250";
  assert_false(qent__iso8601_parse(bare, strlen(bare), false, &ms));
  assert_true(qent__iso8601_parse(bare, strlen(bare), true, &ms));
  assert_true(ms == utc * 1000 + 250);
}

static void malformed_times_are_refused(void **state)
{
  (void)state;
  static const char *const bad[] = {
      "",
      "2026",
      "2026-11-21",
      "2026-11-21T04:43Z",
      "2026-11-21T04:43:44",
      "2026-11-21T04:43:44Zx",
      "2026-11-21T04:43:44.Z",
      "2026-11-21T04:43:44.1234567890Z",
      "2026-13-21T04:43:44Z",
      "2026-00-21T04:43:44Z",
      "2026-02-29T04:43:44Z",
      "2026-11-31T04:43:44Z",
      "2026-11-00T04:43:44Z",
      "2026-11-21T24:00:00Z",
      "2026-11-21T04:60:00Z",
      "2026-11-21T04:43:61Z",
      "2026-11-21T04:43:44+24:00",
      "2026-11-21T04:43:44+03:60",
      "2026-11-21T04:43:44+0300",
      "2026-11-21T04:43:44 Z",
      "+026-11-21T04:43:44Z",
      "-026-11-21T04:43:44Z",
      "2026/11/21T04:43:44Z",
      "2026-11-21X04:43:44Z",
  };
  int64_t ms = 7;
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_false(qent__iso8601_parse(bad[i], strlen(bad[i]), false, &ms));
  assert_int_equal(ms, 7);
}

static void months_end_on_the_last_day(void **state)
{
  (void)state;
  static const struct {
    const char *from;
    int32_t months;
    const char *to;
  } cases[] = {{"2026-01-31T10:00:00Z", 1, "2026-02-28T10:00:00Z"},
               {"2024-01-31T10:00:00Z", 1, "2024-02-29T10:00:00Z"},
               {"2026-01-31T10:00:00Z", 3, "2026-04-30T10:00:00Z"},
               {"2026-11-15T10:00:00Z", 2, "2027-01-15T10:00:00Z"},
               {"2024-02-29T00:00:00Z", 12, "2025-02-28T00:00:00Z"},
               {"2026-03-31T00:00:00Z", -1, "2026-02-28T00:00:00Z"},
               {"2026-01-31T00:00:00Z", -13, "2024-12-31T00:00:00Z"},
               {"2026-01-31T00:00:00Z", 0, "2026-01-31T00:00:00Z"}};
  for (size_t i = 0; i < COUNT(cases); i++)
    assert_int_equal(qent__add_months(s_of(cases[i].from), cases[i].months), s_of(cases[i].to));
  assert_true(qent__add_months(0, INT32_MAX) == QENT__TIME_MAX_S);
  assert_true(qent__add_months(0, INT32_MIN) == QENT__TIME_MIN_S);
}

static void calendar_helpers(void **state)
{
  (void)state;
  assert_int_equal(qent__days_in_month(2023, 2), 28);
  assert_int_equal(qent__days_in_month(2000, 2), 29);
  assert_int_equal(qent__days_in_month(1900, 2), 28);
  assert_int_equal(qent__days_in_month(2023, 12), 31);
  assert_int_equal(qent__days_in_month(2023, 0), 0);
  assert_int_equal(qent__days_in_month(2023, 13), 0);
  assert_int_equal(qent__day_start(86399), 0);
  assert_int_equal(qent__day_start(-1), -86400);
  qent__civil c = {10000, 1, 1, 0, 0, 0};
  assert_false(qent__civil_valid(&c));
  c.year = -1;
  assert_false(qent__civil_valid(&c));
}

static void http_dates_are_read(void **state)
{
  (void)state;
  int64_t t = 0;
  const char *good = "Sun, 06 Nov 1994 08:49:37 GMT";
  assert_true(qent__http_date_parse(good, strlen(good), &t));
  assert_int_equal(t, 784111777);
  const char *leap = "Sat, 31 Dec 2016 23:59:60 GMT";
  assert_true(qent__http_date_parse(leap, strlen(leap), &t));
  static const char *const bad[] = {"",
                                    "Sunday, 06-Nov-94 08:49:37 GMT",
                                    "Sun, 06 Nov 1994 08:49:37 UTC",
                                    "Sun, 06 Xxx 1994 08:49:37 GMT",
                                    "Sun, 31 Feb 1994 08:49:37 GMT",
                                    "Sun; 06 Nov 1994 08:49:37 GMT",
                                    "Sun, 06 Nov 1994 08-49:37 GMT"};
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_false(qent__http_date_parse(bad[i], strlen(bad[i]), &t));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_dates_convert),
      cmocka_unit_test(every_day_of_eight_centuries_round_trips),
      cmocka_unit_test(times_beyond_the_calendar_are_clamped),
      cmocka_unit_test(milliseconds_are_kept),
      cmocka_unit_test(zones_are_applied),
      cmocka_unit_test(malformed_times_are_refused),
      cmocka_unit_test(months_end_on_the_last_day),
      cmocka_unit_test(calendar_helpers),
      cmocka_unit_test(http_dates_are_read),
  };
  return cmocka_run_group_tests_name("timefmt", tests, NULL, NULL);
}

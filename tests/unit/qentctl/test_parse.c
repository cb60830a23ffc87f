/* SPDX-License-Identifier: MIT */
#include "parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void numbers_are_whole_and_in_range(void **state)
{
  static const char *const bad[] = {"",
                                    " 1",
                                    "1 ",
                                    "+1",
                                    "1.0",
                                    "0x1",
                                    "-",
                                    "--1",
                                    "11",
                                    "-1",
                                    "1e1",
                                    "a",
                                    "99999999999999999999"};
  int64_t value = 7;
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    assert_false(parse_number(bad[i], 0, 10, &value));
  assert_int_equal(value, 7);
  assert_true(parse_number("10", 0, 10, &value));
  assert_int_equal(value, 10);
  assert_true(parse_number("-5", -5, 10, &value));
  assert_int_equal(value, -5);
  assert_true(parse_number("9223372036854775807", 0, INT64_MAX, &value));
  assert_false(parse_number("9223372036854775808", 0, INT64_MAX, &value));
}

static void sizes_step_by_1024(void **state)
{
  static const char *const bad[] = {"",     "GB",     "1",         "1G",   "-1GB",
                                    "1.GB", "1.55GB", "9999999TB", "1 GBx"};
  int64_t bytes = -1;
  (void)state;
  assert_true(parse_bytes("100GB", &bytes));
  assert_int_equal(bytes, INT64_C(107374182400));
  assert_true(parse_bytes("1.5 tb", &bytes));
  assert_int_equal(bytes, INT64_C(1649267441664));
  assert_true(parse_bytes("unlimited", &bytes));
  assert_int_equal(bytes, 0);
  assert_true(parse_bytes("0", &bytes));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    assert_false(parse_bytes(bad[i], &bytes));
}

static void periods_are_days_or_calendar_months(void **state)
{
  static const char *const bad[] = {"",     "d",   "30",  "0d", "3661d",
                                    "121m", "-1d", "30D", "1y", "123456789d"};
  int32_t count = 0;
  bool months = true;
  (void)state;
  assert_true(parse_period("30d", &count, &months));
  assert_int_equal(count, 30);
  assert_false(months);
  assert_true(parse_period("12m", &count, &months));
  assert_true(months);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    assert_false(parse_period(bad[i], &count, &months));
}

static void dates_are_real_dates_in_utc(void **state)
{
  static const char *const bad[] = {"2026-02-29",         "2026-13-01", "2026-1-1",
                                    "2026-01-01T24:00",   "26-01-01",   "2026-01-01Z",
                                    "2026-01-01 10:00 x", "tomorrow",   "",
                                    "2026-01-00",         "1969-12-31"};
  int64_t at = 0;
  (void)state;
  assert_true(parse_date("1970-01-01T00:00:00Z", &at));
  assert_int_equal(at, 0);
  assert_true(parse_date("2099-12-31", &at));
  assert_int_equal(at, INT64_C(4102444799));
  assert_true(parse_date("2024-02-29 12:30", &at));
  assert_int_equal(at, INT64_C(1709209800));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    assert_false(parse_date(bad[i], &at));
}

static void every_day_survives_there_and_back(void **state)
{
  int64_t f[6];
  (void)state;
  for (int64_t day = -1000; day < 60000; ++day) {
    const int64_t at = day * 86400 + 86399;
    utc_fields(at, f);
    assert_int_equal(utc_seconds(f[0], (int)f[1], (int)f[2], (int)f[3], (int)f[4], (int)f[5]), at);
  }
}

static void prices_carry_their_currency(void **state)
{
  static const char *const bad[] = {"",       "199",   "RUB",    "0RUB", "1.234RUB",
                                    "1,5RUB", "-1RUB", "1.5XTR", "1rub", "1RUBX"};
  qent_money price;
  (void)state;
  assert_true(parse_price("199RUB", &price));
  assert_int_equal(price.minor, 19900);
  assert_true(parse_price("4.50:EUR", &price));
  assert_int_equal(price.minor, 450);
  assert_true(parse_price("150 XTR", &price));
  assert_int_equal(price.minor, 150);
  assert_string_equal(price.currency, "XTR");
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    assert_false(parse_price(bad[i], &price));
}

static void http_dates_are_read(void **state)
{
  int64_t at = 0;
  (void)state;
  assert_true(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", &at));
  assert_int_equal(at, 784111777);
  assert_false(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", &at));
  assert_false(parse_http_date("Sun, 06 Nox 1994 08:49:37 GMT", &at));
  assert_false(parse_http_date("", &at));
}

static void keys_are_64_hex_digits(void **state)
{
  uint8_t key[32];
  (void)state;
  assert_true(parse_key("E7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d", key));
  assert_int_equal(key[0], 0xE7);
  assert_int_equal(key[31], 0x2D);
  assert_false(parse_key("e7bf", key));
  assert_false(parse_key("g7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d", key));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_whole_and_in_range),
      cmocka_unit_test(sizes_step_by_1024),
      cmocka_unit_test(periods_are_days_or_calendar_months),
      cmocka_unit_test(dates_are_real_dates_in_utc),
      cmocka_unit_test(every_day_survives_there_and_back),
      cmocka_unit_test(prices_carry_their_currency),
      cmocka_unit_test(http_dates_are_read),
      cmocka_unit_test(keys_are_64_hex_digits),
  };
  return cmocka_run_group_tests_name("qentctl words", tests, NULL, NULL);
}

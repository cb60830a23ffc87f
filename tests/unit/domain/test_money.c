/* SPDX-License-Identifier: MIT */
#include <qentvpn/money.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void decimals_are_read_exactly(void **state)
{
  static const struct {
    const char *text;
    const char *currency;
    int64_t minor;
  } rows[] = {
      {"199", "RUB", 19900}, {"199.5", "RUB", 19950}, {"199.00", "RUB", 19900},
      {"0.01", "RUB", 1},    {"0", "RUB", 0},         {"92233720368547758.07", "RUB", INT64_MAX},
      {"250", "XTR", 250},   {"0.29", "USD", 29},     {"9223372036854775807", "JPY", INT64_MAX},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    qent_money money = {-1, "???"};

    assert_int_equal(qent_money_parse(rows[i].text, rows[i].currency, &money, NULL), QENT_OK);
    assert_true(money.minor == rows[i].minor);
    assert_string_equal(money.currency, rows[i].currency);
  }
}

static void anything_else_is_refused_and_leaves_the_output(void **state)
{
  static const char *const bad[] = {"",
                                    "-1",
                                    "+1",
                                    " 1",
                                    "1 ",
                                    "1,5",
                                    "1.005",
                                    "1.",
                                    ".5",
                                    "1e3",
                                    "0x10",
                                    "1.5.5",
                                    "1_000",
                                    "NaN",
                                    "1.-1",
                                    "٣",
                                    "--1",
                                    "92233720368547758.08",
                                    "99999999999999999999"};
  qent_error err = QENT_ERROR_INIT;
  qent_money money = {7, "USD"};

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(qent_money_parse(bad[i], "RUB", &money, &err), QENT_EINVAL);
  assert_int_equal(qent_money_parse("1.5", "XTR", &money, &err), QENT_EINVAL);
  assert_int_equal(qent_money_parse("1", "rub", &money, &err), QENT_EINVAL);
  assert_int_equal(qent_money_parse("1", "RUBL", &money, &err), QENT_EINVAL);
  assert_int_equal(qent_money_parse("1", "RU", &money, &err), QENT_EINVAL);
  assert_int_equal(qent_money_parse("1", "", &money, &err), QENT_EINVAL);
  assert_true(money.minor == 7);
  assert_string_equal(money.currency, "USD");
}

static void format_writes_the_currencys_digits(void **state)
{
  static const struct {
    qent_money money;
    const char *text;
  } rows[] = {
      {{19900, "RUB"}, "199.00"}, {{1, "RUB"}, "0.01"},
      {{0, "RUB"}, "0.00"},       {{10, "RUB"}, "0.10"},
      {{100, "RUB"}, "1.00"},     {{250, "XTR"}, "250"},
      {{0, "XTR"}, "0"},          {{INT64_MAX, "RUB"}, "92233720368547758.07"},
  };
  char text[32];

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    qent_money again;

    assert_int_equal(qent_money_format(&rows[i].money, text, sizeof text, NULL), QENT_OK);
    assert_string_equal(text, rows[i].text);
    assert_int_equal(qent_money_parse(text, rows[i].money.currency, &again, NULL), QENT_OK);
    assert_true(qent_money_equal(&again, &rows[i].money));
  }
}

static void format_refuses_negatives_and_short_space(void **state)
{
  qent_money negative = {-1, "RUB"};
  qent_money price = {19900, "RUB"};
  char text[7] = "before";

  (void)state;
  assert_int_equal(qent_money_format(&negative, text, sizeof text, NULL), QENT_EINVAL);
  assert_int_equal(qent_money_format(&price, text, 6, NULL), QENT_EINVAL);
  assert_string_equal(text, "before");
  assert_int_equal(qent_money_format(&price, text, 7, NULL), QENT_OK);
}

static void amounts_in_different_currencies_differ(void **state)
{
  qent_money rub = {100, "RUB"};
  qent_money usd = {100, "USD"};
  qent_money more = {101, "RUB"};

  (void)state;
  assert_true(qent_money_equal(&rub, &rub));
  assert_false(qent_money_equal(&rub, &usd));
  assert_false(qent_money_equal(&rub, &more));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decimals_are_read_exactly),
      cmocka_unit_test(anything_else_is_refused_and_leaves_the_output),
      cmocka_unit_test(format_writes_the_currencys_digits),
      cmocka_unit_test(format_refuses_negatives_and_short_space),
      cmocka_unit_test(amounts_in_different_currencies_differ),
  };

  return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}

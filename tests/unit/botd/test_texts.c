/* SPDX-License-Identifier: MIT */
#include "common/flag.h"
#include "texts.h"

#include <qentvpn/telegram.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_key_exists_in_both_languages(void **state)
{
  (void)state;
  for (int key = 0; key < TEXT_COUNT; ++key) {
    if (!texts_ru[key] || !*texts_ru[key] || !texts_en[key] || !*texts_en[key])
      fail_msg("key %d is missing", key);
  }
}

/* True when every {name} of `a` is in `b`. */
static bool has_names_of(const char *a, const char *b)
{
  for (const char *s = strchr(a, '{'); s; s = strchr(s + 1, '{')) {
    char name[64];
    const size_t len = strcspn(s, "}") + 1;
    assert_true(len < sizeof name);
    memcpy(name, s, len);
    name[len] = '\0';
    if (!strstr(b, name))
      return false;
  }
  return true;
}

static void both_languages_take_the_same_values(void **state)
{
  (void)state;
  for (int key = 0; key < TEXT_COUNT; ++key) {
    if (!has_names_of(texts_ru[key], texts_en[key]) || !has_names_of(texts_en[key], texts_ru[key]))
      fail_msg("key %d: \"%s\" and \"%s\"", key, texts_ru[key], texts_en[key]);
  }
}

static void an_unknown_language_is_english(void **state)
{
  (void)state;
  assert_string_equal(text_get("de", TEXT_NOW), texts_en[TEXT_NOW]);
  assert_string_equal(text_get(NULL, TEXT_NOW), texts_en[TEXT_NOW]);
  assert_string_equal(text_get("ru", TEXT_NOW), texts_ru[TEXT_NOW]);
}

static void values_are_escaped_and_cleaned(void **state)
{
  qent_buf out;
  (void)state;
  qent_buf_init(&out, 4096);
  text_add_clean(&out, "<b>&\"\x01\xE2\x80\xAE x\n\xFFy", 100);
  assert_string_equal(out.data, "&lt;b&gt;&amp;&quot; x ?y");
  qent_buf_reset(&out);
  text_add_clean(&out, "привет", 3);
  assert_string_equal(out.data, "при…");
  qent_buf_reset(&out);
  text_add_clean(&out, "при", 3);
  assert_string_equal(out.data, "при");
  qent_buf_dispose(&out);
}

static void escaping_is_the_librarys(void **state)
{
  static const char *const texts[] = {"", "a<b>&\"c\"", "&amp;", "привет 🎉 <", "a'b"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
    qent_buf ours;
    char *theirs = NULL;
    qent_buf_init(&ours, 4096);
    text_add_clean(&ours, texts[i], 100);
    assert_int_equal(qent_bot_escape(texts[i], &theirs, NULL), QENT_OK);
    assert_string_equal(ours.data, theirs);
    qent_text_free(theirs);
    qent_buf_dispose(&ours);
  }
}

static void a_value_in_braces_is_not_filled_again(void **state)
{
  qent_buf out;
  const text_value values[] = {{"node", "{load}", false}, {"load", "secret", false}};
  (void)state;
  qent_buf_init(&out, 4096);
  text_fill(&out, "en", TEXT_NODES_ITEM, values, 2);
  assert_string_equal(out.data, "{load} · secret");
  qent_buf_dispose(&out);
}

static void russian_has_three_plural_forms(void **state)
{
  static const struct {
    int64_t n;
    const char *text;
  } rows[] = {{0, "0 дней"},     {1, "1 день"},     {2, "2 дня"},    {4, "4 дня"},
              {5, "5 дней"},     {11, "11 дней"},   {12, "12 дней"}, {14, "14 дней"},
              {21, "21 день"},   {22, "22 дня"},    {25, "25 дней"}, {111, "111 дней"},
              {101, "101 день"}, {1002, "1002 дня"}};
  char text[64];
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    text_count(text, sizeof text, "ru", TEXT_DAYS, rows[i].n);
    assert_string_equal(text, rows[i].text);
  }
  text_count(text, sizeof text, "en", TEXT_HOURS, 1);
  assert_string_equal(text, "1 hour");
  text_count(text, sizeof text, "en", TEXT_HOURS, 21);
  assert_string_equal(text, "21 hours");
}

static void dates_name_their_offset(void **state)
{
  char text[96];
  (void)state;
  text_date(text, sizeof text, "en", 1795500000);
  assert_string_equal(text, "November 24, 2026, 06:00 (UTC)");
  text_date(text, sizeof text, "ru", 1795500000);
  assert_string_equal(text, "24 ноября 2026, 09:00 МСК (UTC+3)");
  text_date(text, sizeof text, "ru", 1767214800);
  assert_string_equal(text, "1 января 2026, 00:00 МСК (UTC+3)");
  text_date(text, sizeof text, "en", 1709164800);
  assert_string_equal(text, "February 29, 2024, 00:00 (UTC)");
}

static void far_moments_are_told_in_fitting_units(void **state)
{
  char text[96];
  (void)state;
  text_relative(text, sizeof text, "en", 1001, 1000);
  assert_string_equal(text, "in 1 minute");
  text_relative(text, sizeof text, "en", 1000, 1000);
  assert_string_equal(text, "just now");
  text_relative(text, sizeof text, "en", 1000 - 30, 1000);
  assert_string_equal(text, "just now");
  text_relative(text, sizeof text, "ru", 72 * 3600, 0);
  assert_string_equal(text, "через 3 дня");
  text_relative(text, sizeof text, "ru", 24 * 3600 - 5, 0);
  assert_string_equal(text, "через 24 часа");
  text_relative(text, sizeof text, "en", 0, 2 * 3600);
  assert_string_equal(text, "2 hours ago");
}

static void money_follows_the_language(void **state)
{
  char text[64];
  qent_money money = {19900, "RUB"};
  (void)state;
  text_money(text, sizeof text, "ru", &money);
  assert_string_equal(text, "199 ₽");
  money.minor = 19950;
  text_money(text, sizeof text, "ru", &money);
  assert_string_equal(text, "199,50 ₽");
  text_money(text, sizeof text, "en", &money);
  assert_string_equal(text, "199.50 ₽");
  money.minor = -19950;
  text_money(text, sizeof text, "en", &money);
  assert_string_equal(text, "-199.50 ₽");
  const qent_money stars = {150, "XTR"};
  text_money(text, sizeof text, "en", &stars);
  assert_string_equal(text, "150 ⭐");
}

static void bytes_are_told_as_panels_count(void **state)
{
  char text[64];
  (void)state;
  text_bytes(text, sizeof text, "ru", 0);
  assert_string_equal(text, "0 Б");
  text_bytes(text, sizeof text, "ru", INT64_C(1610612736));
  assert_string_equal(text, "1,5 ГБ");
  text_bytes(text, sizeof text, "en", INT64_C(107374182400));
  assert_string_equal(text, "100 GB");
  text_bytes(text, sizeof text, "en", 1024 * 1024 - 1);
  assert_string_equal(text, "1 MB");
}

static void labels_are_not_escaped(void **state)
{
  char label[64];
  const text_value values[] = {{"mark", "", false}, {"node", "A & B", false}, {"load", "x", false}};
  (void)state;
  text_label(label, sizeof label, "en", TEXT_NODES_ITEM, values, 3);
  assert_string_equal(label, "A & B · x");
}

static void a_country_becomes_its_flag_once(void **state)
{
  static const struct {
    const char *country, *title, *shown;
  } rows[] = {{"DE", "Germany", "🇩🇪 Germany"},        {"nl", "Amsterdam", "🇳🇱 Amsterdam"},
              {"DE", "🇩🇪 Germany", "🇩🇪 Germany"},     {"", "Germany", "Germany"},
              {NULL, "Germany", "Germany"},           {"D", "Germany", "Germany"},
              {"D1", "Germany", "Germany"},           {"DEU", "Germany", "Germany"},
              {"ZA", "🎉 Cape Town", "🇿🇦 🎉 Cape Town"}};
  char shown[APP_FLAGGED_SIZE];
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    app_flagged_title(shown, sizeof shown, rows[i].country, rows[i].title);
    assert_string_equal(shown, rows[i].shown);
  }
}

static void length_counts_utf16_units(void **state)
{
  (void)state;
  assert_int_equal(text_utf16_units("abc"), 3);
  assert_int_equal(text_utf16_units("при"), 3);
  assert_int_equal(text_utf16_units("🎉"), 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_key_exists_in_both_languages),
      cmocka_unit_test(both_languages_take_the_same_values),
      cmocka_unit_test(an_unknown_language_is_english),
      cmocka_unit_test(values_are_escaped_and_cleaned),
      cmocka_unit_test(escaping_is_the_librarys),
      cmocka_unit_test(a_value_in_braces_is_not_filled_again),
      cmocka_unit_test(russian_has_three_plural_forms),
      cmocka_unit_test(dates_name_their_offset),
      cmocka_unit_test(far_moments_are_told_in_fitting_units),
      cmocka_unit_test(money_follows_the_language),
      cmocka_unit_test(bytes_are_told_as_panels_count),
      cmocka_unit_test(labels_are_not_escaped),
      cmocka_unit_test(a_country_becomes_its_flag_once),
      cmocka_unit_test(length_counts_utf16_units),
  };
  return cmocka_run_group_tests_name("botd texts", tests, NULL, NULL);
}

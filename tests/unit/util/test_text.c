/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "util/base64.h"
#include "util/text.h"

#include <string.h>

static qent_buf buf;

static int start(void **state)
{
  (void)state;
  qent_buf_init(&buf, 10000);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  qent_buf_dispose(&buf);
  return 0;
}

static void comparisons_know_null_and_case(void **state)
{
  (void)state;
  assert_true(qent__streq(NULL, NULL));
  assert_false(qent__streq(NULL, ""));
  assert_false(qent__streq("", NULL));
  assert_true(qent__streq("a", "a"));
  assert_true(qent__strieq("AbZ@", "aBz@"));
  assert_false(qent__strieq("@", "`"));
  assert_false(qent__strieq("a", NULL));
  assert_true(qent__strieq(NULL, NULL));
  assert_true(qent__memeq("", 0, ""));
  assert_true(qent__memeq("abc", 2, "ab"));
  assert_false(qent__memeq("abc", 3, "ab"));
  assert_true(qent__starts_with("abc", "ab"));
  assert_false(qent__starts_with("a", "ab"));
  assert_true(qent__ends_with("abc", "bc"));
  assert_false(qent__ends_with("c", "bc"));
}

static void text_is_trimmed_and_copied_whole_or_not(void **state)
{
  (void)state;
  const char *s = " \t a b\r\n";
  size_t len = strlen(s);
  qent__trim(&s, &len);
  assert_true(qent__memeq(s, len, "a b"));
  s = "  ";
  len = 2;
  qent__trim(&s, &len);
  assert_int_equal(len, 0);
  char out[4] = "zzz";
  assert_true(qent__copy_text(out, sizeof out, "abc", 3));
  assert_string_equal(out, "abc");
  assert_false(qent__copy_text(out, sizeof out, "abcd", 4));
  assert_string_equal(out, "");
  assert_true(qent__copy_text(out, sizeof out, NULL, 0));
  assert_false(qent__copy_text(out, 0, "", 0));
}

static void utf8_is_checked_strictly(void **state)
{
  (void)state;
  static const char *const good[] = {"",
                                     "abc",
                                     "\xc2\x80",
                                     "\xdf\xbf",
                                     "\xe0\xa0\x80",
                                     "\xed\x9f\xbf",
                                     "\xee\x80\x80",
                                     "\xef\xbf\xbf",
                                     "\xf0\x90\x80\x80",
                                     "\xf4\x8f\xbf\xbf"};
  static const char *const bad[] = {
      "\x80",         "\xc0\x80",         "\xc1\xbf",         "\xe0\x9f\xbf",     "\xed\xa0\x80",
      "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
      "\xc2",         "\xe0\xa0",         "\xf0\x90\x80",     "\xc2\x41",         "\xe0\xa0\x41"};
  for (size_t i = 0; i < COUNT(good); i++)
    assert_true(qent__utf8_valid(good[i], strlen(good[i])));
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_false(qent__utf8_valid(bad[i], strlen(bad[i])));
  uint32_t cp = 0;
  assert_int_equal(qent__utf8_next("\xf0\x9f\x98\x80", 4, &cp), 4);
  assert_int_equal(cp, 0x1f600);
  assert_int_equal(qent__utf8_next("", 0, &cp), 0);
}

static void utf16_units_are_telegrams(void **state)
{
  (void)state;
  const char *s = "a\xd0\x9f\xf0\x9f\x98\x80\xff";
  assert_int_equal(qent__utf16_len(s, 8), 5);
  assert_int_equal(qent__utf16_prefix(s, 8, 0), 0);
  assert_int_equal(qent__utf16_prefix(s, 8, 1), 1);
  assert_int_equal(qent__utf16_prefix(s, 8, 2), 3);
  assert_int_equal(qent__utf16_prefix(s, 8, 3), 3); /* a pair is never split */
  assert_int_equal(qent__utf16_prefix(s, 8, 4), 7);
  assert_int_equal(qent__utf16_prefix(s, 8, 99), 8);
}

static bool i64(const char *s, int64_t min, int64_t max, int64_t *out)
{
  return qent__parse_i64(s, strlen(s), min, max, out);
}

static void integers_are_read_strictly(void **state)
{
  (void)state;
  int64_t n = 5;
  assert_true(i64("0", 0, 0, &n));
  assert_int_equal(n, 0);
  assert_true(i64("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
  assert_true(n == INT64_MIN);
  assert_true(i64("9223372036854775807", INT64_MIN, INT64_MAX, &n));
  assert_true(n == INT64_MAX);
  assert_true(i64("007", 0, 10, &n));
  assert_int_equal(n, 7);
  static const char *const bad[] = {"",
                                    "-",
                                    "+1",
                                    " 1",
                                    "1 ",
                                    "1x",
                                    "0x1",
                                    "1.0",
                                    "-0",
                                    "--1",
                                    "9223372036854775808",
                                    "-9223372036854775809",
                                    "99999999999999999999999"};
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_false(i64(bad[i], INT64_MIN, INT64_MAX, &n));
  assert_false(i64("11", 0, 10, &n));
  assert_false(i64("-1", 0, 10, &n));
  assert_int_equal(n, 7);
  uint64_t u = 0;
  assert_true(qent__parse_u64("18446744073709551615", 20, 0, UINT64_MAX, &u));
  assert_true(u == UINT64_MAX);
  assert_false(qent__parse_u64("18446744073709551616", 20, 0, UINT64_MAX, &u));
  assert_false(qent__parse_u64("5", 1, 6, 7, &u));
  assert_true(qent__parse_hex64("fFfFfFfFfFfFfFfF", 16, &u));
  assert_true(u == UINT64_MAX);
  assert_false(qent__parse_hex64("", 0, &u));
  assert_false(qent__parse_hex64("00000000000000000", 17, &u));
  assert_false(qent__parse_hex64("g", 1, &u));
}

static void money_text_is_exact(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    unsigned decimals;
    int64_t minor;
  } cases[] = {{"199.00", 2, 19900}, {"199", 2, 19900}, {"0.05", 2, 5},
               {"1.5", 2, 150},      {"1.500", 2, 150}, {"7", 0, 7},
               {"7.0", 0, 7},        {"0", 2, 0},       {"92233720368547758.07", 2, INT64_MAX}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    int64_t n = -1;
    assert_true(qent__parse_decimal(cases[i].text, strlen(cases[i].text), cases[i].decimals, &n));
    assert_true(n == cases[i].minor);
  }
  static const char *const bad[] = {
      "", "-1", "1.005", ".5", "5.", "1,5", "1e2", " 1", "1.2.3", "1.x", "92233720368547758.08"};
  int64_t n = 3;
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_false(qent__parse_decimal(bad[i], strlen(bad[i]), 2, &n));
  assert_false(qent__parse_decimal("1", 1, 10, &n));
  assert_int_equal(n, 3);
}

static void hex_goes_both_ways(void **state)
{
  (void)state;
  char text[9];
  unsigned char raw[4];
  qent__hex_encode("\x00\xff\x1a\xB2", 4, text);
  assert_string_equal(text, "00ff1ab2");
  assert_true(qent__hex_decode("00Ff1aB2", 8, raw, 4));
  assert_memory_equal(raw, "\x00\xff\x1a\xB2", 4);
  assert_false(qent__hex_decode("00ff1a", 6, raw, 4));
  assert_false(qent__hex_decode("00ff1ab", 7, raw, 3));
  assert_false(qent__hex_decode("0g", 2, raw, 1));
  assert_false(qent__hex_decode("g0", 2, raw, 1));
}

static void percent_coding_goes_both_ways(void **state)
{
  (void)state;
  const char *s = "aZ0-._~ /?&=+\xd0\x9f";
  qent__percent_encode(&buf, s, strlen(s));
  assert_string_equal(buf.data, "aZ0-._~%20%2F%3F%26%3D%2B%D0%9F");
  qent_buf back;
  qent_buf_init(&back, 100);
  assert_true(qent__percent_decode(&back, buf.data, buf.len, false));
  assert_string_equal(back.data, s);
  qent_buf_reset(&back);
  assert_true(qent__percent_decode(&back, "a+%2b%2B", 8, true));
  assert_string_equal(back.data, "a ++");
  static const char *const bad[] = {"%", "%1", "%g1", "%1g", "%00", "abc%"};
  for (size_t i = 0; i < COUNT(bad); i++) {
    qent_buf_reset(&back);
    assert_false(qent__percent_decode(&back, bad[i], strlen(bad[i]), false));
  }
  qent_buf_dispose(&back);
  qent_buf_init(&back, 2);
  assert_false(qent__percent_decode(&back, "abc", 3, false));
  assert_false(qent__percent_decode(&back, "", 0, false));
  qent_buf_dispose(&back);
}

static void html_is_escaped(void **state)
{
  (void)state;
  qent__html_escape(&buf, "<a href=\"x\">&'b", 15);
  assert_string_equal(buf.data, "&lt;a href=&quot;x&quot;&gt;&amp;'b");
  qent_buf_reset(&buf);
  qent__html_escape(&buf, "", 0);
  assert_string_equal(buf.data, "");
}

/* RFC 4648 section 10 */
static void base64_vectors_of_the_rfc(void **state)
{
  (void)state;
  static const char *const vectors[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
  for (size_t i = 0; i < COUNT(vectors); i++) {
    const char *plain = vectors[i][0];
    const char *coded = vectors[i][1];
    char out[16];
    size_t len = 99;
    qent_buf_reset(&buf);
    qent__base64_encode(&buf, plain, strlen(plain), QENT__BASE64_STD);
    assert_string_equal(buf.data, coded);
    assert_true(qent__base64_decode(coded, strlen(coded), 0, out, sizeof out, &len));
    assert_int_equal(len, strlen(plain));
    assert_memory_equal(out, plain, len);
    assert_true(len <= qent__base64_decoded_max(strlen(coded)));
    size_t bare = strcspn(coded, "=");
    assert_true(qent__base64_decode(coded, bare, QENT__BASE64_NOPAD, out, sizeof out, &len));
    assert_true(qent__base64_decode(coded, bare, QENT__BASE64_PAD_OPTIONAL, out, sizeof out, &len));
    assert_int_equal(qent__base64_decode(coded, bare, 0, out, sizeof out, &len),
                     coded[bare] == '\0');
    qent_buf_reset(&buf);
    qent__base64_encode(&buf, plain, strlen(plain), QENT__BASE64_NOPAD);
    assert_int_equal(buf.len, bare);
  }
}

static void base64_alphabets_do_not_mix(void **state)
{
  (void)state;
  char out[8];
  size_t len = 0;
  qent__base64_encode(&buf, "\xfb\xff\xbe", 3, QENT__BASE64_STD);
  assert_string_equal(buf.data, "+/++");
  qent_buf_reset(&buf);
  qent__base64_encode(&buf, "\xfb\xff\xbe", 3, QENT__BASE64_URL);
  assert_string_equal(buf.data, "-_--");
  assert_true(qent__base64_decode("-_--", 4, QENT__BASE64_URL, out, sizeof out, &len));
  assert_memory_equal(out, "\xfb\xff\xbe", 3);
  assert_false(qent__base64_decode("+/++", 4, QENT__BASE64_URL, out, sizeof out, &len));
  assert_false(qent__base64_decode("-_--", 4, QENT__BASE64_STD, out, sizeof out, &len));
}

static void base64_is_read_strictly(void **state)
{
  (void)state;
  static const char *const bad[] = {
      "Z",    "Zg=",    "Zg",    "Zm8",  "Zh==",  "Zm9=",   "====",    "=",
      "Z===", "Zg==\n", " Zg==", "Z g=", "Zm9v=", "Zm9v==", "Zg==Zg=="};
  char out[16];
  size_t len = 42;
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_false(qent__base64_decode(bad[i], strlen(bad[i]), 0, out, sizeof out, &len));
  assert_false(qent__base64_decode("Zg==", 4, QENT__BASE64_NOPAD, out, sizeof out, &len));
  assert_false(qent__base64_decode("Zg=", 3, QENT__BASE64_PAD_OPTIONAL, out, sizeof out, &len));
  assert_false(qent__base64_decode("Zm9v", 4, 0, out, 2, &len));
  assert_int_equal(len, 42);
  qent_buf small;
  qent_buf_init(&small, 7);
  qent__base64_encode(&small, "abcd", 4, 0);
  assert_true(small.failed);
  qent_buf_dispose(&small);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comparisons_know_null_and_case),
      cmocka_unit_test(text_is_trimmed_and_copied_whole_or_not),
      cmocka_unit_test(utf8_is_checked_strictly),
      cmocka_unit_test(utf16_units_are_telegrams),
      cmocka_unit_test(integers_are_read_strictly),
      cmocka_unit_test(money_text_is_exact),
      cmocka_unit_test(hex_goes_both_ways),
      cmocka_unit_test_setup_teardown(percent_coding_goes_both_ways, start, stop),
      cmocka_unit_test_setup_teardown(html_is_escaped, start, stop),
      cmocka_unit_test_setup_teardown(base64_vectors_of_the_rfc, start, stop),
      cmocka_unit_test_setup_teardown(base64_alphabets_do_not_mix, start, stop),
      cmocka_unit_test_setup_teardown(base64_is_read_strictly, start, stop),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

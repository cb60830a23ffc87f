/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "util/alloc.h"
#include "util/json.h"

#include <string.h>

static qent_status parse(const char *text, cJSON **out, qent_error *err)
{
  return qent__json_parse(text, strlen(text), 10000, 4, out, err);
}

static void good_texts_are_read(void **state)
{
  (void)state;
  static const char *const texts[] = {
      "{}",
      " [ ] ",
      "null",
      "true",
      "false",
      "0",
      "-0",
      "-12.5e+3",
      "1E-2",
      "\"\"",
      "\"\\u0041\\ud83d\\ude00\\n\\\"\\\\\\/\\b\\f\\r\\t\"",
      "\"\xd0\x9f\"",
      "{\"a\":[1,2,{\"b\":null}],\"c\":{}}",
      "[[[[]]]]",
      "\t\r\n{\"a\" : 1 , \"b\" : 2}\n",
  };
  for (size_t i = 0; i < COUNT(texts); i++) {
    cJSON *tree = NULL;
    assert_int_equal(parse(texts[i], &tree, NULL), QENT_OK);
    cJSON_Delete(tree);
  }
}

static void bad_texts_are_refused(void **state)
{
  (void)state;
  static const char *const texts[] = {
      "",
      " ",
      "{",
      "[",
      "[1",
      "{\"a\"",
      "{\"a\":",
      "{\"a\":1",
      "{\"a\":1,}",
      "[1,]",
      "[,1]",
      "{,}",
      "{a:1}",
      "{\"a\" 1}",
      "[1 2]",
      "[1}",
      "{\"a\":1]",
      "1 2",
      "{}x",
      "nul",
      "nulL",
      "tru",
      "01",
      "+1",
      "-",
      "1.",
      ".5",
      "1e",
      "1e+",
      "0x10",
      "NaN",
      "Infinity",
      "\"",
      "\"a\nb\"",
      "\"\\x\"",
      "\"\\",
      "\"\\u12\"",
      "\"\\u12g4\"",
      "\"\\u0000\"",
      "\"\\ud800\"",
      "\"\\ud800\\n\"",
      "\"\\ud800\\u0041\"",
      "\"\\ud800\\u12\"",
      "\"\\udc00\"",
      "\"\xff\"",
      "\"\xc0\xaf\"",
      "\xef\xbb\xbf{}",
      "'a'",
      "/* */ 1",
      "[[[[[]]]]]",
      "1111111111111111111111111111111111111111111111111111111111111",
  };
  for (size_t i = 0; i < COUNT(texts); i++) {
    cJSON *tree = NULL;
    qent_error err;
    assert_int_equal(parse(texts[i], &tree, &err), QENT_EPROTO);
    assert_null(tree);
    assert_non_null(strstr(err.message, "bad JSON at byte"));
  }
}

static void nul_bytes_are_refused(void **state)
{
  (void)state;
  cJSON *tree = NULL;
  assert_int_equal(qent__json_parse_body("{}\0", 3, &tree, NULL), QENT_EPROTO);
  assert_int_equal(qent__json_parse_body("\"a\0\"", 4, &tree, NULL), QENT_EPROTO);
  assert_int_equal(qent__json_parse_body("\"\\\0\"", 4, &tree, NULL), QENT_EPROTO);
  assert_int_equal(qent__json_parse_body("1\0", 2, &tree, NULL), QENT_EPROTO);
}

static void size_and_depth_are_limited_before_parsing(void **state)
{
  (void)state;
  static char deep[200001];
  cJSON *tree = NULL;
  memset(deep, '[', 100000);
  memset(deep + 100000, ']', 100000);
  assert_int_equal(qent__json_parse(deep, 200000, 300000, 1000000, &tree, NULL), QENT_EPROTO);
  assert_int_equal(qent__json_parse_body(deep, 200000, &tree, NULL), QENT_EPROTO);
  assert_int_equal(qent__json_parse("[1]", 3, 2, 4, &tree, NULL), QENT_EPROTO);
  assert_int_equal(qent__json_parse("[1]", 3, 3, 1, &tree, NULL), QENT_OK);
  cJSON_Delete(tree);
  memset(deep + 64, ']', 64);
  assert_int_equal(qent__json_parse(deep, 128, 128, 64, &tree, NULL), QENT_OK);
  cJSON_Delete(tree);
}

static cJSON *members(void)
{
  cJSON *tree = NULL;
  static const char text[] =
      "{\"i\":42,\"neg\":-9007199254740992,\"max\":9007199254740992,\"big\":9007199254740994,"
      "\"huge\":1e300,\"half\":1.5,\"s\":\"text\",\"num\":\"9223372036854775807\",\"bad\":\"12x\","
      "\"t\":true,\"f\":false,\"n\":null,\"o\":{\"x\":1},\"a\":[1,2],\"over\":1e999,\"exp\":1e3}";
  assert_int_equal(parse(text, &tree, NULL), QENT_OK);
  return tree;
}

static void integers_are_exact_or_refused(void **state)
{
  (void)state;
  cJSON *o = members();
  qent_error err;
  int64_t n = 77;
  assert_int_equal(qent__json_i64(o, "i", &n, &err), QENT_OK);
  assert_int_equal(n, 42);
  assert_int_equal(qent__json_i64(o, "max", &n, &err), QENT_OK);
  assert_int_equal(n, INT64_C(9007199254740992));
  assert_int_equal(qent__json_i64(o, "neg", &n, &err), QENT_OK);
  assert_int_equal(n, INT64_C(-9007199254740992));
  assert_int_equal(qent__json_i64(o, "exp", &n, &err), QENT_OK);
  assert_int_equal(n, 1000);
  static const char *const refused[] = {"big", "huge", "over", "half", "s", "num", "t", "o"};
  for (size_t i = 0; i < COUNT(refused); i++) {
    assert_int_equal(qent__json_i64(o, refused[i], &n, &err), QENT_EPROTO);
    assert_non_null(strstr(err.message, refused[i]));
    assert_int_equal(qent__json_opt_i64(o, refused[i], 1, &n, &err), QENT_EPROTO);
    assert_int_equal(qent__json_i64_or(o, refused[i], -3), -3);
  }
  assert_int_equal(n, 1000);
  assert_int_equal(qent__json_i64_lax(o, "num", &n, &err), QENT_OK);
  assert_true(n == INT64_MAX);
  assert_int_equal(qent__json_i64_lax(o, "i", &n, &err), QENT_OK);
  assert_int_equal(qent__json_i64_lax(o, "bad", &n, &err), QENT_EPROTO);
  assert_int_equal(qent__json_i64_lax(o, "half", &n, &err), QENT_EPROTO);
  assert_int_equal(qent__json_opt_i64_lax(o, "num", 1, &n, &err), QENT_OK);
  assert_int_equal(qent__json_opt_i64_lax(o, "zz", 9, &n, &err), QENT_OK);
  assert_int_equal(n, 9);
  cJSON_Delete(o);
}

static void other_types_are_checked(void **state)
{
  (void)state;
  cJSON *o = members();
  qent_error err;
  bool b = false;
  double d = 0;
  const char *s = NULL;
  const cJSON *node = NULL;
  assert_int_equal(qent__json_bool(o, "t", &b, &err), QENT_OK);
  assert_true(b);
  assert_int_equal(qent__json_opt_bool(o, "f", true, &b, &err), QENT_OK);
  assert_false(b);
  assert_int_equal(qent__json_bool(o, "i", &b, &err), QENT_EPROTO);
  assert_int_equal(qent__json_f64(o, "half", &d, &err), QENT_OK);
  assert_true(d > 1.4 && d < 1.6);
  assert_int_equal(qent__json_f64(o, "over", &d, &err), QENT_EPROTO);
  assert_int_equal(qent__json_f64(o, "i", &d, &err), QENT_OK);
  assert_int_equal(qent__json_f64(o, "s", &d, &err), QENT_EPROTO);
  assert_int_equal(qent__json_str(o, "s", &s, &err), QENT_OK);
  assert_string_equal(s, "text");
  assert_int_equal(qent__json_str(o, "i", &s, &err), QENT_EPROTO);
  assert_int_equal(qent__json_opt_str(o, "t", "", &s, &err), QENT_EPROTO);
  assert_int_equal(qent__json_obj(o, "o", &node, &err), QENT_OK);
  assert_int_equal(qent__json_obj(o, "a", &node, &err), QENT_EPROTO);
  assert_int_equal(qent__json_arr(o, "o", &node, &err), QENT_EPROTO);
  assert_int_equal(qent__json_arr(o, "a", &node, &err), QENT_OK);
  int64_t sum = 0;
  for (const cJSON *it = qent__json_first(node); it; it = it->next) {
    int64_t n = 0;
    assert_true(qent__json_node_i64(it, &n));
    sum += n;
  }
  assert_int_equal(sum, 3);
  assert_null(qent__json_first(o));
  assert_null(qent__json_first(NULL));
  cJSON_Delete(o);
}

static void missing_and_null_are_the_same(void **state)
{
  (void)state;
  cJSON *o = members();
  qent_error err;
  static const char *const keys[] = {"zz", "n", "I"};
  for (size_t i = 0; i < COUNT(keys); i++) {
    const char *k = keys[i];
    int64_t n = 0;
    bool b = false;
    double d = 0;
    const char *s = NULL;
    const cJSON *node = NULL;
    assert_null(qent__json_get(o, k));
    assert_int_equal(qent__json_i64(o, k, &n, &err), QENT_EPROTO);
    assert_non_null(strstr(err.message, "is missing"));
    assert_int_equal(qent__json_i64_lax(o, k, &n, &err), QENT_EPROTO);
    assert_int_equal(qent__json_bool(o, k, &b, &err), QENT_EPROTO);
    assert_int_equal(qent__json_f64(o, k, &d, &err), QENT_EPROTO);
    assert_int_equal(qent__json_str(o, k, &s, &err), QENT_EPROTO);
    assert_int_equal(qent__json_obj(o, k, &node, &err), QENT_EPROTO);
    assert_int_equal(qent__json_arr(o, k, &node, &err), QENT_EPROTO);
    assert_int_equal(qent__json_opt_i64(o, k, 5, &n, &err), QENT_OK);
    assert_int_equal(n, 5);
    assert_int_equal(qent__json_opt_bool(o, k, true, &b, &err), QENT_OK);
    assert_true(b);
    assert_int_equal(qent__json_opt_str(o, k, "fb", &s, &err), QENT_OK);
    assert_string_equal(s, "fb");
    assert_string_equal(qent__json_str_or(o, k, "or"), "or");
    assert_true(qent__json_bool_or(o, k, true));
  }
  assert_true(qent__json_bool_or(o, "t", false));
  assert_int_equal(qent__json_i64_or(o, "i", 0), 42);
  int64_t n = 0;
  assert_int_equal(qent__json_i64(NULL, "x", &n, &err), QENT_EPROTO);
  assert_int_equal(qent__json_i64(qent__json_get(o, "a"), "x", &n, &err), QENT_EPROTO);
  cJSON_Delete(o);
}

static void lost_memory_is_reported(void **state)
{
  (void)state;
  cJSON_Hooks hooks = {qent__malloc, qent__free};
  cJSON_InitHooks(&hooks);
  qent_status st = QENT_ENOMEM;
  long n = 0;
  for (; st != QENT_OK; n++) {
    cJSON *tree = NULL;
    qent__alloc_fail_after(n);
    st = parse("{\"a\":[1,\"two\",{\"three\":3}]}", &tree, NULL);
    qent__alloc_fail_after(-1);
    assert_true(st == QENT_OK || (st == QENT_ENOMEM && !tree));
    cJSON_Delete(tree);
  }
  assert_true(n > 5);
  cJSON_InitHooks(NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_texts_are_read),
      cmocka_unit_test(bad_texts_are_refused),
      cmocka_unit_test(nul_bytes_are_refused),
      cmocka_unit_test(size_and_depth_are_limited_before_parsing),
      cmocka_unit_test(integers_are_exact_or_refused),
      cmocka_unit_test(other_types_are_checked),
      cmocka_unit_test(missing_and_null_are_the_same),
      cmocka_unit_test(lost_memory_is_reported),
  };
  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <qentvpn/ext/json.h>

#include "util/alloc.h"
#include "util/json.h"

#include <string.h>

static qent_buf buf;
static qent_json_writer w;

static int start(void **state)
{
  (void)state;
  qent_buf_init(&buf, 4096);
  qent_jw_init(&w, &buf);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  qent_buf_dispose(&buf);
  return 0;
}

static void restart(void)
{
  qent_buf_reset(&buf);
  qent_jw_init(&w, &buf);
}

static void commas_and_colons_are_placed(void **state)
{
  (void)state;
  qent_jw_object(&w);
  qent_jw_kstr(&w, "a", "x");
  qent_jw_ki64(&w, "b", -5);
  qent_jw_kbool(&w, "c", true);
  qent_jw_kbool(&w, "d", false);
  qent_jw_knull(&w, "e");
  qent_jw_kstr(&w, "f", NULL);
  qent_jw_kraw(&w, "g", "[1]");
  qent_jw_kobject(&w, "h");
  qent_jw_end_object(&w);
  qent_jw_karray(&w, "i");
  qent_jw_i64(&w, 1);
  qent_jw_str(&w, "s");
  qent_jw_array(&w);
  qent_jw_end_array(&w);
  qent_jw_object(&w);
  qent_jw_ki64(&w, "j", 2);
  qent_jw_end_object(&w);
  qent_jw_null(&w);
  qent_jw_end_array(&w);
  qent_jw_ki64(&w, "k", 3);
  qent_jw_end_object(&w);
  assert_int_equal(qent_jw_finish(&w, NULL), QENT_OK);
  assert_string_equal(buf.data,
                      "{\"a\":\"x\",\"b\":-5,\"c\":true,\"d\":false,\"e\":null,\"f\":null,"
                      "\"g\":[1],\"h\":{},\"i\":[1,\"s\",[],{\"j\":2},null],\"k\":3}");
}

static void one_text(const char *text, size_t len, const char *json)
{
  restart();
  qent_jw_strn(&w, text, len);
  assert_int_equal(qent_jw_finish(&w, NULL), QENT_OK);
  assert_string_equal(buf.data, json);
}

static void strings_are_escaped(void **state)
{
  (void)state;
  one_text("", 0, "\"\"");
  one_text("a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"");
  one_text("\n\r\t\b\x1f\x7f", 6, "\"\\n\\r\\t\\u0008\\u001f\x7f\"");
  one_text("nul\0nul", 7, "\"nul\\u0000nul\"");
  one_text("\xd0\x9f\xd1\x80\xd0\xb8", 6, "\"\xd0\x9f\xd1\x80\xd0\xb8\"");
  one_text("\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"");
}

static void invalid_utf8_becomes_the_replacement_character(void **state)
{
  (void)state;
#define R "\xef\xbf\xbd"
  one_text("a\xff"
           "b",
           3, "\"a" R "b\"");
  one_text("\xc3", 1, "\"" R "\"");
  one_text("\xc0\xaf", 2, "\"" R R "\"");
  one_text("\xed\xa0\x80", 3, "\"" R R R "\"");
  one_text("\xd0\x9f\xd1", 3, "\"\xd0\x9f" R "\"");
#undef R
}

/* The fast path looks at eight bytes at a time: try every special byte at every place. */
static void every_byte_at_every_place_survives(void **state)
{
  (void)state;
  for (int c = 1; c < 128; c++) {
    for (size_t at = 0; at < 19; at++) {
      char text[20];
      memset(text, 'a', 19);
      text[19] = '\0';
      text[at] = (char)c;
      restart();
      qent_jw_object(&w);
      qent_jw_kstr(&w, text, text);
      qent_jw_end_object(&w);
      assert_int_equal(qent_jw_finish(&w, NULL), QENT_OK);
      cJSON *tree = NULL;
      assert_int_equal(qent__json_parse_body(buf.data, buf.len, &tree, NULL), QENT_OK);
      assert_string_equal(qent__json_str_or(tree, text, "missing"), text);
      cJSON_Delete(tree);
    }
  }
}

#define MISUSE(...)                                                                                \
  do {                                                                                             \
    restart();                                                                                     \
    __VA_ARGS__;                                                                                   \
    assert_int_equal(qent_jw_finish(&w, NULL), QENT_EINVAL);                                       \
  } while (0)

static void misuse_is_reported(void **state)
{
  (void)state;
  MISUSE((void)0);
  MISUSE(qent_jw_object(&w));
  MISUSE(qent_jw_i64(&w, 1); qent_jw_i64(&w, 2));
  MISUSE(qent_jw_key(&w, "k"));
  MISUSE(qent_jw_array(&w); qent_jw_key(&w, "k"); qent_jw_end_array(&w));
  MISUSE(qent_jw_object(&w); qent_jw_i64(&w, 1); qent_jw_end_object(&w));
  MISUSE(qent_jw_object(&w); qent_jw_key(&w, "k"); qent_jw_key(&w, "k"));
  MISUSE(qent_jw_object(&w); qent_jw_key(&w, NULL); qent_jw_end_object(&w));
  MISUSE(qent_jw_object(&w); qent_jw_key(&w, "k"); qent_jw_end_object(&w));
  MISUSE(qent_jw_object(&w); qent_jw_end_array(&w));
  MISUSE(qent_jw_array(&w); qent_jw_end_object(&w));
  MISUSE(qent_jw_end_object(&w));
  MISUSE(qent_jw_raw(&w, NULL));
  MISUSE(qent_jw_raw(&w, ""));
  MISUSE(qent_jw_object(&w); qent_jw_end_object(&w); qent_jw_object(&w); qent_jw_end_object(&w));
}

static void nesting_is_limited(void **state)
{
  (void)state;
  for (int i = 0; i < QENT_JSON_WRITER_MAX_DEPTH; i++) {
    if (i % 2)
      qent_jw_karray(&w, "k"); /* in the object opened before */
    else
      qent_jw_object(&w);
  }
  assert_false(buf.failed);
  qent_jw_array(&w);
  assert_int_equal(qent_jw_finish(&w, NULL), QENT_EINVAL);
}

static void maximum_of_the_buffer_is_kept(void **state)
{
  (void)state;
  for (size_t max = 0; max < 10; max++) {
    qent_buf small;
    qent_json_writer sw;
    qent_buf_init(&small, max);
    qent_jw_init(&sw, &small);
    qent_jw_str(&sw, "12345678");
    assert_int_equal(qent_jw_finish(&sw, NULL), QENT_EINVAL);
    assert_true(small.len <= max);
    qent_buf_dispose(&small);
  }
}

static void lost_memory_is_reported(void **state)
{
  (void)state;
  qent_error err;
  qent_status st = QENT_ENOMEM;
  for (long n = 0; st != QENT_OK; n++) {
    qent_buf b;
    qent_json_writer x;
    qent_buf_init(&b, 100000);
    qent_jw_init(&x, &b);
    qent__alloc_fail_after(n);
    qent_jw_object(&x);
    for (int i = 0; i < 40; i++)
      qent_jw_kstr(&x, "key", "a value with \"quotes\" in it");
    qent_jw_end_object(&x);
    qent__alloc_fail_after(-1);
    st = qent_jw_finish(&x, &err);
    assert_true(st == QENT_OK || st == QENT_ENOMEM);
    qent_buf_dispose(&b);
    assert_true(n < 100);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(commas_and_colons_are_placed, start, stop),
      cmocka_unit_test_setup_teardown(strings_are_escaped, start, stop),
      cmocka_unit_test_setup_teardown(invalid_utf8_becomes_the_replacement_character, start, stop),
      cmocka_unit_test_setup_teardown(every_byte_at_every_place_survives, start, stop),
      cmocka_unit_test_setup_teardown(misuse_is_reported, start, stop),
      cmocka_unit_test_setup_teardown(nesting_is_limited, start, stop),
      cmocka_unit_test_setup_teardown(maximum_of_the_buffer_is_kept, start, stop),
      cmocka_unit_test_setup_teardown(lost_memory_is_reported, start, stop),
  };
  return cmocka_run_group_tests_name("json_writer", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <qentvpn/ext/buf.h>

#include "util/alloc.h"

#include <string.h>

static void empty_buffer_is_terminated_text(void **state)
{
  (void)state;
  qent_buf b;
  qent_buf_init(&b, 10);
  assert_string_equal(b.data, "");
  qent_buf_reset(&b);
  qent_buf_truncate(&b, 0);
  qent_buf_dispose(&b);
  qent_buf_dispose(&b);
  qent_buf_dispose(NULL);
  assert_string_equal(b.data, "");
}

static void additions_join_in_order(void **state)
{
  (void)state;
  qent_buf b;
  qent_buf_init(&b, 100000);
  qent_buf_adds(&b, "a");
  qent_buf_adds(&b, NULL);
  qent_buf_add(&b, NULL, 0);
  qent_buf_add(&b, "b\0c", 3);
  qent_buf_addc(&b, 'd');
  qent_buf_addf(&b, "%s-%d", "e", 5);
  assert_int_equal(b.len, 8);
  assert_memory_equal(b.data, "ab\0cde-5", 9);
  assert_int_equal(qent_buf_status(&b, NULL), QENT_OK);
  qent_buf_truncate(&b, 1);
  qent_buf_truncate(&b, 5);
  assert_string_equal(b.data, "a");
  qent_buf_dispose(&b);
}

static void integers_are_written_in_decimal(void **state)
{
  (void)state;
  static const struct {
    int64_t n;
    const char *text;
  } cases[] = {{0, "0"},
               {7, "7"},
               {10, "10"},
               {-1, "-1"},
               {99, "99"},
               {100, "100"},
               {-12345, "-12345"},
               {INT64_MAX, "9223372036854775807"},
               {INT64_MIN, "-9223372036854775808"}};
  qent_buf b;
  qent_buf_init(&b, 100);
  for (size_t i = 0; i < COUNT(cases); i++) {
    qent_buf_reset(&b);
    qent_buf_add_i64(&b, cases[i].n);
    assert_string_equal(b.data, cases[i].text);
  }
  qent_buf_dispose(&b);
}

static void long_formatted_text_is_whole(void **state)
{
  (void)state;
  char text[1001];
  memset(text, 'x', 1000);
  text[1000] = '\0';
  qent_buf b;
  qent_buf_init(&b, 2001);
  qent_buf_addf(&b, "%s,%s", text, text);
  assert_int_equal(b.len, 2001);
  assert_int_equal(strlen(b.data), 2001);
  qent_buf_addf(&b, "%s", "x");
  assert_int_equal(qent_buf_status(&b, NULL), QENT_EINVAL);
  qent_buf_addf(&b, "%s", text);
  assert_int_equal(b.len, 2001);
  qent_buf_dispose(&b);

  qent_buf_init(&b, 500);
  qent_buf_addf(&b, "%s", text);
  assert_true(b.failed);
  assert_string_equal(b.data, "");
  qent_buf_dispose(&b);
}

static void maximum_is_exact_and_sticks(void **state)
{
  (void)state;
  qent_error err;
  qent_buf b;
  qent_buf_init(&b, 4);
  qent_buf_adds(&b, "abcd");
  assert_int_equal(qent_buf_status(&b, &err), QENT_OK);
  qent_buf_addc(&b, 'e');
  qent_buf_truncate(&b, 0);
  qent_buf_addc(&b, 'f');
  qent_buf_fail(&b, QENT_ENOMEM);
  assert_int_equal(qent_buf_status(&b, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "4 bytes"));
  assert_string_equal(b.data, "");
  assert_null(qent_buf_take(&b));
  qent_buf_reset(&b);
  qent_buf_adds(&b, "again");
  assert_true(b.failed);
  qent_buf_dispose(&b);
}

static void failing_without_a_reason_is_misuse(void **state)
{
  (void)state;
  qent_buf b;
  qent_buf_init(&b, SIZE_MAX);
  qent_buf_fail(&b, QENT_OK);
  assert_int_equal(qent_buf_status(&b, NULL), QENT_EINVAL);
  qent_buf_dispose(&b);
}

static void taken_text_is_the_callers(void **state)
{
  (void)state;
  qent_buf b;
  qent_buf_init(&b, 100);
  char *empty = qent_buf_take(&b);
  assert_string_equal(empty, "");
  qent_buf_adds(&b, "text");
  char *text = qent_buf_take(&b);
  assert_string_equal(text, "text");
  assert_string_equal(b.data, "");
  assert_int_equal(b.max, 100);
  qent_text_free(empty);
  qent_text_free(text);
  qent_text_free(NULL);
}

static void lost_memory_sticks_and_keeps_the_text(void **state)
{
  (void)state;
  for (long n = 0; n < 5; n++) {
    qent_buf b;
    qent_buf_init(&b, 1000);
    qent__alloc_fail_after(n);
    for (int i = 0; i < 20; i++)
      qent_buf_adds(&b, "0123456789");
    qent__alloc_fail_after(-1);
    assert_int_equal(qent_buf_status(&b, NULL), n < 3 ? QENT_ENOMEM : QENT_OK);
    assert_int_equal(strlen(b.data), b.len);
    qent_buf_dispose(&b);
  }
}

static void reserve_prevents_later_growth(void **state)
{
  (void)state;
  qent_buf b;
  qent_buf_init(&b, 1000);
  assert_true(qent_buf_reserve(&b, 1000));
  qent__alloc_fail_after(0);
  for (int i = 0; i < 100; i++)
    qent_buf_adds(&b, "0123456789");
  qent__alloc_fail_after(-1);
  assert_int_equal(qent_buf_status(&b, NULL), QENT_OK);
  assert_false(qent_buf_reserve(&b, 1));
  assert_false(qent_buf_reserve(&b, 0));
  qent_buf_dispose(&b);
}

static void allocation_of_nothing_can_be_freed(void **state)
{
  (void)state;
  void *a = qent__malloc(0);
  void *b = qent__calloc(0, 8);
  void *c = qent__realloc(qent__malloc(4), 0);
  assert_non_null(a);
  assert_non_null(b);
  assert_non_null(c);
  qent__free(a);
  qent__free(b);
  qent__free(c);
  assert_null(qent__strdup(NULL));
  assert_null(qent__strndup(NULL, 3));
  assert_null(qent__strndup("x", SIZE_MAX));
  qent__alloc_fail_after(0);
  assert_null(qent__malloc(1));
  assert_null(qent__calloc(1, 1));
  assert_null(qent__realloc(NULL, 1));
  assert_null(qent__strdup("x"));
  qent__alloc_fail_after(-1);
}

static void errors_hold_one_tidy_line(void **state)
{
  (void)state;
  qent_error err = QENT_ERROR_INIT;
  err.http_status = 404;
  err.retry_after_ms = 5;
  assert_int_equal(qent_fail(&err, QENT_EPROTO, "a\nb\t%s", "c\x7f"), QENT_EPROTO);
  assert_int_equal(err.status, QENT_EPROTO);
  assert_int_equal(err.http_status, 0);
  assert_int_equal(err.retry_after_ms, -1);
  assert_string_equal(err.message, "a b c ");
  assert_int_equal(qent_fail(&err, QENT_ESTORE, "again: %s", err.message), QENT_ESTORE);
  assert_string_equal(err.message, "again: a b c ");
  assert_int_equal(qent_fail(NULL, QENT_EAUTH, "x"), QENT_EAUTH);
  qent_error_clear(&err);
  assert_string_equal(err.message, "");
  assert_int_equal(err.status, QENT_OK);
  qent_error_clear(NULL);
}

static void long_errors_do_not_end_inside_a_character(void **state)
{
  (void)state;
  qent_error err;
  for (int pad = 0; pad < 4; pad++) {
    char text[401];
    memset(text, 'x', (size_t)pad);
    for (size_t i = (size_t)pad; i + 4 <= 400; i += 4)
      memcpy(text + i, "\xf0\x9f\x98\x80", 4);
    text[396] = '\0';
    qent_fail(&err, QENT_EINVAL, "%s", text);
    size_t len = strlen(err.message);
    assert_true(len > 250);
    assert_int_equal((len - (size_t)pad) % 4, 0);
  }
}

static void every_status_has_a_name(void **state)
{
  (void)state;
  for (int i = 0; i >= QENT_ECANCELED; i--)
    assert_string_not_equal(qent_status_name((qent_status)i), "unknown");
  assert_string_equal(qent_status_name((qent_status)-99), "unknown");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(empty_buffer_is_terminated_text),
      cmocka_unit_test(additions_join_in_order),
      cmocka_unit_test(integers_are_written_in_decimal),
      cmocka_unit_test(long_formatted_text_is_whole),
      cmocka_unit_test(maximum_is_exact_and_sticks),
      cmocka_unit_test(failing_without_a_reason_is_misuse),
      cmocka_unit_test(taken_text_is_the_callers),
      cmocka_unit_test(lost_memory_sticks_and_keeps_the_text),
      cmocka_unit_test(reserve_prevents_later_growth),
      cmocka_unit_test(allocation_of_nothing_can_be_freed),
      cmocka_unit_test(errors_hold_one_tidy_line),
      cmocka_unit_test(long_errors_do_not_end_inside_a_character),
      cmocka_unit_test(every_status_has_a_name),
  };
  return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}

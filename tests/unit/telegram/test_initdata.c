/* SPDX-License-Identifier: MIT */
#include <qentvpn/initdata.h>

#include "support/read_file.h"
#include "util/alloc.h"
#include "util/text.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TOKEN "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
#define GOOD                                                                                       \
  "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22"        \
  "Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22"         \
  "language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash="            \
  "c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
#define NOW 1662771708

static cJSON *vectors;

static int load_vectors(void **state)
{
  size_t len = 0;
  char *text = read_test_file("initdata-vectors.json", &len);

  (void)state;
  vectors = text ? cJSON_ParseWithLength(text, len) : NULL;
  free(text);
  return vectors ? 0 : -1;
}

static int drop_vectors(void **state)
{
  (void)state;
  cJSON_Delete(vectors);
  return 0;
}

static const char *text_of(const cJSON *vector, const char *name)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(vector, name);

  return cJSON_IsString(item) ? item->valuestring : "";
}

static int64_t number_of(const cJSON *vector, const char *name)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(vector, name);

  return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

static qent_initdata_result run_vector(const cJSON *vector, qent_initdata **data)
{
  const char *text = text_of(vector, "init_data");
  int64_t now = number_of(vector, "now");
  int64_t max_age = number_of(vector, "max_age");
  qent_initdata_verifier *verifier = NULL;
  qent_initdata_result result;

  if (strcmp(text_of(vector, "mode"), "ed25519") == 0) {
    const char *hex = text_of(vector, "pubkey_hex");
    uint8_t key[32];

    assert_true(qent__hex_decode(hex, strlen(hex), key, sizeof key));
    return qent_initdata_check_signature(number_of(vector, "bot_id"), key, text, strlen(text), now,
                                         max_age, data);
  }
  assert_int_equal(qent_initdata_verifier_new(text_of(vector, "bot_token"), &verifier, NULL),
                   QENT_OK);
  result = qent_initdata_check(verifier, text, strlen(text), now, max_age, data);
  qent_initdata_verifier_free(verifier);
  return result;
}

static bool is_expected(const cJSON *vector, const char *result)
{
  const cJSON *alt;

  if (strcmp(text_of(vector, "expect"), result) == 0)
    return true;
  cJSON_ArrayForEach(alt, cJSON_GetObjectItemCaseSensitive(vector, "alt"))
  {
    if (cJSON_IsString(alt) && strcmp(alt->valuestring, result) == 0)
      return true;
  }
  return false;
}

static void check_contents(const cJSON *vector, const qent_initdata *data)
{
  assert_non_null(data);
  assert_true(qent_initdata_user_id(data) == number_of(vector, "user_id"));
  if (cJSON_HasObjectItem(vector, "start_param") &&
      strcmp(text_of(vector, "name"), "strict_start_param_bad_charset_signed") != 0)
    assert_string_equal(qent_initdata_start_param(data), text_of(vector, "start_param"));
}

static void every_vector_gives_its_result(void **state)
{
  const cJSON *vector;
  int bad = 0;
  int count = 0;

  (void)state;
  cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(vectors, "vectors"))
  {
    qent_initdata *data = NULL;
    const char *result = qent_initdata_result_name(run_vector(vector, &data));

    count++;
    if (!is_expected(vector, result)) {
      print_error("%s: %s, expected %s\n", text_of(vector, "name"), result,
                  text_of(vector, "expect"));
      bad++;
    } else if (strcmp(result, "ok") == 0) {
      check_contents(vector, data);
    } else {
      assert_null(data);
    }
    qent_initdata_free(data);
  }
  assert_int_equal(bad, 0);
  assert_true(count >= 90);
}

static void fields_are_decoded(void **state)
{
  qent_initdata_verifier *verifier = NULL;
  qent_initdata *data = NULL;

  (void)state;
  assert_int_equal(qent_initdata_verifier_new(TOKEN, &verifier, NULL), QENT_OK);
  assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), NOW, 86400, &data),
                   QENT_INITDATA_OK);
  assert_string_equal(qent_initdata_first_name(data), "Vladislav");
  assert_string_equal(qent_initdata_last_name(data), "Kibenko");
  assert_string_equal(qent_initdata_username(data), "vdkfrost");
  assert_string_equal(qent_initdata_language(data), "ru");
  assert_string_equal(qent_initdata_start_param(data), "");
  assert_true(qent_initdata_auth_date(data) == 1662771648);
  qent_initdata_free(data);
  qent_initdata_verifier_free(verifier);
}

static void age_equal_to_the_limit_is_fresh(void **state)
{
  qent_initdata_verifier *verifier = NULL;

  (void)state;
  assert_int_equal(qent_initdata_verifier_new(TOKEN, &verifier, NULL), QENT_OK);
  assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), 1662771648 + 60, 60, NULL),
                   QENT_INITDATA_OK);
  assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), 1662771648 + 61, 60, NULL),
                   QENT_INITDATA_EXPIRED);
  assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), 1662771648 - 300, 60, NULL),
                   QENT_INITDATA_OK);
  assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), 1662771648 - 301, 60, NULL),
                   QENT_INITDATA_BAD_AUTH_DATE);
  assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), INT64_MIN, 60, NULL),
                   QENT_INITDATA_BAD_AUTH_DATE);
  assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), INT64_MAX, INT64_MAX, NULL),
                   QENT_INITDATA_OK);
  qent_initdata_verifier_free(verifier);
}

static void verifier_is_reusable_after_a_refusal(void **state)
{
  qent_initdata_verifier *verifier = NULL;

  (void)state;
  assert_int_equal(qent_initdata_verifier_new(TOKEN, &verifier, NULL), QENT_OK);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(qent_initdata_check(verifier, GOOD "0", strlen(GOOD) + 1, NOW, 0, NULL),
                     QENT_INITDATA_BAD_SIGNATURE);
    assert_int_equal(qent_initdata_check(verifier, "a=%", 3, NOW, 0, NULL),
                     QENT_INITDATA_MALFORMED);
    assert_int_equal(qent_initdata_check(verifier, GOOD, strlen(GOOD), NOW, 0, NULL),
                     QENT_INITDATA_OK);
  }
  qent_initdata_verifier_free(verifier);
}

static void limits_and_odd_pieces_are_malformed(void **state)
{
  static const char *const bad[] = {
      "hash=00&a%3Db=c", "hash=00&a=%7f",      "hash=00&a=%1f",
      "hash=00&%0a=b",   "hash=00&a=\xc0\x80", "hash=00&a",
  };
  qent_initdata_verifier *verifier = NULL;
  char *text = malloc(9000);

  (void)state;
  assert_non_null(text);
  assert_int_equal(qent_initdata_verifier_new(TOKEN, &verifier, NULL), QENT_OK);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(qent_initdata_check(verifier, bad[i], strlen(bad[i]), NOW, 0, NULL),
                     QENT_INITDATA_MALFORMED);
  memset(text, 'a', 9000);
  memcpy(text, "hash=", 5);
  assert_int_equal(qent_initdata_check(verifier, text, 8193, NOW, 0, NULL),
                   QENT_INITDATA_MALFORMED);
  assert_int_equal(qent_initdata_check(verifier, text, 8192, NOW, 0, NULL),
                   QENT_INITDATA_BAD_SIGNATURE);
  for (size_t i = 0; i < 65; i++) {
    text[i * 4] = (char)('0' + i / 10);
    text[i * 4 + 1] = (char)('0' + i % 10);
    memcpy(text + i * 4 + 2, "=&", 2);
  }
  assert_int_equal(qent_initdata_check(verifier, text, 64 * 4, NOW, 0, NULL),
                   QENT_INITDATA_MISSING_HASH);
  assert_int_equal(qent_initdata_check(verifier, text, 65 * 4, NOW, 0, NULL),
                   QENT_INITDATA_MALFORMED);
  free(text);
  qent_initdata_verifier_free(verifier);
}

static void token_without_its_form_is_refused(void **state)
{
  static const char *const bad[] = {"", "abc", ":x", "123", "123:", "12a:x"};
  qent_initdata_verifier *verifier = NULL;
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(qent_initdata_verifier_new(bad[i], &verifier, &err), QENT_EINVAL);
  assert_null(verifier);
}

static void out_of_memory_is_failed_and_leaks_nothing(void **state)
{
  long n = 0;

  (void)state;
  for (;; n++) {
    qent_initdata_verifier *verifier = NULL;
    qent_initdata *data = NULL;
    qent_initdata_result result = QENT_INITDATA_FAILED;

    qent__alloc_fail_after(n);
    if (qent_initdata_verifier_new(TOKEN, &verifier, NULL) == QENT_OK)
      result = qent_initdata_check(verifier, GOOD, strlen(GOOD), NOW, 0, &data);
    qent__alloc_fail_after(-1);
    qent_initdata_verifier_free(verifier);
    if (result == QENT_INITDATA_OK) {
      qent_initdata_free(data);
      break;
    }
    assert_int_equal(result, QENT_INITDATA_FAILED);
    assert_null(data);
    assert_true(n < 100);
  }
  assert_true(n > 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_vector_gives_its_result),
      cmocka_unit_test(fields_are_decoded),
      cmocka_unit_test(age_equal_to_the_limit_is_fresh),
      cmocka_unit_test(verifier_is_reusable_after_a_refusal),
      cmocka_unit_test(limits_and_odd_pieces_are_malformed),
      cmocka_unit_test(token_without_its_form_is_refused),
      cmocka_unit_test(out_of_memory_is_failed_and_leaks_nothing),
  };

  return cmocka_run_group_tests_name("initdata", tests, load_vectors, drop_vectors);
}

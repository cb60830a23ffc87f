/* SPDX-License-Identifier: MIT */
/* YooKassa's list of payments, page by page. */
#include "payment/provider.h"
#include "payment/yookassa.h"
#include "support/script.h"
#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SHOP "QENT_YOOKASSA_SHOP_ID=100500\nQENT_YOOKASSA_SECRET_KEY=test_0123456789abcdef\n"
#define FROM INT64_C(1795161600) /* 2026-11-20T08:00:00Z */
#define URL "https://api.yookassa.ru/v3/payments?limit=100&created_at.gte=2026-11-20T08%3A00%3A00Z"
#define PAID                                                                                       \
  "{\"id\":\"2e1f4b2c-000f-5000-8000-1a2b3c4d5e6f\",\"status\":\"succeeded\",\"paid\":true,"       \
  "\"amount\":{\"value\":\"199.00\",\"currency\":\"RUB\"},"                                        \
  "\"captured_at\":\"2026-11-20T08:01:10.456Z\",\"created_at\":\"2026-11-20T08:00:00.123Z\","      \
  "\"metadata\":{\"order_id\":\"1042\"},\"recipient\":{\"account_id\":\"100500\"},\"test\":true}"
#define OPEN                                                                                       \
  "{\"id\":\"2e1f4b2c-000f-5000-8000-1a2b3c4d5e60\",\"status\":\"pending\",\"paid\":false,"        \
  "\"amount\":{\"value\":\"5.00\",\"currency\":\"RUB\"},"                                          \
  "\"created_at\":\"2026-11-20T08:00:00.123Z\",\"recipient\":{\"account_id\":\"100500\"},"         \
  "\"test\":true}"
#define LIST(items, more) "{\"type\":\"list\",\"items\":[" items "]" more "}"

struct rig {
  script script;
  qent_settings *settings;
  qent_http *http;
  qent_payment_provider *provider;
  qent_provider_payment seen[4];
  size_t count;
  qent_status answer; /* of the receiver */
};

static int make_rig(void **state)
{
  struct rig *rig = calloc(1, sizeof *rig);
  qent_provider_config config = {sizeof config, NULL, NULL};

  if (!rig)
    return -1;
  script_reset(&rig->script);
  rig->http = script_http(&rig->script);
  assert_int_equal(qent_settings_parse(SHOP, strlen(SHOP), NULL, NULL, &rig->settings, NULL),
                   QENT_OK);
  config.settings = rig->settings;
  config.http = rig->http;
  assert_int_equal(qent__provider_open(&qent__yookassa_factory, &config, &rig->provider, NULL),
                   QENT_OK);
  *state = rig;
  return 0;
}

static int drop_rig(void **state)
{
  struct rig *rig = *state;

  qent__provider_destroy(rig->provider);
  qent_http_free(rig->http);
  qent_settings_free(rig->settings);
  free(rig);
  return 0;
}

static qent_status take(const qent_provider_payment *payment, void *user)
{
  struct rig *rig = user;

  if (rig->count < sizeof rig->seen / sizeof rig->seen[0])
    rig->seen[rig->count++] = *payment;
  return rig->answer;
}

static qent_status list(struct rig *rig, const char *cursor, char *next, qent_error *err)
{
  rig->count = 0;
  return qent__provider_list_payments(rig->provider, FROM, cursor, take, rig, next, err);
}

static void the_first_page_asks_from_a_time_on(void **state)
{
  struct rig *rig = *state;
  char next[QENT_PROVIDER_CURSOR_SIZE] = "old";

  script_add(&rig->script, 200, LIST(PAID "," OPEN, ""));
  assert_int_equal(list(rig, "", next, NULL), QENT_OK);
  assert_string_equal(rig->script.method, "GET");
  assert_string_equal(rig->script.url, URL);
  assert_string_equal(rig->script.headers, "");
  assert_string_equal(next, "");
  assert_int_equal(rig->count, 2);
  assert_int_equal(rig->seen[0].state, QENT_PROVIDER_SUCCEEDED);
  assert_true(rig->seen[0].order_id == 1042);
  assert_true(rig->seen[0].paid_at == FROM + 70);
  assert_int_equal(rig->seen[1].state, QENT_PROVIDER_PENDING);
  assert_true(rig->seen[1].paid_at == 0);
}

static void the_cursor_leads_to_the_next_page(void **state)
{
  struct rig *rig = *state;
  char next[QENT_PROVIDER_CURSOR_SIZE] = "";

  script_add(&rig->script, 200, LIST(PAID, ",\"next_cursor\":\"a+b/c=\""));
  script_add(&rig->script, 200, LIST("", ",\"next_cursor\":null"));
  assert_int_equal(list(rig, "", next, NULL), QENT_OK);
  assert_string_equal(next, "a+b/c=");
  assert_int_equal(list(rig, next, next, NULL), QENT_OK);
  assert_string_equal(rig->script.url, URL "&cursor=a%2Bb%2Fc%3D");
  assert_string_equal(next, "");
  assert_int_equal(rig->count, 0);
}

static void pages_that_lead_nowhere_are_refused(void **state)
{
  static const char *const bodies[] = {
      "",
      "[]",
      "{}",
      "{\"type\":\"list\",\"items\":{}}",
      LIST("1", ""),
      LIST("{}", ""),
      LIST(PAID ",{\"id\":\"x\"}", ""),
      LIST(PAID, ",\"next_cursor\":\"the same\""),
  };
  struct rig *rig = *state;

  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    char next[QENT_PROVIDER_CURSOR_SIZE] = "untouched";

    script_reset(&rig->script);
    script_add(&rig->script, 200, bodies[i]);
    if (list(rig, "the same", next, NULL) != QENT_EPROTO)
      fail_msg("accepted: %s", bodies[i]);
    assert_string_equal(next, "untouched");
  }
}

static void a_cursor_that_is_too_long_is_refused(void **state)
{
  struct rig *rig = *state;
  char body[600];
  char cursor[400];
  char next[QENT_PROVIDER_CURSOR_SIZE] = "";

  memset(cursor, 'c', sizeof cursor);
  cursor[300] = '\0';
  (void)snprintf(body, sizeof body, "{\"type\":\"list\",\"items\":[],\"next_cursor\":\"%s\"}",
                 cursor);
  script_add(&rig->script, 200, body);
  assert_int_equal(list(rig, "", next, NULL), QENT_EPROTO);
}

static void failures_and_the_receivers_stop_pass_through(void **state)
{
  struct rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;
  char next[QENT_PROVIDER_CURSOR_SIZE] = "";

  script_add(&rig->script, 401, "{}");
  assert_int_equal(list(rig, "", next, &err), QENT_EAUTH);
  script_add(&rig->script, 500, "<html>");
  assert_int_equal(list(rig, "", next, &err), QENT_EUPSTREAM);
  script_add_failure(&rig->script, QENT_ETIMEOUT);
  assert_int_equal(list(rig, "", next, &err), QENT_ETIMEOUT);
  rig->answer = QENT_ESTORE;
  script_add(&rig->script, 200, LIST(PAID "," OPEN, ""));
  assert_int_equal(list(rig, "", next, &err), QENT_ESTORE);
  assert_int_equal(rig->count, 1);
}

static void out_of_memory_is_told_and_leaks_nothing(void **state)
{
  struct rig *rig = *state;
  qent_status st = QENT_ENOMEM;

  for (long n = 0; st != QENT_OK; n++) {
    char next[QENT_PROVIDER_CURSOR_SIZE] = "";

    script_reset(&rig->script);
    script_add(&rig->script, 200, LIST(PAID, ",\"next_cursor\":\"n\""));
    qent__alloc_fail_after(n);
    st = list(rig, "c", next, NULL);
    qent__alloc_fail_after(-1);
    assert_true(n < 100);
  }
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, make_rig, drop_rig)

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_RIG(the_first_page_asks_from_a_time_on),
      WITH_RIG(the_cursor_leads_to_the_next_page),
      WITH_RIG(pages_that_lead_nowhere_are_refused),
      WITH_RIG(a_cursor_that_is_too_long_is_refused),
      WITH_RIG(failures_and_the_receivers_stop_pass_through),
      WITH_RIG(out_of_memory_is_told_and_leaks_nothing),
  };

  return cmocka_run_group_tests_name("yookassa list", tests, NULL, NULL);
}

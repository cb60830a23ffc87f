/* SPDX-License-Identifier: MIT */
/* The suite against the sandbox's YooKassa, and what the shop's bad days do to a call. Whatever
 * happens, a caller that repeats with the same key ends with exactly one payment and one charge. */
#include "payment/yookassa.h"
#include "provider_contract.h"
#include "sandbox.h"
#include "util/json.h"

#include <stdio.h>
#include <string.h>

#define SETTINGS                                                                                   \
  "QENT_YOOKASSA_API_URL=%s/yookassa/v3/\nQENT_YOOKASSA_SHOP_ID=100500\n"                          \
  "QENT_YOOKASSA_SECRET_KEY=%s\n"
#define SHOP_KEY "test_sandboxSecretKey0123456789abcdefghijklmn"
#define TRIES 3

static struct sandbox sandbox;

struct yookassa_rig {
  struct provider_rig rig; /* first: the suite sees only this */
  qent_settings *settings;
  qent_http *http;
};

static void settle(struct provider_rig *rig, const char *external_id, bool paid)
{
  char body[256];

  (void)rig;
  (void)snprintf(body, sizeof body, "{\"payment_id\":\"%s\",\"result\":\"%s\",\"webhook\":false}",
                 external_id, paid ? "succeeded" : "canceled");
  assert_true(*sandbox_control(&sandbox, "POST", "/yookassa/pay", body) != '\0');
}

static int count(int64_t order_id, const char *what)
{
  char path[96];
  const char *text;
  cJSON *root = NULL;
  int number = 0;

  (void)snprintf(path, sizeof path, "/yookassa/payments?order_id=%lld", (long long)order_id);
  text = sandbox_control(&sandbox, "GET", path, NULL);
  assert_int_equal(qent__json_parse_body(text, strlen(text), &root, NULL), QENT_OK);
  if (strcmp(what, "payments") == 0) {
    number = cJSON_GetArraySize(qent__json_get(root, "payments"));
  } else {
    const cJSON *payments = qent__json_get(root, "payments");
    const cJSON *refund = qent__json_first(qent__json_get(root, "refunds"));
    const char *id = qent__json_str_or(qent__json_first(payments), "id", "none");

    for (; refund; refund = refund->next)
      number += strcmp(qent__json_str_or(refund, "payment_id", ""), id) == 0;
  }
  cJSON_Delete(root);
  return number;
}

static int count_payments(struct provider_rig *rig, int64_t order_id)
{
  (void)rig;
  return count(order_id, "payments");
}

static int count_refunds(struct provider_rig *rig, int64_t order_id)
{
  (void)rig;
  return count(order_id, "refunds");
}

static int open_rig(void **state, const char *secret_key)
{
  static int64_t first_order = 1000;
  struct yookassa_rig *yk = calloc(1, sizeof *yk);
  qent_provider_config config = {sizeof config, NULL, NULL};
  qent_http_options options = QENT_HTTP_OPTIONS_INIT;
  char text[512];

  if (!yk)
    return -1;
  (void)snprintf(text, sizeof text, SETTINGS, sandbox.url, secret_key);
  if (qent_settings_parse(text, strlen(text), NULL, NULL, &yk->settings, NULL) != QENT_OK ||
      qent_http_new(&options, &yk->http, NULL) != QENT_OK)
    return -1;
  config.settings = yk->settings;
  config.http = yk->http;
  yk->rig.price = (qent_money){19900, "RUB"};
  yk->rig.order_id = first_order;
  first_order += 1000;
  yk->rig.settle = settle;
  yk->rig.count_payments = count_payments;
  yk->rig.count_refunds = count_refunds;
  *state = yk;
  return qent__provider_open(&qent__yookassa_factory, &config, &yk->rig.provider, NULL) == QENT_OK
             ? 0
             : -1;
}

static int make_rig(void **state)
{
  return open_rig(state, SHOP_KEY);
}

static int make_rig_with_wrong_key(void **state)
{
  return open_rig(state, "test_wrongwrongwrongwrong");
}

static int drop_rig(void **state)
{
  struct yookassa_rig *yk = *state;

  (void)sandbox_control(&sandbox, "DELETE", "/faults?target=yookassa", NULL);
  qent__provider_destroy(yk->rig.provider);
  qent_http_free(yk->http);
  qent_settings_free(yk->settings);
  free(yk);
  return 0;
}

static const char *const faults[] = {
    "\"kind\":\"act_then_timeout\",\"ms\":100",
    "\"kind\":\"act_then_status\",\"status\":500",
    "\"kind\":\"act_then_status\",\"status\":502",
    "\"kind\":\"cut\"",
    "\"kind\":\"act_then_delay\",\"ms\":100",
    "\"kind\":\"timeout\",\"ms\":100",
    "\"kind\":\"refuse\"",
    "\"kind\":\"status\",\"status\":500",
    "\"kind\":\"status\",\"status\":503",
    "\"kind\":\"status\",\"status\":202",
    "\"kind\":\"429\",\"retry_after\":2",
    "\"kind\":\"garbage\"",
    "\"kind\":\"html\",\"status\":502",
    "\"kind\":\"html\",\"status\":200",
    "\"kind\":\"huge\",\"bytes\":6000000",
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

static void set_fault(const char *match, const char *fault)
{
  char body[256];

  (void)snprintf(body, sizeof body, "{\"target\":\"yookassa\",\"match\":\"%s\",%s}", match, fault);
  assert_true(*sandbox_control(&sandbox, "POST", "/faults", body) != '\0');
}

/* What may be reported: nothing that tells the caller to give up. */
static bool worth_a_repeat(qent_status st)
{
  return st == QENT_ETIMEOUT || st == QENT_EUPSTREAM || st == QENT_EPROTO;
}

static void a_repeated_create_is_one_payment_whatever_failed(void **state)
{
  struct provider_rig *rig = *state;

  for (int i = 0; i < FAULTS; i++) {
    qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
    qent_status st = QENT_ETIMEOUT;
    char key[65];
    char *body = provider_body(rig);

    provider_key(500000 + i, key);
    set_fault("POST /payments$", faults[i]);
    for (int try = 0; try < TRIES && st != QENT_OK; try++) {
      st = qent__provider_create(rig->provider, key, body, 2000, &seen, NULL);
      if (st != QENT_OK && !worth_a_repeat(st))
        fail_msg("%s: %s", faults[i], qent_status_name(st));
    }
    assert_int_equal(st, QENT_OK);
    assert_int_equal(rig->count_payments(rig, rig->order_id), 1);
    qent_text_free(body);
  }
}

static void a_repeated_refund_is_one_refund_whatever_failed(void **state)
{
  struct provider_rig *rig = *state;

  for (int i = 0; i < FAULTS; i++) {
    qent_status st = QENT_ETIMEOUT;
    qent_provider_payment made;
    char key[65];
    char *body = provider_body(rig);

    made = provider_create(rig, provider_key(600000 + i, key), body);
    rig->settle(rig, made.external_id, true);
    provider_key(700000 + i, key);
    set_fault("POST /refunds$", faults[i]);
    for (int try = 0; try < TRIES && st != QENT_OK; try++) {
      st = qent__provider_refund(rig->provider, key, made.external_id, &rig->price, "x", NULL);
      if (st != QENT_OK && !worth_a_repeat(st))
        fail_msg("%s: %s", faults[i], qent_status_name(st));
    }
    assert_int_equal(st, QENT_OK);
    assert_int_equal(rig->count_refunds(rig, rig->order_id), 1);
    qent_text_free(body);
  }
}

static void a_fetch_never_invents_an_outcome(void **state)
{
  struct provider_rig *rig = *state;
  char *body = provider_body(rig);
  char key[65];
  qent_provider_payment made = provider_create(rig, provider_key(800000, key), body);

  qent_text_free(body);
  for (int i = 0; i < FAULTS; i++) {
    qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
    qent_status st;

    set_fault("GET /payments/", faults[i]);
    st = qent__provider_fetch(rig->provider, made.external_id, &seen, NULL);
    if (st != QENT_OK && !worth_a_repeat(st))
      fail_msg("%s: %s", faults[i], qent_status_name(st));
    assert_int_equal(seen.state, QENT_PROVIDER_PENDING);
    assert_int_equal(qent__provider_fetch(rig->provider, made.external_id, &seen, NULL), QENT_OK);
  }
}

static void a_pause_that_was_asked_for_is_told(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_error err = QENT_ERROR_INIT;
  char *body = provider_body(rig);
  char key[65];

  set_fault("POST /payments$", "\"kind\":\"429\",\"retry_after\":2");
  assert_int_equal(
      qent__provider_create(rig->provider, provider_key(900000, key), body, 2000, &seen, &err),
      QENT_EUPSTREAM);
  assert_true(err.retry_after_ms > 0);
  assert_int_equal(err.http_status, 429);
  qent_text_free(body);
}

static void a_key_with_another_body_is_a_conflict(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  char *body = provider_body(rig);
  char *other = provider_body(rig);
  char key[65];

  (void)provider_create(rig, provider_key(900001, key), body);
  assert_int_equal(qent__provider_create(rig->provider, key, other, 2000, &seen, NULL),
                   QENT_ECONFLICT);
  assert_int_equal(rig->count_payments(rig, rig->order_id), 0);
  qent_text_free(body);
  qent_text_free(other);
}

static void tamper(const char *external_id, const char *change)
{
  char body[256];

  (void)snprintf(body, sizeof body, "{\"payment_id\":\"%s\",%s}", external_id, change);
  assert_true(*sandbox_control(&sandbox, "POST", "/yookassa/tamper", body) != '\0');
}

static qent_status count_one(const qent_provider_payment *payment, void *user)
{
  (void)payment;
  ++*(int *)user;
  return QENT_OK;
}

/* More payments than fit a page of the provider's. */
static void all_pages_of_the_list_can_be_read(void **state)
{
  struct provider_rig *rig = *state;
  char cursor[QENT_PROVIDER_CURSOR_SIZE] = "";
  int count = 0;
  int pages = 0;

  for (int i = 0; i < 120; i++) {
    char key[65];
    char *body = provider_body(rig);

    (void)provider_create(rig, provider_key(910000 + i, key), body);
    qent_text_free(body);
  }
  do {
    pages++;
    assert_int_equal(
        qent__provider_list_payments(rig->provider, 0, cursor, count_one, &count, cursor, NULL),
        QENT_OK);
  } while (cursor[0]);
  assert_true(pages >= 2);
  assert_true(count >= 120);
}

static void foreign_money_and_other_modes_are_told(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  char *body = provider_body(rig);
  char key[65];
  qent_provider_payment made = provider_create(rig, provider_key(900002, key), body);

  qent_text_free(body);
  tamper(made.external_id, "\"account_id\":\"999\",\"test\":false,\"amount\":\"1.00\"");
  assert_int_equal(qent__provider_fetch(rig->provider, made.external_id, &seen, NULL), QENT_OK);
  assert_true(seen.foreign_account);
  assert_true(seen.wrong_mode);
  assert_true(seen.amount.minor == 100);
}

static void a_wrong_key_is_unauthorized(void **state)
{
  struct provider_rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_error err = QENT_ERROR_INIT;
  char detail[128];
  char key[65];
  char *body = provider_body(rig);

  assert_int_equal(
      qent__provider_create(rig->provider, provider_key(900003, key), body, 2000, &seen, &err),
      QENT_EAUTH);
  assert_null(strstr(err.message, "wrongwrong"));
  assert_int_equal(qent__provider_check(rig->provider, detail, sizeof detail, &err), QENT_EAUTH);
  qent_text_free(body);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      PROVIDER_CONTRACT(make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(a_repeated_create_is_one_payment_whatever_failed, make_rig,
                                      drop_rig),
      cmocka_unit_test_setup_teardown(a_repeated_refund_is_one_refund_whatever_failed, make_rig,
                                      drop_rig),
      cmocka_unit_test_setup_teardown(a_fetch_never_invents_an_outcome, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(a_pause_that_was_asked_for_is_told, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(a_key_with_another_body_is_a_conflict, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(all_pages_of_the_list_can_be_read, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(foreign_money_and_other_modes_are_told, make_rig, drop_rig),
      cmocka_unit_test_setup_teardown(a_wrong_key_is_unauthorized, make_rig_with_wrong_key,
                                      drop_rig),
  };
  int failed;

  if (argc != 2 || !sandbox_start(&sandbox, argv[1])) {
    (void)fprintf(stderr, "usage: %s <qent-sandbox>\n", argv[0]);
    return 1;
  }
  failed = cmocka_run_group_tests_name("provider contract: yookassa", tests, NULL, NULL);
  sandbox_stop(&sandbox);
  return failed;
}

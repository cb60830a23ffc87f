/* SPDX-License-Identifier: MIT */
#include "payment/provider.h"
#include "payment/yookassa.h"
#include "support/read_file.h"
#include "support/script.h"
#include "util/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "2e1f4b2c-000f-5000-8000-1a2b3c4d5e6f"
#define KEY "6f1c2b9e-3a9f-4a53-9d7e-000000000001"
#define SHOP "QENT_YOOKASSA_SHOP_ID=100500\nQENT_YOOKASSA_SECRET_KEY=test_0123456789abcdef\n"

struct rig {
  script script;
  qent_settings *settings;
  qent_http *http;
  qent_payment_provider *provider;
  char *loaded[8];
  size_t loaded_count;
};

static void open_with(struct rig *rig, const char *settings)
{
  qent_provider_config config = {sizeof config, NULL, NULL};

  assert_int_equal(
      qent_settings_parse(settings, strlen(settings), NULL, NULL, &rig->settings, NULL), QENT_OK);
  rig->http = script_http(&rig->script);
  assert_non_null(rig->http);
  config.settings = rig->settings;
  config.http = rig->http;
  assert_int_equal(qent__provider_open(&qent__yookassa_factory, &config, &rig->provider, NULL),
                   QENT_OK);
}

static void close_rig(struct rig *rig)
{
  qent__provider_destroy(rig->provider);
  qent_http_free(rig->http);
  qent_settings_free(rig->settings);
  rig->provider = NULL;
  rig->http = NULL;
  rig->settings = NULL;
}

static int make_rig(void **state)
{
  struct rig *rig = calloc(1, sizeof *rig);

  if (!rig)
    return -1;
  script_reset(&rig->script);
  open_with(rig, SHOP);
  *state = rig;
  return 0;
}

static int drop_rig(void **state)
{
  struct rig *rig = *state;

  close_rig(rig);
  for (size_t i = 0; i < rig->loaded_count; i++)
    free(rig->loaded[i]);
  free(rig);
  return 0;
}

static const char *data(struct rig *rig, const char *name)
{
  char path[128];
  char *text;

  (void)snprintf(path, sizeof path, "yookassa/%s", name);
  text = read_test_file(path, NULL);
  assert_non_null(text);
  rig->loaded[rig->loaded_count++] = text;
  return text;
}

static qent_provider_request request_of_199(void)
{
  qent_provider_request request = {.size = sizeof request};

  request.order_id = 1042;
  request.payment_id = 77;
  request.user_id = 5;
  request.amount.minor = 19900;
  memcpy(request.amount.currency, "RUB", 4);
  request.description = "QentVPN: Месяц, #1042";
  request.return_url = "https://vpn.example/app/";
  return request;
}

static void request_has_exactly_these_bytes(void **state)
{
  struct rig *rig = *state;
  qent_provider_request request = request_of_199();
  qent_buf body;

  qent_buf_init(&body, 65536);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(qent__provider_render_request(rig->provider, &request, &body, NULL), QENT_OK);
    assert_string_equal(
        body.data,
        "{\"amount\":{\"value\":\"199.00\",\"currency\":\"RUB\"},\"capture\":true,"
        "\"confirmation\":{\"type\":\"redirect\",\"return_url\":\"https://vpn.example/app/\"},"
        "\"description\":\"QentVPN: Месяц, #1042\",\"metadata\":{\"order_id\":\"1042\","
        "\"payment_id\":\"77\",\"user_id\":\"5\"},\"merchant_customer_id\":\"5\"}");
    qent_buf_reset(&body);
  }
  qent_buf_dispose(&body);
}

static void receipt_is_sent_when_the_shop_needs_one(void **state)
{
  struct rig *rig = *state;
  qent_provider_request request = request_of_199();
  qent_buf body;

  close_rig(rig);
  open_with(rig, SHOP "QENT_RECEIPT_VAT_CODE=1\nQENT_RECEIPT_EMAIL=shop@vpn.example\n");
  qent_buf_init(&body, 65536);
  assert_int_equal(qent__provider_render_request(rig->provider, &request, &body, NULL), QENT_OK);
  assert_non_null(strstr(
      body.data, "\"receipt\":{\"customer\":{\"email\":\"shop@vpn.example\"},\"items\":[{"
                 "\"description\":\"QentVPN: Месяц, #1042\",\"quantity\":\"1.00\",\"amount\":{"
                 "\"value\":\"199.00\",\"currency\":\"RUB\"},\"vat_code\":1,\"payment_subject\":"
                 "\"service\",\"payment_mode\":\"full_payment\"}]}}"));
  qent_buf_reset(&body);
  request.email = "buyer@mail.example";
  assert_int_equal(qent__provider_render_request(rig->provider, &request, &body, NULL), QENT_OK);
  assert_non_null(strstr(body.data, "{\"email\":\"buyer@mail.example\"}"));
  qent_buf_dispose(&body);
}

static void long_description_is_cut_between_characters(void **state)
{
  struct rig *rig = *state;
  qent_provider_request request = request_of_199();
  char text[401] = "";
  char expected[300] = "\"description\":\"";
  qent_buf body;

  for (int i = 0; i < 200; i++)
    memcpy(text + strlen(text), "ж", 3);
  for (int i = 0; i < 128; i++)
    memcpy(expected + strlen(expected), "ж", 3);
  memcpy(expected + strlen(expected), "\",", 3);
  request.description = text;
  qent_buf_init(&body, 65536);
  assert_int_equal(qent__provider_render_request(rig->provider, &request, &body, NULL), QENT_OK);
  assert_non_null(strstr(body.data, expected));
  qent_buf_dispose(&body);
}

static void stars_and_missing_return_url_are_refused(void **state)
{
  struct rig *rig = *state;
  qent_provider_request request = request_of_199();
  qent_error err = QENT_ERROR_INIT;
  qent_buf body;

  qent_buf_init(&body, 65536);
  memcpy(request.amount.currency, "XTR", 4);
  assert_int_equal(qent__provider_render_request(rig->provider, &request, &body, &err),
                   QENT_EINVAL);
  request = request_of_199();
  request.return_url = NULL;
  assert_int_equal(qent__provider_render_request(rig->provider, &request, &body, &err),
                   QENT_EINVAL);
  qent_buf_dispose(&body);
}

static void create_sends_key_and_credentials_and_reads_the_link(void **state)
{
  struct rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;

  script_add(&rig->script, 200, data(rig, "payment_pending.json"));
  assert_int_equal(qent__provider_create(rig->provider, KEY, "{\"a\":1}", 5000, &seen, NULL),
                   QENT_OK);
  assert_string_equal(rig->script.method, "POST");
  assert_string_equal(rig->script.url, "https://api.yookassa.ru/v3/payments");
  assert_string_equal(rig->script.body, "{\"a\":1}");
  assert_non_null(strstr(rig->script.headers, "Idempotence-Key: " KEY "\n"));
  assert_non_null(strstr(rig->script.headers, "Content-Type: application/json\n"));
  assert_string_equal(rig->script.user, "100500");
  assert_string_equal(rig->script.password, "test_0123456789abcdef");
  assert_int_equal(rig->script.timeout_ms, 5000);
  assert_string_equal(seen.external_id, ID);
  assert_int_equal(seen.state, QENT_PROVIDER_PENDING);
  assert_true(seen.amount.minor == 19900 && seen.refunded.minor == 0);
  assert_true(seen.order_id == 1042);
  assert_false(seen.foreign_account || seen.wrong_mode);
  assert_non_null(strstr(seen.confirmation_url, "https://yoomoney.ru/"));
}

static qent_provider_payment fetched(struct rig *rig, const char *name)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;

  script_add(&rig->script, 200, data(rig, name));
  assert_int_equal(qent__provider_fetch(rig->provider, ID, &seen, NULL), QENT_OK);
  assert_string_equal(rig->script.method, "GET");
  assert_string_equal(rig->script.url, "https://api.yookassa.ru/v3/payments/" ID);
  assert_string_equal(rig->script.headers, "");
  assert_true(rig->script.timeout_ms >= 35000);
  return seen;
}

static void recorded_states_are_read(void **state)
{
  struct rig *rig = *state;
  qent_provider_payment seen = fetched(rig, "payment_succeeded.json");

  assert_int_equal(seen.state, QENT_PROVIDER_SUCCEEDED);
  assert_true(seen.refunded.minor == 0);
  assert_string_equal(seen.confirmation_url, "");
  seen = fetched(rig, "payment_canceled.json");
  assert_int_equal(seen.state, QENT_PROVIDER_CANCELED);
  assert_string_equal(seen.reason, "expired_on_confirmation");
  seen = fetched(rig, "payment_refunded.json");
  assert_int_equal(seen.state, QENT_PROVIDER_SUCCEEDED);
  assert_true(seen.refunded.minor == 19900);
  assert_string_equal(seen.refunded.currency, "RUB");
}

#define BODY(id, status, paid, amount, account, test, more)                                        \
  "{\"id\":\"" id "\",\"status\":\"" status "\",\"paid\":" paid ",\"amount\":" amount              \
  ",\"recipient\":{\"account_id\":" account "},\"test\":" test more "}"
#define RUB199 "{\"value\":\"199.00\",\"currency\":\"RUB\"}"

static void oddities_are_told_to_the_library(void **state)
{
  struct rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;

  script_add(&rig->script, 200, BODY(ID, "succeeded", "true", RUB199, "\"999\"", "false", ""));
  assert_int_equal(qent__provider_fetch(rig->provider, ID, &seen, NULL), QENT_OK);
  assert_true(seen.foreign_account);
  assert_true(seen.wrong_mode);
  assert_true(seen.order_id == 0);
  script_add(&rig->script, 200,
             BODY(ID, "waiting_for_capture", "true", RUB199, "100500", "true", ""));
  assert_int_equal(qent__provider_fetch(rig->provider, ID, &seen, NULL), QENT_OK);
  assert_int_equal(seen.state, QENT_PROVIDER_PENDING);
  assert_false(seen.foreign_account || seen.wrong_mode);
  script_add(&rig->script, 200,
             BODY(ID, "a_word_of_2030", "false", RUB199, "\"100500\"", "true",
                  ",\"metadata\":{\"order_id\":\"x\"}"));
  assert_int_equal(qent__provider_fetch(rig->provider, ID, &seen, NULL), QENT_OK);
  assert_int_equal(seen.state, QENT_PROVIDER_PENDING);
  assert_true(seen.order_id == 0);
}

static void unusable_answers_are_protocol_errors(void **state)
{
  static const char *const bodies[] = {
      "",
      "{}",
      "[]",
      "null",
      "<html>",
      "{\"id\":\"" ID "\"",
      BODY("short", "pending", "false", RUB199, "\"100500\"", "true", ""),
      BODY(ID, "succeeded", "false", RUB199, "\"100500\"", "true", ""),
      BODY(ID, "pending", "1", RUB199, "\"100500\"", "true", ""),
      BODY(ID, "pending", "false", "{\"value\":199.00,\"currency\":\"RUB\"}", "\"1\"", "true", ""),
      BODY(ID, "pending", "false", "{\"value\":\"199.001\",\"currency\":\"RUB\"}", "1", "true", ""),
      BODY(ID, "pending", "false", "{\"value\":\"-1.00\",\"currency\":\"RUB\"}", "1", "true", ""),
      BODY(ID, "pending", "false", "{\"value\":\"1.00\",\"currency\":\"rub\"}", "1", "true", ""),
      BODY(ID, "pending", "false", "{\"value\":\"1.00\"}", "1", "true", ""),
      BODY(ID, "pending", "false", RUB199, "null", "true", ""),
      BODY(ID, "pending", "false", RUB199, "\"100500\"", "\"yes\"", ""),
      BODY(ID, "pending", "false", RUB199, "\"100500\"", "true",
           ",\"confirmation\":{\"confirmation_url\":\"javascript:alert(1)\"}"),
      BODY(ID, "succeeded", "true", RUB199, "\"100500\"", "true",
           ",\"refunded_amount\":{\"value\":\"1.00\",\"currency\":\"USD\"}"),
      BODY("2e1f4b2c-000f-5000-8000-1a2b3c4d5e60", "pending", "false", RUB199, "\"100500\"", "true",
           ""),
  };
  struct rig *rig = *state;

  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
    qent_error err = QENT_ERROR_INIT;

    script_reset(&rig->script);
    script_add(&rig->script, 200, bodies[i]);
    if (qent__provider_fetch(rig->provider, ID, &seen, &err) != QENT_EPROTO)
      fail_msg("accepted: %s", bodies[i]);
    assert_string_equal(seen.external_id, "");
    assert_null(strstr(err.message, "test_0123456789abcdef"));
  }
}

static qent_status status_of(struct rig *rig, int http_status, const char *body, bool create,
                             qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;

  script_reset(&rig->script);
  script_add(&rig->script, http_status, body);
  qent_error_clear(err);
  if (create)
    return qent__provider_create(rig->provider, KEY, "{}", 5000, &seen, err);
  return qent__provider_fetch(rig->provider, ID, &seen, err);
}

static void statuses_say_what_to_do_next(void **state)
{
  struct rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;

  assert_int_equal(status_of(rig, 202, data(rig, "processing_202.json"), true, &err),
                   QENT_ETIMEOUT);
  assert_true(err.retry_after_ms == 1800);
  assert_int_equal(status_of(rig, 400, data(rig, "error_400_amount.json"), true, &err),
                   QENT_EINVAL);
  assert_non_null(strstr(err.message, "amount.value"));
  assert_int_equal(err.http_status, 400);
  assert_true(err.retry_after_ms == -1);
  assert_int_equal(status_of(rig, 400, data(rig, "error_400_key.json"), true, &err),
                   QENT_ECONFLICT);
  assert_int_equal(status_of(rig, 401, data(rig, "error_401.json"), true, &err), QENT_EAUTH);
  assert_int_equal(status_of(rig, 403, data(rig, "error_403.json"), true, &err), QENT_EAUTH);
  assert_int_equal(status_of(rig, 404, data(rig, "error_404.json"), false, &err), QENT_ENOTFOUND);
  assert_int_equal(status_of(rig, 429, data(rig, "error_429.json"), true, &err), QENT_EUPSTREAM);
  assert_true(err.retry_after_ms == 700);
  assert_int_equal(status_of(rig, 429, "", false, &err), QENT_EUPSTREAM);
  assert_true(err.retry_after_ms == 1800);
  assert_int_equal(status_of(rig, 500, data(rig, "error_500.json"), true, &err), QENT_ETIMEOUT);
  assert_int_equal(err.http_status, 500);
  assert_int_equal(status_of(rig, 500, "", false, &err), QENT_EUPSTREAM);
  assert_int_equal(status_of(rig, 502, "<html>Bad Gateway</html>", true, &err), QENT_ETIMEOUT);
  assert_int_equal(status_of(rig, 415, "", true, &err), QENT_EINVAL);
  assert_int_equal(status_of(rig, 301, "", true, &err), QENT_EPROTO);
}

static void retry_after_header_is_heard(void **state)
{
  struct rig *rig = *state;
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_error err = QENT_ERROR_INIT;

  script_add_header(&rig->script, 429, "", "Retry-After: 3");
  assert_int_equal(qent__provider_fetch(rig->provider, ID, &seen, &err), QENT_EUPSTREAM);
  assert_true(err.retry_after_ms == 3000);
}

static void failures_of_the_network_pass_through(void **state)
{
  static const qent_status failures[] = {QENT_ETIMEOUT, QENT_EUPSTREAM, QENT_EPROTO,
                                         QENT_ECANCELED};
  struct rig *rig = *state;

  for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
    qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;

    script_reset(&rig->script);
    script_add_failure(&rig->script, failures[i]);
    assert_int_equal(qent__provider_create(rig->provider, KEY, "{}", 1, &seen, NULL), failures[i]);
  }
}

static void refund_names_payment_amount_and_key(void **state)
{
  struct rig *rig = *state;
  qent_money amount = {19900, "RUB"};
  qent_error err = QENT_ERROR_INIT;

  script_add(&rig->script, 200, data(rig, "refund_succeeded.json"));
  assert_int_equal(qent__provider_refund(rig->provider, KEY, ID, &amount, "asked", NULL), QENT_OK);
  assert_string_equal(rig->script.url, "https://api.yookassa.ru/v3/refunds");
  assert_string_equal(rig->script.body, "{\"payment_id\":\"" ID
                                        "\",\"amount\":{\"value\":\"199.00\",\"currency\":\"RUB\"},"
                                        "\"description\":\"asked\"}");
  assert_non_null(strstr(rig->script.headers, "Idempotence-Key: " KEY "\n"));
  script_add(&rig->script, 200, data(rig, "refund_canceled.json"));
  assert_int_equal(qent__provider_refund(rig->provider, KEY, ID, &amount, NULL, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "rejected_by_payee"));
  script_add(&rig->script, 500, "");
  assert_int_equal(qent__provider_refund(rig->provider, KEY, ID, &amount, NULL, &err),
                   QENT_ETIMEOUT);
  assert_int_equal(qent__provider_refund(rig->provider, KEY, "../me", &amount, NULL, &err),
                   QENT_EINVAL);
}

static void check_tells_shop_and_mode(void **state)
{
  struct rig *rig = *state;
  char detail[128];

  script_add(&rig->script, 200, data(rig, "me.json"));
  assert_int_equal(qent__provider_check(rig->provider, detail, sizeof detail, NULL), QENT_OK);
  assert_string_equal(detail, "test shop 100500");
  assert_string_equal(rig->script.url, "https://api.yookassa.ru/v3/me");
  script_add(&rig->script, 200,
             "{\"account_id\":\"100500\",\"status\":\"enabled\",\"fiscalization_enabled\":true}");
  assert_int_equal(qent__provider_check(rig->provider, detail, sizeof detail, NULL), QENT_OK);
  assert_non_null(strstr(detail, "QENT_RECEIPT_VAT_CODE is 0"));
  script_add(&rig->script, 200, "{\"account_id\":\"100500\",\"status\":\"disabled\"}");
  assert_int_equal(qent__provider_check(rig->provider, detail, sizeof detail, NULL), QENT_EAUTH);
}

static qent_status hook(const char *body, char id[65])
{
  id[0] = '\0';
  return qent__provider_parse_webhook(&qent__yookassa_factory, body, strlen(body), id, 65, NULL);
}

static void webhook_gives_the_payments_id(void **state)
{
  struct rig *rig = *state;
  char id[65];

  assert_int_equal(hook(data(rig, "webhook_succeeded.json"), id), QENT_OK);
  assert_string_equal(id, ID);
  assert_int_equal(hook(data(rig, "webhook_refund.json"), id), QENT_OK);
  assert_string_equal(id, ID);
}

static void anything_else_is_no_webhook(void **state)
{
  static const char *const bodies[] = {
      "",
      "{}",
      "[]",
      "\xff",
      "{\"type\":\"notification\"}",
      "{\"type\":\"notification\",\"event\":\"payment.succeeded\",\"object\":{}}",
      "{\"type\":\"notification\",\"event\":\"payment.succeeded\",\"object\":{\"id\":7}}",
      "{\"type\":\"notification\",\"event\":\"payment.succeeded\",\"object\":{\"id\":\"x\"}}",
      "{\"type\":\"notification\",\"event\":\"payment.succeeded\",\"object\":{\"id\":"
      "\"../../../../../../../etc/passwd.......\"}}",
      "{\"type\":\"notification\",\"event\":\"refund.succeeded\",\"object\":{\"id\":\"" ID "\"}}",
      "{\"type\":\"other\",\"event\":\"payment.succeeded\",\"object\":{\"id\":\"" ID "\"}}",
      "{\"type\":\"notification\",\"event\":\"payment.succeeded\",\"object\":{\"id\":\"" ID "\"}}x",
  };
  char id[65];
  size_t size = 70000;
  char *large = malloc(size);

  (void)state;
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    assert_int_equal(hook(bodies[i], id), QENT_EINVAL);
    assert_string_equal(id, "");
  }
  assert_non_null(large);
  memset(large, ' ', size);
  assert_int_equal(
      qent__provider_parse_webhook(&qent__yookassa_factory, large, size, id, sizeof id, NULL),
      QENT_EINVAL);
  free(large);
}

static void sources_are_the_published_networks(void **state)
{
  static const struct {
    const char *address;
    bool known;
  } rows[] = {
      {"185.71.76.0", true},
      {"185.71.76.31", true},
      {"185.71.76.32", false},
      {"185.71.77.5", true},
      {"77.75.153.127", true},
      {"77.75.153.128", false},
      {"77.75.154.128", true},
      {"77.75.154.127", false},
      {"77.75.156.11", true},
      {"77.75.156.35", true},
      {"77.75.156.12", false},
      {"2a02:5180:0:1509::1", true},
      {"2a02:5181::1", false},
      {"127.0.0.1", false},
      {"::ffff:185.71.76.1", true},
      {"185.71.76.1:443", false},
      {"", false},
      {"x", false},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (qent__provider_source_known(&qent__yookassa_factory, rows[i].address) != rows[i].known)
      fail_msg("%s", rows[i].address);
  }
}

static void a_shop_without_settings_is_unsupported(void **state)
{
  struct rig *rig = *state;
  qent_provider_config config = {sizeof config, NULL, rig->http};
  qent_payment_provider *provider = NULL;
  qent_settings *settings = NULL;

  assert_int_equal(qent_settings_parse("", 0, NULL, NULL, &settings, NULL), QENT_OK);
  config.settings = settings;
  assert_int_equal(qent__provider_open(&qent__yookassa_factory, &config, &provider, NULL),
                   QENT_EUNSUPPORTED);
  assert_null(provider);
  assert_int_equal(qent__provider_factory_check(&qent__yookassa_factory, NULL), QENT_OK);
  qent_settings_free(settings);
}

static void out_of_memory_is_told_and_leaks_nothing(void **state)
{
  struct rig *rig = *state;
  const char *body = data(rig, "payment_pending.json");
  long n = 0;

  for (;; n++) {
    qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
    qent_status st;

    script_reset(&rig->script);
    script_add(&rig->script, 200, body);
    qent__alloc_fail_after(n);
    st = qent__provider_create(rig->provider, KEY, "{}", 5000, &seen, NULL);
    qent__alloc_fail_after(-1);
    if (st == QENT_OK)
      break;
    assert_int_equal(st, QENT_ENOMEM);
    assert_true(n < 100);
  }
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, make_rig, drop_rig)

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_RIG(request_has_exactly_these_bytes),
      WITH_RIG(receipt_is_sent_when_the_shop_needs_one),
      WITH_RIG(long_description_is_cut_between_characters),
      WITH_RIG(stars_and_missing_return_url_are_refused),
      WITH_RIG(create_sends_key_and_credentials_and_reads_the_link),
      WITH_RIG(recorded_states_are_read),
      WITH_RIG(oddities_are_told_to_the_library),
      WITH_RIG(unusable_answers_are_protocol_errors),
      WITH_RIG(statuses_say_what_to_do_next),
      WITH_RIG(retry_after_header_is_heard),
      WITH_RIG(failures_of_the_network_pass_through),
      WITH_RIG(refund_names_payment_amount_and_key),
      WITH_RIG(check_tells_shop_and_mode),
      WITH_RIG(webhook_gives_the_payments_id),
      WITH_RIG(anything_else_is_no_webhook),
      WITH_RIG(sources_are_the_published_networks),
      WITH_RIG(a_shop_without_settings_is_unsupported),
      WITH_RIG(out_of_memory_is_told_and_leaks_nothing),
  };

  return cmocka_run_group_tests_name("yookassa", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* An answer of YooKassa: the first byte picks the HTTP status and the verb, the rest is the body.
 */
#include "payment/provider.h"
#include "payment/yookassa.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

#define ID "2e1f4b2c-000f-5000-8000-1a2b3c4d5e6f"
#define LIST_FROM 224 /* first bytes that mean the list of payments */
#define KEY "6f1c2b9e-3a9f-4a53-9d7e-000000000001"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct answer {
  int status;
  const uint8_t *body;
  size_t len;
};

static struct answer answer;
static qent_payment_provider *provider;

static qent_status transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user)
{
  const struct answer *a = user;

  (void)req;
  return qent_http_response_set(resp, a->status, NULL, 0, a->body, a->len, err);
}

static void start(void)
{
  static const char text[] =
      "QENT_YOOKASSA_SHOP_ID=100500\nQENT_YOOKASSA_SECRET_KEY=test_0123456789abcdef\n";
  static qent_settings *settings;
  static qent_http *http;
  qent_http_options options = QENT_HTTP_OPTIONS_INIT;
  qent_provider_config config = {sizeof config, NULL, NULL};

  options.transport = transport;
  options.transport_user = &answer;
  if (qent_settings_parse(text, sizeof text - 1, NULL, NULL, &settings, NULL) != QENT_OK ||
      qent_http_new(&options, &http, NULL) != QENT_OK)
    abort();
  config.settings = settings;
  config.http = http;
  if (qent__provider_open(&qent__yookassa_factory, &config, &provider, NULL) != QENT_OK)
    abort();
}

static void check_payment(const qent_provider_payment *seen)
{
  if (strlen(seen->external_id) != 36 || seen->amount.minor < 0 || seen->refunded.minor < 0 ||
      seen->order_id < 0 || strlen(seen->amount.currency) != 3 ||
      !qent__utf8_valid(seen->reason, strlen(seen->reason)))
    abort();
}

static qent_status take(const qent_provider_payment *payment, void *user)
{
  check_payment(payment);
  ++*(int *)user;
  return QENT_OK;
}

static void list(qent_error *err)
{
  char next[QENT_PROVIDER_CURSOR_SIZE] = "";
  int count = 0;

  if (qent__provider_list_payments(provider, 1, "c", take, &count, next, err) == QENT_OK &&
      (strlen(next) >= sizeof next || strcmp(next, "c") == 0))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const int statuses[] = {200, 200, 200, 202, 400, 401, 404, 429, 500, 302};
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_money amount = {19900, "RUB"};
  char detail[128];

  if (size == 0)
    return 0;
  if (!provider)
    start();
  answer.status = statuses[data[0] % (sizeof statuses / sizeof statuses[0])];
  answer.body = data + 1;
  answer.len = size - 1;
  switch (data[0] / 64) {
  case 0:
    if (qent__provider_fetch(provider, ID, &seen, &err) == QENT_OK)
      check_payment(&seen);
    break;
  case 1:
    if (qent__provider_create(provider, KEY, "{}", 1000, &seen, &err) == QENT_OK)
      check_payment(&seen);
    break;
  case 2:
    (void)!qent__provider_refund(provider, KEY, ID, &amount, NULL, &err);
    break;
  default:
    if (data[0] >= LIST_FROM)
      list(&err);
    else
      (void)!qent__provider_check(provider, detail, sizeof detail, &err);
    break;
  }
  if (!qent__utf8_valid("", 0) || strlen(err.message) >= sizeof err.message)
    abort();
  return 0;
}

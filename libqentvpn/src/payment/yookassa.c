/* SPDX-License-Identifier: MIT */
#include "payment/yookassa_private.h"

#include "util/alloc.h"
#include "util/text.h"
#include "util/timefmt.h"

#include <stdio.h>
#include <string.h>

/* YooKassa decides a request within 30 s: a shorter wait than 35 s leaves the outcome open more
 * often than needed. Who waits for a buyer asks for less and repeats with the same key. */
#define TIMEOUT_MS 35000
#define BODY_MAX_BYTES 65536
#define MAX_PATH_BYTES 64

static qent__yookassa *from(qent_payment_provider *p)
{
  return (qent__yookassa *)p;
}

/* Send and parse. `key` and `body` are NULL for a GET. `tree_out` is the caller's, only on QENT_OK.
 */
static qent_status call(qent__yookassa *yk, const char *path, const char *key, const char *body,
                        int64_t timeout_ms, cJSON **tree_out, qent_error *err)
{
  qent_http_request req = QENT_HTTP_REQUEST_INIT;
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  char key_header[96];
  const char *headers[] = {"Content-Type: application/json", key_header};
  qent_buf url;
  qent_status st;

  (void)snprintf(key_header, sizeof key_header, "Idempotence-Key: %.64s", key ? key : "");
  qent_buf_init(&url, 2048);
  qent_buf_adds(&url, yk->api_url);
  qent_buf_adds(&url, path);
  st = qent_buf_status(&url, err);
  if (st != QENT_OK)
    goto out;
  req.url = url.data;
  req.basic_user = yk->shop_id;
  req.basic_password = yk->secret_key;
  req.timeout_ms = (int32_t)timeout_ms;
  req.max_reply_bytes = QENT__YK_REPLY_MAX_BYTES;
  if (body) {
    req.headers = headers;
    req.header_count = 2;
    req.body = body;
    req.body_len = strlen(body);
  }
  st = qent_http_send(yk->http, &req, &resp, err);
  if (st == QENT_OK)
    st = qent__yk_check_status(&resp, body != NULL, err);
  if (st == QENT_OK)
    st = qent__json_parse_body(resp.body, resp.body_len, tree_out, err);
out:
  qent_http_response_dispose(&resp);
  qent_buf_dispose(&url);
  return st;
}

static qent_status create(qent_payment_provider *p, const char *idempotency_key, const char *body,
                          int64_t timeout_ms, qent_provider_payment *payment_out, qent_error *err)
{
  qent__yookassa *yk = from(p);
  cJSON *tree = NULL;
  qent_status st = call(yk, "/payments", idempotency_key, body,
                        timeout_ms > 0 ? timeout_ms : TIMEOUT_MS, &tree, err);

  if (st == QENT_OK)
    st = qent__yk_read_payment(yk, tree, payment_out, err);
  cJSON_Delete(tree);
  return st;
}

/* GET /payments/{id}; a foreign id is a 404. */
static qent_status fetch(qent_payment_provider *p, const char *external_id,
                         qent_provider_payment *payment_out, qent_error *err)
{
  qent__yookassa *yk = from(p);
  char path[MAX_PATH_BYTES];
  cJSON *tree = NULL;
  qent_status st;

  if (!qent__yk_id_valid(external_id))
    return qent_fail(err, QENT_EINVAL, "this is no payment id of YooKassa");
  (void)snprintf(path, sizeof path, "/payments/%s", external_id);
  st = call(yk, path, NULL, NULL, TIMEOUT_MS, &tree, err);
  if (st == QENT_OK)
    st = qent__yk_read_payment(yk, tree, payment_out, err);
  cJSON_Delete(tree);
  return st;
}

static qent_status refund(qent_payment_provider *p, const char *idempotency_key,
                          const char *external_id, const qent_money *amount, const char *reason,
                          qent_error *err)
{
  qent__yookassa *yk = from(p);
  cJSON *tree = NULL;
  qent_buf body;
  qent_status st;

  if (!qent__yk_id_valid(external_id))
    return qent_fail(err, QENT_EINVAL, "this is no payment id of YooKassa");
  qent_buf_init(&body, BODY_MAX_BYTES);
  st = qent__yk_render_refund(yk, external_id, amount, reason, &body, err);
  if (st == QENT_OK)
    st = call(yk, "/refunds", idempotency_key, body.data, TIMEOUT_MS, &tree, err);
  if (st == QENT_OK)
    st = qent__yk_read_refund(tree, external_id, err);
  cJSON_Delete(tree);
  qent_buf_dispose(&body);
  return st;
}

static qent_status check(qent_payment_provider *p, char *detail_out, size_t size, qent_error *err)
{
  qent__yookassa *yk = from(p);
  cJSON *tree = NULL;
  qent_status st = call(yk, "/me", NULL, NULL, TIMEOUT_MS, &tree, err);

  if (st == QENT_OK)
    st = qent__yk_read_shop(yk, tree, detail_out, size, err);
  cJSON_Delete(tree);
  return st;
}

/* GET /payments?limit=100&created_at.gte=<ISO 8601>&cursor=..., newest first. */
static qent_status list_payments(qent_payment_provider *p, int64_t created_from, const char *cursor,
                                 qent_provider_payment_fn fn, void *user, char *next_out,
                                 qent_error *err)
{
  qent__yookassa *yk = from(p);
  char since[QENT__ISO8601_CAP];
  cJSON *tree = NULL;
  qent_buf path;
  qent_status st;

  qent__iso8601_format(created_from, since);
  qent_buf_init(&path, 1024);
  qent_buf_adds(&path, "/payments?limit=100&created_at.gte=");
  qent__percent_encode(&path, since, strlen(since));
  if (*cursor) {
    qent_buf_adds(&path, "&cursor=");
    qent__percent_encode(&path, cursor, strlen(cursor));
  }
  st = qent_buf_status(&path, err);
  if (st == QENT_OK)
    st = call(yk, path.data, NULL, NULL, TIMEOUT_MS, &tree, err);
  if (st == QENT_OK)
    st = qent__yk_read_payments(yk, tree, fn, user, next_out, err);
  cJSON_Delete(tree);
  qent_buf_dispose(&path);
  return st;
}

static void destroy(qent_payment_provider *p)
{
  qent__free(from(p)->api_url);
  qent__free(p);
}

static const qent_payment_provider_ops ops = {
    .size = sizeof(qent_payment_provider_ops),
    .render_request = qent__yk_render_payment,
    .create = create,
    .fetch = fetch,
    .refund = refund,
    .check = check,
    .destroy = destroy,
    .list_payments = list_payments,
};

static qent_status open_provider(const qent_provider_config *config,
                                 qent_payment_provider **provider_out, qent_error *err)
{
  const char *url = qent_settings_get(config->settings, "QENT_YOOKASSA_API_URL");
  const char *shop_id = qent_settings_get(config->settings, "QENT_YOOKASSA_SHOP_ID");
  const char *secret_key = qent_settings_get(config->settings, "QENT_YOOKASSA_SECRET_KEY");
  qent__yookassa *yk;
  size_t len;

  if (!url || !shop_id || !secret_key)
    return qent_fail(err, QENT_EUNSUPPORTED,
                     "QENT_YOOKASSA_SHOP_ID and QENT_YOOKASSA_SECRET_KEY are not set");
  yk = qent__calloc(1, sizeof *yk);
  if (!yk)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  len = strlen(url);
  while (len > 0 && url[len - 1] == '/')
    len--;
  yk->api_url = qent__strndup(url, len);
  if (!yk->api_url) {
    qent__free(yk);
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  }
  yk->base.ops = &ops;
  yk->settings = config->settings;
  yk->http = config->http;
  yk->shop_id = shop_id;
  yk->secret_key = secret_key;
  yk->test_shop = qent__starts_with(secret_key, "test_");
  *provider_out = &yk->base;
  return QENT_OK;
}

/* Source: YooKassa's documentation of notifications, read 2026-11. */
static const char *const networks[] = {
    "185.71.76.0/27",  "185.71.77.0/27",  "77.75.153.0/25", "77.75.154.128/25",
    "77.75.156.11/32", "77.75.156.35/32", "2a02:5180::/32", NULL,
};

const qent_payment_provider_factory qent__yookassa_factory = {
    .size = sizeof(qent_payment_provider_factory),
    .name = "yookassa",
    .currency = "RUB",
    .open = open_provider,
    .parse_webhook = qent__yk_parse_webhook,
    .webhook_networks = networks,
};

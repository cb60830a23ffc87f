/* SPDX-License-Identifier: MIT */
/* What YooKassa answers and sends. Unknown fields and unknown words are no fault: its schema grows.
 */
#include "payment/yookassa_private.h"

#include "util/text.h"
#include "util/timefmt.h"
#include "util/url.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_PAUSE_MS 1800 /* what YooKassa's own libraries wait after a 202 */
#define MAX_PAUSE_MS 3600000
#define WEBHOOK_DEPTH 12

bool qent__yk_id_valid(const char *id)
{
  size_t len = strlen(id);

  for (size_t i = 0; i < len; i++) {
    char c = qent__to_lower(id[i]);

    if (!qent__is_digit(c) && c != '-' && (c < 'a' || c > 'f'))
      return false;
  }
  return len == QENT__YK_ID_LEN;
}

/* An error body: {"type":"error","id":uuid,"code":str,"description":str,"parameter":str?,
 * "retry_after":ms?}. Proxies send HTML instead. */
struct fault {
  cJSON *tree;
  const char *code;
  const char *description;
  const char *parameter;
  int64_t retry_after_ms; /* -1: not told */
};

static struct fault read_fault(const qent_http_response *resp)
{
  struct fault f = {NULL, "", "", "", -1};
  int64_t pause;

  (void)qent__json_parse(resp->body, resp->body_len, QENT__YK_REPLY_MAX_BYTES, WEBHOOK_DEPTH,
                         &f.tree, NULL);
  f.code = qent__json_str_or(f.tree, "code", "");
  f.description = qent__json_str_or(f.tree, "description", "");
  f.parameter = qent__json_str_or(f.tree, "parameter", "");
  pause = qent__json_i64_or(f.tree, "retry_after", -1);
  if (pause < 0 && resp->retry_after_s >= 0 && resp->retry_after_s <= MAX_PAUSE_MS / 1000)
    pause = resp->retry_after_s * 1000;
  f.retry_after_ms = pause > MAX_PAUSE_MS ? MAX_PAUSE_MS : pause;
  return f;
}

static qent_status refused(const struct fault *f, int32_t http_status, qent_error *err)
{
  if (strcmp(f->description, "Idempotence key duplicated") == 0)
    return qent_fail(err, QENT_ECONFLICT,
                     "YooKassa knows this idempotence key with another request");
  return qent_fail(err, QENT_EINVAL, "YooKassa refuses the request: HTTP %d %.40s %.120s %.40s",
                   (int)http_status, f->code, f->description, f->parameter);
}

static qent_status map_status(const qent_http_response *resp, const struct fault *f, bool acted,
                              qent_error *err)
{
  int32_t status = resp->status;

  if (status == 202)
    return qent_fail(err, QENT_ETIMEOUT, "YooKassa is still working on the request");
  if (status == 401)
    return qent_fail(err, QENT_EAUTH, "YooKassa does not accept the shop id and the secret key");
  if (status == 403)
    return qent_fail(err, QENT_EAUTH, "YooKassa forbids this to the shop: %.120s", f->description);
  if (status == 404)
    return qent_fail(err, QENT_ENOTFOUND, "YooKassa knows no such object in this shop");
  if (status == 429)
    return qent_fail(err, QENT_EUPSTREAM, "YooKassa asks for fewer requests");
  if (status >= 500 && acted)
    return qent_fail(err, QENT_ETIMEOUT, "YooKassa failed with HTTP %d; it may have acted",
                     (int)status);
  if (status >= 500)
    return qent_fail(err, QENT_EUPSTREAM, "YooKassa failed with HTTP %d", (int)status);
  if (status >= 400)
    return refused(f, status, err);
  return qent_fail(err, QENT_EPROTO, "YooKassa answered HTTP %d", (int)status);
}

qent_status qent__yk_check_status(const qent_http_response *resp, bool acted, qent_error *err)
{
  struct fault f;
  qent_status st;

  if (resp->status == 200)
    return QENT_OK;
  f = read_fault(resp);
  st = map_status(resp, &f, acted, err);
  if (err) {
    err->http_status = (int)resp->status;
    if (resp->status == 202 || resp->status == 429 || resp->status >= 500)
      err->retry_after_ms =
          f.retry_after_ms >= 0 || resp->status >= 500 ? f.retry_after_ms : DEFAULT_PAUSE_MS;
  }
  cJSON_Delete(f.tree);
  return st;
}

static qent_status read_amount(const cJSON *tree, const char *key, qent_money *out, qent_error *err)
{
  const cJSON *amount = NULL;
  const char *value = NULL;
  const char *currency = NULL;
  qent_status st = qent__json_obj(tree, key, &amount, err);

  if (st == QENT_OK)
    st = qent__json_str(amount, "value", &value, err);
  if (st == QENT_OK)
    st = qent__json_str(amount, "currency", &currency, err);
  if (st == QENT_OK && qent_money_parse(value, currency, out, NULL) != QENT_OK)
    st = qent_fail(err, QENT_EPROTO, "YooKassa's \"%.20s\" is no amount", key);
  return st;
}

static qent_status read_refunded(const cJSON *tree, qent_provider_payment *out, qent_error *err)
{
  qent_status st;

  out->refunded = out->amount;
  out->refunded.minor = 0;
  if (!qent__json_get(tree, "refunded_amount"))
    return QENT_OK;
  st = read_amount(tree, "refunded_amount", &out->refunded, err);
  if (st == QENT_OK && strcmp(out->refunded.currency, out->amount.currency) != 0)
    st = qent_fail(err, QENT_EPROTO, "YooKassa refunded in another currency than was paid");
  return st;
}

static qent_status read_state(const cJSON *tree, qent_provider_payment *out, qent_error *err)
{
  const char *status;
  bool paid;
  qent_status st = qent__json_str(tree, "status", &status, err);

  if (st == QENT_OK)
    st = qent__json_bool(tree, "paid", &paid, err);
  if (st != QENT_OK)
    return st;
  out->state = QENT_PROVIDER_PENDING; /* also for words of the future: none is final */
  if (strcmp(status, "canceled") == 0)
    out->state = QENT_PROVIDER_CANCELED;
  if (strcmp(status, "succeeded") == 0) {
    if (!paid)
      return qent_fail(err, QENT_EPROTO, "YooKassa calls a payment succeeded but not paid");
    out->state = QENT_PROVIDER_SUCCEEDED;
  }
  return QENT_OK;
}

/* Whose money it is, and whether it is real. */
static qent_status read_owner(const qent__yookassa *yk, const cJSON *tree,
                              qent_provider_payment *out, qent_error *err)
{
  const cJSON *recipient;
  int64_t account;
  int64_t shop = 0;
  bool test;
  qent_status st = qent__json_bool(tree, "test", &test, err);

  if (st == QENT_OK)
    st = qent__json_obj(tree, "recipient", &recipient, err);
  if (st == QENT_OK)
    st = qent__json_i64_lax(recipient, "account_id", &account, err);
  if (st != QENT_OK)
    return st;
  (void)qent__parse_i64(yk->shop_id, strlen(yk->shop_id), 0, INT64_MAX, &shop);
  out->foreign_account = account != shop;
  out->wrong_mode = test != yk->test_shop;
  return QENT_OK;
}

static qent_status read_link(const cJSON *tree, qent_provider_payment *out, qent_error *err)
{
  const char *url = qent__json_str_or(qent__json_get(tree, "confirmation"), "confirmation_url", "");

  if (out->state != QENT_PROVIDER_PENDING || !*url)
    return QENT_OK;
  if (!qent__starts_with(url, "https://") && qent__url_check(url, NULL) != QENT_OK)
    return qent_fail(err, QENT_EPROTO, "YooKassa's pay link is no https URL");
  if (!qent__copy_text(out->confirmation_url, sizeof out->confirmation_url, url, strlen(url)))
    return qent_fail(err, QENT_EPROTO, "YooKassa's pay link is too long");
  return QENT_OK;
}

static void read_details(const cJSON *tree, qent_provider_payment *out)
{
  const char *captured = qent__json_str_or(tree, "captured_at", "");
  int64_t captured_ms = 0;
  const cJSON *metadata = qent__json_get(tree, "metadata");
  const char *order = qent__json_str_or(metadata, "order_id", "");
  const char *reason =
      qent__json_str_or(qent__json_get(tree, "cancellation_details"), "reason", "");

  if (!qent__parse_i64(order, strlen(order), 1, INT64_MAX, &out->order_id))
    out->order_id = 0;
  (void)qent__copy_text(out->reason, sizeof out->reason, reason, strlen(reason));
  if (qent__iso8601_parse(captured, strlen(captured), false, &captured_ms))
    out->paid_at = captured_ms / 1000;
}

/* Payment object. Required: id, status, paid, amount, test, recipient. */
qent_status qent__yk_read_payment(const qent__yookassa *yk, const cJSON *tree,
                                  qent_provider_payment *out, qent_error *err)
{
  qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
  const char *id;
  qent_status st = qent__json_str(tree, "id", &id, err);

  if (st != QENT_OK)
    return st;
  if (!qent__yk_id_valid(id))
    return qent_fail(err, QENT_EPROTO, "YooKassa's payment id has an unknown form");
  memcpy(seen.external_id, id, QENT__YK_ID_LEN + 1);
  st = read_amount(tree, "amount", &seen.amount, err);
  if (st == QENT_OK)
    st = read_state(tree, &seen, err);
  if (st == QENT_OK)
    st = read_refunded(tree, &seen, err);
  if (st == QENT_OK)
    st = read_owner(yk, tree, &seen, err);
  if (st == QENT_OK)
    st = read_link(tree, &seen, err);
  if (st != QENT_OK)
    return st;
  read_details(tree, &seen);
  *out = seen;
  return QENT_OK;
}

/* {"type":"list","items":[payment],"next_cursor":str?}; without next_cursor it is the last page. */
qent_status qent__yk_read_payments(const qent__yookassa *yk, const cJSON *tree,
                                   qent_provider_payment_fn fn, void *user, char *next_out,
                                   qent_error *err)
{
  const char *cursor = qent__json_str_or(tree, "next_cursor", "");
  const cJSON *items = NULL;
  qent_status st = qent__json_arr(tree, "items", &items, err);

  for (const cJSON *it = qent__json_first(items); st == QENT_OK && it; it = it->next) {
    qent_provider_payment seen = QENT_PROVIDER_PAYMENT_INIT;
    st = qent__yk_read_payment(yk, it, &seen, err);
    if (st == QENT_OK)
      st = fn(&seen, user);
  }
  if (st == QENT_OK &&
      !qent__copy_text(next_out, QENT_PROVIDER_CURSOR_SIZE, cursor, strlen(cursor)))
    st = qent_fail(err, QENT_EPROTO, "YooKassa's cursor is too long");
  return st;
}

/* Refund object: {"id","payment_id","status":"pending|succeeded|canceled","amount",
 * "cancellation_details":{"reason"}}. Pending is QENT_OK: the payment's refunded_amount follows. */
qent_status qent__yk_read_refund(const cJSON *tree, const char *payment_id, qent_error *err)
{
  const char *status;
  const char *of;
  qent_status st = qent__json_str(tree, "status", &status, err);

  if (st == QENT_OK)
    st = qent__json_str(tree, "payment_id", &of, err);
  if (st != QENT_OK)
    return st;
  if (strcmp(of, payment_id) != 0)
    return qent_fail(err, QENT_EPROTO, "YooKassa answered about a refund of another payment");
  if (strcmp(status, "canceled") == 0)
    return qent_fail(
        err, QENT_EINVAL, "YooKassa canceled the refund: %.60s",
        qent__json_str_or(qent__json_get(tree, "cancellation_details"), "reason", "no reason"));
  return QENT_OK;
}

/* GET /me: {"account_id":str,"status":"enabled|disabled","test":bool,"fiscalization_enabled":bool}
 */
qent_status qent__yk_read_shop(const qent__yookassa *yk, const cJSON *tree, char *detail_out,
                               size_t size, qent_error *err)
{
  const char *status = qent__json_str_or(tree, "status", "");
  bool fiscal = qent__json_bool_or(tree, "fiscalization_enabled", false);
  bool receipts = qent_settings_get_int(yk->settings, "QENT_RECEIPT_VAT_CODE") > 0;
  bool test = qent__json_bool_or(tree, "test", yk->test_shop);
  const char *note = "";

  if (strcmp(status, "disabled") == 0)
    return qent_fail(err, QENT_EAUTH, "YooKassa has disabled the shop");
  if (fiscal && !receipts)
    note = "; it wants receipts, but QENT_RECEIPT_VAT_CODE is 0";
  if (!fiscal && receipts)
    note = "; it takes no receipts, but QENT_RECEIPT_VAT_CODE is set";
  (void)snprintf(detail_out, size, "%s shop %.20s%s", test ? "test" : "live",
                 qent__json_str_or(tree, "account_id", yk->shop_id), note);
  return QENT_OK;
}

/* {"type":"notification","event":"payment.succeeded","object":{"id":...}}; the object of refund.*
 * is a refund and names its payment in "payment_id". */
qent_status qent__yk_parse_webhook(const char *body, size_t len, char *id_out, size_t size,
                                   qent_error *err)
{
  cJSON *tree = NULL;
  const cJSON *object;
  const char *event;
  const char *id;
  qent_status st =
      qent__json_parse(body, len, QENT__YK_WEBHOOK_MAX_BYTES, WEBHOOK_DEPTH, &tree, err);

  if (st == QENT_ENOMEM)
    return st;
  object = qent__json_get(tree, "object");
  event = qent__json_str_or(tree, "event", "");
  id = qent__json_str_or(object, qent__starts_with(event, "refund.") ? "payment_id" : "id", "");
  st = QENT_OK;
  if (strcmp(qent__json_str_or(tree, "type", ""), "notification") != 0 || !*event)
    st = qent_fail(err, QENT_EINVAL, "this is no notification of YooKassa");
  else if (!qent__yk_id_valid(id) || !qent__copy_text(id_out, size, id, strlen(id)))
    st = qent_fail(err, QENT_EINVAL, "the notification names no payment");
  cJSON_Delete(tree);
  return st;
}

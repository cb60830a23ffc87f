/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "yk.h"

#include "text.h"

enum { CONFIRM_MS = 3600 * 1000 };
static const int64_t capture_ms = 7LL * 24 * 3600 * 1000;

cJSON *yk_amount_json(int64_t minor, const char *currency)
{
  char value[32];
  cJSON *out = cJSON_CreateObject();
  (void)snprintf(value, sizeof value, "%lld.%02lld", (long long)(minor / 100),
                 (long long)(minor % 100));
  cJSON_AddStringToObject(out, "value", value);
  cJSON_AddStringToObject(out, "currency", currency);
  return out;
}

void yk_add_time(cJSON *obj, const char *key, int64_t ms)
{
  char text[40];
  sb_iso_time(ms, SB_ISO_MS_Z, text);
  sb_json_set(obj, key, cJSON_CreateString(text));
}

void yk_new_id(char id[37])
{
  sb_uuid(id);
  memcpy(id + 9, "000f", 4);
  memcpy(id + 14, "5000", 4);
}

static void copy_member(cJSON *to, const cJSON *from, const char *key)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(from, key);
  if (v && !cJSON_IsNull(v))
    cJSON_AddItemToObject(to, key, cJSON_Duplicate(v, true));
}

static cJSON *payment_json(const cJSON *in, const struct yk_payment *p)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "id", p->id);
  cJSON_AddStringToObject(out, "status", "pending");
  copy_member(out, in, "amount");
  copy_member(out, in, "description");
  cJSON *recipient = cJSON_AddObjectToObject(out, "recipient");
  cJSON_AddStringToObject(recipient, "account_id", sb_options.shop_id);
  cJSON_AddStringToObject(recipient, "gateway_id", "2000001");
  yk_add_time(out, "created_at", p->created_ms);
  cJSON *confirmation = cJSON_AddObjectToObject(out, "confirmation");
  char *url = sb_printf("%s/yookassa/pay/%s", sb_options.base_url, p->id);
  cJSON_AddStringToObject(confirmation, "type", "redirect");
  cJSON_AddStringToObject(confirmation, "return_url", p->return_url);
  cJSON_AddStringToObject(confirmation, "confirmation_url", url);
  free(url);
  cJSON_AddBoolToObject(out, "test", !sb_options.shop_live);
  cJSON_AddBoolToObject(out, "paid", false);
  cJSON_AddBoolToObject(out, "refundable", false);
  copy_member(out, in, "merchant_customer_id");
  const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(in, "metadata");
  cJSON_AddItemToObject(out, "metadata",
                        cJSON_IsObject(metadata) ? cJSON_Duplicate(metadata, true)
                                                 : cJSON_CreateObject());
  if (cJSON_HasObjectItem(in, "receipt"))
    cJSON_AddStringToObject(out, "receipt_registration", "pending");
  return out;
}

void yk_create(const cJSON *in, const char *key, struct sb_reply *rp)
{
  struct yk_problem problem = yk_check_payment(in, yk_shop.fiscal);
  if (problem.description) {
    yk_error(rp, 400, "invalid_request", problem.description, problem.parameter);
    return;
  }
  const cJSON *confirmation = cJSON_GetObjectItemCaseSensitive(in, "confirmation");
  struct yk_payment *p = sb_alloc(sizeof *p);
  yk_new_id(p->id);
  p->created_ms = sb_now_ms();
  p->expires_ms = p->created_ms + CONFIRM_MS;
  p->open = true;
  p->capture = sb_json_bool(in, "capture", false);
  p->return_url = sb_strdup(sb_json_str(confirmation, "return_url"));
  p->key = sb_strdup(key);
  p->obj = payment_json(in, p);
  (void)sb_map_put(&yk_shop.payments, p->id, p);
  sb_reply_json(rp, 200, cJSON_Duplicate(p->obj, true));
}

static struct yk_payment *find_or_404(const char *id, struct sb_reply *rp)
{
  struct yk_payment *p = sb_map_get(&yk_shop.payments, id);
  if (!p)
    yk_error(rp, 404, "not_found", "Payment doesn't exist or access denied", "payment_id");
  return p;
}

void yk_fetch(const char *id, struct sb_reply *rp)
{
  const struct yk_payment *p = find_or_404(id, rp);
  if (p)
    sb_reply_json(rp, 200, cJSON_Duplicate(p->obj, true));
}

struct yk_payment *yk_find(const char *payment_id, const char *order_id)
{
  struct yk_payment *best = NULL;
  size_t at = 0;
  if (payment_id)
    return sb_map_get(&yk_shop.payments, payment_id);
  for (struct yk_payment *p; order_id && (p = sb_map_next(&yk_shop.payments, &at)) != NULL;) {
    const char *order =
        sb_json_str(cJSON_GetObjectItemCaseSensitive(p->obj, "metadata"), "order_id");
    if (order && strcmp(order, order_id) == 0 && (!best || p->open || !best->open))
      best = p;
  }
  return best;
}

static const char *status_of(const struct yk_payment *p)
{
  return sb_json_str(p->obj, "status");
}

static void set_status(struct yk_payment *p, const char *status)
{
  sb_json_set(p->obj, "status", cJSON_CreateString(status));
}

static void add_method(cJSON *obj)
{
  char id[37];
  yk_new_id(id);
  cJSON *method = cJSON_CreateObject();
  cJSON_AddStringToObject(method, "type", "bank_card");
  cJSON_AddStringToObject(method, "id", id);
  cJSON_AddBoolToObject(method, "saved", false);
  cJSON_AddStringToObject(method, "status", "inactive");
  cJSON_AddStringToObject(method, "title", "Bank card *4477");
  cJSON_AddItemToObject(
      method, "card",
      cJSON_Parse(
          "{\"first6\":\"555555\",\"last4\":\"4477\",\"expiry_year\":\"2030\","
          "\"expiry_month\":\"12\",\"card_type\":\"MasterCard\",\"issuer_country\":\"US\"}"));
  sb_json_set(obj, "payment_method", method);
}

static void mark_captured(struct yk_payment *p)
{
  int64_t minor = 0;
  const cJSON *amount = cJSON_GetObjectItemCaseSensitive(p->obj, "amount");
  const char *currency = sb_json_str(amount, "currency");
  (void)yk_amount_parse(amount, &minor);
  p->open = false;
  p->captured_ms = sb_now_ms();
  set_status(p, "succeeded");
  yk_add_time(p->obj, "captured_at", p->captured_ms);
  cJSON_DeleteItemFromObject(p->obj, "expires_at");
  sb_json_set(p->obj, "paid", cJSON_CreateTrue());
  sb_json_set(p->obj, "refundable", cJSON_CreateTrue());
  sb_json_set(p->obj, "income_amount", yk_amount_json(minor - minor * 35 / 1000, currency));
  sb_json_set(p->obj, "refunded_amount", yk_amount_json(0, currency));
  if (cJSON_HasObjectItem(p->obj, "receipt_registration"))
    sb_json_set(p->obj, "receipt_registration", cJSON_CreateString("succeeded"));
}

static void mark_canceled(struct yk_payment *p, const char *party, const char *reason)
{
  cJSON *details = cJSON_CreateObject();
  cJSON_AddStringToObject(details, "party", party);
  cJSON_AddStringToObject(details, "reason", reason);
  p->open = false;
  set_status(p, "canceled");
  sb_json_set(p->obj, "paid", cJSON_CreateFalse());
  sb_json_set(p->obj, "cancellation_details", details);
  cJSON_DeleteItemFromObject(p->obj, "expires_at");
}

bool yk_finish(struct yk_payment *p, bool paid, const char *party, const char *reason, bool webhook)
{
  const char *event = "payment.canceled";
  if (strcmp(status_of(p), "pending") != 0)
    return false;
  cJSON_DeleteItemFromObject(p->obj, "confirmation");
  if (paid)
    add_method(p->obj);
  if (!paid) {
    mark_canceled(p, party, reason);
  } else if (p->capture) {
    mark_captured(p);
    sb_json_set(p->obj, "authorization_details",
                cJSON_Parse("{\"rrn\":\"603668680243\",\"auth_code\":\"062467\","
                            "\"three_d_secure\":{\"applied\":true}}"));
    event = "payment.succeeded";
  } else {
    set_status(p, "waiting_for_capture");
    sb_json_set(p->obj, "paid", cJSON_CreateTrue());
    p->expires_ms = sb_now_ms() + capture_ms;
    yk_add_time(p->obj, "expires_at", p->expires_ms);
    event = "payment.waiting_for_capture";
  }
  if (webhook)
    yk_hook_send(event, p->obj);
  return true;
}

void yk_capture(const char *id, struct sb_reply *rp)
{
  struct yk_payment *p = find_or_404(id, rp);
  if (!p)
    return;
  if (strcmp(status_of(p), "waiting_for_capture") != 0) {
    yk_error(rp, 400, "invalid_request", "Payment is not in waiting_for_capture status",
             "payment_id");
    return;
  }
  mark_captured(p);
  yk_hook_send("payment.succeeded", p->obj);
  sb_reply_json(rp, 200, cJSON_Duplicate(p->obj, true));
}

void yk_cancel(const char *id, struct sb_reply *rp)
{
  struct yk_payment *p = find_or_404(id, rp);
  if (!p)
    return;
  if (strcmp(status_of(p), "waiting_for_capture") != 0) {
    yk_error(rp, 400, "invalid_request", "Payment is not in waiting_for_capture status",
             "payment_id");
    return;
  }
  mark_canceled(p, "merchant", "canceled_by_merchant");
  yk_hook_send("payment.canceled", p->obj);
  sb_reply_json(rp, 200, cJSON_Duplicate(p->obj, true));
}

void yk_expire(void)
{
  int64_t now = sb_now_ms();
  size_t at = 0;
  for (struct yk_payment *p; (p = sb_map_next(&yk_shop.payments, &at)) != NULL;) {
    if (!p->open || p->expires_ms > now)
      continue;
    bool pending = strcmp(status_of(p), "pending") == 0;
    cJSON_DeleteItemFromObject(p->obj, "confirmation");
    mark_canceled(p, "yoo_money", pending ? "expired_on_confirmation" : "expired_on_capture");
    yk_hook_send("payment.canceled", p->obj);
  }
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "control.h"
#include "yk.h"
#include "yookassa.h"

static struct yk_payment *chosen(const cJSON *in, struct sb_reply *rp)
{
  struct yk_payment *p = yk_find(sb_json_str(in, "payment_id"), sb_json_str(in, "order_id"));
  if (!p)
    sb_control_error(rp, 404, "no payment with this payment_id or order_id");
  return p;
}

static cJSON *show(const struct yk_payment *p)
{
  cJSON *out = cJSON_Duplicate(p->obj, true);
  cJSON *sandbox = cJSON_AddObjectToObject(out, "sandbox");
  cJSON_AddStringToObject(sandbox, "idempotence_key", p->key);
  cJSON_AddStringToObject(sandbox, "return_url", p->return_url);
  cJSON_AddNumberToObject(sandbox, "created_ms", (double)p->created_ms);
  return out;
}

static void control_list(struct sb_request *rq, struct sb_reply *rp)
{
  const char *order_id = sb_params_get(&rq->query, "order_id");
  cJSON *out = cJSON_CreateObject();
  cJSON *list = cJSON_AddArrayToObject(out, "payments");
  cJSON *refunds = cJSON_AddArrayToObject(out, "refunds");
  size_t at = 0;
  for (const struct yk_payment *p; (p = sb_map_next(&yk_shop.payments, &at)) != NULL;) {
    const char *order = sb_json_str(cJSON_GetObjectItem(p->obj, "metadata"), "order_id");
    if (!order_id || (order && strcmp(order, order_id) == 0))
      cJSON_AddItemToArray(list, show(p));
  }
  at = 0;
  for (const cJSON *r; (r = sb_map_next(&yk_shop.refunds, &at)) != NULL;)
    cJSON_AddItemToArray(refunds, cJSON_Duplicate(r, true));
  sb_reply_json(rp, 200, out);
}

static void control_pay(const cJSON *in, struct sb_reply *rp)
{
  struct yk_payment *p = chosen(in, rp);
  const char *result = sb_json_str(in, "result");
  const char *reason = sb_json_str(in, "reason");
  const char *party = sb_json_str(in, "party");
  bool paid = !result || strcmp(result, "succeeded") == 0;
  if (!p)
    return;
  if (!paid && strcmp(result, "canceled") != 0)
    sb_control_error(rp, 400, "result is succeeded or canceled");
  else if (!yk_finish(p, paid, party ? party : "payment_network",
                      reason ? reason : "general_decline", sb_json_bool(in, "webhook", true)))
    sb_control_error(rp, 409, "the payment is not pending");
  else
    sb_reply_json(rp, 200, show(p));
}

/* Changes what the API says about a payment, for the tests of mismatches. */
static void control_tamper(const cJSON *in, struct sb_reply *rp)
{
  static const char *const plain[] = {"status", "test", "paid", "metadata"};
  struct yk_payment *p = chosen(in, rp);
  if (!p)
    return;
  cJSON *amount = cJSON_GetObjectItemCaseSensitive(p->obj, "amount");
  const char *value = sb_json_str(in, "amount");
  const char *currency = sb_json_str(in, "currency");
  const char *account = sb_json_str(in, "account_id");
  if (value)
    sb_json_set(amount, "value", cJSON_CreateString(value));
  if (currency)
    sb_json_set(amount, "currency", cJSON_CreateString(currency));
  if (account)
    sb_json_set(cJSON_GetObjectItemCaseSensitive(p->obj, "recipient"), "account_id",
                cJSON_CreateString(account));
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(in, plain[i]);
    if (v && (i > 0 || cJSON_IsString(v)))
      sb_json_set(p->obj, plain[i], cJSON_Duplicate(v, true));
  }
  sb_reply_json(rp, 200, show(p));
}

static void control_resend(const cJSON *in, struct sb_reply *rp)
{
  const struct yk_payment *p = chosen(in, rp);
  const char *event = sb_json_str(in, "event");
  if (!p)
    return;
  if (event) {
    yk_hook_send(event, p->obj);
  } else {
    char *name = sb_printf("payment.%s", sb_json_str(p->obj, "status"));
    yk_hook_send(name, p->obj);
    free(name);
  }
  sb_control_ok(rp);
}

static void control_refund(const cJSON *in, struct sb_reply *rp)
{
  const char *id = sb_json_str(in, "refund_id");
  if (id) {
    cJSON *refund = sb_map_get(&yk_shop.refunds, id);
    if (!refund || !yk_refund_settle(refund, sb_json_bool(in, "succeeded", true)))
      sb_control_error(rp, 404, "no such pending refund");
    else
      sb_reply_json(rp, 200, cJSON_Duplicate(refund, true));
    return;
  }
  const struct yk_payment *p = chosen(in, rp);
  if (!p)
    return;
  cJSON *body = cJSON_CreateObject();
  const char *value = sb_json_str(in, "amount");
  cJSON *amount = cJSON_Duplicate(cJSON_GetObjectItem(p->obj, "amount"), true);
  if (value)
    sb_json_set(amount, "value", cJSON_CreateString(value));
  cJSON_AddStringToObject(body, "payment_id", p->id);
  cJSON_AddItemToObject(body, "amount", amount);
  yk_refund_create(body, rp);
  cJSON_Delete(body);
}

static void control_shop(const cJSON *in, struct sb_reply *rp)
{
  yk_shop.fiscal = sb_json_bool(in, "fiscal", yk_shop.fiscal);
  yk_shop.refunds_wait = sb_json_bool(in, "refunds_wait", yk_shop.refunds_wait);
  sb_control_ok(rp);
}

void sb_yookassa_control(struct sb_request *rq, struct sb_reply *rp)
{
  static const struct {
    const char *path;
    void (*run)(const cJSON *in, struct sb_reply *rp);
  } posts[] = {{"/pay", control_pay},
               {"/tamper", control_tamper},
               {"/resend", control_resend},
               {"/refund", control_refund},
               {"/shop", control_shop}};
  if (strcmp(rq->path, "/webhooks") == 0) {
    yk_hook_control(rq, rp);
    return;
  }
  if (sb_is(rq, "POST", "/webhooks/forge")) {
    yk_hook_forge(rq, rp);
    return;
  }
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  bool known = false;
  (void)pthread_mutex_lock(&yk_shop.lock);
  yk_expire();
  for (size_t i = 0; i < sizeof posts / sizeof *posts; i++) {
    if (sb_is(rq, "POST", posts[i].path)) {
      posts[i].run(in, rp);
      known = true;
    }
  }
  if (!known && sb_is(rq, "GET", "/payments"))
    control_list(rq, rp);
  else if (!known)
    sb_control_error(rp, 404, "no such control route");
  (void)pthread_mutex_unlock(&yk_shop.lock);
  cJSON_Delete(in);
}

/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "clock.h"
#include "text.h"
#include "yk.h"

/* Money already promised back: settled and waiting refunds. */
static int64_t taken_back(const struct yk_payment *p)
{
  int64_t sum = 0;
  size_t at = 0;
  for (const cJSON *r; (r = sb_map_next(&yk_shop.refunds, &at)) != NULL;) {
    int64_t minor = 0;
    if (strcmp(sb_json_str(r, "payment_id"), p->id) == 0 &&
        strcmp(sb_json_str(r, "status"), "canceled") != 0 &&
        yk_amount_parse(cJSON_GetObjectItemCaseSensitive(r, "amount"), &minor))
      sum += minor;
  }
  return sum;
}

static struct yk_problem check(const cJSON *in, const struct yk_payment *p, int64_t *minor)
{
  const cJSON *amount = cJSON_GetObjectItemCaseSensitive(in, "amount");
  const cJSON *paid = cJSON_GetObjectItemCaseSensitive(p->obj, "amount");
  const char *currency = sb_json_str(amount, "currency");
  const char *description = sb_json_str(in, "description");
  int64_t total = 0;
  if (!yk_amount_parse(amount, minor) || *minor <= 0)
    return (struct yk_problem){"Incorrect amount value", "amount.value"};
  if (!currency || strcmp(currency, sb_json_str(paid, "currency")) != 0)
    return (struct yk_problem){"Incorrect currency", "amount.currency"};
  if (description && sb_utf8_chars(description) > 250)
    return (struct yk_problem){"Description is longer than 250 characters", "description"};
  if (strcmp(sb_json_str(p->obj, "status"), "succeeded") != 0)
    return (struct yk_problem){"Payment is not succeeded", "payment_id"};
  (void)yk_amount_parse(paid, &total);
  if (*minor > total - taken_back(p))
    return (struct yk_problem){"Refund amount is more than the payment allows", "amount"};
  if (cJSON_HasObjectItem(in, "receipt"))
    return yk_check_receipt(cJSON_GetObjectItem(in, "receipt"), *minor);
  return (struct yk_problem){NULL, NULL};
}

bool yk_refund_settle(cJSON *refund, bool succeeded)
{
  struct yk_payment *p = sb_map_get(&yk_shop.payments, sb_json_str(refund, "payment_id"));
  int64_t minor = 0;
  int64_t total = 0;
  if (!p || strcmp(sb_json_str(refund, "status"), "pending") != 0)
    return false;
  sb_json_set(refund, "status", cJSON_CreateString(succeeded ? "succeeded" : "canceled"));
  if (!succeeded) {
    cJSON *details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "party", "refund_network");
    cJSON_AddStringToObject(details, "reason", "rejected_by_payee");
    sb_json_set(refund, "cancellation_details", details);
    return true;
  }
  const cJSON *amount = cJSON_GetObjectItemCaseSensitive(p->obj, "amount");
  (void)yk_amount_parse(cJSON_GetObjectItemCaseSensitive(refund, "amount"), &minor);
  (void)yk_amount_parse(amount, &total);
  p->refunded_minor += minor;
  sb_json_set(p->obj, "refunded_amount",
              yk_amount_json(p->refunded_minor, sb_json_str(amount, "currency")));
  if (p->refunded_minor >= total)
    sb_json_set(p->obj, "refundable", cJSON_CreateFalse());
  yk_hook_send("refund.succeeded", refund);
  return true;
}

static void copy_member(cJSON *to, const cJSON *from, const char *key)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(from, key);
  if (v && !cJSON_IsNull(v))
    cJSON_AddItemToObject(to, key, cJSON_Duplicate(v, true));
}

void yk_refund_create(const cJSON *in, struct sb_reply *rp)
{
  const char *payment_id = sb_json_str(in, "payment_id");
  const struct yk_payment *p = payment_id ? sb_map_get(&yk_shop.payments, payment_id) : NULL;
  int64_t minor = 0;
  if (!p) {
    yk_error(rp, 400, "invalid_request", "Payment doesn't exist or access denied", "payment_id");
    return;
  }
  struct yk_problem problem = check(in, p, &minor);
  if (problem.description) {
    yk_error(rp, 400, "invalid_request", problem.description, problem.parameter);
    return;
  }
  char id[37];
  cJSON *refund = cJSON_CreateObject();
  yk_new_id(id);
  cJSON_AddStringToObject(refund, "id", id);
  cJSON_AddStringToObject(refund, "payment_id", p->id);
  cJSON_AddStringToObject(refund, "status", "pending");
  yk_add_time(refund, "created_at", sb_now_ms());
  copy_member(refund, in, "amount");
  copy_member(refund, in, "description");
  copy_member(refund, in, "metadata");
  (void)sb_map_put(&yk_shop.refunds, id, refund);
  if (!yk_shop.refunds_wait)
    (void)yk_refund_settle(refund, true);
  sb_reply_json(rp, 200, cJSON_Duplicate(refund, true));
}

void yk_refund_fetch(const char *id, struct sb_reply *rp)
{
  const cJSON *refund = sb_map_get(&yk_shop.refunds, id);
  if (!refund)
    yk_error(rp, 404, "not_found", "Refund doesn't exist or access denied", "refund_id");
  else
    sb_reply_json(rp, 200, cJSON_Duplicate(refund, true));
}

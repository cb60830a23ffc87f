/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <string.h>

#define HISTORY_MAX 50
#define KEY_MAX 64
#define EMAIL_MAX 254

static void reply_order(apid_worker *worker, apid_reply *reply, const qent_order *order,
                        unsigned status)
{
  qent_json_writer w;

  apid_json_begin(worker, &w);
  apid_view_order(&w, order);
  apid_json_end(worker, &w, reply, status);
}

/* The key itself is not kept: the open order is what makes a repeat harmless. */
static bool check_key(apid_worker *worker, const apid_request *request, apid_reply *reply)
{
  const char *key = apid_header(request, "Idempotency-Key");
  size_t len = key ? strlen(key) : 0;
  bool good = len >= 1 && len <= KEY_MAX;

  for (size_t i = 0; good && i < len; i++)
    good = key[i] > ' ' && key[i] < 0x7f;
  if (!good)
    apid_reply_problem(worker, reply, &apid_bad_request, "Idempotency-Key",
                       "the header must be there, with 1 to 64 visible ASCII characters");
  return good;
}

static bool read_checkout(apid_worker *worker, apid_request *request, const cJSON *body,
                          qent_checkout *checkout, apid_reply *reply)
{
  checkout->user_id = qent_user_id(request->user);
  checkout->method = qent_ctx_payment_provider_name(request->server->ctx, 0);
  return apid_body_text(worker, reply, body, "plan", true, 32, &checkout->plan_code) &&
         apid_body_id(worker, reply, body, "subscription", false, &checkout->subscription_id) &&
         apid_body_bool(worker, reply, body, "new", &checkout->new_subscription) &&
         apid_body_text(worker, reply, body, "method", false, 32, &checkout->method) &&
         apid_body_text(worker, reply, body, "email", false, EMAIL_MAX, &checkout->email);
}

static bool plan_is_sold(apid_worker *worker, const char *code, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_plan *plan = NULL;
  qent_status st = qent_plan_by_code(worker->session, code, &plan, &err);
  bool sold = st == QENT_OK && !qent_plan_hidden(plan);

  qent_plan_free(plan);
  if (st != QENT_OK && st != QENT_ENOTFOUND)
    apid_reply_failure(worker, reply, &err);
  else if (!sold)
    apid_reply_problem(worker, reply, &apid_invalid_field, "plan", "there is no such plan");
  return sold;
}

static void begin(apid_worker *worker, apid_request *request, const qent_checkout *checkout,
                  apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_status st = qent_checkout_begin(worker->session, checkout, &request->order, &err);

  if (st == QENT_ENOTFOUND)
    apid_reply_problem(worker, reply, &apid_invalid_field, "subscription",
                       "there is no such subscription");
  else if (st == QENT_EUNSUPPORTED)
    apid_reply_problem(worker, reply, &apid_method_unavailable, "method", err.message);
  else if (st != QENT_OK)
    apid_reply_failure(worker, reply, &err);
  else if (qent_order_pay_url(request->order))
    reply_order(worker, reply, request->order, 200);
  else {
    request->job.order_id = qent_order_id(request->order);
    request->waiting = true;
  }
}

void apid_post_order(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_checkout checkout = QENT_CHECKOUT_INIT;
  cJSON *body = NULL;

  if (!check_key(worker, request, reply))
    return;
  body = apid_body_object(worker, request, reply);
  if (body && read_checkout(worker, request, body, &checkout, reply) &&
      plan_is_sold(worker, checkout.plan_code, reply))
    begin(worker, request, &checkout, reply);
  cJSON_Delete(body);
}

/* Without a link the order stands all the same, and botd goes on asking for it. */
void apid_post_order_finish(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_order *now = NULL;

  if (request->job.status == QENT_OK) {
    reply_order(worker, reply, request->job.order, 201);
    return;
  }
  if (qent_order_by_id(worker->session, qent_user_id(request->user), request->job.order_id, &now,
                       &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  reply_order(worker, reply, now,
              qent_order_get_state(now) == QENT_ORDER_OPEN && !qent_order_pay_url(now) ? 202 : 200);
  qent_order_free(now);
}

static bool add_order(const qent_order *order, void *user)
{
  apid_view_order(user, order);
  return true;
}

void apid_get_orders(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;

  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_karray(&w, "orders");
  if (qent_order_each(worker->session, qent_user_id(request->user), HISTORY_MAX, add_order, &w,
                      &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  apid_json_end(worker, &w, reply, 200);
}

void apid_get_order(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_order *order = NULL;

  if (qent_order_by_id(worker->session, qent_user_id(request->user), request->id, &order, &err) !=
      QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  reply_order(worker, reply, order, 200);
  qent_order_free(order);
}

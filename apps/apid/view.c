/* SPDX-License-Identifier: MIT */
#include "apid.h"

/* A number whose 0 means "unlimited" or "none" is null in the API. */
static void number_or_null(qent_json_writer *w, const char *key, int64_t value)
{
  if (value != 0)
    qent_jw_ki64(w, key, value);
  else
    qent_jw_knull(w, key);
}

void apid_view_money(qent_json_writer *w, const char *key, const qent_money *money)
{
  char text[32];

  qent_jw_kobject(w, key);
  qent_jw_ki64(w, "amount_minor", money->minor);
  qent_jw_kstr(w, "currency", money->currency);
  qent_jw_kstr(w, "text",
               qent_money_format(money, text, sizeof text, NULL) == QENT_OK ? text : NULL);
  qent_jw_end_object(w);
}

static const char *order_status(const qent_order *order)
{
  qent_order_state state = qent_order_get_state(order);

  if (state == QENT_ORDER_OPEN && !qent_order_pay_url(order))
    return "preparing";
  return qent_order_state_name(state);
}

void apid_view_order(qent_json_writer *w, const qent_order *order)
{
  qent_money price = qent_order_price(order);

  qent_jw_object(w);
  qent_jw_ki64(w, "id", qent_order_id(order));
  qent_jw_kstr(w, "plan", qent_order_plan_code(order));
  number_or_null(w, "subscription_id", qent_order_subscription_id(order));
  qent_jw_kstr(w, "status", order_status(order));
  apid_view_money(w, "price", &price);
  qent_jw_kstr(w, "method", qent_order_method(order));
  qent_jw_kstr(w, "pay_url", qent_order_pay_url(order));
  qent_jw_kbool(w, "payment_failed", qent_order_payment_failed(order));
  qent_jw_kstr(w, "failure", qent_order_failure(order));
  qent_jw_ki64(w, "created_at", qent_order_created_at(order));
  number_or_null(w, "paid_at", qent_order_paid_at(order));
  qent_jw_end_object(w);
}

void apid_view_country(qent_json_writer *w, const char *country)
{
  qent_jw_kstr(w, "country", country && *country ? country : NULL);
}

static bool add_node(const qent_node_choice *choice, void *user)
{
  qent_json_writer *w = user;

  if (!choice->current)
    return true;
  qent_jw_object(w);
  qent_jw_kstr(w, "title", choice->title);
  apid_view_country(w, choice->country);
  qent_jw_end_object(w);
  return true;
}

qent_status apid_view_subscription(apid_worker *worker, qent_json_writer *w,
                                   const qent_subscription *sub, qent_error *err)
{
  int64_t now = qent_ctx_now(qent_session_ctx(worker->session));
  qent_status st;

  qent_jw_object(w);
  qent_jw_ki64(w, "id", qent_subscription_id(sub));
  qent_jw_kstr(w, "plan", qent_subscription_plan_code(sub));
  qent_jw_kstr(w, "status", qent_subscription_state_name(qent_subscription_get_state(sub, now)));
  qent_jw_ki64(w, "created_at", qent_subscription_created_at(sub));
  qent_jw_ki64(w, "expires_at", qent_subscription_expires_at(sub));
  number_or_null(w, "traffic_limit_bytes", qent_subscription_traffic_limit_bytes(sub));
  qent_jw_ki64(w, "traffic_used_bytes", qent_subscription_traffic_used_bytes(sub));
  number_or_null(w, "device_limit", qent_subscription_device_limit(sub));
  qent_jw_ki64(w, "keys_revision", qent_subscription_keys_revision(sub));
  qent_jw_ki64(w, "replicas", qent_subscription_replicas(sub));
  qent_jw_karray(w, "nodes");
  st = qent_subscription_nodes(worker->session, qent_subscription_user_id(sub),
                               qent_subscription_id(sub), add_node, w, err);
  qent_jw_end_array(w);
  qent_jw_end_object(w);
  return st;
}

void apid_reply_subscription(apid_worker *worker, apid_reply *reply, const qent_subscription *sub)
{
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;

  apid_json_begin(worker, &w);
  if (apid_view_subscription(worker, &w, sub, &err) == QENT_OK)
    apid_json_end(worker, &w, reply, 200);
  else
    apid_reply_failure(worker, reply, &err);
}

void apid_view_glance(qent_json_writer *w, const qent_subscription *sub, int64_t now)
{
  qent_jw_object(w);
  qent_jw_ki64(w, "id", qent_subscription_id(sub));
  qent_jw_kstr(w, "plan", qent_subscription_plan_code(sub));
  qent_jw_kstr(w, "status", qent_subscription_state_name(qent_subscription_get_state(sub, now)));
  qent_jw_ki64(w, "expires_at", qent_subscription_expires_at(sub));
  number_or_null(w, "traffic_limit_bytes", qent_subscription_traffic_limit_bytes(sub));
  qent_jw_ki64(w, "traffic_used_bytes", qent_subscription_traffic_used_bytes(sub));
  qent_jw_end_object(w);
}

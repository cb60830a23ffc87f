/* SPDX-License-Identifier: MIT */
#include "domain/order.h"
#include "util/alloc.h"

const char *qent_order_state_name(qent_order_state state)
{
  static const char *const names[] = {"open", "paid", "expired", "canceled", "refunded"};

  return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

int64_t qent_order_id(const qent_order *order)
{
  return order->id;
}

int64_t qent_order_user_id(const qent_order *order)
{
  return order->user_id;
}

const char *qent_order_plan_code(const qent_order *order)
{
  return order->plan_code;
}

int64_t qent_order_subscription_id(const qent_order *order)
{
  return order->subscription_id;
}

qent_money qent_order_price(const qent_order *order)
{
  return order->price;
}

qent_order_state qent_order_get_state(const qent_order *order)
{
  return order->state;
}

const char *qent_order_method(const qent_order *order)
{
  return order->method;
}

const char *qent_order_pay_url(const qent_order *order)
{
  return order->pay_url;
}

bool qent_order_payment_failed(const qent_order *order)
{
  return order->payment_failed;
}

const char *qent_order_failure(const qent_order *order)
{
  return order->failure;
}

int64_t qent_order_created_at(const qent_order *order)
{
  return order->created_at;
}

int64_t qent_order_paid_at(const qent_order *order)
{
  return order->paid_at;
}

void qent_order_free(qent_order *order)
{
  if (!order)
    return;
  qent__free(order->return_url);
  qent__free(order->email);
  qent__free(order->pay_url);
  qent__free(order->failure);
  qent__free(order);
}

bool qent__order_can_settle(const qent_order *order)
{
  return order->state != QENT_ORDER_PAID && order->state != QENT_ORDER_REFUNDED;
}

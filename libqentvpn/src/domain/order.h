/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_ORDER_H
#define QENT_DOMAIN_ORDER_H

#include "domain/plan.h"
#include <qentvpn/order.h>

struct qent_order {
  int64_t id;
  int64_t user_id;
  int64_t plan_id;
  char plan_code[33];
  int64_t subscription_id;  /* what it extends; 0 = found or made when paid */
  bool new_subscription;    /* make one even when the user has one of the node group */
  struct qent__terms terms; /* snapshot */
  qent_money price;         /* snapshot */
  qent_order_state state;
  char method[33];
  char *return_url; /* NULL = the bot */
  char *email;      /* NULL = none */
  int64_t created_at;
  int64_t expires_at; /* open orders turn expired then */
  int64_t paid_at;
  /* Of its newest payment; filled by the store's reads. */
  char *pay_url;
  bool payment_failed;
  char *failure;
};

/* May money still settle it? True for all but paid and refunded: money that came late is honoured.
 */
bool qent__order_can_settle(const qent_order *order);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_PAYMENT_H
#define QENT_DOMAIN_PAYMENT_H

#include "domain/order.h"
#include <qentvpn/payment.h>

struct qent_payment {
  int64_t id;
  int64_t order_id; /* 0 = of no order we know */
  char provider[33];
  char *external_id;        /* NULL while creating */
  char idempotency_key[65]; /* stored before the first call */
  char *request; /* exact bytes of the create request; NULL for one found at the provider */
  char *confirmation_url; /* NULL = none */
  qent_payment_state state;
  qent_money amount; /* what the order wants, or what a flagged payment brought */
  int64_t refunded_minor;
  char *reason;        /* why canceled or flagged; NULL */
  char refund_key[65]; /* idempotency key of a refund begun; "" = none */
  char *refund_reason; /* NULL = none */
  int32_t attempts;
  int64_t next_poll_at; /* 0 = not polled */
  int64_t lease_until;
  char *last_error;
  int64_t created_at;
  int64_t settled_at;
};

/* What the provider says, in the domain's words. */
struct qent__payment_facts {
  qent_money amount;
  int64_t order_id; /* from our metadata; 0 = none */
  bool foreign_account;
  bool wrong_mode;
};

/* Does the money match its order? NULL when it does, else a short stable word: "amount",
 * "currency", "order", "account", "mode". */
const char *qent__payment_mismatch(const qent_payment *payment, const qent_order *order,
                                   const struct qent__payment_facts *facts);

/* Close a flagged payment by an admin's word: canceled, and nothing but a refund opens it again. */
qent_status qent__payment_close(qent_payment *payment, qent_error *err);

/* Nothing that the provider says will change it any more, but for money that goes back. */
bool qent__payment_final(const qent_payment *payment);

/* Does it wait for the provider to give the money back? */
bool qent__payment_refund_begun(const qent_payment *payment);

/* Seconds until a pending payment is asked about again, by its age: 3 s at first, 60 s after ten
 * minutes, 15 min after two hours, 6 h after two days. */
int64_t qent__payment_poll_pause(int64_t age_s);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_APP_SHOP_H
#define TESTS_UNIT_APP_SHOP_H

/* A shop for tests of the use cases: one session on a database in memory, a clock that stands
 * still, a panel and a till that do what the test says. */

#include <qentvpn/ext/gateway.h>
#include <qentvpn/ext/payment_provider.h>
#include <qentvpn/qentvpn.h>

#define SHOP_NOW INT64_C(1800000000)
#define SHOP_DAY INT64_C(86400)
#define SHOP_ADMIN INT64_C(99)
#define SHOP_BUYER INT64_C(1001)
#define SHOP_MANY 512 /* most accounts on the panel, and payments in the till */

/* The panel: what is on it, and how the next calls go. A node whose name begins with "awg" shows
 * .conf files instead of links, with keys of the panel's own. */
struct shop_account {
  char node[33];
  char key[65];
  char uuid[37];
  bool enabled;
  int64_t expires_at;
  int64_t traffic_limit_bytes;
  int64_t used_bytes;
  int64_t telegram_id;
  int serial; /* of the keys, as far as the panel makes them itself */
};

struct shop_panel {
  struct shop_account accounts[SHOP_MANY];
  size_t count;
  int serials;
  int calls;
  int good_calls; /* so many go well before ... */
  int fail_calls; /* so many next calls fail */
  bool act_first; /* ... after having acted */
  qent_status fail_as;
  const char *silent;        /* calls to this node's panel get no answer; NULL = none */
  bool all_silent;           /* none does */
  const char *unwilling;     /* this node's panel answers, but makes no account; NULL = none */
  bool no_links;             /* accounts are shown without share links */
  void (*during)(void *arg); /* runs once inside the next ensure or list, before it acts */
  void *during_arg;
};

/* The till: payments by external id ("pay-<n>"). */
struct shop_payment {
  char key[65]; /* idempotency key */
  char id[65];
  char refund_key[65];
  int64_t order_id;
  qent_money amount;
  qent_money refunded;
  qent_provider_state state;
  bool foreign_account;
  bool wrong_mode;
  int64_t paid_at;
};

struct shop_till {
  struct shop_payment payments[SHOP_MANY];
  size_t count;
  int creates;
  int fetches;
  int refunds;
  int fail_calls;
  bool act_first;
  qent_status fail_as;
  int64_t retry_after_ms;  /* the failing calls ask for; 0 = nothing */
  bool no_list;            /* this till cannot list its payments */
  int lists;               /* pages shown */
  const char *answer_with; /* creating answers about this payment instead; NULL = the right one */
};

struct shop {
  qent_settings *settings;
  qent_ctx *ctx;
  qent_session *session;
  int64_t now;
  int64_t tick_s;     /* the clock goes on by so much each time it is read */
  int64_t buyer;      /* user id */
  char directory[64]; /* of the database; "" when it is in memory */
};

extern struct shop_panel panel;
extern struct shop_till till;

/* cmocka set-up and tear-down: *state is a struct shop with plan "month" (30 days, 199 RUB), plan
 * "gb" (30 days, 1000 bytes), node "de1", a buyer and an admin. */
int shop_open(void **state);
int shop_close(void **state);
/* The same with more lines of settings. */
int shop_open_set(void **state, const char *settings);
/* The same with the database in a file. */
int shop_open_file(void **state);
/* Close context and session and open them anew on the same file, as a restart would. */
void shop_reopen(struct shop *shop);
/* Another context on the same file, as in another process; the caller frees it. */
qent_ctx *shop_new_ctx(struct shop *shop);
int64_t shop_add_user(struct shop *shop, int64_t telegram_id);

/* Begin an order and get its link; returns the order's id. */
int64_t shop_order(struct shop *shop, const char *plan_code);
/* Money arrives for the order's newest payment, and the webhook says so. */
void shop_pay(struct shop *shop, int64_t order_id);
/* Only the webhook. */
void shop_webhook(struct shop *shop, const char *external_id);
struct shop_payment *shop_payment_of(int64_t order_id);
/* Run every loop until nothing is due; the clock does not move. */
void shop_work(struct shop *shop);
/* Notices of the kind that are not canceled, for anybody. */
int shop_notices(struct shop *shop, qent_notice_kind kind);
/* Send all due notices; returns how many. */
int shop_deliver(struct shop *shop);
/* The buyer's newest subscription, owned by the caller; NULL when there is none. */
qent_subscription *shop_subscription(struct shop *shop);
int64_t shop_expiry(struct shop *shop);
int64_t shop_sub_id(struct shop *shop);
/* Accounts on the node's panel. */
int shop_on_node(const char *node);
/* Another node of the same group. */
void shop_add_node(struct shop *shop, const char *name);
qent_order_state shop_order_state(struct shop *shop, int64_t order_id);
qent_payment_state shop_payment_state(struct shop *shop, int64_t order_id);

#endif

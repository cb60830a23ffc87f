/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_APP_FINDINGS_H
#define TESTS_UNIT_APP_FINDINGS_H

/* What comparing has found, for tests. */

#include "shop.h"

#define KINDS (QENT_DRIFT_NOT_COMPARED + 1)

struct findings {
  int counts[KINDS];
  int all;
  int queued;
  int64_t account_id, subscription_id, payment_id; /* of the last one */
  char where[33];
  char key[80];
  char detail[256];
  int stop_after; /* 0: never */
};

/* A qent_drift_fn for a struct findings. */
bool findings_take(const qent_drift_item *item, void *user);
/* Compare everything, without and with repairs; neither may fail. */
struct findings compare(struct shop *shop);
struct findings repair(struct shop *shop);
/* Exactly one difference, of this kind; none. */
void assert_one(const struct findings *found, qent_drift kind);
void assert_clean(struct shop *shop);

/* A paid order with its keys; returns the order's id. */
int64_t buy(struct shop *shop, const char *plan_code);
/* Somebody's account on the panel of "de1". */
struct shop_account *put_on_panel(const char *key);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_LISTS_H
#define QENTCTL_LISTS_H

/* Tables that more than one command prints. The `take` functions are the library's callbacks; their
 * user is the report. */

#include "cli.h"
#include "report.h"

#include <qentvpn/node.h>
#include <qentvpn/order.h>
#include <qentvpn/payment.h>
#include <qentvpn/subscription.h>

report *list_new_subs(const cli *c);
bool list_take_sub(const qent_subscription *sub, void *user);

report *list_new_orders(const cli *c);
bool list_take_order(const qent_order *order, void *user);

report *list_new_payments(const cli *c);
bool list_take_payment(const qent_payment *payment, void *user);

report *list_new_accounts(const cli *c);
bool list_take_account(const qent_account *account, void *user);

/* Print a list that ends at `limit` rows, and say when it may be longer. */
bool list_print(const cli *c, const report *r, int64_t limit, const char *empty);

#endif

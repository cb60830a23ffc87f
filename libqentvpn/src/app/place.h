/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_PLACE_H
#define QENT_APP_PLACE_H

/* An account's row: made, taken up again, wanted otherwise. All in the caller's transaction. */

#include "app/seats.h"

/* Fresh credentials in the account. */
qent_status qent__account_new_keys(qent_account *account, qent_error *err);

/* Store another wanted state; credentials are new when the keys' revision is. */
qent_status qent__account_want(qent_session *session, qent_account *account,
                               const struct qent__wanted *wanted, qent_error *err);

/* Want an account of the subscription on `node`. One that has, or had, an account there keeps its
 * row. @return QENT_ESTORE, QENT_ENOMEM. */
qent_status qent__account_place(qent_session *session, const qent_subscription *sub,
                                const struct qent__pool *pool, const qent_node *node,
                                enum qent__standing standing, qent_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_ENTITLE_H
#define QENT_APP_ENTITLE_H

/* From what a subscription allows to what its accounts shall be. */

#include "app/context.h"

/* Bring the wanted state of the subscription's accounts up to its facts, inside a transaction.
 * Makes its account when it has none that serves and may connect: one on a disabled node does not
 * serve, and goes once another node has been found. When no node of the group can take one, the
 * admins are told, and `sub->next_event_at` is moved near, so that qent_due_run() tries again: save
 * `sub` afterwards. */
qent_status qent__entitle(qent_session *session, qent_subscription *sub, qent_error *err);

/* New credentials into `account`. */
qent_status qent__account_new_keys(qent_account *account, qent_error *err);

#endif

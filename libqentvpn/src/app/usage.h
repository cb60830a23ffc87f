/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_USAGE_H
#define QENT_APP_USAGE_H

#include "app/context.h"

/* Count what an account has used since its counter was read last. Takes its own transaction.
 * QENT_ESTORE, QENT_ENOMEM. */
qent_status qent__usage_take(qent_session *session, int64_t node_id, const qent_account_view *view,
                             qent_error *err);

#endif

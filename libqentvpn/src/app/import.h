/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_IMPORT_H
#define QENT_APP_IMPORT_H

/* Adopting one account; shared by app/import*.c only. */

#include "app/context.h"
#include <qentvpn/import.h>

/* One account on its way into the ledger. */
struct qent__adoption {
  const qent_node *node;
  const qent_plan *plan;
  const qent_account_view *view; /* with its links */
  int64_t telegram_id;
  int64_t expires_at; /* of the subscription */
  int64_t sub_id;     /* out */
};

/* Its user, a subscription and an account that is confirmed already, in one transaction.
 * @return QENT_ECONFLICT (in the ledger already), QENT_EPROTO (the panel shows no share link). */
qent_status qent__import_adopt(qent_session *session, struct qent__adoption *adoption,
                               qent_error *err);

#endif

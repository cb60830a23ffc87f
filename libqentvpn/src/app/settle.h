/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_SETTLE_H
#define QENT_APP_SETTLE_H

/* The transaction that moves the money. */

#include "app/context.h"

/* What the provider says about the payment, taken in by one transaction. Runs at most once to an
 * end, however often and in whatever order it is called: a payment that is final already is left
 * alone.
 *  - succeeded and matching: payment and order settled, subscription extended to an absolute time,
 *    accounts' wanted state changed, notices queued;
 *  - succeeded and not matching: payment flagged, admins told, nothing given;
 *  - canceled, pending: stored;
 *  - refunded: what the order gave is taken back. */
qent_status qent__settle_outcome(qent_session *session, int64_t payment_id,
                                 const qent_provider_payment *outcome, qent_error *err);

/* Honour a flagged payment as if it matched; QENT_ECONFLICT when its order was paid otherwise. */
qent_status qent__settle_flagged(qent_session *session, int64_t payment_id, qent_error *err);

/* What is given, and to whom. Borrowed. */
struct qent__gift {
  int64_t user_id;
  int64_t sub_id; /* 0: the user's newest of the node group, or a new one */
  bool make_new;  /* a new one in any case */
  int64_t plan_id;
  const char *plan_code;
  const struct qent__terms *terms;
};

/* Inside a transaction: give a period. *sub_out is saved, entitled and owned by the caller;
 * *renewed_out says whether it was there before. */
qent_status qent__give(qent_session *session, const struct qent__gift *gift,
                       qent_subscription **sub_out, bool *renewed_out, qent_error *err);

/* Inside a transaction: cancel the reminders that were queued for an end that no longer holds. */
qent_status qent__cancel_reminders(qent_session *session, int64_t sub_id, int64_t expires_at,
                                   qent_error *err);

/* Inside a transaction: take back what a refunded order gave. */
qent_status qent__take_back(qent_session *session, qent_order *order, qent_error *err);

/* Inside a transaction: tell the buyer that `minor` units went back. */
qent_status qent__tell_refund(qent_session *session, const qent_order *order,
                              const qent_payment *payment, int64_t minor, qent_error *err);

#endif

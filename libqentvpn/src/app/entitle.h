/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_ENTITLE_H
#define QENT_APP_ENTITLE_H

/* From a subscription's facts to the wanted state of its accounts. */

#include "app/context.h"

/* Make the wanted state of all accounts follow the subscription and its nodes: gives an active one
 * as many working nodes as it has replicas, twins for those that are down, and lets accounts leave
 * once the others are confirmed. Call it (in a transaction) after every change of the subscription,
 * of its accounts' confirmation or of their nodes. May bring `sub->next_event_at` forward; the
 * caller saves it. @return QENT_ESTORE, QENT_ENOMEM. */
qent_status qent__entitle(qent_session *session, qent_subscription *sub, qent_error *err);

/* Where more are at home than replicas, have those that came last leave. qent__entitle() is next.
 */
qent_status qent__thin_out(qent_session *session, const qent_subscription *sub, qent_error *err);

/* qent__entitle() of a stored subscription. */
qent_status qent__place_anew(qent_session *session, int64_t sub_id, qent_error *err);

/* When a subscription that has ended is to lose its accounts; 0: never. Those of an imported one
 * are kept from the import on. */
int64_t qent__accounts_end_at(qent_session *session, const qent_subscription *sub);
/* Have all accounts of a subscription that ended long ago leave their panels. A renewal makes new
 * ones. */
qent_status qent__entitle_end(qent_session *session, const qent_subscription *sub, qent_error *err);

/* A move that somebody asked for. */
struct qent__move {
  int64_t from_node_id; /* 0: if another node is too many, the one that was there longest */
  int64_t to_node_id;   /* 0: the best */
};

/* As qent__entitle(), and another node serves it. @param moved_out  false: it was there already.
 * @return QENT_ENOTFOUND (no account to move, or no such node in the group), QENT_ECONFLICT (not
 * active; no node, or not this one, can take it), QENT_ESTORE, QENT_ENOMEM. */
qent_status qent__entitle_move(qent_session *session, qent_subscription *sub,
                               const struct qent__move *move, bool *moved_out, qent_error *err);

#endif

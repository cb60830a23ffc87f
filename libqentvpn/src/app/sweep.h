/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_SWEEP_H
#define QENT_APP_SWEEP_H

/* After a node has changed, every subscription that it concerns is placed anew. The node's row
 * remembers how far that is, so that it goes on after a crash and starts again after another
 * change. All of it is done by qent_due_run(). */

#include "app/context.h"

/* In a transaction: have the subscriptions of the node's accounts looked at. The caller saves the
 * node. */
void qent__sweep_start(qent_node *node);

/* In a transaction: a node of the group has become able to take accounts, so that those may move
 * which could not; QENT_ESTORE. */
qent_status qent__sweep_stranded(qent_session *session, const char *node_group, qent_error *err);

/* Do some of it. @param done_out  subscriptions looked at. QENT_OK, QENT_ECANCELED, QENT_ESTORE. */
qent_status qent__sweep_run(qent_session *session, int32_t max, int32_t *done_out, qent_error *err);

#endif

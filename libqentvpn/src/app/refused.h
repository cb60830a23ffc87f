/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_REFUSED_H
#define QENT_APP_REFUSED_H

/* A panel that refuses our credentials is left alone until an admin acts: panels lock out those who
 * keep trying. */

#include "app/context.h"

/* In a transaction: note it on the node, tell the admins once, and have those who wait for keys
 * placed elsewhere. */
qent_status qent__node_refuse(qent_session *session, int64_t node_id, const qent_error *cause,
                              qent_error *err);

/* In a transaction: only the alarm; once until it is mended. */
qent_status qent__node_refused_alarm(qent_session *session, const qent_node *node, qent_error *err);

#endif

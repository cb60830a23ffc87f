/* SPDX-License-Identifier: MIT */
#ifndef BOTD_COMPOSE_NODE_H
#define BOTD_COMPOSE_NODE_H

#include "render.h"

/* Show a subscription's nodes, or what became of a choice among them.
 * @param argument  see move.h. Returns as compose_notice(). */
qent_status compose_move(qent_session *session, int64_t user_id, const char *argument,
                         const render_env *env, message *m, qent_error *err);

#endif

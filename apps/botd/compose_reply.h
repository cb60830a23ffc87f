/* SPDX-License-Identifier: MIT */
#ifndef BOTD_COMPOSE_REPLY_H
#define BOTD_COMPOSE_REPLY_H

#include "render.h"

/* Word the answer to a bot command, as of now. Returns as compose_notice(). */
qent_status compose_reply(qent_session *session, const qent_notice *notice, const render_env *env,
                          message *m, qent_error *err);

#endif

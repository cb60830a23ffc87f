/* SPDX-License-Identifier: MIT */
#ifndef BOTD_COMPOSE_H
#define BOTD_COMPOSE_H

/* Notices to messages: load the facts, then render. */

#include "message.h"

#include <qentvpn/notice.h>

/* Word a notice.
 * @param m  initialised; disposed by the caller in any case.
 * @return QENT_OK; QENT_ENOTFOUND (what it tells about is gone); QENT_EINVAL (nothing to say, or it
 * does not fit); QENT_ENOMEM; QENT_ESTORE; QENT_ECANCELED. */
qent_status compose_notice(qent_session *session, const qent_notice *notice, message *m,
                           qent_error *err);

#endif

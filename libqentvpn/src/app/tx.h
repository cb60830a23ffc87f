/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_TX_H
#define QENT_APP_TX_H

/* One write transaction around a function. */

#include "app/context.h"

typedef qent_status (*qent__tx_fn)(qent_session *session, void *arg, qent_error *err);

/* Begin, run `fn`, commit when it returned QENT_OK, else roll back and pass its status on. While
 * `fn` runs the session's time stands still. */
qent_status qent__tx(qent_session *session, qent__tx_fn fn, void *arg, qent_error *err);

/* The same without waiting for the disk: for what is found out and written again when a power cut
 * has undone it. */
qent_status qent__tx_relaxed(qent_session *session, qent__tx_fn fn, void *arg, qent_error *err);

#endif

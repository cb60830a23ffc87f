/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_TELL_KEYS_H
#define QENT_APP_TELL_KEYS_H

/* What follows from an account's confirmation; all in its transaction. */

#include "app/seats.h"

/* Tell the buyer, if there is something to tell. The first keys of a revision are told once, from
 * whichever node confirms them first. Those of a later place are told when the buyer has nothing
 * else that works and no app that fetches the config link, or has asked for the move. A key that is
 * a file is given as one, too: each of those that are told, and any other new one to a buyer
 * without an app that fetches the link, who cannot get it in another way.
 * @param before  the account as it was before this confirmation. */
qent_status qent__tell_keys(qent_session *session, const qent_account *account,
                            const qent_account *before, qent_error *err);

/* Tell a buyer who uses single keys that those of an account which now leaves have ended, if older
 * ones go on instead: whoever got a twin's keys does not otherwise learn that they end. In the
 * transaction that lets it leave. */
qent_status qent__tell_return(qent_session *session, const qent_subscription *sub,
                              const struct qent__pool *pool, const qent_account *account,
                              qent_error *err);

/* Others of the subscription may have waited for this confirmation to leave their nodes, twins for
 * that of a home that was stuck. */
qent_status qent__let_leave(qent_session *session, const qent_account *account, qent_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#include "app/tx.h"
#include <qentvpn/config_link.h>

#define AGAIN_S 86400 /* readers must not wait for the write lock at each fetch */

static qent_status store_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return qent__store_sub_link_read(qent__session_store(session), *(const int64_t *)arg,
                                   qent__session_now(session), err);
}

qent_status qent_config_link_fetched(qent_session *session, const qent_config_link *link,
                                     qent_error *err)
{
  const qent_subscription *sub;
  int64_t now;
  int64_t id;

  if (!session || !link)
    return qent_fail(err, QENT_EINVAL, "noting a fetch needs a session and a link");
  sub = qent_config_link_subscription(link);
  now = qent__session_now(session);
  id = sub->id;
  /* A clock that was set back must not keep it from being noted. */
  if (sub->link_read_at <= now && now - sub->link_read_at < AGAIN_S)
    return QENT_OK;
  return qent__tx(session, store_in_tx, &id, err);
}

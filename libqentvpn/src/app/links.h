/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_LINKS_H
#define QENT_APP_LINKS_H

#include "link/link.h"
#include <qentvpn/context.h>
#include <qentvpn/ext/gateway.h>
#include <qentvpn/node.h>

/* What a subscription's apps can connect to. */
struct qent__links {
  qent__link *items;
  size_t count;
  bool left_out; /* nodes that are down, while others work */
};

/* Read the confirmed links of the accounts that are wanted, in the order to be shown. None for a
 * subscription that is not active. @param links_out  emptied by qent__links_dispose().
 * @return QENT_ESTORE, QENT_ENOMEM. */
qent_status qent__links_load(qent_session *session, const qent_subscription *sub,
                             struct qent__links *links_out, qent_error *err);
void qent__links_dispose(struct qent__links *links);

/* Lend each link to a caller of the API. @return QENT_ENOMEM. */
qent_status qent__links_each(const struct qent__links *links, qent_share_link_fn fn, void *user,
                             qent_error *err);

/* The share links that a panel shows of an account, a line each, as its row keeps them. NULL when
 * there are none. Owned by the caller. @return QENT_ENOMEM. */
qent_status qent__links_join(const qent_account_view *view, const qent_node *node, char **links_out,
                             qent_error *err);

#endif

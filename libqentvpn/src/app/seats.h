/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_SEATS_H
#define QENT_APP_SEATS_H

/* A subscription's accounts beside all nodes: what one decision about its places looks at. */

#include "app/context.h"
#include "domain/placement.h"

struct qent__pool {
  struct qent__nodes nodes;
  struct qent__accounts accounts;
  struct qent__seat *seats; /* one an account */
  size_t count;
  size_t present; /* accounts that are wanted */
};

/* Read it, in place of what was there. Begin with {.count = 0}. QENT_ESTORE, QENT_ENOMEM. */
qent_status qent__pool_load(qent_session *session, const qent_subscription *sub,
                            struct qent__pool *pool, qent_error *err);
void qent__pool_dispose(struct qent__pool *pool);

const qent_node *qent__pool_node(const struct qent__pool *pool, int64_t id); /* NULL: none */
/* Also one that is not wanted any more. NULL: none. */
qent_account *qent__pool_account_on(const struct qent__pool *pool, int64_t node_id);
/* Who leaves next when no more than `keep` beside the one on `node_id` shall stay: one that does
 * not serve, then the one that was there longest. NULL: nobody need leave. */
qent_account *qent__pool_surplus(const struct qent__pool *pool, const char *node_group,
                                 int64_t node_id, int32_t keep);
/* Has the buyer keys of any of them? */
bool qent__pool_delivered(const struct qent__pool *pool);
/* qent__node_choose() among the nodes where it has no account. */
const qent_node *qent__pool_choose(const struct qent__pool *pool, const char *node_group,
                                   bool may_wait);

/* What is set for the return of a node. */
enum qent__return_policy qent__return_policy(qent_session *session);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_PLACEMENT_H
#define QENT_DOMAIN_PLACEMENT_H

/* Which nodes serve a subscription. Pure: decides, changes nothing but an account's standing. */

#include "domain/account.h"
#include "domain/node.h"

/* What happens to twins when the node they stood in for answers again. */
enum qent__return_policy {
  QENT__RETURN_KEEP, /* both go on */
  QENT__RETURN_BACK, /* the twin goes */
  QENT__RETURN_LEAVE /* the old one goes */
};

/* Has it room for one more account? */
bool qent__node_full(const qent_node *node);

/* May new accounts be made there? Active, answering, our credentials taken, not full. */
bool qent__node_open(const qent_node *node);

/* May one stay whose account is there already? The same, full or not. */
bool qent__node_keeps(const qent_node *node);

/* Of one that is not open: what it is, after its name. Static; buyers may read it, too. */
const char *qent__node_why_closed(const qent_node *node);

/* Do accounts on it work for buyers, as far as we can know? A panel that refuses our credentials
 * does not switch its accounts off. */
bool qent__node_serves(const qent_node *node);

/* How full it is in percent, by accounts or by what the panel measures; -1 = unknown. */
int32_t qent__node_load_percent(const qent_node *node);

/* The best of `nodes` for a new account of `node_group`: open, not among `taken`, then not
 * failing its last probe, then least loaded by accounts, weight, CPU and memory, then lowest id.
 * Without an open one and with `may_wait`, the best that does not answer but is otherwise fine.
 * NULL when there is none. */
const qent_node *qent__node_choose(const qent_node *const *nodes, size_t count,
                                   const char *node_group, const int64_t *taken, size_t taken_count,
                                   bool may_wait);

/* An account of a subscription with its node. */
struct qent__seat {
  qent_account *account;
  const qent_node *node;
  enum qent__standing stood; /* the account's standing as stored */
};

/* Is what is wanted of it confirmed, with keys to give away? */
bool qent__account_confirmed(const qent_account *account);

/* Has it failed so often in a row that another node should be tried? */
bool qent__account_stuck(const qent_account *account);

/* Does it count as one of the nodes that serve the subscription now or in a moment? */
bool qent__seat_serves(const struct qent__seat *seat, const char *node_group);

/* Bring the standings of all seats up to date with what became of their nodes: who has to leave,
 * who is a twin, whose twin is needed no more. Seats whose account is not wanted are left alone. */
void qent__seats_stand(const struct qent__seat *seats, size_t count, const char *node_group,
                       int32_t replicas, enum qent__return_policy policy);

/* How many seats serve, and is every one of them confirmed? */
int32_t qent__seats_serving(const struct qent__seat *seats, size_t count, const char *node_group,
                            bool *confirmed_out);

/* Does a home stand on a node that is down, so that a new account is a twin? */
bool qent__seats_need_twin(const struct qent__seat *seats, size_t count);

#endif

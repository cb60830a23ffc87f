/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_SUBSCRIPTION_H
#define QENT_DOMAIN_SUBSCRIPTION_H

#include "domain/plan.h"
#include <qentvpn/subscription.h>

struct qent_subscription {
  int64_t id;
  int64_t user_id;
  int64_t plan_id;
  char plan_code[33];
  char node_group[33];
  int64_t created_at;
  int64_t expires_at;
  int64_t traffic_limit_bytes; /* of the running period; 0 = unlimited */
  int64_t traffic_used_bytes;  /* in the running period, over all nodes */
  int32_t device_limit;
  int32_t replicas; /* nodes at once */
  bool disabled;
  int32_t keys_rev;      /* from 1 */
  char token[49];        /* of the config link: 40 characters of base62, > 230 bits */
  int64_t rotated_at;    /* last rotation; 0 = never */
  int64_t link_read_at;  /* about when an app last fetched the config link; 0 = never */
  int64_t moved_at;      /* the buyer's last move; 0 = never */
  int64_t next_event_at; /* when qent_due_run() looks at it again; 0 = never */
  char *config_link;     /* filled by the session: public URL + "/s/" + token */
};

/* The next thing time brings to a subscription. */
enum qent__sub_event {
  QENT__SUB_NOTHING = 0,
  QENT__SUB_REMIND_72H = 1,
  QENT__SUB_REMIND_24H = 2,
  QENT__SUB_EXPIRE = 3
};

/* What is due at `now` for a subscription that ends at `expires_at` (the last of several missed
 * ones), and when the next one comes (0 = none). */
enum qent__sub_event qent__sub_event_due(int64_t expires_at, int64_t now);
int64_t qent__sub_next_event_at(int64_t expires_at, int64_t now);

/* Give one period: absolute new end from max(now, expiry). Traffic left over in a running limited
 * period is kept, an ended or unlimited one starts at zero. Devices, nodes at once and node group
 * are those of the new terms from now on. Does not touch `disabled`. */
void qent__sub_extend(qent_subscription *sub, const struct qent__terms *terms, int64_t now);

/* Take one period back (refund): the end moves back by the period's length, not before `now`,
 * and its traffic goes. */
void qent__sub_take_back(qent_subscription *sub, const struct qent__terms *terms, int64_t now);

/* What the terms taken back had changed is again as in `before`. */
void qent__sub_go_back(qent_subscription *sub, const struct qent__terms *taken,
                       const struct qent__terms *before);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_ACCOUNT_H
#define QENT_DOMAIN_ACCOUNT_H

#include "domain/subscription.h"
#include <qentvpn/node.h>

/* What an account shall be on its panel. Times UNIX s. */
struct qent__wanted {
  bool present;
  bool enabled;
  int64_t expires_at;
  int64_t traffic_limit_bytes; /* on the panel's own counter; 0 = unlimited */
  int32_t device_limit;
  int32_t keys_rev;
};

/* Where a subscription's account on a node stands among its others. */
enum qent__standing {
  QENT__STANDING_HOME = 0,
  QENT__STANDING_LEAVING = 1, /* goes as soon as another one serves */
  QENT__STANDING_TWIN = 2     /* made because the node of another one is down */
};

struct qent_account {
  int64_t id;
  int64_t subscription_id;
  int64_t node_id;
  char node_name[33];
  char key[65];      /* its name on the panel, unique per node */
  char uuid[37];     /* credentials we want; new ones with each keys_rev */
  char password[65]; /* base64 of 32 bytes */
  enum qent__standing standing;
  int64_t placed_at; /* when the subscription came to this node */
  struct qent__wanted wanted;
  int64_t wanted_rev;  /* grows with every change of what is wanted */
  int64_t applied_rev; /* wanted_rev that the panel confirmed; 0 = never */
  int32_t applied_keys_rev;
  char *links;              /* confirmed share links, one a line; NULL = none */
  int64_t panel_used_bytes; /* the panel's counter when last read */
  int32_t attempts;
  int64_t next_attempt_at;
  int64_t lease_until;
  char *last_error;
};

/* What the subscription's facts ask of one of its accounts. `used_here` is the account's panel
 * counter: the limit is set on top of it. */
struct qent__wanted qent__account_wanted(const qent_subscription *sub, int64_t used_here,
                                         int64_t now);

bool qent__wanted_equal(const struct qent__wanted *a, const struct qent__wanted *b);

/* Seconds to wait after `attempts` failures in a row: 1, 2, 4 … 512, five times 900, then 3600;
 * `jitter` 0..999 spreads it by up to half. */
int64_t qent__backoff_s(int32_t attempts, uint32_t jitter);

#endif

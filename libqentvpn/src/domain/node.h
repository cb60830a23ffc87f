/* SPDX-License-Identifier: MIT */
#ifndef QENT_DOMAIN_NODE_H
#define QENT_DOMAIN_NODE_H

#include <qentvpn/ext/gateway.h>
#include <qentvpn/node.h>

struct qent_node {
  int64_t id;
  char name[33];
  char *title;
  char gateway[33];
  char *url;
  char *username_sealed; /* util/seal.h under the master key */
  char *password_sealed;
  char *options; /* JSON object */
  char *ca_file; /* NULL = the system's */
  char *pinned_key;
  char node_group[33];
  char country[3]; /* "DE"; "" = not told */
  qent_node_state state;
  int32_t capacity;
  int32_t weight;
  int32_t parallel;      /* calls at once that the panel bears */
  int32_t account_count; /* filled by the store's reads */
  bool reachable;
  int32_t probe_failures;  /* in a row */
  int32_t probe_successes; /* in a row */
  int64_t failing_since;   /* first of the failed probes in a row; 0 = the last one was good */
  int64_t answered_at;     /* last good probe */
  int64_t changed_at;      /* of reachable */
  bool refused;            /* credentials: nobody calls the panel until an admin acts */
  bool evacuating;         /* everybody is being moved away */
  int64_t sweep_after;     /* accounts with a greater id are to be looked at; -1 = none */
  int64_t checked_at;
  int64_t usage_at; /* last collection of traffic */
  char *last_error;
  qent_node_stats stats;
};

/* Check the options and make a node with id 0 and nothing sealed yet. @return QENT_EINVAL, ENOMEM.
 */
qent_status qent__node_make(const qent_node_options *options, qent_node **node_out,
                            qent_error *err);

#endif

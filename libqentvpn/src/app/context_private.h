/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_CONTEXT_PRIVATE_H
#define QENT_APP_CONTEXT_PRIVATE_H

/* The two handles' members; only for app/context.c, app/adapters.c,
 * app/session.c and app/open.c. */

#include "app/context.h"
#include "util/lane.h"
#include "util/log.h"

#include <pthread.h>
#include <stdatomic.h>

#define QENT__OWN_ADAPTERS_MAX 16

/* Login state of one panel, shared by all sessions. */
struct qent__share_entry {
  int64_t node_id;
  char fingerprint[65];
  qent_panel_share *share;
  struct qent__share_entry *next;
};

struct qent__http_entry {
  qent_http *http;
  struct qent__http_entry *next;
};

struct qent_ctx {
  qent_settings *settings;
  qent__logger log;
  qent_clock_fn clock;
  void *clock_user;
  qent_http_transport_fn transport;
  void *transport_user;
  uint8_t master_key[32];
  bool has_master_key;
  const qent_gateway_factory *own_gateways[QENT__OWN_ADAPTERS_MAX];
  size_t own_gateway_count;
  const qent_payment_provider_factory *own_providers[QENT__OWN_ADAPTERS_MAX];
  size_t own_provider_count;
  qent__lane write_lane;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t stopped;
  struct qent__http_entry *https;
  struct qent__share_entry *shares;
  atomic_bool stopping;
};

/* A gateway that a session has opened. */
struct qent__open_gateway {
  int64_t node_id;
  char fingerprint[65]; /* of the node's row: another one means open anew */
  qent_gateway *gateway;
  qent_panel_share *share; /* the context's */
  char *texts[7];          /* what the gateway borrows */
  struct qent__open_gateway *next;
};

struct qent__open_provider {
  const qent_payment_provider_factory *factory;
  qent_payment_provider *provider;
  struct qent__open_provider *next;
};

struct qent_session {
  qent_ctx *ctx;
  qent__store *store;
  qent_http *http;
  int64_t held_now; /* of the transaction that is open; 0 = none */
  struct qent__open_gateway *gateways;
  struct qent__open_provider *providers;
};

/* The share of a node's panel, made on first use; lives as long as the context. */
qent_status qent__ctx_share(qent_ctx *ctx, int64_t node_id, const char *fingerprint,
                            qent_panel_share **share_out, qent_error *err);

/* Close what a session has opened. */
void qent__session_close_adapters(qent_session *session);

#endif

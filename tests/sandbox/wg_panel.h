/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_WG_PANEL_H
#define SANDBOX_WG_PANEL_H

#include <pthread.h>

#include "http.h"
#include "map.h"

/* What amnezia-wg-easy (w0rng 1391267) and wg-easy (v15.4.0) have in common: peers with names that
 * are not unique, keys made by the panel, counters of a running interface. */

enum wgp_kind { WGP_AMNEZIA, WGP_EASY, WGP_KINDS };

struct wgp_peer {
  char id[37];    /* UUID, or the number as text */
  int64_t number; /* grows with each peer */
  cJSON *name;    /* text, unless somebody gave something else */
  bool enabled;
  char address[16];
  char private_key[45];
  char public_key[45];
  char preshared_key[45];
  int64_t created_ms;
  int64_t updated_ms;
  char *expires; /* as the panel shows it, or NULL */
  int64_t rx;    /* counters of the interface; it forgets a peer that is switched off */
  int64_t tx;
  int64_t handshake_ms; /* 0: none since the interface knows the peer */
  cJSON *fields;        /* the rest of a wg-easy client */
};

struct wgp_panel {
  enum wgp_kind kind;
  pthread_mutex_t lock;
  struct sb_map peers; /* by id, oldest first */
  struct sb_map sessions;
  char *password; /* "": amnezia-wg-easy without PASSWORD_HASH, open to everybody */
  bool expires_job;
  bool broken_conf; /* wg0.json came from another panel: no AmneziaWG parameters */
  int prefix;       /* of 10.8.0.0; at most 2^(32 - prefix) - 3 peers */
  char *host;
  int64_t last_number;
  int64_t next_job_ms;
  char public_key[45];
  int junk[5];        /* Jc Jmin Jmax S1 S2 */
  uint32_t header[4]; /* H1..H4 */
};

/* As sb_panels_of(). */
struct wgp_panel *wgp_of(enum wgp_kind kind, struct sb_request *rq);

/* The panel is locked by the caller in all functions below. */

/* NULL when no address is left. Takes `name`. */
struct wgp_peer *wgp_add(struct wgp_panel *p, cJSON *name, const char *expires);
struct wgp_peer *wgp_get(const struct wgp_panel *p, const char *id);
void wgp_remove(struct wgp_panel *p, const char *id);
void wgp_switch(struct wgp_peer *peer, bool enabled);
void wgp_set_expires(struct wgp_peer *peer, const char *expires);
/* Text that is no date never comes. */
bool wgp_expired(const struct wgp_peer *peer);
const char *wgp_name(const struct wgp_peer *peer); /* "" when it is not text */
/* The interface starts anew: its counters with it. */
void wgp_restart(struct wgp_panel *p);
/* The panel's job that switches expired peers off, every minute of the sandbox clock. */
void wgp_job(struct wgp_panel *p);

/* Counters and handshake of a list item. */
void wgp_show_counters(const struct wgp_peer *peer, cJSON *item);
void wgp_show_time(cJSON *item, const char *key, int64_t ms); /* ISO, null for 0 */
/* "Jc = 5\n...": owned. */
char *wgp_parameters(const struct wgp_panel *p);
void wgp_reply_done(struct sb_reply *rp);
/* The panel's clock goes with the answer. */
void wgp_reply_date(struct sb_reply *rp);

/* /control/amneziawg and /control/wgeasy */
void wgp_control(enum wgp_kind kind, struct sb_request *rq, struct sb_reply *rp);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_MZ_H
#define SANDBOX_MZ_H

#include <pthread.h>

#include "http.h"
#include "map.h"

enum mz_status { MZ_ACTIVE, MZ_DISABLED, MZ_LIMITED, MZ_EXPIRED, MZ_ON_HOLD };

struct mz_user {
  char *name;
  enum mz_status status;
  int64_t expire;     /* Unix seconds, 0: none */
  int64_t data_limit; /* bytes, 0: none */
  char *strategy;
  int64_t used;
  int64_t lifetime; /* of earlier periods */
  cJSON *proxies;   /* protocol -> settings, in the panel's answer form */
  cJSON *excluded;  /* protocol -> [tag] */
  char *note;       /* or NULL */
  int64_t on_hold_s;
  char *on_hold_timeout; /* as given, or NULL */
  int64_t auto_delete;   /* negative: null */
  cJSON *next_plan;      /* or NULL */
  int64_t created_ms;
  int64_t online_ms; /* 0: never */
  int64_t revoked_ms;
  int64_t sub_updated_ms;
  char *sub_agent; /* or NULL */
  bool broken;     /* created without `proxies`: the panel cannot serialise it */
};

struct mz_panel {
  char *name;
  pthread_mutex_t lock;
  struct sb_map users;
  unsigned char jwt_secret[32];
  char sub_secret[65];
  int64_t token_ttl_s; /* <= 0: tokens do not expire */
  bool ownerless;      /* the admin comes from the environment: DELETE answers 500 */
  bool started;
  char *address;
  char *sub_prefix;
  cJSON *inbounds;   /* [{tag, protocol, network, tls, port, sni, pbk, sids, last_sid}] */
  cJSON *core;       /* xray's configuration; `inbounds` is its list */
  cJSON *hosts;      /* tag -> [host] */
  cJSON *busy_ports; /* [port] that other programs of the server have */
  cJSON *nodes;
  cJSON *system; /* overrides of /api/system */
  int64_t next_review_ms;
};

/* A checked request body of create or modify. */
struct mz_patch {
  bool create;
  cJSON *proxies;  /* owned or NULL */
  cJSON *excluded; /* owned or NULL */
  bool has_expire, has_data_limit, has_note, has_status, has_on_hold, has_auto_delete;
  int64_t expire, data_limit, on_hold_s, auto_delete;
  enum mz_status status;
  const char *strategy, *note, *on_hold_timeout; /* borrowed from the body or NULL */
  const cJSON *next_plan;                        /* borrowed or NULL */
};

/* What is wrong with a field; `field` NULL: nothing. */
struct mz_problem {
  const char *field;
  const char *text;
};

extern const char *const mz_protocols[4];
const char *mz_status_name(enum mz_status status);

/* Both answer `rp`; the panel is locked by the caller in all functions below. */
void mz_error(struct sb_reply *rp, unsigned status, const char *detail);
/* Takes `errors` {key: message}. */
void mz_invalid(struct sb_reply *rp, cJSON *errors);
void mz_server_error(struct sb_reply *rp);
/* For a body that is not JSON. */
void mz_malformed(const struct sb_request *rq, struct sb_reply *rp);

/* Fills `errors` when something is wrong. `bad_protocol` gets a protocol without inbound. */
void mz_patch_parse(const struct mz_panel *p, const cJSON *in, struct mz_patch *patch,
                    cJSON *errors, const char **bad_protocol);
void mz_patch_free(struct mz_patch *patch);
cJSON *mz_proxy_settings(const char *protocol, const cJSON *given, struct mz_problem *problem);
cJSON *mz_tags_of(const struct mz_panel *p, const char *protocol);

void mz_create(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp);
void mz_modify(struct mz_panel *p, struct mz_user *u, struct sb_request *rq, struct sb_reply *rp);
void mz_delete(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp);
void mz_reset(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp);
void mz_revoke(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp);
void mz_user_free(struct mz_user *u);
/* The panel's job that expires and limits users, every 10 s of the sandbox clock. */
void mz_review(struct mz_panel *p, bool now);

cJSON *mz_user_json(struct mz_panel *p, struct mz_user *u, bool with_links);
void mz_reply_user(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp);
char *mz_sub_url(const struct mz_panel *p, const struct mz_user *u);
/* Newline-joined share links. */
char *mz_links_text(struct mz_panel *p, struct mz_user *u);

void mz_list(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp);
void mz_usage(struct mz_user *u, struct sb_request *rq, struct sb_reply *rp);
void mz_subscription(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp);
void mz_system(struct mz_panel *p, struct sb_reply *rp);
void mz_inbounds(struct mz_panel *p, struct sb_reply *rp);
void mz_admin(const struct mz_panel *p, struct sb_reply *rp);
void mz_core(const struct mz_panel *p, struct sb_reply *rp);
/* /api/core, its configuration, and /api/hosts. */
bool mz_core_has_route(const char *path);
void mz_core_route(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp);
cJSON *mz_core_of(const cJSON *inbounds);
/* The hosts of an inbound; it gets the panel's default one when it has none. */
const cJSON *mz_hosts_of(struct mz_panel *p, const char *tag);
cJSON *mz_default_inbounds(void);
cJSON *mz_default_nodes(void);

/* As sb_panels_of(). */
struct mz_panel *mz_panel_of(struct sb_request *rq);
void mz_new_secrets(struct mz_panel *p);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_XU_H
#define SANDBOX_XU_H

#include <pthread.h>

#include "http.h"
#include "map.h"

/* Versions are compared as numbers: 3.6.0 is 30600. Where behaviour changed, the first one that had
 * it is named here; the rest follows generations. Source: MHSanaei/3x-ui, `git show <tag>:...`. */
enum {
  XU_V_ALL_TIME = 20607,       /* counters of a whole life */
  XU_V_STATUS_GET = 20700,     /* GET /panel/api/server/status instead of POST /server/status */
  XU_V_DEL_BY_EMAIL = 20800,   /* delClientByEmail */
  XU_V_HIDDEN = 20804,         /* 404 instead of a redirect without login; traffic by settings */
  XU_V_DEL_CHECKED = 20900,    /* delClient of an unknown id fails */
  XU_V_BEARER = 30000,         /* tokens, CSRF, login limiter; one email and subId twice */
  XU_V_AJAX_401 = 30002,       /* 401 without login when X-Requested-With is sent */
  XU_V_CLIENTS = 30100,        /* /panel/api/clients, settings as objects: generation C */
  XU_V_SS_BASE64URL = 30200,   /* ss:// user part without padding */
  XU_V_LOCALHOST = 30300,      /* links of a caller at a loopback address lead to "localhost" */
  XU_V_BULK_ENABLE = 30400,    /* bulkEnable, bulkDisable */
  XU_V_SS_2022_PERCENT = 30400 /* ss:// user part of SS-2022 not in base64 */
};

/* The part of a message that the panel translates. */
enum xu_text {
  XU_WRONG,
  XU_CLIENT_ADDED,
  XU_CLIENT_UPDATED,
  XU_CLIENT_DELETED,
  XU_OBTAIN,
  XU_TRAFFIC_ERROR,
  XU_TRAFFIC_RESET,
  XU_LOGIN_REFUSED,
  XU_LOGIN_DONE,
  XU_LOGIN_AGAIN,
  XU_LOGIN_FORM,
  XU_NO_USERNAME,
  XU_NO_PASSWORD,
  XU_INBOUND_CREATED,
  XU_INBOUND_UPDATED,
  XU_INBOUND_DELETED,
  XU_DELETE_BY_EMAIL,
  XU_DELETED_BY_EMAIL,
  XU_TEXTS
};

/* A client of the newest generation, as bodies and records carry it. Owned texts, never NULL. */
struct xu_client {
  char *email, *id, *password, *auth, *flow, *security, *sub_id, *group, *comment;
  int64_t limit_ip, total, expiry, tg_id, reset, created_ms, updated_ms;
  bool enable;
};

struct xu_record {
  int64_t row; /* its number in the panel's table */
  struct xu_client client;
};

/* Counters and limits by email. Outlives its client when the inbound is deleted. */
struct xu_traffic {
  int64_t row;
  int64_t inbound;
  char *email;
  bool enable;
  int64_t up, down, total, expiry, reset;
  int64_t online_ms;
};

struct xu_inbound {
  int64_t id;
  bool enable;
  int64_t port;
  char *remark, *listen, *protocol, *tag, *share_strategy, *share_addr;
  cJSON *settings;       /* without "clients" */
  struct sb_map clients; /* lower-case email -> cJSON, as stored in the settings */
  cJSON *stream, *sniffing;
};

/* Wrong logins by lower-case user name. */
struct xu_tries {
  int64_t failed_ms[5];
  size_t count;
  int64_t blocked_until_ms;
};

struct xu_token {
  char *token, *scope;
  bool enabled;
  int64_t expires_ms; /* 0: never */
};

struct xu_panel {
  char *name;
  pthread_mutex_t lock;
  int version;
  char *version_text;
  char *base_path; /* begins and ends with '/' */
  char *username, *password, *two_factor /* base32 or "" */, *language;
  unsigned char secret[32];
  int64_t epoch; /* sessions of another one are void */
  int64_t session_ttl_s;
  struct sb_map tries;
  struct xu_token *tokens;
  size_t token_count;
  struct sb_map inbounds; /* decimal id -> xu_inbound */
  struct sb_map records;  /* lower-case email -> xu_record; newest generation only */
  struct sb_map traffic;  /* email -> xu_traffic */
  int64_t last_inbound, last_row, last_traffic;
  int64_t null_status; /* this many status calls come before the first sample */
  char *xray_state;
  bool node_pending;
  int64_t race_ms; /* pause between reading and writing the settings of an inbound, before 3.1 */
  int64_t next_review_ms;
};

/* One call on a panel, which is locked. */
struct xu_call {
  struct xu_panel *panel;
  struct sb_request *rq;
  struct sb_reply *rp;
  bool bearer;
  const char *scope; /* of the token */
  cJSON *body;       /* NULL until xu_body() */
  char *arg[2];      /* the parts of the path that the route leaves open, or NULL */
};
typedef void xu_handler(struct xu_call *c);

/* {"success":true,"msg","obj"}; take `obj`, NULL prints null. */
void xu_object(struct xu_call *c, cJSON *obj);
void xu_done(struct xu_call *c, enum xu_text text, cJSON *obj);
/* {"success":false,"msg":"text (inner)"} with HTTP 200. The panel's own errors end in a newline. */
void xu_fail(struct xu_call *c, enum xu_text text, const char *inner);
void xu_failf(struct xu_call *c, enum xu_text text, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The translated text alone. */
void xu_say(struct xu_call *c, unsigned status, bool success, enum xu_text text);
void xu_empty(struct xu_call *c, unsigned status);
/* The body as a JSON object, also of a form; NULL after failing the call with `text`. */
const cJSON *xu_body(struct xu_call *c, enum xu_text text, bool form_too);

char *xu_lower(const char *text);
bool xu_same(const char *a, const char *b); /* without case */
void xu_set_text(char **slot, const char *value);
/* {"nodePending":true} while the panel's node is away, else NULL. */
cJSON *xu_pending(const struct xu_panel *p);

bool xu_newest(const struct xu_panel *p);
/* As sb_panels_of(). */
struct xu_panel *xu_panel_of(struct sb_request *rq);
int xu_version_parse(const char *text);

/* xu_auth.c */
bool xu_authorised(struct xu_call *c);
bool xu_csrf_ok(struct xu_call *c);
xu_handler xu_login, xu_csrf_token;
void xu_tokens_set(struct xu_panel *p, const cJSON *list);
void xu_tries_clear(struct xu_panel *p);

/* xu_inbound.c */
struct xu_inbound *xu_inbound_get(const struct xu_panel *p, int64_t id);
struct xu_inbound *xu_inbound_by_text(const struct xu_panel *p, const char *id);
/* NULL and a static text or an owned one in *problem when it cannot be. */
struct xu_inbound *xu_inbound_add(struct xu_panel *p, const cJSON *in, char **problem);
void xu_inbound_delete(struct xu_panel *p, struct xu_inbound *ib);
void xu_inbounds_default(struct xu_panel *p);
/* Adds or replaces by email; takes `client`. */
void xu_inbound_put(struct xu_inbound *ib, const char *email, cJSON *client);
bool xu_flow_ok(const struct xu_inbound *ib);

/* xu_inbounds.c */
xu_handler xu_inbound_list, xu_inbound_options, xu_inbound_show, xu_inbound_create;
xu_handler xu_inbound_remove, xu_inbound_list_slim;

/* xu_client.c: generation C */
/* Go's decoder: absent and null leave the zero value, another type fails the call. False after
 * answering (without `c`: in silence); free the client in any case. */
bool xu_client_parse(struct xu_call *c, const cJSON *in, struct xu_client *client);
void xu_client_free(struct xu_client *client);
/* `to` is all zero or a client, which is freed. */
void xu_client_copy(struct xu_client *to, struct xu_client *from);
/* As the settings of an inbound carry it. */
cJSON *xu_client_wire(const struct xu_inbound *ib, struct xu_client *client);
cJSON *xu_record_json(const struct xu_record *r);
cJSON *xu_inbound_ids(const struct xu_panel *p, const char *email);
/* Makes records of clients that came with an inbound or an older version. */
void xu_records_sync(struct xu_panel *p);
struct xu_record *xu_record_nocase(const struct xu_panel *p, const char *email);
void xu_record_put(struct xu_panel *p, struct xu_client *client);
struct xu_record *xu_record_get(const struct xu_panel *p, const char *email);
void xu_record_delete(struct xu_panel *p, struct xu_record *r, bool keep_traffic);
void xu_client_switch(struct xu_panel *p, const char *email, bool enable);

/* xu_verb.c: generation C */
xu_handler xu_client_add, xu_client_update, xu_client_delete, xu_client_attach, xu_client_detach;
xu_handler xu_client_reset;

/* xu_list.c: generation C */
xu_handler xu_client_list, xu_client_page, xu_client_show, xu_client_by_tg;
xu_handler xu_bulk_enable, xu_bulk_disable;

/* xu_old.c: generations A, B and B' */
xu_handler xu_old_add, xu_old_update, xu_old_delete, xu_old_delete_by_email;

/* xu_link.c */
xu_handler xu_links, xu_sub_links, xu_inbound_links;

/* xu_traffic.c */
struct xu_traffic *xu_traffic_get(const struct xu_panel *p, const char *email);
/* What a new client writes: keeps counters that are there; before 3.1 the limits as well. */
void xu_traffic_add(struct xu_panel *p, int64_t inbound, const char *email, const cJSON *client);
void xu_traffic_update(struct xu_panel *p, const char *old_email, const cJSON *client);
void xu_traffic_delete(struct xu_panel *p, const char *email);
cJSON *xu_traffic_json(const struct xu_panel *p, const struct xu_traffic *t);
void xu_traffic_count(struct xu_panel *p, struct xu_traffic *t, int64_t up, int64_t down,
                      bool online);
/* The panel's job that disables who is used up or expired, every 5 s of the sandbox clock. */
void xu_review(struct xu_panel *p, bool now);
bool xu_is_online(const struct xu_traffic *t);
xu_handler xu_traffic_show, xu_traffic_by_id, xu_traffic_reset_old, xu_traffic_set;
xu_handler xu_onlines, xu_last_online, xu_status;

#endif

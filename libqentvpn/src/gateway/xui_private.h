/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_XUI_PRIVATE_H
#define QENT_GATEWAY_XUI_PRIVATE_H

/* The 3x-ui adapter. One account is one client of the panel, or a pair of them on panels
 * before 3.1. xui.c             the verbs xui_account.c     one account: look, act, look again
 * xui_clients.c     /panel/api/clients, panels from 3.1 on
 * xui_pairs.c       clients inside inbounds, panels before 3.1
 * xui_pair_calls.c  how those are changed
 * xui_inbounds.c    the panel's inbounds and which of them accounts get
 * xui_body.c        what is sent
 * xui_record.c      what a client's record says
 * xui_links.c       share links
 * xui_stats.c       the panel's state
 * xui_provision.c   making the two inbounds
 * xui_http.c        calls, envelopes, refusals
 * xui_login.c       sessions, cookies, which API the panel speaks
 * xui_options.c     the node's options */

#include "util/json.h"
#include <qentvpn/ext/buf.h>
#include <qentvpn/ext/gateway.h>
#include <qentvpn/ext/json.h>

#define QENT__XUI_REPLY_MAX ((size_t)1 << 20)
#define QENT__XUI_LIST_MAX ((size_t)4 << 20)
/* Panels before 3.1 tell of clients only inside whole inbounds. */
#define QENT__XUI_INBOUNDS_MAX ((size_t)32 << 20)
#define QENT__XUI_BODY_MAX ((size_t)64 << 10)
#define QENT__XUI_PATH_CAP 512
#define QENT__XUI_TOKEN_CAP 4096
#define QENT__XUI_SAME_MAX 64
#define QENT__XUI_SUB_ID_SIZE 33
#define QENT__XUI_KEY_SIZE 72 /* an account's key with a suffix */
/* An inbound without its last client breaks old cores and is refused by newer panels: a client of
 * this name, switched off, then stays behind. */
#define QENT__XUI_KEEPER "qent-keep-"
/* Ends the comment of a client that was switched off on purpose. */
#define QENT__XUI_OFF_MARK " [off]"

/* What accounts get, in the order of the pair: the first has the account's key as its email. */
enum qent__xui_protocol { QENT__XUI_VLESS, QENT__XUI_SHADOWSOCKS, QENT__XUI_PROTOCOLS };
extern const char *const qent__xui_protocol_names[QENT__XUI_PROTOCOLS];

/* The generations of the panel's API. */
enum qent__xui_api {
  QENT__XUI_UNKNOWN,
  QENT__XUI_A, /* 2.3 to 2.6: clients inside inbounds, status outside of /panel/api */
  QENT__XUI_B, /* 2.7 to 3.0: clients inside inbounds */
  QENT__XUI_C  /* from 3.1 on: clients of their own */
};

/* Which inbound an option names. */
struct qent__xui_choice {
  bool given;
  bool none;    /* `false`: accounts do not get this protocol */
  int64_t id;   /* 0: by remark */
  char *remark; /* owned */
};

struct qent__xui_options {
  struct qent__xui_choice choice[QENT__XUI_PROTOCOLS];
  char *public_host; /* owned; NULL: the host of the panel's URL */
  bool flow;         /* xtls-rprx-vision where the inbound can do it */
};

/* An inbound that accounts get. `id` 0: there is none. */
struct qent__xui_target {
  int64_t id;
  int64_t same[QENT__XUI_SAME_MAX]; /* all inbounds of this protocol */
  size_t same_count;
  bool vision;
  char method[32]; /* Shadowsocks */
};
struct qent__xui_offer {
  bool known;
  int64_t read_at_s; /* by the monotonic clock */
  struct qent__xui_target target[QENT__XUI_PROTOCOLS];
};

/* One inbound as the panel shows it. Borrowed from the reply but for the two owned trees. */
struct qent__xui_inbound {
  int64_t id;
  int64_t port;
  int64_t traffic_bytes;
  bool enable;
  bool remote; /* on another node that this panel leads */
  bool reality;
  bool vision; /* VLESS over TCP with TLS or Reality */
  const char *remark;
  const char *tag;
  const char *protocol;
  const char *listen;
  const char *method;
  const cJSON *settings;
  const cJSON *stream;
  const cJSON *stats; /* traffic of its clients */
  cJSON *settings_tree;
  cJSON *stream_tree;
};

/* Clients, or rows of traffic, in the order of their emails. */
struct qent__xui_named {
  const char *email;
  size_t place; /* in the panel's order */
  const cJSON *node;
  const struct qent__xui_inbound *inbound;
};
struct qent__xui_names {
  struct qent__xui_named *items;
  size_t count;
};

struct qent__xui_inbounds {
  cJSON *root;
  struct qent__xui_inbound *items;
  size_t count;
  struct qent__xui_names clients; /* A, B */
  struct qent__xui_names rows;    /* A, B */
};

typedef struct qent__xui {
  qent_gateway base;
  qent_gateway_config config;
  struct qent__xui_options options;
  struct qent__xui_offer offer; /* kept on API C only */
  qent_error no_offer;          /* why it is not known */
  enum { QENT__XUI_CORE_UNKNOWN, QENT__XUI_CORE_TOLD, QENT__XUI_CORE_DEAF } core; /* API C */
  enum qent__xui_api api; /* of the session used last */
  bool bearer;            /* the password is an API token */
} qent__xui;

/* A client of the panel. Texts are borrowed; never NULL. */
struct qent__xui_record {
  const char *email;
  const char *sub_id;
  const char *uuid;
  const char *password;
  const char *comment;
  bool enable; /* the panel's flag: it is off as well when the expiry or the limit has come */
  int64_t expiry_ms;
  int64_t total_bytes;
  int64_t ip_limit;
  int64_t telegram_id;
  int64_t used_bytes; /* -1: not told */
  int64_t online_ms;
  bool row_differs; /* A, B: what the panel enforces is not what the client says */
  bool row_off;
};

/* One client of an account and where it lives. */
struct qent__xui_part {
  struct qent__xui_record record;
  const cJSON *node;                       /* the whole client */
  const struct qent__xui_inbound *inbound; /* A, B */
};

/* What a look at the panel found. No part: no such account. */
struct qent__xui_account {
  struct qent__xui_part parts[QENT__XUI_PROTOCOLS];
  size_t count;
  bool has[QENT__XUI_PROTOCOLS]; /* it has a client on an inbound of this protocol */
  struct qent__xui_inbounds inbounds;
  cJSON *root;
  const cJSON *inbound_ids; /* C */
};

/* What shall be, worked out once for each verb. */
struct qent__xui_wish {
  const qent_account_spec *spec;
  char sub_id[QENT__XUI_SUB_ID_SIZE]; /* of an account with these credentials */
  bool keys;                          /* the credentials shall be the specification's */
};

/* How the clients of one generation are handled. `look` finds nothing: QENT_OK without parts; with
 * `to_change` it makes sure of xui->offer. */
struct qent__xui_verbs {
  qent_status (*look)(qent__xui *xui, const char *key, bool to_change,
                      struct qent__xui_account *account_out, qent_error *err);
  /* Add what the account lacks: all of it, or the part on one inbound. */
  qent_status (*make)(qent__xui *xui, const struct qent__xui_wish *wish,
                      const struct qent__xui_account *account, qent_error *err);
  qent_status (*change)(qent__xui *xui, const struct qent__xui_wish *wish,
                        const struct qent__xui_account *account, qent_error *err);
  qent_status (*drop)(qent__xui *xui, const struct qent__xui_account *account, qent_error *err);
  /* Counters to 0. */
  qent_status (*reset)(qent__xui *xui, const struct qent__xui_account *account, qent_error *err);
  qent_status (*links)(qent__xui *xui, const struct qent__xui_account *account,
                       qent_account_view *view, qent_error *err);
  /* What only a fetch tells: when it was last seen. */
  qent_status (*seen)(qent__xui *xui, struct qent__xui_account *account, qent_error *err);
  qent_status (*list)(qent__xui *xui, int64_t offset, int32_t limit, qent_account_view_fn fn,
                      void *user, bool *more_out, qent_error *err);
};
extern const struct qent__xui_verbs qent__xui_clients;
extern const struct qent__xui_verbs qent__xui_pairs;

/* xui_options.c. QENT_EINVAL names the option. */
qent_status qent__xui_options_parse(const char *text, struct qent__xui_options *options,
                                    qent_error *err);
void qent__xui_options_dispose(struct qent__xui_options *options);

/* xui_login.c. A session is kept in the panel's share as a text. */
struct qent__xui_session {
  char text[QENT__XUI_TOKEN_CAP];
  enum qent__xui_api api;
  const char *cookie; /* "" with a bearer token */
  const char *csrf;   /* "" where the panel has none */
};
/* Use the shared session, or make one. */
qent_status qent__xui_session_get(qent__xui *xui, struct qent__xui_session *session,
                                  qent_error *err);
/* Make a new one in place of `session`, which the panel refused. */
qent_status qent__xui_session_renew(qent__xui *xui, struct qent__xui_session *session,
                                    qent_error *err);
/* Make sure that xui->api is known. */
qent_status qent__xui_need_api(qent__xui *xui, qent_error *err);

/* xui_http.c */
struct qent__xui_request {
  const char *method;
  const char *path;
  const char *body; /* NULL: none */
  size_t body_len;
  const char *content_type; /* NULL: JSON */
  size_t reply_max;
};
/* Send one request with the session's credentials (NULL: none), whatever is answered. */
qent_status qent__xui_send(qent__xui *xui, const struct qent__xui_request *call,
                           const struct qent__xui_session *session, qent_http_response *resp_out,
                           qent_error *err);
/* The panel's answer {"success":true,"msg":str,"obj":any}. */
struct qent__xui_reply {
  cJSON *root;      /* owned */
  const cJSON *obj; /* NULL when null */
};
void qent__xui_reply_dispose(struct qent__xui_reply *reply);
/* Read an answer with HTTP 200. A refusal of the panel is the status that its words mean. */
qent_status qent__xui_reply_parse(const qent_http_response *resp, struct qent__xui_reply *reply_out,
                                  qent_error *err);
/* The error for any other HTTP status. */
qent_status qent__xui_refusal(const qent_http_response *resp, qent_error *err);
/* Did the panel turn the request away because of its session, before doing anything? */
bool qent__xui_is_refused_session(const qent__xui *xui, const qent_http_response *resp);
/* Send with the shared session, renewing it once when it is refused, and read the answer. */
qent_status qent__xui_call(qent__xui *xui, const struct qent__xui_request *call,
                           struct qent__xui_reply *reply_out, qent_error *err);
qent_status qent__xui_get(qent__xui *xui, const char *path, size_t reply_max,
                          struct qent__xui_reply *reply_out, qent_error *err);
/* POST whose answer tells nothing but success. `body` NULL: none. */
qent_status qent__xui_post(qent__xui *xui, const char *path, const qent_buf *body, qent_error *err);
/* printf a path; each %s is percent-encoded. QENT_EINVAL when it is too long. */
qent_status qent__xui_path(char out[QENT__XUI_PATH_CAP], qent_error *err, const char *prefix,
                           const char *name, const char *suffix);

/* xui_inbounds.c */
qent_status qent__xui_read_inbounds(qent__xui *xui, struct qent__xui_inbounds *inbounds_out,
                                    qent_error *err);
void qent__xui_inbounds_dispose(struct qent__xui_inbounds *inbounds);
/* Which of them accounts get. QENT_EINVAL when none, or not the ones of the options. */
qent_status qent__xui_choose(const struct qent__xui_options *options,
                             const struct qent__xui_inbounds *inbounds,
                             struct qent__xui_offer *offer_out, qent_error *err);
/* xui->offer from these inbounds. None for accounts is QENT_OK: it only matters to those that are
 * made, see xui->no_offer. */
qent_status qent__xui_take_offer(qent__xui *xui, const struct qent__xui_inbounds *inbounds,
                                 qent_error *err);
/* The same, from the panel when it is not known or old. */
qent_status qent__xui_need_offer(qent__xui *xui, qent_error *err);

/* Is there one? */
qent_status qent__xui_check_offer(const qent__xui *xui, qent_error *err);

/* xui_record.c */
qent_status qent__xui_record_parse(const cJSON *node, struct qent__xui_record *record_out,
                                   qent_error *err);
/* Up + down and last seen, from a traffic row; NULL leaves "not told". */
qent_status qent__xui_record_traffic(struct qent__xui_record *record, const cJSON *traffic,
                                     qent_error *err);
/* Allowed to connect as far as switches go. */
bool qent__xui_record_enabled(const struct qent__xui_record *record, int64_t now);
/* Does the panel's row of traffic, where it is known, say the same as the client? */
bool qent__xui_record_enforced(const struct qent__xui_record *record, int64_t now);
int64_t qent__xui_seconds(int64_t panel_ms);
/* What the parts say together; without links. */
qent_status qent__xui_view(const struct qent__xui_part *parts, size_t count, int64_t now,
                           qent_account_view *view, qent_error *err);
/* The password of a Shadowsocks client: of the length that the method needs. */
qent_status qent__xui_password(const char *method, const char *password, qent_buf *out,
                               qent_error *err);
/* Not to be guessed from the key: whoever knows it reads the panel's own subscription. */
qent_status qent__xui_sub_id(const qent_account_spec *spec, char out[QENT__XUI_SUB_ID_SIZE],
                             qent_error *err);

/* xui_body.c */
/* What a client shall have. NULL texts are left as they are. */
struct qent__xui_client {
  const char *email;
  const char *uuid;
  const char *password;
  const char *sub_id;
  const char *flow;
  const char *method;
  const qent_account_spec *limits;
};
/* Write a client: `base` (NULL: a new one) with changes. A record of API C is turned into what its
 * update takes. */
void qent__xui_write_client(qent_json_writer *w, const cJSON *base,
                            const struct qent__xui_client *client);

/* xui_account.c */
void qent__xui_account_dispose(struct qent__xui_account *account);
qent_status qent__xui_ensure(qent__xui *xui, const qent_account_spec *spec, bool with_keys,
                             qent_account_view *view_out, qent_error *err);
qent_status qent__xui_fetch(qent__xui *xui, const char *key, qent_account_view *view_out,
                            qent_error *err);
qent_status qent__xui_remove(qent__xui *xui, const char *key, qent_error *err);
const struct qent__xui_verbs *qent__xui_verbs(const qent__xui *xui);

/* xui_pairs.c, xui_pair_calls.c */
/* Email of the client on the second inbound. */
void qent__xui_second_email(char out[QENT__XUI_KEY_SIZE], const char *key, int protocol);
qent_status qent__xui_pair_make(qent__xui *xui, const struct qent__xui_wish *wish,
                                const struct qent__xui_account *account, qent_error *err);
qent_status qent__xui_pair_change(qent__xui *xui, const struct qent__xui_wish *wish,
                                  const struct qent__xui_account *account, qent_error *err);
qent_status qent__xui_pair_drop(qent__xui *xui, const struct qent__xui_account *account,
                                qent_error *err);
qent_status qent__xui_pair_reset(qent__xui *xui, const struct qent__xui_account *account,
                                 qent_error *err);

/* xui_links.c */
/* The host that buyers connect to: the option's, or the one of the panel's URL. */
void qent__xui_host(const qent__xui *xui, const char **host_out, size_t *len_out);
/* Add a link of the panel's; its host is replaced when buyers cannot reach it. */
qent_status qent__xui_add_link(const qent__xui *xui, qent_account_view *view, const char *link,
                               qent_error *err);
/* Make the link of one client from its inbound's settings. What has none is left out. */
qent_status qent__xui_build_link(const qent__xui *xui, const struct qent__xui_part *part,
                                 const char *title, qent_account_view *view, qent_error *err);

/* xui_stats.c, xui_provision.c */
qent_status qent__xui_node_stats(qent__xui *xui, qent_node_stats *stats_out, qent_error *err);
qent_status qent__xui_probe(qent__xui *xui, qent_error *err);
/* API C: after a change of a Shadowsocks 2022 client, let the core know where the panel cannot. */
qent_status qent__xui_wake_core(qent__xui *xui, qent_error *err);
qent_status qent__xui_provision(qent__xui *xui, const qent_provision_spec *spec,
                                qent_provision_fn fn, void *user, qent_error *err);
extern const char *const qent__xui_own_remarks[QENT__XUI_PROTOCOLS];

#endif

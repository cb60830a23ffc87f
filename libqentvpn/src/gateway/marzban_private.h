/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_MARZBAN_PRIVATE_H
#define QENT_GATEWAY_MARZBAN_PRIVATE_H

/* The Marzban adapter: marzban.c (the verbs), marzban_account.c (one account: read, change, make),
 * marzban_http.c (calls, login, refusals), marzban_options.c (the node's options), marzban_body.c
 * (what is sent), marzban_json.c (what is answered), marzban_provision.c (setting up a fresh
 * panel), marzban_core.c (the core's configuration and hosts, for that). */

#include "util/json.h"
#include <qentvpn/ext/buf.h>
#include <qentvpn/ext/gateway.h>

#define QENT__MZ_REPLY_MAX ((size_t)1 << 20)
#define QENT__MZ_LIST_MAX ((size_t)4 << 20)
#define QENT__MZ_PATH_CAP 128
#define QENT__MZ_TOKEN_CAP 2048
#define QENT__MZ_BODY_MAX ((size_t)64 << 10)

/* The protocols that accounts get, in the order of the bodies we send. */
enum qent__mz_protocol { QENT__MZ_VLESS, QENT__MZ_SHADOWSOCKS, QENT__MZ_PROTOCOLS };
extern const char *const qent__mz_protocol_names[QENT__MZ_PROTOCOLS];

struct qent__mz_tags {
  char **items;
  size_t count;
};

/* The node's options. */
struct qent__mz_options {
  bool chosen;                                       /* `inbounds` was given */
  struct qent__mz_tags inbounds[QENT__MZ_PROTOCOLS]; /* empty and chosen: protocol not wanted */
  struct qent__mz_tags exclude;
  bool flow; /* xtls-rprx-vision where an inbound can do it */
  char method[32];
};

/* What a new account gets on this panel, from GET /api/inbounds and the options. */
struct qent__mz_offer {
  bool known;
  int64_t read_at_s;                             /* by the monotonic clock */
  bool vision;                                   /* a chosen VLESS inbound takes xtls-rprx-vision */
  struct qent__mz_tags tags[QENT__MZ_PROTOCOLS]; /* empty: the protocol is not offered */
};

typedef struct qent__marzban {
  qent_gateway base;
  qent_gateway_config config;
  struct qent__mz_options options;
  struct qent__mz_offer offer;
  int32_t look_pause_ms; /* between looks whether a restarted core stays up */
  bool of_nobody;        /* the user seen last had no admin in the panel's database */
} qent__marzban;

/* An answered user. */
struct qent__mz_user {
  qent_account_view view;
  bool keys_match; /* has exactly the wanted credentials; false when none were wanted */
  bool of_nobody;  /* has no admin in the panel's database */
};

void qent__mz_tags_dispose(struct qent__mz_tags *tags);
void qent__mz_offer_dispose(struct qent__mz_offer *offer);
void qent__mz_options_dispose(struct qent__mz_options *options);

/* QENT_EINVAL names the option. */
qent_status qent__mz_options_parse(const char *text, struct qent__mz_options *options,
                                   qent_error *err);

/* One call. All borrowed. */
struct qent__mz_request {
  const char *method;
  const char *path;
  const qent_buf *body; /* JSON; NULL: none */
  size_t reply_max;
};

/* Send it with the shared token, logging in when there is none or it is refused. Any status but 401
 * is QENT_OK. */
qent_status qent__mz_call(qent__marzban *mz, const struct qent__mz_request *call,
                          qent_http_response *resp_out, qent_error *err);
/* As qent__mz_call() with GET; any answer but 2xx is an error. */
qent_status qent__mz_get(qent__marzban *mz, const char *path, size_t reply_max,
                         qent_http_response *resp_out, qent_error *err);
/* An error for an answer that is no success. 404 is QENT_ENOTFOUND only when the panel itself says
 * that the user does not exist. */
qent_status qent__mz_refusal(const qent_http_response *resp, qent_error *err);

/* The same for a call about one account. */
qent_status qent__mz_user_refusal(const qent_http_response *resp, qent_error *err);

/* Does this leave open whether the panel acted? A timeout is not asked about: the time is up, and
 * the caller repeats the verb. */
bool qent__mz_is_unclear(qent_status st, int http_status);

/* Answers. All return QENT_EPROTO when the answer is not what Marzban answers. */
qent_status qent__mz_parse_root(const qent_http_response *resp, cJSON **root_out, qent_error *err);
qent_status qent__mz_parse_user(const qent_http_response *resp, const char *key,
                                const qent_account_spec *spec, struct qent__mz_user *user_out,
                                qent_error *err);
/* @param total_out  users on the panel; *count_out of them in this page. */
qent_status qent__mz_parse_list(const qent_http_response *resp, qent_account_view_fn fn, void *user,
                                int64_t *count_out, int64_t *total_out, qent_error *err);
/* QENT_EINVAL when nothing is left to offer. */
qent_status qent__mz_parse_inbounds(const qent_http_response *resp,
                                    const struct qent__mz_options *options,
                                    struct qent__mz_offer *offer_out, qent_error *err);
qent_status qent__mz_parse_system(const qent_http_response *resp, qent_node_stats *stats_out,
                                  qent_error *err);
qent_status qent__mz_parse_core(const qent_http_response *resp, bool *started_out, qent_error *err);
/* {"detail":"..."} and nothing else. */
qent_status qent__mz_parse_done(const qent_http_response *resp, qent_error *err);
/* A link that a client cannot use because its Reality short id is empty. */
bool qent__mz_link_lacks_sid(const char *link);

/* Ask the panel what accounts can get here; kept in mz->offer. */
qent_status qent__mz_read_offer(qent__marzban *mz, qent_error *err);
/* @param spec  whose credentials user_out->keys_match is about; may be NULL. */
qent_status qent__mz_read_user(qent__marzban *mz, const char *key, const qent_account_spec *spec,
                               struct qent__mz_user *user_out, qent_error *err);
/* Switch it off, whatever else it has. QENT_ENOTFOUND. */
qent_status qent__mz_disable(qent__marzban *mz, const char *key, qent_error *err);
/* Make sure that no Reality link lacks its short id, reading the user again if need be. */
qent_status qent__mz_complete_links(qent__marzban *mz, struct qent__mz_user *user, qent_error *err);
/* @param with_keys  the account's credentials shall be the specification's. */
qent_status qent__mz_ensure(qent__marzban *mz, const qent_account_spec *spec, bool with_keys,
                            qent_account_view *view_out, qent_error *err);

/* Does the panel's core (xray) run? */
qent_status qent__mz_core_runs(qent__marzban *mz, bool *runs_out, qent_error *err);
qent_status qent__mz_provision(qent__marzban *mz, const qent_provision_spec *spec,
                               qent_provision_fn fn, void *user, qent_error *err);

/* Names of the inbounds that provisioning makes, and of the hosts that go with them. */
extern const char *const qent__mz_own_tags[QENT__MZ_PROTOCOLS];
#define QENT__MZ_ADDRESS_CAP 260

/* Which of our inbounds the core's configuration has. QENT_ECONFLICT names what has a port or a
 * name that they need; QENT_EPROTO. */
qent_status qent__mz_core_examine(const qent_http_response *config, const qent_provision_spec *spec,
                                  bool has_out[QENT__MZ_PROTOCOLS], qent_error *err);
/* The configuration with the inbounds that it lacks, with keys of their own. All else stays byte
 * for byte. */
qent_status qent__mz_core_extend(const qent_http_response *config, const qent_provision_spec *spec,
                                 const bool has[QENT__MZ_PROTOCOLS], qent_buf *out,
                                 qent_error *err);
/* Where the links of our inbounds lead; "" while nobody chose. */
qent_status qent__mz_hosts_examine(const qent_http_response *hosts,
                                   char address_out[QENT__MZ_PROTOCOLS][QENT__MZ_ADDRESS_CAP],
                                   qent_error *err);
/* @param set  whose links shall lead to the specification's host. */
qent_status qent__mz_hosts_write(const qent_provision_spec *spec,
                                 const bool set[QENT__MZ_PROTOCOLS], qent_buf *out,
                                 qent_error *err);
/* The specification's host as it stands in a link: IPv6 in brackets. */
void qent__mz_link_address(const qent_provision_spec *spec, char out[QENT__MZ_ADDRESS_CAP]);

/* Bodies. QENT_ENOMEM, QENT_EINVAL (too long). `offer` NULL: credentials are left alone. */
qent_status qent__mz_write_create(const qent__marzban *mz, const qent_account_spec *spec,
                                  qent_buf *out, qent_error *err);
qent_status qent__mz_write_modify(const qent__marzban *mz, const qent_account_spec *spec,
                                  const struct qent__mz_offer *offer, qent_buf *out,
                                  qent_error *err);

#endif

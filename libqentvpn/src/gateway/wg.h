/* SPDX-License-Identifier: MIT */
#ifndef QENT_GATEWAY_WG_H
#define QENT_GATEWAY_WG_H

/* What the panels of the wg-easy family share: peers with names that are not unique, keys made by
 * the panel, counters of the running interface. wg.c (the verbs), wg_peer.c (from what is to what
 * shall be), wg_http.c (calls and logging in), wg_json.c (what is answered). What differs is a
 * struct qent__wg_dialect: amneziawg.c, wgeasy.c. */

#include "util/json.h"
#include <qentvpn/ext/buf.h>
#include <qentvpn/ext/gateway.h>

#define QENT__WG_REPLY_MAX ((size_t)1 << 20)
#define QENT__WG_LIST_MAX ((size_t)4 << 20)
#define QENT__WG_BODY_MAX ((size_t)64 << 10)
#define QENT__WG_PATH_CAP 128
#define QENT__WG_TOKEN_CAP 512
#define QENT__WG_ID_CAP 40

/* Reads are quick; a change rewrites files and runs several programs on the panel's side. */
#define QENT__WG_READ_MS 15000
#define QENT__WG_CHANGE_MS 60000

typedef struct qent__wg qent__wg;

/* A peer as the panel lists it. */
struct qent__wg_peer {
  char id[QENT__WG_ID_CAP]; /* safe in a path */
  const char *name;         /* borrowed from the list; the id when the name cannot be shown */
  const char *address;      /* borrowed from the list: IPv4 */
  int64_t order;            /* lower is older */
  bool enabled;
  bool dated;         /* the panel will switch it off some day */
  int64_t used_bytes; /* -1: not told now */
  int64_t online_at;  /* UNIX s, 0: never */
};

/* All peers of a panel, oldest first. */
struct qent__wg_peers {
  cJSON *root;
  struct qent__wg_peer *items;
  size_t count;
};

/* How one kind of panel is spoken to. */
struct qent__wg_dialect {
  const char *clients;       /* path of list and creation; a peer's is below it */
  const char *address_field; /* of a listed peer */
  const char *expiry_field;
  bool numbered;    /* ids are numbers that grow; otherwise the list is in the order of creation */
  bool dated_names; /* a creation must name the expiry, if only as null */
  bool basic;       /* every call carries user and password; otherwise the token is a cookie */
  /* Log in; as of qent_panel_login_fn with the qent__wg * as user. */
  qent_panel_login_fn login;
  /* Was `resp` given because the login is void? Such a call did not act. */
  bool (*logged_out)(qent__wg *wg, const char *token, const qent_http_response *resp);
  /* Take the peer's own expiry away. */
  qent_status (*undate)(qent__wg *wg, const struct qent__wg_peer *peer, qent_error *err);
  /* Peers that the panel has addresses for. */
  qent_status (*capacity)(qent__wg *wg, int64_t *capacity_out, qent_error *err);
  /* Optional: is this a .conf of such a panel? QENT_EPROTO. */
  qent_status (*check_conf)(const char *conf, qent_error *err);
  /* Optional: the panel's version. */
  qent_status (*version)(qent__wg *wg, char *out, size_t size, qent_error *err);
};

struct qent__wg {
  qent_gateway base;
  qent_gateway_config config;
  const struct qent__wg_dialect *dialect;
};

/* One call. All borrowed. */
struct qent__wg_call {
  const char *method;
  const char *path;
  const qent_buf *body; /* JSON; NULL: none */
  size_t reply_max;
  int32_t timeout_ms;
};

/* The factories' open(). QENT_EINVAL (the node's options are not {}), QENT_ENOMEM. */
qent_status qent__wg_open(const struct qent__wg_dialect *dialect, const qent_gateway_config *config,
                          qent_gateway **gateway_out, qent_error *err);

/* Send with the given login ("" for none) and nothing else. */
qent_status qent__wg_send(qent__wg *wg, const struct qent__wg_call *call, const char *token,
                          qent_http_response *resp_out, qent_error *err);
/* Send with the shared login, logging in when there is none or it is void. Only 2xx is QENT_OK;
 * *status_out is the HTTP status, 0 when there was no answer. */
qent_status qent__wg_call(qent__wg *wg, const struct qent__wg_call *call,
                          qent_http_response *resp_out, int *status_out, qent_error *err);
qent_status qent__wg_get(qent__wg *wg, const char *path, size_t reply_max,
                         qent_http_response *resp_out, qent_error *err);
/* A change that is answered with {"success":true}. QENT_EUPSTREAM and QENT_EPROTO leave open
 * whether the panel acted. */
qent_status qent__wg_change(qent__wg *wg, const char *method, const char *path,
                            const qent_buf *body, qent_error *err);
/* The error for an answer that is no success. */
qent_status qent__wg_refusal(const qent_http_response *resp, qent_error *err);

/* QENT_EPROTO when the answer is not what these panels answer. */
qent_status qent__wg_parse_done(const qent_http_response *resp, qent_error *err);
qent_status qent__wg_parse_peers(const struct qent__wg_dialect *dialect,
                                 const qent_http_response *resp, struct qent__wg_peers *peers_out,
                                 qent_error *err);
void qent__wg_peers_dispose(struct qent__wg_peers *peers);
/* The panel's clock when it answered, UNIX s. */
int64_t qent__wg_answered_at(const qent_http_response *resp);

/* Ask for all peers. @param now_out  the panel's clock; may be NULL. */
qent_status qent__wg_read_peers(qent__wg *wg, struct qent__wg_peers *peers_out, int64_t *now_out,
                                qent_error *err);
/* The oldest peer of this name; NULL: none. */
const struct qent__wg_peer *qent__wg_find(const struct qent__wg_peers *peers, const char *name);
/* Make it so that exactly one peer has the name `key` and is switched as said, or (`present` false)
 * none has it. With the share's lock held. */
qent_status qent__wg_converge(qent__wg *wg, const char *key, bool present, bool enabled,
                              struct qent__wg_peers *peers_out, qent_error *err);

#endif

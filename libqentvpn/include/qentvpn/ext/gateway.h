/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_EXT_GATEWAY_H
#define QENTVPN_EXT_GATEWAY_H

/** @file
 *  The gateway port: what an adapter for a VPN panel implements. May change in a minor release.
 *
 *  An adapter is a static const #qent_gateway_factory and a static const #qent_gateway_ops. Its own
 *  struct begins with #qent_gateway. One gateway object serves one session and so one thread at a
 *  time; what all sessions of a process share for a panel (a login token) lives in
 * #qent_panel_share. All verbs are idempotent and absolute: "afterwards it is so", never "add".
 * After QENT_ETIMEOUT the caller repeats the same verb. */

#include <qentvpn/error.h>
#include <qentvpn/ext/http.h>

QENT_BEGIN_DECLS

typedef struct qent_gateway qent_gateway;
typedef struct qent_panel_share qent_panel_share;

/** What a gateway is opened with. All borrowed until destroy(). */
typedef struct qent_gateway_config {
  size_t size;           /**< sizeof(qent_gateway_config) in the library's build. */
  const char *node_name; /**< For error texts. */
  const char *url;       /**< Panel's base URL without a trailing slash. */
  const char *username;
  const char *password;
  const char *options;    /**< The node's JSON options, "{}" when none. */
  const char *ca_file;    /**< NULL: the system's. Pass on in each request. */
  const char *pinned_key; /**< NULL: none. Pass on in each request. */
  qent_http *http;        /**< The session's. */
  qent_panel_share *share;
} qent_gateway_config;

/** The account that shall exist. Borrowed during the call. */
typedef struct qent_account_spec {
  size_t size;
  /** Its name on the panel: one that QentVPN made, ^[a-z0-9_]{3,32}$, or one of an adopted account,
   * 1..64 of [A-Za-z0-9_.@-]. */
  const char *key;
  bool enabled;
  int64_t expires_at;          /**< UNIX s; 0 = never. */
  int64_t traffic_limit_bytes; /**< On the panel's own counter; 0 = unlimited. */
  int32_t device_limit;        /**< 0 = unlimited. */
  const char *uuid;            /**< Credential for VLESS and the like, lower-case. */
  const char *password;        /**< Credential for Shadowsocks and the like: base64 of 32 bytes. */
  const char *note;            /**< For the panel's human, such as "QentVPN user 17". */
  /** Only a hint: nobody has tried to make it there before, so that making it first saves a call.
   */
  bool fresh;
} qent_account_spec;

/** An account as the panel shows it. */
typedef struct qent_account_view {
  size_t size;
  char *key;          /**< Owned. */
  bool enabled;       /**< Allowed to connect as far as switches go (not expiry or limit). */
  int64_t expires_at; /**< UNIX s; 0 = never. */
  int64_t traffic_limit_bytes; /**< 0 = unlimited. */
  int64_t used_bytes; /**< The panel's counter, up + down; may restart at 0. -1: not told now. */
  int64_t online_at;  /**< Last seen, UNIX s; 0 = never or not told. */
  char **links;       /**< Owned share links; filled by ensure, rotate and fetch. */
  size_t link_count;
  int64_t telegram_id; /**< Whose it is, where the panel keeps that; 0 = not told. */
} qent_account_view;
#define QENT_ACCOUNT_VIEW_INIT                                                                     \
  {                                                                                                \
    sizeof(qent_account_view), NULL, false, 0, 0, 0, 0, NULL, 0, 0                                 \
  }

/** Set the key / add a link (copied). For adapters. @return QENT_ENOMEM. */
QENT_API qent_status qent_account_view_set_key(qent_account_view *view, const char *key,
                                               qent_error *err) QENT_NODISCARD;
QENT_API qent_status qent_account_view_add_link(qent_account_view *view, const char *link,
                                                qent_error *err) QENT_NODISCARD;
/** Add the link of a WireGuard or AmneziaWG account: "awg://<base64url of `conf`>". Such a link
 *  carries the panel's .conf file whole; what buyers' apps import is made of it.
 *  @param conf  the file's text. @return QENT_EPROTO (no [Interface] with a key and an address, or
 *  no [Peer] with a key and an endpoint), QENT_ENOMEM. */
QENT_API qent_status qent_account_view_add_conf(qent_account_view *view, const char *conf,
                                                qent_error *err) QENT_NODISCARD;
/** Empty the struct. NULL is allowed. */
QENT_API void qent_account_view_dispose(qent_account_view *view);

/** What a node is doing; -1 where the panel does not tell. */
typedef struct qent_node_stats {
  size_t size;
  int32_t cpu_percent;
  int64_t memory_used_bytes;
  int64_t memory_total_bytes;
  int32_t online;        /**< Users with traffic lately. */
  int32_t active_users;  /**< Users allowed to connect. */
  int64_t traffic_bytes; /**< Up + down of the node's whole life. */
  char version[32];      /**< Panel's version, "" when not told. */
} qent_node_stats;
#define QENT_NODE_STATS_INIT                                                                       \
  {                                                                                                \
    sizeof(qent_node_stats), -1, -1, -1, -1, -1, -1,                                               \
    {                                                                                              \
      0                                                                                            \
    }                                                                                              \
  }

/** Receives one account of a page; borrowed during the call. Return a failure to stop. */
typedef qent_status (*qent_account_view_fn)(const qent_account_view *view, void *user);

/** What a fresh panel is prepared for: VLESS Reality on one port, Shadowsocks on another. Borrowed
 *  during the call. Inbounds are made under fixed names ("qent-vless", "qent-shadowsocks") and
 * known again by them; what the operator made is never changed. */
typedef struct qent_provision_spec {
  size_t size;
  const char *public_host; /**< Name or address that buyers' apps connect to. */
  const char *camouflage;  /**< Host that Reality poses as, such as "www.example.com". */
  int32_t vless_port;
  int32_t shadowsocks_port;
  bool apply; /**< False: say what would be changed and change nothing. */
} qent_provision_spec;

/** One step, for people: "add inbound qent-vless: VLESS Reality on port 2053". `done`: it is so
 *  already, or was just done. Borrowed during the call. */
typedef void (*qent_provision_fn)(const char *step, bool done, void *user);

/** The verbs. Only the port's functions below call these; `size` and NULL slots are checked there.
 *  @thread the gateway's session, for all */
typedef struct qent_gateway_ops {
  size_t size; /**< sizeof(qent_gateway_ops) in the adapter's build. */
  /** Required. Afterwards exactly this account exists with these limits; credentials are set when
   * it is made and left alone when it exists. */
  qent_status (*ensure_account)(qent_gateway *gw, const qent_account_spec *spec,
                                qent_account_view *view_out, qent_error *err);
  /** Required. Afterwards it does not exist; a missing one is QENT_OK. */
  qent_status (*remove_account)(qent_gateway *gw, const char *key, qent_error *err);
  /** Required. QENT_ENOTFOUND when it does not exist. Links that nobody can use are left out: they
   * are a failure to the verbs that deliver, but must not hide an account from its removal. */
  qent_status (*fetch_account)(qent_gateway *gw, const char *key, qent_account_view *view_out,
                               qent_error *err);
  /** Required. One page in a stable order from `offset`; *more_out says whether to go on. */
  qent_status (*list_accounts)(qent_gateway *gw, int64_t offset, int32_t limit,
                               qent_account_view_fn fn, void *user, bool *more_out,
                               qent_error *err);
  /** Required. As ensure_account, and the account has the spec's credentials. */
  qent_status (*rotate_keys)(qent_gateway *gw, const qent_account_spec *spec,
                             qent_account_view *view_out, qent_error *err);
  /** Optional. */
  qent_status (*node_stats)(qent_gateway *gw, qent_node_stats *stats_out, qent_error *err);
  /** Required. Can the panel be reached, are the credentials good, can it serve accounts? */
  qent_status (*probe)(qent_gateway *gw, qent_error *err);
  /** Required, never fails. */
  void (*destroy)(qent_gateway *gw);
  /** Optional. Repeats harmlessly: afterwards both inbounds are there. QENT_ECONFLICT when a port
   * or a name is taken by something else; nothing is changed then. */
  qent_status (*provision)(qent_gateway *gw, const qent_provision_spec *spec, qent_provision_fn fn,
                           void *user, qent_error *err);
} qent_gateway_ops;

/** First member of every adapter's own struct. */
struct qent_gateway {
  const qent_gateway_ops *ops; /**< Set by open(). */
  const char *name;            /**< The factory's; set by the port. */
  const char *node;            /**< The node's, for error texts; set by the port. */
  uint32_t lacks;              /**< The factory's; set by the port. */
};

/** What a kind of panel does not have. What it cannot keep of an account's wanted state is not
 *  called drift, and QentVPN switches the account off itself. Or together. */
enum qent_gateway_lack {
  QENT_GATEWAY_LACKS_LIMIT = 1,  /**< Traffic limit: the view's is 0. */
  QENT_GATEWAY_LACKS_EXPIRY = 2, /**< An expiry to the second: the view's is 0. */
  QENT_GATEWAY_LACKS_CREDENTIALS =
      4,                           /**< The panel makes the keys; uuid and password are unused. */
  QENT_GATEWAY_LACKS_ONLINE = 8,   /**< When an account was last seen. */
  QENT_GATEWAY_LACKS_USERNAME = 16 /**< Admins by name: nodes need a password alone, and the
                                        config's username is "" unless one is given. */
};

/** Makes gateways of one kind. */
typedef struct qent_gateway_factory {
  size_t size;      /**< sizeof(qent_gateway_factory) in the adapter's build. */
  const char *name; /**< "marzban"; also what nodes name. */
  /** Check the options and make a gateway; no network. @return QENT_EINVAL, QENT_ENOMEM. */
  qent_status (*open)(const qent_gateway_config *config, qent_gateway **gateway_out,
                      qent_error *err);
  uint32_t lacks;   /**< Of qent_gateway_lack. */
  int32_t parallel; /**< Calls at once that a panel bears; 0 = 8. */
} qent_gateway_factory;

/** Copy the panel's current login token; "" when there is none.
 *  @return QENT_EINVAL when `size` is too small. @thread any */
QENT_API qent_status qent_panel_share_token(qent_panel_share *share, char *token_out, size_t size,
                                            qent_error *err) QENT_NODISCARD;

/** Logs in and writes a token of less than `size` bytes. */
typedef qent_status (*qent_panel_login_fn)(char *token_out, size_t size, void *user,
                                           qent_error *err);

/** Replace a token that the panel refused. One thread logs in, the others wait and get its token;
 *  when the shared token is no longer `stale` nobody logs in. After a login that the panel refused
 *  (QENT_EAUTH) further logins are refused here for 15 minutes.
 *  @param stale  the refused token, "" when there was none. @thread any */
QENT_API qent_status qent_panel_share_renew(qent_panel_share *share, const char *stale,
                                            qent_panel_login_fn login, void *user, char *token_out,
                                            size_t size, qent_error *err) QENT_NODISCARD;

/** Now, UNIX s, by the clock that the share was made with. @thread any */
QENT_API int64_t qent_panel_share_now(const qent_panel_share *share);

/** Serialise calls to the panel across all sessions of the process where it needs that. */
QENT_API void qent_panel_share_lock(qent_panel_share *share);
QENT_API void qent_panel_share_unlock(qent_panel_share *share);

QENT_END_DECLS
#endif

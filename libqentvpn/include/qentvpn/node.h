/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_NODE_H
#define QENTVPN_NODE_H

/** @file
 *  A node: one VPN server with its panel, driven through a gateway. Accounts on it are our users'
 *  records on that panel. */

#include <qentvpn/context.h>

QENT_BEGIN_DECLS

typedef struct qent_node qent_node;
typedef struct qent_account qent_account;

typedef enum qent_node_state {
  QENT_NODE_ACTIVE = 0,
  QENT_NODE_DRAINING = 1, /**< Keeps its accounts, gets no new ones. */
  QENT_NODE_DISABLED = 2, /**< Not talked to; whom it served gets accounts on other nodes. */
  /** Found by probes, never set: active or draining, but does not answer. Whom it serves has a twin
   * on another node until it answers again. */
  QENT_NODE_DOWN = 3
} qent_node_state;

/** "active", "draining", "disabled", "down". Static. */
QENT_API const char *qent_node_state_name(qent_node_state state);

/** What a node is made from. Fill through QENT_NODE_OPTIONS_INIT. Everything is copied. */
typedef struct qent_node_options {
  size_t size;            /**< sizeof(qent_node_options) as the caller was compiled. */
  const char *name;       /**< 1..32 of [a-z0-9_-]; unique. */
  const char *title;      /**< Shown to buyers, such as "🇩🇪 Germany"; NULL: the name. */
  const char *gateway;    /**< "marzban", "3xui", "amneziawg", "wgeasy", or an embedder's. */
  const char *url;        /**< Panel's base URL; https unless the host is loopback. */
  const char *username;   /**< Panel admin; stored encrypted. See
                               qent_ctx_gateway_wants_username(). */
  const char *password;   /**< Stored encrypted, never returned. */
  const char *node_group; /**< Plans name it. 1..32 of [a-z0-9_-]. */
  const char *ca_file;    /**< PEM file that signed the panel's certificate; NULL: the system's. */
  const char *pinned_key; /**< "sha256//<base64>" of the panel's public key; NULL: none. */
  const char *options;    /**< Gateway's own, JSON object (docs/adapters/); NULL: {}. */
  int32_t capacity;       /**< Most accounts; 0 = unlimited. */
  int32_t weight;         /**< 1..1000: share of new accounts. */
  const char *country;    /**< ISO 3166 code such as "DE", for the flag; NULL or "": not told. */
  int32_t parallel; /**< Calls at once that the panel bears, 1..64; 0: as its kind usually does. */
} qent_node_options;
#define QENT_NODE_PARALLEL_MAX 64
#define QENT_NODE_OPTIONS_INIT                                                                     \
  {                                                                                                \
    sizeof(qent_node_options), NULL, NULL, "marzban", NULL, NULL, NULL, "default", NULL, NULL,     \
        NULL, 0, 100, NULL, 0                                                                      \
  }

QENT_API int64_t qent_node_id(const qent_node *node);
QENT_API const char *qent_node_name(const qent_node *node);    /**< Borrowed. */
QENT_API const char *qent_node_title(const qent_node *node);   /**< Borrowed. */
QENT_API const char *qent_node_gateway(const qent_node *node); /**< Borrowed. */
QENT_API const char *qent_node_url(const qent_node *node);     /**< Borrowed. */
QENT_API const char *qent_node_group(const qent_node *node);   /**< Borrowed. */
QENT_API const char *
qent_node_country(const qent_node *node); /**< "DE"; "" = not told. Borrowed. */
QENT_API const char *qent_node_ca_file(const qent_node *node);    /**< NULL: none. Borrowed. */
QENT_API const char *qent_node_pinned_key(const qent_node *node); /**< NULL: none. Borrowed. */
QENT_API const char *
qent_node_gateway_options(const qent_node *node); /**< JSON object. Borrowed. */
/** What the admin set, or QENT_NODE_DOWN when probes found that it does not answer. */
QENT_API qent_node_state qent_node_get_state(const qent_node *node);
/** What the admin set. */
QENT_API qent_node_state qent_node_set_to(const qent_node *node);
/** The panel refused our credentials: it is not called until qent_node_edit() or qent_node_probe().
 */
QENT_API bool qent_node_refused(const qent_node *node);
QENT_API bool qent_node_evacuating(const qent_node *node); /**< Everybody is being moved away. */
QENT_API int32_t qent_node_capacity(const qent_node *node);
QENT_API int32_t qent_node_weight(const qent_node *node);
QENT_API int32_t qent_node_parallel(const qent_node *node); /**< Calls at once. */
/** How full, by accounts, CPU or memory, whichever is most; -1 = unknown. */
QENT_API int32_t qent_node_load_percent(const qent_node *node);
QENT_API int32_t qent_node_account_count(const qent_node *node); /**< Accounts wanted on it. */
QENT_API bool qent_node_reachable(
    const qent_node *node); /**< False: it counts as down, by several probes in a row. */
QENT_API int64_t qent_node_failing_since(
    const qent_node *node); /**< First of the failed probes in a row; 0: the last was good. */
QENT_API int64_t qent_node_checked_at(const qent_node *node); /**< Last probe, UNIX s; 0 = never. */
QENT_API const char *qent_node_last_error(
    const qent_node *node); /**< Of the last probe, or the refusal; NULL: none. Borrowed. */
/** As measured by the last good probe; -1 where the panel does not tell. */
QENT_API int32_t qent_node_cpu_percent(const qent_node *node);
QENT_API int64_t qent_node_memory_used_bytes(const qent_node *node);
QENT_API int64_t qent_node_memory_total_bytes(const qent_node *node);
QENT_API int32_t
qent_node_online(const qent_node *node); /**< Users with traffic lately, as the panel counts. */
QENT_API int32_t qent_node_active_users(const qent_node *node); /**< Users allowed to connect. */
QENT_API void qent_node_free(qent_node *node);                  /**< NULL is allowed. */

/** Add a node. Does not talk to the panel: see qent_node_probe().
 *  @param node_out  owned by the caller; may be NULL.
 *  @return QENT_EINVAL (names the field), QENT_ECONFLICT (name or panel URL taken),
 *  QENT_EUNSUPPORTED (unknown gateway), QENT_ESTORE. @thread session */
QENT_API qent_status qent_node_add(qent_session *session, const qent_node_options *options,
                                   qent_node **node_out, qent_error *err) QENT_NODISCARD;

/** @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_node_by_name(qent_session *session, const char *name,
                                       qent_node **node_out, qent_error *err) QENT_NODISCARD;

typedef bool (*qent_node_fn)(const qent_node *node, void *user);
/** All nodes by name. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_node_each(qent_session *session, qent_node_fn fn, void *user,
                                    qent_error *err) QENT_NODISCARD;

/** Replace everything but the name, the gateway and the state. NULL username and password keep
 * those that are stored; new ones end qent_node_refused().
 *  @param node_out  owned by the caller; may be NULL.
 *  @return QENT_EINVAL (names the field), QENT_ENOTFOUND, QENT_ECONFLICT (panel URL taken; or
 * another group while it has accounts), QENT_ESTORE. @thread session */
QENT_API qent_status qent_node_edit(qent_session *session, const qent_node_options *options,
                                    qent_node **node_out, qent_error *err) QENT_NODISCARD;

/** Move accounts away; done by the work loops. An account leaves a node only after another one has
 *  confirmed it, and buyers keep their config link.
 *  @param from   the node gets no new accounts while it is evacuated as a whole (`to` NULL, count
 * 0: it is left draining).
 *  @param to     NULL: the best node of the group for each.
 *  @param count  most accounts to move; 0: all.
 *  @param moved_out  accounts that were set moving by this call; those of a whole evacuation are
 *                    found by the loops. May be NULL.
 *  @return QENT_EINVAL (the same node, another group), QENT_ENOTFOUND, QENT_ECONFLICT (no other
 * node with room), QENT_ESTORE. @thread session */
QENT_API qent_status qent_node_move(qent_session *session, const char *from, const char *to,
                                    int32_t count, int32_t *moved_out,
                                    qent_error *err) QENT_NODISCARD;

/** How far moving away from a node is. */
typedef struct qent_node_progress {
  size_t size;        /**< Set to sizeof(qent_node_progress) before the call. */
  int64_t here;       /**< Accounts that stay here. */
  int64_t to_look_at; /**< Not yet looked at by the evacuation. */
  int64_t leaving;    /**< On their way: wait for another node to confirm. */
  int64_t removing;   /**< Served elsewhere; to be removed from this panel. */
  int64_t failing;    /**< Of leaving and removing: tried in vain at least three times in a row. */
} qent_node_progress;

/** @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_node_progress_read(qent_session *session, const char *name,
                                             qent_node_progress *progress_out,
                                             qent_error *err) QENT_NODISCARD;

/** Traffic of one hour (UTC). */
typedef bool (*qent_node_traffic_fn)(int64_t hour_start, int64_t bytes, void *user);
/** Hour by hour from `from` (UNIX s), oldest first, hours without traffic left out.
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_node_traffic(qent_session *session, const char *name, int64_t from,
                                       qent_node_traffic_fn fn, void *user,
                                       qent_error *err) QENT_NODISCARD;

/** Activating ends an evacuation. Every change is followed by qent_due_run(), which places the
 *  subscriptions concerned anew.
 *  @return QENT_EINVAL (no such state), QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_node_set_state(qent_session *session, const char *name,
                                         qent_node_state state, qent_error *err) QENT_NODISCARD;

/** Forget a node. Accounts on a disabled node that nobody needs any more do not count.
 *  @return QENT_ENOTFOUND, QENT_ECONFLICT (it still has accounts), QENT_ESTORE.
 *  @thread session */
QENT_API qent_status qent_node_remove(qent_session *session, const char *name,
                                      qent_error *err) QENT_NODISCARD;

/** Ask the panel for its health now and store the result. Talks to the network.
 *  @param node_out  as it is afterwards; owned by the caller; may be NULL.
 *  @return QENT_ENOTFOUND, what the panel caused (QENT_EAUTH, QENT_ETIMEOUT, QENT_EUPSTREAM,
 *  QENT_EPROTO), QENT_ESTORE. @thread session */
QENT_API qent_status qent_node_probe(qent_session *session, const char *name, qent_node **node_out,
                                     qent_error *err) QENT_NODISCARD;

/** How a fresh panel is set up. Fill through QENT_PROVISION_OPTIONS_INIT. Borrowed. */
typedef struct qent_provision_options {
  size_t size;
  const char *public_host; /**< Name or address that buyers' apps connect to; NULL: that of the
                                panel's URL, unless it is loopback. */
  const char *camouflage;  /**< Host that Reality poses as: a foreign site with TLS 1.3 and HTTP/2
                                that the server reaches. Required: a default would mark every
                                installation that took it. */
  int32_t vless_port;
  int32_t shadowsocks_port;
  bool apply; /**< False: say what would be changed and change nothing. */
} qent_provision_options;
#define QENT_PROVISION_OPTIONS_INIT                                                                \
  {                                                                                                \
    sizeof(qent_provision_options), NULL, NULL, 2053, 443, false                                   \
  }

/** One step, for people; the same text with and without `apply`. `done`: it is so already, or was
 *  just done. Borrowed during the call. */
typedef void (*qent_node_step_fn)(const char *step, bool done, void *user);

/** Prepare a node's panel: VLESS Reality with keys of its own on one port, Shadowsocks on another.
 *  Repeats harmlessly; inbounds that it did not make are never touched. Talks to the network; the
 *  panel restarts its core when something is added.
 *  @param fn  called with each step after success; must not use the session.
 *  @return QENT_EINVAL (a host or port), QENT_ENOTFOUND, QENT_ECONFLICT (a port or a name is taken,
 *  or the core does not run with the new inbounds: nothing is changed then), QENT_EUNSUPPORTED (no
 *  such thing on this kind of panel), what the panel caused. @thread session */
QENT_API qent_status qent_node_provision(qent_session *session, const char *name,
                                         const qent_provision_options *options,
                                         qent_node_step_fn fn, void *user,
                                         qent_error *err) QENT_NODISCARD;

QENT_API int64_t qent_account_id(const qent_account *account);
QENT_API int64_t qent_account_subscription_id(const qent_account *account);
QENT_API const char *qent_account_node_name(const qent_account *account); /**< Borrowed. */
QENT_API const char *
qent_account_key(const qent_account *account); /**< Its name on the panel. Borrowed. */
QENT_API bool
qent_account_applied(const qent_account *account); /**< Is the wanted state confirmed? */
QENT_API bool qent_account_wanted_present(const qent_account *account);
QENT_API bool qent_account_wanted_enabled(const qent_account *account);
QENT_API int64_t qent_account_wanted_expires_at(const qent_account *account);
QENT_API int32_t qent_account_attempts(const qent_account *account);        /**< Failed in a row. */
QENT_API int64_t qent_account_next_attempt_at(const qent_account *account); /**< UNIX s. */
QENT_API const char *
qent_account_last_error(const qent_account *account);   /**< NULL: none. Borrowed. */
QENT_API void qent_account_free(qent_account *account); /**< NULL is allowed. */

/** What to list. Fill through QENT_ACCOUNT_FILTER_INIT. */
typedef struct qent_account_filter {
  size_t size;
  int64_t subscription_id; /**< 0: any. */
  const char *node_name;   /**< NULL: any. */
  bool pending_only;       /**< Only those whose wanted state is not confirmed. */
  int32_t limit;           /**< 1..100000. */
} qent_account_filter;
#define QENT_ACCOUNT_FILTER_INIT                                                                   \
  {                                                                                                \
    sizeof(qent_account_filter), 0, NULL, false, 100                                               \
  }

typedef bool (*qent_account_fn)(const qent_account *account, void *user);
/** By id. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_account_each(qent_session *session, const qent_account_filter *filter,
                                       qent_account_fn fn, void *user,
                                       qent_error *err) QENT_NODISCARD;

/** Try again now, and confirm the state on the panel once more even if it was confirmed before.
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_account_retry(qent_session *session, int64_t id,
                                        qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

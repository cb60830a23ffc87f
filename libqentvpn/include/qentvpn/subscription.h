/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_SUBSCRIPTION_H
#define QENTVPN_SUBSCRIPTION_H

/** @file
 *  A subscription: a user's right over time to a plan, with one config link for life. Its state is
 *  derived from its facts and the clock, never stored. */

#include <qentvpn/context.h>

QENT_BEGIN_DECLS

typedef struct qent_subscription qent_subscription;

typedef enum qent_subscription_state {
  QENT_SUBSCRIPTION_ACTIVE = 0,
  QENT_SUBSCRIPTION_EXPIRED = 1,
  QENT_SUBSCRIPTION_EXHAUSTED = 2, /**< The period's traffic is used up. */
  QENT_SUBSCRIPTION_DISABLED = 3   /**< By an admin. */
} qent_subscription_state;

/** "active", "expired", "exhausted", "disabled". Static. */
QENT_API const char *qent_subscription_state_name(qent_subscription_state state);

QENT_API int64_t qent_subscription_id(const qent_subscription *sub);
QENT_API int64_t qent_subscription_user_id(const qent_subscription *sub);
QENT_API const char *
qent_subscription_plan_code(const qent_subscription *sub); /**< The plan paid last. Borrowed. */
QENT_API qent_subscription_state qent_subscription_get_state(const qent_subscription *sub,
                                                             int64_t now);
QENT_API int64_t qent_subscription_created_at(const qent_subscription *sub);
QENT_API int64_t qent_subscription_expires_at(const qent_subscription *sub); /**< UNIX s. */
QENT_API int64_t
qent_subscription_traffic_limit_bytes(const qent_subscription *sub); /**< 0 = unlimited. */
QENT_API int64_t qent_subscription_traffic_used_bytes(const qent_subscription *sub);
QENT_API int32_t
qent_subscription_device_limit(const qent_subscription *sub);              /**< 0 = unlimited. */
QENT_API int32_t qent_subscription_replicas(const qent_subscription *sub); /**< Nodes at once. */
QENT_API int32_t
qent_subscription_keys_revision(const qent_subscription *sub); /**< From 1; grows by rotation. */
QENT_API const char *
qent_subscription_config_link(const qent_subscription *sub);  /**< https URL. Borrowed. */
QENT_API void qent_subscription_free(qent_subscription *sub); /**< NULL is allowed. */

/** @param user_id  it must be this user's; 0: anybody's (admin).
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_subscription_by_id(qent_session *session, int64_t user_id, int64_t id,
                                             qent_subscription **sub_out,
                                             qent_error *err) QENT_NODISCARD;

/** Called for each subscription; borrowed during the call. Return false to stop. */
typedef bool (*qent_subscription_fn)(const qent_subscription *sub, void *user);

/** A user's subscriptions, newest first. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_subscription_each(qent_session *session, int64_t user_id,
                                            qent_subscription_fn fn, void *user,
                                            qent_error *err) QENT_NODISCARD;

/** One share link of a subscription. Borrowed during the callback. */
typedef struct qent_share_link {
  size_t size;
  const char *uri;       /**< "vless://…", "ss://…", for AmneziaWG "vpn://…". */
  const char *protocol;  /**< "vless", "shadowsocks", "amneziawg", "wireguard", …; static. */
  const char *node_name; /**< The node's title, as buyers know it. */
  const char *conf;      /**< AmneziaWG and WireGuard: the .conf file's text; else NULL. */
  const char *filename;  /**< Its name, "de1.conf"; NULL with `conf`. */
  const char *title;     /**< The link's shown name, "Germany · VLESS". */
  const char *node;      /**< The node's short name, "de1". */
} qent_share_link;
typedef bool (*qent_share_link_fn)(const qent_share_link *link, void *user);

/** The links that work now, in the order to be shown. None while no account is confirmed on a
 *  panel, or the subscription is not active.
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_subscription_links(qent_session *session, int64_t id,
                                             qent_share_link_fn fn, void *user,
                                             qent_error *err) QENT_NODISCARD;

/** Traffic of one day (UTC) on one node. Borrowed during the callback. */
typedef struct qent_traffic {
  size_t size;
  int64_t day_start;     /**< UNIX s. */
  int64_t bytes;         /**< Up + down. */
  const char *node_name; /**< The node's title; NULL: a node that is gone, or not told apart. */
  const char *country;   /**< The node's, "DE"; "" = not told. */
} qent_traffic;
typedef bool (*qent_traffic_fn)(const qent_traffic *traffic, void *user);

/** Day by day and node by node from `from` (UNIX s), oldest day first; what had no traffic is left
 *  out.
 *  @thread session; `fn` must not use the session. */
QENT_API qent_status qent_subscription_traffic(qent_session *session, int64_t id, int64_t from,
                                               qent_traffic_fn fn, void *user,
                                               qent_error *err) QENT_NODISCARD;

/** New keys on every node and a new config link; the old ones stop to work.
 *  @param user_id  it must be this user's; 0: anybody's.
 *  @param sub_out  owned by the caller; may be NULL.
 *  @return QENT_ENOTFOUND, QENT_ECONFLICT (less than 60 s after the last rotation: retry_after_ms
 *  says when), QENT_ESTORE. @thread session */
QENT_API qent_status qent_subscription_rotate(qent_session *session, int64_t user_id, int64_t id,
                                              qent_subscription **sub_out,
                                              qent_error *err) QENT_NODISCARD;

/** A node that a subscription may be served from. Borrowed during the callback. */
typedef struct qent_node_choice {
  size_t size;
  const char *name;     /**< To move to; as the node's. */
  const char *title;    /**< As buyers know it. */
  const char *country;  /**< "DE"; "" = not told. */
  bool current;         /**< It serves the subscription, or is about to. */
  bool available;       /**< One may move there now: works and has room. */
  bool down;            /**< Does not work now. */
  int32_t load_percent; /**< How full, by accounts or by what the panel measures; -1 = unknown. */
} qent_node_choice;
typedef bool (*qent_node_choice_fn)(const qent_node_choice *choice, void *user);

/** The nodes of the subscription's group, by title.
 *  @param user_id  it must be this user's; 0: anybody's.
 *  @return QENT_ENOTFOUND, QENT_ESTORE. @thread session; `fn` must not use the session. */
QENT_API qent_status qent_subscription_nodes(qent_session *session, int64_t user_id, int64_t id,
                                             qent_node_choice_fn fn, void *user,
                                             qent_error *err) QENT_NODISCARD;

/** Serve the subscription from another node of its group. The old node serves until the new one has
 *  confirmed the account; the config link stays the same, and the buyer is told when it is done.
 *  With several replicas the one that was there longest makes room. Moving to where it is served
 *  from already is QENT_OK.
 *  @param user_id    it must be this user's; 0: anybody's, and without a pause between moves.
 *  @param node_name  NULL: the best other node.
 *  @param sub_out    owned by the caller; may be NULL.
 *  @return QENT_ENOTFOUND (subscription, or no such node in its group), QENT_ECONFLICT (not active;
 *  the node is full, down or draining; or moved less than QENT_MOVE_PAUSE_S ago: retry_after_ms
 * says when), QENT_ESTORE. @thread session */
QENT_API qent_status qent_subscription_move(qent_session *session, int64_t user_id, int64_t id,
                                            const char *node_name, qent_subscription **sub_out,
                                            qent_error *err) QENT_NODISCARD;

/** Give a plan's period to a user for nothing (admin). Extends the user's newest subscription of
 * the plan's node group, or makes one. @param sub_out  owned by the caller; may be NULL.
 *  @return QENT_ENOTFOUND (user or plan), QENT_ESTORE. @thread session */
QENT_API qent_status qent_subscription_grant(qent_session *session, int64_t user_id,
                                             const char *plan_code, qent_subscription **sub_out,
                                             qent_error *err) QENT_NODISCARD;

/** Set the end to an absolute time (admin). @param expires_at  UNIX s, > 0; may be in the past.
 *  @return QENT_EINVAL, QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_subscription_set_expiry(qent_session *session, int64_t id,
                                                  int64_t expires_at,
                                                  qent_error *err) QENT_NODISCARD;

/** Switch off or on again (admin). @return QENT_ENOTFOUND, QENT_ESTORE. @thread session */
QENT_API qent_status qent_subscription_set_disabled(qent_session *session, int64_t id,
                                                    bool disabled, qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

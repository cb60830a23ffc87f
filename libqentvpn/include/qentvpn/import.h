/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_IMPORT_H
#define QENTVPN_IMPORT_H

/** @file
 *  Adopting the accounts that a panel had before QentVPN. Nothing changes at the panel: keys,
 * names, ends and limits stay as they are, and whoever uses them notices nothing. */

#include <qentvpn/context.h>

QENT_BEGIN_DECLS

typedef enum qent_import_verdict {
  QENT_IMPORT_ADOPT = 0, /**< Adopted, or would be. */
  QENT_IMPORT_SKIP = 1,  /**< Left as it is; `reason` says why. */
  QENT_IMPORT_OURS = 2   /**< In the ledger already. */
} qent_import_verdict;

/** "adopt", "skip", "ours". Static. */
QENT_API const char *qent_import_verdict_name(qent_import_verdict verdict);

/** One account of the panel. All texts are borrowed during the call. Only grows at its end. */
typedef struct qent_import_item {
  size_t size;
  qent_import_verdict verdict;
  const char *key;             /**< Its name on the panel. */
  int64_t telegram_id;         /**< Whose it is; 0: nobody knows. */
  int64_t expires_at;          /**< End of the subscription, UNIX s; 0: never. */
  int64_t traffic_limit_bytes; /**< 0 = unlimited. */
  int64_t used_bytes;          /**< The panel's counter; -1: not told. */
  bool enabled;                /**< Switched on at the panel. */
  int64_t subscription_id;     /**< Made or known; 0: none. */
  const char *reason;          /**< Why it is skipped, English; "" otherwise. */
} qent_import_item;

/** Return false to stop; what was adopted stays adopted. */
typedef bool (*qent_import_fn)(const qent_import_item *item, void *user);

/** The Telegram id of an account's user; 0: not known here. */
typedef int64_t (*qent_import_map_fn)(const char *key, void *user);

/** What is adopted, and how. Fill through QENT_IMPORT_OPTIONS_INIT. */
typedef struct qent_import_options {
  size_t size;
  const char *node_name;
  /** Plan of the new subscriptions, of the node's group; NULL: the only one of that group. */
  const char *plan_code;
  bool apply; /**< False: say what would be done and change nothing. */
  /** End of subscriptions whose account has none at the panel, UNIX s; 0: such accounts are
   * skipped. The panel gets it with the next change of the account. */
  int64_t until;
  qent_import_map_fn map; /**< Asked first; NULL: none. */
  void *map_user;
} qent_import_options;
#define QENT_IMPORT_OPTIONS_INIT                                                                   \
  {                                                                                                \
    sizeof(qent_import_options), NULL, NULL, false, 0, NULL, NULL                                  \
  }

/** Telegram id in a name of the forms "123456789", "tg_123456789", "user_123456789" and
 *  "123456789_anything", of 5 to 16 digits; 0: none of them. @thread any */
QENT_API int64_t qent_import_id_in_name(const char *key);

/** Adopt a panel's accounts: for each a subscription of its own with a config link of its own.
 * Whose it is comes from the map, else from the panel, else from the account's name. Reads the
 * panel page by page; each account is one transaction, and what was adopted before is "ours", so it
 * can be repeated. Talks to the network. Nobody is notified.
 *  @return QENT_EINVAL (options; several plans or none of the group; the plan is of another group),
 *  QENT_ENOTFOUND (node or plan), QENT_ECONFLICT (the node is disabled or its panel refused us),
 * QENT_ECANCELED (stopping), what the panel caused, QENT_ESTORE. @thread session; `fn` must not use
 * the session. */
QENT_API qent_status qent_import(qent_session *session, const qent_import_options *options,
                                 qent_import_fn fn, void *user, qent_error *err) QENT_NODISCARD;

QENT_END_DECLS
#endif

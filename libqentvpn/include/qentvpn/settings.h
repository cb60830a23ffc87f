/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_SETTINGS_H
#define QENTVPN_SETTINGS_H

/** @file
 *  Settings: one table (qent_setting_at()) describes every key; values come from the environment
 * and from one dotenv file, the environment wins. --help, `qentctl init`, the man pages and the
 * checks are all made from the table. */

#include <qentvpn/error.h>

QENT_BEGIN_DECLS

typedef struct qent_settings qent_settings;

typedef enum qent_setting_type {
  QENT_SETTING_TEXT = 0,
  QENT_SETTING_INT = 1,  /**< With minimum and maximum. */
  QENT_SETTING_BOOL = 2, /**< yes no true false 1 0. */
  QENT_SETTING_URL = 3,  /**< https://, or http:// to a loopback host. */
  QENT_SETTING_LIST = 4, /**< Comma-separated; items checked by the row's own rule. */
  QENT_SETTING_ENUM = 5  /**< One of `choices`. */
} qent_setting_type;

/** One row of the table. Frozen per minor release; all pointers are static. */
typedef struct qent_setting {
  const char *key; /**< "QENT_BOT_TOKEN". */
  qent_setting_type type;
  const char *default_value; /**< NULL: none. */
  bool required;             /**< The daemons do not start without it. */
  bool secret;               /**< Never printed; shown as "***". */
  int64_t minimum, maximum;  /**< For QENT_SETTING_INT. */
  const char *unit;          /**< "s", "bytes"... or NULL. */
  const char *choices;       /**< For QENT_SETTING_ENUM: "text json". */
  const char *help;          /**< One line, English. */
} qent_setting;

/** Row `index` of the table, NULL past the end. @thread any */
QENT_API const qent_setting *qent_setting_at(size_t index);

/** Receives one problem found while loading.
 *  @param line  line in the file, 0 for the environment or a missing key.
 *  @param key, problem, remedy  borrowed during the call. Never hold a secret's value. */
typedef void (*qent_settings_problem_fn)(int line, const char *key, const char *problem,
                                         const char *remedy, void *user);

/** Load the file (if any), then the environment, check everything and report every problem in one
 *  run.
 *  @param path      NULL: QENT_SETTINGS_FILE from the environment, else "qentvpn.env" when it
 *                   exists, else no file. A file that group or others can read is a problem.
 *  @param problem   may be NULL.
 *  @param settings_out  owned by the caller, release with qent_settings_free().
 *  @return QENT_OK; QENT_EINVAL when there was any problem (the first is in `err`); QENT_ENOTFOUND
 *  when a named file does not exist. @thread any; reads the environment. */
QENT_API qent_status qent_settings_load(const char *path, qent_settings_problem_fn problem,
                                        void *user, qent_settings **settings_out,
                                        qent_error *err) QENT_NODISCARD;

/** Parse settings from memory only, for embedders and tests: dotenv text, no environment.
 *  Missing required keys are not a problem here. The rest as qent_settings_load(). */
QENT_API qent_status qent_settings_parse(const char *text, size_t len,
                                         qent_settings_problem_fn problem, void *user,
                                         qent_settings **settings_out,
                                         qent_error *err) QENT_NODISCARD;

/** The value as text: what was set, else the default, else NULL. Borrowed. NULL for an unknown
 *  key. */
QENT_API const char *qent_settings_get(const qent_settings *settings, const char *key);

/** The value of an INT or BOOL (0 or 1) row; 0 when it has neither value nor default. */
QENT_API int64_t qent_settings_get_int(const qent_settings *settings, const char *key);

/** Item `index` of a LIST row copied into `item_out`; false past the end or when `size` is short.
 */
QENT_API bool qent_settings_get_item(const qent_settings *settings, const char *key, size_t index,
                                     char *item_out, size_t size);

/** True when `telegram_id` is listed in QENT_ADMIN_IDS. */
QENT_API bool qent_settings_is_admin(const qent_settings *settings, int64_t telegram_id);

/** NULL is allowed. Secrets are wiped. */
QENT_API void qent_settings_free(qent_settings *settings);

QENT_END_DECLS
#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_SETTINGS_PRIVATE_H
#define QENT_APP_SETTINGS_PRIVATE_H

/* Shared by app/settings*.c only. */

#include "app/settings.h"
#include "util/secret.h"

#define QENT__SETTINGS_MAX 40
#define QENT__SETTINGS_FILE_MAX_BYTES 65536
#define QENT__SETTINGS_KEY_MAX 64

/* Why a value is refused. Both are static texts. */
typedef struct qent__setting_fault {
  const char *problem;
  const char *remedy;
} qent__setting_fault;

/* Checks a whole value, or one item of a LIST. False fills `fault`. */
typedef bool (*qent__setting_rule)(const char *value, size_t len, qent__setting_fault *fault);

typedef struct qent__setting_row {
  qent_setting setting;
  qent__setting_rule rule; /* NULL: the type says it all */
} qent__setting_row;

const qent__setting_row *qent__setting_row_at(size_t index);
/* Index of a key, -1 for an unknown one. */
int qent__setting_index(const char *key, size_t len);
/* Type, range, choices and rule. `value` is NUL-terminated. */
bool qent__setting_check(const qent__setting_row *row, const char *value,
                         qent__setting_fault *fault);

/* Where problems go. */
typedef struct qent__settings_report {
  qent_settings_problem_fn fn;
  void *user;
  qent_error *err;
  qent_status status; /* QENT_OK so far, or what the load ends with */
} qent__settings_report;

void qent__settings_problem(qent__settings_report *report, int line, const char *key,
                            const char *problem, const char *remedy);
void qent__settings_no_memory(qent__settings_report *report);
/* An unknown key, with the nearest known one in the remedy. */
void qent__settings_unknown(qent__settings_report *report, int line, const char *key);

struct qent__setting_value {
  qent__secret text; /* not set: the default applies */
  int line;          /* 0: environment, or not named */
  bool named;        /* the key was there, perhaps with an empty value */
};

struct qent_settings {
  struct qent__setting_value values[QENT__SETTINGS_MAX];
};

/* Take one assignment; KEY_FILE reads the file. `in_memory` forbids that.
 * An empty value counts as not set. */
void qent__settings_assign(qent_settings *settings, qent__settings_report *report, int line,
                           const char *key, const char *value, size_t len, bool in_memory);

/* dotenv text into `settings`. */
void qent__settings_parse_text(qent_settings *settings, qent__settings_report *report,
                               const char *text, size_t len, bool in_memory);

/* Read at most QENT__SETTINGS_FILE_MAX_BYTES of a regular file. `text_out` is wiped by the caller.
 * QENT_ENOTFOUND, QENT_EINVAL (with `err`), QENT_ENOMEM. mode_out may be NULL. */
qent_status qent__settings_read_file(const char *path, qent__secret *text_out, unsigned *mode_out,
                                     qent_error *err);

/* Every value against its row, then rows against each other; fills what is derived. */
void qent__settings_check_all(qent_settings *settings, qent__settings_report *report,
                              bool need_required);

#endif

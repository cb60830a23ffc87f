/* SPDX-License-Identifier: MIT */
#ifndef QENT_STORE_SQLITE_H
#define QENT_STORE_SQLITE_H

#include "store/db.h"

#include <sqlite3.h>

struct qent__sqlite {
  struct qent__db base;
  sqlite3 *handle;
  int64_t data_version;  /* as last seen by changed() */
  int64_t busy_until_ms; /* monotonic: when the running wait for a lock gives up */
  bool relaxed;          /* commits do not wait for the disk */
  bool mapped;           /* the file is read through a mapping */
};

/* Turn an extended result code into a status and a message; never QENT_OK. */
qent_status qent__sqlite_fail(struct qent__sqlite *db, int code, const char *noun, qent_error *err);

/* Open, check that it can be written, set what belongs to the connection only. */
qent_status qent__sqlite_open(const char *url, enum qent__db_mode mode, struct qent__db **db_out,
                              qent_error *err);
void qent__sqlite_close(struct qent__db *base);
qent_status qent__sqlite_settle(struct qent__db *base, qent_error *err);
qent_status qent__sqlite_version(struct qent__db *base, int32_t *version_out, qent_error *err);
qent_status qent__sqlite_set_version(struct qent__db *base, int32_t version, qent_error *err);
qent_status qent__sqlite_prepare_rollback(struct qent__db *base, qent_error *err);
qent_status qent__sqlite_verify(struct qent__db *base, qent_error *err);
qent_status qent__sqlite_script(struct qent__db *base, const char *sql, qent_error *err);

#endif

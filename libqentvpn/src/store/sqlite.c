/* SPDX-License-Identifier: MIT */
/* The SQLite driver: statements and transactions. sqlite_open.c has the connection. */
#include "store/sqlite.h"
#include "util/text.h"

#include <errno.h>
#include <limits.h>

#define BUSY_RETRY_MS 250

static struct qent__sqlite *from(struct qent__db *base)
{
  return (struct qent__sqlite *)base;
}

static sqlite3_stmt *raw(struct qent__stmt *stmt)
{
  return (sqlite3_stmt *)stmt;
}

/* SQLite tells a full disk from other failures to write, but not a file size limit or a quota, and
 * keeps the system's error number for some of its calls only: `cause` is errno after the call. */
static bool out_of_space(int code, int cause)
{
  if ((code & 0xff) == SQLITE_FULL)
    return true;
  return (code & 0xff) == SQLITE_IOERR && (cause == ENOSPC || cause == EFBIG || cause == EDQUOT);
}

static qent_status constraint(struct qent__sqlite *db, int code, const char *noun, qent_error *err)
{
  bool conflict = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                  code == SQLITE_CONSTRAINT_FOREIGNKEY;

  return qent_fail(err, conflict ? QENT_ECONFLICT : QENT_ESTORE, "%s: %.180s", noun,
                   sqlite3_errmsg(db->handle));
}

qent_status qent__sqlite_fail(struct qent__sqlite *db, int code, const char *noun, qent_error *err)
{
  int cause = errno;
  const char *text = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);

  if (out_of_space(code, cause))
    return qent_fail(err, QENT_ESTORE,
                     "%s: no space left for the database (disk full, quota or file size limit; "
                     "SQLite %d)",
                     noun, code);
  switch (code & 0xff) {
  case SQLITE_NOMEM:
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    (void)qent_fail(err, QENT_ESTORE, "%s: the database is locked by another process (SQLite %d)",
                    noun, code);
    if (err)
      err->retry_after_ms = BUSY_RETRY_MS;
    return QENT_ESTORE;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return qent_fail(err, QENT_ESTORE,
                     "%s: the database file is corrupt: restore it from a backup (%.100s; SQLite "
                     "%d)",
                     noun, text, code);
  case SQLITE_READONLY:
    return qent_fail(err, QENT_ESTORE,
                     "%s: the database cannot be written: check owner and mode of the file and its "
                     "directory (SQLite %d)",
                     noun, code);
  case SQLITE_CONSTRAINT:
    return constraint(db, code, noun, err);
  default:
    return qent_fail(err, QENT_ESTORE, "%s: %.180s (SQLite %d)", noun, text, code);
  }
}

static qent_status prepare(struct qent__db *base, const char *sql, struct qent__stmt **stmt_out,
                           qent_error *err)
{
  sqlite3_stmt *stmt = NULL;
  int code =
      sqlite3_prepare_v3(from(base)->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

  if (code != SQLITE_OK)
    return qent__sqlite_fail(from(base), code, "statement", err);
  *stmt_out = (struct qent__stmt *)stmt;
  return QENT_OK;
}

static void finalize(struct qent__stmt *stmt)
{
  (void)sqlite3_finalize(raw(stmt));
}

static qent_status bind_result(int code)
{
  if (code == SQLITE_OK)
    return QENT_OK;
  return code == SQLITE_NOMEM ? QENT_ENOMEM : QENT_ESTORE;
}

static qent_status bind_int(struct qent__stmt *stmt, int index, int64_t value)
{
  return bind_result(sqlite3_bind_int64(raw(stmt), index + 1, value));
}

static qent_status bind_text(struct qent__stmt *stmt, int index, const char *text, size_t len)
{
  if (len > INT_MAX)
    return QENT_ESTORE;
  return bind_result(sqlite3_bind_text(raw(stmt), index + 1, text, (int)len, SQLITE_STATIC));
}

static qent_status bind_null(struct qent__stmt *stmt, int index)
{
  return bind_result(sqlite3_bind_null(raw(stmt), index + 1));
}

static qent_status step(struct qent__db *base, struct qent__stmt *stmt, const char *noun,
                        bool *row_out, qent_error *err)
{
  int code;

  errno = 0;
  code = sqlite3_step(raw(stmt));
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return qent__sqlite_fail(from(base), code, noun, err);
  *row_out = code == SQLITE_ROW;
  return QENT_OK;
}

static int64_t changes(struct qent__db *base, struct qent__stmt *stmt)
{
  (void)stmt;
  return sqlite3_changes64(from(base)->handle);
}

static int64_t column_int(struct qent__stmt *stmt, int index)
{
  return sqlite3_column_int64(raw(stmt), index);
}

static const char *column_text(struct qent__stmt *stmt, int index, size_t *len_out)
{
  const unsigned char *text = sqlite3_column_text(raw(stmt), index);

  *len_out = (size_t)sqlite3_column_bytes(raw(stmt), index);
  return (const char *)text;
}

static void reset(struct qent__stmt *stmt)
{
  (void)sqlite3_reset(raw(stmt));
  (void)sqlite3_clear_bindings(raw(stmt));
}

static qent_status run(struct qent__db *base, const char *sql, qent_error *err)
{
  struct qent__query q;

  qent__query_begin(&q, base, "transaction", sql, err);
  return qent__query_run(&q, NULL);
}

/* With NORMAL a commit in WAL mode waits for no disk; the next one with FULL brings it there, too.
 * This pragma works when it is compiled, so that it cannot be a prepared statement. */
static qent_status relax(struct qent__sqlite *db, bool relaxed, qent_error *err)
{
  int code;

  if (db->relaxed == relaxed)
    return QENT_OK;
  code = sqlite3_exec(db->handle,
                      relaxed ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", NULL,
                      NULL, NULL);
  if (code != SQLITE_OK)
    return qent__sqlite_fail(db, code, "transaction", err);
  db->relaxed = relaxed;
  return QENT_OK;
}

/* Saves a pread a page. Only for connections that take snapshots, which is to read a lot: each
 * mapping counts as memory of the process, once more for every connection. */
static qent_status map_file(struct qent__sqlite *db, qent_error *err)
{
  int code;

  if (db->mapped)
    return QENT_OK;
  code = sqlite3_exec(db->handle, "PRAGMA mmap_size = 1073741824", NULL, NULL, NULL);
  if (code != SQLITE_OK)
    return qent__sqlite_fail(db, code, "transaction", err);
  db->mapped = true;
  return QENT_OK;
}

static qent_status begin(struct qent__db *base, enum qent__tx_kind kind, qent_error *err)
{
  static const char begin_write[] = "BEGIN IMMEDIATE";
  static const char begin_read[] = "BEGIN";
  qent_status st = kind == QENT__TX_READ ? map_file(from(base), err)
                                         : relax(from(base), kind == QENT__TX_RELAXED, err);

  return st == QENT_OK ? run(base, kind == QENT__TX_READ ? begin_read : begin_write, err) : st;
}

static qent_status commit(struct qent__db *base, qent_error *err)
{
  static const char sql[] = "COMMIT";

  return run(base, sql, err);
}

static const char rollback_sql[] = "ROLLBACK";

/* SQLite itself rolls back after some failures, such as a full disk. */
static void rollback(struct qent__db *base)
{
  if (!sqlite3_get_autocommit(from(base)->handle))
    (void)run(base, rollback_sql, NULL);
}

/* Have the way out at hand before memory may be out. */
qent_status qent__sqlite_prepare_rollback(struct qent__db *base, qent_error *err)
{
  struct qent__query q;

  qent__query_begin(&q, base, "transaction", rollback_sql, err);
  return qent__query_end(&q);
}

static qent_status changed(struct qent__db *base, bool *changed_out, qent_error *err)
{
  static const char sql[] = "PRAGMA data_version";
  struct qent__query q;
  int64_t seen = 0;
  qent_status st;

  qent__query_begin(&q, base, "data_version", sql, err);
  if (qent__query_one(&q))
    seen = qent__get_int(&q);
  st = qent__query_end(&q);
  if (st != QENT_OK)
    return st;
  *changed_out = seen != from(base)->data_version;
  from(base)->data_version = seen;
  return QENT_OK;
}

static const char *word(const char *name, size_t len)
{
  static const struct {
    const char *name;
    const char *sql;
  } words[] = {
      /* AUTOINCREMENT: the id of a deleted row is never given to another thing. */
      {"ID", "INTEGER PRIMARY KEY AUTOINCREMENT"}, {"INT", "INTEGER"},  {"STRICT", "STRICT"},
      {"STRICT_BY_KEY", "STRICT, WITHOUT ROWID"},  {"SKIP_LOCKED", ""}, /* there is one writer at a
                                                                           time */
  };

  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (qent__memeq(name, len, words[i].name))
      return words[i].sql;
  }
  return NULL;
}

const struct qent__db_driver qent__sqlite_driver = {
    .scheme = "sqlite",
    .open = qent__sqlite_open,
    .close = qent__sqlite_close,
    .settle = qent__sqlite_settle,
    .version = qent__sqlite_version,
    .set_version = qent__sqlite_set_version,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .changed = changed,
    .verify = qent__sqlite_verify,
    .script = qent__sqlite_script,
    .word = word,
    .prepare = prepare,
    .finalize = finalize,
    .bind_int = bind_int,
    .bind_text = bind_text,
    .bind_null = bind_null,
    .step = step,
    .changes = changes,
    .column_int = column_int,
    .column_text = column_text,
    .reset = reset,
};

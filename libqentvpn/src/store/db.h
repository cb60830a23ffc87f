/* SPDX-License-Identifier: MIT */
#ifndef QENT_STORE_DB_H
#define QENT_STORE_DB_H

/* One database connection behind a small driver, so that the SQL of the store is written once.
 * Portable SQL: `?` placeholders in order, RETURNING, ON CONFLICT; words that begin with `$` are
 * the driver's (see qent__db_driver.word). SQL texts are static: statements are cached by address.
 */

#include <qentvpn/error.h>

struct qent__stmt; /* the driver's prepared statement */
struct qent__db;
struct qent__query;

enum qent__db_mode {
  QENT__DB_USE,   /* it must exist */
  QENT__DB_CREATE /* make an empty one when it does not */
};

enum qent__tx_kind {
  QENT__TX_READ,
  QENT__TX_WRITE,
  /* As WRITE, but nobody waits for the disk: a power cut may undo it until the next WRITE. */
  QENT__TX_RELAXED
};

/* What a driver implements; all slots are required. `noun` says in errors what was worked on.
 * Failures: QENT_ECONFLICT (unique or foreign key), QENT_ENOMEM, QENT_ESTORE; retry_after_ms is set
 * where a repeat may help. */
struct qent__db_driver {
  const char *scheme; /* "sqlite": what stands before the URL's first colon */
  qent_status (*open)(const char *url, enum qent__db_mode mode, struct qent__db **db_out,
                      qent_error *err);
  void (*close)(struct qent__db *db);
  /* After the schema was found good: settings that write to the database. */
  qent_status (*settle)(struct qent__db *db, qent_error *err);
  /* Its schema's number; 0 for an empty database. QENT_ESTORE when it is another program's. */
  qent_status (*version)(struct qent__db *db, int32_t *version_out, qent_error *err);
  qent_status (*set_version)(struct qent__db *db, int32_t version, qent_error *err);
  qent_status (*begin)(struct qent__db *db, enum qent__tx_kind kind, qent_error *err);
  qent_status (*commit)(struct qent__db *db, qent_error *err);
  void (*rollback)(struct qent__db *db); /* harmless outside a transaction */
  qent_status (*changed)(struct qent__db *db, bool *changed_out, qent_error *err);
  qent_status (*verify)(struct qent__db *db, qent_error *err); /* reads everything */
  /* Several statements without placeholders. */
  qent_status (*script)(struct qent__db *db, const char *sql, qent_error *err);
  /* What `$WORD` stands for; NULL when unknown. */
  const char *(*word)(const char *word, size_t len);

  qent_status (*prepare)(struct qent__db *db, const char *sql, struct qent__stmt **stmt_out,
                         qent_error *err);
  void (*finalize)(struct qent__stmt *stmt);
  /* Placeholders count from 0. Texts are borrowed until reset. */
  qent_status (*bind_int)(struct qent__stmt *stmt, int index, int64_t value);
  qent_status (*bind_text)(struct qent__stmt *stmt, int index, const char *text, size_t len);
  qent_status (*bind_null)(struct qent__stmt *stmt, int index);
  qent_status (*step)(struct qent__db *db, struct qent__stmt *stmt, const char *noun, bool *row_out,
                      qent_error *err);
  int64_t (*changes)(struct qent__db *db, struct qent__stmt *stmt); /* rows, after the last step */
  int64_t (*column_int)(struct qent__stmt *stmt, int index);
  /* NULL for SQL's NULL; borrowed until the next step. */
  const char *(*column_text)(struct qent__stmt *stmt, int index, size_t *len_out);
  void (*reset)(struct qent__stmt *stmt); /* also forgets what was bound */
};

#define QENT__DB_STATEMENTS 256 /* a power of two, well above the number of SQL texts */

struct qent__db_statement {
  const char *sql;
  struct qent__stmt *stmt;
  bool busy;
};

/* First member of every driver's own struct. */
struct qent__db {
  const struct qent__db_driver *driver;
  struct qent__db_statement statements[QENT__DB_STATEMENTS];
};

extern const struct qent__db_driver qent__sqlite_driver;

/* QENT_EINVAL (no URL of ours), QENT_EUNSUPPORTED (no driver for it in this build). */
qent_status qent__db_open(const char *url, enum qent__db_mode mode, struct qent__db **db_out,
                          qent_error *err);
void qent__db_close(struct qent__db *db);
/* Run a script after replacing its `$` words. */
qent_status qent__db_script(struct qent__db *db, const char *sql, qent_error *err);

/* One run of a statement. Placeholders and columns are taken in the order of the calls. The first
 * failure sticks; the rest does nothing until qent__query_end() tells. */
struct qent__query {
  struct qent__db *db;
  struct qent__db_statement *statement;
  const char *noun;
  qent_error *err;
  qent_status status;
  int placeholder;
  int column;
  bool done; /* a finished statement must not be stepped: it would run again */
};

void qent__query_begin(struct qent__query *q, struct qent__db *db, const char *noun,
                       const char *sql, qent_error *err);
void qent__put_int(struct qent__query *q, int64_t value);
void qent__put_id(struct qent__query *q, int64_t id);         /* 0 is NULL */
void qent__put_text(struct qent__query *q, const char *text); /* NULL is NULL */
void qent__put_bytes(struct qent__query *q, const char *text, size_t len);

bool qent__query_next(struct qent__query *q); /* false: no more rows, or a failure */
bool qent__query_one(struct qent__query *q);  /* the same, but no row is QENT_ENOTFOUND */
int64_t qent__get_int(struct qent__query *q);
int32_t qent__get_i32(struct qent__query *q);
bool qent__get_bool(struct qent__query *q);
void qent__get_text(struct qent__query *q, char *text_out, size_t size); /* NULL reads as "" */
/* Owned by the caller; NULL for SQL's NULL. Replaces nothing: *text_out must hold no text. */
void qent__get_dup(struct qent__query *q, char **text_out);
/* Give the statement back. @return the first failure. */
qent_status qent__query_end(struct qent__query *q);

/* Run to the end and give back: */
qent_status qent__query_run(struct qent__query *q, int64_t *changes_out); /* may be NULL */
/* ... of which exactly one row had to change, else QENT_ENOTFOUND. */
qent_status qent__query_run_one(struct qent__query *q);
/* ... an INSERT ... ON CONFLICT DO NOTHING RETURNING id; no row is QENT_ECONFLICT. */
qent_status qent__query_insert(struct qent__query *q, int64_t *id_out);

#endif

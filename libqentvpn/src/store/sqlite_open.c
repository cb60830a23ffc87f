/* SPDX-License-Identifier: MIT */
/* The SQLite driver: opening, settings, identity of the file. */
#include "store/sqlite.h"
#include "store/sqlite_file.h"
#include "util/alloc.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define APPLICATION_ID 0x51454e54 /* "QENT" in the file's header */
#define BUSY_TIMEOUT_MS 5000

static pthread_once_t process_once = PTHREAD_ONCE_INIT;

/* SQLite's allocation statistics cost a process-wide mutex. Refused, without harm, when the
 * embedder has started SQLite before. */
static void set_up_process(void)
{
  (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  /* No stock of empty pages per connection, which is 80 kB for each thread of an idle daemon. */
  (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

static int64_t monotonic_ms(void)
{
  struct timespec now = {0, 0};

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Another process has the lock. A commit takes a millisecond or so: look often, with short naps,
 * where SQLite's own handler soon sleeps 100 ms at a time. */
static int wait_for_lock(void *arg, int tries)
{
  struct qent__sqlite *db = arg;
  struct timespec nap = {0, tries < 20 ? 200000L : 2000000L};
  int64_t now = monotonic_ms();

  if (tries == 0)
    db->busy_until_ms = now + BUSY_TIMEOUT_MS;
  if (now >= db->busy_until_ms)
    return 0;
  (void)nanosleep(&nap, NULL);
  return 1;
}

qent_status qent__sqlite_script(struct qent__db *base, const char *sql, qent_error *err)
{
  struct qent__sqlite *db = (struct qent__sqlite *)base;
  int code;

  errno = 0;
  code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? QENT_OK : qent__sqlite_fail(db, code, "script", err);
}

static qent_status set_up_connection(struct qent__sqlite *db, qent_error *err)
{
  int code = sqlite3_busy_handler(db->handle, wait_for_lock, db);

  if (code == SQLITE_OK)
    code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_extended_result_codes(db->handle, 1);
  if (code != SQLITE_OK)
    return qent__sqlite_fail(db, code, "database", err);
  return qent__sqlite_script(&db->base,
                             "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                             "PRAGMA temp_store = MEMORY;"
                             "PRAGMA synchronous = FULL",
                             err);
}

static qent_status open_handle(struct qent__sqlite *db, const char *path, qent_error *err)
{
  int code = sqlite3_open_v2(path, &db->handle,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                 SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                             NULL);

  if ((code & 0xff) == SQLITE_CANTOPEN)
    return qent__sqlite_no_file(path, db->handle ? sqlite3_system_errno(db->handle) : 0, err);
  if (code != SQLITE_OK)
    return qent__sqlite_fail(db, code, "database", err);
  if (sqlite3_db_readonly(db->handle, "main") == 1)
    return qent_fail(err, QENT_ESTORE,
                     "the database at %.120s cannot be written: check its owner and mode", path);
  return set_up_connection(db, err);
}

qent_status qent__sqlite_open(const char *url, enum qent__db_mode mode, struct qent__db **db_out,
                              qent_error *err)
{
  struct qent__sqlite *db = NULL;
  char *path = NULL;
  qent_status st;

  (void)pthread_once(&process_once, set_up_process);
  st = qent__sqlite_path(url, &path, err);
  if (st != QENT_OK)
    return st;
  if (mode == QENT__DB_CREATE && strcmp(path, ":memory:") != 0)
    st = qent__sqlite_make_file(path, err);
  if (st != QENT_OK)
    goto out;
  db = qent__calloc(1, sizeof *db);
  if (!db) {
    st = qent_fail(err, QENT_ENOMEM, "out of memory");
    goto out;
  }
  db->base.driver = &qent__sqlite_driver;
  st = open_handle(db, path, err);
  if (st != QENT_OK)
    goto out;
  *db_out = &db->base;
  db = NULL; /* now the caller's */
out:
  if (db)
    qent__sqlite_close(&db->base);
  qent__free(path);
  return st;
}

void qent__sqlite_close(struct qent__db *base)
{
  struct qent__sqlite *db = (struct qent__sqlite *)base;

  (void)sqlite3_close(db->handle);
  qent__free(db);
}

/* The first value of a statement's first row, as a number or as a text that lives until the end. */
static qent_status ask(struct qent__sqlite *db, const char *sql, int64_t *number_out,
                       char *text_out, size_t size, qent_error *err)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
  qent_status st = QENT_OK;

  if (code == SQLITE_OK)
    code = sqlite3_step(stmt);
  if (code != SQLITE_ROW && code != SQLITE_OK) {
    st = qent__sqlite_fail(db, code, "database", err);
  } else {
    const unsigned char *text = sqlite3_column_text(stmt, 0);
    if (number_out)
      *number_out = sqlite3_column_int64(stmt, 0);
    if (text_out)
      (void)snprintf(text_out, size, "%s", text ? (const char *)text : "");
  }
  (void)sqlite3_finalize(stmt);
  return st;
}

static qent_status ask_number(struct qent__sqlite *db, const char *sql, int64_t *number_out,
                              qent_error *err)
{
  return ask(db, sql, number_out, NULL, 0, err);
}

qent_status qent__sqlite_version(struct qent__db *base, int32_t *version_out, qent_error *err)
{
  struct qent__sqlite *db = (struct qent__sqlite *)base;
  int64_t application = 0;
  int64_t version = 0;
  int64_t things = 0;
  qent_status st = ask_number(db, "PRAGMA application_id", &application, err);

  if (st == QENT_OK)
    st = ask_number(db, "PRAGMA user_version", &version, err);
  if (st == QENT_OK)
    st = ask_number(db, "SELECT count(*) FROM sqlite_schema", &things, err);
  if (st != QENT_OK)
    return st;
  if (application != APPLICATION_ID && (application != 0 || version != 0 || things != 0))
    return qent_fail(err, QENT_ESTORE,
                     "the file %.120s is a database of another program: check QENT_DATABASE_URL",
                     sqlite3_db_filename(db->handle, "main"));
  if (version < 0 || version > INT32_MAX)
    return qent_fail(err, QENT_ESTORE, "the database file is corrupt: its schema number is %lld",
                     (long long)version);
  *version_out = (int32_t)version;
  return QENT_OK;
}

qent_status qent__sqlite_set_version(struct qent__db *base, int32_t version, qent_error *err)
{
  char sql[128];

  (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                 APPLICATION_ID, (int)version);
  return qent__sqlite_script(base, sql, err);
}

/* WAL is a property of the file, and a copy made by VACUUM INTO comes without it. */
qent_status qent__sqlite_settle(struct qent__db *base, qent_error *err)
{
  struct qent__sqlite *db = (struct qent__sqlite *)base;
  char mode[16] = "";
  bool changed;
  qent_status st = ask(db, "PRAGMA journal_mode = WAL", NULL, mode, sizeof mode, err);

  if (st == QENT_OK && strcmp(mode, "wal") != 0 && strcmp(mode, "memory") != 0)
    return qent_fail(err, QENT_ESTORE,
                     "the database's file system does not support WAL: use a local disk");
  if (st == QENT_OK)
    st = qent__sqlite_script(base, "PRAGMA journal_size_limit = 67108864", err);
  if (st == QENT_OK)
    st = qent__sqlite_prepare_rollback(base, err);
  if (st == QENT_OK)
    st = base->driver->changed(base, &changed, err);
  return st;
}

qent_status qent__sqlite_verify(struct qent__db *base, qent_error *err)
{
  char result[160] = "";
  qent_status st =
      ask((struct qent__sqlite *)base, "PRAGMA quick_check(1)", NULL, result, sizeof result, err);

  for (char *at = strchr(result, '\n'); at; at = strchr(at, '\n'))
    *at = ' ';
  if (st == QENT_OK && strcmp(result, "ok") != 0)
    return qent_fail(err, QENT_ESTORE,
                     "the database file is corrupt: restore it from a backup (%.150s)", result);
  return st;
}

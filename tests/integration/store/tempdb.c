/* SPDX-License-Identifier: MIT */
#include "tempdb.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int tempdb_make(void **state)
{
  struct tempdb *db = calloc(1, sizeof *db);

  if (!db)
    return -1;
  (void)snprintf(db->dir, sizeof db->dir, "/tmp/qent-store-XXXXXX");
  if (!mkdtemp(db->dir)) {
    free(db);
    return -1;
  }
  (void)snprintf(db->path, sizeof db->path, "%s/q.db", db->dir);
  (void)snprintf(db->url, sizeof db->url, "sqlite://%s", db->path);
  *state = db;
  return 0;
}

int tempdb_make_migrated(void **state)
{
  struct tempdb *db;
  qent_error err = QENT_ERROR_INIT;

  if (tempdb_make(state) != 0)
    return -1;
  db = *state;
  if (qent__store_migrate(db->url, NULL, NULL, &err) != QENT_OK) {
    print_error("%s\n", err.message);
    return -1;
  }
  return 0;
}

int tempdb_remove(void **state)
{
  struct tempdb *db = *state;
  DIR *dir = opendir(db->dir);
  const struct dirent *entry = dir ? readdir(dir) : NULL;
  char path[512];

  while (entry) {
    (void)snprintf(path, sizeof path, "%s/%s", db->dir, entry->d_name);
    (void)unlink(path);
    entry = readdir(dir);
  }
  if (dir)
    (void)closedir(dir);
  (void)rmdir(db->dir);
  free(db);
  return 0;
}

qent__store *open_store(const struct tempdb *db, struct qent__lane *lane)
{
  qent__store *s = NULL;
  qent_error err = QENT_ERROR_INIT;

  if (qent__store_open(db->url, lane, &s, &err) != QENT_OK)
    fail_msg("%s", err.message);
  return s;
}

void assert_refused(const struct tempdb *db, const char *text)
{
  qent__store *s = NULL;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = qent__store_open(db->url, NULL, &s, &err);

  assert_int_equal(st, QENT_ESTORE);
  assert_null(s);
  if (!strstr(err.message, text))
    fail_msg("\"%s\" does not say \"%s\"", err.message, text);
}

void raw_sql(const struct tempdb *db, const char *sql)
{
  sqlite3 *handle = NULL;
  char *message = NULL;

  assert_int_equal(sqlite3_open(db->path, &handle), SQLITE_OK);
  if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s: %s", sql, message);
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

char *read_file(const char *path, size_t *len_out)
{
  FILE *file = fopen(path, "rb");
  char *bytes;
  long len;

  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  len = ftell(file);
  assert_true(len >= 0);
  rewind(file);
  bytes = malloc((size_t)len + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, (size_t)len, file), (size_t)len);
  (void)fclose(file);
  *len_out = (size_t)len;
  return bytes;
}

void write_file(const char *path, const char *bytes, size_t len)
{
  FILE *file = fopen(path, "wb");

  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, len, file), len);
  assert_int_equal(fclose(file), 0);
}

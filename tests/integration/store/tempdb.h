/* SPDX-License-Identifier: MIT */
#ifndef QENT_TEST_STORE_TEMPDB_H
#define QENT_TEST_STORE_TEMPDB_H

#include "unit/store/fixture.h"

/* A directory of its own for each test, removed afterwards. */
struct tempdb {
  char dir[64];
  char path[96];
  char url[112];
};

int tempdb_make(void **state); /* cmocka setup: an empty directory */
int tempdb_make_migrated(void **state);
int tempdb_remove(void **state);

qent__store *open_store(const struct tempdb *db, struct qent__lane *lane);
/* Opening must fail with QENT_ESTORE and a message that contains `text`. */
void assert_refused(const struct tempdb *db, const char *text);
/* Run SQL on the file with a plain SQLite connection. */
void raw_sql(const struct tempdb *db, const char *sql);
/* The bytes of the file; free() them. */
char *read_file(const char *path, size_t *len_out);
void write_file(const char *path, const char *bytes, size_t len);

#endif

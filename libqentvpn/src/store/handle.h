/* SPDX-License-Identifier: MIT */
#ifndef QENT_STORE_HANDLE_H
#define QENT_STORE_HANDLE_H

/* The inside of a store, for the files of the nouns. */

#include "store/db.h"
#include "store/store.h"

enum qent__store_state {
  QENT__STORE_IDLE,
  QENT__STORE_READING, /* begin_read() */
  QENT__STORE_WRITING  /* begin(): the lane and the write lock are ours */
};

struct qent__store {
  struct qent__db *db;
  struct qent__lane *lane; /* borrowed; NULL: nobody else writes */
  enum qent__store_state state;
};

/* Start a statement that changes rows: outside a write transaction it is QENT_EINVAL. */
void qent__write_begin(struct qent__query *q, qent__store *s, const char *noun, const char *sql,
                       qent_error *err);

/* For claims: the id that `find` selects for `at`; QENT_ENOTFOUND when there is none. Looks
 * without the write lock first, since most looks find nothing; then inside a write transaction,
 * left open on success, runs `mark` with (value, id). */
struct qent__claim {
  const char *noun;
  const char *find; /* SQL: one id */
  const char *mark; /* SQL: UPDATE ...; placeholders value, id */
  int64_t at;       /* for each placeholder of `find` */
  int at_count;
  int64_t most; /* for the placeholders behind them */
  int most_count;
  int64_t value; /* for the first placeholder of `mark` */
};
qent_status qent__claim_begin(qent__store *s, const struct qent__claim *claim, int64_t *id_out,
                              qent_error *err);
/* Commit when `st` is QENT_OK, else roll back. @return the first failure. */
qent_status qent__claim_end(qent__store *s, qent_status st, qent_error *err);

#endif

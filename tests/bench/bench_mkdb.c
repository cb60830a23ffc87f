/* SPDX-License-Identifier: MIT */
/* bench_mkdb FILE COUNT: fill a migrated database that has a plan with COUNT users and as many
 * subscriptions. Telegram ids are 10000001 and so on; every name is "User". */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int fail(sqlite3 *db, const char *what)
{
  (void)fprintf(stderr, "bench_mkdb: %s: %s\n", what, sqlite3_errmsg(db));
  return 1;
}

static int fill(sqlite3 *db, sqlite3_stmt *user, sqlite3_stmt *sub, long count)
{
  sqlite3_int64 now = (sqlite3_int64)time(NULL);

  for (long i = 1; i <= count; i++) {
    char token[48];
    (void)snprintf(token, sizeof token, "benchtoken%030ld", i);
    if (sqlite3_bind_int64(user, 1, 10000000 + i) || sqlite3_bind_int64(user, 2, now) ||
        sqlite3_step(user) != SQLITE_DONE || sqlite3_reset(user))
      return fail(db, "user");
    if (sqlite3_bind_int64(sub, 1, sqlite3_last_insert_rowid(db)) ||
        sqlite3_bind_int64(sub, 2, now) || sqlite3_bind_int64(sub, 3, now + 86400 + i % 2592000) ||
        sqlite3_bind_text(sub, 4, token, -1, SQLITE_STATIC) || sqlite3_step(sub) != SQLITE_DONE ||
        sqlite3_reset(sub))
      return fail(db, "subscription");
  }
  return 0;
}

int main(int argc, char **argv)
{
  static const char add_user[] =
      "INSERT INTO users (telegram_id, name, username, language, reachable, created_at)"
      " VALUES (?1, 'User', '', 'en', 1, ?2)";
  static const char add_sub[] =
      "INSERT INTO subscriptions (user_id, plan_id, node_group, created_at, expires_at,"
      " traffic_limit_bytes, traffic_used_bytes, device_limit, disabled, keys_rev, token,"
      " rotated_at, next_event_at) SELECT ?1, id, node_group, ?2, ?3, 107374182400, 5368709120, 3,"
      " 0, 1, ?4, 0, ?3 FROM plans LIMIT 1";
  char *end = NULL;
  long count = argc == 3 ? strtol(argv[2], &end, 10) : 0;
  sqlite3_stmt *user = NULL;
  sqlite3_stmt *sub = NULL;
  sqlite3 *db = NULL;
  int code = 1;

  if (count <= 0 || *end) {
    (void)fprintf(stderr, "usage: bench_mkdb FILE COUNT\n");
    return 2;
  }
  if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) ||
      sqlite3_exec(db, "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; BEGIN", NULL, NULL,
                   NULL) ||
      sqlite3_prepare_v2(db, add_user, -1, &user, NULL) ||
      sqlite3_prepare_v2(db, add_sub, -1, &sub, NULL))
    (void)fail(db, argv[1]);
  else if (fill(db, user, sub, count) == 0)
    code = sqlite3_exec(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE); ANALYZE", NULL, NULL, NULL)
               ? fail(db, "commit")
               : 0;
  (void)sqlite3_finalize(user);
  (void)sqlite3_finalize(sub);
  (void)sqlite3_close(db);
  return code;
}

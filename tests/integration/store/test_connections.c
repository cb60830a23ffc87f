/* SPDX-License-Identifier: MIT */
/* Two connections stand for two processes: each has its own lane or none. */
#include "tempdb.h"

#include "store/sqlite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, tempdb_make_migrated, tempdb_remove)

/* Give up waiting for a lock at once: tests do not sleep. */
static void never_wait(qent__store *s)
{
  assert_int_equal(sqlite3_busy_timeout(((struct qent__sqlite *)s->db)->handle, 0), SQLITE_OK);
}

static void two_processes_never_hold_one_lease(void **state)
{
  struct world w = {.s = open_store(*state, NULL)};
  qent__store *other = open_store(*state, NULL);
  qent_account *account = NULL;
  qent_notice *notice = NULL;

  world_fill(&w);
  (void)add_account(w.s, w.sub_id, w.node_id, "q_1_1");
  (void)add_notice(w.s, w.user_id, "a", 0, 1);
  (void)add_notice(w.s, w.user_id, "b", 0, 1);
  assert_int_equal(qent__store_account_claim(w.s, 10, 70, 9, &account, NULL), QENT_OK);
  qent_account_free(account);
  assert_int_equal(qent__store_account_claim(other, 10, 70, 9, &account, NULL), QENT_ENOTFOUND);
  assert_int_equal(qent__store_notice_claim(other, 10, 70, &notice, NULL), QENT_OK);
  qent_notice_free(notice);
  assert_int_equal(qent__store_notice_claim(w.s, 10, 70, &notice, NULL), QENT_ENOTFOUND);
  qent__store_close(other);
  qent__store_close(w.s);
}

static void a_commit_elsewhere_is_noticed_and_an_own_one_is_not(void **state)
{
  qent__store *a = open_store(*state, NULL);
  qent__store *b = open_store(*state, NULL);
  bool changed = true;

  assert_int_equal(qent__store_changed(a, &changed, NULL), QENT_OK);
  assert_false(changed);
  (void)add_user(a, 5);
  assert_int_equal(qent__store_changed(a, &changed, NULL), QENT_OK);
  assert_false(changed);
  assert_int_equal(qent__store_changed(b, &changed, NULL), QENT_OK);
  assert_true(changed);
  assert_int_equal(qent__store_changed(b, &changed, NULL), QENT_OK);
  assert_false(changed);
  qent__store_close(a);
  qent__store_close(b);
}

static void readers_keep_their_snapshot_while_another_writes(void **state)
{
  struct world w = {.s = open_store(*state, NULL)};
  qent__store *reader = open_store(*state, NULL);
  qent_user *user = NULL;

  world_fill(&w);
  assert_int_equal(qent__store_begin_read(reader, NULL), QENT_OK);
  assert_int_equal(qent__store_user_by_telegram_id(reader, 100, &user, NULL), QENT_OK);
  qent_user_free(user);
  user = NULL;
  (void)add_user(w.s, 200);
  assert_int_equal(qent__store_user_by_telegram_id(reader, 200, &user, NULL), QENT_ENOTFOUND);
  qent__store_end_read(reader);
  assert_int_equal(qent__store_user_by_telegram_id(reader, 200, &user, NULL), QENT_OK);
  qent_user_free(user);
  qent__store_close(reader);
  qent__store_close(w.s);
}

static void a_lock_that_does_not_come_free_says_try_later(void **state)
{
  qent__store *a = open_store(*state, NULL);
  struct qent__lane lane;
  qent__store *b;
  qent_error err = QENT_ERROR_INIT;

  assert_int_equal(qent__lane_init(&lane, NULL), QENT_OK);
  b = open_store(*state, &lane);
  never_wait(b);
  begin(a);
  assert_int_equal(qent__store_begin(b, &err), QENT_ESTORE);
  assert_true(err.retry_after_ms > 0);
  assert_non_null(strstr(err.message, "locked by another process"));
  assert_false(lane.taken);
  commit(a);
  begin(b);
  commit(b);
  qent__store_close(a);
  qent__store_close(b);
  qent__lane_dispose(&lane);
}

/* Insert users in one transaction until it fails or there are `max`. */
static qent_status insert_many(qent__store *s, int64_t from, int64_t max, qent_error *err)
{
  char name[129];
  qent_status st = QENT_OK;

  memset(name, 'n', 128);
  name[128] = '\0';
  for (int64_t i = 0; st == QENT_OK && i < max; i++) {
    qent_user user = {
        .telegram_id = from + i, .name = name, .username = name, .language = "en", .created_at = 1};
    st = qent__store_user_insert(s, &user, err);
  }
  return st;
}

static void a_full_database_fails_the_sale_and_keeps_what_was_there(void **state)
{
  qent__store *s = open_store(*state, NULL);
  qent_error err = QENT_ERROR_INIT;

  (void)add_user(s, 5);
  run_sql(s, "PRAGMA max_page_count = 100");
  begin(s);
  assert_int_equal(insert_many(s, 1000, 100000, &err), QENT_ESTORE);
  assert_non_null(strstr(err.message, "no space left"));
  qent__store_rollback(s);
  assert_int_equal(ask_sql(s, "SELECT count(*) FROM users"), 1);
  run_sql(s, "PRAGMA max_page_count = 100000");
  begin(s);
  assert_int_equal(insert_many(s, 1000, 1000, &err), QENT_OK);
  commit(s);
  assert_int_equal(ask_sql(s, "SELECT count(*) FROM users"), 1001);
  assert_int_equal(qent__store_verify(s, NULL), QENT_OK);
  qent__store_close(s);
}

static void a_full_disk_fails_the_commit_and_keeps_what_was_there(void **state)
{
  qent__store *s = open_store(*state, NULL);
  struct rlimit old;
  struct rlimit small;
  qent_error err = QENT_ERROR_INIT;
  qent_status st;

  (void)add_user(s, 5);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  small = old;
  small.rlim_cur = 262144;
  (void)signal(SIGXFSZ, SIG_IGN);
  begin(s);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  st = insert_many(s, 1000, 3000, &err);
  if (st == QENT_OK)
    st = qent__store_commit(s, &err);
  else
    qent__store_rollback(s);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
  assert_int_equal(st, QENT_ESTORE);
  if (!strstr(err.message, "no space left"))
    fail_msg("%s", err.message);
  assert_int_equal(ask_sql(s, "SELECT count(*) FROM users"), 1);
  (void)add_user(s, 6);
  assert_int_equal(qent__store_verify(s, NULL), QENT_OK);
  qent__store_close(s);
}

static void what_was_committed_survives_a_connection_that_is_never_closed(void **state)
{
  const struct tempdb *db = *state;
  struct tempdb copy = *db;
  qent__store *s = open_store(db, NULL);
  char wal[128];
  char copied_wal[128];
  size_t len;
  char *bytes;

  (void)add_user(s, 5);
  /* What a power cut would leave: the files as they are now. */
  (void)snprintf(copy.path, sizeof copy.path, "%s/c.db", db->dir);
  (void)snprintf(copy.url, sizeof copy.url, "sqlite://%s", copy.path);
  (void)snprintf(wal, sizeof wal, "%s-wal", db->path);
  (void)snprintf(copied_wal, sizeof copied_wal, "%s-wal", copy.path);
  bytes = read_file(db->path, &len);
  write_file(copy.path, bytes, len);
  free(bytes);
  bytes = read_file(wal, &len);
  write_file(copied_wal, bytes, len);
  free(bytes);
  qent__store_close(s);
  s = open_store(&copy, NULL);
  assert_int_equal(ask_sql(s, "SELECT telegram_id FROM users"), 5);
  qent__store_close(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_DB(two_processes_never_hold_one_lease),
      WITH_DB(a_commit_elsewhere_is_noticed_and_an_own_one_is_not),
      WITH_DB(readers_keep_their_snapshot_while_another_writes),
      WITH_DB(a_lock_that_does_not_come_free_says_try_later),
      WITH_DB(a_full_database_fails_the_sale_and_keeps_what_was_there),
      WITH_DB(a_full_disk_fails_the_commit_and_keeps_what_was_there),
      WITH_DB(what_was_committed_survives_a_connection_that_is_never_closed),
  };

  return cmocka_run_group_tests_name("store: connections", tests, NULL, NULL);
}

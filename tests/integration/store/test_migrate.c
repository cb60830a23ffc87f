/* SPDX-License-Identifier: MIT */
#include "tempdb.h"

#include "store/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WITH_EMPTY(test) cmocka_unit_test_setup_teardown(test, tempdb_make, tempdb_remove)
#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, tempdb_make_migrated, tempdb_remove)

static void migrate_refused(const struct tempdb *db, const char *text)
{
  qent_error err = QENT_ERROR_INIT;
  int32_t from = -7;
  int32_t to = -7;

  assert_int_equal(qent__store_migrate(db->url, &from, &to, &err), QENT_ESTORE);
  assert_int_equal(from, -7);
  assert_int_equal(to, -7);
  if (!strstr(err.message, text))
    fail_msg("\"%s\" does not say \"%s\"", err.message, text);
}

static void a_fresh_database_is_made_private_and_a_repeat_changes_nothing(void **state)
{
  struct tempdb *db = *state;
  int32_t from = -1;
  int32_t to = -1;
  struct stat about;
  qent__store *s;

  assert_refused(db, "if the path is right: qentctl migrate");
  assert_int_equal(qent__store_migrate(db->url, &from, &to, NULL), QENT_OK);
  assert_int_equal(from, 0);
  assert_int_equal(to, qent__migration_count);
  assert_int_equal(stat(db->path, &about), 0);
  assert_int_equal(about.st_mode & 0777, 0600);
  assert_int_equal(qent__store_migrate(db->url, &from, &to, NULL), QENT_OK);
  assert_int_equal(from, qent__migration_count);
  assert_int_equal(to, qent__migration_count);
  s = open_store(db, NULL);
  assert_int_equal(qent__store_check(s, NULL), QENT_OK);
  assert_int_equal(qent__store_verify(s, NULL), QENT_OK);
  qent__store_close(s);
}

static void the_side_files_are_private_too(void **state)
{
  struct tempdb *db = *state;
  qent__store *s = open_store(db, NULL);
  char path[128];
  struct stat about;

  (void)add_user(s, 5);
  (void)snprintf(path, sizeof path, "%s-wal", db->path);
  assert_int_equal(stat(path, &about), 0);
  assert_int_equal(about.st_mode & 0777, 0600);
  (void)snprintf(path, sizeof path, "%s-shm", db->path);
  assert_int_equal(stat(path, &about), 0);
  assert_int_equal(about.st_mode & 0777, 0600);
  qent__store_close(s);
}

static void a_newer_database_is_refused_untouched_with_both_numbers(void **state)
{
  struct tempdb *db = *state;
  size_t before_len;
  size_t after_len;
  char *before;
  char *after;
  char known[32];

  raw_sql(db, "PRAGMA user_version = 4711");
  before = read_file(db->path, &before_len);
  assert_refused(db, "schema 4711");
  migrate_refused(db, "schema 4711");
  (void)snprintf(known, sizeof known, "knows up to %d", (int)qent__migration_count);
  migrate_refused(db, known);
  migrate_refused(db, "install the newer QentVPN");
  after = read_file(db->path, &after_len);
  assert_int_equal(after_len, before_len);
  assert_memory_equal(after, before, before_len);
  free(before);
  free(after);
}

/* A database as the first schema's programs left it: two nodes, a subscription, its account. */
static void make_first_schema(const struct tempdb *db)
{
  struct qent__db *raw = NULL;

  assert_int_equal(qent__db_open(db->url, QENT__DB_CREATE, &raw, NULL), QENT_OK);
  assert_int_equal(raw->driver->settle(raw, NULL), QENT_OK);
  assert_int_equal(qent__db_script(raw, qent__migrations[0], NULL), QENT_OK);
  assert_int_equal(raw->driver->set_version(raw, 1, NULL), QENT_OK);
  qent__db_close(raw);
  raw_sql(db,
          "INSERT INTO users VALUES (1, 1001, 'Anna', '', 'ru', 1, 5);"
          "INSERT INTO plans VALUES (1, 'month', 'M', 'M', 30, 0, 0, 0, 'default', 0, 0);"
          "INSERT INTO subscriptions VALUES (7, 1, 1, 'default', 5, 900, 0, 33, 0, 0, 1,"
          " 'token-of-seven-for-the-link', 0, 0);"
          "INSERT INTO traffic_days VALUES (7, 86400, 33);"
          "INSERT INTO nodes VALUES (3, 'de1', 'Germany', 'marzban', 'https://de1.example', NULL,"
          " NULL, '{}', NULL, NULL, 'default', 0, 0, 100, 1, 1, 0, 0, 0, 0, NULL, -1, -1, -1, -1,"
          " -1, -1, '');"
          "INSERT INTO accounts VALUES (9, 7, 3, 'q7_abcdefgh', 'uuid', 'password', 1, 1, 900, 0,"
          " 0, 1, 4, 4, 1, 'vless://x', 33, 0, 0, 0, NULL);");
}

static bool one_day(const qent_traffic *traffic, void *user)
{
  assert_int_equal(traffic->day_start, 86400);
  assert_int_equal(traffic->bytes, 33);
  assert_null(traffic->node_name);
  ++*(int *)user;
  return true;
}

static void what_the_first_schema_held_is_kept(void **state)
{
  struct tempdb *db = *state;
  struct qent__accounts accounts = {NULL, 0};
  qent_subscription *sub = NULL;
  qent_node *node = NULL;
  int32_t from = -1;
  int days = 0;
  qent__store *s;

  make_first_schema(db);
  assert_refused(db, "run qentctl migrate");
  assert_int_equal(qent__store_migrate(db->url, &from, NULL, NULL), QENT_OK);
  assert_int_equal(from, 1);
  s = open_store(db, NULL);
  assert_int_equal(qent__store_verify(s, NULL), QENT_OK);
  assert_int_equal(qent__store_accounts_of_sub(s, 7, &accounts, NULL), QENT_OK);
  assert_int_equal(accounts.count, 1);
  assert_int_equal(accounts.items[0]->id, 9);
  assert_string_equal(accounts.items[0]->key, "q7_abcdefgh");
  assert_string_equal(accounts.items[0]->links, "vless://x");
  assert_int_equal(accounts.items[0]->standing, QENT__STANDING_HOME);
  assert_int_equal(accounts.items[0]->applied_rev, 4);
  assert_int_equal(accounts.items[0]->panel_used_bytes, 33);
  qent__accounts_dispose(&accounts);
  assert_int_equal(qent__store_node_by_name(s, "de1", &node, NULL), QENT_OK);
  assert_int_equal(node->account_count, 1);
  assert_int_equal(node->parallel, 8);
  assert_int_equal(node->sweep_after, -1);
  qent_node_free(node);
  assert_int_equal(qent__store_sub_by_id(s, 1, 7, &sub, NULL), QENT_OK);
  assert_int_equal(sub->replicas, 1);
  assert_int_equal(sub->next_event_at, sub->expires_at);
  qent_subscription_free(sub);
  assert_int_equal(qent__store_traffic_each(s, 7, 0, one_day, &days, NULL), QENT_OK);
  assert_int_equal(days, 1);
  qent__store_close(s);
}

static void an_older_database_asks_for_migrate(void **state)
{
  struct tempdb *db = *state;

  raw_sql(db, "PRAGMA user_version = 0; PRAGMA application_id = 1363496532");
  assert_refused(db, "run qentctl migrate");
}

static void an_empty_file_asks_for_migrate_and_is_filled_by_it(void **state)
{
  struct tempdb *db = *state;
  int32_t from = -1;

  write_file(db->path, "", 0);
  assert_refused(db, "run qentctl migrate");
  assert_int_equal(qent__store_migrate(db->url, &from, NULL, NULL), QENT_OK);
  assert_int_equal(from, 0);
}

static void another_programs_database_is_refused_untouched(void **state)
{
  struct tempdb *db = *state;
  size_t before_len;
  size_t after_len;
  char *before;
  char *after;

  raw_sql(db, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
  before = read_file(db->path, &before_len);
  assert_refused(db, "another program");
  migrate_refused(db, "another program");
  after = read_file(db->path, &after_len);
  assert_int_equal(after_len, before_len);
  assert_memory_equal(after, before, before_len);
  free(before);
  free(after);
}

static void a_file_that_is_no_database_is_refused_untouched(void **state)
{
  struct tempdb *db = *state;
  char bytes[8192];
  size_t len;
  char *after;

  memset(bytes, 'x', sizeof bytes);
  write_file(db->path, bytes, sizeof bytes);
  assert_refused(db, "corrupt");
  migrate_refused(db, "corrupt");
  after = read_file(db->path, &len);
  assert_int_equal(len, sizeof bytes);
  assert_memory_equal(after, bytes, sizeof bytes);
  free(after);
}

static void a_cut_off_database_is_refused(void **state)
{
  struct tempdb *db = *state;
  size_t len;
  char *bytes = read_file(db->path, &len);

  write_file(db->path, bytes, len / 2);
  assert_refused(db, "corrupt");
  free(bytes);
}

static void a_damaged_table_is_met_when_opening(void **state)
{
  struct tempdb *db = *state;
  size_t len;
  char *bytes = read_file(db->path, &len);

  memset(bytes + 8192, 0x5a, len - 8192); /* all pages but the schema's first two */
  write_file(db->path, bytes, len);
  assert_refused(db, "corrupt");
  free(bytes);
}

static void a_missing_directory_is_named(void **state)
{
  struct tempdb *db = *state;

  (void)snprintf(db->url, sizeof db->url, "sqlite://%s/none/q.db", db->dir);
  assert_refused(db, "/none for the database does not exist");
  migrate_refused(db, "/none for the database does not exist");
}

/* Root may write anywhere: become nobody for a moment. A container may know no other user. */
static void drop_rights(void)
{
  if (geteuid() == 0 && seteuid(65534) != 0)
    skip();
}

static void regain_rights(uid_t was)
{
  if (was == 0)
    assert_int_equal(seteuid(0), 0);
}

static void a_directory_without_rights_is_told(void **state)
{
  struct tempdb *db = *state;
  uid_t was = geteuid();
  qent_error err = QENT_ERROR_INIT;
  qent_status st;

  assert_int_equal(chmod(db->dir, 0555), 0);
  drop_rights();
  st = qent__store_migrate(db->url, NULL, NULL, &err);
  regain_rights(was);
  assert_int_equal(chmod(db->dir, 0700), 0);
  assert_int_equal(st, QENT_ESTORE);
  assert_non_null(strstr(err.message, "cannot be opened"));
}

static void a_database_that_cannot_be_written_is_refused(void **state)
{
  struct tempdb *db = *state;
  uid_t was = geteuid();
  qent__store *s = NULL;
  qent_error err = QENT_ERROR_INIT;
  qent_status st;

  assert_int_equal(chmod(db->dir, 0755), 0);
  assert_int_equal(chmod(db->path, 0444), 0);
  drop_rights();
  st = qent__store_open(db->url, NULL, &s, &err);
  regain_rights(was);
  assert_int_equal(st, QENT_ESTORE);
  assert_non_null(strstr(err.message, "cannot be written"));
}

static void a_copy_without_wal_gets_it_back(void **state)
{
  struct tempdb *db = *state;
  qent__store *s;

  raw_sql(db, "PRAGMA journal_mode = DELETE");
  s = open_store(db, NULL);
  qent__store_close(s);
  s = open_store(db, NULL);
  assert_int_equal(ask_sql(s, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
  assert_int_equal(ask_sql(s, "PRAGMA synchronous"), 2);
  assert_int_equal(ask_sql(s, "PRAGMA foreign_keys"), 1);
  qent__store_close(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_EMPTY(a_fresh_database_is_made_private_and_a_repeat_changes_nothing),
      WITH_DB(the_side_files_are_private_too),
      WITH_DB(a_newer_database_is_refused_untouched_with_both_numbers),
      WITH_EMPTY(what_the_first_schema_held_is_kept),
      WITH_EMPTY(an_older_database_asks_for_migrate),
      WITH_EMPTY(an_empty_file_asks_for_migrate_and_is_filled_by_it),
      WITH_EMPTY(another_programs_database_is_refused_untouched),
      WITH_EMPTY(a_file_that_is_no_database_is_refused_untouched),
      WITH_DB(a_cut_off_database_is_refused),
      WITH_DB(a_damaged_table_is_met_when_opening),
      WITH_EMPTY(a_missing_directory_is_named),
      WITH_EMPTY(a_directory_without_rights_is_told),
      WITH_DB(a_database_that_cannot_be_written_is_refused),
      WITH_DB(a_copy_without_wal_gets_it_back),
  };

  return cmocka_run_group_tests_name("store: migrations and refusals", tests, NULL, NULL);
}

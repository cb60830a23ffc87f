/* SPDX-License-Identifier: MIT */
/* Threads of one process, each with its own connection, write through one lane. */
#include "tempdb.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { THREADS = 6, ROUNDS = 25 };

struct worker {
  const struct tempdb *db;
  struct qent__lane *lane;
  int number;
  atomic_int *failures;
  int claimed;
};

/* One sale's worth of writes; false when anything fails. */
static bool write_user(qent__store *s, int64_t telegram_id)
{
  char name[] = "n";
  qent_user user = {.telegram_id = telegram_id,
                    .name = name,
                    .language = "en",
                    .reachable = true,
                    .created_at = 1};
  char key[32];
  char data[] = "{}";
  qent_notice notice = {.key = key, .data = data, .not_before = 1, .created_at = 1};

  (void)snprintf(key, sizeof key, "k%lld", (long long)telegram_id);
  if (qent__store_begin(s, NULL) != QENT_OK)
    return false;
  if (qent__store_user_insert(s, &user, NULL) != QENT_OK)
    return false;
  notice.user_id = user.id;
  if (qent__store_notice_insert(s, &notice, NULL, NULL) != QENT_OK)
    return false;
  return qent__store_commit(s, NULL) == QENT_OK;
}

static void *write_all(void *arg)
{
  struct worker *worker = arg;
  qent__store *s = NULL;
  bool good = qent__store_open(worker->db->url, worker->lane, &s, NULL) == QENT_OK;

  for (int i = 0; good && i < ROUNDS; i++)
    good = write_user(s, 1 + worker->number * ROUNDS + i);
  if (!good)
    atomic_fetch_add(worker->failures, 1);
  qent__store_close(s);
  return NULL;
}

static void *claim_all(void *arg)
{
  struct worker *worker = arg;
  qent__store *s = NULL;
  qent_status st = qent__store_open(worker->db->url, worker->lane, &s, NULL);

  while (st == QENT_OK) {
    qent_notice *notice = NULL;
    st = qent__store_notice_claim(s, 10, 1000, &notice, NULL);
    if (st == QENT_OK)
      worker->claimed++;
    qent_notice_free(notice);
  }
  if (st != QENT_ENOTFOUND)
    atomic_fetch_add(worker->failures, 1);
  qent__store_close(s);
  return NULL;
}

/* Run `body` in all threads. @return how much was claimed together. */
static int run(const struct tempdb *db, struct qent__lane *lanes, size_t lane_count,
               void *(*body)(void *))
{
  struct worker workers[THREADS];
  pthread_t threads[THREADS];
  atomic_int failures = 0;
  int claimed = 0;

  for (int i = 0; i < THREADS; i++) {
    workers[i] = (struct worker){db, &lanes[(size_t)i % lane_count], i, &failures, 0};
    assert_int_equal(pthread_create(&threads[i], NULL, body, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    claimed += workers[i].claimed;
  }
  assert_int_equal(atomic_load(&failures), 0);
  return claimed;
}

static void every_write_lands_and_every_notice_has_one_taker(void **state)
{
  struct qent__lane lanes[2];
  qent__store *s;

  assert_int_equal(qent__lane_init(&lanes[0], NULL), QENT_OK);
  assert_int_equal(qent__lane_init(&lanes[1], NULL), QENT_OK);
  (void)run(*state, lanes, 1, write_all);
  s = open_store(*state, NULL);
  assert_int_equal(ask_sql(s, "SELECT count(*) FROM users"), THREADS * ROUNDS);
  assert_int_equal(run(*state, lanes, 2, claim_all), THREADS * ROUNDS);
  assert_int_equal(ask_sql(s, "SELECT count(*) FROM notices WHERE attempts = 1"), THREADS * ROUNDS);
  qent__store_close(s);
  qent__lane_dispose(&lanes[0]);
  qent__lane_dispose(&lanes[1]);
}

static void *migrate(void *arg)
{
  struct worker *worker = arg;

  if (qent__store_migrate(worker->db->url, NULL, NULL, NULL) != QENT_OK)
    atomic_fetch_add(worker->failures, 1);
  return NULL;
}

static void migrating_at_once_makes_one_schema(void **state)
{
  struct qent__lane lane;
  qent__store *s;

  assert_int_equal(qent__lane_init(&lane, NULL), QENT_OK);
  (void)run(*state, &lane, 1, migrate);
  s = open_store(*state, &lane);
  assert_int_equal(qent__store_verify(s, NULL), QENT_OK);
  qent__store_close(s);
  qent__lane_dispose(&lane);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_write_lands_and_every_notice_has_one_taker,
                                      tempdb_make_migrated, tempdb_remove),
      cmocka_unit_test_setup_teardown(migrating_at_once_makes_one_schema, tempdb_make,
                                      tempdb_remove),
  };

  return cmocka_run_group_tests_name("store: threads", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <string.h>

/* Claim at `now` with a lease of 100 s; 0 when nothing is due. */
static int64_t claim(qent__store *s, int64_t now)
{
  qent_notice *notice = NULL;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = qent__store_notice_claim(s, now, now + 100, &notice, &err);
  int64_t id = 0;

  if (st == QENT_OK)
    id = notice->id;
  else if (st != QENT_ENOTFOUND)
    fail_msg("%s", err.message);
  qent_notice_free(notice);
  return id;
}

static void finish(qent__store *s, int64_t id, qent_notice_state state, int64_t not_before)
{
  qent_notice *notice = NULL;

  assert_int_equal(qent__store_notice_by_id(s, id, &notice, NULL), QENT_OK);
  notice->state = state;
  notice->not_before = not_before;
  notice->lease_until = 0;
  begin(s);
  assert_int_equal(qent__store_notice_save(s, notice, NULL), QENT_OK);
  commit(s);
  qent_notice_free(notice);
}

static void sent(qent__store *s, int64_t id)
{
  finish(s, id, QENT_NOTICE_SENT, 0);
}

static void set_reachable(qent__store *s, int64_t user_id, bool reachable)
{
  qent_user *user = NULL;

  assert_int_equal(qent__store_user_by_id(s, user_id, &user, NULL), QENT_OK);
  user->reachable = reachable;
  begin(s);
  assert_int_equal(qent__store_user_save(s, user, NULL), QENT_OK);
  commit(s);
  qent_user_free(user);
}

static void a_notice_comes_back_with_its_users_address_and_data(void **state)
{
  struct world *w = *state;
  int64_t id = add_notice(w->s, w->user_id, "keys:1:1", 0, 10);
  qent_notice *notice = NULL;

  assert_int_equal(qent__store_notice_claim(w->s, 10, 70, &notice, NULL), QENT_OK);
  assert_int_equal(notice->id, id);
  assert_string_equal(notice->key, "keys:1:1");
  assert_int_equal(notice->telegram_id, 100);
  assert_string_equal(notice->language, "ru");
  assert_int_equal(notice->attempts, 1);
  assert_int_equal(notice->lease_until, 70);
  assert_int_equal(qent_notice_int(notice, "order"), 7);
  qent_notice_free(notice);
}

static void a_key_is_told_once(void **state)
{
  struct world *w = *state;
  char key[] = "keys:1:1";
  qent_notice notice = {.key = key, .user_id = w->user_id, .created_at = 1};
  bool inserted = true;

  sent(w->s, add_notice(w->s, w->user_id, key, 0, 10));
  begin(w->s);
  assert_int_equal(qent__store_notice_insert(w->s, &notice, &inserted, NULL), QENT_OK);
  assert_false(inserted);
  assert_int_equal(qent__store_notice_insert(w->s, &notice, NULL, NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(claim(w->s, 1000), 0);
}

static void urgent_ones_go_first_then_the_oldest(void **state)
{
  struct world *w = *state;
  int64_t broadcast = add_notice(w->s, add_user(w->s, 1), "b", 9, 1);
  int64_t reminder = add_notice(w->s, add_user(w->s, 2), "r", 5, 1);
  int64_t later = add_notice(w->s, add_user(w->s, 3), "k2", 0, 8);
  int64_t sooner = add_notice(w->s, add_user(w->s, 4), "k1", 0, 7);
  int64_t future = add_notice(w->s, add_user(w->s, 5), "k3", 0, 500);

  assert_int_equal(claim(w->s, 10), sooner);
  assert_int_equal(claim(w->s, 10), later);
  assert_int_equal(claim(w->s, 10), reminder);
  assert_int_equal(claim(w->s, 10), broadcast);
  assert_int_equal(claim(w->s, 10), 0);
  sent(w->s, sooner);
  sent(w->s, later);
  sent(w->s, reminder);
  sent(w->s, broadcast);
  assert_int_equal(claim(w->s, 499), 0);
  assert_int_equal(claim(w->s, 500), future);
}

static void a_person_gets_one_at_a_time_in_order(void **state)
{
  struct world *w = *state;
  int64_t first = add_notice(w->s, w->user_id, "keys:1", 0, 5);
  int64_t second = add_notice(w->s, w->user_id, "keys_qr:1", 0, 5);
  int64_t other = add_notice(w->s, add_user(w->s, 200), "keys:2", 0, 6);

  assert_int_equal(claim(w->s, 10), first);
  assert_int_equal(claim(w->s, 10), other);
  assert_int_equal(claim(w->s, 10), 0);
  sent(w->s, first);
  assert_int_equal(claim(w->s, 10), second);
}

static void an_answer_that_never_came_frees_the_notice_after_its_lease(void **state)
{
  struct world *w = *state;
  int64_t first = add_notice(w->s, w->user_id, "keys:1", 0, 5);

  (void)add_notice(w->s, w->user_id, "keys_qr:1", 0, 5);
  assert_int_equal(claim(w->s, 10), first);
  assert_int_equal(claim(w->s, 109), 0);
  assert_int_equal(claim(w->s, 110), first);
}

static void a_short_wait_keeps_the_order_a_long_one_does_not(void **state)
{
  struct world *w = *state;
  int64_t first = add_notice(w->s, w->user_id, "keys:1", 0, 5);
  int64_t second = add_notice(w->s, w->user_id, "keys_qr:1", 0, 5);

  assert_int_equal(claim(w->s, 10), first);
  finish(w->s, first, QENT_NOTICE_PENDING, 15);
  assert_int_equal(claim(w->s, 10), 0);
  assert_int_equal(claim(w->s, 15), first);
  finish(w->s, first, QENT_NOTICE_PENDING, 15 + 3600);
  assert_int_equal(claim(w->s, 16), second);
}

static void what_has_never_been_tried_holds_nobody_back(void **state)
{
  struct world *w = *state;
  int64_t wait = add_notice(w->s, w->user_id, "payment_wait:1", 0, 25);
  int64_t keys = add_notice(w->s, w->user_id, "keys:1", 0, 10);

  assert_int_equal(claim(w->s, 10), keys);
  sent(w->s, keys);
  assert_int_equal(claim(w->s, 25), wait);
}

static void who_cannot_be_reached_is_skipped_until_they_come_back(void **state)
{
  struct world *w = *state;
  int64_t before = add_notice(w->s, w->user_id, "a", 0, 5);
  int64_t during;

  set_reachable(w->s, w->user_id, false);
  during = add_notice(w->s, w->user_id, "b", 0, 6);
  assert_int_equal(claim(w->s, 10), 0);
  assert_int_equal(ask_sql(w->s, "SELECT count(*) FROM notices WHERE held = 1"), 2);
  finish(w->s, before, QENT_NOTICE_PENDING, 5);
  assert_int_equal(claim(w->s, 10), 0);
  set_reachable(w->s, w->user_id, true);
  assert_int_equal(claim(w->s, 10), before);
  sent(w->s, before);
  assert_int_equal(claim(w->s, 10), during);
}

static void cancel_takes_back_what_was_not_sent(void **state)
{
  struct world *w = *state;
  int64_t told = add_notice(w->s, w->user_id, "told", 0, 5);
  qent_notice *notice = NULL;

  sent(w->s, told);
  (void)add_notice(w->s, w->user_id, "remind", 5, 5);
  begin(w->s);
  assert_int_equal(qent__store_notice_cancel(w->s, "remind", NULL), QENT_OK);
  assert_int_equal(qent__store_notice_cancel(w->s, "told", NULL), QENT_OK);
  assert_int_equal(qent__store_notice_cancel(w->s, "never heard of", NULL), QENT_OK);
  commit(w->s);
  assert_int_equal(claim(w->s, 10), 0);
  assert_int_equal(qent__store_notice_by_id(w->s, told, &notice, NULL), QENT_OK);
  assert_int_equal(notice->state, QENT_NOTICE_SENT);
  qent_notice_free(notice);
}

static void a_notice_to_nobody_is_refused(void **state)
{
  struct world *w = *state;
  char key[] = "x";
  qent_notice notice = {.key = key, .user_id = 999, .created_at = 1};

  begin(w->s);
  assert_int_not_equal(qent__store_notice_insert(w->s, &notice, NULL, NULL), QENT_OK);
  qent__store_rollback(w->s);
}

static bool last_id(const qent_notice *notice, void *arg)
{
  *(int64_t *)arg = notice->id;
  return true;
}

static int64_t last_of(qent__store *s, int32_t state)
{
  int64_t last = 0;

  assert_int_equal(qent__store_notice_each(s, state, 10, last_id, &last, NULL), QENT_OK);
  return last;
}

static void notices_are_listed_newest_first_by_state(void **state)
{
  struct world *w = *state;
  int64_t one = add_notice(w->s, w->user_id, "1", 0, 5);
  int64_t two = add_notice(w->s, w->user_id, "2", 0, 5);
  int64_t three = add_notice(w->s, w->user_id, "3", 0, 5);

  sent(w->s, two);
  finish(w->s, three, QENT_NOTICE_UNDELIVERABLE, 0);
  assert_int_equal(last_of(w->s, -1), one);
  assert_int_equal(last_of(w->s, QENT_NOTICE_PENDING), one);
  assert_int_equal(last_of(w->s, QENT_NOTICE_SENT), two);
  assert_int_equal(last_of(w->s, QENT_NOTICE_UNDELIVERABLE), three);
  assert_int_equal(last_of(w->s, QENT_NOTICE_CANCELED), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WORLD(a_notice_comes_back_with_its_users_address_and_data),
      WITH_WORLD(a_key_is_told_once),
      WITH_WORLD(urgent_ones_go_first_then_the_oldest),
      WITH_WORLD(a_person_gets_one_at_a_time_in_order),
      WITH_WORLD(an_answer_that_never_came_frees_the_notice_after_its_lease),
      WITH_WORLD(a_short_wait_keeps_the_order_a_long_one_does_not),
      WITH_WORLD(what_has_never_been_tried_holds_nobody_back),
      WITH_WORLD(who_cannot_be_reached_is_skipped_until_they_come_back),
      WITH_WORLD(cancel_takes_back_what_was_not_sent),
      WITH_WORLD(a_notice_to_nobody_is_refused),
      WITH_WORLD(notices_are_listed_newest_first_by_state),
  };

  return cmocka_run_group_tests_name("store: notices", tests, NULL, NULL);
}

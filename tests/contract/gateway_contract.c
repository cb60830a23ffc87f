/* SPDX-License-Identifier: MIT */
#include "gateway_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UUID_A CONTRACT_UUID
#define UUID_B "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
#define PASSWORD_B "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="
#define DAY INT64_C(86400)
#define GIB ((int64_t)1 << 30)

static qent_account_view rotated(struct contract_rig *rig, const qent_account_spec *spec)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(qent__gateway_rotate_keys(rig->gw, spec, &view, &err), &err, "rotate");
  return view;
}

void ensure_makes_the_account_as_specified(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view view = contract_ensured(*state, &spec);

  contract_check(*state, &view, &spec);
  contract_check_keys(*state, &view, UUID_A);
  assert_int_equal(contract_count(*state, key), 1);
  qent_account_view_dispose(&view);
}

void ensure_twice_is_one_account(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view first = contract_ensured(*state, &spec);
  qent_account_view second = contract_ensured(*state, &spec);

  contract_check(*state, &second, &spec);
  assert_int_equal(first.link_count, second.link_count);
  contract_check_keys(*state, &second, UUID_A);
  contract_check_kept(*state, &first, &second, true);
  assert_int_equal(contract_count(*state, key), 1);
  qent_account_view_dispose(&first);
  qent_account_view_dispose(&second);
}

void ensure_sets_limits_absolutely(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view view = contract_ensured(*state, &spec);

  spec.expires_at += 30 * DAY;
  spec.traffic_limit_bytes = 80 * GIB;
  for (int i = 0; i < 2; i++) {
    qent_account_view_dispose(&view);
    view = contract_ensured(*state, &spec);
    contract_check(*state, &view, &spec);
  }
  spec.expires_at -= 45 * DAY; /* shorter too: what is said holds */
  qent_account_view_dispose(&view);
  view = contract_ensured(*state, &spec);
  contract_check(*state, &view, &spec);
  qent_account_view_dispose(&view);
}

void ensure_takes_limits_away(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view view = contract_ensured(*state, &spec);

  spec.expires_at = 0;
  spec.traffic_limit_bytes = 0;
  qent_account_view_dispose(&view);
  view = contract_ensured(*state, &spec);
  contract_check(*state, &view, &spec);
  qent_account_view_dispose(&view);
}

void ensure_leaves_credentials_alone(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view made = contract_ensured(*state, &spec);
  qent_account_view view;

  spec.uuid = UUID_B;
  spec.password = PASSWORD_B;
  view = contract_ensured(*state, &spec);
  contract_check_keys(*state, &view, UUID_A);
  assert_false(contract_has(&view, UUID_B));
  contract_check_kept(*state, &made, &view, true);
  qent_account_view_dispose(&made);
  qent_account_view_dispose(&view);
}

void ensure_disables_and_enables(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view view = contract_ensured(*state, &spec);

  for (int i = 0; i < 4; i++) {
    spec.enabled = i % 2 == 1;
    qent_account_view_dispose(&view);
    view = contract_ensured(*state, &spec);
    contract_check(*state, &view, &spec);
    qent_account_view_dispose(&view);
    view = contract_fetched(*state, key);
    contract_check(*state, &view, &spec);
  }
  qent_account_view_dispose(&view);
}

void ensure_makes_a_disabled_account(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view view;

  spec.enabled = false;
  view = contract_ensured(*state, &spec);
  contract_check(*state, &view, &spec);
  qent_account_view_dispose(&view);
  view = contract_fetched(*state, key);
  contract_check(*state, &view, &spec);
  qent_account_view_dispose(&view);
}

void ensure_takes_an_expiry_in_the_past(void **state)
{
  char key[33];
  struct contract_rig *rig = *state;
  qent_account_spec spec = contract_spec(rig, key);
  qent_account_view view;

  spec.expires_at = rig->now - DAY;
  view = contract_ensured(rig, &spec);
  contract_check(*state, &view, &spec);
  spec.expires_at = rig->now + DAY; /* and back to life by a renewal */
  qent_account_view_dispose(&view);
  view = contract_ensured(rig, &spec);
  contract_check(*state, &view, &spec);
  qent_account_view_dispose(&view);
}

void rotate_replaces_credentials_and_sets_limits(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view made = contract_ensured(*state, &spec);
  qent_account_view view;
  qent_account_view later;

  spec.uuid = UUID_B;
  spec.password = PASSWORD_B;
  spec.expires_at += DAY;
  view = rotated(*state, &spec);
  contract_check(*state, &view, &spec);
  assert_int_equal(view.link_count, made.link_count);
  contract_check_keys(*state, &view, UUID_B);
  assert_false(contract_has(&view, UUID_A));
  contract_check_kept(*state, &made, &view, false);
  assert_int_equal(contract_count(*state, key), 1);
  later = contract_fetched(*state, key);
  contract_check_keys(*state, &later, UUID_B);
  contract_check_kept(*state, &view, &later, true);
  qent_account_view_dispose(&made);
  qent_account_view_dispose(&view);
  qent_account_view_dispose(&later);
}

void rotate_makes_a_missing_account(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view view = rotated(*state, &spec);

  contract_check(*state, &view, &spec);
  contract_check_keys(*state, &view, UUID_A);
  assert_int_equal(contract_count(*state, key), 1);
  qent_account_view_dispose(&view);
}

void rotate_twice_is_one_account(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view first = rotated(*state, &spec);
  qent_account_view second = rotated(*state, &spec);

  contract_check(*state, &second, &spec);
  contract_check_keys(*state, &second, UUID_A);
  assert_int_equal(contract_count(*state, key), 1);
  qent_account_view_dispose(&first);
  qent_account_view_dispose(&second);
}

static void must_be_missing(struct contract_rig *rig, const char *key)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  assert_int_equal(qent__gateway_fetch_account(rig->gw, key, &view, &err), QENT_ENOTFOUND);
  assert_int_equal(err.status, QENT_ENOTFOUND);
  assert_null(view.key);
  assert_int_equal(contract_count(rig, key), 0);
}

void removed_account_is_gone(void **state)
{
  struct contract_rig *rig = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = contract_spec(rig, key);
  qent_account_view view = contract_ensured(rig, &spec);

  contract_must(qent__gateway_remove_account(rig->gw, key, &err), &err, "remove");
  must_be_missing(rig, key);
  qent_account_view_dispose(&view);
}

void removing_twice_is_fine(void **state)
{
  struct contract_rig *rig = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = contract_spec(rig, key);
  qent_account_view view = contract_ensured(rig, &spec);

  contract_must(qent__gateway_remove_account(rig->gw, key, &err), &err, "remove");
  contract_must(qent__gateway_remove_account(rig->gw, key, &err), &err, "remove again");
  qent_account_view_dispose(&view);
}

void removed_account_can_be_made_again(void **state)
{
  struct contract_rig *rig = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = contract_spec(rig, key);
  qent_account_view made = contract_ensured(rig, &spec);
  qent_account_view view;

  contract_must(qent__gateway_remove_account(rig->gw, key, &err), &err, "remove");
  spec.uuid = UUID_B;
  view = contract_ensured(rig, &spec);
  contract_check(rig, &view, &spec);
  contract_check_keys(rig, &view, UUID_B);
  contract_check_kept(rig, &made, &view, false);
  qent_account_view_dispose(&made);
  qent_account_view_dispose(&view);
}

void fetch_of_a_missing_account_is_not_found(void **state)
{
  char key[33];

  (void)contract_spec(*state, key);
  must_be_missing(*state, key);
}

void fetch_shows_what_ensure_showed(void **state)
{
  char key[33];
  qent_account_spec spec = contract_spec(*state, key);
  qent_account_view made = contract_ensured(*state, &spec);
  qent_account_view view = contract_fetched(*state, key);

  contract_check(*state, &view, &spec);
  assert_int_equal(view.link_count, made.link_count);
  contract_check_keys(*state, &view, UUID_A);
  contract_check_kept(*state, &made, &view, true);
  qent_account_view_dispose(&made);
  qent_account_view_dispose(&view);
}

enum { LISTED = 7 };

struct listing {
  const struct contract_rig *rig;
  int seen[LISTED + 1];
  int32_t in_page;
};

static qent_status note_listed(const qent_account_view *view, void *user)
{
  struct listing *listing = user;
  size_t prefix_len = strlen(listing->rig->prefix);

  listing->in_page++;
  if (strncmp(view->key, listing->rig->prefix, prefix_len) == 0) {
    long number = strtol(view->key + prefix_len, NULL, 10);
    if (number >= 1 && number <= LISTED)
      listing->seen[number]++;
  }
  return QENT_OK;
}

/* Make an account with a uuid of its own, as all real ones have: panels may find accounts by it. */
static void make_another(struct contract_rig *rig)
{
  char key[33];
  char uuid[sizeof CONTRACT_UUID];
  qent_account_spec spec = contract_spec(rig, key);
  qent_account_view view;

  (void)snprintf(uuid, sizeof uuid, "%08x%s", (unsigned)rig->keys_made, &CONTRACT_UUID[8]);
  spec.uuid = uuid;
  view = contract_ensured(rig, &spec);
  qent_account_view_dispose(&view);
}

void pages_hold_every_account_once(void **state)
{
  struct contract_rig *rig = *state;
  struct listing listing = {.rig = rig};
  qent_error err = QENT_ERROR_INIT;
  bool more = true;

  for (int i = 0; i < LISTED; i++)
    make_another(rig);
  for (int64_t offset = 0; more; offset += 3) {
    listing.in_page = 0;
    contract_must(
        qent__gateway_list_accounts(rig->gw, offset, 3, note_listed, &listing, &more, &err), &err,
        "list");
    assert_true(listing.in_page <= 3);
  }
  for (int i = 1; i <= LISTED; i++)
    assert_int_equal(listing.seen[i], 1);
}

static qent_status stop_at_once(const qent_account_view *view, void *user)
{
  (void)view;
  ++*(int *)user;
  return QENT_ECANCELED;
}

void receiver_of_a_page_can_stop(void **state)
{
  struct contract_rig *rig = *state;
  int calls = 0;
  bool more = true;

  for (int i = 0; i < 2; i++)
    make_another(rig);
  assert_int_equal(qent__gateway_list_accounts(rig->gw, 0, 2, stop_at_once, &calls, &more, NULL),
                   QENT_ECANCELED);
  assert_int_equal(calls, 1);
}

static void must_be_refused(struct contract_rig *rig, const qent_account_spec *spec)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  assert_int_equal(qent__gateway_ensure_account(rig->gw, spec, &view, &err), QENT_EINVAL);
  assert_true(*err.message != '\0');
  assert_int_equal(qent__gateway_rotate_keys(rig->gw, spec, &view, NULL), QENT_EINVAL);
}

void bad_arguments_are_refused(void **state)
{
  static const char *const bad_keys[] = {
      "",
      "a b c",
      "a\tb",
      "q1%2f",
      "../users",
      "q1?x=1",
      "d\xc3\xa9j\xc3\xa0",
      "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz012"};
  struct contract_rig *rig = *state;
  char key[33];
  bool more = false;
  const qent_account_spec good = contract_spec(rig, key);
  qent_account_spec spec = good;

  for (size_t i = 0; i < sizeof bad_keys / sizeof bad_keys[0]; i++) {
    spec.key = bad_keys[i];
    must_be_refused(rig, &spec);
    assert_int_equal(qent__gateway_remove_account(rig->gw, bad_keys[i], NULL), QENT_EINVAL);
  }
  spec = good;
  spec.expires_at = (rig->now + DAY) * 1000; /* milliseconds by mistake */
  must_be_refused(rig, &spec);
  spec = good;
  spec.traffic_limit_bytes = -1;
  must_be_refused(rig, &spec);
  spec = good;
  spec.uuid = "11111111-AAAA-4aaa-8aaa-aaaaaaaaaaaa";
  must_be_refused(rig, &spec);
  spec = good;
  spec.password = "";
  must_be_refused(rig, &spec);
  assert_int_equal(qent__gateway_list_accounts(rig->gw, 0, 0, stop_at_once, NULL, &more, NULL),
                   QENT_EINVAL);
  assert_int_equal(qent__gateway_list_accounts(rig->gw, -1, 1, stop_at_once, NULL, &more, NULL),
                   QENT_EINVAL);
  assert_int_equal(contract_count(rig, key), 0);
}

void failure_leaves_the_output_alone(void **state)
{
  struct contract_rig *rig = *state;
  char key[33];
  char other[33];
  qent_account_spec spec = contract_spec(rig, key);
  qent_account_view view = contract_ensured(rig, &spec);
  size_t links = view.link_count;

  (void)contract_spec(rig, other);
  assert_int_equal(qent__gateway_fetch_account(rig->gw, other, &view, NULL), QENT_ENOTFOUND);
  contract_check(*state, &view, &spec);
  assert_int_equal(view.link_count, links);
  qent_account_view_dispose(&view);
}

void error_names_node_and_operation(void **state)
{
  struct contract_rig *rig = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  (void)contract_spec(rig, key);
  assert_int_equal(qent__gateway_fetch_account(rig->gw, key, &view, &err), QENT_ENOTFOUND);
  assert_non_null(strstr(err.message, "node contract: fetch account "));
  assert_non_null(strstr(err.message, key));
}

void probe_is_fine(void **state)
{
  struct contract_rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;

  contract_must(qent__gateway_probe(rig->gw, &err), &err, "probe");
}

void statistics_are_plausible_or_unsupported(void **state)
{
  struct contract_rig *rig = *state;
  qent_error err = QENT_ERROR_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_status st = qent__gateway_node_stats(rig->gw, &stats, &err);

  if (st == QENT_EUNSUPPORTED) {
    assert_int_equal(stats.cpu_percent, -1);
    return;
  }
  contract_must(st, &err, "statistics");
  assert_true(stats.cpu_percent >= -1 && stats.cpu_percent <= 100);
  assert_true(stats.memory_used_bytes <= stats.memory_total_bytes);
  assert_true(stats.traffic_bytes >= -1);
  assert_true(stats.active_users >= -1 && stats.online >= -1);
  assert_true(stats.cpu_percent >= 0 || stats.active_users >= 0); /* it tells something */
}

/* SPDX-License-Identifier: MIT */
#include "wg_cases.h"

#include <stdio.h>
#include <string.h>

#define TRIES 3

/* Faults, as members of a switch. */
static const char *const faults[] = {
    "\"kind\":\"act_then_timeout\",\"ms\":100",
    "\"kind\":\"act_then_status\",\"status\":500",
    "\"kind\":\"act_then_status\",\"status\":502",
    "\"kind\":\"cut\"",
    "\"kind\":\"act_then_delay\",\"ms\":150",
    "\"kind\":\"timeout\",\"ms\":100",
    "\"kind\":\"refuse\"",
    "\"kind\":\"status\",\"status\":500",
    "\"kind\":\"status\",\"status\":503",
    "\"kind\":\"429\",\"retry_after\":2",
    "\"kind\":\"garbage\"",
    "\"kind\":\"html\",\"status\":502",
    "\"kind\":\"html\",\"status\":200",
    "\"kind\":\"huge\",\"bytes\":6000000",
    "\"kind\":\"delay\",\"ms\":150",
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

/* What may be reported: nothing that tells the caller to give up. */
static bool worth_a_repeat(qent_status st)
{
  return st == QENT_ETIMEOUT || st == QENT_EUPSTREAM || st == QENT_EPROTO;
}

typedef qent_status (*spec_verb)(qent_gateway *, const qent_account_spec *, qent_account_view *,
                                 qent_error *);

static void repeat_until_done(struct wg_rig *wg, spec_verb verb, const qent_account_spec *spec,
                              const char *what)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_ETIMEOUT;

  for (int i = 0; i < TRIES && st != QENT_OK; i++) {
    st = verb(wg->rig.gw, spec, &view, &err);
    if (st != QENT_OK && !worth_a_repeat(st))
      fail_msg("%s: %s: %s", what, qent_status_name(st), err.message);
    if (st != QENT_OK && !strstr(err.message, "node contract: "))
      fail_msg("%s: the message does not name the node: %s", what, err.message);
  }
  if (st != QENT_OK)
    fail_msg("%s: still %s after %d tries: %s", what, qent_status_name(st), TRIES, err.message);
  contract_check(&wg->rig, &view, spec);
  wg_check_conf(wg, &view);
  wg_check(wg, spec);
  qent_account_view_dispose(&view);
}

static void make(struct wg_rig *wg, const qent_account_spec *spec)
{
  repeat_until_done(wg, qent__gateway_ensure_account, spec, "make");
}

static qent_account_view ensured(struct wg_rig *wg, const qent_account_spec *spec)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(qent__gateway_ensure_account(wg->rig.gw, spec, &view, &err), &err, "ensure");
  return view;
}

static qent_account_view fetched(struct wg_rig *wg, const char *key)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(qent__gateway_fetch_account(wg->rig.gw, key, &view, &err), &err, "fetch");
  return view;
}

/* The calls of making an account: look, create, look again, read the file. */
void new_account_under_any_fault_is_one_peer(void **state)
{
  static const struct {
    const char *match;
    int after;
  } calls[] = {{"GET $", 0}, {"POST $", 0}, {"GET $", 1}, {"GET /", 0}};
  struct wg_rig *wg = *state;

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
    for (size_t i = 0; i < FAULTS; i++) {
      char key[33];
      qent_account_spec spec = contract_spec(&wg->rig, key);
      wg_fault(wg, calls[c].match, calls[c].after, faults[i], 1);
      repeat_until_done(wg, qent__gateway_ensure_account, &spec, faults[i]);
      wg_clear_faults();
    }
}

void switching_under_any_fault_is_exact(void **state)
{
  struct wg_rig *wg = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    qent_account_spec spec = contract_spec(&wg->rig, key);
    make(wg, &spec);
    for (int on = 0; on < 2; on++) {
      spec.enabled = on;
      wg_fault(wg, "POST /", 0, faults[i], 1);
      repeat_until_done(wg, qent__gateway_ensure_account, &spec, faults[i]);
      wg_clear_faults();
    }
  }
}

void rotation_under_any_fault_has_new_keys(void **state)
{
  static const char *const calls[] = {"DELETE /", "POST $"};
  struct wg_rig *wg = *state;

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
    for (size_t i = 0; i < FAULTS; i++) {
      char key[33];
      char before[64];
      char after[64];
      qent_account_spec spec = contract_spec(&wg->rig, key);
      make(wg, &spec);
      wg_private_key(wg, key, before);
      wg_fault(wg, calls[c], 0, faults[i], 1);
      repeat_until_done(wg, qent__gateway_rotate_keys, &spec, faults[i]);
      wg_private_key(wg, key, after);
      assert_string_not_equal(before, after);
      wg_clear_faults();
    }
}

void removal_under_any_fault_is_complete(void **state)
{
  struct wg_rig *wg = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    qent_error err = QENT_ERROR_INIT;
    qent_account_spec spec = contract_spec(&wg->rig, key);
    qent_status st = QENT_ETIMEOUT;
    make(wg, &spec);
    wg_fault(wg, "DELETE /", 0, faults[i], 1);
    for (int n = 0; n < TRIES && st != QENT_OK; n++) {
      st = qent__gateway_remove_account(wg->rig.gw, key, &err);
      if (st != QENT_OK && !worth_a_repeat(st))
        fail_msg("%s: %s: %s", faults[i], qent_status_name(st), err.message);
    }
    assert_int_equal(st, QENT_OK);
    assert_int_equal(wg_count(wg, key), 0);
    wg_clear_faults();
  }
}

void lost_answer_of_a_creation_leaves_one_peer(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  char made[64];
  char given[64];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  wg_fault(wg, "POST $", 0, "\"kind\":\"act_then_timeout\",\"ms\":100", 1);
  assert_int_equal(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), QENT_ETIMEOUT);
  wg_private_key(wg, key, made);
  make(wg, &spec);
  wg_private_key(wg, key, given);
  assert_string_equal(made, given);
}

/* A panel that acted and answered with an error is asked at once: no repeat is needed. */
void acted_then_500_succeeds_at_once(void **state)
{
  static const char acted[] = "\"kind\":\"act_then_status\",\"status\":500";
  struct wg_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  wg_fault(wg, "POST $", 0, acted, 1);
  view = ensured(wg, &spec);
  qent_account_view_dispose(&view);
  wg_fault(wg, "POST /", 0, acted, 1);
  spec.enabled = false;
  view = ensured(wg, &spec);
  qent_account_view_dispose(&view);
  wg_fault(wg, "DELETE /", 0, acted, 1);
  contract_must(qent__gateway_remove_account(wg->rig.gw, key, &err), &err, "remove");
  assert_int_equal(wg_count(wg, key), 0);
}

/* "It did not act" is said only when the panel confirms it. */
void refused_with_500_and_silent_is_a_timeout(void **state)
{
  static const char refuses[] = "\"kind\":\"status\",\"status\":500";
  struct wg_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  wg_fault(wg, "POST $", 0, refuses, 1);
  assert_int_equal(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
  wg_fault(wg, "POST $", 0, refuses, 1);
  wg_fault(wg, "GET $", 1, refuses, -1);
  assert_int_equal(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), QENT_ETIMEOUT);
  wg_clear_faults();
  make(wg, &spec);
  wg_fault(wg, "DELETE /", 0, refuses, 1);
  wg_fault(wg, "GET $", 1, refuses, -1);
  assert_int_equal(qent__gateway_remove_account(wg->rig.gw, key, &err), QENT_ETIMEOUT);
  wg_clear_faults();
}

/* What two processes can come to that made the same account at once. */
void of_two_peers_the_older_stays(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  char older[64];
  char kept[64];
  qent_account_spec spec = contract_spec(&wg->rig, key);
  qent_account_view view;

  wg_add(wg, key, "");
  wg_private_key(wg, key, older);
  wg_add(wg, key, ",\"count\":2");
  view = ensured(wg, &spec);
  wg_private_key(wg, key, kept);
  assert_string_equal(older, kept);
  wg_check_conf(wg, &view);
  qent_account_view_dispose(&view);
}

void all_peers_of_a_name_are_removed(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  char other[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  (void)contract_spec(&wg->rig, other);
  wg_add(wg, other, "");
  wg_add(wg, key, ",\"count\":3");
  contract_must(qent__gateway_rotate_keys(wg->rig.gw, &spec, &view, &err), &err, "rotate");
  wg_check_conf(wg, &view);
  wg_add(wg, key, ",\"count\":2");
  contract_must(qent__gateway_remove_account(wg->rig.gw, key, &err), &err, "remove");
  assert_int_equal(wg_count(wg, key), 0);
  assert_int_equal(wg_count(wg, other), 1);
  qent_account_view_dispose(&view);
}

/* The panel's own job would switch a renewed account off again. */
void date_set_by_hand_is_taken_away(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  qent_account_spec spec = contract_spec(&wg->rig, key);
  qent_account_view view;

  (void)wg_control(wg, "POST", "/config", "{\"expires_job\":true}");
  wg_add(wg, key, ",\"expires\":\"2020-01-01T00:00:00.000Z\"");
  view = ensured(wg, &spec);
  wg_check(wg, &spec);
  wg_check_conf(wg, &view);
  qent_account_view_dispose(&view);
}

void odd_names_disturb_nobody(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  (void)wg_control(wg, "POST", "/clients", "{\"name\":{\"a\":[1]}}");
  (void)wg_control(wg, "POST", "/clients", "{\"name\":\"\"}");
  (void)wg_control(wg, "POST", "/clients", "{\"name\":\"two\\nlines\"}");
  (void)wg_control(wg, "POST", "/clients", "{\"name\":\"\\u041c\\u043e\\u0439 phone\"}");
  make(wg, &spec);
  contract_must(qent__gateway_remove_account(wg->rig.gw, key, &err), &err, "remove");
}

void full_panel_says_what_to_do(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  char last[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec one = contract_spec(&wg->rig, key);
  qent_account_spec spec = contract_spec(&wg->rig, last);

  (void)wg_control(wg, "POST", "/config", "{\"prefix\":24}");
  make(wg, &one);
  wg_add(wg, "other", ",\"count\":252");
  assert_int_equal(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "full"));
  assert_non_null(strstr(err.message, "capacity"));
  assert_int_equal(wg_count(wg, last), 0);
  contract_must(qent__gateway_rotate_keys(wg->rig.gw, &one, &view, &err), &err, "rotate");
  qent_account_view_dispose(&view);
}

static void use(const struct wg_rig *wg, const char *key, long long rx, long long tx)
{
  char body[160];

  (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"rx\":%lld,\"tx\":%lld}", key, rx, tx);
  (void)wg_control(wg, "POST", "/usage", body);
}

static void check_used(struct wg_rig *wg, const char *key, int64_t used)
{
  qent_account_view view = fetched(wg, key);

  assert_int_equal(view.used_bytes, used);
  qent_account_view_dispose(&view);
}

void counters_start_anew(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  qent_account_spec spec = contract_spec(&wg->rig, key);

  make(wg, &spec);
  check_used(wg, key, 0);
  use(wg, key, 60000000000, 7);
  check_used(wg, key, 60000000007);
  spec.enabled = false;
  make(wg, &spec);
  check_used(wg, key, -1);
  spec.enabled = true;
  make(wg, &spec);
  check_used(wg, key, 0);
  use(wg, key, 5, 5);
  (void)wg_control(wg, "POST", "/restart", "{}");
  check_used(wg, key, 0);
}

void who_is_online_is_told(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  char idle[33];
  char off[33];
  qent_error err = QENT_ERROR_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_account_view view;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  make(wg, &spec);
  spec = contract_spec(&wg->rig, idle);
  make(wg, &spec);
  spec = contract_spec(&wg->rig, off);
  spec.enabled = false;
  make(wg, &spec);
  use(wg, key, 1, 1);
  view = fetched(wg, key);
  assert_true(view.online_at > 1700000000);
  contract_must(qent__gateway_node_stats(wg->rig.gw, &stats, &err), &err, "statistics");
  assert_int_equal(stats.online, 1);
  assert_int_equal(stats.active_users, 2);
  assert_int_equal(stats.cpu_percent, -1);
  qent_account_view_dispose(&view);
}

void one_login_serves_all_calls(void **state)
{
  struct wg_rig *wg = *state;

  for (int i = 0; i < 3; i++) {
    char key[33];
    qent_account_spec spec = contract_spec(&wg->rig, key);
    make(wg, &spec);
  }
  assert_int_equal(wg_calls(wg, wg->kind->login), 1);
}

void wrong_password_is_tried_once(void **state)
{
  struct wg_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;

  for (int i = 0; i < 3; i++) {
    assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EAUTH);
    assert_true(err.retry_after_ms > 0 && err.retry_after_ms <= 900000);
    assert_null(strstr(err.message, "wrong"));
  }
  assert_int_equal(wg_calls(wg, wg->kind->login), 1);
}

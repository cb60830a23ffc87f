/* SPDX-License-Identifier: MIT */
#include "panel_cases.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD_NEW "Q0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0M="
#define DAY INT64_C(86400)
#define ACTS_AND_FAILS "\"kind\":\"act_then_status\",\"status\":500"
#define FAILS "\"kind\":\"status\",\"status\":500"

/* As members of a switch. */
static const char *const faults[] = {
    "\"kind\":\"act_then_timeout\",\"ms\":50",
    ACTS_AND_FAILS,
    "\"kind\":\"act_then_status\",\"status\":502",
    "\"kind\":\"cut\"",
    "\"kind\":\"act_then_delay\",\"ms\":50",
    "\"kind\":\"timeout\",\"ms\":50",
    "\"kind\":\"refuse\"",
    FAILS,
    "\"kind\":\"status\",\"status\":503",
    "\"kind\":\"429\",\"retry_after\":2",
    "\"kind\":\"garbage\"",
    "\"kind\":\"html\",\"status\":502",
    "\"kind\":\"html\",\"status\":200",
    "\"kind\":\"huge\",\"bytes\":40000000",
    "\"kind\":\"delay\",\"ms\":50",
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

const char *panel_fault_number(const struct panel_kind *kind, size_t number)
{
  if (number < FAULTS)
    return faults[number];
  return kind->more_faults ? kind->more_faults[number - FAULTS] : NULL;
}

static void set_fault(const struct panel_rig *panel, const struct panel_call *call,
                      const char *fault, int count)
{
  char kind[160];

  (void)snprintf(kind, sizeof kind, "%s,\"after\":%d", fault, call->after);
  panel_fault(panel, call->match, kind, count);
}

/* Without a call that met it, a fault shows nothing. */
static void fault_was_met(const struct panel_call *call, const char *fault)
{
  if (panel_clear_faults() == 0)
    fail_msg("%s: there was no call \"%s\" after %d others", fault, call->match, call->after);
}

typedef void (*fault_case)(struct panel_rig *panel, const struct panel_call *call,
                           const char *fault);

/* Run the case for every fault of every call. */
static void under_any_fault(struct panel_rig *panel, const struct panel_call *calls, fault_case run)
{
  assert_non_null(calls->match);
  for (const struct panel_call *call = calls; call->match; call++)
    for (size_t i = 0; panel_fault_number(panel->kind, i); i++)
      run(panel, call, panel_fault_number(panel->kind, i));
}

static void make_under(struct panel_rig *panel, const struct panel_call *call, const char *fault)
{
  char key[33];
  qent_account_spec spec = panel_spec(panel, key);

  set_fault(panel, call, fault, 1);
  panel_repeat(panel, qent__gateway_ensure_account, &spec, fault);
  fault_was_met(call, fault);
}

void new_account_under_any_fault_is_one_account(void **state)
{
  struct panel_rig *panel = *state;

  under_any_fault(panel, panel->kind->make, make_under);
}

static void change_under(struct panel_rig *panel, const struct panel_call *call, const char *fault)
{
  char key[33];
  qent_account_spec spec = panel_spec(panel, key);

  panel_ensure(panel, &spec);
  for (int on = 0; on < 2; on++) {
    spec.enabled = on;
    spec.expires_at += 30 * DAY;
    spec.traffic_limit_bytes *= 2;
    set_fault(panel, call, fault, 1);
    panel_repeat(panel, qent__gateway_ensure_account, &spec, fault);
    fault_was_met(call, fault);
  }
}

void change_under_any_fault_is_exact(void **state)
{
  struct panel_rig *panel = *state;

  under_any_fault(panel, panel->kind->change, change_under);
}

static void rotate_under(struct panel_rig *panel, const struct panel_call *call, const char *fault)
{
  char key[33];
  qent_account_spec spec = panel_spec(panel, key);
  qent_account_view before;
  qent_account_view after;

  panel_ensure(panel, &spec);
  before = contract_fetched(&panel->rig, key);
  spec.uuid = panel_uuid(panel);
  spec.password = PASSWORD_NEW;
  set_fault(panel, call, fault, 1);
  panel_repeat(panel, qent__gateway_rotate_keys, &spec, fault);
  fault_was_met(call, fault);
  after = contract_fetched(&panel->rig, key);
  contract_check_keys(&panel->rig, &after, spec.uuid);
  contract_check_kept(&panel->rig, &before, &after, false);
  qent_account_view_dispose(&before);
  qent_account_view_dispose(&after);
}

void rotation_under_any_fault_has_the_new_keys(void **state)
{
  struct panel_rig *panel = *state;

  under_any_fault(panel, panel->kind->rotate, rotate_under);
}

static void remove_under(struct panel_rig *panel, const struct panel_call *call, const char *fault)
{
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = panel_spec(panel, key);
  qent_status st = QENT_ETIMEOUT;

  panel_ensure(panel, &spec);
  set_fault(panel, call, fault, 1);
  for (int i = 0; i < PANEL_TRIES && st != QENT_OK; i++) {
    st = qent__gateway_remove_account(panel->rig.gw, key, &err);
    if (st != QENT_OK && !panel_worth_a_repeat(st))
      fail_msg("%s: %s: %s", fault, qent_status_name(st), err.message);
  }
  contract_must(st, &err, fault);
  assert_int_equal(panel_count(panel, key), 0);
  fault_was_met(call, fault);
}

void removal_under_any_fault_is_complete(void **state)
{
  struct panel_rig *panel = *state;

  under_any_fault(panel, panel->kind->remove, remove_under);
}

static qent_status count_one(const qent_account_view *view, void *user)
{
  (void)view;
  ++*(int *)user;
  return QENT_OK;
}

/* Call the reading verb of this number; when it succeeds, it was right about the only account. */
static qent_status read_only_account(struct panel_rig *panel, int verb, const char *key,
                                     qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_status st;
  bool more = false;
  int seen = 0;

  if (verb == 0) {
    st = qent__gateway_fetch_account(panel->rig.gw, key, &view, err);
    assert_int_equal(view.link_count, st == QENT_OK ? panel->kind->links : 0);
  } else if (verb == 1) {
    st = qent__gateway_list_accounts(panel->rig.gw, 0, 10, count_one, &seen, &more, err);
    assert_int_equal(seen, st == QENT_OK);
  } else if (verb == 2) {
    st = qent__gateway_probe(panel->rig.gw, err);
  } else {
    st = qent__gateway_node_stats(panel->rig.gw, &stats, err);
    assert_int_equal(stats.active_users, st == QENT_OK ? 1 : -1);
  }
  qent_account_view_dispose(&view);
  return st;
}

/* Reading changes nothing, so a failure may be anything that is worth a repeat. */
static void read_under(struct panel_rig *panel, const struct panel_call *call, const char *fault)
{
  char key[33];
  qent_account_spec spec = panel_spec(panel, key);
  qent_error err = QENT_ERROR_INIT;

  panel_ensure(panel, &spec);
  for (int verb = 0; verb < 4; verb++) {
    qent_status st;
    set_fault(panel, call, fault, 1);
    st = read_only_account(panel, verb, key, &err);
    if (st != QENT_OK && !panel_worth_a_repeat(st))
      fail_msg("verb %d, %s: %s: %s", verb, fault, qent_status_name(st), err.message);
    fault_was_met(call, fault);
    contract_must(read_only_account(panel, verb, key, &err), &err, fault);
  }
  contract_must(qent__gateway_remove_account(panel->rig.gw, key, &err), &err, fault);
}

void reading_under_any_fault_fails_or_is_right(void **state)
{
  static const struct panel_call first_call[] = {{"", 0}, {NULL, 0}};

  under_any_fault(*state, first_call, read_under);
}

/* A panel that acted and answered with an error is asked at once: no repeat is needed. */
void acted_then_500_succeeds_at_once(void **state)
{
  struct panel_rig *panel = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = panel_spec(panel, key);
  qent_account_view view;

  set_fault(panel, &panel->kind->make[0], ACTS_AND_FAILS, 1);
  view = contract_ensured(&panel->rig, &spec);
  qent_account_view_dispose(&view);
  set_fault(panel, &panel->kind->change[0], ACTS_AND_FAILS, 1);
  spec.enabled = false;
  spec.expires_at += DAY;
  view = contract_ensured(&panel->rig, &spec);
  qent_account_view_dispose(&view);
  panel_check(panel, &spec);
  set_fault(panel, &panel->kind->remove[0], ACTS_AND_FAILS, 1);
  contract_must(qent__gateway_remove_account(panel->rig.gw, key, &err), &err, "remove");
  assert_int_equal(panel_count(panel, key), 0);
  assert_int_equal(panel_clear_faults(), 3);
}

/* "It did not act" is said only when the panel confirms it. */
void refused_with_500_and_silent_is_a_timeout(void **state)
{
  enum { MAKE, CHANGE, REMOVE, STEPS };
  struct panel_rig *panel = *state;
  const struct panel_call *const acts[STEPS] = {panel->kind->make, panel->kind->change,
                                                panel->kind->remove};
  char key[33];
  qent_account_spec spec = panel_spec(panel, key);

  for (int step = MAKE; step < STEPS; step++) {
    for (int silent = 0; silent < 2; silent++) {
      qent_error err = QENT_ERROR_INIT;
      qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
      set_fault(panel, acts[step], FAILS, 1);
      if (silent)
        set_fault(panel, &panel->kind->second_look, FAILS, -1);
      assert_int_equal(step == REMOVE
                           ? qent__gateway_remove_account(panel->rig.gw, key, &err)
                           : qent__gateway_ensure_account(panel->rig.gw, &spec, &view, &err),
                       silent ? QENT_ETIMEOUT : QENT_EUPSTREAM);
      assert_true(silent || err.http_status == 500);
      assert_true(panel_clear_faults() > silent);
    }
    panel_ensure(panel, &spec);
    spec.enabled = false;
    spec.expires_at += DAY;
  }
}

/* Each wrong login is reported to the panel's owner, and a few lock people out, too. */
void wrong_password_is_tried_once(void **state)
{
  struct panel_rig *panel = *state;
  qent_error err = QENT_ERROR_INIT;
  char key[33];
  qent_account_spec spec = panel_spec(panel, key);
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  for (int i = 0; i < 5; i++) {
    qent_status st = i % 2 ? qent__gateway_probe(panel->rig.gw, &err)
                           : qent__gateway_ensure_account(panel->rig.gw, &spec, &view, &err);
    assert_int_equal(st, QENT_EAUTH);
    assert_true(err.retry_after_ms > 0 && err.retry_after_ms <= 900000);
    assert_null(strstr(err.message, PANEL_WRONG_PASSWORD));
  }
  assert_int_equal(panel_calls(panel, panel->kind->login), 1);
}

void one_login_serves_all_calls(void **state)
{
  struct panel_rig *panel = *state;

  for (int i = 0; i < 5; i++) {
    char key[33];
    qent_account_spec spec = panel_spec(panel, key);
    panel_ensure(panel, &spec);
  }
  assert_int_equal(panel_calls(panel, panel->kind->login), 1);
}

void sessions_share_one_login(void **state)
{
  struct panel_rig *panel = *state;

  sessions_together_make_one_account(state);
  assert_true(panel_calls(panel, panel->kind->login) <= 1); /* an API token needs none */
}

/* SPDX-License-Identifier: MIT */
#include "marzban_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The suite against the sandbox's Marzban, and what the panel and the network do to a call on bad
 * days. Whatever happens, a caller that repeats a failed verb ends with exactly one account. */

#define UUID_NEW "33333333-cccc-4ccc-8ccc-cccccccccccc"
#define PASSWORD_NEW "Q0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0M="
#define TRIES 3

/* Every test has a panel of its own. */
static int make_marzban(void **state)
{
  return marzban_open(state, "admin", "{}");
}

static int make_vless_only(void **state)
{
  return marzban_open(state, "admin", "{\"inbounds\":{\"vless\":[\"VLESS TCP REALITY\"]}}");
}

static int make_without_shadowsocks(void **state)
{
  return marzban_open(state, "admin", "{\"exclude_inbounds\":[\"Shadowsocks TCP\"]}");
}

static int make_with_wrong_password(void **state)
{
  return marzban_open(state, "wrong", "{}");
}

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

static void repeat_until_done(struct marzban_rig *mz, spec_verb verb, const qent_account_spec *spec,
                              const char *what)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_ETIMEOUT;

  for (int i = 0; i < TRIES && st != QENT_OK; i++) {
    st = verb(mz->rig.gw, spec, &view, &err);
    if (st != QENT_OK && !worth_a_repeat(st))
      fail_msg("%s: %s: %s", what, qent_status_name(st), err.message);
    if (st != QENT_OK && !strstr(err.message, "node contract: "))
      fail_msg("%s: the message does not name the node: %s", what, err.message);
  }
  if (st != QENT_OK)
    fail_msg("%s: still %s after %d tries: %s", what, qent_status_name(st), TRIES, err.message);
  assert_string_equal(view.key, spec->key);
  assert_true(view.link_count == 2);
  qent_account_view_dispose(&view);
}

static void make(struct marzban_rig *mz, const qent_account_spec *spec)
{
  repeat_until_done(mz, qent__gateway_ensure_account, spec, "make");
}

static void new_account_under_any_fault_is_one_account(void **state)
{
  static const char *const calls[] = {"POST /api/user$", "PUT /api/user/", "GET /api/user/"};
  struct marzban_rig *mz = *state;

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
    for (size_t i = 0; i < FAULTS; i++) {
      char key[33];
      qent_account_spec spec = contract_spec(&mz->rig, key);
      marzban_fault(mz, calls[c], faults[i], 1);
      repeat_until_done(mz, qent__gateway_ensure_account, &spec, faults[i]);
      marzban_check(mz, &spec);
      marzban_clear_faults();
    }
}

static void renewal_under_any_fault_is_exact(void **state)
{
  struct marzban_rig *mz = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    qent_account_spec spec = contract_spec(&mz->rig, key);
    make(mz, &spec);
    spec.expires_at += INT64_C(86400) * 30;
    spec.enabled = i % 2 == 0;
    marzban_fault(mz, "PUT /api/user/", faults[i], 1);
    repeat_until_done(mz, qent__gateway_ensure_account, &spec, faults[i]);
    marzban_check(mz, &spec);
    marzban_clear_faults();
  }
}

static void rotation_under_any_fault_has_the_new_keys(void **state)
{
  struct marzban_rig *mz = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    qent_account_spec spec = contract_spec(&mz->rig, key);
    make(mz, &spec);
    spec.uuid = UUID_NEW;
    spec.password = PASSWORD_NEW;
    marzban_fault(mz, "PUT /api/user/", faults[i], 1);
    repeat_until_done(mz, qent__gateway_rotate_keys, &spec, faults[i]);
    marzban_check(mz, &spec);
    marzban_clear_faults();
  }
}

static void removal_under_any_fault_is_complete(void **state)
{
  struct marzban_rig *mz = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    qent_error err = QENT_ERROR_INIT;
    qent_account_spec spec = contract_spec(&mz->rig, key);
    qent_status st = QENT_ETIMEOUT;
    make(mz, &spec);
    marzban_fault(mz, "DELETE /api/user/", faults[i], 1);
    for (int n = 0; n < TRIES && st != QENT_OK; n++) {
      st = qent__gateway_remove_account(mz->rig.gw, key, &err);
      if (st != QENT_OK && !worth_a_repeat(st))
        fail_msg("%s: %s: %s", faults[i], qent_status_name(st), err.message);
    }
    assert_int_equal(st, QENT_OK);
    assert_true(marzban_is_missing(mz, key));
    marzban_clear_faults();
  }
}

/* A panel that acted and answered with an error is asked at once: no repeat is needed. */
static void acted_then_500_succeeds_at_once(void **state)
{
  struct marzban_rig *mz = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&mz->rig, key);

  marzban_fault(mz, "POST /api/user$", "\"kind\":\"act_then_status\",\"status\":500", 1);
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "make");
  marzban_fault(mz, "PUT /api/user/", "\"kind\":\"act_then_status\",\"status\":500", 1);
  spec.expires_at += 86400;
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "renew");
  marzban_fault(mz, "DELETE /api/user/", "\"kind\":\"act_then_status\",\"status\":500", 1);
  contract_must(qent__gateway_remove_account(mz->rig.gw, key, &err), &err, "remove");
  qent_account_view_dispose(&view);
}

/* "It did not act" is said only when the panel confirms it. */
static void refused_with_500_and_silent_is_a_timeout(void **state)
{
  struct marzban_rig *mz = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&mz->rig, key);

  make(mz, &spec);
  spec.expires_at += 86400;
  marzban_fault(mz, "PUT /api/user/", "\"kind\":\"status\",\"status\":500", 1);
  assert_int_equal(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
  marzban_fault(mz, "/api/user", "\"kind\":\"status\",\"status\":500", -1);
  assert_int_equal(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), QENT_ETIMEOUT);
  assert_int_equal(qent__gateway_remove_account(mz->rig.gw, key, &err), QENT_ETIMEOUT);
  marzban_clear_faults();
}

static void lost_tokens_are_renewed_in_the_middle(void **state)
{
  struct marzban_rig *mz = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&mz->rig, key);

  make(mz, &spec);
  (void)marzban_control(mz, "POST", "/revoke-tokens", "{}");
  spec.expires_at += 86400;
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "renew");
  marzban_check(mz, &spec);
  marzban_fault(mz, "POST /api/user$", "\"kind\":\"status\",\"status\":401", 1);
  (void)contract_spec(&mz->rig, key);
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "make");
  marzban_check(mz, &spec);
  marzban_fault(mz, "/api/user", "\"kind\":\"status\",\"status\":401", 2);
  assert_int_equal(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), QENT_EAUTH);
  marzban_clear_faults();
  qent_account_view_dispose(&view);
}

/* Each failed login sends the password to the panel's reports. */
static void wrong_password_is_tried_once(void **state)
{
  struct marzban_rig *mz = *state;
  qent_error err = QENT_ERROR_INIT;

  for (int i = 0; i < 3; i++) {
    assert_int_equal(qent__gateway_probe(mz->rig.gw, &err), QENT_EAUTH);
    assert_true(err.retry_after_ms > 0 && err.retry_after_ms <= 900000);
    assert_null(strstr(err.message, "wrong"));
  }
  assert_int_equal(marzban_calls(mz, "POST /api/admin/token"), 1);
}

static void one_login_serves_all_calls(void **state)
{
  struct marzban_rig *mz = *state;

  for (int i = 0; i < 5; i++) {
    char key[33];
    qent_account_spec spec = contract_spec(&mz->rig, key);
    make(mz, &spec);
  }
  assert_int_equal(marzban_calls(mz, "POST /api/admin/token"), 1);
  assert_int_equal(marzban_calls(mz, "GET /api/inbounds"), 1);
}

static void no_link_has_an_empty_sid(void **state)
{
  struct marzban_rig *mz = *state;

  for (int i = 0; i < 3; i++) {
    char key[33];
    qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
    qent_error err = QENT_ERROR_INIT;
    qent_account_spec spec = contract_spec(&mz->rig, key);
    (void)marzban_control(mz, "POST", "/restart", "{}");
    contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "make");
    assert_int_equal(view.link_count, 2);
    assert_null(strstr(view.links[0], "sid=#"));
    assert_null(strstr(view.links[0], "sid=&"));
    assert_non_null(strstr(view.links[0], "&sid="));
    qent_account_view_dispose(&view);
  }
}

static void account_without_an_owner_can_be_removed(void **state)
{
  struct marzban_rig *mz = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = contract_spec(&mz->rig, key);

  (void)marzban_control(mz, "POST", "/config", "{\"ownerless\":true}");
  make(mz, &spec);
  contract_must(qent__gateway_remove_account(mz->rig.gw, key, &err), &err, "remove");
  assert_true(marzban_is_missing(mz, key));
}

static void stopped_core_fails_the_probe(void **state)
{
  struct marzban_rig *mz = *state;
  qent_error err = QENT_ERROR_INIT;

  (void)marzban_control(mz, "POST", "/config", "{\"core_started\":false}");
  assert_int_equal(qent__gateway_probe(mz->rig.gw, &err), QENT_EUPSTREAM);
  assert_non_null(strstr(err.message, "not running"));
}

static void panel_without_inbounds_says_what_to_do(void **state)
{
  struct marzban_rig *mz = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&mz->rig, key);

  (void)marzban_control(mz, "POST", "/config", "{\"inbounds\":[]}");
  assert_int_equal(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "inbounds"));
  assert_int_equal(qent__gateway_probe(mz->rig.gw, &err), QENT_EINVAL);
  assert_true(marzban_is_missing(mz, key));
}

static void check_only_vless(struct marzban_rig *mz, spec_verb verb, const qent_account_spec *spec)
{
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  contract_must(verb(mz->rig.gw, spec, &view, &err), &err, "only vless");
  assert_int_equal(view.link_count, 1);
  assert_non_null(strstr(view.links[0], "vless://"));
  qent_account_view_dispose(&view);
}

static void only_the_chosen_inbounds_are_given(void **state)
{
  struct marzban_rig *mz = *state;
  char key[33];
  qent_account_spec spec = contract_spec(&mz->rig, key);

  check_only_vless(mz, qent__gateway_ensure_account, &spec);
  spec.uuid = UUID_NEW;
  check_only_vless(mz, qent__gateway_rotate_keys, &spec);
  marzban_check(mz, &spec);
}

static void usage_is_told_and_survives_a_renewal(void **state)
{
  struct marzban_rig *mz = *state;
  char key[33];
  char body[160];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&mz->rig, key);

  make(mz, &spec);
  (void)snprintf(body, sizeof body,
                 "{\"username\":\"%s\",\"add_bytes\":60000000000,\"online\":true,\"review\":true}",
                 key);
  (void)marzban_control(mz, "POST", "/usage", body);
  contract_must(qent__gateway_fetch_account(mz->rig.gw, key, &view, &err), &err, "fetch");
  assert_int_equal(view.used_bytes, 60000000000);
  assert_true(view.online_at > 1700000000);
  assert_true(view.enabled); /* limited is not switched off */
  spec.traffic_limit_bytes = 120000000000;
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "renew");
  assert_int_equal(view.used_bytes, 60000000000);
  marzban_check(mz, &spec);
  qent_account_view_dispose(&view);
}

static void sessions_share_one_login(void **state)
{
  sessions_together_make_one_account(state);
  assert_int_equal(marzban_calls(*state, "POST /api/admin/token"), 1);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      GATEWAY_CONTRACT(make_marzban),
      CONTRACT_CASE(new_account_under_any_fault_is_one_account, make_marzban),
      CONTRACT_CASE(renewal_under_any_fault_is_exact, make_marzban),
      CONTRACT_CASE(rotation_under_any_fault_has_the_new_keys, make_marzban),
      CONTRACT_CASE(removal_under_any_fault_is_complete, make_marzban),
      CONTRACT_CASE(acted_then_500_succeeds_at_once, make_marzban),
      CONTRACT_CASE(refused_with_500_and_silent_is_a_timeout, make_marzban),
      CONTRACT_CASE(lost_tokens_are_renewed_in_the_middle, make_marzban),
      CONTRACT_CASE(wrong_password_is_tried_once, make_with_wrong_password),
      CONTRACT_CASE(one_login_serves_all_calls, make_marzban),
      CONTRACT_CASE(no_link_has_an_empty_sid, make_marzban),
      CONTRACT_CASE(account_without_an_owner_can_be_removed, make_marzban),
      CONTRACT_CASE(stopped_core_fails_the_probe, make_marzban),
      CONTRACT_CASE(panel_without_inbounds_says_what_to_do, make_marzban),
      CONTRACT_CASE(only_the_chosen_inbounds_are_given, make_vless_only),
      CONTRACT_CASE(only_the_chosen_inbounds_are_given, make_without_shadowsocks),
      CONTRACT_CASE(usage_is_told_and_survives_a_renewal, make_marzban),
      CONTRACT_CASE(sessions_share_one_login, make_marzban),
  };
  int failures;

  if (argc != 2 || !sandbox_start(&marzban_sandbox, argv[1])) {
    (void)fprintf(stderr, "usage: test_gateway_marzban PATH-OF-qent-sandbox\n");
    return 2;
  }
  failures = cmocka_run_group_tests_name("gateway contract: marzban", tests, NULL, NULL);
  sandbox_stop(&marzban_sandbox);
  return failures;
}

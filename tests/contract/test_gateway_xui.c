/* SPDX-License-Identifier: MIT */
#include "xui_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The suite against the sandbox's 3x-ui in every generation, and what the network and a login do to
 * a call on bad days. Whatever happens, a caller that repeats a failed verb ends with exactly one
 * account. What is odd about the panel itself is in test_gateway_xui_odd.c. */

#define PASSWORD_NEW "Q0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0M="
#define DAY INT64_C(86400)

/* Faults, as members of a switch. */
static const char *const faults[] = {
    "\"kind\":\"act_then_timeout\",\"ms\":50",
    "\"kind\":\"act_then_status\",\"status\":500",
    "\"kind\":\"act_then_status\",\"status\":502",
    "\"kind\":\"cut\"",
    "\"kind\":\"act_then_delay\",\"ms\":50",
    "\"kind\":\"timeout\",\"ms\":50",
    "\"kind\":\"refuse\"",
    "\"kind\":\"status\",\"status\":500",
    "\"kind\":\"status\",\"status\":503",
    "\"kind\":\"status\",\"status\":401",
    "\"kind\":\"status\",\"status\":404",
    "\"kind\":\"429\",\"retry_after\":2",
    "\"kind\":\"garbage\"",
    "\"kind\":\"html\",\"status\":502",
    "\"kind\":\"html\",\"status\":200",
    "\"kind\":\"huge\",\"bytes\":40000000",
    "\"kind\":\"delay\",\"ms\":50",
    "\"kind\":\"status\",\"status\":200", /* success:false, "database is locked" */
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

static const char *add_call(const struct xui_rig *xu)
{
  return xu->pairs ? "POST /panel/api/inbounds/addClient$" : "POST /panel/api/clients/add$";
}

static const char *update_call(const struct xui_rig *xu)
{
  return xu->pairs ? "POST /panel/api/inbounds/updateClient/" : "POST /panel/api/clients/update/";
}

static const char *read_call(const struct xui_rig *xu)
{
  return xu->pairs ? "GET /panel/api/inbounds/list" : "GET /panel/api/clients/get/";
}

static void new_account_under_any_fault_is_one_account(void **state)
{
  struct xui_rig *xu = *state;
  const char *const calls[] = {add_call(xu), update_call(xu), read_call(xu),
                               "GET /panel/api/clients/links/"};

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
    for (size_t i = 0; i < FAULTS; i++) {
      char key[33];
      qent_account_spec spec = xui_spec(xu, key);
      xui_fault(xu, calls[c], faults[i], 1);
      xui_repeat(xu, qent__gateway_ensure_account, &spec, faults[i]);
      xui_check(xu, &spec);
      xui_clear_faults();
    }
}

/* The second of the two calls that make a pair. */
static void second_half_under_any_fault_is_completed(void **state)
{
  struct xui_rig *xu = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    char kind[128];
    qent_account_spec spec = xui_spec(xu, key);
    (void)snprintf(kind, sizeof kind, "%s,\"after\":1", faults[i]);
    xui_fault(xu, add_call(xu), kind, 1);
    xui_repeat(xu, qent__gateway_ensure_account, &spec, faults[i]);
    xui_check(xu, &spec);
    xui_clear_faults();
  }
}

static void renewal_under_any_fault_is_exact(void **state)
{
  struct xui_rig *xu = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    qent_account_spec spec = xui_spec(xu, key);
    xui_ensure(xu, &spec);
    spec.expires_at += 30 * DAY;
    spec.traffic_limit_bytes *= 2;
    spec.enabled = i % 2 == 0;
    xui_fault(xu, update_call(xu), faults[i], 1);
    xui_repeat(xu, qent__gateway_ensure_account, &spec, faults[i]);
    xui_check(xu, &spec);
    xui_clear_faults();
  }
}

static void rotation_under_any_fault_has_the_new_keys(void **state)
{
  struct xui_rig *xu = *state;

  for (size_t i = 0; i < FAULTS; i++) {
    char key[33];
    char kind[128];
    qent_account_spec spec = xui_spec(xu, key);
    xui_ensure(xu, &spec);
    spec.uuid = xui_uuid(xu);
    spec.password = PASSWORD_NEW;
    (void)snprintf(kind, sizeof kind, "%s,\"after\":%d", faults[i], (int)(i % 2));
    xui_fault(xu, update_call(xu), kind, 1);
    xui_repeat(xu, qent__gateway_rotate_keys, &spec, faults[i]);
    xui_check(xu, &spec);
    xui_clear_faults();
  }
}

static void remove_under(struct xui_rig *xu, const char *match, const char *fault)
{
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = xui_spec(xu, key);
  qent_status st = QENT_ETIMEOUT;

  xui_ensure(xu, &spec);
  xui_fault(xu, match, fault, 1);
  for (int i = 0; i < 3 && st != QENT_OK; i++) {
    st = qent__gateway_remove_account(xu->rig.gw, key, &err);
    if (st != QENT_OK && !xui_worth_a_repeat(st))
      fail_msg("%s: %s: %s", fault, qent_status_name(st), err.message);
  }
  assert_int_equal(st, QENT_OK);
  assert_int_equal(xui_clients(xu, key), 0);
  xui_clear_faults();
}

static void removal_under_any_fault_is_complete(void **state)
{
  struct xui_rig *xu = *state;
  const char *drop = xu->pairs ? "POST /panel/api/inbounds/" : "POST /panel/api/clients/del/";

  for (size_t i = 0; i < FAULTS; i++) {
    remove_under(xu, drop, faults[i]);
    remove_under(xu, read_call(xu), faults[i]);
  }
}

static qent_status count_one(const qent_account_view *view, void *user)
{
  (void)view;
  ++*(int *)user;
  return QENT_OK;
}

/* Reading changes nothing, so a failure may be anything that is worth a repeat. */
static void reading_under_any_fault_fails_or_is_right(void **state)
{
  struct xui_rig *xu = *state;
  char key[33];
  qent_account_spec spec = xui_spec(xu, key);

  xui_ensure(xu, &spec);
  for (size_t i = 0; i < FAULTS; i++)
    for (int verb = 0; verb < 4; verb++) {
      qent_error err = QENT_ERROR_INIT;
      qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
      qent_node_stats stats = QENT_NODE_STATS_INIT;
      qent_status st = QENT_OK;
      bool more = false;
      int seen = 0;
      xui_fault(xu, verb == 3 ? "/panel/api/server/" : "/panel/api/", faults[i], 1);
      if (verb == 0)
        st = qent__gateway_fetch_account(xu->rig.gw, key, &view, &err);
      else if (verb == 1)
        st = qent__gateway_list_accounts(xu->rig.gw, 0, 10, count_one, &seen, &more, &err);
      else if (verb == 2)
        st = qent__gateway_probe(xu->rig.gw, &err);
      else
        st = qent__gateway_node_stats(xu->rig.gw, &stats, &err);
      if (st != QENT_OK && !xui_worth_a_repeat(st))
        fail_msg("verb %d, %s: %s: %s", verb, faults[i], qent_status_name(st), err.message);
      if (st == QENT_OK && verb == 0)
        assert_int_equal(view.link_count, 2);
      if (st == QENT_OK && verb == 1)
        assert_int_equal(seen, 1);
      xui_clear_faults();
      contract_must(qent__gateway_fetch_account(xu->rig.gw, key, &view, &err), &err, "fetch");
      qent_account_view_dispose(&view);
    }
}

/* A panel that acted and answered with an error is asked at once: no repeat is needed where one
 * call does it all. */
static void acted_then_500_succeeds_at_once(void **state)
{
  struct xui_rig *xu = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = xui_spec(xu, key);

  xui_fault(xu, add_call(xu), "\"kind\":\"act_then_status\",\"status\":500", 1);
  contract_must(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), &err, "make");
  xui_fault(xu, update_call(xu), "\"kind\":\"act_then_status\",\"status\":500", 1);
  spec.expires_at += DAY;
  contract_must(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), &err, "renew");
  xui_check(xu, &spec);
  xui_fault(xu, "POST /panel/api/clients/del/", "\"kind\":\"act_then_status\",\"status\":500", 1);
  contract_must(qent__gateway_remove_account(xu->rig.gw, key, &err), &err, "remove");
  assert_int_equal(xui_clients(xu, key), 0);
  xui_clear_faults();
  qent_account_view_dispose(&view);
}

static void another_accounts_data_is_refused(void **state)
{
  struct xui_rig *xu = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = xui_spec(xu, key);

  xui_ensure(xu, &spec);
  xui_fault(
      xu, "GET /panel/api/clients/get/",
      "\"kind\":\"status\",\"status\":200,\"body\":\"{\\\"success\\\":true,\\\"msg\\\":"
      "\\\"\\\",\\\"obj\\\":{\\\"client\\\":{\\\"email\\\":\\\"other\\\",\\\"enable\\\":true},"
      "\\\"inboundIds\\\":[1]}}\"",
      1);
  assert_int_equal(qent__gateway_fetch_account(xu->rig.gw, key, &view, &err), QENT_EPROTO);
  assert_non_null(strstr(err.message, "node contract: "));
  assert_null(view.key);
  xui_clear_faults();
}

static void login_under_any_fault_is_repeated(void **state)
{
  static const char *const calls[] = {"POST /login$", "GET /csrf-token$",
                                      "GET /panel/api/clients/list/paged"};
  struct xui_rig *xu = *state;
  char key[33];
  qent_account_spec spec = xui_spec(xu, key);

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
    for (size_t i = 0; i < FAULTS; i++) {
      if (strstr(faults[i], "401") || strstr(faults[i], "\"status\":200"))
        continue; /* a refused login: not repeated */
      (void)xui_control(xu, "POST", "/revoke-sessions", "{}");
      xui_fault(xu, calls[c], faults[i], 1);
      spec.expires_at += DAY;
      xui_ensure(xu, &spec);
      xui_check(xu, &spec);
      xui_clear_faults();
    }
}

static void lost_sessions_are_renewed_in_the_middle(void **state)
{
  struct xui_rig *xu = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = xui_spec(xu, key);

  xui_ensure(xu, &spec);
  (void)xui_control(xu, "POST", "/revoke-sessions", "{}");
  spec.expires_at += DAY;
  contract_must(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), &err, "renew");
  xui_check(xu, &spec);
  xui_fault(xu, update_call(xu), "\"kind\":\"status\",\"status\":403", 1); /* CSRF */
  spec.expires_at += DAY;
  contract_must(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), &err, "renew");
  xui_check(xu, &spec);
  assert_in_range(xui_calls(xu, "POST /login"), 2, 3);
  xui_clear_faults();
  qent_account_view_dispose(&view);
}

/* After five wrong logins the panel locks out people, too. */
static void wrong_password_is_tried_once(void **state)
{
  struct xui_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;
  char key[33];
  qent_account_spec spec = xui_spec(xu, key);
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  for (int i = 0; i < 5; i++) {
    qent_status st = i % 2 ? qent__gateway_probe(xu->rig.gw, &err)
                           : qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err);
    assert_int_equal(st, QENT_EAUTH);
    assert_true(err.retry_after_ms > 0 && err.retry_after_ms <= 900000);
    assert_null(strstr(err.message, "wr0ng"));
  }
  assert_int_equal(xui_calls(xu, "POST /login"), 1);
}

static void wrong_token_is_not_tried_again(void **state)
{
  struct xui_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;

  for (int i = 0; i < 5; i++) {
    assert_int_equal(qent__gateway_probe(xu->rig.gw, &err), QENT_EAUTH);
    assert_null(strstr(err.message, "wr0ng"));
  }
  assert_in_range(xui_calls(xu, "GET /panel/api/clients/list/paged"), 1, 2);
  assert_int_equal(xui_calls(xu, "POST /login"), 0);
}

static void token_without_the_right_is_an_auth_failure(void **state)
{
  struct xui_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;
  char key[33];
  qent_account_spec spec = xui_spec(xu, key);
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  xui_config(xu, "{\"tokens\":[{\"token\":\"" XUI_TOKEN "\",\"scope\":\"monitor\"}]}");
  assert_int_equal(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), QENT_EAUTH);
  assert_int_equal(xui_clients(xu, key), 0);
}

static void second_factor_is_an_auth_failure(void **state)
{
  struct xui_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;

  xui_config(xu, "{\"two_factor\":\"JBSWY3DPEHPK3PXP\"}");
  for (int i = 0; i < 3; i++)
    assert_int_equal(qent__gateway_probe(xu->rig.gw, &err), QENT_EAUTH);
  assert_int_equal(xui_calls(xu, "POST /login"), 1);
}

static void one_login_serves_all_calls(void **state)
{
  struct xui_rig *xu = *state;

  for (int i = 0; i < 4; i++) {
    char key[33];
    qent_account_spec spec = xui_spec(xu, key);
    xui_ensure(xu, &spec);
  }
  assert_int_equal(xui_calls(xu, "POST /login"), 1);
}

static void sessions_share_one_login(void **state)
{
  struct xui_rig *xu = *state;

  sessions_together_make_one_account(state);
  assert_in_range(xui_calls(xu, "POST /login"), 0, 1);
}

static int make_with_wrong_password(void **state)
{
  return xui_open(state, &(struct xui_panel){.config = "{}", .password = "wr0ng"});
}

static int make_old_with_wrong_password(void **state)
{
  return xui_open(state,
                  &(struct xui_panel){.config = xui_a.config, .password = "wr0ng", .pairs = true});
}

static int make_with_wrong_token(void **state)
{
  return xui_open(
      state,
      &(struct xui_panel){.config = xui_c_bearer.config, .username = "token", .password = "wr0ng"});
}

#define UNDER_FAULTS(test)                                                                         \
  CONTRACT_CASE(test, xui_make_a), CONTRACT_CASE(test, xui_make_b2_cookie),                        \
      CONTRACT_CASE(test, xui_make_c_bearer)

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      GATEWAY_CONTRACT(xui_make_a),
      GATEWAY_CONTRACT(xui_make_b),
      GATEWAY_CONTRACT(xui_make_b2_cookie),
      GATEWAY_CONTRACT(xui_make_b2_bearer),
      GATEWAY_CONTRACT(xui_make_c_cookie),
      GATEWAY_CONTRACT(xui_make_c_bearer),
      UNDER_FAULTS(new_account_under_any_fault_is_one_account),
      UNDER_FAULTS(renewal_under_any_fault_is_exact),
      UNDER_FAULTS(rotation_under_any_fault_has_the_new_keys),
      UNDER_FAULTS(removal_under_any_fault_is_complete),
      UNDER_FAULTS(reading_under_any_fault_fails_or_is_right),
      CONTRACT_CASE(second_half_under_any_fault_is_completed, xui_make_b),
      CONTRACT_CASE(acted_then_500_succeeds_at_once, xui_make_c_cookie),
      CONTRACT_CASE(acted_then_500_succeeds_at_once, xui_make_c_bearer),
      CONTRACT_CASE(another_accounts_data_is_refused, xui_make_c_cookie),
      CONTRACT_CASE(login_under_any_fault_is_repeated, xui_make_a),
      CONTRACT_CASE(login_under_any_fault_is_repeated, xui_make_c_cookie),
      CONTRACT_CASE(lost_sessions_are_renewed_in_the_middle, xui_make_a),
      CONTRACT_CASE(lost_sessions_are_renewed_in_the_middle, xui_make_b),
      CONTRACT_CASE(lost_sessions_are_renewed_in_the_middle, xui_make_b2_cookie),
      CONTRACT_CASE(lost_sessions_are_renewed_in_the_middle, xui_make_c_cookie),
      CONTRACT_CASE(wrong_password_is_tried_once, make_with_wrong_password),
      CONTRACT_CASE(wrong_password_is_tried_once, make_old_with_wrong_password),
      CONTRACT_CASE(wrong_token_is_not_tried_again, make_with_wrong_token),
      CONTRACT_CASE(token_without_the_right_is_an_auth_failure, xui_make_c_bearer),
      CONTRACT_CASE(second_factor_is_an_auth_failure, xui_make_c_cookie),
      CONTRACT_CASE(one_login_serves_all_calls, xui_make_a),
      CONTRACT_CASE(one_login_serves_all_calls, xui_make_c_cookie),
      XUI_EVERY(sessions_share_one_login),
  };
  int failures;

  if (argc != 2 || !sandbox_start(&xui_sandbox, argv[1])) {
    (void)fprintf(stderr, "usage: test_gateway_xui PATH-OF-qent-sandbox\n");
    return 2;
  }
  failures = cmocka_run_group_tests_name("gateway contract: 3x-ui", tests, NULL, NULL);
  sandbox_stop(&xui_sandbox);
  return failures;
}

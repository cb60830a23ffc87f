/* SPDX-License-Identifier: MIT */
#include "panel_cases.h"
#include "xui_rig.h"

#include <string.h>

/* The suite against the sandbox's 3x-ui in every generation, the bad days, and what a login does to
 * a call. What is odd about the panel itself is in test_gateway_xui_odd.c. */

#define DAY INT64_C(86400)

static void another_accounts_data_is_refused(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(xu, key);

  panel_ensure(xu, &spec);
  panel_fault(
      xu, "GET /panel/api/clients/get/",
      "\"kind\":\"status\",\"status\":200,\"body\":\"{\\\"success\\\":true,\\\"msg\\\":"
      "\\\"\\\",\\\"obj\\\":{\\\"client\\\":{\\\"email\\\":\\\"other\\\",\\\"enable\\\":true},"
      "\\\"inboundIds\\\":[1]}}\"",
      1);
  assert_int_equal(qent__gateway_fetch_account(xu->rig.gw, key, &view, &err), QENT_EPROTO);
  assert_non_null(strstr(err.message, "node contract: "));
  assert_null(view.key);
  (void)panel_clear_faults();
}

static void login_under_any_fault_is_repeated(void **state)
{
  static const char *const calls[] = {"POST /login$", "GET /csrf-token$",
                                      "GET /panel/api/clients/list/paged"};
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
    for (size_t i = 0; panel_fault_number(xu->kind, i); i++) {
      const char *fault = panel_fault_number(xu->kind, i);
      if (strstr(fault, "401") || strstr(fault, "\"status\":200"))
        continue; /* a refused login: not repeated */
      (void)panel_control(xu, "POST", "/revoke-sessions", "{}");
      panel_fault(xu, calls[c], fault, 1);
      spec.expires_at += DAY;
      panel_ensure(xu, &spec);
      (void)panel_clear_faults();
    }
}

static void lost_sessions_are_renewed_in_the_middle(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(xu, key);

  panel_ensure(xu, &spec);
  (void)panel_control(xu, "POST", "/revoke-sessions", "{}");
  spec.expires_at += DAY;
  contract_must(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), &err, "renew");
  panel_check(xu, &spec);
  panel_fault(xu, xu->kind->change[0].match, "\"kind\":\"status\",\"status\":403", 1); /* CSRF */
  spec.expires_at += DAY;
  contract_must(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), &err, "renew");
  panel_check(xu, &spec);
  assert_in_range(panel_calls(xu, "POST /login"), 2, 3);
  (void)panel_clear_faults();
  qent_account_view_dispose(&view);
}

static void wrong_token_is_not_tried_again(void **state)
{
  struct panel_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;

  for (int i = 0; i < 5; i++) {
    assert_int_equal(qent__gateway_probe(xu->rig.gw, &err), QENT_EAUTH);
    assert_null(strstr(err.message, PANEL_WRONG_PASSWORD));
  }
  assert_in_range(panel_calls(xu, "GET /panel/api/clients/list/paged"), 1, 2);
  assert_int_equal(panel_calls(xu, "POST /login"), 0);
}

static void token_without_the_right_is_an_auth_failure(void **state)
{
  struct panel_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  panel_config(xu, "{\"tokens\":[{\"token\":\"" XUI_TOKEN "\",\"scope\":\"monitor\"}]}");
  assert_int_equal(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), QENT_EAUTH);
  assert_int_equal(panel_count(xu, key), 0);
}

static void second_factor_is_an_auth_failure(void **state)
{
  struct panel_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;

  panel_config(xu, "{\"two_factor\":\"JBSWY3DPEHPK3PXP\"}");
  for (int i = 0; i < 3; i++)
    assert_int_equal(qent__gateway_probe(xu->rig.gw, &err), QENT_EAUTH);
  assert_int_equal(panel_calls(xu, "POST /login"), 1);
}

static int make_with_wrong_password(void **state)
{
  return panel_open(state, &xui_clients, &(struct panel_setup){.password = PANEL_WRONG_PASSWORD});
}

static int make_old_with_wrong_password(void **state)
{
  return panel_open(
      state, &xui_pairs,
      &(struct panel_setup){.config = "{\"generation\":\"A\"}", .password = PANEL_WRONG_PASSWORD});
}

static int make_with_wrong_token(void **state)
{
  return panel_open(state, &xui_clients,
                    &(struct panel_setup){.username = "token", .password = PANEL_WRONG_PASSWORD});
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      GATEWAY_CONTRACT(xui_make_a),
      GATEWAY_CONTRACT(xui_make_b),
      GATEWAY_CONTRACT(xui_make_b2_cookie),
      GATEWAY_CONTRACT(xui_make_b2_bearer),
      GATEWAY_CONTRACT(xui_make_c_cookie),
      GATEWAY_CONTRACT(xui_make_c_bearer),
      PANEL_CASES(xui_make_a),
      PANEL_CASES(xui_make_b2_cookie),
      PANEL_CASES(xui_make_c_bearer),
      CONTRACT_CASE(new_account_under_any_fault_is_one_account, xui_make_b),
      CONTRACT_CASE(acted_then_500_succeeds_at_once, xui_make_c_cookie),
      CONTRACT_CASE(acted_then_500_succeeds_at_once, xui_make_c_bearer),
      CONTRACT_CASE(refused_with_500_and_silent_is_a_timeout, xui_make_c_cookie),
      CONTRACT_CASE(refused_with_500_and_silent_is_a_timeout, xui_make_c_bearer),
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

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: 3x-ui", tests, panel_sandbox_start,
                                     panel_sandbox_stop);
}

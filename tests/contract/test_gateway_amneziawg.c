/* SPDX-License-Identifier: MIT */
#include "gateway/amneziawg.h"
#include "wg_cases.h"

#include <stdio.h>
#include <string.h>

/* The suite and the bad days, against the sandbox's amnezia-wg-easy; and what only it does. */

static const struct wg_kind amneziawg = {
    .factory = &qent__amneziawg_factory,
    .target = "amneziawg",
    .clients = "/api/wireguard/client",
    .login = "POST /api/session",
    .password = "admin",
};

/* Every test has a panel of its own. */
static int make_amneziawg(void **state)
{
  return wg_open(state, &amneziawg, amneziawg.password);
}

static int make_with_wrong_password(void **state)
{
  return wg_open(state, &amneziawg, "wrong");
}

static qent_status ensure(struct wg_rig *wg, const qent_account_spec *spec, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = qent__gateway_ensure_account(wg->rig.gw, spec, &view, err);

  if (st == QENT_OK)
    wg_check_conf(wg, &view);
  qent_account_view_dispose(&view);
  return st;
}

/* 500 means "not logged in" as well as "failed": one question tells which. */
static void lost_session_is_renewed_in_the_middle(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  contract_must(ensure(wg, &spec, &err), &err, "make");
  (void)wg_control(wg, "POST", "/logout", "{}");
  spec.enabled = false;
  contract_must(ensure(wg, &spec, &err), &err, "switch off");
  wg_check(wg, &spec);
  assert_int_equal(wg_calls(wg, "POST /api/session"), 2);
  (void)wg_control(wg, "POST", "/restart", "{}");
  (void)contract_spec(&wg->rig, key);
  contract_must(ensure(wg, &spec, &err), &err, "make another");
  wg_check(wg, &spec);
  assert_int_equal(wg_calls(wg, "POST /api/session"), 3);
}

/* A real failure with a good session is no reason to log in again. */
static void failure_with_a_session_is_a_failure(void **state)
{
  struct wg_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;

  contract_must(qent__gateway_probe(wg->rig.gw, &err), &err, "probe");
  wg_fault(wg, "GET $", 0, "\"kind\":\"status\",\"status\":500", 1);
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
  assert_int_equal(wg_calls(wg, "POST /api/session"), 1);
  wg_clear_faults();
}

static void panel_without_a_password_is_refused(void **state)
{
  struct wg_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;

  (void)wg_control(wg, "POST", "/config", "{\"password\":\"\"}");
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EAUTH);
  assert_non_null(strstr(err.message, "PASSWORD_HASH"));
}

/* Clients would take the file for plain WireGuard, and never connect. */
static void file_without_parameters_is_refused(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  (void)wg_control(wg, "POST", "/config", "{\"broken_conf\":true}");
  assert_int_equal(ensure(wg, &spec, &err), QENT_EPROTO);
  assert_non_null(strstr(err.message, "Jc"));
}

static void release_is_told(void **state)
{
  struct wg_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  contract_must(qent__gateway_node_stats(wg->rig.gw, &stats, &err), &err, "statistics");
  assert_string_equal(stats.version, "14");
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      GATEWAY_CONTRACT(make_amneziawg),
      WG_CASES(make_amneziawg),
      CONTRACT_CASE(wrong_password_is_tried_once, make_with_wrong_password),
      CONTRACT_CASE(lost_session_is_renewed_in_the_middle, make_amneziawg),
      CONTRACT_CASE(failure_with_a_session_is_a_failure, make_amneziawg),
      CONTRACT_CASE(panel_without_a_password_is_refused, make_amneziawg),
      CONTRACT_CASE(file_without_parameters_is_refused, make_amneziawg),
      CONTRACT_CASE(release_is_told, make_amneziawg),
  };
  int failures;

  if (argc != 2 || !sandbox_start(&wg_sandbox, argv[1])) {
    (void)fprintf(stderr, "usage: test_gateway_amneziawg PATH-OF-qent-sandbox\n");
    return 2;
  }
  failures = cmocka_run_group_tests_name("gateway contract: amneziawg", tests, NULL, NULL);
  sandbox_stop(&wg_sandbox);
  return failures;
}

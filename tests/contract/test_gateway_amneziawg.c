/* SPDX-License-Identifier: MIT */
#include "wg_cases.h"

#include <string.h>

/* The suite and the bad days, against the sandbox's amnezia-wg-easy; and what only it does. */

/* Every test has a panel of its own. */
static int make_amneziawg(void **state)
{
  return panel_open(state, &amneziawg, NULL);
}

static int make_with_wrong_password(void **state)
{
  return panel_open(state, &amneziawg, &(struct panel_setup){.password = PANEL_WRONG_PASSWORD});
}

static qent_status ensure(struct panel_rig *wg, const qent_account_spec *spec, qent_error *err)
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
  struct panel_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = panel_spec(wg, key);

  contract_must(ensure(wg, &spec, &err), &err, "make");
  (void)panel_control(wg, "POST", "/logout", "{}");
  spec.enabled = false;
  contract_must(ensure(wg, &spec, &err), &err, "switch off");
  panel_check(wg, &spec);
  assert_int_equal(panel_calls(wg, "POST /api/session"), 2);
  (void)panel_control(wg, "POST", "/restart", "{}");
  (void)panel_spec(wg, key);
  contract_must(ensure(wg, &spec, &err), &err, "make another");
  panel_check(wg, &spec);
  assert_int_equal(panel_calls(wg, "POST /api/session"), 3);
}

/* A real failure with a good session is no reason to log in again. */
static void failure_with_a_session_is_a_failure(void **state)
{
  struct panel_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;

  contract_must(qent__gateway_probe(wg->rig.gw, &err), &err, "probe");
  panel_fault(wg, "GET /api/wireguard/client$", "\"kind\":\"status\",\"status\":500", 1);
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
  assert_int_equal(panel_calls(wg, "POST /api/session"), 1);
  (void)panel_clear_faults();
}

static void panel_without_a_password_is_refused(void **state)
{
  struct panel_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;

  panel_config(wg, "{\"password\":\"\"}");
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EAUTH);
  assert_non_null(strstr(err.message, "PASSWORD_HASH"));
}

/* Clients would take the file for plain WireGuard, and never connect. */
static void file_without_parameters_is_refused(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = panel_spec(wg, key);

  panel_config(wg, "{\"broken_conf\":true}");
  assert_int_equal(ensure(wg, &spec, &err), QENT_EPROTO);
  assert_non_null(strstr(err.message, "Jc"));
}

static void release_is_told(void **state)
{
  struct panel_rig *wg = *state;
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

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: amneziawg", tests, panel_sandbox_start,
                                     panel_sandbox_stop);
}

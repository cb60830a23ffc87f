/* SPDX-License-Identifier: MIT */
#include "wg_cases.h"

#include <string.h>

/* The suite and the bad days, against the sandbox's wg-easy 15; and what only it does. */

/* Every test has a panel of its own. */
static int make_wgeasy(void **state)
{
  return panel_open(state, &wgeasy, NULL);
}

static int make_with_wrong_password(void **state)
{
  return panel_open(state, &wgeasy, &(struct panel_setup){.password = PANEL_WRONG_PASSWORD});
}

/* A switch-off by the panel's job and one by us look alike, so we leave no date behind. */
static void renewed_account_stays_on(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(wg, key);

  wg_add(wg, key, ",\"expires\":\"2020-01-01\"");
  assert_true(*sandbox_control(&panel_sandbox, "POST", "/clock", "{\"advance\":61}") != '\0');
  contract_must(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), &err, "renew");
  assert_true(*sandbox_control(&panel_sandbox, "POST", "/clock", "{\"advance\":61}") != '\0');
  panel_check(wg, &spec);
  qent_account_view_dispose(&view);
}

/* The password was changed on the panel: the calls stop. */
static void changed_password_stops_the_calls(void **state)
{
  struct panel_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;

  contract_must(qent__gateway_probe(wg->rig.gw, &err), &err, "probe");
  panel_config(wg, "{\"password\":\"another-password\"}");
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EAUTH);
  assert_true(err.retry_after_ms > 0);
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EAUTH);
  assert_int_equal(panel_calls(wg, "GET /api/admin/interface"), 2);
}

/* The size of the network is the panel's to choose. */
static void small_network_is_full_early(void **state)
{
  struct panel_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(wg, key);

  panel_config(wg, "{\"prefix\":30}");
  wg_add(wg, "other", "");
  assert_int_equal(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "full (1 peers for 1 addresses)"));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      GATEWAY_CONTRACT(make_wgeasy),
      WG_CASES(make_wgeasy),
      CONTRACT_CASE(wrong_password_is_tried_once, make_with_wrong_password),
      CONTRACT_CASE(renewed_account_stays_on, make_wgeasy),
      CONTRACT_CASE(changed_password_stops_the_calls, make_wgeasy),
      CONTRACT_CASE(small_network_is_full_early, make_wgeasy),
  };

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: wgeasy", tests, panel_sandbox_start,
                                     panel_sandbox_stop);
}

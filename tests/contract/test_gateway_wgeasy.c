/* SPDX-License-Identifier: MIT */
#include "gateway/wgeasy.h"
#include "wg_cases.h"

#include <stdio.h>
#include <string.h>

/* The suite and the bad days, against the sandbox's wg-easy 15; and what only it does. */

static const struct wg_kind wgeasy = {
    .factory = &qent__wgeasy_factory,
    .target = "wgeasy",
    .clients = "/api/client",
    .login = "GET /api/admin/interface",
    .password = "admin-password",
};

/* Every test has a panel of its own. */
static int make_wgeasy(void **state)
{
  return wg_open(state, &wgeasy, wgeasy.password);
}

static int make_with_wrong_password(void **state)
{
  return wg_open(state, &wgeasy, "wrong-password");
}

/* A switch-off by the panel's job and one by us look alike, so we leave no date behind. */
static void renewed_account_stays_on(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  wg_add(wg, key, ",\"expires\":\"2020-01-01\"");
  assert_true(*sandbox_control(&wg_sandbox, "POST", "/clock", "{\"advance\":61}") != '\0');
  contract_must(qent__gateway_ensure_account(wg->rig.gw, &spec, &view, &err), &err, "renew");
  assert_true(*sandbox_control(&wg_sandbox, "POST", "/clock", "{\"advance\":61}") != '\0');
  wg_check(wg, &spec);
  qent_account_view_dispose(&view);
}

/* The password was changed on the panel: the calls stop. */
static void changed_password_stops_the_calls(void **state)
{
  struct wg_rig *wg = *state;
  qent_error err = QENT_ERROR_INIT;

  contract_must(qent__gateway_probe(wg->rig.gw, &err), &err, "probe");
  (void)wg_control(wg, "POST", "/config", "{\"password\":\"another-password\"}");
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EAUTH);
  assert_true(err.retry_after_ms > 0);
  assert_int_equal(qent__gateway_probe(wg->rig.gw, &err), QENT_EAUTH);
  assert_int_equal(wg_calls(wg, "GET /api/admin/interface"), 2);
}

/* The size of the network is the panel's to choose. */
static void small_network_is_full_early(void **state)
{
  struct wg_rig *wg = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = contract_spec(&wg->rig, key);

  (void)wg_control(wg, "POST", "/config", "{\"prefix\":30}");
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
  int failures;

  if (argc != 2 || !sandbox_start(&wg_sandbox, argv[1])) {
    (void)fprintf(stderr, "usage: test_gateway_wgeasy PATH-OF-qent-sandbox\n");
    return 2;
  }
  failures = cmocka_run_group_tests_name("gateway contract: wgeasy", tests, NULL, NULL);
  sandbox_stop(&wg_sandbox);
  return failures;
}

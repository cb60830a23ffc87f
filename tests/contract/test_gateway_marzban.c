/* SPDX-License-Identifier: MIT */
#include "marzban_rig.h"
#include "panel_cases.h"

#include <stdio.h>
#include <string.h>

/* The suite and the bad days, against the sandbox's Marzban; and what only it does. */

#define UUID_NEW "33333333-cccc-4ccc-8ccc-cccccccccccc"

/* Every test has a panel of its own. */
static int make_marzban(void **state)
{
  return panel_open(state, &marzban, NULL);
}

static int make_with_wrong_password(void **state)
{
  return panel_open(state, &marzban, &(struct panel_setup){.password = PANEL_WRONG_PASSWORD});
}

static int make_vless_only(void **state)
{
  return panel_open(
      state, &marzban,
      &(struct panel_setup){.options = "{\"inbounds\":{\"vless\":[\"VLESS TCP REALITY\"]}}"});
}

static int make_without_shadowsocks(void **state)
{
  return panel_open(
      state, &marzban,
      &(struct panel_setup){.options = "{\"exclude_inbounds\":[\"Shadowsocks TCP\"]}"});
}

static void lost_tokens_are_renewed_in_the_middle(void **state)
{
  struct panel_rig *mz = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(mz, key);

  panel_ensure(mz, &spec);
  (void)panel_control(mz, "POST", "/revoke-tokens", "{}");
  spec.expires_at += 86400;
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "renew");
  panel_check(mz, &spec);
  panel_fault(mz, "POST /api/user$", "\"kind\":\"status\",\"status\":401", 1);
  (void)panel_spec(mz, key);
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "make");
  panel_check(mz, &spec);
  panel_fault(mz, "/api/user", "\"kind\":\"status\",\"status\":401", 2);
  assert_int_equal(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), QENT_EAUTH);
  (void)panel_clear_faults();
  qent_account_view_dispose(&view);
}

static void inbounds_are_read_once(void **state)
{
  struct panel_rig *mz = *state;

  for (int i = 0; i < 5; i++) {
    char key[33];
    qent_account_spec spec = panel_spec(mz, key);
    panel_ensure(mz, &spec);
  }
  assert_int_equal(panel_calls(mz, "GET /api/inbounds"), 1);
}

static void no_link_has_an_empty_sid(void **state)
{
  struct panel_rig *mz = *state;

  for (int i = 0; i < 3; i++) {
    char key[33];
    qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
    qent_error err = QENT_ERROR_INIT;
    qent_account_spec spec = panel_spec(mz, key);
    (void)panel_control(mz, "POST", "/restart", "{}");
    contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "make");
    assert_int_equal(view.link_count, 2);
    assert_null(strstr(view.links[0], "sid=#"));
    assert_null(strstr(view.links[0], "sid=&"));
    assert_non_null(strstr(view.links[0], "&sid="));
    qent_account_view_dispose(&view);
  }
}

/* Switched off first: the panel forgets to tell its core of the deletion. */
static void account_without_an_owner_can_be_removed(void **state)
{
  struct panel_rig *mz = *state;
  char key[33];
  int changes;
  qent_error err = QENT_ERROR_INIT;
  qent_account_spec spec = panel_spec(mz, key);

  panel_config(mz, "{\"ownerless\":true}");
  panel_ensure(mz, &spec);
  changes = panel_calls(mz, "PUT /api/user/{id}");
  contract_must(qent__gateway_remove_account(mz->rig.gw, key, &err), &err, "remove");
  assert_int_equal(panel_count(mz, key), 0);
  assert_int_equal(panel_calls(mz, "PUT /api/user/{id}"), changes + 1);
}

static void stopped_core_fails_the_probe(void **state)
{
  struct panel_rig *mz = *state;
  qent_error err = QENT_ERROR_INIT;

  panel_config(mz, "{\"core_started\":false}");
  assert_int_equal(qent__gateway_probe(mz->rig.gw, &err), QENT_EUPSTREAM);
  assert_non_null(strstr(err.message, "not running"));
}

static void panel_without_inbounds_says_what_to_do(void **state)
{
  struct panel_rig *mz = *state;
  char key[33];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(mz, key);

  panel_config(mz, "{\"inbounds\":[]}");
  assert_int_equal(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "inbounds"));
  assert_int_equal(qent__gateway_probe(mz->rig.gw, &err), QENT_EINVAL);
  assert_int_equal(panel_count(mz, key), 0);
}

static void check_only_vless(struct panel_rig *mz, panel_verb verb, const qent_account_spec *spec)
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
  struct panel_rig *mz = *state;
  char key[33];
  qent_account_spec spec = panel_spec(mz, key);

  check_only_vless(mz, qent__gateway_ensure_account, &spec);
  spec.uuid = UUID_NEW;
  check_only_vless(mz, qent__gateway_rotate_keys, &spec);
  panel_check(mz, &spec);
}

static void usage_is_told_and_survives_a_renewal(void **state)
{
  struct panel_rig *mz = *state;
  char key[33];
  char body[160];
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_account_spec spec = panel_spec(mz, key);

  panel_ensure(mz, &spec);
  (void)snprintf(body, sizeof body,
                 "{\"username\":\"%s\",\"add_bytes\":60000000000,\"online\":true,\"review\":true}",
                 key);
  (void)panel_control(mz, "POST", "/usage", body);
  contract_must(qent__gateway_fetch_account(mz->rig.gw, key, &view, &err), &err, "fetch");
  assert_int_equal(view.used_bytes, 60000000000);
  assert_true(view.online_at > 1700000000);
  assert_true(view.enabled); /* limited is not switched off */
  spec.traffic_limit_bytes = 120000000000;
  contract_must(qent__gateway_ensure_account(mz->rig.gw, &spec, &view, &err), &err, "renew");
  assert_int_equal(view.used_bytes, 60000000000);
  panel_check(mz, &spec);
  qent_account_view_dispose(&view);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      GATEWAY_CONTRACT(make_marzban),
      PANEL_CASES(make_marzban),
      CONTRACT_CASE(acted_then_500_succeeds_at_once, make_marzban),
      CONTRACT_CASE(refused_with_500_and_silent_is_a_timeout, make_marzban),
      CONTRACT_CASE(one_login_serves_all_calls, make_marzban),
      CONTRACT_CASE(sessions_share_one_login, make_marzban),
      CONTRACT_CASE(wrong_password_is_tried_once, make_with_wrong_password),
      CONTRACT_CASE(lost_tokens_are_renewed_in_the_middle, make_marzban),
      CONTRACT_CASE(inbounds_are_read_once, make_marzban),
      CONTRACT_CASE(no_link_has_an_empty_sid, make_marzban),
      CONTRACT_CASE(account_without_an_owner_can_be_removed, make_marzban),
      CONTRACT_CASE(stopped_core_fails_the_probe, make_marzban),
      CONTRACT_CASE(panel_without_inbounds_says_what_to_do, make_marzban),
      CONTRACT_CASE(only_the_chosen_inbounds_are_given, make_vless_only),
      CONTRACT_CASE(only_the_chosen_inbounds_are_given, make_without_shadowsocks),
      CONTRACT_CASE(usage_is_told_and_survives_a_renewal, make_marzban),
  };

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: marzban", tests, panel_sandbox_start,
                                     panel_sandbox_stop);
}

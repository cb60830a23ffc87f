/* SPDX-License-Identifier: MIT */
#include "xui_rig.h"

#include <stdio.h>
#include <string.h>

/* What is odd about 3x-ui and not told in its documentation: reference/panels.md section 2 and the
 * panel's source. */

#define DAY INT64_C(86400)

/* A life of an account, on every version where the panel's behaviour changed. */
static void live_on(const char *version, bool token)
{
  void *state = NULL;
  char config[160];
  char key[33];
  qent_error err = QENT_ERROR_INIT;

  (void)snprintf(config, sizeof config, "{\"version\":\"%s\",\"tokens\":[\"" XUI_TOKEN "\"]}",
                 version);
  (void)panel_open(&state, strcmp(version, "3.1") < 0 ? &xui_pairs : &xui_clients,
                   &(struct panel_setup){.config = config,
                                         .username = token ? "token" : NULL,
                                         .password = token ? XUI_TOKEN : NULL});
  struct panel_rig *xu = state;
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view = contract_ensured(&xu->rig, &spec);
  for (size_t i = 0; i < view.link_count; i++)
    assert_non_null(strstr(view.links[i], "@" XUI_HOST ":"));
  assert_int_equal(view.link_count, 2);
  qent_account_view_dispose(&view);
  (void)panel_control(xu, "POST", "/revoke-sessions", "{}");
  spec.expires_at += DAY;
  panel_ensure(xu, &spec);
  contract_must(qent__gateway_probe(xu->rig.gw, &err), &err, version);
  contract_must(qent__gateway_remove_account(xu->rig.gw, key, &err), &err, version);
  assert_int_equal(panel_count(xu, key), 0);
  (void)contract_teardown(&state);
}

static void every_version_serves_an_account(void **state)
{
  static const char *const versions[] = {"2.3.5",  "2.6.7", "2.7.0", "2.8.0", "2.8.4",
                                         "2.8.11", "2.9.4", "3.0.0", "3.0.2", "3.1.0",
                                         "3.2.0",  "3.3.1", "3.4.0", "3.6.0"};

  (void)state;
  for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
    live_on(versions[i], false);
    if (strcmp(versions[i], "3") > 0)
      live_on(versions[i], true);
  }
}

static void base_path_is_part_of_the_url(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_error err = QENT_ERROR_INIT;

  panel_ensure(xu, &spec);
  panel_config(xu, "{\"base_path\":\"/elsewhere/\"}");
  assert_int_not_equal(qent__gateway_probe(xu->rig.gw, &err), QENT_OK);
  assert_non_null(strstr(err.message, "node contract: "));
}

/* The panel's words are in its reader's language but for the part in parentheses. */
static void language_of_the_panel_does_not_matter(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  panel_config(xu, "{\"language\":\"ru-RU\"}");
  assert_int_equal(qent__gateway_fetch_account(xu->rig.gw, key, &view, &err), QENT_ENOTFOUND);
  panel_ensure(xu, &spec);
  panel_ensure(xu, &spec);
  contract_must(qent__gateway_remove_account(xu->rig.gw, key, &err), &err, "remove");
  contract_must(qent__gateway_remove_account(xu->rig.gw, key, &err), &err, "remove again");
}

/* The panel's job switches off who is used up; that is not what we wanted of the account. */
static void used_up_account_is_not_switched_off(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view;

  panel_ensure(xu, &spec);
  xui_use(xu, key, false, spec.traffic_limit_bytes);
  view = contract_fetched(&xu->rig, key);
  assert_true(view.enabled);
  assert_int_equal(view.used_bytes, spec.traffic_limit_bytes);
  assert_true(view.online_at > 1700000000 || xu->kind == &xui_pairs);
  qent_account_view_dispose(&view);
  spec.traffic_limit_bytes *= 2;
  view = contract_ensured(&xu->rig, &spec);
  assert_int_equal(view.used_bytes, spec.traffic_limit_bytes / 2);
  panel_check(xu, &spec);
  spec.enabled = false;
  qent_account_view_dispose(&view);
  view = contract_ensured(&xu->rig, &spec);
  xui_use(xu, key, false, spec.traffic_limit_bytes);
  qent_account_view_dispose(&view);
  view = contract_fetched(&xu->rig, key);
  assert_false(view.enabled);
  qent_account_view_dispose(&view);
}

static void expired_account_is_revived_by_a_renewal(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view;

  spec.expires_at = xu->rig.now - DAY;
  view = contract_ensured(&xu->rig, &spec);
  qent_account_view_dispose(&view);
  (void)panel_control(xu, "POST", "/review", "{}");
  view = contract_fetched(&xu->rig, key);
  assert_true(view.enabled);
  assert_int_equal(view.expires_at, spec.expires_at);
  qent_account_view_dispose(&view);
  spec.expires_at = xu->rig.now + DAY;
  panel_ensure(xu, &spec);
}

static void usage_of_both_inbounds_counts(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view;

  panel_ensure(xu, &spec);
  xui_use(xu, key, false, 1000);
  xui_use(xu, key, true, 234);
  view = contract_fetched(&xu->rig, key);
  assert_int_equal(view.used_bytes, 1234);
  qent_account_view_dispose(&view);
  spec.expires_at += DAY;
  view = contract_ensured(&xu->rig, &spec);
  assert_int_equal(view.used_bytes, 1234);
  qent_account_view_dispose(&view);
}

/* An inbound that was deleted leaves the counters of its clients behind. */
static void new_account_inherits_no_counters(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  char body[320];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view;

  (void)snprintf(body, sizeof body,
                 "{\"orphans\":[{\"email\":\"%s\",\"up\":5,\"down\":6,\"totalGB\":7,"
                 "\"expiryTime\":1600000000000,\"enable\":false,\"inbound\":1}]}",
                 key);
  panel_config(xu, body);
  view = contract_ensured(&xu->rig, &spec);
  assert_int_equal(view.used_bytes, 0);
  panel_check(xu, &spec);
  qent_account_view_dispose(&view);
}

static void stopped_core_fails_the_probe(void **state)
{
  static const char *const states[] = {"{\"xray\":\"stop\"}", "{\"xray\":\"error\"}"};
  struct panel_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;

  for (size_t i = 0; i < 2; i++) {
    panel_config(xu, states[i]);
    assert_int_equal(qent__gateway_probe(xu->rig.gw, &err), QENT_EUPSTREAM);
    assert_non_null(strstr(err.message, "not running"));
  }
}

/* There is no sample of the machine in the first two seconds. */
static void panel_that_just_started_is_asked_again(void **state)
{
  struct panel_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  contract_must(qent__gateway_probe(xu->rig.gw, &err), &err, "probe");
  (void)panel_control(xu, "POST", "/restart", "{}");
  assert_int_equal(qent__gateway_node_stats(xu->rig.gw, &stats, &err), QENT_EUPSTREAM);
  contract_must(qent__gateway_node_stats(xu->rig.gw, &stats, &err), &err, "statistics");
  assert_int_equal(stats.cpu_percent, 7);
  assert_true(stats.online >= 0);
}

static void statistics_tell_who_is_there(void **state)
{
  struct panel_rig *xu = *state;
  qent_error err = QENT_ERROR_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  char keys[3][33];

  for (int i = 0; i < 3; i++) {
    qent_account_spec spec = panel_spec(xu, keys[i]);
    spec.enabled = i != 2;
    panel_ensure(xu, &spec);
  }
  contract_must(qent__gateway_node_stats(xu->rig.gw, &stats, &err), &err, "statistics");
  assert_int_equal(stats.online, 0); /* the panel says null */
  xui_use(xu, keys[0], false, 1000);
  contract_must(qent__gateway_node_stats(xu->rig.gw, &stats, &err), &err, "statistics");
  assert_int_equal(stats.online, 1);
  assert_int_equal(stats.active_users, 2);
  assert_int_equal(stats.traffic_bytes, 1000);
  if (xu->kind == &xui_clients)
    assert_string_equal(stats.version, "3.6.0");
}

static void change_that_waits_for_a_node_is_a_success(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);

  panel_config(xu, "{\"node_pending\":true}");
  panel_ensure(xu, &spec);
  spec.expires_at += DAY;
  panel_ensure(xu, &spec);
}

static int make_deep_a(void **state)
{
  return panel_open(
      state, &xui_pairs,
      &(struct panel_setup){.config = "{\"generation\":\"A\",\"base_path\":\"/deep/\"}",
                            .path = "/deep"});
}

static int make_deep_c(void **state)
{
  return panel_open(state, &xui_clients,
                    &(struct panel_setup){.config = "{\"base_path\":\"/deep/\"}", .path = "/deep"});
}

/* The panel was upgraded under us: the account's clients are taken over, one of them is enough to
 * find it. */
static void upgrade_of_the_panel_is_noticed(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_ETIMEOUT;

  panel_ensure(xu, &spec);
  panel_config(xu, "{\"generation\":\"C\"}");
  for (int i = 0; i < 3 && st != QENT_OK; i++) {
    st = qent__gateway_fetch_account(xu->rig.gw, key, &view, &err);
    assert_true(st == QENT_OK || panel_worth_a_repeat(st));
  }
  contract_must(st, &err, "fetch");
  assert_string_equal(view.key, key);
  qent_account_view_dispose(&view);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_version_serves_an_account),
      CONTRACT_CASE(base_path_is_part_of_the_url, make_deep_a),
      CONTRACT_CASE(base_path_is_part_of_the_url, make_deep_c),
      XUI_OF_EACH_KIND(language_of_the_panel_does_not_matter),
      XUI_OF_EACH_KIND(used_up_account_is_not_switched_off),
      XUI_OF_EACH_KIND(expired_account_is_revived_by_a_renewal),
      XUI_OF_EACH_KIND(usage_of_both_inbounds_counts),
      XUI_OF_EACH_KIND(new_account_inherits_no_counters),
      XUI_OF_EACH_KIND(stopped_core_fails_the_probe),
      XUI_OF_EACH_KIND(panel_that_just_started_is_asked_again),
      XUI_OF_EACH_KIND(statistics_tell_who_is_there),
      CONTRACT_CASE(change_that_waits_for_a_node_is_a_success, xui_make_c_cookie),
      CONTRACT_CASE(upgrade_of_the_panel_is_noticed, xui_make_a),
      CONTRACT_CASE(upgrade_of_the_panel_is_noticed, xui_make_b2_cookie),
  };

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: 3x-ui, odd", tests, panel_sandbox_start,
                                     panel_sandbox_stop);
}

/* SPDX-License-Identifier: MIT */
#include "provision_contract.h"
#include "xui_rig.h"

#include <string.h>

/* Setting up a fresh 3x-ui. */

#define FRESH(generation, more)                                                                    \
  "{\"generation\":\"" generation "\",\"inbounds\":[" more "],\"tokens\":[\"" XUI_TOKEN "\"]}"

static int make_fresh_a(void **state)
{
  return panel_open(state, &xui_pairs, &(struct panel_setup){.config = FRESH("A", "")});
}

static int make_fresh_b(void **state)
{
  return panel_open(state, &xui_pairs, &(struct panel_setup){.config = FRESH("B", "")});
}

static int make_fresh_b2(void **state)
{
  return panel_open(state, &xui_pairs, &(struct panel_setup){.config = FRESH("B'", "")});
}

static int make_fresh_c(void **state)
{
  return panel_open(state, &xui_clients, &(struct panel_setup){.config = FRESH("C", "")});
}

static int make_fresh_c_bearer(void **state)
{
  return panel_open(
      state, &xui_clients,
      &(struct panel_setup){.config = FRESH("C", ""), .username = "token", .password = XUI_TOKEN});
}

static int count_inbounds(const struct panel_rig *xu)
{
  cJSON *root = NULL;
  int count = cJSON_GetArraySize(panel_list(xu, "/inbounds", "", "inbounds", &root));

  cJSON_Delete(root);
  return count;
}

static qent_status provision(struct panel_rig *xu, bool apply, qent_error *err)
{
  qent_provision_spec spec = provision_spec();
  int steps = 0;
  int done = 0;

  spec.apply = apply;
  return provision_run(&xu->rig, &spec, &steps, &done, err);
}

static void must_provision(struct panel_rig *xu, bool apply)
{
  qent_error err = QENT_ERROR_INIT;

  contract_must(provision(xu, apply, &err), &err, "provision");
}

static void check_vless(const cJSON *in)
{
  const cJSON *stream = qent__json_get(in, "streamSettings");
  const cJSON *reality = qent__json_get(stream, "realitySettings");
  const char *target = qent__json_str_or(reality, "target", qent__json_str_or(reality, "dest", ""));

  assert_int_equal(qent__json_i64_or(in, "port", 0), 2053);
  assert_string_equal(qent__json_str_or(stream, "network", ""), "tcp");
  assert_string_equal(qent__json_str_or(stream, "security", ""), "reality");
  assert_non_null(strstr(target, PROVISION_CAMOUFLAGE));
  assert_int_equal(strlen(qent__json_str_or(reality, "privateKey", "")), 43);
  assert_int_equal(strlen(qent__json_str_or(qent__json_get(reality, "settings"), "publicKey", "")),
                   43);
  assert_true(cJSON_GetArraySize(qent__json_get(reality, "shortIds")) > 0);
}

static void check_shadowsocks(const cJSON *in)
{
  const cJSON *settings = qent__json_get(in, "settings");

  assert_int_equal(qent__json_i64_or(in, "port", 0), 443);
  assert_int_equal(strncmp(qent__json_str_or(settings, "method", ""), "2022-", 5), 0);
  assert_true(*qent__json_str_or(settings, "password", "") != '\0');
  assert_non_null(strstr(qent__json_str_or(settings, "network", ""), "tcp"));
}

static void dry_run_makes_no_inbound_and_applying_two(void **state)
{
  struct panel_rig *xu = *state;
  cJSON *root = NULL;
  int seen = 0;

  must_provision(xu, false);
  assert_int_equal(count_inbounds(xu), 0);
  for (int i = 0; i < 2; i++) {
    must_provision(xu, true);
    assert_int_equal(count_inbounds(xu), 2);
  }
  for (const cJSON *in = qent__json_first(panel_list(xu, "/inbounds", "", "inbounds", &root)); in;
       in = in->next) {
    const char *remark = qent__json_str_or(in, "remark", "");
    assert_true(qent__json_bool_or(in, "enable", false));
    if (strcmp(remark, "qent-vless") == 0)
      check_vless(in);
    if (strcmp(remark, "qent-shadowsocks") == 0)
      check_shadowsocks(in);
    seen += strcmp(remark, "qent-vless") == 0 ? 1 : 0;
    seen += strcmp(remark, "qent-shadowsocks") == 0 ? 2 : 0;
  }
  assert_int_equal(seen, 3);
  cJSON_Delete(root);
}

static void accounts_get_the_new_inbounds(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view;

  assert_int_equal(count_inbounds(xu), 2); /* the operator's own, on other ports */
  must_provision(xu, true);
  assert_int_equal(count_inbounds(xu), 4);
  view = contract_ensured(&xu->rig, &spec);
  assert_int_equal(view.link_count, 2);
  assert_non_null(strstr(view.links[0], ":2053"));
  assert_non_null(strstr(view.links[1], ":443"));
  qent_account_view_dispose(&view);
}

static void strangers_are_a_conflict_and_stay(void **state)
{
  static const char *const strangers[] = {
      "{\"inbounds\":[{\"remark\":\"theirs\",\"enable\":true,\"port\":443,\"protocol\":\"trojan\"}]"
      "}",
      "{\"inbounds\":[{\"remark\":\"theirs\",\"enable\":false,\"port\":2053,\"protocol\":"
      "\"vless\"}]}",
      "{\"inbounds\":[{\"remark\":\"qent-vless\",\"enable\":true,\"port\":9999,\"protocol\":"
      "\"vmess\"}]}",
      "{\"inbounds\":[{\"remark\":\"qent-shadowsocks\",\"enable\":true,\"port\":9999,\"protocol\":"
      "\"shadowsocks\",\"settings\":{\"method\":\"aes-256-gcm\",\"password\":\"p\"}}]}",
  };
  struct panel_rig *xu = *state;

  for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
    for (int apply = 0; apply < 2; apply++) {
      qent_error err = QENT_ERROR_INIT;
      panel_config(xu, strangers[i]);
      assert_int_equal(provision(xu, apply != 0, &err), QENT_ECONFLICT);
      assert_non_null(strstr(err.message, "node contract: "));
      assert_int_equal(count_inbounds(xu), 1);
    }
}

/* Whatever happens to a call: a repeat ends with the panel set up, once. */
static void faults_are_healed_by_a_repeat(void **state)
{
  static const char *const calls[] = {"POST /panel/api/inbounds/add$",
                                      "GET /panel/api/inbounds/list"};
  static const char *const kinds[] = {
      "\"kind\":\"cut\"",
      "\"kind\":\"cut\",\"after\":1",
      "\"kind\":\"status\",\"status\":500",
      "\"kind\":\"status\",\"status\":200",
      "\"kind\":\"act_then_status\",\"status\":502",
      "\"kind\":\"act_then_status\",\"status\":500,\"after\":1",
      "\"kind\":\"act_then_timeout\",\"ms\":50",
      "\"kind\":\"html\",\"status\":200",
      "\"kind\":\"garbage\"",
      "\"kind\":\"refuse\"",
  };
  struct panel_rig *xu = *state;

  for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
      qent_error err = QENT_ERROR_INIT;
      qent_status st;
      panel_config(xu, "{\"inbounds\":[]}");
      panel_fault(xu, calls[c], kinds[k], 1);
      st = provision(xu, true, &err);
      if (st != QENT_OK && !panel_worth_a_repeat(st))
        fail_msg("%s: %s: %s", kinds[k], qent_status_name(st), err.message);
      (void)panel_clear_faults();
      contract_must(provision(xu, true, &err), &err, kinds[k]);
      assert_int_equal(count_inbounds(xu), 2);
    }
}

#define FRESH_OF_EACH_KIND(test)                                                                   \
  CONTRACT_CASE(test, make_fresh_a), CONTRACT_CASE(test, make_fresh_b),                            \
      CONTRACT_CASE(test, make_fresh_b2), CONTRACT_CASE(test, make_fresh_c)

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      PROVISION_CONTRACT(make_fresh_a),
      PROVISION_CONTRACT(make_fresh_b),
      PROVISION_CONTRACT(make_fresh_b2),
      PROVISION_CONTRACT(make_fresh_c),
      PROVISION_CONTRACT(make_fresh_c_bearer),
      FRESH_OF_EACH_KIND(dry_run_makes_no_inbound_and_applying_two),
      XUI_OF_EACH_KIND(accounts_get_the_new_inbounds),
      FRESH_OF_EACH_KIND(strangers_are_a_conflict_and_stay),
      FRESH_OF_EACH_KIND(faults_are_healed_by_a_repeat),
  };

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: 3x-ui, provision", tests,
                                     panel_sandbox_start, panel_sandbox_stop);
}

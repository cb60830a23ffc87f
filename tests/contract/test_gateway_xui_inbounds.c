/* SPDX-License-Identifier: MIT */
#include "xui_rig.h"

#include <stdio.h>
#include <string.h>

/* What the panel's inbounds are like, and clients that somebody else made. */

#define DAY INT64_C(86400)
#define KEY_16 "QUFBQUFBQUFBQUFBQUFBQQ=="

/* A member of the account's first client on the panel; "" when it is not a text. */
static void member_of(const struct panel_rig *xu, const char *email, const char *name,
                      char out[128])
{
  cJSON *root = NULL;
  const cJSON *users = panel_list(xu, "/users?email=", email, "users", &root);
  const cJSON *client = qent__json_get(qent__json_first(users), "client");

  assert_non_null(client);
  (void)snprintf(out, 128, "%s", qent__json_str_or(client, name, ""));
  if (!*out && qent__json_i64_or(client, name, 0) != 0)
    (void)snprintf(out, 128, "%lld", (long long)qent__json_i64_or(client, name, 0));
  cJSON_Delete(root);
}

/* A client that somebody made in the dashboard, with what only a person writes. */
static void adopted_account_keeps_what_we_do_not_set(void **state)
{
  struct panel_rig *xu = *state;
  char member[128];
  qent_account_view view;
  char unused[33];
  qent_account_spec spec = panel_spec(xu, unused);

  spec.key = "Old.Customer@shop";
  view = contract_ensured(&xu->rig, &spec);
  assert_string_equal(view.key, "Old.Customer@shop");
  assert_int_equal(view.telegram_id, 4711);
  assert_int_equal(view.expires_at, spec.expires_at);
  qent_account_view_dispose(&view);
  member_of(xu, spec.key, "comment", member);
  assert_non_null(strstr(member, "paid in cash"));
  member_of(xu, spec.key, "tgId", member);
  assert_string_equal(member, "4711");
  member_of(xu, spec.key, "id", member);
  assert_string_equal(member, "99999999-9999-4999-8999-999999999999");
  member_of(xu, spec.key, "subId", member);
  assert_string_equal(member, "handmade");
}

/* A person may have told the panel to add 30 days whenever the time is over, even to a client that
 * is switched off. */
static void adopted_account_ends_when_we_say(void **state)
{
  struct panel_rig *xu = *state;
  char unused[33];
  qent_account_spec spec = panel_spec(xu, unused);
  qent_account_view view;

  spec.key = "Old.Customer@shop";
  spec.enabled = false;
  spec.expires_at = xu->rig.now - DAY;
  view = contract_ensured(&xu->rig, &spec);
  qent_account_view_dispose(&view);
  (void)panel_control(xu, "POST", "/review", "{}");
  view = contract_fetched(&xu->rig, spec.key);
  assert_false(view.enabled);
  assert_int_equal(view.expires_at, spec.expires_at);
  qent_account_view_dispose(&view);
}

#define HANDMADE                                                                                   \
  "{\\\"id\\\":\\\"99999999-9999-4999-8999-999999999999\\\",\\\"email\\\":\\\"Old.Customer@shop"   \
  "\\\",\\\"subId\\\":\\\"handmade\\\",\\\"tgId\\\":4711,\\\"comment\\\":\\\"paid in cash\\\","    \
  "\\\"expiryTime\\\":-864000000,\\\"totalGB\\\":0,\\\"enable\\\":true,\\\"limitIp\\\":0,"         \
  "\\\"flow\\\":\\\"\\\",\\\"reset\\\":30}"
#define WITH_HANDMADE(generation)                                                                  \
  "{\"generation\":\"" generation                                                                  \
  "\",\"inbounds\":[{\"remark\":\"r\",\"enable\":true,\"port\":443,\"protocol\":\"vless\","        \
  "\"settings\":\"{\\\"clients\\\":[" HANDMADE "],\\\"decryption\\\":\\\"none\\\"}\","             \
  "\"streamSettings\":{\"network\":\"tcp\",\"security\":\"reality\",\"realitySettings\":"          \
  "{\"serverNames\":[\"a.example\"],\"shortIds\":[\"01\"],\"settings\":{\"publicKey\":\"p\","      \
  "\"fingerprint\":\"chrome\"}}}}]}"

static int make_a_with_handmade(void **state)
{
  return panel_open(state, &xui_pairs, &(struct panel_setup){.config = WITH_HANDMADE("A")});
}

static int make_c_with_handmade(void **state)
{
  return panel_open(state, &xui_clients, &(struct panel_setup){.config = WITH_HANDMADE("C")});
}

/* Emails that differ in case are one to the panel. */
static void email_in_another_case_is_a_conflict(void **state)
{
  struct panel_rig *xu = *state;
  char unused[33];
  qent_account_spec spec = panel_spec(xu, unused);
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  spec.key = "old.customer@shop";
  assert_int_equal(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), QENT_ECONFLICT);
  assert_non_null(strstr(err.message, "node contract: "));
}

#define SHADOWSOCKS(method, key)                                                                   \
  ",\"inbounds\":[{\"remark\":\"ss\",\"enable\":true,\"port\":443,\"protocol\":\"shadowsocks\","   \
  "\"settings\":{\"method\":\"" method "\",\"password\":\"" key                                    \
  "\",\"network\":\"tcp,udp\",\"clients\":[]},\"streamSettings\":{\"network\":\"tcp\"}}]}"

/* The panel replaces a key of the wrong size without a word. */
static void key_has_the_size_that_the_method_needs(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  char first[128];
  char second[128];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view = contract_ensured(&xu->rig, &spec);

  assert_int_equal(view.link_count, 1);
  qent_account_view_dispose(&view);
  member_of(xu, key, "password", first);
  assert_int_equal(strlen(first), strlen(KEY_16));
  spec.expires_at += DAY;
  view = contract_ensured(&xu->rig, &spec);
  qent_account_view_dispose(&view);
  member_of(xu, key, "password", second);
  assert_string_equal(first, second);
  spec.password = "Q0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0M=";
  for (int i = 0; i < 2; i++) {
    qent_error err = QENT_ERROR_INIT;
    view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
    contract_must(qent__gateway_rotate_keys(xu->rig.gw, &spec, &view, &err), &err, "rotate");
    qent_account_view_dispose(&view);
    member_of(xu, key, "password", second);
    assert_string_not_equal(first, second);
  }
}

static int make_a_with_short_keys(void **state)
{
  return panel_open(state, &xui_pairs,
                    &(struct panel_setup){.config = "{\"generation\":\"A\"" SHADOWSOCKS(
                                              "2022-blake3-aes-128-gcm", KEY_16)});
}

static int make_c_with_short_keys(void **state)
{
  return panel_open(state, &xui_clients,
                    &(struct panel_setup){.config = "{\"generation\":\"C\"" SHADOWSOCKS(
                                              "2022-blake3-aes-128-gcm", KEY_16)});
}

/* Its links carry the method and one key, in base64. */
static void legacy_shadowsocks_has_a_link(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view = contract_ensured(&xu->rig, &spec);

  assert_int_equal(view.link_count, 1);
  assert_non_null(strstr(view.links[0], "ss://Y2hhY2hhMjAtaWV0Zi1wb2x5MTMwNT"));
  qent_account_view_dispose(&view);
}

static int make_a_with_legacy(void **state)
{
  return panel_open(state, &xui_pairs,
                    &(struct panel_setup){.config = "{\"generation\":\"A\"" SHADOWSOCKS(
                                              "chacha20-ietf-poly1305", "server")});
}

static int make_c_with_legacy(void **state)
{
  return panel_open(state, &xui_clients,
                    &(struct panel_setup){.config = "{\"generation\":\"C\"" SHADOWSOCKS(
                                              "chacha20-ietf-poly1305", "server")});
}

static void panel_without_inbounds_says_what_to_do(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_error err = QENT_ERROR_INIT;
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;

  panel_config(xu, "{\"inbounds\":[]}");
  assert_int_equal(qent__gateway_ensure_account(xu->rig.gw, &spec, &view, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "inbound"));
  assert_int_equal(qent__gateway_probe(xu->rig.gw, &err), QENT_EINVAL);
}

static void only_the_chosen_inbounds_are_given(void **state)
{
  struct panel_rig *xu = *state;
  char key[33];
  qent_account_spec spec = panel_spec(xu, key);
  qent_account_view view = contract_ensured(&xu->rig, &spec);

  assert_int_equal(view.link_count, 1);
  assert_non_null(strstr(view.links[0], "vless://"));
  assert_int_equal(panel_count(xu, key), 1);
  qent_account_view_dispose(&view);
}

#define ONLY_VLESS "{\"public_host\":\"" XUI_HOST "\",\"shadowsocks_inbound\":false}"

static int make_a_only_vless(void **state)
{
  return panel_open(
      state, &xui_pairs,
      &(struct panel_setup){.config = "{\"generation\":\"A\"}", .options = ONLY_VLESS});
}

static int make_c_only_vless(void **state)
{
  return panel_open(state, &xui_clients, &(struct panel_setup){.options = ONLY_VLESS});
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      CONTRACT_CASE(adopted_account_keeps_what_we_do_not_set, make_a_with_handmade),
      CONTRACT_CASE(adopted_account_keeps_what_we_do_not_set, make_c_with_handmade),
      CONTRACT_CASE(adopted_account_ends_when_we_say, make_a_with_handmade),
      CONTRACT_CASE(adopted_account_ends_when_we_say, make_c_with_handmade),
      CONTRACT_CASE(email_in_another_case_is_a_conflict, make_a_with_handmade),
      CONTRACT_CASE(email_in_another_case_is_a_conflict, make_c_with_handmade),
      CONTRACT_CASE(key_has_the_size_that_the_method_needs, make_a_with_short_keys),
      CONTRACT_CASE(key_has_the_size_that_the_method_needs, make_c_with_short_keys),
      CONTRACT_CASE(legacy_shadowsocks_has_a_link, make_a_with_legacy),
      CONTRACT_CASE(legacy_shadowsocks_has_a_link, make_c_with_legacy),
      XUI_OF_EACH_KIND(panel_without_inbounds_says_what_to_do),
      CONTRACT_CASE(only_the_chosen_inbounds_are_given, make_a_only_vless),
      CONTRACT_CASE(only_the_chosen_inbounds_are_given, make_c_only_vless),
  };

  panel_sandbox_is_at(argc, argv);
  return cmocka_run_group_tests_name("gateway contract: 3x-ui, inbounds", tests,
                                     panel_sandbox_start, panel_sandbox_stop);
}

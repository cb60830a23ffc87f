/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"
#include "marzban_case.h"
#include "util/alloc.h"
#include "util/x25519.h"

#include <stdio.h>
#include <string.h>

/* Setting a panel up over the wire, against recordings of Marzban 0.8.4 in tests/data/marzban. */

#define CORE "GET /api/core"
#define CONFIG "GET /api/core/config"
#define HOSTS "GET /api/hosts"
#define PUT_CONFIG "PUT /api/core/config"
#define PUT_HOSTS "PUT /api/hosts"
#define LOOKS 4

static char steps[4][256];
static bool done[4];
static size_t step_count;

static void note_step(const char *step, bool is_done, void *user)
{
  (void)user;
  assert_true(step_count < 4);
  assert_true(strlen(step) < sizeof steps[0]);
  memcpy(steps[step_count], step, strlen(step) + 1);
  done[step_count++] = is_done;
}

static int setup(void **state)
{
  (void)marzban_setup(state);
  ((qent__marzban *)wire.gw)->look_pause_ms = 0;
  step_count = 0;
  return 0;
}

static qent_provision_spec wanted(bool apply)
{
  return (qent_provision_spec){.size = sizeof(qent_provision_spec),
                               .public_host = "vpn.example.net",
                               .camouflage = "www.example.com",
                               .vless_port = 2053,
                               .shadowsocks_port = 443,
                               .apply = apply};
}

static void provision(const qent_provision_spec *spec, qent_status expected)
{
  qent_status st = qent__gateway_provision(wire.gw, spec, note_step, NULL, &err);

  if (st != expected)
    fail_msg("%s instead of %s: %s", qent_status_name(st), qent_status_name(expected), err.message);
  assert_int_equal(step_count, st == QENT_OK ? 4 : 0);
  wire_done(&wire);
}

static void expect_looks(int count, const char *file)
{
  for (int i = 0; i < count; i++)
    wire_add(&wire, CORE, 200, file);
}

static void expect_state(const char *config, const char *hosts)
{
  wire_add(&wire, CONFIG, 200, config);
  wire_add(&wire, HOSTS, 200, hosts);
}

static void expect_fresh(void)
{
  expect_looks(1, "core.json");
  expect_state("core_config.json", "hosts.json");
}

static void expect_dead_core(void)
{
  wire_add(&wire, CORE, 200, NULL)->text = "{\"version\":null,\"started\":false}";
}

static void dry_run_tells_and_changes_nothing(void **state)
{
  const qent_provision_spec spec = wanted(false);

  (void)state;
  expect_fresh();
  provision(&spec, QENT_OK);
  assert_string_equal(steps[0], "inbound qent-vless: VLESS Reality on port 2053, posing as "
                                "www.example.com");
  assert_non_null(strstr(steps[1], "Shadowsocks on port 443, chacha20-ietf-poly1305"));
  assert_non_null(strstr(steps[1], "no 2022"));
  assert_string_equal(steps[2], "links of qent-vless lead to vpn.example.net");
  for (int i = 0; i < 4; i++)
    assert_false(done[i]);
}

static void what_is_missing_is_added_behind_all_else(void **state)
{
  const qent_provision_spec spec = wanted(true);
  struct wire_step *put;

  (void)state;
  expect_fresh();
  put = wire_add(&wire, PUT_CONFIG, 200, "core_config_ours.json");
  put->sends[0] = "{\"log\":{\"loglevel\":\"warning\"},\"routing\":{\"rules\":[{\"ip\":"
                  "[\"10.0.0.0/8\"],\"outboundTag\":\"BLOCK\",\"type\":\"field\"}]},\"inbounds\":"
                  "[{\"tag\":\"Shadowsocks TCP\",\"listen\":\"0.0.0.0\",\"port\":1080,\"protocol\":"
                  "\"shadowsocks\",\"settings\":{\"clients\":[],\"network\":\"tcp,udp\"}},"
                  "{\"tag\":\"qent-vless\",\"listen\":\"0.0.0.0\",\"port\":2053,";
  put->sends[1] = "\"dest\":\"www.example.com:443\",\"xver\":0,\"serverNames\":["
                  "\"www.example.com\"],\"privateKey\":\"";
  put->sends[2] = "},{\"tag\":\"qent-shadowsocks\",\"listen\":\"0.0.0.0\",\"port\":443,"
                  "\"protocol\":\"shadowsocks\",\"settings\":{\"clients\":[],\"network\":"
                  "\"tcp,udp\"}}],\"outbounds\":[";
  expect_looks(LOOKS, "core.json");
  put = wire_add(&wire, PUT_HOSTS, 200, "hosts_ours.json");
  put->sends[0] = "{\"qent-vless\":[{\"remark\":\"vpn.example.net VLESS\",\"address\":"
                  "\"vpn.example.net\"}],\"qent-shadowsocks\":[{";
  put->not_sent = "Shadowsocks TCP";
  expect_state("core_config_ours.json", "hosts_ours.json");
  provision(&spec, QENT_OK);
  for (int i = 0; i < 4; i++)
    assert_true(done[i]);
}

static void a_repeat_changes_nothing(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_looks(1, "core.json");
  expect_state("core_config_ours.json", "hosts_ours.json");
  provision(&spec, QENT_OK);
  for (int i = 0; i < 4; i++)
    assert_true(done[i]);
}

static void hosts_alone_are_completed(void **state)
{
  const qent_provision_spec spec = wanted(true);
  struct wire_step *put;

  (void)state;
  expect_looks(1, "core.json");
  wire_add(&wire, CONFIG, 200, "core_config_ours.json");
  wire_add(&wire, HOSTS, 200, NULL)->text =
      "{\"qent-vless\":[{\"remark\":\"x\",\"address\":\"{SERVER_IP}\"}],"
      "\"qent-shadowsocks\":[{\"remark\":\"x\",\"address\":\"mine.example\"}]}";
  put = wire_add(&wire, PUT_HOSTS, 200, "hosts_ours.json");
  put->sends[0] = "{\"qent-vless\":[";
  put->not_sent = "qent-shadowsocks";
  expect_state("core_config_ours.json", "hosts_ours.json");
  provision(&spec, QENT_OK);
}

static void a_host_that_people_set_stays_and_is_told(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_looks(1, "core.json");
  wire_add(&wire, CONFIG, 200, "core_config_ours.json");
  wire_add(&wire, HOSTS, 200, NULL)->text =
      "{\"qent-vless\":[{\"remark\":\"x\",\"address\":\"{SERVER_IP}\"},"
      "{\"remark\":\"x\",\"address\":\"mine.example\"}],"
      "\"qent-shadowsocks\":[{\"remark\":\"x\",\"address\":\"vpn.example.net\"}]}";
  provision(&spec, QENT_OK);
  assert_string_equal(steps[2], "links of qent-vless lead to mine.example, as set in the panel");
  assert_string_equal(steps[3], "links of qent-shadowsocks lead to vpn.example.net");
}

/* `inbound` in the panel; nothing may be put. */
static void conflicts(const char *inbound, const char *said)
{
  const qent_provision_spec spec = wanted(true);
  char config[1024];

  (void)snprintf(config, sizeof config, "{\"inbounds\":[%s],\"outbounds\":[{\"tag\":\"x\"}]}",
                 inbound);
  expect_looks(1, "core.json");
  wire_add(&wire, CONFIG, 200, NULL)->text = config;
  provision(&spec, QENT_ECONFLICT);
  message_has(said);
}

static void what_has_a_port_or_a_name_is_told(void **state)
{
  static const char *const cases[][2] = {
      {"{\"tag\":\"a\",\"port\":443}", "port 443 is taken by the panel's inbound \"a\""},
      {"{\"tag\":\"a\",\"port\":\"2053\"}", "port 2053 is taken"},
      {"{\"tag\":\"a\",\"port\":\"80,2000-3000\"}", "port 2053 is taken"},
      {"{\"tag\":\"a\",\"port\":2053,\"listen\":\"127.0.0.1\"}", "port 2053 is taken"},
      {"{\"tag\":\"qent-vless\",\"port\":2053,\"protocol\":\"vmess\"}", "something else"},
      {"{\"tag\":\"qent-vless\",\"port\":2053,\"protocol\":\"vless\",\"streamSettings\":"
       "{\"security\":\"tls\"}}",
       "something else than VLESS Reality"},
      {"{\"tag\":\"qent-vless\",\"port\":8443,\"protocol\":\"vless\",\"streamSettings\":"
       "{\"security\":\"reality\"}}",
       "not on port 2053"},
      {"{\"tag\":\"qent-vless\",\"port\":2053,\"protocol\":\"vless\",\"streamSettings\":"
       "{\"security\":\"reality\",\"realitySettings\":{\"serverNames\":[\"other.example\"]}}}",
       "does not pose as www.example.com"},
      {"{\"tag\":\"qent-shadowsocks\",\"port\":444,\"protocol\":\"shadowsocks\"}",
       "not on port 443"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    reopen("{}", true);
    conflicts(cases[i][0], cases[i][1]);
  }
}

static void other_ports_and_sockets_are_no_conflict(void **state)
{
  const qent_provision_spec spec = wanted(false);

  (void)state;
  expect_looks(1, "core.json");
  wire_add(&wire, CONFIG, 200, NULL)->text =
      "{\"inbounds\":[{\"tag\":\"a\",\"port\":\"1000-2052,2054\"},{\"tag\":\"b\",\"port\":443,"
      "\"listen\":\"/run/x.sock\"},{\"tag\":\"c\",\"port\":\"env:PORT\"},{\"tag\":\"d\"}]}";
  wire_add(&wire, HOSTS, 200, NULL)->text = "{}";
  provision(&spec, QENT_OK);
}

static void a_core_that_ends_gets_the_old_configuration_back(void **state)
{
  const qent_provision_spec spec = wanted(true);
  struct wire_step *put;

  (void)state;
  expect_fresh();
  wire_add(&wire, PUT_CONFIG, 200, "core_config_ours.json");
  expect_looks(1, "core.json");
  expect_dead_core();
  put = wire_add(&wire, PUT_CONFIG, 200, "core_config.json");
  put->sends[0] = "\"outbounds\":[{\"protocol\":\"freedom\",\"tag\":\"DIRECT\"}";
  put->not_sent = "qent-";
  expect_looks(LOOKS, "core.json");
  provision(&spec, QENT_ECONFLICT);
  message_has("the old configuration was put back");
}

static void a_core_that_stays_down_is_told(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_fresh();
  wire_add(&wire, PUT_CONFIG, 200, "core_config_ours.json");
  expect_dead_core();
  wire_add(&wire, PUT_CONFIG, 200, "core_config.json");
  expect_dead_core();
  provision(&spec, QENT_EUPSTREAM);
  message_has("nor with the old configuration");
}

static void an_old_configuration_that_cannot_be_put_back_is_told(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_fresh();
  wire_add(&wire, PUT_CONFIG, 200, "core_config_ours.json");
  expect_dead_core();
  wire_add(&wire, PUT_CONFIG, 0, NULL)->failure = QENT_ETIMEOUT;
  provision(&spec, QENT_EUPSTREAM);
  message_has("could not be put back (scripted failure)");
}

static void a_core_that_is_down_already_is_not_touched(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_dead_core();
  provision(&spec, QENT_EUPSTREAM);
  message_has("not running");
}

static void an_answer_lost_after_acting_is_read_again(void **state)
{
  const qent_provision_spec spec = wanted(true);
  static const int statuses[] = {0, 500};

  (void)state;
  for (size_t i = 0; i < 2; i++) {
    struct wire_step *put;
    reopen("{}", true);
    ((qent__marzban *)wire.gw)->look_pause_ms = 0;
    step_count = 0;
    expect_fresh();
    put = wire_add(&wire, PUT_CONFIG, statuses[i], NULL);
    put->failure = QENT_ETIMEOUT;
    put->text = "Internal Server Error";
    expect_state("core_config_ours.json", "hosts_ours.json");
    expect_dead_core(); /* and it is judged all the same */
    wire_add(&wire, PUT_CONFIG, 200, "core_config.json");
    expect_looks(LOOKS, "core.json");
    provision(&spec, QENT_ECONFLICT);
  }
}

static void a_change_that_was_not_made_keeps_its_cause(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_fresh();
  wire_add(&wire, PUT_CONFIG, 500, NULL)->text = "Internal Server Error";
  expect_state("core_config.json", "hosts.json");
  provision(&spec, QENT_EUPSTREAM);
  message_has("HTTP 500");
}

static void a_change_that_cannot_be_seen_is_unknown(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_fresh();
  wire_add(&wire, PUT_CONFIG, 502, NULL)->text = "bad gateway";
  wire_add(&wire, CONFIG, 502, NULL)->text = "bad gateway";
  provision(&spec, QENT_ETIMEOUT);
}

static void a_refused_configuration_is_told_in_the_panels_words(void **state)
{
  const qent_provision_spec spec = wanted(true);

  (void)state;
  expect_fresh();
  wire_add(&wire, PUT_CONFIG, 400, NULL)->text = "{\"detail\":\"config doesn't have outbounds\"}";
  provision(&spec, QENT_EINVAL);
  message_has("config doesn't have outbounds");
}

static void an_admin_without_sudo_is_told(void **state)
{
  const qent_provision_spec spec = wanted(false);

  (void)state;
  expect_looks(1, "core.json");
  wire_add(&wire, CONFIG, 403, NULL)->text = "{\"detail\":\"You're not allowed\"}";
  provision(&spec, QENT_EAUTH);
}

static void options_that_leave_the_inbounds_out_are_refused(void **state)
{
  const qent_provision_spec spec = wanted(false);
  static const char *const options[] = {
      "{\"inbounds\":{\"vless\":[\"qent-vless\"]}}",
      "{\"inbounds\":{\"vless\":[\"other\"],\"shadowsocks\":[\"qent-shadowsocks\"]}}",
      "{\"exclude_inbounds\":[\"qent-shadowsocks\"]}"};

  (void)state;
  for (size_t i = 0; i < 3; i++) {
    reopen(options[i], true);
    provision(&spec, QENT_EINVAL);
    message_has("leaves out");
  }
  reopen("{\"inbounds\":{\"vless\":[\"qent-vless\"],\"shadowsocks\":[\"qent-shadowsocks\"]}}",
         true);
  expect_fresh();
  provision(&spec, QENT_OK);
}

/* `config` with both inbounds added; free with qent_buf_dispose(). */
static qent_buf extended(const char *config)
{
  const qent_provision_spec spec = wanted(true);
  const bool has[QENT__MZ_PROTOCOLS] = {false, false};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_buf out;

  qent_buf_init(&out, 65536);
  assert_int_equal(qent_http_response_set(&resp, 200, NULL, 0, config, strlen(config), NULL),
                   QENT_OK);
  assert_int_equal(qent__mz_core_extend(&resp, &spec, has, &out, NULL), QENT_OK);
  qent_http_response_dispose(&resp);
  return out;
}

static void everything_else_stays_byte_for_byte(void **state)
{
  static const char *const configs[][2] = {
      {"{\"inbounds\":[", "]}"},
      {"{ \"inbounds\" : [ \n", "] , \"n\":12345678901234567890.5e1}"},
      {"{\"a\":\"\\\"inbounds\\\":[\",\"b\":{\"inbounds\":[1]},\"c\":[[\"]\"]],\"d\":\"inbounds\","
       "\"inbounds\":[{\"tag\":\"\\\\\",\"x\":[]}",
       "],\"e\":\"\\u00e9]\"}"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
    const char *head = configs[i][0];
    const char *tail = configs[i][1];
    char whole[512];
    cJSON *root = NULL;
    qent_buf out;
    (void)snprintf(whole, sizeof whole, "%s%s", head, tail);
    out = extended(whole);
    assert_memory_equal(out.data, head, strlen(head));
    assert_string_equal(out.data + out.len - strlen(tail), tail);
    assert_int_equal(qent__json_parse_body(out.data, out.len, &root, NULL), QENT_OK);
    assert_int_equal(cJSON_GetArraySize(qent__json_get(root, "inbounds")), i == 2 ? 3 : 2);
    cJSON_Delete(root);
    qent_buf_dispose(&out);
  }
}

static const cJSON *reality_of(const qent_buf *config, cJSON **root_out)
{
  assert_int_equal(qent__json_parse_body(config->data, config->len, root_out, NULL), QENT_OK);
  return qent__json_get(
      qent__json_get(qent__json_first(qent__json_get(*root_out, "inbounds")), "streamSettings"),
      "realitySettings");
}

static void each_panel_has_keys_and_short_ids_of_its_own(void **state)
{
  char public_key[QENT__X25519_KEY_SIZE];
  const char *private_key[2];
  const cJSON *ids = NULL;
  cJSON *root[2] = {NULL, NULL};
  qent_buf out;

  (void)state;
  for (int i = 0; i < 2; i++) {
    const cJSON *reality;
    out = extended("{\"inbounds\":[]}");
    reality = reality_of(&out, &root[i]);
    private_key[i] = qent__json_str_or(reality, "privateKey", "");
    assert_int_equal(qent__x25519_public(private_key[i], public_key, NULL), QENT_OK);
    assert_string_equal(qent__json_str_or(reality, "publicKey", ""), public_key);
    ids = qent__json_get(reality, "shortIds");
    qent_buf_dispose(&out);
  }
  assert_string_not_equal(private_key[0], private_key[1]);
  assert_int_equal(cJSON_GetArraySize(ids), 3);
  for (const cJSON *id = qent__json_first(ids); id; id = id->next)
    assert_int_equal(strspn(id->valuestring, "0123456789abcdef"), 16);
  assert_string_not_equal(ids->child->valuestring, ids->child->next->valuestring);
  cJSON_Delete(root[0]);
  cJSON_Delete(root[1]);
}

static void an_address_of_version_6_stands_in_brackets(void **state)
{
  qent_provision_spec spec = wanted(true);
  char address[QENT__MZ_ADDRESS_CAP];

  (void)state;
  spec.public_host = "2001:db8::1";
  qent__mz_link_address(&spec, address);
  assert_string_equal(address, "[2001:db8::1]");
}

static void memory_may_end_anywhere(void **state)
{
  const qent_provision_spec spec = wanted(false);
  const bool has[QENT__MZ_PROTOCOLS] = {false, false};
  static char config[] = "{\"inbounds\":[]}";
  const qent_http_response resp = {
      .size = sizeof resp, .body = config, .body_len = sizeof config - 1};
  qent_status st = QENT_ENOMEM;

  (void)state;
  for (long n = 0; st != QENT_OK; n++) {
    reopen("{}", true);
    expect_fresh();
    qent__alloc_fail_after(n);
    st = qent__gateway_provision(wire.gw, &spec, note_step, NULL, &err);
    qent__alloc_fail_after(-1);
    assert_true(st == QENT_OK || (st == QENT_ENOMEM && step_count == 0));
  }
  st = QENT_ENOMEM;
  for (long n = 0; st != QENT_OK; n++) {
    qent_buf out;
    qent_buf_init(&out, 65536);
    qent__alloc_fail_after(n);
    st = qent__mz_core_extend(&resp, &spec, has, &out, NULL);
    qent__alloc_fail_after(-1);
    assert_true(st == QENT_OK || st == QENT_ENOMEM);
    qent_buf_dispose(&out);
  }
}

#define PROVISION(test) cmocka_unit_test_setup_teardown(test, setup, case_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      PROVISION(dry_run_tells_and_changes_nothing),
      PROVISION(what_is_missing_is_added_behind_all_else),
      PROVISION(a_repeat_changes_nothing),
      PROVISION(hosts_alone_are_completed),
      PROVISION(a_host_that_people_set_stays_and_is_told),
      PROVISION(what_has_a_port_or_a_name_is_told),
      PROVISION(other_ports_and_sockets_are_no_conflict),
      PROVISION(a_core_that_ends_gets_the_old_configuration_back),
      PROVISION(a_core_that_stays_down_is_told),
      PROVISION(an_old_configuration_that_cannot_be_put_back_is_told),
      PROVISION(a_core_that_is_down_already_is_not_touched),
      PROVISION(an_answer_lost_after_acting_is_read_again),
      PROVISION(a_change_that_was_not_made_keeps_its_cause),
      PROVISION(a_change_that_cannot_be_seen_is_unknown),
      PROVISION(a_refused_configuration_is_told_in_the_panels_words),
      PROVISION(an_admin_without_sudo_is_told),
      PROVISION(options_that_leave_the_inbounds_out_are_refused),
      PROVISION(everything_else_stays_byte_for_byte),
      PROVISION(each_panel_has_keys_and_short_ids_of_its_own),
      PROVISION(an_address_of_version_6_stands_in_brackets),
      PROVISION(memory_may_end_anywhere),
  };

  return cmocka_run_group_tests_name("marzban: provision", tests, NULL, NULL);
}

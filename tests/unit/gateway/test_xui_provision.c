/* SPDX-License-Identifier: MIT */
#include "util/alloc.h"
#include "xui_case.h"

#include <string.h>

/* Setting up the two inbounds of a fresh panel. */

#define ADD_INBOUND "POST " API "/inbounds/add"
#define OWN_VLESS                                                                                  \
  "{\"id\":8,\"remark\":\"qent-vless\",\"protocol\":\"vless\",\"port\":2053,\"streamSettings\":{"  \
  "\"network\":\"tcp\",\"security\":\"reality\",\"realitySettings\":{\"serverNames\":["            \
  "\"www.example.com\"]}}}"
#define OWN_SS                                                                                     \
  "{\"id\":9,\"remark\":\"qent-shadowsocks\",\"protocol\":\"shadowsocks\",\"port\":8443,"          \
  "\"settings\":{\"method\":\"2022-blake3-aes-128-gcm\"}}"
#define LISTED(inbounds) "{\"success\":true,\"obj\":[" inbounds "]}"

struct told {
  char text[1024];
  int done;
  int open;
};

static struct told told;

static void note(const char *step, bool done, void *user)
{
  struct told *t = user;

  strncat(t->text, step, sizeof t->text - strlen(t->text) - 1);
  strncat(t->text, "\n", sizeof t->text - strlen(t->text) - 1);
  t->done += done ? 1 : 0;
  t->open += done ? 0 : 1;
}

static qent_provision_spec wanted(bool apply)
{
  return (qent_provision_spec){.size = sizeof(qent_provision_spec),
                               .public_host = "panel.example",
                               .camouflage = "www.example.com",
                               .vless_port = 2053,
                               .shadowsocks_port = 8443,
                               .apply = apply};
}

static void provision(bool apply, qent_status status)
{
  qent_provision_spec spec = wanted(apply);

  told = (struct told){.text = ""};
  must(qent__gateway_provision(wire.gw, &spec, note, &told, &err), status);
  wire_done(&wire);
  if (status != QENT_OK)
    assert_int_equal(told.done + told.open, 0);
}

static void look(const char *inbounds)
{
  wire_add(&wire, SLIM, 200, NULL)->text = inbounds;
}

static void plan_is_told_and_nothing_done(void **state)
{
  (void)state;
  look(LISTED());
  provision(false, QENT_OK);
  assert_int_equal(told.open, 2);
  assert_string_equal(told.text,
                      "inbound qent-vless: VLESS Reality on port 2053, posing as www.example.com\n"
                      "inbound qent-shadowsocks: Shadowsocks on port 8443, "
                      "2022-blake3-aes-128-gcm\nlinks lead to panel.example\n");
}

static void both_inbounds_are_added_and_seen(void **state)
{
  struct wire_step *add;

  (void)state;
  look(LISTED());
  add = wire_add(&wire, ADD_INBOUND, 200, "inbound_added.json");
  add->sends[0] = "\"remark\":\"qent-vless\",\"tag\":\"qent-vless\",\"listen\":\"\",\"port\":2053,"
                  "\"protocol\":\"vless\"";
  add->sends[1] = "\\\"target\\\":\\\"www.example.com:443\\\",\\\"dest\\\":\\\"www.example.com:443"
                  "\\\",\\\"serverNames\\\":[\\\"www.example.com\\\"],\\\"privateKey\\\":\\\"";
  add->sends[2] = "\\\"decryption\\\":\\\"none\\\"";
  add->sends[3] = "\\\"shortIds\\\":[\\\"";
  add = wire_add(&wire, ADD_INBOUND, 200, "inbound_added.json");
  add->sends[0] = "\"remark\":\"qent-shadowsocks\"";
  add->sends[1] = "\"port\":8443,\"protocol\":\"shadowsocks\"";
  add->sends[2] = "\\\"method\\\":\\\"2022-blake3-aes-128-gcm\\\",\\\"password\\\":\\\"";
  add->sends[3] = "\\\"network\\\":\\\"tcp,udp\\\"";
  add->not_sent = "reality";
  look(LISTED(OWN_VLESS "," OWN_SS));
  provision(true, QENT_OK);
  assert_int_equal(told.done, 3);
}

static void repeat_changes_nothing(void **state)
{
  (void)state;
  look(LISTED(OWN_VLESS "," OWN_SS));
  provision(true, QENT_OK);
  assert_int_equal(told.done, 3);
}

static void only_what_lacks_is_added(void **state)
{
  (void)state;
  look(LISTED(OWN_VLESS));
  wire_add(&wire, ADD_INBOUND, 200, "inbound_added.json")->sends[0] = "qent-shadowsocks";
  look(LISTED(OWN_VLESS "," OWN_SS));
  provision(true, QENT_OK);
}

static void taken_ports_and_names_are_a_conflict(void **state)
{
  static const struct {
    const char *inbounds;
    const char *says;
  } cases[] = {
      {LISTED("{\"id\":1,\"remark\":\"mine\",\"protocol\":\"trojan\",\"port\":8443}"),
       "port 8443 is taken by the inbound \"mine\""},
      {LISTED("{\"id\":1,\"remark\":\"\",\"tag\":\"t\",\"protocol\":\"trojan\",\"port\":2053}"),
       "port 2053 is taken by the inbound \"t\""},
      {LISTED("{\"id\":1,\"remark\":\"qent-vless\",\"protocol\":\"vmess\",\"port\":2053}"),
       "is not VLESS Reality"},
      {LISTED(
           "{\"id\":1,\"remark\":\"qent-shadowsocks\",\"protocol\":\"shadowsocks\",\"port\":8443,"
           "\"settings\":{\"method\":\"aes-256-gcm\"}}"),
       "is not Shadowsocks 2022"},
      {LISTED(OWN_VLESS ",{\"id\":1,\"remark\":\"qent-shadowsocks\",\"protocol\":\"shadowsocks\","
                        "\"port\":1,\"settings\":{\"method\":\"2022-blake3-aes-128-gcm\"}}"),
       "on port 1 and not on 8443"},
      {LISTED(OWN_VLESS ",{\"id\":1,\"remark\":\"qent-shadowsocks\",\"protocol\":\"shadowsocks\","
                        "\"port\":8443,\"enable\":false,\"settings\":{\"method\":"
                        "\"2022-blake3-aes-128-gcm\"}}"),
       "is there already and switched off"},
      {LISTED(OWN_VLESS ",{\"id\":1,\"remark\":\"qent-shadowsocks\",\"protocol\":\"shadowsocks\","
                        "\"port\":8443,\"settings\":{\"method\":"
                        "\"2022-blake3-chacha20-poly1305\"}}"),
       "is not Shadowsocks 2022 for many users"},
      {LISTED("{\"id\":1,\"remark\":\"qent-vless\",\"protocol\":\"vless\",\"port\":2053,"
              "\"streamSettings\":{\"security\":\"reality\",\"realitySettings\":{\"serverNames\":"
              "\"www.example.org\",\"dest\":\"www.example.com\"}}}"),
       "does not pose as www.example.com"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    look(cases[i].inbounds);
    provision(true, QENT_ECONFLICT);
    message_has(cases[i].says);
  }
}

static void port_on_another_server_is_free(void **state)
{
  (void)state;
  look(LISTED("{\"id\":1,\"protocol\":\"vless\",\"port\":2053,\"nodeId\":3}"));
  provision(false, QENT_OK);
  assert_int_equal(told.open, 2);
}

static void panels_own_port_is_a_conflict(void **state)
{
  qent_provision_spec spec = wanted(true);

  (void)state;
  spec.shadowsocks_port = 443; /* of https://panel.example */
  look(LISTED());
  must(qent__gateway_provision(wire.gw, &spec, note, &told, &err), QENT_ECONFLICT);
  message_has("port 443 is the panel's own");
}

static void camouflage_is_a_host(void **state)
{
  static const char *const bad[] = {"a b", "https://x.example", "x.example:443", "x\"y", "x/y"};
  qent_provision_spec spec = wanted(true);

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    spec.camouflage = bad[i];
    must(qent__gateway_provision(wire.gw, &spec, note, &told, &err), QENT_EINVAL);
  }
}

static void refusals_are_told(void **state)
{
  (void)state;
  look(LISTED());
  wire_add(&wire, ADD_INBOUND, 200, "port_taken.json");
  look(LISTED());
  provision(true, QENT_ECONFLICT);
  message_has("already used by inbound 'reality'");
  look(LISTED());
  wire_add(&wire, ADD_INBOUND, 200, "port_exists.json");
  look(LISTED());
  provision(true, QENT_ECONFLICT);
  look(LISTED(OWN_VLESS));
  wire_add(&wire, ADD_INBOUND, 503, NULL);
  look(LISTED(OWN_VLESS));
  provision(true, QENT_EUPSTREAM);
  look(LISTED(OWN_VLESS));
  wire_add(&wire, ADD_INBOUND, 0, NULL)->failure = QENT_ETIMEOUT;
  provision(true, QENT_ETIMEOUT);
}

static void error_after_adding_is_success(void **state)
{
  (void)state;
  look(LISTED(OWN_VLESS));
  wire_add(&wire, ADD_INBOUND, 500, NULL);
  look(LISTED(OWN_VLESS "," OWN_SS));
  provision(true, QENT_OK);
}

static void added_and_not_there_is_noticed(void **state)
{
  (void)state;
  look(LISTED(OWN_VLESS));
  wire_add(&wire, ADD_INBOUND, 200, "inbound_added.json");
  look(LISTED(OWN_VLESS));
  provision(true, QENT_EPROTO);
}

static void memory_may_run_out_anywhere(void **state)
{
  qent_provision_spec spec = wanted(true);
  qent_status st = QENT_ENOMEM;

  (void)state;
  for (long n = 0; st != QENT_OK; n++) {
    reopen_as(&xui_c, "{}", true);
    look(LISTED());
    wire_add(&wire, ADD_INBOUND, 200, "inbound_added.json");
    wire_add(&wire, ADD_INBOUND, 200, "inbound_added.json");
    look(LISTED(OWN_VLESS "," OWN_SS));
    qent__alloc_fail_after(n);
    st = qent__gateway_provision(wire.gw, &spec, note, &told, &err);
    qent__alloc_fail_after(-1);
    if (st != QENT_OK && st != QENT_ENOMEM)
      fail_msg("allocation %ld: %s: %s", n, qent_status_name(st), err.message);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE_C(plan_is_told_and_nothing_done),
      CASE_C(both_inbounds_are_added_and_seen),
      CASE_C(repeat_changes_nothing),
      CASE_C(only_what_lacks_is_added),
      CASE_C(taken_ports_and_names_are_a_conflict),
      CASE_C(port_on_another_server_is_free),
      CASE_C(panels_own_port_is_a_conflict),
      CASE_C(camouflage_is_a_host),
      CASE_C(refusals_are_told),
      CASE_C(error_after_adding_is_success),
      CASE_C(added_and_not_there_is_noticed),
      CASE_C(memory_may_run_out_anywhere),
  };

  return cmocka_run_group_tests_name("3x-ui, provision", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "gateway/xui.h"
#include "xui_case.h"

/* The node's options, and which inbounds they and the panel's list come to. */

static qent_status open_with(const char *url, const char *options)
{
  qent_gateway_config config = {.size = sizeof config,
                                .node_name = "de1",
                                .url = url,
                                .username = "admin",
                                .password = "secret",
                                .options = options,
                                .http = wire.http,
                                .share = wire.share};
  qent_gateway *gw = NULL;
  qent_status st = qent__gateway_open(&qent__xui_factory, &config, &gw, &err);

  qent__gateway_destroy(gw);
  return st;
}

static void bad_options_are_named(void **state)
{
  static const struct {
    const char *options;
    const char *says;
  } bad[] = {
      {"", "not a JSON object"},
      {"[]", "not a JSON object"},
      {"{\"colour\":1}", "\"colour\" is unknown"},
      {"{\"vless_inbound\":0}", "option vless_inbound is neither"},
      {"{\"vless_inbound\":\"\"}", "option vless_inbound is neither"},
      {"{\"vless_inbound\":true}", "option vless_inbound is neither"},
      {"{\"shadowsocks_inbound\":1.5}", "option shadowsocks_inbound is neither"},
      {"{\"vless_inbound\":1,\"vless_inbound\":2}", "given twice"},
      {"{\"vless_inbound\":false,\"shadowsocks_inbound\":false}", "one is needed"},
      {"{\"public_host\":\"a b\"}", "option public_host"},
      {"{\"public_host\":\"https://a.example\"}", "option public_host"},
      {"{\"public_host\":\"\"}", "option public_host"},
      {"{\"public_host\":\"a\",\"public_host\":\"b\"}", "given twice"},
      {"{\"flow\":\"other\"}", "option flow"},
      {"{\"flow\":1}", "option flow"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    must(open_with("https://panel.example", bad[i].options), QENT_EINVAL);
    message_has(bad[i].says);
  }
}

static void good_options_are_taken(void **state)
{
  (void)state;
  must(open_with("https://panel.example:2053/base",
                 "{\"vless_inbound\":3,\"shadowsocks_inbound\":\"my ss\",\"public_host\":"
                 "\"vpn.example.com\",\"flow\":\"xtls-rprx-vision\"}"),
       QENT_OK);
  must(open_with("https://panel.example", "{\"vless_inbound\":false,\"flow\":\"\"}"), QENT_OK);
}

/* Its links would lead each buyer to the buyer's own machine. */
static void loopback_panel_needs_a_public_host(void **state)
{
  (void)state;
  must(open_with("http://127.0.0.1:2053", "{}"), QENT_EINVAL);
  message_has("option public_host is needed");
  must(open_with("http://[::1]:2053", "{}"), QENT_EINVAL);
  must(open_with("http://127.0.0.1:2053", "{\"public_host\":\"192.0.2.7\"}"), QENT_OK);
}

/* Inbounds 1 to 7, as far as choosing looks at them. */
#define IN(id, remark, protocol, more)                                                             \
  "{\"id\":" #id ",\"remark\":\"" remark "\",\"protocol\":\"" protocol "\"" more "}"
#define REALITY ",\"streamSettings\":{\"network\":\"tcp\",\"security\":\"reality\"}"
#define METHOD(name) ",\"settings\":{\"method\":\"" name "\"}"
#define LISTED(inbounds) "{\"success\":true,\"obj\":[" inbounds "]}"

/* Make qt_17 on a panel with these inbounds: what are its inbounds? */
static void expect_chosen(const char *options, const char *inbounds, const char *chosen)
{
  reopen_as(&xui_c, options, true);
  wire_add(&wire, SLIM, 200, NULL)->text = inbounds;
  wire_add(&wire, GET_17, 200, "not_found.json");
  wire_add(&wire, ADD, 0, NULL)->sends[0] = chosen;
  wire.steps[2].failure = QENT_ETIMEOUT;
  ensure(QENT_ETIMEOUT);
}

static void fittest_inbounds_are_chosen(void **state)
{
  (void)state;
  expect_chosen("{}",
                LISTED(IN(1, "plain", "vless", "") "," IN(2, "r", "vless", REALITY) "," IN(
                    3, "old", "shadowsocks",
                    METHOD("aes-256-gcm")) "," IN(4, "new", "shadowsocks",
                                                  METHOD("2022-blake3-aes-256-gcm"))),
                "\"inboundIds\":[2,4]");
  expect_chosen(
      "{}",
      LISTED(IN(1, "r", "vless", REALITY) "," IN(2, "qent-vless", "vless", REALITY) "," IN(
          3, "new", "shadowsocks",
          METHOD("2022-blake3-aes-256-gcm")) "," IN(4, "qent-shadowsocks", "shadowsocks",
                                                    METHOD("2022-blake3-aes-128-gcm"))),
      "\"inboundIds\":[2,4]");
}

/* Switched off, on another server, or for one user only. */
static void unfit_inbounds_are_passed_over(void **state)
{
  (void)state;
  expect_chosen(
      "{}",
      LISTED(
          IN(1, "qent-vless", "vless", REALITY ",\"enable\":false") "," IN(2, "r", "vless", REALITY ",\"nodeId\":4") "," IN(
              3, "t", "trojan",
              "") "," IN(4, "c", "shadowsocks",
                         METHOD("2022-blake3-chacha20-poly1305")) "," IN(5, "p", "vless",
                                                                         "") "," IN(6, "s",
                                                                                    "shadowsocks",
                                                                                    METHOD(
                                                                                        "aes-128-"
                                                                                        "gcm"))),
      "\"inboundIds\":[5,6]");
}

static void options_choose_by_number_or_remark(void **state)
{
  static const char *const inbounds = LISTED(IN(1, "qent-vless", "vless", REALITY) "," IN(
      2, "mine", "vless", "") "," IN(3, "ss", "shadowsocks", METHOD("2022-blake3-aes-128-gcm")));

  (void)state;
  expect_chosen("{\"vless_inbound\":2}", inbounds, "\"inboundIds\":[2,3]");
  expect_chosen("{\"vless_inbound\":\"mine\",\"shadowsocks_inbound\":false}", inbounds,
                "\"inboundIds\":[2]");
}

static void missing_inbounds_are_told(void **state)
{
  static const char *const options[] = {"{\"vless_inbound\":9}", "{\"vless_inbound\":\"x\"}",
                                        "{\"vless_inbound\":3}"};

  (void)state;
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    reopen_as(&xui_c, options[i], true);
    wire_add(&wire, SLIM, 200, NULL)->text = LISTED(
        IN(1, "a", "vless", "") "," IN(3, "ss", "shadowsocks", METHOD("2022-blake3-aes-128-gcm")));
    wire_add(&wire, GET_17, 200, "not_found.json");
    ensure(QENT_EINVAL);
    message_has("option vless_inbound: the panel has no such");
  }
  reopen_as(&xui_c, "{}", true);
  wire_add(&wire, SLIM, 200, NULL)->text = LISTED(IN(1, "t", "trojan", ""));
  wire_add(&wire, GET_17, 200, "not_found.json");
  ensure(QENT_EINVAL);
  message_has("qentctl node provision");
}

/* Somebody switched the inbounds off: those who are there can still be renewed, or removed. */
static void accounts_can_be_changed_without_an_inbound_for_new_ones(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, NULL)->text = LISTED("");
  wire_add(&wire, GET_17, 200, "client_off.json");
  wire_add(&wire, UPDATE_17, 200, "updated.json");
  wire_add(&wire, SLIM, 200, NULL)->text = LISTED("");
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
  wire_add(&wire, SLIM, 200, NULL)->text = LISTED("");
  wire_add(&wire, GET_17, 200, "client.json");
  rotate(QENT_EINVAL);
}

/* Each method has its size of key, and the same key each time. */
static void password_fits_the_method(void **state)
{
  static const struct {
    const char *inbounds;
    const char *password;
  } methods[] = {
      {LISTED(IN(1, "s", "shadowsocks", METHOD("2022-blake3-aes-128-gcm"))),
       "\"password\":\"QUFBQUFBQUFBQUFBQUFBQQ==\""},
      {LISTED(IN(1, "s", "shadowsocks", METHOD("2022-blake3-aes-256-gcm"))),
       "\"password\":\"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\""},
      {LISTED(IN(1, "s", "shadowsocks", METHOD("chacha20-ietf-poly1305"))),
       "\"password\":\"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\""},
  };

  (void)state;
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
    expect_chosen("{}", methods[i].inbounds, methods[i].password);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE_C(bad_options_are_named),
      CASE_C(good_options_are_taken),
      CASE_C(loopback_panel_needs_a_public_host),
      CASE_C(fittest_inbounds_are_chosen),
      CASE_C(unfit_inbounds_are_passed_over),
      CASE_C(options_choose_by_number_or_remark),
      CASE_C(missing_inbounds_are_told),
      CASE_C(accounts_can_be_changed_without_an_inbound_for_new_ones),
      CASE_C(password_fits_the_method),
  };

  return cmocka_run_group_tests_name("3x-ui, options", tests, NULL, NULL);
}

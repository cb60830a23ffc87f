/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void good_options_are_taken(void **state)
{
  static const char *const texts[] = {
      "{}",
      "{\"inbounds\":{\"vless\":[\"A\",\"B\"],\"shadowsocks\":[\"C\"]}}",
      "{\"inbounds\":{\"vless\":[\"A\"]},\"exclude_inbounds\":[\"SS 2022\"]}",
      "{\"inbounds\":{\"vless\":[\"A\"],\"shadowsocks\":[]}}",
      "{\"flow\":\"\",\"shadowsocks_method\":\"aes-256-gcm\"}",
      "{\"flow\":\"xtls-rprx-vision\",\"exclude_inbounds\":[]}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    struct qent__mz_options options = {.chosen = false};
    qent_error err = QENT_ERROR_INIT;
    if (qent__mz_options_parse(texts[i], &options, &err) != QENT_OK)
      fail_msg("%s: %s", texts[i], err.message);
    qent__mz_options_dispose(&options);
  }
}

static void bad_options_are_refused_with_their_name(void **state)
{
  static const struct {
    const char *text;
    const char *says;
  } cases[] = {
      {"", "options"},
      {"[]", "options"},
      {"{", "options"},
      {"{\"inbound\":{}}", "\"inbound\""},
      {"{\"inbounds\":[]}", "inbounds"},
      {"{\"inbounds\":{}}", "inbounds"},
      {"{\"inbounds\":{\"vmess\":[\"A\"]}}", "vmess"},
      {"{\"inbounds\":{\"vless\":\"A\"}}", "vless"},
      {"{\"inbounds\":{\"vless\":[\"\"]}}", "vless"},
      {"{\"inbounds\":{\"vless\":[7]}}", "vless"},
      {"{\"inbounds\":{\"vless\":[\"A\"],\"vless\":[\"B\"]}}", "twice"},
      {"{\"inbounds\":{\"vless\":[\"A\"]},\"inbounds\":{\"vless\":[\"B\"]}}", "twice"},
      {"{\"exclude_inbounds\":\"A\"}", "exclude_inbounds"},
      {"{\"flow\":\"vision\"}", "flow"},
      {"{\"shadowsocks_method\":\"2022-blake3-aes-128-gcm\"}", "shadowsocks_method"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct qent__mz_options options = {.chosen = false};
    qent_error err = QENT_ERROR_INIT;
    if (qent__mz_options_parse(cases[i].text, &options, &err) != QENT_EINVAL)
      fail_msg("%s is taken", cases[i].text);
    if (!strstr(err.message, cases[i].says))
      fail_msg("%s: \"%s\" does not say %s", cases[i].text, err.message, cases[i].says);
    qent__mz_options_dispose(&options);
  }
}

static qent_status offer(const char *options_text, const char *inbounds,
                         struct qent__mz_offer *offer_out, qent_error *err)
{
  struct qent__mz_options options = {.chosen = false};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st;

  assert_int_equal(qent__mz_options_parse(options_text, &options, NULL), QENT_OK);
  assert_int_equal(qent_http_response_set(&resp, 200, NULL, 0, inbounds, strlen(inbounds), NULL),
                   QENT_OK);
  st = qent__mz_parse_inbounds(&resp, &options, offer_out, err);
  qent__mz_options_dispose(&options);
  qent_http_response_dispose(&resp);
  return st;
}

#define BOTH                                                                                       \
  "{\"vmess\":[{\"tag\":\"V\",\"network\":\"ws\",\"tls\":\"tls\"}],"                               \
  "\"vless\":[{\"tag\":\"R\",\"network\":\"tcp\",\"tls\":\"reality\"},"                            \
  "{\"tag\":\"W\",\"network\":\"ws\",\"tls\":\"tls\"}],"                                           \
  "\"shadowsocks\":[{\"tag\":\"S\"},{\"tag\":\"S22\"}]}"

static void offer_is_what_the_panel_has_less_what_is_unwanted(void **state)
{
  static const struct {
    const char *options;
    size_t vless, shadowsocks;
    bool vision;
  } cases[] = {
      {"{}", 2, 2, true},
      {"{\"exclude_inbounds\":[\"S22\"]}", 2, 1, true},
      {"{\"exclude_inbounds\":[\"R\"]}", 1, 2, false},
      {"{\"inbounds\":{\"vless\":[\"W\"]}}", 1, 0, false},
      {"{\"inbounds\":{\"shadowsocks\":[\"S\"]}}", 0, 1, false},
      {"{\"inbounds\":{\"vless\":[\"R\"],\"shadowsocks\":[\"S\",\"S22\"]},"
       "\"exclude_inbounds\":[\"S22\"]}",
       1, 1, true},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct qent__mz_offer got = {.known = false};
    qent_error err = QENT_ERROR_INIT;
    if (offer(cases[i].options, BOTH, &got, &err) != QENT_OK)
      fail_msg("%s: %s", cases[i].options, err.message);
    assert_int_equal(got.tags[QENT__MZ_VLESS].count, cases[i].vless);
    assert_int_equal(got.tags[QENT__MZ_SHADOWSOCKS].count, cases[i].shadowsocks);
    assert_int_equal(got.vision, cases[i].vision);
    qent__mz_offer_dispose(&got);
  }
}

static void missing_protocol_is_left_out_and_none_is_an_error(void **state)
{
  struct qent__mz_offer got = {.known = false};
  qent_error err = QENT_ERROR_INIT;

  (void)state;
  assert_int_equal(offer("{\"inbounds\":{\"vless\":[\"R\"],\"shadowsocks\":[\"S\"]}}",
                         "{\"vless\":[{\"tag\":\"R\",\"network\":\"tcp\",\"tls\":\"reality\"}]}",
                         &got, &err),
                   QENT_OK);
  assert_int_equal(got.tags[QENT__MZ_SHADOWSOCKS].count, 0);
  qent__mz_offer_dispose(&got);
  assert_int_equal(offer("{}", "{\"trojan\":[{\"tag\":\"T\"}]}", &got, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "no inbound for accounts"));
  assert_int_equal(offer("{\"inbounds\":{\"vless\":[\"X\"]}}", BOTH, &got, &err), QENT_EINVAL);
  assert_non_null(strstr(err.message, "\"X\""));
  assert_int_equal(offer("{}", "{\"vless\":{}}", &got, &err), QENT_EPROTO);
  assert_int_equal(offer("{}", "{\"vless\":[{}]}", &got, &err), QENT_EPROTO);
}

static void only_reality_links_need_a_short_id(void **state)
{
  (void)state;
  assert_true(qent__mz_link_lacks_sid("vless://u@h:1?security=reality&sid=#x"));
  assert_true(qent__mz_link_lacks_sid("vless://u@h:1?security=reality&sid="));
  assert_true(qent__mz_link_lacks_sid("vless://u@h:1?security=reality&sid=&spx=#x"));
  assert_true(qent__mz_link_lacks_sid("vless://u@h:1?security=reality#x"));
  assert_false(qent__mz_link_lacks_sid("vless://u@h:1?security=reality&sid=ab#x"));
  assert_false(qent__mz_link_lacks_sid("vless://u@h:1?security=tls&sni=a#x"));
  assert_false(qent__mz_link_lacks_sid("ss://abc@h:1#security=reality"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_options_are_taken),
      cmocka_unit_test(bad_options_are_refused_with_their_name),
      cmocka_unit_test(offer_is_what_the_panel_has_less_what_is_unwanted),
      cmocka_unit_test(missing_protocol_is_left_out_and_none_is_an_error),
      cmocka_unit_test(only_reality_links_need_a_short_id),
  };

  return cmocka_run_group_tests_name("marzban options", tests, NULL, NULL);
}

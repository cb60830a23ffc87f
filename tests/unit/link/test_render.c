/* SPDX-License-Identifier: MIT */
/* Documents of single links: details that read_back.py does not look at, and failures. */
#include "case.h"
#include "util/alloc.h"

static const qent_config_format formats[] = {QENT_CONFIG_BASE64, QENT_CONFIG_PLAIN,
                                             QENT_CONFIG_CLASH,  QENT_CONFIG_SING_BOX,
                                             QENT_CONFIG_AWG,    QENT_CONFIG_VPN};

#define FORMAT_COUNT (sizeof formats / sizeof formats[0])

/* The document of one link; qent_buf_dispose() it. */
static qent_buf render(const qent__link *link, qent_config_format format)
{
  qent_buf out;

  qent_buf_init(&out, 65536);
  assert_true(qent__link_fits(link, format));
  assert_int_equal(qent__link_render(link, 1, format, &out, NULL), QENT_OK);
  return out;
}

static void assert_says(const char *uri, qent_config_format format, const char *text)
{
  qent__link link = read_link(uri);
  qent_buf out = render(&link, format);

  if (!strstr(out.data, text))
    fail_msg("%s\nlacks %s", out.data, text);
  qent_buf_dispose(&out);
  qent__link_dispose(&link);
}

static void transports_are_spelt_as_each_core_wants_them(void **state)
{
  static const char upgrade[] =
      "vless://" UUID "@h:1?security=tls&type=httpupgrade&path=%2Fu&host=x";
  static const char grpc[] = "vless://" UUID "@h:1?security=tls&type=grpc&serviceName=s";
  static const char ws[] = "trojan://p@h:1?type=ws";

  (void)state;
  assert_says(upgrade, QENT_CONFIG_CLASH,
              "\"network\":\"ws\",\"ws-opts\":{\"path\":\"/u\",\"headers\":{\"Host\":\"x\"},"
              "\"v2ray-http-upgrade\":true}");
  assert_says(upgrade, QENT_CONFIG_SING_BOX,
              "\"transport\":{\"type\":\"httpupgrade\",\"path\":\"/u\",\"host\":\"x\"}");
  assert_says(grpc, QENT_CONFIG_CLASH, "\"grpc-opts\":{\"grpc-service-name\":\"s\"}");
  assert_says(grpc, QENT_CONFIG_SING_BOX,
              "\"transport\":{\"type\":\"grpc\",\"service_name\":\"s\"}");
  assert_says(ws, QENT_CONFIG_CLASH, "\"ws-opts\":{\"path\":\"/\"}");
  assert_says(ws, QENT_CONFIG_SING_BOX, "\"server_name\":\"h\"");
}

static void what_a_core_cannot_do_is_left_out(void **state)
{
  static const struct {
    const char *uri;
    bool list;
    bool clash;
    bool sing_box;
  } cases[] = {
      {REALITY, true, true, true},
      {"vless://" UUID "@h:1?type=xhttp", true, false, false},
      {"vless://" UUID "@h:1?encryption=mlkem768x25519plus.native.0rtt."
       "h6rs2jYJm2nrX3l1P2v0dN8n0cB6pQ2Y8wq2m0nQxUk",
       true, true, false},
      {"trojan://p@h:1?security=none", true, false, false},
      {"vmess://eyJ9", true, false, false},
      {"awg://AAAA", false, false, false},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    qent__link link = read_link(cases[i].uri);
    assert_int_equal(qent__link_fits(&link, QENT_CONFIG_PLAIN), cases[i].list);
    assert_int_equal(qent__link_fits(&link, QENT_CONFIG_BASE64), cases[i].list);
    assert_int_equal(qent__link_fits(&link, QENT_CONFIG_CLASH), cases[i].clash);
    assert_int_equal(qent__link_fits(&link, QENT_CONFIG_SING_BOX), cases[i].sing_box);
    assert_false(qent__link_fits(&link, QENT_CONFIG_AWG));
    qent__link_dispose(&link);
  }
}

static void assert_lacks(const char *uri, qent_config_format format, const char *text)
{
  qent__link link = read_link(uri);
  qent_buf out = render(&link, format);

  if (strstr(out.data, text))
    fail_msg("%s\nhas %s", out.data, text);
  qent_buf_dispose(&out);
  qent__link_dispose(&link);
}

/* Marzban writes it into Trojan links, where sing-box refuses the whole document for it. */
static void trojan_has_no_flow(void **state)
{
  (void)state;
  assert_lacks("trojan://p@h:1?security=tls&flow=xtls-rprx-vision", QENT_CONFIG_SING_BOX, "flow");
  assert_lacks("trojan://p@h:1?security=tls&flow=xtls-rprx-vision", QENT_CONFIG_CLASH, "flow");
}

/* AmneziaWG 1.5 and 2.0: more paddings, ranges, signature packets. */
static void newer_parameters_of_amneziawg_reach_the_core(void **state)
{
  qent_buf uri;

  (void)state;
  conf_uri("[Interface]\nPrivateKey = iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=\n"
           "Address = 10.8.0.2/32\nJc = 5\nJmin = 50\nJmax = 1000\nS1 = 68\nS2 = 149\nS3 = 20\n"
           "S4 = 30\nH1 = 5-9\nH2 = 2\nH3 = 3\nH4 = 4\nI1 = <b 0xf1>\n[Peer]\n"
           "PublicKey = 63UU77wFIhSEAKgjZoTICnMDY5+6gJnWpXJJYxX1JFA=\nEndpoint = [2001:db8::1]:1\n",
           "x", &uri);
  assert_says(uri.data, QENT_CONFIG_CLASH, "\"server\":\"2001:db8::1\",\"port\":1");
  assert_says(uri.data, QENT_CONFIG_CLASH,
              "\"h1\":\"5-9\",\"h2\":\"2\",\"h3\":\"3\",\"h4\":\"4\",\"s3\":20,\"s4\":30,"
              "\"i1\":\"<b 0xf1>\"");
  qent_buf_dispose(&uri);
}

/* wg-quick takes search domains there; mihomo takes them for servers and may refuse all. */
static void only_addresses_are_dns_servers(void **state)
{
  qent_buf uri;

  (void)state;
  conf_uri("[Interface]\nPrivateKey = iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=\n"
           "Address = 10.8.0.2/32\nDNS = corp lan, 1.1.1.1, 10.0.0.0/8, 2606:4700::1111, office\n"
           "[Peer]\nPublicKey = 63UU77wFIhSEAKgjZoTICnMDY5+6gJnWpXJJYxX1JFA=\nEndpoint = h:1\n",
           "x", &uri);
  assert_says(uri.data, QENT_CONFIG_CLASH, "\"dns\":[\"1.1.1.1\",\"2606:4700::1111\"]");
  assert_says(uri.data, QENT_CONFIG_AWG, "DNS = corp lan, 1.1.1.1, ");
  qent_buf_dispose(&uri);
}

static void a_hostile_name_stays_inside_its_quotes(void **state)
{
  (void)state;
  assert_says(REALITY "#%22%2C%22x%22%3A%5B%5C%23%20%26a%20%2Aa%20!!b", QENT_CONFIG_CLASH,
              "{\"name\":\"\\\",\\\"x\\\":[\\\\# &a *a !!b\",\"type\"");
  assert_says(REALITY "#%22%7D%5D%7D", QENT_CONFIG_SING_BOX, "\"tag\":\"\\\"}]}\"");
}

static void a_notice_is_an_entry_in_every_format(void **state)
{
  static const char message[] = "Подписка закончилась: \"продлите\"";

  (void)state;
  for (size_t i = 0; i < FORMAT_COUNT; i++) {
    bool conf = formats[i] == QENT_CONFIG_AWG || formats[i] == QENT_CONFIG_VPN;
    qent__link link;
    qent_buf out;
    assert_int_equal(qent__link_notice(message, conf, &link, NULL), QENT_OK);
    assert_string_equal(link.name, message);
    assert_string_equal(link.host, "0.0.0.0");
    out = render(&link, formats[i]);
    assert_true(out.len > 0);
    if (formats[i] == QENT_CONFIG_AWG)
      assert_memory_equal(out.data, "# Подписка", strlen("# Подписка"));
    qent_buf_dispose(&out);
    qent__link_dispose(&link);
  }
}

static void a_small_buffer_is_an_error(void **state)
{
  qent__link link = read_link(REALITY);
  qent_buf out;

  (void)state;
  for (size_t i = 0; i < 4; i++) {
    qent_buf_init(&out, 20);
    assert_int_equal(qent__link_render(&link, 1, formats[i], &out, NULL), QENT_EINVAL);
    qent_buf_dispose(&out);
  }
  qent__link_dispose(&link);
}

static void rendering_survives_every_failed_allocation(void **state)
{
  (void)state;
  for (size_t i = 0; i < FORMAT_COUNT; i++) {
    bool conf = formats[i] == QENT_CONFIG_AWG || formats[i] == QENT_CONFIG_VPN;
    qent_status st = QENT_ENOMEM;
    for (long n = 0; st != QENT_OK && n < 200; n++) {
      qent__link link = {.kind = QENT__LINK_OTHER};
      qent_buf out;
      qent_buf_init(&out, 65536);
      qent__alloc_fail_after(n);
      st = qent__link_notice("why", conf, &link, NULL);
      if (st == QENT_OK)
        st = qent__link_render(&link, 1, formats[i], &out, NULL);
      qent__alloc_fail_after(-1);
      assert_true(st == QENT_OK || st == QENT_ENOMEM);
      qent_buf_dispose(&out);
      qent__link_dispose(&link);
    }
    assert_int_equal(st, QENT_OK);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(transports_are_spelt_as_each_core_wants_them),
      cmocka_unit_test(what_a_core_cannot_do_is_left_out),
      cmocka_unit_test(trojan_has_no_flow),
      cmocka_unit_test(newer_parameters_of_amneziawg_reach_the_core),
      cmocka_unit_test(only_addresses_are_dns_servers),
      cmocka_unit_test(a_hostile_name_stays_inside_its_quotes),
      cmocka_unit_test(a_notice_is_an_entry_in_every_format),
      cmocka_unit_test(a_small_buffer_is_an_error),
      cmocka_unit_test(rendering_survives_every_failed_allocation),
  };

  return cmocka_run_group_tests_name("documents of links", tests, NULL, NULL);
}

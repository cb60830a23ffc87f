/* SPDX-License-Identifier: MIT */
/* Share links become a model; what an app would choke on does not. */
#include "case.h"
#include "util/alloc.h"

static void reality_is_read(void **state)
{
  qent__link link = read_link(REALITY "#%F0%9F%87%A9%F0%9F%87%AA%20Germany");

  (void)state;
  assert_int_equal(link.kind, QENT__LINK_VLESS);
  assert_int_equal(link.security, QENT__LINK_REALITY);
  assert_string_equal(link.secret, UUID);
  assert_string_equal(link.host, "h.example");
  assert_int_equal(link.port, 443);
  assert_string_equal(link.flow, "xtls-rprx-vision");
  assert_string_equal(link.fingerprint, "firefox");
  assert_string_equal(link.sni, "s.example");
  assert_string_equal(link.short_id, "6ba85179e30d4fc2");
  assert_string_equal(link.name, "🇩🇪 Germany");
  assert_string_equal(link.node, "de1");
  assert_string_equal(link.node_title, "Germany");
  assert_string_equal(qent__link_protocol(&link), "vless");
  qent__link_dispose(&link);
}

static void transports_are_read(void **state)
{
  static const struct {
    const char *query;
    enum qent__link_network network;
  } cases[] = {{"type=tcp", QENT__LINK_TCP},
               {"type=raw", QENT__LINK_TCP},
               {"type=ws", QENT__LINK_WS},
               {"type=grpc&serviceName=a%20b", QENT__LINK_GRPC},
               {"type=httpupgrade", QENT__LINK_HTTPUPGRADE},
               {"type=xhttp", QENT__LINK_XHTTP}};
  qent_buf uri;

  (void)state;
  qent_buf_init(&uri, 1024);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    qent__link link;
    qent_buf_reset(&uri);
    qent_buf_adds(&uri, "vless://" UUID "@[2001:db8::1]:8443?path=%2Fp%3Fq&host=x.example&");
    qent_buf_adds(&uri, cases[i].query);
    link = read_link(uri.data);
    assert_int_equal(link.kind, QENT__LINK_VLESS);
    assert_int_equal(link.network, cases[i].network);
    assert_string_equal(link.host, "2001:db8::1");
    assert_string_equal(link.path, "/p?q");
    qent__link_dispose(&link);
  }
  qent_buf_dispose(&uri);
}

static void shadowsocks_is_read_in_every_spelling(void **state)
{
  static const struct {
    const char *uri;
    const char *method;
    const char *secret;
  } cases[] = {
      {"ss://YWVzLTI1Ni1nY206c2VjcmV0@h.example:8388", "aes-256-gcm", "secret"},
      {"ss://YWVzLTI1Ni1nY206cGE6c3M=@h.example:8388?type=tcp", "aes-256-gcm", "pa:ss"},
      {"ss://YWVzLTI1Ni1nY206c2VjcmV0QGguZXhhbXBsZTo4Mzg4", "aes-256-gcm", "secret"},
      {"ss://2022-blake3-aes-128-gcm:QUFBQUFBQUFBQUFBQUFBQQ%3D%3D@h.example:8388/",
       "2022-blake3-aes-128-gcm", "QUFBQUFBQUFBQUFBQUFBQQ=="},
      {"ss://2022-blake3-aes-128-gcm%3AQUFBQUFBQUFBQUFBQUFBQQ%3D%3D@h.example:8388",
       "2022-blake3-aes-128-gcm", "QUFBQUFBQUFBQUFBQUFBQQ=="},
      {"ss://MjAyMi1ibGFrZTMtYWVzLTEyOC1nY206UVVGQlFVRkJRVUZCUVVGQlFVRkJRUT09@h.example:8388",
       "2022-blake3-aes-128-gcm", "QUFBQUFBQUFBQUFBQUFBQQ=="},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    qent__link link = read_link(cases[i].uri);
    assert_int_equal(link.kind, QENT__LINK_SHADOWSOCKS);
    assert_string_equal(link.method, cases[i].method);
    assert_string_equal(link.secret, cases[i].secret);
    assert_string_equal(link.host, "h.example");
    assert_int_equal(link.port, 8388);
    qent__link_dispose(&link);
  }
}

static void a_conf_is_read_and_amnezia_told_from_wireguard(void **state)
{
  static const char conf[] =
      "\r\n[Interface]\r\nPrivateKey=iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=\r\n"
      "# a comment\naddress = 10.8.0.2/32\nDNS = 1.1.1.1\nMTU =\nJc = 5\nJmin = 50\nJmax = 1000\n"
      "S1 = 68\nS2 = 149\nH1 = 1-5\nH2 = 2\nH3 = 3\nH4 = 4\nI1 = <b 0x00>\n\n[Peer]\n"
      "PublicKey = 63UU77wFIhSEAKgjZoTICnMDY5+6gJnWpXJJYxX1JFA=\nPresharedKey = \n"
      "Endpoint = [2001:db8::1]:51820\n";
  qent_buf uri;
  qent__link link;
  char name[QENT__CONF_NAME_MAX];

  (void)state;
  conf_uri(conf, "x", &uri);
  link = read_link(uri.data);
  assert_int_equal(link.kind, QENT__LINK_WIREGUARD);
  assert_true(link.conf.amnezia);
  assert_string_equal(link.conf.text, conf);
  assert_string_equal(link.conf.address, "10.8.0.2/32");
  assert_string_equal(link.conf.awg[5], "1-5");
  assert_null(link.conf.mtu);
  assert_null(link.conf.preshared_key);
  assert_string_equal(link.host, "2001:db8::1");
  assert_string_equal(qent__link_protocol(&link), "amneziawg");
  qent__link_conf_name(&link, ".conf", name);
  assert_string_equal(name, "de1.conf");
  qent__link_dispose(&link);
  qent_buf_dispose(&uri);
}

static void without_all_its_fields_it_is_plain_wireguard(void **state)
{
  qent_buf uri;
  qent__link link;

  (void)state;
  conf_uri("[Interface]\nPrivateKey = iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=\n"
           "Address = 10.8.0.2/32\nJc = 5\n[Peer]\n"
           "PublicKey = 63UU77wFIhSEAKgjZoTICnMDY5+6gJnWpXJJYxX1JFA=\nEndpoint = h:1\n",
           "x", &uri);
  link = read_link(uri.data);
  assert_string_equal(qent__link_protocol(&link), "wireguard");
  qent__link_dispose(&link);
  qent_buf_dispose(&uri);
}

static void a_conf_that_runs_commands_is_refused(void **state)
{
  static const char *const lines[] = {"PostUp = rm -rf /", "preup=id",      "SaveConfig = true",
                                      "Jc = many",         "DNS = \x1b[2J", "[Peer]"};

  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    qent_buf conf;
    qent_buf uri;
    qent_buf_init(&conf, 4096);
    qent_buf_adds(&conf, "[Interface]\nPrivateKey = iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=\n"
                         "Address = 10.8.0.2/32\n");
    qent_buf_adds(&conf, lines[i]);
    qent_buf_adds(&conf, "\n[Peer]\nPublicKey = 63UU77wFIhSEAKgjZoTICnMDY5+6gJnWpXJJYxX1JFA=\n"
                         "Endpoint = h:1\n");
    conf_uri(conf.data, "x", &uri);
    assert_int_equal(kind_of(uri.data), QENT__LINK_OTHER);
    qent_buf_dispose(&conf);
    qent_buf_dispose(&uri);
  }
}

#define X25519 "h6rs2jYJm2nrX3l1P2v0dN8n0cB6pQ2Y8wq2m0nQxUk"
#define KEY32 "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE%3D"

/* One entry of these would make sing-box or mihomo refuse the whole document. */
static void what_would_spoil_a_document_is_not_understood(void **state)
{
  static const char *const uris[] = {
      "vless://not-a-uuid@h:1",
      "vless://" UUID "@h",
      "vless://" UUID "@h:0",
      "vless://" UUID "@h:65536",
      "vless://" UUID "@:1",
      "vless://" UUID "@[::1:1",
      "vless://" UUID "@h h:1",
      "vless://" UUID,
      "vless://" UUID "@h:1?type=kcp",
      "vless://" UUID "@h:1?type=tcp&headerType=http",
      "vless://" UUID "@h:1?security=xtls",
      "vless://" UUID "@h:1?flow=xtls-rprx-origin",
      "vless://" UUID "@h:1?sni=a%0Ab",
      "vless://" UUID "@h:1?sni=%zz",
      "vless://" UUID "@h:1?sni=%FF",
      "vless://" UUID "@h:1?security=reality",
      "vless://" UUID "@h:1?security=reality&pbk=short",
      "vless://" UUID "@h:1?security=reality&sid=abc&pbk="
      "h6rs2jYJm2nrX3l1P2v0dN8n0cB6pQ2Y8wq2m0nQxUk",
      "vless://" UUID "@h:1?encryption=auto",
      "vless://" UUID "@h:1?encryption=mlkem768x25519plus.native.0rtt",
      "vless://" UUID "@h:1?encryption=mlkem768x25519plus.native.9rtt." X25519,
      "vless://" UUID "@h:1?encryption=mlkem768x25519plus.native.0rtt." X25519 "AAAA",
      "vless://" UUID "@h:1?type=ws&path=%2Fa%25zz",
      "vless://" UUID "@h:1?type=httpupgrade&path=%25",
      "trojan://@h:1",
      "ss://YWVzLTI1Ni1nY206c2VjcmV0@h:1?plugin=v2ray-plugin",
      "ss://YWVzLTI1Ni1nY206c2VjcmV0@h:1?type=ws",
      "ss://cmM0LW1kNTpzZWNyZXQ=@h:1",
      "ss://2022-blake3-aes-256-gcm:QUFBQUFBQUFBQUFBQUFBQQ%3D%3D@h:1",
      "ss://2022-blake3-chacha20-poly1305:" KEY32 ":" KEY32 "@h:1",
      "ss://@h:1",
      "ss://",
      "ss://YWVz",
      "vmess://eyJ9",
      "awg://",
      "awg://!!!!",
      "nonsense",
      "",
  };

  (void)state;
  for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++)
    assert_int_equal(kind_of(uris[i]), QENT__LINK_OTHER);
}

/* The same of a .conf. */
static void a_conf_that_would_spoil_a_document_is_refused(void **state)
{
  static const struct {
    const char *key;
    const char *address;
    const char *allowed;
  } confs[] = {
      {"iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbE!!!=", "10.8.0.2/32", "::/0"},
      {"iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=", "10.8.0.x/32", "::/0"},
      {"iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=", "10.8.0.2/33", "::/0"},
      {"iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=", "10.8.0.2/32, fd00::2/129", "::/0"},
      {"iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=", ",", "::/0"},
      {"iDYlAT8NXlfxHW1dCYyOpSVsf4cdCDyp0SGYYnbEYHk=", "10.8.0.2/32", "0.0.0.0/0, all"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof confs / sizeof confs[0]; i++) {
    qent_buf conf;
    qent_buf uri;
    qent_buf_init(&conf, 4096);
    qent_buf_addf(&conf,
                  "[Interface]\nPrivateKey = %s\nAddress = %s\n[Peer]\nAllowedIPs = %s\n"
                  "PublicKey = 63UU77wFIhSEAKgjZoTICnMDY5+6gJnWpXJJYxX1JFA=\nEndpoint = h:1\n",
                  confs[i].key, confs[i].address, confs[i].allowed);
    conf_uri(conf.data, "x", &uri);
    assert_int_equal(kind_of(uri.data), QENT__LINK_OTHER);
    qent_buf_dispose(&conf);
    qent_buf_dispose(&uri);
  }
}

static void the_encryption_of_newer_cores_is_kept(void **state)
{
  qent__link link = read_link("vless://" UUID "@h:1?encryption=mlkem768x25519plus.xorpub.1rtt."
                              "100-111-1111." X25519);

  (void)state;
  assert_int_equal(link.kind, QENT__LINK_VLESS);
  assert_string_equal(link.encryption, "mlkem768x25519plus.xorpub.1rtt.100-111-1111." X25519);
  qent__link_dispose(&link);
}

static void an_unknown_fingerprint_becomes_the_usual_one(void **state)
{
  qent__link link = read_link("vless://" UUID "@h:1?fp=netscape");

  (void)state;
  assert_string_equal(link.fingerprint, "chrome");
  qent__link_dispose(&link);
}

static void a_name_keeps_what_can_be_shown(void **state)
{
  static const struct {
    const char *fragment;
    const char *name;
  } cases[] = {
      {"", "VPN"},
      {"#", "VPN"},
      {"#a%0Ab%0D%09c", "abc"},
      {"#%E2%80%AEevil%E2%80%8B", "evil"},
      {"#%FFa%C2%85b", "ab"},
      {"#%D8%9Ca%E2%81%A7b", "ab"},
      {"#%zz", "%zz"},
      {"#%22%27%5C%3A%23%26%2A", "\"'\\:#&*"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char uri[128];
    qent__link link;
    memcpy(uri, "ss://x", 7);
    memcpy(uri + 6, cases[i].fragment, strlen(cases[i].fragment) + 1);
    link = read_link(uri);
    assert_string_equal(link.name, cases[i].name);
    qent__link_dispose(&link);
  }
}

static void names_are_made_distinct(void **state)
{
  qent__link links[5] = {read_link("ss://x#same"), read_link("ss://x#same"),
                         read_link("ss://x#same%202"), read_link("ss://x#Auto"),
                         read_link("ss://x#direct")};
  static const char *const names[] = {"same", "same 2", "same 2 2", "Auto 2", "direct 2"};

  (void)state;
  qent__links_name(links, 5);
  for (size_t i = 0; i < 5; i++) {
    assert_string_equal(links[i].name, names[i]);
    qent__link_dispose(&links[i]);
  }
}

static void reading_survives_every_failed_allocation(void **state)
{
  static const char uri[] = "ss://YWVzLTI1Ni1nY206c2VjcmV0@h.example:8388#name";
  qent_status st = QENT_ENOMEM;

  (void)state;
  for (long n = 0; st != QENT_OK && n < 50; n++) {
    qent__link link = {.kind = QENT__LINK_OTHER};
    qent__alloc_fail_after(n);
    st = qent__link_read(uri, sizeof uri - 1, "de1", "", &link, NULL);
    qent__alloc_fail_after(-1);
    assert_true(st == QENT_OK || (st == QENT_ENOMEM && !link.store.data));
    if (st == QENT_OK)
      assert_int_equal(link.kind, QENT__LINK_SHADOWSOCKS);
    qent__link_dispose(&link);
  }
  assert_int_equal(st, QENT_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reality_is_read),
      cmocka_unit_test(transports_are_read),
      cmocka_unit_test(shadowsocks_is_read_in_every_spelling),
      cmocka_unit_test(a_conf_is_read_and_amnezia_told_from_wireguard),
      cmocka_unit_test(without_all_its_fields_it_is_plain_wireguard),
      cmocka_unit_test(a_conf_that_runs_commands_is_refused),
      cmocka_unit_test(what_would_spoil_a_document_is_not_understood),
      cmocka_unit_test(a_conf_that_would_spoil_a_document_is_refused),
      cmocka_unit_test(the_encryption_of_newer_cores_is_kept),
      cmocka_unit_test(an_unknown_fingerprint_becomes_the_usual_one),
      cmocka_unit_test(a_name_keeps_what_can_be_shown),
      cmocka_unit_test(names_are_made_distinct),
      cmocka_unit_test(reading_survives_every_failed_allocation),
  };

  return cmocka_run_group_tests_name("reading share links", tests, NULL, NULL);
}

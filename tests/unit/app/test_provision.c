/* SPDX-License-Identifier: MIT */
#include "shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What is asked of a gateway before it is asked. The shop's panels have nothing to set up, so a
 * request that is in order ends as QENT_EUNSUPPORTED. */

static void no_step(const char *step, bool done, void *user)
{
  (void)done;
  (void)user;
  fail_msg("told a step: %s", step);
}

static void add_node(struct shop *shop, const char *name, const char *url)
{
  qent_node_options node = QENT_NODE_OPTIONS_INIT;
  qent_error err = QENT_ERROR_INIT;

  node.name = name;
  node.gateway = "test-panel";
  node.url = url;
  node.username = "admin";
  node.password = "panel password";
  if (qent_node_add(shop->session, &node, NULL, &err) != QENT_OK)
    fail_msg("%s: %s", url, err.message);
}

static void expect(struct shop *shop, const char *node, const qent_provision_options *options,
                   qent_status status, const char *said)
{
  qent_error err = QENT_ERROR_INIT;
  qent_status st = qent_node_provision(shop->session, node, options, no_step, NULL, &err);

  if (st != status || !strstr(err.message, said))
    fail_msg("%s: %s instead of %s: %s", node, qent_status_name(st), said, err.message);
}

static qent_provision_options wanted(void)
{
  qent_provision_options options = QENT_PROVISION_OPTIONS_INIT;

  options.camouflage = "www.example.com";
  return options;
}

static void hosts_that_can_work_are_taken(void **state)
{
  static const char *const public_hosts[] = {NULL, "vpn.example.net", "VPN.Example.NET",
                                             "203.0.113.9", "2001:db8::1"};
  static const char *const camouflages[] = {"www.example.com", "WWW.EXAMPLE.COM", "a-b.c1.xn--p1ai",
                                            "1.example.com"};
  qent_provision_options options = wanted();

  add_node(*state, "far", "https://panel.example.org:8000/base");
  for (size_t i = 0; i < sizeof public_hosts / sizeof public_hosts[0]; i++) {
    options.public_host = public_hosts[i];
    expect(*state, "far", &options, QENT_EUNSUPPORTED, "no inbounds to set up");
  }
  for (size_t i = 0; i < sizeof camouflages / sizeof camouflages[0]; i++) {
    options.camouflage = camouflages[i];
    expect(*state, "far", &options, QENT_EUNSUPPORTED, "no inbounds to set up");
  }
}

static void a_camouflage_host_must_be_a_foreign_name(void **state)
{
  static const char *const cases[][2] = {
      {NULL, "name the host"},
      {"", "name the host"},
      {"203.0.113.9", "is an address"},
      {"2001:db8::1", "is an address"},
      {"example", "not a host name"},
      {"www.example.com.", "not a host name"},
      {"-a.example.com", "not a host name"},
      {"a..example.com", "not a host name"},
      {"www.example.com:443", "no scheme, port or path"},
      {"https://www.example.com", "no scheme, port or path"},
      {"www.exa mple.com", "not a host name"},
      {"*.example.com", "not a host name"},
      {"1.2.3", "not a host name"},
      {"site.localhost", "this machine"},
      {"printer.local", "this machine"},
      {"Panel.Example.Org", "pose as itself"},
  };
  qent_provision_options options = wanted();
  char longest[400];

  add_node(*state, "far", "https://panel.example.org:8000");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    options.camouflage = cases[i][0];
    expect(*state, "far", &options, QENT_EINVAL, cases[i][1]);
  }
  for (size_t i = 0; i < sizeof longest - 1; i++)
    longest[i] = i % 50 == 49 ? '.' : 'a';
  longest[sizeof longest - 1] = '\0';
  options.camouflage = longest;
  expect(*state, "far", &options, QENT_EINVAL, "not a host name");
}

static void buyers_must_be_able_to_reach_the_public_host(void **state)
{
  static const char *const hosts[] = {"127.0.0.1", "::1",  "localhost", "vpn",
                                      "",          "a/24", "10.0.0.0/8"};
  qent_provision_options options = wanted();

  add_node(*state, "near", "http://127.0.0.1:8000");
  expect(*state, "near", &options, QENT_EINVAL, "this machine itself");
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    options.public_host = hosts[i];
    expect(*state, "near", &options, QENT_EINVAL, "public host: ");
  }
}

static void the_panels_own_port_is_not_given_away(void **state)
{
  qent_provision_options options = wanted();

  add_node(*state, "p443", "https://panel.example.org");
  add_node(*state, "p2053", "https://panel2.example.org:2053");
  expect(*state, "p443", &options, QENT_ECONFLICT, "port 443 of panel.example.org");
  expect(*state, "p2053", &options, QENT_ECONFLICT, "port 2053 of panel2.example.org");
  options.vless_port = 2083;
  expect(*state, "p2053", &options, QENT_EUNSUPPORTED, "");
  options.public_host = "vpn.example.org"; /* another address of the server, or another server */
  expect(*state, "p443", &options, QENT_EUNSUPPORTED, "");
}

static void ports_are_two_and_nodes_exist(void **state)
{
  qent_provision_options options = wanted();

  add_node(*state, "far", "https://panel.example.org:8000");
  expect(*state, "none", &options, QENT_ENOTFOUND, "");
  options.vless_port = options.shadowsocks_port;
  expect(*state, "far", &options, QENT_EINVAL, "two different ports");
  options.vless_port = 0;
  expect(*state, "far", &options, QENT_EINVAL, "two different ports");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, shop_open, shop_close)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(hosts_that_can_work_are_taken),
      CASE(a_camouflage_host_must_be_a_foreign_name),
      CASE(buyers_must_be_able_to_reach_the_public_host),
      CASE(the_panels_own_port_is_not_given_away),
      CASE(ports_are_two_and_nodes_exist),
  };

  return cmocka_run_group_tests_name("app: provision", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wg_case.h"

/* What wg-easy does otherwise than amnezia-wg-easy, against recordings of v15.4.0 in
 * tests/data/wgeasy. */

#define CLIENTS "/api/client"
#define LIST "GET " CLIENTS
#define CREATE "POST " CLIENTS
#define CONF_17 "GET " CLIENTS "/3/configuration"
#define INTERFACE "GET /api/admin/interface"

#define CASE(test) cmocka_unit_test_setup_teardown(test, wgeasy_setup, case_close)

static const struct listed on = {"qt_17", true};
static const struct listed off = {"qt_17", false};

static const char conf_p1[] = "[Interface]\nPrivateKey = a\nAddress = 10.8.0.2/32, fd00::2/128\n\n"
                              "[Peer]\nPublicKey = b\nEndpoint = h:1";

static void login_is_one_read(void **state)
{
  (void)state;
  reopen("{}", false);
  wire_add(&wire, INTERFACE, 200, "interface.json");
  wire_add(&wire, LIST, 200, "clients.json");
  wire_add(&wire, CONF_17, 200, "configuration.conf");
  ensure(QENT_OK);
  assert_int_equal(view.used_bytes, 234568890);
  assert_int_equal(view.online_at, 1795238411);
  assert_int_equal(view.link_count, 1);
}

static void refused_password_pauses(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 401, "login_401.json");
  wire_add(&wire, INTERFACE, 401, "login_401.json");
  probe(QENT_EAUTH);
  assert_int_equal(err.retry_after_ms, 900000);
  wire_done(&wire);
}

static void user_that_may_not_is_told(void **state)
{
  (void)state;
  reopen("{}", false);
  wire_add(&wire, INTERFACE, 403, NULL)->text =
      "{\"error\":true,\"statusCode\":403,\"statusMessage\":\"User is disabled\"}";
  probe(QENT_EAUTH);
  message_has("User is disabled");
}

static void new_account_names_no_date(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 200, "created.json")->sends[0] = "{\"name\":\"qt_17\",\"expiresAt\":null}";
  wire_add(&wire, LIST, 200, "clients.json");
  wire_add(&wire, CONF_17, 200, "configuration.conf");
  ensure(QENT_OK);
}

/* The whole peer goes back, but for its date. */
static void date_is_taken_away_by_a_full_update(void **state)
{
  qent_account_spec spec = wire_spec();
  struct wire_step *post;

  (void)state;
  spec.key = "old";
  wire_add(&wire, LIST, 200, "clients.json");
  wire_add(&wire, "GET " CLIENTS "/4", 200, "client_expired.json");
  post = expect_change("POST " CLIENTS "/4", 200, "done.json");
  post->sends[0] = "\"expiresAt\":null";
  post->sends[1] = "\"ipv4Address\":\"10.8.0.3\"";
  post->sends[2] = "\"serverAllowedIps\":[]";
  post->not_sent = "2020-01-01";
  expect_text(LIST, "[{\"id\":4,\"name\":\"old\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\"}]");
  expect_text("GET " CLIENTS "/4/configuration", conf_p1);
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
}

/* The panel sorts by name; a number tells the age. */
static void of_two_peers_the_lower_number_stays(void **state)
{
  (void)state;
  expect_text(LIST, "[{\"id\":12,\"name\":\"qt_17\",\"enabled\":true,\"ipv4Address\":\"10.8.0.9\"},"
                    "{\"id\":9,\"name\":\"qt_17\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\"}]");
  expect_change("DELETE " CLIENTS "/12", 200, "done.json");
  expect_text(LIST,
              "[{\"id\":9,\"name\":\"qt_17\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\"}]");
  expect_text("GET " CLIENTS "/9/configuration", conf_p1);
  ensure(QENT_OK);
}

static void refusals_carry_the_panels_reason(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 400, "create_400.json");
  ensure(QENT_EINVAL);
  message_has("expiresAt is required");
  expect_text(LIST, list_text(&off, 1));
  expect_change("POST " CLIENTS "/1/enable", 422, "enable_422.json");
  ensure(QENT_EINVAL);
  message_has("Client is expired");
}

static void missing_is_said_by_the_panel_itself(void **state)
{
  (void)state;
  expect_text(LIST, list_text(&on, 1));
  wire_add(&wire, "GET " CLIENTS "/1/configuration", 404, "client_404.json");
  fetch(QENT_ENOTFOUND);
  expect_text(LIST, list_text(&on, 1));
  wire_add(&wire, "GET " CLIENTS "/1/configuration", 404, "path_404.json");
  fetch(QENT_EPROTO);
}

static void network_tells_the_capacity(void **state)
{
  static const struct listed others[] = {
      {"a", true}, {"b", true}, {"c", true}, {"d", true}, {"e", true}};
  static const char small[] = "{\"ipv4Cidr\":\"10.8.0.0/29\"}";

  (void)state;
  for (size_t count = 4; count <= 5; count++) {
    expect_text(LIST, list_text(others, count));
    expect_change(CREATE, 500, NULL);
    expect_text(LIST, list_text(others, count));
    expect_text(INTERFACE, small);
    ensure(count == 5 ? QENT_EINVAL : QENT_EUPSTREAM);
  }
  message_has("full (5 peers for 5 addresses)");
}

static void broken_peers_are_refused(void **state)
{
  static const char *const texts[] = {
      "[{\"id\":\"1\",\"name\":\"a\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\"}]",
      "[{\"id\":-1,\"name\":\"a\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\"}]",
      "[{\"id\":1.5,\"name\":\"a\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\"}]",
      "[{\"id\":1,\"name\":\"a\",\"enabled\":true,\"address\":\"10.8.0.2\"}]",
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    expect_text(LIST, texts[i]);
    probe(QENT_EPROTO);
  }
  expect_text(LIST, "[{\"id\":4,\"name\":\"qt_17\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\","
                    "\"expiresAt\":\"2020-01-01\"}]");
  expect_text("GET " CLIENTS "/4", "[]");
  expect_text(LIST, "[{\"id\":4,\"name\":\"qt_17\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\","
                    "\"expiresAt\":\"2020-01-01\"}]");
  ensure(QENT_EPROTO);
}

static void script(void)
{
  reopen("{}", false);
  wire_add(&wire, INTERFACE, 200, "interface.json");
  wire_add(&wire, LIST, 200, "clients.json");
  wire_add(&wire, "GET " CLIENTS "/4", 200, "client_expired.json");
  expect_change("POST " CLIENTS "/4", 200, "done.json");
  expect_text(LIST, "[{\"id\":4,\"name\":\"old\",\"enabled\":true,\"ipv4Address\":\"10.8.0.2\"}]");
  expect_text("GET " CLIENTS "/4/configuration", conf_p1);
}

static void memory_may_run_out_anywhere(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  spec.key = "old";
  run_out_of_memory(script, qent__gateway_ensure_account, &spec);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(login_is_one_read),
      CASE(refused_password_pauses),
      CASE(user_that_may_not_is_told),
      CASE(new_account_names_no_date),
      CASE(date_is_taken_away_by_a_full_update),
      CASE(of_two_peers_the_lower_number_stays),
      CASE(refusals_carry_the_panels_reason),
      CASE(missing_is_said_by_the_panel_itself),
      CASE(network_tells_the_capacity),
      CASE(broken_peers_are_refused),
      CASE(memory_may_run_out_anywhere),
  };

  return cmocka_run_group_tests_name("wgeasy", tests, NULL, NULL);
}

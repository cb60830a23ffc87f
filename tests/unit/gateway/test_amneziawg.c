/* SPDX-License-Identifier: MIT */
#include "util/base64.h"
#include "wg_case.h"

#include <string.h>

/* What is changed over the wire, against recordings of amnezia-wg-easy in tests/data/amneziawg. */

#define CLIENTS "/api/wireguard/client"
#define LIST "GET " CLIENTS
#define CREATE "POST " CLIENTS
#define ID_17 "a2925ede-fb5d-48d2-8c47-20ec27cfd200"
#define CONF_17 "GET " CLIENTS "/" ID_17 "/configuration"
#define SESSION "GET /api/session"

#define CASE(test) cmocka_unit_test_setup_teardown(test, amneziawg_setup, case_close)

static const struct listed on = {"qt_17", true};
static const struct listed off = {"qt_17", false};

/* A file for the first of list_text(). */
static const char conf_p1[] =
    "\n[Interface]\nPrivateKey = a\nAddress = 10.8.0.2/24\nJc = 6\nJmin = 50\nJmax = 1000\nS1 = "
    "56\n"
    "S2 = 30\nH1 = 1\nH2 = 2\nH3 = 3\nH4 = 4\n\n[Peer]\nPublicKey = b\nEndpoint = h:1";

static void expect_conf_p1(void)
{
  (void)expect_text("GET " CLIENTS "/p1/configuration", conf_p1);
}

static void account_as_wanted_is_only_looked_at(void **state)
{
  char conf[2048];
  size_t len = 0;

  (void)state;
  wire_add(&wire, LIST, 200, "clients.json")->line = "Cookie: connect.sid=first";
  wire_add(&wire, CONF_17, 200, "configuration.conf");
  ensure(QENT_OK);
  assert_string_equal(view.key, "qt_17");
  assert_true(view.enabled);
  assert_int_equal(view.expires_at, 0);
  assert_int_equal(view.traffic_limit_bytes, 0);
  assert_int_equal(view.used_bytes, 234568890);
  assert_int_equal(view.online_at, 1795238411); /* 2026-11-21T05:20:11Z */
  assert_int_equal(view.link_count, 1);
  assert_memory_equal(view.links[0], "awg://", 6);
  assert_true(qent__base64_decode(view.links[0] + 6, strlen(view.links[0] + 6),
                                  QENT__BASE64_URL | QENT__BASE64_NOPAD, conf, sizeof conf, &len));
  assert_memory_equal(conf, "[Interface]\nPrivateKey = ", 25);
}

static void new_account_is_listed_before_and_after(void **state)
{
  struct wire_step *post;

  (void)state;
  wire_add(&wire, LIST, 200, "clients_none.json");
  post = expect_change(CREATE, 200, "done.json");
  post->sends[0] = "{\"name\":\"qt_17\"}";
  wire_add(&wire, LIST, 200, "clients.json");
  wire_add(&wire, CONF_17, 200, "configuration.conf");
  ensure(QENT_OK);
}

static void disabled_account_is_made_and_switched_off(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  spec.enabled = false;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 200, "done.json");
  expect_text(LIST, list_text(&on, 1));
  expect_change("POST " CLIENTS "/p1/disable", 200, "done.json");
  expect_text(LIST, list_text(&off, 1));
  expect_conf_p1();
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  assert_false(view.enabled);
  assert_int_equal(view.used_bytes, -1);
  wire_done(&wire);
}

static void date_is_taken_away_before_switching(void **state)
{
  struct wire_step *put;

  (void)state;
  expect_text(LIST, "[{\"id\":\"p1\",\"name\":\"qt_17\",\"enabled\":false,\"address\":\"10.8.0.2\","
                    "\"expiredAt\":\"2020-01-15T23:59:59.000Z\"}]");
  put = expect_change("PUT " CLIENTS "/p1/expireDate", 200, "done.json");
  put->sends[0] = "{\"expireDate\":null}";
  expect_text(LIST, list_text(&off, 1));
  expect_change("POST " CLIENTS "/p1/enable", 200, "done.json");
  expect_text(LIST, list_text(&on, 1));
  expect_conf_p1();
  ensure(QENT_OK);
}

static void later_peers_of_the_name_are_deleted(void **state)
{
  static const struct listed three[] = {{"qt_17", true}, {"x", true}, {"qt_17", false}};

  (void)state;
  expect_text(LIST, list_text(three, 3));
  expect_change("DELETE " CLIENTS "/p3", 200, "done.json");
  expect_text(LIST, list_text(three, 2));
  expect_conf_p1();
  ensure(QENT_OK);
}

static void peer_that_vanishes_is_made_again(void **state)
{
  (void)state;
  expect_text(LIST, list_text(&off, 1));
  expect_change("POST " CLIENTS "/p1/enable", 404, "client_404.json");
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 200, "done.json");
  expect_text(LIST, list_text(&on, 1));
  expect_conf_p1();
  ensure(QENT_OK);
}

static void peer_that_vanishes_at_the_end_is_worth_a_repeat(void **state)
{
  (void)state;
  expect_text(LIST, list_text(&on, 1));
  wire_add(&wire, "GET " CLIENTS "/p1/configuration", 404, "client_404.json");
  ensure(QENT_EUPSTREAM);
  assert_null(view.key);
}

static void rotation_deletes_then_makes(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  expect_text(LIST, list_text(&on, 1));
  expect_change("DELETE " CLIENTS "/p1", 200, "done.json");
  wire_add(&wire, LIST, 200, "clients_none.json");
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 200, "done.json");
  expect_text(LIST, list_text(&on, 1));
  expect_conf_p1();
  assert_int_equal(qent__gateway_rotate_keys(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
}

static void removal_is_looked_after(void **state)
{
  (void)state;
  expect_text(LIST, list_text(&on, 1));
  expect_change("DELETE " CLIENTS "/p1", 200, "done.json");
  wire_add(&wire, LIST, 200, "clients_none.json");
  remove_17(QENT_OK);
  wire_add(&wire, LIST, 200, "clients_none.json");
  remove_17(QENT_OK);
}

/* A panel that says so and keeps the peer is not asked for ever. */
static void deletion_that_does_nothing_ends(void **state)
{
  (void)state;
  for (int i = 0; i < 5; i++) {
    expect_text(LIST, list_text(&on, 1));
    expect_change("DELETE " CLIENTS "/p1", 200, "done.json");
  }
  expect_text(LIST, list_text(&on, 1));
  remove_17(QENT_EPROTO);
  message_has("shows other values");
  wire_done(&wire);
}

/* Such a peer goes by its id in lists, so that it can be named one by one. */
static void peer_without_a_name_is_removed_by_its_id(void **state)
{
  (void)state;
  expect_text(LIST, "[{\"id\":\"p1\",\"name\":null,\"enabled\":true,\"address\":\"10.8.0.2\"}]");
  expect_change("DELETE " CLIENTS "/p1", 200, "done.json");
  wire_add(&wire, LIST, 200, "clients_none.json");
  assert_int_equal(qent__gateway_remove_account(wire.gw, "p1", &err), QENT_OK);
  wire_done(&wire);
}

static void timeout_is_not_asked_about(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 0, NULL)->failure = QENT_ETIMEOUT;
  ensure(QENT_ETIMEOUT);
}

static void failed_creation_that_acted_is_found(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 500, "error_500.json");
  wire_add(&wire, SESSION, 200, "session.json");
  wire_add(&wire, LIST, 200, "clients.json");
  wire_add(&wire, CONF_17, 200, "configuration.conf");
  ensure(QENT_OK);
}

static void failed_creation_and_silence_is_unknown(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 502, NULL);
  wire_add(&wire, LIST, 502, NULL);
  ensure(QENT_ETIMEOUT);
  message_has("does not tell");
}

static void failed_creation_that_did_not_act_is_upstream(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change(CREATE, 500, "error_500.json");
  wire_add(&wire, SESSION, 200, "session.json");
  wire_add(&wire, LIST, 200, "clients_none.json");
  ensure(QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
}

static void accepted_but_not_done_is_noticed(void **state)
{
  (void)state;
  expect_text(LIST, list_text(&off, 1));
  expect_change("POST " CLIENTS "/p1/enable", 200, "done.json");
  expect_text(LIST, list_text(&off, 1));
  ensure(QENT_EPROTO);
  message_has("shows other values");
}

static void answer_without_success_is_looked_after(void **state)
{
  (void)state;
  expect_text(LIST, list_text(&off, 1));
  expect_change("POST " CLIENTS "/p1/enable", 200, NULL)->text = "{\"success\":false}";
  expect_text(LIST, list_text(&on, 1));
  expect_conf_p1();
  ensure(QENT_OK);
}

static void full_panel_says_so(void **state)
{
  struct listed peers[253];

  (void)state;
  for (size_t i = 0; i < 253; i++)
    peers[i] = (struct listed){"other", true};
  expect_text(LIST, list_text(peers, 253));
  expect_change(CREATE, 500, "error_500.json");
  wire_add(&wire, SESSION, 200, "session.json");
  expect_text(LIST, list_text(peers, 253));
  ensure(QENT_EINVAL);
  message_has("253");
  message_has("capacity");
}

static void file_of_another_peer_is_not_handed_out(void **state)
{
  static const struct listed two[] = {{"x", true}, {"qt_17", true}};

  (void)state;
  expect_text(LIST, list_text(two, 2));
  expect_text("GET " CLIENTS "/p2/configuration", conf_p1);
  ensure(QENT_EPROTO);
  message_has("another account's");
  assert_null(view.key);
}

static void file_that_no_client_takes_is_refused(void **state)
{
  static const char *const texts[] = {
      "",
      "\n[Interface]\nPrivateKey = a\nAddress = 10.8.0.2/24\n\n[Peer]\nPublicKey = b\n"
      "Endpoint = h:1",
      "\n[Interface]\nPrivateKey = a\nAddress = 10.8.0.2/24\nJc = undefined\n[Peer]\n",
      "\n[Interface]\nAddress = 10.8.0.2/24\nJc = 6\nJmin = 50\nJmax = 1000\nS1 = 56\nS2 = 30\n"
      "H1 = 1\nH2 = 2\nH3 = 3\nH4 = 4\n\n[Peer]\nPublicKey = b\nEndpoint = h:1",
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    expect_text(LIST, list_text(&on, 1));
    expect_text("GET " CLIENTS "/p1/configuration", texts[i]);
    ensure(QENT_EPROTO);
    assert_null(view.key);
  }
}

/* It is there all the same: it must be possible to see and to remove it. */
static void account_whose_file_is_refused_is_fetched_without_it(void **state)
{
  (void)state;
  expect_text(LIST, list_text(&on, 1));
  expect_text("GET " CLIENTS "/p1/configuration", "\n[Interface]\nJc = undefined\n");
  assert_int_equal(qent__gateway_fetch_account(wire.gw, "qt_17", &view, &err), QENT_OK);
  assert_string_equal(view.key, "qt_17");
  assert_int_equal(view.link_count, 0);
  wire_done(&wire);
}

static void broken_lists_are_refused(void **state)
{
  static const char *const texts[] = {
      "{}",
      "[{}]",
      "[7]",
      "[{\"id\":7,\"name\":\"a\",\"enabled\":true,\"address\":\"10.8.0.2\"}]",
      "[{\"id\":\"../session\",\"name\":\"a\",\"enabled\":true,\"address\":\"10.8.0.2\"}]",
      "[{\"id\":\"\",\"name\":\"a\",\"enabled\":true,\"address\":\"10.8.0.2\"}]",
      "[{\"id\":\"p1\",\"name\":\"a\",\"enabled\":\"yes\",\"address\":\"10.8.0.2\"}]",
      "[{\"id\":\"p1\",\"name\":\"a\",\"enabled\":true}]",
      "[{\"id\":\"p1\",\"name\":\"a\",\"enabled\":true,\"address\":\"10.8.0.2\","
      "\"transferRx\":\"7\"}]",
      "[{\"id\":\"p1\",\"name\":\"a\",\"enabled\":true,\"address\":\"10.8.0.2\","
      "\"latestHandshakeAt\":\"yesterday\"}]",
      "<html></html>",
      "",
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    expect_text(LIST, texts[i]);
    probe(QENT_EPROTO);
  }
  wire_done(&wire);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(account_as_wanted_is_only_looked_at),
      CASE(new_account_is_listed_before_and_after),
      CASE(disabled_account_is_made_and_switched_off),
      CASE(date_is_taken_away_before_switching),
      CASE(later_peers_of_the_name_are_deleted),
      CASE(peer_that_vanishes_is_made_again),
      CASE(peer_that_vanishes_at_the_end_is_worth_a_repeat),
      CASE(rotation_deletes_then_makes),
      CASE(removal_is_looked_after),
      CASE(deletion_that_does_nothing_ends),
      CASE(peer_without_a_name_is_removed_by_its_id),
      CASE(timeout_is_not_asked_about),
      CASE(failed_creation_that_acted_is_found),
      CASE(failed_creation_and_silence_is_unknown),
      CASE(failed_creation_that_did_not_act_is_upstream),
      CASE(accepted_but_not_done_is_noticed),
      CASE(answer_without_success_is_looked_after),
      CASE(full_panel_says_so),
      CASE(file_of_another_peer_is_not_handed_out),
      CASE(file_that_no_client_takes_is_refused),
      CASE(account_whose_file_is_refused_is_fetched_without_it),
      CASE(broken_lists_are_refused),
  };

  return cmocka_run_group_tests_name("amneziawg", tests, NULL, NULL);
}

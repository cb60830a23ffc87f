/* SPDX-License-Identifier: MIT */
#include "wg_case.h"

#include <stdio.h>
#include <string.h>

/* Logging in, reading and what memory does, against recordings in tests/data/amneziawg. */

#define CLIENTS "/api/wireguard/client"
#define LIST "GET " CLIENTS
#define LOGIN "POST /api/session"
#define SESSION "GET /api/session"
#define ID_17 "a2925ede-fb5d-48d2-8c47-20ec27cfd200"
#define CONF_17 "GET " CLIENTS "/" ID_17 "/configuration"
#define COOKIE "Set-Cookie: connect.sid=s%3Anew.mac%2B; Path=/; HttpOnly"

#define CASE(test) cmocka_unit_test_setup_teardown(test, amneziawg_setup, case_close)

static void login_sends_the_password_and_keeps_the_cookie(void **state)
{
  struct wire_step *login;

  (void)state;
  reopen("{}", false);
  login = wire_add(&wire, LOGIN, 200, "done.json");
  login->sends[0] = "{\"password\":\"p&w+d=%\",\"remember\":true}";
  login->header = COOKIE;
  wire_add(&wire, LIST, 200, "clients_none.json")->line = "Cookie: connect.sid=s%3Anew.mac%2B";
  probe(QENT_OK);
  wire_add(&wire, LIST, 200, "clients_none.json")->line = "Cookie: connect.sid=s%3Anew.mac%2B";
  probe(QENT_OK);
}

static void lost_session_is_renewed_once(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 500, "error_500.json")->line = "Cookie: connect.sid=first";
  wire_add(&wire, SESSION, 200, "session_none.json")->line = "Cookie: connect.sid=first";
  wire_add(&wire, LOGIN, 200, "done.json")->header = COOKIE;
  wire_add(&wire, LIST, 200, "clients.json")->line = "Cookie: connect.sid=s%3Anew.mac%2B";
  probe(QENT_OK);
}

static void failure_with_a_session_stays_a_failure(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 500, "error_500.json");
  wire_add(&wire, SESSION, 200, "session.json");
  probe(QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
  wire_add(&wire, LIST, 500, "error_500.json");
  wire_add(&wire, SESSION, 0, NULL)->failure = QENT_ETIMEOUT;
  probe(QENT_EUPSTREAM);
}

static void refused_login_pauses(void **state)
{
  (void)state;
  reopen("{}", false);
  wire_add(&wire, LOGIN, 401, "login_401.json");
  wire_add(&wire, SESSION, 200, "session_none.json");
  probe(QENT_EAUTH);
  assert_null(strstr(err.message, "p&w"));
  probe(QENT_EAUTH); /* no call */
  assert_int_equal(err.retry_after_ms, 900000);
}

static void open_panel_is_refused(void **state)
{
  (void)state;
  reopen("{}", false);
  wire_add(&wire, LOGIN, 401, "login_401.json");
  expect_text(SESSION, "{\"requiresPassword\":false,\"authenticated\":true}");
  probe(QENT_EAUTH);
  message_has("PASSWORD_HASH");
}

static void login_without_a_cookie_is_upstream(void **state)
{
  static const char *const headers[] = {NULL, "Set-Cookie: other=1; Path=/",
                                        "Set-Cookie: connect.sid=; Path=/"};

  (void)state;
  for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
    reopen("{}", false);
    wire_add(&wire, LOGIN, 200, "done.json")->header = headers[i];
    probe(QENT_EUPSTREAM);
    message_has("cookie");
  }
}

static void wrong_address_is_not_a_missing_account(void **state)
{
  (void)state;
  wire_add(&wire, LIST, 404, "path_404.json");
  fetch(QENT_EPROTO);
  message_has("URL");
  wire_add(&wire, LIST, 404, "client_404.json");
  fetch(QENT_EPROTO);
}

struct page {
  char keys[4][64];
  int count;
};

static qent_status take(const qent_account_view *listed, void *user)
{
  struct page *page = user;

  assert_true(page->count < 4);
  assert_int_equal(listed->link_count, 0);
  (void)snprintf(page->keys[page->count++], 64, "%s", listed->key);
  return QENT_OK;
}

static void pages_are_cut_from_the_whole_list(void **state)
{
  struct page page = {.count = 0};
  bool more = false;

  (void)state;
  wire_add(&wire, LIST, 200, "clients.json");
  assert_int_equal(qent__gateway_list_accounts(wire.gw, 0, 3, take, &page, &more, &err), QENT_OK);
  assert_true(more);
  assert_int_equal(page.count, 3);
  assert_string_equal(page.keys[0], "qt_17");
  assert_string_equal(page.keys[1], "qt_18");
  assert_string_equal(page.keys[2],
                      "\xd0\x9c\xd0\xbe\xd0\xb9 \xd1\x82\xd0\xb5\xd0\xbb\xd0\xb5\xd1\x84\xd0\xbe"
                      "\xd0\xbd");
  wire_add(&wire, LIST, 200, "clients.json");
  assert_int_equal(qent__gateway_list_accounts(wire.gw, 3, 3, take, &page, &more, &err), QENT_OK);
  assert_false(more);
  assert_int_equal(page.count, 4);
  assert_string_equal(page.keys[3],
                      "b740962a-cd5b-4c83-b9dd-849a2f8783b5"); /* the name is a list */
  wire_add(&wire, LIST, 200, "clients.json");
  assert_int_equal(qent__gateway_list_accounts(wire.gw, 4, 3, take, &page, &more, &err), QENT_OK);
  assert_false(more);
}

static void online_is_who_shook_hands_lately(void **state)
{
  static const struct {
    const char *date;
    int32_t online;
  } cases[] = {{"Date: Sat, 21 Nov 2026 05:23:10 GMT", 1},
               {"Date: Sat, 21 Nov 2026 05:23:11 GMT", 0}};

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    qent_node_stats stats = QENT_NODE_STATS_INIT;
    wire_add(&wire, LIST, 200, "clients.json")->header = cases[i].date;
    wire_add(&wire, "GET /api/release", 200, "release.json");
    assert_int_equal(qent__gateway_node_stats(wire.gw, &stats, &err), QENT_OK);
    assert_int_equal(stats.online, cases[i].online);
    assert_int_equal(stats.active_users, 3);
    assert_int_equal(stats.cpu_percent, -1);
    assert_int_equal(stats.traffic_bytes, -1);
    assert_string_equal(stats.version, "14");
  }
}

static void options_are_refused(void **state)
{
  static const char *const texts[] = {"", "[]", "{", "{\"inbounds\":{}}"};

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    const qent_gateway_config config = {.size = sizeof config,
                                        .node_name = "de1",
                                        .url = WIRE_URL,
                                        .username = "",
                                        .password = "secret",
                                        .options = texts[i],
                                        .http = wire.http,
                                        .share = wire.share};
    qent_gateway *gw = NULL;
    assert_int_equal(qent__gateway_open(wire.panel->factory, &config, &gw, &err), QENT_EINVAL);
    message_has("option");
    assert_null(gw);
  }
}

static void script(void)
{
  reopen("{}", false);
  wire_add(&wire, LOGIN, 200, "done.json")->header = COOKIE;
  wire_add(&wire, LIST, 200, "clients_none.json");
  expect_change("POST " CLIENTS, 200, "done.json");
  wire_add(&wire, LIST, 200, "clients.json");
  wire_add(&wire, CONF_17, 200, "configuration.conf");
}

static void memory_may_run_out_anywhere(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  run_out_of_memory(script, qent__gateway_ensure_account, &spec);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(login_sends_the_password_and_keeps_the_cookie),
      CASE(lost_session_is_renewed_once),
      CASE(failure_with_a_session_stays_a_failure),
      CASE(refused_login_pauses),
      CASE(open_panel_is_refused),
      CASE(login_without_a_cookie_is_upstream),
      CASE(wrong_address_is_not_a_missing_account),
      CASE(pages_are_cut_from_the_whole_list),
      CASE(online_is_who_shook_hands_lately),
      CASE(options_are_refused),
      CASE(memory_may_run_out_anywhere),
  };

  return cmocka_run_group_tests_name("amneziawg calls", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "marzban_case.h"

#include <string.h>

/* Logging in, reading, lists and statistics, and what memory running out does to a call. */

static void login_is_an_encoded_form(void **state)
{
  struct wire_step *login;

  (void)state;
  reopen("{}", false);
  login = wire_add(&wire, LOGIN, 200, "token.json");
  login->sends[0] = "grant_type=password&username=ad%20min&password=p%26w%2Bd%3D%25";
  wire_add(&wire, PUT_17, 200, "user.json")->bearer =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJxZW50In0.c2FtcGxl";
  ensure(QENT_OK);
}

static void refused_token_is_renewed_once(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 401, "token_bad.json")->bearer = "first";
  wire_add(&wire, LOGIN, 200, "token.json");
  wire_add(&wire, PUT_17, 200, "user.json");
  ensure(QENT_OK);
  wire_add(&wire, PUT_17, 401, "token_bad.json");
  wire_add(&wire, LOGIN, 200, "token.json");
  wire_add(&wire, PUT_17, 401, "token_bad.json");
  ensure(QENT_EAUTH);
}

static void refused_login_pauses(void **state)
{
  (void)state;
  reopen("{}", false);
  wire_add(&wire, LOGIN, 401, "login_401.json");
  ensure(QENT_EAUTH);
  assert_int_equal(err.http_status, 401);
  wire.now += 899;
  ensure(QENT_EAUTH); /* without a call */
  assert_int_equal(err.retry_after_ms, 1000);
  wire.now += 1;
  wire_add(&wire, LOGIN, 200, "token.json");
  wire_add(&wire, PUT_17, 200, "user.json");
  ensure(QENT_OK);
}

static void failing_login_does_not_pause(void **state)
{
  (void)state;
  reopen("{}", false);
  wire_add(&wire, LOGIN, 502, "user_500.txt");
  ensure(QENT_EUPSTREAM);
  wire_add(&wire, LOGIN, 200, "token.json");
  wire_add(&wire, PUT_17, 200, "user.json");
  ensure(QENT_OK);
}

/* Nothing was asked yet, so nothing can have happened. */
static void login_that_times_out_is_upstream(void **state)
{
  (void)state;
  reopen("{}", false);
  wire_add(&wire, LOGIN, 0, NULL)->failure = QENT_ETIMEOUT;
  ensure(QENT_EUPSTREAM);
}

static void unusable_token_is_refused(void **state)
{
  static const char *const answers[] = {
      "<html>",
      "{}",
      "{\"access_token\":\"\"}",
      "{\"access_token\":7}",
      "{\"access_token\":\"a\\r\\nX-Evil: 1\"}",
      "{\"access_token\":\"with blank\"}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    reopen("{}", false);
    wire_add(&wire, LOGIN, 200, NULL)->text = answers[i];
    ensure(QENT_EUPSTREAM);
    message_has("without a usable token");
  }
}

static void broken_users_are_refused(void **state)
{
  static const char *const answers[] = {
      "{\"username\":\"qt_17\"}",
      "[]",
      "{\"username\":\"qt_17\",\"status\":7,\"used_traffic\":0,\"links\":[]}",
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":-5,\"links\":[]}",
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":0,\"links\":[7]}",
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":0,\"links\":[\"a b://c\"]}",
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":0,\"links\":[\"ss://"
      "a\\nb\"]}",
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":0,\"links\":[],"
      "\"online_at\":\"yesterday\"}",
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":0,\"links\":[],"
      "\"online_at\":\"1013-11-21T05:20:11\"}",
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":0,\"expire\":1.5,\"links\":[]"
      "}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    reopen("{}", true);
    wire_add(&wire, GET_17, 200, NULL)->text = answers[i];
    fetch(QENT_EPROTO);
    assert_null(view.key);
  }
}

static void negative_expiry_is_past_and_not_never(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text = "{\"username\":\"qt_17\",\"status\":\"expired\","
                                             "\"expire\":-5,\"used_traffic\":0,\"links\":[]}";
  fetch(QENT_OK);
  assert_int_equal(view.expires_at, 1);
}

/* Made by a person to begin with its first use. Numbers may come as texts, and members that we do
 * not know. */
static void account_on_hold_is_there_without_an_end(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"username\":\"qt_17\",\"status\":\"on_hold\",\"expire\":null,\"data_limit\":\"5368\","
      "\"used_traffic\":\"17\",\"on_hold_expire_duration\":2592000,\"news\":[{\"a\":1.5}],"
      "\"links\":[]}";
  assert_int_equal(qent__gateway_fetch_account(wire.gw, "qt_17", &view, &err), QENT_OK);
  assert_true(view.enabled);
  assert_int_equal(view.expires_at, 0);
  assert_int_equal(view.traffic_limit_bytes, 5368);
  assert_int_equal(view.used_bytes, 17);
}

struct page {
  int count;
  int64_t used;
  int64_t online_at;
};

static qent_status take(const qent_account_view *account, void *user)
{
  struct page *page = user;

  page->count++;
  if (strcmp(account->key, "qt_17") == 0) {
    page->used = account->used_bytes;
    page->online_at = account->online_at;
  }
  return QENT_OK;
}

static void list_is_paged_in_a_stable_order(void **state)
{
  struct page page = {0, 0, 0};
  bool more = true;

  (void)state;
  wire_add(&wire, "GET /api/users?sort=created_at&offset=0&limit=100", 200, "users.json");
  assert_int_equal(qent__gateway_list_accounts(wire.gw, 0, 100, take, &page, &more, &err), QENT_OK);
  assert_int_equal(page.count, 2);
  assert_int_equal(page.used, 1234567890);
  assert_int_equal(page.online_at, 1795238411); /* 2026-11-21T05:20:11.25 without a zone */
  assert_false(more);
  wire_add(&wire, "GET /api/users?sort=created_at&offset=2&limit=100", 200, "users_none.json");
  assert_int_equal(qent__gateway_list_accounts(wire.gw, 2, 100, take, &page, &more, &err), QENT_OK);
  assert_false(more);
  wire_add(&wire, "GET /api/users?sort=created_at&offset=0&limit=2", 500, "user_500.txt");
  assert_int_equal(qent__gateway_list_accounts(wire.gw, 0, 2, take, &page, &more, &err),
                   QENT_EUPSTREAM);
}

static qent_status take_limit(const qent_account_view *account, void *user)
{
  *(int64_t *)user = account->traffic_limit_bytes;
  return QENT_OK;
}

/* People type such limits for "as much as you like"; one of them must not hide all accounts. */
static void limit_beyond_all_bounds_is_a_limit(void **state)
{
  int64_t limit = 0;
  bool more = false;

  (void)state;
  wire_add(&wire, "GET /api/users?sort=created_at&offset=0&limit=1", 200, NULL)->text =
      "{\"users\":[{\"username\":\"abc\",\"status\":\"active\",\"data_limit\":"
      "107374181326618624,\"used_traffic\":0,\"links\":[]}],\"total\":1}";
  assert_int_equal(qent__gateway_list_accounts(wire.gw, 0, 1, take_limit, &limit, &more, &err),
                   QENT_OK);
  assert_true(limit == INT64_C(107374181326618624));
}

/* Whatever a panel tells, no figure is below nothing. */
static void impossible_statistics_are_refused(void **state)
{
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  (void)state;
  wire_add(&wire, "GET /api/system", 200, NULL)->text =
      "{\"cpu_usage\":1,\"mem_used\":-9,\"mem_total\":8,\"online_users\":0,\"users_active\":0,"
      "\"incoming_bandwidth\":0,\"outgoing_bandwidth\":0}";
  assert_int_equal(qent__gateway_node_stats(wire.gw, &stats, &err), QENT_EPROTO);
}

static void statistics_are_read(void **state)
{
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  (void)state;
  wire_add(&wire, "GET /api/system", 200, "system.json");
  assert_int_equal(qent__gateway_node_stats(wire.gw, &stats, &err), QENT_OK);
  assert_int_equal(stats.cpu_percent, 8);
  assert_int_equal(stats.online, 1);
  assert_int_equal(stats.active_users, 3);
  assert_int_equal(stats.traffic_bytes, 0);
  assert_true(stats.memory_used_bytes > 0 && stats.memory_total_bytes > stats.memory_used_bytes);
  assert_string_equal(stats.version, "0.8.4");
}

static void probe_asks_for_core_and_inbounds(void **state)
{
  (void)state;
  wire_add(&wire, "GET /api/core", 200, "core.json");
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  probe(QENT_OK);
  wire_add(&wire, "GET /api/core", 200, NULL)->text = "{\"version\":null,\"started\":false}";
  probe(QENT_EUPSTREAM);
}

static void script(void)
{
  reopen("{\"inbounds\":{\"vless\":[\"VLESS TCP REALITY\"]}}", false);
  wire_add(&wire, LOGIN, 200, "token.json");
  expect_making("user.json");
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
      CASE(login_is_an_encoded_form),
      CASE(refused_token_is_renewed_once),
      CASE(refused_login_pauses),
      CASE(failing_login_does_not_pause),
      CASE(login_that_times_out_is_upstream),
      CASE(unusable_token_is_refused),
      CASE(broken_users_are_refused),
      CASE(negative_expiry_is_past_and_not_never),
      CASE(account_on_hold_is_there_without_an_end),
      CASE(list_is_paged_in_a_stable_order),
      CASE(limit_beyond_all_bounds_is_a_limit),
      CASE(statistics_are_read),
      CASE(impossible_statistics_are_refused),
      CASE(probe_asks_for_core_and_inbounds),
      CASE(memory_may_run_out_anywhere),
  };

  return cmocka_run_group_tests_name("marzban calls", tests, NULL, NULL);
}

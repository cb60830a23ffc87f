/* SPDX-License-Identifier: MIT */
#include "util/alloc.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

/* What goes over the wire, against recordings of Marzban 0.8.4 in tests/data/marzban. */

#define GET_17 "GET /api/user/qt_17"
#define PUT_17 "PUT /api/user/qt_17"
#define DELETE_17 "DELETE /api/user/qt_17"
#define POST "POST /api/user"
#define INBOUNDS "GET /api/inbounds"
#define LOGIN "POST /api/admin/token"

static struct wire wire;
static qent_account_view view;
static qent_error err;

static int setup(void **state)
{
  (void)state;
  wire_open(&wire, "{}", true);
  view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
  err = (qent_error)QENT_ERROR_INIT;
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  wire_close(&wire);
  qent_account_view_dispose(&view);
  return 0;
}

static void reopen(const char *options, bool logged_in)
{
  wire_close(&wire);
  wire_open(&wire, options, logged_in);
}

static void ensure(qent_status wanted)
{
  qent_account_spec spec = wire_spec();
  qent_status st = qent__gateway_ensure_account(wire.gw, &spec, &view, &err);

  if (st != wanted)
    fail_msg("%s instead of %s: %s", qent_status_name(st), qent_status_name(wanted), err.message);
  wire_done(&wire);
}

static void message_has(const char *text)
{
  if (!strstr(err.message, text))
    fail_msg("\"%s\" does not say \"%s\"", err.message, text);
}

static void renewal_sends_only_the_limits(void **state)
{
  struct wire_step *put = wire_add(&wire, PUT_17, 200, "user.json");

  (void)state;
  put->bearer = "first";
  put->sends[0] = "{\"status\":\"active\",\"expire\":1900000000,\"data_limit\":53687091200,"
                  "\"data_limit_reset_strategy\":\"no_reset\"}";
  ensure(QENT_OK);
  assert_string_equal(view.key, "qt_17");
  assert_true(view.enabled);
  assert_int_equal(view.expires_at, 1900000000);
  assert_int_equal(view.traffic_limit_bytes, 53687091200);
  assert_int_equal(view.used_bytes, 0);
  assert_int_equal(view.online_at, 0);
  assert_int_equal(view.link_count, 2);
}

static void unlimited_is_zero_out_and_null_in(void **state)
{
  qent_account_spec spec = wire_spec();
  struct wire_step *put = wire_add(&wire, PUT_17, 200, "user_unlimited.json");

  (void)state;
  spec.expires_at = 0;
  spec.traffic_limit_bytes = 0;
  put->sends[0] = "\"expire\":0,\"data_limit\":0,";
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  assert_int_equal(view.expires_at, 0);
  assert_int_equal(view.traffic_limit_bytes, 0);
}

static void expired_account_is_not_switched_off(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  wire_add(&wire, PUT_17, 200, "user_expired.json");
  spec.expires_at = 1700000000;
  spec.traffic_limit_bytes = 0;
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  assert_true(view.enabled);
}

static struct wire_step *expect_making(const char *created)
{
  wire_add(&wire, PUT_17, 404, "user_404.json");
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  return wire_add(&wire, POST, 200, created);
}

static void new_account_is_sent_with_proxies_and_inbounds(void **state)
{
  struct wire_step *post = expect_making("user.json");

  (void)state;
  post->sends[0] = "\"username\":\"qt_17\",\"status\":\"active\",\"expire\":1900000000,"
                   "\"data_limit\":53687091200,\"data_limit_reset_strategy\":\"no_reset\"";
  post->sends[1] = "\"proxies\":{\"vless\":{\"id\":\"11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa\","
                   "\"flow\":\"xtls-rprx-vision\"},\"shadowsocks\":{\"password\":"
                   "\"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\","
                   "\"method\":\"chacha20-ietf-poly1305\"}}";
  post->sends[2] = "\"inbounds\":{\"vless\":[\"VLESS TCP REALITY\"],"
                   "\"shadowsocks\":[\"Shadowsocks TCP\"]}";
  post->sends[3] = "\"note\":\"QentVPN user 17\"";
  ensure(QENT_OK);
}

static void first_link_after_a_core_start_is_asked_again(void **state)
{
  (void)state;
  expect_making("user_no_sid.json");
  wire_add(&wire, GET_17, 200, "user.json");
  ensure(QENT_OK);
  assert_non_null(strstr(view.links[0], "&sid="));
  assert_null(strstr(view.links[0], "&sid=#"));
}

static void link_without_sid_is_never_delivered(void **state)
{
  (void)state;
  expect_making("user_no_sid.json");
  wire_add(&wire, GET_17, 200, "user_no_sid.json");
  wire_add(&wire, GET_17, 200, "user_no_sid.json");
  ensure(QENT_EPROTO);
  message_has("empty sid");
  assert_true(err.retry_after_ms > 0);
  assert_null(view.key);
}

static void account_without_links_is_an_error(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 200, NULL)->text =
      "{\"username\":\"qt_17\",\"status\":\"active\",\"expire\":1900000000,"
      "\"data_limit\":53687091200,\"used_traffic\":0,\"links\":[]}";
  ensure(QENT_EPROTO);
  message_has("hosts");
}

static void disabled_account_is_made_in_two_calls(void **state)
{
  qent_account_spec spec = wire_spec();
  struct wire_step *first = wire_add(&wire, PUT_17, 404, "user_404.json");
  struct wire_step *last;

  (void)state;
  first->sends[0] = "\"status\":\"disabled\"";
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  wire_add(&wire, POST, 200, "user.json")->sends[0] = "\"status\":\"active\"";
  last = wire_add(&wire, PUT_17, 200, "user_disabled.json");
  last->sends[0] = "\"status\":\"disabled\"";
  last->not_sent = "proxies";
  spec.enabled = false;
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
  assert_false(view.enabled);
}

static void account_made_by_another_meanwhile_is_adopted(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 404, "user_404.json");
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  wire_add(&wire, POST, 409, "user_409.json");
  wire_add(&wire, PUT_17, 200, "user.json");
  ensure(QENT_OK);
}

static void rotation_sends_credentials_and_limits_together(void **state)
{
  qent_account_spec spec = wire_spec();
  struct wire_step *put;

  (void)state;
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  put = wire_add(&wire, PUT_17, 200, "user_rotated.json");
  put->sends[0] = "\"proxies\":{\"vless\":{\"id\":\"22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb\","
                  "\"flow\":\"xtls-rprx-vision\"},\"shadowsocks\":{\"password\":\"QkJC";
  put->sends[1] = "\"status\":\"active\",\"expire\":1900000000,";
  put->sends[2] = "\"shadowsocks\":[\"Shadowsocks TCP\"]";
  spec.uuid = "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
  spec.password = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";
  assert_int_equal(qent__gateway_rotate_keys(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
}

static void rotation_that_did_not_happen_is_noticed(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  wire_add(&wire, PUT_17, 200, "user.json");
  wire_add(&wire, GET_17, 200, "user.json");
  spec.uuid = "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
  assert_int_equal(qent__gateway_rotate_keys(wire.gw, &spec, &view, &err), QENT_EPROTO);
  wire_done(&wire);
}

static void another_users_data_is_not_taken(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  wire_add(&wire, "PUT /api/user/qt_18", 200, "user.json");
  wire_add(&wire, "GET /api/user/qt_18", 200, "user.json");
  spec.key = "qt_18";
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_EPROTO);
  message_has("another account's data");
  wire_done(&wire);
}

static void accepted_but_not_done_is_noticed(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 200, "user_disabled.json");
  wire_add(&wire, GET_17, 200, "user_disabled.json");
  ensure(QENT_EPROTO);
  message_has("shows other values");
}

static void html_answer_is_asked_again_then_reported(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 200, NULL)->text = "<html>welcome</html>";
  wire_add(&wire, GET_17, 200, NULL)->text = "<html>welcome</html>";
  ensure(QENT_EPROTO);
  message_has("node de1: ensure account qt_17: ");
  message_has("not JSON");
}

static void error_500_after_acting_is_success(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 200, "user.json");
  ensure(QENT_OK);
}

static void error_500_without_acting_is_upstream(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 200, "user_disabled.json");
  ensure(QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
}

static void error_500_and_silence_is_unknown(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 0, NULL)->failure = QENT_EUPSTREAM;
  ensure(QENT_ETIMEOUT);
}

static void timeout_is_reported_without_a_guess(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 0, NULL)->failure = QENT_ETIMEOUT;
  ensure(QENT_ETIMEOUT);
}

static void stop_is_passed_on(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 0, NULL)->failure = QENT_ECANCELED;
  ensure(QENT_ECANCELED);
}

static void refused_field_is_named(void **state)
{
  (void)state;
  expect_making("create_422_inbounds.json")->status = 422;
  ensure(QENT_EINVAL);
  message_has("field \"inbounds\": Value error, Inbound nope doesn't exist");
  assert_int_equal(err.http_status, 422);
  expect_making("user.json"); /* the inbounds are read anew */
  ensure(QENT_OK);
}

static void protocol_without_inbound_is_explained(void **state)
{
  (void)state;
  expect_making("create_400.json")->status = 400;
  ensure(QENT_EINVAL);
  message_has("ProxyTypes.Trojan is disabled");
}

static void other_refusals_have_their_status(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 403, NULL)->text = "{\"detail\":\"You're not allowed\"}";
  ensure(QENT_EAUTH);
  wire_add(&wire, PUT_17, 429, NULL)->header = "Retry-After: 7";
  ensure(QENT_EUPSTREAM);
  assert_int_equal(err.retry_after_ms, 7000);
  wire_add(&wire, PUT_17, 302, NULL);
  wire_add(&wire, GET_17, 302, NULL);
  ensure(QENT_EPROTO);
}

/* A proxy's 404, or a wrong URL, must not pass for "no such account". */
static void foreign_404_is_not_a_missing_account(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 404, "path_404.json");
  wire_add(&wire, GET_17, 404, "path_404.json");
  ensure(QENT_EPROTO);
  message_has("URL");
  wire_add(&wire, DELETE_17, 404, NULL)->text = "<html>nginx</html>";
  wire_add(&wire, GET_17, 404, NULL)->text = "<html>nginx</html>";
  assert_int_equal(qent__gateway_remove_account(wire.gw, "qt_17", &err), QENT_EPROTO);
  wire_done(&wire);
}

static qent_status remove_17(void)
{
  qent_status st = qent__gateway_remove_account(wire.gw, "qt_17", &err);

  wire_done(&wire);
  return st;
}

static void removal_takes_every_way_of_being_gone(void **state)
{
  (void)state;
  wire_add(&wire, DELETE_17, 200, "deleted.json");
  assert_int_equal(remove_17(), QENT_OK);
  wire_add(&wire, DELETE_17, 404, "user_404.json");
  assert_int_equal(remove_17(), QENT_OK);
  wire_add(&wire, DELETE_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 404, "user_404.json");
  assert_int_equal(remove_17(), QENT_OK);
  wire_add(&wire, DELETE_17, 200, NULL)->text = "<html>welcome</html>";
  wire_add(&wire, GET_17, 404, "user_404.json");
  assert_int_equal(remove_17(), QENT_OK);
}

static void removal_that_did_not_happen_is_reported(void **state)
{
  (void)state;
  wire_add(&wire, DELETE_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 200, "user.json");
  assert_int_equal(remove_17(), QENT_EUPSTREAM);
  wire_add(&wire, DELETE_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 500, "user_500.txt");
  assert_int_equal(remove_17(), QENT_ETIMEOUT);
  wire_add(&wire, DELETE_17, 0, NULL)->failure = QENT_ETIMEOUT;
  assert_int_equal(remove_17(), QENT_ETIMEOUT);
}

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
      "{\"username\":\"qt_17\",\"status\":\"active\",\"used_traffic\":0,\"expire\":1.5,\"links\":[]"
      "}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    reopen("{}", true);
    wire_add(&wire, GET_17, 200, NULL)->text = answers[i];
    assert_int_equal(qent__gateway_fetch_account(wire.gw, "qt_17", &view, &err), QENT_EPROTO);
    assert_null(view.key);
  }
}

static void negative_expiry_is_past_and_not_never(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text = "{\"username\":\"qt_17\",\"status\":\"expired\","
                                             "\"expire\":-5,\"used_traffic\":0,\"links\":[]}";
  assert_int_equal(qent__gateway_fetch_account(wire.gw, "qt_17", &view, &err), QENT_OK);
  assert_int_equal(view.expires_at, 1);
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
  assert_int_equal(qent__gateway_probe(wire.gw, &err), QENT_OK);
  wire_add(&wire, "GET /api/core", 200, NULL)->text = "{\"version\":null,\"started\":false}";
  assert_int_equal(qent__gateway_probe(wire.gw, &err), QENT_EUPSTREAM);
  wire_done(&wire);
}

/* Each allocation fails once: nothing leaks, nothing is half done, and the next try succeeds. */
static void memory_may_run_out_anywhere(void **state)
{
  qent_account_spec spec = wire_spec();
  qent_status st = QENT_ENOMEM;

  (void)state;
  for (long n = 0; st != QENT_OK; n++) {
    reopen("{\"inbounds\":{\"vless\":[\"VLESS TCP REALITY\"]}}", false);
    wire_add(&wire, LOGIN, 200, "token.json");
    expect_making("user.json");
    qent__alloc_fail_after(n);
    st = qent__gateway_ensure_account(wire.gw, &spec, &view, &err);
    qent__alloc_fail_after(-1);
    if (st != QENT_OK && st != QENT_ENOMEM && st != QENT_ETIMEOUT)
      fail_msg("allocation %ld: %s: %s", n, qent_status_name(st), err.message);
    if (st != QENT_OK)
      assert_null(view.key);
  }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(renewal_sends_only_the_limits),
      CASE(unlimited_is_zero_out_and_null_in),
      CASE(expired_account_is_not_switched_off),
      CASE(new_account_is_sent_with_proxies_and_inbounds),
      CASE(first_link_after_a_core_start_is_asked_again),
      CASE(link_without_sid_is_never_delivered),
      CASE(account_without_links_is_an_error),
      CASE(disabled_account_is_made_in_two_calls),
      CASE(account_made_by_another_meanwhile_is_adopted),
      CASE(rotation_sends_credentials_and_limits_together),
      CASE(rotation_that_did_not_happen_is_noticed),
      CASE(another_users_data_is_not_taken),
      CASE(accepted_but_not_done_is_noticed),
      CASE(html_answer_is_asked_again_then_reported),
      CASE(error_500_after_acting_is_success),
      CASE(error_500_without_acting_is_upstream),
      CASE(error_500_and_silence_is_unknown),
      CASE(timeout_is_reported_without_a_guess),
      CASE(stop_is_passed_on),
      CASE(refused_field_is_named),
      CASE(protocol_without_inbound_is_explained),
      CASE(other_refusals_have_their_status),
      CASE(foreign_404_is_not_a_missing_account),
      CASE(removal_takes_every_way_of_being_gone),
      CASE(removal_that_did_not_happen_is_reported),
      CASE(login_is_an_encoded_form),
      CASE(refused_token_is_renewed_once),
      CASE(refused_login_pauses),
      CASE(failing_login_does_not_pause),
      CASE(login_that_times_out_is_upstream),
      CASE(unusable_token_is_refused),
      CASE(broken_users_are_refused),
      CASE(negative_expiry_is_past_and_not_never),
      CASE(list_is_paged_in_a_stable_order),
      CASE(statistics_are_read),
      CASE(probe_asks_for_core_and_inbounds),
      CASE(memory_may_run_out_anywhere),
  };

  return cmocka_run_group_tests_name("marzban", tests, NULL, NULL);
}

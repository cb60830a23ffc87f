/* SPDX-License-Identifier: MIT */
#include "marzban_case.h"

#include <stdio.h>
#include <string.h>

/* What is changed over the wire, against recordings of Marzban 0.8.4 in tests/data/marzban. */

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

/* It is there all the same: it must be possible to see and to remove it. */
static void account_whose_links_lack_a_sid_is_fetched_without_links(void **state)
{
  (void)state;
  for (int i = 0; i < 3; i++)
    wire_add(&wire, GET_17, 200, "user_no_sid.json");
  assert_int_equal(qent__gateway_fetch_account(wire.gw, "qt_17", &view, &err), QENT_OK);
  wire_done(&wire);
  assert_int_equal(view.link_count, 0);
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

static void a_fresh_account_is_made_in_one_call(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  spec.fresh = true;
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  wire_add(&wire, POST, 200, "user.json");
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  assert_string_equal(view.key, "qt_17");
  wire_done(&wire);
}

static void a_fresh_account_that_is_there_after_all_is_changed(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  spec.fresh = true;
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  wire_add(&wire, POST, 409, "user_409.json");
  wire_add(&wire, PUT_17, 200, "user.json");
  assert_int_equal(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
}

/* Whoever has the address of the panel's own subscription, as buyers of an adopted account do,
 * would read the new keys there: it is made void first. */
static void rotation_sends_credentials_and_limits_together(void **state)
{
  qent_account_spec spec = wire_spec();
  struct wire_step *put;

  (void)state;
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  wire_add(&wire, REVOKE_17, 200, "user.json");
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
  wire_add(&wire, REVOKE_17, 200, "user.json");
  wire_add(&wire, PUT_17, 200, "user.json");
  wire_add(&wire, GET_17, 200, "user.json");
  spec.uuid = "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
  assert_int_equal(qent__gateway_rotate_keys(wire.gw, &spec, &view, &err), QENT_EPROTO);
  wire_done(&wire);
}

static void rotation_waits_for_the_old_address_to_be_void(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  wire_add(&wire, INBOUNDS, 200, "inbounds.json");
  wire_add(&wire, REVOKE_17, 500, "user_500.txt");
  assert_int_equal(qent__gateway_rotate_keys(wire.gw, &spec, &view, &err), QENT_EUPSTREAM);
  wire_add(&wire, REVOKE_17, 200, NULL)->text = "<html>";
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

/* That is about this account: the node's credentials are as good as before. */
static void account_of_another_admin_is_a_conflict(void **state)
{
  static const char words[] = "{\"detail\":\"You're not allowed\"}";

  (void)state;
  wire_add(&wire, PUT_17, 403, NULL)->text = words;
  ensure(QENT_ECONFLICT);
  message_has("another admin");
  wire_add(&wire, GET_17, 403, NULL)->text = words;
  fetch(QENT_ECONFLICT);
  wire_add(&wire, DELETE_17, 403, NULL)->text = words;
  remove_17(QENT_ECONFLICT);
  assert_int_equal(err.http_status, 403);
  wire_done(&wire);
}

/* Where the panel did not find its address at its start, its hosts lead to itself. */
static void link_that_leads_buyers_to_themselves_is_never_delivered(void **state)
{
  static const char *const links[] = {"vless://a@127.0.0.1:1?b=c#d", "ss://YT/@[::1]:2#n",
                                      "trojan://p@localhost:3"};
  char text[512];

  (void)state;
  for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
    (void)snprintf(text, sizeof text,
                   "{\"username\":\"qt_17\",\"status\":\"active\",\"expire\":1900000000,"
                   "\"data_limit\":53687091200,\"used_traffic\":0,\"links\":[\"%s\"]}",
                   links[i]);
    wire_add(&wire, PUT_17, 200, NULL)->text = text;
    ensure(QENT_EPROTO);
    message_has("{SERVER_IP}");
  }
}

static void other_refusals_have_their_status(void **state)
{
  (void)state;
  wire_add(&wire, PUT_17, 403, NULL)->text = "forbidden by a proxy";
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
  remove_17(QENT_EPROTO);
}

static void removal_takes_every_way_of_being_gone(void **state)
{
  (void)state;
  wire_add(&wire, DELETE_17, 200, "deleted.json");
  remove_17(QENT_OK);
  wire_add(&wire, DELETE_17, 404, "user_404.json");
  remove_17(QENT_OK);
  wire_add(&wire, DELETE_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 404, "user_404.json");
  remove_17(QENT_OK);
  wire_add(&wire, DELETE_17, 200, NULL)->text = "<html>welcome</html>";
  wire_add(&wire, GET_17, 404, "user_404.json");
  remove_17(QENT_OK);
}

#define OF_NOBODY(status)                                                                          \
  "{\"username\":\"qt_17\",\"status\":\"" status                                                   \
  "\",\"used_traffic\":0,\"links\":[\"ss://YTpi@h:1#x\"],\"admin\":null}"

/* Its deletion fails in the panel before the core is told, which would go on serving it. */
static void account_of_nobody_is_switched_off_before_it_goes(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text = OF_NOBODY("active");
  fetch(QENT_OK);
  wire_add(&wire, PUT_17, 200, NULL)->text = OF_NOBODY("disabled");
  wire.steps[1].sends[0] = "{\"status\":\"disabled\"}";
  wire_add(&wire, DELETE_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 404, "user_404.json");
  remove_17(QENT_OK);
  wire_add(&wire, PUT_17, 404, "user_404.json");
  remove_17(QENT_OK);
  wire_add(&wire, PUT_17, 502, "user_500.txt");
  remove_17(QENT_EUPSTREAM);
  wire_done(&wire);
}

static void removal_that_did_not_happen_is_reported(void **state)
{
  (void)state;
  wire_add(&wire, DELETE_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 200, "user.json");
  remove_17(QENT_EUPSTREAM);
  wire_add(&wire, DELETE_17, 500, "user_500.txt");
  wire_add(&wire, GET_17, 500, "user_500.txt");
  remove_17(QENT_ETIMEOUT);
  wire_add(&wire, DELETE_17, 0, NULL)->failure = QENT_ETIMEOUT;
  remove_17(QENT_ETIMEOUT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(renewal_sends_only_the_limits),
      CASE(unlimited_is_zero_out_and_null_in),
      CASE(expired_account_is_not_switched_off),
      CASE(new_account_is_sent_with_proxies_and_inbounds),
      CASE(first_link_after_a_core_start_is_asked_again),
      CASE(link_without_sid_is_never_delivered),
      CASE(account_whose_links_lack_a_sid_is_fetched_without_links),
      CASE(account_without_links_is_an_error),
      CASE(disabled_account_is_made_in_two_calls),
      CASE(account_made_by_another_meanwhile_is_adopted),
      CASE(a_fresh_account_is_made_in_one_call),
      CASE(a_fresh_account_that_is_there_after_all_is_changed),
      CASE(rotation_sends_credentials_and_limits_together),
      CASE(rotation_that_did_not_happen_is_noticed),
      CASE(rotation_waits_for_the_old_address_to_be_void),
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
      CASE(account_of_another_admin_is_a_conflict),
      CASE(link_that_leads_buyers_to_themselves_is_never_delivered),
      CASE(other_refusals_have_their_status),
      CASE(foreign_404_is_not_a_missing_account),
      CASE(removal_takes_every_way_of_being_gone),
      CASE(account_of_nobody_is_switched_off_before_it_goes),
      CASE(removal_that_did_not_happen_is_reported),
  };

  return cmocka_run_group_tests_name("marzban", tests, NULL, NULL);
}

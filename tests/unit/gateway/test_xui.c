/* SPDX-License-Identifier: MIT */
#include "xui_case.h"

/* One account on panels from 3.1 on, against recordings of 3.6.0 in tests/data/3xui. */

static void expect_making(const char *after)
{
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, "not_found.json");
  wire_add(&wire, ADD, 200, "added.json");
  wire_add(&wire, GET_17, 200, after);
}

static struct wire_step *expect_change(const char *before, const char *after)
{
  struct wire_step *step;

  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, before);
  step = wire_add(&wire, UPDATE_17, 200, "updated.json");
  if (after) {
    wire_add(&wire, STATUS, 200, "status.json");
    wire_add(&wire, GET_17, 200, after);
    wire_add(&wire, LINKS_17, 200, "links.json");
  }
  return step;
}

static void account_as_wanted_is_left_alone(void **state)
{
  struct wire_step *first = wire_add(&wire, SLIM, 200, "inbounds_slim.json");

  (void)state;
  first->line = "X-Requested-With: XMLHttpRequest";
  wire_add(&wire, GET_17, 200, "client.json")->line = "Cookie: 3x-ui=abc";
  wire_add(&wire, LINKS_17, 200, "links.json")->line = "Accept-Language: en-US";
  ensure(QENT_OK);
  assert_true(view.enabled);
  assert_int_equal(view.expires_at, 1900000000);
  assert_int_equal(view.traffic_limit_bytes, 53687091200);
  assert_int_equal(view.used_bytes, 0);
  assert_int_equal(view.link_count, 2);
}

static void new_account_is_sent_whole_and_read_back(void **state)
{
  struct wire_step *add;

  (void)state;
  expect_making("client.json");
  add = &wire.steps[2];
  add->line = "X-CSRF-Token: csrf1";
  add->sends[0] = "{\"client\":{\"email\":\"qt_17\",\"id\":\"" UUID_17
                  "\",\"password\":\"QUFBQUFBQUFBQUFBQUFBQQ==\",\"subId\":\"" SUB_17
                  "\",\"flow\":\"xtls-rprx-vision\",";
  add->sends[1] = "\"enable\":true,\"totalGB\":53687091200,\"expiryTime\":1900000000000,"
                  "\"limitIp\":3,\"comment\":\"QentVPN user 17\",";
  add->sends[2] = "},\"inboundIds\":[1,2]}";
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
  assert_string_equal(view.key, "qt_17");
}

static void flow_can_be_switched_off(void **state)
{
  (void)state;
  reopen_as(&xui_c, "{\"flow\":\"\"}", true);
  expect_making("client.json");
  wire.steps[2].not_sent = "flow";
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
}

/* The panel forces a new client on: switching it off takes another call. */
static void disabled_account_is_made_and_then_switched_off(void **state)
{
  qent_account_spec spec = wire_spec();
  struct wire_step *update;

  (void)state;
  expect_making("client.json");
  update = wire_add(&wire, UPDATE_17, 200, "updated.json");
  update->sends[0] = "\"enable\":false";
  update->sends[1] = "\"comment\":\"QentVPN user 17 [off]\"";
  wire_add(&wire, GET_17, 200, "client_off.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  spec.enabled = false;
  must(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
  assert_false(view.enabled);
}

/* An update replaces the whole client: what is absent would be cleared, as is the panel's own
 * schedule of renewals. */
static void renewal_sends_the_whole_client_back(void **state)
{
  struct wire_step *update = expect_change(NULL, "client.json");

  (void)state;
  wire.steps[1].text =
      client_text("\"enable\":false,\"expiryTime\":1700000000000,\"totalGB\":5",
                  MORE_17 ",\"tgId\":700017,\"group\":\"gold\",\"reset\":30,\"resetDay\":5,"
                          "\"resetMax\":9,\"trafficReset\":\"monthly\",\"trafficResetDay\":1,"
                          "\"auth\":\"\",\"reverse\":null,\"newField\":{\"a\":[1]},"
                          "\"allowedIPs\":\"10.0.0.2/32, 10.0.0.3/32\","
                          "\"createdAt\":5,\"updatedAt\":6");
  update->sends[0] = "\"email\":\"qt_17\",\"id\":\"" UUID_17 "\",\"password\":\"QUFBQUFBQUFBQUFBQU"
                     "FBQQ==\",\"subId\":\"" SUB_17 "\",\"flow\":\"xtls-rprx-vision\",\"tgId\":"
                     "700017,\"group\":\"gold\",\"auth\":\"\",\"reverse\":null,"
                     "\"newField\":{\"a\":[1]},\"allowedIPs\":[\"10.0.0.2/32\",\"10.0.0.3/32\"],";
  update->sends[1] = "\"enable\":true,\"totalGB\":53687091200,\"expiryTime\":1900000000000";
  update->sends[2] = "\"reset\":0}";
  update->not_sent = "createdAt";
  ensure(QENT_OK);
}

static void unlimited_is_zero_both_ways(void **state)
{
  qent_account_spec spec = wire_spec();
  struct wire_step *update = expect_change("client.json", NULL);

  (void)state;
  update->sends[0] = "\"totalGB\":0,\"expiryTime\":0,\"limitIp\":0";
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, GET_17, 200, NULL)->text =
      client_text("\"enable\":true,\"expiryTime\":0,\"totalGB\":0,\"limitIp\":0", MORE_17);
  wire_add(&wire, LINKS_17, 200, "links.json");
  spec.expires_at = spec.traffic_limit_bytes = spec.device_limit = 0;
  must(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
  assert_int_equal(view.expires_at, 0);
  assert_int_equal(view.traffic_limit_bytes, 0);
}

/* Seconds after the expiry the panel clears its flag itself: that is not "switched off". */
static void flag_that_the_panel_cleared_is_not_our_switch(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  spec.expires_at = 1700000000;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, "client_late.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  must(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_OK);
  wire_done(&wire);
  assert_true(view.enabled);
}

static void spent_account_that_was_switched_off_stays_off(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text =
      client_text("\"enable\":false,\"expiryTime\":1700000000000",
                  KEYS_17 ",\"comment\":\"QentVPN user 17 [off]\"");
  wire_add(&wire, TRAFFIC_17, 200, "traffic.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  fetch(QENT_OK);
  assert_false(view.enabled);
}

/* After the limit the flag is off too; a renewal sends it on. */
static void renewal_switches_a_spent_account_on(void **state)
{
  struct wire_step *update = expect_change(NULL, "client.json");

  (void)state;
  wire.steps[1].text =
      "{\"success\":true,\"msg\":\"\",\"obj\":{\"client\":{\"id\":1,\"email\":\"qt_17\",\"enable\":"
      "false,\"totalGB\":1000,\"expiryTime\":1900000000000" MORE_17
      "},\"inboundIds\":[1,2],\"usedTraffic\":1000}}";
  update->sends[0] = "\"enable\":true";
  ensure(QENT_OK);
}

static void start_on_first_use_is_replaced_by_a_date(void **state)
{
  (void)state;
  expect_change(NULL, "client.json");
  wire.steps[1].text = client_text(
      "\"enable\":true,\"expiryTime\":-86400000,\"totalGB\":53687091200,\"limitIp\":3", MORE_17);
  ensure(QENT_OK);
}

static void half_made_account_is_completed(void **state)
{
  struct wire_step *attach;

  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":{\"client\":{\"id\":1,\"email\":\"qt_17\"," LIMITS_17
          MORE_17 "},\"inboundIds\":[1],\"usedTraffic\":0}}";
  attach = wire_add(&wire, ATTACH_17, 200, "added.json");
  attach->sends[0] = "{\"inboundIds\":[2]}";
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
}

static void adopted_account_keeps_its_inbounds(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":{\"client\":{\"id\":1,\"email\":\"qt_17\"," LIMITS_17
      ",\"uuid\":\"" UUID_17 "\",\"subId\":\"theirs\"},\"inboundIds\":[1],\"usedTraffic\":0}}";
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
}

/* A deleted inbound leaves the row of traffic behind; a new client of that email inherits it. */
static void inherited_traffic_is_reset(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, "not_found.json");
  wire_add(&wire, ADD, 200, "added.json");
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":{\"client\":{\"id\":1,\"email\":\"qt_17\"," LIMITS_17
          MORE_17 "},\"inboundIds\":[1,2],\"usedTraffic\":4096}}";
  wire_add(&wire, "POST " API "/clients/resetTraffic/qt_17", 200, NULL)->text = DONE;
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
  assert_int_equal(view.used_bytes, 0);
}

static void traffic_of_an_old_account_is_kept(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":{\"client\":{\"id\":1,\"email\":\"qt_17\"," LIMITS_17
          MORE_17 "},\"inboundIds\":[1,2],\"usedTraffic\":4096}}";
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
  assert_int_equal(view.used_bytes, 4096);
}

static void account_made_by_another_meanwhile_is_adopted(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, "not_found.json");
  wire_add(&wire, ADD, 200, "email_taken.json");
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
}

/* A password of the wrong size is replaced by the panel, and the call is a success. */
static void replaced_credentials_are_noticed_and_set(void **state)
{
  struct wire_step *update;

  (void)state;
  expect_making(NULL);
  wire.steps[3].text =
      client_text(LIMITS_17, ",\"uuid\":\"" UUID_17 "\",\"password\":\"other\",\"subId\":\"" SUB_17
                             "\",\"comment\":\"\"");
  update = wire_add(&wire, UPDATE_17, 200, "updated.json");
  update->sends[0] = "\"password\":\"QUFBQUFBQUFBQUFBQUFBQQ==\"";
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
}

static void rotation_changes_keys_and_the_panels_own_link(void **state)
{
  struct wire_step *update = expect_change("client.json", "client_rotated.json");

  (void)state;
  update->sends[0] = "\"id\":\"22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb\",\"password\":"
                     "\"QkJCQkJCQkJCQkJCQkJCQg==\",\"subId\":\"" SUB_ROTATED "\"";
  update->not_sent = UUID_17;
  rotate(QENT_OK);
}

static void rotation_twice_changes_once(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, "client_rotated.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  rotate(QENT_OK);
}

static void rotation_that_did_not_happen_is_noticed(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  for (int i = 0; i < 6; i++) {
    wire_add(&wire, GET_17, 200, "client.json");
    wire_add(&wire, UPDATE_17, 200, "updated.json");
    if (i == 0)
      wire_add(&wire, STATUS, 200, "status.json");
  }
  rotate(QENT_EPROTO);
  message_has("accepted the change and shows other values");
}

/* Before 3.4.2 the panel cannot tell a running core of a changed Shadowsocks 2022 client. */
static void core_of_a_panel_that_cannot_tell_it_is_restarted(void **state)
{
  static const struct {
    const char *status;
    bool restarts;
  } panels[] = {
      {"{\"success\":true,\"obj\":{\"panelVersion\":\"3.1.0\"}}", true},
      {"{\"success\":true,\"obj\":{\"panelVersion\":\"3.4.1\"}}", true},
      {"{\"success\":true,\"obj\":{\"panelVersion\":\"3.4.2\"}}", false},
      {"{\"success\":true,\"obj\":{\"panelVersion\":\"4.0\"}}", false},
      {"{\"success\":true,\"obj\":{\"panelVersion\":\"dev\"}}", false},
      {"{\"success\":true,\"obj\":{}}", false},
  };

  (void)state;
  for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++) {
    reopen_as(&xui_c, "{}", true);
    expect_change("client_off.json", NULL);
    wire_add(&wire, STATUS, 200, NULL)->text = panels[i].status;
    if (panels[i].restarts)
      wire_add(&wire, "POST " API "/server/restartXrayService", 200, NULL)->text = DONE;
    wire_add(&wire, GET_17, 200, "client.json");
    wire_add(&wire, LINKS_17, 200, "links.json");
    ensure(QENT_OK);
  }
}

static void another_accounts_data_is_not_taken(void **state)
{
  qent_account_spec spec = wire_spec();

  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, "GET " API "/clients/get/qt_18", 200, "client.json");
  spec.key = "qt_18";
  must(qent__gateway_ensure_account(wire.gw, &spec, &view, &err), QENT_EPROTO);
  message_has("another account's data");
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, TRAFFIC_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":{\"email\":\"qt_18\",\"up\":1,\"down\":2}}";
  fetch(QENT_EPROTO);
}

static void error_500_after_acting_is_success(void **state)
{
  (void)state;
  expect_change("client_off.json", NULL)->status = 500;
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
}

static void error_500_without_acting_is_upstream(void **state)
{
  (void)state;
  expect_change("client_off.json", NULL)->status = 500;
  wire_add(&wire, GET_17, 200, "client_off.json");
  ensure(QENT_EUPSTREAM);
  assert_int_equal(err.http_status, 500);
}

static void error_500_and_silence_is_unknown(void **state)
{
  (void)state;
  expect_change("client_off.json", NULL)->status = 500;
  wire_add(&wire, GET_17, 0, NULL)->failure = QENT_EUPSTREAM;
  ensure(QENT_ETIMEOUT);
}

static void timeout_is_reported_without_a_guess(void **state)
{
  struct wire_step *update = expect_change("client_off.json", NULL);

  (void)state;
  update->status = 0;
  update->failure = QENT_ETIMEOUT;
  ensure(QENT_ETIMEOUT);
}

static void stop_is_passed_on(void **state)
{
  (void)state;
  expect_change("client_off.json", NULL)->status = 502;
  wire_add(&wire, GET_17, 0, NULL)->failure = QENT_ECANCELED;
  ensure(QENT_ECANCELED);
}

static void refused_value_is_told(void **state)
{
  struct wire_step *update = expect_change("client_off.json", NULL);

  (void)state;
  update->file = NULL;
  update->text = REFUSED("client resetDay must be between 0 and 31\\n");
  wire_add(&wire, GET_17, 200, "client_off.json");
  ensure(QENT_EINVAL);
  message_has("node de1: ensure account qt_17: the panel refuses: Something went wrong (client "
              "resetDay must be");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE_C(account_as_wanted_is_left_alone),
      CASE_C(new_account_is_sent_whole_and_read_back),
      CASE_C(flow_can_be_switched_off),
      CASE_C(disabled_account_is_made_and_then_switched_off),
      CASE_C(renewal_sends_the_whole_client_back),
      CASE_C(unlimited_is_zero_both_ways),
      CASE_C(flag_that_the_panel_cleared_is_not_our_switch),
      CASE_C(spent_account_that_was_switched_off_stays_off),
      CASE_C(renewal_switches_a_spent_account_on),
      CASE_C(start_on_first_use_is_replaced_by_a_date),
      CASE_C(half_made_account_is_completed),
      CASE_C(adopted_account_keeps_its_inbounds),
      CASE_C(inherited_traffic_is_reset),
      CASE_C(traffic_of_an_old_account_is_kept),
      CASE_C(account_made_by_another_meanwhile_is_adopted),
      CASE_C(replaced_credentials_are_noticed_and_set),
      CASE_C(rotation_changes_keys_and_the_panels_own_link),
      CASE_C(rotation_twice_changes_once),
      CASE_C(rotation_that_did_not_happen_is_noticed),
      CASE_C(core_of_a_panel_that_cannot_tell_it_is_restarted),
      CASE_C(another_accounts_data_is_not_taken),
      CASE_C(error_500_after_acting_is_success),
      CASE_C(error_500_without_acting_is_upstream),
      CASE_C(error_500_and_silence_is_unknown),
      CASE_C(timeout_is_reported_without_a_guess),
      CASE_C(stop_is_passed_on),
      CASE_C(refused_value_is_told),
  };

  return cmocka_run_group_tests_name("3x-ui, clients", tests, NULL, NULL);
}

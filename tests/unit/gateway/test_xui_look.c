/* SPDX-License-Identifier: MIT */
#include "xui_case.h"

#include <string.h>

/* Reading and removing one account on panels from 3.1 on, and its links. */

/* msg is translated: only the words in parentheses count. */
static void missing_account_is_known_by_the_inner_words(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"success\":false,\"msg\":\"\\u041e\\u0448\\u0438\\u0431\\u043a\\u0430 (record not "
      "found\\n)\",\"obj\":null}";
  fetch(QENT_ENOTFOUND);
}

static void fetch_tells_when_it_was_seen_and_whose_it_is(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text = client_text(LIMITS_17, MORE_17 ",\"tgId\":700017");
  wire_add(&wire, TRAFFIC_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":{\"email\":\"qt_17\",\"up\":100,\"down\":23,"
      "\"lastOnline\":1799999999123}}";
  wire_add(&wire, LINKS_17, 200, "links.json");
  fetch(QENT_OK);
  assert_int_equal(view.used_bytes, 123);
  assert_int_equal(view.online_at, 1799999999);
  assert_int_equal(view.telegram_id, 700017);
}

/* 3.1 does not tell the traffic with the client. */
static void traffic_is_asked_for_where_it_is_not_told(void **state)
{
  (void)state;
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"success\":true,\"obj\":{\"client\":{\"id\":1,\"email\":\"qt_17\"," LIMITS_17 MORE_17
      "},\"inboundIds\":[1,2]}}";
  wire_add(&wire, TRAFFIC_17, 200, NULL)->text =
      "{\"success\":true,\"obj\":{\"email\":\"qt_17\",\"up\":40,\"down\":2}}";
  wire_add(&wire, LINKS_17, 200, "links.json");
  ensure(QENT_OK);
  assert_int_equal(view.used_bytes, 42);
}

/* The panel writes the host of our call into its links. */
static void host_that_buyers_cannot_reach_is_replaced(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, TRAFFIC_17, 200, "traffic.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
  fetch(QENT_OK);
  assert_non_null(strstr(view.links[0], "@panel.example:2443?"));
  reopen_as(&xui_c, "{\"public_host\":\"2001:db8::1\"}", true);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, TRAFFIC_17, 200, "traffic.json");
  wire_add(&wire, LINKS_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":[\"vless://u@panel.example:1?a=b#n\","
      "\"ss://eA@[::1]:2#n\",\"trojan://p@other.example:3#n\",\"vmess://e30=\","
      "\"https://sub.example/x\"]}";
  fetch(QENT_OK);
  assert_int_equal(view.link_count, 4);
  assert_string_equal(view.links[0], "vless://u@[2001:db8::1]:1?a=b#n");
  assert_string_equal(view.links[1], "ss://eA@[2001:db8::1]:2#n");
  assert_string_equal(view.links[2], "trojan://p@other.example:3#n");
  assert_string_equal(view.links[3], "vmess://e30=");
}

static void both_spellings_of_shadowsocks_2022_are_taken(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, TRAFFIC_17, 200, "traffic.json");
  wire_add(&wire, LINKS_17, 200, NULL)->text =
      "{\"success\":true,\"msg\":\"\",\"obj\":[\"ss://MjAyMi1ibGFrZTMtYWVzLTEyOC1nY206QTpC@h:1#n\","
      "\"ss://2022-blake3-aes-128-gcm:AA%3D%3D:QUE%3D@h:1#n\"]}";
  fetch(QENT_OK);
  assert_int_equal(view.link_count, 2);
}

static void unusable_links_are_refused(void **state)
{
  static const char *const links[] = {
      "[\"vless://a b@h:1\"]", "[\"vless://a\\n@h:1\"]", "[\"nothing\"]", "[7]", "{}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
    char text[128] = "{\"success\":true,\"msg\":\"\",\"obj\":";
    strncat(text, links[i], sizeof text - strlen(text) - 1);
    strncat(text, "}", sizeof text - strlen(text) - 1);
    wire_add(&wire, GET_17, 200, "client.json");
    wire_add(&wire, TRAFFIC_17, 200, "traffic.json");
    wire_add(&wire, LINKS_17, 200, NULL)->text = text;
    fetch(QENT_EPROTO);
  }
}

/* Its inbounds are gone, but it is there: it must be possible to see and to remove it. Nobody is
 * given it, though. */
static void account_without_links_is_fetched_and_not_delivered(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, TRAFFIC_17, 200, "traffic.json");
  wire_add(&wire, LINKS_17, 200, NULL)->text = "{\"success\":true,\"obj\":[]}";
  fetch(QENT_OK);
  assert_int_equal(view.link_count, 0);
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, LINKS_17, 200, NULL)->text = "{\"success\":true,\"obj\":[]}";
  ensure(QENT_EPROTO);
  message_has("no link");
}

static void removal_takes_every_way_of_being_gone(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, "not_found.json");
  remove_17(QENT_OK);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, DEL_17, 200, "deleted.json");
  wire_add(&wire, GET_17, 200, "not_found.json");
  remove_17(QENT_OK);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, DEL_17, 200, "delete_missing.json");
  wire_add(&wire, GET_17, 200, "not_found.json");
  remove_17(QENT_OK);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, DEL_17, 500, NULL);
  wire_add(&wire, GET_17, 200, "not_found.json");
  remove_17(QENT_OK);
}

static void removal_that_did_not_happen_is_reported(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, DEL_17, 503, NULL);
  wire_add(&wire, GET_17, 200, "client.json");
  remove_17(QENT_EUPSTREAM);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, DEL_17, 500, NULL);
  wire_add(&wire, GET_17, 500, NULL);
  remove_17(QENT_ETIMEOUT);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, DEL_17, 0, NULL)->failure = QENT_ETIMEOUT;
  remove_17(QENT_ETIMEOUT);
}

/* Up to 3.1 the part before the host is base64 of the other alphabet, which has slashes. */
static void host_behind_a_slash_is_replaced(void **state)
{
  (void)state;
  reopen_as(&xui_c, "{\"public_host\":\"vpn.example\"}", true);
  wire_add(&wire, GET_17, 200, "client.json");
  wire_add(&wire, TRAFFIC_17, 200, "traffic.json");
  wire_add(&wire, LINKS_17, 200, NULL)->text =
      "{\"success\":true,\"obj\":[\"ss://YWVzLTI1Ni1nY206YWI/@127.0.0.1:2388?type=tcp#a@b\","
      "\"ss://YWVzLTI1Ni1nY206YWI/@127.0.0.1:2388/?plugin=x#n\"]}";
  fetch(QENT_OK);
  assert_string_equal(view.links[0], "ss://YWVzLTI1Ni1nY206YWI/@vpn.example:2388?type=tcp#a@b");
  assert_string_equal(view.links[1], "ss://YWVzLTI1Ni1nY206YWI/@vpn.example:2388/?plugin=x#n");
}

/* A sentence in another language may be long: the words that count come at its end. */
static void words_behind_a_long_sentence_are_read(void **state)
{
  (void)state;
  wire_add(&wire, GET_17, 200, NULL)->text =
      "{\"success\":false,\"msg\":\"\u041f\u0440\u0438 \u0437\u0430\u043f\u0440\u043e\u0441"
      "\u0435 \u0441\u0432\u0435\u0434\u0435\u043d\u0438\u0439 \u043e \u043a\u043b\u0438"
      "\u0435\u043d\u0442\u0435 \u043f\u0440\u043e\u0438\u0437\u043e\u0448\u043b\u0430 "
      "\u043d\u0435\u043f\u0440\u0435\u0434\u0432\u0438\u0434\u0435\u043d\u043d\u0430\u044f "
      "\u043e\u0448\u0438\u0431\u043a\u0430 (record not found\\n)\",\"obj\":null}";
  fetch(QENT_ENOTFOUND);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE_C(missing_account_is_known_by_the_inner_words),
      CASE_C(fetch_tells_when_it_was_seen_and_whose_it_is),
      CASE_C(traffic_is_asked_for_where_it_is_not_told),
      CASE_C(host_that_buyers_cannot_reach_is_replaced),
      CASE_C(both_spellings_of_shadowsocks_2022_are_taken),
      CASE_C(unusable_links_are_refused),
      CASE_C(account_without_links_is_fetched_and_not_delivered),
      CASE_C(removal_takes_every_way_of_being_gone),
      CASE_C(removal_that_did_not_happen_is_reported),
      CASE_C(host_behind_a_slash_is_replaced),
      CASE_C(words_behind_a_long_sentence_are_read),
  };

  return cmocka_run_group_tests_name("3x-ui, looking", tests, NULL, NULL);
}

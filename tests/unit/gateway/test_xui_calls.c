/* SPDX-License-Identifier: MIT */
#include "xui_case.h"

#include <stdio.h>

/* Lists, statistics, the probe, broken answers, and what memory running out does to a call. */

#define PAGE(n, size) "GET " API "/clients/list/paged?page=" #n "&pageSize=" #size
#define ONLINES "POST " API "/inbounds/onlines"

struct page {
  int count;
  char keys[8][16];
  int64_t used;
};

static qent_status take(const qent_account_view *account, void *user)
{
  struct page *page = user;

  page->used = account->used_bytes;
  (void)snprintf(page->keys[page->count++], sizeof page->keys[0], "%s", account->key);
  return QENT_OK;
}

static const char *page_text(const char *a, const char *b, const char *c, int total)
{
  static char texts[2][1024];
  static unsigned at;
  char *text = texts[at++ % 2];
  const char *names[3] = {a, b, c};
  size_t len = (size_t)snprintf(text, sizeof texts[0],
                                "{\"success\":true,\"obj\":{\"filtered\":%d,\"items\":[", total);

  for (int i = 0; i < 3 && names[i]; i++)
    len += (size_t)snprintf(text + len, sizeof texts[0] - len,
                            "%s{\"email\":\"%s\",\"enable\":true,\"traffic\":null}",
                            i > 0 ? "," : "", names[i]);
  (void)snprintf(text + len, sizeof texts[0] - len, "]}}");
  return text;
}

static void list_is_read_in_pages(void **state)
{
  struct page page = {.count = 0};
  bool more = true;

  (void)state;
  wire_add(&wire, PAGE(1, 2), 200, "paged.json");
  must(qent__gateway_list_accounts(wire.gw, 0, 2, take, &page, &more, &err), QENT_OK);
  assert_int_equal(page.count, 2);
  assert_string_equal(page.keys[0], "qt_17");
  assert_string_equal(page.keys[1], "qt_18");
  assert_int_equal(page.used, 0);
  assert_false(more);
}

/* The panel's pages begin at multiples of their size, ours anywhere. */
static void page_from_anywhere_is_put_together(void **state)
{
  struct page page = {.count = 0};
  bool more = false;

  (void)state;
  wire_add(&wire, PAGE(2, 3), 200, NULL)->text = page_text("d", "e", "f", 9);
  wire_add(&wire, PAGE(3, 3), 200, NULL)->text = page_text("g", "h", "i", 9);
  must(qent__gateway_list_accounts(wire.gw, 4, 3, take, &page, &more, &err), QENT_OK);
  wire_done(&wire);
  assert_int_equal(page.count, 3);
  assert_string_equal(page.keys[0], "e");
  assert_string_equal(page.keys[2], "g");
  assert_true(more);
  page.count = 0;
  wire_add(&wire, PAGE(3, 3), 200, NULL)->text = page_text("g", "h", NULL, 8);
  must(qent__gateway_list_accounts(wire.gw, 7, 3, take, &page, &more, &err), QENT_OK);
  wire_done(&wire);
  assert_int_equal(page.count, 1);
  assert_string_equal(page.keys[0], "h");
  assert_false(more);
}

static void statistics_are_read(void **state)
{
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  (void)state;
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, PAGED, 200, "paged.json");
  must(qent__gateway_node_stats(wire.gw, &stats, &err), QENT_OK);
  assert_int_equal(stats.cpu_percent, 100);
  assert_int_equal(stats.online, 0);
  assert_int_equal(stats.active_users, 2);
  assert_int_equal(stats.traffic_bytes, 0);
  assert_int_equal(stats.memory_total_bytes, 25276502016);
  assert_true(stats.memory_used_bytes > 0);
  assert_string_equal(stats.version, "3.6.0");
}

static void statistics_of_pairs_are_counted(void **state)
{
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  (void)state;
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, LIST, 200, NULL)->text = inbounds_text(PAIR_VLESS, PAIR_SS, "");
  wire_add(&wire, ONLINES, 200, "onlines.json"); /* null: nobody */
  wire_add(&wire, LIST, 200, NULL)->text = inbounds_text(PAIR_VLESS, PAIR_SS, "");
  must(qent__gateway_node_stats(wire.gw, &stats, &err), QENT_OK);
  assert_int_equal(stats.online, 0);
  assert_int_equal(stats.active_users, 1);
  assert_int_equal(stats.traffic_bytes, 11);
}

static void impossible_statistics_are_refused(void **state)
{
  static const char *const answers[] = {
      "{\"success\":true,\"obj\":7}",
      "{\"success\":true,\"obj\":{\"cpu\":-5,\"mem\":{\"current\":1,\"total\":2}}}",
      "{\"success\":true,\"obj\":{\"cpu\":5,\"mem\":{\"current\":3,\"total\":2}}}",
      "{\"success\":true,\"obj\":{\"cpu\":5}}",
      "{\"success\":true,\"obj\":{\"cpu\":\"much\",\"mem\":{\"current\":1,\"total\":2}}}",
  };
  qent_node_stats stats = QENT_NODE_STATS_INIT;

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    wire_add(&wire, STATUS, 200, NULL)->text = answers[i];
    must(qent__gateway_node_stats(wire.gw, &stats, &err), QENT_EPROTO);
  }
  assert_int_equal(stats.cpu_percent, -1);
}

static void probe_asks_for_core_and_inbounds(void **state)
{
  (void)state;
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  probe(QENT_OK);
  wire_add(&wire, STATUS, 200, NULL)->text =
      "{\"success\":true,\"obj\":{\"xray\":{\"state\":\"error\",\"errorMsg\":\"bind\"}}}";
  probe(QENT_EUPSTREAM);
  message_has("core (xray) is not running");
  wire_add(&wire, STATUS, 200, NULL)->text = "{\"success\":true,\"obj\":null}";
  probe(QENT_EUPSTREAM);
  message_has("only just started");
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, SLIM, 200, NULL)->text = "{\"success\":true,\"obj\":null}";
  probe(QENT_EINVAL);
  message_has("no inbound for accounts");
  wire_done(&wire);
}

static void broken_clients_are_refused(void **state)
{
  static const char *const answers[] = {
      "<html>welcome</html>",
      "[]",
      "{}",
      "{\"success\":1}",
      "{\"success\":true,\"obj\":null}",
      "{\"success\":true,\"obj\":[]}",
      "{\"success\":true,\"obj\":{\"client\":{}}}",
      "{\"success\":true,\"obj\":{\"client\":{\"email\":7}}}",
      "{\"success\":true,\"obj\":{\"client\":{\"email\":\"qt_17\",\"enable\":\"yes\"}}}",
      "{\"success\":true,\"obj\":{\"client\":{\"email\":\"qt_17\",\"expiryTime\":1.5}}}",
      "{\"success\":true,\"obj\":{\"client\":{\"email\":\"qt_17\"},\"usedTraffic\":-9}}",
      "{\"success\":true,\"obj\":{\"client\":{\"email\":\"qt_17\",\"subId\":[]}}}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    wire_add(&wire, GET_17, 200, NULL)->text = answers[i];
    fetch(QENT_EPROTO);
    assert_null(view.key);
  }
}

static void broken_inbounds_are_refused(void **state)
{
  static const char *const answers[] = {
      "{\"success\":true,\"obj\":{}}",
      "{\"success\":true,\"obj\":[7]}",
      "{\"success\":true,\"obj\":[{\"id\":0,\"protocol\":\"vless\"}]}",
      "{\"success\":true,\"obj\":[{\"id\":1}]}",
      "{\"success\":true,\"obj\":[{\"id\":1,\"protocol\":\"vless\",\"up\":-1}]}",
      "{\"success\":true,\"obj\":[{\"id\":1,\"protocol\":\"vless\",\"settings\":\"{\"}]}",
      "{\"success\":true,\"obj\":[{\"id\":1,\"protocol\":\"vless\",\"settings\":{\"clients\":[{"
      "\"email\":\"qt_17\",\"enable\":7}]}}]}",
      "{\"success\":true,\"obj\":[{\"id\":1,\"protocol\":\"vless\",\"clientStats\":[{\"email\":"
      "\"qt_17\",\"up\":-1,\"down\":0}],\"settings\":{\"clients\":[{\"email\":\"qt_17\"}]}}]}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    wire_add(&wire, LIST, 200, NULL)->text = answers[i];
    fetch(QENT_EPROTO);
  }
}

static void broken_pages_are_refused(void **state)
{
  static const char *const answers[] = {
      "{\"success\":true,\"obj\":[]}",
      "{\"success\":true,\"obj\":{\"items\":[]}}",
      "{\"success\":true,\"obj\":{\"items\":[{}],\"filtered\":1}}",
      ("{\"success\":true,\"obj\":{\"items\":[{\"email\":\"a\",\"traffic\":{\"up\":-1}}],"
       "\"filtered\":1}}"),
  };
  struct page page = {.count = 0};
  bool more = false;

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    wire_add(&wire, PAGE(1, 2), 200, NULL)->text = answers[i];
    must(qent__gateway_list_accounts(wire.gw, 0, 2, take, &page, &more, &err), QENT_EPROTO);
  }
  assert_int_equal(page.count, 0);
}

/* It may count clients that it does not show, more at each look. */
static void page_without_accounts_is_the_last(void **state)
{
  struct page page = {.count = 0};
  bool more = true;

  (void)state;
  wire_add(&wire, PAGE(1, 2), 200, NULL)->text = page_text(NULL, NULL, NULL, 1000000);
  must(qent__gateway_list_accounts(wire.gw, 0, 2, take, &page, &more, &err), QENT_OK);
  assert_int_equal(page.count, 0);
  assert_false(more);
}

static qent_status take_limits(const qent_account_view *account, void *user)
{
  int64_t *limits = user;

  limits[account->key[0] - 'a'] = account->traffic_limit_bytes;
  return QENT_OK;
}

/* People type such limits for "as much as you like"; one of them must not hide all accounts. */
static void limit_beyond_all_bounds_is_a_limit(void **state)
{
  int64_t limits[4] = {-1, -1, -1, -1};
  bool more = true;

  (void)state;
  wire_add(&wire, PAGE(1, 4), 200, NULL)->text =
      "{\"success\":true,\"obj\":{\"filtered\":4,\"items\":[{\"email\":\"a\",\"totalGB\":"
      "107374181326618624},{\"email\":\"b\",\"totalGB\":9223372036854775807,\"expiryTime\":"
      "9223372036854775807},{\"email\":\"c\",\"totalGB\":-1,\"expiryTime\":"
      "-9223372036854775808},{\"email\":\"d\",\"totalGB\":5}]}}";
  must(qent__gateway_list_accounts(wire.gw, 0, 4, take_limits, limits, &more, &err), QENT_OK);
  assert_true(limits[0] == INT64_C(107374181326618624));
  assert_true(limits[1] == INT64_MAX);
  assert_int_equal(limits[2], 0); /* the panel takes it for none */
  assert_int_equal(limits[3], 5);
}

static void script_clients(void)
{
  reopen_as(&xui_c, "{\"vless_inbound\":\"reality\",\"public_host\":\"h.example\"}", false);
  wire_add(&wire, CSRF, 200, "csrf.json")->header = "Set-Cookie: 3x-ui=a";
  wire_add(&wire, LOGIN, 200, "login.json")->header = "Set-Cookie: 3x-ui=b";
  wire_add(&wire, CSRF, 200, "csrf.json");
  wire_add(&wire, PAGED, 200, "paged.json");
  wire_add(&wire, SLIM, 200, "inbounds_slim.json");
  wire_add(&wire, GET_17, 200, "client_off.json");
  wire_add(&wire, UPDATE_17, 200, "updated.json");
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, GET_17, 200, "client_rotated.json");
  wire_add(&wire, LINKS_17, 200, "links.json");
}

static void script_pairs(void)
{
  reopen_as(&xui_b, "{}", false);
  wire_add(&wire, CSRF, 404, NULL);
  wire_add(&wire, LOGIN, 200, "login.json")->header = "Set-Cookie: 3x-ui=b";
  wire_add(&wire, PAGED, 404, NULL);
  wire_add(&wire, STATUS, 200, "status.json");
  wire_add(&wire, LIST, 200, "inbounds.json");
  wire_add(&wire, UPDATE_VLESS, 200, "updated.json");
  wire_add(&wire, UPDATE_SS, 200, "updated.json");
  wire_add(&wire, LIST, 200, NULL)->text = inbounds_text(
      "{\"email\":\"qt_17\",\"id\":\"22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb\",\"subId\":\"" SUB_17
      "\"," LIMITS_17 "}",
      "{\"email\":\"qt_17-ss\",\"password\":\"QkJCQkJCQkJCQkJCQkJCQg==\",\"subId\":\"" SUB_17
      "\"," LIMITS_17 "}",
      "");
}

static void memory_may_run_out_anywhere(void **state)
{
  qent_account_spec spec = rotated_spec();

  (void)state;
  run_out_of_memory(script_clients, qent__gateway_rotate_keys, &spec);
  qent_account_view_dispose(&view);
  run_out_of_memory(script_pairs, qent__gateway_rotate_keys, &spec);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE_C(list_is_read_in_pages),
      CASE_C(page_from_anywhere_is_put_together),
      CASE_C(statistics_are_read),
      CASE_B(statistics_of_pairs_are_counted),
      CASE_C(impossible_statistics_are_refused),
      CASE_C(probe_asks_for_core_and_inbounds),
      CASE_C(broken_clients_are_refused),
      CASE_B(broken_inbounds_are_refused),
      CASE_C(broken_pages_are_refused),
      CASE_C(page_without_accounts_is_the_last),
      CASE_C(limit_beyond_all_bounds_is_a_limit),
      CASE_C(memory_may_run_out_anywhere),
  };

  return cmocka_run_group_tests_name("3x-ui, calls", tests, NULL, NULL);
}

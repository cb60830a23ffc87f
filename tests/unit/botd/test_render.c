/* SPDX-License-Identifier: MIT */
#include "html.h"
#include "render.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG 10000

static char long_name[LONG * 4 + 1];
static char long_markup[LONG * 3 + 1];

/* Names as people with too much time write them. */
static const char *const hostile[] = {
    "",
    "Anna",
    "<b>bold</b> & </code> \"quoted\" 'x'",
    "\xE2\x80\xAE\xE2\x80\xAD txt.exe \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
    "{link}{plan}{name}",
    "a\x01\x02\n\n\tb\x7F",
    "\xFF\xFE\xC0\xAF broken",
    long_name,
    long_markup,
};
#define HOSTILE_COUNT (sizeof hostile / sizeof hostile[0])

static int make_names(void **state)
{
  (void)state;
  for (size_t i = 0; i < LONG; ++i)
    memcpy(long_name + i * 4, "🎉", 5);
  for (size_t i = 0; i < LONG; ++i)
    memcpy(long_markup + i * 3, "<&>", 4);
  return 0;
}

static void check(const char *what, message *m)
{
  const char *fault = html_fault(m->html.data);
  if (fault)
    fail_msg("%s: %s in: %s", what, fault, m->html.data);
  assert_int_equal(qent_buf_status(&m->html, NULL), QENT_OK);
  assert_true(m->html.len > 0);
  const size_t max = message_has_caption(m) ? MESSAGE_CAPTION_MAX : MESSAGE_TEXT_MAX;
  if (text_utf16_units(m->html.data) > max)
    fail_msg("%s: %zu units", what, text_utf16_units(m->html.data));
  for (size_t i = 0; i < m->button_count; ++i)
    assert_true(*m->buttons[i].text && *m->buttons[i].value);
  message_dispose(m);
}

static void render_sale(const render_env *env, const char *name)
{
  message m;
  const qent_money money = {19900, "RUB"};
  static const size_t link_counts[] = {0, 1, 2, 6, VIEW_LINKS_MAX};
  for (size_t i = 0; i < sizeof link_counts / sizeof link_counts[0]; ++i) {
    sub_view *sub = sample_sub(name, link_counts[i]);
    message_init(&m);
    render_keys(&m, env, sub);
    assert_non_null(strstr(m.html.data, "https://vpn.example.com/s/"));
    check("keys", &m);
    sub_view_free(sub);
  }
  sub_view *sub = sample_sub(name, 2);
  sample_conf(&sub->links[1]);
  message_init(&m);
  render_keys(&m, env, sub);
  check("keys with a file", &m);
  message_init(&m);
  assert_true(render_keys_file(&m, env, sub, "de1"));
  check("keys_file", &m);
  message_init(&m);
  render_keys_qr(&m, env, sub);
  assert_non_null(m.png);
  check("keys_qr", &m);
  message_init(&m);
  render_payment_wait(&m, env, INT64_MAX);
  check("payment_wait", &m);
  message_init(&m);
  render_renewed(&m, env, sub, SAMPLE_NOW + 1);
  check("renewed", &m);
  message_init(&m);
  render_refunded(&m, env, 3, &money);
  check("refunded", &m);
  sub_view_free(sub);
}

static void render_life(const render_env *env, const char *name)
{
  static const qent_notice_kind kinds[] = {QENT_NOTICE_REMIND_72H, QENT_NOTICE_REMIND_24H,
                                           QENT_NOTICE_EXPIRED, QENT_NOTICE_EXHAUSTED};
  sub_view *sub = sample_sub(name, 0);
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
    message m;
    message_init(&m);
    render_reminder(&m, env, kinds[i], sub, SAMPLE_NOW + 3600);
    assert_int_equal(m.button_count, (env->miniapp_url != NULL) + (env->support != NULL));
    check(qent_notice_kind_name(kinds[i]), &m);
  }
  sub_view_free(sub);
}

static void render_places_of(const render_env *env, const char *name)
{
  static const move_answer moves[] = {{7, "n1", MOVE_DONE, 0},
                                      {7, "n1", MOVE_THERE, 0},
                                      {7, "n1", MOVE_SOON, SAMPLE_NOW + 200},
                                      {7, "n1", MOVE_REFUSED, 0},
                                      {7, "gone", MOVE_REFUSED, 0}};
  sub_view *sub = sample_sub(name, VIEW_LINKS_MAX);
  message m;
  for (size_t i = 0; i < VIEW_PLACES_MAX; ++i) {
    char node[16];
    snprintf(node, sizeof node, "n%zu", i);
    sample_place(sub, node, name, "DE", i < 8);
  }
  sub->places.left_out = 3;
  for (qent_moved_why why = QENT_MOVED_ASKED; why <= QENT_MOVED_BACK; ++why) {
    message_init(&m);
    render_moved(&m, env, sub, name, why);
    assert_non_null(strstr(m.html.data, "https://vpn.example.com/s/"));
    check("moved", &m);
  }
  message_init(&m);
  render_nodes(&m, env, sub);
  assert_int_equal(m.button_count, VIEW_PLACES_MAX - 8 + 1);
  check("nodes", &m);
  for (size_t i = 0; i < sizeof moves / sizeof moves[0]; ++i) {
    message_init(&m);
    render_move(&m, env, sub, &moves[i]);
    check("move", &m);
  }
  sub->state = QENT_SUBSCRIPTION_EXPIRED;
  message_init(&m);
  render_nodes(&m, env, sub);
  check("nodes of one that has ended", &m);
  message_init(&m);
  render_move(&m, env, sub, &moves[2]);
  check("move of one that has ended", &m);
  sub_view_free(sub);
}

static void render_replies(const render_env *env, const char *name)
{
  const qent_money money = {19900, "RUB"};
  static void (*const plain[])(message *, const render_env *) = {
      render_start_paid, render_help, render_lang, render_lang_set, render_unknown, render_trouble};
  message m;
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; ++i) {
    message_init(&m);
    plain[i](&m, env);
    check("reply", &m);
  }
  message_init(&m);
  render_start(&m, env, name);
  check("start", &m);
  message_init(&m);
  render_start_plan(&m, env, name, "month", name, &money);
  check("start plan", &m);
  for (size_t count = 0; count <= VIEW_SUBS_MAX; count += 5) {
    sub_list list = {{NULL}, 0, count};
    for (; list.count < count; ++list.count) {
      list.subs[list.count] = sample_sub(name, 8);
      sample_place(list.subs[list.count], "de1", name, "DE", true);
      sample_place(list.subs[list.count], "nl1", name, "NL", false);
    }
    message_init(&m);
    render_my(&m, env, &list);
    check("my", &m);
    sub_list_dispose(&list);
  }
}

static void render_admin(const render_env *env, const char *name)
{
  message m;
  qent_stats stats = QENT_STATS_INIT;
  stats.revenue_count = 8;
  for (size_t i = 0; i < 8; ++i)
    memcpy(stats.revenue[i].currency, "RUB", 4);
  node_list *nodes = calloc(1, sizeof *nodes);
  assert_non_null(nodes);
  for (; nodes->count < VIEW_NODES_MAX; ++nodes->count) {
    node_view *node = &nodes->nodes[nodes->count];
    snprintf(node->name, sizeof node->name, "%.39s", name);
    snprintf(node->error, sizeof node->error, "%.199s", name);
    node->cpu_percent = -1;
    node->state = QENT_NODE_DOWN;
    node->refused = true;
    node->evacuating = true;
    node->failing_since = SAMPLE_NOW - 500;
    snprintf(node->flag, sizeof node->flag, "%.8s", "🇩🇪");
    node->memory_total_bytes = INT64_MAX;
  }
  user_view users[10] = {{.id = 1}};
  for (size_t i = 0; i < 10; ++i) {
    snprintf(users[i].name, sizeof users[i].name, "%.255s", name);
    for (; users[i].subs.count < VIEW_SUBS_MAX; ++users[i].subs.count)
      users[i].subs.subs[users[i].subs.count] = sample_sub(name, 0);
  }
  message_init(&m);
  render_admin_flag(&m, env, 7, name);
  check("flag", &m);
  message_init(&m);
  render_admin_node(&m, env, false, name, name);
  check("node down", &m);
  message_init(&m);
  render_admin_node(&m, env, true, name, NULL);
  check("node up", &m);
  message_init(&m);
  render_admin_alarm(&m, env, name, name);
  check("alarm", &m);
  message_init(&m);
  render_serverstats(&m, env, nodes);
  check("serverstats", &m);
  message_init(&m);
  render_stats(&m, env, &stats);
  check("stats", &m);
  message_init(&m);
  render_find(&m, env, name, users, 10, true);
  check("find", &m);
  message_init(&m);
  render_find(&m, env, name, users, 0, false);
  check("find none", &m);
  for (size_t i = 0; i < 10; ++i)
    sub_list_dispose(&users[i].subs);
  free(nodes);
}

static void every_message_is_valid_and_fits_whatever_the_names(void **state)
{
  (void)state;
  for (size_t e = 0; e < SAMPLE_ENVS; ++e) {
    for (size_t i = 0; i < HOSTILE_COUNT; ++i) {
      render_sale(&sample_envs[e], hostile[i]);
      render_life(&sample_envs[e], hostile[i]);
      render_places_of(&sample_envs[e], hostile[i]);
      render_replies(&sample_envs[e], hostile[i]);
      render_admin(&sample_envs[e], hostile[i]);
    }
  }
}

static void keys_name_the_protocols_and_point_to_the_rest(void **state)
{
  message m;
  sub_view *sub = sample_sub("Month", VIEW_LINKS_MAX);
  (void)state;
  message_init(&m);
  render_keys(&m, &sample_envs[1], sub);
  assert_non_null(strstr(m.html.data, "<b>VLESS Reality</b>"));
  assert_non_null(strstr(m.html.data, "<b>Shadowsocks</b>"));
  assert_non_null(strstr(m.html.data, "security=reality&amp;type=tcp"));
  assert_non_null(strstr(m.html.data, "the config link holds all of them"));
  assert_non_null(strstr(m.html.data, "https://t.me/support"));
  assert_int_equal(m.buttons[0].kind, QENT_BOT_BUTTON_COPY);
  assert_string_equal(m.buttons[0].value, sub->config_link);
  message_dispose(&m);
  sub_view_free(sub);
}

static void a_key_that_is_a_file_is_named_and_goes_beside_the_text(void **state)
{
  message m;
  sub_view *sub = sample_sub("Germany", 2);
  (void)state;
  sample_conf(&sub->links[1]);
  message_init(&m);
  render_keys(&m, &sample_envs[1], sub);
  assert_non_null(strstr(m.html.data, "<b>AmneziaWG</b> · Germany: the file <b>de1.conf</b>"));
  assert_non_null(strstr(m.html.data, "<code>vpn://AAAA</code>"));
  assert_non_null(strstr(m.html.data, "vless://"));
  assert_null(strstr(m.html.data, "[Interface]"));
  assert_null(m.file);
  message_dispose(&m);
  message_init(&m);
  assert_true(render_keys_file(&m, &sample_envs[1], sub, "de1"));
  assert_string_equal(m.file_name, "de1.conf");
  assert_string_equal(m.file, sub->links[1].conf);
  assert_int_equal(m.file_len, strlen(sub->links[1].conf));
  assert_non_null(strstr(m.html.data, "<b>AmneziaWG</b> · Germany"));
  message_strip(&m);
  assert_non_null(m.file);
  message_dispose(&m);
  assert_null(m.file);
  sub_view_free(sub);
}

static void a_node_without_a_file_gives_none(void **state)
{
  message m;
  sub_view *sub = sample_sub("Germany", 2);
  (void)state;
  message_init(&m);
  assert_false(render_keys_file(&m, &sample_envs[1], sub, "de1"));
  sample_conf(&sub->links[1]);
  assert_false(render_keys_file(&m, &sample_envs[1], sub, "nl1"));
  assert_false(render_keys_file(&m, &sample_envs[1], sub, NULL));
  assert_null(m.file);
  message_dispose(&m);
  sub_view_free(sub);
}

static void an_alarm_keeps_its_lines_and_tells_where_the_rest_is(void **state)
{
  (void)state;
  const render_env env = {"en", NULL, NULL, SAMPLE_NOW};
  const char *report = "5 missing, 1 orphan.\n"
                       "missing de1 user_0000000000000001 subscription 1: not on its panel <now>\n"
                       "missing de1 user_0000000000000002 subscription 2: not on its panel <now>\n"
                       "missing de1 user_0000000000000003 subscription 3: not on its panel <now>\n"
                       "missing de1 user_0000000000000004 subscription 4: not on its panel <now>\n"
                       "All of it: qentctl reconcile";
  message m;
  message_init(&m);
  render_admin_alarm(&m, &env, "reconcile", report);
  assert_non_null(strstr(m.html.data, "<b>reconcile</b>\n5 missing, 1 orphan.\nmissing de1 "));
  assert_non_null(strstr(m.html.data, "panel &lt;now&gt;\nAll of it: qentctl reconcile"));
  check("alarm", &m);
}

static void a_late_reminder_does_not_promise_time(void **state)
{
  message m;
  sub_view *sub = sample_sub("Month", 0);
  (void)state;
  message_init(&m);
  render_reminder(&m, &sample_envs[1], QENT_NOTICE_REMIND_24H, sub, SAMPLE_NOW - 10);
  assert_non_null(strstr(m.html.data, "has ended"));
  message_dispose(&m);
  sub_view_free(sub);
}

static void the_bare_form_has_no_markup_and_no_buttons(void **state)
{
  message m;
  (void)state;
  message_init(&m);
  render_start(&m, &sample_envs[1], "<Anna>");
  assert_int_not_equal(m.button_count, 0);
  message_strip(&m);
  assert_int_equal(m.button_count, 0);
  assert_null(strchr(m.html.data, '<'));
  assert_non_null(strstr(m.html.data, "&lt;Anna&gt;"));
  message_dispose(&m);
}

static void buttons_that_telegram_refuses_are_left_out(void **state)
{
  message m;
  char long_text[400];
  (void)state;
  memset(long_text, 'x', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = '\0';
  message_init(&m);
  message_button(&m, QENT_BOT_BUTTON_URL, "a", "happ://add/x");
  message_button(&m, QENT_BOT_BUTTON_URL, "a", "http://example.com/");
  message_button(&m, QENT_BOT_BUTTON_COPY, "a", long_text);
  message_button(&m, QENT_BOT_BUTTON_CALLBACK, "a", long_text);
  message_button(&m, QENT_BOT_BUTTON_URL, "a", NULL);
  assert_int_equal(m.button_count, 0);
  message_button(&m, QENT_BOT_BUTTON_URL, "a", "https://example.com/");
  assert_int_equal(m.button_count, 1);
  message_dispose(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_message_is_valid_and_fits_whatever_the_names),
      cmocka_unit_test(keys_name_the_protocols_and_point_to_the_rest),
      cmocka_unit_test(a_key_that_is_a_file_is_named_and_goes_beside_the_text),
      cmocka_unit_test(a_node_without_a_file_gives_none),
      cmocka_unit_test(an_alarm_keeps_its_lines_and_tells_where_the_rest_is),
      cmocka_unit_test(a_late_reminder_does_not_promise_time),
      cmocka_unit_test(the_bare_form_has_no_markup_and_no_buttons),
      cmocka_unit_test(buttons_that_telegram_refuses_are_left_out),
  };
  return cmocka_run_group_tests_name("botd messages", tests, make_names, NULL);
}

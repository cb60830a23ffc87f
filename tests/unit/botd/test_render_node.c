/* SPDX-License-Identifier: MIT */
#include "render.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_failover_says_why_and_gives_the_keys(void **state)
{
  static const char *const words[][3] = {
      {"не отвечает", "🇳🇱 Amsterdam", "ссылка прежняя"},
      {"does not answer", "🇳🇱 Amsterdam", "link stays the same"}};
  (void)state;
  for (size_t e = 0; e < 2; ++e) {
    message m;
    sub_view *sub = sample_sub("Month", 2);
    sample_place(sub, "nl1", "Amsterdam", "NL", true);
    message_init(&m);
    render_moved(&m, &sample_envs[e], sub, "Amsterdam", QENT_MOVED_NODE_DOWN);
    for (size_t i = 0; i < 3; ++i)
      assert_non_null(strstr(m.html.data, words[e][i]));
    assert_non_null(strstr(m.html.data, "vless://"));
    assert_non_null(strstr(m.html.data, "ss://"));
    assert_int_equal(m.buttons[0].kind, QENT_BOT_BUTTON_COPY);
    message_dispose(&m);
    message_init(&m);
    render_moved(&m, &sample_envs[e], sub, "Amsterdam", QENT_MOVED_ASKED);
    assert_null(strstr(m.html.data, words[e][0]));
    assert_non_null(strstr(m.html.data, words[e][1]));
    message_dispose(&m);
    message_init(&m);
    render_moved(&m, &sample_envs[e], sub, "Amsterdam", QENT_MOVED_BACK);
    assert_non_null(strstr(m.html.data, e == 0 ? "снова работает" : "works again"));
    assert_non_null(strstr(m.html.data, "vless://"));
    message_dispose(&m);
    sub_view_free(sub);
  }
}

static void nodes_are_buttons_with_flag_and_load(void **state)
{
  message m;
  sub_view *sub = sample_sub("Month", 1);
  (void)state;
  sample_place(sub, "de1", "Germany", "DE", true);
  sample_place(sub, "fi1", "Finland", "FI", false);
  sample_place(sub, "nl1", "Amsterdam & Co", "NL", false);
  sample_place(sub, "se1", "Sweden", "", false);
  sub->places.places[1].available = false;
  sub->places.places[1].down = true;
  sub->places.places[2].load_percent = 10;
  sub->places.places[3].available = false;
  message_init(&m);
  render_nodes(&m, &sample_envs[1], sub);
  assert_non_null(strstr(m.html.data, "Server now: 🇩🇪 Germany"));
  assert_int_equal(m.button_count, 4);
  assert_string_equal(m.buttons[0].text, "🇳🇱 Amsterdam & Co · free");
  assert_string_equal(m.buttons[0].value, "move:7:nl1");
  assert_string_equal(m.buttons[1].text, "🚫 🇫🇮 Finland · does not work now");
  assert_string_equal(m.buttons[2].text, "🚫 Sweden · no room");
  assert_string_equal(m.buttons[3].value, "my");
  message_dispose(&m);
  message_init(&m);
  render_nodes(&m, &sample_envs[0], sub);
  assert_string_equal(m.buttons[0].text, "🇳🇱 Amsterdam & Co · свободен");
  message_dispose(&m);
  sub_view_free(sub);
}

static void a_refused_move_says_why(void **state)
{
  static const struct {
    move_answer move;
    bool down;
    const char *ru, *en;
  } rows[] = {
      {{7, "nl1", MOVE_DONE, 0}, false, "Переносим вас на 🇳🇱", "Moving you to 🇳🇱"},
      {{7, "nl1", MOVE_THERE, 0}, false, "Вы уже на сервере 🇳🇱", "serves you already"},
      {{7, "nl1", MOVE_SOON, SAMPLE_NOW + 240}, false, "через 4 минуты", "in 4 minutes"},
      {{7, "nl1", MOVE_REFUSED, 0}, false, "никого не принимает", "takes nobody new"},
      {{7, "nl1", MOVE_REFUSED, 0}, true, "сейчас не работает", "does not work now"},
      {{7, "old", MOVE_REFUSED, 0}, false, "больше нет", "no longer there"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    sub_view *sub = sample_sub("Month", 1);
    sample_place(sub, "nl1", "Amsterdam", "NL", false);
    sub->places.places[0].down = rows[i].down;
    for (size_t e = 0; e < 2; ++e) {
      message m;
      message_init(&m);
      render_move(&m, &sample_envs[e], sub, &rows[i].move);
      assert_non_null(strstr(m.html.data, e ? rows[i].en : rows[i].ru));
      message_dispose(&m);
    }
    sub_view_free(sub);
  }
}

static void my_offers_another_node_only_where_there_is_one(void **state)
{
  message m;
  sub_list list = {{sample_sub("Month", 1)}, 1, 0};
  (void)state;
  sample_place(list.subs[0], "de1", "Germany", "DE", true);
  message_init(&m);
  render_my(&m, &sample_envs[1], &list);
  assert_non_null(strstr(m.html.data, "Server: 🇩🇪 Germany"));
  for (size_t i = 0; i < m.button_count; ++i)
    assert_string_not_equal(m.buttons[i].value, "nodes:7");
  message_dispose(&m);
  sample_place(list.subs[0], "nl1", "Amsterdam", "NL", false);
  message_init(&m);
  render_my(&m, &sample_envs[1], &list);
  assert_string_equal(m.buttons[2].text, "Change server");
  assert_string_equal(m.buttons[2].value, "nodes:7");
  message_dispose(&m);
  sub_list_dispose(&list);
}

static void serverstats_names_what_is_wrong_with_a_node(void **state)
{
  message m;
  node_list *nodes = calloc(1, sizeof *nodes);
  (void)state;
  assert_non_null(nodes);
  nodes->count = 2;
  snprintf(nodes->nodes[0].name, sizeof nodes->nodes[0].name, "de1");
  snprintf(nodes->nodes[0].flag, sizeof nodes->nodes[0].flag, "🇩🇪");
  nodes->nodes[0].state = QENT_NODE_DOWN;
  nodes->nodes[0].failing_since = SAMPLE_NOW - 7200;
  snprintf(nodes->nodes[1].name, sizeof nodes->nodes[1].name, "nl1");
  nodes->nodes[1].state = QENT_NODE_DRAINING;
  nodes->nodes[1].reachable = true;
  nodes->nodes[1].evacuating = true;
  message_init(&m);
  render_serverstats(&m, &sample_envs[1], nodes);
  assert_non_null(strstr(m.html.data, "🔴 🇩🇪 <b>de1</b> (down, began 2 hours ago)"));
  assert_non_null(strstr(m.html.data, "🟢 <b>nl1</b> (draining, being evacuated)"));
  message_dispose(&m);
  nodes->nodes[1].refused = true;
  message_init(&m);
  render_serverstats(&m, &sample_envs[0], nodes);
  assert_non_null(
      strstr(m.html.data, "🔴 <b>nl1</b> (без новых, пароль не принят, все переезжают)"));
  message_dispose(&m);
  free(nodes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_failover_says_why_and_gives_the_keys),
      cmocka_unit_test(nodes_are_buttons_with_flag_and_load),
      cmocka_unit_test(a_refused_move_says_why),
      cmocka_unit_test(my_offers_another_node_only_where_there_is_one),
      cmocka_unit_test(serverstats_names_what_is_wrong_with_a_node),
  };
  return cmocka_run_group_tests_name("botd messages about nodes", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <stdio.h>
#include <string.h>

static const place_view *place_named(const sub_view *sub, const char *name)
{
  for (size_t i = 0; i < sub->places.count; ++i)
    if (strcmp(sub->places.places[i].name, name) == 0)
      return &sub->places.places[i];
  return NULL;
}

static const char *country_of(const sub_view *sub, const char *title)
{
  for (size_t i = 0; i < sub->places.count; ++i)
    if (strcmp(sub->places.places[i].title, title) == 0)
      return sub->places.places[i].country;
  return "";
}

void render_places(qent_buf *out, const sub_view *sub)
{
  for (size_t i = 0; i < sub->places.count; ++i) {
    const place_view *place = &sub->places.places[i];
    char title[APP_FLAGGED_SIZE];
    if (!place->current)
      continue;
    app_flagged_title(title, sizeof title, place->country, place->title);
    qent_buf_adds(out, out->len ? ", " : "");
    qent_buf_adds(out, title);
  }
}

bool render_has_choice(const sub_view *sub)
{
  if (sub->state != QENT_SUBSCRIPTION_ACTIVE)
    return false;
  for (size_t i = 0; i < sub->places.count; ++i)
    if (!sub->places.places[i].current)
      return true;
  return false;
}

void render_moved(message *m, const render_env *env, const sub_view *sub, const char *node,
                  qent_moved_why why)
{
  static const text_key texts[] = {[QENT_MOVED_ASKED] = TEXT_MOVED,
                                   [QENT_MOVED_NODE_DOWN] = TEXT_MOVED_FAILOVER,
                                   [QENT_MOVED_BACK] = TEXT_MOVED_BACK};
  char id[24];
  char title[APP_FLAGGED_SIZE];
  if (!node)
    node = "—";
  snprintf(id, sizeof id, "%lld", (long long)sub->id);
  app_flagged_title(title, sizeof title, country_of(sub, node), node);
  const text_value values[] = {
      {"plan", sub->plan_title, false}, {"id", id, false}, {"node", title, false}};
  text_fill(&m->html, env->language, texts[why <= QENT_MOVED_BACK ? why : QENT_MOVED_ASKED], values,
            3);
  qent_buf_adds(&m->html, "\n\n");
  render_config_link(m, env, TEXT_MOVED_LINK, sub->config_link, NULL, 0);
  if (sub->link_count > 0) {
    qent_buf_adds(&m->html, "\n\n");
    text_fill(&m->html, env->language, TEXT_MOVED_KEYS, NULL, 0);
    render_links(m, env, sub, MESSAGE_TEXT_MAX);
  }
  render_keys_buttons(m, env, sub);
}

static text_key load_text(const place_view *place)
{
  if (place->down)
    return TEXT_LOAD_DOWN;
  if (!place->available)
    return TEXT_LOAD_FULL;
  if (place->load_percent < 0)
    return TEXT_LOAD_UNKNOWN;
  if (place->load_percent < 40)
    return TEXT_LOAD_LOW;
  return place->load_percent < 75 ? TEXT_LOAD_MIDDLE : TEXT_LOAD_HIGH;
}

/* A button for each node of the subscription's group that does not serve it. */
static size_t place_buttons(message *m, const render_env *env, const sub_view *sub, bool available)
{
  size_t count = 0;
  for (size_t i = 0; i < sub->places.count; ++i) {
    const place_view *place = &sub->places.places[i];
    char title[APP_FLAGGED_SIZE];
    char label[320];
    char data[80];
    if (place->current || place->available != available)
      continue;
    app_flagged_title(title, sizeof title, place->country, place->title);
    const text_value values[] = {{"mark", available ? "" : "🚫 ", false},
                                 {"node", title, false},
                                 {"load", text_get(env->language, load_text(place)), false}};
    text_label(label, sizeof label, env->language, TEXT_NODES_ITEM, values, 3);
    snprintf(data, sizeof data, "move:%lld:%s", (long long)sub->id, place->name);
    message_button(m, QENT_BOT_BUTTON_CALLBACK, label, data);
    ++count;
  }
  return count;
}

static void add_head(message *m, const render_env *env, const sub_view *sub)
{
  char id[24];
  qent_buf places;
  qent_buf_init(&places, 8192);
  render_places(&places, sub);
  snprintf(id, sizeof id, "%lld", (long long)sub->id);
  const text_value values[] = {{"plan", sub->plan_title, false},
                               {"id", id, false},
                               {"nodes", places.len ? places.data : "—", false}};
  text_fill(&m->html, env->language, TEXT_NODES_HEAD, values, 3);
  qent_buf_adds(&m->html, "\n\n");
  qent_buf_dispose(&places);
}

void render_nodes(message *m, const render_env *env, const sub_view *sub)
{
  add_head(m, env, sub);
  if (sub->state != QENT_SUBSCRIPTION_ACTIVE) {
    text_fill(&m->html, env->language, TEXT_MOVE_INACTIVE, NULL, 0);
    render_open_button(m, env, TEXT_BUTTON_RENEW, "renew");
    return;
  }
  size_t count = place_buttons(m, env, sub, true);
  count += place_buttons(m, env, sub, false);
  text_fill(&m->html, env->language, count ? TEXT_NODES_CHOOSE : TEXT_NODES_ALONE, NULL, 0);
  if (sub->places.left_out > 0) {
    char left_out[24];
    snprintf(left_out, sizeof left_out, "%zu", sub->places.left_out);
    const text_value value = {"count", left_out, false};
    qent_buf_adds(&m->html, "\n\n");
    text_fill(&m->html, env->language, TEXT_NODES_CUT, &value, 1);
  }
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_MY), "my");
}

static text_key move_text(const sub_view *sub, const move_answer *move, const place_view *place)
{
  if (move->outcome == MOVE_DONE)
    return TEXT_MOVE_DONE;
  if (move->outcome == MOVE_THERE && sub->state == QENT_SUBSCRIPTION_ACTIVE)
    return TEXT_MOVE_THERE;
  if (move->outcome == MOVE_SOON)
    return TEXT_MOVE_SOON;
  if (sub->state != QENT_SUBSCRIPTION_ACTIVE)
    return TEXT_MOVE_INACTIVE;
  if (!place)
    return TEXT_MOVE_GONE;
  return place->down ? TEXT_MOVE_DOWN : TEXT_MOVE_FULL;
}

void render_move(message *m, const render_env *env, const sub_view *sub, const move_answer *move)
{
  char title[APP_FLAGGED_SIZE];
  char relative[96];
  char data[40];
  const place_view *place = place_named(sub, move->node);
  const text_key key = move_text(sub, move, place);
  app_flagged_title(title, sizeof title, place ? place->country : "",
                    place ? place->title : move->node);
  /* One that has just ended is told as a minute, not as the past. */
  text_relative(relative, sizeof relative, env->language,
                move->until > env->now ? move->until : env->now + 1, env->now);
  const text_value values[] = {{"node", title, false}, {"relative", relative, false}};
  text_fill(&m->html, env->language, key, values, 2);
  if (key == TEXT_MOVE_INACTIVE) {
    render_open_button(m, env, TEXT_BUTTON_RENEW, "renew");
    return;
  }
  snprintf(data, sizeof data, "nodes:%lld", (long long)sub->id);
  if (key != TEXT_MOVE_DONE)
    message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_NODES_OTHER),
                   data);
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_MY), "my");
}

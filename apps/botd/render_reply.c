/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <stdio.h>
#include <string.h>

static const char *name_or(const render_env *env, const char *name)
{
  if (name && *name)
    return name;
  return strcmp(env->language, "ru") == 0 ? "друг" : "friend";
}

void render_start(message *m, const render_env *env, const char *name)
{
  const text_value value = {"name", name_or(env, name), false};
  text_fill(&m->html, env->language, env->miniapp_url ? TEXT_START : TEXT_START_BARE, &value, 1);
  render_open_button(m, env, TEXT_BUTTON_BUY, "buy");
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_MY), "my");
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_HELP), "help");
}

void render_start_paid(message *m, const render_env *env)
{
  text_fill(&m->html, env->language, TEXT_START_PAID, NULL, 0);
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_MY), "my");
  render_open_button(m, env, TEXT_BUTTON_OPEN, NULL);
}

void render_start_plan(message *m, const render_env *env, const char *name, const char *code,
                       const char *title, const qent_money *price)
{
  if (!env->miniapp_url) {
    render_start(m, env, name);
    return;
  }
  char amount[64];
  char param[64];
  text_money(amount, sizeof amount, env->language, price);
  snprintf(param, sizeof param, "buy&plan=%s", code);
  const text_value values[] = {
      {"name", name_or(env, name), false}, {"plan", title, false}, {"price", amount, false}};
  text_fill(&m->html, env->language, TEXT_START_PLAN, values, 3);
  render_open_button(m, env, TEXT_BUTTON_PAY, param);
}

static text_key state_text(qent_subscription_state state)
{
  switch (state) {
  case QENT_SUBSCRIPTION_ACTIVE:
    return TEXT_STATE_ACTIVE;
  case QENT_SUBSCRIPTION_EXHAUSTED:
    return TEXT_STATE_EXHAUSTED;
  case QENT_SUBSCRIPTION_DISABLED:
    return TEXT_STATE_DISABLED;
  case QENT_SUBSCRIPTION_EXPIRED:
    break;
  }
  return TEXT_STATE_EXPIRED;
}

static void add_facts(message *m, const render_env *env, const sub_view *sub)
{
  char id[24];
  char date[96];
  char relative[96];
  char used[48];
  char limit[48];
  char devices[16];
  snprintf(id, sizeof id, "%lld", (long long)sub->id);
  text_date(date, sizeof date, env->language, sub->expires_at);
  text_relative(relative, sizeof relative, env->language, sub->expires_at, env->now);
  text_bytes(used, sizeof used, env->language, sub->used_bytes);
  text_bytes(limit, sizeof limit, env->language, sub->limit_bytes);
  snprintf(devices, sizeof devices, "%d", (int)sub->devices);
  const text_value values[] = {{"plan", sub->plan_title, false},
                               {"id", id, false},
                               {"state", text_get(env->language, state_text(sub->state)), false},
                               {"date", date, false},
                               {"relative", relative, false},
                               {"used", used, false},
                               {"limit", limit, false},
                               {"devices", devices, false}};
  text_fill(&m->html, env->language, TEXT_MY_ITEM, values, 8);
  qent_buf_addc(&m->html, '\n');
  text_fill(&m->html, env->language,
            sub->limit_bytes > 0 ? TEXT_MY_TRAFFIC : TEXT_MY_TRAFFIC_UNLIMITED, values, 8);
  if (sub->devices > 0) {
    qent_buf_addc(&m->html, '\n');
    text_fill(&m->html, env->language, TEXT_MY_DEVICES, values, 8);
  }
}

static void add_places(message *m, const render_env *env, const sub_view *sub)
{
  qent_buf places;
  qent_buf_init(&places, 8192);
  render_places(&places, sub);
  if (places.len > 0) {
    const text_value value = {"nodes", places.data, false};
    qent_buf_addc(&m->html, '\n');
    text_fill(&m->html, env->language, TEXT_MY_NODES, &value, 1);
  }
  qent_buf_dispose(&places);
}

static void add_sub(message *m, const render_env *env, const sub_view *sub, size_t budget)
{
  add_facts(m, env, sub);
  if (sub->state != QENT_SUBSCRIPTION_ACTIVE)
    return;
  add_places(m, env, sub);
  qent_buf_addc(&m->html, '\n');
  render_config_link(m, env, TEXT_MY_LINK, sub->config_link, NULL, 0);
  if (sub->link_count > 0) {
    render_links(m, env, sub, budget);
    return;
  }
  qent_buf_adds(&m->html, "\n\n");
  text_fill(&m->html, env->language, TEXT_MY_KEYS_SOON, NULL, 0);
}

/* One button a subscription that has somewhere to go; its number is told when there are several. */
static void node_buttons(message *m, const render_env *env, const sub_list *subs)
{
  size_t count = 0;
  for (size_t i = 0; i < subs->count; ++i)
    count += render_has_choice(subs->subs[i]);
  for (size_t i = 0; i < subs->count; ++i) {
    char id[24];
    char data[40];
    char label[96];
    if (!render_has_choice(subs->subs[i]))
      continue;
    snprintf(id, sizeof id, "%lld", (long long)subs->subs[i]->id);
    snprintf(data, sizeof data, "nodes:%s", id);
    const text_value value = {"id", id, false};
    text_label(label, sizeof label, env->language,
               count > 1 ? TEXT_BUTTON_NODES_OF : TEXT_BUTTON_NODES, &value, 1);
    message_button(m, QENT_BOT_BUTTON_CALLBACK, label, data);
  }
}

static void my_buttons(message *m, const render_env *env, const sub_list *subs)
{
  for (size_t i = 0; i < subs->count; ++i) {
    const sub_view *sub = subs->subs[i];
    if (sub->state != QENT_SUBSCRIPTION_ACTIVE)
      continue;
    message_button(m, QENT_BOT_BUTTON_COPY, text_get(env->language, TEXT_BUTTON_COPY),
                   sub->config_link);
    message_button(m, QENT_BOT_BUTTON_URL, text_get(env->language, TEXT_BUTTON_PAGE),
                   sub->config_link);
    break;
  }
  node_buttons(m, env, subs);
  render_open_button(m, env, subs->count ? TEXT_BUTTON_OPEN : TEXT_BUTTON_BUY,
                     subs->count ? "keys" : "buy");
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_HELP), "help");
}

void render_my(message *m, const render_env *env, const sub_list *subs)
{
  /* Each subscription's facts take up to this many units; links get what is left. */
  const size_t facts_units = 700;
  const size_t more_units = 100;
  size_t left_out = subs->left_out;
  text_fill(&m->html, env->language, subs->count ? TEXT_MY_HEAD : TEXT_MY_NONE, NULL, 0);
  for (size_t i = 0; i < subs->count; ++i) {
    const size_t before = m->html.len;
    size_t after = (subs->count - i - 1) * facts_units;
    if (after > MESSAGE_TEXT_MAX / 2)
      after = MESSAGE_TEXT_MAX / 2;
    qent_buf_adds(&m->html, "\n\n");
    add_sub(m, env, subs->subs[i], MESSAGE_TEXT_MAX - more_units - after);
    if (text_utf16_units(m->html.data) + more_units <= MESSAGE_TEXT_MAX)
      continue;
    qent_buf_truncate(&m->html, before);
    left_out += subs->count - i;
    break;
  }
  if (left_out > 0) {
    char count[24];
    snprintf(count, sizeof count, "%zu", left_out);
    const text_value value = {"count", count, false};
    qent_buf_adds(&m->html, "\n\n");
    text_fill(&m->html, env->language, TEXT_MY_MORE, &value, 1);
  }
  my_buttons(m, env, subs);
}

void render_help(message *m, const render_env *env)
{
  text_fill(&m->html, env->language, TEXT_HELP, NULL, 0);
  if (env->support) {
    const text_value value = {"support", env->support, false};
    qent_buf_adds(&m->html, "\n\n");
    text_fill(&m->html, env->language, TEXT_HELP_SUPPORT, &value, 1);
  }
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_MY), "my");
  render_open_button(m, env, TEXT_BUTTON_OPEN, NULL);
  render_support_button(m, env);
}

void render_lang(message *m, const render_env *env)
{
  text_fill(&m->html, env->language, TEXT_LANG, NULL, 0);
  message_button(m, QENT_BOT_BUTTON_CALLBACK, "Русский", "lang:ru");
  message_button(m, QENT_BOT_BUTTON_CALLBACK, "English", "lang:en");
}

void render_lang_set(message *m, const render_env *env)
{
  text_fill(&m->html, env->language, TEXT_LANG_SET, NULL, 0);
  render_open_button(m, env, TEXT_BUTTON_OPEN, NULL);
}

void render_unknown(message *m, const render_env *env)
{
  text_fill(&m->html, env->language, env->miniapp_url ? TEXT_UNKNOWN : TEXT_UNKNOWN_BARE, NULL, 0);
  render_open_button(m, env, TEXT_BUTTON_OPEN, NULL);
}

void render_trouble(message *m, const render_env *env)
{
  text_fill(&m->html, env->language, TEXT_TROUBLE, NULL, 0);
}

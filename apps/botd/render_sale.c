/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <qentvpn/qr.h>

#include <stdio.h>
#include <string.h>

#define LINK_CHARS_MAX 2048
#define CAPTION_NODE_CHARS_MAX 64

void render_open_button(message *m, const render_env *env, text_key label, const char *start_param)
{
  if (!env->miniapp_url)
    return;
  char url[2048];
  const char *joint = strchr(env->miniapp_url, '?') ? "&" : "?";
  if (start_param && *start_param)
    snprintf(url, sizeof url, "%s%stgWebAppStartParam=%s", env->miniapp_url, joint, start_param);
  else
    snprintf(url, sizeof url, "%s", env->miniapp_url);
  message_button(m, QENT_BOT_BUTTON_WEB_APP, text_get(env->language, label), url);
}

void render_support_button(message *m, const render_env *env)
{
  message_button(m, QENT_BOT_BUTTON_URL, text_get(env->language, TEXT_BUTTON_SUPPORT),
                 env->support);
}

void render_config_link(message *m, const render_env *env, text_key key, const char *link,
                        const text_value *values, size_t count)
{
  text_value all[8];
  qent_buf escaped;
  qent_buf_init(&escaped, (size_t)16 * 1024);
  text_add_clean(&escaped, link, LINK_CHARS_MAX);
  for (size_t i = 0; i < count && i < 7; ++i)
    all[i] = values[i];
  const text_value link_value = {"link", escaped.data, true};
  all[count < 7 ? count : 7] = link_value;
  text_fill(&m->html, env->language, key, all, (count < 7 ? count : 7) + 1);
  qent_buf_dispose(&escaped);
}

static const char *protocol_name(const char *protocol)
{
  static const char *const names[][2] = {{"vless", "VLESS"},         {"vmess", "VMess"},
                                         {"trojan", "Trojan"},       {"shadowsocks", "Shadowsocks"},
                                         {"hysteria2", "Hysteria2"}, {"amneziawg", "AmneziaWG"},
                                         {"wireguard", "WireGuard"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (strcmp(names[i][0], protocol) == 0)
      return names[i][1];
  return protocol;
}

static text_key link_text(const link_view *link)
{
  if (link->conf)
    return TEXT_KEYS_CONF;
  if (strcmp(link->protocol, "vless") == 0 && strstr(link->uri, "security=reality"))
    return TEXT_KEYS_VLESS;
  return strcmp(link->protocol, "shadowsocks") == 0 ? TEXT_KEYS_SHADOWSOCKS : TEXT_KEYS_OTHER;
}

static void add_link(qent_buf *out, const render_env *env, const link_view *link)
{
  qent_buf uri;
  qent_buf_init(&uri, (size_t)64 * 1024);
  text_add_clean(&uri, link->uri, 8192);
  const text_value values[] = {{"node", link->node, false},
                               {"protocol", protocol_name(link->protocol), false},
                               {"filename", link->filename, false},
                               {"uri", uri.data, true}};
  qent_buf_adds(out, "\n\n");
  text_fill(out, env->language, link_text(link), values, 4);
  qent_buf_dispose(&uri);
}

bool render_links(message *m, const render_env *env, const sub_view *sub, size_t budget)
{
  const size_t cut_line_units = 160;
  size_t left_out = sub->links_left_out;
  for (size_t i = 0; i < sub->link_count; ++i) {
    const size_t before = m->html.len;
    add_link(&m->html, env, &sub->links[i]);
    const bool last = i + 1 == sub->link_count && left_out == 0;
    if (text_utf16_units(m->html.data) + (last ? 0 : cut_line_units) <= budget)
      continue;
    qent_buf_truncate(&m->html, before);
    left_out += sub->link_count - i;
    break;
  }
  if (left_out == 0)
    return true;
  char count[24];
  snprintf(count, sizeof count, "%zu", left_out);
  const text_value value = {"count", count, false};
  qent_buf_adds(&m->html, "\n\n");
  text_fill(&m->html, env->language, TEXT_KEYS_CUT, &value, 1);
  return false;
}

void render_keys_buttons(message *m, const render_env *env, const sub_view *sub)
{
  message_button(m, QENT_BOT_BUTTON_COPY, text_get(env->language, TEXT_BUTTON_COPY),
                 sub->config_link);
  message_button(m, QENT_BOT_BUTTON_URL, text_get(env->language, TEXT_BUTTON_PAGE),
                 sub->config_link);
  render_open_button(m, env, TEXT_BUTTON_OPEN, "keys");
}

void render_keys(message *m, const render_env *env, const sub_view *sub)
{
  char date[96];
  text_date(date, sizeof date, env->language, sub->expires_at);
  const text_value values[] = {{"plan", sub->plan_title, false}, {"date", date, false}};
  qent_buf tail;
  qent_buf_init(&tail, 8192);
  qent_buf_adds(&tail, "\n\n");
  text_fill(&tail, env->language, TEXT_KEYS_IMPORT, NULL, 0);
  if (env->support) {
    const text_value support = {"support", env->support, false};
    qent_buf_adds(&tail, "\n\n");
    text_fill(&tail, env->language, TEXT_KEYS_SUPPORT, &support, 1);
  }
  render_config_link(m, env, TEXT_KEYS, sub->config_link, values, 2);
  render_links(m, env, sub, MESSAGE_TEXT_MAX - text_utf16_units(tail.data));
  qent_buf_add(&m->html, tail.data, tail.len);
  qent_buf_dispose(&tail);
  render_keys_buttons(m, env, sub);
}

void render_keys_qr(message *m, const render_env *env, const sub_view *sub)
{
  text_fill(&m->html, env->language, TEXT_KEYS_QR, NULL, 0);
  const qent_status st = qent_qr_png(sub->config_link, &m->png, &m->png_len, NULL);
  if (st != QENT_OK)
    qent_buf_fail(&m->html, st);
}

static const link_view *file_of(const sub_view *sub, const char *node)
{
  for (size_t i = 0; i < sub->link_count; ++i)
    if (sub->links[i].conf && strcmp(sub->links[i].node_name, node) == 0)
      return &sub->links[i];
  return NULL;
}

bool render_keys_file(message *m, const render_env *env, const sub_view *sub, const char *node)
{
  const link_view *link = node ? file_of(sub, node) : NULL;
  if (!link)
    return false;
  qent_buf title;
  qent_buf_init(&title, 1024);
  text_add_clean(&title, link->node, CAPTION_NODE_CHARS_MAX);
  const text_value values[] = {{"node", title.data, true},
                               {"protocol", protocol_name(link->protocol), false}};
  text_fill(&m->html, env->language, TEXT_KEYS_FILE, values, 2);
  message_file(m, link->filename, link->conf);
  qent_buf_dispose(&title);
  return true;
}

void render_payment_wait(message *m, const render_env *env, int64_t order)
{
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)order);
  const text_value value = {"order", number, false};
  text_fill(&m->html, env->language, TEXT_PAYMENT_WAIT, &value, 1);
  render_support_button(m, env);
}

void render_renewed(message *m, const render_env *env, const sub_view *sub, int64_t expires_at)
{
  char date[96];
  text_date(date, sizeof date, env->language, expires_at);
  const text_value values[] = {{"plan", sub->plan_title, false}, {"date", date, false}};
  text_fill(&m->html, env->language, TEXT_RENEWED, values, 2);
  message_button(m, QENT_BOT_BUTTON_CALLBACK, text_get(env->language, TEXT_BUTTON_MY), "my");
  render_open_button(m, env, TEXT_BUTTON_OPEN, NULL);
}

void render_refunded(message *m, const render_env *env, int64_t order, const qent_money *money)
{
  char number[24];
  char amount[64];
  snprintf(number, sizeof number, "%lld", (long long)order);
  text_money(amount, sizeof amount, env->language, money);
  const text_value values[] = {{"order", number, false}, {"money", amount, false}};
  text_fill(&m->html, env->language, TEXT_REFUNDED, values, 2);
  render_support_button(m, env);
}

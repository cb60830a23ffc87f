/* SPDX-License-Identifier: MIT */
#include "render.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 1024
#define LINE_MAX_CHARS 240

void render_admin_flag(message *m, const render_env *env, int64_t payment, const char *reason)
{
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)payment);
  const text_value values[] = {{"payment", number, false}, {"reason", reason, false}};
  text_fill(&m->html, env->language, TEXT_ADMIN_FLAG, values, 2);
}

void render_admin_node(message *m, const render_env *env, bool up, const char *node,
                       const char *error)
{
  const text_value values[] = {{"node", node, false}, {"error", error, false}};
  text_fill(&m->html, env->language, up ? TEXT_ADMIN_NODE_UP : TEXT_ADMIN_NODE_DOWN, values, 2);
}

/* A report keeps its lines, as many as fit. */
static void add_lines(qent_buf *out, const char *text)
{
  while (text && *text) {
    char line[LINE_MAX_BYTES];
    const size_t before = out->len;
    const size_t len = strcspn(text, "\n");
    snprintf(line, sizeof line, "%.*s", (int)(len < sizeof line ? len : sizeof line), text);
    qent_buf_addc(out, '\n');
    text_add_clean(out, line, LINE_MAX_CHARS);
    if (text_utf16_units(out->data) > MESSAGE_TEXT_MAX) {
      qent_buf_truncate(out, before);
      return;
    }
    text += len + (text[len] == '\n');
  }
}

void render_admin_alarm(message *m, const render_env *env, const char *what, const char *detail)
{
  const text_value value = {"what", what, false};
  text_fill(&m->html, env->language, TEXT_ADMIN_ALARM, &value, 1);
  add_lines(&m->html, detail);
}

static text_key node_state_text(qent_node_state state)
{
  switch (state) {
  case QENT_NODE_DRAINING:
    return TEXT_NODE_DRAINING;
  case QENT_NODE_DISABLED:
    return TEXT_NODE_DISABLED;
  case QENT_NODE_DOWN:
    return TEXT_NODE_DOWN;
  case QENT_NODE_ACTIVE:
    break;
  }
  return TEXT_NODE_ACTIVE;
}

/* -1 is what the panel does not tell. */
static void count_or_dash(char *out, size_t size, int32_t n, const char *unit)
{
  if (n < 0)
    snprintf(out, size, "—");
  else
    snprintf(out, size, "%d%s", (int)n, unit);
}

static void bytes_or_dash(char *out, size_t size, const char *language, int64_t bytes)
{
  if (bytes < 0)
    snprintf(out, size, "—");
  else
    text_bytes(out, size, language, bytes);
}

/* "down, began 2 hours ago, being evacuated". */
static void add_state(qent_buf *out, const render_env *env, const node_view *node)
{
  char relative[96] = "—";
  const int64_t since = node->failing_since > 0 ? node->failing_since : node->checked_at;
  if (since > 0)
    text_relative(relative, sizeof relative, env->language, since, env->now);
  const text_value value = {"relative", relative, false};
  text_fill(out, env->language, node_state_text(node->state), &value, 1);
  if (node->refused)
    qent_buf_addf(out, ", %s", text_get(env->language, TEXT_NODE_REFUSED));
  if (node->evacuating)
    qent_buf_addf(out, ", %s", text_get(env->language, TEXT_NODE_EVACUATING));
}

static const char *node_mark(const node_view *node)
{
  if (node->state == QENT_NODE_DISABLED)
    return "⚪";
  return node->state == QENT_NODE_DOWN || !node->reachable || node->refused ? "🔴" : "🟢";
}

static void add_node(message *m, const render_env *env, const node_view *node)
{
  char cpu[16];
  char used[48];
  char total[48];
  char active[16];
  char online[16];
  char accounts[16];
  char checked[96] = "—";
  char flag[APP_FLAG_SIZE + 1];
  snprintf(flag, sizeof flag, "%s%s", node->flag, *node->flag ? " " : "");
  count_or_dash(cpu, sizeof cpu, node->cpu_percent, " %");
  bytes_or_dash(used, sizeof used, env->language, node->memory_used_bytes);
  bytes_or_dash(total, sizeof total, env->language, node->memory_total_bytes);
  count_or_dash(active, sizeof active, node->active_users, "");
  count_or_dash(online, sizeof online, node->online, "");
  count_or_dash(accounts, sizeof accounts, node->accounts, "");
  if (node->checked_at > 0)
    text_relative(checked, sizeof checked, env->language, node->checked_at, env->now);
  qent_buf state;
  qent_buf_init(&state, 1024);
  add_state(&state, env, node);
  const text_value values[] = {
      {"mark", node_mark(node), false}, {"flag", flag, false},       {"node", node->name, false},
      {"state", state.data, true},      {"cpu", cpu, false},         {"used", used, false},
      {"total", total, false},          {"active", active, false},   {"online", online, false},
      {"accounts", accounts, false},    {"checked", checked, false}, {"error", node->error, false}};
  const size_t count = sizeof values / sizeof values[0];
  qent_buf_adds(&m->html, "\n\n");
  text_fill(&m->html, env->language, TEXT_SERVERSTATS_NODE, values, count);
  qent_buf_adds(&m->html, *node->error ? "\n" : "");
  if (*node->error)
    text_fill(&m->html, env->language, TEXT_SERVERSTATS_ERROR, values, count);
  qent_buf_dispose(&state);
}

void render_serverstats(message *m, const render_env *env, const node_list *nodes)
{
  const size_t cut_line_units = 100;
  size_t left_out = nodes->left_out;
  text_fill(&m->html, env->language, nodes->count ? TEXT_SERVERSTATS_HEAD : TEXT_SERVERSTATS_NONE,
            NULL, 0);
  for (size_t i = 0; i < nodes->count; ++i) {
    const size_t before = m->html.len;
    add_node(m, env, &nodes->nodes[i]);
    if (text_utf16_units(m->html.data) + cut_line_units <= MESSAGE_TEXT_MAX)
      continue;
    qent_buf_truncate(&m->html, before);
    left_out += nodes->count - i;
    break;
  }
  if (left_out == 0)
    return;
  char count[24];
  snprintf(count, sizeof count, "%zu", left_out);
  const text_value value = {"count", count, false};
  qent_buf_adds(&m->html, "\n\n");
  text_fill(&m->html, env->language, TEXT_SERVERSTATS_CUT, &value, 1);
}

static void add_revenue(message *m, const render_env *env, const qent_stats *stats)
{
  if (stats->revenue_count == 0) {
    qent_buf_addc(&m->html, '\n');
    text_fill(&m->html, env->language, TEXT_STATS_NO_REVENUE, NULL, 0);
  }
  for (size_t i = 0; i < stats->revenue_count; ++i) {
    char day[64];
    char month[64];
    qent_money money = {stats->revenue[i].minor_24h, {0}};
    memcpy(money.currency, stats->revenue[i].currency, sizeof money.currency);
    text_money(day, sizeof day, env->language, &money);
    money.minor = stats->revenue[i].minor_30d;
    text_money(month, sizeof month, env->language, &money);
    const text_value values[] = {{"day", day, false}, {"month", month, false}};
    qent_buf_addc(&m->html, '\n');
    text_fill(&m->html, env->language, TEXT_STATS_REVENUE, values, 2);
  }
}

void render_stats(message *m, const render_env *env, const qent_stats *stats)
{
  const struct {
    const char *name;
    int64_t value;
  } numbers[] = {{"users", stats->users},
                 {"users_day", stats->users_24h},
                 {"active", stats->subscriptions_active},
                 {"ending", stats->subscriptions_ending_72h},
                 {"orders_day", stats->orders_paid_24h},
                 {"orders_month", stats->orders_paid_30d},
                 {"flagged", stats->payments_flagged},
                 {"accounts", stats->accounts_pending},
                 {"notices", stats->notices_pending}};
  enum { COUNT = sizeof numbers / sizeof numbers[0] };
  char digits[COUNT][24];
  text_value values[COUNT];
  for (size_t i = 0; i < COUNT; ++i) {
    snprintf(digits[i], sizeof digits[i], "%lld", (long long)numbers[i].value);
    const text_value value = {numbers[i].name, digits[i], false};
    values[i] = value;
  }
  text_fill(&m->html, env->language, TEXT_STATS, values, COUNT);
  add_revenue(m, env, stats);
}

static void add_user(message *m, const render_env *env, const user_view *user)
{
  char id[24];
  char telegram[24];
  char username[72] = "";
  char date[96];
  snprintf(id, sizeof id, "%lld", (long long)user->id);
  snprintf(telegram, sizeof telegram, "%lld", (long long)user->telegram_id);
  if (*user->username)
    snprintf(username, sizeof username, "@%s", user->username);
  text_date(date, sizeof date, env->language, user->created_at);
  const text_value values[] = {{"name", *user->name ? user->name : "—", false},
                               {"username", username, false},
                               {"id", id, false},
                               {"telegram", telegram, false},
                               {"language", user->language, false},
                               {"blocked", user->reachable ? "" : " · 🚫", false},
                               {"date", date, false}};
  qent_buf_adds(&m->html, m->html.len ? "\n\n" : "");
  text_fill(&m->html, env->language, TEXT_FIND_USER, values, sizeof values / sizeof values[0]);
  for (size_t i = 0; i < user->subs.count; ++i) {
    const sub_view *sub = user->subs.subs[i];
    snprintf(id, sizeof id, "%lld", (long long)sub->id);
    text_date(date, sizeof date, env->language, sub->expires_at);
    const text_value facts[] = {{"id", id, false},
                                {"plan", sub->plan_title, false},
                                {"state", qent_subscription_state_name(sub->state), false},
                                {"date", date, false}};
    qent_buf_addc(&m->html, '\n');
    text_fill(&m->html, env->language, TEXT_FIND_SUB, facts, 4);
  }
}

void render_find(message *m, const render_env *env, const char *query, const user_view *users,
                 size_t count, bool more)
{
  const text_value value = {"query", query, false};
  const size_t more_units = 80;
  if (!*query || count == 0) {
    text_fill(&m->html, env->language, *query ? TEXT_FIND_NONE : TEXT_FIND_USAGE, &value, 1);
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t before = m->html.len;
    add_user(m, env, &users[i]);
    if (text_utf16_units(m->html.data) + more_units <= MESSAGE_TEXT_MAX)
      continue;
    qent_buf_truncate(&m->html, before);
    more = true;
    break;
  }
  if (!more)
    return;
  qent_buf_adds(&m->html, "\n\n");
  text_fill(&m->html, env->language, TEXT_FIND_MORE, NULL, 0);
}

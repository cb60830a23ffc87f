/* SPDX-License-Identifier: MIT */
#include "compose_reply.h"

#include "compose_node.h"

#include <qentvpn/plan.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOUND_MAX 10

/* One answer being worded. */
typedef struct reply {
  qent_session *session;
  const qent_notice *notice;
  const render_env *env;
  message *m;
  const char *argument; /* never NULL */
} reply;

static qent_status load_user(const reply *r, qent_user **user_out, qent_error *err)
{
  return qent_user_by_telegram_id(r->session, qent_notice_telegram_id(r->notice), user_out, err);
}

/* `plan_<code>` of a plan that is on offer. @return false when it is not. */
static bool start_plan(const reply *r, const char *name)
{
  qent_plan *plan = NULL;
  const char *code = r->argument + strlen("plan_");
  if (qent_plan_by_code(r->session, code, &plan, NULL) != QENT_OK)
    return false;
  const bool offered = !qent_plan_hidden(plan) && qent_plan_price_count(plan) > 0;
  if (offered) {
    qent_money price = qent_plan_price_at(plan, 0);
    (void)qent_plan_price(plan, "RUB", &price);
    render_start_plan(r->m, r->env, name, qent_plan_code(plan),
                      qent_plan_title(plan, r->env->language), &price);
  }
  qent_plan_free(plan);
  return offered;
}

static qent_status reply_start(const reply *r, qent_error *err)
{
  if (strcmp(r->argument, "paid") == 0) {
    render_start_paid(r->m, r->env);
    return QENT_OK;
  }
  qent_user *user = NULL;
  qent_status st = load_user(r, &user, err);
  if (st != QENT_OK)
    return st;
  const char *name = qent_user_name(user);
  if (strncmp(r->argument, "plan_", 5) != 0 || !start_plan(r, name))
    render_start(r->m, r->env, name);
  qent_user_free(user);
  return QENT_OK;
}

static qent_status reply_my(const reply *r, qent_error *err)
{
  qent_user *user = NULL;
  qent_status st = load_user(r, &user, err);
  if (st != QENT_OK)
    return st;
  sub_list subs = {{NULL}, 0, 0};
  st = sub_list_load(r->session, qent_user_id(user), r->env->language, &subs, err);
  if (st == QENT_OK)
    render_my(r->m, r->env, &subs);
  sub_list_dispose(&subs);
  qent_user_free(user);
  return st;
}

static qent_status reply_move(const reply *r, qent_error *err)
{
  qent_user *user = NULL;
  qent_status st = load_user(r, &user, err);
  if (st == QENT_OK)
    st = compose_move(r->session, qent_user_id(user), r->argument, r->env, r->m, err);
  qent_user_free(user);
  return st;
}

static qent_status reply_help(const reply *r, qent_error *err)
{
  (void)err;
  render_help(r->m, r->env);
  return QENT_OK;
}

static qent_status reply_lang(const reply *r, qent_error *err)
{
  (void)err;
  render_lang(r->m, r->env);
  return QENT_OK;
}

static qent_status reply_lang_set(const reply *r, qent_error *err)
{
  (void)err;
  render_lang_set(r->m, r->env);
  return QENT_OK;
}

static qent_status reply_unknown(const reply *r, qent_error *err)
{
  (void)err;
  render_unknown(r->m, r->env);
  return QENT_OK;
}

static bool take_node(const qent_node *node, void *user)
{
  node_list *list = user;
  if (list->count == VIEW_NODES_MAX)
    ++list->left_out;
  else
    node_view_fill(&list->nodes[list->count++], node);
  return true;
}

static qent_status reply_serverstats(const reply *r, qent_error *err)
{
  node_list *nodes = calloc(1, sizeof *nodes);
  if (!nodes)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent_status st = qent_node_each(r->session, take_node, nodes, err);
  if (st == QENT_OK)
    render_serverstats(r->m, r->env, nodes);
  free(nodes);
  return st;
}

static qent_status reply_stats(const reply *r, qent_error *err)
{
  qent_stats stats = QENT_STATS_INIT;
  qent_status st = qent_stats_read(r->session, &stats, err);
  if (st == QENT_OK)
    render_stats(r->m, r->env, &stats);
  return st;
}

typedef struct found {
  user_view users[FOUND_MAX];
  size_t count;
  bool more;
} found;

static bool take_user(const qent_user *user, void *data)
{
  found *f = data;
  if (f->count == FOUND_MAX) {
    f->more = true;
    return false;
  }
  user_view *view = &f->users[f->count++];
  view->id = qent_user_id(user);
  view->telegram_id = qent_user_telegram_id(user);
  view->created_at = qent_user_created_at(user);
  view->reachable = qent_user_reachable(user);
  snprintf(view->language, sizeof view->language, "%s", qent_user_language(user));
  snprintf(view->name, sizeof view->name, "%s", qent_user_name(user));
  snprintf(view->username, sizeof view->username, "%s", qent_user_username(user));
  return true;
}

static qent_status reply_find(const reply *r, qent_error *err)
{
  found *f = calloc(1, sizeof *f);
  if (!f)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent_status st = QENT_OK;
  if (*r->argument)
    st = qent_user_find(r->session, r->argument, FOUND_MAX + 1, take_user, f, err);
  for (size_t i = 0; st == QENT_OK && i < f->count; ++i)
    st = sub_list_load(r->session, f->users[i].id, r->env->language, &f->users[i].subs, err);
  if (st == QENT_OK)
    render_find(r->m, r->env, r->argument, f->users, f->count, f->more);
  for (size_t i = 0; i < f->count; ++i)
    sub_list_dispose(&f->users[i].subs);
  free(f);
  return st;
}

typedef struct command {
  const char *name;
  qent_status (*run)(const reply *r, qent_error *err);
  bool admin;
} command;

static const command commands[] = {
    {"start", reply_start, false},       {"my", reply_my, false},
    {"nodes", reply_move, false},        {"move", reply_move, false},
    {"help", reply_help, false},         {"lang", reply_lang, false},
    {"lang_set", reply_lang_set, false}, {"serverstats", reply_serverstats, true},
    {"stats", reply_stats, true},        {"find", reply_find, true},
};

qent_status compose_reply(qent_session *session, const qent_notice *notice, const render_env *env,
                          message *m, qent_error *err)
{
  const qent_settings *settings = qent_ctx_settings(qent_session_ctx(session));
  const bool admin = qent_settings_is_admin(settings, qent_notice_telegram_id(notice));
  const char *name = qent_notice_text(notice, "command");
  const char *argument = qent_notice_text(notice, "argument");
  const reply r = {session, notice, env, m, argument ? argument : ""};
  for (size_t i = 0; name && i < sizeof commands / sizeof commands[0]; ++i)
    if (strcmp(commands[i].name, name) == 0 && (admin || !commands[i].admin))
      return commands[i].run(&r, err);
  return reply_unknown(&r, err);
}

/* SPDX-License-Identifier: MIT */
#include "view.h"

#include <qentvpn/plan.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void clear_link(link_view *link)
{
  free(link->uri);
  free(link->node);
  free(link->node_name);
  free(link->conf);
  free(link->filename);
  memset(link, 0, sizeof *link);
}

void sub_view_free(sub_view *view)
{
  if (!view)
    return;
  for (size_t i = 0; i < view->link_count; ++i)
    clear_link(&view->links[i]);
  free(view->plan_code);
  free(view->plan_title);
  free(view->config_link);
  free(view);
}

void sub_list_dispose(sub_list *list)
{
  for (size_t i = 0; i < list->count; ++i)
    sub_view_free(list->subs[i]);
  memset(list, 0, sizeof *list);
}

static sub_view *copy_sub(const qent_subscription *sub, int64_t now)
{
  sub_view *view = calloc(1, sizeof *view);
  if (!view)
    return NULL;
  view->id = qent_subscription_id(sub);
  view->expires_at = qent_subscription_expires_at(sub);
  view->limit_bytes = qent_subscription_traffic_limit_bytes(sub);
  view->used_bytes = qent_subscription_traffic_used_bytes(sub);
  view->devices = qent_subscription_device_limit(sub);
  view->state = qent_subscription_get_state(sub, now);
  const char *link = qent_subscription_config_link(sub);
  const char *code = qent_subscription_plan_code(sub);
  view->plan_code = strdup(code ? code : "");
  view->config_link = strdup(link ? link : "");
  if (!view->plan_code || !view->config_link) {
    sub_view_free(view);
    return NULL;
  }
  return view;
}

static bool copy_link(link_view *to, const qent_share_link *link)
{
  to->uri = strdup(link->uri);
  to->node = strdup(link->node_name ? link->node_name : "");
  to->node_name = strdup(link->node ? link->node : "");
  to->protocol = link->protocol ? link->protocol : "";
  if (!link->conf)
    return to->uri && to->node && to->node_name;
  to->conf = strdup(link->conf);
  to->filename = strdup(link->filename ? link->filename : "");
  return to->uri && to->node && to->node_name && to->conf && to->filename;
}

static bool take_link(const qent_share_link *link, void *user)
{
  sub_view *view = user;
  if (view->link_count == VIEW_LINKS_MAX) {
    ++view->links_left_out;
    return true;
  }
  link_view *to = &view->links[view->link_count];
  if (!copy_link(to, link)) {
    clear_link(to);
    return false;
  }
  ++view->link_count;
  return true;
}

static bool take_place(const qent_node_choice *choice, void *user)
{
  place_list *list = user;
  if (list->count == VIEW_PLACES_MAX) {
    ++list->left_out;
    return true;
  }
  place_view *to = &list->places[list->count++];
  snprintf(to->name, sizeof to->name, "%s", choice->name);
  snprintf(to->title, sizeof to->title, "%s", choice->title);
  snprintf(to->country, sizeof to->country, "%.2s", choice->country ? choice->country : "");
  to->current = choice->current;
  to->available = choice->available;
  to->down = choice->down;
  to->load_percent = choice->load_percent;
  return true;
}

/* What is beyond the subscription's own row. */
static qent_status complete(qent_session *session, sub_view *view, const char *language,
                            qent_error *err)
{
  qent_plan *plan = NULL;
  qent_status st = qent_plan_by_code(session, view->plan_code, &plan, err);
  if (st != QENT_OK && st != QENT_ENOTFOUND)
    return st;
  view->plan_title = strdup(plan ? qent_plan_title(plan, language) : view->plan_code);
  qent_plan_free(plan);
  if (!view->plan_title)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = qent_subscription_links(session, view->id, take_link, view, err);
  if (st == QENT_OK)
    st = qent_subscription_nodes(session, 0, view->id, take_place, &view->places, err);
  return st;
}

qent_status sub_view_load(qent_session *session, int64_t user_id, int64_t id, const char *language,
                          sub_view **view_out, qent_error *err)
{
  qent_subscription *sub = NULL;
  qent_status st = qent_subscription_by_id(session, user_id, id, &sub, err);
  if (st != QENT_OK)
    return st;
  sub_view *view = copy_sub(sub, qent_ctx_now(qent_session_ctx(session)));
  qent_subscription_free(sub);
  if (!view)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  st = complete(session, view, language, err);
  if (st != QENT_OK) {
    sub_view_free(view);
    return st;
  }
  *view_out = view;
  return QENT_OK;
}

typedef struct taking {
  sub_list *list;
  int64_t now;
  bool failed;
} taking;

static bool take_sub(const qent_subscription *sub, void *user)
{
  taking *t = user;
  if (t->list->count == VIEW_SUBS_MAX) {
    ++t->list->left_out;
    return true;
  }
  sub_view *view = copy_sub(sub, t->now);
  if (!view) {
    t->failed = true;
    return false;
  }
  t->list->subs[t->list->count++] = view;
  return true;
}

qent_status sub_list_load(qent_session *session, int64_t user_id, const char *language,
                          sub_list *list, qent_error *err)
{
  taking t = {list, qent_ctx_now(qent_session_ctx(session)), false};
  qent_status st = qent_subscription_each(session, user_id, take_sub, &t, err);
  if (st == QENT_OK && t.failed)
    st = qent_fail(err, QENT_ENOMEM, "out of memory");
  for (size_t i = 0; st == QENT_OK && i < list->count; ++i)
    st = complete(session, list->subs[i], language, err);
  return st;
}

void node_view_fill(node_view *view, const qent_node *node)
{
  const char *error = qent_node_last_error(node);
  snprintf(view->name, sizeof view->name, "%s", qent_node_name(node));
  app_flag(qent_node_country(node), view->flag);
  snprintf(view->error, sizeof view->error, "%s", error ? error : "");
  view->state = qent_node_get_state(node);
  view->reachable = qent_node_reachable(node);
  view->refused = qent_node_refused(node);
  view->evacuating = qent_node_evacuating(node);
  view->failing_since = qent_node_failing_since(node);
  view->checked_at = qent_node_checked_at(node);
  view->cpu_percent = qent_node_cpu_percent(node);
  view->memory_used_bytes = qent_node_memory_used_bytes(node);
  view->memory_total_bytes = qent_node_memory_total_bytes(node);
  view->online = qent_node_online(node);
  view->active_users = qent_node_active_users(node);
  view->accounts = qent_node_account_count(node);
}

/* SPDX-License-Identifier: MIT */
#ifndef BOTD_VIEW_H
#define BOTD_VIEW_H

/* What the renderers draw: plain copies of the facts, so that drawing needs no database. */

#include "common/flag.h"

#include <qentvpn/node.h>
#include <qentvpn/subscription.h>
#include <qentvpn/user.h>

/* How to draw. All borrowed. */
typedef struct render_env {
  const char *language;
  const char *miniapp_url; /* NULL: no Mini App is set up */
  const char *support;     /* link or @name; NULL: none */
  int64_t now;
} render_env;

#define VIEW_LINKS_MAX 64
#define VIEW_SUBS_MAX 10

typedef struct link_view {
  char *uri;
  char *node; /* its title */
  char *node_name;
  char *conf;           /* the file's text; NULL: none */
  char *filename;       /* NULL with `conf` */
  const char *protocol; /* static */
} link_view;

/* A node as a buyer sees it. */
typedef struct place_view {
  char name[40];
  char title[136];
  char country[3]; /* "": not told */
  bool current;
  bool available;
  bool down;
  int32_t load_percent; /* -1: unknown */
} place_view;

#define VIEW_PLACES_MAX 24
typedef struct place_list {
  place_view places[VIEW_PLACES_MAX];
  size_t count;
  size_t left_out;
} place_list;

typedef struct sub_view {
  int64_t id;
  int64_t expires_at;
  int64_t limit_bytes; /* 0: unlimited */
  int64_t used_bytes;
  int32_t devices; /* 0: unlimited */
  qent_subscription_state state;
  char *plan_code;
  char *plan_title;
  char *config_link;
  link_view links[VIEW_LINKS_MAX];
  size_t link_count;
  size_t links_left_out; /* beyond VIEW_LINKS_MAX */
  place_list places;     /* nodes of its group */
} sub_view;

typedef struct sub_list {
  sub_view *subs[VIEW_SUBS_MAX];
  size_t count;
  size_t left_out; /* beyond VIEW_SUBS_MAX */
} sub_list;

/* Load one subscription with the title of its plan, its links and nodes.
 * @param user_id  it must be this user's; 0: anybody's.
 * @param view_out  owned by the caller, sub_view_free(). @return QENT_ENOTFOUND, QENT_ESTORE. */
qent_status sub_view_load(qent_session *session, int64_t user_id, int64_t id, const char *language,
                          sub_view **view_out, qent_error *err);
void sub_view_free(sub_view *view);

/* Load a user's subscriptions, newest first. @param list  zeroed; sub_list_dispose() in any case.
 */
qent_status sub_list_load(qent_session *session, int64_t user_id, const char *language,
                          sub_list *list, qent_error *err);
void sub_list_dispose(sub_list *list);

/* A node as an admin sees it. */
typedef struct node_view {
  char name[40];
  char flag[APP_FLAG_SIZE];
  char error[200];
  qent_node_state state;
  bool reachable;
  bool refused;
  bool evacuating;
  int64_t failing_since; /* 0: it answers */
  int64_t checked_at;
  int32_t cpu_percent;
  int64_t memory_used_bytes;
  int64_t memory_total_bytes;
  int32_t online;
  int32_t active_users;
  int32_t accounts;
} node_view;

#define VIEW_NODES_MAX 100
typedef struct node_list {
  node_view nodes[VIEW_NODES_MAX];
  size_t count;
  size_t left_out;
} node_list;

void node_view_fill(node_view *view, const qent_node *node);

/* A found user. */
typedef struct user_view {
  int64_t id;
  int64_t telegram_id;
  int64_t created_at;
  bool reachable;
  char language[3];
  char name[256];
  char username[64];
  sub_list subs;
} user_view;

#endif

/* SPDX-License-Identifier: MIT */
#include "xui.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "panels.h"
#include "text.h"
#include "xu.h"

enum { ANY = 1000000, LAST_OLD = XU_V_CLIENTS - 1 };

/* '*' stands for one part of the path. */
static const struct route {
  int since, until;
  const char *method;
  const char *path; /* below panel/api */
  xu_handler *handler;
} routes[] = {
    {XU_V_STATUS_GET, ANY, "GET", "/server/status", xu_status},
    {0, ANY, "GET", "/inbounds/list", xu_inbound_list},
    {0, ANY, "GET", "/inbounds/get/*", xu_inbound_show},
    {0, ANY, "POST", "/inbounds/add", xu_inbound_create},
    {0, ANY, "POST", "/inbounds/del/*", xu_inbound_remove},
    {0, LAST_OLD, "GET", "/inbounds/getClientTraffics/*", xu_traffic_show},
    {20311, LAST_OLD, "GET", "/inbounds/getClientTrafficsById/*", xu_traffic_by_id},
    {0, LAST_OLD, "POST", "/inbounds/addClient", xu_old_add},
    {0, LAST_OLD, "POST", "/inbounds/updateClient/*", xu_old_update},
    {0, LAST_OLD, "POST", "/inbounds/*/delClient/*", xu_old_delete},
    {XU_V_DEL_BY_EMAIL, LAST_OLD, "POST", "/inbounds/*/delClientByEmail/*", xu_old_delete_by_email},
    {0, LAST_OLD, "POST", "/inbounds/*/resetClientTraffic/*", xu_traffic_reset_old},
    {20600, LAST_OLD, "POST", "/inbounds/updateClientTraffic/*", xu_traffic_set},
    {0, LAST_OLD, "POST", "/inbounds/onlines", xu_onlines},
    {XU_V_STATUS_GET, LAST_OLD, "POST", "/inbounds/lastOnline", xu_last_online},
    {XU_V_AJAX_401, LAST_OLD, "GET", "/inbounds/getSubLinks/*", xu_sub_links},
    {XU_V_AJAX_401, LAST_OLD, "GET", "/inbounds/getClientLinks/*/*", xu_inbound_links},
    {XU_V_CLIENTS, ANY, "GET", "/inbounds/options", xu_inbound_options},
    {XU_V_CLIENTS, ANY, "GET", "/inbounds/list/slim", xu_inbound_list_slim},
    {XU_V_CLIENTS, ANY, "GET", "/clients/list", xu_client_list},
    {XU_V_CLIENTS, ANY, "GET", "/clients/list/paged", xu_client_page},
    {30600, ANY, "GET", "/clients/get/tgId/*", xu_client_by_tg},
    {XU_V_CLIENTS, ANY, "GET", "/clients/get/*", xu_client_show},
    {XU_V_CLIENTS, ANY, "GET", "/clients/traffic/*", xu_traffic_show},
    {XU_V_CLIENTS, ANY, "GET", "/clients/links/*", xu_links},
    {XU_V_CLIENTS, ANY, "GET", "/clients/subLinks/*", xu_sub_links},
    {XU_V_CLIENTS, ANY, "POST", "/clients/add", xu_client_add},
    {XU_V_CLIENTS, ANY, "POST", "/clients/update/*", xu_client_update},
    {XU_V_CLIENTS, ANY, "POST", "/clients/del/*", xu_client_delete},
    {XU_V_CLIENTS, ANY, "POST", "/clients/resetTraffic/*", xu_client_reset},
    {XU_V_CLIENTS, ANY, "POST", "/clients/updateTraffic/*", xu_traffic_set},
    {XU_V_CLIENTS, ANY, "POST", "/clients/onlines", xu_onlines},
    {XU_V_CLIENTS, ANY, "POST", "/clients/lastOnline", xu_last_online},
    {XU_V_BULK_ENABLE, ANY, "POST", "/clients/bulkEnable", xu_bulk_enable},
    {XU_V_BULK_ENABLE, ANY, "POST", "/clients/bulkDisable", xu_bulk_disable},
    {XU_V_CLIENTS, ANY, "POST", "/clients/*/attach", xu_client_attach},
    {XU_V_CLIENTS, ANY, "POST", "/clients/*/detach", xu_client_detach},
};

char *xu_lower(const char *text)
{
  char *low = sb_strdup(text);
  for (char *at = low; *at; at++)
    *at = (char)tolower((unsigned char)*at);
  return low;
}

bool xu_same(const char *a, const char *b)
{
  return strcasecmp(a, b) == 0;
}

void xu_set_text(char **slot, const char *value)
{
  char *copy = sb_strdup(value);
  free(*slot);
  *slot = copy;
}

bool xu_newest(const struct xu_panel *p)
{
  return p->version >= XU_V_CLIENTS;
}

cJSON *xu_pending(const struct xu_panel *p)
{
  if (!p->node_pending)
    return NULL;
  cJSON *obj = cJSON_CreateObject();
  cJSON_AddBoolToObject(obj, "nodePending", true);
  return obj;
}

int xu_version_parse(const char *text)
{
  int version = 0;
  const char *at = text;
  for (int i = 0; i < 3; i++) {
    int part = 0;
    if (!isdigit((unsigned char)*at))
      return 0;
    for (; isdigit((unsigned char)*at) && part < 100; at++)
      part = part * 10 + (*at - '0');
    version = version * 100 + part;
    if (i < 2 && *at++ != '.')
      return 0;
  }
  return *at || version >= ANY ? 0 : version;
}

static void *new_panel(const char *name)
{
  struct xu_panel *p = sb_alloc(sizeof *p);
  p->name = sb_strdup(name);
  (void)pthread_mutex_init(&p->lock, NULL);
  p->version_text = sb_strdup("3.6.0");
  p->version = xu_version_parse(p->version_text);
  p->base_path = sb_strdup("/");
  p->username = sb_strdup("admin");
  p->password = sb_strdup("admin");
  p->two_factor = sb_strdup("");
  p->language = sb_strdup("");
  p->xray_state = sb_strdup("running");
  p->session_ttl_s = INT64_C(360) * 60;
  sb_random(p->secret, sizeof p->secret);
  p->next_review_ms = sb_now_ms();
  xu_inbounds_default(p);
  return p;
}

static struct sb_panels panels = {.make = new_panel, .lock = PTHREAD_MUTEX_INITIALIZER};

struct xu_panel *xu_panel_of(struct sb_request *rq)
{
  return sb_panels_of(&panels, rq);
}

static void drop_args(struct xu_call *c)
{
  for (size_t i = 0; i < 2; i++) {
    free(c->arg[i]);
    c->arg[i] = NULL;
  }
}

static bool path_fits(struct xu_call *c, const char *pattern, const char *path)
{
  size_t args = 0;
  while (*pattern && *path) {
    if (*pattern != '*') {
      if (*pattern++ != *path++)
        break;
      continue;
    }
    size_t n = strcspn(path, "/");
    if (n == 0)
      break;
    c->arg[args++] = sb_strndup(path, n);
    path += n;
    pattern++;
    if (!*pattern && !*path)
      return true;
  }
  if (!*pattern && !*path)
    return true;
  drop_args(c);
  return false;
}

static const struct route *route_of(struct xu_call *c, const char *path)
{
  for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
    const struct route *r = &routes[i];
    if (c->panel->version >= r->since && c->panel->version <= r->until &&
        strcmp(r->method, c->rq->method) == 0 && path_fits(c, r->path, path))
      return r;
  }
  return NULL;
}

/* What no route answers: the panel hides behind an empty 404, older ones behind their library's. */
static void not_found(struct xu_call *c)
{
  if (c->panel->version >= XU_V_HIDDEN)
    xu_empty(c, 404);
  else
    sb_reply_text(c->rp, 404, "text/plain", "404 page not found");
}

static void to_api(struct xu_call *c, const char *path)
{
  const struct route *r = route_of(c, path);
  if (!r)
    not_found(c);
  else if (xu_authorised(c) && xu_csrf_ok(c))
    r->handler(c);
}

static void serve(struct xu_call *c, const char *path)
{
  const struct sb_request *rq = c->rq;
  bool get = strcmp(rq->method, "GET") == 0;
  bool post = strcmp(rq->method, "POST") == 0;
  xu_review(c->panel, false);
  if (sb_has_prefix(path, "panel/api/"))
    to_api(c, path + strlen("panel/api"));
  else if (post && strcmp(path, "login") == 0)
    xu_login(c);
  else if (get && strcmp(path, "csrf-token") == 0 && c->panel->version >= XU_V_BEARER)
    xu_csrf_token(c);
  else if (post && strcmp(path, "server/status") == 0 && c->panel->version < XU_V_STATUS_GET) {
    if (xu_authorised(c))
      xu_status(c);
  } else if (get && !*path)
    sb_reply_text(c->rp, 200, "text/html; charset=utf-8",
                  "<!doctype html><html><title>Login</title><body></body></html>");
  else
    not_found(c);
}

void sb_xui(struct sb_request *rq, struct sb_reply *rp)
{
  struct xu_panel *p = xu_panel_of(rq);
  if (!p) {
    sb_reply_text(rp, 404, NULL, "");
    return;
  }
  struct xu_call c = {.panel = p, .rq = rq, .rp = rp};
  (void)pthread_mutex_lock(&p->lock);
  if (sb_has_prefix(rq->path, p->base_path))
    serve(&c, rq->path + strlen(p->base_path));
  else
    not_found(&c);
  (void)pthread_mutex_unlock(&p->lock);
  cJSON_Delete(c.body);
  drop_args(&c);
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "control.h"
#include "marzban.h"
#include "mz.h"
#include "text.h"

static void control_users(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const char *one = sb_params_get(&rq->query, "username");
  cJSON *out = cJSON_CreateObject();
  cJSON *users = cJSON_AddArrayToObject(out, "users");
  size_t at = 0;
  for (struct mz_user *u; (u = sb_map_next(&p->users, &at)) != NULL;) {
    if (one && strcmp(one, u->name) != 0)
      continue;
    cJSON *item = mz_user_json(p, u, false);
    cJSON_AddBoolToObject(item, "broken", u->broken);
    cJSON_AddItemToArray(users, item);
  }
  cJSON_AddNumberToObject(out, "total", (double)cJSON_GetArraySize(users));
  sb_reply_json(rp, 200, out);
}

/* What a person deletes behind our back in the dashboard. */
static void control_delete(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const char *name = sb_params_get(&rq->query, "username");
  struct mz_user *u = name ? sb_map_remove(&p->users, name) : NULL;
  if (!u) {
    sb_control_error(rp, 404, "no such user");
    return;
  }
  mz_user_free(u);
  sb_control_ok(rp);
}

static void control_usage(struct mz_panel *p, const cJSON *in, struct sb_reply *rp)
{
  const char *name = sb_json_str(in, "username");
  struct mz_user *u = name ? sb_map_get(&p->users, name) : NULL;
  if (!u) {
    sb_control_error(rp, 404, "no such user");
    return;
  }
  u->used += sb_json_int(in, "add_bytes", 0);
  if (sb_json_bool(in, "online", true))
    u->online_ms = sb_now_ms();
  mz_review(p, sb_json_bool(in, "review", true));
  sb_reply_json(rp, 200, mz_user_json(p, u, false));
}

static void forget_sids(struct mz_panel *p)
{
  cJSON *inbound = NULL;
  cJSON_ArrayForEach(inbound, p->inbounds)
  {
    sb_json_set(inbound, "last_sid", cJSON_CreateString(""));
  }
}

static void set_text(char **slot, const char *value)
{
  if (!value)
    return;
  free(*slot);
  *slot = sb_strdup(value);
}

static bool inbounds_ok(const cJSON *list)
{
  static const char *const texts[] = {"tag", "protocol", "network", "tls"};
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, list)
  {
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
      if (!sb_json_str(item, texts[i]))
        return false;
    if (sb_json_int(item, "port", 0) <= 0)
      return false;
  }
  return cJSON_IsArray(list);
}

static void control_config(struct mz_panel *p, const cJSON *in, struct sb_reply *rp)
{
  const cJSON *inbounds = cJSON_GetObjectItemCaseSensitive(in, "inbounds");
  const cJSON *nodes = cJSON_GetObjectItemCaseSensitive(in, "nodes");
  const cJSON *busy_ports = cJSON_GetObjectItemCaseSensitive(in, "busy_ports");
  if (inbounds && !inbounds_ok(inbounds)) {
    sb_control_error(rp, 400, "inbounds: [{tag, protocol, network, tls, port, ...}]");
    return;
  }
  if (inbounds) {
    cJSON_Delete(p->inbounds);
    p->inbounds = cJSON_Duplicate(inbounds, true);
    forget_sids(p);
    cJSON_Delete(p->core);
    p->core = mz_core_of(inbounds);
  }
  if (cJSON_IsArray(busy_ports)) {
    cJSON_Delete(p->busy_ports);
    p->busy_ports = cJSON_Duplicate(busy_ports, true);
  }
  if (cJSON_IsArray(nodes)) {
    cJSON_Delete(p->nodes);
    p->nodes = cJSON_Duplicate(nodes, true);
  }
  p->ownerless = sb_json_bool(in, "ownerless", p->ownerless);
  p->started = sb_json_bool(in, "core_started", p->started);
  p->token_ttl_s = sb_json_int(in, "token_ttl_s", p->token_ttl_s);
  set_text(&p->address, sb_json_str(in, "address"));
  set_text(&p->sub_prefix, sb_json_str(in, "sub_prefix"));
  sb_control_ok(rp);
}

static void control_post(struct mz_panel *p, const char *verb, const cJSON *in, struct sb_reply *rp)
{
  if (strcmp(verb, "/usage") == 0) {
    control_usage(p, in, rp);
  } else if (strcmp(verb, "/restart") == 0) {
    mz_new_secrets(p);
    forget_sids(p);
    sb_control_ok(rp);
  } else if (strcmp(verb, "/revoke-tokens") == 0) {
    mz_new_secrets(p);
    sb_control_ok(rp);
  } else if (strcmp(verb, "/review") == 0) {
    mz_review(p, true);
    sb_control_ok(rp);
  } else if (strcmp(verb, "/config") == 0) {
    control_config(p, in, rp);
  } else if (strcmp(verb, "/system") == 0) {
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, in)
    {
      sb_json_set(p->system, item->string, cJSON_Duplicate(item, true));
    }
    sb_control_ok(rp);
  } else {
    sb_control_error(rp, 404, "no such control route");
  }
}

void sb_marzban_control(struct sb_request *rq, struct sb_reply *rp)
{
  struct mz_panel *p = mz_panel_of(rq);
  if (!p) {
    sb_control_error(rp, 404, "no such panel");
    return;
  }
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  (void)pthread_mutex_lock(&p->lock);
  mz_review(p, false);
  if (strcmp(rq->method, "POST") == 0)
    control_post(p, rq->path, in, rp);
  else if (sb_is(rq, "DELETE", "/users"))
    control_delete(p, rq, rp);
  else if (sb_is(rq, "GET", "/users"))
    control_users(p, rq, rp);
  else
    sb_control_error(rp, 404, "no such control route");
  (void)pthread_mutex_unlock(&p->lock);
  cJSON_Delete(in);
}

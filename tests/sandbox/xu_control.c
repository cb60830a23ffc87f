/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "text.h"
#include "xu.h"
#include "xui.h"

/* One line for every client in every inbound, with its traffic row. */
static void control_users(const struct xu_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  static const char *const filters[] = {"email", "subId"};
  cJSON *out = cJSON_CreateObject();
  cJSON *users = cJSON_AddArrayToObject(out, "users");
  size_t i = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &i)) != NULL;) {
    size_t at = 0;
    for (const cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;) {
      bool shown = true;
      for (size_t f = 0; f < sizeof filters / sizeof *filters; f++) {
        const char *want = sb_params_get(&rq->query, filters[f]);
        const char *have = sb_json_str(client, filters[f]);
        shown = shown && (!want || (have && strcmp(want, have) == 0));
      }
      if (!shown)
        continue;
      const char *email = sb_json_str(client, "email");
      const struct xu_traffic *t = xu_traffic_get(p, email ? email : "");
      cJSON *item = cJSON_CreateObject();
      cJSON_AddNumberToObject(item, "inbound", (double)ib->id);
      cJSON_AddStringToObject(item, "protocol", ib->protocol);
      cJSON_AddItemToObject(item, "client", cJSON_Duplicate(client, true));
      cJSON_AddItemToObject(item, "traffic", t ? xu_traffic_json(p, t) : cJSON_CreateNull());
      cJSON_AddItemToArray(users, item);
    }
  }
  cJSON_AddNumberToObject(out, "total", (double)cJSON_GetArraySize(users));
  cJSON_AddNumberToObject(out, "records", (double)p->records.live);
  sb_reply_json(rp, 200, out);
}

static void control_inbounds(const struct xu_panel *p, struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  cJSON *list = cJSON_AddArrayToObject(out, "inbounds");
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;) {
    cJSON *item = cJSON_CreateObject();
    cJSON_AddNumberToObject(item, "id", (double)ib->id);
    cJSON_AddStringToObject(item, "remark", ib->remark);
    cJSON_AddStringToObject(item, "tag", ib->tag);
    cJSON_AddStringToObject(item, "listen", ib->listen);
    cJSON_AddNumberToObject(item, "port", (double)ib->port);
    cJSON_AddStringToObject(item, "protocol", ib->protocol);
    cJSON_AddBoolToObject(item, "enable", ib->enable);
    cJSON_AddItemToObject(item, "settings", cJSON_Duplicate(ib->settings, true));
    cJSON_AddItemToObject(item, "streamSettings", cJSON_Duplicate(ib->stream, true));
    cJSON_AddNumberToObject(item, "clients", (double)ib->clients.live);
    cJSON_AddItemToArray(list, item);
  }
  sb_reply_json(rp, 200, out);
}

/* What a person deletes behind our back in the dashboard. */
static void control_delete(struct xu_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const char *email = sb_params_get(&rq->query, "email");
  struct xu_record *r = email ? xu_record_get(p, email) : NULL;
  bool found = r != NULL;
  if (r)
    xu_record_delete(p, r, false);
  char *key = xu_lower(email ? email : "");
  size_t i = 0;
  for (struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &i)) != NULL;) {
    cJSON *client = sb_map_remove(&ib->clients, key);
    found = found || client;
    cJSON_Delete(client);
  }
  free(key);
  if (found) {
    xu_traffic_delete(p, email);
    sb_control_ok(rp);
  } else {
    sb_control_error(rp, 404, "no such client");
  }
}

static void control_usage(struct xu_panel *p, const cJSON *in, struct sb_reply *rp)
{
  const char *email = sb_json_str(in, "email");
  struct xu_traffic *t = email ? xu_traffic_get(p, email) : NULL;
  if (!t) {
    sb_control_error(rp, 404, "no such client");
    return;
  }
  xu_traffic_count(p, t, sb_json_int(in, "up", 0), sb_json_int(in, "add_bytes", 0),
                   sb_json_bool(in, "online", true));
  xu_review(p, sb_json_bool(in, "review", true));
  sb_reply_json(rp, 200, xu_traffic_json(p, t));
}

static bool set_version(struct xu_panel *p, const cJSON *in)
{
  static const char *const generations[][2] = {
      {"A", "2.6.7"}, {"B", "2.8.11"}, {"B'", "3.0.2"}, {"C", "3.6.0"}};
  const char *generation = sb_json_str(in, "generation");
  const char *version = sb_json_str(in, "version");
  for (size_t i = 0; generation && i < sizeof generations / sizeof *generations; i++)
    if (!version && strcmp(generation, generations[i][0]) == 0)
      version = generations[i][1];
  if (!version)
    return !generation;
  if (!xu_version_parse(version))
    return false;
  xu_set_text(&p->version_text, version);
  p->version = xu_version_parse(version);
  if (xu_newest(p))
    xu_records_sync(p);
  return true;
}

static void set_inbounds(struct xu_panel *p, const cJSON *list)
{
  const cJSON *in = NULL;
  size_t at = 0;
  for (struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;)
    xu_inbound_delete(p, ib);
  p->last_inbound = 0;
  cJSON_ArrayForEach(in, list)
  {
    char *problem = NULL;
    (void)xu_inbound_add(p, in, &problem);
    free(problem);
  }
  if (xu_newest(p))
    xu_records_sync(p);
}

/* Traffic rows whose client is gone: [{"email", "inbound", "up", "down"}] */
static void add_orphans(struct xu_panel *p, const cJSON *list)
{
  const cJSON *in = NULL;
  cJSON_ArrayForEach(in, list)
  {
    const char *email = sb_json_str(in, "email");
    if (!email)
      continue;
    xu_traffic_add(p, sb_json_int(in, "inbound", 1), email, in);
    xu_traffic_count(p, xu_traffic_get(p, email), sb_json_int(in, "up", 0),
                     sb_json_int(in, "down", 0), false);
  }
}

static void set_texts(struct xu_panel *p, const cJSON *in)
{
  const struct {
    const char *key;
    char **slot;
  } texts[] = {{"username", &p->username},     {"password", &p->password},
               {"two_factor", &p->two_factor}, {"language", &p->language},
               {"xray", &p->xray_state},       {"base_path", &p->base_path}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *value = sb_json_str(in, texts[i].key);
    if (value)
      xu_set_text(texts[i].slot, value);
  }
  if (sb_json_str(in, "username") || sb_json_str(in, "password"))
    p->epoch++;
}

static bool base_path_ok(const cJSON *in)
{
  const char *path = sb_json_str(in, "base_path");
  return !path || (*path == '/' && path[strlen(path) - 1] == '/');
}

static void control_config(struct xu_panel *p, const cJSON *in, struct sb_reply *rp)
{
  const cJSON *inbounds = cJSON_GetObjectItemCaseSensitive(in, "inbounds");
  const cJSON *tokens = cJSON_GetObjectItemCaseSensitive(in, "tokens");
  if (!base_path_ok(in) || !set_version(p, in)) {
    sb_control_error(rp, 400, "generation: A, B, B' or C; version: 1.2.3; base_path: /x/");
    return;
  }
  set_texts(p, in);
  if (cJSON_IsArray(inbounds))
    set_inbounds(p, inbounds);
  if (cJSON_IsArray(tokens))
    xu_tokens_set(p, tokens);
  add_orphans(p, cJSON_GetObjectItemCaseSensitive(in, "orphans"));
  p->session_ttl_s = sb_json_int(in, "session_ttl_s", p->session_ttl_s);
  p->null_status = sb_json_int(in, "null_status", p->null_status);
  p->race_ms = sb_json_int(in, "race_ms", p->race_ms);
  p->node_pending = sb_json_bool(in, "node_pending", p->node_pending);
  sb_control_ok(rp);
}

static void control_post(struct xu_panel *p, const char *verb, const cJSON *in, struct sb_reply *rp)
{
  if (strcmp(verb, "/usage") == 0) {
    control_usage(p, in, rp);
  } else if (strcmp(verb, "/config") == 0) {
    control_config(p, in, rp);
  } else if (strcmp(verb, "/restart") == 0) {
    xu_tries_clear(p);
    p->null_status = 1;
    sb_control_ok(rp);
  } else if (strcmp(verb, "/revoke-sessions") == 0) {
    p->epoch++;
    sb_control_ok(rp);
  } else if (strcmp(verb, "/review") == 0) {
    xu_review(p, true);
    sb_control_ok(rp);
  } else {
    sb_control_error(rp, 404, "no such control route");
  }
}

void sb_xui_control(struct sb_request *rq, struct sb_reply *rp)
{
  struct xu_panel *p = xu_panel_of(rq);
  if (!p) {
    sb_control_error(rp, 404, "no such panel");
    return;
  }
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  (void)pthread_mutex_lock(&p->lock);
  xu_review(p, false);
  if (strcmp(rq->method, "POST") == 0)
    control_post(p, rq->path, in, rp);
  else if (sb_is(rq, "DELETE", "/users"))
    control_delete(p, rq, rp);
  else if (sb_is(rq, "GET", "/users"))
    control_users(p, rq, rp);
  else if (sb_is(rq, "GET", "/inbounds"))
    control_inbounds(p, rp);
  else
    sb_control_error(rp, 404, "no such control route");
  (void)pthread_mutex_unlock(&p->lock);
  cJSON_Delete(in);
}

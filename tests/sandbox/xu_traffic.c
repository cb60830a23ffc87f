/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "xu.h"

enum { REVIEW_MS = 5000, ONLINE_MS = 20000, DAY_MS = 86400000 };

struct xu_traffic *xu_traffic_get(const struct xu_panel *p, const char *email)
{
  return sb_map_get(&p->traffic, email);
}

static void set_limits(struct xu_traffic *t, const cJSON *client)
{
  t->enable = sb_json_bool(client, "enable", false);
  t->total = sb_json_int(client, "totalGB", 0);
  t->expiry = sb_json_int(client, "expiryTime", 0);
  t->reset = sb_json_int(client, "reset", 0);
}

void xu_traffic_add(struct xu_panel *p, int64_t inbound, const char *email, const cJSON *client)
{
  struct xu_traffic *t = xu_traffic_get(p, email);
  if (!*email || (t && !xu_newest(p)))
    return;
  if (!t) {
    t = sb_alloc(sizeof *t);
    t->row = ++p->last_traffic;
    t->email = sb_strdup(email);
    (void)sb_map_put(&p->traffic, email, t);
  }
  t->inbound = inbound;
  set_limits(t, client);
}

void xu_traffic_update(struct xu_panel *p, const char *old_email, const cJSON *client)
{
  const char *email = sb_json_str(client, "email");
  struct xu_traffic *t = xu_traffic_get(p, old_email);
  if (!t)
    return;
  if (email && strcmp(email, old_email) != 0 && !xu_traffic_get(p, email)) {
    (void)sb_map_remove(&p->traffic, old_email);
    xu_set_text(&t->email, email);
    (void)sb_map_put(&p->traffic, email, t);
  }
  set_limits(t, client);
}

void xu_traffic_delete(struct xu_panel *p, const char *email)
{
  struct xu_traffic *t = sb_map_remove(&p->traffic, email);
  if (!t)
    return;
  free(t->email);
  free(t);
}

/* The client as the settings of the row's inbound have it, else of any. */
static cJSON *client_of(const struct xu_panel *p, const struct xu_traffic *t)
{
  char *key = xu_lower(t->email);
  const struct xu_inbound *ib = xu_inbound_get(p, t->inbound);
  cJSON *client = ib ? sb_map_get(&ib->clients, key) : NULL;
  size_t at = 0;
  while (!client && xu_newest(p) && (ib = sb_map_next(&p->inbounds, &at)) != NULL)
    client = sb_map_get(&ib->clients, key);
  free(key);
  return client;
}

cJSON *xu_traffic_json(const struct xu_panel *p, const struct xu_traffic *t)
{
  const cJSON *client = client_of(p, t);
  const struct xu_record *r = xu_record_get(p, t->email);
  const char *id = r ? r->client.id : sb_json_str(client, "id");
  const char *sub_id = r ? r->client.sub_id : sb_json_str(client, "subId");
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "id", (double)t->row);
  cJSON_AddNumberToObject(out, "inboundId", (double)t->inbound);
  cJSON_AddBoolToObject(out, "enable", t->enable);
  cJSON_AddStringToObject(out, "email", t->email);
  if (p->version >= XU_V_HIDDEN) {
    cJSON_AddStringToObject(out, "uuid", id ? id : "");
    cJSON_AddStringToObject(out, "subId", sub_id ? sub_id : "");
  }
  cJSON_AddNumberToObject(out, "up", (double)t->up);
  cJSON_AddNumberToObject(out, "down", (double)t->down);
  if (p->version >= XU_V_ALL_TIME && !xu_newest(p))
    cJSON_AddNumberToObject(out, "allTime", (double)(t->up + t->down));
  cJSON_AddNumberToObject(out, "expiryTime", (double)t->expiry);
  cJSON_AddNumberToObject(out, "total", (double)t->total);
  cJSON_AddNumberToObject(out, "reset", (double)t->reset);
  if (p->version >= XU_V_STATUS_GET)
    cJSON_AddNumberToObject(out, "lastOnline", (double)t->online_ms);
  return out;
}

static void set_expiry(struct xu_panel *p, struct xu_traffic *t, int64_t until)
{
  char *key = xu_lower(t->email);
  struct xu_record *r = sb_map_get(&p->records, key);
  size_t at = 0;
  t->expiry = until;
  if (r)
    r->client.expiry = until;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;) {
    cJSON *client = sb_map_get(&ib->clients, key);
    if (client)
      sb_json_set(client, "expiryTime", cJSON_CreateNumber((double)until));
  }
  free(key);
}

/* A negative expiry is a span that starts with the first traffic. */
static void start_span(struct xu_panel *p, struct xu_traffic *t)
{
  set_expiry(p, t, sb_now_ms() - t->expiry);
}

/* Periods of `reset` days are added to one that is over, be it switched off or not. */
static void renew(struct xu_panel *p, struct xu_traffic *t, int64_t now_ms)
{
  int64_t until = t->expiry;
  while (until < now_ms)
    until += t->reset * DAY_MS;
  set_expiry(p, t, until);
  t->up = 0;
  t->down = 0;
  t->enable = true;
  if (xu_newest(p))
    xu_client_switch(p, t->email, true);
}

void xu_traffic_count(struct xu_panel *p, struct xu_traffic *t, int64_t up, int64_t down,
                      bool online)
{
  t->up += up;
  t->down += down;
  if (online)
    t->online_ms = sb_now_ms();
  if (t->expiry < 0 && up + down > 0)
    start_span(p, t);
}

void xu_review(struct xu_panel *p, bool now)
{
  int64_t now_ms = sb_now_ms();
  if (!now && now_ms < p->next_review_ms && p->next_review_ms <= now_ms + REVIEW_MS)
    return;
  p->next_review_ms = now_ms + REVIEW_MS;
  if (strcmp(p->xray_state, "running") != 0)
    return;
  size_t at = 0;
  for (struct xu_traffic *t; (t = sb_map_next(&p->traffic, &at)) != NULL;) {
    if (t->reset > 0 && t->expiry > 0 && t->expiry <= now_ms)
      renew(p, t, now_ms);
    bool used_up = t->total > 0 && t->up + t->down >= t->total;
    bool expired = t->expiry > 0 && t->expiry <= now_ms;
    if (!t->enable || (!used_up && !expired))
      continue;
    t->enable = false;
    if (xu_newest(p))
      xu_client_switch(p, t->email, false);
  }
}

bool xu_is_online(const struct xu_traffic *t)
{
  return t->online_ms && sb_now_ms() - t->online_ms < ONLINE_MS;
}

/* v2.8.4 and later before 3.1 look for the client first and fail without one; v2.8.4 to 2.8.x show
 * its switch instead of the row's. */
void xu_traffic_show(struct xu_call *c)
{
  const struct xu_panel *p = c->panel;
  const struct xu_traffic *t = xu_traffic_get(p, c->arg[0]);
  bool strict = p->version >= XU_V_HIDDEN && !xu_newest(p);
  const cJSON *client = t ? client_of(p, t) : NULL;
  if (strict && !t) {
    xu_failf(c, XU_TRAFFIC_ERROR, "Inbound Not Found For Email: %s\n", c->arg[0]);
  } else if (strict && !client) {
    xu_failf(c, XU_TRAFFIC_ERROR, "Client Not Found In Inbound For Email: %s\n", c->arg[0]);
  } else if (!t || (xu_newest(p) && !client && !xu_record_get(p, c->arg[0]))) {
    xu_object(c, NULL);
  } else {
    cJSON *row = xu_traffic_json(p, t);
    if (strict && p->version < XU_V_DEL_CHECKED)
      sb_json_set(row, "enable", cJSON_CreateBool(sb_json_bool(client, "enable", false)));
    xu_object(c, row);
  }
}

void xu_traffic_by_id(struct xu_call *c)
{
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const struct xu_traffic *t; (t = sb_map_next(&c->panel->traffic, &at)) != NULL;) {
    const char *id = sb_json_str(client_of(c->panel, t), "id");
    if (id && strcmp(id, c->arg[0]) == 0)
      cJSON_AddItemToArray(out, xu_traffic_json(c->panel, t));
  }
  xu_object(c, out);
}

void xu_traffic_reset_old(struct xu_call *c)
{
  struct xu_traffic *t = xu_traffic_get(c->panel, c->arg[1]);
  if (!t && c->panel->version < XU_V_HIDDEN) {
    xu_empty(c, 500); /* the panel panics */
    return;
  }
  if (!t) {
    xu_failf(c, XU_WRONG, "Inbound Not Found For Email: %s\n", c->arg[1]);
    return;
  }
  t->up = 0;
  t->down = 0;
  t->enable = true;
  xu_done(c, XU_TRAFFIC_RESET, NULL);
}

void xu_traffic_set(struct xu_call *c)
{
  const cJSON *in = xu_body(c, XU_WRONG, false);
  struct xu_traffic *t = xu_traffic_get(c->panel, c->arg[0]);
  if (!in)
    return;
  if (t) {
    t->up = sb_json_int(in, "upload", 0);
    t->down = sb_json_int(in, "download", 0);
  }
  xu_done(c, XU_CLIENT_UPDATED, NULL);
}

/* Before 3.1 null, not [], when nobody is. */
void xu_onlines(struct xu_call *c)
{
  cJSON *out = xu_newest(c->panel) ? cJSON_CreateArray() : NULL;
  size_t at = 0;
  for (const struct xu_traffic *t; (t = sb_map_next(&c->panel->traffic, &at)) != NULL;) {
    if (!xu_is_online(t))
      continue;
    if (!out)
      out = cJSON_CreateArray();
    cJSON_AddItemToArray(out, cJSON_CreateString(t->email));
  }
  xu_object(c, out);
}

void xu_last_online(struct xu_call *c)
{
  cJSON *out = cJSON_CreateObject();
  size_t at = 0;
  for (const struct xu_traffic *t; (t = sb_map_next(&c->panel->traffic, &at)) != NULL;)
    cJSON_AddNumberToObject(out, t->email, (double)t->online_ms);
  xu_object(c, out);
}

static cJSON *pair(const char *a, double x, const char *b, double y)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, a, x);
  cJSON_AddNumberToObject(out, b, y);
  return out;
}

static void add_xray(const struct xu_panel *p, cJSON *out)
{
  bool failed = strcmp(p->xray_state, "error") == 0;
  cJSON *xray = cJSON_AddObjectToObject(out, "xray");
  cJSON_AddStringToObject(xray, "state", p->xray_state);
  cJSON_AddStringToObject(xray, "errorMsg", failed ? "Failed to start: bad config" : "");
  cJSON_AddStringToObject(xray, "version", "25.10.15");
}

/* The first sample comes two seconds after the start; until then obj is null. */
void xu_status(struct xu_call *c)
{
  struct xu_panel *p = c->panel;
  if (p->null_status > 0) {
    p->null_status--;
    xu_object(c, NULL);
    return;
  }
  int64_t sent = 0;
  int64_t received = 0;
  size_t at = 0;
  for (const struct xu_traffic *t; (t = sb_map_next(&p->traffic, &at)) != NULL;) {
    sent += t->down;
    received += t->up;
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "cpu", 7.412587412587413);
  cJSON_AddNumberToObject(out, "cpuCores", 2);
  cJSON_AddNumberToObject(out, "logicalPro", 2);
  cJSON_AddNumberToObject(out, "cpuSpeedMhz", 2400);
  cJSON_AddItemToObject(out, "mem", pair("current", 812345344, "total", 2062098432));
  cJSON_AddItemToObject(out, "swap", pair("current", 0, "total", 1073737728));
  cJSON_AddItemToObject(out, "disk", pair("current", 6123458560, "total", 41612607488));
  add_xray(p, out);
  if (xu_newest(p)) {
    cJSON_AddItemToObject(out, "diskIO", pair("read", 0, "write", 4096));
    cJSON_AddItemToObject(out, "diskTraffic", pair("read", 1048576, "write", 2097152));
    cJSON_AddStringToObject(out, "panelVersion", p->version_text);
    cJSON_AddStringToObject(out, "panelGuid", "5d0f7c1e-6f0a-4f0d-9f57-2a3f8d1c9b42");
  }
  cJSON_AddNumberToObject(out, "uptime", 86400);
  cJSON_AddItemToObject(out, "loads", cJSON_Parse("[0.12,0.08,0.05]"));
  cJSON_AddNumberToObject(out, "tcpCount", 42);
  cJSON_AddNumberToObject(out, "udpCount", 3);
  cJSON_AddItemToObject(out, "netIO", pair("up", 1024, "down", 2048));
  cJSON_AddItemToObject(out, "netTraffic", pair("sent", (double)sent, "recv", (double)received));
  cJSON_AddItemToObject(out, "publicIP",
                        cJSON_Parse("{\"ipv4\":\"203.0.113.20\",\"ipv6\":\"N/A\"}"));
  cJSON_AddItemToObject(out, "appStats",
                        cJSON_Parse("{\"threads\":14,\"mem\":38600712,\"uptime\":3600}"));
  xu_object(c, out);
}

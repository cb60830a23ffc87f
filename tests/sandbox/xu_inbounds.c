/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "xu.h"

static const char *text_or(const cJSON *in, const char *key, const char *otherwise)
{
  const char *text = sb_json_str(in, key);
  return text ? text : otherwise;
}

/* The slim list keeps these members of a client. */
static cJSON *slim_client(const cJSON *client)
{
  static const char *const kept[] = {"email", "enable", "comment"};
  cJSON *out = cJSON_CreateObject();
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(client, kept[i]);
    if (member && !(cJSON_IsString(member) && !*member->valuestring))
      cJSON_AddItemToObject(out, kept[i], cJSON_Duplicate(member, true));
  }
  return out;
}

static cJSON *clients_json(const struct xu_inbound *ib, bool slim)
{
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;)
    cJSON_AddItemToArray(out, slim ? slim_client(client) : cJSON_Duplicate(client, true));
  return out;
}

static void add_embedded(const struct xu_panel *p, cJSON *out, const char *key, cJSON *value)
{
  if (xu_newest(p)) {
    cJSON_AddItemToObject(out, key, value);
    return;
  }
  char *text = cJSON_Print(value);
  cJSON_AddStringToObject(out, key, text);
  free(text);
  cJSON_Delete(value);
}

/* Rows of the inbound's own clients; a client on several inbounds has its row at one of them. */
static cJSON *stats_json(const struct xu_panel *p, const struct xu_inbound *ib)
{
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;) {
    const struct xu_traffic *t = xu_traffic_get(p, text_or(client, "email", ""));
    if (t && t->inbound == ib->id)
      cJSON_AddItemToArray(out, xu_traffic_json(p, t));
  }
  return out;
}

static void add_counters(const struct xu_panel *p, const struct xu_inbound *ib, cJSON *out)
{
  int64_t up = 0;
  int64_t down = 0;
  size_t at = 0;
  for (const struct xu_traffic *t; (t = sb_map_next(&p->traffic, &at)) != NULL;) {
    up += t->inbound == ib->id ? t->up : 0;
    down += t->inbound == ib->id ? t->down : 0;
  }
  cJSON_AddNumberToObject(out, "up", (double)up);
  cJSON_AddNumberToObject(out, "down", (double)down);
}

static cJSON *inbound_json(const struct xu_panel *p, const struct xu_inbound *ib, bool slim)
{
  cJSON *out = cJSON_CreateObject();
  if (p->version >= XU_V_ALL_TIME && !xu_newest(p))
    cJSON_AddNumberToObject(out, "allTime", 0);
  cJSON *settings = cJSON_Duplicate(ib->settings, true);
  cJSON_AddItemToObject(settings, "clients", clients_json(ib, slim));
  cJSON_AddNumberToObject(out, "id", (double)ib->id);
  add_counters(p, ib, out);
  cJSON_AddNumberToObject(out, "total", 0);
  cJSON_AddStringToObject(out, "remark", ib->remark);
  cJSON_AddBoolToObject(out, "enable", ib->enable);
  cJSON_AddNumberToObject(out, "expiryTime", 0);
  cJSON_AddItemToObject(out, "clientStats", stats_json(p, ib));
  if (p->version >= XU_V_DEL_BY_EMAIL) {
    cJSON_AddStringToObject(out, "trafficReset", "never");
    cJSON_AddNumberToObject(out, "lastTrafficResetTime", 0);
  }
  cJSON_AddStringToObject(out, "listen", ib->listen);
  cJSON_AddNumberToObject(out, "port", (double)ib->port);
  cJSON_AddStringToObject(out, "protocol", ib->protocol);
  add_embedded(p, out, "settings", settings);
  add_embedded(p, out, "streamSettings", cJSON_Duplicate(ib->stream, true));
  cJSON_AddStringToObject(out, "tag", ib->tag);
  add_embedded(p, out, "sniffing", cJSON_Duplicate(ib->sniffing, true));
  if (xu_newest(p)) {
    cJSON_AddNumberToObject(out, "subSortIndex", 1);
    cJSON_AddNumberToObject(out, "trafficResetDay", 1);
    cJSON_AddStringToObject(out, "shareAddrStrategy", ib->share_strategy);
    cJSON_AddStringToObject(out, "shareAddr", ib->share_addr);
  }
  return out;
}

/* Without the rows of its clients. */
static cJSON *inbound_alone(const struct xu_panel *p, const struct xu_inbound *ib)
{
  cJSON *out = inbound_json(p, ib, false);
  sb_json_set(out, "clientStats", cJSON_CreateNull());
  return out;
}

static void list_all(struct xu_call *c, bool slim)
{
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&c->panel->inbounds, &at)) != NULL;)
    cJSON_AddItemToArray(out, inbound_json(c->panel, ib, slim));
  xu_object(c, out);
}

void xu_inbound_list(struct xu_call *c)
{
  list_all(c, false);
}

void xu_inbound_list_slim(struct xu_call *c)
{
  list_all(c, true);
}

void xu_inbound_options(struct xu_call *c)
{
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&c->panel->inbounds, &at)) != NULL;) {
    bool ss = strcmp(ib->protocol, "shadowsocks") == 0;
    cJSON *item = cJSON_CreateObject();
    cJSON_AddNumberToObject(item, "id", (double)ib->id);
    cJSON_AddStringToObject(item, "remark", ib->remark);
    cJSON_AddStringToObject(item, "tag", ib->tag);
    cJSON_AddStringToObject(item, "protocol", ib->protocol);
    cJSON_AddNumberToObject(item, "port", (double)ib->port);
    cJSON_AddBoolToObject(item, "enable", ib->enable);
    cJSON_AddBoolToObject(item, "tlsFlowCapable", xu_flow_ok(ib));
    cJSON_AddStringToObject(item, "ssMethod", ss ? text_or(ib->settings, "method", "") : "");
    cJSON_AddItemToArray(out, item);
  }
  xu_object(c, out);
}

void xu_inbound_show(struct xu_call *c)
{
  const struct xu_inbound *ib = xu_inbound_by_text(c->panel, c->arg[0]);
  if (ib)
    xu_object(c, xu_newest(c->panel) ? inbound_json(c->panel, ib, false)
                                     : inbound_alone(c->panel, ib));
  else
    xu_fail(c, XU_OBTAIN, "record not found");
}

static bool protocol_known(const char *protocol)
{
  static const char *const known[] = {"vmess",     "vless",    "trojan", "shadowsocks",
                                      "wireguard", "hysteria", "http",   "mixed",
                                      "tunnel",    "tun",      "mtproto"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(protocol, known[i]) == 0)
      return true;
  return false;
}

/* The shape that the panel's JSON binding wants; false after answering. */
static bool body_fits(struct xu_call *c, const cJSON *in)
{
  static const char *const embedded_keys[] = {"settings", "streamSettings", "sniffing"};
  if (xu_newest(c->panel)) {
    int64_t port = sb_json_int(in, "port", 0);
    if (protocol_known(text_or(in, "protocol", "")) && port >= 0 && port <= 65535)
      return true;
    cJSON *out = cJSON_Parse("{\"success\":false,\"msg\":\"request body failed validation\","
                             "\"obj\":{\"issues\":[],\"message\":\"validation failed\"}}");
    sb_reply_json(c->rp, 200, out);
    return false;
  }
  for (size_t i = 0; i < 3; i++) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(in, embedded_keys[i]);
    if (!member || cJSON_IsString(member))
      continue;
    xu_failf(c, XU_INBOUND_CREATED,
             "json: cannot unmarshal object into Go struct field Inbound.%s of type string",
             embedded_keys[i]);
    return false;
  }
  return true;
}

void xu_inbound_create(struct xu_call *c)
{
  const cJSON *in = xu_body(c, XU_INBOUND_CREATED, true);
  if (!in || !body_fits(c, in))
    return;
  char *problem = NULL;
  const struct xu_inbound *ib = xu_inbound_add(c->panel, in, &problem);
  if (ib)
    xu_done(c, XU_INBOUND_CREATED, inbound_alone(c->panel, ib));
  else
    xu_fail(c, XU_WRONG, problem);
  free(problem);
}

/* C does not mind when there is none. */
void xu_inbound_remove(struct xu_call *c)
{
  struct xu_inbound *ib = xu_inbound_by_text(c->panel, c->arg[0]);
  int64_t id = 0;
  if (!ib && !xu_newest(c->panel)) {
    xu_fail(c, XU_WRONG, "record not found");
    return;
  }
  (void)sb_parse_int(c->arg[0], &id);
  if (ib)
    xu_inbound_delete(c->panel, ib);
  xu_done(c, XU_INBOUND_DELETED, cJSON_CreateNumber((double)id));
}

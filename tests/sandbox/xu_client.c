/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "xu.h"

/* Clients of generation C: a record of their own, and a copy in the settings of every inbound that
 * they are attached to. */

enum kind { TEXT, NUMBER };

/* Members of a client in bodies and settings, and their names in records. */
static const struct field {
  const char *name;
  const char *in_record; /* NULL: not there */
  enum kind kind;
  bool optional; /* left out of settings when empty */
  size_t at;
} fields[] = {
#define FIELD(name, in_record, kind, optional, member)                                             \
  {                                                                                                \
    name, in_record, kind, optional, offsetof(struct xu_client, member)                            \
  }
    FIELD("email", "email", TEXT, false, email),
    FIELD("subId", "subId", TEXT, false, sub_id),
    FIELD("id", "uuid", TEXT, true, id),
    FIELD("password", "password", TEXT, true, password),
    FIELD("auth", "auth", TEXT, true, auth),
    FIELD("flow", "flow", TEXT, true, flow),
    FIELD("security", "security", TEXT, false, security),
    FIELD("limitIp", "limitIp", NUMBER, false, limit_ip),
    FIELD("totalGB", "totalGB", NUMBER, false, total),
    FIELD("expiryTime", "expiryTime", NUMBER, false, expiry),
    FIELD("tgId", "tgId", NUMBER, false, tg_id),
    FIELD("group", "group", TEXT, true, group),
    FIELD("comment", "comment", TEXT, false, comment),
    FIELD("reset", "reset", NUMBER, false, reset),
    FIELD("created_at", "createdAt", NUMBER, true, created_ms),
    FIELD("updated_at", "updatedAt", NUMBER, true, updated_ms),
#undef FIELD
};
enum { FIELDS = sizeof fields / sizeof *fields };

static char **text_at(struct xu_client *client, const struct field *f)
{
  return (char **)(void *)((char *)client + f->at);
}

static int64_t *number_at(struct xu_client *client, const struct field *f)
{
  return (int64_t *)(void *)((char *)client + f->at);
}

void xu_client_free(struct xu_client *client)
{
  for (size_t i = 0; i < FIELDS; i++)
    if (fields[i].kind == TEXT)
      free(*text_at(client, &fields[i]));
}

static const char *type_name(const cJSON *value)
{
  if (cJSON_IsString(value))
    return "string";
  if (cJSON_IsBool(value))
    return "bool";
  return cJSON_IsNumber(value) ? "number" : (cJSON_IsArray(value) ? "array" : "object");
}

bool xu_client_parse(struct xu_call *c, const cJSON *in, struct xu_client *client)
{
  const char *wrong = NULL;
  const char *want = NULL;
  const cJSON *bad = NULL;
  for (size_t i = 0; i < FIELDS; i++) {
    const struct field *f = &fields[i];
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(in, f->name);
    bool fits = !value || cJSON_IsNull(value) ||
                (f->kind == TEXT ? cJSON_IsString(value) : cJSON_IsNumber(value));
    if (!fits && !wrong) {
      wrong = f->name;
      want = f->kind == TEXT ? "string" : "int64";
      bad = value;
    }
    if (f->kind == TEXT)
      *text_at(client, f) = sb_strdup(cJSON_IsString(value) ? value->valuestring : "");
    else
      *number_at(client, f) = sb_json_int(in, f->name, 0);
  }
  const cJSON *enable = cJSON_GetObjectItemCaseSensitive(in, "enable");
  client->enable = cJSON_IsTrue(enable);
  if (!wrong && enable && !cJSON_IsBool(enable) && !cJSON_IsNull(enable)) {
    wrong = "enable";
    want = "bool";
    bad = enable;
  }
  if (wrong && c)
    xu_failf(c, XU_WRONG, "json: cannot unmarshal %s into Go struct field %s%s of type %s",
             type_name(bad), c->arg[0] ? "" : "Client.client.", wrong, want);
  return !wrong;
}

cJSON *xu_client_wire(const struct xu_inbound *ib, struct xu_client *client)
{
  cJSON *out = cJSON_CreateObject();
  for (size_t i = 0; i < FIELDS; i++) {
    const struct field *f = &fields[i];
    const char *text = f->kind == TEXT ? *text_at(client, f) : "";
    int64_t number = f->kind == NUMBER ? *number_at(client, f) : 0;
    bool no_flow = strcmp(f->name, "flow") == 0 && !xu_flow_ok(ib);
    if (no_flow || (f->optional && !*text && !number))
      continue;
    if (f->kind == TEXT)
      cJSON_AddStringToObject(out, f->name, text);
    else
      cJSON_AddNumberToObject(out, f->name, (double)number);
  }
  cJSON_AddBoolToObject(out, "enable", client->enable);
  return out;
}

cJSON *xu_record_json(const struct xu_record *r)
{
  struct xu_client client = r->client;
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "id", (double)r->row);
  for (size_t i = 0; i < FIELDS; i++) {
    if (fields[i].kind == TEXT)
      cJSON_AddStringToObject(out, fields[i].in_record, *text_at(&client, &fields[i]));
    else
      cJSON_AddNumberToObject(out, fields[i].in_record, (double)*number_at(&client, &fields[i]));
  }
  cJSON_AddBoolToObject(out, "enable", client.enable);
  cJSON_AddNullToObject(out, "reverse");
  cJSON_AddStringToObject(out, "secret", "");
  cJSON_AddStringToObject(out, "adTag", "");
  cJSON_AddStringToObject(out, "privateKey", "");
  cJSON_AddStringToObject(out, "publicKey", "");
  cJSON_AddStringToObject(out, "allowedIPs", "");
  cJSON_AddStringToObject(out, "preSharedKey", "");
  cJSON_AddNumberToObject(out, "keepAlive", 0);
  return out;
}

cJSON *xu_inbound_ids(const struct xu_panel *p, const char *email)
{
  cJSON *out = cJSON_CreateArray();
  char *key = xu_lower(email);
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;)
    if (sb_map_get(&ib->clients, key))
      cJSON_AddItemToArray(out, cJSON_CreateNumber((double)ib->id));
  free(key);
  return out;
}

struct xu_record *xu_record_nocase(const struct xu_panel *p, const char *email)
{
  char *key = xu_lower(email);
  struct xu_record *r = sb_map_get(&p->records, key);
  free(key);
  return r;
}

struct xu_record *xu_record_get(const struct xu_panel *p, const char *email)
{
  struct xu_record *r = xu_record_nocase(p, email);
  return r && strcmp(r->client.email, email) == 0 ? r : NULL;
}

void xu_client_copy(struct xu_client *to, struct xu_client *from)
{
  struct xu_client old = *to;
  *to = *from;
  for (size_t i = 0; i < FIELDS; i++)
    if (fields[i].kind == TEXT)
      *text_at(to, &fields[i]) = sb_strdup(*text_at(from, &fields[i]));
  if (old.email)
    xu_client_free(&old);
}

void xu_record_put(struct xu_panel *p, struct xu_client *client)
{
  struct xu_record *r = xu_record_nocase(p, client->email);
  if (!r) {
    char *key = xu_lower(client->email);
    r = sb_alloc(sizeof *r);
    r->row = ++p->last_row;
    (void)sb_map_put(&p->records, key, r);
    free(key);
  }
  xu_client_copy(&r->client, client);
}

void xu_records_sync(struct xu_panel *p)
{
  size_t i = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &i)) != NULL;) {
    size_t at = 0;
    for (const cJSON *in; (in = sb_map_next(&ib->clients, &at)) != NULL;) {
      struct xu_client client = {0};
      (void)xu_client_parse(NULL, in, &client);
      if (*client.email && !xu_record_nocase(p, client.email))
        xu_record_put(p, &client);
      xu_client_free(&client);
    }
  }
}

void xu_record_delete(struct xu_panel *p, struct xu_record *r, bool keep_traffic)
{
  char *key = xu_lower(r->client.email);
  size_t at = 0;
  for (struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;)
    cJSON_Delete(sb_map_remove(&ib->clients, key));
  if (!keep_traffic)
    xu_traffic_delete(p, r->client.email);
  (void)sb_map_remove(&p->records, key);
  xu_client_free(&r->client);
  free(r);
  free(key);
}

void xu_client_switch(struct xu_panel *p, const char *email, bool enable)
{
  char *key = xu_lower(email);
  struct xu_record *r = sb_map_get(&p->records, key);
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;) {
    cJSON *client = sb_map_get(&ib->clients, key);
    if (client)
      sb_json_set(client, "enable", cJSON_CreateBool(enable));
  }
  if (r)
    r->client.enable = enable;
  free(key);
}

/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "xu.h"

/* What generation C does with clients. */

static bool forbidden(const char *text)
{
  for (; *text; text++)
    if (strchr("/\\\x7f", *text) || isspace((unsigned char)*text) || (unsigned char)*text < 0x20)
      return true;
  return false;
}

static bool members_ok(struct xu_call *c, const struct xu_client *client)
{
  if (!*client->email)
    xu_fail(c, XU_WRONG, "client email is required\n");
  else if (forbidden(client->email))
    xu_failf(c, XU_WRONG, "client email contains an invalid character: %s\n", client->email);
  else if (forbidden(client->sub_id))
    xu_failf(c, XU_WRONG, "client subId contains an invalid character: %s\n", client->sub_id);
  else
    return true;
  return false;
}

static bool sub_id_taken(const struct xu_panel *p, const struct xu_client *client,
                         const struct xu_record *self)
{
  size_t at = 0;
  for (const struct xu_record *r; (r = sb_map_next(&p->records, &at)) != NULL;)
    if (r != self && strcmp(r->client.sub_id, client->sub_id) == 0)
      return true;
  return false;
}

/* Credentials that the caller left out, by protocol. An SS-2022 key of another size is replaced
 * without a word. */
static void fill_defaults(struct xu_client *client, const struct xu_inbound *ib)
{
  bool uuid = strcmp(ib->protocol, "vless") == 0 || strcmp(ib->protocol, "vmess") == 0;
  const char *method = sb_json_str(ib->settings, "method");
  size_t want = 0;
  size_t got = 0;
  if (uuid && !*client->id) {
    char id[37];
    sb_uuid(id);
    xu_set_text(&client->id, id);
  }
  if (strcmp(ib->protocol, "shadowsocks") != 0)
    return;
  if (method && sb_has_prefix(method, "2022-"))
    want = strstr(method, "aes-128") ? 16 : 32;
  free(sb_base64_decode(client->password, &got));
  if (*client->password && (!want || got == want))
    return;
  unsigned char key[32];
  sb_random(key, sizeof key);
  free(client->password);
  client->password = sb_base64(key, want ? want : sizeof key, SB_B64_STD);
}

/* False after answering. What was attached before the failure stays. */
static bool attach_one(struct xu_call *c, struct xu_client *client, int64_t id)
{
  struct xu_panel *p = c->panel;
  struct xu_inbound *ib = xu_inbound_get(p, id);
  const struct xu_record *other = xu_record_nocase(p, client->email);
  if (!ib) {
    xu_fail(c, XU_WRONG, "record not found");
    return false;
  }
  fill_defaults(client, ib);
  if (other && strcmp(other->client.sub_id, client->sub_id) != 0) {
    xu_failf(c, XU_WRONG, "Duplicate email: %s\n", client->email);
    return false;
  }
  char *key = xu_lower(client->email);
  bool attached = sb_map_get(&ib->clients, key) != NULL;
  free(key);
  if (attached)
    return true;
  cJSON *wire = xu_client_wire(ib, client);
  xu_traffic_add(p, ib->id, client->email, wire);
  xu_inbound_put(ib, client->email, wire);
  xu_record_put(p, client);
  return true;
}

static bool attach_all(struct xu_call *c, struct xu_client *client, const cJSON *ids)
{
  const cJSON *id = NULL;
  cJSON_ArrayForEach(id, ids)
  {
    if (!attach_one(c, client, (int64_t)id->valuedouble))
      return false;
  }
  return true;
}

/* Reuses what is stored of an email that comes again with its subId; false after answering. */
static bool adopt(struct xu_call *c, struct xu_client *client)
{
  const struct xu_record *r = xu_record_get(c->panel, client->email);
  if (r && (!*r->client.sub_id || strcmp(r->client.sub_id, client->sub_id) != 0)) {
    xu_failf(c, XU_WRONG, "email already in use: %s\n", client->email);
    return false;
  }
  if (sub_id_taken(c->panel, client, r)) {
    xu_failf(c, XU_WRONG, "subId already in use: %s\n", client->sub_id);
    return false;
  }
  if (r && !*client->id)
    xu_set_text(&client->id, r->client.id);
  if (r && !*client->password)
    xu_set_text(&client->password, r->client.password);
  if (r && !*client->auth)
    xu_set_text(&client->auth, r->client.auth);
  return true;
}

static bool ids_ok(struct xu_call *c, const cJSON *ids)
{
  const cJSON *id = NULL;
  cJSON_ArrayForEach(id, ids)
  {
    if (!cJSON_IsNumber(id)) {
      xu_failf(c, XU_WRONG,
               "json: cannot unmarshal %s into Go struct field "
               "ClientCreatePayload.inboundIds of type int",
               cJSON_IsString(id) ? "string" : "value");
      return false;
    }
  }
  if (cJSON_GetArraySize(ids) == 0)
    xu_fail(c, XU_WRONG, "at least one inbound is required\n");
  return cJSON_GetArraySize(ids) > 0;
}

void xu_client_add(struct xu_call *c)
{
  struct xu_client client = {0};
  const cJSON *in = xu_body(c, XU_WRONG, false);
  if (!in)
    return;
  const cJSON *ids = cJSON_GetObjectItemCaseSensitive(in, "inboundIds");
  if (xu_client_parse(c, cJSON_GetObjectItemCaseSensitive(in, "client"), &client) &&
      members_ok(c, &client) && ids_ok(c, ids)) {
    if (!*client.sub_id) {
      char id[37];
      sb_uuid(id);
      xu_set_text(&client.sub_id, id);
    }
    client.enable = true; /* whatever was asked for */
    client.created_ms = client.created_ms ? client.created_ms : sb_now_ms();
    client.updated_ms = sb_now_ms();
    if (adopt(c, &client) && attach_all(c, &client, ids))
      xu_done(c, XU_CLIENT_ADDED, xu_pending(c->panel));
  }
  xu_client_free(&client);
}

/* Keeps what an update may leave out. */
static void inherit(struct xu_client *client, const struct xu_client *old)
{
  char **const mine[] = {&client->id, &client->password, &client->auth, &client->sub_id};
  char *const theirs[] = {old->id, old->password, old->auth, old->sub_id};
  for (size_t i = 0; i < sizeof mine / sizeof *mine; i++)
    if (!**mine[i])
      xu_set_text(mine[i], theirs[i]);
  if (!client->created_ms)
    client->created_ms = old->created_ms;
  client->updated_ms = sb_now_ms();
}

static bool same_but_time(const cJSON *a, const cJSON *b)
{
  cJSON *x = cJSON_Duplicate(a, true);
  cJSON *y = cJSON_Duplicate(b, true);
  cJSON_DeleteItemFromObjectCaseSensitive(x, "updated_at");
  cJSON_DeleteItemFromObjectCaseSensitive(y, "updated_at");
  bool same = cJSON_Compare(x, y, true);
  cJSON_Delete(x);
  cJSON_Delete(y);
  return same;
}

static bool listed(const char *filter, int64_t id)
{
  if (!filter || !*filter)
    return true;
  while (*filter) {
    size_t n = strcspn(filter, ",");
    char *part = sb_strndup(filter, n);
    int64_t one = 0;
    bool hit = sb_parse_int(part, &one) && one == id;
    free(part);
    if (hit)
      return true;
    filter += n + (filter[n] == ',');
  }
  return false;
}

/* An inbound whose copy would not change is left alone, and with it the traffic row. */
static void update_inbounds(struct xu_panel *p, const char *old_email, struct xu_client *client,
                            const char *filter)
{
  char *key = xu_lower(old_email);
  size_t at = 0;
  for (struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;) {
    cJSON *old = sb_map_get(&ib->clients, key);
    if (!old || !listed(filter, ib->id))
      continue;
    fill_defaults(client, ib);
    cJSON *wire = xu_client_wire(ib, client);
    if (same_but_time(old, wire)) {
      cJSON_Delete(wire);
      continue;
    }
    xu_traffic_update(p, old_email, wire);
    if (!xu_same(old_email, client->email))
      (void)sb_map_remove(&ib->clients, key);
    else
      old = NULL; /* replaced below */
    xu_inbound_put(ib, client->email, wire);
    cJSON_Delete(old);
  }
  free(key);
}

static void update_record(struct xu_panel *p, struct xu_record *r, struct xu_client *client)
{
  char *old_key = xu_lower(r->client.email);
  char *key = xu_lower(client->email);
  if (strcmp(old_key, key) != 0) {
    (void)sb_map_remove(&p->records, old_key);
    (void)sb_map_put(&p->records, key, r);
  }
  xu_client_copy(&r->client, client);
  free(key);
  free(old_key);
}

static bool names_free(struct xu_call *c, const struct xu_record *r, const struct xu_client *client)
{
  const struct xu_record *other = xu_record_nocase(c->panel, client->email);
  if (other && other != r)
    xu_failf(c, XU_WRONG, "Duplicate email: %s\n", client->email);
  else if (sub_id_taken(c->panel, client, r))
    xu_failf(c, XU_WRONG, "Duplicate subId: %s\n", client->sub_id);
  else
    return true;
  return false;
}

/* Full replacement: what the body leaves out is cleared. */
void xu_client_update(struct xu_call *c)
{
  struct xu_client client = {0};
  const cJSON *in = xu_body(c, XU_WRONG, false);
  if (!in)
    return;
  struct xu_record *r = xu_record_get(c->panel, c->arg[0]);
  if (xu_client_parse(c, in, &client)) {
    if (!r) {
      xu_fail(c, XU_WRONG, "record not found");
    } else if (members_ok(c, &client)) {
      char *old_email = sb_strdup(r->client.email);
      inherit(&client, &r->client);
      if (names_free(c, r, &client)) {
        update_inbounds(c->panel, old_email, &client, sb_params_get(&c->rq->query, "inboundIds"));
        update_record(c->panel, r, &client);
        xu_done(c, XU_CLIENT_UPDATED, xu_pending(c->panel));
      }
      free(old_email);
    }
  }
  xu_client_free(&client);
}

void xu_client_delete(struct xu_call *c)
{
  struct xu_record *r = xu_record_get(c->panel, c->arg[0]);
  const char *keep = sb_params_get(&c->rq->query, "keepTraffic");
  if (!r) {
    xu_failf(c, XU_WRONG, "client \"%s\" not found in any inbound or client record\n", c->arg[0]);
    return;
  }
  xu_record_delete(c->panel, r, keep && strcmp(keep, "1") == 0);
  xu_done(c, XU_CLIENT_DELETED, NULL);
}

void xu_client_attach(struct xu_call *c)
{
  const cJSON *in = xu_body(c, XU_WRONG, false);
  const struct xu_record *r = xu_record_get(c->panel, c->arg[0]);
  if (!in)
    return;
  if (!r) {
    xu_fail(c, XU_WRONG, "record not found");
    return;
  }
  struct xu_client client = {0};
  struct xu_client stored = r->client;
  xu_client_copy(&client, &stored);
  if (attach_all(c, &client, cJSON_GetObjectItemCaseSensitive(in, "inboundIds")))
    xu_done(c, XU_CLIENT_ADDED, xu_pending(c->panel));
  xu_client_free(&client);
}

void xu_client_detach(struct xu_call *c)
{
  const cJSON *in = xu_body(c, XU_WRONG, false);
  const struct xu_record *r = xu_record_get(c->panel, c->arg[0]);
  const cJSON *id = NULL;
  if (!in)
    return;
  if (!r) {
    xu_fail(c, XU_WRONG, "record not found");
    return;
  }
  char *key = xu_lower(r->client.email);
  cJSON_ArrayForEach(id, cJSON_GetObjectItemCaseSensitive(in, "inboundIds"))
  {
    struct xu_inbound *ib = xu_inbound_get(c->panel, (int64_t)id->valuedouble);
    if (ib)
      cJSON_Delete(sb_map_remove(&ib->clients, key));
  }
  free(key);
  xu_done(c, XU_CLIENT_DELETED, xu_pending(c->panel));
}

/* Also enables who had been disabled by hand. */
void xu_client_reset(struct xu_call *c)
{
  struct xu_traffic *t = xu_traffic_get(c->panel, c->arg[0]);
  if (!xu_record_get(c->panel, c->arg[0])) {
    xu_fail(c, XU_WRONG, "record not found");
    return;
  }
  xu_client_switch(c->panel, c->arg[0], true);
  if (t) {
    t->up = 0;
    t->down = 0;
    t->enable = true;
  }
  xu_done(c, XU_TRAFFIC_RESET, NULL);
}

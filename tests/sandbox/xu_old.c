/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "xu.h"

/* Clients of generations A, B and B': members of an inbound's settings, which every call reads,
 * changes and writes back as a whole, without a lock. */

static const char *text_of(const cJSON *client, const char *key)
{
  const char *text = sb_json_str(client, key);
  return text ? text : "";
}

/* Which member names a client in the path. */
static const char *id_key(const struct xu_inbound *ib)
{
  if (strcmp(ib->protocol, "shadowsocks") == 0)
    return "email";
  return strcmp(ib->protocol, "trojan") == 0 ? "password" : "id";
}

/* Which member must not be empty in a new client. */
static bool complete(const struct xu_inbound *ib, const cJSON *client)
{
  return *text_of(client, id_key(ib)) != '\0';
}

/* The inbound and the clients of a body {"id", "settings":"{\"clients\":[...]}"}; NULL after
 * answering. Delete *settings. */
static struct xu_inbound *parse(struct xu_call *c, cJSON **settings)
{
  const cJSON *in = xu_body(c, XU_INBOUND_UPDATED, true);
  if (!in)
    return NULL;
  const cJSON *text = cJSON_GetObjectItemCaseSensitive(in, "settings");
  if (text && !cJSON_IsString(text)) {
    xu_fail(c, XU_INBOUND_UPDATED,
            "json: cannot unmarshal object into Go struct field Inbound.settings of type string");
    return NULL;
  }
  *settings = text ? cJSON_Parse(text->valuestring) : NULL;
  const cJSON *clients = cJSON_GetObjectItemCaseSensitive(*settings, "clients");
  struct xu_inbound *ib = xu_inbound_get(c->panel, sb_json_int(in, "id", 0));
  if (!*settings)
    xu_fail(c, XU_WRONG, "unexpected end of JSON input");
  else if (!clients || !cJSON_IsObject(clients->child))
    xu_empty(c, 500); /* the panel panics */
  else if (!ib)
    xu_fail(c, XU_WRONG, "record not found");
  else
    return ib;
  return NULL;
}

/* Emails are unique over all inbounds; B' lets an email through that comes with the same subId. */
static bool email_taken(const struct xu_panel *p, const cJSON *client)
{
  char *key = xu_lower(text_of(client, "email"));
  bool taken = false;
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;) {
    const cJSON *other = sb_map_get(&ib->clients, key);
    const char *sub_id = text_of(other, "subId");
    bool same =
        p->version >= XU_V_BEARER && *sub_id && strcmp(sub_id, text_of(client, "subId")) == 0;
    taken = taken || (other && *key && !same);
  }
  free(key);
  return taken;
}

/* The moment between reading the settings and writing them: what others write meanwhile is lost.
 * Returns the settings as read. Nothing to lose unless a test wants the race. */
static struct sb_map snapshot(struct xu_call *c, const struct xu_inbound *ib, int64_t race_ms)
{
  struct sb_map copy = {0};
  size_t at = 0;
  for (const cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;) {
    const char *key = ib->clients.items[at - 1].key;
    (void)sb_map_put(&copy, key, cJSON_Duplicate(client, true));
  }
  (void)pthread_mutex_unlock(&c->panel->lock);
  (void)sb_hold(c->rq, race_ms);
  (void)pthread_mutex_lock(&c->panel->lock);
  return copy;
}

/* Also finds out that the inbound went away meanwhile. */
static struct xu_inbound *reread(struct xu_call *c, struct xu_inbound *ib)
{
  int64_t race_ms = c->panel->race_ms;
  int64_t id = ib->id;
  if (race_ms <= 0)
    return ib;
  struct sb_map old = snapshot(c, ib, race_ms);
  ib = xu_inbound_get(c->panel, id);
  struct sb_map now = ib ? ib->clients : (struct sb_map){0};
  if (ib)
    ib->clients = old;
  else
    now = old;
  size_t at = 0;
  for (cJSON *client; (client = sb_map_next(&now, &at)) != NULL;)
    cJSON_Delete(client);
  sb_map_free(&now);
  if (!ib)
    xu_fail(c, XU_WRONG, "record not found");
  return ib;
}

static void stamp(cJSON *client, const cJSON *old)
{
  double now = (double)(sb_now_s() * 1000);
  double created = sb_json_num(old ? old : client, "created_at", now);
  sb_json_set(client, "created_at", cJSON_CreateNumber(created));
  sb_json_set(client, "updated_at", cJSON_CreateNumber(now));
}

/* B' keeps an email twice in one inbound when it comes with the same subId. */
static void append(struct xu_inbound *ib, cJSON *client)
{
  char *key = xu_lower(text_of(client, "email"));
  while (sb_map_get(&ib->clients, key)) {
    char *longer = sb_printf("%s\n", key);
    free(key);
    key = longer;
  }
  (void)sb_map_put(&ib->clients, key, client);
  free(key);
}

static bool may_add(struct xu_call *c, const struct xu_inbound *ib, const cJSON *clients)
{
  const cJSON *client = NULL;
  cJSON_ArrayForEach(client, clients)
  {
    if (email_taken(c->panel, client)) {
      xu_failf(c, XU_WRONG, "Duplicate email: %s\n", text_of(client, "email"));
      return false;
    }
    if (!complete(ib, client)) {
      xu_fail(c, XU_WRONG, "empty client ID\n");
      return false;
    }
  }
  return true;
}

void xu_old_add(struct xu_call *c)
{
  cJSON *settings = NULL;
  struct xu_inbound *ib = parse(c, &settings);
  cJSON *clients = cJSON_GetObjectItemCaseSensitive(settings, "clients");
  if (ib && may_add(c, ib, clients))
    ib = reread(c, ib);
  else
    ib = NULL;
  while (ib && clients->child) {
    cJSON *client = cJSON_DetachItemFromArray(clients, 0);
    stamp(client, NULL);
    xu_traffic_add(c->panel, ib->id, text_of(client, "email"), client);
    append(ib, client);
  }
  cJSON_Delete(settings);
  if (ib)
    xu_done(c, XU_CLIENT_ADDED, NULL);
}

/* The client that the path names, and its key in *key. */
static cJSON *find(const struct xu_inbound *ib, const char *member, const char *id,
                   const char **key)
{
  size_t at = 0;
  for (cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;) {
    *key = ib->clients.items[at - 1].key;
    if (strcmp(text_of(client, member), id) == 0)
      return client;
  }
  return NULL;
}

/* Puts `client` in the place of the one under `key`, so that the order stays. */
static void replace(struct xu_panel *p, struct xu_inbound *ib, const char *key, cJSON *client)
{
  cJSON *old = sb_map_get(&ib->clients, key);
  char *old_email = sb_strdup(text_of(old, "email"));
  char *new_key = xu_lower(text_of(client, "email"));
  stamp(client, old);
  xu_traffic_update(p, old_email, client);
  size_t len = strlen(new_key);
  if (strcspn(key, "\n") == len && strncmp(key, new_key, len) == 0) {
    cJSON_Delete(sb_map_put(&ib->clients, key, client));
  } else {
    cJSON_Delete(sb_map_remove(&ib->clients, key));
    append(ib, client);
  }
  free(new_key);
  free(old_email);
}

void xu_old_update(struct xu_call *c)
{
  cJSON *settings = NULL;
  struct xu_inbound *ib = parse(c, &settings);
  const char *id = c->arg[0];
  const char *key = NULL;
  if (!ib) {
    cJSON_Delete(settings);
    return;
  }
  cJSON *client = cJSON_DetachItemFromArray(cJSON_GetObjectItem(settings, "clients"), 0);
  const cJSON *old = find(ib, id_key(ib), id, &key);
  bool renamed = old && strcmp(text_of(old, "email"), text_of(client, "email")) != 0;
  cJSON_Delete(settings);
  if (!old || !complete(ib, client))
    xu_fail(c, XU_WRONG, "empty client ID\n");
  else if (renamed && email_taken(c->panel, client))
    xu_failf(c, XU_WRONG, "Duplicate email: %s\n", text_of(client, "email"));
  else if ((ib = reread(c, ib)) != NULL) {
    if (find(ib, id_key(ib), id, &key)) {
      replace(c->panel, ib, key, client);
      client = NULL;
    }
    xu_done(c, XU_CLIENT_UPDATED, NULL);
  }
  cJSON_Delete(client);
}

/* How many clients of the inbound are not `id`; the panel keeps the last one. */
static size_t others(const struct xu_inbound *ib, const char *member, const char *id)
{
  size_t n = 0;
  size_t at = 0;
  for (const cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;)
    n += strcmp(text_of(client, member), id) != 0;
  return n;
}

static bool in_another(const struct xu_panel *p, const struct xu_inbound *but, const char *email)
{
  char *key = xu_lower(email);
  bool found = false;
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&p->inbounds, &at)) != NULL;)
    found = found || (ib != but && sb_map_get(&ib->clients, key));
  free(key);
  return found;
}

static void drop(struct xu_panel *p, struct xu_inbound *ib, const char *member, const char *id)
{
  const char *key = NULL;
  for (cJSON *client; (client = find(ib, member, id, &key)) != NULL;) {
    char *own_key = sb_strdup(key);
    const char *email = text_of(client, "email");
    if (p->version < XU_V_BEARER || !in_another(p, ib, email))
      xu_traffic_delete(p, email);
    (void)sb_map_remove(&ib->clients, own_key);
    cJSON_Delete(client);
    free(own_key);
  }
}

/* The texts of the call by email are not translated. */
static void delete_by(struct xu_call *c, struct xu_inbound *ib, const char *member, bool by_email)
{
  const char *id = c->arg[1];
  if (others(ib, member, id) == 0) {
    xu_fail(c, by_email ? XU_DELETE_BY_EMAIL : XU_WRONG, "no client remained in Inbound\n");
  } else if ((ib = reread(c, ib)) != NULL) {
    drop(c->panel, ib, member, id);
    xu_done(c, by_email ? XU_DELETED_BY_EMAIL : XU_CLIENT_DELETED, NULL);
  }
}

/* Up to 2.8 an unknown id is a success. */
void xu_old_delete(struct xu_call *c)
{
  struct xu_inbound *ib = xu_inbound_by_text(c->panel, c->arg[0]);
  const char *key = NULL;
  if (!ib)
    xu_fail(c, XU_WRONG, "record not found");
  else if (c->panel->version >= XU_V_DEL_CHECKED && !find(ib, id_key(ib), c->arg[1], &key))
    xu_failf(c, XU_WRONG, "Client Not Found In Inbound For ID: %s\n", c->arg[1]);
  else
    delete_by(c, ib, id_key(ib), false);
}

void xu_old_delete_by_email(struct xu_call *c)
{
  struct xu_inbound *ib = xu_inbound_by_text(c->panel, c->arg[0]);
  const char *key = NULL;
  if (!ib)
    xu_fail(c, XU_WRONG, "record not found");
  else if (!find(ib, "email", c->arg[1], &key))
    xu_failf(c, XU_DELETE_BY_EMAIL, "client with email %s not found\n", c->arg[1]);
  else
    delete_by(c, ib, "email", true);
}

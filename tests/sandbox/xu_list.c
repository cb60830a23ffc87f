/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "xu.h"

enum { PAGE_DEFAULT = 25, PAGE_MAX = 200, EMAILS_MAX = 200 };

/* Lists show the row as it is stored, without what other reads add from the client. */
static void add_traffic(const struct xu_panel *p, cJSON *out, const char *email)
{
  const struct xu_traffic *t = xu_traffic_get(p, email);
  if (!t)
    return;
  cJSON *row = xu_traffic_json(p, t);
  sb_json_set(row, "uuid", cJSON_CreateString(""));
  sb_json_set(row, "subId", cJSON_CreateString(""));
  cJSON_AddItemToObject(out, "traffic", row);
}

void xu_client_list(struct xu_call *c)
{
  const struct xu_panel *p = c->panel;
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const struct xu_record *r; (r = sb_map_next(&p->records, &at)) != NULL;) {
    cJSON *item = xu_record_json(r);
    cJSON_AddItemToObject(item, "inboundIds", xu_inbound_ids(p, r->client.email));
    add_traffic(p, item, r->client.email);
    cJSON_AddItemToArray(out, item);
  }
  xu_object(c, out);
}

/* Without the credentials. */
static cJSON *slim_json(const struct xu_panel *p, const struct xu_record *r)
{
  static const char *const dropped[] = {"id",         "uuid",      "password",     "auth",
                                        "flow",       "security",  "tgId",         "reverse",
                                        "privateKey", "publicKey", "preSharedKey", "allowedIPs",
                                        "keepAlive",  "secret",    "adTag"};
  cJSON *item = xu_record_json(r);
  for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
    cJSON_DeleteItemFromObjectCaseSensitive(item, dropped[i]);
  if (!*r->client.group)
    cJSON_DeleteItemFromObjectCaseSensitive(item, "group");
  if (!*r->client.comment)
    cJSON_DeleteItemFromObjectCaseSensitive(item, "comment");
  cJSON_AddItemToObject(item, "inboundIds", xu_inbound_ids(p, r->client.email));
  add_traffic(p, item, r->client.email);
  return item;
}

static bool depleted(const struct xu_panel *p, const struct xu_record *r)
{
  const struct xu_traffic *t = xu_traffic_get(p, r->client.email);
  bool used_up = r->client.total > 0 && t && t->up + t->down >= r->client.total;
  return used_up || (r->client.expiry > 0 && r->client.expiry <= sb_now_ms());
}

static bool online(const struct xu_panel *p, const struct xu_record *r)
{
  const struct xu_traffic *t = xu_traffic_get(p, r->client.email);
  return t && xu_is_online(t);
}

/* One bucket of `filter`; an unknown one holds everybody. */
static bool in_bucket(const struct xu_panel *p, const struct xu_record *r, const char *filter)
{
  if (strcmp(filter, "active") == 0)
    return r->client.enable && !depleted(p, r);
  if (strcmp(filter, "deactive") == 0)
    return !r->client.enable;
  if (strcmp(filter, "depleted") == 0)
    return depleted(p, r);
  if (strcmp(filter, "online") == 0)
    return r->client.enable && online(p, r);
  return true;
}

static bool wanted(const struct xu_panel *p, const struct xu_record *r, const struct sb_params *q)
{
  const char *search = sb_params_get(q, "search");
  const char *filter = sb_params_get(q, "filter");
  if (search && !sb_contains_nocase(r->client.email, search) &&
      !sb_contains_nocase(r->client.sub_id, search) &&
      !sb_contains_nocase(r->client.comment, search) && !sb_contains_nocase(r->client.id, search))
    return false;
  return !filter || in_bucket(p, r, filter);
}

/* At most 200. */
static cJSON *emails_where(const struct xu_panel *p, const char *bucket)
{
  cJSON *out = cJSON_CreateArray();
  int n = 0;
  size_t at = 0;
  for (const struct xu_record *r; (r = sb_map_next(&p->records, &at)) != NULL && n < EMAILS_MAX;)
    if (in_bucket(p, r, bucket)) {
      cJSON_AddItemToArray(out, cJSON_CreateString(r->client.email));
      n++;
    }
  return out;
}

static cJSON *summary(const struct xu_panel *p)
{
  int counts[4] = {0};
  size_t at = 0;
  for (const struct xu_record *r; (r = sb_map_next(&p->records, &at)) != NULL;) {
    bool empty = depleted(p, r);
    counts[0] += r->client.enable && !empty;
    counts[1] += online(p, r);
    counts[2] += empty;
    counts[3] += !r->client.enable && !empty;
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "total", (double)p->records.live);
  cJSON_AddNumberToObject(out, "active", counts[0]);
  cJSON_AddNumberToObject(out, "onlineCount", counts[1]);
  cJSON_AddNumberToObject(out, "depletedCount", counts[2]);
  cJSON_AddNumberToObject(out, "expiringCount", 0);
  cJSON_AddNumberToObject(out, "deactiveCount", counts[3]);
  cJSON_AddItemToObject(out, "online", emails_where(p, "online"));
  cJSON_AddItemToObject(out, "depleted", emails_where(p, "depleted"));
  cJSON_AddItemToObject(out, "expiring", cJSON_CreateArray());
  cJSON_AddItemToObject(out, "deactive", emails_where(p, "deactive"));
  return out;
}

/* Ascending by row; other orders of the panel are not played. */
void xu_client_page(struct xu_call *c)
{
  const struct xu_panel *p = c->panel;
  const struct sb_params *q = &c->rq->query;
  int64_t page = sb_params_int(q, "page", 1);
  int64_t size = sb_params_int(q, "pageSize", PAGE_DEFAULT);
  int64_t hits = 0;
  size_t at = 0;
  page = page > 0 ? page : 1;
  size = size <= 0 ? PAGE_DEFAULT : (size > PAGE_MAX ? PAGE_MAX : size);
  cJSON *out = cJSON_CreateObject();
  cJSON *items = cJSON_AddArrayToObject(out, "items");
  for (const struct xu_record *r; (r = sb_map_next(&p->records, &at)) != NULL;) {
    if (!wanted(p, r, q))
      continue;
    if (hits / size == page - 1)
      cJSON_AddItemToArray(items, slim_json(p, r));
    hits++;
  }
  cJSON_AddNumberToObject(out, "total", (double)p->records.live);
  cJSON_AddNumberToObject(out, "filtered", (double)hits);
  cJSON_AddNumberToObject(out, "page", (double)page);
  cJSON_AddNumberToObject(out, "pageSize", (double)size);
  cJSON_AddItemToObject(out, "summary", summary(p));
  cJSON_AddArrayToObject(out, "groups");
  xu_object(c, out);
}

static cJSON *payload(const struct xu_panel *p, const struct xu_record *r)
{
  const struct xu_traffic *t = xu_traffic_get(p, r->client.email);
  cJSON *out = cJSON_CreateObject();
  cJSON_AddItemToObject(out, "client", xu_record_json(r));
  cJSON_AddItemToObject(out, "inboundIds", xu_inbound_ids(p, r->client.email));
  cJSON_AddArrayToObject(out, "externalLinks");
  cJSON_AddNumberToObject(out, "usedTraffic", t ? (double)(t->up + t->down) : 0);
  return out;
}

void xu_client_show(struct xu_call *c)
{
  const struct xu_record *r = xu_record_get(c->panel, c->arg[0]);
  if (r)
    xu_object(c, payload(c->panel, r));
  else
    xu_fail(c, XU_OBTAIN, "record not found");
}

void xu_client_by_tg(struct xu_call *c)
{
  int64_t id = 0;
  size_t at = 0;
  if (!sb_parse_int(c->arg[0], &id)) {
    xu_failf(c, XU_OBTAIN, "strconv.ParseInt: parsing \"%s\": invalid syntax", c->arg[0]);
    return;
  }
  cJSON *out = cJSON_CreateArray();
  for (const struct xu_record *r; (r = sb_map_next(&c->panel->records, &at)) != NULL;)
    if (r->client.tg_id == id)
      cJSON_AddItemToArray(out, payload(c->panel, r));
  xu_object(c, out);
}

static void switch_all(struct xu_call *c, bool enable)
{
  int changed = 0;
  const cJSON *item = NULL;
  const cJSON *in = xu_body(c, XU_WRONG, false);
  if (!in)
    return;
  cJSON *out = cJSON_CreateObject();
  cJSON *skipped = cJSON_CreateArray();
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(in, "emails"))
  {
    const char *email = cJSON_IsString(item) ? item->valuestring : "";
    struct xu_traffic *t = xu_traffic_get(c->panel, email);
    if (!xu_record_get(c->panel, email)) {
      cJSON *one = cJSON_CreateObject();
      cJSON_AddStringToObject(one, "email", email);
      cJSON_AddStringToObject(one, "reason", "client not found");
      cJSON_AddItemToArray(skipped, one);
      continue;
    }
    xu_client_switch(c->panel, email, enable);
    if (t)
      t->enable = enable;
    changed++;
  }
  cJSON_AddNumberToObject(out, "changed", changed);
  if (skipped->child)
    cJSON_AddItemToObject(out, "skipped", skipped);
  else
    cJSON_Delete(skipped);
  xu_object(c, out);
}

void xu_bulk_enable(struct xu_call *c)
{
  switch_all(c, true);
}

void xu_bulk_disable(struct xu_call *c)
{
  switch_all(c, false);
}

/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/timefmt.h"
#include <string.h>

qent_status qent__mz_parse_root(const qent_http_response *resp, cJSON **root_out, qent_error *err)
{
  qent_status st = qent__panel_json(resp, root_out, err);

  if (st == QENT_OK && !cJSON_IsObject(*root_out)) {
    cJSON_Delete(*root_out);
    *root_out = NULL;
    st = qent_fail(err, QENT_EPROTO, "the panel's answer is not a JSON object");
  }
  return st;
}

/* A time without a zone, UTC, with microseconds; null when never. */
static qent_status parse_online(const cJSON *user, int64_t *seconds_out, qent_error *err)
{
  const char *text = NULL;
  int64_t ms = 0;
  qent_status st = qent__json_opt_str(user, "online_at", NULL, &text, err);

  if (st != QENT_OK || !text)
    return st;
  if (!qent__iso8601_parse(text, strlen(text), true, &ms) || ms < 0)
    return qent_fail(err, QENT_EPROTO, "field 'online_at' is not a time");
  *seconds_out = ms / 1000;
  return QENT_OK;
}

static bool link_ok(const cJSON *link)
{
  if (!cJSON_IsString(link) || !strstr(link->valuestring, "://"))
    return false;
  for (const char *c = link->valuestring; *c; c++)
    if ((unsigned char)*c <= ' ' || *c == 0x7f)
      return false;
  return true;
}

static qent_status parse_links(const cJSON *user, qent_account_view *view, qent_error *err)
{
  const cJSON *links = NULL;
  qent_status st = qent__json_arr(user, "links", &links, err);

  for (const cJSON *it = qent__json_first(links); st == QENT_OK && it; it = it->next) {
    if (!link_ok(it))
      st = qent_fail(err, QENT_EPROTO, "field 'links' holds something that is not a share link");
    else
      st = qent_account_view_add_link(view, it->valuestring, err);
  }
  return st;
}

/* The user object, the same in all answers.
 * Shape:  {"username":str,"status":"active|disabled|limited|expired|on_hold","expire":int|null,
 *         "data_limit":int|null,"used_traffic":int,"online_at":str|null,"links":[str],
 *         "proxies":{"vless":{"id","flow"},"shadowsocks":{"password","method"}},...}
 * Units:  expire UNIX seconds, data_limit and used_traffic bytes; null is "without limit" (0 when
 *         sent). online_at has no zone: it is UTC.
 * Source: Gozargah/Marzban v0.8.4, app/models/user.py; reply in tests/data/marzban/user.json. */
static qent_status fill_view(const cJSON *user, qent_account_view *view, qent_error *err)
{
  const char *name = NULL;
  const char *status = NULL;
  qent_status st = qent__json_str(user, "username", &name, err);

  if (st == QENT_OK)
    st = qent__json_str(user, "status", &status, err);
  if (st == QENT_OK)
    st = qent__json_opt_i64_lax(user, "expire", 0, &view->expires_at, err);
  if (st == QENT_OK)
    st = qent__panel_limit(user, "data_limit", &view->traffic_limit_bytes, err);
  if (st == QENT_OK)
    st = qent__json_i64_lax(user, "used_traffic", &view->used_bytes, err);
  if (st == QENT_OK)
    st = parse_online(user, &view->online_at, err);
  if (st != QENT_OK)
    return st;
  if (view->used_bytes < 0 || view->traffic_limit_bytes < 0)
    return qent_fail(err, QENT_EPROTO, "the panel tells a negative traffic");
  if (view->expires_at < 0)
    view->expires_at = 1; /* kept as a person typed it: long past, and not "never" */
  view->enabled = strcmp(status, "disabled") != 0;
  return qent_account_view_set_key(view, name, err);
}

static bool keys_match(const cJSON *user, const qent_account_spec *spec)
{
  const cJSON *proxies = qent__json_get(user, "proxies");
  const cJSON *vless = qent__json_get(proxies, "vless");
  const cJSON *shadowsocks = qent__json_get(proxies, "shadowsocks");

  if (!vless && !shadowsocks)
    return false;
  return (!vless || qent__streq(qent__json_str_or(vless, "id", NULL), spec->uuid)) &&
         (!shadowsocks ||
          qent__streq(qent__json_str_or(shadowsocks, "password", NULL), spec->password));
}

qent_status qent__mz_parse_user(const qent_http_response *resp, const char *key,
                                const qent_account_spec *spec, struct qent__mz_user *user_out,
                                qent_error *err)
{
  cJSON *root = NULL;
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_status st = qent__mz_parse_root(resp, &root, err);

  if (st == QENT_OK)
    st = fill_view(root, &user.view, err);
  if (st == QENT_OK && strcmp(user.view.key, key) != 0)
    st = qent_fail(err, QENT_EPROTO, "the panel answered with another account's data");
  if (st == QENT_OK)
    st = parse_links(root, &user.view, err);
  if (st == QENT_OK) {
    user.keys_match = spec && keys_match(root, spec);
    user.of_nobody = cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(root, "admin"));
    *user_out = user;
    user.view = (qent_account_view)QENT_ACCOUNT_VIEW_INIT;
  }
  qent_account_view_dispose(&user.view);
  cJSON_Delete(root);
  return st;
}

static qent_status tell(const cJSON *item, qent_account_view_fn fn, void *user, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = fill_view(item, &view, err);

  if (st == QENT_OK)
    st = qent__panel_hand_over(&view, fn, user, err);
  qent_account_view_dispose(&view);
  return st;
}

qent_status qent__mz_parse_list(const qent_http_response *resp, qent_account_view_fn fn, void *user,
                                int64_t *count_out, int64_t *total_out, qent_error *err)
{
  cJSON *root = NULL;
  const cJSON *users = NULL;
  int64_t count = 0;
  int64_t total = 0;
  qent_status st = qent__mz_parse_root(resp, &root, err);

  if (st == QENT_OK)
    st = qent__json_arr(root, "users", &users, err);
  if (st == QENT_OK)
    st = qent__json_i64(root, "total", &total, err);
  for (const cJSON *it = qent__json_first(users); st == QENT_OK && it; it = it->next) {
    st = tell(it, fn, user, err);
    count++;
  }
  if (st == QENT_OK) {
    *count_out = count;
    *total_out = total;
  }
  cJSON_Delete(root);
  return st;
}

static bool has_tag(const struct qent__mz_tags *tags, const char *tag)
{
  for (size_t i = 0; i < tags->count; i++)
    if (strcmp(tags->items[i], tag) == 0)
      return true;
  return false;
}

static bool takes_vision(const cJSON *inbound)
{
  const char *network = qent__json_str_or(inbound, "network", "");

  return strcmp(qent__json_str_or(inbound, "tls", ""), "reality") == 0 &&
         (strcmp(network, "tcp") == 0 || strcmp(network, "raw") == 0);
}

/* Every tag that the options ask for must be on the panel. */
static qent_status check_chosen(const struct qent__mz_tags *chosen, const cJSON *inbounds,
                                const char *protocol, qent_error *err)
{
  for (size_t i = 0; i < chosen->count; i++) {
    const cJSON *it = qent__json_first(inbounds);
    while (it && !qent__streq(qent__json_str_or(it, "tag", NULL), chosen->items[i]))
      it = it->next;
    if (!it)
      return qent_fail(err, QENT_EINVAL, "option inbounds: the panel has no %s inbound \"%.60s\"",
                       protocol, chosen->items[i]);
  }
  return QENT_OK;
}

static qent_status offer_protocol(const cJSON *inbounds, enum qent__mz_protocol p,
                                  const struct qent__mz_options *options,
                                  struct qent__mz_offer *offer, qent_error *err)
{
  const struct qent__mz_tags *chosen = &options->inbounds[p];
  struct qent__mz_tags *tags = &offer->tags[p];
  qent_status st = check_chosen(chosen, inbounds, qent__mz_protocol_names[p], err);

  if (st != QENT_OK)
    return st;
  tags->items = qent__calloc((size_t)cJSON_GetArraySize(inbounds) + 1, sizeof *tags->items);
  if (!tags->items)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (const cJSON *it = qent__json_first(inbounds); it; it = it->next) {
    const char *tag = NULL;
    st = qent__json_str(it, "tag", &tag, err);
    if (st != QENT_OK)
      return st;
    if ((options->chosen && !has_tag(chosen, tag)) || has_tag(&options->exclude, tag))
      continue;
    tags->items[tags->count] = qent__strdup(tag);
    if (!tags->items[tags->count])
      return qent_fail(err, QENT_ENOMEM, "out of memory");
    tags->count++;
    if (p == QENT__MZ_VLESS && takes_vision(it))
      offer->vision = true;
  }
  return QENT_OK;
}

/* Shape: {"vless":[{"tag":str,"protocol":"vless","network":"tcp","tls":"reality","port":int}],...};
 *         a protocol without an inbound is absent. The Shadowsocks method is not told.
 * Source: Gozargah/Marzban v0.8.4, app/routers/system.py; reply in
 * tests/data/marzban/inbounds.json. */
qent_status qent__mz_parse_inbounds(const qent_http_response *resp,
                                    const struct qent__mz_options *options,
                                    struct qent__mz_offer *offer_out, qent_error *err)
{
  cJSON *root = NULL;
  struct qent__mz_offer offer = {.known = true};
  size_t count = 0;
  qent_status st = qent__mz_parse_root(resp, &root, err);

  for (int p = 0; st == QENT_OK && p < QENT__MZ_PROTOCOLS; p++) {
    const cJSON *inbounds = qent__json_get(root, qent__mz_protocol_names[p]);
    if (inbounds && !cJSON_IsArray(inbounds))
      st = qent_fail(err, QENT_EPROTO, "field '%s' is not an array", qent__mz_protocol_names[p]);
    else if (inbounds)
      st = offer_protocol(inbounds, (enum qent__mz_protocol)p, options, &offer, err);
    count += offer.tags[p].count;
  }
  if (st == QENT_OK && count == 0)
    st =
        qent_fail(err, QENT_EINVAL,
                  "no inbound for accounts: add a vless or shadowsocks inbound to the panel's core "
                  "or correct the node's options inbounds, exclude_inbounds");
  if (st == QENT_OK)
    *offer_out = offer;
  else
    qent__mz_offer_dispose(&offer);
  cJSON_Delete(root);
  return st;
}

/* Units:  memory and bandwidth bytes, bandwidth for the panel's whole life; cpu_usage percent with
 * a fraction; online_users those with traffic in the last 24 *hours*. Source: Gozargah/Marzban
 * v0.8.4, app/routers/system.py; reply in tests/data/marzban/system.json. */
qent_status qent__mz_parse_system(const qent_http_response *resp, qent_node_stats *stats_out,
                                  qent_error *err)
{
  cJSON *root = NULL;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  int64_t in = 0;
  int64_t out = 0;
  int64_t online = -1;
  int64_t active = -1;
  double cpu = -1;
  const char *version = "";
  qent_status st = qent__mz_parse_root(resp, &root, err);

  if (st == QENT_OK)
    st = qent__json_f64(root, "cpu_usage", &cpu, err);
  if (st == QENT_OK)
    st = qent__json_i64(root, "mem_used", &stats.memory_used_bytes, err);
  if (st == QENT_OK)
    st = qent__json_i64(root, "mem_total", &stats.memory_total_bytes, err);
  if (st == QENT_OK)
    st = qent__json_i64(root, "online_users", &online, err);
  if (st == QENT_OK)
    st = qent__json_i64(root, "users_active", &active, err);
  if (st == QENT_OK)
    st = qent__json_i64(root, "incoming_bandwidth", &in, err);
  if (st == QENT_OK)
    st = qent__json_i64(root, "outgoing_bandwidth", &out, err);
  if (st == QENT_OK)
    st = qent__json_opt_str(root, "version", "", &version, err);
  if (st == QENT_OK && (cpu < 0 || cpu > 100000 || online < 0 || online > INT32_MAX || active < 0 ||
                        active > INT32_MAX || in < 0 || out < 0 || stats.memory_used_bytes < 0 ||
                        stats.memory_total_bytes < stats.memory_used_bytes))
    st = qent_fail(err, QENT_EPROTO, "the panel tells impossible statistics");
  if (st == QENT_OK) {
    stats.cpu_percent = (int32_t)(cpu + 0.5);
    stats.online = (int32_t)online;
    stats.active_users = (int32_t)active;
    stats.traffic_bytes = in + out; /* each at most 2^53 */
    if (!qent__copy_text(stats.version, sizeof stats.version, version, strlen(version)))
      stats.version[0] = '\0';
    *stats_out = stats;
  }
  cJSON_Delete(root);
  return st;
}

/* Shape:  {"version":str,"started":bool,"logs_websocket":str}
 * Source: Gozargah/Marzban v0.8.4, app/routers/core.py; reply in tests/data/marzban/core.json. */
qent_status qent__mz_parse_core(const qent_http_response *resp, bool *started_out, qent_error *err)
{
  cJSON *root = NULL;
  qent_status st = qent__mz_parse_root(resp, &root, err);

  if (st == QENT_OK)
    st = qent__json_bool(root, "started", started_out, err);
  cJSON_Delete(root);
  return st;
}

qent_status qent__mz_parse_done(const qent_http_response *resp, qent_error *err)
{
  cJSON *root = NULL;
  const char *detail = NULL;
  qent_status st = qent__mz_parse_root(resp, &root, err);

  if (st == QENT_OK)
    st = qent__json_str(root, "detail", &detail, err);
  cJSON_Delete(root);
  return st;
}

bool qent__mz_link_lacks_sid(const char *link)
{
  const char *sid;

  if (!qent__starts_with(link, "vless://") || !strstr(link, "security=reality"))
    return false;
  sid = strstr(link, "&sid=");
  if (!sid)
    return true;
  sid += sizeof "&sid=" - 1;
  return *sid == '\0' || *sid == '&' || *sid == '#';
}

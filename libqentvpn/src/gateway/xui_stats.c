/* SPDX-License-Identifier: MIT */
#include "gateway/xui_private.h"
#include "util/text.h"
#include <string.h>

/* GET /panel/api/server/status, before 2.7 POST /server/status
 * Shape:  -> obj {"cpu":percent,"mem":{"current":int,"total":int},"xray":{"state":"running"|"stop"|
 *         "error","errorMsg":str},"panelVersion":str (3.x),...} or null right after the panel's
 * start Units:  bytes. Source: MHSanaei/3x-ui v3.6.0 internal/web/controller/server.go; v2.6.5
 * web/controller/server.go; reply in tests/data/3xui/status.json. */
static qent_status read_status(qent__xui *xui, struct qent__xui_reply *reply, qent_error *err)
{
  bool old = xui->api == QENT__XUI_A;
  const struct qent__xui_request call = {.method = old ? "POST" : "GET",
                                         .path =
                                             old ? "/server/status" : "/panel/api/server/status",
                                         .reply_max = QENT__XUI_REPLY_MAX};
  qent_status st = qent__xui_call(xui, &call, reply, err);

  if (st == QENT_OK && !cJSON_IsObject(reply->obj)) {
    st = reply->obj ? qent_fail(err, QENT_EPROTO, "the panel's state is not an object")
                    : qent_fail(err, QENT_EUPSTREAM, "the panel has only just started");
    qent__xui_reply_dispose(reply);
  }
  return st;
}

static qent_status take_status(const cJSON *obj, qent_node_stats *stats, qent_error *err)
{
  const cJSON *memory = NULL;
  const char *version = "";
  double cpu = 0;
  qent_status st = qent__json_f64(obj, "cpu", &cpu, err);

  if (st == QENT_OK)
    st = qent__json_obj(obj, "mem", &memory, err);
  if (st == QENT_OK)
    st = qent__json_i64(memory, "current", &stats->memory_used_bytes, err);
  if (st == QENT_OK)
    st = qent__json_i64(memory, "total", &stats->memory_total_bytes, err);
  if (st == QENT_OK)
    st = qent__json_opt_str(obj, "panelVersion", "", &version, err);
  if (st == QENT_OK && (!(cpu >= 0 && cpu <= 1000) || stats->memory_used_bytes < 0 ||
                        stats->memory_total_bytes < stats->memory_used_bytes))
    st = qent_fail(err, QENT_EPROTO, "the panel tells impossible statistics");
  if (st != QENT_OK)
    return st;
  stats->cpu_percent = cpu > 100 ? 100 : (int32_t)(cpu + 0.5);
  if (!qent__copy_text(stats->version, sizeof stats->version, version, strlen(version)))
    stats->version[0] = '\0';
  return QENT_OK;
}

static int32_t counted(int64_t n)
{
  return n < 0 || n > INT32_MAX ? -1 : (int32_t)n;
}

/* The heading of the list of clients, as it comes with each page.
 * Shape:  obj {"summary":{"active":int,"online":[email],...},...}
 * Source: MHSanaei/3x-ui v3.6.0, internal/web/service/client_paging.go; reply in
 *         tests/data/3xui/paged.json. */
static qent_status count_clients(qent__xui *xui, qent_node_stats *stats, qent_error *err)
{
  struct qent__xui_reply reply = {NULL, NULL};
  const cJSON *summary;
  const cJSON *online;
  qent_status st = qent__xui_get(xui, "/panel/api/clients/list/paged?page=1&pageSize=1",
                                 QENT__XUI_LIST_MAX, &reply, err);

  if (st != QENT_OK)
    return st;
  summary = qent__json_get(reply.obj, "summary");
  online = qent__json_get(summary, "online");
  stats->active_users = counted(qent__json_i64_or(summary, "active", -1));
  stats->online = counted(qent__json_i64_or(
      summary, "onlineCount", cJSON_IsArray(online) ? cJSON_GetArraySize(online) : -1));
  qent__xui_reply_dispose(&reply);
  return QENT_OK;
}

static qent_status count_view(const qent_account_view *view, void *user)
{
  qent_node_stats *stats = user;

  stats->active_users += view->enabled ? 1 : 0;
  return QENT_OK;
}

/* POST /panel/api/inbounds/onlines
 * Shape:  -> obj [email] or null; a pair that is in use twice counts twice
 * Source: MHSanaei/3x-ui v2.8.11, web/controller/inbound.go; reply in tests/data/3xui/onlines.json.
 */
static qent_status count_pairs(qent__xui *xui, qent_node_stats *stats, qent_error *err)
{
  const struct qent__xui_request call = {
      .method = "POST", .path = "/panel/api/inbounds/onlines", .reply_max = QENT__XUI_LIST_MAX};
  struct qent__xui_reply reply = {NULL, NULL};
  bool more = false;
  qent_status st = qent__xui_call(xui, &call, &reply, err);

  if (st != QENT_OK)
    return st;
  stats->online = cJSON_IsArray(reply.obj) ? counted(cJSON_GetArraySize(reply.obj)) : 0;
  stats->active_users = 0;
  qent__xui_reply_dispose(&reply);
  return qent__xui_pairs.list(xui, 0, INT32_MAX, count_view, stats, &more, err);
}

qent_status qent__xui_node_stats(qent__xui *xui, qent_node_stats *stats_out, qent_error *err)
{
  struct qent__xui_reply reply = {NULL, NULL};
  struct qent__xui_inbounds inbounds = {.count = 0};
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_status st = qent__xui_need_api(xui, err);

  if (st == QENT_OK)
    st = read_status(xui, &reply, err);
  if (st == QENT_OK)
    st = take_status(reply.obj, &stats, err);
  qent__xui_reply_dispose(&reply);
  if (st == QENT_OK)
    st = qent__xui_read_inbounds(xui, &inbounds, err);
  if (st == QENT_OK)
    st = xui->api == QENT__XUI_C ? count_clients(xui, &stats, err) : count_pairs(xui, &stats, err);
  if (st == QENT_OK) {
    stats.traffic_bytes = 0;
    for (size_t i = 0; i < inbounds.count; i++)
      if (stats.traffic_bytes <= INT64_MAX - inbounds.items[i].traffic_bytes)
        stats.traffic_bytes += inbounds.items[i].traffic_bytes;
    *stats_out = stats;
  }
  qent__xui_inbounds_dispose(&inbounds);
  return st;
}

qent_status qent__xui_probe(qent__xui *xui, qent_error *err)
{
  struct qent__xui_reply reply = {NULL, NULL};
  const char *state;
  qent_status st = qent__xui_need_api(xui, err);

  if (st == QENT_OK)
    st = read_status(xui, &reply, err);
  if (st != QENT_OK)
    return st;
  state = qent__json_str_or(qent__json_get(reply.obj, "xray"), "state", "");
  if (strcmp(state, "running") != 0)
    st = qent_fail(err, QENT_EUPSTREAM, "the panel's core (xray) is not running");
  qent__xui_reply_dispose(&reply);
  xui->offer.known = false;
  if (st == QENT_OK)
    st = qent__xui_need_offer(xui, err);
  return st == QENT_OK ? qent__xui_check_offer(xui, err) : st;
}

/* Panels before 3.4.2 send the core an account that it does not know, see xui_pair_calls.c. */
static bool is_deaf(const char *version)
{
  static const int64_t first[] = {3, 4, 2};
  const char *at = version;

  for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
    size_t len = strcspn(at, ".-");
    int64_t part = 0;
    if (!qent__parse_i64(at, len, 0, INT32_MAX, &part))
      return false;
    if (part != first[i])
      return part < first[i];
    at += len + (at[len] == '.' ? 1 : 0);
  }
  return false;
}

static qent_status know_core(qent__xui *xui, qent_error *err)
{
  struct qent__xui_reply reply = {NULL, NULL};
  qent_status st;

  if (xui->core != QENT__XUI_CORE_UNKNOWN)
    return QENT_OK;
  st = read_status(xui, &reply, err);
  if (st == QENT_OK)
    xui->core = is_deaf(qent__json_str_or(reply.obj, "panelVersion", "")) ? QENT__XUI_CORE_DEAF
                                                                          : QENT__XUI_CORE_TOLD;
  qent__xui_reply_dispose(&reply);
  return st;
}

/* POST /panel/api/server/restartXrayService
 * Shape:  -> obj null; all connections drop
 * Source: MHSanaei/3x-ui v3.1.0, web/controller/server.go, web/service/xray.go RestartXray. */
qent_status qent__xui_wake_core(qent__xui *xui, qent_error *err)
{
  qent_status st = know_core(xui, err);

  if (st != QENT_OK || xui->core != QENT__XUI_CORE_DEAF)
    return st;
  return qent__xui_post(xui, "/panel/api/server/restartXrayService", NULL, err);
}

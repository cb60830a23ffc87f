/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/xui_private.h"
#include "util/alloc.h"
#include "util/text.h"
#include <string.h>

#define OFFER_MAX_AGE_S 300
#define TREE_DEPTH 32

const char *const qent__xui_own_remarks[QENT__XUI_PROTOCOLS] = {"qent-vless", "qent-shadowsocks"};

void qent__xui_inbounds_dispose(struct qent__xui_inbounds *inbounds)
{
  for (size_t i = 0; i < inbounds->count; i++) {
    cJSON_Delete(inbounds->items[i].settings_tree);
    cJSON_Delete(inbounds->items[i].stream_tree);
  }
  qent__free(inbounds->clients.items);
  qent__free(inbounds->rows.items);
  qent__free(inbounds->items);
  cJSON_Delete(inbounds->root);
  *inbounds = (struct qent__xui_inbounds){.count = 0};
}

/* An object on newer panels, a text that holds one on older ones. */
static qent_status subtree(const cJSON *node, const char *name, const cJSON **out, cJSON **tree_out,
                           qent_error *err)
{
  const cJSON *member = qent__json_get(node, name);
  size_t len;
  qent_status st;

  *out = cJSON_IsObject(member) ? member : NULL;
  if (!cJSON_IsString(member) || !*member->valuestring)
    return QENT_OK;
  len = strlen(member->valuestring);
  st = qent__json_parse(member->valuestring, len, len, TREE_DEPTH, tree_out, NULL);
  if (st == QENT_ENOMEM)
    return qent_fail(err, st, "out of memory");
  if (st != QENT_OK)
    return qent_fail(err, QENT_EPROTO, "field '%s' of an inbound is not JSON", name);
  *out = *tree_out;
  return QENT_OK;
}

static void look_at_stream(struct qent__xui_inbound *in)
{
  const char *network = qent__json_str_or(in->stream, "network", "tcp");
  const char *security = qent__json_str_or(in->stream, "security", "");
  bool tcp = strcmp(network, "tcp") == 0 || strcmp(network, "raw") == 0;

  if (strcmp(in->protocol, "vless") != 0)
    return;
  in->reality = strcmp(security, "reality") == 0;
  in->vision = tcp && (in->reality || strcmp(security, "tls") == 0);
}

/* One inbound.
 * Shape:  {"id":int,"remark":str,"tag":str,"protocol":str,"listen":str,"port":int,"enable":bool,
 *         "up":int,"down":int,"settings":{},"streamSettings":{},"clientStats":[]|null,
 *         "nodeId":int|absent}; settings and streamSettings are texts before 3.1
 * Units:  up and down bytes.
 * Source: MHSanaei/3x-ui v3.6.0 internal/database/model/model.go; v2.8.11 database/model/model.go;
 *         replies in tests/data/3xui/{inbounds,inbounds_slim}.json. */
static qent_status parse_inbound(const cJSON *node, struct qent__xui_inbound *in, qent_error *err)
{
  int64_t up = 0;
  int64_t down = 0;
  qent_status st = qent__json_i64(node, "id", &in->id, err);

  if (st == QENT_OK)
    st = qent__json_str(node, "protocol", &in->protocol, err);
  if (st == QENT_OK)
    st = qent__json_opt_i64(node, "port", 0, &in->port, err);
  if (st == QENT_OK)
    st = qent__json_opt_bool(node, "enable", true, &in->enable, err);
  if (st == QENT_OK)
    st = qent__json_opt_i64(node, "up", 0, &up, err);
  if (st == QENT_OK)
    st = qent__json_opt_i64(node, "down", 0, &down, err);
  if (st == QENT_OK)
    st = subtree(node, "settings", &in->settings, &in->settings_tree, err);
  if (st == QENT_OK)
    st = subtree(node, "streamSettings", &in->stream, &in->stream_tree, err);
  if (st != QENT_OK)
    return st;
  if (in->id <= 0 || up < 0 || down < 0)
    return qent_fail(err, QENT_EPROTO, "the panel tells of an impossible inbound");
  in->traffic_bytes = up + down; /* each at most 2^53 */
  in->remark = qent__json_str_or(node, "remark", "");
  in->tag = qent__json_str_or(node, "tag", "");
  in->listen = qent__json_str_or(node, "listen", "");
  in->method = qent__json_str_or(in->settings, "method", "");
  in->remote = qent__json_i64_or(node, "nodeId", 0) > 0;
  in->stats = qent__json_get(node, "clientStats");
  look_at_stream(in);
  return QENT_OK;
}

static qent_status parse_inbounds(const struct qent__xui_reply *reply,
                                  struct qent__xui_inbounds *inbounds, qent_error *err)
{
  qent_status st = QENT_OK;

  if (reply->obj && !cJSON_IsArray(reply->obj))
    return qent_fail(err, QENT_EPROTO, "the panel's inbounds are not a list");
  inbounds->items = qent__calloc(reply->obj ? (size_t)cJSON_GetArraySize(reply->obj) + 1 : 1,
                                 sizeof *inbounds->items);
  if (!inbounds->items)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  for (const cJSON *it = qent__json_first(reply->obj); st == QENT_OK && it; it = it->next)
    st = parse_inbound(it, &inbounds->items[inbounds->count++], err);
  return st;
}

/* GET /panel/api/inbounds/list, from 3.1 on GET /panel/api/inbounds/list/slim
 * Shape:  -> obj [inbound]; "slim" leaves out most of each client
 * Source: MHSanaei/3x-ui v3.6.0 internal/web/controller/inbound.go; v2.8.11
 *         web/controller/inbound.go; replies in tests/data/3xui/{inbounds,inbounds_slim}.json. */
qent_status qent__xui_read_inbounds(qent__xui *xui, struct qent__xui_inbounds *inbounds_out,
                                    qent_error *err)
{
  struct qent__xui_reply reply = {NULL, NULL};
  struct qent__xui_inbounds inbounds = {.count = 0};
  const char *path =
      xui->api == QENT__XUI_C ? "/panel/api/inbounds/list/slim" : "/panel/api/inbounds/list";
  qent_status st = qent__xui_get(xui, path, QENT__XUI_INBOUNDS_MAX, &reply, err);

  if (st != QENT_OK)
    return st;
  inbounds.root = reply.root;
  st = parse_inbounds(&reply, &inbounds, err);
  if (st == QENT_OK)
    *inbounds_out = inbounds;
  else
    qent__xui_inbounds_dispose(&inbounds);
  return st;
}

/* How well an inbound serves accounts; 0: not at all. Xray gives 2022-blake3-chacha20-poly1305 to
 * one user only. */
static int fitness(const struct qent__xui_inbound *in, enum qent__xui_protocol p)
{
  if (strcmp(in->protocol, qent__xui_protocol_names[p]) != 0)
    return 0;
  if (p == QENT__XUI_SHADOWSOCKS && strcmp(in->method, "2022-blake3-chacha20-poly1305") == 0)
    return 0;
  if (!in->enable || in->remote)
    return 0;
  if (strcmp(in->remark, qent__xui_own_remarks[p]) == 0)
    return 3;
  if (p == QENT__XUI_VLESS ? in->reality : qent__starts_with(in->method, "2022-"))
    return 2;
  return 1;
}

static bool is_named(const struct qent__xui_inbound *in, const struct qent__xui_choice *choice)
{
  return choice->id > 0 ? in->id == choice->id : strcmp(in->remark, choice->remark) == 0;
}

/* The inbound of an option, or else the fittest, of equally fit ones the oldest. */
static const struct qent__xui_inbound *pick(const struct qent__xui_inbounds *inbounds,
                                            enum qent__xui_protocol p,
                                            const struct qent__xui_choice *choice)
{
  const struct qent__xui_inbound *best = NULL;
  int best_fitness = 0;

  for (size_t i = 0; i < inbounds->count; i++) {
    const struct qent__xui_inbound *in = &inbounds->items[i];
    int fit = fitness(in, p);
    if (choice->given && strcmp(in->protocol, qent__xui_protocol_names[p]) == 0 &&
        is_named(in, choice))
      return in;
    if (!choice->given &&
        (fit > best_fitness || (fit == best_fitness && best && fit > 0 && in->id < best->id))) {
      best = in;
      best_fitness = fit;
    }
  }
  return best;
}

static void note_same(const struct qent__xui_inbounds *inbounds, enum qent__xui_protocol p,
                      struct qent__xui_target *target)
{
  for (size_t i = 0; i < inbounds->count && target->same_count < QENT__XUI_SAME_MAX; i++)
    if (strcmp(inbounds->items[i].protocol, qent__xui_protocol_names[p]) == 0)
      target->same[target->same_count++] = inbounds->items[i].id;
}

qent_status qent__xui_choose(const struct qent__xui_options *options,
                             const struct qent__xui_inbounds *inbounds,
                             struct qent__xui_offer *offer_out, qent_error *err)
{
  struct qent__xui_offer offer = {.known = true};
  bool any = false;

  for (int i = 0; i < QENT__XUI_PROTOCOLS; i++) {
    enum qent__xui_protocol p = (enum qent__xui_protocol)i;
    const struct qent__xui_choice *choice = &options->choice[p];
    const struct qent__xui_inbound *in = choice->none ? NULL : pick(inbounds, p, choice);
    if (choice->given && !choice->none && !in)
      return qent_fail(err, QENT_EINVAL, "option %s_inbound: the panel has no such %s inbound",
                       qent__xui_protocol_names[p], qent__xui_protocol_names[p]);
    if (!in)
      continue;
    any = true;
    offer.target[p].id = in->id;
    offer.target[p].vision = in->vision;
    note_same(inbounds, p, &offer.target[p]);
    if (!qent__copy_text(offer.target[p].method, sizeof offer.target[p].method, in->method,
                         strlen(in->method)))
      return qent_fail(err, QENT_EPROTO, "the panel tells of an impossible Shadowsocks method");
  }
  if (!any)
    return qent_fail(err, QENT_EINVAL,
                     "no inbound for accounts: add a VLESS Reality or a Shadowsocks 2022 inbound "
                     "(qentctl node provision does) or correct the options vless_inbound, "
                     "shadowsocks_inbound");
  *offer_out = offer;
  return QENT_OK;
}

qent_status qent__xui_take_offer(qent__xui *xui, const struct qent__xui_inbounds *inbounds,
                                 qent_error *err)
{
  qent_error why = QENT_ERROR_INIT;
  qent_status st = qent__xui_choose(&xui->options, inbounds, &xui->offer, &why);

  if (st == QENT_OK) {
    xui->offer.read_at_s = qent__panel_monotonic_s();
    return QENT_OK;
  }
  xui->offer = (struct qent__xui_offer){.known = false};
  xui->no_offer = why;
  if (st == QENT_EINVAL)
    return QENT_OK;
  if (err)
    *err = why;
  return st;
}

qent_status qent__xui_need_offer(qent__xui *xui, qent_error *err)
{
  struct qent__xui_inbounds inbounds = {.count = 0};
  qent_status st;

  if (xui->offer.known && qent__panel_monotonic_s() - xui->offer.read_at_s < OFFER_MAX_AGE_S)
    return QENT_OK;
  st = qent__xui_read_inbounds(xui, &inbounds, err);
  if (st == QENT_OK)
    st = qent__xui_take_offer(xui, &inbounds, err);
  qent__xui_inbounds_dispose(&inbounds);
  return st;
}

qent_status qent__xui_check_offer(const qent__xui *xui, qent_error *err)
{
  if (xui->offer.known)
    return QENT_OK;
  if (err)
    *err = xui->no_offer;
  return QENT_EINVAL;
}

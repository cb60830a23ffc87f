/* SPDX-License-Identifier: MIT */
#include "control.h"

#include <math.h>
#include <string.h>

#include "amneziawg.h"
#include "clock.h"
#include "faults.h"
#include "marzban.h"
#include "stats.h"
#include "telegram.h"
#include "text.h"
#include "wgeasy.h"
#include "xui.h"
#include "yookassa.h"

/* Seconds; keeps all times far from the ends of their type. NAN is not below it. */
static const double move_max_s = 1e11;

void sb_control_error(struct sb_reply *rp, unsigned status, const char *text)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "error", text);
  sb_reply_json(rp, status, out);
}

void sb_control_ok(struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "ok", true);
  sb_reply_json(rp, 200, out);
}

cJSON *sb_control_body(struct sb_request *rq, struct sb_reply *rp)
{
  if (rq->body_len == 0)
    return cJSON_CreateObject();
  cJSON *in = sb_json_parse(rq->body, rq->body_len);
  if (cJSON_IsObject(in))
    return in;
  cJSON_Delete(in);
  sb_control_error(rp, 400, "the body is not a JSON object");
  return NULL;
}

static void control_clock(struct sb_request *rq, struct sb_reply *rp)
{
  if (strcmp(rq->method, "POST") == 0) {
    cJSON *in = sb_control_body(rq, rp);
    if (!in)
      return;
    double set = sb_json_num(in, "set", NAN);
    double advance = sb_json_num(in, "advance", NAN);
    if (fabs(set) < move_max_s)
      sb_clock_set((int64_t)(set * 1000));
    if (fabs(advance) < move_max_s)
      sb_clock_advance((int64_t)(advance * 1000));
    cJSON_Delete(in);
    sb_telegram_kick();
    sb_yookassa_kick();
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "now", (double)sb_now_s());
  cJSON_AddNumberToObject(out, "now_ms", (double)sb_now_ms());
  cJSON_AddNumberToObject(out, "offset_ms", (double)sb_clock_offset_ms());
  sb_reply_json(rp, 200, out);
}

static void control_health(struct sb_request *rq, struct sb_reply *rp)
{
  (void)rq;
  sb_control_ok(rp);
}

void sb_control(struct sb_request *rq, struct sb_reply *rp)
{
  static const struct {
    const char *prefix;
    sb_handler *handler;
  } routes[] = {
      {"/telegram", sb_telegram_control}, {"/yookassa", sb_yookassa_control},
      {"/marzban", sb_marzban_control},   {"/faults", sb_faults_control},
      {"/3xui", sb_xui_control},          {"/amneziawg", sb_amneziawg_control},
      {"/wgeasy", sb_wgeasy_control},     {"/latency", sb_latency_control},
      {"/stats", sb_stats_control},       {"/clock", control_clock},
      {"/health", control_health},
  };
  for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
    size_t n = strlen(routes[i].prefix);
    if (sb_has_prefix(rq->path, routes[i].prefix) && strchr("/", rq->path[n])) {
      rq->path += n;
      routes[i].handler(rq, rp);
      return;
    }
  }
  sb_control_error(rp, 404, "no such control route");
}

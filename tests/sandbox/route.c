/* SPDX-License-Identifier: MIT */
#include "route.h"

#include <stdlib.h>
#include <string.h>

#include "amneziawg.h"
#include "chat.h"
#include "control.h"
#include "faults.h"
#include "marzban.h"
#include "stats.h"
#include "telegram.h"
#include "text.h"
#include "wgeasy.h"
#include "xui.h"
#include "yookassa.h"

static void api_call(const struct sb_call *call, sb_handler *handler, struct sb_request *rq,
                     struct sb_reply *rp)
{
  sb_stats_call(call);
  sb_faults_serve(call, handler, rq, rp);
}

static void to_telegram(struct sb_request *rq, struct sb_reply *rp)
{
  const char *slash = sb_has_prefix(rq->path, "/bot") ? strchr(rq->path + 1, '/') : NULL;
  if (!slash) {
    sb_telegram(rq, rp);
    return;
  }
  struct sb_call call = {.target = SB_TELEGRAM, .panel = "", .method = rq->method, .path = slash};
  api_call(&call, sb_telegram, rq, rp);
}

static void to_yookassa(struct sb_request *rq, struct sb_reply *rp)
{
  if (!sb_has_prefix(rq->path, "/v3/")) {
    sb_yookassa_page(rq, rp);
    return;
  }
  rq->path += 3;
  struct sb_call call = {
      .target = SB_YOOKASSA, .panel = "", .method = rq->method, .path = rq->path};
  api_call(&call, sb_yookassa, rq, rp);
}

static void to_panel(enum sb_target target, sb_handler *handler, struct sb_request *rq,
                     struct sb_reply *rp)
{
  const char *name = rq->path + 1;
  const char *slash = *rq->path ? strchr(name, '/') : NULL;
  char *panel = sb_strndup(name, slash ? (size_t)(slash - name) : 0);
  struct sb_call call = {
      .target = target, .panel = panel, .method = rq->method, .path = slash ? slash : "/"};
  api_call(&call, handler, rq, rp);
  free(panel);
}

static void to_marzban(struct sb_request *rq, struct sb_reply *rp)
{
  to_panel(SB_MARZBAN, sb_marzban, rq, rp);
}

static void to_xui(struct sb_request *rq, struct sb_reply *rp)
{
  to_panel(SB_XUI, sb_xui, rq, rp);
}

static void to_amneziawg(struct sb_request *rq, struct sb_reply *rp)
{
  to_panel(SB_AMNEZIAWG, sb_amneziawg, rq, rp);
}

static void to_wgeasy(struct sb_request *rq, struct sb_reply *rp)
{
  to_panel(SB_WGEASY, sb_wgeasy, rq, rp);
}

static void to_index(struct sb_request *rq, struct sb_reply *rp)
{
  (void)rq;
  sb_reply_text(rp, 200, "text/html; charset=utf-8",
                "<!doctype html><title>qent-sandbox</title><h1>qent-sandbox</h1>"
                "<p><a href=\"/chat?user=1001\">Chat with the bot</a></p>");
}

void sb_route(struct sb_request *rq, struct sb_reply *rp)
{
  static const struct {
    const char *prefix;
    sb_handler *handler;
  } routes[] = {
      {"/telegram", to_telegram}, {"/yookassa", to_yookassa},   {"/marzban", to_marzban},
      {"/3xui", to_xui},          {"/amneziawg", to_amneziawg}, {"/wgeasy", to_wgeasy},
      {"/control", sb_control},   {"/chat", sb_chat},
  };
  if (rq->too_large) {
    sb_control_error(rp, 413, "Request Entity Too Large");
    return;
  }
  for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
    size_t n = strlen(routes[i].prefix);
    if (sb_has_prefix(rq->path, routes[i].prefix) && strchr("/", rq->path[n])) {
      rq->path += n;
      routes[i].handler(rq, rp);
      return;
    }
  }
  if (strcmp(rq->path, "/") == 0)
    to_index(rq, rp);
  else
    sb_control_error(rp, 404, "no such route");
}

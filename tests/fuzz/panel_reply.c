/* SPDX-License-Identifier: MIT */
#include "panel_reply.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

struct replies {
  const struct panel_reply *panel;
  const uint8_t *data;
  size_t size;
  uint8_t asked;
  int calls;
};

static struct replies replies;

static qent_status answer(int status, const char *text, size_t len, qent_http_response *resp,
                          qent_error *err)
{
  static const char cookie[] = "Set-Cookie:";
  char line[256];
  const char *headers[] = {line};
  const char *end = memchr(text, '\n', len);
  size_t line_len = end ? (size_t)(end - text) : 0;

  if (line_len < sizeof cookie || memcmp(text, cookie, sizeof cookie - 1) != 0 ||
      !qent__copy_text(line, sizeof line, text, line_len) || strpbrk(line, "\r\n"))
    return qent_http_response_set(resp, status, NULL, 0, text, len, err);
  return qent_http_response_set(resp, status, headers, 1, end + 1, len - line_len - 1, err);
}

static qent_status transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user)
{
  static const int statuses[] = {200, 200, 200, 200, 201, 204, 307, 400,
                                 401, 403, 404, 409, 422, 500, 503};
  struct replies *r = user;
  const uint8_t *end;
  size_t len;
  int status;
  qent_status st = QENT_OK;

  if (++r->calls > r->panel->calls_max)
    abort(); /* a verb that never ends */
  if (r->panel->answer(req, r->calls, r->asked, resp, &st, err))
    return st;
  if (r->size == 0)
    return qent_fail(err, QENT_ETIMEOUT, "no more answers");
  status = statuses[r->data[0] % (sizeof statuses / sizeof statuses[0])];
  end = memchr(r->data + 1, 0x1e, r->size - 1);
  len = end ? (size_t)(end - r->data) : r->size;
  st = answer(status, (const char *)r->data + 1, len - 1, resp, err);
  r->data += end ? len + 1 : len;
  r->size -= end ? len + 1 : len;
  return st;
}

static void check(const qent_account_view *view, enum panel_reply_view how)
{
  if (!view->key || !*view->key || view->used_bytes < -1 || view->traffic_limit_bytes < 0 ||
      view->expires_at < 0 || view->online_at < 0 || view->telegram_id < 0)
    abort();
  for (size_t i = 0; i < view->link_count; i++)
    if (!view->links[i] || strpbrk(view->links[i], " \t\r\n") ||
        !qent__utf8_valid(view->links[i], strlen(view->links[i])))
      abort();
  if (replies.panel->check)
    replies.panel->check(view, how);
}

static qent_status see(const qent_account_view *view, void *user)
{
  (void)user;
  check(view, PANEL_REPLY_LISTED);
  return QENT_OK;
}

static void note_step(const char *step, bool done, void *user)
{
  (void)done;
  (void)user;
  if (!*step)
    abort();
  if (replies.panel->check_step)
    replies.panel->check_step(step);
}

/* The verbs that show no single account. */
static void run_other(qent_gateway *gw, const char *key, unsigned verb)
{
  const qent_provision_spec wanted = {.size = sizeof wanted,
                                      .public_host = "vpn.example.net",
                                      .camouflage = "www.example.com",
                                      .vless_port = 2053,
                                      .shadowsocks_port = 443,
                                      .apply = (replies.asked & PANEL_REPLY_DRY) == 0};
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  bool more = false;

  switch (verb) {
  case 3:
    (void)!qent__gateway_remove_account(gw, key, NULL);
    break;
  case 4:
    (void)!qent__gateway_list_accounts(gw, (replies.asked & PANEL_REPLY_FROM) >> 3, 10, see, NULL,
                                       &more, NULL);
    break;
  case 5:
    (void)!qent__gateway_node_stats(gw, &stats, NULL);
    break;
  case 6:
    (void)!qent__gateway_probe(gw, NULL);
    break;
  default:
    (void)!qent__gateway_provision(gw, &wanted, note_step, NULL, NULL);
    break;
  }
}

static void run(qent_gateway *gw, unsigned verb)
{
  const qent_account_spec spec = {.size = sizeof spec,
                                  .key = (replies.asked & PANEL_REPLY_NUMBER) != 0 ? "17" : "qt_17",
                                  .enabled = (replies.asked & PANEL_REPLY_OFF) == 0,
                                  .expires_at = 1900000000,
                                  .traffic_limit_bytes = 1 << 30,
                                  .uuid = "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
                                  .password = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
                                  .note = "QentVPN user 17"};
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_EINVAL;

  if (verb == 0)
    st = qent__gateway_ensure_account(gw, &spec, &view, &err);
  else if (verb == 1)
    st = qent__gateway_fetch_account(gw, spec.key, &view, &err);
  else if (verb == 2)
    st = qent__gateway_rotate_keys(gw, &spec, &view, &err);
  else
    run_other(gw, spec.key, verb);
  if (st == QENT_OK)
    check(&view, verb == 1 ? PANEL_REPLY_FETCHED : PANEL_REPLY_MADE);
  qent_account_view_dispose(&view);
}

int panel_reply_feed(const struct panel_reply *panel, const uint8_t *data, size_t size)
{
  static qent_http *http;
  qent_http_options options = QENT_HTTP_OPTIONS_INIT;
  qent_gateway_config config = {.size = sizeof config,
                                .node_name = "de1",
                                .url = "https://panel.example:8000",
                                .username = panel->username,
                                .password = "secret",
                                .options = "{}"};
  qent_panel_share *share = NULL;
  qent_gateway *gw = NULL;

  if (size < 2)
    return 0;
  options.transport = transport;
  options.transport_user = &replies;
  if (!http && qent_http_new(&options, &http, NULL) != QENT_OK)
    abort();
  replies = (struct replies){panel, data + 2, size - 2, data[1], 0};
  if (qent__panel_share_new(NULL, NULL, &share, NULL) != QENT_OK)
    abort();
  config.http = http;
  config.share = share;
  if (qent__gateway_open(panel->factory, &config, &gw, NULL) != QENT_OK)
    abort();
  if (panel->opened)
    panel->opened(gw);
  run(gw, data[0] % 8);
  qent__gateway_destroy(gw);
  qent__panel_share_free(share);
  return 0;
}

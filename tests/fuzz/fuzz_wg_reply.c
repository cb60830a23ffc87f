/* SPDX-License-Identifier: MIT */
/* Answers of amnezia-wg-easy (first byte even) and wg-easy (odd). The second byte picks the verb;
 * the rest is cut at 0x1e into one answer after the other, each with a first byte that picks the
 * HTTP status. Logging in always works. */
#include "gateway/amneziawg.h"
#include "gateway/gateway.h"
#include "gateway/wgeasy.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CALLS 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct panel {
  const uint8_t *data;
  size_t size;
  int calls;
};

static struct panel panel;
static qent_http *http;

static qent_status answer_login(const qent_http_request *req, qent_http_response *resp,
                                qent_error *err)
{
  static const char *const cookie[] = {"Set-Cookie: connect.sid=s%3Aabc.def; Path=/; HttpOnly"};
  const char *body = "{\"ipv4Cidr\":\"10.8.0.0/24\"}";

  if (strcmp(req->method, "POST") == 0)
    body = "{\"success\":true}";
  return qent_http_response_set(resp, 200, cookie, 1, body, strlen(body), err);
}

static qent_status transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user)
{
  static const int statuses[] = {200, 200, 200, 200, 204, 400, 401, 403, 404, 422, 500, 500, 503};
  struct panel *p = user;
  const uint8_t *end;
  size_t len;
  int status;

  if (++p->calls > MAX_CALLS)
    abort(); /* a verb that never ends */
  if ((strstr(req->url, "/api/session") && strcmp(req->method, "POST") == 0) ||
      strstr(req->url, "/api/admin/interface"))
    return answer_login(req, resp, err);
  if (p->size == 0)
    return qent_fail(err, QENT_ETIMEOUT, "no more answers");
  status = statuses[p->data[0] % (sizeof statuses / sizeof statuses[0])];
  end = memchr(p->data + 1, 0x1e, p->size - 1);
  len = end ? (size_t)(end - p->data) : p->size;
  if (qent_http_response_set(resp, status, NULL, 0, p->data + 1, len - 1, err) != QENT_OK)
    return QENT_ENOMEM;
  p->data += end ? len + 1 : len;
  p->size -= end ? len + 1 : len;
  return QENT_OK;
}

static void check_view(const qent_account_view *view)
{
  if (!view->key || !*view->key || view->used_bytes < -1 || view->online_at < 0 ||
      view->traffic_limit_bytes != 0 || view->expires_at != 0)
    abort();
  for (size_t i = 0; i < view->link_count; i++)
    if (!qent__starts_with(view->links[i], "awg://"))
      abort();
}

static qent_status see(const qent_account_view *view, void *user)
{
  (void)user;
  check_view(view);
  return QENT_OK;
}

static void run(qent_gateway *gw, unsigned verb)
{
  qent_account_spec spec = {.size = sizeof spec,
                            .key = "qt_17",
                            .enabled = verb % 2 == 0,
                            .uuid = "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
                            .password = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="};
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_EINVAL;
  bool more = false;

  switch (verb / 2 % 7) {
  case 0:
    st = qent__gateway_ensure_account(gw, &spec, &view, &err);
    break;
  case 1:
    st = qent__gateway_fetch_account(gw, "qt_17", &view, &err);
    break;
  case 2:
    st = qent__gateway_rotate_keys(gw, &spec, &view, &err);
    break;
  case 3:
    (void)!qent__gateway_remove_account(gw, "17", &err); /* a number may stand for a name */
    break;
  case 4:
    (void)!qent__gateway_list_accounts(gw, 0, 10, see, NULL, &more, &err);
    break;
  case 5:
    (void)!qent__gateway_node_stats(gw, &stats, &err);
    break;
  default:
    (void)!qent__gateway_probe(gw, &err);
    break;
  }
  if (st == QENT_OK) {
    check_view(&view);
    if (view.link_count != 1)
      abort();
  }
  qent_account_view_dispose(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  qent_http_options options = QENT_HTTP_OPTIONS_INIT;
  qent_gateway_config config = {.size = sizeof config,
                                .node_name = "de1",
                                .url = "https://panel.example",
                                .username = "admin",
                                .password = "secret",
                                .options = "{}"};
  qent_panel_share *share = NULL;
  qent_gateway *gw = NULL;

  if (size < 2)
    return 0;
  options.transport = transport;
  options.transport_user = &panel;
  if (!http && qent_http_new(&options, &http, NULL) != QENT_OK)
    abort();
  panel = (struct panel){data + 2, size - 2, 0};
  config.http = http;
  if (qent__panel_share_new(NULL, NULL, &share, NULL) != QENT_OK)
    abort();
  config.share = share;
  if (qent__gateway_open(data[0] % 2 ? &qent__wgeasy_factory : &qent__amneziawg_factory, &config,
                         &gw, NULL) != QENT_OK)
    abort();
  run(gw, data[1]);
  qent__gateway_destroy(gw);
  qent__panel_share_free(share);
  return 0;
}

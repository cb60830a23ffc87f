/* SPDX-License-Identifier: MIT */
/* A panel's answers. The first byte picks the verb; the rest is cut at 0x1e into one answer after
 * the other, each with a first byte that picks the HTTP status. Logging in always works. */
#include "gateway/gateway.h"
#include "gateway/marzban.h"
#include "gateway/marzban_private.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

#define TOKEN "{\"access_token\":\"token\",\"token_type\":\"bearer\"}"
#define MAX_CALLS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct panel {
  const uint8_t *data;
  size_t size;
  int calls;
};

static struct panel panel;
static qent_http *http;

static qent_status answer_login(qent_http_response *resp, qent_error *err)
{
  return qent_http_response_set(resp, 200, NULL, 0, TOKEN, sizeof TOKEN - 1, err);
}

static qent_status transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user)
{
  static const int statuses[] = {200, 200, 200, 200, 201, 400, 401, 403, 404, 409, 422, 500, 503};
  struct panel *p = user;
  const uint8_t *end;
  size_t len;
  int status;

  if (++p->calls > MAX_CALLS)
    abort(); /* a verb that never ends */
  if (strstr(req->url, "/api/admin/token"))
    return answer_login(resp, err);
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
  if (!view->key || view->used_bytes < 0 || view->traffic_limit_bytes < 0 || view->expires_at < 0)
    abort();
  for (size_t i = 0; i < view->link_count; i++) {
    if (!view->links[i] || !qent__utf8_valid(view->links[i], strlen(view->links[i])))
      abort();
  }
}

static qent_status see(const qent_account_view *view, void *user)
{
  (void)user;
  check_view(view);
  return QENT_OK;
}

static void note_step(const char *step, bool done, void *user)
{
  (void)done;
  (void)user;
  if (strncmp(step, "inbound qent-", 13) != 0 && strncmp(step, "links of qent-", 14) != 0)
    abort();
}

static void provision(qent_gateway *gw)
{
  const qent_provision_spec spec = {.size = sizeof spec,
                                    .public_host = "vpn.example.net",
                                    .camouflage = "www.example.com",
                                    .vless_port = 2053,
                                    .shadowsocks_port = 443,
                                    .apply = true};

  ((qent__marzban *)gw)->look_pause_ms = 0;
  (void)!qent__gateway_provision(gw, &spec, note_step, NULL, NULL);
}

static void run(qent_gateway *gw, unsigned verb)
{
  qent_account_spec spec = {.size = sizeof spec,
                            .key = "qt_17",
                            .enabled = true,
                            .expires_at = 1900000000,
                            .traffic_limit_bytes = 1 << 30,
                            .uuid = "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
                            .password = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
                            .note = "QentVPN user 17"};
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_EINVAL;
  bool more = false;

  switch (verb % 8) {
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
    (void)!qent__gateway_remove_account(gw, "qt_17", &err);
    break;
  case 4:
    (void)!qent__gateway_list_accounts(gw, 0, 10, see, NULL, &more, &err);
    break;
  case 5:
    (void)!qent__gateway_node_stats(gw, &stats, &err);
    break;
  case 6:
    (void)!qent__gateway_probe(gw, &err);
    break;
  default:
    provision(gw);
    break;
  }
  if (st == QENT_OK)
    check_view(&view);
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

  if (size == 0)
    return 0;
  options.transport = transport;
  options.transport_user = &panel;
  if (!http && qent_http_new(&options, &http, NULL) != QENT_OK)
    abort();
  panel = (struct panel){data + 1, size - 1, 0};
  config.http = http;
  if (qent__panel_share_new(NULL, NULL, &share, NULL) != QENT_OK)
    abort();
  config.share = share;
  if (qent__gateway_open(&qent__marzban_factory, &config, &gw, NULL) != QENT_OK)
    abort();
  run(gw, data[0]);
  qent__gateway_destroy(gw);
  qent__panel_share_free(share);
  return 0;
}

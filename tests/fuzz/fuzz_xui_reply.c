/* SPDX-License-Identifier: MIT */
/* A panel's answers. The first byte picks the verb, the second which API the panel speaks and
 * whether its cookies and tokens come from the input as well; the rest is cut at 0x1e into one
 * answer after the other, each with a first byte that picks the HTTP status. */
#include "gateway/gateway.h"
#include "gateway/xui.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

#define DONE "{\"success\":true,\"msg\":\"\",\"obj\":null}"
#define CSRF "{\"success\":true,\"obj\":\"csrf\"}"
#define MAX_CALLS 60

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct panel {
  const uint8_t *data;
  size_t size;
  int calls;
  bool old;        /* before 3.1 */
  bool raw_logins; /* logging in is part of the input too */
};

static struct panel panel;
static qent_http *http;

/* Logging in works. False: the input answers. */
static bool answer_login(const struct panel *p, const char *url, qent_http_response *resp,
                         qent_status *st_out, qent_error *err)
{
  static const char *const cookie[] = {"Set-Cookie: 3x-ui=abc; Path=/"};

  if (p->raw_logins)
    return false;
  if (strstr(url, "/csrf-token"))
    *st_out = qent_http_response_set(resp, 200, NULL, 0, CSRF, sizeof CSRF - 1, err);
  else if (strstr(url, "/login"))
    *st_out = qent_http_response_set(resp, 200, cookie, 1, DONE, sizeof DONE - 1, err);
  else if (strstr(url, "page=1&pageSize=1") && p->calls < 6)
    *st_out = qent_http_response_set(resp, p->old ? 404 : 200, NULL, 0, DONE, sizeof DONE - 1, err);
  else
    return false;
  return true;
}

/* The answer's first line is a header when it begins with "Set-Cookie:". */
static qent_status answer(int status, const char *text, size_t len, qent_http_response *resp,
                          qent_error *err)
{
  char line[256];
  const char *end = memchr(text, '\n', len);
  const char *headers[] = {line};

  if (len < 11 || memcmp(text, "Set-Cookie:", 11) != 0 || !end ||
      !qent__copy_text(line, sizeof line, text, (size_t)(end - text)) || strpbrk(line, "\r\n"))
    return qent_http_response_set(resp, status, NULL, 0, text, len, err);
  end++;
  return qent_http_response_set(resp, status, headers, 1, end, len - (size_t)(end - text), err);
}

static qent_status transport(const qent_http_request *req, qent_http_response *resp,
                             qent_error *err, void *user)
{
  static const int statuses[] = {200, 200, 200, 200, 200, 401, 403, 404, 307, 500, 503};
  struct panel *p = user;
  const uint8_t *end;
  size_t len;
  int status;
  qent_status st = QENT_OK;

  if (++p->calls > MAX_CALLS)
    abort(); /* a verb that never ends */
  if (answer_login(p, req->url, resp, &st, err))
    return st;
  if (p->size == 0)
    return qent_fail(err, QENT_ETIMEOUT, "no more answers");
  status = statuses[p->data[0] % (sizeof statuses / sizeof statuses[0])];
  end = memchr(p->data + 1, 0x1e, p->size - 1);
  len = end ? (size_t)(end - p->data) : p->size;
  st = answer(status, (const char *)p->data + 1, len - 1, resp, err);
  p->data += end ? len + 1 : len;
  p->size -= end ? len + 1 : len;
  return st;
}

static void check_view(const qent_account_view *view)
{
  if (!view->key || view->used_bytes < -1 || view->traffic_limit_bytes < 0 ||
      view->expires_at < 0 || view->online_at < 0 || view->telegram_id < 0)
    abort();
  for (size_t i = 0; i < view->link_count; i++)
    if (!view->links[i] || strpbrk(view->links[i], " \t\r\n"))
      abort();
}

static qent_status see(const qent_account_view *view, void *user)
{
  (void)user;
  check_view(view);
  return QENT_OK;
}

static void told(const char *step, bool done, void *user)
{
  (void)done;
  (void)user;
  if (!*step)
    abort();
}

static void run_other(qent_gateway *gw, unsigned verb)
{
  const qent_provision_spec wanted = {sizeof wanted, "vpn.example.com", "www.example.com", 2053,
                                      443,           verb % 2 == 0};
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  qent_error err = QENT_ERROR_INIT;
  bool more = false;

  switch (verb % 5) {
  case 0:
    (void)!qent__gateway_remove_account(gw, "qt_17", &err);
    break;
  case 1:
    (void)!qent__gateway_list_accounts(gw, 3, 10, see, NULL, &more, &err);
    break;
  case 2:
    (void)!qent__gateway_node_stats(gw, &stats, &err);
    break;
  case 3:
    (void)!qent__gateway_provision(gw, &wanted, told, NULL, &err);
    break;
  default:
    (void)!qent__gateway_probe(gw, &err);
    break;
  }
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
  qent_error err = QENT_ERROR_INIT;
  qent_status st = QENT_EINVAL;

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
  default:
    run_other(gw, verb % 8 - 3);
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

  if (size < 2)
    return 0;
  options.transport = transport;
  options.transport_user = &panel;
  if (!http && qent_http_new(&options, &http, NULL) != QENT_OK)
    abort();
  panel = (struct panel){data + 2, size - 2, 0, (data[1] & 1) != 0, (data[1] & 2) != 0};
  config.username = (data[1] & 4) != 0 ? "token" : "admin";
  config.http = http;
  if (qent__panel_share_new(NULL, NULL, &share, NULL) != QENT_OK)
    abort();
  config.share = share;
  if (qent__gateway_open(&qent__xui_factory, &config, &gw, NULL) != QENT_OK)
    abort();
  run(gw, data[0]);
  qent__gateway_destroy(gw);
  qent__panel_share_free(share);
  return 0;
}

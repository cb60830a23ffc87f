/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"

#include <stdlib.h>
#include <string.h>

/* A panel's answer: whatever it is, every reader takes it or refuses it, and what is taken is sane.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool ok)
{
  if (!ok)
    abort();
}

static qent_status see(const qent_account_view *view, void *user)
{
  (void)user;
  need(view->key && view->used_bytes >= 0 && view->traffic_limit_bytes >= 0);
  return QENT_OK;
}

static void read_user(const qent_http_response *resp)
{
  struct qent__mz_user user = {QENT_ACCOUNT_VIEW_INIT, false};
  const qent_account_spec spec = {
      .size = sizeof spec, .key = "qt_17", .uuid = "u", .password = "p"};

  if (qent__mz_parse_user(resp, "qt_17", &spec, &user, NULL) != QENT_OK) {
    need(!user.view.key && user.view.link_count == 0);
    return;
  }
  (void)see(&user.view, NULL);
  need(strcmp(user.view.key, "qt_17") == 0);
  for (size_t i = 0; i < user.view.link_count; i++) {
    need(!strchr(user.view.links[i], '\n'));
    (void)qent__mz_link_lacks_sid(user.view.links[i]);
  }
  qent_account_view_dispose(&user.view);
}

static void read_inbounds(const qent_http_response *resp, const char *options_text)
{
  struct qent__mz_options options = {.chosen = false};
  struct qent__mz_offer offer = {.known = false};

  need(qent__mz_options_parse(options_text, &options, NULL) == QENT_OK);
  if (qent__mz_parse_inbounds(resp, &options, &offer, NULL) == QENT_OK)
    need(offer.tags[QENT__MZ_VLESS].count + offer.tags[QENT__MZ_SHADOWSOCKS].count > 0);
  qent__mz_offer_dispose(&offer);
  qent__mz_options_dispose(&options);
}

static void read_options(const uint8_t *data, size_t size)
{
  struct qent__mz_options options = {.chosen = false};
  char *text = malloc(size + 1);

  need(text != NULL);
  memcpy(text, data, size);
  text[size] = '\0';
  (void)qent__mz_options_parse(text, &options, NULL);
  qent__mz_options_dispose(&options);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const int refusals[] = {400, 401, 403, 404, 409, 422, 429, 500, 302};
  static const uint8_t nothing[1] = {0};
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_node_stats stats = QENT_NODE_STATS_INIT;
  int64_t count = 0;
  int64_t total = 0;
  bool started = false;
  qent_error err = QENT_ERROR_INIT;

  data = size > 0 ? data : nothing;
  if (qent_http_response_set(&resp, 200, NULL, 0, data, size, NULL) != QENT_OK)
    return 0;
  read_user(&resp);
  read_inbounds(&resp, "{}");
  read_inbounds(&resp, "{\"inbounds\":{\"vless\":[\"VLESS TCP REALITY\"]}}");
  (void)qent__mz_parse_list(&resp, see, NULL, &count, &total, NULL);
  if (qent__mz_parse_system(&resp, &stats, NULL) == QENT_OK)
    need(stats.traffic_bytes >= 0 && stats.online >= 0 && stats.cpu_percent >= 0);
  (void)qent__mz_parse_core(&resp, &started, NULL);
  (void)qent__mz_parse_done(&resp, NULL);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    resp.status = refusals[i];
    need(qent__mz_refusal(&resp, &err) != QENT_OK && err.http_status == refusals[i]);
  }
  qent_http_response_dispose(&resp);
  read_options(data, size);
  return 0;
}

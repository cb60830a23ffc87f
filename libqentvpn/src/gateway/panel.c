/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "util/text.h"
#include <string.h>
#include <time.h>

#define CONNECT_TIMEOUT_MS 5000
#define URL_MAX 2048
#define OPTIONS_MAX ((size_t)16 << 10)
#define OPTIONS_DEPTH 6
#define EXACT_END 9007199254740992.0    /* 2^53: from here on every double is whole */
#define INT64_END 9223372036854775808.0 /* 2^63 */

qent_status qent__panel_send(const qent_gateway_config *config, qent_http_request *req,
                             const char *path, int32_t timeout_ms, qent_http_response *resp_out,
                             qent_error *err)
{
  qent_buf url;
  qent_status st;

  qent_buf_init(&url, URL_MAX);
  qent_buf_adds(&url, config->url);
  qent_buf_adds(&url, path);
  st = qent_buf_status(&url, err);
  if (st == QENT_OK) {
    req->url = url.data;
    req->timeout_ms = timeout_ms;
    req->connect_timeout_ms = CONNECT_TIMEOUT_MS;
    req->ca_file = config->ca_file;
    req->pinned_pubkey = config->pinned_key;
    st = qent_http_send(config->http, req, resp_out, err);
    req->url = NULL;
  }
  qent_buf_dispose(&url);
  return st;
}

bool qent__panel_is_2xx(const qent_http_response *resp)
{
  return resp->status >= 200 && resp->status <= 299;
}

qent_status qent__panel_refused(const qent_http_response *resp, qent_status st, qent_error *err)
{
  if (err) {
    err->http_status = resp->status;
    err->retry_after_ms = resp->retry_after_s >= 0 ? resp->retry_after_s * 1000 : -1;
  }
  return st;
}

qent_status qent__panel_renew(const qent_gateway_config *config, const char *stale,
                              qent_panel_login_fn login, void *user, char *token_out, size_t size,
                              qent_error *err)
{
  qent_status st = qent_panel_share_renew(config->share, stale, login, user, token_out, size, err);

  if (st == QENT_EPROTO || st == QENT_ETIMEOUT) {
    st = QENT_EUPSTREAM;
    if (err)
      err->status = st;
  }
  return st;
}

qent_status qent__panel_json(const qent_http_response *resp, cJSON **root_out, qent_error *err)
{
  qent_status st = qent__json_parse_body(resp->body, resp->body_len, root_out, NULL);

  if (st == QENT_ENOMEM)
    return qent_fail(err, st, "out of memory");
  if (st != QENT_OK)
    return qent_fail(err, QENT_EPROTO, "the panel's answer is not JSON (content type %.60s)",
                     *resp->content_type ? resp->content_type : "not given");
  return QENT_OK;
}

void qent__panel_quote(const char *text, char out[QENT__PANEL_WORDS_CAP])
{
  size_t len = strlen(text);
  size_t n = 0;

  while (n < len) {
    size_t step = qent__utf8_next(text + n, len - n, NULL);
    if (step == 0 || n + step >= QENT__PANEL_WORDS_CAP)
      break;
    memcpy(out + n, text + n, step);
    if (step == 1 && (unsigned char)out[n] < ' ')
      out[n] = ' ';
    n += step;
  }
  out[n] = '\0';
}

qent_status qent__panel_hand_over(const qent_account_view *view, qent_account_view_fn fn,
                                  void *user, qent_error *err)
{
  qent_status st = fn(view, user);

  if (st != QENT_OK && (!err || err->status != st))
    return qent_fail(err, st, "stopped by the receiver of the page");
  return st;
}

qent_status qent__panel_options(const char *text, cJSON **root_out, qent_error *err)
{
  cJSON *root = NULL;
  qent_error why = QENT_ERROR_INIT;
  qent_status st = qent__json_parse(text, strlen(text), OPTIONS_MAX, OPTIONS_DEPTH, &root, &why);

  if (st == QENT_ENOMEM)
    return qent_fail(err, st, "out of memory");
  if (st == QENT_OK && cJSON_IsObject(root)) {
    *root_out = root;
    return QENT_OK;
  }
  cJSON_Delete(root);
  return qent_fail(err, QENT_EINVAL, "the node's options are not a JSON object: %.120s",
                   st == QENT_OK ? "it is another value" : why.message);
}

qent_status qent__panel_flow_option(const cJSON *node, bool *flow_out, qent_error *err)
{
  if (!cJSON_IsString(node) ||
      (*node->valuestring && strcmp(node->valuestring, QENT__PANEL_VISION) != 0))
    return qent_fail(err, QENT_EINVAL,
                     "option flow is neither \"\" nor \"" QENT__PANEL_VISION "\"");
  *flow_out = *node->valuestring != '\0';
  return QENT_OK;
}

int64_t qent__panel_monotonic_s(void)
{
  struct timespec now = {0, 0};

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec;
}

qent_status qent__panel_limit(const cJSON *obj, const char *key, int64_t *out, qent_error *err)
{
  const cJSON *node = qent__json_get(obj, key);
  double n = cJSON_IsNumber(node) ? node->valuedouble : 0;

  if (n < EXACT_END && n > -EXACT_END)
    return qent__json_opt_i64_lax(obj, key, 0, out, err);
  *out = n >= INT64_END ? INT64_MAX : n <= -INT64_END ? INT64_MIN : (int64_t)n;
  return QENT_OK;
}

bool qent__panel_holds_text(const cJSON *list, const char *text)
{
  const cJSON *it = qent__json_first(list);

  if (cJSON_IsString(list))
    return qent__strieq(list->valuestring, text);
  while (it && !(cJSON_IsString(it) && qent__strieq(it->valuestring, text)))
    it = it->next;
  return it != NULL;
}

bool qent__panel_link_host(const char *link, const char **host_out, size_t *len_out)
{
  const char *scheme = strstr(link, "://");
  const char *user = scheme ? scheme + 3 : link;
  const char *end = user + strcspn(user, "?#");
  const char *host = user;
  size_t len;

  for (const char *c = user; c < end; c++)
    if (*c == '@')
      host = c + 1;
  if (host == user)
    return false;
  if (*host == '[')
    len = strcspn(++host, "]");
  else
    len = strcspn(host, ":/?#");
  if (len == 0 || host + len > end)
    return false;
  *host_out = host;
  *len_out = len;
  return true;
}

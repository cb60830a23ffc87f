/* SPDX-License-Identifier: MIT */
/* One request to the Bot API, and what its answers mean. The token is part of every address, so no
 * address ever goes into an error or a log line. */
#include "app/context.h"
#include "telegram/bot_private.h"
#include "util/alloc.h"
#include "util/json.h"
#include "util/secret.h"
#include "util/text.h"

#include <string.h>

#define REPLY_MAX_BYTES (32u << 20) /* a hundred updates; one refused would come for ever */
#define REPLY_MAX_DEPTH 64
#define TIMEOUT_MS 20000
#define ADDRESS_MAX_BYTES 1024

struct qent_bot {
  qent_ctx *ctx;
  qent_http *http;
  qent__secret base; /* API address with "/bot<token>/" behind */
};

static qent_status make_base(qent_bot *bot, const char *token, qent_error *err)
{
  const char *api = qent_settings_get(qent_ctx_settings(bot->ctx), "QENT_TELEGRAM_API_URL");
  qent_buf text;
  qent_status st;

  qent_buf_init(&text, ADDRESS_MAX_BYTES);
  qent_buf_reserve(&text, ADDRESS_MAX_BYTES); /* one block: growing would leave the token behind */
  qent_buf_adds(&text, api);
  while (text.len > 0 && text.data[text.len - 1] == '/')
    qent_buf_truncate(&text, text.len - 1);
  qent_buf_adds(&text, "/bot");
  qent_buf_adds(&text, token);
  qent_buf_addc(&text, '/');
  st = qent_buf_status(&text, err);
  if (st == QENT_OK)
    st = qent__secret_set(&bot->base, text.data, text.len, err);
  qent__buf_wipe(&text);
  return st;
}

qent_status qent_bot_new(qent_ctx *ctx, qent_bot **bot_out, qent_error *err)
{
  const char *token;
  qent_bot *bot;
  qent_status st;

  if (!ctx || !bot_out)
    return qent_fail(err, QENT_EINVAL, "a bot needs a context and an output");
  token = qent_settings_get(qent_ctx_settings(ctx), "QENT_BOT_TOKEN");
  if (!token)
    return qent_fail(err, QENT_EINVAL, "QENT_BOT_TOKEN is not set");
  bot = qent__calloc(1, sizeof *bot);
  if (!bot)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  bot->ctx = ctx;
  st = qent__ctx_http_new(ctx, &bot->http, err);
  if (st == QENT_OK)
    st = make_base(bot, token, err);
  if (st != QENT_OK) {
    qent_bot_free(bot);
    return st;
  }
  *bot_out = bot;
  return QENT_OK;
}

void qent_bot_free(qent_bot *bot)
{
  if (!bot)
    return;
  qent_http_free(bot->http);
  qent__secret_dispose(&bot->base);
  qent__free(bot);
}

qent_ctx *qent__bot_ctx(qent_bot *bot)
{
  return bot->ctx;
}

qent_http *qent__bot_http(qent_bot *bot)
{
  return bot->http;
}

/* "Bad Request: chat not found" and the like come as 400, although the content is fine. */
static bool person_gone(const char *description)
{
  return strstr(description, "chat not found") || strstr(description, "user not found") ||
         strstr(description, "PEER_ID_INVALID");
}

static qent_status status_of(int http_status, const char *description)
{
  switch (http_status) {
  case 400:
    return person_gone(description) ? QENT_ENOTFOUND : QENT_EINVAL;
  case 401:
  case 404:
    return QENT_EAUTH;
  case 403:
    return QENT_ENOTFOUND;
  case 409:
    return QENT_ECONFLICT;
  case 413:
    return QENT_EINVAL;
  default:
    return http_status == 429 || http_status >= 500 ? QENT_EUPSTREAM : QENT_EPROTO;
  }
}

/* A refusal: {"ok":false,"error_code":429,"description":"…","parameters":{"retry_after":7}}; a
 * proxy in between may answer something else, so only the HTTP status is certain. */
static qent_status refusal(const struct qent__bot_call *call, const qent_http_response *reply,
                           const cJSON *root, qent_error *err)
{
  const char *description = qent__json_str_or(root, "description", "no description");
  int64_t pause_s =
      qent__json_i64_or(qent__json_get(root, "parameters"), "retry_after", reply->retry_after_s);
  qent_status st = status_of(reply->status, description);

  (void)qent_fail(err, st, "Telegram, %s: %d %.150s", call->method, (int)reply->status,
                  description);
  if (err) {
    err->http_status = (int)reply->status;
    if (reply->status == 429)
      err->retry_after_ms = (pause_s > 0 ? pause_s : 1) * 1000;
  }
  return st;
}

static qent_status read_reply(const struct qent__bot_call *call, const qent_http_response *reply,
                              cJSON **root_out, qent_error *err)
{
  cJSON *root = NULL;
  qent_status st =
      qent__json_parse(reply->body, reply->body_len, REPLY_MAX_BYTES, REPLY_MAX_DEPTH, &root, NULL);

  if (st == QENT_ENOMEM)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  if (reply->status == 200 && qent__json_bool_or(root, "ok", false)) {
    *root_out = root;
    return QENT_OK;
  }
  if (reply->status == 200) {
    st = qent_fail(err, QENT_EPROTO, "Telegram, %s: the answer is not the Bot API's", call->method);
    if (err)
      err->http_status = 200;
  } else {
    st = refusal(call, reply, root, err);
  }
  cJSON_Delete(root);
  return st;
}

static qent_status send(qent_bot *bot, const struct qent__bot_call *call, qent_http_response *reply,
                        qent_error *err)
{
  static const char *const json_headers[] = {"Content-Type: application/json"};
  qent_http_request request = QENT_HTTP_REQUEST_INIT;
  qent_buf address;
  qent_status st;

  qent_buf_init(&address, ADDRESS_MAX_BYTES);
  qent_buf_reserve(&address, ADDRESS_MAX_BYTES);
  qent_buf_adds(&address, qent__secret_text(&bot->base));
  qent_buf_adds(&address, call->method);
  st = qent_buf_status(&address, err);
  if (st == QENT_OK) {
    request.method = "POST";
    request.url = address.data;
    request.timeout_ms = call->timeout_ms ? call->timeout_ms : TIMEOUT_MS;
    request.max_reply_bytes = REPLY_MAX_BYTES;
    request.parts = call->parts;
    request.part_count = call->part_count;
    if (call->body) {
      request.headers = json_headers;
      request.header_count = 1;
      request.body = call->body->data;
      request.body_len = call->body->len;
    }
    st = qent_http_send(bot->http, &request, reply, err);
  }
  qent__buf_wipe(&address);
  return st;
}

/* A stop ends every call that waits and keeps later ones from beginning. A program that wants its
 * messages to arrive first finishes them before it stops the context. */
qent_status qent__bot_call(qent_bot *bot, const struct qent__bot_call *call, cJSON **root_out,
                           qent_error *err)
{
  qent_http_response reply = QENT_HTTP_RESPONSE_INIT;
  qent_status st = qent__ctx_attach_http(qent__bot_ctx(bot), qent__bot_http(bot), err);

  if (st != QENT_OK)
    return st;
  if (qent_ctx_stopping(qent__bot_ctx(bot)))
    st = qent_fail(err, QENT_ECANCELED, "stopping");
  else
    st = send(bot, call, &reply, err);
  qent__ctx_detach_http(qent__bot_ctx(bot), qent__bot_http(bot));
  if (st == QENT_OK)
    st = read_reply(call, &reply, root_out, err);
  qent_http_response_dispose(&reply);
  return st;
}

qent_status qent__bot_do(qent_bot *bot, const char *method, const qent_buf *body, qent_error *err)
{
  struct qent__bot_call call = {.method = method, .body = body};
  cJSON *root = NULL;
  qent_status st = qent_buf_status(body, err);

  if (st == QENT_OK)
    st = qent__bot_call(bot, &call, &root, err);
  cJSON_Delete(root);
  return st;
}

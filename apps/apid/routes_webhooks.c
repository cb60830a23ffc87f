/* SPDX-License-Identifier: MIT */
#include "body.h"

#include "common/log.h"

#include <string.h>

static const char empty_object[] = "{}";

static void reply_taken(apid_reply *reply)
{
  reply->status = 200;
  reply->static_body = empty_object;
  reply->static_len = sizeof empty_object - 1;
}

/* The second wall. The first is that the payment is asked for at the provider. */
static bool source_known(apid_worker *worker, const apid_request *request, apid_reply *reply)
{
  char address[APP_ADDRESS_TEXT_MAX];
  app_log_field fields[] = {APP_LOG_TEXT_FIELD("address", address)};

  if (!request->server->config.yookassa_check_source)
    return true;
  app_address_format(&request->address, address);
  if (qent_payment_webhook_source_known(request->server->ctx, "yookassa", address))
    return true;
  app_log_event(QENT_LOG_WARN, "webhook", "refused by its source", fields, 1);
  apid_reply_problem(worker, reply, &apid_forbidden, NULL, apid_forbidden.title);
  return false;
}

/* Everything but 200 is repeated for a day: own faults shall be, foreign nonsense need not. */
void apid_post_yookassa(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  cJSON *body;
  qent_status st;

  if (!source_known(worker, request, reply))
    return;
  body = apid_body_object(worker, request, reply);
  if (!body)
    return;
  cJSON_Delete(body);
  st = qent_payment_webhook(worker->session, "yookassa", request->body.data, request->body.len,
                            &err);
  if (st == QENT_OK)
    reply_taken(reply);
  else if (st == QENT_EINVAL)
    apid_reply_problem(worker, reply, &apid_bad_request, NULL, err.message);
  else
    apid_reply_failure(worker, reply, &err);
}

/* Time depends on the lengths only. */
static bool same_secret(const char *given, const char *secret)
{
  size_t len = strlen(secret);
  unsigned char differs = 0;

  if (!given || strlen(given) != len || len == 0)
    return false;
  for (size_t i = 0; i < len; i++)
    differs |= (unsigned char)(given[i] ^ secret[i]);
  return differs == 0;
}

void apid_post_telegram(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const char *given = apid_header(request, "X-Telegram-Bot-Api-Secret-Token");
  qent_error err = QENT_ERROR_INIT;
  const cJSON *item;
  cJSON *body;
  double id;

  if (!same_secret(given, request->server->config.webhook_secret)) {
    apid_reply_problem(worker, reply, &apid_forbidden, NULL, apid_forbidden.title);
    return;
  }
  body = apid_body_object(worker, request, reply);
  if (!body)
    return;
  item = cJSON_GetObjectItemCaseSensitive(body, "update_id");
  id = cJSON_IsNumber(item) ? item->valuedouble : -1;
  if (!(id >= 0 && id <= 9007199254740991.0) || (double)(int64_t)id != id)
    apid_reply_problem(worker, reply, &apid_invalid_field, "update_id",
                       "update_id must be a whole number");
  else if (qent_inbox_put(worker->session, (int64_t)id, request->body.data, request->body.len,
                          &err) != QENT_OK)
    apid_reply_failure(worker, reply, &err);
  else
    reply_taken(reply);
  cJSON_Delete(body);
}

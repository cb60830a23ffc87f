/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include "openapi_yaml.h"

static const char ok[] = "{\"status\":\"ok\"}";

static void reply_ok(apid_reply *reply)
{
  reply->status = 200;
  reply->static_body = ok;
  reply->static_len = sizeof ok - 1;
}

void apid_get_health(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  (void)worker;
  (void)request;
  reply_ok(reply);
}

void apid_get_ready(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;

  if (atomic_load(&request->server->draining))
    apid_reply_problem(worker, reply, &apid_stopping, NULL, apid_stopping.title);
  else if (qent_session_check(worker->session, &err) != QENT_OK)
    apid_reply_problem(worker, reply, &apid_not_ready, NULL, err.message);
  else
    reply_ok(reply);
}

void apid_get_openapi(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  (void)worker;
  (void)request;
  reply->status = 200;
  reply->content_type = "application/yaml";
  reply->static_body = (const char *)apid_openapi_yaml;
  reply->static_len = apid_openapi_yaml_len;
}

/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"

static void telegram_error(struct sb_reply *rp, unsigned status, int64_t retry_after)
{
  static const char *const text[] = {
      "Internal Server Error", "Bad Request", "Unauthorized", "Forbidden", "Not Found", "Conflict"};
  size_t i = status == 400   ? 1
             : status == 401 ? 2
             : status == 403 ? 3
             : status == 404 ? 4
             : status == 409 ? 5
                             : 0;
  cJSON *error = cJSON_CreateObject();
  cJSON_AddBoolToObject(error, "ok", false);
  cJSON_AddNumberToObject(error, "error_code", status);
  if (status == 429) {
    char *d = sb_printf("Too Many Requests: retry after %lld", (long long)retry_after);
    cJSON_AddStringToObject(error, "description", d);
    free(d);
    cJSON *parameters = cJSON_AddObjectToObject(error, "parameters");
    cJSON_AddNumberToObject(parameters, "retry_after", (double)retry_after);
  } else {
    cJSON_AddStringToObject(error, "description", status == 502 ? "Bad Gateway" : text[i]);
  }
  sb_reply_json(rp, status, error);
}

static void yookassa_error(struct sb_reply *rp, unsigned status, int64_t retry_after)
{
  static const struct {
    unsigned status;
    const char *code;
  } codes[] = {{400, "invalid_request"},
               {401, "invalid_credentials"},
               {403, "forbidden"},
               {404, "not_found"},
               {429, "too_many_requests"}};
  const char *code = "internal_server_error";
  char id[37];
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (codes[i].status == status)
      code = codes[i].code;
  sb_uuid(id);
  cJSON *error = cJSON_CreateObject();
  if (status == 202) {
    cJSON_AddStringToObject(error, "type", "processing");
    cJSON_AddStringToObject(error, "description", "Request accepted, but not processed yet");
    cJSON_AddNumberToObject(error, "retry_after", 1800);
  } else {
    cJSON_AddStringToObject(error, "type", "error");
    cJSON_AddStringToObject(error, "id", id);
    cJSON_AddStringToObject(error, "code", code);
    cJSON_AddStringToObject(error, "description", "Switched on in the sandbox");
    if (retry_after > 0)
      cJSON_AddNumberToObject(error, "retry_after", (double)retry_after * 1000);
  }
  sb_reply_json(rp, status, error);
}

static void marzban_error(struct sb_reply *rp, unsigned status)
{
  cJSON *error = cJSON_CreateObject();
  const char *detail = status == 401   ? "Could not validate credentials"
                       : status == 403 ? "You're not allowed"
                       : status == 404 ? "User not found"
                       : status == 409 ? "User already exists"
                                       : "Switched on in the sandbox";
  cJSON_AddStringToObject(error, "detail", detail);
  if (status == 401)
    sb_reply_header(rp, "WWW-Authenticate", "Bearer");
  sb_reply_json(rp, status, error);
}

/* The panel's own errors come with status 200; what refuses or hides answers nothing. */
static void xui_error(struct sb_reply *rp, unsigned status)
{
  if (status == 200)
    sb_reply_text(rp, 200, "application/json; charset=utf-8",
                  "{\"success\":false,\"msg\":\"Something went wrong (database is locked)\","
                  "\"obj\":null}");
  else
    sb_reply_text(rp, status, NULL, "");
}

static void wg_error(enum sb_target target, struct sb_reply *rp, unsigned status)
{
  cJSON *error = cJSON_CreateObject();
  cJSON_AddNumberToObject(error, "statusCode", status);
  if (target == SB_WGEASY) {
    cJSON_AddBoolToObject(error, "error", true);
    cJSON_AddStringToObject(error, "statusMessage", "Switched on in the sandbox");
    cJSON_AddStringToObject(error, "message", "Switched on in the sandbox");
  } else {
    cJSON_AddItemToObject(error, "stack", cJSON_CreateArray());
  }
  sb_reply_json(rp, status, error);
}

void sb_error_like(enum sb_target target, struct sb_reply *rp, unsigned status, int64_t retry_after)
{
  if (retry_after > 0) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)retry_after);
    sb_reply_header(rp, "Retry-After", text);
  }
  if (target == SB_TELEGRAM)
    telegram_error(rp, status, retry_after);
  else if (target == SB_YOOKASSA)
    yookassa_error(rp, status, retry_after);
  else if (target == SB_XUI)
    xui_error(rp, status);
  else if (target == SB_AMNEZIAWG || target == SB_WGEASY)
    wg_error(target, rp, status);
  else if (status >= 500)
    sb_reply_text(rp, status, "text/plain; charset=utf-8",
                  status == 500 ? "Internal Server Error" : "Bad Gateway");
  else
    marzban_error(rp, status);
}

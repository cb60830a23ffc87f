/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include <string.h>

static const char *allowed_origin(const apid_request *request)
{
  const apid_config *config = &request->server->config;
  const char *origin = apid_header(request, MHD_HTTP_HEADER_ORIGIN);

  for (size_t i = 0; origin && i < config->origin_count; i++) {
    if (strcmp(config->origins[i], origin) == 0)
      return origin;
  }
  return NULL;
}

bool apid_cors_preflight(const apid_request *request)
{
  return strcmp(request->method, "OPTIONS") == 0 && allowed_origin(request) &&
         apid_header(request, "Access-Control-Request-Method");
}

void apid_cors_headers(const apid_request *request, struct MHD_Response *response)
{
  const char *origin = allowed_origin(request);

  if (request->server->config.origin_count > 0 && apid_header(request, MHD_HTTP_HEADER_ORIGIN))
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Origin");
  if (!origin)
    return;
  (void)MHD_add_response_header(response, "Access-Control-Allow-Origin", origin);
  if (!apid_cors_preflight(request)) {
    (void)MHD_add_response_header(response, "Access-Control-Expose-Headers",
                                  "Retry-After, RateLimit, RateLimit-Policy");
    return;
  }
  (void)MHD_add_response_header(response, "Access-Control-Allow-Methods",
                                "GET, POST, PATCH, OPTIONS");
  (void)MHD_add_response_header(response, "Access-Control-Allow-Headers",
                                "Authorization, Content-Type, Idempotency-Key");
  (void)MHD_add_response_header(response, "Access-Control-Max-Age", "600");
}

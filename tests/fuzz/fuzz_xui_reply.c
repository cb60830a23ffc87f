/* SPDX-License-Identifier: MIT */
/* Answers of 3x-ui. The second byte tells which API the panel speaks, whether its cookies and
 * tokens come from the input as well, and whether we have an API token. */
#include "gateway/xui.h"
#include "panel_reply.h"

#include <string.h>

#define DONE "{\"success\":true,\"msg\":\"\",\"obj\":null}"
#define CSRF "{\"success\":true,\"obj\":\"csrf\"}"

enum { BEFORE_3_1 = 1, RAW_LOGINS = 2, BY_TOKEN = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool answer(const qent_http_request *req, int calls, uint8_t asked, qent_http_response *resp,
                   qent_status *st_out, qent_error *err)
{
  static const char *const cookie[] = {"Set-Cookie: 3x-ui=abc; Path=/"};
  int probed = (asked & BEFORE_3_1) != 0 ? 404 : 200;

  if ((asked & RAW_LOGINS) != 0)
    return false;
  if (strstr(req->url, "/csrf-token"))
    *st_out = qent_http_response_set(resp, 200, NULL, 0, CSRF, sizeof CSRF - 1, err);
  else if (strstr(req->url, "/login"))
    *st_out = qent_http_response_set(resp, 200, cookie, 1, DONE, sizeof DONE - 1, err);
  else if (strstr(req->url, "page=1&pageSize=1") && calls < 6)
    *st_out = qent_http_response_set(resp, probed, NULL, 0, DONE, sizeof DONE - 1, err);
  else
    return false;
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct panel_reply xui = {
      .factory = &qent__xui_factory, .username = "admin", .calls_max = 60, .answer = answer};

  if (size >= 2 && (data[1] & BY_TOKEN) != 0)
    xui.username = "token";
  return panel_reply_feed(&xui, data, size);
}

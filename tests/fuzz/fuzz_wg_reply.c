/* SPDX-License-Identifier: MIT */
/* Answers of amnezia-wg-easy and, when the second byte is odd, of wg-easy. Logging in always works.
 */
#include "gateway/amneziawg.h"
#include "gateway/wgeasy.h"
#include "panel_reply.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

enum { CALLS_MAX = 100000 }; /* every peer of a name is removed */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool answer(const qent_http_request *req, int calls, uint8_t asked, qent_http_response *resp,
                   qent_status *st_out, qent_error *err)
{
  static const char *const cookie[] = {"Set-Cookie: connect.sid=s%3Aabc.def; Path=/; HttpOnly"};
  static const char done[] = "{\"success\":true}";
  static const char network[] = "{\"ipv4Cidr\":\"10.8.0.0/24\"}";

  (void)calls;
  (void)asked;
  if (strstr(req->url, "/api/session") && strcmp(req->method, "POST") == 0)
    *st_out = qent_http_response_set(resp, 200, cookie, 1, done, sizeof done - 1, err);
  else if (strstr(req->url, "/api/admin/interface"))
    *st_out = qent_http_response_set(resp, 200, NULL, 0, network, sizeof network - 1, err);
  else
    return false;
  return true;
}

static void check(const qent_account_view *view, enum panel_reply_view how)
{
  if (view->traffic_limit_bytes != 0 || view->expires_at != 0 ||
      view->link_count > (how != PANEL_REPLY_LISTED) ||
      (how == PANEL_REPLY_MADE && view->link_count == 0))
    abort();
  for (size_t i = 0; i < view->link_count; i++)
    if (!qent__starts_with(view->links[i], "awg://"))
      abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct panel_reply panels[] = {
      {.factory = &qent__amneziawg_factory,
       .username = "admin",
       .calls_max = CALLS_MAX,
       .answer = answer,
       .check = check},
      {.factory = &qent__wgeasy_factory,
       .username = "admin",
       .calls_max = CALLS_MAX,
       .answer = answer,
       .check = check},
  };

  return panel_reply_feed(&panels[size < 2 ? 0 : data[1] % 2], data, size);
}

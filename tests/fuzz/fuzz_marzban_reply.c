/* SPDX-License-Identifier: MIT */
/* Answers of Marzban. Logging in always works. */
#include "gateway/marzban.h"
#include "gateway/marzban_private.h"
#include "panel_reply.h"

#include <stdlib.h>
#include <string.h>

#define TOKEN "{\"access_token\":\"token\",\"token_type\":\"bearer\"}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool answer(const qent_http_request *req, int calls, uint8_t asked, qent_http_response *resp,
                   qent_status *st_out, qent_error *err)
{
  (void)calls;
  (void)asked;
  if (!strstr(req->url, "/api/admin/token"))
    return false;
  *st_out = qent_http_response_set(resp, 200, NULL, 0, TOKEN, sizeof TOKEN - 1, err);
  return true;
}

static void check(const qent_account_view *view, enum panel_reply_view how)
{
  (void)how;
  if (view->used_bytes < 0)
    abort();
}

static void check_step(const char *step)
{
  if (strncmp(step, "inbound qent-", 13) != 0 && strncmp(step, "links of qent-", 14) != 0)
    abort();
}

static void opened(qent_gateway *gw)
{
  ((qent__marzban *)gw)->look_pause_ms = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct panel_reply marzban = {.factory = &qent__marzban_factory,
                                             .username = "admin",
                                             .calls_max = 40,
                                             .answer = answer,
                                             .check = check,
                                             .check_step = check_step,
                                             .opened = opened};

  return panel_reply_feed(&marzban, data, size);
}

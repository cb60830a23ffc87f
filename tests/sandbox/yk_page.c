/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "text.h"
#include "web.h"
#include "yk.h"
#include "yookassa.h"

static const char *state_text(const cJSON *obj)
{
  const char *status = sb_json_str(obj, "status");
  if (strcmp(status, "succeeded") == 0)
    return "Paid";
  if (strcmp(status, "waiting_for_capture") == 0)
    return "Authorised, waiting for capture";
  return "Canceled";
}

/* A link to Telegram leads to the chat page, which stands for it here. */
static const char *way_back(const struct yk_payment *p)
{
  return sb_has_prefix(p->return_url, "https://t.me/") ? "/chat" : p->return_url;
}

static void show(const struct yk_payment *p, struct sb_reply *rp)
{
  const cJSON *amount = cJSON_GetObjectItemCaseSensitive(p->obj, "amount");
  const char *description = sb_json_str(p->obj, "description");
  bool pending = strcmp(sb_json_str(p->obj, "status"), "pending") == 0;
  const struct sb_slot slots[] = {
      {"id", p->id},
      {"value", sb_json_str(amount, "value")},
      {"currency", sb_json_str(amount, "currency")},
      {"description", description ? description : ""},
      {"return_url", way_back(p)},
      {"state", pending ? "" : state_text(p->obj)},
      {"form_class", pending ? "" : "gone"},
      {"done_class", pending ? "gone" : ""},
      {"test_class", sb_json_bool(p->obj, "test", true) ? "" : "gone"},
  };
  sb_page(rp, (const char *)web_pay_html, slots, sizeof slots / sizeof *slots);
}

static void submit(struct yk_payment *p, const struct sb_request *rq, struct sb_reply *rp)
{
  struct sb_params form = {0};
  sb_params_urlencoded(&form, rq->body, rq->body_len);
  const char *action = sb_params_get(&form, "action");
  const char *reason = sb_params_get(&form, "reason");
  bool paid = action && strcmp(action, "pay") == 0;
  (void)yk_finish(p, paid, "payment_network", reason && *reason ? reason : "general_decline", true);
  sb_reply_text(rp, 303, "text/plain", "See Other");
  sb_reply_header(rp, "Location", way_back(p));
  sb_params_free(&form);
}

void sb_yookassa_page(struct sb_request *rq, struct sb_reply *rp)
{
  if (sb_is(rq, "GET", "/pay.css")) {
    sb_reply_bytes(rp, 200, "text/css; charset=utf-8", web_pay_css, web_pay_css_len);
    return;
  }
  (void)pthread_mutex_lock(&yk_shop.lock);
  yk_expire();
  struct yk_payment *p = sb_has_prefix(rq->path, "/pay/")
                             ? sb_map_get(&yk_shop.payments, rq->path + strlen("/pay/"))
                             : NULL;
  if (!p)
    sb_reply_text(rp, 404, "text/plain; charset=utf-8", "No such payment");
  else if (strcmp(rq->method, "POST") == 0)
    submit(p, rq, rp);
  else
    show(p, rp);
  (void)pthread_mutex_unlock(&yk_shop.lock);
}

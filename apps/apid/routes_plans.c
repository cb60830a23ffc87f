/* SPDX-License-Identifier: MIT */
#include "apid.h"

struct listing {
  qent_json_writer *w;
  const qent_ctx *ctx;
  const char *language;
};

static void limit(qent_json_writer *w, const char *key, int64_t value)
{
  if (value > 0)
    qent_jw_ki64(w, key, value);
  else
    qent_jw_knull(w, key);
}

static void add_prices(qent_json_writer *w, const qent_ctx *ctx, const qent_plan *plan)
{
  const char *method;

  qent_jw_karray(w, "prices");
  for (size_t i = 0; (method = qent_ctx_payment_provider_name(ctx, i)) != NULL; i++) {
    qent_money price;
    if (!qent_plan_price(plan, qent_ctx_payment_provider_currency(ctx, i), &price))
      continue;
    qent_jw_object(w);
    qent_jw_kstr(w, "method", method);
    apid_view_money(w, "price", &price);
    qent_jw_end_object(w);
  }
  qent_jw_end_array(w);
}

static bool add_plan(const qent_plan *plan, void *user)
{
  struct listing *listing = user;
  qent_json_writer *w = listing->w;

  qent_jw_object(w);
  qent_jw_kstr(w, "code", qent_plan_code(plan));
  qent_jw_kstr(w, "title", qent_plan_title(plan, listing->language));
  qent_jw_kobject(w, "titles");
  qent_jw_kstr(w, "ru", qent_plan_title(plan, "ru"));
  qent_jw_kstr(w, "en", qent_plan_title(plan, "en"));
  qent_jw_end_object(w);
  qent_jw_ki64(w, "period", qent_plan_period(plan));
  qent_jw_kstr(w, "period_unit",
               qent_plan_period_unit(plan) == QENT_PERIOD_MONTHS ? "months" : "days");
  limit(w, "traffic_limit_bytes", qent_plan_traffic_limit_bytes(plan));
  limit(w, "device_limit", qent_plan_device_limit(plan));
  qent_jw_ki64(w, "replicas", qent_plan_replicas(plan));
  add_prices(w, listing->ctx, plan);
  qent_jw_end_object(w);
  return true;
}

void apid_get_plans(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;
  struct listing listing = {&w, request->server->ctx, qent_user_language(request->user)};

  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_karray(&w, "plans");
  if (qent_plan_each(worker->session, false, add_plan, &listing, &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  apid_json_end(worker, &w, reply, 200);
}

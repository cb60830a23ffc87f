/* SPDX-License-Identifier: MIT */
#include "body.h"

#define DAY_S 86400
#define DAYS_MAX 366

struct listing {
  qent_json_writer *w;
  int64_t now;
};

static bool add_subscription(const qent_subscription *sub, void *user)
{
  struct listing *listing = user;

  apid_view_subscription(listing->w, sub, listing->now);
  return true;
}

void apid_get_subscriptions(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;
  struct listing listing = {&w, qent_ctx_now(request->server->ctx)};

  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_karray(&w, "subscriptions");
  if (qent_subscription_each(worker->session, qent_user_id(request->user), add_subscription,
                             &listing, &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  apid_json_end(worker, &w, reply, 200);
}

/* The user's own subscription of the path; NULL: the reply says that there is none. */
static qent_subscription *own(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_subscription *sub = NULL;

  if (qent_subscription_by_id(worker->session, qent_user_id(request->user), request->id, &sub,
                              &err) != QENT_OK)
    apid_reply_failure(worker, reply, &err);
  return sub;
}

static void reply_subscription(apid_worker *worker, const apid_request *request,
                               const qent_subscription *sub, apid_reply *reply)
{
  qent_json_writer w;

  apid_json_begin(worker, &w);
  apid_view_subscription(&w, sub, qent_ctx_now(request->server->ctx));
  apid_json_end(worker, &w, reply, 200);
}

void apid_get_subscription(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_subscription *sub = own(worker, request, reply);

  if (sub)
    reply_subscription(worker, request, sub, reply);
  qent_subscription_free(sub);
}

static bool add_link(const qent_share_link *link, void *user)
{
  qent_json_writer *w = user;

  qent_jw_object(w);
  qent_jw_kstr(w, "uri", link->uri);
  qent_jw_kstr(w, "protocol", link->protocol);
  qent_jw_kstr(w, "node", link->node_name);
  qent_jw_end_object(w);
  return true;
}

/* "data:image/png;base64,..." of the link's QR code. */
static qent_status add_qr(qent_json_writer *w, const char *link, qent_error *err)
{
  qent_buf text;
  void *png = NULL;
  size_t len = 0;
  qent_status st = qent_qr_png(link, &png, &len, err);

  if (st != QENT_OK)
    return st;
  qent_buf_init(&text, APID_REPLY_MAX / 2);
  qent_buf_adds(&text, "data:image/png;base64,");
  apid_base64(&text, png, len);
  st = qent_buf_status(&text, err);
  if (st == QENT_OK)
    qent_jw_kstr(w, "qr", text.data);
  qent_buf_dispose(&text);
  qent_png_free(png);
  return st;
}

void apid_get_keys(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_subscription *sub = own(worker, request, reply);
  qent_json_writer w;
  qent_status st;

  if (!sub)
    return;
  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_ki64(&w, "subscription_id", qent_subscription_id(sub));
  qent_jw_ki64(&w, "keys_revision", qent_subscription_keys_revision(sub));
  qent_jw_kstr(&w, "config_link", qent_subscription_config_link(sub));
  st = add_qr(&w, qent_subscription_config_link(sub), &err);
  qent_jw_karray(&w, "links");
  if (st == QENT_OK)
    st = qent_subscription_links(worker->session, qent_subscription_id(sub), add_link, &w, &err);
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  if (st == QENT_OK)
    apid_json_end(worker, &w, reply, 200);
  else
    apid_reply_failure(worker, reply, &err);
  qent_subscription_free(sub);
}

static bool add_day(const qent_traffic *traffic, void *user)
{
  qent_json_writer *w = user;

  qent_jw_object(w);
  qent_jw_ki64(w, "day_start", traffic->day_start);
  qent_jw_ki64(w, "bytes", traffic->bytes);
  qent_jw_end_object(w);
  return true;
}

void apid_get_traffic(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_subscription *sub;
  qent_json_writer w;
  int64_t now = qent_ctx_now(request->server->ctx);
  int64_t days = 30;

  if (!apid_query_int(request, "days", 1, DAYS_MAX, &days)) {
    apid_reply_problem(worker, reply, &apid_bad_request, "days", "days must be 1 to 366");
    return;
  }
  sub = own(worker, request, reply);
  if (!sub)
    return;
  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_ki64(&w, "subscription_id", qent_subscription_id(sub));
  qent_jw_karray(&w, "days");
  if (qent_subscription_traffic(worker->session, qent_subscription_id(sub),
                                now - now % DAY_S - (days - 1) * DAY_S, add_day, &w,
                                &err) == QENT_OK) {
    qent_jw_end_array(&w);
    qent_jw_end_object(&w);
    apid_json_end(worker, &w, reply, 200);
  } else {
    apid_reply_failure(worker, reply, &err);
  }
  qent_subscription_free(sub);
}

void apid_post_rotate(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_subscription *sub = NULL;
  qent_status st = qent_subscription_rotate(worker->session, qent_user_id(request->user),
                                            request->id, &sub, &err);

  if (st == QENT_OK) {
    reply_subscription(worker, request, sub, reply);
  } else if (st == QENT_ECONFLICT && err.retry_after_ms >= 0) {
    apid_reply_problem(worker, reply, &apid_too_soon, NULL, err.message);
    apid_reply_header(reply, MHD_HTTP_HEADER_RETRY_AFTER, "%lld",
                      (long long)(err.retry_after_ms + 999) / 1000);
  } else {
    apid_reply_failure(worker, reply, &err);
  }
  qent_subscription_free(sub);
}

/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <string.h>

/* One is seldom had more than a few times. */
#define IDS_BYTES_MAX ((size_t)64 * 1024)

static bool add_id(const qent_subscription *sub, void *user)
{
  int64_t id = qent_subscription_id(sub);

  qent_buf_add(user, &id, sizeof id);
  return true;
}

/* The ids come first because a subscription's nodes are read with the same session. */
static qent_status add_subscriptions(apid_worker *worker, int64_t user_id, qent_json_writer *w,
                                     qent_error *err)
{
  qent_buf ids;
  qent_status st;

  qent_buf_init(&ids, IDS_BYTES_MAX);
  st = qent_subscription_each(worker->session, user_id, add_id, &ids, err);
  if (st == QENT_OK)
    st = qent_buf_status(&ids, err);
  for (size_t at = 0; st == QENT_OK && at < ids.len; at += sizeof(int64_t)) {
    qent_subscription *sub = NULL;
    int64_t id;
    memcpy(&id, ids.data + at, sizeof id);
    st = qent_subscription_by_id(worker->session, user_id, id, &sub, err);
    if (st == QENT_OK)
      st = apid_view_subscription(worker, w, sub, err);
    qent_subscription_free(sub);
  }
  qent_buf_dispose(&ids);
  return st;
}

void apid_get_subscriptions(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;

  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_karray(&w, "subscriptions");
  if (add_subscriptions(worker, qent_user_id(request->user), &w, &err) != QENT_OK) {
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

void apid_get_subscription(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_subscription *sub = own(worker, request, reply);

  if (sub)
    apid_reply_subscription(worker, reply, sub);
  qent_subscription_free(sub);
}

static bool add_link(const qent_share_link *link, void *user)
{
  qent_json_writer *w = user;

  qent_jw_object(w);
  qent_jw_kstr(w, "uri", link->uri);
  qent_jw_kstr(w, "protocol", link->protocol);
  qent_jw_kstr(w, "node", link->node_name);
  if (link->conf) {
    qent_jw_kstr(w, "conf", link->conf);
    qent_jw_kstr(w, "filename", link->filename);
  }
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

void apid_post_rotate(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_subscription *sub = NULL;
  qent_status st = qent_subscription_rotate(worker->session, qent_user_id(request->user),
                                            request->id, &sub, &err);

  if (st == QENT_OK)
    apid_reply_subscription(worker, reply, sub);
  else
    apid_reply_failure(worker, reply, &err);
  qent_subscription_free(sub);
}

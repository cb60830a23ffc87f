/* SPDX-License-Identifier: MIT */
#include "body.h"

#define DAY_S 86400
#define DAYS_MAX 366
#define NAME_MAX_BYTES 32

static bool add_choice(const qent_node_choice *choice, void *user)
{
  qent_json_writer *w = user;

  qent_jw_object(w);
  qent_jw_kstr(w, "name", choice->name);
  qent_jw_kstr(w, "title", choice->title);
  apid_view_country(w, choice->country);
  qent_jw_kbool(w, "current", choice->current);
  qent_jw_kbool(w, "available", choice->available);
  qent_jw_kbool(w, "down", choice->down);
  if (choice->load_percent >= 0)
    qent_jw_ki64(w, "load_percent", choice->load_percent);
  else
    qent_jw_knull(w, "load_percent");
  qent_jw_end_object(w);
  return true;
}

void apid_get_nodes(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;

  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_ki64(&w, "subscription_id", request->id);
  qent_jw_karray(&w, "nodes");
  if (qent_subscription_nodes(worker->session, qent_user_id(request->user), request->id, add_choice,
                              &w, &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  apid_json_end(worker, &w, reply, 200);
}

/* A missing name must not move anybody to wherever is best, so null has to be said. */
static bool read_node(apid_worker *worker, const cJSON *body, const char **name_out,
                      apid_reply *reply)
{
  if (cJSON_GetObjectItemCaseSensitive(body, "node"))
    return apid_body_text(worker, reply, body, "node", false, NAME_MAX_BYTES, name_out);
  apid_reply_problem(worker, reply, &apid_invalid_field, "node",
                     "node must be a name, or null for the best other one");
  return false;
}

static void move(apid_worker *worker, apid_request *request, const char *name, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  int64_t user_id = qent_user_id(request->user);
  qent_subscription *sub = NULL;
  qent_status st = qent_subscription_by_id(worker->session, user_id, request->id, &sub, &err);

  qent_subscription_free(sub);
  sub = NULL;
  if (st != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  st = qent_subscription_move(worker->session, user_id, request->id, name, &sub, &err);
  if (st == QENT_OK)
    apid_reply_subscription(worker, reply, sub);
  else if (st == QENT_ENOTFOUND)
    apid_reply_problem(worker, reply, &apid_invalid_field, "node", "there is no such node");
  else
    apid_reply_failure(worker, reply, &err);
  qent_subscription_free(sub);
}

void apid_post_node(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const char *name = NULL;
  cJSON *body = apid_body_object(worker, request, reply);

  if (body && read_node(worker, body, &name, reply))
    move(worker, request, name, reply);
  cJSON_Delete(body);
}

/* Rows come by day and node; a day is an object that ends when the next one begins. */
struct days {
  qent_json_writer *w;
  int64_t day_start; /* of the open day; -1: none is open */
  int64_t bytes;
};

static void end_day(struct days *days)
{
  if (days->day_start < 0)
    return;
  qent_jw_end_array(days->w);
  qent_jw_ki64(days->w, "bytes", days->bytes);
  qent_jw_end_object(days->w);
}

static bool add_traffic(const qent_traffic *traffic, void *user)
{
  struct days *days = user;
  qent_json_writer *w = days->w;

  if (traffic->day_start != days->day_start) {
    end_day(days);
    days->day_start = traffic->day_start;
    days->bytes = 0;
    qent_jw_object(w);
    qent_jw_ki64(w, "day_start", traffic->day_start);
    qent_jw_karray(w, "nodes");
  }
  days->bytes += traffic->bytes;
  qent_jw_object(w);
  qent_jw_kstr(w, "title", traffic->node_name);
  apid_view_country(w, traffic->country);
  qent_jw_ki64(w, "bytes", traffic->bytes);
  qent_jw_end_object(w);
  return true;
}

static qent_status add_days(apid_worker *worker, const apid_request *request, int64_t from,
                            qent_json_writer *w, qent_error *err)
{
  struct days days = {w, -1, 0};
  qent_subscription *sub = NULL;
  qent_status st =
      qent_subscription_by_id(worker->session, qent_user_id(request->user), request->id, &sub, err);

  qent_subscription_free(sub);
  if (st == QENT_OK)
    st = qent_subscription_traffic(worker->session, request->id, from, add_traffic, &days, err);
  if (st == QENT_OK)
    end_day(&days);
  return st;
}

void apid_get_traffic(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;
  int64_t now = qent_ctx_now(request->server->ctx);
  int64_t days = 30;

  if (!apid_query_int(request, "days", 1, DAYS_MAX, &days)) {
    apid_reply_problem(worker, reply, &apid_bad_request, "days", "days must be 1 to 366");
    return;
  }
  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_ki64(&w, "subscription_id", request->id);
  qent_jw_karray(&w, "days");
  if (add_days(worker, request, now - now % DAY_S - (days - 1) * DAY_S, &w, &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  apid_json_end(worker, &w, reply, 200);
}

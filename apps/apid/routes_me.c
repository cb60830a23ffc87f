/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <string.h>

struct glance {
  qent_json_writer *w;
  int64_t now;
};

static bool add_glance(const qent_subscription *sub, void *user)
{
  struct glance *glance = user;

  apid_view_glance(glance->w, sub, glance->now);
  return true;
}

void apid_get_me(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const apid_config *config = &request->server->config;
  const qent_user *user = request->user;
  qent_error err = QENT_ERROR_INIT;
  qent_json_writer w;
  struct glance glance = {&w, qent_ctx_now(request->server->ctx)};
  bool admin =
      qent_settings_is_admin(qent_ctx_settings(request->server->ctx), request->telegram_id);

  apid_json_begin(worker, &w);
  qent_jw_object(&w);
  qent_jw_ki64(&w, "id", qent_user_id(user));
  qent_jw_ki64(&w, "telegram_id", qent_user_telegram_id(user));
  qent_jw_kstr(&w, "name", qent_user_name(user));
  qent_jw_kstr(&w, "username", qent_user_username(user));
  qent_jw_kstr(&w, "language", qent_user_language(user));
  qent_jw_kstr(&w, "role", admin ? "admin" : "user");
  qent_jw_ki64(&w, "created_at", qent_user_created_at(user));
  qent_jw_ki64(&w, "now", glance.now);
  qent_jw_kobject(&w, "shop");
  qent_jw_kstr(&w, "name", config->shop_name ? config->shop_name : "");
  qent_jw_kstr(&w, "support_url", config->support_url);
  qent_jw_end_object(&w);
  qent_jw_karray(&w, "subscriptions");
  if (qent_subscription_each(worker->session, qent_user_id(user), add_glance, &glance, &err) !=
      QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    return;
  }
  qent_jw_end_array(&w);
  qent_jw_end_object(&w);
  apid_json_end(worker, &w, reply, 200);
}

void apid_patch_me(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  cJSON *body = apid_body_object(worker, request, reply);
  qent_error err = QENT_ERROR_INIT;
  const char *language = NULL;
  int64_t id = qent_user_id(request->user);
  qent_user *changed = NULL;

  if (!body || !apid_body_text(worker, reply, body, "language", true, 8, &language))
    goto out;
  if (strcmp(language, "ru") != 0 && strcmp(language, "en") != 0) {
    apid_reply_problem(worker, reply, &apid_invalid_field, "language", "language must be ru or en");
    goto out;
  }
  if (qent_user_set_language(worker->session, id, language, &err) != QENT_OK ||
      qent_user_by_id(worker->session, id, &changed, &err) != QENT_OK) {
    apid_reply_failure(worker, reply, &err);
    goto out;
  }
  qent_user_free(request->user);
  request->user = changed;
  apid_get_me(worker, request, reply);
out:
  cJSON_Delete(body);
}

/* SPDX-License-Identifier: MIT */
#include "apid.h"

#include <string.h>
#include <strings.h>

/* Telegram's names have at most 64 characters each. */
#define NAME_MAX_BYTES 600

static bool refuse(apid_worker *worker, apid_reply *reply, const apid_problem *problem,
                   const char *detail)
{
  apid_reply_problem(worker, reply, problem, NULL, detail);
  apid_reply_header(reply, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "tma");
  return false;
}

static const char *init_data_of(const apid_request *request)
{
  const char *value = apid_header(request, MHD_HTTP_HEADER_AUTHORIZATION);

  return value && strncasecmp(value, "tma ", 4) == 0 ? value + 4 : NULL;
}

/* "First Last"; a last name that does not fit is left out. */
static void join_name(char name_out[NAME_MAX_BYTES], const char *first, const char *last)
{
  size_t first_len = strnlen(first, NAME_MAX_BYTES - 1);
  size_t last_len = strlen(last);

  memcpy(name_out, first, first_len);
  if (last_len > 0 && first_len + last_len + 2 <= NAME_MAX_BYTES) {
    name_out[first_len++] = ' ';
    memcpy(name_out + first_len, last, last_len);
    first_len += last_len;
  }
  name_out[first_len] = '\0';
}

/* Reads only, unless the person is new or Telegram tells another name. */
static qent_status know_user(apid_worker *worker, apid_request *request, const qent_initdata *data,
                             qent_error *err)
{
  qent_user_profile profile = QENT_USER_PROFILE_INIT;
  char name[NAME_MAX_BYTES];

  join_name(name, qent_initdata_first_name(data), qent_initdata_last_name(data));
  profile.telegram_id = qent_initdata_user_id(data);
  profile.name = name;
  profile.username = qent_initdata_username(data);
  profile.language = qent_initdata_language(data);
  request->telegram_id = profile.telegram_id;
  return qent_user_touch(worker->session, &profile, &request->user, err);
}

static bool within_limit(apid_worker *worker, apid_request *request, int64_t telegram_id,
                         apid_reply *reply)
{
  apid_verdict verdict =
      apid_limiter_take(request->server->users, (uint64_t)telegram_id, request->began_ms);

  request->rate_left = verdict.left;
  request->rate_reset_s = verdict.reset_s;
  if (verdict.allowed)
    return true;
  apid_reply_problem(worker, reply, &apid_rate_limited, NULL, "wait as long as Retry-After says");
  apid_reply_header(reply, MHD_HTTP_HEADER_RETRY_AFTER, "%lld", (long long)verdict.reset_s);
  return false;
}

static bool check(apid_worker *worker, apid_request *request, const char *text,
                  qent_initdata **data_out, apid_reply *reply)
{
  const apid_config *config = &request->server->config;
  qent_initdata_result result =
      qent_initdata_check(worker->verifier, text, strlen(text), qent_ctx_now(request->server->ctx),
                          config->initdata_max_age_s, data_out);

  if (result == QENT_INITDATA_OK)
    return true;
  if (result == QENT_INITDATA_FAILED) {
    apid_reply_problem(worker, reply, &apid_internal, NULL, apid_internal.title);
    return false;
  }
  return refuse(worker, reply,
                result == QENT_INITDATA_EXPIRED ? &apid_init_data_expired : &apid_unauthorized,
                qent_initdata_result_name(result));
}

bool apid_authenticate(apid_worker *worker, apid_request *request, apid_reply *reply)
{
  const char *text = init_data_of(request);
  qent_initdata *data = NULL;
  qent_error err = QENT_ERROR_INIT;
  bool good = false;

  if (!text)
    return refuse(worker, reply, &apid_unauthorized,
                  "the Authorization header must be: tma <initData>");
  if (!check(worker, request, text, &data, reply))
    return false;
  if (qent_initdata_user_id(data) <= 0)
    refuse(worker, reply, &apid_unauthorized, "initData names no user");
  else if (!within_limit(worker, request, qent_initdata_user_id(data), reply))
    good = false;
  else if (know_user(worker, request, data, &err) != QENT_OK)
    apid_reply_failure(worker, reply, &err);
  else
    good = true;
  qent_initdata_free(data);
  return good;
}

/* SPDX-License-Identifier: MIT */
#include "gateway/marzban_private.h"
#include "gateway/panel.h"
#include "util/url.h"
#include <stdio.h>

#define OFFER_MAX_AGE_S 300
#define SID_READS 2
#define SID_RETRY_MS 2000

qent_status qent__mz_read_offer(qent__marzban *mz, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  struct qent__mz_offer offer = {.known = false};
  qent_status st = qent__mz_get(mz, "/api/inbounds", QENT__MZ_REPLY_MAX, &resp, err);

  if (st == QENT_OK)
    st = qent__mz_parse_inbounds(&resp, &mz->options, &offer, err);
  qent_http_response_dispose(&resp);
  if (st != QENT_OK)
    return st;
  offer.read_at_s = qent__panel_monotonic_s();
  qent__mz_offer_dispose(&mz->offer);
  mz->offer = offer;
  return QENT_OK;
}

/* The offer is kept for a while: it changes only when an admin edits the core's configuration. */
static qent_status need_offer(qent__marzban *mz, qent_error *err)
{
  if (mz->offer.known && qent__panel_monotonic_s() - mz->offer.read_at_s < OFFER_MAX_AGE_S)
    return QENT_OK;
  return qent__mz_read_offer(mz, err);
}

/* A call that is answered with the user whom it is about. */
static qent_status call_user(qent__marzban *mz, const struct qent__mz_request *call,
                             const char *key, const qent_account_spec *spec,
                             struct qent__mz_user *user_out, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  qent_status st = qent__mz_call(mz, call, &resp, err);

  if (st == QENT_OK && !qent__panel_is_2xx(&resp))
    st = qent__mz_user_refusal(&resp, err);
  else if (st == QENT_OK)
    st = qent__mz_parse_user(&resp, key, spec, user_out, err);
  if (st == QENT_OK)
    mz->of_nobody = user_out->of_nobody;
  qent_http_response_dispose(&resp);
  return st;
}

/* GET /api/user/{username}
 * Shape:  -> user object, see marzban_json.c
 * Errors: 404 {"detail":"User not found"}; 403 for another admin's user; 500 for a user that was
 * once made without proxies. Source: Gozargah/Marzban v0.8.4, app/routers/user.py; reply in
 * tests/data/marzban/user.json. */
qent_status qent__mz_read_user(qent__marzban *mz, const char *key, const qent_account_spec *spec,
                               struct qent__mz_user *user_out, qent_error *err)
{
  char path[QENT__MZ_PATH_CAP];
  const struct qent__mz_request call = {"GET", path, NULL, QENT__MZ_REPLY_MAX};

  (void)snprintf(path, sizeof path, "/api/user/%s", key);
  return call_user(mz, &call, key, spec, user_out, err);
}

/* PUT /api/user/{username} with nothing but the status. */
qent_status qent__mz_disable(qent__marzban *mz, const char *key, qent_error *err)
{
  char path[QENT__MZ_PATH_CAP];
  qent_buf body;
  const struct qent__mz_request call = {"PUT", path, &body, QENT__MZ_REPLY_MAX};
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_status st;

  (void)snprintf(path, sizeof path, "/api/user/%s", key);
  qent_buf_init(&body, QENT__MZ_BODY_MAX);
  qent_buf_adds(&body, "{\"status\":\"disabled\"}");
  st = qent_buf_status(&body, err);
  if (st == QENT_OK)
    st = call_user(mz, &call, key, NULL, &user, err);
  qent_account_view_dispose(&user.view);
  qent_buf_dispose(&body);
  return st;
}

static bool limits_match(const qent_account_view *view, const qent_account_spec *spec)
{
  return view->enabled == spec->enabled && view->expires_at == spec->expires_at &&
         view->traffic_limit_bytes == spec->traffic_limit_bytes;
}

static bool as_wanted(const struct qent__mz_user *user, const qent_account_spec *spec,
                      bool with_keys)
{
  return limits_match(&user->view, spec) && (!with_keys || user->keys_match);
}

/* After a change whose outcome is not known: is it so? On success user_out is filled; otherwise
 * `st` and its error stay, as QENT_ETIMEOUT when the panel does not tell. */
static qent_status reread(qent__marzban *mz, const qent_account_spec *spec, bool with_keys,
                          struct qent__mz_user *user_out, qent_status st, qent_error *err)
{
  qent_error second = QENT_ERROR_INIT;
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_status read = qent__mz_read_user(mz, spec->key, spec, &user, &second);

  if (read == QENT_OK && as_wanted(&user, spec, with_keys)) {
    *user_out = user;
    qent_error_clear(err);
    return QENT_OK;
  }
  qent_account_view_dispose(&user.view);
  if (read == QENT_OK || read == QENT_ENOTFOUND || (st == QENT_EPROTO && read == QENT_EPROTO))
    return st;
  if (read == QENT_ECANCELED || read == QENT_ENOMEM) {
    if (err)
      *err = second;
    return read;
  }
  if (err)
    err->status = QENT_ETIMEOUT;
  return QENT_ETIMEOUT;
}

/* A change of one user. Succeeds only when the panel shows the account as wanted. */
static qent_status change(qent__marzban *mz, const struct qent__mz_request *call,
                          const qent_account_spec *wanted, bool with_keys,
                          struct qent__mz_user *user_out, qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_status st = qent__mz_call(mz, call, &resp, err);

  if (st == QENT_OK && !qent__panel_is_2xx(&resp))
    st = qent__mz_user_refusal(&resp, err);
  else if (st == QENT_OK)
    st = qent__mz_parse_user(&resp, wanted->key, wanted, &user, err);
  if (st == QENT_OK && !as_wanted(&user, wanted, with_keys))
    st = qent_fail(err, QENT_EPROTO, "the panel accepted the change and shows other values");
  if (st == QENT_OK) {
    mz->of_nobody = user.of_nobody;
    *user_out = user;
  } else {
    qent_account_view_dispose(&user.view);
  }
  if (qent__mz_is_unclear(st, resp.status))
    st = reread(mz, wanted, with_keys, user_out, st, err);
  qent_http_response_dispose(&resp);
  return st;
}

/* PUT /api/user/{username}
 * Shape:  {"status","expire","data_limit","data_limit_reset_strategy"[,"proxies","inbounds"]}
 *         -> user object
 * Units:  expire UNIX seconds, data_limit bytes; 0 is "without limit", null would be "unchanged".
 * Errors: 404 {"detail":"User not found"}; 403 another admin's user; 400 a protocol without
 * inbound; 422 with the field; 5xx may have acted. Source: Gozargah/Marzban v0.8.4,
 * app/routers/user.py, app/db/crud.py update_user; replies in
 *         tests/data/marzban/{user,user_disabled}.json. */
static qent_status modify(qent__marzban *mz, const qent_account_spec *spec, bool with_keys,
                          struct qent__mz_user *user_out, qent_error *err)
{
  char path[QENT__MZ_PATH_CAP];
  qent_buf body;
  const struct qent__mz_request call = {"PUT", path, &body, QENT__MZ_REPLY_MAX};
  qent_status st;

  (void)snprintf(path, sizeof path, "/api/user/%s", spec->key);
  qent_buf_init(&body, QENT__MZ_BODY_MAX);
  st = qent__mz_write_modify(mz, spec, with_keys ? &mz->offer : NULL, &body, err);
  if (st == QENT_OK)
    st = change(mz, &call, spec, with_keys, user_out, err);
  qent_buf_dispose(&body);
  return st;
}

/* POST /api/user
 * Shape: {"username","status":"active","expire","data_limit","data_limit_reset_strategy","proxies",
 *         "inbounds","note"} -> 200 and the user object
 * Units:  as for PUT.
 * Errors: 409 {"detail":"User already exists"}; 400, 422 as for PUT; 5xx may have acted. An account
 *         cannot be made disabled: that takes a PUT afterwards.
 * Source: Gozargah/Marzban v0.8.4, app/routers/user.py, app/models/user.py; replies in
 *         tests/data/marzban/{user,user_no_sid,user_409,create_400,create_422_inbounds}.json. */
static qent_status create(qent__marzban *mz, const qent_account_spec *spec,
                          struct qent__mz_user *user_out, qent_error *err)
{
  qent_account_spec made = *spec;
  qent_buf body;
  const struct qent__mz_request call = {"POST", "/api/user", &body, QENT__MZ_REPLY_MAX};
  qent_status st;

  made.enabled = true;
  qent_buf_init(&body, QENT__MZ_BODY_MAX);
  st = qent__mz_write_create(mz, spec, &body, err);
  if (st == QENT_OK)
    st = change(mz, &call, &made, true, user_out, err);
  qent_buf_dispose(&body);
  if (st == QENT_EINVAL)
    mz->offer.known = false; /* the panel's inbounds may have changed under us */
  if (st == QENT_OK && !spec->enabled) {
    struct qent__mz_user off = {.view = QENT_ACCOUNT_VIEW_INIT};
    st = modify(mz, spec, false, &off, err);
    qent_account_view_dispose(&user_out->view);
    *user_out = off;
  }
  return st;
}

/* After each start of its core the panel renders the first Reality link without a short id: it
 * takes the one that the render before has chosen. Ask again; a link without one never leaves here.
 */
qent_status qent__mz_complete_links(qent__marzban *mz, struct qent__mz_user *user, qent_error *err)
{
  qent_status st = QENT_OK;

  for (int reads = 0; st == QENT_OK; reads++) {
    size_t i = 0;
    while (i < user->view.link_count && !qent__mz_link_lacks_sid(user->view.links[i]))
      i++;
    if (i == user->view.link_count)
      return QENT_OK;
    if (reads == SID_READS)
      break;
    struct qent__mz_user again = {.view = QENT_ACCOUNT_VIEW_INIT};
    st = qent__mz_read_user(mz, user->view.key, NULL, &again, err);
    if (st != QENT_OK)
      break;
    qent_account_view_dispose(&user->view);
    *user = again;
  }
  if (st != QENT_OK)
    return st;
  st = qent_fail(err, QENT_EPROTO,
                 "the panel gives a Reality link with an empty sid: has the inbound shortIds?");
  if (err)
    err->retry_after_ms = SID_RETRY_MS;
  return st;
}

/* A panel that did not find its address at its start takes 127.0.0.1 for it, in the hosts of which
 * nobody has chosen the address. */
static qent_status check_hosts(const qent__marzban *mz, const qent_account_view *view,
                               qent_error *err)
{
  qent__url url;
  const char *host = NULL;
  size_t len = 0;

  if (!qent__url_parse(mz->config.url, &url) || qent__host_is_loopback(url.host.s, url.host.len))
    return QENT_OK; /* where the panel is, the buyers may be */
  for (size_t i = 0; i < view->link_count; i++)
    if (qent__panel_link_host(view->links[i], &host, &len) && qent__host_is_loopback(host, len))
      return qent_fail(err, QENT_EPROTO,
                       "the panel's links lead buyers to their own machines: set an address in its "
                       "hosts in place of {SERVER_IP}, or restart the panel");
  return QENT_OK;
}

/* Hand over an account that clients can use. */
static qent_status deliver(qent__marzban *mz, struct qent__mz_user *user,
                           qent_account_view *view_out, qent_error *err)
{
  qent_status st = qent__mz_complete_links(mz, user, err);

  if (st == QENT_OK && user->view.enabled && user->view.link_count == 0)
    st = qent_fail(err, QENT_EPROTO,
                   "the panel gives no link: do the account's inbounds have enabled hosts?");
  if (st == QENT_OK && user->view.enabled)
    st = check_hosts(mz, &user->view, err);
  if (st == QENT_OK)
    *view_out = user->view;
  else
    qent_account_view_dispose(&user->view);
  return st;
}

/* Make it, or change it when it is there after all. */
static qent_status create_first(qent__marzban *mz, const qent_account_spec *spec, bool with_keys,
                                struct qent__mz_user *user_out, qent_error *err)
{
  qent_status st = need_offer(mz, err);

  if (st == QENT_OK)
    st = create(mz, spec, user_out, err);
  return st == QENT_ECONFLICT ? modify(mz, spec, with_keys, user_out, err) : st;
}

/* POST /api/user/{username}/revoke_sub
 * Shape:  -> user object, with credentials of the panel's making
 * Errors: as for PUT.
 * Note:   makes the address of the panel's own subscription void. We give it to nobody, but buyers
 *         of an adopted account have it, and would read the new keys there.
 * Source: Gozargah/Marzban v0.8.4, app/routers/user.py, app/db/crud.py revoke_user_sub. */
static qent_status revoke(qent__marzban *mz, const char *key, qent_error *err)
{
  char path[QENT__MZ_PATH_CAP];
  const struct qent__mz_request call = {"POST", path, NULL, QENT__MZ_REPLY_MAX};
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_status st;

  (void)snprintf(path, sizeof path, "/api/user/%s/revoke_sub", key);
  st = call_user(mz, &call, key, NULL, &user, err);
  qent_account_view_dispose(&user.view);
  return st;
}

/* Change first, make when missing: an account is made once and changed many times, and a repeat
 * after an unknown outcome then finds what the first try made. */
static qent_status modify_first(qent__marzban *mz, const qent_account_spec *spec, bool with_keys,
                                struct qent__mz_user *user_out, qent_error *err)
{
  qent_status st = with_keys ? need_offer(mz, err) : QENT_OK;

  if (st == QENT_OK && with_keys)
    st = revoke(mz, spec->key, err);
  if (st == QENT_OK)
    st = modify(mz, spec, with_keys, user_out, err);
  return st == QENT_ENOTFOUND ? create_first(mz, spec, with_keys, user_out, err) : st;
}

qent_status qent__mz_ensure(qent__marzban *mz, const qent_account_spec *spec, bool with_keys,
                            qent_account_view *view_out, qent_error *err)
{
  struct qent__mz_user user = {.view = QENT_ACCOUNT_VIEW_INIT};
  qent_status st = spec->fresh ? create_first(mz, spec, with_keys, &user, err)
                               : modify_first(mz, spec, with_keys, &user, err);

  if (st == QENT_EINVAL)
    mz->offer.known = false;
  return st == QENT_OK ? deliver(mz, &user, view_out, err) : st;
}

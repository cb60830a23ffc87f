/* SPDX-License-Identifier: MIT */
#include "amneziawg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "wg_panel.h"

#define CLIENTS "/api/wireguard/client"
#define COOKIE "connect.sid="

static char yes[] = "1"; /* value of a valid session */

/* Errors never tell a reason. */
static void error(struct sb_reply *rp, unsigned status, const char *phrase)
{
  struct sb_buf b = {0};
  sb_buf_fmt(&b, "{\n  \"statusCode\": %u,\n", status);
  if (phrase)
    sb_buf_fmt(&b, "  \"statusMessage\": \"%s\",\n", phrase);
  sb_buf_str(&b, "  \"stack\": []\n}");
  sb_reply_text(rp, status, "application/json", b.data);
  sb_buf_free(&b);
}

/* The session's id as the cookie carries it, NULL without one. Owned. */
static char *session_of(const struct sb_request *rq)
{
  const char *header = sb_header(rq, "Cookie");
  const char *at = header ? strstr(header, COOKIE) : NULL;
  return at ? sb_strndup(at + sizeof COOKIE - 1, strcspn(at + sizeof COOKIE - 1, "; ")) : NULL;
}

static bool authenticated(const struct wgp_panel *p, const struct sb_request *rq)
{
  char *session = session_of(rq);
  bool ok = !*p->password || (session && sb_map_get(&p->sessions, session));
  free(session);
  return ok;
}

static char *new_session(struct sb_reply *rp)
{
  char *id = sb_random_text(32);
  char *mac = sb_random_text(43);
  char *session = sb_printf("s%%3A%s.%s", id, mac);
  char *cookie = sb_printf(COOKIE "%s; Path=/; HttpOnly", session);
  sb_reply_header(rp, "Set-Cookie", cookie);
  free(cookie);
  free(mac);
  free(id);
  return session;
}

static void login(struct wgp_panel *p, const cJSON *in, const char *session, struct sb_reply *rp)
{
  const char *password = sb_json_str(in, "password");
  if (!in) {
    error(rp, 500, NULL);
  } else if (!*p->password || !password || strcmp(password, p->password) != 0) {
    error(rp, 401, NULL);
  } else {
    (void)sb_map_put(&p->sessions, session, yes);
    wgp_reply_done(rp);
  }
}

static void tell_session(const struct wgp_panel *p, const struct sb_request *rq,
                         struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "requiresPassword", *p->password != '\0');
  cJSON_AddBoolToObject(out, "authenticated", authenticated(p, rq));
  sb_reply_json(rp, 200, out);
}

static void list(const struct wgp_panel *p, struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateArray();
  size_t at = 0;
  for (const struct wgp_peer *peer; (peer = sb_map_next(&p->peers, &at)) != NULL;) {
    cJSON *item = cJSON_CreateObject();
    int64_t end = 0;
    cJSON_AddStringToObject(item, "id", peer->id);
    cJSON_AddItemToObject(item, "name", cJSON_Duplicate(peer->name, true));
    cJSON_AddBoolToObject(item, "enabled", peer->enabled);
    cJSON_AddStringToObject(item, "address", peer->address);
    cJSON_AddStringToObject(item, "publicKey", peer->public_key);
    wgp_show_time(item, "createdAt", peer->created_ms);
    wgp_show_time(item, "updatedAt", peer->updated_ms);
    /* a date that is none was stored and is shown as null */
    wgp_show_time(item, "expiredAt", peer->expires && sb_iso_parse(peer->expires, &end) ? end : 0);
    cJSON_AddNullToObject(item, "oneTimeLink");
    cJSON_AddNullToObject(item, "oneTimeLinkExpiresAt");
    cJSON_AddBoolToObject(item, "downloadableConfig", true);
    if (peer->enabled)
      cJSON_AddStringToObject(item, "persistentKeepalive", "off");
    else
      cJSON_AddNullToObject(item, "persistentKeepalive");
    wgp_show_counters(peer, item);
    cJSON_AddItemToArray(out, item);
  }
  sb_reply_json(rp, 200, out);
  wgp_reply_date(rp);
}

static bool is_truthy(const cJSON *value)
{
  const char *text = cJSON_GetStringValue(value);
  return value && !cJSON_IsNull(value) && !cJSON_IsFalse(value) && (!text || *text);
}

/* The end of the day that is named; the time is dropped. Owned; text that is no date as it is. */
static char *end_of_day(const char *date)
{
  return strlen(date) >= 10 && date[4] == '-' ? sb_printf("%.10sT23:59:59.000Z", date)
                                              : sb_strdup(date);
}

static void set_expiry(struct wgp_peer *peer, const cJSON *value)
{
  const char *date = cJSON_GetStringValue(value);
  char *end = date && *date ? end_of_day(date) : NULL;
  wgp_set_expires(peer, end);
  peer->updated_ms = sb_now_ms();
  free(end);
}

/* Names are neither checked nor unique, and the id is not told. */
static void create(struct wgp_panel *p, const cJSON *in, struct sb_reply *rp)
{
  const cJSON *name = cJSON_GetObjectItemCaseSensitive(in, "name");
  struct wgp_peer *peer = is_truthy(name) ? wgp_add(p, cJSON_Duplicate(name, true), NULL) : NULL;
  if (!peer) {
    error(rp, 500, NULL);
    return;
  }
  set_expiry(peer, cJSON_GetObjectItemCaseSensitive(in, "expiredDate"));
  wgp_reply_done(rp);
}

static void configuration(const struct wgp_panel *p, const struct wgp_peer *peer,
                          struct sb_reply *rp)
{
  char *parameters = wgp_parameters(p);
  char *text = sb_printf("\n[Interface]\nPrivateKey = %s\nAddress = %s/24\nDNS = 1.1.1.1\n%s\n"
                         "[Peer]\nPublicKey = %s\nPresharedKey = %s\nAllowedIPs = 0.0.0.0/0, ::/0\n"
                         "PersistentKeepalive = 0\nEndpoint = %s:51820",
                         peer->private_key, peer->address, parameters, p->public_key,
                         peer->preshared_key, p->host);
  sb_reply_text(rp, 200, "text/plain", text);
  free(text);
  free(parameters);
}

static void put(struct wgp_peer *peer, const char *what, const cJSON *in, struct sb_reply *rp)
{
  const cJSON *name = cJSON_GetObjectItemCaseSensitive(in, "name");
  const char *address = sb_json_str(in, "address");
  if (strcmp(what, "expireDate") == 0) {
    set_expiry(peer, cJSON_GetObjectItemCaseSensitive(in, "expireDate"));
  } else if (strcmp(what, "name") == 0) {
    cJSON_Delete(peer->name);
    peer->name = name ? cJSON_Duplicate(name, true) : cJSON_CreateNull();
  } else if (!address || strspn(address, "0123456789.") != strlen(address)) {
    error(rp, 400, NULL);
    return;
  } else {
    (void)snprintf(peer->address, sizeof peer->address, "%.15s", address);
  }
  wgp_reply_done(rp);
}

static void not_found(const struct sb_request *rq, struct sb_reply *rp)
{
  char *phrase = sb_printf("Cannot find static asset %s", rq->path);
  error(rp, 404, phrase);
  free(phrase);
}

static void one_client(struct wgp_panel *p, const struct sb_request *rq, const cJSON *in,
                       struct sb_reply *rp)
{
  const char *id = rq->path + sizeof CLIENTS;
  const char *verb = strchr(id, '/');
  char *key = sb_strndup(id, verb ? (size_t)(verb - id) : strlen(id));
  struct wgp_peer *peer = wgp_get(p, key);
  verb = verb ? verb + 1 : "";
  bool post = strcmp(rq->method, "POST") == 0;
  bool named =
      strcmp(verb, "name") == 0 || strcmp(verb, "address") == 0 || strcmp(verb, "expireDate") == 0;
  bool toggle = strcmp(verb, "enable") == 0 || strcmp(verb, "disable") == 0;
  if (!*verb && strcmp(rq->method, "DELETE") == 0) {
    wgp_remove(p, key);
    wgp_reply_done(rp);
  } else if (!(post && toggle) && !(strcmp(rq->method, "PUT") == 0 && named) &&
             !(strcmp(rq->method, "GET") == 0 && strcmp(verb, "configuration") == 0)) {
    not_found(rq, rp);
  } else if (!peer) {
    error(rp, 404, NULL);
  } else if (post) {
    wgp_switch(peer, *verb == 'e');
    wgp_reply_done(rp);
  } else if (named) {
    put(peer, verb, in, rp);
  } else {
    configuration(p, peer, rp);
  }
  free(key);
}

/* A call without a session fails in the code that would refuse it. */
static bool let_in(const struct wgp_panel *p, const struct sb_request *rq, struct sb_reply *rp)
{
  const char *header = sb_header(rq, "Authorization");
  if (authenticated(p, rq))
    return true;
  if (header && strcmp(header, p->password) == 0)
    return true;
  error(rp, 500, NULL);
  return false;
}

static void with_session(struct wgp_panel *p, struct sb_request *rq, const cJSON *in,
                         struct sb_reply *rp)
{
  if (sb_is(rq, "GET", CLIENTS))
    list(p, rp);
  else if (sb_is(rq, "POST", CLIENTS))
    create(p, in, rp);
  else if (sb_has_prefix(rq->path, CLIENTS "/"))
    one_client(p, rq, in, rp);
  else
    not_found(rq, rp);
}

static void serve(struct wgp_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_json_parse(rq->body, rq->body_len);
  /* who comes without a session gets one, good for nothing but logging in */
  char *session = *p->password && authenticated(p, rq) ? session_of(rq) : new_session(rp);
  if (sb_is(rq, "GET", "/api/release"))
    sb_reply_text(rp, 200, "application/json", "14");
  else if (sb_is(rq, "GET", "/api/session"))
    tell_session(p, rq, rp);
  else if (rq->body_len && !in)
    error(rp, 400, "Bad Request");
  else if (sb_is(rq, "POST", "/api/session"))
    login(p, in, session, rp);
  else if (!sb_has_prefix(rq->path, "/api/"))
    not_found(rq, rp);
  else if (let_in(p, rq, rp))
    with_session(p, rq, in, rp);
  free(session);
  cJSON_Delete(in);
}

void sb_amneziawg(struct sb_request *rq, struct sb_reply *rp)
{
  struct wgp_panel *p = wgp_of(WGP_AMNEZIA, rq);
  if (!p) {
    not_found(rq, rp);
    return;
  }
  (void)pthread_mutex_lock(&p->lock);
  wgp_job(p);
  serve(p, rq, rp);
  (void)pthread_mutex_unlock(&p->lock);
}

void sb_amneziawg_control(struct sb_request *rq, struct sb_reply *rp)
{
  wgp_control(WGP_AMNEZIA, rq, rp);
}

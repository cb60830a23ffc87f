/* SPDX-License-Identifier: MIT */
#include "marzban.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "clock.h"
#include "mz.h"
#include "panels.h"
#include "text.h"

void mz_error(struct sb_reply *rp, unsigned status, const char *detail)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "detail", detail);
  if (status == 401)
    sb_reply_header(rp, "WWW-Authenticate", "Bearer");
  sb_reply_json(rp, status, out);
}

void mz_invalid(struct sb_reply *rp, cJSON *errors)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddItemToObject(out, "detail", errors);
  sb_reply_json(rp, 422, out);
}

void mz_server_error(struct sb_reply *rp)
{
  sb_reply_text(rp, 500, "text/plain; charset=utf-8", "Internal Server Error");
}

void mz_new_secrets(struct mz_panel *p)
{
  sb_random(p->jwt_secret, sizeof p->jwt_secret);
}

static void *new_panel(const char *name)
{
  unsigned char secret[32];
  struct mz_panel *p = sb_alloc(sizeof *p);
  p->name = sb_strdup(name);
  (void)pthread_mutex_init(&p->lock, NULL);
  mz_new_secrets(p);
  sb_random(secret, sizeof secret);
  sb_hex(secret, sizeof secret, p->sub_secret);
  p->token_ttl_s = 86400;
  p->started = true;
  p->address = sb_strdup("203.0.113.10");
  p->sub_prefix = sb_strdup("");
  p->inbounds = mz_default_inbounds();
  p->core = mz_core_of(p->inbounds);
  p->hosts = cJSON_CreateObject();
  p->busy_ports = cJSON_CreateArray();
  p->nodes = mz_default_nodes();
  p->system = cJSON_CreateObject();
  return p;
}

static struct sb_panels panels = {.make = new_panel, .lock = PTHREAD_MUTEX_INITIALIZER};

struct mz_panel *mz_panel_of(struct sb_request *rq)
{
  return sb_panels_of(&panels, rq);
}

/* header.payload -> signature */
static char *jwt_sign(const struct mz_panel *p, const char *signed_part)
{
  unsigned char mac[32];
  sb_hmac(p->jwt_secret, sizeof p->jwt_secret, signed_part, strlen(signed_part), mac);
  return sb_base64(mac, sizeof mac, SB_B64_URL_NOPAD);
}

static char *jwt_make(const struct mz_panel *p, const char *admin)
{
  cJSON *claims = cJSON_CreateObject();
  cJSON_AddStringToObject(claims, "sub", admin);
  cJSON_AddStringToObject(claims, "access", "sudo");
  cJSON_AddNumberToObject(claims, "iat", (double)sb_now_s());
  if (p->token_ttl_s > 0)
    cJSON_AddNumberToObject(claims, "exp", (double)(sb_now_s() + p->token_ttl_s));
  char *text = cJSON_PrintUnformatted(claims);
  char *payload = sb_base64(text, strlen(text), SB_B64_URL_NOPAD);
  static const char head[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  char *header = sb_base64(head, sizeof head - 1, SB_B64_URL_NOPAD);
  char *signed_part = sb_printf("%s.%s", header, payload);
  char *signature = jwt_sign(p, signed_part);
  char *token = sb_printf("%s.%s", signed_part, signature);
  free(signature);
  free(signed_part);
  free(header);
  free(payload);
  free(text);
  cJSON_Delete(claims);
  return token;
}

static bool jwt_ok(const struct mz_panel *p, const char *token)
{
  const char *dot1 = strchr(token, '.');
  const char *dot2 = dot1 ? strchr(dot1 + 1, '.') : NULL;
  if (!dot2)
    return false;
  char *signed_part = sb_strndup(token, (size_t)(dot2 - token));
  char *signature = jwt_sign(p, signed_part);
  bool ok = strcmp(signature, dot2 + 1) == 0;
  size_t len = 0;
  char *claims_text = ok ? sb_base64_decode(signed_part + (dot1 - token) + 1, &len) : NULL;
  cJSON *claims = claims_text ? cJSON_Parse(claims_text) : NULL;
  int64_t exp = sb_json_int(claims, "exp", INT64_MAX);
  ok = ok && claims && exp > sb_now_s();
  cJSON_Delete(claims);
  free(claims_text);
  free(signature);
  free(signed_part);
  return ok;
}

static void login(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  struct sb_params form = {0};
  if (sb_type_is(rq, "application/x-www-form-urlencoded"))
    sb_params_urlencoded(&form, rq->body, rq->body_len);
  else if (sb_type_is(rq, "multipart/form-data"))
    (void)sb_params_multipart(&form, rq->type, rq->body, rq->body_len);
  const char *user = sb_params_get(&form, "username");
  const char *password = sb_params_get(&form, "password");
  if (!user || !password) {
    cJSON *errors = cJSON_CreateObject();
    if (!user)
      cJSON_AddStringToObject(errors, "username", "Field required");
    if (!password)
      cJSON_AddStringToObject(errors, "password", "Field required");
    mz_invalid(rp, errors);
  } else if (strcmp(user, sb_options.marzban_user) != 0 ||
             strcmp(password, sb_options.marzban_password) != 0) {
    mz_error(rp, 401, "Incorrect username or password");
  } else {
    char *token = jwt_make(p, user);
    cJSON *out = cJSON_CreateObject();
    cJSON_AddStringToObject(out, "access_token", token);
    cJSON_AddStringToObject(out, "token_type", "bearer");
    sb_reply_json(rp, 200, out);
    free(token);
  }
  sb_params_free(&form);
}

static bool authorised(const struct mz_panel *p, const struct sb_request *rq, struct sb_reply *rp)
{
  const char *header = sb_header(rq, "Authorization");
  if (!header || strncasecmp(header, "Bearer ", 7) != 0) {
    mz_error(rp, 401, "Not authenticated");
    return false;
  }
  if (!jwt_ok(p, header + 7)) {
    mz_error(rp, 401, "Could not validate credentials");
    return false;
  }
  return true;
}

static void method_not_allowed(struct sb_reply *rp)
{
  mz_error(rp, 405, "Method Not Allowed");
}

static void one_user(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const char *name = rq->path + strlen("/api/user/");
  const char *verb = strchr(name, '/');
  char *key = sb_strndup(name, verb ? (size_t)(verb - name) : strlen(name));
  struct mz_user *u = sb_map_get(&p->users, key);
  const char *method = rq->method;
  bool post = strcmp(method, "POST") == 0;
  free(key);
  verb = verb ? verb + 1 : "";
  if (!u)
    mz_error(rp, 404, "User not found");
  else if (!*verb && strcmp(method, "DELETE") == 0)
    mz_delete(p, u, rp);
  else if (u->broken)
    mz_server_error(rp);
  else if (!*verb && strcmp(method, "GET") == 0)
    mz_reply_user(p, u, rp);
  else if (!*verb && strcmp(method, "PUT") == 0)
    mz_modify(p, u, rq, rp);
  else if (post && strcmp(verb, "reset") == 0)
    mz_reset(p, u, rp);
  else if (post && strcmp(verb, "revoke_sub") == 0)
    mz_revoke(p, u, rp);
  else if (post && strcmp(verb, "active-next") == 0)
    mz_error(rp, 404, "User doesn't have next plan");
  else if (strcmp(method, "GET") == 0 && strcmp(verb, "usage") == 0)
    mz_usage(u, rq, rp);
  else if (!*verb)
    method_not_allowed(rp);
  else
    mz_error(rp, 404, "Not Found");
}

static void with_token(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  mz_review(p, false);
  if (sb_has_prefix(rq->path, "/api/user/"))
    one_user(p, rq, rp);
  else if (sb_is(rq, "POST", "/api/user"))
    mz_create(p, rq, rp);
  else if (sb_is(rq, "GET", "/api/users"))
    mz_list(p, rq, rp);
  else if (sb_is(rq, "GET", "/api/system"))
    mz_system(p, rp);
  else if (sb_is(rq, "GET", "/api/inbounds"))
    mz_inbounds(p, rp);
  else if (mz_core_has_route(rq->path))
    mz_core_route(p, rq, rp);
  else if (sb_is(rq, "GET", "/api/admin"))
    mz_admin(p, rp);
  else if (sb_is(rq, "GET", "/api/nodes"))
    sb_reply_json(rp, 200, cJSON_Duplicate(p->nodes, true));
  else if (strcmp(rq->path, "/api/user") == 0 || strcmp(rq->path, "/api/users") == 0)
    method_not_allowed(rp);
  else
    mz_error(rp, 404, "Not Found");
}

static void serve(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  if (sb_is(rq, "GET", "/"))
    sb_reply_text(rp, 200, "text/html; charset=utf-8",
                  "<!doctype html><html><body>It works</body></html>");
  else if (strcmp(rq->path, "/api/admin/token") == 0 && strcmp(rq->method, "POST") == 0)
    login(p, rq, rp);
  else if (sb_has_prefix(rq->path, "/sub/"))
    mz_subscription(p, rq, rp);
  else if (!sb_has_prefix(rq->path, "/api/") || strcmp(rq->path, "/api/admin/token") == 0)
    mz_error(rp, sb_has_prefix(rq->path, "/api/") ? 405 : 404,
             sb_has_prefix(rq->path, "/api/") ? "Method Not Allowed" : "Not Found");
  else if (authorised(p, rq, rp))
    with_token(p, rq, rp);
}

void sb_marzban(struct sb_request *rq, struct sb_reply *rp)
{
  struct mz_panel *p = mz_panel_of(rq);
  if (!p) {
    mz_error(rp, 404, "Not Found");
    return;
  }
  (void)pthread_mutex_lock(&p->lock);
  serve(p, rq, rp);
  (void)pthread_mutex_unlock(&p->lock);
}

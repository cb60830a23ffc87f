/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "xu.h"

enum { TRIES_MAX = 5, WINDOW_MS = 300000, BLOCKED_MS = 900000, TOTP_STEP_S = 30 };

/* What the signed cookie says: the panel keeps no sessions of its own. */
struct session {
  bool logged_in;
  char csrf[48]; /* "": none yet */
};

static const char *cookie_name(const struct xu_panel *p)
{
  return p->version < 20300 + 6 ? "session" : "3x-ui";
}

static char *sign(const struct xu_panel *p, const char *payload)
{
  unsigned char mac[32];
  sb_hmac(p->secret, sizeof p->secret, payload, strlen(payload), mac);
  return sb_base64(mac, sizeof mac, SB_B64_URL_NOPAD);
}

static void set_cookie(struct xu_call *c, const struct session *s)
{
  const struct xu_panel *p = c->panel;
  cJSON *claims = cJSON_CreateObject();
  cJSON_AddBoolToObject(claims, "in", s->logged_in);
  cJSON_AddNumberToObject(claims, "epoch", (double)p->epoch);
  cJSON_AddNumberToObject(claims, "at", (double)sb_now_s());
  cJSON_AddStringToObject(claims, "csrf", s->csrf);
  char *text = cJSON_PrintUnformatted(claims);
  char *payload = sb_base64(text, strlen(text), SB_B64_URL_NOPAD);
  char *signature = sign(p, payload);
  char *cookie =
      sb_printf("%s=%s.%s; Path=/3xui/%s%s; Max-Age=%lld; HttpOnly; SameSite=Lax", cookie_name(p),
                payload, signature, p->name, p->base_path, (long long)p->session_ttl_s);
  sb_reply_header(c->rp, "Set-Cookie", cookie);
  free(cookie);
  free(signature);
  free(payload);
  free(text);
  cJSON_Delete(claims);
}

static void read_claims(const struct xu_panel *p, const char *payload, struct session *s)
{
  size_t len = 0;
  char *text = sb_base64_decode(payload, &len);
  cJSON *claims = text ? cJSON_Parse(text) : NULL;
  const char *csrf = sb_json_str(claims, "csrf");
  bool fresh = sb_json_int(claims, "epoch", -1) == p->epoch &&
               sb_json_int(claims, "at", 0) + p->session_ttl_s > sb_now_s();
  s->logged_in = fresh && sb_json_bool(claims, "in", false);
  (void)snprintf(s->csrf, sizeof s->csrf, "%s", csrf ? csrf : "");
  cJSON_Delete(claims);
  free(text);
}

static void read_session(const struct xu_call *c, struct session *s)
{
  const char *cookie =
      MHD_lookup_connection_value(c->rq->conn, MHD_COOKIE_KIND, cookie_name(c->panel));
  const char *dot = cookie ? strchr(cookie, '.') : NULL;
  *s = (struct session){0};
  if (!dot)
    return;
  char *payload = sb_strndup(cookie, (size_t)(dot - cookie));
  char *signature = sign(c->panel, payload);
  if (strcmp(signature, dot + 1) == 0)
    read_claims(c->panel, payload, s);
  free(signature);
  free(payload);
}

void xu_tokens_set(struct xu_panel *p, const cJSON *list)
{
  for (size_t i = 0; i < p->token_count; i++) {
    free(p->tokens[i].token);
    free(p->tokens[i].scope);
  }
  free(p->tokens);
  p->token_count = 0;
  p->tokens = sb_alloc((size_t)(cJSON_GetArraySize(list) + 1) * sizeof *p->tokens);
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, list)
  {
    const char *token = cJSON_IsString(item) ? item->valuestring : sb_json_str(item, "token");
    const char *scope = sb_json_str(item, "scope");
    if (token)
      p->tokens[p->token_count++] =
          (struct xu_token){.token = sb_strdup(token),
                            .scope = sb_strdup(scope ? scope : "admin"),
                            .enabled = sb_json_bool(item, "enabled", true),
                            .expires_ms = sb_json_int(item, "expiresAt", 0)};
  }
}

static bool token_fits(struct xu_call *c)
{
  const char *header = sb_header(c->rq, "Authorization");
  if (c->panel->version < XU_V_BEARER || !header || !sb_has_prefix(header, "Bearer "))
    return false;
  for (size_t i = 0; i < c->panel->token_count; i++) {
    const struct xu_token *t = &c->panel->tokens[i];
    if (strcmp(t->token, header + strlen("Bearer ")) != 0 || !t->enabled ||
        (t->expires_ms && t->expires_ms <= sb_now_ms()))
      continue;
    c->bearer = true;
    c->scope = t->scope;
    return true;
  }
  return false;
}

/* Routes of the token scopes below "admin", as far as the stand-in has them. */
static bool scope_allows(const struct xu_call *c, const char *path)
{
  static const char *const node_sync[] = {
      "/inbounds/list",   "/inbounds/add",       "/inbounds/del/",
      "/clients/add",     "/clients/del/",       "/clients/update/",
      "/clients/onlines", "/clients/lastOnline", "/clients/resetTraffic/"};
  if (strcmp(c->scope, "admin") == 0 || strcmp(path, "/server/status") == 0)
    return true;
  for (size_t i = 0; i < sizeof node_sync / sizeof *node_sync; i++)
    if (strcmp(c->scope, "node-sync") == 0 && sb_has_prefix(path, node_sync[i]))
      return true;
  return false;
}

static void refuse_scope(struct xu_call *c)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "success", false);
  cJSON_AddStringToObject(out, "msg", "this API token is not permitted to access this endpoint");
  sb_reply_json(c->rp, 403, out);
}

/* How a call without login ends, by version; "ajax" is X-Requested-With: XMLHttpRequest. */
static void refuse(struct xu_call *c)
{
  const struct xu_panel *p = c->panel;
  const char *with = sb_header(c->rq, "X-Requested-With");
  bool ajax = with && strcmp(with, "XMLHttpRequest") == 0;
  if (p->version < XU_V_HIDDEN && ajax) {
    xu_say(c, 401, false, XU_LOGIN_AGAIN);
  } else if (p->version < XU_V_HIDDEN) {
    char *to = sb_printf("/3xui/%s%s", p->name, p->base_path);
    sb_reply_text(c->rp, 307, NULL, "");
    sb_reply_header(c->rp, "Location", to);
    free(to);
  } else {
    xu_empty(c, ajax && p->version >= XU_V_AJAX_401 ? 401 : 404);
  }
}

bool xu_authorised(struct xu_call *c)
{
  struct session s;
  if (token_fits(c)) {
    const char *path = strstr(c->rq->path, "/panel/api");
    if (path && scope_allows(c, path + strlen("/panel/api")))
      return true;
    refuse_scope(c);
    return false;
  }
  read_session(c, &s);
  if (!s.logged_in)
    refuse(c);
  return s.logged_in;
}

bool xu_csrf_ok(struct xu_call *c)
{
  struct session s;
  const char *given = sb_header(c->rq, "X-CSRF-Token");
  if (c->bearer || c->panel->version < XU_V_BEARER || strcmp(c->rq->method, "GET") == 0)
    return true;
  read_session(c, &s);
  if (*s.csrf && given && strcmp(given, s.csrf) == 0)
    return true;
  xu_empty(c, 403);
  return false;
}

void xu_csrf_token(struct xu_call *c)
{
  struct session s;
  read_session(c, &s);
  if (!*s.csrf) {
    char *token = sb_random_text(43);
    (void)snprintf(s.csrf, sizeof s.csrf, "%s", token);
    free(token);
    set_cookie(c, &s);
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "success", true);
  cJSON_AddStringToObject(out, "obj", s.csrf);
  sb_reply_json(c->rp, 200, out);
}

static size_t base32_decode(const char *text, unsigned char *out, size_t cap)
{
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  uint32_t bits = 0;
  unsigned have = 0;
  size_t n = 0;
  for (; *text && *text != '='; text++) {
    const char *at = strchr(set, *text);
    bits = (bits << 5) | (uint32_t)(at ? at - set : 0);
    have += 5;
    if (have >= 8 && n < cap) {
      have -= 8;
      out[n++] = (unsigned char)((bits >> have) & 0xffU);
    }
  }
  return n;
}

/* RFC 6238 with SHA-1 and six digits, of the current window only. */
static bool totp_ok(const char *secret, const char *code)
{
  unsigned char key[64];
  unsigned char mac[20];
  unsigned char counter[8];
  unsigned len = sizeof mac;
  char want[8];
  uint64_t step = (uint64_t)(sb_now_s() / TOTP_STEP_S);
  size_t key_len = base32_decode(secret, key, sizeof key);
  for (int i = 7; i >= 0; i--, step >>= 8)
    counter[i] = (unsigned char)(step & 0xffU);
  if (!HMAC(EVP_sha1(), key, (int)key_len, counter, sizeof counter, mac, &len))
    abort();
  unsigned at = mac[19] & 0xfU;
  uint32_t v = ((uint32_t)(mac[at] & 0x7fU) << 24) | ((uint32_t)mac[at + 1] << 16) |
               ((uint32_t)mac[at + 2] << 8) | mac[at + 3];
  (void)snprintf(want, sizeof want, "%06u", (unsigned)(v % 1000000U));
  return strcmp(want, code) == 0;
}

static struct xu_tries *tries_of(struct xu_panel *p, const char *username)
{
  char *key = xu_lower(username);
  struct xu_tries *t = sb_map_get(&p->tries, key);
  if (!t) {
    t = sb_alloc(sizeof *t);
    (void)sb_map_put(&p->tries, key, t);
  }
  free(key);
  return t;
}

void xu_tries_clear(struct xu_panel *p)
{
  size_t at = 0;
  for (struct xu_tries *t; (t = sb_map_next(&p->tries, &at)) != NULL;)
    free(t);
  sb_map_free(&p->tries);
}

static void count_failure(struct xu_tries *t)
{
  int64_t now = sb_now_ms();
  size_t kept = 0;
  for (size_t i = 0; i < t->count; i++)
    if (t->failed_ms[i] + WINDOW_MS >= now)
      t->failed_ms[kept++] = t->failed_ms[i];
  t->failed_ms[kept++] = now;
  t->count = kept;
  if (kept == TRIES_MAX) {
    t->count = 0;
    t->blocked_until_ms = now + BLOCKED_MS;
  }
}

/* A blocked caller is told the same as one with a wrong password, even if this one is right. */
static bool login_allowed(struct xu_panel *p, const char *username, const char *password,
                          const char *code)
{
  bool limited = p->version >= XU_V_BEARER;
  struct xu_tries *t = limited ? tries_of(p, username) : NULL;
  if (t && sb_now_ms() < t->blocked_until_ms)
    return false;
  bool ok = strcmp(username, p->username) == 0 && strcmp(password, p->password) == 0 &&
            (!*p->two_factor || totp_ok(p->two_factor, code));
  if (t && ok)
    *t = (struct xu_tries){0};
  else if (t)
    count_failure(t);
  return ok;
}

void xu_login(struct xu_call *c)
{
  struct session s;
  if (!xu_csrf_ok(c))
    return;
  const cJSON *in = xu_body(c, XU_LOGIN_FORM, true);
  if (!in)
    return;
  const char *username = sb_json_str(in, "username");
  const char *password = sb_json_str(in, "password");
  char *code = NULL;
  const cJSON *given = cJSON_GetObjectItemCaseSensitive(in, "twoFactorCode");
  if (cJSON_IsNumber(given)) /* of a form */
    code = sb_printf("%06.0f", given->valuedouble);
  else
    code = sb_strdup(cJSON_IsString(given) ? given->valuestring : "");
  if (!username || !*username) {
    xu_say(c, 200, false, XU_NO_USERNAME);
  } else if (!password || !*password) {
    xu_say(c, 200, false, XU_NO_PASSWORD);
  } else if (!login_allowed(c->panel, username, password, code)) {
    xu_say(c, 200, false, XU_LOGIN_REFUSED);
  } else {
    read_session(c, &s);
    s.logged_in = true;
    set_cookie(c, &s);
    xu_done(c, XU_LOGIN_DONE, NULL);
  }
  free(code);
}

/* SPDX-License-Identifier: MIT */
#include "yookassa.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "clock.h"
#include "text.h"
#include "yk.h"

enum { KEY_MEMORY_MS = 24 * 3600 * 1000, KEY_MAX = 64 };

struct answer {
  unsigned char fingerprint[32];
  int64_t made_ms;
  unsigned status;
  char *body;
};

struct yk_shop yk_shop = {.lock = PTHREAD_MUTEX_INITIALIZER};

void yk_error(struct sb_reply *rp, unsigned status, const char *code, const char *description,
              const char *parameter)
{
  char id[37];
  cJSON *out = cJSON_CreateObject();
  sb_uuid(id);
  cJSON_AddStringToObject(out, "type", "error");
  cJSON_AddStringToObject(out, "id", id);
  if (code)
    cJSON_AddStringToObject(out, "code", code);
  cJSON_AddStringToObject(out, "description", description);
  if (parameter)
    cJSON_AddStringToObject(out, "parameter", parameter);
  sb_reply_json(rp, status, out);
}

static bool authorised(const struct sb_request *rq, struct sb_reply *rp)
{
  const char *header = sb_header(rq, "Authorization");
  size_t len = 0;
  char *given = NULL;
  if (header && strncasecmp(header, "Basic ", 6) == 0)
    given = sb_base64_decode(header + 6, &len);
  char *expected = sb_printf("%s:%s", sb_options.shop_id, sb_options.shop_key);
  bool ok = given && strcmp(given, expected) == 0;
  if (!ok)
    yk_error(rp, 401, "invalid_credentials",
             given ? "Error in shopId or secret key. Check their validity. You can change your "
                     "Merchant Profile information here"
                   : "Authentication by given type is not possible",
             "Authorization");
  free(expected);
  free(given);
  return ok;
}

static void me(struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddStringToObject(out, "account_id", sb_options.shop_id);
  cJSON_AddStringToObject(out, "status", "enabled");
  cJSON_AddBoolToObject(out, "test", !sb_options.shop_live);
  cJSON_AddBoolToObject(out, "fiscalization_enabled", yk_shop.fiscal);
  cJSON *methods = cJSON_AddArrayToObject(out, "payment_methods");
  cJSON_AddItemToArray(methods, cJSON_CreateString("bank_card"));
  cJSON_AddItemToArray(methods, cJSON_CreateString("yoo_money"));
  if (sb_options.shop_live)
    cJSON_AddItemToArray(methods, cJSON_CreateString("sbp"));
  sb_reply_json(rp, 200, out);
}

/* /payments/{id}/{verb} -> id (owned) and verb. */
static char *split(const char *path, const char *prefix, const char **verb)
{
  const char *id = path + strlen(prefix);
  const char *slash = strchr(id, '/');
  *verb = slash ? slash + 1 : "";
  return sb_strndup(id, slash ? (size_t)(slash - id) : strlen(id));
}

static void read_route(struct sb_request *rq, struct sb_reply *rp)
{
  const char *verb = "";
  if (strcmp(rq->path, "/me") == 0) {
    me(rp);
  } else if (strcmp(rq->path, "/payments") == 0) {
    yk_list_payments(rq, rp);
  } else if (strcmp(rq->path, "/refunds") == 0) {
    yk_list_refunds(rq, rp);
  } else if (sb_has_prefix(rq->path, "/payments/")) {
    char *id = split(rq->path, "/payments/", &verb);
    yk_fetch(id, rp);
    free(id);
  } else if (sb_has_prefix(rq->path, "/refunds/")) {
    yk_refund_fetch(rq->path + strlen("/refunds/"), rp);
  } else {
    yk_error(rp, 404, "not_found", "Resource not found", NULL);
  }
}

static void write_route(struct sb_request *rq, const cJSON *in, const char *key,
                        struct sb_reply *rp)
{
  const char *verb = "";
  if (strcmp(rq->path, "/payments") == 0) {
    yk_create(in, key, rp);
  } else if (strcmp(rq->path, "/refunds") == 0) {
    yk_refund_create(in, rp);
  } else if (sb_has_prefix(rq->path, "/payments/")) {
    char *id = split(rq->path, "/payments/", &verb);
    if (strcmp(verb, "capture") == 0)
      yk_capture(id, rp);
    else if (strcmp(verb, "cancel") == 0)
      yk_cancel(id, rp);
    else
      yk_error(rp, 404, "not_found", "Resource not found", NULL);
    free(id);
  } else {
    yk_error(rp, 404, "not_found", "Resource not found", NULL);
  }
}

static bool key_ok(const char *key)
{
  static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.";
  size_t n = strlen(key);
  return n >= 1 && n <= KEY_MAX && strspn(key, set) == n;
}

static void fingerprint(const struct sb_request *rq, unsigned char out[32])
{
  struct sb_buf b = {0};
  sb_buf_str(&b, rq->path);
  sb_buf_add(&b, "", 1);
  sb_buf_add(&b, rq->body, rq->body_len);
  sb_sha256(b.data, b.len, out);
  sb_buf_free(&b);
}

static void remember(const char *key, const unsigned char mark[32], const struct sb_reply *rp)
{
  struct answer *a = sb_alloc(sizeof *a);
  memcpy(a->fingerprint, mark, 32);
  a->made_ms = sb_now_ms();
  a->status = rp->status;
  a->body = sb_strdup(rp->body.data);
  struct answer *old = sb_map_put(&yk_shop.keys, key, a);
  if (old) {
    free(old->body);
    free(old);
  }
}

static void write_once(struct sb_request *rq, const char *key, struct sb_reply *rp)
{
  unsigned char mark[32];
  fingerprint(rq, mark);
  const struct answer *known = sb_map_get(&yk_shop.keys, key);
  if (known && known->made_ms + KEY_MEMORY_MS > sb_now_ms()) {
    if (memcmp(known->fingerprint, mark, sizeof mark) == 0)
      sb_reply_text(rp, known->status, "application/json", known->body);
    else
      yk_error(rp, 400, "invalid_request", "Idempotence key duplicated", "Idempotence-Key");
    return;
  }
  cJSON *in = sb_json_parse(rq->body, rq->body_len);
  if (!cJSON_IsObject(in)) {
    yk_error(rp, 400, "invalid_request", "Request body is not a valid JSON", NULL);
  } else {
    write_route(rq, in, key, rp);
    if (rp->status == 200)
      remember(key, mark, rp);
  }
  cJSON_Delete(in);
}

static void serve(struct sb_request *rq, struct sb_reply *rp)
{
  const char *key = sb_header(rq, "Idempotence-Key");
  yk_expire();
  if (strcmp(rq->method, "GET") == 0)
    read_route(rq, rp);
  else if (strcmp(rq->method, "POST") != 0)
    yk_error(rp, 405, NULL, "Method Not Allowed", NULL);
  else if (!sb_type_is(rq, "application/json"))
    yk_error(rp, 415, NULL, "Unsupported Media Type", NULL);
  else if (!key || !key_ok(key))
    yk_error(rp, 400, "invalid_request",
             key ? "Idempotence key is incorrect" : "Idempotence key is absent", "Idempotence-Key");
  else
    write_once(rq, key, rp);
}

void sb_yookassa(struct sb_request *rq, struct sb_reply *rp)
{
  if (!authorised(rq, rp))
    return;
  (void)pthread_mutex_lock(&yk_shop.lock);
  serve(rq, rp);
  (void)pthread_mutex_unlock(&yk_shop.lock);
}

void sb_yookassa_start(void)
{
  yk_hook_start();
}

void sb_yookassa_stop(void)
{
  yk_hook_stop();
}

void sb_yookassa_kick(void)
{
  yk_hook_kick();
}

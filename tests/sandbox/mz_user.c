/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mz.h"
#include "text.h"

enum { REVIEW_MS = 10000 };

const char *mz_status_name(enum mz_status status)
{
  static const char *const names[] = {"active", "disabled", "limited", "expired", "on_hold"};
  return names[status];
}

void mz_user_free(struct mz_user *u)
{
  if (!u)
    return;
  free(u->name);
  free(u->strategy);
  free(u->note);
  free(u->on_hold_timeout);
  free(u->sub_agent);
  cJSON_Delete(u->proxies);
  cJSON_Delete(u->excluded);
  cJSON_Delete(u->next_plan);
  free(u);
}

static bool hold_is_over(const struct mz_user *u, int64_t now_ms)
{
  int64_t until = 0;
  if (u->online_ms > u->created_ms)
    return true;
  return u->on_hold_timeout && sb_iso_parse(u->on_hold_timeout, &until) && until <= now_ms;
}

void mz_review(struct mz_panel *p, bool now)
{
  int64_t now_ms = sb_now_ms();
  if (!now && now_ms < p->next_review_ms && p->next_review_ms <= now_ms + REVIEW_MS)
    return;
  p->next_review_ms = now_ms + REVIEW_MS;
  size_t at = 0;
  for (struct mz_user *u; (u = sb_map_next(&p->users, &at)) != NULL;) {
    if (u->status == MZ_ON_HOLD && hold_is_over(u, now_ms)) {
      u->status = MZ_ACTIVE;
      u->expire = now_ms / 1000 + u->on_hold_s;
    } else if (u->status == MZ_ACTIVE && u->data_limit && u->used >= u->data_limit) {
      u->status = MZ_LIMITED;
    } else if (u->status == MZ_ACTIVE && u->expire && u->expire <= now_ms / 1000) {
      u->status = MZ_EXPIRED;
    }
  }
}

/* Begins with 3 to 32 word characters, then a word boundary; only [A-Za-z0-9-_@.] in all. */
static bool name_ok(const char *name)
{
  static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  size_t run = strspn(name, word);
  for (const char *c = name + run; *c; c++)
    if (!strchr(word, *c) && !strchr("-@.", *c))
      return false;
  return run >= 3 && run <= 32;
}

void mz_malformed(const struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *errors = cJSON_CreateObject();
  const char *end = rq->body;
  if (rq->body_len == 0) {
    cJSON_AddStringToObject(errors, "body", "Field required");
  } else {
    cJSON_Delete(cJSON_ParseWithLengthOpts(rq->body, rq->body_len, &end, 0));
    char *at = sb_printf("%td", end - rq->body);
    cJSON_AddStringToObject(errors, at, "JSON decode error");
    free(at);
  }
  mz_invalid(rp, errors);
}

static void protocol_disabled(struct sb_reply *rp, const char *protocol)
{
  static const char *const spelled[] = {"VMess", "VLESS", "Trojan", "Shadowsocks"};
  size_t i = 0;
  while (i < 3 && strcmp(mz_protocols[i], protocol) != 0)
    i++;
  char *text = sb_printf("Protocol ProxyTypes.%s is disabled on your server", spelled[i]);
  mz_error(rp, 400, text);
  free(text);
}

/* Checks the body; false after answering. */
static bool checked(const struct mz_panel *p, const cJSON *in, struct mz_patch *patch,
                    struct sb_reply *rp)
{
  cJSON *errors = cJSON_CreateObject();
  const char *bad_protocol = NULL;
  const char *name = sb_json_str(in, "username");
  mz_patch_parse(p, in, patch, errors, &bad_protocol);
  if (patch->create && !name)
    cJSON_AddStringToObject(errors, "username", "Field required");
  else if (patch->create && !name_ok(name))
    cJSON_AddStringToObject(errors, "username",
                            "Value error, Username only can be 3 to 32 characters and contain "
                            "a-z, 0-9, and underscores in between.");
  if (errors->child) {
    mz_invalid(rp, errors);
    return false;
  }
  cJSON_Delete(errors);
  if (bad_protocol)
    protocol_disabled(rp, bad_protocol);
  return !bad_protocol;
}

static struct mz_user *insert(struct mz_panel *p, const char *name, struct mz_patch *patch)
{
  struct mz_user *u = sb_alloc(sizeof *u);
  u->name = sb_strdup(name);
  u->status = patch->has_status ? patch->status : MZ_ACTIVE;
  u->expire = patch->expire;
  u->data_limit = patch->data_limit;
  u->strategy = sb_strdup(patch->strategy ? patch->strategy : "no_reset");
  u->note = patch->note && *patch->note ? sb_strdup(patch->note) : NULL;
  u->on_hold_s = patch->on_hold_s;
  u->on_hold_timeout = patch->on_hold_timeout ? sb_strdup(patch->on_hold_timeout) : NULL;
  u->auto_delete = patch->has_auto_delete ? patch->auto_delete : -1;
  u->next_plan = cJSON_Duplicate(patch->next_plan, true);
  u->created_ms = sb_now_ms();
  u->broken = !patch->proxies;
  u->proxies = patch->proxies ? patch->proxies : cJSON_CreateObject();
  u->excluded = patch->excluded;
  patch->proxies = NULL;
  patch->excluded = NULL;
  (void)sb_map_put(&p->users, name, u);
  return u;
}

void mz_create(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  struct mz_patch patch = {.create = true};
  cJSON *in = sb_json_parse(rq->body, rq->body_len);
  if (!cJSON_IsObject(in)) {
    mz_malformed(rq, rp);
  } else if (checked(p, in, &patch, rp)) {
    const char *name = sb_json_str(in, "username");
    if (sb_map_get(&p->users, name)) {
      mz_error(rp, 409, "User already exists");
    } else {
      struct mz_user *u = insert(p, name, &patch);
      if (u->broken)
        mz_server_error(rp);
      else
        mz_reply_user(p, u, rp);
    }
  }
  mz_patch_free(&patch);
  cJSON_Delete(in);
}

static void apply_proxies(struct mz_user *u, struct mz_patch *patch)
{
  const cJSON *item = NULL;
  if (patch->proxies) {
    cJSON *kept = cJSON_CreateObject();
    cJSON_Delete(u->proxies);
    u->proxies = patch->proxies;
    patch->proxies = NULL;
    cJSON_ArrayForEach(item, u->proxies)
    {
      const cJSON *tags = cJSON_GetObjectItemCaseSensitive(u->excluded, item->string);
      cJSON_AddItemToObject(kept, item->string,
                            tags ? cJSON_Duplicate(tags, true) : cJSON_CreateArray());
    }
    cJSON_Delete(u->excluded);
    u->excluded = kept;
  }
  cJSON_ArrayForEach(item, patch->excluded)
  {
    if (cJSON_HasObjectItem(u->proxies, item->string))
      sb_json_set(u->excluded, item->string, cJSON_Duplicate(item, true));
  }
}

static void apply_limits(struct mz_user *u, const struct mz_patch *patch)
{
  if (patch->has_status)
    u->status = patch->status;
  if (patch->has_expire) {
    u->expire = patch->expire;
    if (u->status == MZ_ACTIVE || u->status == MZ_EXPIRED)
      u->status = !u->expire || u->expire > sb_now_s() ? MZ_ACTIVE : MZ_EXPIRED;
  }
  if (!patch->has_data_limit)
    return;
  u->data_limit = patch->data_limit;
  if (u->status == MZ_EXPIRED || u->status == MZ_DISABLED)
    return;
  if (u->data_limit && u->used >= u->data_limit)
    u->status = MZ_LIMITED;
  else if (u->status != MZ_ON_HOLD)
    u->status = MZ_ACTIVE;
}

static void apply_texts(struct mz_user *u, const struct mz_patch *patch)
{
  if (patch->strategy) {
    free(u->strategy);
    u->strategy = sb_strdup(patch->strategy);
  }
  if (patch->has_note) {
    free(u->note);
    u->note = *patch->note ? sb_strdup(patch->note) : NULL;
  }
  if (patch->on_hold_timeout) {
    free(u->on_hold_timeout);
    u->on_hold_timeout = sb_strdup(patch->on_hold_timeout);
  }
  if (patch->has_on_hold)
    u->on_hold_s = patch->on_hold_s;
  if (patch->has_auto_delete)
    u->auto_delete = patch->auto_delete;
  cJSON_Delete(u->next_plan);
  u->next_plan = cJSON_Duplicate(patch->next_plan, true);
}

void mz_modify(struct mz_panel *p, struct mz_user *u, struct sb_request *rq, struct sb_reply *rp)
{
  struct mz_patch patch = {0};
  cJSON *in = sb_json_parse(rq->body, rq->body_len);
  if (!cJSON_IsObject(in)) {
    mz_malformed(rq, rp);
  } else if (checked(p, in, &patch, rp)) {
    apply_proxies(u, &patch);
    apply_limits(u, &patch);
    apply_texts(u, &patch);
    mz_reply_user(p, u, rp);
  }
  mz_patch_free(&patch);
  cJSON_Delete(in);
}

void mz_delete(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp)
{
  (void)sb_map_remove(&p->users, u->name);
  mz_user_free(u);
  if (p->ownerless)
    mz_server_error(rp);
  else
    mz_error(rp, 200, "User successfully deleted");
}

/* The panel's slip is kept: a disabled or held user becomes active, and the next plan is lost. */
void mz_reset(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp)
{
  u->lifetime += u->used;
  u->used = 0;
  if (u->status != MZ_EXPIRED)
    u->status = MZ_ACTIVE;
  cJSON_Delete(u->next_plan);
  u->next_plan = NULL;
  mz_reply_user(p, u, rp);
}

static void rotate(struct mz_user *u)
{
  cJSON *settings = NULL;
  cJSON_ArrayForEach(settings, u->proxies)
  {
    if (cJSON_HasObjectItem(settings, "id")) {
      char id[37];
      sb_uuid(id);
      cJSON_ReplaceItemInObjectCaseSensitive(settings, "id", cJSON_CreateString(id));
    } else {
      char *password = sb_random_text(22);
      cJSON_ReplaceItemInObjectCaseSensitive(settings, "password", cJSON_CreateString(password));
      free(password);
    }
  }
}

void mz_revoke(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp)
{
  rotate(u);
  u->revoked_ms = sb_now_ms();
  mz_reply_user(p, u, rp);
}

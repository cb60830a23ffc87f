/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mz.h"
#include "text.h"

const char *const mz_protocols[4] = {"vmess", "vless", "trojan", "shadowsocks"};

static bool known_protocol(const char *name)
{
  for (size_t i = 0; i < 4; i++)
    if (strcmp(name, mz_protocols[i]) == 0)
      return true;
  return false;
}

static bool is_uuid(const char *s)
{
  size_t n = strlen(s);
  for (size_t i = 0; i < n; i++) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? s[i] != '-' : !strchr("0123456789abcdefABCDEF", s[i]))
      return false;
  }
  return n == 36;
}

cJSON *mz_tags_of(const struct mz_panel *p, const char *protocol)
{
  cJSON *tags = cJSON_CreateArray();
  const cJSON *inbound = NULL;
  cJSON_ArrayForEach(inbound, p->inbounds)
  {
    if (strcmp(sb_json_str(inbound, "protocol"), protocol) == 0)
      cJSON_AddItemToArray(tags, cJSON_CreateString(sb_json_str(inbound, "tag")));
  }
  return tags;
}

static void add_id(cJSON *out, const cJSON *given, struct mz_problem *problem)
{
  char id[37];
  const char *text = sb_json_str(given, "id");
  if (text && !is_uuid(text))
    *problem = (struct mz_problem){"id", "Input should be a valid UUID, invalid character"};
  sb_uuid(id);
  cJSON_AddStringToObject(out, "id", text ? text : id);
}

static void add_password(cJSON *out, const cJSON *given)
{
  const char *text = sb_json_str(given, "password");
  char *random = sb_random_text(22);
  cJSON_AddStringToObject(out, "password", text ? text : random);
  free(random);
}

static void add_flow(cJSON *out, const cJSON *given, struct mz_problem *problem)
{
  const char *flow = sb_json_str(given, "flow");
  flow = flow ? flow : "";
  if (*flow && strcmp(flow, "xtls-rprx-vision") != 0)
    *problem = (struct mz_problem){"flow", "Input should be '' or 'xtls-rprx-vision'"};
  cJSON_AddStringToObject(out, "flow", flow);
}

static void add_method(cJSON *out, const cJSON *given, struct mz_problem *problem)
{
  static const char *const methods[] = {"chacha20-ietf-poly1305", "aes-128-gcm", "aes-256-gcm"};
  const char *method = sb_json_str(given, "method");
  method = method ? method : methods[0];
  bool known = false;
  for (size_t i = 0; i < 3; i++)
    known = known || strcmp(method, methods[i]) == 0;
  if (!known)
    *problem = (struct mz_problem){"method", "Input should be 'aes-128-gcm', 'aes-256-gcm' or "
                                             "'chacha20-ietf-poly1305'"};
  cJSON_AddStringToObject(out, "method", method);
}

cJSON *mz_proxy_settings(const char *protocol, const cJSON *given, struct mz_problem *problem)
{
  cJSON *out = cJSON_CreateObject();
  bool vless = strcmp(protocol, "vless") == 0;
  if (vless || strcmp(protocol, "vmess") == 0)
    add_id(out, given, problem);
  else
    add_password(out, given);
  if (vless || strcmp(protocol, "trojan") == 0)
    add_flow(out, given, problem);
  if (strcmp(protocol, "shadowsocks") == 0)
    add_method(out, given, problem);
  return out;
}

static void parse_proxies(const cJSON *in, struct mz_patch *patch, cJSON *errors)
{
  const cJSON *given = cJSON_GetObjectItemCaseSensitive(in, "proxies");
  const cJSON *item = NULL;
  if (!given || (!patch->create && cJSON_IsObject(given) && !given->child))
    return;
  if (!cJSON_IsObject(given) || !given->child) {
    cJSON_AddStringToObject(errors, "proxies", "Value error, Each user needs at least one proxy");
    return;
  }
  patch->proxies = cJSON_CreateObject();
  cJSON_ArrayForEach(item, given)
  {
    struct mz_problem problem = {NULL, NULL};
    if (!known_protocol(item->string)) {
      char *text = sb_printf("Value error, '%s' is not a valid ProxyTypes", item->string);
      cJSON_AddStringToObject(errors, "proxies", text);
      free(text);
      return;
    }
    cJSON *settings = mz_proxy_settings(item->string, item, &problem);
    cJSON_AddItemToObject(patch->proxies, item->string, settings);
    if (problem.field) {
      cJSON_AddStringToObject(errors, problem.field, problem.text);
      return;
    }
  }
}

static bool has_text(const cJSON *array, const char *text)
{
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, array)
  {
    if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
      return true;
  }
  return false;
}

/* all - wanted */
static cJSON *complement(const struct mz_panel *p, const char *protocol, const cJSON *wanted)
{
  cJSON *out = mz_tags_of(p, protocol);
  for (int i = cJSON_GetArraySize(out) - 1; i >= 0; i--)
    if (has_text(wanted, cJSON_GetArrayItem(out, i)->valuestring))
      cJSON_DeleteItemFromArray(out, i);
  return out;
}

static bool tags_exist(const struct mz_panel *p, const cJSON *tags, cJSON *errors)
{
  const cJSON *tag = NULL;
  cJSON_ArrayForEach(tag, tags)
  {
    const cJSON *inbound = NULL;
    bool found = false;
    cJSON_ArrayForEach(inbound, p->inbounds)
    {
      found = found ||
              (cJSON_IsString(tag) && strcmp(sb_json_str(inbound, "tag"), tag->valuestring) == 0);
    }
    if (!found) {
      char *text = sb_printf("Value error, Inbound %s doesn't exist",
                             cJSON_IsString(tag) ? tag->valuestring : "?");
      cJSON_AddStringToObject(errors, "inbounds", text);
      free(text);
      return false;
    }
  }
  return true;
}

/* Create: a protocol without tags gets all inbounds; no `inbounds` at all gets none.
 * Modify: only the listed protocols change and an empty list means none. */
static void parse_inbounds(const struct mz_panel *p, const cJSON *in, struct mz_patch *patch,
                           cJSON *errors)
{
  const cJSON *given = cJSON_GetObjectItemCaseSensitive(in, "inbounds");
  const cJSON *item = NULL;
  if (!patch->create && !cJSON_IsObject(given))
    return;
  patch->excluded = cJSON_CreateObject();
  cJSON_ArrayForEach(item, given)
  {
    if (!known_protocol(item->string)) {
      cJSON_AddStringToObject(errors, "inbounds",
                              "Input should be 'vmess', 'vless', 'trojan' or "
                              "'shadowsocks'");
      return;
    }
    if (!tags_exist(p, item, errors))
      return;
  }
  const cJSON *touched = patch->create ? patch->proxies : given;
  cJSON_ArrayForEach(item, touched)
  {
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(given, item->string);
    bool all = patch->create && given && cJSON_GetArraySize(tags) == 0;
    cJSON_AddItemToObject(patch->excluded, item->string,
                          all ? cJSON_CreateArray() : complement(p, item->string, tags));
  }
}

static bool parse_int_field(const cJSON *in, const char *key, int64_t *out, cJSON *errors)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(in, key);
  if (!v || cJSON_IsNull(v))
    return false;
  if (sb_json_id(in, key, out))
    return true;
  cJSON_AddStringToObject(
      errors, key,
      cJSON_IsNumber(v)   ? "Input should be a valid integer, got a number with a fractional part"
      : cJSON_IsString(v) ? "Input should be a valid integer, unable to parse string as an integer"
                          : "Input should be a valid integer");
  return false;
}

static void parse_data_limit(const cJSON *in, struct mz_patch *patch, cJSON *errors)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(in, "data_limit");
  if (!v || cJSON_IsNull(v))
    return;
  if (!cJSON_IsNumber(v))
    cJSON_AddStringToObject(errors, "data_limit",
                            "Value error, data_limit must be an integer or a float, not a string");
  else if (v->valuedouble < 0)
    cJSON_AddStringToObject(errors, "data_limit", "Input should be greater than or equal to 0");
  else if (v->valuedouble > 9e15)
    cJSON_AddStringToObject(errors, "data_limit", "Input should be a valid integer");
  else {
    patch->has_data_limit = true;
    patch->data_limit = (int64_t)v->valuedouble;
  }
}

static void parse_status(const cJSON *in, struct mz_patch *patch, cJSON *errors)
{
  const cJSON *v = cJSON_GetObjectItemCaseSensitive(in, "status");
  if (!v || cJSON_IsNull(v))
    return;
  const char *text = cJSON_IsString(v) ? v->valuestring : "";
  patch->has_status = true;
  if (strcmp(text, "active") == 0)
    patch->status = MZ_ACTIVE;
  else if (strcmp(text, "on_hold") == 0)
    patch->status = MZ_ON_HOLD;
  else if (strcmp(text, "disabled") == 0 && !patch->create)
    patch->status = MZ_DISABLED;
  else
    cJSON_AddStringToObject(errors, "status",
                            patch->create ? "Input should be 'active' or 'on_hold'"
                                          : "Input should be 'active', 'disabled' or 'on_hold'");
  if (patch->status != MZ_ON_HOLD)
    return;
  if (patch->on_hold_s <= 0)
    cJSON_AddStringToObject(
        errors, "status",
        "Value error, User cannot be on hold without a valid on_hold_expire_duration.");
  else if (patch->expire)
    cJSON_AddStringToObject(errors, "status",
                            "Value error, User cannot be on hold with specified expire.");
}

static void parse_texts(const cJSON *in, struct mz_patch *patch, cJSON *errors)
{
  static const char *const strategies[] = {"no_reset", "day", "week", "month", "year"};
  bool known = false;
  patch->strategy = sb_json_str(in, "data_limit_reset_strategy");
  for (size_t i = 0; patch->strategy && i < 5; i++)
    known = known || strcmp(patch->strategy, strategies[i]) == 0;
  if (patch->strategy && !known)
    cJSON_AddStringToObject(errors, "data_limit_reset_strategy",
                            "Input should be 'no_reset', 'day', 'week', 'month' or 'year'");
  patch->note = sb_json_str(in, "note");
  patch->has_note = patch->note != NULL;
  if (patch->note && sb_utf8_chars(patch->note) > 500)
    cJSON_AddStringToObject(errors, "note",
                            "Value error, User's note can be a maximum of 500 character");
  patch->on_hold_timeout = sb_json_str(in, "on_hold_timeout");
  int64_t ms = 0;
  if (patch->on_hold_timeout && !sb_iso_parse(patch->on_hold_timeout, &ms))
    cJSON_AddStringToObject(errors, "on_hold_timeout",
                            "Input should be a valid datetime or date, invalid character in year");
}

void mz_patch_parse(const struct mz_panel *p, const cJSON *in, struct mz_patch *patch,
                    cJSON *errors, const char **bad_protocol)
{
  const cJSON *item = NULL;
  parse_proxies(in, patch, errors);
  parse_inbounds(p, in, patch, errors);
  patch->has_expire = parse_int_field(in, "expire", &patch->expire, errors);
  patch->has_on_hold = parse_int_field(in, "on_hold_expire_duration", &patch->on_hold_s, errors);
  patch->has_auto_delete = parse_int_field(in, "auto_delete_in_days", &patch->auto_delete, errors);
  parse_data_limit(in, patch, errors);
  parse_texts(in, patch, errors);
  parse_status(in, patch, errors);
  const cJSON *plan = cJSON_GetObjectItemCaseSensitive(in, "next_plan");
  patch->next_plan = cJSON_IsObject(plan) ? plan : NULL;
  cJSON_ArrayForEach(item, patch->proxies)
  {
    cJSON *tags = mz_tags_of(p, item->string);
    if (!tags->child && !*bad_protocol)
      *bad_protocol = item->string;
    cJSON_Delete(tags);
  }
}

void mz_patch_free(struct mz_patch *patch)
{
  cJSON_Delete(patch->proxies);
  cJSON_Delete(patch->excluded);
  *patch = (struct mz_patch){0};
}

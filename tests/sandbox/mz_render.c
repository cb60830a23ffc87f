/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "mz.h"
#include "text.h"

enum { SIGN_LEN = 10 };

static void add_int_or_null(cJSON *out, const char *key, int64_t v, bool is_null)
{
  if (is_null)
    cJSON_AddNullToObject(out, key);
  else
    cJSON_AddNumberToObject(out, key, (double)v);
}

static void add_str_or_null(cJSON *out, const char *key, const char *v)
{
  if (v)
    cJSON_AddStringToObject(out, key, v);
  else
    cJSON_AddNullToObject(out, key);
}

static void add_time_or_null(cJSON *out, const char *key, int64_t ms)
{
  char text[40];
  if (ms)
    sb_iso_time(ms, SB_ISO_NAIVE_US, text);
  add_str_or_null(out, key, ms ? text : NULL);
}

static bool is_excluded(const struct mz_user *u, const char *protocol, const char *tag)
{
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(u->excluded, protocol))
  {
    if (strcmp(item->valuestring, tag) == 0)
      return true;
  }
  return false;
}

static cJSON *inbounds_of(const struct mz_panel *p, const struct mz_user *u)
{
  cJSON *out = cJSON_CreateObject();
  const cJSON *proxy = NULL;
  cJSON_ArrayForEach(proxy, u->proxies)
  {
    cJSON *tags = mz_tags_of(p, proxy->string);
    for (int i = cJSON_GetArraySize(tags) - 1; i >= 0; i--)
      if (is_excluded(u, proxy->string, cJSON_GetArrayItem(tags, i)->valuestring))
        cJSON_DeleteItemFromArray(tags, i);
    cJSON_AddItemToObject(out, proxy->string, tags);
  }
  return out;
}

/* What stands for each variable of a host's remark and address. */
struct names {
  const char *user, *protocol, *transport, *address;
};

static char *filled(const char *text, const struct names *names)
{
  const char *const pairs[][2] = {{"{USERNAME}", names->user},
                                  {"{PROTOCOL}", names->protocol},
                                  {"{TRANSPORT}", names->transport},
                                  {"{SERVER_IP}", names->address}};
  struct sb_buf b = {0};
  sb_buf_str(&b, "");
  while (*text) {
    size_t i = 0;
    while (i < 4 && !sb_has_prefix(text, pairs[i][0]))
      i++;
    if (i == 4) {
      sb_buf_add(&b, text++, 1);
    } else {
      sb_buf_str(&b, pairs[i][1]);
      text += strlen(pairs[i][0]);
    }
  }
  return b.data;
}

static const char *label_of(const char *protocol)
{
  return strcmp(protocol, "vless") == 0    ? "VLESS"
         : strcmp(protocol, "vmess") == 0  ? "VMess"
         : strcmp(protocol, "trojan") == 0 ? "Trojan"
                                           : "Shadowsocks";
}

static void add_pair(struct sb_buf *b, const char *key, const char *value)
{
  sb_buf_fmt(b, "%s%s=", b->len && b->data[b->len - 1] == '?' ? "" : "&", key);
  sb_escape_add(b, value ? value : "", SB_FORM);
}

static const char *random_item(const cJSON *array)
{
  int n = cJSON_GetArraySize(array);
  const cJSON *item = n ? cJSON_GetArrayItem(array, (int)sb_random_below((uint32_t)n)) : NULL;
  const char *text = cJSON_GetStringValue(item);
  return text ? text : "";
}

/* The panel copies the inbound before it picks the shortId: each render carries the previous
 * render's pick, and the first one after a start carries none. */
static void add_reality(struct sb_buf *b, cJSON *inbound)
{
  add_pair(b, "sni", random_item(cJSON_GetObjectItem(inbound, "sni")));
  add_pair(b, "fp", "chrome");
  add_pair(b, "pbk", sb_json_str(inbound, "pbk"));
  add_pair(b, "sid", sb_json_str(inbound, "last_sid"));
  const char *next = random_item(cJSON_GetObjectItem(inbound, "sids"));
  sb_json_set(inbound, "last_sid", cJSON_CreateString(next));
}

static void add_vless(struct sb_buf *b, const char *address, const cJSON *settings, cJSON *inbound)
{
  const char *tls = sb_json_str(inbound, "tls");
  const char *network = sb_json_str(inbound, "network");
  const char *flow = sb_json_str(settings, "flow");
  bool reality = strcmp(tls, "reality") == 0;
  bool tcp = strcmp(network, "tcp") == 0 || strcmp(network, "raw") == 0;
  sb_buf_fmt(b, "vless://%s@%s:%d?", sb_json_str(settings, "id"), address,
             (int)sb_json_int(inbound, "port", 443));
  add_pair(b, "security", tls);
  add_pair(b, "type", network);
  add_pair(b, "headerType", "");
  if (flow && *flow && tcp && (reality || strcmp(tls, "tls") == 0))
    add_pair(b, "flow", flow);
  add_pair(b, "path", "");
  add_pair(b, "host", "");
  if (reality)
    add_reality(b, inbound);
}

static void add_shadowsocks(struct sb_buf *b, const char *address, const cJSON *settings,
                            const cJSON *inbound)
{
  char *plain =
      sb_printf("%s:%s", sb_json_str(settings, "method"), sb_json_str(settings, "password"));
  char *coded = sb_base64(plain, strlen(plain), SB_B64_STD);
  sb_buf_fmt(b, "ss://%s@%s:%d", coded, address, (int)sb_json_int(inbound, "port", 1080));
  free(coded);
  free(plain);
}

/* As urllib.parse.quote writes the remark. */
static char *link_of(const struct mz_panel *p, const struct mz_user *u, const cJSON *host,
                     cJSON *inbound)
{
  struct sb_buf b = {0};
  const char *protocol = sb_json_str(inbound, "protocol");
  const cJSON *settings = cJSON_GetObjectItemCaseSensitive(u->proxies, protocol);
  const struct names names = {u->name, label_of(protocol), sb_json_str(inbound, "network"),
                              p->address};
  char *remark = filled(sb_json_str(host, "remark"), &names);
  char *address = filled(sb_json_str(host, "address"), &names);
  if (strcmp(protocol, "vless") == 0)
    add_vless(&b, address, settings, inbound);
  else if (strcmp(protocol, "shadowsocks") == 0)
    add_shadowsocks(&b, address, settings, inbound);
  else
    sb_buf_fmt(&b, "%s://%s@%s:%d", protocol,
               sb_json_str(settings, strcmp(protocol, "trojan") == 0 ? "password" : "id"), address,
               (int)sb_json_int(inbound, "port", 443));
  sb_buf_str(&b, "#");
  sb_escape_add(&b, remark, SB_URI);
  free(address);
  free(remark);
  return b.data;
}

static cJSON *links_of(struct mz_panel *p, struct mz_user *u)
{
  cJSON *out = cJSON_CreateArray();
  cJSON *inbound = NULL;
  cJSON_ArrayForEach(inbound, p->inbounds)
  {
    const char *protocol = sb_json_str(inbound, "protocol");
    const char *tag = sb_json_str(inbound, "tag");
    const cJSON *host = NULL;
    if (!cJSON_GetObjectItemCaseSensitive(u->proxies, protocol) || is_excluded(u, protocol, tag))
      continue;
    cJSON_ArrayForEach(host, mz_hosts_of(p, tag))
    {
      if (sb_json_bool(host, "is_disabled", false))
        continue;
      char *link = link_of(p, u, host, inbound);
      cJSON_AddItemToArray(out, cJSON_CreateString(link));
      free(link);
    }
  }
  return out;
}

char *mz_links_text(struct mz_panel *p, struct mz_user *u)
{
  struct sb_buf b = {0};
  cJSON *links = links_of(p, u);
  const cJSON *link = NULL;
  sb_buf_str(&b, "");
  cJSON_ArrayForEach(link, links)
  {
    sb_buf_fmt(&b, "%s%s", b.len ? "\n" : "", link->valuestring);
  }
  cJSON_Delete(links);
  return b.data;
}

/* Token: base64url("name,ceil(now)") and 10 characters of a signature; new at every read. */
char *mz_sub_url(const struct mz_panel *p, const struct mz_user *u)
{
  unsigned char digest[32];
  char *data = sb_printf("%s,%lld", u->name, (long long)((sb_now_ms() + 999) / 1000));
  char *coded = sb_base64(data, strlen(data), SB_B64_URL_NOPAD);
  char *salted = sb_printf("%s%s", coded, p->sub_secret);
  sb_sha256(salted, strlen(salted), digest);
  char *sign = sb_base64(digest, sizeof digest, SB_B64_URL_NOPAD);
  char *url = sb_printf("%s/sub/%s%.*s", p->sub_prefix, coded, SIGN_LEN, sign);
  free(sign);
  free(salted);
  free(coded);
  free(data);
  return url;
}

static cJSON *admin_json(const struct mz_panel *p)
{
  if (p->ownerless)
    return cJSON_CreateNull();
  cJSON *admin = cJSON_CreateObject();
  cJSON_AddStringToObject(admin, "username", sb_options.marzban_user);
  cJSON_AddBoolToObject(admin, "is_sudo", true);
  cJSON_AddNullToObject(admin, "telegram_id");
  cJSON_AddNullToObject(admin, "discord_webhook");
  cJSON_AddNumberToObject(admin, "users_usage", 0);
  return admin;
}

cJSON *mz_user_json(struct mz_panel *p, struct mz_user *u, bool with_links)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddItemToObject(out, "proxies", cJSON_Duplicate(u->proxies, true));
  add_int_or_null(out, "expire", u->expire, u->expire == 0);
  add_int_or_null(out, "data_limit", u->data_limit, u->data_limit == 0);
  cJSON_AddStringToObject(out, "data_limit_reset_strategy", u->strategy);
  cJSON_AddItemToObject(out, "inbounds", inbounds_of(p, u));
  add_str_or_null(out, "note", u->note);
  add_time_or_null(out, "sub_updated_at", u->sub_updated_ms);
  add_str_or_null(out, "sub_last_user_agent", u->sub_agent);
  add_time_or_null(out, "online_at", u->online_ms);
  add_int_or_null(out, "on_hold_expire_duration", u->on_hold_s, u->on_hold_s == 0);
  add_str_or_null(out, "on_hold_timeout", u->on_hold_timeout);
  add_int_or_null(out, "auto_delete_in_days", u->auto_delete, u->auto_delete < 0);
  cJSON_AddItemToObject(out, "next_plan",
                        u->next_plan ? cJSON_Duplicate(u->next_plan, true) : cJSON_CreateNull());
  cJSON_AddStringToObject(out, "username", u->name);
  cJSON_AddStringToObject(out, "status", mz_status_name(u->status));
  cJSON_AddNumberToObject(out, "used_traffic", (double)u->used);
  cJSON_AddNumberToObject(out, "lifetime_used_traffic", (double)(u->lifetime + u->used));
  add_time_or_null(out, "created_at", u->created_ms);
  if (with_links) {
    char *url = mz_sub_url(p, u);
    cJSON_AddItemToObject(out, "links", links_of(p, u));
    cJSON_AddStringToObject(out, "subscription_url", url);
    free(url);
  }
  cJSON_AddItemToObject(out, "excluded_inbounds", cJSON_Duplicate(u->excluded, true));
  cJSON_AddItemToObject(out, "admin", admin_json(p));
  return out;
}

void mz_reply_user(struct mz_panel *p, struct mz_user *u, struct sb_reply *rp)
{
  sb_reply_json(rp, 200, mz_user_json(p, u, true));
}

cJSON *mz_default_inbounds(void)
{
  return cJSON_Parse(
      "[{\"tag\":\"VLESS TCP REALITY\",\"protocol\":\"vless\",\"network\":\"tcp\","
      "\"tls\":\"reality\",\"port\":8443,\"sni\":[\"www.example.com\"],"
      "\"pbk\":\"SbVKOEMjK0sIlbwg4akyBg5mL5KZwwB-ed4eEE7YnRc\","
      "\"sids\":[\"0123456789abcdef\",\"a1b2c3d4\"],\"last_sid\":\"\"},"
      "{\"tag\":\"Shadowsocks TCP\",\"protocol\":\"shadowsocks\",\"network\":\"tcp\","
      "\"tls\":\"none\",\"port\":1080}]");
}

cJSON *mz_default_nodes(void)
{
  return cJSON_CreateArray();
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "xu.h"

static const char *text_of(const cJSON *object, const char *key)
{
  const char *text = sb_json_str(object, key);
  return text ? text : "";
}

static const char *random_item(const cJSON *array)
{
  int n = cJSON_GetArraySize(array);
  const cJSON *item = n ? cJSON_GetArrayItem(array, (int)sb_random_below((uint32_t)n)) : NULL;
  return cJSON_IsString(item) ? item->valuestring : "";
}

/* Go prints a query sorted by key; the callers here keep that order. */
static void add_pair(struct sb_buf *b, const char *key, const char *value)
{
  sb_buf_fmt(b, "%s%s=", b->len && b->data[b->len - 1] == '?' ? "" : "&", key);
  sb_escape_add(b, value, SB_FORM);
}

static void add_spider(struct sb_buf *b, const struct xu_panel *p, const char *seed,
                       const char *sub_id)
{
  unsigned char digest[32];
  char hex[65];
  char *salted = sb_printf("%s|%s", seed, sub_id);
  if (p->version < XU_V_CLIENTS)
    sb_random(digest, sizeof digest);
  else
    sb_sha256(salted, strlen(salted), digest);
  sb_hex(digest, sizeof digest, hex);
  char *spider = sb_printf("/%.15s", hex);
  add_pair(b, "spx", spider);
  free(spider);
  free(salted);
}

static void add_vless(struct sb_buf *b, const struct xu_panel *p, const struct xu_inbound *ib,
                      const cJSON *client, const char *host)
{
  const cJSON *reality = cJSON_GetObjectItemCaseSensitive(ib->stream, "realitySettings");
  const cJSON *inner = cJSON_GetObjectItemCaseSensitive(reality, "settings");
  bool posing = strcmp(text_of(ib->stream, "security"), "reality") == 0;
  const char *flow = text_of(client, "flow");
  const char *encryption = text_of(ib->settings, "encryption");
  sb_buf_fmt(b, "vless://%s@%s:%lld?", text_of(client, "id"), host, (long long)ib->port);
  if (*encryption)
    add_pair(b, "encryption", encryption);
  if (*flow && xu_flow_ok(ib))
    add_pair(b, "flow", flow);
  if (posing && *text_of(inner, "fingerprint"))
    add_pair(b, "fp", text_of(inner, "fingerprint"));
  if (posing)
    add_pair(b, "pbk", text_of(inner, "publicKey"));
  add_pair(b, "security", posing ? "reality" : "none");
  if (posing) {
    add_pair(b, "sid", random_item(cJSON_GetObjectItemCaseSensitive(reality, "shortIds")));
    add_pair(b, "sni", random_item(cJSON_GetObjectItemCaseSensitive(reality, "serverNames")));
    add_spider(b, p, text_of(inner, "spiderX"), text_of(client, "subId"));
  }
  add_pair(b, "type", text_of(ib->stream, "network"));
}

/* Three spellings of the user part, by version and cipher. */
static void add_shadowsocks(struct sb_buf *b, const struct xu_panel *p, const struct xu_inbound *ib,
                            const cJSON *client, const char *host)
{
  const char *method = text_of(ib->settings, "method");
  const char *server_key = text_of(ib->settings, "password");
  const char *own_key = text_of(client, "password");
  bool is_2022 = sb_has_prefix(method, "2022");
  sb_buf_str(b, "ss://");
  if (is_2022 && p->version >= XU_V_SS_2022_PERCENT) {
    sb_escape_add(b, method, SB_FORM);
    sb_buf_str(b, ":");
    sb_escape_add(b, server_key, SB_FORM);
    sb_buf_str(b, ":");
    sb_escape_add(b, own_key, SB_FORM);
  } else {
    char *plain = is_2022 ? sb_printf("%s:%s:%s", method, server_key, own_key)
                          : sb_printf("%s:%s", method, own_key);
    bool url_form = p->version >= XU_V_SS_BASE64URL;
    char *coded = sb_base64(plain, strlen(plain), url_form ? SB_B64_URL_NOPAD : SB_B64_STD);
    sb_buf_str(b, coded);
    free(coded);
    free(plain);
  }
  sb_buf_fmt(b, "@%s:%lld?", host, (long long)ib->port);
  add_pair(b, "type", text_of(ib->stream, "network"));
}

static char *link_of(const struct xu_panel *p, const struct xu_inbound *ib, const cJSON *client,
                     const char *host)
{
  struct sb_buf b = {0};
  bool own_host = strcmp(ib->share_strategy, "custom") == 0 && *ib->share_addr;
  const char *address = own_host ? ib->share_addr : host;
  if (strcmp(ib->protocol, "vless") == 0)
    add_vless(&b, p, ib, client, address);
  else if (strcmp(ib->protocol, "shadowsocks") == 0)
    add_shadowsocks(&b, p, ib, client, address);
  else
    sb_buf_fmt(&b, "%s://%s@%s:%lld", ib->protocol, text_of(client, "password"), address,
               (long long)ib->port);
  char *remark = sb_printf("%s%s%s", ib->remark, *ib->remark ? "-" : "", text_of(client, "email"));
  sb_buf_str(&b, "#");
  sb_escape_add(&b, remark, SB_URI);
  free(remark);
  return b.data;
}

/* The name that the caller used for the panel. A proxy on the same machine is trusted. */
static char *host_of(const struct xu_call *c)
{
  const char *host = sb_header(c->rq, "X-Forwarded-Host");
  if (!host || !*host)
    host = sb_header(c->rq, "Host");
  if (!host)
    return sb_strdup("");
  if (*host == '[') {
    const char *end = strchr(host, ']');
    return sb_strndup(host, end ? (size_t)(end - host) + 1 : strlen(host));
  }
  if (sb_has_prefix(host, "127.") && c->panel->version >= XU_V_LOCALHOST)
    return sb_strdup("localhost");
  return sb_strndup(host, strcspn(host, ":,"));
}

static void add_link(cJSON *links, const struct xu_panel *p, const struct xu_inbound *ib,
                     const cJSON *client, const char *host)
{
  char *link = link_of(p, ib, client, host);
  cJSON_AddItemToArray(links, cJSON_CreateString(link));
  free(link);
}

/* Links of this email on one inbound, or on all. */
static cJSON *links_of(const struct xu_call *c, const struct xu_inbound *only, const char *email)
{
  cJSON *out = cJSON_CreateArray();
  char *host = host_of(c);
  char *key = xu_lower(email);
  size_t at = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&c->panel->inbounds, &at)) != NULL;) {
    const cJSON *client = sb_map_get(&ib->clients, key);
    if (client && (!only || only == ib))
      add_link(out, c->panel, ib, client, host);
  }
  free(key);
  free(host);
  return out;
}

void xu_links(struct xu_call *c)
{
  const char *email = c->arg[0];
  if (!xu_record_get(c->panel, email)) {
    xu_fail(c, XU_OBTAIN, "record not found");
    return;
  }
  cJSON *links = links_of(c, NULL, email);
  if (links->child) {
    xu_object(c, links);
    return;
  }
  cJSON_Delete(links); /* a nil slice of Go */
  xu_object(c, NULL);
}

void xu_sub_links(struct xu_call *c)
{
  cJSON *out = cJSON_CreateArray();
  char *host = host_of(c);
  size_t i = 0;
  for (const struct xu_inbound *ib; (ib = sb_map_next(&c->panel->inbounds, &i)) != NULL;) {
    size_t at = 0;
    for (const cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;)
      if (strcmp(text_of(client, "subId"), c->arg[0]) == 0)
        add_link(out, c->panel, ib, client, host);
  }
  free(host);
  xu_object(c, out);
}

void xu_inbound_links(struct xu_call *c)
{
  const struct xu_inbound *ib = xu_inbound_by_text(c->panel, c->arg[0]);
  if (ib)
    xu_object(c, links_of(c, ib, c->arg[1]));
  else
    xu_fail(c, XU_OBTAIN, "record not found");
}

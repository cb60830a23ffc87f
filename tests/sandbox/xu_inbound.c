/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "xu.h"

enum { TCP = 1, UDP = 2 };

struct xu_inbound *xu_inbound_get(const struct xu_panel *p, int64_t id)
{
  char key[24];
  (void)snprintf(key, sizeof key, "%lld", (long long)id);
  return sb_map_get(&p->inbounds, key);
}

struct xu_inbound *xu_inbound_by_text(const struct xu_panel *p, const char *id)
{
  int64_t number = 0;
  return sb_parse_int(id, &number) ? xu_inbound_get(p, number) : NULL;
}

static const char *text_or(const cJSON *in, const char *key, const char *otherwise)
{
  const char *text = sb_json_str(in, key);
  return text ? text : otherwise;
}

/* A member that is an object in C and an object in a string in A and B; C takes both. */
static cJSON *embedded(const cJSON *in, const char *key)
{
  const cJSON *member = cJSON_GetObjectItemCaseSensitive(in, key);
  cJSON *object =
      cJSON_IsString(member) ? cJSON_Parse(member->valuestring) : cJSON_Duplicate(member, true);
  return cJSON_IsObject(object) ? object : (cJSON_Delete(object), cJSON_CreateObject());
}

static int transports(const char *protocol, const cJSON *stream, const cJSON *settings)
{
  const char *network = text_or(stream, "network", "");
  const char *ss = text_or(settings, "network", "");
  if (strcmp(protocol, "shadowsocks") == 0 && *ss)
    return (strstr(ss, "tcp") ? TCP : 0) | (strstr(ss, "udp") ? UDP : 0);
  return strcmp(network, "kcp") == 0 ? UDP : TCP;
}

static const char *transport_name(int bits)
{
  return bits == TCP ? "tcp" : (bits == UDP ? "udp" : "tcpudp");
}

static bool any_address(const char *listen)
{
  return !*listen || strcmp(listen, "0.0.0.0") == 0 || strcmp(listen, "::") == 0 ||
         strcmp(listen, "::0") == 0;
}

/* Before 3.0 TCP and UDP on one port exclude each other. */
static char *port_problem(const struct xu_panel *p, const struct xu_inbound *ib)
{
  int mine = transports(ib->protocol, ib->stream, ib->settings);
  size_t at = 0;
  for (const struct xu_inbound *o; (o = sb_map_next(&p->inbounds, &at)) != NULL;) {
    int shared = mine & transports(o->protocol, o->stream, o->settings);
    bool overlap =
        any_address(o->listen) || any_address(ib->listen) || strcmp(o->listen, ib->listen) == 0;
    if (o->port != ib->port || !overlap || (!shared && p->version >= XU_V_BEARER))
      continue;
    if (!xu_newest(p))
      return sb_printf("Port already exists: %lld\n", (long long)ib->port);
    return sb_printf("port %lld (%s) already used by inbound '%s' (#%lld) on %s\n",
                     (long long)ib->port, transport_name(shared), *o->remark ? o->remark : o->tag,
                     (long long)o->id, any_address(o->listen) ? "*" : o->listen);
  }
  return NULL;
}

static bool tag_taken(const struct xu_panel *p, const char *tag)
{
  size_t at = 0;
  for (const struct xu_inbound *o; (o = sb_map_next(&p->inbounds, &at)) != NULL;)
    if (strcmp(o->tag, tag) == 0)
      return true;
  return false;
}

/* Before 3.1 the caller's tag is not taken. */
static char *choose_tag(const struct xu_panel *p, const struct xu_inbound *ib, const char *wanted)
{
  if (!xu_newest(p))
    return any_address(ib->listen) ? sb_printf("inbound-%lld", (long long)ib->port)
                                   : sb_printf("inbound-%s:%lld", ib->listen, (long long)ib->port);
  if (*wanted && !tag_taken(p, wanted))
    return sb_strdup(wanted);
  const char *transport = transport_name(transports(ib->protocol, ib->stream, ib->settings));
  char *tag = sb_printf("in-%lld-%s", (long long)ib->port, transport);
  for (int i = 2; tag_taken(p, tag); i++) {
    free(tag);
    tag = sb_printf("in-%lld-%s-%d", (long long)ib->port, transport, i);
  }
  return tag;
}

static void inbound_free(struct xu_inbound *ib)
{
  size_t at = 0;
  for (cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;)
    cJSON_Delete(client);
  sb_map_free(&ib->clients);
  free(ib->remark);
  free(ib->listen);
  free(ib->protocol);
  free(ib->tag);
  free(ib->share_strategy);
  free(ib->share_addr);
  cJSON_Delete(ib->settings);
  cJSON_Delete(ib->stream);
  cJSON_Delete(ib->sniffing);
  free(ib);
}

void xu_inbound_put(struct xu_inbound *ib, const char *email, cJSON *client)
{
  char *key = xu_lower(email);
  cJSON_Delete(sb_map_put(&ib->clients, key, client));
  free(key);
}

static struct xu_inbound *inbound_of(const cJSON *in)
{
  struct xu_inbound *ib = sb_alloc(sizeof *ib);
  ib->enable = sb_json_bool(in, "enable", false);
  ib->port = sb_json_int(in, "port", 0);
  ib->remark = sb_strdup(text_or(in, "remark", ""));
  ib->listen = sb_strdup(text_or(in, "listen", ""));
  ib->protocol = sb_strdup(text_or(in, "protocol", ""));
  ib->share_strategy = sb_strdup(text_or(in, "shareAddrStrategy", "node"));
  ib->share_addr = sb_strdup(text_or(in, "shareAddr", ""));
  ib->settings = embedded(in, "settings");
  ib->stream = embedded(in, "streamSettings");
  ib->sniffing = embedded(in, "sniffing");
  return ib;
}

/* Clients in the body of a new inbound, such as one that a test configures. */
static void take_clients(struct xu_panel *p, struct xu_inbound *ib)
{
  cJSON *clients = cJSON_DetachItemFromObjectCaseSensitive(ib->settings, "clients");
  while (clients && clients->child) {
    cJSON *client = cJSON_DetachItemFromArray(clients, 0);
    const char *email = text_or(client, "email", "");
    xu_traffic_add(p, ib->id, email, client);
    xu_inbound_put(ib, email, client);
  }
  cJSON_Delete(clients);
}

struct xu_inbound *xu_inbound_add(struct xu_panel *p, const cJSON *in, char **problem)
{
  struct xu_inbound *ib = inbound_of(in);
  *problem = port_problem(p, ib);
  if (*problem) {
    inbound_free(ib);
    return NULL;
  }
  ib->tag = choose_tag(p, ib, text_or(in, "tag", ""));
  ib->id = ++p->last_inbound;
  take_clients(p, ib);
  char *key = sb_printf("%lld", (long long)ib->id);
  (void)sb_map_put(&p->inbounds, key, ib);
  free(key);
  return ib;
}

/* In C the traffic rows stay behind, and the records without an inbound. */
void xu_inbound_delete(struct xu_panel *p, struct xu_inbound *ib)
{
  char *key = sb_printf("%lld", (long long)ib->id);
  size_t at = 0;
  for (const cJSON *client; (client = sb_map_next(&ib->clients, &at)) != NULL;)
    if (!xu_newest(p))
      xu_traffic_delete(p, text_or(client, "email", ""));
  (void)sb_map_remove(&p->inbounds, key);
  inbound_free(ib);
  free(key);
}

void xu_inbounds_default(struct xu_panel *p)
{
  static const char *const bodies[] = {
      "{\"enable\":true,\"remark\":\"vless-reality\",\"port\":8443,\"protocol\":\"vless\","
      "\"settings\":{\"clients\":[],\"decryption\":\"none\",\"encryption\":\"none\","
      "\"fallbacks\":[]},"
      "\"streamSettings\":{\"network\":\"tcp\",\"security\":\"reality\",\"externalProxy\":[],"
      "\"realitySettings\":{\"show\":false,\"xver\":0,\"dest\":\"www.example.com:443\","
      "\"target\":\"www.example.com:443\",\"serverNames\":[\"www.example.com\"],"
      "\"privateKey\":\"4MAhgW2A2vAdbLFyfUkrAeYqPUMmfRhWr98Mq-LaAVQ\","
      "\"shortIds\":[\"0123456789abcdef\",\"a1b2c3d4\"],"
      "\"settings\":{\"publicKey\":\"SbVKOEMjK0sIlbwg4akyBg5mL5KZwwB-ed4eEE7YnRc\","
      "\"fingerprint\":\"chrome\",\"serverName\":\"\",\"spiderX\":\"/\"}},"
      "\"tcpSettings\":{\"acceptProxyProtocol\":false,\"header\":{\"type\":\"none\"}}},"
      "\"sniffing\":{\"enabled\":false}}",
      "{\"enable\":true,\"remark\":\"ss-2022\",\"port\":8388,\"protocol\":\"shadowsocks\","
      "\"settings\":{\"method\":\"2022-blake3-aes-256-gcm\","
      "\"password\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\","
      "\"network\":\"tcp,udp\",\"clients\":[],\"ivCheck\":false},"
      "\"streamSettings\":{\"network\":\"tcp\",\"security\":\"none\",\"externalProxy\":[],"
      "\"tcpSettings\":{\"acceptProxyProtocol\":false,\"header\":{\"type\":\"none\"}}},"
      "\"sniffing\":{\"enabled\":false}}"};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    char *problem = NULL;
    cJSON *in = cJSON_Parse(bodies[i]);
    (void)xu_inbound_add(p, in, &problem);
    cJSON_Delete(in);
    free(problem);
  }
}

/* Vision needs VLESS on TCP with TLS or Reality. */
bool xu_flow_ok(const struct xu_inbound *ib)
{
  const char *network = text_or(ib->stream, "network", "");
  const char *security = text_or(ib->stream, "security", "");
  return strcmp(ib->protocol, "vless") == 0 && strcmp(network, "tcp") == 0 &&
         (strcmp(security, "tls") == 0 || strcmp(security, "reality") == 0);
}

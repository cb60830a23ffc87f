/* SPDX-License-Identifier: MIT */
/* The core's configuration and the hosts of its inbounds. */
#include <stdlib.h>
#include <string.h>

#include "mz.h"
#include "text.h"

static const char default_address[] = "{SERVER_IP}";

static void set_security(cJSON *stream, const cJSON *listed)
{
  const char *tls = sb_json_str(listed, "tls");
  cJSON_AddStringToObject(stream, "network", sb_json_str(listed, "network"));
  cJSON_AddStringToObject(stream, "security", tls);
  if (strcmp(tls, "reality") != 0)
    return;
  cJSON *reality = cJSON_AddObjectToObject(stream, "realitySettings");
  cJSON_AddStringToObject(reality, "dest", "www.example.com:443");
  cJSON_AddItemToObject(reality, "serverNames",
                        cJSON_Duplicate(cJSON_GetObjectItem(listed, "sni"), true));
  cJSON_AddStringToObject(reality, "privateKey", "MMX7m0Mj3faUstoEm5NBdegeXkHG6ZB78xzBv2n3ZUA");
  cJSON_AddStringToObject(reality, "publicKey",
                          sb_json_str(listed, "pbk") ? sb_json_str(listed, "pbk") : "");
  cJSON_AddItemToObject(reality, "shortIds",
                        cJSON_Duplicate(cJSON_GetObjectItem(listed, "sids"), true));
}

/* The configuration of which `inbounds` are a list. */
cJSON *mz_core_of(const cJSON *inbounds)
{
  cJSON *core = cJSON_Parse("{\"log\":{\"loglevel\":\"warning\"},\"routing\":{\"rules\":[{\"ip\":["
                            "\"geoip:private\"],\"outboundTag\":\"BLOCK\",\"type\":\"field\"}]}}");
  cJSON *list = cJSON_AddArrayToObject(core, "inbounds");
  const cJSON *listed = NULL;
  cJSON_ArrayForEach(listed, inbounds)
  {
    cJSON *inbound = cJSON_CreateObject();
    cJSON_AddStringToObject(inbound, "tag", sb_json_str(listed, "tag"));
    cJSON_AddStringToObject(inbound, "listen", "0.0.0.0");
    cJSON_AddNumberToObject(inbound, "port", (double)sb_json_int(listed, "port", 0));
    cJSON_AddStringToObject(inbound, "protocol", sb_json_str(listed, "protocol"));
    cJSON_AddArrayToObject(cJSON_AddObjectToObject(inbound, "settings"), "clients");
    set_security(cJSON_AddObjectToObject(inbound, "streamSettings"), listed);
    cJSON_AddItemToArray(list, inbound);
  }
  cJSON_AddItemToObject(core, "outbounds",
                        cJSON_Parse("[{\"protocol\":\"freedom\",\"tag\":\"DIRECT\"},"
                                    "{\"protocol\":\"blackhole\",\"tag\":\"BLOCK\"}]"));
  return core;
}

static bool is_proxy(const char *protocol)
{
  for (size_t i = 0; protocol && i < 4; i++)
    if (strcmp(protocol, mz_protocols[i]) == 0)
      return true;
  return false;
}

static cJSON *copy_or_empty(const cJSON *array)
{
  return array ? cJSON_Duplicate(array, true) : cJSON_CreateArray();
}

static cJSON *listed_of(const cJSON *inbound)
{
  const cJSON *stream = cJSON_GetObjectItemCaseSensitive(inbound, "streamSettings");
  const cJSON *reality = cJSON_GetObjectItemCaseSensitive(stream, "realitySettings");
  const char *network = sb_json_str(stream, "network");
  const char *tls = sb_json_str(stream, "security");
  cJSON *listed = cJSON_CreateObject();
  cJSON_AddStringToObject(listed, "tag", sb_json_str(inbound, "tag"));
  cJSON_AddStringToObject(listed, "protocol", sb_json_str(inbound, "protocol"));
  cJSON_AddStringToObject(listed, "network", network ? network : "tcp");
  cJSON_AddStringToObject(listed, "tls", tls ? tls : "none");
  cJSON_AddItemToObject(listed, "port",
                        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(inbound, "port"), true));
  cJSON_AddItemToObject(listed, "sni",
                        copy_or_empty(cJSON_GetObjectItemCaseSensitive(reality, "serverNames")));
  cJSON_AddStringToObject(
      listed, "pbk",
      reality && sb_json_str(reality, "publicKey") ? sb_json_str(reality, "publicKey") : "");
  cJSON_AddItemToObject(listed, "sids",
                        copy_or_empty(cJSON_GetObjectItemCaseSensitive(reality, "shortIds")));
  cJSON_AddStringToObject(listed, "last_sid", "");
  return listed;
}

/* What the panel itself refuses; the core may refuse much more. */
static const char *complaint(const cJSON *core)
{
  const cJSON *inbounds = cJSON_GetObjectItemCaseSensitive(core, "inbounds");
  const cJSON *outbounds = cJSON_GetObjectItemCaseSensitive(core, "outbounds");
  const cJSON *item = NULL;
  if (cJSON_GetArraySize(inbounds) == 0)
    return "config doesn't have inbounds";
  if (cJSON_GetArraySize(outbounds) == 0)
    return "config doesn't have outbounds";
  cJSON_ArrayForEach(item, inbounds)
  {
    const char *tag = sb_json_str(item, "tag");
    if (!tag || !*tag)
      return "all inbounds must have a unique tag";
    if (strchr(tag, ','))
      return "character «,» is not allowed in inbound tag";
  }
  cJSON_ArrayForEach(item, outbounds)
  {
    if (!sb_json_str(item, "tag"))
      return "all outbounds must have a unique tag";
  }
  return NULL;
}

/* Without a public key the panel asks its core for it, in words that newer cores do not understand,
 * and then answers 500. */
static bool lacks_public_key(const cJSON *core)
{
  const cJSON *inbound = NULL;
  cJSON_ArrayForEach(inbound, cJSON_GetObjectItemCaseSensitive(core, "inbounds"))
  {
    const cJSON *stream = cJSON_GetObjectItemCaseSensitive(inbound, "streamSettings");
    const cJSON *reality = cJSON_GetObjectItemCaseSensitive(stream, "realitySettings");
    if (reality && !sb_json_str(reality, "publicKey"))
      return true;
  }
  return false;
}

/* The core ends at once when one of its ports is taken by another program. */
static void restart(struct mz_panel *p)
{
  const cJSON *inbound = NULL;
  p->started = true;
  cJSON_ArrayForEach(inbound, cJSON_GetObjectItemCaseSensitive(p->core, "inbounds"))
  {
    const cJSON *busy = NULL;
    cJSON_ArrayForEach(busy, p->busy_ports)
    {
      if (sb_json_int(inbound, "port", 0) == (int64_t)busy->valuedouble)
        p->started = false;
    }
  }
}

static void take_core(struct mz_panel *p, cJSON *core)
{
  const cJSON *inbound = NULL;
  cJSON_Delete(p->core);
  cJSON_Delete(p->inbounds);
  p->core = core;
  p->inbounds = cJSON_CreateArray();
  cJSON_ArrayForEach(inbound, cJSON_GetObjectItemCaseSensitive(core, "inbounds"))
  {
    if (is_proxy(sb_json_str(inbound, "protocol")))
      cJSON_AddItemToArray(p->inbounds, listed_of(inbound));
  }
  restart(p);
}

/* The body, an object; NULL when it is none, which was answered. */
static cJSON *object_of(struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_json_parse(rq->body, rq->body_len);
  if (!in) {
    mz_malformed(rq, rp);
  } else if (!cJSON_IsObject(in)) {
    cJSON *errors = cJSON_CreateObject();
    cJSON_AddStringToObject(errors, "body", "Input should be a valid dictionary");
    mz_invalid(rp, errors);
    cJSON_Delete(in);
    in = NULL;
  }
  return in;
}

static void put_core(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *core = object_of(rq, rp);
  const char *why = core ? complaint(core) : NULL;
  if (!core)
    return;
  if (!why && !lacks_public_key(core)) {
    take_core(p, core);
    sb_reply_json(rp, 200, cJSON_Duplicate(core, true));
    return;
  }
  if (why)
    mz_error(rp, 400, why);
  else
    mz_server_error(rp);
  cJSON_Delete(core);
}

static cJSON *new_host(const char *remark, const char *address)
{
  cJSON *host =
      cJSON_Parse("{\"remark\":null,\"address\":null,\"port\":null,\"sni\":null,\"host\":null,"
                  "\"path\":null,\"security\":\"inbound_default\","
                  "\"alpn\":\"\",\"fingerprint\":\"\",\"allowinsecure\":null,\"is_disabled\":false,"
                  "\"mux_enable\":false,\"fragment_setting\":null,\"noise_setting\":null,"
                  "\"random_user_agent\":false,\"use_sni_as_host\":false}");
  sb_json_set(host, "remark", cJSON_CreateString(remark));
  sb_json_set(host, "address", cJSON_CreateString(address));
  return host;
}

const cJSON *mz_hosts_of(struct mz_panel *p, const char *tag)
{
  cJSON *hosts = cJSON_GetObjectItemCaseSensitive(p->hosts, tag);
  if (hosts)
    return hosts;
  hosts = cJSON_AddArrayToObject(p->hosts, tag);
  cJSON_AddItemToArray(hosts,
                       new_host("🚀 Marz ({USERNAME}) [{PROTOCOL} - {TRANSPORT}]", default_address));
  return hosts;
}

static void reply_hosts(struct mz_panel *p, struct sb_reply *rp)
{
  cJSON *out = cJSON_CreateObject();
  const cJSON *inbound = NULL;
  cJSON_ArrayForEach(inbound, p->inbounds)
  {
    const char *tag = sb_json_str(inbound, "tag");
    cJSON_AddItemToObject(out, tag, cJSON_Duplicate(mz_hosts_of(p, tag), true));
  }
  sb_reply_json(rp, 200, out);
}

static bool has_inbound(const struct mz_panel *p, const char *tag)
{
  const cJSON *inbound = NULL;
  cJSON_ArrayForEach(inbound, p->inbounds)
  {
    if (strcmp(sb_json_str(inbound, "tag"), tag) == 0)
      return true;
  }
  return false;
}

/* True when something is wrong with it, which was answered. */
static bool refuse_hosts(const struct mz_panel *p, const cJSON *in, struct sb_reply *rp)
{
  static const char *const needed[] = {"remark", "address"};
  cJSON *errors = cJSON_CreateObject();
  const cJSON *unknown = NULL;
  const cJSON *list = NULL;
  cJSON_ArrayForEach(list, in)
  {
    const cJSON *host = NULL;
    if (!unknown && !has_inbound(p, list->string))
      unknown = list;
    cJSON_ArrayForEach(host, list)
    {
      for (size_t i = 0; i < 2; i++)
        if (!sb_json_str(host, needed[i]))
          sb_json_set(errors, needed[i], cJSON_CreateString("Field required"));
    }
  }
  if (errors->child) {
    mz_invalid(rp, errors);
    return true;
  }
  cJSON_Delete(errors);
  if (unknown) {
    char *text = sb_printf("Inbound %s doesn't exist", unknown->string);
    mz_error(rp, 400, text);
    free(text);
  }
  return unknown != NULL;
}

static void put_hosts(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = object_of(rq, rp);
  const cJSON *list = NULL;
  if (!in || refuse_hosts(p, in, rp)) {
    cJSON_Delete(in);
    return;
  }
  cJSON_ArrayForEach(list, in)
  {
    cJSON *hosts = cJSON_CreateArray();
    const cJSON *given = NULL;
    cJSON_ArrayForEach(given, list)
    {
      cJSON *host = new_host(sb_json_str(given, "remark"), sb_json_str(given, "address"));
      const cJSON *member = NULL;
      cJSON_ArrayForEach(member, given)
      {
        sb_json_set(host, member->string, cJSON_Duplicate(member, true));
      }
      cJSON_AddItemToArray(hosts, host);
    }
    sb_json_set(p->hosts, list->string, hosts);
  }
  cJSON_Delete(in);
  reply_hosts(p, rp);
}

void mz_core_route(struct mz_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  bool get = strcmp(rq->method, "GET") == 0;
  bool put = strcmp(rq->method, "PUT") == 0;
  bool post = strcmp(rq->method, "POST") == 0;
  if (strcmp(rq->path, "/api/core") == 0 && get) {
    mz_core(p, rp);
  } else if (strcmp(rq->path, "/api/core/config") == 0 && get) {
    sb_reply_json(rp, 200, cJSON_Duplicate(p->core, true));
  } else if (strcmp(rq->path, "/api/core/config") == 0 && put) {
    put_core(p, rq, rp);
  } else if (strcmp(rq->path, "/api/core/restart") == 0 && post) {
    restart(p);
    sb_reply_json(rp, 200, cJSON_CreateObject());
  } else if (strcmp(rq->path, "/api/hosts") == 0 && get) {
    reply_hosts(p, rp);
  } else if (strcmp(rq->path, "/api/hosts") == 0 && put) {
    put_hosts(p, rq, rp);
  } else {
    mz_error(rp, 405, "Method Not Allowed");
  }
}

bool mz_core_has_route(const char *path)
{
  static const char *const paths[] = {"/api/core", "/api/core/config", "/api/core/restart",
                                      "/api/hosts"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    if (strcmp(path, paths[i]) == 0)
      return true;
  return false;
}

/* SPDX-License-Identifier: MIT */
#include "wgeasy.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wg_panel.h"

#define CLIENTS "/api/client"
#define USER "admin"

static const char other_fields[] =
    "{\"preUp\":\"\",\"postUp\":\"\",\"preDown\":\"\",\"postDown\":\"\",\"allowedIps\":null,"
    "\"serverAllowedIps\":[],\"firewallIps\":null,\"persistentKeepalive\":0,\"mtu\":1420,\"jC\":7,"
    "\"jMin\":10,\"jMax\":1000,\"i1\":null,\"i2\":null,\"i3\":null,\"i4\":null,\"i5\":null,"
    "\"dns\":null,\"serverEndpoint\":null}";

static void error(const struct sb_request *rq, struct sb_reply *rp, unsigned status,
                  const char *phrase, const char *message)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "error", true);
  cJSON_AddStringToObject(out, "url", rq->path);
  cJSON_AddNumberToObject(out, "statusCode", status);
  cJSON_AddStringToObject(out, "statusMessage", phrase);
  cJSON_AddStringToObject(out, "message", message ? message : phrase);
  if (strcmp(phrase, "Validation Error") == 0)
    cJSON_AddObjectToObject(out, "data");
  sb_reply_json(rp, status, out);
}

static bool let_in(const struct wgp_panel *p, const struct sb_request *rq, struct sb_reply *rp)
{
  const char *header = sb_header(rq, "Authorization");
  size_t len = 0;
  if (!header) {
    error(rq, rp, 401, "Session failed. No Authorization", NULL);
    return false;
  }
  char *given = sb_has_prefix(header, "Basic ") ? sb_base64_decode(header + 6, &len) : NULL;
  char *wanted = sb_printf(USER ":%s", p->password);
  bool ok = given && strcmp(given, wanted) == 0;
  if (!given)
    error(rq, rp, 400, "Invalid Basic Authorization", NULL);
  else if (!ok)
    error(rq, rp, 401, "Session failed", NULL);
  free(wanted);
  free(given);
  return ok;
}

/* As the list shows it without keys, or a single peer with them and without counters. */
static cJSON *client_json(struct wgp_peer *peer, bool single)
{
  cJSON *item = cJSON_CreateObject();
  const cJSON *field = NULL;
  if (!peer->fields)
    peer->fields = cJSON_Parse(other_fields);
  cJSON_AddNumberToObject(item, "id", (double)peer->number);
  cJSON_AddNumberToObject(item, "userId", 1);
  cJSON_AddStringToObject(item, "interfaceId", "wg0");
  cJSON_AddItemToObject(item, "name", cJSON_Duplicate(peer->name, true));
  cJSON_AddStringToObject(item, "ipv4Address", peer->address);
  char *v6 = sb_printf("fdcc:ad94:bacf:61a4::cafe:%x", (unsigned)peer->number + 1U);
  cJSON_AddStringToObject(item, "ipv6Address", v6);
  free(v6);
  if (single) {
    cJSON_AddStringToObject(item, "privateKey", peer->private_key);
    cJSON_AddStringToObject(item, "preSharedKey", peer->preshared_key);
  }
  cJSON_AddStringToObject(item, "publicKey", peer->public_key);
  if (peer->expires)
    cJSON_AddStringToObject(item, "expiresAt", peer->expires);
  else
    cJSON_AddNullToObject(item, "expiresAt");
  cJSON_ArrayForEach(field, peer->fields)
  {
    cJSON_AddItemToObject(item, field->string, cJSON_Duplicate(field, true));
  }
  cJSON_AddBoolToObject(item, "enabled", peer->enabled);
  wgp_show_time(item, "createdAt", peer->created_ms);
  wgp_show_time(item, "updatedAt", peer->updated_ms);
  if (!single) {
    cJSON_AddNullToObject(item, "oneTimeLink");
    wgp_show_counters(peer, item);
  } else if (peer->enabled) {
    cJSON_AddNullToObject(item, "endpoint");
  }
  return item;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(wgp_name(*(const struct wgp_peer *const *)a),
                wgp_name(*(const struct wgp_peer *const *)b));
}

static void invalid(const struct sb_request *rq, struct sb_reply *rp, const char *message)
{
  error(rq, rp, 400, "Validation Error", message);
}

static void list(struct wgp_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const char *filter = sb_params_get(&rq->query, "filter");
  const char *sort = sb_params_get(&rq->query, "sort");
  bool down = sort && strcmp(sort, "desc") == 0;
  if (sort && !down && strcmp(sort, "asc") != 0) {
    invalid(rq, rp, "Invalid option: expected one of \"asc\"|\"desc\"");
    return;
  }
  struct wgp_peer **sorted = sb_alloc((p->peers.live + 1) * sizeof(struct wgp_peer *));
  size_t count = 0;
  size_t at = 0;
  for (struct wgp_peer *peer; (peer = sb_map_next(&p->peers, &at)) != NULL;)
    if (!filter || strstr(wgp_name(peer), filter) || strstr(peer->address, filter))
      sorted[count++] = peer;
  qsort(sorted, count, sizeof(struct wgp_peer *), by_name);
  cJSON *out = cJSON_CreateArray();
  for (size_t i = 0; i < count; i++)
    cJSON_AddItemToArray(out, client_json(sorted[down ? count - 1 - i : i], false));
  free(sorted);
  sb_reply_json(rp, 200, out);
  wgp_reply_date(rp);
}

/* NULL, or what is wrong with the name and the date that a body gives. */
static const char *check(const cJSON *in)
{
  const char *name = sb_json_str(in, "name");
  const cJSON *expires = cJSON_GetObjectItemCaseSensitive(in, "expiresAt");
  const char *date = cJSON_GetStringValue(expires);
  if (!name)
    return expires ? "name is required" : "name is required; expiresAt is required";
  if (!*name)
    return "Name must be at least 1 Character";
  for (const char *c = name; *c; c++)
    if ((unsigned char)*c < ' ')
      return "String is malformed";
  if (!cJSON_IsNull(expires) && !cJSON_IsString(expires))
    return "expiresAt is required";
  if (date && !*date)
    return "Expires At must be at least 1 Character";
  return NULL;
}

static void create(struct wgp_panel *p, const struct sb_request *rq, const cJSON *in,
                   struct sb_reply *rp)
{
  const char *wrong = check(in);
  if (wrong) {
    invalid(rq, rp, wrong);
    return;
  }
  struct wgp_peer *peer =
      wgp_add(p, cJSON_CreateString(sb_json_str(in, "name")), sb_json_str(in, "expiresAt"));
  if (!peer) {
    error(rq, rp, 500, "Server Error", NULL);
    return;
  }
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "success", true);
  cJSON_AddNumberToObject(out, "clientId", (double)peer->number);
  sb_reply_json(rp, 200, out);
}

/* All fields of a client, or none is taken. */
static void update(struct wgp_peer *peer, const struct sb_request *rq, const cJSON *in,
                   struct sb_reply *rp)
{
  const char *wrong = check(in);
  const cJSON *enabled = cJSON_GetObjectItemCaseSensitive(in, "enabled");
  cJSON *fields = cJSON_Parse(other_fields);
  if (!wrong && (!cJSON_IsBool(enabled) || !sb_json_str(in, "ipv4Address") ||
                 !sb_json_str(in, "ipv6Address")))
    wrong = "enabled is required";
  for (cJSON *field = fields->child; field && !wrong; field = field->next) {
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(in, field->string);
    if (!given)
      wrong = "a field is required";
  }
  if (wrong) {
    cJSON_Delete(fields);
    invalid(rq, rp, wrong);
    return;
  }
  cJSON *taken = cJSON_CreateObject();
  for (const cJSON *field = fields->child; field; field = field->next)
    cJSON_AddItemToObject(
        taken, field->string,
        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(in, field->string), true));
  cJSON_Delete(fields);
  cJSON_Delete(peer->fields);
  peer->fields = taken;
  cJSON_Delete(peer->name);
  peer->name = cJSON_CreateString(sb_json_str(in, "name"));
  wgp_set_expires(peer, sb_json_str(in, "expiresAt"));
  wgp_switch(peer, cJSON_IsTrue(enabled));
  wgp_reply_done(rp);
}

static void configuration(const struct wgp_panel *p, const struct wgp_peer *peer,
                          struct sb_reply *rp)
{
  char *parameters = wgp_parameters(p);
  char *text =
      sb_printf("[Interface]\nPrivateKey = %s\nAddress = %s/32, fdcc:ad94:bacf:61a4::cafe:%x/128\n"
                "MTU = 1420\nDNS = 1.1.1.1, 2606:4700:4700::1111\n%s\n"
                "[Peer]\nPublicKey = %s\nPresharedKey = %s\nAllowedIPs = 0.0.0.0/0, ::/0\n"
                "PersistentKeepalive = 0\nEndpoint = %s:51820",
                peer->private_key, peer->address, (unsigned)peer->number + 1U,
                p->broken_conf ? "" : parameters, p->public_key, peer->preshared_key, p->host);
  sb_reply_text(rp, 200, "application/octet-stream", text);
  free(text);
  free(parameters);
}

/* Switching and deleting succeed for ids that nobody has. */
static void change(struct wgp_panel *p, struct wgp_peer *peer, const char *verb,
                   const struct sb_request *rq, const cJSON *in, struct sb_reply *rp)
{
  bool enable = strcmp(verb, "enable") == 0;
  if (strcmp(rq->method, "DELETE") == 0) {
    if (peer)
      wgp_remove(p, peer->id);
    wgp_reply_done(rp);
  } else if (enable || strcmp(verb, "disable") == 0) {
    if (enable && peer && wgp_expired(peer)) {
      error(rq, rp, 422, "Client is expired. Please update the expiration date first.", NULL);
      return;
    }
    if (peer)
      wgp_switch(peer, enable);
    wgp_reply_done(rp);
  } else if (peer) {
    update(peer, rq, in, rp);
  } else {
    error(rq, rp, 404, "Client not found", NULL);
  }
}

static void not_found(const struct sb_request *rq, struct sb_reply *rp)
{
  char *phrase = sb_printf("Page not found: %s", rq->path);
  error(rq, rp, 404, phrase, NULL);
  free(phrase);
}

static void one_client(struct wgp_panel *p, const struct sb_request *rq, const cJSON *in,
                       struct sb_reply *rp)
{
  static const char *const verbs[] = {"", "enable", "disable", "configuration"};
  const char *id = rq->path + sizeof CLIENTS;
  const char *slash = strchr(id, '/');
  char *key = sb_strndup(id, slash ? (size_t)(slash - id) : strlen(id));
  struct wgp_peer *peer = wgp_get(p, key);
  const char *verb = slash ? slash + 1 : "";
  bool number = strspn(key, "0123456789") == strlen(key);
  size_t known = 0;
  free(key);
  while (known < 4 && strcmp(verb, verbs[known]) != 0)
    known++;
  if (known == 4 || strcmp(rq->method, "PUT") == 0)
    not_found(rq, rp);
  else if (!number)
    invalid(rq, rp, "clientId is required");
  else if (strcmp(rq->method, "GET") != 0)
    change(p, peer, verb, rq, in, rp);
  else if (!peer)
    error(rq, rp, 404, "Client not found", NULL);
  else if (*verb)
    configuration(p, peer, rp);
  else
    sb_reply_json(rp, 200, client_json(peer, true));
}

static void tell_interface(const struct wgp_panel *p, struct sb_reply *rp)
{
  cJSON *out = cJSON_Parse("{\"name\":\"wg0\",\"device\":\"eth0\",\"port\":51820,\"mtu\":1420,"
                           "\"ipv6Cidr\":\"fdcc:ad94:bacf:61a4::cafe:0/112\",\"enabled\":true}");
  char *network = sb_printf("10.8.0.0/%d", p->prefix);
  cJSON_AddStringToObject(out, "ipv4Cidr", network);
  cJSON_AddStringToObject(out, "publicKey", p->public_key);
  free(network);
  sb_reply_json(rp, 200, out);
}

static void with_password(struct wgp_panel *p, struct sb_request *rq, const cJSON *in,
                          struct sb_reply *rp)
{
  if (rq->body_len && !in)
    error(rq, rp, 400, "Bad Request", "Invalid JSON body");
  else if (sb_is(rq, "GET", CLIENTS))
    list(p, rq, rp);
  else if (sb_is(rq, "POST", CLIENTS))
    create(p, rq, in, rp);
  else if (sb_has_prefix(rq->path, CLIENTS "/"))
    one_client(p, rq, in, rp);
  else if (sb_is(rq, "GET", "/api/admin/interface"))
    tell_interface(p, rp);
  else
    not_found(rq, rp);
}

static void serve(struct wgp_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  cJSON *in = sb_json_parse(rq->body, rq->body_len);
  if (!sb_has_prefix(rq->path, "/api/"))
    not_found(rq, rp);
  else if (let_in(p, rq, rp))
    with_password(p, rq, in, rp);
  cJSON_Delete(in);
}

void sb_wgeasy(struct sb_request *rq, struct sb_reply *rp)
{
  struct wgp_panel *p = wgp_of(WGP_EASY, rq);
  if (!p) {
    not_found(rq, rp);
    return;
  }
  (void)pthread_mutex_lock(&p->lock);
  wgp_job(p);
  serve(p, rq, rp);
  (void)pthread_mutex_unlock(&p->lock);
}

void sb_wgeasy_control(struct sb_request *rq, struct sb_reply *rp)
{
  wgp_control(WGP_EASY, rq, rp);
}

/* SPDX-License-Identifier: MIT */
#include "wg_panel.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "control.h"

static cJSON *peer_json(const struct wgp_peer *peer)
{
  cJSON *item = cJSON_CreateObject();
  cJSON_AddStringToObject(item, "id", peer->id);
  cJSON_AddItemToObject(item, "name", cJSON_Duplicate(peer->name, true));
  cJSON_AddBoolToObject(item, "enabled", peer->enabled);
  cJSON_AddStringToObject(item, "address", peer->address);
  cJSON_AddStringToObject(item, "privateKey", peer->private_key);
  if (peer->expires)
    cJSON_AddStringToObject(item, "expires", peer->expires);
  wgp_show_counters(peer, item);
  return item;
}

static void show_clients(const struct wgp_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const char *one = sb_params_get(&rq->query, "name");
  cJSON *out = cJSON_CreateObject();
  cJSON *clients = cJSON_AddArrayToObject(out, "clients");
  size_t at = 0;
  for (const struct wgp_peer *peer; (peer = sb_map_next(&p->peers, &at)) != NULL;)
    if (!one || strcmp(one, wgp_name(peer)) == 0)
      cJSON_AddItemToArray(clients, peer_json(peer));
  cJSON_AddNumberToObject(out, "total", (double)p->peers.live);
  sb_reply_json(rp, 200, out);
}

static struct wgp_peer *named(const struct wgp_panel *p, const char *name)
{
  size_t at = 0;
  for (struct wgp_peer *peer; (peer = sb_map_next(&p->peers, &at)) != NULL;)
    if (name && strcmp(name, wgp_name(peer)) == 0)
      return peer;
  return NULL;
}

/* What a person does in the dashboard behind our back. */
static void delete_client(struct wgp_panel *p, struct sb_request *rq, struct sb_reply *rp)
{
  const struct wgp_peer *peer = named(p, sb_params_get(&rq->query, "name"));
  if (!peer) {
    sb_control_error(rp, 404, "no such client");
    return;
  }
  wgp_remove(p, peer->id);
  sb_control_ok(rp);
}

static void add_clients(struct wgp_panel *p, const cJSON *in, struct sb_reply *rp)
{
  const cJSON *name = cJSON_GetObjectItemCaseSensitive(in, "name");
  struct wgp_peer *peer = NULL;
  if (!name) {
    sb_control_error(rp, 400, "a client needs a name");
    return;
  }
  for (int64_t n = sb_json_int(in, "count", 1); n > 0; n--)
    peer = wgp_add(p, cJSON_Duplicate(name, true), sb_json_str(in, "expires"));
  if (peer)
    sb_reply_json(rp, 200, peer_json(peer));
  else
    sb_control_error(rp, 409, "no address is left");
}

static void add_usage(struct wgp_panel *p, const cJSON *in, struct sb_reply *rp)
{
  struct wgp_peer *peer = named(p, sb_json_str(in, "name"));
  if (!peer || !peer->enabled) {
    sb_control_error(rp, peer ? 409 : 404, peer ? "it is switched off" : "no such client");
    return;
  }
  peer->rx += sb_json_int(in, "rx", 0);
  peer->tx += sb_json_int(in, "tx", 0);
  if (sb_json_bool(in, "online", true))
    peer->handshake_ms = sb_now_ms();
  sb_reply_json(rp, 200, peer_json(peer));
}

static void set_text(char **slot, const char *value)
{
  if (!value)
    return;
  free(*slot);
  *slot = sb_strdup(value);
}

static void set_config(struct wgp_panel *p, const cJSON *in, struct sb_reply *rp)
{
  int64_t prefix = sb_json_int(in, "prefix", p->prefix);
  if (prefix < 16 || prefix > 30) {
    sb_control_error(rp, 400, "prefix is 16 to 30");
    return;
  }
  p->prefix = (int)prefix;
  p->expires_job = sb_json_bool(in, "expires_job", p->expires_job);
  p->broken_conf = sb_json_bool(in, "broken_conf", p->broken_conf);
  set_text(&p->password, sb_json_str(in, "password"));
  set_text(&p->host, sb_json_str(in, "host"));
  sb_control_ok(rp);
}

static void control_post(struct wgp_panel *p, const char *verb, const cJSON *in,
                         struct sb_reply *rp)
{
  if (strcmp(verb, "/clients") == 0) {
    add_clients(p, in, rp);
  } else if (strcmp(verb, "/usage") == 0) {
    add_usage(p, in, rp);
  } else if (strcmp(verb, "/restart") == 0) {
    wgp_restart(p);
    sb_map_free(&p->sessions);
    sb_control_ok(rp);
  } else if (strcmp(verb, "/logout") == 0) {
    sb_map_free(&p->sessions);
    sb_control_ok(rp);
  } else if (strcmp(verb, "/config") == 0) {
    set_config(p, in, rp);
  } else {
    sb_control_error(rp, 404, "no such control route");
  }
}

void wgp_control(enum wgp_kind kind, struct sb_request *rq, struct sb_reply *rp)
{
  struct wgp_panel *p = wgp_of(kind, rq);
  if (!p) {
    sb_control_error(rp, 404, "no such panel");
    return;
  }
  cJSON *in = sb_control_body(rq, rp);
  if (!in)
    return;
  (void)pthread_mutex_lock(&p->lock);
  wgp_job(p);
  if (strcmp(rq->method, "POST") == 0)
    control_post(p, rq->path, in, rp);
  else if (sb_is(rq, "DELETE", "/clients"))
    delete_client(p, rq, rp);
  else if (sb_is(rq, "GET", "/clients"))
    show_clients(p, rq, rp);
  else
    sb_control_error(rp, 404, "no such control route");
  (void)pthread_mutex_unlock(&p->lock);
  cJSON_Delete(in);
}

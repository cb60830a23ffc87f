/* SPDX-License-Identifier: MIT */
#include "wg_panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "panels.h"
#include "text.h"

enum { JOB_EVERY_MS = 60000 };

static void new_key(char out[45])
{
  unsigned char key[32];
  sb_random(key, sizeof key);
  char *text = sb_base64(key, sizeof key, SB_B64_STD);
  (void)snprintf(out, 45, "%s", text);
  free(text);
}

static struct wgp_panel *new_panel(enum wgp_kind kind)
{
  struct wgp_panel *p = sb_alloc(sizeof *p);
  p->kind = kind;
  (void)pthread_mutex_init(&p->lock, NULL);
  p->password = sb_strdup(kind == WGP_AMNEZIA ? "admin" : "admin-password");
  p->prefix = 24;
  p->expires_job = kind == WGP_EASY;
  p->host = sb_strdup("203.0.113.20");
  new_key(p->public_key);
  p->junk[0] = 3 + (int)sb_random_below(7);
  p->junk[1] = kind == WGP_AMNEZIA ? 50 : 10;
  p->junk[2] = 1000;
  p->junk[3] = 15 + (int)sb_random_below(60);
  p->junk[4] = 80 + (int)sb_random_below(50);
  for (int i = 0; i < 4; i++)
    p->header[i] = 5 + (uint32_t)i * 500000000U + sb_random_below(500000000U);
  return p;
}

static void *new_amnezia(const char *name)
{
  (void)name;
  return new_panel(WGP_AMNEZIA);
}

static void *new_easy(const char *name)
{
  (void)name;
  return new_panel(WGP_EASY);
}

struct wgp_panel *wgp_of(enum wgp_kind kind, struct sb_request *rq)
{
  static struct sb_panels panels[WGP_KINDS] = {
      [WGP_AMNEZIA] = {.make = new_amnezia, .lock = PTHREAD_MUTEX_INITIALIZER},
      [WGP_EASY] = {.make = new_easy, .lock = PTHREAD_MUTEX_INITIALIZER}};

  return sb_panels_of(&panels[kind], rq);
}

static bool address_taken(const struct wgp_panel *p, const char *address)
{
  size_t at = 0;
  for (const struct wgp_peer *peer; (peer = sb_map_next(&p->peers, &at)) != NULL;)
    if (strcmp(peer->address, address) == 0)
      return true;
  return false;
}

/* The lowest address from .2 on that nobody has; false when there is none. */
static bool new_address(const struct wgp_panel *p, char out[16])
{
  unsigned last = (1U << (32 - p->prefix)) - 2;
  for (unsigned host = 2; host <= last; host++) {
    (void)snprintf(out, 16, "10.8.%u.%u", (host >> 8) & 255U, host & 255U);
    if (!address_taken(p, out))
      return true;
  }
  return false;
}

struct wgp_peer *wgp_add(struct wgp_panel *p, cJSON *name, const char *expires)
{
  struct wgp_peer *peer = sb_alloc(sizeof *peer);
  if (!new_address(p, peer->address)) {
    free(peer);
    cJSON_Delete(name);
    return NULL;
  }
  peer->number = ++p->last_number;
  if (p->kind == WGP_AMNEZIA)
    sb_uuid(peer->id);
  else
    (void)snprintf(peer->id, sizeof peer->id, "%lld", (long long)peer->number);
  peer->name = name;
  peer->enabled = true;
  new_key(peer->private_key);
  new_key(peer->public_key);
  new_key(peer->preshared_key);
  peer->created_ms = peer->updated_ms = sb_now_ms();
  wgp_set_expires(peer, expires);
  (void)sb_map_put(&p->peers, peer->id, peer);
  return peer;
}

struct wgp_peer *wgp_get(const struct wgp_panel *p, const char *id)
{
  return sb_map_get(&p->peers, id);
}

void wgp_remove(struct wgp_panel *p, const char *id)
{
  struct wgp_peer *peer = sb_map_remove(&p->peers, id);
  if (!peer)
    return;
  cJSON_Delete(peer->name);
  cJSON_Delete(peer->fields);
  free(peer->expires);
  free(peer);
}

static void forget_counters(struct wgp_peer *peer)
{
  peer->rx = peer->tx = peer->handshake_ms = 0;
}

void wgp_switch(struct wgp_peer *peer, bool enabled)
{
  if (peer->enabled != enabled)
    forget_counters(peer);
  peer->enabled = enabled;
  peer->updated_ms = sb_now_ms();
}

void wgp_set_expires(struct wgp_peer *peer, const char *expires)
{
  char *copy = expires ? sb_strdup(expires) : NULL;
  free(peer->expires);
  peer->expires = copy;
}

const char *wgp_name(const struct wgp_peer *peer)
{
  const char *name = cJSON_GetStringValue(peer->name);
  return name ? name : "";
}

void wgp_restart(struct wgp_panel *p)
{
  size_t at = 0;
  for (struct wgp_peer *peer; (peer = sb_map_next(&p->peers, &at)) != NULL;)
    forget_counters(peer);
}

bool wgp_expired(const struct wgp_peer *peer)
{
  int64_t end = 0;
  if (!peer->expires)
    return false;
  char *text = sb_printf("%s%s", peer->expires, strlen(peer->expires) == 10 ? "T00:00:00Z" : "");
  bool expired = sb_iso_parse(text, &end) && sb_now_ms() > end;
  free(text);
  return expired;
}

void wgp_job(struct wgp_panel *p)
{
  int64_t now = sb_now_ms();
  if (!p->expires_job || (now < p->next_job_ms && p->next_job_ms - now <= JOB_EVERY_MS))
    return;
  p->next_job_ms = now + JOB_EVERY_MS;
  size_t at = 0;
  for (struct wgp_peer *peer; (peer = sb_map_next(&p->peers, &at)) != NULL;) {
    if (peer->enabled && wgp_expired(peer))
      wgp_switch(peer, false);
  }
}

void wgp_show_time(cJSON *item, const char *key, int64_t ms)
{
  char text[40];
  if (!ms) {
    cJSON_AddNullToObject(item, key);
    return;
  }
  sb_iso_time(ms, SB_ISO_MS_Z, text);
  cJSON_AddStringToObject(item, key, text);
}

void wgp_show_counters(const struct wgp_peer *peer, cJSON *item)
{
  wgp_show_time(item, "latestHandshakeAt", peer->handshake_ms / 1000 * 1000);
  if (peer->handshake_ms)
    cJSON_AddStringToObject(item, "endpoint", "198.51.100.7:5000");
  else
    cJSON_AddNullToObject(item, "endpoint");
  if (peer->enabled) {
    cJSON_AddNumberToObject(item, "transferRx", (double)peer->rx);
    cJSON_AddNumberToObject(item, "transferTx", (double)peer->tx);
  } else {
    cJSON_AddNullToObject(item, "transferRx");
    cJSON_AddNullToObject(item, "transferTx");
  }
}

char *wgp_parameters(const struct wgp_panel *p)
{
  static const char *const names[] = {"Jc", "Jmin", "Jmax", "S1", "S2", "H1", "H2", "H3", "H4"};
  struct sb_buf b = {0};
  for (int i = 0; i < 9; i++) {
    if (p->broken_conf)
      sb_buf_fmt(&b, "%s = undefined\n", names[i]);
    else
      sb_buf_fmt(&b, "%s = %lld\n", names[i],
                 i < 5 ? (long long)p->junk[i] : (long long)p->header[i - 5]);
  }
  return b.data;
}

void wgp_reply_done(struct sb_reply *rp)
{
  sb_reply_text(rp, 200, "application/json", "{\"success\":true}");
}

void wgp_reply_date(struct sb_reply *rp)
{
  char text[40];
  time_t now = (time_t)sb_now_s();
  struct tm tm = {0};
  gmtime_r(&now, &tm);
  (void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
  sb_reply_header(rp, "Date", text);
}

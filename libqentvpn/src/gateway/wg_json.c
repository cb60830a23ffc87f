/* SPDX-License-Identifier: MIT */
#include "gateway/panel.h"
#include "gateway/wg.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/timefmt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

qent_status qent__wg_parse_done(const qent_http_response *resp, qent_error *err)
{
  cJSON *root = NULL;
  bool done = false;
  qent_status st = qent__panel_json(resp, &root, err);

  if (st == QENT_OK)
    st = qent__json_bool(root, "success", &done, err);
  if (st == QENT_OK && !done)
    st = qent_fail(err, QENT_EPROTO, "the panel answers a change without success");
  cJSON_Delete(root);
  return st;
}

/* An id becomes part of a path. */
static qent_status parse_id(const cJSON *item, bool numbered, struct qent__wg_peer *peer,
                            qent_error *err)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  const char *id = NULL;
  int64_t number = 0;
  qent_status st;

  if (numbered) {
    st = qent__json_i64(item, "id", &number, err);
    if (st == QENT_OK && number < 0)
      st = qent_fail(err, QENT_EPROTO, "field 'id' is negative");
    if (st == QENT_OK)
      (void)snprintf(peer->id, sizeof peer->id, "%lld", (long long)number);
    peer->order = number;
    return st;
  }
  st = qent__json_str(item, "id", &id, err);
  if (st == QENT_OK && (!*id || strspn(id, allowed) != strlen(id) ||
                        !qent__copy_text(peer->id, sizeof peer->id, id, strlen(id))))
    st = qent_fail(err, QENT_EPROTO, "field 'id' is not an identifier");
  return st;
}

/* People may have given a peer any name: a list, text with line breaks. */
static bool can_be_shown(const char *name)
{
  for (const char *c = name; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      return false;
  return *name != '\0';
}

static qent_status parse_counters(const cJSON *item, struct qent__wg_peer *peer, qent_error *err)
{
  int64_t rx = 0;
  int64_t tx = 0;
  qent_status st = qent__json_opt_i64(item, "transferRx", -1, &rx, err);

  if (st == QENT_OK)
    st = qent__json_opt_i64(item, "transferTx", -1, &tx, err);
  if (st == QENT_OK)
    peer->used_bytes = rx >= 0 && tx >= 0 ? rx + tx : -1; /* each at most 2^53 */
  return st;
}

static qent_status parse_handshake(const cJSON *item, struct qent__wg_peer *peer, qent_error *err)
{
  const char *text = NULL;
  int64_t ms = 0;
  qent_status st = qent__json_opt_str(item, "latestHandshakeAt", NULL, &text, err);

  if (st != QENT_OK || !text)
    return st;
  if (!qent__iso8601_parse(text, strlen(text), false, &ms) || ms < 0)
    return qent_fail(err, QENT_EPROTO, "field 'latestHandshakeAt' is not a time");
  peer->online_at = ms / 1000;
  return QENT_OK;
}

/* A listed peer; what is not named here differs or is not used.
 * Shape:  {"id":uuid|int,"name":any,"enabled":bool,"address"|"ipv4Address":str,"expiredAt"|
 *         "expiresAt":str|null,"latestHandshakeAt":str|null,"transferRx":int|null,
 *         "transferTx":int|null,...}
 * Units:  transfer in bytes as the server counts (Rx is the peer's upload), since the interface
 *         took the peer in; null while it is switched off. Times are ISO 8601 in UTC.
 * Source: w0rng/amnezia-wg-easy 1391267, src/lib/WireGuard.js getClients; wg-easy/wg-easy v15.4.0,
 *         src/server/utils/WireGuard.ts getAllClients; replies in
 *         tests/data/{amneziawg,wgeasy}/clients.json. */
static qent_status parse_peer(const struct qent__wg_dialect *dialect, const cJSON *item,
                              struct qent__wg_peer *peer, qent_error *err)
{
  qent_status st = parse_id(item, dialect->numbered, peer, err);

  peer->name = qent__json_str_or(item, "name", "");
  if (!can_be_shown(peer->name))
    peer->name = peer->id;
  if (st == QENT_OK)
    st = qent__json_bool(item, "enabled", &peer->enabled, err);
  if (st == QENT_OK)
    st = qent__json_str(item, dialect->address_field, &peer->address, err);
  if (st == QENT_OK)
    st = parse_counters(item, peer, err);
  if (st == QENT_OK)
    st = parse_handshake(item, peer, err);
  peer->dated = qent__json_get(item, dialect->expiry_field) != NULL;
  return st;
}

static int by_age(const void *a, const void *b)
{
  const struct qent__wg_peer *x = a;
  const struct qent__wg_peer *y = b;

  return (x->order > y->order) - (x->order < y->order);
}

void qent__wg_peers_dispose(struct qent__wg_peers *peers)
{
  qent__free(peers->items);
  cJSON_Delete(peers->root);
  *peers = (struct qent__wg_peers){NULL, NULL, 0};
}

qent_status qent__wg_parse_peers(const struct qent__wg_dialect *dialect,
                                 const qent_http_response *resp, struct qent__wg_peers *peers_out,
                                 qent_error *err)
{
  struct qent__wg_peers peers = {NULL, NULL, 0};
  qent_status st = qent__panel_json(resp, &peers.root, err);

  if (st == QENT_OK && !cJSON_IsArray(peers.root))
    st = qent_fail(err, QENT_EPROTO, "the panel's list of peers is not an array");
  if (st != QENT_OK)
    goto out;
  peers.items = qent__calloc((size_t)cJSON_GetArraySize(peers.root) + 1, sizeof *peers.items);
  if (!peers.items) {
    st = qent_fail(err, QENT_ENOMEM, "out of memory");
    goto out;
  }
  for (const cJSON *it = peers.root->child; st == QENT_OK && it; it = it->next) {
    struct qent__wg_peer *peer = &peers.items[peers.count++];
    peer->order = (int64_t)peers.count;
    st = parse_peer(dialect, it, peer, err);
  }
  if (st != QENT_OK)
    goto out;
  qsort(peers.items, peers.count, sizeof *peers.items, by_age);
  *peers_out = peers;
  return QENT_OK;
out:
  qent__wg_peers_dispose(&peers);
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "gateway/wg.h"
#include <qentvpn/ext/json.h>
#include <stdio.h>
#include <string.h>

/* What stands between what is and what shall be, in the order in which it is taken away. */
enum step { NOTHING = 0, CREATE = 1, DELETE = 2, UNDATE = 4, SWITCH = 8 };

/* While other processes make peers of the same name, there may be something to delete again. */
#define DELETIONS_MAX 5

struct wanted {
  const char *key;
  bool present;
  bool enabled;
};

qent_status qent__wg_read_peers(qent__wg *wg, struct qent__wg_peers *peers_out, int64_t *now_out,
                                qent_error *err)
{
  qent_http_response resp = QENT_HTTP_RESPONSE_INIT;
  struct qent__wg_peers peers = {NULL, NULL, 0};
  qent_status st = qent__wg_get(wg, wg->dialect->clients, QENT__WG_LIST_MAX, &resp, err);

  if (st == QENT_ENOTFOUND) /* a list cannot be missing */
    st = qent_fail(err, QENT_EPROTO, "HTTP 404 for an API path: is the node's URL right?");
  if (st == QENT_OK)
    st = qent__wg_parse_peers(wg->dialect, &resp, &peers, err);
  if (st == QENT_OK && now_out)
    *now_out = qent__wg_answered_at(&resp);
  if (st == QENT_OK)
    *peers_out = peers;
  qent_http_response_dispose(&resp);
  return st;
}

const struct qent__wg_peer *qent__wg_find(const struct qent__wg_peers *peers, const char *name)
{
  for (size_t i = 0; i < peers->count; i++)
    if (strcmp(peers->items[i].name, name) == 0)
      return &peers->items[i];
  return NULL;
}

/* The latest peer of the name but the oldest; with `all` the oldest too. */
static const struct qent__wg_peer *surplus(const struct qent__wg_peers *peers, const char *name,
                                           bool all)
{
  const struct qent__wg_peer *oldest = qent__wg_find(peers, name);

  for (size_t i = peers->count; i > 0; i--) {
    const struct qent__wg_peer *peer = &peers->items[i - 1];
    if (strcmp(peer->name, name) == 0 && (all || peer != oldest))
      return peer;
  }
  return NULL;
}

static enum step next_step(const struct qent__wg_peers *peers, const struct wanted *wanted)
{
  const struct qent__wg_peer *peer = qent__wg_find(peers, wanted->key);

  if (surplus(peers, wanted->key, !wanted->present))
    return DELETE;
  if (!wanted->present)
    return NOTHING;
  if (!peer)
    return CREATE;
  if (peer->dated)
    return UNDATE;
  return peer->enabled == wanted->enabled ? NOTHING : SWITCH;
}

/* POST <clients>
 * Shape:  {"name":str[,"expiresAt":null]} -> {"success":true[,"clientId":int]}
 * Errors: names are not unique: a second call makes a second peer. 500 without a reason when no
 *         address is left.
 * Source: w0rng/amnezia-wg-easy 1391267, src/lib/Server.js; wg-easy/wg-easy v15.4.0,
 *         src/server/api/client/index.post.ts; replies in
 *         tests/data/{amneziawg,wgeasy}/created.json. */
static qent_status create(qent__wg *wg, const char *key, qent_error *err)
{
  qent_json_writer w;
  qent_buf body;
  qent_status st;

  qent_buf_init(&body, QENT__WG_BODY_MAX);
  qent_jw_init(&w, &body);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "name", key);
  if (wg->dialect->dated_names)
    qent_jw_knull(&w, wg->dialect->expiry_field);
  qent_jw_end_object(&w);
  st = qent_jw_finish(&w, err);
  if (st == QENT_OK)
    st = qent__wg_change(wg, "POST", wg->dialect->clients, &body, err);
  qent_buf_dispose(&body);
  return st;
}

/* DELETE <clients>/{id}; unknown ids are answered with success too. */
static qent_status delete_surplus(qent__wg *wg, struct qent__wg_peers *peers,
                                  const struct wanted *wanted, qent_error *err)
{
  char path[QENT__WG_PATH_CAP];
  const struct qent__wg_peer *peer;
  qent_status st = QENT_OK;

  while (st == QENT_OK && (peer = surplus(peers, wanted->key, !wanted->present)) != NULL) {
    (void)snprintf(path, sizeof path, "%s/%s", wg->dialect->clients, peer->id);
    st = qent__wg_change(wg, "DELETE", path, NULL, err);
    peers->items[peer - peers->items].name = ""; /* done with */
  }
  return st;
}

/* POST <clients>/{id}/enable or /disable. Repeats are harmless. */
static qent_status flip(qent__wg *wg, const struct qent__wg_peer *peer, bool enabled,
                        qent_error *err)
{
  char path[QENT__WG_PATH_CAP];

  (void)snprintf(path, sizeof path, "%s/%s/%s", wg->dialect->clients, peer->id,
                 enabled ? "enable" : "disable");
  return qent__wg_change(wg, "POST", path, NULL, err);
}

static qent_status make(qent__wg *wg, enum step step, struct qent__wg_peers *peers,
                        const struct wanted *wanted, qent_error *err)
{
  const struct qent__wg_peer *peer = qent__wg_find(peers, wanted->key);

  if (step == CREATE)
    return create(wg, wanted->key, err);
  if (step == DELETE)
    return delete_surplus(wg, peers, wanted, err);
  if (step == UNDATE)
    return wg->dialect->undate(wg, peer, err);
  return flip(wg, peer, wanted->enabled, err);
}

/* May the panel have acted, so that a look tells? Not asked after a timeout: the time is up, and
 * the caller repeats the verb. Missing is what a peer becomes that somebody else just removed. */
static bool is_unclear(qent_status st)
{
  return st == QENT_OK || st == QENT_EUPSTREAM || st == QENT_EPROTO || st == QENT_ENOTFOUND;
}

/* A step was made and is still to be made. */
static qent_status explain(qent__wg *wg, enum step step, size_t count, qent_status st,
                           qent_error *err)
{
  int64_t capacity = 0;

  if (st == QENT_OK)
    return qent_fail(err, QENT_EPROTO, "the panel accepted the change and shows other values");
  if (st == QENT_ENOTFOUND)
    return qent_fail(err, QENT_EUPSTREAM, "the account is being changed by somebody else");
  if (step == CREATE && st == QENT_EUPSTREAM &&
      wg->dialect->capacity(wg, &capacity, NULL) == QENT_OK && (int64_t)count >= capacity)
    return qent_fail(err, QENT_EINVAL,
                     "the panel is full (%zu peers for %lld addresses): remove peers or lower the "
                     "node's capacity",
                     count, (long long)capacity);
  return st;
}

/* Read the peers without losing the error of the step before. `st` is how that ended: when it is
 * not known what it did and the panel does not tell, nobody knows. */
static qent_status look(qent__wg *wg, qent_status st, struct qent__wg_peers *peers_out,
                        qent_error *err)
{
  qent_error second = QENT_ERROR_INIT;
  qent_status read = qent__wg_read_peers(wg, peers_out, NULL, &second);

  if (read == QENT_OK)
    return read;
  if (st != QENT_OK && read != QENT_ECANCELED && read != QENT_ENOMEM)
    read = qent_fail(&second, QENT_ETIMEOUT, "the panel does not tell whether it acted");
  if (err)
    *err = second;
  return read;
}

qent_status qent__wg_converge(qent__wg *wg, const char *key, bool present, bool enabled,
                              struct qent__wg_peers *peers_out, qent_error *err)
{
  const struct wanted wanted = {key, present, enabled};
  unsigned made = NOTHING;
  int deletions = 1;
  qent_status st = QENT_OK;

  for (;;) {
    struct qent__wg_peers peers = {NULL, NULL, 0};
    qent_status read = look(wg, st, &peers, err);
    enum step step;
    bool again;
    if (read != QENT_OK)
      return read;
    step = next_step(&peers, &wanted);
    if (step == NOTHING) {
      qent_error_clear(err);
      *peers_out = peers;
      return QENT_OK;
    }
    again = (made & (unsigned)step) != 0;
    if (again && step == DELETE && st == QENT_OK)
      again = ++deletions > DELETIONS_MAX;
    made |= (unsigned)step;
    st = again ? explain(wg, step, peers.count, st, err) : make(wg, step, &peers, &wanted, err);
    qent__wg_peers_dispose(&peers);
    if (again || !is_unclear(st))
      return st;
  }
}

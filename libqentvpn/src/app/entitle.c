/* SPDX-License-Identifier: MIT */
#include "app/entitle.h"
#include "app/notify.h"
#include "util/alloc.h"
#include "util/base64.h"
#include "util/random.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NO_NODE_RETRY_S 30

qent_status qent__account_new_keys(qent_account *account, qent_error *err)
{
  uint8_t bytes[32];
  qent_buf text;
  qent_status st = qent__random_uuid(account->uuid, err);

  if (st == QENT_OK)
    st = qent__random_bytes(bytes, sizeof bytes, err);
  if (st != QENT_OK)
    return st;
  qent_buf_init(&text, sizeof account->password - 1);
  qent__base64_encode(&text, bytes, sizeof bytes, QENT__BASE64_STD);
  st = qent_buf_status(&text, err);
  if (st == QENT_OK)
    (void)qent__copy_text(account->password, sizeof account->password, text.data, text.len);
  qent_buf_dispose(&text);
  return st;
}

/* The account's name on its panel: of the alphabet every panel takes, not to be guessed. */
static qent_status make_key(qent_account *account, qent_error *err)
{
  char tail[9];
  qent_status st = qent__random_base32(tail, sizeof tail - 1, err);

  if (st == QENT_OK)
    (void)snprintf(account->key, sizeof account->key, "q%" PRId64 "_%s", account->subscription_id,
                   tail);
  return st;
}

static qent_status choose_node(qent_session *session, const char *node_group, int64_t *node_id_out,
                               qent_error *err)
{
  struct qent__nodes nodes = {NULL, 0};
  const qent_node *best;
  qent_status st = qent__store_nodes(qent__session_store(session), &nodes, err);

  if (st != QENT_OK)
    return st;
  best = qent__node_choose((const qent_node *const *)nodes.items, nodes.count, node_group);
  *node_id_out = best ? best->id : 0;
  qent__nodes_dispose(&nodes);
  return QENT_OK;
}

static qent_status no_node(qent_session *session, qent_subscription *sub, qent_error *err)
{
  char what[64];
  int64_t again = qent__session_now(session) + NO_NODE_RETRY_S;

  if (sub->next_event_at == 0 || sub->next_event_at > again)
    sub->next_event_at = again;
  (void)snprintf(what, sizeof what, "no_node:%s", sub->node_group);
  return qent__note_alarm(session, what,
                          "A paid subscription waits: no active node with room in this group. Add "
                          "or activate one.",
                          err);
}

static qent_status make_account(qent_session *session, const qent_subscription *sub,
                                int64_t node_id, qent_error *err)
{
  qent_account account = {.subscription_id = sub->id, .node_id = node_id, .wanted_rev = 1};
  qent_status st;

  account.wanted = qent__account_wanted(sub, 0, qent__session_now(session));
  account.next_attempt_at = qent__session_now(session);
  st = make_key(&account, err);
  if (st == QENT_OK)
    st = qent__account_new_keys(&account, err);
  if (st == QENT_OK)
    st = qent__store_account_insert(qent__session_store(session), &account, err);
  return st;
}

/* Store another wanted state; credentials are new when the keys' revision is. */
static qent_status want(qent_session *session, qent_account *account,
                        const struct qent__wanted *wanted, qent_error *err)
{
  qent_status st = QENT_OK;

  if (wanted->keys_rev != account->wanted.keys_rev)
    st = qent__account_new_keys(account, err);
  if (st != QENT_OK)
    return st;
  account->wanted = *wanted;
  account->wanted_rev++;
  account->attempts = 0;
  account->next_attempt_at = qent__session_now(session);
  return qent__store_account_save(qent__session_store(session), account, err);
}

static qent_status update_account(qent_session *session, const qent_subscription *sub,
                                  qent_account *account, qent_error *err)
{
  struct qent__wanted wanted =
      qent__account_wanted(sub, account->panel_used_bytes, qent__session_now(session));

  /* The panel's own limit moves with every counted byte; alone it is no reason to write. */
  if (sub->traffic_limit_bytes != 0 && account->wanted.traffic_limit_bytes != 0 &&
      account->wanted.expires_at == wanted.expires_at && account->wanted.enabled == wanted.enabled)
    wanted.traffic_limit_bytes = account->wanted.traffic_limit_bytes;
  if (!account->wanted.present || qent__wanted_equal(&wanted, &account->wanted))
    return QENT_OK;
  return want(session, account, &wanted, err);
}

/* Those that were on a node which is not talked to any more: gone when it ever comes back. */
static qent_status leave_nodes(qent_session *session, const struct qent__accounts *accounts,
                               qent_error *err)
{
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < accounts->count; i++) {
    qent_account *account = accounts->items[i];
    struct qent__wanted gone = account->wanted;
    gone.present = false;
    if (account->wanted.present)
      st = want(session, account, &gone, err);
  }
  return st;
}

/* A node that has, or had, an account of the subscription keeps its row. */
static qent_status take_place(qent_session *session, const qent_subscription *sub, int64_t node_id,
                              const struct qent__accounts *accounts, qent_error *err)
{
  for (size_t i = 0; i < accounts->count; i++) {
    qent_account *account = accounts->items[i];
    if (account->node_id == node_id) {
      struct qent__wanted wanted =
          qent__account_wanted(sub, account->panel_used_bytes, qent__session_now(session));
      return want(session, account, &wanted, err);
    }
  }
  return make_account(session, sub, node_id, err);
}

/* None of `accounts` serves: find a node that can. */
static qent_status find_place(qent_session *session, qent_subscription *sub,
                              const struct qent__accounts *accounts, qent_error *err)
{
  int64_t node_id = 0;
  qent_status st = choose_node(session, sub->node_group, &node_id, err);

  if (st != QENT_OK)
    return st;
  if (node_id == 0)
    return no_node(session, sub, err);
  st = leave_nodes(session, accounts, err);
  return st == QENT_OK ? take_place(session, sub, node_id, accounts, err) : st;
}

/* An account on a disabled node serves nobody, however long one waits. */
static qent_status serves(qent_session *session, const qent_account *account, bool *serves_io,
                          qent_error *err)
{
  qent_node *node = NULL;
  qent_status st;

  if (*serves_io || !account->wanted.present)
    return QENT_OK;
  st = qent__store_node_by_id(qent__session_store(session), account->node_id, &node, err);
  if (st == QENT_OK)
    *serves_io = node->state != QENT_NODE_DISABLED;
  qent_node_free(node);
  return st;
}

qent_status qent__entitle(qent_session *session, qent_subscription *sub, qent_error *err)
{
  struct qent__accounts accounts = {NULL, 0};
  int64_t now = qent__session_now(session);
  bool any = false;
  qent_status st =
      qent__store_accounts_of_sub(qent__session_store(session), sub->id, &accounts, err);

  for (size_t i = 0; st == QENT_OK && i < accounts.count; i++) {
    st = serves(session, accounts.items[i], &any, err);
    if (st == QENT_OK)
      st = update_account(session, sub, accounts.items[i], err);
  }
  if (st == QENT_OK && !any && qent_subscription_get_state(sub, now) == QENT_SUBSCRIPTION_ACTIVE)
    st = find_place(session, sub, &accounts, err);
  qent__accounts_dispose(&accounts);
  return st;
}

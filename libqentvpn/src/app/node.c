/* SPDX-License-Identifier: MIT */
#include "app/tx.h"

#include <stdio.h>

#define PAGE 100

static qent_status seal_field(qent_session *session, const char *name, const char *field,
                              const char *text, char **sealed_out, qent_error *err)
{
  char aad[64];

  (void)snprintf(aad, sizeof aad, "node:%s:%s", name, field);
  return qent__ctx_seal(qent_session_ctx(session), aad, text, sealed_out, err);
}

static qent_status insert_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return qent__store_node_insert(qent__session_store(session), arg, err);
}

qent_status qent_node_add(qent_session *session, const qent_node_options *options,
                          qent_node **node_out, qent_error *err)
{
  qent_node *node = NULL;
  qent_status st;

  if (!session || !options)
    return qent_fail(err, QENT_EINVAL, "a node needs a session and options");
  st = qent__node_make(options, &node, err);
  if (st == QENT_OK && !qent__ctx_gateway_factory(qent_session_ctx(session), options->gateway))
    st = qent_fail(err, QENT_EUNSUPPORTED, "gateway: there is no adapter \"%s\"", options->gateway);
  if (st == QENT_OK)
    st =
        seal_field(session, node->name, "username", options->username, &node->username_sealed, err);
  if (st == QENT_OK)
    st =
        seal_field(session, node->name, "password", options->password, &node->password_sealed, err);
  if (st == QENT_OK)
    st = qent__tx(session, insert_in_tx, node, err);
  if (st == QENT_OK && node_out)
    *node_out = node;
  else
    qent_node_free(node);
  return st;
}

qent_status qent_node_by_name(qent_session *session, const char *name, qent_node **node_out,
                              qent_error *err)
{
  if (!session || !name || !node_out)
    return qent_fail(err, QENT_EINVAL, "finding a node needs a session, a name and an output");
  return qent__store_node_by_name(qent__session_store(session), name, node_out, err);
}

qent_status qent_node_each(qent_session *session, qent_node_fn fn, void *user, qent_error *err)
{
  struct qent__nodes nodes = {NULL, 0};
  qent_status st;

  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "listing nodes needs a session and a callback");
  st = qent__store_nodes(qent__session_store(session), &nodes, err);
  for (size_t i = 0; st == QENT_OK && i < nodes.count; i++) {
    if (!fn(nodes.items[i], user))
      break;
  }
  qent__nodes_dispose(&nodes);
  return st;
}

struct change {
  const char *name;
  qent_node_state state;
};

typedef qent_status (*account_fn)(qent_session *session, const qent_account *account,
                                  qent_error *err);

static qent_status each_account(qent_session *session, int64_t node_id, account_fn fn,
                                qent_error *err)
{
  int64_t after = 0;
  size_t count = PAGE;
  qent_status st = QENT_OK;

  while (st == QENT_OK && count == PAGE) {
    struct qent__accounts page = {NULL, 0};
    st = qent__store_accounts_of_node(qent__session_store(session), node_id, after, PAGE, &page,
                                      err);
    count = page.count;
    for (size_t i = 0; st == QENT_OK && i < count; i++) {
      after = page.items[i]->id;
      st = fn(session, page.items[i], err);
    }
    qent__accounts_dispose(&page);
  }
  return st;
}

/* Have qent_due_run() find another place for a subscription that is served from here. */
static qent_status look_at_sub(qent_session *session, const qent_account *account, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_subscription *sub = NULL;
  qent_status st;

  if (!account->wanted.present || !account->wanted.enabled)
    return QENT_OK;
  st = qent__store_sub_by_id(store, 0, account->subscription_id, &sub, err);
  if (st == QENT_OK && (sub->next_event_at == 0 || sub->next_event_at > now)) {
    sub->next_event_at = now;
    st = qent__store_sub_save(store, sub, err);
  }
  qent_subscription_free(sub);
  return st;
}

static qent_status set_state_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct change *change = arg;
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_name(store, change->name, &node, err);

  if (st != QENT_OK)
    return st;
  node->state = change->state;
  st = qent__store_node_save(store, node, err);
  if (st == QENT_OK && node->state == QENT_NODE_DISABLED)
    st = each_account(session, node->id, look_at_sub, err);
  qent_node_free(node);
  return st;
}

qent_status qent_node_set_state(qent_session *session, const char *name, qent_node_state state,
                                qent_error *err)
{
  struct change change = {name, state};

  if (!session || !name)
    return qent_fail(err, QENT_EINVAL, "a session and a node's name are needed");
  if (state != QENT_NODE_ACTIVE && state != QENT_NODE_DRAINING && state != QENT_NODE_DISABLED)
    return qent_fail(err, QENT_EINVAL, "state must be active, draining or disabled");
  return qent__tx(session, set_state_in_tx, &change, err);
}

/* A disabled node's panel is not talked to, so what nobody needs there is just forgotten. */
static qent_status forget_unneeded(qent_session *session, const qent_account *account,
                                   qent_error *err)
{
  if (account->wanted.present && account->wanted.enabled)
    return QENT_OK;
  return qent__store_account_delete(qent__session_store(session), account->id, err);
}

static qent_status remove_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct change *change = arg;
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_name(store, change->name, &node, err);

  if (st == QENT_OK && node->state == QENT_NODE_DISABLED)
    st = each_account(session, node->id, forget_unneeded, err);
  if (st == QENT_OK)
    st = qent__store_node_delete(store, node->id, err);
  qent_node_free(node);
  return st;
}

qent_status qent_node_remove(qent_session *session, const char *name, qent_error *err)
{
  struct change change = {name, QENT_NODE_DISABLED};

  if (!session || !name)
    return qent_fail(err, QENT_EINVAL, "a session and a node's name are needed");
  return qent__tx(session, remove_in_tx, &change, err);
}

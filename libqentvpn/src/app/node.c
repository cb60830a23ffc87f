/* SPDX-License-Identifier: MIT */
#include "app/sweep.h"
#include "app/tx.h"
#include "util/alloc.h"

#include <stdio.h>
#include <string.h>

#define PARALLEL_USUAL 8

static qent_status seal_field(qent_session *session, const char *name, const char *field,
                              const char *text, char **sealed_out, qent_error *err)
{
  char aad[64];

  (void)snprintf(aad, sizeof aad, "node:%s:%s", name, field);
  return qent__ctx_seal(qent_session_ctx(session), aad, text, sealed_out, err);
}

static qent_status seal_credentials(qent_session *session, const qent_node_options *options,
                                    qent_node *node, qent_error *err)
{
  qent_status st = QENT_OK;

  if (options->username)
    st =
        seal_field(session, node->name, "username", options->username, &node->username_sealed, err);
  if (st == QENT_OK && options->password)
    st =
        seal_field(session, node->name, "password", options->password, &node->password_sealed, err);
  return st;
}

/* What depends on the kind of panel: whether it has admins by name, and how many calls at once it
 * bears unless the operator says. */
static qent_status fit_to_gateway(qent_session *session, const qent_node_options *options,
                                  qent_node *node, qent_error *err)
{
  const qent_gateway_factory *factory =
      qent__ctx_gateway_factory(qent_session_ctx(session), node->gateway);

  if (!factory)
    return qent_fail(err, QENT_EUNSUPPORTED, "gateway: there is no adapter \"%s\"", node->gateway);
  if (!*options->username && !(factory->lacks & QENT_GATEWAY_LACKS_USERNAME))
    return qent_fail(err, QENT_EINVAL, "username of the panel is missing");
  if (node->parallel == 0)
    node->parallel = factory->parallel > 0 ? factory->parallel : PARALLEL_USUAL;
  return QENT_OK;
}

static qent_status insert_in_tx(qent_session *session, void *arg, qent_error *err)
{
  qent_node *node = arg;
  qent_status st = qent__store_node_insert(qent__session_store(session), node, err);

  return st == QENT_OK ? qent__sweep_stranded(session, node->node_group, err) : st;
}

qent_status qent_node_add(qent_session *session, const qent_node_options *options,
                          qent_node **node_out, qent_error *err)
{
  qent_node_options all;
  qent_node *node = NULL;
  qent_status st;

  if (!session || !options)
    return qent_fail(err, QENT_EINVAL, "a node needs a session and options");
  all = *options;
  all.username = options->username ? options->username : "";
  st = qent__node_make(&all, &node, err);
  if (st == QENT_OK)
    st = fit_to_gateway(session, &all, node, err);
  if (st == QENT_OK)
    st = seal_credentials(session, &all, node, err);
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

struct edit {
  const qent_node_options *options;
  qent_node *made;  /* of the options */
  qent_node *saved; /* the result */
};

static void swap_text(char **a, char **b)
{
  char *text = *a;

  *a = *b;
  *b = text;
}

/* What the options decide moves from `made` to the stored row; the rest of it is what happened. */
static void take_over(qent_node *node, qent_node *made)
{
  swap_text(&node->title, &made->title);
  swap_text(&node->url, &made->url);
  swap_text(&node->options, &made->options);
  swap_text(&node->ca_file, &made->ca_file);
  swap_text(&node->pinned_key, &made->pinned_key);
  if (made->username_sealed)
    swap_text(&node->username_sealed, &made->username_sealed);
  if (made->password_sealed)
    swap_text(&node->password_sealed, &made->password_sealed);
  memcpy(node->node_group, made->node_group, sizeof node->node_group);
  memcpy(node->country, made->country, sizeof node->country);
  node->capacity = made->capacity;
  node->weight = made->weight;
  node->parallel = made->parallel;
}

/* An admin has acted: the node is as good as back. */
static void end_refusal(qent_session *session, qent_node *node)
{
  if (!node->refused)
    return;
  node->refused = false;
  node->changed_at = qent__session_now(session);
}

static qent_status edit_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct edit *edit = arg;
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_name(store, edit->made->name, &node, err);

  if (st != QENT_OK)
    return st;
  if (strcmp(node->gateway, edit->made->gateway) != 0)
    st = qent_fail(err, QENT_EINVAL, "gateway of a node stays: add another node");
  else if (strcmp(node->node_group, edit->made->node_group) != 0 && node->account_count > 0)
    st = qent_fail(err, QENT_ECONFLICT, "node_group: the node has accounts; evacuate it first");
  if (st == QENT_OK) {
    if (edit->made->username_sealed || edit->made->password_sealed)
      end_refusal(session, node);
    take_over(node, edit->made);
    qent__sweep_start(node);
    st = qent__store_node_save(store, node, err);
  }
  if (st == QENT_OK)
    st = qent__sweep_stranded(session, node->node_group, err);
  if (st == QENT_OK)
    st = qent__store_accounts_hurry(store, node->id, qent__session_now(session), err);
  if (st == QENT_OK)
    edit->saved = node;
  else
    qent_node_free(node);
  return st;
}

/* The check of a new node wants credentials; those that stay are not known here. */
static qent_node_options with_credentials(const qent_node_options *options)
{
  qent_node_options all = *options;

  all.username = options->username ? options->username : "kept";
  all.password = options->password ? options->password : "kept";
  return all;
}

qent_status qent_node_edit(qent_session *session, const qent_node_options *options,
                           qent_node **node_out, qent_error *err)
{
  struct edit edit = {options, NULL, NULL};
  qent_node_options all;
  qent_status st;

  if (!session || !options)
    return qent_fail(err, QENT_EINVAL, "editing a node needs a session and options");
  all = with_credentials(options);
  st = qent__node_make(&all, &edit.made, err);
  if (st == QENT_OK)
    st = fit_to_gateway(session, &all, edit.made, err);
  if (st == QENT_OK)
    st = seal_credentials(session, options, edit.made, err);
  if (st == QENT_OK)
    st = qent__tx(session, edit_in_tx, &edit, err);
  if (st == QENT_OK && node_out) {
    *node_out = edit.saved;
    edit.saved = NULL;
  }
  qent_node_free(edit.saved);
  qent_node_free(edit.made);
  return st;
}

struct change {
  const char *name;
  qent_node_state state;
};

static qent_status set_state_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct change *change = arg;
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_name(store, change->name, &node, err);

  if (st != QENT_OK)
    return st;
  node->state = change->state;
  node->evacuating = node->evacuating && change->state == QENT_NODE_DRAINING;
  if (change->state == QENT_NODE_ACTIVE)
    end_refusal(session, node);
  qent__sweep_start(node);
  st = qent__store_node_save(store, node, err);
  if (st == QENT_OK && change->state == QENT_NODE_ACTIVE)
    st = qent__sweep_stranded(session, node->node_group, err);
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

static qent_status remove_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct change *change = arg;
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_name(store, change->name, &node, err);

  /* A disabled node's panel is not talked to, so what nobody needs there is just forgotten. */
  if (st == QENT_OK && node->state == QENT_NODE_DISABLED)
    st = qent__store_accounts_forget(store, node->id, err);
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

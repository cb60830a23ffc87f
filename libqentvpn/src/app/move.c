/* SPDX-License-Identifier: MIT */
/* Moving people between nodes: one by the buyer, many by an admin. */
#include "app/entitle.h"
#include "app/sweep.h"
#include "app/tx.h"
#include "domain/placement.h"
#include "util/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

struct list {
  const qent_subscription *sub;
  const struct qent__accounts *accounts;
  qent_node_choice_fn fn;
  void *user;
};

static bool is_current(const struct list *list, const qent_node *node)
{
  for (size_t i = 0; i < list->accounts->count; i++) {
    const qent_account *account = list->accounts->items[i];
    if (account->node_id == node->id)
      return account->wanted.present && account->standing != QENT__STANDING_LEAVING;
  }
  return false;
}

/* A node that takes nobody new is only shown to those that it serves. */
static bool offer(const struct list *list, const qent_node *node)
{
  bool current = is_current(list, node);
  qent_node_choice choice = {
      .size = sizeof choice,
      .name = node->name,
      .title = qent_node_title(node),
      .country = node->country,
      .current = current,
      .available = !current && qent__node_open(node),
      .down = !qent__node_serves(node),
      .load_percent = qent__node_load_percent(node),
  };

  if (strcmp(node->node_group, list->sub->node_group) != 0 ||
      (!current && (node->state != QENT_NODE_ACTIVE || node->evacuating)))
    return true;
  return list->fn(&choice, list->user);
}

static int by_title(const void *a, const void *b)
{
  const qent_node *x = *(const qent_node *const *)a;
  const qent_node *y = *(const qent_node *const *)b;
  int order = strcmp(qent_node_title(x), qent_node_title(y));

  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

qent_status qent_subscription_nodes(qent_session *session, int64_t user_id, int64_t id,
                                    qent_node_choice_fn fn, void *user, qent_error *err)
{
  struct qent__accounts accounts = {NULL, 0};
  struct qent__nodes nodes = {NULL, 0};
  qent_subscription *sub = NULL;
  qent__store *store;
  qent_status st;

  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "listing nodes needs a session and a callback");
  store = qent__session_store(session);
  st = qent__store_sub_by_id(store, user_id, id, &sub, err);
  if (st == QENT_OK)
    st = qent__store_accounts_of_sub(store, id, &accounts, err);
  if (st == QENT_OK)
    st = qent__store_nodes(store, &nodes, err);
  if (st == QENT_OK) {
    const struct list list = {sub, &accounts, fn, user};
    if (nodes.count > 1)
      /* NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers */
      qsort(nodes.items, nodes.count, sizeof nodes.items[0], by_title);
    for (size_t i = 0; i < nodes.count; i++) {
      if (!offer(&list, nodes.items[i]))
        break;
    }
  }
  qent__nodes_dispose(&nodes);
  qent__accounts_dispose(&accounts);
  qent_subscription_free(sub);
  return st;
}

struct own_move {
  int64_t user_id;
  int64_t sub_id;
  const char *node_name;
  qent_subscription *sub; /* the result */
};

static qent_status check_pause(qent_session *session, const struct own_move *own,
                               const qent_subscription *sub, qent_error *err)
{
  int64_t wait_s =
      sub->moved_at +
      qent_settings_get_int(qent_ctx_settings(qent_session_ctx(session)), "QENT_MOVE_PAUSE_S") -
      qent__session_now(session);

  /* A move in the future was made by a clock that ran ahead. */
  if (own->user_id == 0 || sub->moved_at == 0 || wait_s <= 0 ||
      sub->moved_at > qent__session_now(session))
    return QENT_OK;
  (void)qent_fail(err, QENT_ECONFLICT, "moved moments ago; wait %" PRId64 " s", wait_s);
  if (err)
    err->retry_after_ms = wait_s * 1000;
  return QENT_ECONFLICT;
}

static qent_status find_target(qent_session *session, const char *name, int64_t *id_out,
                               qent_error *err)
{
  qent_node *node = NULL;
  qent_status st;

  if (!name)
    return QENT_OK;
  st = qent__store_node_by_name(qent__session_store(session), name, &node, err);
  if (st == QENT_OK)
    *id_out = node->id;
  qent_node_free(node);
  return st;
}

static qent_status move_own_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct own_move *own = arg;
  qent__store *store = qent__session_store(session);
  struct qent__move move = {0, 0};
  qent_subscription *sub = NULL;
  bool moved = false;
  qent_status st = qent__store_sub_by_id(store, own->user_id, own->sub_id, &sub, err);

  if (st == QENT_OK)
    st = find_target(session, own->node_name, &move.to_node_id, err);
  if (st == QENT_OK)
    st = qent__entitle_move(session, sub, &move, &moved, err);
  /* Only now, because who is there already need not wait. */
  if (st == QENT_OK && moved)
    st = check_pause(session, own, sub, err);
  if (st == QENT_OK && moved)
    sub->moved_at = qent__session_now(session);
  if (st == QENT_OK)
    st = qent__store_sub_save(store, sub, err);
  if (st == QENT_OK)
    st = qent__sub_fill_link(qent_session_ctx(session), sub, err);
  if (st == QENT_OK)
    own->sub = sub;
  else
    qent_subscription_free(sub);
  return st;
}

qent_status qent_subscription_move(qent_session *session, int64_t user_id, int64_t id,
                                   const char *node_name, qent_subscription **sub_out,
                                   qent_error *err)
{
  struct own_move own = {user_id, id, node_name, NULL};
  qent_status st;

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  st = qent__tx(session, move_own_in_tx, &own, err);
  if (st == QENT_OK && sub_out)
    *sub_out = own.sub;
  else
    qent_subscription_free(own.sub);
  return st;
}

/* An admin's move of many, page by page. */
struct many {
  struct qent__move move;
  int64_t after; /* account id */
  int32_t left;  /* to move */
  int32_t moved;
  bool more;
};

static qent_status move_one(qent_session *session, const qent_account *account, struct many *many,
                            qent_error *err)
{
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_subscription *sub = NULL;
  bool moved = false;
  qent_status st;

  if (!account->wanted.present || account->standing == QENT__STANDING_LEAVING)
    return QENT_OK;
  st = qent__store_sub_by_id(store, 0, account->subscription_id, &sub, err);
  if (st == QENT_OK && qent_subscription_get_state(sub, now) == QENT_SUBSCRIPTION_ACTIVE) {
    st = qent__entitle_move(session, sub, &many->move, &moved, err);
    if (st == QENT_OK)
      st = qent__store_sub_save(store, sub, err);
    if (st == QENT_OK) {
      many->moved++;
      many->left--;
    }
  }
  qent_subscription_free(sub);
  return st;
}

static qent_status move_page_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct many *many = arg;
  struct many after = *many;
  struct qent__accounts page = {NULL, 0};
  qent_status st = qent__store_accounts_of_node(
      qent__session_store(session), many->move.from_node_id, many->after, PAGE, &page, err);

  after.more = page.count == PAGE;
  for (size_t i = 0; st == QENT_OK && i < page.count && after.left > 0; i++) {
    after.after = page.items[i]->id;
    st = move_one(session, page.items[i], &after, err);
    /* What was moved before there was no more room stays moved. */
    if (st == QENT_ECONFLICT && after.moved > 0) {
      after.more = false;
      st = QENT_OK;
      break;
    }
  }
  qent__accounts_dispose(&page);
  if (st == QENT_OK)
    *many = after;
  return st;
}

static qent_status move_many(qent_session *session, struct many *many, qent_error *err)
{
  qent_status st = QENT_OK;

  while (st == QENT_OK && many->more && many->left > 0)
    st = qent__tx(session, move_page_in_tx, many, err);
  return st;
}

static qent_status evacuate_in_tx(qent_session *session, void *arg, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_id(store, *(const int64_t *)arg, &node, err);

  if (st != QENT_OK)
    return st;
  if (node->state == QENT_NODE_ACTIVE)
    node->state = QENT_NODE_DRAINING;
  node->evacuating = true;
  qent__sweep_start(node);
  st = qent__store_node_save(store, node, err);
  qent_node_free(node);
  return st;
}

/* Is there anywhere to go at all? */
static qent_status check_way_out(qent_session *session, const qent_node *from, qent_error *err)
{
  struct qent__nodes nodes = {NULL, 0};
  bool any;
  qent_status st = qent__store_nodes(qent__session_store(session), &nodes, err);

  if (st != QENT_OK)
    return st;
  any = qent__node_choose((const qent_node *const *)nodes.items, nodes.count, from->node_group,
                          &from->id, 1, false) != NULL;
  qent__nodes_dispose(&nodes);
  return any ? QENT_OK
             : qent_fail(err, QENT_ECONFLICT, "no other node of group %s works and has room",
                         from->node_group);
}

static qent_status check_move(qent_session *session, const qent_node *from, const qent_node *to,
                              qent_error *err)
{
  if (!to)
    return check_way_out(session, from, err);
  if (to->id == from->id)
    return qent_fail(err, QENT_EINVAL, "to: the same node");
  if (strcmp(to->node_group, from->node_group) != 0)
    return qent_fail(err, QENT_EINVAL, "to: node %s is of group %s, not %s", to->name,
                     to->node_group, from->node_group);
  if (!qent__node_open(to))
    return qent_fail(err, QENT_ECONFLICT, "node %s takes no new accounts now: it %s", to->name,
                     qent__node_why_closed(to));
  return QENT_OK;
}

qent_status qent_node_move(qent_session *session, const char *from, const char *to, int32_t count,
                           int32_t *moved_out, qent_error *err)
{
  struct many many = {{0, 0}, 0, count > 0 ? count : INT32_MAX, 0, true};
  qent_node *source = NULL;
  qent_node *target = NULL;
  qent_status st;

  if (!session || !from || count < 0)
    return qent_fail(err, QENT_EINVAL, "moving needs a session, a node and a count of 0 or more");
  st = qent__store_node_by_name(qent__session_store(session), from, &source, err);
  if (st == QENT_OK && to)
    st = qent__store_node_by_name(qent__session_store(session), to, &target, err);
  if (st == QENT_OK)
    st = check_move(session, source, target, err);
  if (st == QENT_OK) {
    many.move = (struct qent__move){source->id, target ? target->id : 0};
    st = !to && count == 0 ? qent__tx(session, evacuate_in_tx, &source->id, err)
                           : move_many(session, &many, err);
  }
  qent_node_free(source);
  qent_node_free(target);
  if (moved_out && (st == QENT_OK || many.moved > 0))
    *moved_out = many.moved;
  return st;
}

qent_status qent_node_progress_read(qent_session *session, const char *name,
                                    qent_node_progress *progress_out, qent_error *err)
{
  qent_node_progress progress = {.size = sizeof progress};
  qent_node *node = NULL;
  qent_status st;

  if (!session || !name || !progress_out || progress_out->size < sizeof *progress_out)
    return qent_fail(err, QENT_EINVAL, "progress needs a session, a node's name and an output");
  st = qent__store_node_by_name(qent__session_store(session), name, &node, err);
  if (st == QENT_OK)
    st = qent__store_node_progress(qent__session_store(session), node->id, node->sweep_after,
                                   &progress, err);
  if (st == QENT_OK)
    *progress_out = progress;
  qent_node_free(node);
  return st;
}

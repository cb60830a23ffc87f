/* SPDX-License-Identifier: MIT */
/* Compares one node's panel with the ledger, both ways. */
#include "app/reconcile.h"
#include "gateway/gateway.h"
#include "util/alloc.h"
#include "util/text.h"

#include <stdio.h>
#include <string.h>

#define PAGE QENT__GATEWAY_PAGE_MAX
#define SECOND_LOOKS 1000 /* for the work that goes on meanwhile; more is no coincidence */

/* An account to be looked at again when its page is over: a gateway shows one page at a time. */
struct suspect {
  char key[QENT__ACCOUNT_KEY_MAX + 1];
  struct qent__verdict verdict;
};

struct panel {
  struct qent__reconcile *run;
  const qent_node *node;
  qent_gateway *gateway;
  struct qent__judge judge;
  int64_t place;               /* accounts shown so far */
  struct qent__sightings seen; /* accounts of ours among them */
  struct suspect suspects[PAGE];
  size_t suspect_count;
  size_t on_page;
  int32_t second_looks;
  qent_error *err;
};

/* Settling ------------------------------------------------------------------------------------ */

static bool worth_a_second_look(const struct suspect *suspect)
{
  const struct qent__verdict *v = &suspect->verdict;

  if (v->kind == QENT_DRIFT_ORPHAN || v->kind == QENT_DRIFT_DUPLICATE)
    return qent__key_subscription(suspect->key) != 0; /* just removed by us? */
  return v->kind != QENT_DRIFT_PENDING;
}

static qent_status look_again(struct panel *p, struct suspect *suspect)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = qent__gateway_fetch_account(p->gateway, suspect->key, &view, p->err);

  if (st == QENT_OK || st == QENT_ENOTFOUND)
    st = qent__judge_key(&p->judge, suspect->key, st == QENT_OK ? &view : NULL, &suspect->verdict);
  qent_account_view_dispose(&view);
  return st;
}

static qent_status settle(struct panel *p, struct suspect *suspect)
{
  const struct qent__verdict *v = &suspect->verdict;
  qent_drift_item item = {.where = p->node->name, .key = suspect->key, .detail = v->detail};
  qent_status st = QENT_OK;

  if (qent_ctx_stopping(qent_session_ctx(p->run->session)))
    return qent_fail(p->err, QENT_ECANCELED, "stopping");
  if (v->drift && p->second_looks > 0 && worth_a_second_look(suspect)) {
    p->second_looks--;
    st = look_again(p, suspect);
  }
  if (st != QENT_OK || !v->drift || p->run->stopped)
    return st;
  item.kind = v->kind;
  item.account_id = v->account_id;
  item.subscription_id = v->sub_id;
  item.attempts = v->attempts;
  return qent__reconcile_report(p->run, &item, v->repair, p->err);
}

/* The panel's accounts ------------------------------------------------------------------------ */

static void suspect_key(struct suspect *suspect, const char *key)
{
  if (!qent__copy_text(suspect->key, sizeof suspect->key, key, strlen(key)))
    (void)snprintf(suspect->key, sizeof suspect->key, "%.61s...", key);
}

static qent_status on_view(const qent_account_view *view, void *user)
{
  struct panel *p = user;
  struct suspect *suspect = &p->suspects[p->suspect_count];
  qent_status st;

  if (p->on_page == PAGE || !view->key)
    return qent_fail(p->err, QENT_EPROTO, "a page of accounts is not as it was asked for");
  p->on_page++;
  p->place++;
  st = qent__judge_key(&p->judge, view->key, view, &suspect->verdict);
  if (st == QENT_OK && suspect->verdict.account_id)
    st = qent__sightings_add(&p->seen, suspect->verdict.account_id, p->place - 1, p->err);
  if (st == QENT_OK && suspect->verdict.drift) {
    suspect_key(suspect, view->key);
    p->suspect_count++;
  }
  return st;
}

static qent_status read_panel(struct panel *p)
{
  bool more = true;
  qent_status st = QENT_OK;

  for (int64_t offset = 0; st == QENT_OK && more && !p->run->stopped; offset += PAGE) {
    p->on_page = 0;
    p->suspect_count = 0;
    p->place = offset;
    if (qent_ctx_stopping(qent_session_ctx(p->run->session)))
      return qent_fail(p->err, QENT_ECANCELED, "stopping");
    st = qent__gateway_list_accounts(p->gateway, offset, PAGE, on_view, p, &more, p->err);
    for (size_t i = 0; st == QENT_OK && i < p->suspect_count && !p->run->stopped; i++)
      st = settle(p, &p->suspects[i]);
  }
  qent__sightings_sort(&p->seen);
  return st;
}

/* Shown twice at places that no change of the list between two pages can explain. */
static bool twice(const struct qent__sighting *first, const struct qent__sighting *second)
{
  return first->id == second->id &&
         (first->place / PAGE == second->place / PAGE || second->place - first->place > PAGE);
}

static qent_status report_twice(struct panel *p, int64_t account_id)
{
  qent_drift_item item = {.kind = QENT_DRIFT_DUPLICATE,
                          .where = p->node->name,
                          .account_id = account_id,
                          .detail = "the panel has two records of this name: remove one there"};
  qent_account *account = NULL;
  qent_status st =
      qent__store_account_by_id(qent__session_store(p->run->session), account_id, &account, p->err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  item.key = account->key;
  item.subscription_id = account->subscription_id;
  st = qent__reconcile_report(p->run, &item, QENT__REPAIR_NONE, p->err);
  qent_account_free(account);
  return st;
}

static qent_status find_twins(struct panel *p)
{
  qent_status st = QENT_OK;

  for (size_t i = 1; st == QENT_OK && i < p->seen.count && !p->run->stopped; i++) {
    if (twice(&p->seen.items[i - 1], &p->seen.items[i]))
      st = report_twice(p, p->seen.items[i].id);
  }
  return st;
}

/* The ledger's accounts ----------------------------------------------------------------------- */

static qent_status read_ledger(struct panel *p)
{
  int64_t after = 0;
  size_t count = PAGE;
  qent_status st = QENT_OK;

  while (st == QENT_OK && count == PAGE && !p->run->stopped) {
    struct qent__accounts accounts = {NULL, 0};
    st = qent__store_accounts_of_node(qent__session_store(p->run->session), p->node->id, after,
                                      PAGE, &accounts, p->err);
    count = accounts.count;
    for (size_t i = 0; st == QENT_OK && i < count && !p->run->stopped; i++) {
      const qent_account *account = accounts.items[i];
      struct suspect *suspect = &p->suspects[0];
      after = account->id;
      if (qent__sightings_has(&p->seen, account->id))
        continue;
      suspect_key(suspect, account->key);
      st = qent__judge_account(&p->judge, account, NULL, &suspect->verdict);
      if (st == QENT_OK)
        st = settle(p, suspect);
    }
    qent__accounts_dispose(&accounts);
  }
  return st;
}

/* Why nobody asks this panel; false when it can be asked. */
static bool why_not(const qent_node *node, char *text, size_t size)
{
  const char *error = node->last_error ? node->last_error : "no more is known";

  if (node->state == QENT_NODE_DISABLED)
    (void)snprintf(text, size, "the node is disabled");
  else if (qent_node_refused(node))
    (void)snprintf(text, size, "the panel refused our credentials: %.200s", error);
  else if (qent_node_get_state(node) == QENT_NODE_DOWN)
    (void)snprintf(text, size, "the node is down: %.200s", error);
  else
    return false;
  return true;
}

qent_status qent__reconcile_node(struct qent__reconcile *run, const qent_node *node,
                                 qent_error *err)
{
  char text[QENT__DRIFT_DETAIL_SIZE];
  qent_drift_item item = {
      .kind = QENT_DRIFT_NOT_COMPARED, .where = node->name, .key = "", .detail = text};
  struct panel *p;
  qent_status st;

  if (why_not(node, text, sizeof text))
    return qent__reconcile_report(run, &item, QENT__REPAIR_NONE, err);
  p = qent__calloc(1, sizeof *p);
  if (!p)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  p->run = run;
  p->node = node;
  p->second_looks = SECOND_LOOKS;
  p->err = err;
  st = qent__session_gateway(run->session, node, &p->gateway, err);
  if (st == QENT_OK) {
    p->judge = (struct qent__judge){run->session, node->id, p->gateway->lacks, err};
    st = read_panel(p);
  }
  if (st == QENT_OK && !run->stopped)
    st = find_twins(p);
  if (st == QENT_OK && !run->stopped)
    st = read_ledger(p);
  qent__sightings_dispose(&p->seen);
  qent__free(p);
  return st;
}

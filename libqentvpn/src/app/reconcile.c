/* SPDX-License-Identifier: MIT */
/* Compares the ledger with the panels. */
#include "app/tx.h"
#include "gateway/gateway.h"
#include "util/alloc.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100

/* One node's comparison. */
struct compare {
  qent_session *session;
  const qent_node *node;
  bool fix;
  qent_drift_fn fn;
  void *user;
  bool stopped;  /* the callback has seen enough */
  int64_t *seen; /* ids of accounts found on the panel */
  size_t seen_count, seen_cap;
  qent_error *err;
};

struct fix {
  int64_t account_id;
};

const char *qent_drift_name(qent_drift drift)
{
  static const char *const names[] = {"missing", "differs", "unwanted", "orphan", "pending"};

  return (size_t)drift < sizeof names / sizeof names[0] ? names[drift] : "unknown";
}

static qent_status want_again_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct fix *fix = arg;
  qent__store *store = qent__session_store(session);
  qent_account *account = NULL;
  qent_status st = qent__store_account_by_id(store, fix->account_id, &account, err);

  if (st != QENT_OK)
    return st;
  account->wanted_rev++;
  account->attempts = 0;
  account->lease_until = 0;
  account->next_attempt_at = qent__session_now(session);
  st = qent__store_account_save(store, account, err);
  qent_account_free(account);
  return st;
}

qent_status qent_account_retry(qent_session *session, int64_t id, qent_error *err)
{
  struct fix fix = {id};

  if (!session)
    return qent_fail(err, QENT_EINVAL, "a session is needed");
  return qent__tx(session, want_again_in_tx, &fix, err);
}

qent_status qent_account_each(qent_session *session, const qent_account_filter *filter,
                              qent_account_fn fn, void *user, qent_error *err)
{
  if (!session || !filter || !fn || filter->limit < 1 || filter->limit > 100000)
    return qent_fail(err, QENT_EINVAL, "listing accounts needs a limit of 1..100000");
  return qent__store_account_each(qent__session_store(session), filter, fn, user, err);
}

/* Report one difference and, when asked to, have it repaired. */
static qent_status report(struct compare *c, qent_drift drift, const char *key, int64_t account_id,
                          const char *detail)
{
  struct fix fix = {account_id};

  if (!c->fn(drift, c->node->name, key, account_id, detail, c->user)) {
    c->stopped = true;
    return QENT_OK;
  }
  if (!c->fix || account_id == 0 || drift == QENT_DRIFT_PENDING)
    return QENT_OK;
  return qent__tx(c->session, want_again_in_tx, &fix, c->err);
}

static bool mark_seen(struct compare *c, int64_t id)
{
  if (c->seen_count == c->seen_cap) {
    size_t cap = c->seen_cap ? c->seen_cap * 2 : 256;
    int64_t *grown = qent__realloc(c->seen, cap * sizeof *grown);
    if (!grown)
      return false;
    c->seen = grown;
    c->seen_cap = cap;
  }
  c->seen[c->seen_count++] = id;
  return true;
}

/* What differs, for people; false when nothing does. */
static bool difference(const qent_account *account, const qent_account_view *view, char *text,
                       size_t size)
{
  const struct qent__wanted *wanted = &account->wanted;

  if (view->expires_at != wanted->expires_at)
    (void)snprintf(text, size, "expires at %" PRId64 " instead of %" PRId64, view->expires_at,
                   wanted->expires_at);
  else if (wanted->enabled != view->enabled)
    (void)snprintf(text, size, "switched %s instead of %s", view->enabled ? "on" : "off",
                   wanted->enabled ? "on" : "off");
  else if (view->traffic_limit_bytes != wanted->traffic_limit_bytes)
    (void)snprintf(text, size, "traffic limit %" PRId64 " instead of %" PRId64 " bytes",
                   view->traffic_limit_bytes, wanted->traffic_limit_bytes);
  else
    return false;
  return true;
}

static qent_status compare_known(struct compare *c, const qent_account *account,
                                 const qent_account_view *view)
{
  char text[128];

  if (!mark_seen(c, account->id))
    return qent_fail(c->err, QENT_ENOMEM, "out of memory");
  if (account->applied_rev < account->wanted_rev)
    return report(c, QENT_DRIFT_PENDING, account->key, account->id,
                  account->last_error ? account->last_error : "not confirmed yet");
  if (!account->wanted.present)
    return report(c, QENT_DRIFT_UNWANTED, account->key, account->id, "should be gone");
  if (difference(account, view, text, sizeof text))
    return report(c, QENT_DRIFT_DIFFERS, account->key, account->id, text);
  return QENT_OK;
}

static qent_status compare_view(const qent_account_view *view, void *user)
{
  struct compare *c = user;
  qent_account *account = NULL;
  qent_status st;

  if (c->stopped)
    return QENT_OK;
  st = qent__store_account_by_key(qent__session_store(c->session), c->node->id, view->key, &account,
                                  c->err);
  if (st == QENT_ENOTFOUND)
    return report(c, QENT_DRIFT_ORPHAN, view->key, 0, "not one of ours; left alone");
  if (st == QENT_OK)
    st = compare_known(c, account, view);
  qent_account_free(account);
  return st;
}

static int by_id(const void *a, const void *b)
{
  const int64_t x = *(const int64_t *)a;
  const int64_t y = *(const int64_t *)b;

  return (x > y) - (x < y);
}

static bool was_seen(const struct compare *c, int64_t id)
{
  return c->seen_count > 0 &&
         bsearch(&id, c->seen, c->seen_count, sizeof c->seen[0], by_id) != NULL;
}

static qent_status compare_unseen(struct compare *c, const qent_account *account)
{
  if (c->stopped || was_seen(c, account->id))
    return QENT_OK;
  if (account->applied_rev < account->wanted_rev)
    return report(c, QENT_DRIFT_PENDING, account->key, account->id,
                  account->last_error ? account->last_error : "not confirmed yet");
  if (!account->wanted.present)
    return QENT_OK;
  return report(c, QENT_DRIFT_MISSING, account->key, account->id, "not on the panel");
}

static qent_status compare_missing(struct compare *c)
{
  int64_t after = 0;
  size_t count = PAGE;
  qent_status st = QENT_OK;

  if (c->seen_count > 1)
    qsort(c->seen, c->seen_count, sizeof c->seen[0], by_id);
  while (st == QENT_OK && count == PAGE && !c->stopped) {
    struct qent__accounts accounts = {NULL, 0};
    st = qent__store_accounts_of_node(qent__session_store(c->session), c->node->id, after, PAGE,
                                      &accounts, c->err);
    count = accounts.count;
    for (size_t i = 0; st == QENT_OK && i < count; i++) {
      after = accounts.items[i]->id;
      st = compare_unseen(c, accounts.items[i]);
    }
    qent__accounts_dispose(&accounts);
  }
  return st;
}

static qent_status compare_node(struct compare *c)
{
  qent_gateway *gateway = NULL;
  bool more = true;
  qent_status st = qent__session_gateway(c->session, c->node, &gateway, c->err);

  for (int64_t offset = 0; st == QENT_OK && more && !c->stopped; offset += PAGE)
    st = qent__gateway_list_accounts(gateway, offset, PAGE, compare_view, c, &more, c->err);
  if (st == QENT_OK)
    st = compare_missing(c);
  qent__free(c->seen);
  return st;
}

qent_status qent_reconcile(qent_session *session, bool fix, qent_drift_fn fn, void *user,
                           qent_error *err)
{
  struct qent__nodes nodes = {NULL, 0};
  qent_status first = QENT_OK;
  bool stopped = false;
  qent_status st;

  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "reconciling needs a session and a callback");
  st = qent__store_nodes(qent__session_store(session), &nodes, err);
  for (size_t i = 0; st == QENT_OK && i < nodes.count && !stopped; i++) {
    qent_error failure = QENT_ERROR_INIT;
    struct compare c = {.session = session,
                        .node = nodes.items[i],
                        .fix = fix,
                        .fn = fn,
                        .user = user,
                        .err = &failure};
    qent_status one;
    if (c.node->state == QENT_NODE_DISABLED)
      continue;
    one = compare_node(&c);
    stopped = c.stopped;
    if (one != QENT_OK && first == QENT_OK) {
      first = one;
      if (err)
        *err = failure;
    }
  }
  qent__nodes_dispose(&nodes);
  return st != QENT_OK ? st : first;
}

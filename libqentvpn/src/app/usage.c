/* SPDX-License-Identifier: MIT */
/* Collects traffic from the panels, page by page. */
#include "app/usage.h"
#include "app/entitle.h"
#include "app/notify.h"
#include "app/tx.h"
#include "gateway/gateway.h"
#include "util/text.h"

#include <inttypes.h>
#include <string.h>

#define COLLECT_EVERY_S 60
#define RENEW_S 15 /* so that nobody else begins while one collects */
#define PAGE 100
/* More than a petabyte since the last reading is a panel that lies. */
#define PLAUSIBLE_BYTES (INT64_C(1) << 50)

struct reading {
  char key[65];
  int64_t used_bytes;
};

struct page {
  int64_t node_id;
  struct reading readings[PAGE];
  size_t count;
  bool last; /* what is read before an account is removed */
};

static qent_status remember(const qent_account_view *view, void *user)
{
  struct page *page = user;
  struct reading *reading = &page->readings[page->count];

  if (page->count == PAGE || !view->key || strlen(view->key) >= sizeof reading->key ||
      view->used_bytes < 0)
    return QENT_OK;
  (void)qent__copy_text(reading->key, sizeof reading->key, view->key, strlen(view->key));
  reading->used_bytes = view->used_bytes;
  page->count++;
  return QENT_OK;
}

static qent_status tell_exhausted(qent_session *session, const qent_subscription *sub,
                                  qent_error *err)
{
  struct qent__note note;

  qent__note_begin(&note, QENT_NOTICE_EXHAUSTED, sub->user_id, "exhausted:%" PRId64 ":%" PRId64,
                   sub->id, sub->expires_at);
  qent__note_int(&note, "subscription", sub->id);
  qent__note_int(&note, "expires_at", sub->expires_at);
  return qent__note_queue(session, &note, 0, err);
}

static qent_status count_traffic(qent_session *session, const qent_account *account, int64_t bytes,
                                 qent_error *err)
{
  qent__store *store = qent__session_store(session);
  int64_t now = qent__session_now(session);
  qent_subscription *sub = NULL;
  qent_status st = qent__store_sub_by_id(store, 0, account->subscription_id, &sub, err);
  bool was_active;

  if (st != QENT_OK)
    return st;
  was_active = qent_subscription_get_state(sub, now) == QENT_SUBSCRIPTION_ACTIVE;
  if (sub->traffic_used_bytes > INT64_MAX - bytes)
    bytes = INT64_MAX - sub->traffic_used_bytes;
  sub->traffic_used_bytes += bytes;
  st = qent__store_traffic_add(store, sub->id, account->node_id, now, bytes, err);
  if (st == QENT_OK && was_active &&
      qent_subscription_get_state(sub, now) == QENT_SUBSCRIPTION_EXHAUSTED) {
    st = qent__entitle(session, sub, err);
    if (st == QENT_OK)
      st = tell_exhausted(session, sub, err);
  }
  if (st == QENT_OK)
    st = qent__store_sub_save(store, sub, err);
  qent_subscription_free(sub);
  return st;
}

/* A counter below the last reading has restarted: all of it is new. So an older reading must never
 * come after a newer one: an account on its way out is counted by who removes it. */
static qent_status take_reading(qent_session *session, const struct page *page,
                                const struct reading *reading, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_account *account = NULL;
  int64_t delta;
  qent_status st = qent__store_account_by_key(store, page->node_id, reading->key, &account, err);

  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  if (!account->wanted.present && !page->last) {
    qent_account_free(account);
    return QENT_OK;
  }
  delta = reading->used_bytes >= account->panel_used_bytes
              ? reading->used_bytes - account->panel_used_bytes
              : reading->used_bytes;
  if (delta < 0 || delta > PLAUSIBLE_BYTES) {
    qent__ctx_log(qent_session_ctx(session), QENT_LOG_WARN, "usage",
                  "account=%" PRId64 " node=%s: a counter of %" PRId64 " bytes is left aside",
                  account->id, account->node_name, reading->used_bytes);
  } else if (reading->used_bytes != account->panel_used_bytes) {
    account->panel_used_bytes = reading->used_bytes;
    st = qent__store_account_save(store, account, err);
    if (st == QENT_OK && delta > 0)
      st = count_traffic(session, account, delta, err);
  }
  qent_account_free(account);
  return st;
}

/* Look without the write lock which accounts have moved at all: mostly few have. */
static qent_status keep_changed(qent_session *session, struct page *page, qent_error *err)
{
  size_t kept = 0;
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < page->count; i++) {
    const struct reading reading = page->readings[i];
    qent_account *account = NULL;
    st = qent__store_account_by_key(qent__session_store(session), page->node_id, reading.key,
                                    &account, err);
    if (st == QENT_OK && account->panel_used_bytes != reading.used_bytes)
      page->readings[kept++] = reading;
    if (st == QENT_ENOTFOUND)
      st = QENT_OK;
    qent_account_free(account);
  }
  page->count = kept;
  return st;
}

static qent_status take_page_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const struct page *page = arg;
  qent_status st = QENT_OK;

  for (size_t i = 0; st == QENT_OK && i < page->count; i++)
    st = take_reading(session, page, &page->readings[i], err);
  return st;
}

qent_status qent__usage_take(qent_session *session, int64_t node_id, const qent_account_view *view,
                             qent_error *err)
{
  struct page page = {.node_id = node_id, .last = true};
  qent_status st = remember(view, &page);

  if (st == QENT_OK)
    st = keep_changed(session, &page, err);
  return st == QENT_OK && page.count > 0 ? qent__tx(session, take_page_in_tx, &page, err) : st;
}

static qent_status renew_in_tx(qent_session *session, void *arg, qent_error *err)
{
  const qent_node *node = arg;

  return qent__store_node_mark_usage(qent__session_store(session), node->id, node->usage_at, err);
}

static qent_status renew(qent_session *session, qent_node *node, qent_error *err)
{
  int64_t now = qent__session_now(session);

  if (now - node->usage_at < RENEW_S)
    return QENT_OK;
  node->usage_at = now;
  return qent__tx(session, renew_in_tx, node, err);
}

static qent_status collect(qent_session *session, qent_node *node, qent_error *cause)
{
  qent_gateway *gateway = NULL;
  bool more = true;
  qent_status st = qent__session_gateway(session, node, &gateway, cause);

  for (int64_t offset = 0; st == QENT_OK && more; offset += PAGE) {
    struct page page = {.node_id = node->id, .count = 0};
    if (qent_ctx_stopping(qent_session_ctx(session)))
      return qent_fail(cause, QENT_ECANCELED, "stopping");
    st = qent__gateway_list_accounts(gateway, offset, PAGE, remember, &page, &more, cause);
    if (st == QENT_OK)
      st = renew(session, node, cause);
    if (st == QENT_OK)
      st = keep_changed(session, &page, cause);
    if (st == QENT_OK && page.count > 0)
      st = qent__tx(session, take_page_in_tx, &page, cause);
  }
  return st;
}

qent_status qent_node_traffic(qent_session *session, const char *name, int64_t from,
                              qent_node_traffic_fn fn, void *user, qent_error *err)
{
  qent_node *node = NULL;
  qent_status st;

  if (!session || !name || !fn)
    return qent_fail(err, QENT_EINVAL, "a node's traffic needs a session, a name and a callback");
  st = qent__store_node_by_name(qent__session_store(session), name, &node, err);
  if (st == QENT_OK)
    st = qent__store_traffic_of_node(qent__session_store(session), node->id, from, fn, user, err);
  qent_node_free(node);
  return st;
}

qent_status qent_usage_collect(qent_session *session, int32_t max, int32_t *done_out,
                               qent_error *err)
{
  int32_t done = 0;
  qent_status st = QENT_OK;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "collecting needs a session and a maximum");
  while (done < max) {
    int64_t now = qent__session_now(session);
    qent_error cause = QENT_ERROR_INIT;
    qent_node *node = NULL;
    st = qent__store_node_claim_usage(qent__session_store(session), now - COLLECT_EVERY_S, now,
                                      &node, err);
    if (st != QENT_OK)
      break;
    st = collect(session, node, &cause);
    if (st != QENT_OK && st != QENT_ESTORE && st != QENT_ECANCELED)
      qent__ctx_log(qent_session_ctx(session), QENT_LOG_WARN, "usage", "node=%s: %s: %s",
                    node->name, qent_status_name(st), cause.message);
    qent_node_free(node);
    if (st == QENT_ESTORE || st == QENT_ECANCELED)
      return qent_fail(err, st, "%s", cause.message);
    done++;
  }
  if (st == QENT_ENOTFOUND || done == max)
    st = QENT_OK;
  if (st == QENT_OK && done_out)
    *done_out = done;
  return st;
}

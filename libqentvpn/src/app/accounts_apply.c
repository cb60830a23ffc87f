/* SPDX-License-Identifier: MIT */
/* The loop that makes panels match what is wanted. */
#include "app/entitle.h"
#include "app/failure.h"
#include "app/links.h"
#include "app/notify.h"
#include "app/refused.h"
#include "app/tell_keys.h"
#include "app/tx.h"
#include "app/usage.h"
#include "domain/placement.h"
#include "gateway/gateway.h"
#include "util/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEASE_S 45
#define SILENT_NODE_S 30 /* a node that does not answer is asked once in so long */
#define ODD_ATTEMPTS 3   /* odd answers in a row that an admin should hear of */

/* One account on its way: as claimed, and what its panel answered. */
struct attempt {
  const qent_account *account;
  const qent_node *node;
  const qent_account_view *view;
  char *links; /* made of the view's; moves to the row */
  const qent_error *cause;
  bool forgotten; /* the row went away while the panel was asked */
};

/* What was used since the counters were read last still counts. */
static qent_status remove_account(qent_session *session, const qent_account *account,
                                  qent_gateway *gateway, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_status st = QENT_OK;

  if (account->links)
    st = qent__gateway_fetch_account(gateway, account->key, &view, err);
  if (st == QENT_OK && view.key)
    st = qent__usage_take(session, account->node_id, &view, err);
  qent_account_view_dispose(&view);
  if (st == QENT_OK || st == QENT_ENOTFOUND)
    st = qent__gateway_remove_account(gateway, account->key, err);
  return st;
}

static qent_status call_gateway(qent_session *session, const qent_account *account,
                                const qent_node *node, qent_account_view *view, qent_error *err)
{
  char note[64];
  qent_gateway *gateway = NULL;
  qent_account_spec spec = {
      .size = sizeof spec,
      .key = account->key,
      .enabled = account->wanted.enabled,
      .expires_at = account->wanted.expires_at,
      .traffic_limit_bytes = account->wanted.traffic_limit_bytes,
      .device_limit = account->wanted.device_limit,
      .uuid = account->uuid,
      .password = account->password,
      .note = note,
      .fresh = account->applied_rev == 0 && account->attempts == 0,
  };
  bool keys_known = account->applied_keys_rev == account->wanted.keys_rev ||
                    (account->applied_rev == 0 && account->wanted.keys_rev == 1);
  qent_status st = qent__session_gateway(session, node, &gateway, err);

  if (st != QENT_OK)
    return st;
  (void)snprintf(note, sizeof note, "QentVPN subscription %" PRId64, account->subscription_id);
  if (!account->wanted.present)
    return remove_account(session, account, gateway, err);
  if (keys_known)
    return qent__gateway_ensure_account(gateway, &spec, view, err);
  return qent__gateway_rotate_keys(gateway, &spec, view, err);
}

/* Keys that cannot be given to anybody are no success. */
static qent_status take_links(struct attempt *attempt, qent_error *err)
{
  const struct qent__wanted *wanted = &attempt->account->wanted;
  qent_status st = qent__links_join(attempt->view, attempt->node, &attempt->links, err);

  if (st == QENT_OK && !attempt->links && wanted->present && wanted->enabled)
    return qent_fail(err, QENT_EPROTO, "the panel gave no share link for the account");
  return st;
}

static void forget_failures(qent_account *account)
{
  account->lease_until = 0;
  account->attempts = 0;
  qent__free(account->last_error);
  account->last_error = NULL;
}

static qent_status confirm_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct attempt *attempt = arg;
  const qent_account *claimed = attempt->account;
  qent__store *store = qent__session_store(session);
  qent_account *account = NULL;
  qent_status st = qent__store_account_by_id(store, claimed->id, &account, err);

  attempt->forgotten = st == QENT_ENOTFOUND;
  if (attempt->forgotten)
    return QENT_OK;
  if (st != QENT_OK)
    return st;
  if (!claimed->wanted.present && !account->wanted.present) {
    st = qent__store_account_delete(store, account->id, err);
    goto out;
  }
  forget_failures(account);
  account->applied_rev = claimed->wanted_rev;
  account->next_attempt_at = qent__session_now(session);
  if (claimed->wanted.present) {
    qent__free(account->links);
    account->links = attempt->links;
    attempt->links = NULL;
    account->applied_keys_rev = claimed->wanted.keys_rev;
  }
  st = qent__store_account_save(store, account, err);
  if (st == QENT_OK && claimed->wanted.present && claimed->wanted.enabled && account->links)
    st = qent__tell_keys(session, account, claimed, err);
  if (st == QENT_OK)
    st = qent__let_leave(session, account, err);
out:
  qent_account_free(account);
  return st;
}

static qent_status alarm_about(qent_session *session, const struct attempt *attempt,
                               qent_error *err)
{
  char what[64];

  (void)snprintf(what, sizeof what, "panel_refused:%s",
                 attempt->node ? attempt->node->name : attempt->account->node_name);
  return qent__note_alarm(session, what, attempt->cause->message, err);
}

static bool worth_an_alarm(const qent_account *account, qent_status status)
{
  return status == QENT_EINVAL || status == QENT_EUNSUPPORTED ||
         (status == QENT_EPROTO && account->attempts >= ODD_ATTEMPTS);
}

/* When the lease ran out in the middle, somebody else has been at it, and what we did without
 * knowing may have come last: have it confirmed anew. */
static void doubt(qent_account *account, const qent_account *claimed)
{
  if (account->applied_rev <= claimed->applied_rev)
    return;
  account->applied_rev = claimed->applied_rev;
  account->applied_keys_rev = claimed->applied_keys_rev;
}

static bool is_silent(const struct attempt *attempt)
{
  return attempt->node && !attempt->node->reachable &&
         (attempt->cause->status == QENT_ETIMEOUT || attempt->cause->status == QENT_EUPSTREAM);
}

static qent_status fail_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct attempt *attempt = arg;
  qent__store *store = qent__session_store(session);
  qent_account *account = NULL;
  qent_status st = qent__store_account_by_id(store, attempt->account->id, &account, err);

  attempt->forgotten = st == QENT_ENOTFOUND;
  if (attempt->forgotten)
    return QENT_OK;
  if (st != QENT_OK)
    return st;
  account->lease_until = 0;
  doubt(account, attempt->account);
  if (attempt->cause->status != QENT_ECANCELED) {
    account->attempts++;
    account->next_attempt_at =
        qent__session_now(session) + qent__failure_pause_s(attempt->cause, account->attempts);
    st = qent__failure_keep(&account->last_error, attempt->cause, err);
  }
  if (st == QENT_OK)
    st = qent__store_account_save(store, account, err);
  if (st == QENT_OK && is_silent(attempt))
    st = qent__store_accounts_hold(store, account->node_id,
                                   qent__session_now(session) + SILENT_NODE_S, err);
  /* Another node may do what this one does not. */
  if (st == QENT_OK && qent__account_stuck(account))
    st = qent__place_anew(session, account->subscription_id, err);
  if (st == QENT_OK && attempt->cause->status == QENT_EAUTH)
    st = qent__node_refuse(session, account->node_id, attempt->cause, err);
  else if (st == QENT_OK && worth_an_alarm(account, attempt->cause->status))
    st = alarm_about(session, attempt, err);
  qent_account_free(account);
  return st;
}

/* Somebody removed it when our lease had run out, and our call may have made it anew after that. */
static void take_away(qent_session *session, const struct attempt *attempt)
{
  qent_error cause = QENT_ERROR_INIT;
  qent_gateway *gateway = NULL;
  qent_status st = qent__session_gateway(session, attempt->node, &gateway, &cause);

  if (st == QENT_OK)
    st = qent__gateway_remove_account(gateway, attempt->account->key, &cause);
  if (st != QENT_OK)
    qent__ctx_log(qent_session_ctx(session), QENT_LOG_ERROR, "accounts",
                  "node=%s orphan=%s is left on the panel: %s", attempt->node->name,
                  attempt->account->key, cause.message);
}

static qent_status apply(qent_session *session, const qent_account *account, qent_error *err)
{
  qent_account_view view = QENT_ACCOUNT_VIEW_INIT;
  qent_error cause = QENT_ERROR_INIT;
  qent_node *node = NULL;
  struct attempt attempt = {account, NULL, &view, NULL, &cause, false};
  qent_status st =
      qent__store_node_by_id(qent__session_store(session), account->node_id, &node, err);

  if (st != QENT_OK)
    return st;
  attempt.node = node;
  st = call_gateway(session, account, node, &view, &cause);
  if (st == QENT_OK)
    st = take_links(&attempt, &cause);
  /* After a power cut the panel is asked again, to the same end. */
  if (st == QENT_OK)
    st = qent__tx_relaxed(session, confirm_in_tx, &attempt, &cause);
  if (st != QENT_OK) {
    cause.status = st;
    qent__ctx_log(qent_session_ctx(session), QENT_LOG_WARN, "accounts",
                  "account=%" PRId64 " node=%s attempt=%d: %s: %s", account->id, node->name,
                  account->attempts + 1, qent_status_name(st), cause.message);
    st = qent__tx(session, fail_in_tx, &attempt, err);
  }
  if (attempt.forgotten && account->wanted.present)
    take_away(session, &attempt);
  qent__free(attempt.links);
  qent_account_view_dispose(&view);
  qent_node_free(node);
  return st;
}

/* One panel that hangs must not hold every worker: the others' buyers wait for one. */
static int32_t most_at_one_panel(qent_session *session)
{
  int64_t workers =
      qent_settings_get_int(qent_ctx_settings(qent_session_ctx(session)), "QENT_WORKERS");

  return workers > 1 ? (int32_t)workers - 1 : 1;
}

qent_status qent_accounts_apply(qent_session *session, int32_t max, int32_t *done_out,
                                qent_error *err)
{
  int32_t done = 0;
  qent_status st = QENT_OK;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "applying needs a session and a maximum");
  while (st == QENT_OK && done < max) {
    qent_account *account = NULL;
    int64_t now = qent__session_now(session);
    if (qent_ctx_stopping(qent_session_ctx(session)))
      return qent_fail(err, QENT_ECANCELED, "stopping");
    st = qent__store_account_claim(qent__session_store(session), now, now + LEASE_S,
                                   most_at_one_panel(session), &account, err);
    if (st != QENT_OK)
      break;
    st = apply(session, account, err);
    qent_account_free(account);
    done++;
  }
  if (st == QENT_ENOTFOUND)
    st = QENT_OK;
  if (st == QENT_OK && done_out)
    *done_out = done;
  return st;
}

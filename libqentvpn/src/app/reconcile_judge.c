/* SPDX-License-Identifier: MIT */
/* What an account on a panel should be, and what it is. */
#include "app/reconcile.h"
#include "util/text.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FRESH_S 120 /* an end so lately is still being carried to the panels */

static void say(struct qent__verdict *v, qent_drift kind, enum qent__repair repair,
                const char *detail)
{
  v->drift = true;
  v->kind = kind;
  v->repair = repair;
  (void)qent__copy_text(v->detail, sizeof v->detail, detail, strlen(detail));
}

static void format_end(int64_t at, char out[QENT__ISO8601_CAP])
{
  if (at == 0)
    (void)snprintf(out, QENT__ISO8601_CAP, "never");
  else
    qent__iso8601_format(at, out);
}

static void format_limit(int64_t bytes, char *out, size_t size)
{
  if (bytes == 0)
    (void)snprintf(out, size, "none");
  else
    (void)snprintf(out, size, "%" PRId64 " bytes", bytes);
}

/* Of what the panel can keep. */
static bool find_difference(const struct qent__wanted *wanted, const qent_account_view *view,
                            uint32_t lacks, char *text, size_t size)
{
  char is[QENT__ISO8601_CAP];
  char should[QENT__ISO8601_CAP];

  if (wanted->enabled != view->enabled) {
    (void)snprintf(text, size, "switched %s instead of %s", view->enabled ? "on" : "off",
                   wanted->enabled ? "on" : "off");
    return true;
  }
  if (view->expires_at != wanted->expires_at && !(lacks & QENT_GATEWAY_LACKS_EXPIRY)) {
    format_end(view->expires_at, is);
    format_end(wanted->expires_at, should);
    (void)snprintf(text, size, "expires %s instead of %s", is, should);
    return true;
  }
  if (view->traffic_limit_bytes != wanted->traffic_limit_bytes &&
      !(lacks & QENT_GATEWAY_LACKS_LIMIT)) {
    format_limit(view->traffic_limit_bytes, is, sizeof is);
    format_limit(wanted->traffic_limit_bytes, should, sizeof should);
    (void)snprintf(text, size, "traffic limit is %s instead of %s", is, should);
    return true;
  }
  return false;
}

static bool lets_in(const qent_account_view *view, int64_t now)
{
  return view->enabled && (view->expires_at == 0 || view->expires_at > now) &&
         (view->traffic_limit_bytes == 0 || view->used_bytes < view->traffic_limit_bytes);
}

/* Does the panel let in whom the subscription does not? */
static qent_status judge_access(const struct qent__judge *judge, const qent_account *account,
                                const qent_account_view *view, struct qent__verdict *v)
{
  int64_t now = qent__session_now(judge->session);
  qent_subscription *sub = NULL;
  qent_subscription_state state;
  qent_status st;

  if (!lets_in(view, now))
    return QENT_OK;
  st = qent__store_sub_by_id(qent__session_store(judge->session), 0, account->subscription_id, &sub,
                             judge->err);
  if (st != QENT_OK)
    return st;
  state = qent_subscription_get_state(sub, now);
  if (state != QENT_SUBSCRIPTION_ACTIVE &&
      !(state == QENT_SUBSCRIPTION_EXPIRED && now - sub->expires_at < FRESH_S)) {
    char text[96];
    (void)snprintf(text, sizeof text, "the panel lets it in, but the subscription is %s",
                   qent_subscription_state_name(state));
    say(v, QENT_DRIFT_ACCESS_UNPAID, QENT__REPAIR_ENTITLE, text);
  }
  qent_subscription_free(sub);
  return QENT_OK;
}

qent_status qent__judge_account(const struct qent__judge *judge, const qent_account *account,
                                const qent_account_view *view, struct qent__verdict *v)
{
  char text[160];
  qent_status st;

  *v = (struct qent__verdict){
      .account_id = account->id, .sub_id = account->subscription_id, .attempts = account->attempts};
  if (account->applied_rev < account->wanted_rev) {
    say(v, QENT_DRIFT_PENDING, QENT__REPAIR_NONE,
        account->last_error ? account->last_error : "not confirmed yet");
    return QENT_OK;
  }
  if (!view) {
    if (account->wanted.present)
      say(v, QENT_DRIFT_MISSING, QENT__REPAIR_CONFIRM, "not on the panel");
    return QENT_OK;
  }
  if (!account->wanted.present) {
    say(v, QENT_DRIFT_UNWANTED, QENT__REPAIR_CONFIRM, "should be gone");
    return QENT_OK;
  }
  st = judge_access(judge, account, view, v);
  if (st == QENT_OK && !v->drift &&
      find_difference(&account->wanted, view, judge->lacks, text, sizeof text))
    say(v, QENT_DRIFT_DIFFERS, QENT__REPAIR_CONFIRM, text);
  return st;
}

int64_t qent__key_subscription(const char *key)
{
  const char *tail = strchr(key, '_');
  int64_t id = 0;

  if (key[0] != 'q' || !tail || strlen(tail) != 9 ||
      !qent__parse_i64(key + 1, (size_t)(tail - key - 1), 1, INT64_MAX, &id))
    return 0;
  return id;
}

/* On the panel and unknown to the ledger: somebody else's, or a second record of ours. */
static qent_status judge_unknown(const struct qent__judge *judge, const char *key,
                                 const qent_account_view *view, struct qent__verdict *v)
{
  char text[128];
  char end[QENT__ISO8601_CAP];
  int64_t sub_id = qent__key_subscription(key);
  struct qent__accounts accounts = {NULL, 0};
  bool second = false;
  qent_status st = QENT_OK;

  if (sub_id)
    st = qent__store_accounts_of_sub(qent__session_store(judge->session), sub_id, &accounts,
                                     judge->err);
  for (size_t i = 0; i < accounts.count; i++)
    second = second || accounts.items[i]->node_id == judge->node_id;
  qent__accounts_dispose(&accounts);
  if (st != QENT_OK)
    return st;
  format_end(view->expires_at, end);
  (void)snprintf(text, sizeof text, "%sswitched %s, expires %s; left alone",
                 second ? "beside its subscription's own: " : "", view->enabled ? "on" : "off",
                 end);
  v->sub_id = second ? sub_id : 0;
  say(v, second ? QENT_DRIFT_DUPLICATE : QENT_DRIFT_ORPHAN, QENT__REPAIR_NONE, text);
  return QENT_OK;
}

qent_status qent__judge_key(const struct qent__judge *judge, const char *key,
                            const qent_account_view *view, struct qent__verdict *v)
{
  qent_account *account = NULL;
  qent_status st = qent__store_account_by_key(qent__session_store(judge->session), judge->node_id,
                                              key, &account, judge->err);

  *v = (struct qent__verdict){.drift = false};
  if (st == QENT_ENOTFOUND)
    return view ? judge_unknown(judge, key, view, v) : QENT_OK;
  if (st == QENT_OK)
    st = qent__judge_account(judge, account, view, v);
  qent_account_free(account);
  return st;
}

/* SPDX-License-Identifier: MIT */
/* Compares the payment providers, the ledger and the panels. */
#include "app/reconcile.h"
#include "app/seats.h"

#include <stdio.h>

#define DAY_S 86400
#define DAYS_MAX 366
#define FRESH_S 120 /* what became due so lately has not been tried for good reason */
#define STUCK_ATTEMPTS 3

const char *qent_drift_name(qent_drift drift)
{
  static const char *const names[] = {
      "missing",        "differs",   "unwanted",      "orphan",    "pending",     "paid_unsettled",
      "settled_unpaid", "no_access", "access_unpaid", "duplicate", "not_compared"};

  return (size_t)drift < sizeof names / sizeof names[0] ? names[drift] : "unknown";
}

bool qent_drift_matters(const qent_drift_item *item)
{
  if (item->kind == QENT_DRIFT_PENDING)
    return item->attempts >= STUCK_ATTEMPTS;
  return item->kind != QENT_DRIFT_NOT_COMPARED;
}

/* Whole subscriptions ------------------------------------------------------------------------- */

static qent_status report_no_access(struct qent__reconcile *run, const struct qent__odd_sub *odd,
                                    qent_error *err)
{
  qent_drift_item item = {.kind = QENT_DRIFT_NO_ACCESS,
                          .where = "",
                          .key = "",
                          .subscription_id = odd->id,
                          .detail = "active, but no panel has confirmed an account for it"};

  return qent__reconcile_report(run, &item, QENT__REPAIR_ENTITLE, err);
}

static qent_status report_crowded(struct qent__reconcile *run, const struct qent__odd_sub *odd,
                                  qent_error *err)
{
  char detail[QENT__DRIFT_DETAIL_SIZE];
  qent_drift_item item = {.kind = QENT_DRIFT_DUPLICATE,
                          .where = "",
                          .key = "",
                          .subscription_id = odd->id,
                          .detail = detail};

  (void)snprintf(detail, sizeof detail, "served by %d nodes instead of %d", (int)odd->accounts,
                 (int)odd->replicas);
  return qent__reconcile_report(run, &item, QENT__REPAIR_ENTITLE, err);
}

static qent_status read_odd(struct qent__reconcile *run, bool crowded, int64_t after,
                            struct qent__odd_subs *odd, qent_error *err)
{
  qent__store *store = qent__session_store(run->session);
  int64_t now = qent__session_now(run->session);

  return crowded ? qent__store_subs_crowded(store, now, after, odd, err)
                 : qent__store_subs_without_access(store, now, now - FRESH_S, after, odd, err);
}

static qent_status each_odd(struct qent__reconcile *run, bool crowded, qent_error *err)
{
  struct qent__odd_subs odd = {.count = QENT__ODD_SUBS_MAX};
  int64_t after = 0;
  qent_status st = QENT_OK;

  while (st == QENT_OK && odd.count == QENT__ODD_SUBS_MAX && !run->stopped) {
    st = read_odd(run, crowded, after, &odd, err);
    for (size_t i = 0; st == QENT_OK && i < odd.count && !run->stopped; i++) {
      after = odd.items[i].id;
      st = crowded ? report_crowded(run, &odd.items[i], err)
                   : report_no_access(run, &odd.items[i], err);
    }
  }
  return st;
}

/* Where both nodes go on when one comes back, more than was sold is on purpose. */
qent_status qent__reconcile_subs(struct qent__reconcile *run, qent_error *err)
{
  bool on_purpose = qent__return_policy(run->session) == QENT__RETURN_KEEP;
  qent_status st = each_odd(run, false, err);

  return st == QENT_OK && !on_purpose ? each_odd(run, true, err) : st;
}

/* The run ------------------------------------------------------------------------------------- */

/* The first failure of a node or a provider is kept for the end. */
struct failures {
  qent_status first;
  qent_error *err;
};

static bool ends_all(qent_status st)
{
  return st == QENT_ECANCELED || st == QENT_ESTORE || st == QENT_ENOMEM;
}

/* @return what ends the whole run; another failure is told as "not compared". */
static qent_status tell_failure(struct qent__reconcile *run, const char *where, qent_status st,
                                const qent_error *cause, struct failures *failures)
{
  qent_drift_item item = {
      .kind = QENT_DRIFT_NOT_COMPARED, .where = where, .key = "", .detail = cause->message};

  if (st == QENT_OK)
    return QENT_OK;
  if (failures->first == QENT_OK || ends_all(st)) {
    failures->first = st;
    if (failures->err)
      *failures->err = *cause;
  }
  if (ends_all(st))
    return st;
  return qent__reconcile_report(run, &item, QENT__REPAIR_NONE, failures->err);
}

static qent_status each_provider(struct qent__reconcile *run, int32_t days,
                                 struct failures *failures)
{
  const qent_ctx *ctx = qent_session_ctx(run->session);
  int64_t from = qent__session_now(run->session) - (int64_t)days * DAY_S;
  qent_status st = QENT_OK;
  const char *name;

  for (size_t i = 0; st == QENT_OK && days > 0 && !run->stopped &&
                     (name = qent_ctx_payment_provider_name(ctx, i)) != NULL;
       i++) {
    qent_error cause = QENT_ERROR_INIT;
    st = qent__reconcile_provider(run, name, from > 0 ? from : 0, &cause);
    st = tell_failure(run, name, st, &cause, failures);
  }
  return st;
}

static qent_status each_node(struct qent__reconcile *run, struct failures *failures)
{
  struct qent__nodes nodes = {NULL, 0};
  qent_status st = qent__store_nodes(qent__session_store(run->session), &nodes, failures->err);

  for (size_t i = 0; st == QENT_OK && i < nodes.count && !run->stopped; i++) {
    qent_error cause = QENT_ERROR_INIT;
    st = qent__reconcile_node(run, nodes.items[i], &cause);
    st = tell_failure(run, nodes.items[i]->name, st, &cause, failures);
  }
  qent__nodes_dispose(&nodes);
  return st;
}

qent_status qent_reconcile(qent_session *session, const qent_reconcile_options *options,
                           qent_drift_fn fn, void *user, qent_error *err)
{
  struct qent__reconcile run = {.session = session, .fn = fn, .user = user};
  struct failures failures = {QENT_OK, err};
  qent_status st;

  if (!session || !options || options->size < sizeof *options || !fn)
    return qent_fail(err, QENT_EINVAL, "reconciling needs a session, options and a callback");
  if (options->payment_days < 0 || options->payment_days > DAYS_MAX)
    return qent_fail(err, QENT_EINVAL, "payments are compared over 0..%d days", DAYS_MAX);
  run.fix = options->fix;
  st = each_provider(&run, options->payment_days, &failures);
  if (st == QENT_OK && !run.stopped)
    st = each_node(&run, &failures);
  if (st == QENT_OK && !run.stopped)
    st = qent__reconcile_subs(&run, err);
  return st == QENT_OK ? failures.first : st;
}

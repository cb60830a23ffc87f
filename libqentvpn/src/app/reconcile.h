/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_RECONCILE_H
#define QENT_APP_RECONCILE_H

/* Comparing provider, ledger and panels; shared by app/reconcile*.c and app/import.c only. */

#include "app/context.h"

/* One run. */
struct qent__reconcile {
  qent_session *session;
  bool fix;
  qent_drift_fn fn;
  void *user;
  bool stopped; /* the callback has seen enough */
};

/* How a difference is put right; always through what is wanted, never at the panel. */
enum qent__repair {
  QENT__REPAIR_NONE,
  QENT__REPAIR_CONFIRM, /* have the account's wanted state confirmed anew */
  QENT__REPAIR_ENTITLE, /* bring the subscription's accounts up to its facts, and confirm them */
  QENT__REPAIR_ASK      /* have the payment looked at by qent_payments_poll() */
};

#define QENT__DRIFT_DETAIL_SIZE 256

/* Queue the repair when the run shall, then report. `item` is completed in place. */
qent_status qent__reconcile_report(struct qent__reconcile *run, qent_drift_item *item,
                                   enum qent__repair repair, qent_error *err);

/* What there is to say about one account on a panel. */
struct qent__verdict {
  bool drift;
  qent_drift kind;
  enum qent__repair repair;
  int64_t account_id; /* 0: the ledger knows none */
  int64_t sub_id;
  int32_t attempts;
  char detail[QENT__DRIFT_DETAIL_SIZE];
};

struct qent__judge {
  qent_session *session;
  int64_t node_id;
  uint32_t lacks; /* the gateway's */
  qent_error *err;
};

/* @param view  NULL: it is not on the panel. @return QENT_ESTORE, QENT_ENOMEM. */
qent_status qent__judge_account(const struct qent__judge *judge, const qent_account *account,
                                const qent_account_view *view, struct qent__verdict *verdict);
/* The same by its name, as the ledger has it now. */
qent_status qent__judge_key(const struct qent__judge *judge, const char *key,
                            const qent_account_view *view, struct qent__verdict *verdict);
/* The subscription in a name that QentVPN gave, "q<subscription>_<8 characters>"; else 0. */
int64_t qent__key_subscription(const char *key);

/* Ids with a place each, found again by binary search. */
struct qent__sighting {
  int64_t id;
  int64_t place;
};
struct qent__sightings {
  struct qent__sighting *items;
  size_t count, room;
};
qent_status qent__sightings_add(struct qent__sightings *seen, int64_t id, int64_t place,
                                qent_error *err);
void qent__sightings_sort(struct qent__sightings *seen);                  /* by id, then place */
bool qent__sightings_has(const struct qent__sightings *seen, int64_t id); /* sorted */
void qent__sightings_dispose(struct qent__sightings *seen);

/* All payments of one provider made at `from` or later. */
qent_status qent__reconcile_provider(struct qent__reconcile *run, const char *provider,
                                     int64_t from, qent_error *err);
/* All accounts of a node that can be asked. */
qent_status qent__reconcile_node(struct qent__reconcile *run, const qent_node *node,
                                 qent_error *err);
/* What only shows at a subscription as a whole. Database only. */
qent_status qent__reconcile_subs(struct qent__reconcile *run, qent_error *err);

/* May its panel be called for an admin? QENT_ECONFLICT: it is disabled, or refused us before. */
qent_status qent__node_callable(const qent_node *node, qent_error *err);

#endif

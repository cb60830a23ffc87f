/* SPDX-License-Identifier: MIT */
/* What a refund does to the order's side. */
#include "app/entitle.h"
#include "app/notify.h"
#include "app/settle.h"
#include "util/text.h"

#include <inttypes.h>
#include <string.h>

/* The order changed what the subscription is: it goes back to what is still paid for, unless
 * something else has come since. */
static qent_status go_back(qent_session *session, const qent_order *order, qent_subscription *sub,
                           qent_error *err)
{
  int32_t replicas = sub->replicas;
  qent_order *before = NULL;
  qent_status st;

  if (sub->plan_id != order->plan_id)
    return QENT_OK;
  st = qent__store_order_newest_paid(qent__session_store(session), sub->user_id, sub->id, &before,
                                     err);
  if (st != QENT_OK)
    return st == QENT_ENOTFOUND ? QENT_OK : st;
  qent__sub_go_back(sub, &order->terms, &before->terms);
  sub->plan_id = before->plan_id;
  (void)qent__copy_text(sub->plan_code, sizeof sub->plan_code, before->plan_code,
                        strlen(before->plan_code));
  qent_order_free(before);
  return sub->replicas < replicas ? qent__thin_out(session, sub, err) : QENT_OK;
}

static qent_status take_period_back(qent_session *session, const qent_order *order,
                                    qent_subscription *sub, qent_error *err)
{
  qent_status st = qent__cancel_reminders(session, sub->id, sub->expires_at, err);

  if (st == QENT_OK)
    st = qent__note_cancel(session, err, "payment_wait:%" PRId64, sub->id);
  if (st != QENT_OK)
    return st;
  qent__sub_take_back(sub, &order->terms, qent__session_now(session));
  st = go_back(session, order, sub, err);
  if (st == QENT_OK)
    st = qent__entitle(session, sub, err);
  return st == QENT_OK ? qent__store_sub_save(qent__session_store(session), sub, err) : st;
}

qent_status qent__take_back(qent_session *session, qent_order *order, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  qent_status st;

  order->state = QENT_ORDER_REFUNDED;
  st = qent__store_order_save(store, order, err);
  if (st == QENT_OK)
    st = qent__store_sub_by_id(store, 0, order->subscription_id, &sub, err);
  if (st == QENT_OK)
    st = take_period_back(session, order, sub, err);
  qent_subscription_free(sub);
  return st;
}

qent_status qent__tell_refund(qent_session *session, const qent_order *order,
                              const qent_payment *payment, int64_t minor, qent_error *err)
{
  struct qent__note note;

  qent__note_begin(&note, QENT_NOTICE_REFUNDED, order->user_id, "refunded:%" PRId64 ":%" PRId64,
                   payment->id, payment->refunded_minor);
  qent__note_int(&note, "order", order->id);
  qent__note_int(&note, "amount_minor", minor);
  qent__note_text(&note, "currency", payment->amount.currency);
  return qent__note_queue(session, &note, 0, err);
}

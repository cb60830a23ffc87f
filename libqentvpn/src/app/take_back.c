/* SPDX-License-Identifier: MIT */
/* What a refund does to the order's side. */
#include "app/entitle.h"
#include "app/notify.h"
#include "app/settle.h"

#include <inttypes.h>

qent_status qent__take_back(qent_session *session, qent_order *order, qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_subscription *sub = NULL;
  int64_t old_end;
  qent_status st = qent__store_sub_by_id(store, 0, order->subscription_id, &sub, err);

  if (st != QENT_OK)
    return st;
  old_end = sub->expires_at;
  qent__sub_take_back(sub, &order->terms, qent__session_now(session));
  st = qent__cancel_reminders(session, sub->id, old_end, err);
  if (st == QENT_OK)
    st = qent__note_cancel(session, err, "payment_wait:%" PRId64, sub->id);
  if (st == QENT_OK)
    st = qent__entitle(session, sub, err);
  if (st == QENT_OK)
    st = qent__store_sub_save(store, sub, err);
  qent_subscription_free(sub);
  order->state = QENT_ORDER_REFUNDED;
  if (st == QENT_OK)
    st = qent__store_order_save(store, order, err);
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

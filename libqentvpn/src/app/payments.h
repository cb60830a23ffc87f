/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_PAYMENTS_H
#define QENT_APP_PAYMENTS_H

#include "app/context.h"

/* Inside a transaction: a payment for the order, with its key and exact request stored, so that
 * every later call to the provider is a repeat of the same one. */
qent_status qent__payment_start(qent_session *session, const qent_order *order, qent_error *err);

/* Send the stored request of a payment in state creating, and take the answer in. The network comes
 * between the transactions. When the provider refuses the request for good, the payment is canceled
 * and the order can be tried again. */
qent_status qent__payment_create(qent_session *session, const qent_payment *payment,
                                 int64_t timeout_ms, qent_error *err);

/* Carry a refund that was begun (refund_key stored) to its end. */
qent_status qent__payment_continue_refund(qent_session *session, const qent_payment *payment,
                                          qent_error *err);

/* The row of a payment the provider knows: by its id, or, when the answer to our create call never
 * reached us, by the order in our own metadata. QENT_ENOTFOUND. */
qent_status qent__payment_find(qent_session *session, const char *provider,
                               const qent_provider_payment *seen, qent_payment **payment_out,
                               qent_error *err);

/* Store the failure of a poll: last error, attempts, when to ask again. */
qent_status qent__payment_poll_failed(qent_session *session, int64_t payment_id,
                                      const qent_error *cause, qent_error *err);

#endif

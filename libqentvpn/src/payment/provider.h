/* SPDX-License-Identifier: MIT */
#ifndef QENT_PAYMENT_PROVIDER_H
#define QENT_PAYMENT_PROVIDER_H

/* The payment provider port: checks arguments, slot and size once, then calls the adapter. Statuses
 * are those of <qentvpn/ext/payment_provider.h>; QENT_EUNSUPPORTED when the adapter lacks the verb.
 */

#include <qentvpn/ext/payment_provider.h>

/* Is it fit to be registered? @return QENT_EINVAL saying what is missing. */
qent_status qent__provider_factory_check(const qent_payment_provider_factory *factory,
                                         qent_error *err);

qent_status qent__provider_open(const qent_payment_provider_factory *factory,
                                const qent_provider_config *config,
                                qent_payment_provider **provider_out, qent_error *err);
void qent__provider_destroy(qent_payment_provider *p); /* NULL is allowed. */

qent_status qent__provider_render_request(qent_payment_provider *p,
                                          const qent_provider_request *request, qent_buf *body_out,
                                          qent_error *err);
/* @param timeout_ms  1 .. 120000 for the whole call. */
qent_status qent__provider_create(qent_payment_provider *p, const char *idempotency_key,
                                  const char *body, int64_t timeout_ms,
                                  qent_provider_payment *payment_out, qent_error *err);
/* An answer about another payment is QENT_EPROTO. */
qent_status qent__provider_fetch(qent_payment_provider *p, const char *external_id,
                                 qent_provider_payment *payment_out, qent_error *err);
qent_status qent__provider_refund(qent_payment_provider *p, const char *idempotency_key,
                                  const char *external_id, const qent_money *amount,
                                  const char *reason, qent_error *err);
qent_status qent__provider_check(qent_payment_provider *p, char *detail_out, size_t size,
                                 qent_error *err);
/* One page; each payment is checked before `fn` gets it. @param created_from  UNIX s, >= 0.
 * @param next_out  QENT_PROVIDER_CURSOR_SIZE bytes; "" after the last page; never `cursor` again.
 */
qent_status qent__provider_list_payments(qent_payment_provider *p, int64_t created_from,
                                         const char *cursor, qent_provider_payment_fn fn,
                                         void *user, char *next_out, qent_error *err);

qent_status qent__provider_parse_webhook(const qent_payment_provider_factory *factory,
                                         const char *body, size_t len, char *id_out, size_t size,
                                         qent_error *err);
/* Does `address` (IPv4 or IPv6 text) lie in the networks the provider names? True when it names
 * none. */
bool qent__provider_source_known(const qent_payment_provider_factory *factory, const char *address);

#endif

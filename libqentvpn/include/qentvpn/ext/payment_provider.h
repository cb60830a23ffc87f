/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_EXT_PAYMENT_PROVIDER_H
#define QENTVPN_EXT_PAYMENT_PROVIDER_H

/** @file
 *  The payment provider port: what an adapter for a payment service implements. May change in a
 * minor release. One provider object serves one session and so one thread at a time. */

#include <qentvpn/error.h>
#include <qentvpn/ext/buf.h>
#include <qentvpn/ext/http.h>
#include <qentvpn/money.h>
#include <qentvpn/settings.h>

QENT_BEGIN_DECLS

typedef struct qent_payment_provider qent_payment_provider;

/** What a provider is opened with. All borrowed until destroy(). */
typedef struct qent_provider_config {
  size_t size; /**< sizeof(qent_provider_config) in the library's build. */
  const qent_settings *settings;
  qent_http *http; /**< The session's. */
} qent_provider_config;

/** What the buyer shall pay. Borrowed during the call. */
typedef struct qent_provider_request {
  size_t size;
  int64_t order_id;
  int64_t payment_id;
  int64_t user_id;
  qent_money amount;
  const char *description; /**< Shown to the payer, UTF-8. */
  const char *return_url;
  const char *email; /**< For the receipt; NULL: none. */
} qent_provider_request;

typedef enum qent_provider_state {
  QENT_PROVIDER_PENDING = 0,
  QENT_PROVIDER_SUCCEEDED = 1, /**< Final: the money is there. */
  QENT_PROVIDER_CANCELED = 2   /**< Final: no money. */
} qent_provider_state;

/** A payment as the provider shows it. */
typedef struct qent_provider_payment {
  size_t size;
  char external_id[65];
  qent_provider_state state;
  qent_money amount;
  qent_money refunded;         /**< Part that went back; currency as in amount. */
  int64_t order_id;            /**< From our own metadata; 0: none. */
  bool foreign_account;        /**< It went to a shop that is not ours. */
  bool wrong_mode;             /**< A test payment in a live shop, or the reverse. */
  char reason[64];             /**< Why canceled; "" otherwise. */
  char confirmation_url[1024]; /**< Pay link; "" when there is none (any more). */
  int64_t paid_at;             /**< When the money came, UNIX s; 0: not told. */
} qent_provider_payment;
#define QENT_PROVIDER_PAYMENT_INIT                                                                 \
  {                                                                                                \
    .size = sizeof(qent_provider_payment)                                                          \
  }

/** Receives one payment of a page; borrowed during the call. Return a failure to stop. It must not
 *  call the provider. */
typedef qent_status (*qent_provider_payment_fn)(const qent_provider_payment *payment, void *user);

/** Room for what list_payments() gives to go on with. */
#define QENT_PROVIDER_CURSOR_SIZE 257

/** The verbs. Only the port's functions call these. Network verbs return QENT_EAUTH, QENT_EINVAL
 *  (refused for good), QENT_ETIMEOUT (may have been done), QENT_EUPSTREAM, QENT_EPROTO,
 *  QENT_ENOTFOUND. @thread the provider's session, for all */
typedef struct qent_payment_provider_ops {
  size_t size; /**< sizeof(qent_payment_provider_ops) in the adapter's build. */
  /** Required. Write the exact bytes of the create request, which the library stores before the
   * first call and sends unchanged in every repeat. No network. */
  qent_status (*render_request)(qent_payment_provider *p, const qent_provider_request *request,
                                qent_buf *body_out, qent_error *err);
  /** Required. Send a rendered request. The same key and body twice is one payment. */
  qent_status (*create)(qent_payment_provider *p, const char *idempotency_key, const char *body,
                        int64_t timeout_ms, qent_provider_payment *payment_out, qent_error *err);
  /** Required. */
  qent_status (*fetch)(qent_payment_provider *p, const char *external_id,
                       qent_provider_payment *payment_out, qent_error *err);
  /** Optional. Give `amount` of the payment back. The same key twice is one refund. */
  qent_status (*refund)(qent_payment_provider *p, const char *idempotency_key,
                        const char *external_id, const qent_money *amount, const char *reason,
                        qent_error *err);
  /** Optional. A harmless call that proves the credentials; one line for people. */
  qent_status (*check)(qent_payment_provider *p, char *detail_out, size_t size, qent_error *err);
  /** Required, never fails. */
  void (*destroy)(qent_payment_provider *p);
  /** Optional. One page of all payments made at `created_from` (UNIX s) or later, whatever became
   * of them. @param cursor  "" for the first page, else what the page before gave.
   *  @param next_out  QENT_PROVIDER_CURSOR_SIZE bytes; "" when this was the last page. */
  qent_status (*list_payments)(qent_payment_provider *p, int64_t created_from, const char *cursor,
                               qent_provider_payment_fn fn, void *user, char *next_out,
                               qent_error *err);
} qent_payment_provider_ops;

/** First member of every adapter's own struct. */
struct qent_payment_provider {
  const qent_payment_provider_ops *ops;
  const char *name; /**< The factory's. */
};

/** Makes providers of one kind. */
typedef struct qent_payment_provider_factory {
  size_t size;          /**< sizeof(qent_payment_provider_factory) in the adapter's build. */
  const char *name;     /**< "yookassa"; also the method's name in the API. */
  const char *currency; /**< What it takes when the caller names none: "RUB". */
  /** QENT_EUNSUPPORTED when the settings do not set it up. No network. */
  qent_status (*open)(const qent_provider_config *config, qent_payment_provider **provider_out,
                      qent_error *err);
  /** Take the payment's id from a webhook's body: nothing else in it is believed. No network, no
   *  provider object. @param id_out  at least 65 bytes. @return QENT_EINVAL. @thread any */
  qent_status (*parse_webhook)(const char *body, size_t len, char *id_out, size_t size,
                               qent_error *err);
  /** Networks webhooks come from, "185.71.76.0/27", NULL-terminated; NULL: not told. */
  const char *const *webhook_networks;
} qent_payment_provider_factory;

QENT_END_DECLS
#endif

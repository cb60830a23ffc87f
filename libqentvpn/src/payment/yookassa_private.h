/* SPDX-License-Identifier: MIT */
#ifndef QENT_PAYMENT_YOOKASSA_PRIVATE_H
#define QENT_PAYMENT_YOOKASSA_PRIVATE_H

/* Shared by payment/yookassa*.c only. */

#include "payment/yookassa.h"
#include "util/json.h"

#define QENT__YK_ID_LEN 36
#define QENT__YK_REPLY_MAX_BYTES 1048576 /* a page of 100 payments is about 250 kB */
#define QENT__YK_WEBHOOK_MAX_BYTES 65536

typedef struct qent__yookassa {
  qent_payment_provider base;
  const qent_settings *settings; /* borrowed */
  qent_http *http;               /* borrowed */
  char *api_url;                 /* owned, without a final slash */
  const char *shop_id;           /* borrowed from `settings`, as is the key */
  const char *secret_key;
  bool test_shop;
} qent__yookassa;

/* 36 characters of hex digits and "-". */
bool qent__yk_id_valid(const char *id);

/* Bodies. */
qent_status qent__yk_render_payment(qent_payment_provider *p, const qent_provider_request *request,
                                    qent_buf *body_out, qent_error *err);
qent_status qent__yk_render_refund(const qent__yookassa *yk, const char *payment_id,
                                   const qent_money *amount, const char *reason, qent_buf *body_out,
                                   qent_error *err);

/* Answers. `acted` tells that a request which changes something was sent, so that a server's
 * failure leaves the outcome open. QENT_OK only for HTTP 200. */
qent_status qent__yk_check_status(const qent_http_response *resp, bool acted, qent_error *err);
qent_status qent__yk_read_payment(const qent__yookassa *yk, const cJSON *tree,
                                  qent_provider_payment *out, qent_error *err);
/* A page of payments; `next_out` has QENT_PROVIDER_CURSOR_SIZE bytes. */
qent_status qent__yk_read_payments(const qent__yookassa *yk, const cJSON *tree,
                                   qent_provider_payment_fn fn, void *user, char *next_out,
                                   qent_error *err);
qent_status qent__yk_read_refund(const cJSON *tree, const char *payment_id, qent_error *err);
qent_status qent__yk_read_shop(const qent__yookassa *yk, const cJSON *tree, char *detail_out,
                               size_t size, qent_error *err);

/* The factory's. */
qent_status qent__yk_parse_webhook(const char *body, size_t len, char *id_out, size_t size,
                                   qent_error *err);

#endif

/* SPDX-License-Identifier: MIT */
/* What YooKassa is sent. The same input gives the same bytes: the library stores them, and YooKassa
 * refuses an idempotence key that comes with another body. */
#include "payment/yookassa_private.h"

#include "util/text.h"

#include <qentvpn/ext/json.h>
#include <string.h>

#define MAX_DESCRIPTION_CHARS 128
#define MAX_REFUND_DESCRIPTION_CHARS 250
#define MAX_RETURN_URL_BYTES 2048

/* Bytes of the first `max` characters; a byte that is no UTF-8 counts as one. */
static size_t prefix_len(const char *text, size_t max)
{
  size_t len = strlen(text);
  size_t at = 0;

  for (size_t chars = 0; chars < max && at < len; chars++) {
    size_t step = qent__utf8_next(text + at, len - at, NULL);

    at += step > 0 ? step : 1;
  }
  return at;
}

static void put_text(qent_json_writer *w, const char *key, const char *text, size_t max_chars)
{
  qent_jw_key(w, key);
  qent_jw_strn(w, text, prefix_len(text, max_chars));
}

/* "amount":{"value":"199.00","currency":"RUB"}; a string with exactly two digits. */
static qent_status put_amount(qent_json_writer *w, const qent_money *amount, qent_error *err)
{
  char value[32];
  qent_status st;

  if (amount->minor <= 0 || qent_money_exponent(amount->currency) != 2)
    return qent_fail(err, QENT_EINVAL, "YooKassa takes positive amounts in money, such as RUB");
  st = qent_money_format(amount, value, sizeof value, err);
  if (st != QENT_OK)
    return st;
  qent_jw_kobject(w, "amount");
  qent_jw_kstr(w, "value", value);
  qent_jw_kstr(w, "currency", amount->currency);
  qent_jw_end_object(w);
  return QENT_OK;
}

static void put_number_text(qent_json_writer *w, const char *key, int64_t number)
{
  char text[24];
  qent_buf buf;

  qent_buf_init(&buf, sizeof text - 1);
  qent_buf_add_i64(&buf, number);
  if (qent_buf_status(&buf, NULL) == QENT_OK)
    qent_jw_kstr(w, key, buf.data);
  else
    qent_buf_fail(w->buf, QENT_ENOMEM);
  qent_buf_dispose(&buf);
}

/* 54-FZ: one item over the whole amount. Shape in reference "Receipt": customer.email, items[].
 * {description <= 128, quantity, amount of one unit, vat_code, payment_subject, payment_mode}. */
static qent_status put_receipt(const qent__yookassa *yk, qent_json_writer *w,
                               const qent_money *amount, const char *description, const char *email,
                               qent_error *err)
{
  int64_t vat_code = qent_settings_get_int(yk->settings, "QENT_RECEIPT_VAT_CODE");
  qent_status st;

  if (vat_code <= 0)
    return QENT_OK;
  if (!email || !*email)
    email = qent_settings_get(yk->settings, "QENT_RECEIPT_EMAIL");
  if (!email)
    return qent_fail(err, QENT_EINVAL, "a receipt needs an e-mail address");
  qent_jw_kobject(w, "receipt");
  qent_jw_kobject(w, "customer");
  qent_jw_kstr(w, "email", email);
  qent_jw_end_object(w);
  qent_jw_karray(w, "items");
  qent_jw_object(w);
  put_text(w, "description", description, MAX_DESCRIPTION_CHARS);
  qent_jw_kstr(w, "quantity", "1.00");
  st = put_amount(w, amount, err);
  qent_jw_ki64(w, "vat_code", vat_code);
  qent_jw_kstr(w, "payment_subject", "service");
  qent_jw_kstr(w, "payment_mode", "full_payment");
  qent_jw_end_object(w);
  qent_jw_end_array(w);
  qent_jw_end_object(w);
  return st;
}

/* POST /payments
 * Shape:  {"amount":{"value":"199.00","currency":"RUB"},"capture":true,"confirmation":{"type":
 *         "redirect","return_url":url},"description":str,"metadata":{str:str},"merchant_customer_id":
 *         str,"receipt":{...}}
 * Units:  amount.value is major units as a string with two decimals; description counts characters.
 * Source: YooKassa OpenAPI of 2026-05; see docs/adapters/yookassa.md. */
qent_status qent__yk_render_payment(qent_payment_provider *p, const qent_provider_request *request,
                                    qent_buf *body_out, qent_error *err)
{
  const qent__yookassa *yk = (const qent__yookassa *)p;
  qent_json_writer w;
  qent_status st;

  if (!request->return_url || strlen(request->return_url) > MAX_RETURN_URL_BYTES)
    return qent_fail(err, QENT_EINVAL, "YooKassa needs a return URL of at most 2048 bytes");
  qent_jw_init(&w, body_out);
  qent_jw_object(&w);
  st = put_amount(&w, &request->amount, err);
  if (st != QENT_OK)
    return st;
  qent_jw_kbool(&w, "capture", true);
  qent_jw_kobject(&w, "confirmation");
  qent_jw_kstr(&w, "type", "redirect");
  qent_jw_kstr(&w, "return_url", request->return_url);
  qent_jw_end_object(&w);
  put_text(&w, "description", request->description, MAX_DESCRIPTION_CHARS);
  qent_jw_kobject(&w, "metadata");
  put_number_text(&w, "order_id", request->order_id);
  put_number_text(&w, "payment_id", request->payment_id);
  put_number_text(&w, "user_id", request->user_id);
  qent_jw_end_object(&w);
  put_number_text(&w, "merchant_customer_id", request->user_id);
  st = put_receipt(yk, &w, &request->amount, request->description, request->email, err);
  if (st != QENT_OK)
    return st;
  qent_jw_end_object(&w);
  return qent_jw_finish(&w, err);
}

/* POST /refunds: {"payment_id":id,"amount":{...},"description":str <= 250,"receipt":{...}} */
qent_status qent__yk_render_refund(const qent__yookassa *yk, const char *payment_id,
                                   const qent_money *amount, const char *reason, qent_buf *body_out,
                                   qent_error *err)
{
  const char *shop = qent_settings_get(yk->settings, "QENT_SHOP_NAME");
  qent_json_writer w;
  qent_status st;

  qent_jw_init(&w, body_out);
  qent_jw_object(&w);
  qent_jw_kstr(&w, "payment_id", payment_id);
  st = put_amount(&w, amount, err);
  if (st != QENT_OK)
    return st;
  if (reason && *reason)
    put_text(&w, "description", reason, MAX_REFUND_DESCRIPTION_CHARS);
  st = put_receipt(yk, &w, amount, shop ? shop : "VPN", NULL, err);
  if (st != QENT_OK)
    return st;
  qent_jw_end_object(&w);
  return qent_jw_finish(&w, err);
}

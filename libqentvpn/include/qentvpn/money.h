/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_MONEY_H
#define QENTVPN_MONEY_H

/** @file
 *  Money: whole minor units (kopecks, cents, stars) and an ISO 4217 code. Never a float. */

#include <qentvpn/error.h>

QENT_BEGIN_DECLS

/** An amount. Frozen: this struct never changes. */
typedef struct qent_money {
  int64_t minor;    /**< Minor units of `currency`. */
  char currency[4]; /**< Three capital letters and NUL; "XTR" is Telegram Stars. */
} qent_money;

/** Digits behind the point in `currency`: 0 for XTR and JPY-like codes, else 2. */
QENT_API int qent_money_exponent(const char *currency);

/** Read a decimal such as "199", "199.5" or "199.00" as an amount in `currency`.
 *  @return QENT_OK; QENT_EINVAL for anything else: signs, spaces, more digits than the currency
 *  has, unknown form of currency, overflow. @thread any */
QENT_API qent_status qent_money_parse(const char *text, const char *currency, qent_money *money_out,
                                      qent_error *err) QENT_NODISCARD;

/** Write as a plain decimal with the currency's digits and no currency, such as "199.00".
 *  @param size  32 always suffices.
 *  @return QENT_EINVAL when `size` is too small or the amount is negative. @thread any */
QENT_API qent_status qent_money_format(const qent_money *money, char *text_out, size_t size,
                                       qent_error *err) QENT_NODISCARD;

/** True when amount and currency are the same. @thread any */
QENT_API bool qent_money_equal(const qent_money *a, const qent_money *b);

QENT_END_DECLS
#endif

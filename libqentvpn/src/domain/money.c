/* SPDX-License-Identifier: MIT */
#include <qentvpn/money.h>

#include "util/text.h"

#include <string.h>

/* ISO 4217 codes without minor units, and Telegram Stars. */
static const char whole_units[][4] = {
    "XTR", "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
    "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
};

static bool currency_valid(const char *currency)
{
  for (size_t i = 0; i < 3; i++) {
    if (currency[i] < 'A' || currency[i] > 'Z')
      return false;
  }
  return currency[3] == '\0';
}

int qent_money_exponent(const char *currency)
{
  for (size_t i = 0; i < sizeof whole_units / sizeof whole_units[0]; i++) {
    if (qent__streq(currency, whole_units[i]))
      return 0;
  }
  return 2;
}

qent_status qent_money_parse(const char *text, const char *currency, qent_money *money_out,
                             qent_error *err)
{
  int64_t minor;
  unsigned digits;

  if (!text || !currency || !money_out)
    return qent_fail(err, QENT_EINVAL, "an amount needs text, a currency and an output");
  if (!currency_valid(currency))
    return qent_fail(err, QENT_EINVAL, "a currency is three capital letters");
  digits = (unsigned)qent_money_exponent(currency);
  if (!qent__parse_decimal(text, strlen(text), digits, &minor))
    return qent_fail(err, QENT_EINVAL, "an amount in %s is a number with at most %u decimals",
                     currency, digits);
  money_out->minor = minor;
  memcpy(money_out->currency, currency, sizeof money_out->currency);
  return QENT_OK;
}

qent_status qent_money_format(const qent_money *money, char *text_out, size_t size, qent_error *err)
{
  char reversed[32];
  int64_t rest;
  size_t used = 0;
  size_t digits;

  if (!money || !text_out || money->minor < 0 || !currency_valid(money->currency))
    return qent_fail(err, QENT_EINVAL, "this is no amount");
  digits = (size_t)qent_money_exponent(money->currency);
  rest = money->minor;
  while (rest > 0 || used == 0 || (digits > 0 && used < digits + 2)) {
    if (digits > 0 && used == digits)
      reversed[used++] = '.';
    reversed[used++] = (char)('0' + rest % 10);
    rest /= 10;
  }
  if (used >= size)
    return qent_fail(err, QENT_EINVAL, "the amount does not fit");
  for (size_t i = 0; i < used; i++)
    text_out[i] = reversed[used - 1 - i];
  text_out[used] = '\0';
  return QENT_OK;
}

bool qent_money_equal(const qent_money *a, const qent_money *b)
{
  return a && b && a->minor == b->minor && strncmp(a->currency, b->currency, 4) == 0;
}

/* SPDX-License-Identifier: MIT */
#include "util/numfmt.h"

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

size_t qent__i64_text(int64_t value, char out[QENT__I64_CAP])
{
  uint64_t n = value < 0 ? ~(uint64_t)value + 1 : (uint64_t)value;
  size_t at = QENT__I64_CAP;
  while (n >= 100) {
    size_t pair = (size_t)(n % 100) * 2;
    n /= 100;
    out[--at] = pairs[pair + 1];
    out[--at] = pairs[pair];
  }
  if (n >= 10) {
    out[--at] = pairs[n * 2 + 1];
    out[--at] = pairs[n * 2];
  } else {
    out[--at] = (char)('0' + n);
  }
  if (value < 0)
    out[--at] = '-';
  return at;
}

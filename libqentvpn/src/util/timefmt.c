/* SPDX-License-Identifier: MIT */
#include "util/timefmt.h"

#include "util/text.h"

#include <string.h>

#define DAY_S 86400

static bool is_leap(int32_t year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t qent__days_in_month(int32_t year, int32_t month)
{
  static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12)
    return 0;
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool qent__civil_valid(const qent__civil *c)
{
  return c->year >= 0 && c->year <= 9999 && c->day >= 1 &&
         c->day <= qent__days_in_month(c->year, c->month) && c->hour >= 0 && c->hour <= 23 &&
         c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 59;
}

/* Days since 1970-01-01, counted in years that start in March so that February comes last. */
static int64_t days_from_civil(int32_t year, int32_t month, int32_t day)
{
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, qent__civil *out)
{
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t doe = days - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t mp = (5 * doy + 2) / 153;
  out->day = (int32_t)(doy - (153 * mp + 2) / 5 + 1);
  out->month = (int32_t)(mp < 10 ? mp + 3 : mp - 9);
  out->year = (int32_t)(yoe + era * 400 + (out->month <= 2 ? 1 : 0));
}

static int64_t clamp(int64_t unix_s)
{
  if (unix_s < QENT__TIME_MIN_S)
    return QENT__TIME_MIN_S;
  return unix_s > QENT__TIME_MAX_S ? QENT__TIME_MAX_S : unix_s;
}

static int64_t floor_div(int64_t a, int64_t b)
{
  int64_t q = a / b;
  return a % b < 0 ? q - 1 : q;
}

int64_t qent__civil_to_unix(const qent__civil *c)
{
  int32_t second_of_day = c->hour * 3600 + c->minute * 60 + c->second;
  return days_from_civil(c->year, c->month, c->day) * DAY_S + second_of_day;
}

void qent__civil_from_unix(int64_t unix_s, qent__civil *out)
{
  unix_s = clamp(unix_s);
  int64_t days = floor_div(unix_s, DAY_S);
  int32_t rest = (int32_t)(unix_s - days * DAY_S);
  civil_from_days(days, out);
  out->hour = rest / 3600;
  out->minute = rest / 60 % 60;
  out->second = rest % 60;
}

int64_t qent__day_start(int64_t unix_s)
{
  return floor_div(clamp(unix_s), DAY_S) * DAY_S;
}

int64_t qent__add_months(int64_t unix_s, int32_t months)
{
  qent__civil c;
  qent__civil_from_unix(unix_s, &c);
  int64_t month = (int64_t)c.year * 12 + c.month - 1 + months;
  if (month < 0)
    return QENT__TIME_MIN_S;
  if (month > INT64_C(9999) * 12 + 11)
    return QENT__TIME_MAX_S;
  c.year = (int32_t)(month / 12);
  c.month = (int32_t)(month % 12) + 1;
  int32_t last = qent__days_in_month(c.year, c.month);
  if (c.day > last)
    c.day = last;
  return qent__civil_to_unix(&c);
}

/* `value` in `width` digits; returns the place behind them. */
static char *put(char *at, int32_t value, size_t width)
{
  for (size_t i = width; i > 0; i--) {
    at[i - 1] = (char)('0' + value % 10);
    value /= 10;
  }
  return at + width;
}

void qent__iso8601_format(int64_t unix_s, char out[QENT__ISO8601_CAP])
{
  qent__civil c;
  char *at = out;
  qent__civil_from_unix(unix_s, &c);
  at = put(at, c.year, 4);
  *at++ = '-';
  at = put(at, c.month, 2);
  *at++ = '-';
  at = put(at, c.day, 2);
  *at++ = 'T';
  at = put(at, c.hour, 2);
  *at++ = ':';
  at = put(at, c.minute, 2);
  *at++ = ':';
  at = put(at, c.second, 2);
  *at++ = 'Z';
  *at = '\0';
}

typedef struct reader {
  const char *s;
  size_t left;
  bool bad;
} reader;

static int32_t digits(reader *r, size_t count)
{
  int64_t n = 0;
  if (r->bad || r->left < count || !qent__parse_i64(r->s, count, 0, 9999, &n)) {
    r->bad = true;
    return 0;
  }
  r->s += count;
  r->left -= count;
  return (int32_t)n;
}

static bool take(reader *r, char c)
{
  if (r->bad || r->left == 0 || *r->s != c)
    return false;
  r->s++;
  r->left--;
  return true;
}

static void expect(reader *r, char c)
{
  if (!take(r, c))
    r->bad = true;
}

static int32_t fraction_ms(reader *r)
{
  int32_t ms = 0;
  int32_t weight = 100;
  size_t count = 0;
  for (; r->left > 0 && qent__is_digit(*r->s); count++) {
    ms += (*r->s - '0') * weight;
    weight /= 10;
    r->s++;
    r->left--;
  }
  if (count < 1 || count > 9)
    r->bad = true;
  return ms;
}

/* Seconds east of UTC. */
static int32_t zone_offset(reader *r, bool optional)
{
  if ((r->left == 0 && optional) || take(r, 'Z') || take(r, 'z'))
    return 0;
  bool west = take(r, '-');
  if (!west)
    expect(r, '+');
  int32_t hour = digits(r, 2);
  expect(r, ':');
  int32_t minute = digits(r, 2);
  if (hour > 23 || minute > 59)
    r->bad = true;
  int32_t offset = hour * 3600 + minute * 60;
  return west ? -offset : offset;
}

bool qent__iso8601_parse(const char *s, size_t len, bool zone_optional, int64_t *unix_ms_out)
{
  reader r = {s, len, false};
  qent__civil c = {0, 0, 0, 0, 0, 0};
  c.year = digits(&r, 4);
  expect(&r, '-');
  c.month = digits(&r, 2);
  expect(&r, '-');
  c.day = digits(&r, 2);
  if (!take(&r, 'T') && !take(&r, 't'))
    expect(&r, ' ');
  c.hour = digits(&r, 2);
  expect(&r, ':');
  c.minute = digits(&r, 2);
  expect(&r, ':');
  c.second = digits(&r, 2);
  if (c.second == 60)
    c.second = 59;
  int32_t ms = take(&r, '.') ? fraction_ms(&r) : 0;
  int32_t offset = zone_offset(&r, zone_optional);
  if (r.bad || r.left != 0 || !qent__civil_valid(&c))
    return false;
  *unix_ms_out = (qent__civil_to_unix(&c) - offset) * 1000 + ms;
  return true;
}

static int32_t month_name(reader *r)
{
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int32_t i = 0; !r->bad && r->left >= 3 && i < 12; i++) {
    if (memcmp(r->s, names + (size_t)i * 3, 3) == 0) {
      r->s += 3;
      r->left -= 3;
      return i + 1;
    }
  }
  r->bad = true;
  return 0;
}

bool qent__http_date_parse(const char *s, size_t len, int64_t *unix_s_out)
{
  if (len != 29 || !qent__memeq(s + 25, 4, " GMT") || s[3] != ',')
    return false;
  reader r = {s + 4, 21, false};
  qent__civil c = {0, 0, 0, 0, 0, 0};
  expect(&r, ' ');
  c.day = digits(&r, 2);
  expect(&r, ' ');
  c.month = month_name(&r);
  expect(&r, ' ');
  c.year = digits(&r, 4);
  expect(&r, ' ');
  c.hour = digits(&r, 2);
  expect(&r, ':');
  c.minute = digits(&r, 2);
  expect(&r, ':');
  c.second = digits(&r, 2);
  if (c.second == 60)
    c.second = 59;
  if (r.bad || !qent__civil_valid(&c))
    return false;
  *unix_s_out = qent__civil_to_unix(&c);
  return true;
}

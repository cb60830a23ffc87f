/* SPDX-License-Identifier: MIT */
#include "parse.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool parse_number(const char *text, int64_t minimum, int64_t maximum, int64_t *value_out)
{
  const bool negative = text[0] == '-';
  uint64_t value = 0;
  const char *s = text + negative;
  if (!is_digit(*s))
    return false;
  for (; is_digit(*s); ++s) {
    if (value > (uint64_t)INT64_MAX / 10)
      return false;
    value = value * 10 + (uint64_t)(*s - '0');
  }
  if (*s || value > (uint64_t)INT64_MAX)
    return false;
  const int64_t signed_value = negative ? -(int64_t)value : (int64_t)value;
  if (signed_value < minimum || signed_value > maximum)
    return false;
  *value_out = signed_value;
  return true;
}

bool parse_bytes(const char *text, int64_t *bytes_out)
{
  static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  int64_t whole = 0;
  int64_t tenths = 0;
  const char *s = text;
  if (strcmp(text, "0") == 0 || strcasecmp(text, "unlimited") == 0) {
    *bytes_out = 0;
    return true;
  }
  if (!is_digit(*s))
    return false;
  for (; is_digit(*s); ++s) {
    whole = whole * 10 + (*s - '0');
    if (whole > 1000000)
      return false;
  }
  if (s[0] == '.' && is_digit(s[1])) {
    tenths = s[1] - '0';
    s += 2;
  }
  while (*s == ' ')
    ++s;
  int64_t unit = 1;
  for (size_t i = 0; i < sizeof units / sizeof units[0]; ++i, unit *= 1024) {
    if (strcasecmp(units[i], s) != 0)
      continue;
    if (whole > INT64_MAX / 16 / unit)
      return false;
    *bytes_out = whole * unit + tenths * unit / 10;
    return true;
  }
  return false;
}

bool parse_period(const char *text, int32_t *count_out, bool *months_out)
{
  char digits[8];
  int64_t count = 0;
  const size_t len = strlen(text);
  if (len < 2 || len > sizeof digits)
    return false;
  const char unit = text[len - 1];
  memcpy(digits, text, len - 1);
  digits[len - 1] = '\0';
  if ((unit != 'd' && unit != 'm') || !parse_number(digits, 1, unit == 'd' ? 3660 : 120, &count))
    return false;
  *count_out = (int32_t)count;
  *months_out = unit == 'm';
  return true;
}

int64_t utc_seconds(int64_t year, int month, int day, int hour, int minute, int second)
{
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t yoe = year - era * 400;
  const int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return (era * 146097 + doe - 719468) * 86400 + INT64_C(3600) * hour + INT64_C(60) * minute +
         second;
}

void utc_fields(int64_t at, int64_t fields_out[6])
{
  const int64_t second = ((at % 86400) + 86400) % 86400;
  const int64_t days = (at - second) / 86400 + 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t doe = days - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t shifted = (5 * doy + 2) / 153;
  fields_out[1] = shifted < 10 ? shifted + 3 : shifted - 9;
  fields_out[2] = doy - (153 * shifted + 2) / 5 + 1;
  fields_out[0] = yoe + era * 400 + (fields_out[1] <= 2);
  fields_out[3] = second / 3600;
  fields_out[4] = second / 60 % 60;
  fields_out[5] = second % 60;
}

/* Exactly `count` digits at *s; moves on. -1: no. */
static int digits(const char **s, int count)
{
  int value = 0;
  for (; count > 0; --count, ++*s) {
    if (!is_digit(**s))
      return -1;
    value = value * 10 + (**s - '0');
  }
  return value;
}

static int month_days(int year, int month)
{
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

/* "HH:MM" or "HH:MM:SS". */
static bool clock_time(const char **s, int *hour, int *minute, int *second)
{
  *hour = digits(s, 2);
  if (*hour < 0 || *hour > 23 || **s != ':')
    return false;
  ++*s;
  *minute = digits(s, 2);
  *second = 0;
  if (*minute < 0 || *minute > 59)
    return false;
  if (**s != ':')
    return true;
  ++*s;
  *second = digits(s, 2);
  return *second >= 0 && *second <= 59;
}

bool parse_date(const char *text, int64_t *at_out)
{
  const char *s = text;
  int hour = 23;
  int minute = 59;
  int second = 59;
  const int year = digits(&s, 4);
  if (year < 1970 || *s++ != '-')
    return false;
  const int month = digits(&s, 2);
  if (month < 1 || month > 12 || *s++ != '-')
    return false;
  const int day = digits(&s, 2);
  if (day < 1 || day > month_days(year, month))
    return false;
  if (*s == 'T' || *s == ' ') {
    ++s;
    if (!clock_time(&s, &hour, &minute, &second))
      return false;
    if (*s == 'Z')
      ++s;
  }
  if (*s)
    return false;
  *at_out = utc_seconds(year, month, day, hour, minute, second);
  return true;
}

bool parse_price(const char *text, qent_money *price_out)
{
  char amount[32];
  const size_t len = strspn(text, "0123456789.");
  const char *currency = text + len;
  if (*currency == ':' || *currency == ' ')
    ++currency;
  if (len == 0 || len >= sizeof amount || strlen(currency) != 3)
    return false;
  memcpy(amount, text, len);
  amount[len] = '\0';
  return qent_money_parse(amount, currency, price_out, NULL) == QENT_OK && price_out->minor > 0;
}

bool parse_http_date(const char *text, int64_t *at_out)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int hour = 0;
  int minute = 0;
  int second = 0;
  const char *s = strchr(text, ',');
  if (!s || s[1] != ' ')
    return false;
  s += 2;
  const int day = digits(&s, 2);
  if (day < 1 || *s++ != ' ' || strlen(s) < 3)
    return false;
  char name[4] = {s[0], s[1], s[2], '\0'};
  const char *found = strstr(months, name);
  if (!found || (found - months) % 3 != 0)
    return false;
  s += 3;
  if (*s++ != ' ')
    return false;
  const int year = digits(&s, 4);
  if (year < 1970 || *s++ != ' ' || !clock_time(&s, &hour, &minute, &second))
    return false;
  *at_out = utc_seconds(year, (int)((found - months) / 3) + 1, day, hour, minute, second);
  return true;
}

bool parse_key(const char *text, uint8_t key_out[32])
{
  static const char hex[] = "0123456789abcdef";
  if (strlen(text) != 64)
    return false;
  for (size_t i = 0; i < 64; ++i) {
    const char lower = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] + 32 : text[i]);
    const char *digit = strchr(hex, lower);
    if (!digit)
      return false;
    const int value = (int)(digit - hex);
    key_out[i / 2] = (uint8_t)(i % 2 ? key_out[i / 2] | value : value << 4);
  }
  return true;
}

/* SPDX-License-Identifier: MIT */
#include "texts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MOSCOW_OFFSET_S (3 * 3600)
#define LABEL_VALUES_MAX 4

static bool is_ru(const char *language)
{
  return language && strcmp(language, "ru") == 0;
}

const char *text_get(const char *language, text_key key)
{
  if ((int)key < 0 || key >= TEXT_COUNT)
    return "";
  const char *text = is_ru(language) ? texts_ru[key] : texts_en[key];
  return text ? text : "";
}

/* Length of the valid UTF-8 sequence at `s`, 0 when it is none; its code point in *code_out. */
static size_t sequence(const unsigned char *s, uint32_t *code_out)
{
  if (s[0] < 0x80) {
    *code_out = s[0];
    return 1;
  }
  size_t len = (s[0] & 0xE0) == 0xC0   ? 2
               : (s[0] & 0xF0) == 0xE0 ? 3
               : (s[0] & 0xF8) == 0xF0 ? 4
                                       : 0;
  if (len == 0)
    return 0;
  uint32_t code = s[0] & (0x7FU >> len);
  for (size_t i = 1; i < len; ++i) {
    if ((s[i] & 0xC0) != 0x80)
      return 0;
    code = (code << 6) | (s[i] & 0x3FU);
  }
  const uint32_t least = len == 2 ? 0x80 : len == 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    return 0;
  *code_out = code;
  return len;
}

/* Controls, direction overrides and isolates, marks and joiners that draw nothing. */
static bool is_unwanted(uint32_t code)
{
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
         code == 0xFEFF || code == 0x061C;
}

static void add_escaped(qent_buf *out, const unsigned char *s, size_t len)
{
  switch (len == 1 ? s[0] : 0) {
  case '&':
    qent_buf_adds(out, "&amp;");
    break;
  case '<':
    qent_buf_adds(out, "&lt;");
    break;
  case '>':
    qent_buf_adds(out, "&gt;");
    break;
  case '"':
    qent_buf_adds(out, "&quot;");
    break;
  default:
    qent_buf_add(out, s, len);
  }
}

void text_add_clean(qent_buf *out, const char *value, size_t max_chars)
{
  const unsigned char *s = (const unsigned char *)(value ? value : "");
  for (size_t shown = 0; *s;) {
    uint32_t code = 0;
    const size_t len = sequence(s, &code);
    if (len == 0 || (len > 0 && is_unwanted(code))) {
      if (len == 0)
        qent_buf_adds(out, "?");
      else if (code == '\n' || code == '\t')
        qent_buf_addc(out, ' ');
      shown += len == 0;
      s += len ? len : 1;
      continue;
    }
    if (shown == max_chars) {
      qent_buf_adds(out, "…");
      return;
    }
    add_escaped(out, s, len);
    s += len;
    ++shown;
  }
}

void text_fill(qent_buf *out, const char *language, text_key key, const text_value *values,
               size_t count)
{
  const char *s = text_get(language, key);
  while (*s) {
    const char *open = strchr(s, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    if (!close) {
      qent_buf_adds(out, s);
      return;
    }
    qent_buf_add(out, s, (size_t)(open - s));
    const size_t len = (size_t)(close - open - 1);
    for (size_t i = 0; i < count; ++i) {
      if (strlen(values[i].name) != len || memcmp(values[i].name, open + 1, len) != 0)
        continue;
      if (values[i].html)
        qent_buf_adds(out, values[i].value);
      else
        text_add_clean(out, values[i].value, TEXT_VALUE_MAX);
      break;
    }
    s = close + 1;
  }
}

void text_label(char *out, size_t size, const char *language, text_key key,
                const text_value *values, size_t count)
{
  qent_buf buf;
  text_value bare[LABEL_VALUES_MAX];
  if (count > LABEL_VALUES_MAX)
    count = LABEL_VALUES_MAX;
  for (size_t i = 0; i < count; ++i) {
    bare[i] = values[i];
    bare[i].html = true;
  }
  qent_buf_init(&buf, 2048);
  text_fill(&buf, language, key, bare, count);
  snprintf(out, size, "%s", buf.data);
  qent_buf_dispose(&buf);
}

int text_plural(const char *language, int64_t n)
{
  const uint64_t value = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
  if (!is_ru(language))
    return value == 1 ? 0 : 2;
  const uint64_t last_two = value % 100;
  const uint64_t last = value % 10;
  if (last == 1 && last_two != 11)
    return 0;
  return last >= 2 && last <= 4 && (last_two < 12 || last_two > 14) ? 1 : 2;
}

/* Piece `index` of "a|b|c". */
static void piece(char *out, size_t size, const char *list, int index)
{
  for (; index > 0 && list; --index) {
    list = strchr(list, '|');
    list = list ? list + 1 : NULL;
  }
  if (!list)
    list = "";
  snprintf(out, size, "%.*s", (int)strcspn(list, "|"), list);
}

void text_count(char *out, size_t size, const char *language, text_key forms, int64_t n)
{
  char word[32];
  piece(word, sizeof word, text_get(language, forms), text_plural(language, n));
  snprintf(out, size, "%lld %s", (long long)n, word);
}

/* Days since 1970-01-01 to a date (proleptic Gregorian). */
static void civil(int64_t days, int64_t *year_out, int *month_out, int *day_out)
{
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t doe = days - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t shifted = (5 * doy + 2) / 153;
  *day_out = (int)(doy - (153 * shifted + 2) / 5 + 1);
  *month_out = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
  *year_out = yoe + era * 400 + (*month_out <= 2);
}

void text_date(char *out, size_t size, const char *language, int64_t at)
{
  const int64_t local = at + (is_ru(language) ? MOSCOW_OFFSET_S : 0);
  const int64_t second = ((local % 86400) + 86400) % 86400;
  int64_t year = 0;
  int month = 0;
  int day = 0;
  civil((local - second) / 86400, &year, &month, &day);
  char year_text[24];
  char day_text[16];
  char month_text[32];
  char time_text[16];
  snprintf(year_text, sizeof year_text, "%lld", (long long)year);
  snprintf(day_text, sizeof day_text, "%d", day);
  piece(month_text, sizeof month_text, text_get(language, TEXT_MONTHS), month - 1);
  snprintf(time_text, sizeof time_text, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
  const text_value values[] = {{"year", year_text, false},
                               {"month", month_text, false},
                               {"day", day_text, false},
                               {"time", time_text, false}};
  text_label(out, size, language, TEXT_DATE, values, 4);
}

void text_relative(char *out, size_t size, const char *language, int64_t at, int64_t now)
{
  const bool past = at <= now;
  const int64_t gap = past ? now - at : at - now;
  char amount[64];
  if (past && gap < 60) {
    snprintf(out, size, "%s", text_get(language, TEXT_NOW));
    return;
  }
  if (gap < 3600 - 30)
    text_count(amount, sizeof amount, language, TEXT_MINUTES, gap < 60 ? 1 : (gap + 30) / 60);
  else if (gap < 48 * 3600 - 1800)
    text_count(amount, sizeof amount, language, TEXT_HOURS, (gap + 1800) / 3600);
  else
    text_count(amount, sizeof amount, language, TEXT_DAYS, (gap + 43200) / 86400);
  const text_value value = {"time", amount, false};
  text_label(out, size, language, past ? TEXT_AGO : TEXT_IN_TIME, &value, 1);
}

static const char *currency_sign(const char *currency)
{
  static const char *const signs[][2] = {
      {"RUB", "₽"}, {"USD", "$"}, {"EUR", "€"}, {"KZT", "₸"}, {"XTR", "⭐"}};
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; ++i)
    if (strcmp(signs[i][0], currency) == 0)
      return signs[i][1];
  return currency;
}

void text_money(char *out, size_t size, const char *language, const qent_money *money)
{
  char digits[48];
  const bool negative = money->minor < 0;
  const qent_money positive = {negative ? -money->minor : money->minor,
                               {money->currency[0], money->currency[1], money->currency[2], 0}};
  if (qent_money_format(&positive, digits, sizeof digits, NULL) != QENT_OK)
    snprintf(digits, sizeof digits, "%lld", (long long)positive.minor);
  char *point = strchr(digits, '.');
  if (point && strcmp(point, ".00") == 0)
    *point = '\0';
  else if (point && is_ru(language))
    *point = ',';
  snprintf(out, size, "%s%s %s", negative ? "-" : "", digits, currency_sign(positive.currency));
}

void text_bytes(char *out, size_t size, const char *language, int64_t bytes)
{
  int unit = 0;
  double value = (double)(bytes < 0 ? 0 : bytes);
  while (value >= 1023.95 && unit < 4) {
    value /= 1024;
    ++unit;
  }
  char name[16];
  char digits[32];
  piece(name, sizeof name, text_get(language, TEXT_UNITS), unit);
  snprintf(digits, sizeof digits, "%.1f", value);
  char *point = strpbrk(digits, ".,");
  if (point && (point[1] == '0' || value >= 100))
    *point = '\0';
  else if (point)
    *point = is_ru(language) ? ',' : '.';
  snprintf(out, size, "%s %s", digits, name);
}

size_t text_utf16_units(const char *text)
{
  size_t units = 0;
  for (const unsigned char *s = (const unsigned char *)text; *s; ++s) {
    units += (*s & 0xC0) != 0x80;
    units += *s >= 0xF0;
  }
  return units;
}

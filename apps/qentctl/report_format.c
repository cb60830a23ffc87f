/* SPDX-License-Identifier: MIT */
#include "columns.h"
#include "parse.h"
#include "report_private.h"

#include <stdio.h>
#include <string.h>

void report_format_bytes(char *out, size_t size, int64_t bytes)
{
  static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  double value = (double)bytes;
  size_t unit = 0;
  for (; value >= 1023.95 && unit < 5; ++unit)
    value /= 1024;
  snprintf(out, size, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static void format_gap(char *out, size_t size, int64_t at, int64_t now)
{
  char text[32];
  const int64_t gap = at < now ? now - at : at - now;
  if (gap < 120)
    snprintf(text, sizeof text, "%lld s", (long long)gap);
  else if (gap < 7200)
    snprintf(text, sizeof text, "%lld min", (long long)(gap / 60));
  else if (gap < INT64_C(172800))
    snprintf(text, sizeof text, "%lld h", (long long)(gap / 3600));
  else
    snprintf(text, sizeof text, "%lld d", (long long)(gap / 86400));
  if (gap == 0)
    snprintf(out, size, "now");
  else
    snprintf(out, size, "%s%s%s", at > now ? "in " : "", text, at < now ? " ago" : "");
}

void report_format_time(char *out, size_t size, int64_t at, int64_t now)
{
  int64_t f[6];
  char gap[48];
  utc_fields(at, f);
  const int len = snprintf(out, size, "%04lld-%02lld-%02lld %02lld:%02lld UTC", (long long)f[0],
                           (long long)f[1], (long long)f[2], (long long)f[3], (long long)f[4]);
  if (now == 0 || len < 0 || (size_t)len >= size)
    return;
  format_gap(gap, sizeof gap, at, now);
  snprintf(out + len, size - (size_t)len, " (%s)", gap);
}

static void format_money(char *out, size_t size, const cell *c)
{
  char digits[40];
  qent_money money = {c->number < 0 ? -c->number : c->number, {0}};
  memcpy(money.currency, c->currency, sizeof money.currency);
  if (!*money.currency || qent_money_format(&money, digits, sizeof digits, NULL) != QENT_OK)
    snprintf(out, size, "-");
  else
    snprintf(out, size, "%s%s %s", c->number < 0 ? "-" : "", digits, money.currency);
}

static void format_number(char *out, size_t size, report_kind kind, int64_t number, int64_t now)
{
  const long long n = (long long)number;
  if (n == 0 && (kind == REPORT_LIMIT || kind == REPORT_QUOTA))
    snprintf(out, size, "unlimited");
  else if (kind == REPORT_BYTES || kind == REPORT_QUOTA)
    report_format_bytes(out, size, number);
  else if (kind == REPORT_TIME)
    report_format_time(out, size, number, now);
  else if (kind == REPORT_BOOL)
    snprintf(out, size, "%s", n ? "yes" : "no");
  else
    snprintf(out, size, "%lld%s", n, kind == REPORT_PERCENT ? " %" : "");
}

static void format(char *out, size_t size, report_kind kind, const cell *c, int64_t now)
{
  snprintf(out, size, "-");
  switch (kind) {
  case REPORT_JSON:
    break;
  case REPORT_TEXT:
  case REPORT_PROSE:
  case REPORT_SHOWN:
  case REPORT_WHOLE:
    if (c->text && *c->text)
      snprintf(out, size, "%s", c->text);
    break;
  case REPORT_MONEY:
    format_money(out, size, c);
    break;
  case REPORT_INT:
  case REPORT_LIMIT:
  case REPORT_BYTES:
  case REPORT_QUOTA:
  case REPORT_TIME:
  case REPORT_BOOL:
  case REPORT_PERCENT:
    if (c->set && c->number >= 0 && (kind != REPORT_TIME || c->number > 0))
      format_number(out, size, kind, c->number, now);
    break;
  }
}

void report_format_cell(char *out, size_t size, report_kind kind, const cell *c, int64_t now)
{
  format(out, size, kind, c, now);
  columns_tidy(out);
}

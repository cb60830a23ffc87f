/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_MAX_BYTES ((size_t)64 * 1024 * 1024)
#define CELL_COLUMNS_MAX 60
#define CELL_BYTES_MAX 8192

typedef struct cell {
  char *text;
  int64_t number;
  char currency[4];
  bool set;
} cell;

struct report {
  const report_field *fields;
  size_t field_count;
  int64_t now;
  cell *cells; /* rows x fields */
  size_t rows;
  size_t room;
  bool failed;
};

report *report_new(const report_field *fields, size_t count, int64_t now)
{
  report *r = calloc(1, sizeof *r);
  if (r) {
    r->fields = fields;
    r->field_count = count;
    r->now = now;
  }
  return r;
}

void report_free(report *r)
{
  if (!r)
    return;
  for (size_t i = 0; i < r->rows * r->field_count; ++i)
    free(r->cells[i].text);
  free(r->cells);
  free(r);
}

size_t report_rows(const report *r)
{
  return r->rows;
}

int64_t report_now(const report *r)
{
  return r->now;
}

void report_row(report *r)
{
  if (r->failed)
    return;
  if (r->rows == r->room) {
    const size_t room = r->room ? r->room * 2 : 16;
    cell *cells = realloc(r->cells, room * r->field_count * sizeof *cells);
    if (!cells) {
      r->failed = true;
      return;
    }
    r->cells = cells;
    r->room = room;
  }
  memset(&r->cells[r->rows * r->field_count], 0, r->field_count * sizeof *r->cells);
  ++r->rows;
}

static cell *cell_of(report *r, const char *key)
{
  for (size_t i = 0; !r->failed && r->rows > 0 && i < r->field_count; ++i) {
    if (strcmp(r->fields[i].key, key) != 0)
      continue;
    cell *found = &r->cells[(r->rows - 1) * r->field_count + i];
    found->set = true;
    return found;
  }
  r->failed = true;
  return NULL;
}

void report_text(report *r, const char *key, const char *text)
{
  cell *c = cell_of(r, key);
  if (!c || !text)
    return;
  free(c->text);
  c->text = strdup(text);
  if (!c->text)
    r->failed = true;
}

void report_number(report *r, const char *key, int64_t number)
{
  cell *c = cell_of(r, key);
  if (c)
    c->number = number;
}

void report_money(report *r, const char *key, qent_money money)
{
  cell *c = cell_of(r, key);
  if (!c)
    return;
  c->number = money.minor;
  memcpy(c->currency, money.currency, sizeof c->currency);
}

void report_format_bytes(char *out, size_t size, int64_t bytes)
{
  static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  double value = (double)bytes;
  size_t unit = 0;
  for (; value >= 1023.95 && unit < 5; ++unit)
    value /= 1024;
  snprintf(out, size, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

void report_format_time(char *out, size_t size, int64_t at, int64_t now)
{
  int64_t f[6];
  char gap_text[32];
  const int64_t gap = at < now ? now - at : at - now;
  if (gap < 120)
    snprintf(gap_text, sizeof gap_text, "%lld s", (long long)gap);
  else if (gap < 7200)
    snprintf(gap_text, sizeof gap_text, "%lld min", (long long)(gap / 60));
  else if (gap < INT64_C(172800))
    snprintf(gap_text, sizeof gap_text, "%lld h", (long long)(gap / 3600));
  else
    snprintf(gap_text, sizeof gap_text, "%lld d", (long long)(gap / 86400));
  utc_fields(at, f);
  if (gap == 0)
    snprintf(gap_text, sizeof gap_text, "now");
  snprintf(out, size, "%04lld-%02lld-%02lld %02lld:%02lld UTC (%s%s%s)", (long long)f[0],
           (long long)f[1], (long long)f[2], (long long)f[3], (long long)f[4],
           at > now ? "in " : "", gap_text, at < now ? " ago" : "");
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

static void format_cell(char *out, size_t size, report_kind kind, const cell *c, int64_t now)
{
  const long long n = (long long)c->number;
  const bool none = !c->set || n < 0;
  snprintf(out, size, "-");
  switch (kind) {
  case REPORT_JSON:
    break;
  case REPORT_TEXT:
  case REPORT_SHOWN:
  case REPORT_WHOLE:
    if (c->text && *c->text)
      snprintf(out, size, "%s", c->text);
    break;
  case REPORT_INT:
    if (!none)
      snprintf(out, size, "%lld", n);
    break;
  case REPORT_PERCENT:
    if (!none)
      snprintf(out, size, "%lld %%", n);
    break;
  case REPORT_LIMIT:
    if (n > 0)
      snprintf(out, size, "%lld", n);
    else if (!none)
      snprintf(out, size, "unlimited");
    break;
  case REPORT_BYTES:
    if (!none)
      report_format_bytes(out, size, c->number);
    break;
  case REPORT_QUOTA:
    if (n > 0)
      report_format_bytes(out, size, c->number);
    else if (!none)
      snprintf(out, size, "unlimited");
    break;
  case REPORT_TIME:
    if (n > 0)
      report_format_time(out, size, c->number, now);
    break;
  case REPORT_MONEY:
    format_money(out, size, c);
    break;
  case REPORT_BOOL:
    snprintf(out, size, "%s", n ? "yes" : "no");
    break;
  }
}

static uint32_t next_code(const unsigned char **s)
{
  uint32_t code = *(*s)++;
  const int more = code >= 0xF0 ? 3 : code >= 0xE0 ? 2 : code >= 0xC0 ? 1 : 0;
  if (more > 0)
    code &= 0x3FU >> more;
  for (int i = 0; i < more && (**s & 0xC0) == 0x80; ++i)
    code = (code << 6) | (*(*s)++ & 0x3FU);
  return code;
}

/* Combining marks and joiners take no column; CJK and pictures take two. */
static size_t code_width(uint32_t code)
{
  if (code < 0x20 || (code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) ||
      (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
      (code >= 0xFE00 && code <= 0xFE0F))
    return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFF00 && code <= 0xFF60) || (code >= 0x1F300 && code <= 0x1FAFF) ||
                    (code >= 0x20000 && code <= 0x3FFFD);
  if (code >= 0x1F1E6 && code <= 0x1F1FF)
    return 1; /* half of a flag */
  return wide ? 2 : 1;
}

size_t report_width(const char *text)
{
  size_t width = 0;
  for (const unsigned char *s = (const unsigned char *)text; *s;)
    width += code_width(next_code(&s));
  return width;
}

static bool is_right(report_kind kind)
{
  return kind != REPORT_TEXT && kind != REPORT_SHOWN && kind != REPORT_WHOLE &&
         kind != REPORT_TIME && kind != REPORT_BOOL;
}

static char *add_blank(char *to, size_t *width)
{
  *to = ' ';
  ++*width;
  return to + 1;
}

/* Names and error texts come from outside: no control bytes reach the terminal; what is long is
 * cut. */
static void tidy(char *text, size_t max_columns)
{
  size_t width = 0;
  const unsigned char *s = (const unsigned char *)text;
  char *to = text;
  while (*s) {
    const unsigned char *from = s;
    const uint32_t code = next_code(&s);
    if (code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200E && code <= 0x200F) ||
        (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069)) {
      if (to != text)
        to = add_blank(to, &width);
      continue;
    }
    if (max_columns > 0 && width + code_width(code) > max_columns - 1 && *s) {
      memcpy(to, "…", sizeof "…");
      return;
    }
    width += code_width(code);
    while (from < s)
      *to++ = (char)*from++;
  }
  *to = '\0';
}

static void print_cell(const char *text, size_t width, bool right, bool last)
{
  const size_t own = report_width(text);
  const int pad = own < width ? (int)(width - own) : 0;
  if (right)
    printf("%*s%s%s", pad, "", text, last ? "" : "  ");
  else
    printf("%s%*s%s", text, last ? 0 : pad, "", last ? "" : "  ");
}

static void table_cell(const report *r, size_t row, size_t field, char *out, size_t size)
{
  const report_kind kind = r->fields[field].kind;
  format_cell(out, size, kind, &r->cells[row * r->field_count + field], r->now);
  tidy(out, kind == REPORT_WHOLE ? 0 : CELL_COLUMNS_MAX);
}

static void measure(const report *r, size_t *widths)
{
  char text[CELL_BYTES_MAX];
  for (size_t f = 0; f < r->field_count; ++f) {
    widths[f] = r->fields[f].header ? report_width(r->fields[f].header) : 0;
    for (size_t row = 0; r->fields[f].header && row < r->rows; ++row) {
      table_cell(r, row, f, text, sizeof text);
      const size_t width = report_width(text);
      if (width > widths[f])
        widths[f] = width;
    }
  }
}

void report_print_table(const report *r, const char *empty)
{
  size_t widths[32];
  size_t last = 0;
  char text[CELL_BYTES_MAX];
  if (r->rows == 0) {
    printf("%s\n", empty);
    return;
  }
  measure(r, widths);
  for (size_t f = 0; f < r->field_count; ++f)
    if (r->fields[f].header)
      last = f;
  for (size_t f = 0; f < r->field_count; ++f)
    if (r->fields[f].header)
      print_cell(r->fields[f].header, widths[f], is_right(r->fields[f].kind), f == last);
  putchar('\n');
  for (size_t row = 0; row < r->rows; ++row) {
    for (size_t f = 0; f < r->field_count; ++f) {
      if (!r->fields[f].header)
        continue;
      table_cell(r, row, f, text, sizeof text);
      print_cell(text, widths[f], is_right(r->fields[f].kind), f == last);
    }
    putchar('\n');
  }
}

void report_print_facts(const report *r)
{
  char text[CELL_BYTES_MAX];
  size_t widest = 0;
  for (size_t f = 0; f < r->field_count; ++f)
    if (r->fields[f].header && report_width(r->fields[f].header) > widest)
      widest = report_width(r->fields[f].header);
  for (size_t f = 0; r->rows > 0 && f < r->field_count; ++f) {
    if (!r->fields[f].header)
      continue;
    format_cell(text, sizeof text, r->fields[f].kind, &r->cells[f], r->now);
    tidy(text, 0);
    print_cell(r->fields[f].header, widest, false, false);
    printf("%s\n", text);
  }
}

static void write_cell(const cell *c, report_kind kind, qent_json_writer *w)
{
  const bool none =
      !c->set || (c->number < 0 && kind != REPORT_MONEY) || (kind == REPORT_TIME && c->number == 0);
  if (kind == REPORT_TEXT || kind == REPORT_WHOLE) {
    qent_jw_str(w, c->text);
  } else if (kind == REPORT_JSON && c->text) {
    qent_jw_raw(w, c->text);
  } else if (kind == REPORT_MONEY && *c->currency) {
    qent_jw_object(w);
    qent_jw_ki64(w, "minor", c->number);
    qent_jw_kstr(w, "currency", c->currency);
    qent_jw_end_object(w);
  } else if (none || kind == REPORT_MONEY) {
    qent_jw_null(w);
  } else if (kind == REPORT_BOOL) {
    qent_jw_bool(w, c->number != 0);
  } else {
    qent_jw_i64(w, c->number);
  }
}

static void write_row(const report *r, size_t row, qent_json_writer *w)
{
  qent_jw_object(w);
  for (size_t f = 0; f < r->field_count; ++f) {
    if (r->fields[f].kind == REPORT_SHOWN)
      continue;
    qent_jw_key(w, r->fields[f].key);
    write_cell(&r->cells[row * r->field_count + f], r->fields[f].kind, w);
  }
  qent_jw_end_object(w);
}

void report_write_array(const report *r, qent_json_writer *w)
{
  qent_jw_array(w);
  for (size_t row = 0; row < r->rows; ++row)
    write_row(r, row, w);
  qent_jw_end_array(w);
}

void report_write_object(const report *r, qent_json_writer *w)
{
  if (r->rows > 0)
    write_row(r, 0, w);
  else
    qent_jw_null(w);
}

void report_json_begin(qent_buf *buf, qent_json_writer *w)
{
  qent_buf_init(buf, JSON_MAX_BYTES);
  qent_jw_init(w, buf);
}

bool report_json_end(qent_buf *buf, qent_json_writer *w)
{
  const bool ok = qent_jw_finish(w, NULL) == QENT_OK && puts(buf->data) >= 0;
  qent_buf_dispose(buf);
  return ok;
}

static bool print(const report *r, bool json, bool one, const char *empty)
{
  if (r->failed) {
    fputs("qentctl: no memory: out of memory\n", stderr);
    return false;
  }
  if (!json && one)
    report_print_facts(r);
  else if (!json)
    report_print_table(r, empty);
  if (!json)
    return true;
  qent_buf buf;
  qent_json_writer w;
  report_json_begin(&buf, &w);
  if (one)
    report_write_object(r, &w);
  else
    report_write_array(r, &w);
  return report_json_end(&buf, &w);
}

bool report_print_list(const report *r, bool json, const char *empty)
{
  return print(r, json, false, empty);
}

bool report_print_one(const report *r, bool json)
{
  return print(r, json, true, "");
}

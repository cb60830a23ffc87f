/* SPDX-License-Identifier: MIT */
/* A report as people see it. */
#include "columns.h"
#include "report_private.h"

#include <stdio.h>
#include <string.h>

#define FIELDS_MAX 32
#define GAP 2         /* between two columns */
#define PROSE_MIN 16  /* what is left of shortened text */
#define WHOLE_LINE 24 /* a text that wraps needs so much in its first line */

typedef struct layout {
  bool shown[FIELDS_MAX];
  size_t widths[FIELDS_MAX];
  size_t last; /* field of the last column */
  int64_t now; /* 0: times without how far away they are */
} layout;

static bool is_right(report_kind kind)
{
  return kind != REPORT_TEXT && kind != REPORT_PROSE && kind != REPORT_SHOWN &&
         kind != REPORT_WHOLE && kind != REPORT_TIME && kind != REPORT_BOOL;
}

static void print_cell(const char *text, size_t width, bool right, bool last)
{
  const bool cut = columns_width(text) > width;
  const size_t bytes = columns_prefix(text, cut ? width - 1 : width);
  const size_t own = columns_width(text);
  const int pad = !cut && own < width ? (int)(width - own) : 0;
  if (right)
    printf("%*s", pad, "");
  printf("%.*s%s", (int)bytes, text, cut ? "…" : "");
  if (!last)
    printf("%*s", (right ? 0 : pad) + GAP, "");
}

static void cell_text(const report *r, size_t row, size_t field, int64_t now, char *out)
{
  report_format_cell(out, CELL_BYTES_MAX, r->fields[field].kind,
                     &r->cells[row * r->field_count + field], now);
}

/* @param all  columns without anything in them as well. */
static void measure(const report *r, layout *l, int64_t now, bool all)
{
  char text[CELL_BYTES_MAX];
  l->now = now;
  for (size_t f = 0; f < r->field_count; ++f) {
    const char *header = r->fields[f].header;
    l->shown[f] = header && all;
    l->widths[f] = header ? columns_width(header) : 0;
    for (size_t row = 0; header && row < r->rows; ++row) {
      cell_text(r, row, f, now, text);
      const size_t width = columns_width(text);
      l->shown[f] = l->shown[f] || strcmp(text, "-") != 0;
      if (width > l->widths[f])
        l->widths[f] = width;
    }
    if (l->shown[f])
      l->last = f;
  }
}

/* Columns of a row; of a text that may wrap only what its first line needs. */
static size_t row_width(const report *r, const layout *l)
{
  size_t width = 0;
  for (size_t f = 0; f < r->field_count; ++f) {
    const bool wraps = r->fields[f].kind == REPORT_WHOLE && l->widths[f] > WHOLE_LINE;
    if (l->shown[f])
      width += (wraps ? WHOLE_LINE : l->widths[f]) + (f == l->last ? 0 : GAP);
  }
  return width;
}

/* Take from the widest prose until a row fits. */
static bool shorten(const report *r, layout *l, size_t room)
{
  for (size_t width = row_width(r, l); width > room; --width) {
    size_t widest = r->field_count;
    for (size_t f = 0; f < r->field_count; ++f) {
      const bool can = r->fields[f].kind == REPORT_PROSE && l->shown[f] &&
                       l->widths[f] > PROSE_MIN &&
                       l->widths[f] > columns_width(r->fields[f].header);
      if (can && (widest == r->field_count || l->widths[f] > l->widths[widest]))
        widest = f;
    }
    if (widest == r->field_count)
      return false;
    --l->widths[widest];
  }
  return true;
}

/* @return false: it does not fit, whatever is left out. */
static bool fit(const report *r, layout *l)
{
  const size_t room = columns_of_terminal();
  measure(r, l, r->now, true);
  if (room == 0 || shorten(r, l, room))
    return true;
  measure(r, l, 0, true);
  if (shorten(r, l, room))
    return true;
  measure(r, l, 0, false);
  return shorten(r, l, room);
}

static void print_headers(const report *r, const layout *l)
{
  for (size_t f = 0; f < r->field_count; ++f)
    if (l->shown[f])
      print_cell(r->fields[f].header, l->widths[f], is_right(r->fields[f].kind), f == l->last);
  putchar('\n');
}

static void print_row(const report *r, const layout *l, size_t row)
{
  char text[CELL_BYTES_MAX];
  for (size_t f = 0; f < r->field_count; ++f) {
    if (!l->shown[f])
      continue;
    cell_text(r, row, f, l->now, text);
    print_cell(text, l->widths[f], is_right(r->fields[f].kind), f == l->last);
  }
  putchar('\n');
}

/* @param all  fields without anything in them as well. */
static void print_facts(const report *r, size_t row, bool all)
{
  char text[CELL_BYTES_MAX];
  size_t widest = 0;
  for (size_t f = 0; f < r->field_count; ++f)
    if (r->fields[f].header && columns_width(r->fields[f].header) > widest)
      widest = columns_width(r->fields[f].header);
  for (size_t f = 0; f < r->field_count; ++f) {
    if (!r->fields[f].header)
      continue;
    cell_text(r, row, f, r->now, text);
    if (!all && strcmp(text, "-") == 0)
      continue;
    print_cell(r->fields[f].header, widest, false, false);
    printf("%s\n", text);
  }
}

void report_print_facts(const report *r)
{
  if (r->rows > 0)
    print_facts(r, 0, true);
}

void report_print_table(const report *r, const char *empty)
{
  layout l = {.last = 0};
  if (r->rows == 0) {
    printf("%s\n", empty);
    return;
  }
  const bool fits = fit(r, &l);
  if (fits)
    print_headers(r, &l);
  for (size_t row = 0; row < r->rows; ++row) {
    if (!fits && row > 0)
      putchar('\n');
    if (fits)
      print_row(r, &l, row);
    else
      print_facts(r, row, false);
  }
}

/* SPDX-License-Identifier: MIT */
#include "report_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_MAX_BYTES ((size_t)64 * 1024 * 1024)

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

static void write_cell(const cell *c, report_kind kind, qent_json_writer *w)
{
  const bool none =
      !c->set || (c->number < 0 && kind != REPORT_MONEY) || (kind == REPORT_TIME && c->number == 0);
  if (kind == REPORT_TEXT || kind == REPORT_PROSE || kind == REPORT_WHOLE) {
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

/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_REPORT_H
#define QENTCTL_REPORT_H

/* What a command found, once as a table for people and once as JSON for scripts. */

#include <qentvpn/ext/json.h>
#include <qentvpn/money.h>

typedef enum report_kind {
  REPORT_TEXT,    /* names and keys, which people copy; NULL: "-", null */
  REPORT_PROSE,   /* text that is only read: a narrow terminal shortens it */
  REPORT_INT,     /* negative: "-", null */
  REPORT_LIMIT,   /* 0: "unlimited", 0 */
  REPORT_BYTES,   /* human, bytes; negative: "-", null */
  REPORT_QUOTA,   /* as bytes, 0: "unlimited" */
  REPORT_TIME,    /* UTC and how far away, UNIX seconds; 0: "-", null */
  REPORT_MONEY,   /* "199.00 RUB", {"minor":19900,"currency":"RUB"} */
  REPORT_BOOL,    /* "yes", true */
  REPORT_PERCENT, /* negative: "-", null */
  REPORT_SHOWN,   /* text of tables that JSON tells otherwise */
  REPORT_WHOLE,   /* long text that goes on in the next line; for the last column */
  REPORT_JSON     /* the value in JSON as it is, not in tables */
} report_kind;

typedef struct report_field {
  const char *key;    /* in JSON */
  const char *header; /* in tables; NULL: only in JSON */
  report_kind kind;
} report_field;

typedef struct report report;

/* @param fields  static. @param now  for "in 3 d". NULL: out of memory. */
report *report_new(const report_field *fields, size_t count, int64_t now);
void report_free(report *r);

/* Begin a row; the values that follow are its own. A key that is no field is a fault of the
 * program. */
void report_row(report *r);
void report_text(report *r, const char *key, const char *text); /* copied */
void report_number(report *r, const char *key, int64_t number);
void report_money(report *r, const char *key, qent_money money);

size_t report_rows(const report *r);
int64_t report_now(const report *r);

/* A table; `empty` is said when there are no rows. On a terminal that is too narrow the widest
 * prose is shortened, then times do not tell how far away they are, then empty columns are left
 * out, then each row becomes lines of what is in it. Into a file or pipe nothing is shortened. */
void report_print_table(const report *r, const char *empty);
/* The first row, one line a field. */
void report_print_facts(const report *r);
/* An array of all rows; the first row alone, or null. */
void report_write_array(const report *r, qent_json_writer *w);
void report_write_object(const report *r, qent_json_writer *w);

/* All of it: a table or an array, a row's facts or an object; on standard output.
 * @return false: out of memory, or not writable. */
bool report_print_list(const report *r, bool json, const char *empty);
bool report_print_one(const report *r, bool json);

/* Start JSON on a fresh buffer; print it with a line end. */
void report_json_begin(qent_buf *buf, qent_json_writer *w);
bool report_json_end(qent_buf *buf, qent_json_writer *w);

/* "2026-11-24 05:00 UTC (in 3 d)". @param now  0: without how far away it is. */
void report_format_time(char *out, size_t size, int64_t at, int64_t now);
void report_format_bytes(char *out, size_t size, int64_t bytes);

#endif

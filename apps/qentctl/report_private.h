/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_REPORT_PRIVATE_H
#define QENTCTL_REPORT_PRIVATE_H

/* What the data of a report and its drawing share. */

#include "report.h"

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

/* A cell for people, without control bytes. @param now  0: times without how far away they are. */
void report_format_cell(char *out, size_t size, report_kind kind, const cell *c, int64_t now);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_DOCTOR_H
#define QENTCTL_DOCTOR_H

/* `qentctl doctor`: one finding a line. */

#include "cli.h"
#include "report.h"

typedef enum doctor_result { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL } doctor_result;

typedef struct doctor {
  cli *c;
  report *findings; /* for JSON */
  int warnings;
  int failures;
} doctor;

/* Report a finding. @param remedy  what to do; NULL for OK. */
void doctor_say(doctor *d, doctor_result result, const char *check, const char *remedy,
                const char *fmt, ...) QENT_PRINTF(5, 6);

/* Checks that need a context: what runs on the network, and what the shop sells. */
void doctor_check_telegram(doctor *d);
void doctor_check_urls(doctor *d);
void doctor_check_payments(doctor *d);
/* Checks that need the database. */
void doctor_check_nodes(doctor *d);
void doctor_check_plans(doctor *d);
void doctor_check_admins(doctor *d);
void doctor_check_work(doctor *d);

int doctor_run(cli *c);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENT_APP_FAILURE_H
#define QENT_APP_FAILURE_H

/* What a failed call to the outside leaves on a row: its text, and when to try again. */

#include <qentvpn/error.h>

/* Store the cause's text in a row's `last_error`. @return QENT_ENOMEM: the row is as before. */
qent_status qent__failure_keep(char **last_error, const qent_error *cause, qent_error *err);

/* Seconds that the far side asks for; 0 when it does not. Never more than six hours: an answer that
 * demands a year must not park a sale. */
int64_t qent__failure_demanded_s(const qent_error *cause);

/* Seconds to wait after `attempts` failures in a row: what backing off and the far side ask for. */
int64_t qent__failure_pause_s(const qent_error *cause, int32_t attempts);

#endif

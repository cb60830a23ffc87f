/* SPDX-License-Identifier: MIT */
#ifndef QENT_APID_EXECUTOR_H
#define QENT_APID_EXECUTOR_H

/* A few threads that ask the payment provider for pay links while the HTTP connection is suspended,
 * so that no request thread ever waits for the network. */

#include <qentvpn/qentvpn.h>

#define APID_LINK_TIMEOUT_MS 5000

typedef struct apid_executor apid_executor;

/* One pay link to ask for. Lives in its request; touched by one side at a time. */
typedef struct apid_job {
  int64_t order_id;
  int64_t deadline_ms;      /* monotonic */
  void (*done)(void *user); /* called on an executor's thread when the fields below are final */
  void *user;
  qent_status status;
  qent_error err;
  qent_order *order; /* owned; with its pay link when `status` is QENT_OK */
  struct apid_job *next;
} apid_job;

/* @return QENT_ENOMEM. Threads open their sessions on first use. */
qent_status apid_executor_new(qent_ctx *ctx, apid_executor **executor_out, qent_error *err);
/* False: too much is waiting, nothing was taken. The deadline runs from here. */
bool apid_executor_submit(apid_executor *executor, apid_job *job);
/* Ends the threads; every submitted job is done before. */
void apid_executor_free(apid_executor *executor);

#endif

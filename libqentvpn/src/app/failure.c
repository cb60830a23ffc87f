/* SPDX-License-Identifier: MIT */
#include "app/failure.h"
#include "domain/account.h"
#include "util/alloc.h"
#include "util/random.h"

#define DEMAND_MAX_S (6 * 3600)

qent_status qent__failure_keep(char **last_error, const qent_error *cause, qent_error *err)
{
  char *text = qent__strdup(cause->message);

  if (!text)
    return qent_fail(err, QENT_ENOMEM, "out of memory");
  qent__free(*last_error);
  *last_error = text;
  return QENT_OK;
}

int64_t qent__failure_demanded_s(const qent_error *cause)
{
  if (cause->retry_after_ms <= 0)
    return 0;
  if (cause->retry_after_ms >= INT64_C(1000) * DEMAND_MAX_S)
    return DEMAND_MAX_S;
  return (cause->retry_after_ms + 999) / 1000;
}

int64_t qent__failure_pause_s(const qent_error *cause, int32_t attempts)
{
  int64_t demanded = qent__failure_demanded_s(cause);
  uint64_t jitter = 0;
  int64_t pause;

  (void)qent__random_below(1000, &jitter, NULL);
  pause = qent__backoff_s(attempts, (uint32_t)jitter);
  return pause > demanded ? pause : demanded;
}

/* SPDX-License-Identifier: MIT */
#include "app/tx.h"

#include <string.h>

#define KEEP_S (90 * 86400)

qent_status qent_stats_read(qent_session *session, qent_stats *stats_out, qent_error *err)
{
  qent_stats stats = QENT_STATS_INIT;
  size_t size;
  qent_status st;

  if (!session || !stats_out || stats_out->size < sizeof stats.size)
    return qent_fail(err, QENT_EINVAL, "statistics need a session and an output with its size");
  size = stats_out->size < sizeof stats ? stats_out->size : sizeof stats;
  st = qent__store_stats(qent__session_store(session), qent__session_now(session), &stats, err);
  if (st != QENT_OK)
    return st;
  stats.size = stats_out->size;
  memcpy(stats_out, &stats, size);
  return QENT_OK;
}

struct cleanup {
  int32_t max;
  int32_t count;
};

static qent_status cleanup_in_tx(qent_session *session, void *arg, qent_error *err)
{
  struct cleanup *cleanup = arg;

  return qent__store_cleanup(qent__session_store(session), qent__session_now(session) - KEEP_S,
                             cleanup->max, &cleanup->count, err);
}

qent_status qent_cleanup_run(qent_session *session, int32_t max, int32_t *done_out, qent_error *err)
{
  struct cleanup cleanup = {max, 0};
  bool any = false;
  qent_status st;

  if (!session || max < 1)
    return qent_fail(err, QENT_EINVAL, "cleaning up needs a session and a maximum");
  st = qent__store_cleanup_any(qent__session_store(session), qent__session_now(session) - KEEP_S,
                               &any, err);
  if (st == QENT_OK && any)
    st = qent__tx(session, cleanup_in_tx, &cleanup, err);
  if (st == QENT_OK && done_out)
    *done_out = cleanup.count;
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "app/tx.h"

static qent_status run(qent_session *session, bool relaxed, qent__tx_fn fn, void *arg,
                       qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_status st;

  /* A snapshot cannot be written to: it ends here. */
  qent__store_end_read(store);
  st = relaxed ? qent__store_begin_relaxed(store, err) : qent__store_begin(store, err);
  if (st != QENT_OK)
    return st;
  qent__session_hold_time(session, true);
  st = fn(session, arg, err);
  qent__session_hold_time(session, false);
  if (st != QENT_OK) {
    qent__store_rollback(store);
    return st;
  }
  return qent__store_commit(store, err);
}

qent_status qent__tx(qent_session *session, qent__tx_fn fn, void *arg, qent_error *err)
{
  return run(session, false, fn, arg, err);
}

qent_status qent__tx_relaxed(qent_session *session, qent__tx_fn fn, void *arg, qent_error *err)
{
  return run(session, true, fn, arg, err);
}

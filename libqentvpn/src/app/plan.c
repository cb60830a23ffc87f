/* SPDX-License-Identifier: MIT */
#include "app/tx.h"

static qent_status insert_in_tx(qent_session *session, void *arg, qent_error *err)
{
  return qent__store_plan_insert(qent__session_store(session), arg, err);
}

static qent_status hand_out(qent_status st, qent_plan *plan, qent_plan **plan_out)
{
  if (st == QENT_OK && plan_out)
    *plan_out = plan;
  else
    qent_plan_free(plan);
  return st;
}

qent_status qent_plan_add(qent_session *session, const qent_plan_options *options,
                          qent_plan **plan_out, qent_error *err)
{
  qent_plan *plan = NULL;
  qent_status st;

  if (!session || !options)
    return qent_fail(err, QENT_EINVAL, "a plan needs a session and options");
  st = qent__plan_make(options, &plan, err);
  if (st == QENT_OK)
    st = qent__tx(session, insert_in_tx, plan, err);
  return hand_out(st, plan, plan_out);
}

static qent_status save_in_tx(qent_session *session, void *arg, qent_error *err)
{
  qent_plan *plan = arg;
  qent__store *store = qent__session_store(session);
  qent_plan *old = NULL;
  qent_status st = qent__store_plan_by_code(store, plan->code, &old, err);

  if (st != QENT_OK)
    return st;
  plan->id = old->id;
  qent_plan_free(old);
  return qent__store_plan_save(store, plan, err);
}

qent_status qent_plan_edit(qent_session *session, const qent_plan_options *options,
                           qent_plan **plan_out, qent_error *err)
{
  qent_plan *plan = NULL;
  qent_status st;

  if (!session || !options)
    return qent_fail(err, QENT_EINVAL, "a plan needs a session and options");
  st = qent__plan_make(options, &plan, err);
  if (st == QENT_OK)
    st = qent__tx(session, save_in_tx, plan, err);
  return hand_out(st, plan, plan_out);
}

qent_status qent_plan_by_code(qent_session *session, const char *code, qent_plan **plan_out,
                              qent_error *err)
{
  if (!session || !code || !plan_out)
    return qent_fail(err, QENT_EINVAL, "finding a plan needs a session, a code and an output");
  return qent__store_plan_by_code(qent__session_store(session), code, plan_out, err);
}

qent_status qent_plan_each(qent_session *session, bool with_hidden, qent_plan_fn fn, void *user,
                           qent_error *err)
{
  if (!session || !fn)
    return qent_fail(err, QENT_EINVAL, "listing plans needs a session and a callback");
  return qent__store_plan_each(qent__session_store(session), with_hidden, fn, user, err);
}

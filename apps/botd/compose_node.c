/* SPDX-License-Identifier: MIT */
#include "compose_node.h"

qent_status compose_move(qent_session *session, int64_t user_id, const char *argument,
                         const render_env *env, message *m, qent_error *err)
{
  move_answer move;
  sub_view *sub = NULL;
  qent_status st = QENT_ENOTFOUND;
  if (move_parse(argument, &move))
    st = sub_view_load(session, user_id, move.subscription, env->language, &sub, err);
  if (st == QENT_ENOTFOUND) {
    render_unknown(m, env);
    return QENT_OK;
  }
  if (st != QENT_OK)
    return st;
  if (move.outcome == MOVE_ASKED)
    render_nodes(m, env, sub);
  else
    render_move(m, env, sub, &move);
  sub_view_free(sub);
  return QENT_OK;
}

/* SPDX-License-Identifier: MIT */
#include "move.h"

#include <qentvpn/subscription.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Digits up to `end` or the text's end; moves on behind them. */
static bool take_number(const char **s, int64_t *number_out)
{
  const size_t len = strspn(*s, "0123456789");
  int64_t number = 0;
  if (len == 0 || len > 18)
    return false;
  for (size_t i = 0; i < len; ++i)
    number = number * 10 + ((*s)[i] - '0');
  *s += len;
  *number_out = number;
  return true;
}

static bool take_node(const char **s, char *node_out, size_t size)
{
  const size_t len = strspn(*s, "abcdefghijklmnopqrstuvwxyz0123456789_-");
  if (len == 0 || len >= size)
    return false;
  memcpy(node_out, *s, len);
  node_out[len] = '\0';
  *s += len;
  return true;
}

bool move_parse(const char *argument, move_answer *move_out)
{
  static const char soon[] = ":soon:";
  const char *s = argument;
  move_answer move = {0, "", MOVE_ASKED, 0};
  if (!take_number(&s, &move.subscription))
    return false;
  if (*s == ':') {
    ++s;
    if (!take_node(&s, move.node, sizeof move.node))
      return false;
  }
  if (strcmp(s, ":done") == 0) {
    move.outcome = MOVE_DONE;
  } else if (strcmp(s, ":there") == 0) {
    move.outcome = MOVE_THERE;
  } else if (strcmp(s, ":no") == 0) {
    move.outcome = MOVE_REFUSED;
  } else if (strncmp(s, soon, sizeof soon - 1) == 0) {
    s += sizeof soon - 1;
    move.outcome = MOVE_SOON;
    if (!take_number(&s, &move.until) || *s)
      return false;
  } else if (*s) {
    return false;
  }
  *move_out = move;
  return true;
}

static bool look_whether_there(const qent_node_choice *choice, void *user)
{
  move_answer *move = user;
  if (choice->current && strcmp(choice->name, move->node) == 0)
    move->outcome = MOVE_THERE;
  return move->outcome == MOVE_ASKED;
}

qent_status move_run(qent_session *session, int64_t user_id, char *argument, size_t size,
                     qent_error *err)
{
  move_answer move;
  if (!move_parse(argument, &move) || !*move.node || move.outcome != MOVE_ASKED)
    return QENT_OK;
  qent_status st =
      qent_subscription_nodes(session, user_id, move.subscription, look_whether_there, &move, err);
  if (st == QENT_OK && move.outcome == MOVE_ASKED)
    st = qent_subscription_move(session, user_id, move.subscription, move.node, NULL, err);
  if (st == QENT_ESTORE || st == QENT_ENOMEM || st == QENT_ECANCELED)
    return st;
  const size_t len = strlen(argument);
  if (st == QENT_OK)
    snprintf(argument + len, size - len, move.outcome == MOVE_THERE ? ":there" : ":done");
  else if (st == QENT_ECONFLICT && err->retry_after_ms >= 0)
    snprintf(argument + len, size - len, ":soon:%" PRId64,
             qent_ctx_now(qent_session_ctx(session)) + (err->retry_after_ms + 999) / 1000);
  else
    snprintf(argument + len, size - len, ":no");
  return QENT_OK;
}

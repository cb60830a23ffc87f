/* SPDX-License-Identifier: MIT */
#include "app/refused.h"
#include "app/failure.h"
#include "app/notify.h"
#include "app/sweep.h"

#include <stdio.h>

struct refusal {
  const qent_node *node;
  char what[64];
};

static void fill(struct qent__note *note, const void *arg)
{
  const struct refusal *refusal = arg;
  char detail[512];

  (void)snprintf(
      detail, sizeof detail,
      "%s. The panel is left alone until you act: check it, then run "
      "\"qentctl node probe %s\" or give the right password by \"qentctl node edit %s\".",
      refusal->node->last_error ? refusal->node->last_error : "credentials refused",
      refusal->node->name, refusal->node->name);
  qent__note_text(note, "what", refusal->what);
  qent__note_text(note, "detail", detail);
}

qent_status qent__node_refused_alarm(qent_session *session, const qent_node *node, qent_error *err)
{
  struct refusal refusal = {node, {0}};
  char key[128];

  (void)snprintf(refusal.what, sizeof refusal.what, "panel_refused:%s", node->name);
  (void)snprintf(key, sizeof key, "admin_alarm:%s:%lld", refusal.what,
                 (long long)qent__session_now(session));
  return qent__note_admins(session, QENT_NOTICE_ADMIN_ALARM, key, fill, &refusal, err);
}

qent_status qent__node_refuse(qent_session *session, int64_t node_id, const qent_error *cause,
                              qent_error *err)
{
  qent__store *store = qent__session_store(session);
  qent_node *node = NULL;
  qent_status st = qent__store_node_by_id(store, node_id, &node, err);

  if (st == QENT_OK && !node->refused) {
    node->refused = true;
    qent__sweep_start(node);
    st = qent__failure_keep(&node->last_error, cause, err);
    if (st == QENT_OK)
      st = qent__store_node_save(store, node, err);
    if (st == QENT_OK)
      st = qent__node_refused_alarm(session, node, err);
  }
  qent_node_free(node);
  return st == QENT_ENOTFOUND ? QENT_OK : st;
}

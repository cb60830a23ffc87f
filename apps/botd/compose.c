/* SPDX-License-Identifier: MIT */
#include "compose.h"

#include "compose_reply.h"

#include <stdio.h>
#include <string.h>

static qent_status compose_file(message *m, const render_env *env, const sub_view *sub,
                                const char *node, qent_error *err)
{
  if (render_keys_file(m, env, sub, node))
    return QENT_OK;
  return qent_fail(err, QENT_ENOTFOUND, "the node has no file for this subscription any more");
}

static qent_status compose_sub(qent_session *session, const qent_notice *notice,
                               const render_env *env, message *m, qent_error *err)
{
  sub_view *sub = NULL;
  qent_status st =
      sub_view_load(session, 0, qent_notice_int(notice, "subscription"), env->language, &sub, err);
  if (st != QENT_OK)
    return st;
  const qent_notice_kind kind = qent_notice_get_kind(notice);
  const char *node = qent_notice_text(notice, "node");
  int64_t expires_at = qent_notice_int(notice, "expires_at");
  if (expires_at == 0)
    expires_at = sub->expires_at;
  if (kind == QENT_NOTICE_KEYS)
    render_keys(m, env, sub);
  else if (kind == QENT_NOTICE_KEYS_QR)
    render_keys_qr(m, env, sub);
  else if (kind == QENT_NOTICE_MOVED)
    render_moved(m, env, sub, node, (qent_moved_why)qent_notice_int(notice, "why"));
  else if (kind == QENT_NOTICE_KEYS_FILE)
    st = compose_file(m, env, sub, node, err);
  else if (kind == QENT_NOTICE_RENEWED)
    render_renewed(m, env, sub, expires_at);
  else
    render_reminder(m, env, kind, sub, expires_at);
  sub_view_free(sub);
  return st;
}

static void compose_refunded(const qent_notice *notice, const render_env *env, message *m)
{
  qent_money money = {qent_notice_int(notice, "amount_minor"), {0}};
  const char *currency = qent_notice_text(notice, "currency");
  snprintf(money.currency, sizeof money.currency, "%.3s", currency ? currency : "");
  render_refunded(m, env, qent_notice_int(notice, "order"), &money);
}

static qent_status compose_kind(qent_session *session, const qent_notice *notice,
                                const render_env *env, message *m, qent_error *err)
{
  switch (qent_notice_get_kind(notice)) {
  case QENT_NOTICE_REPLY:
    return compose_reply(session, notice, env, m, err);
  case QENT_NOTICE_PAYMENT_WAIT:
    render_payment_wait(m, env, qent_notice_int(notice, "order"));
    return QENT_OK;
  case QENT_NOTICE_KEYS:
  case QENT_NOTICE_KEYS_QR:
  case QENT_NOTICE_KEYS_FILE:
  case QENT_NOTICE_RENEWED:
  case QENT_NOTICE_REMIND_72H:
  case QENT_NOTICE_REMIND_24H:
  case QENT_NOTICE_EXPIRED:
  case QENT_NOTICE_EXHAUSTED:
  case QENT_NOTICE_MOVED:
    return compose_sub(session, notice, env, m, err);
  case QENT_NOTICE_REFUNDED:
    compose_refunded(notice, env, m);
    return QENT_OK;
  case QENT_NOTICE_ADMIN_FLAG:
    render_admin_flag(m, env, qent_notice_int(notice, "payment"),
                      qent_notice_text(notice, "reason"));
    return QENT_OK;
  case QENT_NOTICE_ADMIN_NODE_DOWN:
  case QENT_NOTICE_ADMIN_NODE_UP:
    render_admin_node(m, env, qent_notice_get_kind(notice) == QENT_NOTICE_ADMIN_NODE_UP,
                      qent_notice_text(notice, "node"), qent_notice_text(notice, "error"));
    return QENT_OK;
  case QENT_NOTICE_ADMIN_ALARM:
    render_admin_alarm(m, env, qent_notice_text(notice, "what"),
                       qent_notice_text(notice, "detail"));
    return QENT_OK;
  }
  return qent_fail(err, QENT_EINVAL, "notice of an unknown kind %d",
                   (int)qent_notice_get_kind(notice));
}

static const char *setting_or_null(const qent_settings *settings, const char *key)
{
  const char *value = qent_settings_get(settings, key);
  return value && *value ? value : NULL;
}

qent_status compose_notice(qent_session *session, const qent_notice *notice, message *m,
                           qent_error *err)
{
  const qent_ctx *ctx = qent_session_ctx(session);
  const qent_settings *settings = qent_ctx_settings(ctx);
  const render_env env = {qent_notice_language(notice),
                          setting_or_null(settings, "QENT_MINIAPP_URL"),
                          setting_or_null(settings, "QENT_SUPPORT_URL"), qent_ctx_now(ctx)};
  qent_status st = compose_kind(session, notice, &env, m, err);
  if (st == QENT_OK)
    st = qent_buf_status(&m->html, err);
  if (st == QENT_OK && m->html.len == 0)
    st = qent_fail(err, QENT_EINVAL, "there is nothing to say");
  if (st == QENT_OK && text_utf16_units(m->html.data) >
                           (message_has_caption(m) ? MESSAGE_CAPTION_MAX : MESSAGE_TEXT_MAX))
    st = qent_fail(err, QENT_EINVAL, "the text is too long for Telegram");
  return st;
}

/* SPDX-License-Identifier: MIT */
#include "render.h"

static text_key reminder_text(qent_notice_kind kind)
{
  if (kind == QENT_NOTICE_REMIND_72H)
    return TEXT_REMIND_72H;
  if (kind == QENT_NOTICE_REMIND_24H)
    return TEXT_REMIND_24H;
  return kind == QENT_NOTICE_EXHAUSTED ? TEXT_EXHAUSTED : TEXT_EXPIRED;
}

void render_reminder(message *m, const render_env *env, qent_notice_kind kind, const sub_view *sub,
                     int64_t expires_at)
{
  char date[96];
  char relative[96];
  text_date(date, sizeof date, env->language, expires_at);
  text_relative(relative, sizeof relative, env->language, expires_at, env->now);
  const text_value values[] = {
      {"plan", sub->plan_title, false}, {"date", date, false}, {"relative", relative, false}};
  text_key key = reminder_text(kind);
  const bool early = key == TEXT_REMIND_72H || key == TEXT_REMIND_24H;
  if (early && expires_at <= env->now)
    key = TEXT_EXPIRED; /* it waited too long to be sent */
  text_fill(&m->html, env->language, key, values, 3);
  if (early && key != TEXT_EXPIRED) {
    qent_buf_adds(&m->html, "\n\n");
    text_fill(&m->html, env->language, TEXT_REMIND_RENEW, NULL, 0);
  }
  render_open_button(m, env, TEXT_BUTTON_RENEW, "renew");
  render_support_button(m, env);
}

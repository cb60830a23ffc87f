/* SPDX-License-Identifier: MIT */
#ifndef BOTD_RENDER_H
#define BOTD_RENDER_H

/* Facts to messages. Pure; failures stick in the message's buffer. */

#include "message.h"
#include "move.h"
#include "texts.h"
#include "view.h"

#include <qentvpn/notice.h>
#include <qentvpn/work.h>

/* Buttons that several messages share.
 * @param start_param  the Mini App's screen: "buy", "renew", "keys", "help"; NULL: its home. */
void render_open_button(message *m, const render_env *env, text_key label, const char *start_param);
void render_support_button(message *m, const render_env *env);

/* Copy the config link, its page, the keys in the Mini App. */
void render_keys_buttons(message *m, const render_env *env, const sub_view *sub);

/* Append the share links of a subscription while the message stays under `budget` UTF-16 units,
 * then how many were left out. @return false when some were left out. */
bool render_links(message *m, const render_env *env, const sub_view *sub, size_t budget);
/* Append a text with the whole of a link in place of {link}. */
void render_config_link(message *m, const render_env *env, text_key key, const char *link,
                        const text_value *values, size_t count);

/* render_sale.c */
void render_keys(message *m, const render_env *env, const sub_view *sub);
void render_keys_qr(message *m, const render_env *env, const sub_view *sub);
/* A node's key as a file. @param node  its short name. @return false: there is none. */
bool render_keys_file(message *m, const render_env *env, const sub_view *sub, const char *node);
void render_payment_wait(message *m, const render_env *env, int64_t order);
void render_renewed(message *m, const render_env *env, const sub_view *sub, int64_t expires_at);
void render_refunded(message *m, const render_env *env, int64_t order, const qent_money *money);

/* render_life.c. @param kind  one of the reminders, expired or exhausted. */
void render_reminder(message *m, const render_env *env, qent_notice_kind kind, const sub_view *sub,
                     int64_t expires_at);

/* render_node.c */
/* Append the nodes that serve a subscription: "🇩🇪 Germany, 🇳🇱 Netherlands". */
void render_places(qent_buf *out, const sub_view *sub);
/* May the buyer be shown other nodes? */
bool render_has_choice(const sub_view *sub);
/* @param node  the title of where it went. */
void render_moved(message *m, const render_env *env, const sub_view *sub, const char *node,
                  qent_moved_why why);
/* The nodes to choose from. */
void render_nodes(message *m, const render_env *env, const sub_view *sub);
/* What became of a choice. */
void render_move(message *m, const render_env *env, const sub_view *sub, const move_answer *move);

/* render_reply.c */
void render_start(message *m, const render_env *env, const char *name);
void render_start_paid(message *m, const render_env *env);
void render_start_plan(message *m, const render_env *env, const char *name, const char *code,
                       const char *title, const qent_money *price);
void render_my(message *m, const render_env *env, const sub_list *subs);
void render_help(message *m, const render_env *env);
void render_lang(message *m, const render_env *env);
void render_lang_set(message *m, const render_env *env);
void render_unknown(message *m, const render_env *env);
void render_trouble(message *m, const render_env *env);

/* render_admin.c */
void render_admin_flag(message *m, const render_env *env, int64_t payment, const char *reason);
void render_admin_node(message *m, const render_env *env, bool up, const char *node,
                       const char *error);
void render_admin_alarm(message *m, const render_env *env, const char *what, const char *detail);
void render_serverstats(message *m, const render_env *env, const node_list *nodes);
void render_stats(message *m, const render_env *env, const qent_stats *stats);
/* @param query  "": told how to ask. */
void render_find(message *m, const render_env *env, const char *query, const user_view *users,
                 size_t count, bool more);

#endif

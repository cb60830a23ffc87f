/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_TG_H
#define SANDBOX_TG_H

#include <pthread.h>

#include "http.h"
#include "map.h"

enum { TG_RECENT = 64 };

struct tg_message {
  int64_t id;
  bool from_bot;
  bool edited;
  bool deleted;
  cJSON *obj;         /* Message as the Bot API shows it */
  cJSON *keyboard;    /* reply keyboard, which that does not show; or NULL */
  const char *method; /* static text, "" for the person's own */
  char *raw;          /* text or caption as it was sent */
  char *parse_mode;   /* "HTML" or "" */
  char *file_id;      /* or NULL */
  int64_t real_ms;
};

struct tg_user {
  int64_t id;
  char *first_name;
  char *username; /* or NULL */
  char *language; /* or NULL */
  bool started;
  bool blocked;
  struct tg_message **messages;
  size_t count;
  int64_t version; /* grows with every change */
  int64_t last_sent_mono;
  cJSON *notice; /* answer to the last callback query, or NULL */
};

struct tg_update {
  int64_t id;
  int64_t user_id;
  char *text; /* JSON of the whole update */
  int64_t dies_ms;
  bool sending;
  int fails;
  int64_t due_mono;
  int64_t due_ms;
};

struct tg_file {
  char *id;
  char *path;
  char *name;
  const char *type;
  char *data;
  size_t len;
  int width;
  int height;
  bool photo;
};

struct tg_webhook {
  char *url; /* NULL: none */
  char *secret;
  int64_t max_connections;
  int64_t last_error_s;
  char *last_error;
  int64_t set_mono;
};

struct tg_limits {
  bool enforced;
  int64_t per_chat_ms;
  int64_t per_second; /* at most TG_RECENT */
};

enum tg_poll_end { TG_POLL_OTHER, TG_POLL_WEBHOOK };

struct tg_bot {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  char *token; /* NULL until known */
  struct sb_map users;
  struct sb_map files;
  struct sb_map commands;  /* "scope|lang" -> cJSON */
  struct sb_map menus;     /* chat id or "" -> cJSON */
  struct sb_map callbacks; /* query id -> tg_user */
  struct tg_update **updates;
  size_t update_count;
  int64_t next_update_id;
  int64_t next_message_id;
  uint32_t allowed; /* bit per kind of update */
  cJSON *allowed_list;
  struct tg_webhook webhook;
  struct tg_limits limits;
  int64_t recent[TG_RECENT];
  size_t recent_at;
  int64_t poll_turn;
  enum tg_poll_end poll_end;
};
extern struct tg_bot tg;

/* One call of the Bot API. */
struct tg_call {
  struct sb_request *rq;
  struct sb_reply *rp; /* NULL: the call came as the answer to a webhook */
  cJSON *in;           /* all fields; forms give texts */
  struct sb_params uploads;
};
typedef void tg_method(struct tg_call *c);

void tg_ok(struct tg_call *c, cJSON *result);
void tg_true(struct tg_call *c, const char *description);
/* `what` without "Bad Request: " and the like, which follow from the code. */
void tg_fail(struct tg_call *c, unsigned code, const char *what);
void tg_fail_retry(struct tg_call *c, int64_t seconds);
const char *tg_text(const struct tg_call *c, const char *key);
int64_t tg_int(const struct tg_call *c, const char *key, int64_t otherwise);
/* An object or array, also when it came as text; owned, NULL when absent or broken. */
cJSON *tg_json(const struct tg_call *c, const char *key, bool *broken);
/* Runs one method; the bot must not be locked. */
void tg_run(struct tg_call *c, const char *method);

/* HTML mode. On failure *error is an owned text. */
struct tg_parsed {
  struct sb_buf plain;
  cJSON *entities;
};
bool tg_parse_html(const char *html, struct tg_parsed *out, char **error);
/* NULL when it is fine, else an owned text. */
char *tg_check_markup(const cJSON *markup);

/* A text or caption after parsing. */
struct tg_content {
  const char *raw;
  const char *mode;
  struct tg_parsed parsed;
};

/* The person behind chat_id; NULL after answering. */
struct tg_user *tg_reachable(struct tg_call *c);
/* Reads the field; false after answering. Blank text is refused when `needed`. */
bool tg_read_content(struct tg_call *c, const char *key, bool needed, struct tg_content *t);
void tg_content_free(struct tg_content *t);
/* False after answering. *markup is owned, NULL when absent. */
bool tg_read_markup(struct tg_call *c, cJSON **markup);

/* Messages, tg_message.c and tg_edit.c */
tg_method tg_send_message, tg_send_photo, tg_send_document, tg_edit_text, tg_edit_markup,
    tg_delete_message, tg_send_action, tg_answer_callback;
cJSON *tg_user_json(const struct tg_user *u);
cJSON *tg_chat_json(const struct tg_user *u);
cJSON *tg_bot_json(void);
struct tg_message *tg_add_message(struct tg_user *u, cJSON *obj, const char *method,
                                  const char *raw, const char *parse_mode);
struct tg_message *tg_find_message(const struct tg_user *u, int64_t id);
void tg_touch(struct tg_user *u);

/* Files, tg_files.c */
struct tg_file *tg_store_file(const struct sb_param *upload, bool photo, char **error);
void tg_serve_file(struct sb_request *rq, struct sb_reply *rp, const struct tg_file *f);
tg_method tg_get_file;

/* Settings, tg_settings.c */
tg_method tg_set_commands, tg_get_commands, tg_delete_commands, tg_set_menu, tg_get_menu, tg_get_me,
    tg_get_chat, tg_set_text;
const cJSON *tg_menu_of(const struct tg_user *u);
const cJSON *tg_commands_of(const struct tg_user *u);

/* Updates, tg_updates.c and tg_webhook.c */
enum { TG_UPDATE_MESSAGE, TG_UPDATE_CALLBACK, TG_UPDATE_MEMBER, TG_UPDATE_OTHER };
void tg_queue(int kind, int64_t user_id, cJSON *update);
void tg_set_allowed(const cJSON *list);
void tg_drop_update(size_t at);
void tg_prune(void);
tg_method tg_get_updates, tg_set_webhook, tg_delete_webhook, tg_webhook_info;
void tg_webhook_start(void);
void tg_webhook_stop(void);

/* The person's side, tg_person.c */
struct tg_user *tg_find_user(int64_t id);
struct tg_user *tg_make_user(int64_t id, const char *first_name, const char *username,
                             const char *language);
cJSON *tg_message_json(const struct tg_message *m);
char *tg_init_data(const struct tg_user *u, int64_t auth_date, const char *start_param);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_APP_H
#define SANDBOX_APP_H

#include <stdbool.h>

/* Command line, constant after start. */
struct sb_options {
  const char *bot_token; /* NULL: the first well-formed token seen becomes the valid one */
  const char *bot_username;
  const char *shop_id;
  const char *shop_key;
  bool shop_live;
  const char *yookassa_webhook; /* or NULL */
  const char *marzban_user;
  const char *marzban_password;
  const char *base_url; /* http://127.0.0.1:PORT */
};

extern struct sb_options sb_options;

#endif

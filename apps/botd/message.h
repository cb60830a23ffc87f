/* SPDX-License-Identifier: MIT */
#ifndef BOTD_MESSAGE_H
#define BOTD_MESSAGE_H

/* A message to be sent: text, buttons and maybe a picture or a file, with everything they need. */

#include <qentvpn/ext/buf.h>
#include <qentvpn/telegram.h>

#define MESSAGE_BUTTONS_MAX 32

/* Most UTF-16 units Telegram takes in a message and in a caption. */
#define MESSAGE_TEXT_MAX 4096
#define MESSAGE_CAPTION_MAX 1024

typedef struct message {
  qent_buf html;
  qent_bot_button buttons[MESSAGE_BUTTONS_MAX];
  char *words[MESSAGE_BUTTONS_MAX]; /* the buttons' values and texts; owned */
  size_t button_count;
  void *png; /* NULL: no picture; owned */
  size_t png_len;
  char *file; /* NULL: no file; owned */
  size_t file_len;
  char file_name[QENT_BOT_DOCUMENT_NAME_MAX + 1];
} message;

void message_init(message *m);
void message_dispose(message *m);

/* Add a button. @param text  copied. @param value  copied; NULL, "" or what Telegram would refuse
 * adds no button: a message without a button is better than none. */
void message_button(message *m, qent_bot_button_kind kind, const char *text, const char *value);

/* Make it a message with a file. @param name, text  copied. */
void message_file(message *m, const char *name, const char *text);

/* Has it a caption, which is shorter than a text? */
bool message_has_caption(const message *m);

/* Take off tags and buttons: what is left is taken even by a Telegram that refuses our markup. */
void message_strip(message *m);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_CHAT_H
#define SANDBOX_CHAT_H

#include "http.h"

/* The browser page that plays the messenger: /chat?user=ID and what it loads. */
sb_handler sb_chat;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_XUI_H
#define SANDBOX_XUI_H

#include "http.h"

/* 3x-ui of any generation; rq->path is /<panel>/... A panel comes to life with the first call that
 * names it, as the newest one. */
sb_handler sb_xui;
/* rq->path is /<panel>/users, /inbounds, /usage, /review, /restart, /revoke-sessions, /config */
sb_handler sb_xui_control;

#endif

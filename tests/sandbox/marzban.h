/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_MARZBAN_H
#define SANDBOX_MARZBAN_H

#include "http.h"

/* Marzban 0.8.4; rq->path is /<panel>/... A panel comes to life with the first call that names it.
 */
sb_handler sb_marzban;
/* rq->path is /<panel>/users, /usage, /restart, /revoke-tokens, /config, /system */
sb_handler sb_marzban_control;

#endif

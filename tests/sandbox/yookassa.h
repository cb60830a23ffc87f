/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_YOOKASSA_H
#define SANDBOX_YOOKASSA_H

#include "http.h"

/* YooKassa API v3; rq->path is /payments, /refunds, /me ... */
sb_handler sb_yookassa;
/* /pay/{id} and its style sheet */
sb_handler sb_yookassa_page;
sb_handler sb_yookassa_control;

/* Notifications and expiry run on own threads between these. */
void sb_yookassa_start(void);
void sb_yookassa_stop(void);
void sb_yookassa_kick(void);

#endif

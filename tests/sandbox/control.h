/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "http.h"

/* The body as a JSON object ({} when empty); NULL after answering 400. */
cJSON *sb_control_body(struct sb_request *rq, struct sb_reply *rp);
void sb_control_error(struct sb_reply *rp, unsigned status, const char *text);
void sb_control_ok(struct sb_reply *rp);
sb_handler sb_control;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_STATS_H
#define SANDBOX_STATS_H

#include "faults.h"

void sb_stats_call(const struct sb_call *call);
void sb_stats_webhook(enum sb_target target, bool delivered);
/* GET shows, DELETE sets to zero. */
void sb_stats_control(struct sb_request *rq, struct sb_reply *rp);

#endif

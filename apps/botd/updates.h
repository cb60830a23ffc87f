/* SPDX-License-Identifier: MIT */
#ifndef BOTD_UPDATES_H
#define BOTD_UPDATES_H

/* The inbox: stored updates become users, replies and languages. One thread. */

#include "botd.h"

typedef struct inbox inbox;

/* @param session, bot  borrowed. NULL: out of memory. */
inbox *inbox_new(botd *b, qent_session *session, qent_bot *bot);
void inbox_free(inbox *in);

/* Handle what is stored, in order, until nothing is left. An update that cannot be handled is
 * logged and left out; a database that fails is waited for. @return false: stopping. */
bool inbox_drain(inbox *in);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_USERS_H
#define QENTCTL_USERS_H

/* Whom a command means. */

#include "cli.h"

#include <qentvpn/user.h>

/* The user with our id or, when there is none, with that Telegram id; the error is in `c->err`. */
qent_status user_of_either_id(cli *c, int64_t id, qent_user **user_out);

#define USERS_REMEDY "`qentctl user find` finds users by name or id."

#endif

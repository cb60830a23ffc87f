/* SPDX-License-Identifier: MIT */
#ifndef QENTCTL_PLANS_H
#define QENTCTL_PLANS_H

/* What the commands about plans and doctor share. */

#include "cli.h"

#include <qentvpn/plan.h>

/* Does a payment provider take one of the plan's currencies? Else it is on offer to nobody. */
bool plan_can_be_paid(const cli *c, const qent_plan *plan);

#endif

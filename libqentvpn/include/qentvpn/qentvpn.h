/* SPDX-License-Identifier: MIT */
#ifndef QENTVPN_QENTVPN_H
#define QENTVPN_QENTVPN_H

/** @file
 *  Takes the whole stable API. */

#include <qentvpn/base.h>
#include <qentvpn/config_link.h>
#include <qentvpn/context.h>
#include <qentvpn/error.h>
#include <qentvpn/import.h>
#include <qentvpn/initdata.h>
#include <qentvpn/money.h>
#include <qentvpn/node.h>
#include <qentvpn/notice.h>
#include <qentvpn/order.h>
#include <qentvpn/payment.h>
#include <qentvpn/plan.h>
#include <qentvpn/qr.h>
#include <qentvpn/settings.h>
#include <qentvpn/subscription.h>
#include <qentvpn/telegram.h>
#include <qentvpn/user.h>
#include <qentvpn/work.h>

#endif

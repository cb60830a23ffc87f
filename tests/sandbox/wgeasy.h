/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_WGEASY_H
#define SANDBOX_WGEASY_H

#include "http.h"

/* Panels of wg-easy 15; the path begins with the panel's name. */
sb_handler sb_wgeasy;
/* /control/wgeasy */
sb_handler sb_wgeasy_control;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_AMNEZIAWG_H
#define SANDBOX_AMNEZIAWG_H

#include "http.h"

/* Panels of amnezia-wg-easy; the path begins with the panel's name. */
sb_handler sb_amneziawg;
/* /control/amneziawg */
sb_handler sb_amneziawg_control;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_MARZBAN_RIG_H
#define TESTS_CONTRACT_MARZBAN_RIG_H

#include "panel_rig.h"

extern const struct panel_kind marzban;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_WG_RIG_H
#define TESTS_CONTRACT_WG_RIG_H

#include "panel_rig.h"

extern const struct panel_kind amneziawg, wgeasy;

/* A client made by hand: `more` holds members beside the name, such as ",\"count\":2", or "". */
void wg_add(const struct panel_rig *wg, const char *name, const char *more);

/* The private key of the only client of this name. */
void wg_private_key(const struct panel_rig *wg, const char *name, char out[64]);
/* The view's only link is the .conf file with the private key that the panel holds. */
void wg_check_conf(const struct panel_rig *wg, const qent_account_view *view);

#endif

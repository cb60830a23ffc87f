/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_XUI_RIG_H
#define TESTS_CONTRACT_XUI_RIG_H

#include "panel_rig.h"

#define XUI_TOKEN "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
#define XUI_HOST "vpn.example.org"

/* 3x-ui before 3.1, where an account is a pair of clients, one an inbound; and since then, where it
 * is one client in several inbounds. */
extern const struct panel_kind xui_pairs, xui_clients;

/* Generations A, B, B' and C of the panel's API, by a session or by an API token. */
int xui_make_a(void **state);
int xui_make_b(void **state);
int xui_make_b2_cookie(void **state);
int xui_make_b2_bearer(void **state);
int xui_make_c_cookie(void **state);
int xui_make_c_bearer(void **state);

#define XUI_EVERY(test)                                                                            \
  CONTRACT_CASE(test, xui_make_a), CONTRACT_CASE(test, xui_make_b),                                \
      CONTRACT_CASE(test, xui_make_b2_cookie), CONTRACT_CASE(test, xui_make_b2_bearer),            \
      CONTRACT_CASE(test, xui_make_c_cookie), CONTRACT_CASE(test, xui_make_c_bearer)

#define XUI_OF_EACH_KIND(test)                                                                     \
  CONTRACT_CASE(test, xui_make_a), CONTRACT_CASE(test, xui_make_b),                                \
      CONTRACT_CASE(test, xui_make_b2_cookie), CONTRACT_CASE(test, xui_make_c_cookie)

/* Traffic of the account's client on VLESS (`shadowsocks` false) or Shadowsocks, then the review.
 */
void xui_use(const struct panel_rig *xu, const char *key, bool shadowsocks, int64_t bytes);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_XUI_RIG_H
#define TESTS_CONTRACT_XUI_RIG_H

#include "gateway_contract.h"
#include "sandbox.h"

#define XUI_TOKEN "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
#define XUI_HOST "vpn.example.org"
#define XUI_OPTIONS "{\"public_host\":\"" XUI_HOST "\"}"

/* A 3x-ui of the sandbox with the adapter on one side and the sandbox's control on the other. */
struct xui_rig {
  struct contract_rig rig; /* first: the suite sees a struct contract_rig */
  char name[16];
  char url[192];
  bool pairs; /* before 3.1: one client an inbound */
  char uuids[256][37];
  int uuids_made;
};

/* What a panel is like before the adapter sees it. NULL members are as usual. */
struct xui_panel {
  const char *config; /* for /control/3xui/P/config */
  const char *username;
  const char *password;
  const char *options;
  const char *path; /* behind the panel's address, such as "/deep" */
  bool pairs;
};

/* The sandbox of the whole program; main() starts it. */
extern struct sandbox xui_sandbox;

/* Generations A, B, B' and C of the panel's API, by a session or by an API token. */
extern const struct xui_panel xui_a, xui_b, xui_b2_cookie, xui_b2_bearer, xui_c_cookie,
    xui_c_bearer;

/* A rig with a panel of its own, in *state. */
int xui_open(void **state, const struct xui_panel *panel);

/* The same as cmocka's setups. */
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

/* contract_spec() with a UUID of its own: panels before 3.1 find clients by it. The UUID is the
 * rig's, until 256 others were made. */
qent_account_spec xui_spec(struct xui_rig *xu, char key_out[33]);
const char *xui_uuid(struct xui_rig *xu);

#define XUI_OF_EACH_KIND(test)                                                                     \
  CONTRACT_CASE(test, xui_make_a), CONTRACT_CASE(test, xui_make_b),                                \
      CONTRACT_CASE(test, xui_make_b2_cookie), CONTRACT_CASE(test, xui_make_c_cookie)

/* Call /control/3xui/PANEL`what`; the answer as of sandbox_control(), never empty. */
const char *xui_control(const struct xui_rig *xu, const char *method, const char *what,
                        const char *body);
void xui_config(const struct xui_rig *xu, const char *body);
/* Traffic of the account's client on VLESS (`shadowsocks` false) or Shadowsocks, then the review.
 */
void xui_use(const struct xui_rig *xu, const char *key, bool shadowsocks, int64_t bytes);

/* The panel holds `spec->key` on both inbounds, exactly once each, as specified, and its own
 * counters' limits agree. */
void xui_check(const struct xui_rig *xu, const qent_account_spec *spec);
/* How many clients of the account are in the panel's inbounds, seen past the adapter. */
int xui_clients(const struct xui_rig *xu, const char *key);

/* Repeat a verb until it succeeds; every failure on the way must be worth a repeat and name the
 * node. */
typedef qent_status (*xui_spec_verb)(qent_gateway *, const qent_account_spec *, qent_account_view *,
                                     qent_error *);
void xui_repeat(struct xui_rig *xu, xui_spec_verb verb, const qent_account_spec *spec,
                const char *what);
bool xui_worth_a_repeat(qent_status st);
/* Make the account. */
void xui_ensure(struct xui_rig *xu, const qent_account_spec *spec);

/* Must succeed at once. Dispose of the view. */
qent_account_view xui_ensured(struct xui_rig *xu, const qent_account_spec *spec);
qent_account_view xui_fetched(struct xui_rig *xu, const char *key);

/* Set a fault switch: `kind` holds its members, such as "\"kind\":\"cut\"". */
void xui_fault(const struct xui_rig *xu, const char *match, const char *kind, int count);
void xui_clear_faults(void);

/* How often the panel was called with "METHOD /path". */
int xui_calls(const struct xui_rig *xu, const char *method_and_path);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_WG_RIG_H
#define TESTS_CONTRACT_WG_RIG_H

#include "gateway_contract.h"
#include "sandbox.h"
#include "util/json.h"

/* What the tests need to know of one kind of panel. */
struct wg_kind {
  const qent_gateway_factory *factory;
  const char *target;  /* of the sandbox: "amneziawg" */
  const char *clients; /* "/api/wireguard/client" */
  const char *login;   /* the call that logs in: "POST /api/session" */
  const char *password;
};

/* A panel of the sandbox with the adapter on one side and the sandbox's control on the other. */
struct wg_rig {
  struct contract_rig rig; /* first: the suite sees a struct contract_rig */
  const struct wg_kind *kind;
  char name[16];
  char url[192];
};

/* The sandbox of the whole program; main() starts it. */
extern struct sandbox wg_sandbox;

/* A rig with a panel of its own, in *state. */
int wg_open(void **state, const struct wg_kind *kind, const char *password);

/* Call /control/TARGET/PANEL`what`; the answer as of sandbox_control(), never empty. */
const char *wg_control(const struct wg_rig *wg, const char *method, const char *what,
                       const char *body);

/* A client made by hand: `more` holds members beside the name, such as ",\"count\":2", or "". */
void wg_add(const struct wg_rig *wg, const char *name, const char *more);

/* The clients of this name on the panel. */
int wg_count(const struct wg_rig *wg, const char *name);
/* The private key of the only one. */
void wg_private_key(const struct wg_rig *wg, const char *name, char out[64]);
/* There is exactly one, switched as specified and without a date. */
void wg_check(const struct wg_rig *wg, const qent_account_spec *spec);
/* The view's only link is the .conf file with the private key that the panel holds. */
void wg_check_conf(const struct wg_rig *wg, const qent_account_view *view);

/* Set a fault switch for the call number `after` + 1 that matches: `match` is a method and what
 * follows the path of the clients, such as "POST /"; `kind` holds its members. */
void wg_fault(const struct wg_rig *wg, const char *match, int after, const char *kind, int count);
void wg_clear_faults(void);

/* How often the panel was called with "METHOD /path". */
int wg_calls(const struct wg_rig *wg, const char *method_and_path);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONTRACT_PANEL_RIG_H
#define TESTS_CONTRACT_PANEL_RIG_H

/* A panel of the sandbox with its gateway on one side and the sandbox's control on the other. What
 * differs from panel to panel is a struct panel_kind; panel_cases.h runs over each of them. */

#include "gateway_contract.h"
#include "sandbox.h"
#include "util/json.h"

struct panel_rig;

/* A call of the panel's API: of those that match, as the sandbox's faults do, the number `after`
 * + 1. */
struct panel_call {
  const char *match;
  int after;
};
enum { PANEL_CALLS_MAX = 5 }; /* the last of them is empty */

/* What the tests need to know of one kind of panel. */
struct panel_kind {
  const qent_gateway_factory *factory;
  const char *target;   /* in the sandbox: "marzban" */
  const char *password; /* of "admin" */
  const char *options;  /* NULL: none */
  const char *login;    /* the call that logs in: "POST /api/admin/token" */
  size_t links;         /* of an account */
  /* Calls that a verb makes, each of which may fail; the first of them acts. */
  struct panel_call make[PANEL_CALLS_MAX];
  struct panel_call change[PANEL_CALLS_MAX];
  struct panel_call rotate[PANEL_CALLS_MAX];
  struct panel_call remove[PANEL_CALLS_MAX];
  struct panel_call second_look;  /* after a change that was refused */
  const char *const *more_faults; /* that this panel knows beside the usual; NULL: none */
  /* The panel, seen past the adapter, holds the account once and as specified. */
  void (*check)(const struct panel_rig *panel, const qent_account_spec *spec);
  /* How many records of the account it holds. */
  int (*count)(const struct panel_rig *panel, const char *key);
  /* The links are of what the panel holds. NULL: the suite's look at them is enough. */
  void (*check_links)(const struct panel_rig *panel, const qent_account_view *view);
};

/* What a panel is like before the adapter sees it. Members left out are as usual. */
struct panel_setup {
  const char *config; /* for /control/TARGET/PANEL/config */
  const char *username;
  const char *password;
  const char *options;
  const char *path; /* behind the panel's address, such as "/deep" */
};
#define PANEL_WRONG_PASSWORD "wr0ng"

struct panel_rig {
  struct contract_rig rig; /* first: the suite sees a struct contract_rig */
  const struct panel_kind *kind;
  char name[16];
  char url[192];
  char uuids[256][37];
  int uuids_made;
};

/* The sandbox of the whole program: main() says where its binary is, and gives the other two to
 * cmocka as the group's setup and teardown. */
extern struct sandbox panel_sandbox;
void panel_sandbox_is_at(int argc, char **argv);
int panel_sandbox_start(void **state);
int panel_sandbox_stop(void **state);

/* A rig with a panel of its own, in *state. `setup` NULL: all as usual. */
int panel_open(void **state, const struct panel_kind *kind, const struct panel_setup *setup);

/* contract_spec() with a UUID of its own, as all real accounts have: panels may find them by it.
 * The UUID is the rig's, until 256 others were made. */
qent_account_spec panel_spec(struct panel_rig *panel, char key_out[33]);
const char *panel_uuid(struct panel_rig *panel);

/* Call /control/TARGET/PANEL`what`; the answer as of sandbox_control(), never empty. */
const char *panel_control(const struct panel_rig *panel, const char *method, const char *what,
                          const char *body);
void panel_config(const struct panel_rig *panel, const char *body);
/* The array `name` in the answer to GET `what` with `key` behind it. Free root_out. */
const cJSON *panel_list(const struct panel_rig *panel, const char *what, const char *key,
                        const char *name, cJSON **root_out);

/* As `check` and `count` of the kind of panel. */
void panel_check(const struct panel_rig *panel, const qent_account_spec *spec);
int panel_count(const struct panel_rig *panel, const char *key);

typedef qent_status (*panel_verb)(qent_gateway *, const qent_account_spec *, qent_account_view *,
                                  qent_error *);
enum { PANEL_TRIES = 3 };
/* Repeat a verb until it succeeds; every failure on the way must be worth a repeat and name the
 * node. Then the account is as specified, by the gateway and by the panel. */
void panel_repeat(const struct panel_rig *panel, panel_verb verb, const qent_account_spec *spec,
                  const char *what);
/* Nothing that tells the caller to give up. */
bool panel_worth_a_repeat(qent_status st);
/* Make the account, or make it so. */
void panel_ensure(const struct panel_rig *panel, const qent_account_spec *spec);

/* Set a fault switch: `kind` holds its members, such as "\"kind\":\"cut\"". */
void panel_fault(const struct panel_rig *panel, const char *match, const char *kind, int count);
/* Take all away; gives how many calls met one. */
int panel_clear_faults(void);

/* How often the panel was called with "METHOD /path". */
int panel_calls(const struct panel_rig *panel, const char *method_and_path);

#endif

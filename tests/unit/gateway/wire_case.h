/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_GATEWAY_WIRE_CASE_H
#define TESTS_UNIT_GATEWAY_WIRE_CASE_H

#include "wire.h"

/* One case: a gateway that is logged in, on a wire of its own, and what its last call told. What
 * one kind of panel adds is in its *_case.h. */

extern struct wire wire;
extern qent_account_view view;
extern qent_error err;

/* For a setup, and cmocka's teardown. */
int case_open(const struct wire_panel *panel);
int case_close(void **state);
/* Start over with other options, or without a login. */
void reopen(const char *options, bool logged_in);
void reopen_as(const struct wire_panel *panel, const char *options, bool logged_in);

/* Fail unless st is `wanted`. */
void must(qent_status st, qent_status wanted);
void message_has(const char *text);

/* Ensure wire_spec(), expect `wanted`, and see all steps taken. */
void ensure(qent_status wanted);
/* The same with the second credentials. */
void rotate(qent_status wanted);
qent_account_spec rotated_spec(void);
/* The same without any. */
void fetch(qent_status wanted);
void remove_17(qent_status wanted);
void probe(qent_status wanted);

/* An answer that no recording has. */
struct wire_step *expect_text(const char *call, const char *text);

/* Run the verb with the first allocation failing, then the second, and so on until it succeeds:
 * nothing leaks, nothing is half done. `script` opens the wire and says what is called. */
typedef qent_status (*spec_verb)(qent_gateway *, const qent_account_spec *, qent_account_view *,
                                 qent_error *);
void run_out_of_memory(void (*script)(void), spec_verb verb, const qent_account_spec *spec);

#endif

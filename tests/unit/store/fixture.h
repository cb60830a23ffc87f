/* SPDX-License-Identifier: MIT */
#ifndef QENT_TEST_STORE_FIXTURE_H
#define QENT_TEST_STORE_FIXTURE_H

/* cmocka.h wants these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/handle.h"

/* One of each thing that others refer to, in a database in memory. */
struct world {
  qent__store *s;
  int64_t user_id;
  int64_t plan_id;
  int64_t sub_id;
  int64_t node_id;
};

int world_open(void **state); /* cmocka setup: *state is a struct world */
int world_close(void **state);
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_open, world_close)
/* The same things in another store. */
void world_fill(struct world *w);

/* All take their own transaction when none is open, and return the new id. */
int64_t add_user(qent__store *s, int64_t telegram_id);
int64_t add_plan(qent__store *s, const char *code);
int64_t add_sub(qent__store *s, int64_t user_id, int64_t plan_id, const char *token);
int64_t add_node(qent__store *s, const char *name);
int64_t add_account(qent__store *s, int64_t sub_id, int64_t node_id, const char *key);
int64_t add_order(qent__store *s, int64_t user_id, int64_t plan_id);
int64_t add_payment(qent__store *s, int64_t order_id, const char *idempotency_key);
int64_t add_notice(qent__store *s, int64_t user_id, const char *key, int32_t priority,
                   int64_t not_before);

/* Structs as the app would fill them, with nothing to free. */
qent_order sample_order(int64_t user_id, int64_t plan_id);
qent_payment sample_payment(int64_t order_id, const char *idempotency_key);
qent_account sample_account(int64_t sub_id, int64_t node_id, const char *key);

/* Transactions that must work. */
void begin(qent__store *s);
void commit(qent__store *s);
void run_sql(qent__store *s, const char *sql);
int64_t ask_sql(qent__store *s, const char *sql);

#endif
